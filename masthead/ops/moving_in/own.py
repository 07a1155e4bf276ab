"""What another Masthead exported, as docs/move-out.md describes it: the same stories, orders of agencies included."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from masthead.circulation import going
from masthead.circulation.models import Newsletter
from masthead.kit import images, paths
from masthead.kit.private import DeskOnly
from masthead.mailroom import suppression
from masthead.mailroom.letter import CannotPost
from masthead.ops.models import MovedIn
from masthead.ops.moving_in import CannotMoveIn, talks
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Remark
from masthead.ops.moving_out.stories import TIMES, WORDS, renamed
from masthead.people.models import Organisation, Person
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.press import run
from masthead.stories import actions
from masthead.stories.actions import Archived, Copy, CopyCredit, CopyPicture
from masthead.stories.models import Notice, Story, StoryLine, StoryTopic, Topic
from masthead.titles.models import Redirect, Section, StandingPage, Title

BATCH = 200


class Bringing:
    """An export folder on its way into a paper."""

    def __init__(self, title: Title, folder: Path, *, dry: bool = False) -> None:
        self.title, self.folder, self.report = title, folder, Report(dry=dry)
        try:
            about = json.loads((folder / "paper.json").read_text("utf-8"))
            self.origin = str(about["paper"]["base_url"])[:200]
        except (OSError, ValueError, KeyError):
            raise CannotMoveIn(f"{folder} is no export of Masthead: it has no paper.json that can be read. Nothing was taken in.") from None
        if about.get("form") != 1:
            raise CannotMoveIn("The export was made by a newer Masthead; install that version here first. Nothing was taken in.")
        self.topics: dict[str, int] = {}

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        path = self.folder / f"{name}.jsonl"
        if path.is_file():
            with path.open(encoding="utf-8") as file:
                yield from (json.loads(line) for line in file if line.strip())

    def take(self) -> Iterator[int]:
        """Take everything in; yields after each batch of stories."""
        if self.report.dry:
            for name, words in (("stories", "stories"), ("lines", "story lines"), ("notices", "notices")):
                self.report.count(words, sum(1 for _ in self._rows(name)))
            return
        self._around()
        batch: list[dict[str, Any]] = []
        for row in self._rows("stories"):
            batch.append(row)
            if len(batch) == BATCH:
                yield self._batch(batch)
                batch = []
        yield self._batch(batch)
        for row in self._rows("lines"):
            self._line(row)
        for row in self._rows("notices"):
            self._notice(row)
        self._comments()
        self._readers()
        run.mark_stale(self.title, f"title:{self.title.pk}")

    @transaction.atomic
    def _around(self) -> None:
        """Everything that stories name."""
        for row in self._rows("sections"):
            Section.objects.get_or_create(title=self.title, slug=row.pop("slug"), defaults=row)
        for row in self._rows("topics"):
            slug = row.pop("slug")
            self.topics[slug] = Topic.objects.get_or_create(title=self.title, slug=slug, defaults=row)[0].pk
        for row in self._rows("people"):
            Person.objects.get_or_create(slug=row.pop("slug"), defaults=row)
        for row in self._rows("organisations"):
            Organisation.objects.get_or_create(slug=row.pop("slug"), defaults=row)
        for row in self._rows("pages"):
            StandingPage.objects.get_or_create(title=self.title, slug=row.pop("slug"), defaults=row)
        for row in self._rows("redirects"):
            Redirect.objects.get_or_create(title=self.title, old=row.pop("old"), defaults=row)
        for row in self._rows("pictures"):
            self._picture(row)

    def _picture(self, row: dict[str, Any]) -> None:
        if Picture.objects.filter(sha256=row["sha256"]).exists():
            return
        try:
            data = paths.inside(self.folder / "pictures", row["file"]).read_bytes()
            picture = taking.take(data, name=row["file"]).picture
        except (OSError, paths.Outside, images.BadPicture) as error:
            self.report.fault(row["file"], f"This picture did not come: {error}")
            return
        terms = {k: v for k, v in row.items() if k not in ("sha256", "file", "width", "height", "expires_at")}
        Picture.objects.filter(pk=picture.pk).update(**terms, expires_at=_time(row["expires_at"]))
        self.report.count("pictures")

    def _batch(self, batch: list[dict[str, Any]]) -> int:
        known = set(Story.objects.filter(uid__in=[row["uid"] for row in batch]).values_list("uid", flat=True))
        fresh = [row for row in batch if row["uid"] not in set(map(str, known))]
        self.report.count("stories that were here already", len(batch) - len(fresh))
        if not fresh:
            return len(batch)
        self.pictures = dict(Picture.objects.exclude(sha256="").values_list("sha256", "pk"))
        with transaction.atomic():
            made = actions.move_in(title=self.title, stories=[self._archived(row) for row in fresh], by=f"moved in from {self.origin}")
            StoryTopic.objects.bulk_create(
                StoryTopic(story=story, topic_id=self.topics[slug], sort_order=n)
                for story, row in zip(made, fresh, strict=True)
                for n, slug in enumerate(row["topics"])
                if slug in self.topics
            )
            MovedIn.objects.bulk_create(
                MovedIn(title=self.title, origin=self.origin, kind="story", key=str(story.uid), story=story) for story in made
            )
        self.report.count("stories", len(fresh))
        return len(batch)

    def _archived(self, row: dict[str, Any]) -> Archived:
        section = Section.objects.get(title=self.title, slug=row["section"])
        uses = [(p, Picture.objects.get(pk=self.pictures[p["picture"]])) for p in row["pictures"] if p["picture"] in self.pictures]
        copy = Copy(
            headline=row["headline"],
            credits=tuple(
                CopyCredit(c["name"], c["role"], c["organisation"], Person.objects.filter(slug=c["person"]).first() if c["person"] else None)
                for c in row["credits"]
            ),
            pictures=tuple(CopyPicture(picture, p["caption"], p["credit"], p["alt"]) for p, picture in uses),
            notes=tuple(DeskOnly(n["text"]) for n in row["desk_notes"]),
        )
        public = row["state"] == "published" and row["first_published_at"] is not None
        more: dict[str, Any] = {name: row[name] for name in WORDS}
        more |= {name: _time(row[name]) for name in TIMES if name != "filed_at"}
        more["agency"] = Organisation.objects.filter(slug=row["agency"]).first() if row["agency"] else None
        if not public:
            # What waited for its minute waits for an editor: the schedule itself does not move.
            more["state"] = "draft" if row["state"] in ("published", "scheduled") else row["state"]
        return Archived(
            section=section,
            copy=copy,
            blocks=[{"type": b["type"], "value": self._value(b["value"]), "id": str(uuid4())} for b in row["blocks"]],
            public=public,
            published_at=_time(row["first_published_at"]),
            path=row["path"] or "",
            uid=row["uid"],
            more=more,
            corrections=tuple({**c, "at": _time(c["at"])} for c in row["corrections"]),
        )

    def _value(self, value: Any) -> Any:
        return renamed(value, self.pictures)

    def _line(self, row: dict[str, Any]) -> None:
        """A story line with its developments, once stories are here. Older exports say less of it."""
        stories = {
            str(s.uid): s
            for s in Story.objects.filter(title=self.title, uid__in={d["story"] for d in row["developments"]} | ({row["named_after"]} if row.get("named_after") else set()))
        }
        after = row.get("named_after")
        if after and after not in stories:
            # Its name is a headline that could not be taken back here.
            self.report.fault(row["slug"], "This story line is named after a story that did not come, so it was left out; begin it anew in the newsroom.")
            return
        line = StoryLine(
            title=self.title, slug=row["slug"], name=row["name"], summary=row["summary"], state=row["state"], outcome=row.get("outcome", ""),
            begun_by=row.get("begun_by", ""), named_after=stories.get(after or ""), ended_at=_time(row.get("ended_at")),
            **{name: _time(row[name]) for name in ("begun_at", "changed_at") if row.get(name)},
        )  # fmt: skip
        told = [(stories[d["story"]], _time(d["at"]), d["what"]) for d in row["developments"] if d["story"] in stories]
        came = actions.lines.move_in(line=line, told=told, by=f"moved in from {self.origin}")
        self.report.count("story lines" if came else "story lines that were here already")

    @transaction.atomic
    def _notice(self, row: dict[str, Any]) -> None:
        """An obituary, a notice or an event, as it stood there."""
        key = row["path"] or f"draft {hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()}"
        _, new = MovedIn.objects.get_or_create(title=self.title, origin=self.origin, kind="notice", key=key)
        sha256 = row.pop("picture", None)
        picture = Picture.objects.filter(sha256=sha256).first() if sha256 else None
        notice = Notice(title=self.title, picture=picture)
        for name, value in row.items():
            setattr(notice, name, Notice._meta.get_field(name).to_python(value))
        came = actions.move_in_notice(notice=notice, by=f"moved in from {self.origin}") if new else None
        self.report.count("notices" if came else "notices that were here already")

    def _readers(self) -> None:
        """Who follows what; first of all, who gets no more letters."""
        for row in self._rows("suppressed"):
            suppression.bring(self.title, row)
        for row in self._rows("newsletters"):
            Newsletter.objects.get_or_create(title=self.title, slug=row.pop("slug"), defaults=row)
        for row in self._rows("subscribers"):
            try:
                came = going.bring(self.title, row)
            except (CannotPost, KeyError, ValueError) as error:
                self.report.fault("subscribers.jsonl", f"One was left out: {error}")
                continue
            self.report.count("subscribers" if came else "subscribers that were here already")

    def _comments(self) -> None:
        stories = dict(Story.objects.filter(title=self.title).values_list("uid", "pk"))
        ids = {str(uid): pk for uid, pk in stories.items()}
        found: dict[int, list[Remark]] = {}
        for row in self._rows("comments"):
            if row["story"] in ids:
                found.setdefault(ids[row["story"]], []).append(_remark(row))
        # Exports of before there was a comments room.
        for row in self._rows("old-comments"):
            if row["story"] in ids:
                found.setdefault(ids[row["story"]], []).append(talks.remark(row["key"], row["parent"], row))
        for story in Story.objects.filter(pk__in=found):
            talks.bring(story, self.origin, found[story.pk], self.report)


def _remark(row: dict[str, Any]) -> Remark:
    return Remark(
        key=row["id"], parent=row["answers"] or "", author=row["author"], text=row["text"], at=row["at"], email=row["email"],
        state={"published": "approved", "held": "waiting"}.get(row["state"], row["state"]), likes=row["respects"], is_html=False,
        rule=row["rule"], role=row["role"],
    )  # fmt: skip


def _time(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
