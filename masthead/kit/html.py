"""HTML from strangers. The only module of the house that imports nh3 and the only one that marks strings safe.

Whatever comes in, `clean_story` and `clean_inline` give back small, structured markup that cannot run anything:
the tree is set anew block by block (`kit._htmltree`), then nh3 (an HTML5 parser and allow-list) has the last
word. Links keep http, https and mailto only. Time is linear: ten thousand nested elements cost milliseconds.
"""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterable
from functools import lru_cache

import nh3
from markupsafe import Markup

from masthead.kit import _htmltree
from masthead.kit._htmltree import Block, Figure, Galley

__all__ = [
    "Block",
    "Figure",
    "Galley",
    "blocks",
    "clean_inline",
    "clean_story",
    "cut_text",
    "excerpt",
    "galley",
    "headed",
    "join",
    "links",
    "paragraphs",
    "remark",
    "safe",
    "safe_remark",
    "table",
    "to_plain",
    "to_text",
    "unlinked",
]

_INLINE_TAGS = set(_htmltree.INLINE.values()) | {"br"}
_STORY_TAGS = _INLINE_TAGS | {"p", "h2", "h3", "h4", "blockquote", "footer", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "hr", "pre"}
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href"},
    "abbr": {"title"},
    "time": {"datetime"},
    "ol": {"start"},
    "blockquote": {"cite"},
    "td": {"colspan", "rowspan", "scope"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCHEMES = {"http", "https", "mailto"}


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes=_ATTRIBUTES,
        allowed_classes={"blockquote": {"social-post"}} if "blockquote" in tags else {},
        url_schemes=_SCHEMES,
        link_rel=None,
    )


_STORY, _INLINE = _cleaner(_STORY_TAGS), _cleaner(_INLINE_TAGS)
_REMARK = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "a"},
    attributes={"a": {"href"}},
    attribute_filter=lambda tag, name, value: value if name == "rel" or re.match(r"https?://[^\s/]", value) else None,
    generic_attribute_prefixes=set(),
    url_schemes={"http", "https"},
    link_rel="nofollow ugc noopener",
)


# -- clean ------------------------------------------------------------------------------------------------


def clean_story(html: str, base_url: str | None = None) -> str:
    """Clean structured story markup from any HTML or plain text.

    Headings h2 to h4, paragraphs, lists, quotations, tables, rules; links made absolute with `base_url`
    (without one, links within our own site, `/...` and `#...`, are kept). Pictures are not part of the text.
    """
    return join(galley(html, base_url).blocks)


def clean_inline(html: str, base_url: str | None = None) -> str:
    """Clean markup without blocks, for captions and notes; paragraphs become one line."""
    found = galley(html, base_url).blocks
    return str(_INLINE.clean(" ".join(block.inner for block in found)))


def galley(html: str, base_url: str | None = None, *, keep_relative: bool = True) -> Galley:
    """The markup as blocks, with pictures, embeds and trackers lifted out. Not yet safe: `join` makes it so.

    `keep_relative=False` unlinks what cannot be made absolute: right for copy from elsewhere.
    """
    return _htmltree.compose(html, base_url=base_url, keep_relative=keep_relative)


def join(blocks: Iterable[Block]) -> str:
    """Blocks as one piece of clean story markup."""
    return str(_STORY.clean("".join(block.html for block in blocks)))


def blocks(html: str, base_url: str | None = None) -> list[Block]:
    """The top-level blocks of story markup, each clean by itself, ready to be moved about by an editor.

    `base_url` as for `clean_story`.
    """
    return _htmltree.compose(clean_story(html, base_url), base_url=None, keep_relative=True).blocks


def safe(html_already_cleaned: str) -> Markup:
    """The one place that marks a string as safe to print. It cleans again: an allow-list is cheaper than trust."""
    flat = _htmltree._prepared(html_already_cleaned)
    return Markup(_STORY.clean(flat))  # noqa: S704  (the last step was the sanitiser itself)


def remark(markup: str) -> str:
    """What a reader wrote, as small markup without pictures, names or styles; links lead to the web and vouch for nothing."""
    return str(_REMARK.clean(markup))


def unlinked(markup: str) -> str:
    """A reader's markup with its links as mere words."""
    return re.sub(r"</?a\b[^>]*>", "", remark(markup))


@lru_cache(maxsize=8192)
def safe_remark(markup: str) -> Markup:
    """A reader's markup, cleaned again and marked as safe to print; the same one is cleaned once."""
    return Markup(_REMARK.clean(markup))  # noqa: S704  (the last step was the sanitiser itself)


def table(rows: Iterable[Iterable[str]]) -> str:
    """Plain cells as a table, clean; the first row names the columns."""
    lines = [[_html.escape(cell.strip()) for cell in row] for row in rows]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in lines[0]) if lines else ""
    rest = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines[1:])
    return str(_STORY.clean(f"<table><thead><tr>{head}</tr></thead><tbody>{rest}</tbody></table>"))


_SUBHEAD = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)


