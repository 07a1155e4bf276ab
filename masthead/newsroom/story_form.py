"""The story form: what stands on it, and how what was typed becomes a story in hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.html import format_html
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)

from masthead.newsroom.attribution import SourcesPanel
from masthead.newsroom.changes import CHANGES
from masthead.newsroom.panels import DeskNotesPanel, FiguresPanel, OriginPanel, ReadersPanel
from masthead.newsroom.paper_time import PaperTimeField
from masthead.newsroom.where import paper
from masthead.people.models import Person
from masthead.people.roles import Deed, sections_for
from masthead.stories import about, actions
from masthead.stories.actions.file import CopyTopic, topics_named
from masthead.stories.models import Correction, Story, StoryTopic
from masthead.titles.models import Section, Title

ROWS = ("credits", "story_pictures")
"""Relations that the form writes as a whole."""


def guided(limit: int) -> forms.TextInput:
    """A text field with a guide to its length. It never cuts: the guide is a word of advice."""
    return forms.TextInput({"data-guide": str(limit)})


def suggesting(what: str) -> forms.TextInput:
    """A text field that offers what we know of while somebody types."""
    return forms.TextInput({"data-suggest": reverse_lazy("suggest", args=[what]), "autocomplete": "off"})


def named(what: str) -> forms.Textarea:
    """A list of names, one a line; with script, one after the other with suggestions."""
    return forms.Textarea({"rows": 3, "data-names": reverse_lazy("suggest", args=[what])})


class StoryForm(WagtailAdminModelForm):
    """A new story belongs to the paper whose newsroom this is; its section must too."""

    take = forms.IntegerField(required=False, widget=forms.HiddenInput)
    topic_names = forms.CharField(required=False, widget=named("topics"), label="Topics", help_text="One a line.")
    place_names = forms.CharField(required=False, widget=named("places"), label="Places", help_text="One a line.")
    change_kind = forms.ChoiceField(
        required=False, choices=CHANGES, label="What kind of change is this?", widget=forms.Select
    )
    change_text = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 2}),
        label="What readers are told",
        help_text="Shown with the story from the moment you publish. Not needed for the first two.",
    )

    embargo_until = PaperTimeField(help_text="Nobody outside sees it before.")
    expires_at = PaperTimeField(help_text="Nobody outside sees it from then on.")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_rows_as_values(data), *args, **kwargs)
        if not self.instance.title_id:
            self.instance.title = paper()
        for name in ("embargo_until", "expires_at"):
            if name in self.fields:
                self.fields[name].of(self.instance.title.zone)
        if "headline" in self.fields:
            self.fields["headline"].widget.attrs["placeholder"] = self.instance.wire_headline
            if not self.instance.agency_id:
                self.fields["headline"].help_text = ""
        if "section" in self.fields:
            self.fields["section"].queryset = sections_open_to(self.for_user, self.instance.title, self.instance)
            self.fields["section"].empty_label = None
        rows = self.instance.story_topics.all()
        for name, place in (("topic_names", False), ("place_names", True)):
            if name in self.fields:
                here = [row.topic.name for row in rows if (row.topic.kind == "place") is place]
                self.initial[name] = "\n".join(here)
        if "topic_names" in self.fields and self.instance.pk and not self.is_bound:
            self._propose(self.fields["topic_names"])

    def _propose(self, field: forms.Field) -> None:
        """Say which topics the text names; with script, each is a button."""
        if names := about.proposals(self.instance):
            field.help_text = format_html('One a line. <span class="sf-proposed">Named in the text: {}.</span>', ", ".join(names))
            field.widget.attrs["data-proposed"] = "\n".join(names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        announced = cleaned.get("change_kind") in Correction.Kind.values
        if "action-publish" in self.data and announced and not (cleaned.get("change_text") or "").strip():
            self.add_error("change_text", "Say what readers are told, or choose another kind of change.")
        return cleaned

    def clean_topic_names(self) -> str:
        """A source is no topic: nobody follows an agency to hear of one subject."""
        typed: str = self.cleaned_data["topic_names"]
        agency = self.instance.agency
        houses = {c.organisation.casefold() for c in self.instance.credits.all() if c.organisation}
        houses |= {agency.name.casefold()} if agency else set()
        for name in _lines(typed):
            if name.casefold() in houses:
                raise forms.ValidationError(
                    f"“{name}” is where the story comes from, not what it is about. Its source has a page of its own."
                )
        return typed

    def _post_clean(self) -> None:
        """Say why a story cannot be published while it is still on the screen; what was written stays there."""
        super()._post_clean()
        if "action-publish" in self.data:
            for reason in actions.why_not(self.instance):
                self.add_error(None, reason)

    def save(self, commit: bool = True) -> Story:
        """The story with all that was typed. Credits and pictures are written as a whole: a row is a value here."""
        for relation in ROWS:
            if relation in self.formsets:
                getattr(self.instance, relation).set([])
        story: Story = super().save(commit=False)
        for credit in story.credits.all():
            credit.person = credit.person or our_person(credit.name, credit.organisation)
        if "topic_names" in self.cleaned_data:
            story.story_topics.set(self._topics(story))
        if commit:
            story.save()
        return story

    def _topics(self, story: Story) -> list[StoryTopic]:
        wanted = [CopyTopic(name, "subject") for name in _lines(self.cleaned_data["topic_names"])]
        wanted += [CopyTopic(name, "place") for name in _lines(self.cleaned_data.get("place_names", ""))]
        return [StoryTopic(sort_order=n, topic=t) for n, t in enumerate(topics_named(story.title, wanted))]

    def get_field_updates_for_resave(self) -> list[tuple[str, str]]:
        """What the open page takes over after a background save: the number of the take that was acknowledged."""
        return [*super().get_field_updates_for_resave(), ("take", str(getattr(self, "acknowledged", "") or ""))]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def sections_open_to(user: Any, title: Title, story: Story | None = None) -> QuerySet[Section]:
    """Sections that the colleague may write in; where `story` stands now is always among them."""
    sections = Section.objects.filter(title=title)
    own = sections_for(user, Deed.WRITE) if user else None
    return sections if own is None else sections.filter(Q(pk__in=own) | Q(pk=story.section_id if story else None))


def our_person(name: str, organisation: str) -> Person | None:
    """Our own person of this name. A name with an agency behind it is never one of ours."""
    if organisation:
        return None
    found = list(Person.objects.filter(name__iexact=name.strip())[:2])
    return found[0] if len(found) == 1 else None


def _rows_as_values(data: Any) -> Any:
    """The posted form with all rows of credits and pictures as new ones.

    Whoever has had a form open for an hour holds keys of rows that are gone; and a background save that comes between
    adding a row and learning its key must not make it twice (wagtail#13910). Without keys neither can happen.
    """
    if data is None or not hasattr(data, "copy"):
        return data
    data = data.copy()
    for prefix in ROWS:
        if f"{prefix}-TOTAL_FORMS" in data:
            data[f"{prefix}-INITIAL_FORMS"] = "0"
            for key in [k for k in data if k.startswith(f"{prefix}-") and k.endswith("-id")]:
                data[key] = ""
    return data


WRITE = [
    MultiFieldPanel(
        [
            FieldPanel("headline", widget=guided(70)),
            FieldPanel("kicker", widget=guided(25)),
            FieldPanel("standfirst", widget=forms.Textarea({"rows": 2, "data-guide": "180"})),
            FieldPanel("section", widget=forms.Select),
        ],
        heading="Headline",
    ),
    InlinePanel(
        "story_pictures",
        [
            FieldPanel("picture"),
            FieldPanel("caption", widget=forms.Textarea({"rows": 2, "data-falls-back": "caption"})),
            FieldPanel("credit", widget=forms.TextInput({"data-falls-back": "credit"})),
            FieldPanel("alt", widget=forms.TextInput({"data-falls-back": "alt"})),
            FieldPanel("decorative"),
        ],
        heading="Pictures",
        label="Picture",
        help_text="The first is the lead picture. Caption, credit and alt text are three different texts; "
        "an empty one falls back to the picture’s own.",
    ),
    FieldPanel("dateline"),
    FieldPanel("body"),
    FiguresPanel(),
    InlinePanel(
        "credits",
        [
            FieldRowPanel(
                [
                    FieldPanel("name", widget=suggesting("people")),
                    FieldPanel("role"),
                    FieldPanel("organisation", widget=suggesting("organisations")),
                ]
            ),
            FieldPanel("person", widget=forms.HiddenInput),
        ],
        heading="Credits",
        label="Credit",
        help_text="The name of one of our own people links to their page. Agency writers are names with their agency.",
    ),
    MultiFieldPanel([FieldPanel("topic_names"), FieldPanel("place_names")], heading="What it is about, and where"),
    ReadersPanel([FieldPanel("change_kind"), FieldPanel("change_text")], heading="If readers have seen this story"),
]
SHARING = [
    HelpPanel(template="newsroom/sharing_preview.html", heading="How it will look"),
    MultiFieldPanel(
        [
            FieldPanel("short_headline", widget=guided(55)),
            FieldPanel("social_headline", widget=guided(90)),
            FieldPanel("seo_title", widget=guided(60)),
            FieldPanel("seo_description", widget=forms.Textarea({"rows": 2, "data-guide": "155"})),
        ],
        heading="Other headlines",
    ),
]
SETTINGS = [
    FieldPanel("language"),
    FieldRowPanel([FieldPanel("embargo_until"), FieldPanel("expires_at")], heading="When readers may see it"),
]
SOURCES = [SourcesPanel(heading="Sources")]
DESK = [OriginPanel(heading="Where it comes from"), DeskNotesPanel(heading="Notes for the desk")]

EDIT = TabbedInterface(
    [
        ObjectList(WRITE, heading="Story"),
        ObjectList(SHARING, heading="Search and sharing"),
        ObjectList(SETTINGS, heading="Settings"),
        ObjectList(SOURCES, heading="Sources"),
        ObjectList(DESK, heading="Desk"),
    ],
    base_form_class=StoryForm,
)
