"""WordPress's markup as pieces of a body: blank lines as paragraphs, shortcodes, captions, galleries, embeds.

What is not text is lifted out and leaves a mark in its place; the text is cleaned as all copy is; then the marks become
blocks. A mark in the middle of a paragraph moves behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

from masthead.kit import html
from masthead.ops.moving_in.value import Image, Piece

Attachment = Callable[[str], Image | None]
"""The picture with an id of the other system."""
Attached = Callable[[str], dict[str, Image]]
"""The pictures that belong to the post with an id there, by their ids; the empty id is the post that is read."""

_MARK = re.compile(r"⁂(\d+)⁂")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*("([^"]*)"|'([^']*)'|([^\s"'\]>]+))""")
_CAPTION = re.compile(r"\[(?:wp_)?caption([^\]]*)\](.*?)\[/(?:wp_)?caption\]", re.DOTALL)
_CODE = re.compile(r"(\[\[?)(/?)([a-zA-Z][\w-]*)((?:\s[^\[\]]*)?)(\]?\])")
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(.*?)\s*\[/embed\]|\[youtube[ =]\s*([^\]]+?)\s*\]", re.DOTALL)
_PLAYER = re.compile(r"\[(?:audio|video|playlist)([^\]]*)\](?:\s*\[/(?:audio|video)\])?")
_FIGURE = re.compile(r"<figure\b[^>]*>.*?</figure>", re.DOTALL | re.IGNORECASE)
_GALLERY_BLOCK = re.compile(r"<!-- wp:gallery\b.*?<!-- /wp:gallery -->", re.DOTALL)
_EMBED_BLOCK = re.compile(r"<!-- wp:(?:core-)?embed\b.*?<!-- /wp:(?:core-)?embed[^>]*-->", re.DOTALL)
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_LINKED_IMG = re.compile(r"<a\b[^>]*>\s*(<img\b[^>]*>)\s*</a>", re.IGNORECASE)
_CAPTIONED = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL | re.IGNORECASE)
_IFRAME = re.compile(r"<iframe\b([^>]*)>.*?</iframe>", re.DOTALL | re.IGNORECASE)
_MEDIA_TAG = re.compile(r"<(?:audio|video)\b([^>]*)>(.*?)</(?:audio|video)>", re.DOTALL | re.IGNORECASE)
_ALONE = re.compile(r"^[ \t]*(https?://\S+)[ \t]*$", re.MULTILINE)
_PLAYERS = ("youtube.com", "youtu.be", "vimeo.com", "soundcloud.com", "dailymotion.com", "spotify.com")
_BLOCK = "p|div|h[1-6]|ul|ol|table|blockquote|pre|hr|dl|figure|section|article|address|form|iframe|aside|header|footer"
_BEGINS_BLOCK = re.compile(rf"^\s*</?(?:{_BLOCK})\b", re.IGNORECASE)
_WHOLE = re.compile(r"<(pre|table|ul|ol|script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_SHOWN = frozenset({"caption", "wp_caption", "gallery", "embed", "youtube", "audio", "video", "playlist", "more"})


class Markup:
    """One body on its way; `faults` are the sentences about what did not fit."""

    def __init__(self, attachment: Attachment, base: str, attached: Attached = lambda post: {}) -> None:
        self.attachment, self.base, self.attached = attachment, base, attached
        self.lifted: list[Piece] = []
        self.faults: list[str] = []

    def pieces(self, raw: str) -> tuple[Piece, ...]:
        """The body's pieces."""
        text = raw.replace("\r\n", "\n").replace("⁂", "* * *")
        modern = "<!-- wp:" in text
        text = self._lift(text)
        text = self._without_codes(text)
        if not modern:
            text = paragraphs(text)
        return tuple(self._put_together(html.blocks(text, self.base)))

    def _lift(self, text: str) -> str:
        text = _GALLERY_BLOCK.sub(lambda m: self._gallery(self._images(m[0])), text)
        text = _EMBED_BLOCK.sub(self._embed_block, text)
        text = _CAPTION.sub(self._caption, text)
        text = re.sub(r"\[gallery([^\]]*)\]", self._gallery_code, text)
        text = _EMBED.sub(lambda m: self._media(m[1] or m[2] or ""), text)
        text = _PLAYER.sub(lambda m: self._player(attributes(m[1])), text)
        text = _FIGURE.sub(self._figure, text)
        text = _MEDIA_TAG.sub(lambda m: self._player(attributes(m[1]) or attributes(m[2])), text)
        text = _IFRAME.sub(lambda m: self._media(attributes(m[1]).get("src", "")), text)
        text = _LINKED_IMG.sub(r"\1", text)
        text = _IMG.sub(lambda m: self._picture(self._image(m[0])), text)
        return _ALONE.sub(lambda m: self._media(m[1]) if _plays(m[1]) else m[0], text)

    def _mark(self, piece: Piece) -> str:
        self.lifted.append(piece)
        return f"\n\n⁂{len(self.lifted) - 1}⁂\n\n"

    def _image(self, tag: str) -> Image | None:
        said = attributes(tag)
        number = re.search(r"wp-image-(\d+)", said.get("class", ""))
        known = self.attachment(number[1]) if number else None
        if known:
            return Image(known.url, known.caption, known.credit, said.get("alt") or known.alt)
        url = urljoin(self.base, said.get("src", ""))
        return Image(url, alt=said.get("alt", "")) if url.startswith(("http://", "https://")) else None

    def _images(self, markup: str) -> list[Image]:
        return [image for tag in _IMG.findall(markup) if (image := self._image(tag))]

    def _picture(self, image: Image | None, caption: str = "") -> str:
        if image is None:
            return ""
        said = html.to_text(caption) or image.caption
        return self._mark(Piece("picture", images=(Image(image.url, said, image.credit, image.alt),)))

    def _caption(self, match: re.Match[str]) -> str:
        said = attributes(match[1]).get("caption", "")
        tag = _IMG.search(match[2])
        return self._picture(self._image(tag[0]) if tag else None, said or _IMG.sub("", match[2]))

    def _figure(self, match: re.Match[str]) -> str:
        markup = match[0]
        images, said = self._images(markup), _CAPTIONED.findall(markup)
        if len(images) > 1:
            return self._gallery(images)
        if images:
            return self._picture(images[0], said[0] if said else "")
        if frame := _IFRAME.search(markup):
            return self._media(attributes(frame[1]).get("src", ""), html.to_text(said[0]) if said else "")
        if player := _MEDIA_TAG.search(markup):
            return self._player(attributes(player[1]), html.to_text(said[0]) if said else "")
        return markup

    def _gallery_code(self, match: re.Match[str]) -> str:
        said = attributes(match[1])
        if ids := re.findall(r"\d+", said.get("ids", "") or said.get("include", "")):
            images = [image for number in ids if (image := self.attachment(number))]
        else:
            # Without a list it shows what was uploaded to the post (or to another, by its id).
            left_out = set(re.findall(r"\d+", said.get("exclude", "")))
            images = [image for number, image in self.attached(said.get("id", "")).items() if number not in left_out]
        if said.get("order", "").upper() == "DESC" and not said.get("ids"):
            images.reverse()
        if not images:
            self.faults.append("A gallery was left out: the export lists none of its pictures.")
        return self._gallery(images)

    def _gallery(self, images: Iterable[Image]) -> str:
        images = tuple(images)
        if len(images) == 1:
            return self._picture(images[0])
        return self._mark(Piece("gallery", images=images)) if images else ""

    def _embed_block(self, match: re.Match[str]) -> str:
        found = re.search(r"https?://[^\s\"<]+", match[0])
        said = _CAPTIONED.search(match[0])
        return self._media(found[0], html.to_text(said[1]) if said else "") if found else ""

    def _player(self, said: dict[str, str], title: str = "") -> str:
        kinds = ("src", "mp3", "mp4", "m4a", "m4v", "ogg", "wav", "webm")
        return self._media(next((said[k] for k in kinds if said.get(k)), ""), title)

    def _media(self, address: str, title: str = "") -> str:
        address = urljoin(self.base, unescape(address).strip())
        if not address.startswith(("http://", "https://")):
            self.faults.append("An embed without an address was left out.")
            return ""
        return self._mark(Piece("media", values={"address": address, "title": title}))

    def _without_codes(self, text: str) -> str:
        """Other shortcodes go, what they enclose stays; those in double brackets are text about shortcodes."""

        def one(match: re.Match[str]) -> str:
            if match[1] == "[[" and match[5] == "]]":
                return match[0][1:-1]
            name = match[3].lower()
            looks = match[2] or match[4].strip().endswith("/") or "=" in match[4] or f"[/{match[3]}]" in text or name in _SHOWN
            if not looks:
                return match[0]
            if name not in _SHOWN and not match[2]:
                self.faults.append(f"The shortcode [{name}] is not known here; what it enclosed was kept as text.")
            return ""

        return _CODE.sub(one, text)

    def _put_together(self, blocks: Iterable[html.Block]) -> Iterable[Piece]:
        text = ""
        for block in blocks:
            marks = _MARK.findall(block.html)
            if not marks:
                text += block.html
                continue
            rest = _MARK.sub("", block.html)
            text += rest if html.to_text(rest) else ""
            if text:
                yield Piece("text", html=text)
                text = ""
            yield from (self.lifted[int(number)] for number in marks if int(number) < len(self.lifted))
        if text:
            yield Piece("text", html=text)


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag or shortcode."""
    return {m[0].lower(): unescape(m[2] or m[3] or m[4]).strip() for m in _ATTRIBUTE.findall(tag)}


def _plays(address: str) -> bool:
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return False
    return any(host == player or host.endswith(f".{player}") for player in _PLAYERS)


def paragraphs(text: str) -> str:
    """Text as WordPress's old editor keeps it: a blank line parts paragraphs, a line end is a line end."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\n\n\x02{len(kept) - 1}\x02\n\n"

    found = []
    for part in re.split(r"\n\s*\n", _WHOLE.sub(keep, text)):
        part = part.strip()
        if part.startswith("\x02") or _BEGINS_BLOCK.match(part):
            found.append(part)
        elif part:
            found.append(f"<p>{part.replace(chr(10), '<br>')}</p>")
    return re.sub(r"\x02(\d+)\x02", lambda m: kept[int(m[1])], "\n".join(found))