def headed(html_already_cleaned: str, used: set[str] | None = None) -> tuple[Markup, list[tuple[str, str]]]:
    """Safe markup whose subheads can be linked to, and the subheads as (id, text).

    `used` holds the ids given so far on the page and is added to.
    """
    used = set() if used is None else used
    found: list[tuple[str, str]] = []

    def anchor(match: re.Match[str]) -> str:
        text = to_text(match[2])
        base = "-".join(re.findall(r"\w+", text.lower()))[:60] or "part"
        name = base if base not in used else f"{base}-{len(used)}"
        used.add(name)
        found.append((name, text))
        return f'<{match[1]} id="{name}">{match[2]}</{match[1]}>'

    # The ids are made of word characters only, and nothing else is added to what the sanitiser let through.
    return Markup(_SUBHEAD.sub(anchor, safe(html_already_cleaned))), found  # noqa: S704


# -- plain text -------------------------------------------------------------------------------------------

_BLOCK_TAG = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|tr|td|th|h[1-6]|table|blockquote|figure|figcaption|section|article|footer|header|pre"
    r"|caption)\b[^>]*|br\b[^>]*|hr\b[^>]*)>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*(?:>|\Z)")
_ESCAPED_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|code|div|em|figcaption|figure|font|h[1-6]|hr|i|iframe|img|li|ol|p|q|s|script|small|span"
    r"|strong|style|sub|sup|svg|table|td|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def to_text(html: str) -> str:
    """Plain text on one line: references resolved, tags gone, also those that came escaped.

    Fit for titles, alt texts and meta elements (which escape it as any other text).
    """
    if "<" in html:
        html = _TAG.sub("", _BLOCK_TAG.sub(" ", _htmltree._NOT_TEXT.sub(" ", html)))
    if "&" in html:
        html = _htmltree.unescaped(html)
        if "<" in html:
            html = _ESCAPED_TAG.sub(" ", html)
    return " ".join(html.split())


def to_plain(html: str) -> str:
    """Markup of a short text from elsewhere (a comment) as plain text with its lines: quotations with “> ”, links written out."""
    clean = str(_REMARK.clean(_BREAKING.sub("\n", html) if "<p" not in html and "<br" not in html else html))
    text = _LINK.sub(lambda m: m[2] if _TAG.sub("", m[2]).strip() in m[1] else f"{m[2]} ({m[1]})", clean)
    text = _QUOTED.sub(lambda m: "<p>" + "\n".join(f"&gt; {line}" for line in _plain_lines(m[1]) if line) + "</p>", text)
    return "\n".join(_plain_lines(text)).strip("\n")


def _plain_lines(clean: str) -> list[str]:
    text = re.sub(r"\s*<br\s*/?>\s*", "\n", clean)
    text = re.sub(r"<li>\s*", "\n- ", text)
    text = re.sub(r"\s*</?(?:p|ul|ol|blockquote)>\s*", "\n\n", text)
    lines = [line.strip() for line in _html.unescape(_TAG.sub("", text)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip("\n")).split("\n")


_LINK = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
_QUOTED = re.compile(r"<blockquote>(.*?)</blockquote>", re.DOTALL)
_BREAKING = re.compile(r"</(?:div|section|article|h[1-6])>")


def paragraphs(html: str) -> list[str]:
    """The text of every paragraph of story markup that holds any, quotations included, tables not."""
    text = _TABLE.sub("", html) if "<table" in html else html
    return [said for found in _PARAGRAPH.finditer(text) if (said := to_text(found[1]))]


_TABLE = re.compile(r"<table\b.*?(?:</table>|\Z)", re.DOTALL | re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)(?:</p>|(?=<p\b)|\Z)", re.DOTALL | re.IGNORECASE)


_HREF = re.compile(r"<a\b[^>]*?\bhref=\"([^\"]*)\"")


def links(html_already_cleaned: str) -> list[str]:
    """The addresses that clean HTML links to, in order."""
    return [_html.unescape(found) for found in _HREF.findall(html_already_cleaned)]


def excerpt(text: str, n: int) -> str:
    """The beginning of a text, at most `n` characters, cut between words and marked with an ellipsis."""
    text = " ".join(text.split())
    if len(text) <= n:
        return text
    cut = text[: max(n - 1, 0)]
    if not text[len(cut) : len(cut) + 1].isspace() and " " in cut:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:–—-") + "…"


# -- surgery on a block -------------------------------------------------------------------------------------

_TOKEN = re.compile(r"<[^>]*>|&[^;\s<]{1,32};|[^<&]+|&")


def cut_text(inner: str, start: int, end: int) -> str:
    """A block's inline markup without the characters `start` to `end` of its text; its tags stay balanced."""
    out, place = [], 0
    for token in _TOKEN.findall(inner):
        if token[0] == "<" and token != "<br>":
            out.append(token)
            continue
        length = 1 if token == "<br>" or token[0] == "&" else len(token)
        if place + length <= start or place >= end:
            out.append(token)
        elif length > 1:
            out.append(token[: max(start - place, 0)] + token[max(end - place, 0) :])
        place += length
    return _htmltree.tidy("".join(out))
