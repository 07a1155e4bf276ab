"""What Wagtail shows in the newsroom."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import ObjectList
from wagtail.admin.panels.model_utils import extract_panel_definitions_from_model_class
from wagtail.images.views.chooser import BaseImageChooseView
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.newsroom import beside, library, pictures, staff, steps, where
from masthead.newsroom.beside import BesideGroup
from masthead.newsroom.choosing import OfThisPaper
from masthead.newsroom.sources import SourceViewSet, try_now
from masthead.newsroom.stories import StoryViewSet
from masthead.newsroom.today import Today
from masthead.newsroom.where import without_title
from masthead.people.models import Organisation, Person
from masthead.pictures.models import Picture
from masthead.press import run
from masthead.stories import diary
from masthead.stories.models import Notice, Topic
from masthead.titles.models import Redirect, Section, StandingPage, Title
from masthead.wire.models import Rule, Source

UNUSED_MENUS = {"explorer", "documents", "images", "reports", "help"}


class TopicViewSet(OfThisPaper, SnippetViewSet):
    model = Topic
    edit_handler = without_title(Topic)
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


class SectionViewSet(OfThisPaper, SnippetViewSet):
    model = Section
    edit_handler = without_title(Section)
    icon = "list-ul"
    list_display = ["name", "slug", "sort_order"]
    search_backend_name = None


class TitleViewSet(OfThisPaper, SnippetViewSet):
    model = Title
    # How it looks has a screen of its own: newsroom.look.
    edit_handler = ObjectList(extract_panel_definitions_from_model_class(Title, exclude=["ground", "letters", "colour", "menu"]))
    icon = "home"
    menu_label = "Paper"
    search_backend_name = None


class RuleViewSet(OfThisPaper, SnippetViewSet):
    model = Rule
    edit_handler = without_title(Rule)
    icon = "resubmit"
    list_display = ["__str__", "active", "sort_order", "source", "words", "language"]
    search_backend_name = None


class WireGroup(SnippetViewSetGroup):
    menu_label = "Wire settings"
    menu_icon = "sliders"
    menu_order = 200
    items = (RuleViewSet, SourceViewSet)

    def get_submenu_items(self) -> list[Any]:
        profiles = MenuItem("Agency profiles", reverse("wire_profiles"), icon_name="cogs", order=50)
        return [*super().get_submenu_items(), profiles]


class PaperGroup(SnippetViewSetGroup):
    menu_label = "Paper"
    menu_icon = "site"
    menu_order = 300
    items = (TitleViewSet, SectionViewSet, TopicViewSet, PersonViewSet, OrganisationViewSet)

    def get_submenu_items(self) -> list[Any]:
        return [*super().get_submenu_items(), MenuItem("Look", reverse("look"), icon_name="view", order=5)]


@hooks.register("construct_homepage_panels")
def first_screen(request: Any, panels: list[Any]) -> None:
    panels[:] = [Today()]


@hooks.register("insert_global_admin_css")
def our_look() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("newsroom/house.css"))


@hooks.register("insert_global_admin_js")
def our_names() -> str:
    return format_html('<script src="{}" defer></script>', static("newsroom/house.js"))


register_snippet(StoryViewSet)
register_snippet(PaperGroup)
register_snippet(WireGroup)
register_snippet(BesideGroup)


@hooks.register("before_edit_snippet")
def note_the_address(request: Any, instance: Any) -> None:
    """Where a thing stood before it is edited, so that its old address can lead to the new one."""
    request.old_address = beside.address_of(instance)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def try_a_source(request: Any, instance: Any) -> None:
    """A source that is saved is asked at once, so that a wrong one is noticed now."""
    if isinstance(instance, Source):
        try_now(request, instance)


SHOWN_AS = {Title: "title", Topic: "topic", Person: "person", Organisation: "source"}


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def print_what_shows_it(request: Any, instance: Any) -> None:
    """A changed name or text goes to every page that shows it. Sections stand in every page's menu."""
    if isinstance(instance, (Notice, StandingPage, Redirect)):
        return
    if old := getattr(request, "old_address", ""):
        beside.follow(instance, old)
    shown_by = [instance.title] if isinstance(instance, (Section, Topic)) else Title.objects.all()
    for title in shown_by:
        key = f"title:{title.pk}" if isinstance(instance, Section) else f"{SHOWN_AS.get(type(instance), '')}:{instance.pk}"
        run.mark_stale(Title.objects.get(pk=title.pk), key)
    diary.bell.set()


