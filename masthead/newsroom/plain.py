"""The story form without script: headline, text, credits, section and topics by a plain HTML form, nothing lost.

A text block is a text area: paragraphs stand apart by an empty line, markup inside them is written as HTML. Every other block
stays where it is, shown in words. What was not touched is kept as it was, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access

from masthead.kit import html
from masthead.newsroom.budget import seen
from masthead.newsroom.drafts import own_credit
from masthead.newsroom.story_form import our_person, sections_open_to
from masthead.newsroom.where import paper
from masthead.people.models import User
from masthead.pictures.models import Picture
from masthead.stories import actions
from masthead.stories.actions import takes
from masthead.stories.actions.file import CopyTopic, topics_named
from masthead.stories.body import readable
from masthead.stories.content import Content
from masthead.stories.models import Credit, Story, Take, Topic

LINES = ("headline", "kicker", "standfirst", "dateline")
SPARE = 3
"""Empty rows for further credits."""
OFFERED = 40
"""Pictures to choose from, the newest."""


@require_admin_access
def new(request: HttpRequest) -> HttpResponse:
    """Begin a story."""
    user: User = request.user  # type: ignore[assignment]
    title = paper()
    if request.method != "POST":
        own = own_credit(user)
        credits = [{"name": own.name, "role": own.role, "organisation": ""}] if own else []
        empty: dict[str, Any] = {**dict.fromkeys(LINES, ""), "section": None, "body": [], "credits": credits, "topics": [], "pictures": []}
        return render(request, "newsroom/story/plain.html", _shown(request, None, empty, None))
    posted = request.POST
    sections = sections_open_to(user, title)
    section = sections.filter(pk=posted["section"]).first() if posted.get("section", "").isdigit() else sections.first()
    if section is None:
        raise Http404
    copy = actions.Copy(
        headline=posted.get("headline", "").strip(),
        body=html_of(posted.get("text-new", "")),
        **{name: posted.get(name, "").strip() for name in LINES[1:]},
        credits=tuple(
            actions.CopyCredit(c["name"], c["role"], c["organisation"], our_person(c["name"], c["organisation"])) for c in _credits(posted)
        ),
        topics=_topics_wanted(posted),
    )
    story = actions.file_story(title=title, section=section, copy=copy, user=user)
    return _on(request, story)


@require_admin_access
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a story. A form that was opened on an older version overwrites nothing: its text is put aside to be merged."""
    user: User = request.user  # type: ignore[assignment]
    story = seen(user, pk)
    newest = takes.current(story)
    if request.method != "POST":
        return render(request, "newsroom/story/plain.html", _shown(request, story, newest.content, newest))
    on = int(request.POST["take"]) if request.POST.get("take", "").isdigit() else 0
    base = Take.objects.filter(story=story, number=on, aside=False).first()
    if base is None:
        messages.error(request, "This form was open for too long to be saved as it is. Your text stands at the end; bring it into the story.")
        typed = "\n\n".join(value for name, value in request.POST.items() if name.startswith("text-") and value.strip())
        return render(request, "newsroom/story/plain.html", _shown(request, story, newest.content, newest) | {"typed": typed})
    content = _changed(story, base.content, request.POST, user)
    try:
        takes.keep(story=story, content=content, on=on, user=user)
    except takes.Stale as stale:
        aside = takes.put_aside(story=story, content=content, on=on, user=user)
        if aside:
            messages.warning(request, str(stale))
            return redirect("story_merge", story.pk, aside.number)
    return _on(request, story)


def _on(request: HttpRequest, story: Story) -> HttpResponse:
    if request.POST.get("then") == "out":
        messages.success(request, "The draft is saved. Look at it here before it goes out.")
        return redirect("story_standing", pk=story.pk)
    messages.success(request, "The draft is saved.")
    return redirect("story_plain", pk=story.pk)


# --- what stands on the form ----------------------------------------------------------------------------------


