"""Pictures that copy brings along: taken from beside the delivery at once, or ordered and taken in later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from masthead.kit import clock, fetch, images, paths, secrets
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.wire import credentials
from masthead.wire.item import Media
from masthead.wire.models import PictureOrder, Source

MOST_PICTURES = 12
MOST_ATTEMPTS = 8
LARGEST = 40_000_000
"""Bytes of one picture."""
FIRST_PAUSE = timedelta(seconds=3)


def order(story: Story, media: Iterable[Media], source: Source, beside: Path | None) -> None:
    """Bring the story's pictures in line with `media`; what is not at hand is ordered and tried again."""
    wanted = [m for m in media if m.url and (m.type or "image/").startswith("image/")][:MOST_PICTURES]
    PictureOrder.objects.filter(story=story).exclude(url__in=[m.url for m in wanted]).delete()
    for place, one in enumerate(wanted):
        ordered, _ = PictureOrder.objects.update_or_create(
            story=story, url=str(one.url)[:1000], defaults={"source": source, "sort_order": place, "media": asdict(one)}
        )
        if ordered.state == PictureOrder.State.WAITING:
            # What lies beside the copy is taken at once; the network is left to the worker.
            _try(ordered, [beside] if beside and not urlsplit(ordered.url).scheme else [])
    _arrange(story)


def work_off(limit: int = 20) -> int:
    """Try waiting orders again; returns how many pictures came in."""
    due = PictureOrder.objects.filter(state="waiting", due_at__lte=clock.now()).select_related("story", "source")
    came = [ordered for ordered in due.order_by("due_at")[:limit] if _try(ordered, _folders(ordered.source))]
    for story in {ordered.story for ordered in came}:
        _arrange(story)
    return len(came)


def _arrange(story: Story) -> None:
    taken = PictureOrder.objects.filter(story=story, state="taken").select_related("picture").order_by("sort_order")
    actions.set_pictures(
        story=story, pictures=tuple(_use(o.picture, o.media) for o in taken if o.picture), by="the agency"
    )


def _folders(source: Source) -> list[Path]:
    drop = Path(settings.DATA) / "wire" / "in"
    return [drop / source.slug, drop]


def _try(ordered: PictureOrder, folders: list[Path]) -> bool:
    try:
        ordered.picture = take(_bytes(ordered, folders), ordered.media)
    except (images.BadPicture, paths.Outside, secrets.CannotOpen, OSError) as error:
        _postpone(ordered, str(error))
        return False
    ordered.state, ordered.reason = PictureOrder.State.TAKEN, ""
    ordered.save()
    return True


def _bytes(ordered: PictureOrder, folders: list[Path]) -> bytes:
    url = ordered.url
    if urlsplit(url).scheme:
        if not folders:
            raise images.BadPicture("It will be fetched in a moment.")
        # Agencies keep pictures behind the same key as their copy; no other computer is told it.
        return fetch.get(url, most=LARGEST, proof=credentials.headers(ordered.source, url)).data
    for folder in folders:
        path = paths.inside(folder, url)
        if path.is_file():
            return images.read(path)
    raise images.BadPicture(f"The picture {url} has not arrived.")


def _postpone(ordered: PictureOrder, reason: str) -> None:
    ordered.attempts += 1
    ordered.reason = reason[:300]
    ordered.due_at = clock.now() + FIRST_PAUSE * 2**ordered.attempts
    if ordered.attempts == 1 and urlsplit(ordered.url).scheme:
        ordered.due_at = clock.now()
    if ordered.attempts >= MOST_ATTEMPTS:
        ordered.state = PictureOrder.State.GIVEN_UP
    ordered.save()


def take(data: bytes, media: dict[str, object]) -> Picture:
    """The picture with these bytes, taken in once however often it comes. Raises BadPicture."""
    name = Path(str(media.get("url") or "picture")).name
    return taking.take(data, name=name, said=media).picture


def _use(picture: Picture, media: dict[str, object]) -> actions.CopyPicture:
    return actions.CopyPicture(
        picture=picture,
        caption=str(media.get("caption") or ""),
        credit=str(media.get("credit") or ""),
        alt=str(media.get("alt") or ""),
    )