class OfSeveralPapers(MenuItem):
    """For colleagues of more than one paper."""

    def is_shown(self, request: Any) -> bool:
        return len(where.papers(request)) > 1


@hooks.register("register_admin_menu_item")
def papers_item() -> MenuItem:
    return OfSeveralPapers("Papers", reverse("papers"), icon_name="site", order=20)


@hooks.register("register_admin_menu_item")
def wire_desk() -> MenuItem:
    return MenuItem("Wire desk", reverse("wire"), icon_name="download", order=50)


@hooks.register("register_admin_menu_item")
def exchange_item() -> MenuItem:
    return MenuItem("Exchange", reverse("exchange"), icon_name="redirect", order=145)


@hooks.register("register_admin_menu_item")
def fronts_item() -> MenuItem:
    return MenuItem("Fronts", reverse("fronts"), icon_name="home", order=60)


@hooks.register("register_admin_menu_item")
def live_item() -> MenuItem:
    return MenuItem("Live", reverse("live"), icon_name="radio-full", order=90)


@hooks.register("register_admin_menu_item")
def lines_item() -> MenuItem:
    return MenuItem("Story lines", reverse("lines"), icon_name="history", order=95)


@hooks.register("register_admin_menu_item")
def planning_item() -> MenuItem:
    return MenuItem("Planning", reverse("planning"), icon_name="calendar", order=80)
hooks.register("before_publish", steps.look_before_publishing)
hooks.register("construct_snippet_action_menu", steps.only_allowed)
hooks.register("construct_main_menu", steps.only_open_doors)
hooks.register("construct_settings_menu", steps.only_open_doors)
hooks.register("after_create_user", staff.wrote_down)
hooks.register("after_edit_user", staff.wrote_down)
hooks.register("before_edit_user", steps.out_of_reach)


@hooks.register("register_settings_menu_item")
def audit_page() -> MenuItem:
    return MenuItem("Audit", reverse("audit"), icon_name="list-ul", order=700)


@hooks.register("register_settings_menu_item")
def second_step() -> MenuItem:
    return MenuItem("Second step and passkeys", reverse("mfa_index"), icon_name="key", order=800)


@hooks.register("register_settings_menu_item")
def sessions() -> MenuItem:
    return MenuItem("Where I am signed in", reverse("usersessions_list"), icon_name="desktop", order=810)
@hooks.register("register_admin_menu_item")
def from_readers() -> MenuItem:
    return MayItem("From readers", reverse("inbox"), name="inbox", icon_name="folder-open-inverse", order=130, permission="stories.view_tip")


@hooks.register("register_admin_menu_item")
def conversation_item() -> MenuItem:
    return MenuItem("Conversation", reverse("talk"), name="conversation", icon_name="comment", order=125)


@hooks.register("register_admin_menu_item")
def letters_item() -> MenuItem:
    return MenuItem("Letters", reverse("letters"), name="letters", icon_name="mail", order=135)


@hooks.register("register_admin_menu_item")
def what_is_read() -> MenuItem:
    return MenuItem("What is read", reverse("figures"), name="figures", icon_name="view", order=140)


class MayItem(MenuItem):
    """A menu item for those who may use it."""

    def __init__(self, *args: Any, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(self.permission))


@hooks.register("register_admin_menu_item")
def media_library() -> MenuItem:
    return MenuItem("Pictures", reverse("library"), name="library", icon_name="image", order=70)


BaseImageChooseView.filter_form_class = pictures.ChooserFilter


@hooks.register("before_bulk_action")
def keep_what_stories_use(request: Any, action_type: str, objects: Any, action: Any) -> Any:
    """A picture that a story holds is not deleted; see library.delete."""
    if action_type != "delete" or Picture not in action.models:
        return None
    held = next((image for image in objects if pictures.in_use(image)), None)
    return library.refuse(request, held) if held else None


@hooks.register("construct_main_menu")
def only_what_a_newsroom_uses(request: Any, menu_items: list[Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in UNUSED_MENUS]
