"""What Wagtail shows in the newsroom."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.newsroom.stories import StoryViewSet
from masthead.people.models import Organisation, Person
from masthead.stories.models import Topic
from masthead.titles.models import Section, Title

UNUSED_MENUS = {"explorer", "documents", "reports", "help"}


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", "kind", "code"]
    search_fields = ["name"]
    search_backend_name = None


class PersonViewSet(SnippetViewSet):
    model = Person
    icon = "user"
    list_display = ["name", "job_title"]
    search_backend_name = None


class OrganisationViewSet(SnippetViewSet):
    model = Organisation
    icon = "globe"
    menu_label = "Sources"
    list_display = ["name", "url"]
    search_backend_name = None


class SectionViewSet(SnippetViewSet):
    model = Section
    icon = "list-ul"
    list_display = ["name", "slug", "sort_order"]
    search_backend_name = None


class TitleViewSet(SnippetViewSet):
    model = Title
    icon = "home"
    menu_label = "Paper"
    search_backend_name = None


class PaperGroup(SnippetViewSetGroup):
    menu_label = "Paper"
    menu_icon = "home"
    menu_order = 300
    items = (TitleViewSet, SectionViewSet, TopicViewSet, PersonViewSet, OrganisationViewSet)


register_snippet(StoryViewSet)
register_snippet(PaperGroup)


@hooks.register("construct_main_menu")
def only_what_a_newsroom_uses(request: Any, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in UNUSED_MENUS]
