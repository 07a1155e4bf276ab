"""Where Wagtail's story form meets our steps: its Publish button leads through the checklist and our verb."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from wagtail.admin import messages
from wagtail.snippets.action_menu import ActionMenuItem

from masthead.newsroom import doors
from masthead.newsroom.checking import findings
from masthead.newsroom.staff import out_of_reach as above
from masthead.newsroom.standing import REFUSALS, publish_newest, said
from masthead.people import roles
from masthead.people.models import User
from masthead.people.roles import Deed
from masthead.stories import flow
from masthead.stories.models import Story


def look_before_publishing(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """The draft is kept by now. Publish it if there is nothing to look at; else show the checklist first."""
    if not isinstance(instance, Story):
        return None
    story = Story.objects.get(pk=instance.pk)
    try:
        flow.check("publish", story, request.user)
        if findings(story):
            messages.warning(request, "Your draft is saved. Look at these before it goes out.")
            return redirect(f"{reverse('story_standing', args=[story.pk])}{_carried(request)}")
        out = publish_newest(story, request.user, said(request))
    except REFUSALS as refused:
        messages.error(request, f"{refused} Your draft is saved.")
        return redirect("story_standing", pk=story.pk)
    undo = messages.button(reverse("story_undo", args=[story.pk]), "Undo")
    messages.success(request, f"“{out}” is {out.standing}.", buttons=[undo])
    return redirect("wagtailsnippets_stories_story:list")


def _carried(request: HttpRequest) -> str:
    """What was said about the change, for the checklist to go on with."""
    kind, told = request.POST.get("change_kind", ""), request.POST.get("change_text", "").strip()[:1500]
    return f"?{urlencode({'kind': kind, 'told': told})}" if kind else ""


def only_allowed(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """No button for what the colleague may not do with this story, and none that deletes or schedules Wagtail's way."""
    if context.get("model") is not Story and not isinstance(context.get("instance"), Story):
        return
    story = context.get("instance")
    may = flow.can_publish_changes(request.user, story) if story and story.pk else roles.may(request.user, Deed.PUBLISH)
    gone = {"action-delete", "action-submit"} | (set() if may else {"action-publish"})
    menu_items[:] = [item for item in menu_items if item.name not in gone]
    for item in menu_items:
        item.label = "Withdraw" if item.name == "action-unpublish" else item.label
    publish_in_sight(menu_items)


class BesidePublish(ActionMenuItem):
    """Save draft and Publish side by side: what an editor looks for first is not in a menu."""

    name = "action-save"

    def __init__(self, save: ActionMenuItem, publish: ActionMenuItem) -> None:
        super().__init__(order=save.order)
        self.both = (save, publish)

    def render_html(self, parent_context: Any) -> SafeString:
        return format_html_join("", "{}", ((item.render_html(parent_context),) for item in self.both))


def publish_in_sight(menu_items: list[Any]) -> None:
    """Take Publish out of the menu and put it beside Save draft."""
    named = {item.name: item for item in menu_items}
    save, publish = named.get("action-save"), named.get("action-publish")
    if save and publish and menu_items[0] is save:
        menu_items[:] = [BesidePublish(save, publish), *(item for item in menu_items if item not in (save, publish))]


def only_open_doors(request: HttpRequest, menu_items: list[Any]) -> None:
    """No menu line that leads to a closed door."""
    menu_items[:] = [item for item in menu_items if not item.url.startswith("/newsroom/") or _open(request, item.url)]


def _open(request: HttpRequest, url: str) -> bool:
    try:
        asked = doors.door_of(resolve(url.partition("?")[0]).view_name).look
    except Resolver404:
        return False
    return asked in (doors.OPEN, doors.SELF) or (asked != doors.CLOSED and roles.may(request.user, asked))


def out_of_reach(request: HttpRequest, user: User) -> HttpResponse | None:
    """An account with all powers is changed only by another one."""
    if not above(request.user, user):
        return None
    messages.error(request, "This account has all powers; only another such account may change it.")
    return redirect("wagtailusers_users:index")
