"""Renditions of pictures: made once, kept in the store like pages, taken away when no open story shows them."""

from __future__ import annotations

import logging
import re
from contextlib import AbstractContextManager
from typing import Any

from masthead.kit import clock, images
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.press import addresses, locks
from masthead.press.reading import WIDTHS
from masthead.press.store import NotKept, Printed, Store
from masthead.stories import gate

log = logging.getLogger("masthead.press")

FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
MIME = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
_RENDITION = re.compile(
    r"/pictures/(?P<pk>\d{1,12})-(?P<digest>[0-9a-f]{12})/(?P<width>\d{2,5})\.(?P<extension>avif|webp|jpg)"
)


def wanted(picture: Picture) -> list[str]:
    """The addresses that pages name for this picture: AVIF and WebP in every width, JPEG in the two largest."""
    widths = [w for w, _ in images.sizes_for(picture.width, picture.height, WIDTHS)]
    modern = [addresses.rendition(picture, w, extension) for extension in ("avif", "webp") for w in widths]
    return modern + [addresses.rendition(picture, w, "jpg") for w in widths[-2:]]


def develop(picture: Picture, store: Store, only: list[str] | None = None, anew: bool = False) -> None:
    """Make what is missing of the picture's renditions, or all `anew`; `only` some of them.

    A damaged original leaves the page without its picture, and a line in the log.
    """
    missing = [path for path in only or wanted(picture) if anew or store.get(path) is None]
    if not missing:
        return
    matched = [m for path in missing if (m := _RENDITION.fullmatch(path))]
    widths, extensions = {int(m["width"]) for m in matched}, {m["extension"] for m in matched}
    sizes = [size for size in images.sizes_for(picture.width, picture.height, WIDTHS) if size[0] in widths]
    formats = {extension: name for extension, name in FORMATS.items() if extension in extensions}
    try:
        made = images.renditions(taking.original(picture), sizes, formats, picture.marks())
    except images.BadPicture as error:
        log.warning("Picture %s was not printed: %s", picture.pk, error)
        return
    for (width, extension), body in made.items():
        path = addresses.rendition(picture, width, extension)
        if path in missing:
            try:
                store.put(Printed(path, body, MIME[extension], valid_until=picture.expires_at))
            except NotKept as error:
                log.error("%s", error)  # It is made again when somebody asks for it.


def clear(picture: Picture, store: Store) -> None:
    """Take the picture's renditions out of the store."""
    for width in {w for w, _ in images.sizes_for(picture.width, picture.height, WIDTHS)}:
        for extension in FORMATS:
            store.remove(addresses.rendition(picture, width, extension))


def in_step(picture: Picture, store: Store) -> None:
    """Make the store agree with the gate about this picture."""
    with _alone(picture, store):
        _in_step(picture, store)


def _alone(picture: Picture, store: Store) -> AbstractContextManager[None]:
    return locks.printing(store.root, addresses.picture_folder(picture))


def _in_step(picture: Picture, store: Store) -> None:
    if gate.allows_picture(picture):
        develop(picture, store)
    else:
        clear(picture, store)


def renew(picture: Picture, store: Store, before: dict[str, Any]) -> None:
    """Make the store agree with a picture that changed: what stood `before` goes, words and terms are put in anew."""
    if before.get("sha256") and before["sha256"] != picture.sha256:
        clear(Picture(pk=picture.pk, **{name: before[name] for name in ("sha256", "width", "height")}), store)
    with _alone(picture, store):
        if gate.allows_picture(picture):
            develop(picture, store, anew=True)
        else:
            clear(picture, store)


def may_be(path: str) -> bool:
    """Whether the rendition at `path` may lie in a store now."""
    match = _RENDITION.fullmatch(path)
    picture = Picture.objects.filter(pk=int(match["pk"])).first() if match else None
    return picture is not None and path in wanted(picture) and gate.allows_picture(picture)


def on_demand(path: str, store: Store) -> bool:
    """Have the rendition at `path` if pages may name it and the gate is open; whether it is there now.

    The worker makes renditions when a story is published. Only what a crash left out is made here, one at a time.
    """
    match = _RENDITION.fullmatch(path)
    picture = Picture.objects.filter(pk=int(match["pk"])).first() if match else None
    if picture is None or path not in wanted(picture) or not gate.allows_picture(picture):
        return False
    entry = store.get(path)
    if entry is not None and entry.is_true(clock.now()):
        return True
    with _alone(picture, store):
        store.drop(path)
        return _on_demand(picture, path, store)


def _on_demand(picture: Picture, path: str, store: Store) -> bool:
    entry = store.get(path)
    stale = entry is not None and not entry.is_true(clock.now())
    develop(picture, store, only=[path], anew=stale)
    return store.get(path) is not None
