"""The public stories and pages as a WordPress export (WXR 1.2), for systems that read nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from masthead.kit import clock
from masthead.pictures.models import Picture
from masthead.stories.models import Story
from masthead.titles.models import StandingPage, Title

_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""
_PICTURES = 10_000_000
"""Numbers of pictures begin here: WordPress has one row of numbers for everything."""
_PAGES = 20_000_000


def write(title: Title, path: Path) -> int:
    """Write the file; how many entries it has. Stories that readers may not see are left out."""
    number = 0
    fresh = path.with_name(f".{path.name}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.write(f"<title>{_x(title.name)}</title><link>{_x(title.base_url)}</link><language>{_x(title.language)}</language>")
        file.write(f"<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{_x(title.base_url)}</wp:base_site_url><wp:base_blog_url>{_x(title.base_url)}</wp:base_blog_url>\n")
        for item in _items(title):
            number += 1
            file.write(item)
        file.write("</channel></rss>\n")
    fresh.replace(path)
    return number


def _items(title: Title) -> Iterator[str]:
    stories = Story.objects.readable().filter(title=title).select_related("section").order_by("pk")
    shown = Picture.objects.filter(shown_by__story__in=stories).distinct().order_by("pk")
    for picture in filter(_may_go, shown):
        yield _picture(title, picture)
    for story in stories.prefetch_related("credits__person", "story_topics__topic", "story_pictures__picture").iterator(chunk_size=200):
        yield _story(title, story)
    for page in StandingPage.objects.filter(title=title, live=True):
        yield _item(page.name, f"{title.base_url}{page.path}", page.pk + _PAGES, "page", page.slug, page.updated_at, str(page.body))


def _may_go(picture: Picture) -> bool:
    """Whether its terms still allow to show the picture."""
    return not picture.killed and not picture.is_over(clock.now())


def _story(title: Title, story: Story) -> str:
    writers = [c for c in story.credits.all() if c.role == "writer"]
    more = f'<category domain="category" nicename="{_x(story.section.slug)}">{_x(story.section.name)}</category>'
    more += "".join(f'<category domain="post_tag" nicename="{_x(t.topic.slug)}">{_x(t.topic.name)}</category>' for t in story.story_topics.all())
    more += "".join(f'<category domain="author" nicename="cap-{_x(c.person.slug if c.person else "")}">{_x(c.name)}</category>' for c in writers)
    lead = next(iter(story.story_pictures.all()), None)
    if lead and _may_go(lead.picture):
        more += f"<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>{lead.picture_id + _PICTURES}</wp:meta_value></wp:postmeta>"
    more += f"<dc:creator>{_x(writers[0].name if writers else title.name)}</dc:creator>"
    body = "\n".join(_block(title, b) for b in story.body.raw_data)
    return _item(
        story.display_headline, f"{title.base_url}{story.path}", story.pk, "post", story.slug, story.first_published_at, body,
        standfirst=story.standfirst, changed=story.substantive_at, more=more,
    )  # fmt: skip


def _block(title: Title, block: dict[str, Any]) -> str:
    value = block["value"]
    match block["type"]:
        case "text":
            return f"<!-- wp:html -->{value}<!-- /wp:html -->"
        case "table":
            return f"<!-- wp:table --><figure>{value}</figure><!-- /wp:table -->"
        case "picture" if value.get("picture"):
            return _figure(title, value)
        case "gallery":
            inside = "".join(_figure(title, p["value"]) for p in value["pictures"] if p["value"].get("picture"))
            return f"<!-- wp:gallery -->{inside}<!-- /wp:gallery -->"
        case "media":
            return f"<!-- wp:embed --><figure>{_x(value.get('address') or '')}</figure><!-- /wp:embed -->"
        case "quote":
            return f"<blockquote><p>{_x(value.get('text') or '')}</p><footer>{_x(value.get('speaker') or '')}</footer></blockquote>"
        case "facts":
            return f"<h3>{_x(value.get('heading') or '')}</h3>{value.get('text') or ''}"
    return "".join(f"<p>{_x(words)}</p>" for words in _words(value))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "type"):
                yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and value.strip():
        yield value


def _figure(title: Title, value: dict[str, Any]) -> str:
    picture = Picture.objects.filter(pk=value["picture"]).first()
    if picture is None or not _may_go(picture):
        return ""
    words = _x(value.get("caption") or picture.caption)
    image = f'<img src="{_x(_address(title, picture))}" alt="{_x(value.get("alt") or picture.alt)}" class="wp-image-{picture.pk + _PICTURES}"/>'
    return f'<!-- wp:image --><figure class="wp-block-image">{image}<figcaption>{words}</figcaption></figure><!-- /wp:image -->'


def _address(title: Title, picture: Picture) -> str:
    return f"{title.base_url}/pictures/{picture.file.name.rpartition('/')[2]}"


def _picture(title: Title, picture: Picture) -> str:
    more = f"<wp:attachment_url>{_x(_address(title, picture))}</wp:attachment_url>"
    more += f"<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>{_x(picture.alt)}</wp:meta_value></wp:postmeta>"
    number = picture.pk + _PICTURES
    return _item(picture.title, _address(title, picture), number, "attachment", f"picture-{picture.pk}", picture.created_at, "", standfirst=picture.caption, more=more)


def _item(name: str, url: str, number: int, kind: str, slug: str, at: Any, body: str, *, standfirst: str = "", changed: Any = None, more: str = "") -> str:
    gmt = at.astimezone(UTC)
    written = f"{gmt:%Y-%m-%d %H:%M:%S}"
    modified = f"{(changed or at).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    status = "inherit" if kind == "attachment" else "publish"
    inside = body.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<item><title>{_x(name)}</title><link>{_x(url)}</link><pubDate>{format_datetime(gmt)}</pubDate>"
        f'<guid isPermaLink="true">{_x(url)}</guid><content:encoded><![CDATA[{inside}]]></content:encoded>'
        f"<excerpt:encoded>{_x(standfirst)}</excerpt:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date>{written}</wp:post_date><wp:post_date_gmt>{written}</wp:post_date_gmt>"
        f"<wp:post_modified>{modified}</wp:post_modified><wp:post_modified_gmt>{modified}</wp:post_modified_gmt>"
        f"<wp:comment_status>closed</wp:comment_status><wp:post_name>{_x(slug)}</wp:post_name><wp:status>{status}</wp:status>"
        f"<wp:post_parent>0</wp:post_parent><wp:post_type>{kind}</wp:post_type><wp:post_password></wp:post_password>{more}</item>\n"
    )


_CONTROLS = {n: None for n in range(32) if n not in (9, 10, 13)}


def _x(text: str) -> str:
    return escape(text.translate(_CONTROLS), quote=True)
