"""What other servers are shown: actors, posts, activities. Plain values, made from what the gate lets through."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.html import escape

from masthead.circulation import news
from masthead.circulation.fediverse import actors
from masthead.circulation.models import Actor, Post
from masthead.kit import clock
from masthead.stories import gate
from masthead.stories.models import Story
from masthead.titles.models import Title

STREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
PUBLIC = f"{STREAMS}#Public"
TYPE = "application/activity+json"
MOST = 20
"""Posts in the outbox."""

Document = dict[str, Any]


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def actor(one: Actor) -> Document:
    """The actor as others see it. It approves everybody, and is no person."""
    title = one.title
    here = f"{title.base_url}/{one.section.slug}/" if one.section else f"{title.base_url}/"
    name = f"{title.name}: {one.section.name}" if one.section else title.name
    about = (one.section.description if one.section else "") or title.tagline or title.name
    return {
        "@context": [STREAMS, SECURITY, {"toot": "http://joinmastodon.org/ns#", "discoverable": "toot:discoverable"}],
        "id": actors.uri(one),
        "type": "Service" if one.section else "Organization",
        "preferredUsername": actors.name_of(one),
        "name": name,
        "summary": f"<p>{escape(about)}</p>",
        "url": here,
        "inbox": actors.uri(one, "/inbox"),
        "outbox": actors.uri(one, "/outbox"),
        "followers": actors.uri(one, "/followers"),
        "endpoints": {"sharedInbox": f"{title.base_url}{actors.ROOT}inbox"},
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "published": moment(one.made_at),
        "publicKey": {"id": actors.key_id(one), "owner": actors.uri(one), "publicKeyPem": one.public},
    }


def webfinger(one: Actor) -> Document:
    """RFC 7033: from name@host to the actor."""
    here = str(actor(one)["url"])
    return {
        "subject": f"acct:{actors.name_of(one)}@{actors.host(one.title)}",
        "aliases": [actors.uri(one), here],
        "links": [
            {"rel": "self", "type": TYPE, "href": actors.uri(one)},
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": here},
        ],
    }


def post_uri(post: Post) -> str:
    return f"{post.title.base_url}{actors.ROOT}stories/{post.name}"


def note(post: Post) -> Document | None:
    """The story as a post; None when readers may not see it now. Agency copy and our own go out as headline and summary."""
    story = post.story
    if post.gone_at or story is None or not actors.what() or not gate.allows(story) or (story.is_wire and actors.what() != "all"):
        return None
    item, author = news.item_of(story, set()), actors.find(post.title, actors.PAPER)
    if author is None:
        return None
    url = f"{post.title.base_url}{item.path}"
    content = "".join(f"<p>{part}</p>" for part in _parts(story, item, url) if part)
    opened, changed = max(item.opened, post.at), story.substantive_at
    return {
        "id": post_uri(post), "type": "Note", "attributedTo": actors.uri(author), "url": url, "content": content,
        "contentMap": {item.language: content}, "published": moment(opened), "to": [PUBLIC],
        "cc": [actors.uri(author, "/followers")], **({"updated": moment(changed)} if changed and changed > opened else {}),
    }  # fmt: skip


def _parts(story: Story, item: news.Item, url: str) -> list[str]:
    notes = story.corrections.filter(kind__in=news.SERIOUS, automatic=False).order_by("-at", "-id")[:1]
    source = f"({escape(item.source)})" if item.source else ""
    return [
        f"<strong>{escape(item.headline)}</strong> {source}".strip(),
        escape(item.standfirst[:600]),
        *(f"<em>{escape(one.get_kind_display())}:</em> {escape(one.text[:600])}" for one in notes),
        f'<a href="{escape(url)}">{escape(url)}</a>',
    ]


def create(post: Post) -> Document | None:
    """That the post appeared."""
    said = note(post)
    return _activity("Create", f"{post_uri(post)}/create", said) if said else None


def update(post: Post, stamp: str) -> Document | None:
    """That the post says something else now."""
    said = note(post)
    return _activity("Update", f"{post_uri(post)}/update-{stamp}", said) if said else None


def announce(post: Post, section: Actor) -> Document | None:
    """That a section passes the post on to those who follow it."""
    if note(post) is None:
        return None
    return _wrapped("Announce", f"{post_uri(post)}/announce-{section.slot}", section, post_uri(post)) | {"published": moment(post.at)}


def delete(post: Post) -> Document | None:
    """That the post is gone: its address, and no word of it."""
    author = Actor.objects.filter(title=post.title, slot=actors.PAPER).select_related("title").first()
    if author is None:
        return None
    return _wrapped("Delete", f"{post_uri(post)}/delete", author, tombstone(post))


def tombstone(post: Post) -> Document:
    return {"id": post_uri(post), "type": "Tombstone"}


def accept(one: Actor, follow: Document, stamp: str) -> Document:
    """That a follow is taken."""
    asked = {"id": follow.get("id"), "type": "Follow", "actor": follow.get("actor"), "object": actors.uri(one)}
    return {"@context": STREAMS, "id": actors.uri(one, f"/accepts/{stamp}"), "type": "Accept", "actor": actors.uri(one), "object": asked}


def _activity(kind: str, uri: str, said: Document) -> Document:
    times = {"published": said.get("updated") or said["published"]}
    return {"@context": STREAMS, "id": uri, "type": kind, "actor": said["attributedTo"], "to": said["to"], "cc": said["cc"], **times, "object": said}


def _wrapped(kind: str, uri: str, by: Actor, said: object) -> Document:
    audience = {"to": [PUBLIC], "cc": [actors.uri(by, "/followers")]}
    return {"@context": STREAMS, "id": uri, "type": kind, "actor": actors.uri(by), **audience, "object": said}


def posts(one: Actor) -> QuerySet[Post]:
    """What an actor posted or passed on, that readers may see now, the newest first."""
    rows = Post.objects.filter(title=one.title, gone_at=None, story__in=Story.objects.readable(clock.now()))
    return (rows.filter(story__section=one.section) if one.section else rows).select_related("story__title", "title")


def outbox(one: Actor) -> Document:
    """The newest posts."""
    rows = posts(one)
    made = (announce(post, one) if one.section else create(post) for post in rows[:MOST])
    items = [{k: v for k, v in said.items() if k != "@context"} for said in made if said]
    return {"@context": STREAMS, "id": actors.uri(one, "/outbox"), "type": "OrderedCollection", "totalItems": rows.count(), "orderedItems": items}


def followers(one: Actor) -> Document:
    """How many follow; who, is their business."""
    count = one.followers.filter(left_at=None).count()
    return {"@context": STREAMS, "id": actors.uri(one, "/followers"), "type": "OrderedCollection", "totalItems": count}


def nodeinfo(title: Title) -> Document:
    """What kind of server this is (NodeInfo 2.1)."""
    return {
        "version": "2.1", "software": {"name": "masthead", "version": "0.1.0"}, "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": ["atom1.0", "rss2.0"]}, "openRegistrations": False,
        "usage": {"users": {"total": 1 + title.sections.count()}, "localPosts": Post.objects.filter(title=title, gone_at=None).count()},
        "metadata": {"nodeName": title.name},
    }  # fmt: skip
