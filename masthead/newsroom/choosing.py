"""Choosing a story inside another screen: only the colleague's own paper's, searched in the desk's index."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet

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


class _OwnPaper:
    request: Any
    filter_form_class = StoryWords
    ordering = ("-id",)

    def get_object_list(self) -> Any:
        stories = Story.objects.defer("body", "summary", "standfirst").select_related("title", "agency")
        return permissions.visible(stories, self.request.user)


class ChooseStory(_OwnPaper, ChooseView):
    pass


class ChooseStoryResults(_OwnPaper, ChooseResultsView):
    pass


class StoryChooser(SnippetChooserViewSet):
    choose_view_class = ChooseStory
    choose_results_view_class = ChooseStoryResults
