"""Renditions of pictures: made once, kept in the store like pages, taken away when no open story shows them."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from masthead.kit import images
from masthead.pictures.models import Picture
from masthead.press import addresses
from masthead.press.reading import WIDTHS
from masthead.press.store import Printed, Store
from masthead.stories import gate

log = logging.getLogger("masthead.press")

FORMATS = {"webp": "WEBP", "jpg": "JPEG"}
MIME = {"webp": "image/webp", "jpg": "image/jpeg"}
_RENDITION = re.compile(r"/pictures/(?P<pk>\d{1,12})-(?P<digest>[0-9a-f]{12})/\d{2,5}\.(?:webp|jpg)")


def wanted(picture: Picture) -> list[str]:
    """The addresses that pages name for this picture: WebP in every width, JPEG in the two largest."""
    sizes = images.sizes_for(picture.width, picture.height, WIDTHS)
    return [addresses.rendition(picture, w, "webp") for w, _ in sizes] + [
        addresses.rendition(picture, w, "jpg") for w, _ in sizes[-2:]
    ]


def develop(picture: Picture, store: Store) -> None:
    """Make what is missing of the picture's renditions. A damaged original leaves the page without it."""
    missing = [path for path in wanted(picture) if store.get(path) is None]
    if not missing:
        return
    sizes = images.sizes_for(picture.width, picture.height, WIDTHS)
    try:
        made = images.renditions(images.read(Path(picture.file.path)), sizes, FORMATS)
    except images.BadPicture as error:
        log.warning("Picture %s was not printed: %s", picture.pk, error)
        return
    for (width, extension), body in made.items():
        path = addresses.rendition(picture, width, extension)
        if path in missing:
            store.put(Printed(path, body, MIME[extension]))


def clear(picture: Picture, store: Store) -> None:
    """Take the picture's renditions out of the store."""
    for width in {w for w, _ in images.sizes_for(picture.width, picture.height, WIDTHS)}:
        for extension in FORMATS:
            store.remove(addresses.rendition(picture, width, extension))


def in_step(picture: Picture, store: Store) -> None:
    """Make the store agree with the gate about this picture."""
    if gate.allows_picture(picture):
        develop(picture, store)
    else:
        clear(picture, store)


def on_demand(path: str, store: Store) -> bool:
    """Make the rendition at `path` if pages may name it and the gate is open; whether it is there now."""
    match = _RENDITION.fullmatch(path)
    picture = Picture.objects.filter(pk=int(match["pk"])).first() if match else None
    if picture is None or path not in wanted(picture) or not gate.allows_picture(picture):
        return False
    develop(picture, store)
    return store.get(path) is not None
