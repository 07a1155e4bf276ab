"""WordPress's export (WXR 1.0 to 1.2), read twice in flat memory: first who and what there is, then story by story."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from masthead.kit import html, xml, xml_stream
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.markup import Markup
from masthead.ops.moving_in.value import Image, Moved, Named, Piece, Remark, Talked

_STATES = {"publish": "public", "future": "scheduled", "private": "private", "trash": "trash", "auto-draft": "trash"}
_NOT_SECTIONS = {"uncategorized", "uncategorised", "unkategorisiert", "allgemein", "sin-categoria"}
_COMMENTS = {"1": "approved", "0": "waiting", "spam": "spam", "trash": "deleted", "post-trashed": "deleted"}
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_PINGS = frozenset({"pingback", "trackback"})


@dataclass
class Survey:
    """What the first reading found."""

    base: str = ""
    authors: dict[str, str] = field(default_factory=dict)
    """Display name by login."""
    parents: dict[str, str] = field(default_factory=dict)
    """Parent by category, both as slugs."""
    used: Counter[str] = field(default_factory=Counter)
    """How many stories have a category."""
    kinds: Counter[str] = field(default_factory=Counter)
    """How many entries there are of each post type."""
    faults: list[str] = field(default_factory=list)


class Export:
    """One export file. Use as a context: it keeps what it knows of attachments in a file of its own."""

    def __init__(self, path: Path, zone: ZoneInfo, most_sections: int = 8) -> None:
        self.path, self.zone, self.most_sections = path, zone, most_sections
        self._folder = TemporaryDirectory(prefix="masthead-wxr-")
        self._known = sqlite3.connect(Path(self._folder.name) / "attachments")
        self._known.execute("CREATE TABLE attachment (id TEXT PRIMARY KEY, url TEXT, caption TEXT, alt TEXT, post TEXT, place INTEGER, link TEXT)")
        self._known.execute("CREATE INDEX attachment_post ON attachment (post)")
        self._known.execute("PRAGMA synchronous=OFF")
        self.survey = Survey()

    def __enter__(self) -> Export:
        try:
            self._look()
        except xml.RefusedXml as error:
            raise CannotMoveIn(f"{self.path.name}: {error} Nothing was taken in.") from None
        if not self.survey.kinds and not self.survey.base:
            raise CannotMoveIn(f"{self.path.name} is no WordPress export: it has no <channel>. Nothing was taken in.")
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._known):
            pass
        self._folder.cleanup()

    # -- first reading ----------------------------------------------------------------------------------------

    def _look(self) -> None:
        names = ("item", "author", "category", "base_blog_url", "base_site_url", "link")
        for element in xml_stream.elements(self.path, *names, faults=self.survey.faults):
            match xml.local(element):
                case "base_blog_url":
                    self.survey.base = xml.text(element)
                case "base_site_url" | "link" if not self.survey.base:
                    self.survey.base = xml.text(element)
                case "author":
                    if login := _said(element, "author_login"):
                        self.survey.authors[login] = _author_name(element) or login
                case "category":
                    self.survey.parents[_said(element, "category_nicename")] = _said(element, "category_parent")
                case "item":
                    self._look_at_item(element)
        self._known.commit()

    def _look_at_item(self, item: xml.Element) -> None:
        kind = _said(item, "post_type") or "post"
        self.survey.kinds[kind] += 1
        if kind == "attachment":
            alt = _meta(item).get("_wp_attachment_image_alt", "")
            caption = html.to_text(_said(item, "encoded", "excerpt"))
            place = _said(item, "menu_order")
            row = (
                _said(item, "post_id"), _said(item, "attachment_url"), caption, alt,
                _said(item, "post_parent"), int(place) if _WHOLE.fullmatch(place) else 0, _said(item, "link"),
            )  # fmt: skip
            self._known.execute("INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        elif kind == "post":
            self.survey.used.update([c.slug for c in _categories(item, "category")])

    def attachment(self, number: str) -> Image | None:
        """The attachment with this id, if the export lists it."""
        row = self._known.execute("SELECT url, caption, alt FROM attachment WHERE id = ?", (number,)).fetchone()
        return Image(row[0], caption=row[1], alt=row[2]) if row and row[0] else None

    def attached(self, post: str) -> dict[str, Image]:
        """The pictures that were uploaded to the post with this id, by their own ids, in the order of its gallery."""
        rows = self._known.execute("SELECT id, url, caption, alt FROM attachment WHERE post = ? ORDER BY place, CAST(id AS INTEGER)", (post,))
        return {row[0]: Image(row[1], caption=row[2], alt=row[3]) for row in rows if (guess_type(urlsplit(row[1]).path)[0] or "").startswith("image/")}

    def _also(self, number: str, page: bool) -> Iterator[str]:
        """Addresses by number, which feeds, short links and old links have; and those of the pages of its attachments."""
        base = self.survey.base.rstrip("/")
        if not _WHOLE.fullmatch(number):
            return
        yield f"{base}/?p={number}"
        if page:
            yield f"{base}/?page_id={number}"
        for row in self._known.execute("SELECT id, link FROM attachment WHERE post = ?", (number,)).fetchall():
            yield from (f"{base}/?attachment_id={row[0]}", f"{base}/?p={row[0]}", *([row[1]] if urlsplit(row[1]).path.strip("/") else []))

    def sections(self) -> set[str]:
        """Slugs of the categories that become sections: the most used ones of the top."""
        ranked = sorted(self.survey.used.items(), key=lambda found: (-found[1], found[0]))
        top = [slug for slug, _ in ranked if not self.survey.parents.get(slug)]
        return set([slug for slug in top if slug not in _NOT_SECTIONS][: self.most_sections])

    # -- second reading ---------------------------------------------------------------------------------------

    def stories(self) -> Iterator[Moved]:
        """Posts and pages, in the file's order."""
        sections = self.sections()
        for item in xml_stream.elements(self.path, "item"):
            if _said(item, "post_type") in ("", "post", "page"):
                yield self._story(item, sections)

    def _story(self, item: xml.Element, sections: set[str]) -> Moved:
        meta, url = _meta(item), _said(item, "link")
        number = _said(item, "post_id")
        markup = Markup(self.attachment, self.survey.base, lambda post: self.attached(post or number))
        pieces = markup.pieces(_said(item, "encoded", "content"))
        state = _STATES.get(_said(item, "status"), "draft")
        if state == "public" and _said(item, "post_password"):
            state = "protected"
        categories = _categories(item, "category")
        page = _said(item, "post_type") == "page"
        lead = self.attachment(meta.get("_thumbnail_id", ""))
        return Moved(
            key=number or _said(item, "guid") or url,
            kind="page" if page else "story",
            headline=html.to_text(_said(item, "title")),
            pieces=_without_first(pieces, lead),
            url=url,
            slug=_said(item, "post_name"),
            standfirst=html.to_text(_said(item, "encoded", "excerpt")),
            state=state,
            published_at=self._time(item, "post_date"),
            changed_at=self._time(item, "post_modified"),
            sections=tuple(c for c in categories if c.slug in sections),
            topics=tuple(
                c for c in (*categories, *_categories(item, "post_tag"), *_categories(item, "tag"))
                if c.slug not in sections | _NOT_SECTIONS
            ),
            credits=tuple(self._credits(item)),
            lead=lead,
            comments=tuple(self._comments(item)),
            notes=(f"In WordPress this was {state}.",) if state not in ("public", "draft") else (),
            faults=tuple(markup.faults),
            more=_search_words(meta),
            also=tuple(self._also(number, page)),
        )

    def _credits(self, item: xml.Element) -> Iterator[Named]:
        """Co-Authors Plus lists them in order; else it is the one who wrote the post."""
        several = _categories(item, "author")
        for one in several:
            slug = one.slug.removeprefix("cap-")
            yield Named(self.survey.authors.get(slug, one.name), slug, old_path=f"/author/{slug}/")
        login = _said(item, "creator")
        if login and not several:
            yield Named(self.survey.authors.get(login, login), login, old_path=f"/author/{login}/")

    def _comments(self, item: xml.Element) -> Iterator[Remark]:
        for one in xml.children(item, "comment"):
            if _said(one, "comment_type") in _PINGS:
                continue
            parent = _said(one, "comment_parent")
            at = _date(_said(one, "comment_date_gmt"), UTC) or _date(_said(one, "comment_date"), self.zone)
            yield Remark(
                key=_said(one, "comment_id"),
                parent="" if parent == "0" else parent,
                author=html.to_text(_said(one, "comment_author")),
                text=_said(one, "comment_content"),
                at=at.isoformat() if at else "",
                state=_COMMENTS.get(_said(one, "comment_approved"), "waiting"),
                email=_said(one, "comment_author_email"),
            )

    def talks(self) -> Iterator[Talked]:
        """The comments alone, by the address of what they are on."""
        for item in xml_stream.elements(self.path, "item"):
            if found := tuple(self._comments(item)):
                yield Talked(_said(item, "link"), found)

    def _time(self, item: xml.Element, name: str) -> datetime | None:
        return _date(_said(item, f"{name}_gmt"), UTC) or _date(_said(item, name), self.zone)


