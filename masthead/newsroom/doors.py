"""The doorkeeper: every address of the newsroom, Wagtail's own included, with what it asks of a colleague.

An address that stands in no line here is closed to everybody. The table in docs/doors.md is made from these lines
and the URL configuration; a test walks all of it with every role.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, reverse
from django.utils.http import urlencode

from masthead.newsroom import bound, where
from masthead.people import roles
from masthead.people.roles import Deed
from masthead.people.signing_in import must_set_up
from masthead.stories import actions, flow, permissions

CLOSED, OPEN, SELF = "closed", "open", "self"
"""For nobody; for everybody, before signing in; for whoever signed in, about themselves."""


@dataclass(frozen=True, slots=True)
class Door:
    """What an address asks for: a deed to look, a deed to send something, and which object it is about."""

    look: str
    send: str
    about: str = ""


def door(look: str, send: str | None = None, about: str = "") -> Door:
    """A door; without `send`, sending asks for the same as looking."""
    return Door(look, send or look, about)


SEE, WRITE, EDIT = Deed.SEE, Deed.WRITE, Deed.EDIT
STORY = "wagtailsnippets_stories_story"
DOORS: dict[str, Door] = {
    # Signing in, and one's own account.
    "account_login": door(OPEN),
    "account_inactive": door(OPEN),
    "account_signup": door(CLOSED),
    "account_logout": door(OPEN),
    "wagtailadmin_login": door(OPEN),
    "wagtailadmin_logout": door(OPEN),
    "wagtailadmin_sprite": door(OPEN),
    "wagtailadmin_javascript_catalog": door(OPEN),
    "mfa_authenticate": door(OPEN),
    "mfa_login_webauthn": door(OPEN),
    "mfa_*": door(SELF),
    "usersessions_list": door(SELF),
    "sign_out_everywhere": door(CLOSED, SELF),
    "account_change_password": door(SELF),
    "account_reauthenticate": door(SELF),
    "wagtailadmin_account": door(SELF),
    "wagtailadmin_dismissibles": door(SELF),
    # The first screen, the budget and a story's own page.
    "wagtailadmin_home": door(SEE),
    "find_a_story": door(SEE, CLOSED),
    "wagtailadmin_pages:search": door(SEE, CLOSED),  # The same address; ours answers.
    "budget": door(SEE, CLOSED),
    "budget_act": door(SEE, SEE, "story"),
    "budget_filters": door(SEE),
    "story_standing": door(SEE, CLOSED, "story"),
    "story_publish": door(CLOSED, Deed.PUBLISH, "story"),
    "story_schedule": door(CLOSED, Deed.PUBLISH, "story"),
    "story_withdraw": door(CLOSED, Deed.WITHDRAW, "story"),
    # Beside the story form. Correcting asks for CORRECT, and for PUBLISH where a draft goes out with the note.
    "story_plain_new": door(WRITE),
    "story_plain": door(EDIT, EDIT, "story"),
    "story_presence": door(EDIT, CLOSED, "story"),
    "story_note": door(CLOSED, SEE, "story"),
    "story_versions": door(SEE, CLOSED, "story"),
    "story_compare": door(SEE, CLOSED, "story"),
    "story_restore": door(CLOSED, EDIT, "story"),
    "story_undo": door(Deed.PUBLISH, Deed.PUBLISH, "story"),
    "story_merge": door(EDIT, EDIT, "story"),
    "story_corrections": door(Deed.CORRECT, Deed.CORRECT, "story"),
    "story_correction": door(Deed.CORRECT, Deed.CORRECT, "story"),
    "suggest": door(WRITE, CLOSED),
    "picture_facts": door(SEE, CLOSED),
    "picture_focus": door(CLOSED, Deed.PICTURES),
    # Wagtail's screens of stories. Deleting, copying and its own schedule go round the verbs: closed.
    f"{STORY}:list": door(SEE, CLOSED),
    f"{STORY}:add": door(WRITE),
    f"{STORY}:edit": door(EDIT, EDIT, "story"),
    f"{STORY}:history": door(SEE, CLOSED, "story"),
    f"{STORY}:history_results": door(SEE, CLOSED, "story"),
    f"{STORY}:usage": door(SEE, CLOSED, "story"),
    f"{STORY}:preview_on_add": door(WRITE),
    f"{STORY}:preview_on_edit": door(EDIT, EDIT, "story"),
    f"{STORY}:revisions_view": door(SEE, CLOSED, "story"),
    f"{STORY}:revisions_compare": door(SEE, CLOSED, "story"),
    f"{STORY}:revisions_revert": door(EDIT, EDIT, "story"),
    f"{STORY}:unpublish": door(Deed.WITHDRAW, Deed.WITHDRAW, "story"),
    f"{STORY}:*": door(CLOSED),
    "wagtailsnippetchoosers_stories_story:create": door(CLOSED),
    "wagtailsnippetchoosers_stories_story:chosen": door(SEE, CLOSED, "story"),
    "wagtailsnippetchoosers_stories_story:chosen_multiple": door(SEE, CLOSED, "stories"),
    "wagtailsnippetchoosers_stories_story:*": door(SEE, CLOSED),
    "wagtailadmin_editing_sessions:ping": door(CLOSED, SEE, "pinged"),
    "wagtailadmin_editing_sessions:release": door(CLOSED, SEE),
    "wagtailadmin_block_preview": door(WRITE),
    "sources": door(SEE, EDIT, "story"),
    "sources_json": door(SEE, CLOSED, "story"),
    "sources_csv": door(SEE, CLOSED, "story"),
    "figures": door(SEE, CLOSED),
    # The wire.
    "wire": door(SEE, CLOSED),
    "wire_fresh": door(SEE, CLOSED),
    "wire_dry_run": door(SEE),
    "wire_rules": door(SEE, CLOSED),
    "wire_sources": door(SEE, CLOSED),
    "wire_quarantine": door(SEE, CLOSED),
    "wire_look": door(CLOSED, Deed.RULES, "wire source"),
    "wire_retry": door(CLOSED, Deed.WIRE, "wire file"),
    "wire_bytes": door(SEE, CLOSED, "wire file"),
    "wire_seen": door(CLOSED, Deed.WIRE, "alert"),
    "wire_item": door(SEE, CLOSED, "wire item"),
    "wire_act": door(CLOSED, Deed.WIRE, "wire item"),
    "wire_difference": door(SEE, CLOSED, "wire item"),
    "wire_merge": door(SEE, Deed.WIRE, "wire item"),
    "wire_source_secret": door(CLOSED, Deed.RULES, "wire source"),
    "wire_profiles": door(SEE, CLOSED),
    "wire_profile_choose": door(CLOSED, Deed.RULES, "wire source"),
    "wire_profile": door(SEE, Deed.RULES),
    "wire_profile_*": door(CLOSED, Deed.RULES),
    "look": door(Deed.PAPER),
    "look_preview": door(Deed.PAPER),
    "papers": door(SEE),
    # The exchange between papers. Taking into the paper asks for PUBLISH, and sharing does in the story's section.
    "exchange": door(SEE, CLOSED),
    "exchange_offer": door(CLOSED, Deed.PUBLISH),
    "exchange_rule": door(CLOSED, Deed.RULES),
    "exchange_take": door(CLOSED, WRITE, "offer"),
    # Fronts, story lines, live blogs, planning.
    "fronts": door(Deed.FRONTS, CLOSED),
    "front": door(Deed.FRONTS),
    "front_preview": door(Deed.FRONTS),
    "front_history": door(Deed.FRONTS, CLOSED),
    "front_act": door(CLOSED, Deed.FRONTS, "front version"),
    "front_banner": door(Deed.FRONTS),
    "lines": door(SEE, Deed.EDIT),
    "line": door(SEE, Deed.EDIT, "line"),
    "line_act": door(CLOSED, Deed.EDIT, "line"),
    "live": door(SEE, CLOSED),
    "live_begin": door(CLOSED, Deed.PUBLISH, "story"),
    "live_blog": door(SEE, CLOSED, "live blog"),
    "live_write": door(Deed.PUBLISH, Deed.PUBLISH, "live blog"),
    "live_act": door(CLOSED, Deed.PUBLISH, "live blog"),
    "planning": door(SEE, Deed.PLAN),
    # Letters. Addresses are personal: lists in and out are a keyholder's.
    "letters": door(Deed.FIGURES, CLOSED),
    "letters_csv": door(Deed.PAPER, CLOSED),
    "letters_take_over": door(Deed.PAPER),
    "letters_alert": door(Deed.PUBLISH, Deed.PUBLISH, "story"),
    "mailroom": door(Deed.AUDIT, Deed.PAPER),
    "newsletters": door(EDIT),
    "newsletter_begin": door(CLOSED, EDIT, "newsletter"),
    "newsletter_number": door(EDIT, EDIT, "newsletter number"),
    "newsletter_preview": door(EDIT, CLOSED, "newsletter number"),
    # The conversation. A reader is of no paper: the screen shows, and does, only what the moderator's papers allow.
    "talk": door(Deed.MODERATE, CLOSED),
    "talk_context": door(Deed.MODERATE, CLOSED, "comment"),
    "talk_act": door(CLOSED, Deed.MODERATE, "comment"),
    "talk_questions": door(Deed.SEE, CLOSED),
    "talk_answer": door(CLOSED, Deed.SEE, "comment"),
    "talk_undo": door(CLOSED, Deed.MODERATE, "decision"),
    "talk_person": door(Deed.MODERATE),
    "talk_thread": door(Deed.MODERATE, Deed.MODERATE, "story"),
    "talk_rules": door(Deed.PAPER),
    "talk_csv": door(Deed.PAPER, CLOSED),
    "talk_jsonl": door(Deed.PAPER, CLOSED),
    "talk_hooks": door(Deed.PAPER, Deed.PAPER),
    "talk_words": door(Deed.MODERATE, Deed.PAPER),
    "talk_learn": door(CLOSED, Deed.PAPER),
    "talk_figures": door(Deed.MODERATE, CLOSED),
    "talk_fairness": door(CLOSED, Deed.MODERATE),
    # What readers send, and the library.
    "inbox": door(EDIT, CLOSED),
    "inbox_tip": door(EDIT, CLOSED, "tip"),
    "inbox_attachment": door(EDIT, CLOSED, "tip"),
    "inbox_act": door(CLOSED, EDIT, "tip"),
    "library": door(SEE, CLOSED),
    "library_add": door(Deed.PICTURES),
    "library_uses": door(SEE, CLOSED),
    "library_delete": door(EDIT),
    "wagtailsnippets_stories_notice:edit": door(EDIT, EDIT, "notice"),
    "wagtailsnippets_stories_notice:history*": door(EDIT, CLOSED, "notice"),
    "wagtailsnippets_stories_notice:usage": door(CLOSED),
    "wagtailsnippets_stories_notice:delete": door(EDIT, EDIT, "notice"),
    "wagtailsnippets_stories_notice:*": door(EDIT),
    "wagtailsnippets_titles_standingpage:edit": door(Deed.PAPER, Deed.PAPER, "standing page"),
    "wagtailsnippets_titles_standingpage:history*": door(Deed.PAPER, CLOSED, "standing page"),
    "wagtailsnippets_titles_standingpage:usage": door(CLOSED),
    "wagtailsnippets_titles_standingpage:delete": door(Deed.PAPER, Deed.PAPER, "standing page"),
    "wagtailsnippets_titles_standingpage:*": door(Deed.PAPER),
    "wagtailsnippets_titles_redirect:edit": door(Deed.PAPER, Deed.PAPER, "redirect"),
    "wagtailsnippets_titles_redirect:history*": door(Deed.PAPER, CLOSED, "redirect"),
    "wagtailsnippets_titles_redirect:usage": door(CLOSED),
    "wagtailsnippets_titles_redirect:delete": door(Deed.PAPER, Deed.PAPER, "redirect"),
    "wagtailsnippets_titles_redirect:*": door(Deed.PAPER),
    "wagtailsnippets_wire_rule:delete": door(Deed.RULES, Deed.RULES, "rule"),
    "wagtailsnippets_wire_rule:edit": door(Deed.RULES, Deed.RULES, "rule"),
    "wagtailsnippets_wire_rule:history*": door(Deed.RULES, CLOSED, "rule"),
    "wagtailsnippets_wire_rule:usage": door(CLOSED),
    "wagtailsnippets_wire_rule:copy": door(CLOSED),
    "wagtailsnippets_wire_rule:*": door(Deed.RULES),
    "wagtailsnippets_wire_source:edit": door(Deed.RULES, Deed.RULES, "wire source"),
    "wagtailsnippets_wire_source:history*": door(Deed.RULES, CLOSED, "wire source"),
    "wagtailsnippets_wire_source:delete": door(Deed.RULES, Deed.RULES, "wire source"),
    "wagtailsnippets_wire_source:usage": door(CLOSED),
    "wagtailsnippets_wire_source:*": door(Deed.RULES),
    # Topics, people, sources' cards; the paper itself.
    "wagtailsnippets_stories_topic:edit": door(Deed.NAMES, Deed.NAMES, "topic"),
    "wagtailsnippets_stories_topic:history*": door(Deed.NAMES, CLOSED, "topic"),
    "wagtailsnippets_stories_topic:usage": door(Deed.NAMES, CLOSED, "topic"),
    "wagtailsnippets_stories_topic:delete": door(Deed.NAMES, Deed.NAMES, "topic"),
    "wagtailsnippets_stories_topic:copy": door(CLOSED),
    "wagtailsnippets_stories_topic:*": door(Deed.NAMES),
    "wagtailsnippets_people_*:copy": door(CLOSED),
    "wagtailsnippets_people_*": door(Deed.NAMES),
    "wagtailsnippets_titles_section:edit": door(Deed.PAPER, Deed.PAPER, "section"),
    "wagtailsnippets_titles_section:history*": door(Deed.PAPER, CLOSED, "section"),
    "wagtailsnippets_titles_section:usage": door(Deed.PAPER, CLOSED, "section"),
    "wagtailsnippets_titles_section:delete": door(Deed.PAPER, Deed.PAPER, "section"),
    "wagtailsnippets_titles_section:copy": door(CLOSED),
    "wagtailsnippets_titles_section:*": door(Deed.PAPER),
    "wagtailsnippets_titles_title:edit": door(Deed.PAPER, Deed.PAPER, "title"),
    "wagtailsnippets_titles_title:history*": door(Deed.PAPER, CLOSED, "title"),
    "wagtailsnippets_titles_title:usage": door(Deed.PAPER, CLOSED, "title"),
    "wagtailsnippets_titles_title:list*": door(Deed.PAPER),
    "wagtailsnippets_titles_title:*": door(CLOSED),
    "wagtailsnippetchoosers_*:create": door(CLOSED),
    "wagtailsnippetchoosers_*": door(SEE, CLOSED),
    "wagtailsnippets:index": door(CLOSED),
    # Pictures.
    "picture_original": door(SEE, CLOSED),
    "wagtailimages:index*": door(SEE, CLOSED),
    "wagtailimages:image_usage": door(SEE, CLOSED),
    "wagtailimages:delete": door(EDIT),
    "wagtailimages:url_generator*": door(CLOSED),
    "wagtailimages:preview": door(CLOSED),
    "wagtailimages:*": door(Deed.PICTURES),
    "wagtailimages_chooser:create": door(Deed.PICTURES),
    "wagtailimages_chooser:*": door(SEE),
    "wagtailadmin_tag_autocomplete": door(SEE, CLOSED),
    "wagtailadmin_tag_model_autocomplete": door(SEE, CLOSED),
    # Links in text.
    "wagtailadmin_choose_page*": door(WRITE),
    # Staff and the audit page.
    "staff_security": door(CLOSED, Deed.STAFF),
    "audit": door(Deed.AUDIT, CLOSED),
    "audit_csv": door(Deed.AUDIT, CLOSED),
    "wagtailusers_users:delete": door(CLOSED),
    "wagtailusers_users:copy": door(CLOSED),
    "wagtailusers_users:*": door(Deed.STAFF),
    # Wagtail's ways round our roles, its page tree, documents, workflows and reports: not used here.
    "wagtail_bulk_action": door(CLOSED),
    "wagtailusers_groups:*": door(CLOSED),
    "wagtailadmin_api:*": door(CLOSED),
    "wagtailadmin_pages:*": door(CLOSED),
    "wagtailadmin_explore*": door(CLOSED),
    "wagtailadmin_collections:*": door(CLOSED),
    "wagtailadmin_workflows:*": door(CLOSED),
    "wagtailadmin_reports:*": door(CLOSED),
    "wagtailadmin_password_reset*": door(CLOSED),
    "wagtailadmin_error_test": door(CLOSED),
    "wagtaildocs*": door(CLOSED),
    # Addresses without a name lead nowhere.
    "": door(CLOSED),
}
"""By the name of the address. A name itself goes before a pattern; of patterns the first that fits."""


@cache
def door_of(name: str) -> Door:
    """The door of the address called `name`; closed when no line here knows it."""
    if name in DOORS:
        return DOORS[name]
    return next((found for pattern, found in DOORS.items() if "*" in pattern and fnmatchcase(name, pattern)), door(CLOSED))


def listed(name: str) -> bool:
    """Whether a line here says something about the address called `name`."""
    return name in DOORS or any("*" in pattern and fnmatchcase(name, pattern) for pattern in DOORS)


class Doorkeeper:
    """Middleware: lets a colleague through, or says in words why not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with where.during(request):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not match.route.startswith("newsroom/"):
            return None
        request.turned_away = True  # type: ignore[attr-defined]
        answer = _at_the_door(request, match)
        request.turned_away = answer is not None  # type: ignore[attr-defined]
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A verb's refusal, or a row that others need, is a sentence on every screen, Wagtail's own included."""
        if isinstance(error, ProtectedError):
            count = len(error.protected_objects)
            sentence = f"It cannot be deleted: {count} other thing{'s' * (count > 1)} on the desk still need it."
        elif isinstance(error, (permissions.NotAllowed, flow.WrongStep, actions.CannotPublish)):
            sentence = str(error)
        else:
            return None
        return _refuse(request, sentence, status=409)


def _at_the_door(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    found = door_of(match.view_name if match.url_name else "")
    asked = found.look if request.method in ("GET", "HEAD", "OPTIONS") else found.send
    if asked == OPEN:
        return None
    if not request.user.is_authenticated:
        return _sign_in(request)
    if asked == CLOSED:
        return _closed(found)
    if asked == SELF:
        return None
    if must_set_up(request.user):  # type: ignore[arg-type]
        messages.warning(request, "Your role signs in with a second step. Set one up here; then everything opens.")
        return redirect("mfa_index")
    return _ask(request, match, asked, found.about)


def _closed(found: Door) -> HttpResponse:
    if {found.look, found.send} == {CLOSED}:
        raise Http404
    return HttpResponse("This address does not take that.", status=405, content_type="text/plain; charset=utf-8")


def _ask(request: HttpRequest, match: ResolverMatch, asked: str, about: str) -> HttpResponse | None:
    user = request.user
    objects = bound.objects(about, match.kwargs, request) if about else []
    for one in objects:
        titles = roles.titles_of(user)
        if titles is not None and one.title_id not in titles:
            raise Http404
    if not user.is_superuser and not roles.appointments(user):
        return _refuse(request, "You have no role at any paper yet. A keyholder can give you one.")
    if objects:
        where.go_to(request, objects[0].title_id)
    if about in ("story", "stories", "pinged") and objects:
        allowed = all(permissions.may(user, asked, one.story) for one in objects)
    else:
        allowed = all(roles.may(user, asked, title=pk) for pk in {one.title_id for one in objects} or {where.paper().pk})
    if allowed:
        return None
    if about == "story" and asked == EDIT and request.method == "GET" and permissions.may(user, SEE, objects[0].story):
        messages.info(request, "You may read this story, but not edit it.")
        return redirect("story_standing", pk=objects[0].story.pk)
    return _refuse(request, f"Your role does not let you {roles.LABELS[Deed(asked)]}{' here' if about else ''}.")


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return HttpResponse("Sign in again.", status=403, content_type="text/plain; charset=utf-8")
    target = request.get_full_path() if request.method == "GET" else "/newsroom/"
    return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")


def _refuse(request: HttpRequest, sentence: str, status: int = 403) -> HttpResponse:
    sentence = sentence if sentence.endswith("Nothing was changed.") else f"{sentence} Nothing was changed."
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "newsroom/refused.html", {"sentence": sentence, "role": status == 403}, status=status)
