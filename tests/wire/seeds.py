"""Small samples of every format, our own invention, and ways to damage them: what the fuzzers start from."""

from __future__ import annotations

import json
import random
from pathlib import Path

from masthead.wire.readers import READERS
from tests.wire.made import g2
from tests.wire.test_readers_json import ONE, THREE, TWO
from tests.wire.test_readers_nitf_newsml_1 import newsml, nitf
from tests.wire.test_readers_text_mail_photo import ANPA, mail, photo, telex

_TEXT = "The ferry “Aldine” stopped at noon — and the queue before it grew all afternoon, said Mia Solberg. "
_HTML = f"<p>HARBOUR (Aldine Wire) — {_TEXT}</p><figure><img src='a.jpg' alt='A ferry'><figcaption>A ferry</figcaption></figure><ul><li>{_TEXT}</li></ul><p>By Mia Solberg</p><p>© 2026 Aldine Wire. All rights reserved.</p>"
RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Aldine</title>
<language>en</language><item><guid isPermaLink="false">n1</guid><title>Ferry stops &amp; waits</title><link>https://x.example/1</link>
<pubDate>Sun, 08 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Ada Noor</dc:creator><category>harbour</category>
<media:content url="https://x.example/a.jpg" width="800"><media:credit>Ada Noor</media:credit></media:content>
<content:encoded><![CDATA[{_HTML}]]></content:encoded></item><item><title>Bridge</title></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Aldine</title><entry><id>tag:x,2026:1</id><title>Ferry</title>
<link href="https://x.example/1"/><updated>2026-11-08T10:00:00Z</updated><author><name>Ada Noor</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{_TEXT}</p></div></content></entry></feed>"""
_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Aldine",
    "items": [{"id": "1", "url": "https://x.example/1", "title": "Ferry", "content_html": _HTML, "date_published": "2026-11-08T10:00:00Z"}],
}
_AP = {
    "data": {"items": [{"item": {
        "altids": {"itemid": "a1", "etag": "a1_1"}, "version": 1, "type": "text", "headline": "Ferry stops", "pubstatus": "usable",
        "versioncreated": "2026-11-08T10:00:00Z", "bylines": [{"by": "By ADA NOOR"}], "usageterms": ["No archive."],
        "body_nitf": f"<block><p>{_TEXT}</p></block>",
    }}]}
}  # fmt: skip

SEEDS: dict[str, tuple[bytes, ...]] = {
    "newsml_g2": (g2(headline="Ferry stops", body=_TEXT * 3, embargoed="2026-11-09T10:00:00Z", ednote="Not yet"),),
    "newsml_1": (newsml().encode() if isinstance(newsml(), str) else newsml(),),
    "nitf": (nitf().encode() if isinstance(nitf(), str) else nitf(),),
    "rss": (RSS.encode(), RSS.encode("utf-16")),
    "atom": (ATOM.encode(),),
    "ap_json": (json.dumps(_AP).encode(),),
    "json_feed": (json.dumps(_FEED).encode(),),
    "ninjs": tuple(json.dumps(one).encode() for one in (ONE, TWO, THREE)),
    "photo": (photo(),),
    "anpa1312": (ANPA.format(n="0001", key="").encode("latin-1", "replace"),),
    "iptc7901": (telex(),),
    "mail": (mail(_HTML), mail(_HTML, attached=RSS.encode(), name="feed.xml")),
}
"""By reader: at least one sample of its format."""

_REAL = {"newsml_g2": "newsml-g2", "newsml_1": "newsml-1", "ap_json": "ap-json", "mail": "email", "photo": "photo-iptc"}
TOKENS = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<p>", b"</p>", b"<div>" * 50, b"<table><tr><td>" * 20, b"&nbsp;",
    b"&#0;", b"&#x110000;", b"&amp;amp;", b"\x00", b"\xff", b"\xc3", b"\x80\x81", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n",
    b"<script>", b" onclick=x", b"javascript:", b"{", b"}", b"[" * 300, b'"', b"null", b"1e999", b"-1", b"99999999999999999999",
    b"2026-13-45T99:99:99Z", b"0000-00-00", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b'encoding="utf-7"', b"\x01\x02\x03\x16\x17\x1f",
    "Ã©“”—\u202e\ud7ff".encode(), b"xml:base='//['", b"http://[", b"=?utf-8?b?////?=", b"Content-Type: multipart/mixed; boundary=x\r\n",
]  # fmt: skip
Op = tuple[int, int, int]
"""A damage: which, where (0 to 65,535 of the length), how much."""


def real(shared: Path, reader: str) -> tuple[bytes, ...]:
    """Real files of this reader's format, when they are here; none that is large."""
    folder = shared / "wire" / "fixtures" / _REAL.get(reader, reader.replace("_", "-"))
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(path.read_bytes() for path in files if path.is_file() and path.stat().st_size < 30_000)


def damaged(data: bytes, ops: list[Op]) -> bytes:
    """The sample after these damages, never longer than 100,000 bytes."""
    for kind, where, much in ops:
        at = where * (len(data) + 1) >> 16
        match kind % 6:
            case 0:
                data = data[:at] + data[at + much % 200 :]
            case 1:
                data = data[:at] + TOKENS[much % len(TOKENS)] + data[at:]
            case 2:
                data = data[:at] + bytes([much % 256]) + data[at + 1 :]
            case 3:
                data = data[:at] + data[at : at + much % 500] * 3 + data[at + much % 500 :]
            case 4:
                data = data[:at]
            case _:
                other = much * (len(data) + 1) >> 16
                data = data[:at] + data[other : other + 100] + data[at:]
        data = data[:100_000]
    return data


def ops(dice: random.Random) -> list[Op]:
    """Damages at random."""
    return [(dice.randrange(6), dice.randrange(65536), dice.randrange(65536)) for _ in range(dice.randrange(1, 6))]


assert set(SEEDS) == {name for names in READERS.values() for name in names}, "a reader without a sample"