def _said(element: xml.Element, name: str, space: str = "") -> str:
    """The text of the child `name`, its namespace holding the word `space`."""
    for child in xml.children(element, name):
        if space in xml.namespace(child):
            return xml.raw_text(child).strip()
    return ""


def _author_name(element: xml.Element) -> str:
    first, last = _said(element, "author_first_name"), _said(element, "author_last_name")
    return html.to_text(_said(element, "author_display_name") or f"{first} {last}".strip())


def _meta(item: xml.Element) -> dict[str, str]:
    return {_said(one, "meta_key"): _said(one, "meta_value") for one in xml.children(item, "postmeta")}


_FOLDERS = {"category": "/category/{}/", "post_tag": "/tag/{}/", "tag": "/tag/{}/"}


def _categories(item: xml.Element, domain: str) -> list[Named]:
    """The categories of one kind, each once: old exports name them with and without a slug."""
    found: dict[str, Named] = {}
    for one in xml.children(item, "category"):
        name, slug = html.to_text(xml.text(one)), xml.attribute(one, "nicename") or ""
        if (xml.attribute(one, "domain") or "category") == domain and slug:
            found.setdefault(slug, Named(name or slug, slug, old_path=_FOLDERS.get(domain, "").format(slug)))
    return list(found.values())


def _search_words(meta: dict[str, str]) -> dict[str, str]:
    """What search plug-ins keep; their templates (%%title%%) are none of ours."""
    found = {
        "seo_title": meta.get("_yoast_wpseo_title") or meta.get("rank_math_title") or "",
        "seo_description": meta.get("_yoast_wpseo_metadesc") or meta.get("rank_math_description") or "",
    }
    limits = {"seo_title": 160, "seo_description": 320}
    return {name: html.to_text(said)[: limits[name]] for name, said in found.items() if said and "%" not in said}


def _date(said: str, zone: ZoneInfo | object) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", said) or said.startswith("0000"):
        return None
    try:
        return datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]
    except ValueError:
        return None


def _without_first(pieces: tuple[Piece, ...], lead: Image | None) -> tuple[Piece, ...]:
    """The body without the lead picture, where it begins with that once more."""
    if lead and pieces and pieces[0].kind == "picture" and _same(pieces[0].images[0].url, lead.url):
        return pieces[1:]
    return pieces


def _same(one: str, other: str) -> bool:
    """Whether two addresses are the same picture, perhaps in another size (photo-300x200.jpg)."""
    plain = [re.sub(r"-\d+x\d+(?=\.\w+$)", "", urlsplit(a).path) for a in (one, other)]
    return plain[0] == plain[1]
