"""From a tree of strangers' HTML to a galley: top-level blocks of plain story markup, and what was lifted out.

Only `kit.html` imports this. Nothing here makes markup safe; the sanitiser behind `kit.html` has the last word.
The tree is walked once; every rule about structure (h1 becomes h2, div soup becomes paragraphs, two line breaks
part a paragraph) is applied on the way, so that later rules only meet blocks.
"""

from __future__ import annotations

import dataclasses
import functools
import html
import re
from urllib.parse import urljoin, urlsplit

from masthead.kit import xml

HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
TEXT_BLOCKS = {**HEADINGS, "p": "p", "pre": "pre", "dt": "p", "dd": "p", "figcaption": "p", "summary": "p"}
INLINE = {
    **{name: name for name in ["a", "strong", "em", "sub", "sup", "span", "cite", "code", "abbr", "q", "s", "del", "ins", "bdi", "bdo", "kbd", "time"]},
    "b": "strong",
    "i": "em",
    "strike": "s",
}
_NEED_ATTRIBUTES = frozenset(("span", "a", "time", "bdo"))
TRANSPARENT_INLINE = frozenset(["font", "u", "big", "small", "label", "tt", "acronym", "var", "samp", "mark", "ruby", "rb", "nobr", "wbr", "o:p", "dfn"])
DROPPED = frozenset(
    ["script", "style", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "template", "head", "title", "meta", "link", "base", "canvas", "map", "select", "textarea", "input", "button", "form", "option", "datalist", "frame", "frameset", "noframes", "xml", "nav", "dialog", "progress", "meter", "audio", "source", "track", "param", "marquee", "area", "slot", "portal", "plaintext", "xmp", "listing"]
)
CELLS = frozenset(("td", "th"))
STRUCTURE = frozenset(("ul", "ol", "table", "blockquote", "hr", "figure"))
CONTAINERS = frozenset(
    ["div", "section", "article", "main", "center", "header", "footer", "aside", "address", "fieldset", "details", "body", "html", "dl", "li", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "menu", "dir", "hgroup", "search"]
)
BLOCKISH = frozenset(TEXT_BLOCKS) | STRUCTURE | CONTAINERS

DEEPEST = 200
"""Levels of nesting that are read as structure; libxml2 gives up at 256 and would lose the text below."""


@dataclasses.dataclass(frozen=True)
class Block:
    """One top-level piece of a story: a paragraph, heading, list, quotation, table or rule.

    `inner` is balanced markup without the block's own tags; `attrs` is either empty or starts with a space.
    """

    tag: str
    inner: str = ""
    attrs: str = ""

    @functools.cached_property
    def html(self) -> str:
        """The block with its own tags."""
        if self.tag == "hr":
            return "<hr>"
        return f"<{self.tag}{self.attrs}>{self.inner}</{self.tag}>"

    @functools.cached_property
    def text(self) -> str:
        """The block's text; a `<br>` is a line feed. In paragraphs one character here is one in `inner`."""
        return plain(self.inner)


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """A picture or film that stood in the text. `caption` is inline markup; sizes in pixels."""

    src: str
    alt: str | None = None
    caption: str = ""
    width: int | None = None
    height: int | None = None
    kind: str = "image"


@dataclasses.dataclass
class Galley:
    """What one run over the markup gave: `blocks` for the story, the rest for whoever asks."""

    blocks: list[Block] = dataclasses.field(default_factory=list)
    figures: list[Figure] = dataclasses.field(default_factory=list)
    embeds: list[str] = dataclasses.field(default_factory=list)
    trackers: list[str] = dataclasses.field(default_factory=list)
    private: list[str] = dataclasses.field(default_factory=list)


_BREAK = re.compile(r"<(?:br\s*/?|/(?:p|li|tr|td|th|h[1-6]|div|footer|blockquote|caption))>")
_OWN_TAG = re.compile(r"<[^>]*>")


def plain(inner: str) -> str:
    """The text of our own markup (lower-case tags), line breaks as line feeds, nothing folded."""
    if "<" in inner:
        inner = _OWN_TAG.sub("", _BREAK.sub("\n", inner))
    return unescaped(inner) if "&" in inner else inner


