"""`masthead import ...`: which reader for which export, and the report at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from masthead.kit import fetch, xml
from masthead.ops.moving_in import CannotMoveIn, coral, disqus, ghost, own, remark42, running_feed, table, talks
from masthead.ops.moving_in.house import House, plain_origin
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Moved
from masthead.ops.moving_in.wxr import Export
from masthead.titles.models import Title

FEED = "/feed.rss"
"""Where those who read the old feed are led: WordPress has it at /feed/, Ghost at /rss/."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the keyholder asked for beside the export itself."""

    dry: bool = False
    uploads: Path | None = None
    fetching: bool = True
    sections: int = 8
    comments: bool = True
    origin: str = ""


def paper() -> Title:
    """The paper that others move into. Raises CannotMoveIn."""
    title = Title.objects.order_by("pk").first()
    if title is None:
        raise CannotMoveIn("There is no paper yet. Run “masthead init” first.")
    return title


def house(origin: str, wishes: Wishes, title: Title | None = None) -> House:
    return House(
        title or paper(), wishes.origin or origin, uploads=wishes.uploads, fetching=wishes.fetching, dry=wishes.dry,
        comments=wishes.comments,
    )  # fmt: skip


def from_wxr(path: Path, wishes: Wishes, title: Title | None = None) -> Iterator[tuple[int, Report]]:
    """Move in from WordPress; yields after each batch. Raises CannotMoveIn."""
    title = title or paper()
    with Export(path, title.zone, wishes.sections) as export:
        taking = house(export.survey.base, wishes, title)
        for fault in export.survey.faults:
            taking.report.fault(path.name, fault, "The file is not quite XML; it was read over.")
        for kind, number in export.survey.kinds.items():
            if kind not in ("post", "page", "attachment"):
                taking.report.fault(kind, f"{number} entries of the kind “{kind}” were left out.")
        taking.places.lead_on("/feed/", FEED)
        yield from _take(taking, export.stories())


def from_ghost(path: Path, wishes: Wishes, title: Title | None = None) -> Iterator[tuple[int, Report]]:
    """Move in from Ghost; yields after each batch. Raises CannotMoveIn."""
    export = ghost.Export(path, wishes.origin, wishes.sections)
    taking = house(wishes.origin, wishes, title)
    taking.places.lead_on("/rss/", FEED)
    yield from _take(taking, export.stories())


def from_feed(place: str, wishes: Wishes, title: Title | None = None) -> Iterator[tuple[int, Report]]:
    """Move in what a feed shows, an address or a file; yields after each batch. Raises CannotMoveIn."""
    title = title or paper()
    file = Path(place)
    try:
        data = file.read_bytes() if file.is_file() else fetch.get(place, most=xml.MAX_BYTES).data
    except (fetch.NotFetched, OSError) as error:
        raise CannotMoveIn(f"{error} Nothing was taken in.") from None
    origin = wishes.origin or (place if "//" in place else f"feed {file.name}")
    yield from _take(house(origin, wishes, title), running_feed.stories(data, wishes.origin or place, title.zone))


def from_csv(path: Path, wishes: Wishes, title: Title | None = None) -> Iterator[tuple[int, Report]]:
    """Move in from a table; yields after each batch. Raises CannotMoveIn."""
    title = title or paper()
    try:
        read = table.Table(path, title.zone, wishes.origin)
    except UnicodeDecodeError:
        raise CannotMoveIn(f"{path.name} is not UTF-8; save it as UTF-8 and run this again. Nothing was taken in.") from None
    taking = house(wishes.origin or f"table {path.name}", wishes, title)
    for name in read.unknown:
        taking.report.fault(name, f"The column “{name}” is not known and was left out.")
    yield from _take(taking, read.stories())


def from_masthead(folder: Path, wishes: Wishes, title: Title | None = None) -> Iterator[tuple[int, Report]]:
    """Move in from another Masthead; yields after each batch. Raises CannotMoveIn."""
    title = title or paper()
    bringing = own.Bringing(title, folder, dry=wishes.dry)
    yield 0, bringing.report
    for number in bringing.take():
        yield number, bringing.report


TALKS = {"disqus": disqus.talks, "coral": coral.talks, "remark42": remark42.talks}


def from_talks(path: Path, wishes: Wishes, title: Title | None = None, *, system: str) -> Iterator[tuple[int, Report]]:
    """Take in comments alone, from `system`: disqus, wordpress, coral or remark42. Raises CannotMoveIn."""
    title = title or paper()
    report = Report(dry=wishes.dry)
    yield 0, report
    if system == "wordpress":
        with Export(path, title.zone) as export:
            origin = plain_origin(wishes.origin or export.survey.base)
            for number in talks.take(title, origin, export.talks(), report):
                yield number, report
        return
    for number in talks.take(title, wishes.origin or system, TALKS[system](path, report), report):
        yield number, report


def _take(taking: House, stories: Iterable[Moved]) -> Iterator[tuple[int, Report]]:
    yield 0, taking.report
    for number in taking.take(stories):
        yield number, taking.report


def finish(report: Report, source: str) -> Path:
    """Write the report beside the paper's data; its path."""
    return report.save(Path(settings.DATA) / "import", source)
