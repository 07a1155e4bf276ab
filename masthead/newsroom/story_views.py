"""Saving a story from its form: nothing is overwritten unseen, nothing that was acknowledged is lost."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.views.generic.mixins import RevisionsRevertMixin
from wagtail.models import Revision
from wagtail.snippets.views.snippets import CreateView, EditView

from masthead.newsroom.drafts import own_credit
from masthead.newsroom.story_pages import present
from masthead.newsroom.where import paper
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.content import content_of
from masthead.stories.models import Story, Take


class StoryCreateView(CreateView):
    """A new story. Its first background save makes it, and the page goes on as its form."""

    template_name = "newsroom/story_create.html"

    def get_initial(self) -> dict[str, Any]:
        """A place to type stands open at once."""
        field = Story._meta.get_field("body")
        return {**super().get_initial(), "body": field.to_python([{"type": "text", "value": ""}])}

    def get_initial_form_instance(self) -> Any:
        """A form to fill in bears its writer's own name; what is sent says for itself who is credited."""
        story = Story(title=paper())
        own = own_credit(self.request.user) if self.request.method == "GET" else None
        story.credits.set([own] if own else [])
        return story

    def get_page_subtitle(self) -> str:
        return "New story"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        *before, here = super().get_breadcrumbs_items()
        return [*before, {**here, "label": "New story"}]

    def save_instance(self) -> Any:
        story = super().save_instance()
        self.form.acknowledged = takes.record(story, self.request.user).number
        return story


class StoryEditView(EditView):
    """The form of a story, opened on one take of it."""

    template_name = "newsroom/story_edit.html"

    @cached_property
    def is_out_of_date(self) -> bool:
        """Wagtail looks before the transaction and only at background saves; we look inside it, at every save."""
        return False

    @cached_property
    def overwrite_revision(self) -> Revision | None:
        """The draft of this sitting, if it may still be written over: ours, the newest, and not what readers see."""
        named = self.request.POST.get("overwrite_revision_id", "")
        newest = Revision.objects.filter(pk=self.live_object.latest_revision_id).first()
        mine = newest and str(newest.pk) == named and newest.user_id == self.request.user.pk
        return newest if mine and newest and newest.pk != self.live_object.live_revision_id else None

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        if self.request.method == "GET":
            with transaction.atomic():
                initial["take"] = takes.current(self.live_object).number
        return initial

    def save_instance(self) -> Any:
        """In the transaction of the save: is this the newest take? Then, whatever the wire ordered meanwhile stays."""
        self.rest_on_what_stands()
        story = super().save_instance()
        self.form.acknowledged = takes.record(story, self.request.user).number
        return story

    def rest_on_what_stands(self) -> None:
        """Raise Stale for an old take; else give the story in hand every field that is not an editor's to write."""
        standing = Story.objects.select_for_update().get(pk=self.live_object.pk)
        takes.check(standing, self.form.cleaned_data.get("take"))
        self.live_object = standing
        self.__dict__.pop("overwrite_revision", None)
        for field in Story._meta.concrete_fields:
            if field.name not in Story.EDITORIAL:
                setattr(self.form.instance, field.attname, getattr(standing, field.attname))

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except takes.Stale as stale:
            return self._keep_both(form, stale)

    def _keep_both(self, form: Any, stale: takes.Stale) -> Any:
        story = Story.objects.get(pk=self.live_object.pk)
        on = form.cleaned_data.get("take")
        aside = takes.put_aside(
            story=story, content=content_of(form.save(commit=False)), on=on, user=self.request.user
        )
        if aside is None:
            return self._same_words(story, form)
        address = reverse("story_merge", args=[story.pk, aside.number])
        if self.expects_json_response:
            answer = {"success": False, "error_code": "invalid_revision", "error_message": str(stale)}
            return JsonResponse({**answer, "merge_url": address}, status=400)
        messages.warning(self.request, str(stale))
        return redirect(address)

    def _same_words(self, story: Story, form: Any) -> Any:
        """Somebody saved the very same words: that is no clash. The form goes on from their take."""
        newest = Take.objects.filter(story=story, aside=False).first()
        if self.expects_json_response:
            number = str(newest.number) if newest else ""
            answer = {"success": True, "pk": story.pk, "html": "", "field_updates": {"take": number}}
            return JsonResponse({**answer, "revision_id": None})
        messages.success(self.request, "A colleague saved the very same text just before you.")
        return redirect(self.get_edit_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if not self.expects_json_response:
            context["present"] = present(self.live_object, self.request.user)
            context["waiting"] = takes.waiting(self.live_object)
            context["can_undo"] = bool(actions.last_publication(self.live_object))
        return context


class StoryRevertView(RevisionsRevertMixin, StoryEditView):
    """An older version in the form. Saved, it is a new draft, refused and kept aside like any other when stale."""

    def save_instance(self) -> Any:
        self.rest_on_what_stands()
        story = super().save_instance()
        self.form.acknowledged = takes.record(story, self.request.user).number
        return story
