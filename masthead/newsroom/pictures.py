"""The form of a picture on Wagtail's screens: what is saved there goes to every page that shows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm, CollectionFilterMixin
from wagtail.images.forms import BaseImageForm

from masthead.newsroom.paper_time import PaperTimeField
from masthead.newsroom.where import paper
from masthead.pictures.models import Picture
from masthead.stories import actions
from masthead.stories.models import ShownPicture, SoleUse, Story, StoryPicture

CHOOSER = "image-chooser-upload"
AT_ONCE = frozenset({"title", "file", "caption", "alt", "credit", "photographer"})
"""What is asked while a story is being written. The rest is read from the file, or waits on the picture's own page."""


class PictureForm(BaseImageForm):
    """Saves a picture, its change and the diary's entry together."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.prefix == CHOOSER:
            for name in self.fields.keys() - AT_ONCE:
                del self.fields[name]
        self._user = user
        self._before = actions.picture_facts(self.instance) if self.instance.pk else None
        if "expires_at" in self.fields:
            old = self.fields["expires_at"]
            self.fields["expires_at"] = PaperTimeField(label=old.label, help_text=old.help_text).of(paper().zone)
        for name in ("caption", "usage_terms", "instructions"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 3

    def save(self, commit: bool = True) -> Picture:
        with transaction.atomic():
            picture: Picture = super().save(commit=commit)
            if commit and self._before is not None:
                actions.picture_changed(picture=picture, before=self._before, user=self._user)
        return picture


def with_words(found: QuerySet[Picture], words: str) -> QuerySet[Picture]:
    """The pictures that have every word in their name, caption, credit or alt text."""
    for word in words.split()[:6]:
        said = Q(title__icontains=word) | Q(caption__icontains=word) | Q(alt__icontains=word)
        found = found.filter(said | Q(credit__icontains=word) | Q(photographer__icontains=word))
    return found


class ChooserFilter(CollectionFilterMixin, BaseFilterForm):
    """Search in the picture chooser. Wagtail's own asks an index that we do not keep (see DESIGN)."""

    q = forms.CharField(label="Words", required=False)
    is_searching, search_query = False, ""

    def filter(self, objects: QuerySet[Picture]) -> QuerySet[Picture]:
        found = super().filter(objects)
        self.search_query = self.cleaned_data.get("q") or ""
        self.is_searching = bool(self.search_query)
        return with_words(found, self.search_query)


def uses(picture: Picture) -> list[dict[str, Any]]:
    """Where a picture is used: each story with its standing, and whether readers meet the picture there now."""
    shown = set(ShownPicture.objects.filter(picture=picture).values_list("story_id", flat=True))
    drafted = set(StoryPicture.objects.filter(picture=picture).values_list("story_id", flat=True))
    keeper = SoleUse.objects.filter(picture=picture).values_list("story_id", flat=True).first()
    stories = Story.objects.filter(pk__in=shown | drafted).select_related("title").order_by("-pk")
    readable = set(Story.objects.readable().filter(pk__in=shown).values_list("pk", flat=True))
    return [
        {
            "story": story,
            "public": story.pk in readable and _may(picture, story),
            "refused": picture.one_use and keeper not in (None, story.pk),
            "keeps": picture.one_use and keeper == story.pk,
        }
        for story in stories
    ]


def _may(picture: Picture, story: Story) -> bool:
    from masthead.stories import gate

    return gate.may_show(picture, story)


def in_use(picture: Picture) -> bool:
    """Whether a story holds the picture, so that it cannot be deleted."""
    return StoryPicture.objects.filter(picture=picture).exists() or ShownPicture.objects.filter(picture=picture).exists()
