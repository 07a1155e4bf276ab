"""No copy, however hostile or large, takes two seconds or 256 MB: each case in a process of its own, measured by the system.

What is measured is all that is done before the database: reading, repair, lints, sketch. The 22 MB feed is read in two
seconds; cleaning its 4,000 stories is work, not a hang (under a millisecond each), and is bounded apart. Seconds are of
the processor: neighbours on a busy machine are not the reader's fault.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.seeds import SEEDS
from tests.wire.test_fuzz import survive

SECONDS, MEGABYTES = 2.0, 256
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = """
import json, os, resource, sys, tempfile, time
home = tempfile.mkdtemp()
os.environ |= {"MASTHEAD_HOME": home, "MASTHEAD_PATHS_DATA": home, "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
import django; django.setup()
from masthead.wire import chains, likeness
from masthead.wire.item import UnreadableWire
from masthead.wire.lints import lints
from masthead.wire.readers import read
from masthead.wire.repair import repair
from masthead.kit import clock, html
from tests.wire.seeds import SEEDS
for samples in SEEDS.values():
    read(samples[0])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = open(sys.argv[1], "rb").read()
started, items, said = time.process_time(), (), ""
try:
    items = read(data).items
except UnreadableWire as refused:
    said = str(refused)
reading = time.process_time() - started
for raw in items:
    item = repair(raw)
    text = html.to_text(item.body)
    likeness.sketch(text), lints(item, "en", clock.now()), raw.digest()
whole = time.process_time() - started
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps({"items": len(items), "said": said, "reading": reading, "whole": whole, "grown": grown}))
"""


def measured(data: bytes, folder: Path) -> dict:
    """What a fresh process says of these bytes: items, refusal, seconds, and megabytes over what it had before them."""
    path = folder / "delivery"
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", _CHILD, str(path)], capture_output=True, text=True, timeout=60, cwd=_ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    print(f"{len(data) / 1e6:.2f} MB: {found}")
    return found


def entities(depth: int, wide: int) -> bytes:
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * wide}">' for n in range(1, depth))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{rows}]><rss><channel><item><title>&l{depth - 1};</title></item></channel></rss>'.encode()


def rss(body: str, title: str = "x") -> bytes:
    return f"<rss><channel><item><title>{title}</title><description><![CDATA[{body}]]></description></item></channel></rss>".encode()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    """A valid picture of one colour whose rows are packed a thousandfold."""
    packer = zlib.compressobj(9)
    row = b"\0" + bytes(width * 3)
    rows = b"".join(packer.compress(row * 64) for _ in range(height // 64)) + packer.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def squeezed(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(size)) + packer.flush()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "billion laughs": lambda: entities(30, 10),
    "quadratic entity": lambda: b'<!DOCTYPE rss [<!ENTITY a "' + b"x" * 190 + b'">]><rss><channel><item><title>' + b"&a;" * 1_000_000 + b"</title></item></channel></rss>",
    "outside file": lambda: b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item></channel></rss>',
    "outside address": lambda: b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><channel><item><title>A</title></item></channel></rss>',
    "outside parameter": lambda: b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///dev/zero"> %a;]><rss><channel><item><title>A</title></item></channel></rss>',
    "deep XML": lambda: b"<rss><channel><item><title>" + b"<a>" * 500_000,
    "deep HTML": lambda: rss("<div>" * 200_000 + "The end."),
    "deep inline HTML": lambda: rss("<b><i>" * 100_000 + "The end."),
    "deep quotations": lambda: rss("<blockquote>" * 50_000 + "The end."),
    "deep tables": lambda: rss("<table><tr><td>" * 30_000 + "The end."),
    "deep JSON": lambda: b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 1_000_000,
    "many elements": lambda: b"<rss><channel>" + b"<item/>" * 3_000_000 + b"</channel></rss>",
    "many attributes": lambda: b"<rss><channel><item " + b" ".join(b"a%d=''" % n for n in range(500_000)) + b"/></channel></rss>",
    "many breaks": lambda: rss("<br>" * 1_000_000),
    "many links": lambda: rss("<a href='x'>y</a>" * 200_000),
    "many small captions": lambda: rss("[caption]" * 200_000),
    "unclosed comments": lambda: rss("<!-- " * 300_000),
    "open brackets": lambda: rss("[a b=" * 300_000),
    "less-than signs": lambda: rss("<" * 2_000_000),
    "ampersands": lambda: rss("&" * 2_000_000, "&amp;" * 100_000),
    "one long headline": lambda: rss("x", "By A, " * 500_000),
    "one long line of names": lambda: rss("By " + "Aa Bb, " * 300_000 + "contributed reporting."),
    "spaces": lambda: rss(" " * 5_000_000 + "<p>" + "\n " * 1_000_000),
    "wrong charset": lambda: b'<?xml version="1.0" encoding="utf-16"?>' + rss("Café — ".encode().decode("latin-1") * 200_000).decode().encode("cp1252", "replace"),
    "unknown charset": lambda: b'<?xml version="1.0" encoding="x-klingon"?>' + rss("ä" * 2_000_000).decode().encode("latin-1"),
    "random bytes as text": lambda: b'<?xml version="1.0" encoding="gb2312"?><rss>' + bytes(range(128, 256)) * 40_000 + b"</rss>",
    "22 MB of zeros": lambda: bytes(22_000_000),
    "22 MB of one text": lambda: rss("<p>The ferry stopped at noon.</p>" * 670_000),
    "22 MB telex": lambda: SEEDS["iptc7901"][0] + b"The ferry stopped at noon.\r\n" * 780_000,
    "22 MB mail": lambda: SEEDS["mail"][0] + b"The ferry stopped at noon.\r\n" * 780_000,
    "many mail parts": lambda: b"From: a@b.example\r\nSubject: x\r\nDate: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 300_000,
    "22 MB JSON": lambda: json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_html": "<p>Noon.</p>" * 1_800_000}]}).encode(),
    "picture of 700 MB": lambda: png(15_300, 15_296),
    "picture with a packed text of 1 GB": lambda: png(64, 64, chunk(b"zTXt", b"Comment\0\0" + squeezed(1000))),
    "picture with a packed XMP of 1 GB": lambda: png(64, 64, chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + squeezed(1000))),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_copy(name: str, tmp_path: Path) -> None:
    found = measured(HOSTILE[name](), tmp_path)
    assert found["whole"] < SECONDS
    assert found["grown"] < MEGABYTES
    if name.startswith("outside"):
        assert "root:" not in json.dumps(found)


@pytest.mark.slow
def test_a_feed_of_22_megabytes(tmp_path: Path) -> None:
    story = "<p>The ferry stopped at noon, and the <a href='https://x.example/a'>queue</a> before it grew all afternoon.</p>" * 50
    items = "".join(f"<item><guid>{n}</guid><title>Ferry {n}</title><description><![CDATA[{story}]]></description></item>" for n in range(4_000))
    data = f"<rss><channel>{items}</channel></rss>".encode()
    assert len(data) > 22_000_000
    found = measured(data, tmp_path)
    assert found["items"] == 4_000
    assert found["reading"] < SECONDS
    assert found["whole"] / found["items"] < 0.005
    assert found["grown"] < MEGABYTES


@pytest.mark.parametrize("reader", SEEDS)
def test_truncated_at_every_fiftieth(reader: str) -> None:
    for data in SEEDS[reader]:
        for piece in range(50):
            survive(data[: len(data) * piece // 50])
