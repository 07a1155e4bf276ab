"""Ghost's export: one JSON file with its tables. It is read whole: memory goes with the file, about four times its size."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from masthead.kit import html
from masthead.ops.moving_in import CannotMoveIn
from masthead.ops.moving_in.markup import Markup
from masthead.ops.moving_in.value import Image, Moved, Named

PLACE = "__GHOST_URL__"
"""What Ghost writes instead of its own address."""
_STATES = {"published": "public", "sent": "public", "scheduled": "scheduled"}
Row = dict[str, Any]


class Export:
    """The tables of one export. Raises CannotMoveIn for a file that is none."""

    def __init__(self, path: Path, base: str = "", most_sections: int = 8) -> None:
        try:
            said = json.loads(path.read_bytes())
            database = said["db"][0] if "db" in said else said
            self.tables: dict[str, list[Row]] = database["data"]
            self.posts = self.tables["posts"]
        except (ValueError, KeyError, IndexError, TypeError):
            raise CannotMoveIn(f"{path.name} is no export of Ghost (Settings, Migration, Export). Nothing was taken in.") from None
        self.base = base.rstrip("/")
        self.tags = {row["id"]: row for row in self._table("tags")}
        self.users = {row["id"]: row for row in self._table("users")}
        self.meta = {row["post_id"]: row for row in self._table("posts_meta")}
        self.tagged, self.written = self._listed("posts_tags", "tag_id"), self._listed("posts_authors", "author_id")
        self.sections = self._sections(most_sections)

    def _table(self, name: str) -> list[Row]:
        return self.tables.get(name) or []

    def _listed(self, table: str, key: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self._table(table), key=lambda r: r.get("sort_order") or 0):
            found[row["post_id"]].append(row[key])
        return found

    def _sections(self, most: int) -> set[str]:
        """The tags that stand first most often: Ghost calls the first one primary."""
        used: dict[str, int] = defaultdict(int)
        for tags in self.tagged.values():
            first = next((t for t in tags if not self._internal(t)), None)
            if first:
                used[first] += 1
        return set(sorted(used, key=lambda t: (-used[t], t))[:most])

    def _internal(self, tag: str) -> bool:
        return tag not in self.tags or str(self.tags[tag].get("name", "")).startswith("#")

    def _address(self, said: str | None) -> str:
        return urljoin(f"{self.base}/", (said or "").replace(PLACE, self.base)) if said else ""

    def stories(self) -> Iterator[Moved]:
        """Posts and pages, in the export's order."""
        for post in self.posts:
            yield self._story(post)

    def _story(self, post: Row) -> Moved:
        meta = self.meta.get(post["id"], {})
        markup = Markup(lambda number: None, f"{self.base}/")
        raw = post.get("html") or ""
        # Ghost's text is whole HTML; the mark keeps it from being read as an old editor's.
        pieces = markup.pieces(f"<!-- wp: -->{raw.replace(PLACE, self.base)}")
        faults = list(markup.faults)
        if not raw and (post.get("lexical") or post.get("mobiledoc")):
            faults.append("The export has no HTML of it; open it in Ghost, save it, and export again.")
        tags = [t for t in self.tagged.get(post["id"], []) if not self._internal(t)]
        page = bool(post.get("page")) or post.get("type") == "page"
        state = _STATES.get(post.get("status") or "", "draft")
        if state == "public" and (post.get("visibility") or "public") != "public":
            state = "members"
        slug = post.get("slug") or ""
        lead = self._address(post.get("feature_image"))
        return Moved(
            key=str(post.get("uuid") or post["id"]),
            kind="page" if page else "story",
            headline=html.to_text(post.get("title") or ""),
            pieces=pieces,
            url=f"{self.base}/{slug}/" if slug else "",
            slug=slug,
            standfirst=html.to_text(post.get("custom_excerpt") or ""),
            language=post.get("locale") or "",
            state=state,
            published_at=_time(post.get("published_at")),
            changed_at=_time(post.get("updated_at")),
            sections=tuple(self._tag(t) for t in tags if t in self.sections),
            topics=tuple(self._tag(t) for t in tags if t not in self.sections),
            credits=tuple(self._author(u) for u in self.written.get(post["id"]) or [post.get("author_id", "")] if u in self.users),
            lead=Image(lead, html.to_text(meta.get("feature_image_caption") or ""), alt=meta.get("feature_image_alt") or "") if lead else None,
            notes=(f"In Ghost this was {state}.",) if state not in ("public", "draft") else (),
            faults=tuple(faults),
            more={k: v for k, v in {"seo_title": (meta.get("meta_title") or "")[:160], "seo_description": (meta.get("meta_description") or "")[:320]}.items() if v},
        )

    def _tag(self, key: str) -> Named:
        tag = self.tags[key]
        return Named(html.to_text(tag["name"]), tag.get("slug") or "", old_path=f"/tag/{tag.get('slug')}/")

    def _author(self, key: str) -> Named:
        user = self.users[key]
        return Named(html.to_text(user["name"]), user.get("slug") or "", old_path=f"/author/{user.get('slug')}/")


def _time(said: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat((said or "").replace(" ", "T"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