def unescaped(text: str) -> str:
    """References resolved, as `html.unescape` does; millions of the plain ones (a hostile copy) take no call for each."""
    if text.count("&") == sum(text.count(reference) for reference in _PLAIN_REFERENCES):
        for reference, sign in _PLAIN_REFERENCES.items():
            text = text.replace(reference, sign)
        return text
    return html.unescape(text)


_PLAIN_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
"""The last one last: what it leaves is not looked at again."""


def compose(markup: str, *, base_url: str | None, keep_relative: bool) -> Galley:
    """Set strangers' markup as a galley. Time is linear in its length, whatever its nesting."""
    galley = Galley()
    compositor = _Compositor(galley, base_url, keep_relative)
    body = xml.parse_html(_prepared(markup))
    compositor.flow(body, top=True)
    compositor.flush()
    galley.blocks = compositor.blocks
    return galley


# -- before the parser ------------------------------------------------------------------------------------

_WP_CAPTION = re.compile(r"\[caption\b[^\]]{0,400}\]((?:(?!\[caption).){0,4000}?)\[/caption\]", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^>]*>")
_SELF_CLOSING = xml.VOID | frozenset(["p", "li", "dt", "dd", "td", "th", "tr", "option", "thead", "tbody", "tfoot"])
_NOT_TEXT = re.compile(
    r"<!--(?:(?!-->).)*(?:-->|\Z)|<(script|style|template|noscript|iframe|textarea|title)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:]*)?[^>]*(?:>|\Z)")


def _prepared(markup: str) -> str:
    if "[caption" in markup:
        markup = _WP_CAPTION.sub(r"<figure>\1</figure>", markup)
    if markup.count("<") > DEEPEST and _depth(markup) > DEEPEST:
        return _flattened(markup)
    return markup


def _depth(markup: str) -> int:
    """The deepest nesting, roughly: elements that close themselves do not count."""
    depth = deepest = 0
    for tag in _TAG.finditer(markup):
        if tag[2].lower() in _SELF_CLOSING:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _flattened(markup: str) -> str:
    """Hopelessly nested markup as bare paragraphs: the text survives, the structure does not."""

    def parted(tag: re.Match[str]) -> str:
        return "<br><br>" if (tag[1] or "").lower() in BLOCKISH else ""

    return _ANY_TAG.sub(parted, _NOT_TEXT.sub(" ", markup))


# -- attributes -------------------------------------------------------------------------------------------

_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_SCHEME = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_COMMON = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][!-~]*)?")
"""An address that stays as it is: what nearly every link is, decided in one step."""
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]+")
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")
_DATETIME = re.compile(r"[0-9TZ:+.W -]{4,35}")


def address(value: str | None, base_url: str | None, keep_relative: bool) -> str | None:
    """A link that may stay (http, https, mailto; absolute where there is a base), or None."""
    if value and _COMMON.fullmatch(value):
        return value
    url = _UNSEEN.sub("", value or "")
    if not url:
        return None
    try:
        if url.startswith("//"):
            url = "https:" + url
        elif not _SCHEME.match(url):
            return _relative(url, base_url, keep_relative)
        return url if url.startswith(("mailto:", "MAILTO:")) or urlsplit(url).netloc else None
    except ValueError:
        return None


def _relative(url: str, base_url: str | None, keep_relative: bool) -> str | None:
    if ":" in url.split("/")[0].split("?")[0].split("#")[0]:
        return None
    if base_url and _SCHEME.match(base_url):
        return urljoin(base_url, url)
    return url if keep_relative and url[0] in "/#" else None


def pixels(value: str | None) -> int | None:
    """A width or height attribute in pixels; None for percentages and nonsense."""
    found = _NUMBER.fullmatch(value or "")
    return int(found[1]) if found else None


def _speech(element: xml.Element) -> str:
    """`lang` and `dir`, where valid, as an attribute string."""
    lang, direction = element.get("lang"), element.get("dir")
    out = f' lang="{lang}"' if lang and _LANG.fullmatch(lang) else ""
    if direction and direction.lower() in ("ltr", "rtl", "auto"):
        out += f' dir="{direction.lower()}"'
    return out


