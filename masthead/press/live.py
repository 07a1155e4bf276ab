"""A live blog in print: the newest posts with the story, the older ones on pages that hardly ever change again."""

from __future__ import annotations

from masthead.kit import html
from masthead.press import addresses, proof
from masthead.press.reading import Reader
from masthead.stories.models import LiveBlog, LivePost, Story

CHUNK = 25
"""Posts by number in one chunk. The story's page shows the newest one or two chunks, so 26 to 50 posts."""
KEY_POINTS = 8


def is_running(story: Story) -> bool:
    """Whether posts may still come to `story`."""
    blog = _blog(story)
    return blog is not None and blog.running


def _blog(story: Story) -> LiveBlog | None:
    """The live blog of `story`: the press reads it together with the story."""
    return getattr(story, "live_blog", None)


def _chunk_of(number: int) -> int:
    return (number - 1) // CHUNK + 1


def _oldest_with_story(blog: LiveBlog) -> int:
    """The oldest chunk that still stands on the story's own page."""
    return max(1, _chunk_of(max(1, blog.last_number)) - 1)


def with_story(reader: Reader, story: Story, script: str, preview: bool = False) -> proof.LiveProof | None:
    """The newest posts, for the story's page and for the fragment that follows it. The caller has asked the gate."""
    blog = _blog(story)
    if blog is None:
        return None
    oldest = _oldest_with_story(blog)
    path = story.path or ""
    follow = blog.running and not preview
    return _proof(
        reader,
        blog,
        blog.posts.filter(state=LivePost.State.POSTED, number__gt=(oldest - 1) * CHUNK),
        older=addresses.live_posts(path, oldest - 1) if oldest > 1 else "",
        fragment=addresses.live_fragment(path) if follow else "",
        script=script if follow else "",
    )


def older_posts(reader: Reader, story: Story, chunk: int) -> proof.LiveProof | None:
    """Chunk number `chunk` by itself; None while it stands with the story, or when there is none."""
    blog = _blog(story)
    if blog is None or not 1 <= chunk < _oldest_with_story(blog):
        return None
    path = story.path or ""
    last = chunk + 1 >= _oldest_with_story(blog)
    return _proof(
        reader,
        blog,
        blog.posts.filter(state=LivePost.State.POSTED, number__gt=(chunk - 1) * CHUNK, number__lte=chunk * CHUNK),
        older=addresses.live_posts(path, chunk - 1) if chunk > 1 else "",
        newer=path if last else addresses.live_posts(path, chunk + 1),
    )


def _proof(
    reader: Reader,
    blog: LiveBlog,
    posts: object,
    older: str = "",
    newer: str = "",
    fragment: str = "",
    script: str = "",
) -> proof.LiveProof:
    posted = blog.posts.filter(state=LivePost.State.POSTED)
    return proof.LiveProof(
        running=blog.running,
        begun=reader.local(blog.begun_at),
        ended=reader.local(blog.ended_at) if blog.ended_at else None,
        summary=html.safe(blog.summary),
        posts=tuple(_post(reader, blog, post) for post in posts),  # type: ignore[attr-defined]
        key_points=tuple(_post(reader, blog, post) for post in posted.filter(key_point=True)[:KEY_POINTS]),
        count=posted.count(),
        older=older,
        newer=newer,
        fragment=fragment,
        script=script,
    )


def _post(reader: Reader, blog: LiveBlog, post: LivePost) -> proof.LivePostProof:
    number = post.number or 0
    path = blog.story.path or ""
    chunk = _chunk_of(number)
    page = path if chunk >= _oldest_with_story(blog) else addresses.live_posts(path, chunk)
    return proof.LivePostProof(
        number=number,
        at=reader.local(post.at or post.changed_at),
        headline=post.headline,
        html=html.safe(post.text),
        text=html.to_text(post.text),
        author=post.author,
        key_point=post.key_point,
        correction=post.correction,
        corrected=reader.local(post.corrected_at) if post.corrected_at else None,
        path=f"{page}#post-{number}",
    )
