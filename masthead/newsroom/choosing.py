"""Choosing a story, a section, a source... inside another screen: only what is of the colleague's own paper."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from masthead.newsroom import where
from masthead.stories import index, permissions
from masthead.stories.models import Story


class StoryWords(BaseFilterForm):
    """The words that the chosen story should hold."""

    q = forms.CharField(label="Words", widget=forms.TextInput(attrs={"placeholder": "Words"}), required=False)

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        words = self.cleaned_data.get("q", "").strip()
        self.is_searching, self.search_query = bool(words), words
        return index.find(objects, words) if words else objects


class _Stories:
    request: Any
    filter_form_class = StoryWords
    ordering = ("-id",)

    def get_object_list(self) -> Any:
        stories = Story.objects.defer("body", "summary", "standfirst").select_related("title", "agency")
        return permissions.visible(stories, self.request.user)


class ChooseStory(_Stories, ChooseView):
    pass


class ChooseStoryResults(_Stories, ChooseResultsView):
    pass


class StoryChooser(SnippetChooserViewSet):
    choose_view_class = ChooseStory
    choose_results_view_class = ChooseStoryResults


class _ThisPaper:
    model: Any
    model_class: Any

    def get_object_list(self) -> Any:
        return where.of_this_paper(super().get_object_list())  # type: ignore[misc]

    def get_object(self, pk: Any) -> Any:
        return where.of_this_paper(self.model_class.objects.all()).get(pk=pk)

    def get_objects(self, pks: list[Any]) -> Any:
        return where.of_this_paper(self.model_class.objects.filter(pk__in=[pk for pk in pks if str(pk).isdigit()]))


class ChooseHere(_ThisPaper, ChooseView):
    pass


class ChooseHereResults(_ThisPaper, ChooseResultsView):
    pass


class ChosenHere(_ThisPaper, SnippetChosenView):
    pass


class ChosenHereMultiple(_ThisPaper, SnippetChosenMultipleView):
    pass


class ChooserOfThisPaper(SnippetChooserViewSet):
    choose_view_class = ChooseHere
    choose_results_view_class = ChooseHereResults
    chosen_view_class = ChosenHere
    chosen_multiple_view_class = ChosenHereMultiple


class OfThisPaper:
    """A viewset whose lists and choosers show the rows of this request's paper alone."""

    model: Any
    chooser_viewset_class = ChooserOfThisPaper

    def get_queryset(self, request: Any) -> Any:
        return where.of_this_paper(self.model.objects.all())