def _span_of_cell(element: xml.Element) -> str:
    out = ""
    for name in ("colspan", "rowspan"):
        number = pixels(element.get(name))
        if number and 1 < number <= 100:
            out += f' {name}="{number}"'
    scope = (element.get("scope") or "").lower()
    return f'{out} scope="{scope}"' if scope in ("row", "col", "rowgroup", "colgroup") else out


# -- what an element is for -------------------------------------------------------------------------------

_AD = re.compile(
    r"(?:^|[\s_-])(?:ads?|advert\w*|adsbygoogle|dfp|sponsored|sharedaddy|share-buttons|social-share|taboola|outbrain"
    r"|jp-relatedposts|related-posts|newsletter-signup)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_DESK = re.compile(r"(?:^|\s)(?:np-nonpublic|nonpublic|not-for-publication)(?:\s|$)", re.IGNORECASE)
_SOCIAL = re.compile(r"twitter-(?:tweet|video)|instagram-media|tiktok-embed|fb-post|bluesky-embed|mastodon-embed", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_AD_WORDS = 300


def _is_hidden(element: xml.Element) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


def _is_ad(element: xml.Element) -> bool:
    """An advertisement slot or a row of share buttons. Long ones are kept: they hold the story itself."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_AD.search(names)) and len(xml.text(element)) < _AD_WORDS


# -- text ---------------------------------------------------------------------------------------------------

_SPACE = re.compile(r"[ \t\r\n\f\x00-\x08\x0b\x0e-\x1f]{2,}|[\t\r\n\f\x00-\x08\x0b\x0e-\x1f]")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_AROUND_BREAK = re.compile(r"\s*<br>\s*")
_TWO_BREAKS = re.compile(r"(?:<br>){2,}")
_EMPTY = re.compile(r"<(strong|em|sub|sup|span|cite|code|abbr|q|s|del|ins|bdi|bdo|kbd|time|a)\b[^>]*>(\s*)</\1>")
_MAYBE_EMPTY = re.compile(r">\s*</")
_SHORTCODE = re.compile(
    r"\[/?(?:gallery|caption|embed|video|audio|playlist|contact-form\S*|su_\w+|vc_\w+|et_pb_\w+|adrotate|ad|rebel\w*)"
    r"(?:\s[^\[\]]{0,600})?/?\]|\[[a-z][\w-]*\s+[\w-]+=[^\[\]]{0,600}\]|\[/[a-z][\w-]*\]",
    re.IGNORECASE,
)


def without_empties(inner: str) -> str:
    """Inline markup without elements that hold nothing."""
    while _MAYBE_EMPTY.search(inner):
        shorter = _EMPTY.sub(r"\2", inner)
        if shorter == inner:
            return inner
        inner = shorter
    return inner


def tidy(inner: str) -> str:
    """Inline markup without empty elements, stray breaks and white space at its ends."""
    if "<" not in inner:
        return inner.strip()
    inner = without_empties(inner).strip()
    if "<br>" not in inner:
        return inner
    inner = _AROUND_BREAK.sub("<br>", inner)
    while inner.startswith("<br>"):
        inner = inner[4:].lstrip()
    while inner.endswith("<br>"):
        inner = inner[:-4].rstrip()
    return inner


def _balanced(piece: str) -> bool:
    return piece.count("<") - 2 * piece.count("</") - piece.count("<br>") == 0


def parted(inner: str) -> list[str]:
    """The paragraphs in a run of inline markup: two line breaks part them."""
    if "<br>" not in inner:
        return [tidy(inner)]
    inner = _AROUND_BREAK.sub("<br>", inner)
    pieces = _TWO_BREAKS.split(inner)
    if len(pieces) > 1 and not all(_balanced(piece) for piece in pieces):
        pieces = [inner]
    return [tidy(piece) for piece in pieces]


_UNTOLD = frozenset("<&\xa0 \n\t\r\u200b\ufeff")
"""A run that starts with none of these says something; with one of them its text has to be looked at."""


def _escaped(text: str) -> str:
    """Text as markup. Most text has nothing to escape."""
    return html.escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def _folded(text: str) -> str:
    """Control characters, and runs of white space, as one space. What is printable and has no run stays as it is."""
    return text if text.isprintable() and "  " not in text else _SPACE.sub(" ", text)


class _Compositor:
    """Walks a tree in document order and sets its text into blocks."""

    def __init__(self, galley: Galley, base_url: str | None, keep_relative: bool) -> None:
        self.galley, self.base_url, self.keep_relative = galley, base_url, keep_relative
        self.blocks: list[Block] = []
        self.run: list[str] = []
        self.tag, self.attrs = "p", ""
        self.in_quote = False

    # runs of text

    def flush(self) -> None:
        """Close the run of text that is open and make paragraphs of it."""
        if not self.run:
            return
        inner = "".join(self.run)
        self.run = []
        if "[" in inner:
            inner = _SHORTCODE.sub("", inner)
        for piece in parted(inner) if self.tag != "pre" else [inner]:
            if piece and (piece[0] not in _UNTOLD or plain(piece).strip("\xa0 \n\t\u200b\ufeff")):
                self.blocks.append(Block(self.tag, piece, self.attrs))

    def _say(self, text: str | None, top: bool = False) -> None:
        if not text:
            return
        text = _escaped(text)
        if self.tag != "pre":
            if top and "\n" in text:
                text = _BLANK_LINE.sub("<br><br>", text)
            text = _folded(text)
        self.run.append(text)

    # flow

    def flow(self, element: xml.Element, *, top: bool = False) -> None:
        """Everything inside the element, as blocks and runs of text."""
        self._say(element.text, top)
        for child in element:
            self._element(child)
            self._say(child.tail, top)

    def _element(self, element: xml.Element) -> None:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in TEXT_BLOCKS:
            self._text_block(element, TEXT_BLOCKS[tag])
        elif tag in INLINE or tag in TRANSPARENT_INLINE:
            self._inline_or_flow(element)
        elif tag == "br":
            self.run.append("<br>" if self.tag != "pre" else "\n")
        elif tag == "img":
            self._picture(element)
        elif tag in DROPPED:
            self._dropped(element)
        elif not self._kept_from_readers(element):
            self._structure(element, tag)

    def _structure(self, element: xml.Element, tag: str) -> None:
        if tag == "figure":
            self._figure(element)
        elif tag == "video":
            self._video(element)
        elif tag in ("ul", "ol"):
            self._append(tag, self._list(element), _speech(element) + self._start(element))
        elif tag == "table":
            self._table(element)
        elif tag == "blockquote":
            self._quote(element)
        elif tag == "hr":
            self.flush()
            self.blocks.append(Block("hr"))
        elif tag == "footer" and self.in_quote:
            self._text_block(element, "footer")
        else:
            self._container(element)

    def _kept_from_readers(self, element: xml.Element) -> bool:
        if not element.attrib:
            return False
        if _DESK.search(element.get("class") or ""):
            self.galley.private.append(xml.text(element))
            return True
        return _is_hidden(element) or _is_ad(element)

    def _text_block(self, element: xml.Element, tag: str) -> None:
        if element.attrib and self._kept_from_readers(element):
            return
        outer = self.tag, self.attrs
        self.flush()
        self.tag, self.attrs = tag, _speech(element) if element.attrib else ""
        if tag == "pre" or not self._plain_run(element):
            self.flow(element)
        self.flush()
        self.tag, self.attrs = outer

    def _plain_run(self, element: xml.Element) -> bool:
        """The commonest paragraph by far, text and plain inline elements in a row, in one loop; whether it is one.

        It does exactly what `flow` does, in a third of the time.
        """
        text = element.text
        run = [_folded(_escaped(text))] if text else []
        for child in element:
            name = INLINE.get(child.tag)
            if name is None or len(child):
                return False
            run.append(self._leaf(child, name))
            tail = child.tail
            if tail:
                run.append(_folded(_escaped(tail)))
        self.run += run
        return True

    def _leaf(self, element: xml.Element, name: str) -> str:
        """An inline element without elements inside."""
        text, attrs = element.text or "", ""
        if element.attrib:
            if _is_hidden(element):
                return ""
            attrs = self._inline_attrs(element, name)
        inner = _folded(_escaped(text))
        if not attrs and name in _NEED_ATTRIBUTES:
            return inner
        return f"<{name}{attrs}>{inner}</{name}>"

    def _container(self, element: xml.Element) -> None:
        self.flush()
        attrs, self.attrs = self.attrs, _speech(element) or self.attrs
        self.flow(element, top=element.tag in ("div", "body"))
        self.flush()
        self.attrs = attrs

    def _inline_or_flow(self, element: xml.Element) -> None:
        if len(element) and any(below.tag in BLOCKISH for below in element.iterdescendants()):
            self.flow(element)
        else:
            self.run.append(self.inline(element))

    def _append(self, tag: str, inner: str, attrs: str = "") -> None:
        self.flush()
        if plain(inner).strip():
            self.blocks.append(Block(tag, inner, attrs))

    # inline

    def inline(self, element: xml.Element) -> str:
        """An inline element with its contents as markup."""
        if element.attrib and _is_hidden(element):
            return ""
        name = INLINE.get(str(element.tag), "")
        inner = self._inline_inside(element)
        if not name:
            return inner
        attrs = self._inline_attrs(element, name) if element.attrib else ""
        if not attrs and name in _NEED_ATTRIBUTES:
            return inner
        return f"<{name}{attrs}>{inner}</{name}>"

    def _inline_inside(self, element: xml.Element) -> str:
        out = [_folded(_escaped(element.text))] if element.text else []
        for child in element:
            tag = child.tag
            if tag == "br":
                out.append("<br>")
            elif tag == "img":
                self._picture(child)
            elif tag in DROPPED:
                self._dropped(child)
            elif isinstance(tag, str):
                out.append(self.inline(child))
            if child.tail:
                out.append(_folded(_escaped(child.tail)))
        return "".join(out)

    def _inline_attrs(self, element: xml.Element, name: str) -> str:
        out = _speech(element)
        if name == "a":
            url = self._address(element.get("href"))
            return f'{out} href="{html.escape(url)}"' if url else out
        if name == "abbr" and element.get("title"):
            return f'{out} title="{html.escape(element.get("title") or "")}"'
        when = element.get("datetime") or ""
        if name == "time" and _DATETIME.fullmatch(when):
            return f'{out} datetime="{when}"'
        return out

    def _address(self, value: str | None) -> str | None:
        return address(value, self.base_url, self.keep_relative)

    # lists, tables, quotations

    def _nested(self, element: xml.Element) -> list[Block]:
        inner = _Compositor(self.galley, self.base_url, self.keep_relative)
        inner.in_quote = element.tag == "blockquote"
        inner.flow(element)
        inner.flush()
        return inner.blocks

    def _cell(self, element: xml.Element) -> str:
        blocks = self._nested(element)
        if len(blocks) == 1 and blocks[0].tag == "p":
            return blocks[0].inner
        if blocks and blocks[0].tag == "p" and all(b.tag in ("ul", "ol") for b in blocks[1:]):
            return blocks[0].inner + "".join(b.html for b in blocks[1:])
        return "".join(b.html for b in blocks)

    def _list(self, element: xml.Element) -> str:
        out: list[str] = []
        for child in element:
            if not isinstance(child.tag, str) or child.tag in DROPPED:
                continue
            inner = self._cell(child)
            if inner:
                out.append(f"<li{_speech(child) if child.tag == 'li' else ''}>{inner}</li>")
        return "".join(out)

    def _start(self, element: xml.Element) -> str:
        number = pixels(element.get("start")) if element.tag == "ol" else None
        return f' start="{number}"' if number and number > 1 else ""

    def _table(self, element: xml.Element) -> None:
        cells = [below for below in element.iterdescendants() if below.tag in CELLS]
        if len(cells) <= 1:  # a frame for layout, not a table
            self._container(element)
            return
        self._append("table", self._rows(element), _speech(element))

    def _rows(self, element: xml.Element) -> str:
        out: list[str] = []
        for child in element:
            if child.tag in ("thead", "tbody", "tfoot"):
                rows = self._rows(child)
                out.append(f"<{child.tag}>{rows}</{child.tag}>" if rows else "")
            elif child.tag == "tr":
                cells = (f"<{c.tag}{_speech(c)}{_span_of_cell(c)}>{self._cell(c)}</{c.tag}>" for c in child if c.tag in CELLS)
                out.append(f"<tr>{''.join(cells)}</tr>" if len(child) else "")
            elif child.tag == "caption":
                out.append(f"<caption>{self._cell(child)}</caption>")
        return "".join(out)

    def _quote(self, element: xml.Element) -> None:
        self.flush()
        blocks = self._nested(element)
        if not blocks:
            return
        if _SOCIAL.search(element.get("class") or ""):
            self.blocks.append(self._social(element, blocks))
            return
        cite = self._address(element.get("cite"))
        attrs = _speech(element) + (f' cite="{html.escape(cite)}"' if cite else "")
        self.blocks.append(Block("blockquote", "".join(b.html for b in blocks), attrs))

    def _social(self, element: xml.Element, blocks: list[Block]) -> Block:
        """A post from a social network: its words, who wrote it, where it stands. Nothing live."""
        links = re.findall(r'href="([^"]+)"', "".join(b.inner for b in blocks))
        own = element.get("cite") or element.get("data-instgrm-permalink") or element.get("data-href")
        url = self._address(own) or (html.unescape(links[-1]) if links else None)
        said, footer = blocks, ""
        if len(blocks) > 1 and "<a " in blocks[-1].inner:
            said, footer = blocks[:-1], f"<footer>{blocks[-1].inner}</footer>"
        if url:
            self.galley.embeds.append(url)
        cite = f' cite="{html.escape(url)}"' if url else ""
        return Block("blockquote", "<br>".join(b.inner for b in said) + footer, f' class="social-post"{cite}')

    # pictures and what is left out

    def _figure(self, element: xml.Element) -> None:
        below = {str(part.tag) for part in element.iterdescendants()}
        if below & {"blockquote", "table", "figure", "pre", "ul"} or not below & {"img", "video", "picture"}:
            if not below and "embed" in (element.get("class") or ""):
                self.galley.embeds.append(xml.text(element))
                return
            self._container(element)
            return
        before = len(self.galley.figures)
        caption = " ".join(b.inner for b in self._caption(element))
        for place in range(before, len(self.galley.figures)):
            self.galley.figures[place] = dataclasses.replace(self.galley.figures[place], caption=caption)

    def _caption(self, element: xml.Element) -> list[Block]:
        """The figure's caption; setting it lifts the pictures in the figure on the way."""
        named = xml.child(element, "figcaption")
        if named is None:
            return self._nested(element)
        self._nested(element)
        return _Compositor(Galley(), self.base_url, self.keep_relative)._nested(named)

    def _picture(self, element: xml.Element) -> None:
        width, height = pixels(element.get("width")), pixels(element.get("height"))
        src = self._source(element)
        if src is None:
            return
        if any(side is not None and side <= 2 for side in (width, height)):
            self.galley.trackers.append(urlsplit(src).hostname or src)
        else:
            self.galley.figures.append(Figure(src, element.get("alt"), "", width, height))

    def _source(self, element: xml.Element) -> str | None:
        largest = (element.get("srcset") or "").split(",")[-1].split()[:1]
        for value in (element.get("src"), element.get("data-src"), element.get("data-lazy-src"), *largest):
            url = address(value, self.base_url, True) if value and not value.startswith("data:") else None
            if url and not url.startswith("mailto:"):
                return url
        return None

    def _video(self, element: xml.Element) -> None:
        first = xml.child(element, "source")
        src = self._address(element.get("src")) or (self._address(first.get("src")) if first is not None else None)
        if src:
            self.galley.figures.append(Figure(src, None, "", kind="video"))

    def _dropped(self, element: xml.Element) -> None:
        """Remember where an embedded frame pointed: the desk is told what a reader will not see."""
        src = self._address(element.get("src")) if element.tag in ("iframe", "embed", "frame") else None
        if src is None:
            return
        sides = (pixels(element.get("width")), pixels(element.get("height")))
        tiny = any(side is not None and side <= 2 for side in sides)
        (self.galley.trackers if tiny else self.galley.embeds).append(urlsplit(src).hostname or src if tiny else src)
