"""Taking a picture in: once however often it comes, with what it says of itself in the fields where that belongs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile

from masthead.kit import credentials, images, marking
from masthead.pictures.models import DataMining, Picture, SourceType

LARGEST = 40_000_000
"""Bytes of one picture."""
_ONE_USE = ("one time use", "one-time use", "single use", "one use only", "einmalige nutzung")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: the picture, whether it is new, and older pictures that look the same."""

    picture: Picture
    new: bool
    near: tuple[Picture, ...] = ()


def original(picture: Picture) -> bytes:
    """The bytes as they came, wherever they lie. Raises BadPicture when they are not there."""
    try:
        with picture.file.storage.open(picture.file.name) as file:
            return bytes(file.read())
    except OSError:
        raise images.BadPicture(f"The picture {picture.file.name} is not there.") from None


def take(data: bytes, *, name: str, said: dict[str, object] | None = None, user: object = None) -> Taken:
    """The picture with these bytes. `said` (caption, credit, ...) wins over what the file says. Raises BadPicture."""
    if len(data) > LARGEST:
        raise images.BadPicture(f"{name} has {len(data) // 1_000_000} MB; the limit is {LARGEST // 1_000_000} MB.")
    sha256 = hashlib.sha256(data).hexdigest()
    known = Picture.objects.filter(sha256=sha256).first()
    if known:
        return Taken(known, new=False)
    said = said or {}
    size = images.measure(data)
    picture = Picture(
        sha256=sha256,
        file_size=len(data),
        file_hash=hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        caption=str(said.get("caption") or ""),
        alt=str(said.get("alt") or "")[:500],
        photographer=str(said.get("photographer") or "")[:200],
        credit=str(said.get("credit") or "")[:300],
        copyright_notice=str(said.get("rights") or "")[:500],
        usage_terms=str(said.get("usage_terms") or ""),
        provider_id=str(said.get("provider_id") or "")[:300],
        uploaded_by_user=user,
    )
    describe(picture, data)
    picture.title = str(said.get("headline") or picture.title or said.get("caption") or Path(name).name)[:255]
    near = tuple(looks_like(picture))
    # The measure read from the header stands; letting the field measure again would open the file once more.
    picture.file = picture.file.storage.save(_name(sha256, size.mime), ContentFile(data))
    picture.width, picture.height = size.width, size.height
    picture.save()
    return Taken(picture, new=True, near=near)


def _name(sha256: str, mime: str) -> str:
    return f"original_images/{sha256[:24]}.{mime.rpartition('/')[2]}"


def read_new_file(picture: Picture) -> None:
    """Digest and description of a file that a form is about to keep. A file that cannot be read keeps its digest."""
    picture.file.seek(0)
    data = picture.file.read()
    picture.file.seek(0)
    picture.sha256 = hashlib.sha256(data).hexdigest()
    try:
        describe(picture, data)
    except images.BadPicture:
        picture.likeness, picture.credentials = "", {}


def describe(picture: Picture, data: bytes) -> None:
    """Put what the bytes say of themselves into the picture's empty fields, without saving. Raises BadPicture.

    The alt text is taken only from the property made for it; a caption never becomes one.
    """
    told = images.told(data)
    fields = {
        "caption": told.first("caption"),
        "alt": told.first("alt")[:500],
        "photographer": ", ".join(told.all("creator"))[:200],
        "credit": (told.first("credit") or told.first("source"))[:300],
        "copyright_notice": told.first("copyright_notice")[:500],
        "usage_terms": told.first("usage_terms"),
        "instructions": told.first("instructions"),
        "provider_id": told.first("guid")[:300],
        "data_mining": _chosen(told.first("data_mining"), marking.DATA_MINING, DataMining.values),
        "source_type": _chosen(told.first("digital_source_type"), marking.SOURCE_TYPES, SourceType.values),
    }
    for name, value in fields.items():
        if value and not getattr(picture, name):
            setattr(picture, name, value)
    if not picture.title or picture.title == Path(picture.file.name or "").name:
        picture.title = (told.first("headline") or told.first("object_name") or picture.title)[:255]
    terms = f"{picture.usage_terms} {picture.instructions}".casefold()
    picture.one_use = picture.one_use or any(words in terms for words in _ONE_USE)
    picture.likeness = images.likeness(data)
    picture.credentials = credentials.read(data, told.mime)
    if not picture.source_type and (kind := str(picture.credentials.get("source_type") or "")):
        picture.source_type = _chosen(kind, marking.SOURCE_TYPES, SourceType.values)


def _chosen(value: str, begins: str, known: Iterable[str]) -> str:
    """The last word of a vocabulary's address, when it is one that we know."""
    word = value.strip().removeprefix(begins).rpartition("/")[2]
    return word if word in set(known) else ""


def looks_like(picture: Picture) -> list[Picture]:
    """Older pictures that look the same: cropped a little, smaller, saved again. Nearest first, five at the most."""
    if not picture.likeness:
        return []
    rows = Picture.objects.exclude(likeness="").exclude(pk=picture.pk).values_list("pk", "likeness")
    mine = int(picture.likeness, 16)
    close = sorted(
        (far, pk) for pk, other in rows.iterator() if (far := (mine ^ int(other, 16)).bit_count()) <= images.ALIKE
    )
    found = Picture.objects.in_bulk([pk for _, pk in close[:5]])
    return [found[pk] for _, pk in close[:5]]