def _shown(request: HttpRequest, story: Story | None, content: Content, take: Take | None) -> dict[str, Any]:
    title = story.title if story else paper()
    topics = {t.pk: t for t in Topic.objects.filter(pk__in=content["topics"])}
    named = [topics[pk] for pk in content["topics"] if pk in topics]
    pictures = Picture.objects.in_bulk([p["picture"] for p in content["pictures"]])
    return {
        "story": story,
        "take": take,
        "content": content,
        "sections": sections_open_to(request.user, title, story),
        "blocks": [
            {"n": n, "text": text_of(b["value"]) if b["type"] == "text" else None, "said": _said(b)} for n, b in enumerate(content["body"])
        ],
        "typed": "",
        "credits": [*content["credits"], *({"name": "", "role": "writer", "organisation": ""} for _ in range(SPARE))],
        "roles": Credit.Role.choices,
        "topics": "\n".join(t.name for t in named if t.kind != "place"),
        "places": "\n".join(t.name for t in named if t.kind == "place"),
        "pictures": [{"n": n, "said": p["caption"] or pictures.get(p["picture"]) or "gone"} for n, p in enumerate(content["pictures"])],
        "library": Picture.objects.order_by("-pk")[:OFFERED],
        "full": reverse("wagtailsnippets_stories_story:edit", args=[story.pk]) if story else reverse("wagtailsnippets_stories_story:add"),
    }


def _said(block: Mapping[str, Any]) -> str:
    """A block that needs script, in words."""
    if block["type"] == "table":
        return f"[table] {html.to_text(str(block['value']))}"
    return readable("\x1e" + json.dumps({"type": block["type"], "value": block["value"]}))


def text_of(markup: str) -> str:
    """A text block as it stands in a text area: plain paragraphs without their tags, everything else as HTML."""
    parts = [b.inner if b.tag == "p" and not b.attrs else b.html for b in html.blocks(markup)]
    return "\n\n".join(re.sub(r"&amp;(?=\s|$)", "&", part.strip()) for part in parts)


def html_of(text: str) -> str:
    """Clean story HTML of what was typed: an empty line begins a paragraph."""
    chunks = [chunk.strip() for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if chunk.strip()]
    return html.clean_story("".join(chunk if _BLOCK.match(chunk) else f"<p>{chunk}</p>" for chunk in chunks))


_BLOCK = re.compile(r"<(?:h[1-6]|ul|ol|blockquote|hr|table|p|div|pre|figure)\b", re.IGNORECASE)


# --- what was typed --------------------------------------------------------------------------------------------


def _changed(story: Story, base: Content, posted: Mapping[str, str], user: User) -> Content:
    """`base` with what was typed."""
    content = {**base, **{name: _cut(name, posted.get(name, base[name])) for name in LINES}}
    if (wanted := posted.get("section", "")).isdigit() and sections_open_to(user, story.title, story).filter(pk=wanted).exists():
        content["section"] = int(wanted)
    body = []
    for n, block in enumerate(base["body"]):
        typed = posted.get(f"text-{n}")
        if block["type"] != "text" or typed is None or _same(typed, text_of(block["value"])):
            body.append(block)
        elif typed.strip():
            body.append({"type": "text", "value": html_of(typed)})
    if more := html_of(posted.get("text-new", "")):
        body.append({"type": "text", "value": more})
    content["body"] = body
    people = {(c["name"], c["organisation"]): c["person"] for c in base["credits"]}
    content["credits"] = [{**c, "person": people.get((c["name"], c["organisation"])) or _pk(c)} for c in _credits(posted)]
    content["topics"] = [t.pk for t in topics_named(story.title, _topics_wanted(posted))]
    content["pictures"] = [p for n, p in enumerate(base["pictures"]) if not posted.get(f"picture-{n}-away")]
    added = posted.get("picture-new", "")
    if added.isdigit() and Picture.objects.filter(pk=added).exists():
        content["pictures"].append({"picture": int(added), "caption": "", "credit": "", "alt": "", "decorative": False})
    return content


def _cut(name: str, text: str) -> str:
    most = Story._meta.get_field(name).max_length
    return text.strip()[:most]


def _same(typed: str, shown: str) -> bool:
    return typed.replace("\r\n", "\n").strip() == shown.strip()


def _credits(posted: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for n in range(60):
        name = posted.get(f"credit-{n}-name", "").strip()[:200]
        role = posted.get(f"credit-{n}-role", "")
        if name:
            organisation = posted.get(f"credit-{n}-organisation", "").strip()[:200]
            found.append({"name": name, "role": role if role in Credit.Role.values else "writer", "organisation": organisation})
    return found


def _pk(credit: Mapping[str, Any]) -> int | None:
    person = our_person(credit["name"], credit["organisation"])
    return person.pk if person else None


def _topics_wanted(posted: Mapping[str, str]) -> tuple[CopyTopic, ...]:
    kinds = (("topics", "subject"), ("places", "place"))
    return tuple(CopyTopic(line.strip(), kind) for name, kind in kinds for line in posted.get(name, "").splitlines() if line.strip())
