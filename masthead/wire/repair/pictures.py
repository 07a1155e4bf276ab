"""Pictures of an item: one of each, with caption, credit and alt as three different texts."""

from __future__ import annotations

import dataclasses
import html as _entities
import re
from collections.abc import Callable

from masthead.kit import html
from masthead.wire.item import Item, Media
from masthead.wire.profiles.names import CreditMap
from masthead.wire.repair import captions, marks
from masthead.wire.repair.credits import Credit, credit

_SIZE = re.compile(r"-(?:\d{2,4}x\d{2,4}|\d{3,4})(?=\.\w{3,4}$)|-scaled(?=\.\w{3,4}$)")
"""WordPress names a smaller copy of picture.jpg picture-300x200.jpg."""
_MARKUP = re.compile(r"(?:<|&lt;)/?[a-z][^<>]{0,80}(?:>|&gt;)", re.IGNORECASE)

Note = Callable[[str, str, str, str], None]
"""Writes down a repair: rule, field, before, after."""


def pictures(item: Item, galley: html.Galley, known: CreditMap, note: Note) -> tuple[Media, ...]:
    """The item's own pictures and those of its text, once each."""
    found = [described(media, known, note) for media in item.media]
    for figure in galley.figures:
        if figure.kind == "image":
            shown = Media(figure.src, "image/jpeg", figure.width, figure.height, caption=figure.caption, alt=figure.alt)
            found.append(described(shown, known, note))
    merged: dict[str, Media] = {}
    beside = [m.url for m in item.media if m.url and "://" not in m.url]
    for one in found:
        key = (one.url or "").split("?")[0]
        # The text's own copy of an address beside the delivery was made absolute: it is the same picture.
        key = next((url for url in beside if key.endswith(f"/{url}")), key)
        one = dataclasses.replace(one, url=key) if key in beside else one
        key = _SIZE.sub("", key)
        merged[key] = _joined(merged[key], one) if key in merged else one
    return tuple(merged.values())


def described(media: Media, known: CreditMap, note: Note) -> Media:
    """Caption, credit and alt as three texts. An alt text that is the caption's markup says nothing and goes."""
    raw, alt = media.caption or "", media.alt or ""
    found = captions.caption(raw, known)
    if not raw and alt and _MARKUP.search(alt):
        found = captions.caption(alt, known)
    if found.escaped:
        note("escaped-caption", "media", raw or alt, found.text or "")
    elif found.corrects or (found.credit and not media.credit):
        note("caption-parts", "media", raw, found.text or "")
    words = found.text if found.text is not None or found.credit else html.to_text(_entities.unescape(raw))
    if found.credit and not found.escaped and media.credit:
        words = html.to_text(_entities.unescape(raw)) if not found.corrects else found.text
    said = _credit(media, found, known)
    notes = (*media.notes, *_notes(media, found, alt, raw))
    return dataclasses.replace(
        media,
        caption=words or None,
        alt=_alt(alt, words or "", raw),
        credit=_line(media, found, said),
        photographer=said.photographer if said else media.photographer,
        chain=said.chain if said else media.chain,
        notes=tuple(dict.fromkeys(notes)),
    )


def _credit(media: Media, found: captions.Caption, known: CreditMap) -> Credit | None:
    sent = html.to_text(media.credit) if media.credit else ""
    if found.credit and (found.escaped or not sent):
        inside = found.credit
        if media.photographer and not inside.photographer:
            return dataclasses.replace(inside, photographer=media.photographer)
        return inside
    if not sent and not media.photographer:
        return None
    return credit(sent, html.to_text(media.photographer or ""), known=known)


def _line(media: Media, found: captions.Caption, said: Credit | None) -> str | None:
    """The credit for readers: as sent, unless the names in it are shown otherwise."""
    if said is None or not said.text:
        return media.credit or (f"Courtesy {found.courtesy_of}" if found.courtesy_of else None)
    folded = said.text.casefold()
    if all(name.casefold() in folded for name in said.chain):
        shown = said.text
        for name in said.chain:
            shown = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name.replace("\\", ""), shown, flags=re.IGNORECASE)
        return shown
    parts = [said.photographer, *said.chain] if said.photographer else list(said.chain)
    if " via " in said.text and len(parts) > 1:
        return "/".join(parts[:-1]) + f" via {parts[-1]}"
    return "/".join(parts)


def _alt(alt: str, words: str, raw: str) -> str | None:
    if not alt or (_MARKUP.search(alt) and captions.caption(alt).escaped):
        return None
    said = html.to_text(alt)
    return None if said in (words, html.to_text(raw)) else said or None


def _notes(media: Media, found: captions.Caption, alt: str, raw: str) -> list[str]:
    out = []
    if alt and _MARKUP.search(alt):
        out.append("markup-in-alt")
    if alt and raw and html.to_text(alt) == html.to_text(raw):
        out.append("alt-equals-caption")
    if media.url and marks.is_local_picture(media.url):
        out += ["made here: keep it on updates", *([] if alt else ["image-without-alt"])]
    if found.file_photo:
        out.append("file photo" + (f" of {found.taken:%-d %B %Y}" if found.taken else ""))
    if found.credit and found.credit.stock:
        out.append("stock picture")
    if found.credit and not found.text:
        out.append("no-caption")
    if found.corrects:
        out.append(f"corrects {found.corrects}")
    return out


def _joined(one: Media, other: Media) -> Media:
    values = {f.name: getattr(one, f.name) or getattr(other, f.name) for f in dataclasses.fields(Media)}
    return Media(**values)
