"""Live: a story that grows by posts. What the gate says of the story holds for every post of it."""

from __future__ import annotations

from django.db import transaction

from masthead.kit import clock, html
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.actions.correct import correct
from masthead.stories.models import Correction, LiveBlog, LivePost, Story
from masthead.stories.models.diary import Verb


class CannotPost(Exception):
    """It cannot be posted like that. The message is the sentence for the colleague."""


@transaction.atomic
def go_live(*, story: Story, summary: str = "", user: User | None = None, by: str = "") -> LiveBlog:
    """Make `story` a live blog, or take an ended one up again."""
    blog, new = LiveBlog.objects.get_or_create(story=story, defaults={"summary": html.clean_story(summary)})
    if new or not blog.running:
        blog.ended_at = None
        blog.save()
        _tell(blog, Verb.WENT_LIVE, user, by, "")
    return blog


@transaction.atomic
def keep_draft(
    *, blog: LiveBlog, user: User, text: str, headline: str = "", key_point: bool = False
) -> LivePost | None:
    """Keep what a colleague is typing: one draft for each. Nothing typed leaves none. No reader sees it."""
    if not (text.strip() or headline.strip()):
        blog.posts.filter(user=user, state=LivePost.State.DRAFT).delete()
        return None
    values = {"text": text, "headline": headline.strip()[:200], "key_point": key_point, "changed_at": clock.now()}
    draft, _ = LivePost.objects.update_or_create(blog=blog, user=user, state=LivePost.State.DRAFT, defaults=values)
    return draft


@transaction.atomic
def post(
    *,
    blog: LiveBlog,
    text: str,
    headline: str = "",
    key_point: bool = False,
    user: User | None = None,
    author: str = "",
) -> LivePost:
    """Post at once; the colleague's draft is done with. Raises CannotPost without words or after the end."""
    blog = LiveBlog.objects.select_for_update().select_related("story__title").get(pk=blog.pk)
    clean = html.clean_story(text)
    if not html.to_text(clean) and not headline.strip():
        raise CannotPost("Write something first; nothing was posted.")
    if not blog.running:
        raise CannotPost("This live blog has ended. Your words are kept as a draft; take it up again to post them.")
    if user:
        blog.posts.filter(user=user, state=LivePost.State.DRAFT).delete()
    blog.last_number += 1
    blog.save(update_fields=["last_number"])
    now = clock.now()
    made = LivePost.objects.create(
        blog=blog,
        number=blog.last_number,
        state=LivePost.State.POSTED,
        at=now,
        changed_at=now,
        headline=" ".join(headline.split())[:200],
        text=clean,
        key_point=key_point,
        user=user,
        author=author or _byline(user),
    )
    _tell(blog, Verb.POSTED, user, author, str(made), {"post": made.number})
    return made


def _byline(user: User | None) -> str:
    person = getattr(user, "person", None) if user else None
    return person.name if person else (user.get_full_name() if user else "")


@transaction.atomic
def amend(
    *,
    post: LivePost,
    text: str,
    headline: str = "",
    key_point: bool | None = None,
    correction: str = "",
    user: User | None = None,
    by: str = "",
) -> LivePost:
    """Change a post. With `correction` readers are told at the post, on the story and on the page of corrections."""
    blog = post.blog
    clean = html.clean_story(text)
    if not html.to_text(clean) and not headline.strip():
        raise CannotPost("A post cannot be emptied; strike it instead. Nothing was changed.")
    was = post.text
    post.text, post.headline, post.changed_at = clean, " ".join(headline.split())[:200], clock.now()
    post.key_point = post.key_point if key_point is None else key_point
    if correction.strip():
        post.correction, post.corrected_at = " ".join(correction.split())[:500], clock.now()
        kind = Correction.Kind.CORRECTION
        correct(story=blog.story, kind=kind, text=post.correction, user=user, by=by or diary.named(user))
    post.save()
    _tell(blog, Verb.AMENDED, user, by, post.correction or str(post), {"post": post.number, "was": was})
    return post


@transaction.atomic
def strike(*, post: LivePost, reason: str = "", user: User | None = None, by: str = "") -> LivePost:
    """Take a post away from readers. The desk keeps it; its number is not used again."""
    if post.state == LivePost.State.POSTED:
        post.state, post.changed_at = LivePost.State.STRUCK, clock.now()
        post.save()
        _tell(post.blog, Verb.STRUCK, user, by, reason, {"post": post.number})
    return post


@transaction.atomic
def sum_up(*, blog: LiveBlog, summary: str, user: User | None = None, by: str = "") -> LiveBlog:
    """Change the summary that is pinned above the posts."""
    clean = html.clean_story(summary)
    if clean != blog.summary:
        blog.summary = clean
        blog.save(update_fields=["summary"])
        _tell(blog, Verb.SUMMED_UP, user, by, html.to_text(clean))
    return blog


@transaction.atomic
def sign_off(*, blog: LiveBlog, user: User | None = None, by: str = "") -> LiveBlog:
    """End it: no more posts, and pages that follow it stop asking."""
    if blog.running:
        blog.ended_at = clock.now()
        blog.save(update_fields=["ended_at"])
        _tell(blog, Verb.SIGNED_OFF, user, by, "")
    return blog


def _tell(
    blog: LiveBlog, verb: str, user: User | None, by: str, reason: str, facts: dict[str, object] | None = None
) -> None:
    story, now = blog.story, clock.now()
    if story.live:
        # Lists, feeds and search engines learn from this time that there is something new.
        Story.objects.filter(pk=story.pk).update(substantive_at=now)
    diary.tell(
        title=story.title, story=story, verb=verb, keys=[f"story:{story.pk}"], user=user, by=by, reason=reason, facts=facts
    )
