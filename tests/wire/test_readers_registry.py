"""The registry: formats known by content, refusals in sentences, and no bytes that bring a reader down."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.wire.item import Reading, UnreadableWire
from masthead.wire.readers import READERS, read


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\x00", "The file is empty."),
        (b"<!DOCTYPE html><html>log in", "This is a web page, not a feed; perhaps a log-in page or an error page came instead of the copy."),
        (b"<svg/>", "This XML file is in no news format that we know (its outermost element is <svg>)."),
        (b"<rss><!ENTITY", None),
        (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hosts">]><rss>&a;</rss>', "The file asks for another file to be read into it; it was refused."),
    ],
)  # fmt: skip
def test_refusals(data: bytes, sentence: str | None) -> None:
    if sentence is None:
        assert read(data).items == ()
        return
    with pytest.raises(UnreadableWire) as refusal:
        read(data)
    assert str(refusal.value) == sentence


def test_formats_are_known_by_content() -> None:
    assert read(b"\xef\xbb\xbf <rss><channel><item><title>x</title></item></channel></rss>").format == "rss"
    assert read(b"<feed><entry><title>x</title></entry></feed>").format == "atom"
    assert read(b"<newsItem guid='a'/>").format == "newsml-g2"


def test_every_reader_offers_the_three_names() -> None:
    from importlib import import_module

    for name in {name for names in READERS.values() for name in names}:
        module = import_module(f"masthead.wire.readers.{name}")
        assert module.FORMAT and callable(module.recognises) and callable(module.read), name


_PIECES = st.sampled_from(
    [
        b"<rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"</title>", b"<guid>", b"<link href='x'/>",
        b"<feed>", b"<entry>", b"<content type='xhtml'>", b"<newsItem guid='a'>", b"<newsMessage>", b"<itemSet>",
        b"<itemMeta>", b"<contentMeta>", b"<contentSet>", b"<inlineXML>", b"<html><body><p>", b"<embargoed>",
        b"<remoteContent href='a' width='-1'/>", b"<subject qcode=':'/>", b"<pubDate>1 1 1</pubDate>",
        b"&nbsp;", b"&", b"<![CDATA[", b"]]>", b"<!--", b"<?xml version='1.0' encoding='utf-16'?>", b"\xff", b"\x00",
        b"<media:content url='u'/>", b"<media:group/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<rdf:RDF>",
        b"{", b"[", b"\xef\xbb\xbf", b"text",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=25).map(b"".join)))
def test_no_bytes_bring_a_reader_down(data: bytes) -> None:
    try:
        reading = read(data)
    except UnreadableWire as refusal:
        assert "stumbled" not in str(refusal)
        assert str(refusal).endswith((".", ")."))
    else:
        assert isinstance(reading, Reading)


def test_the_feedparser_suite(shared: Path) -> None:
    files = sorted(path for path in (shared / "feeds" / "feedparser-suite").rglob("*") if path.is_file())
    stumbled: list[str] = []
    slowest = 0.0
    for path in files:
        start = time.process_time()
        try:
            read(path.read_bytes())
        except UnreadableWire as refusal:
            stumbled += [path.name] if "stumbled" in str(refusal) else []
        slowest = max(slowest, time.process_time() - start)
    print(f"{len(files)} feeds, slowest {slowest * 1000:.0f} ms, {len(stumbled)} stumbled")
    assert stumbled == []
    assert slowest < 2


@pytest.mark.parametrize(
    ("fmt", "bar"),
    [("newsml-g2", 0.99), ("atom", 0.99), ("rss", 0.95)],
)
def test_facts_of_real_files(shared: Path, fmt: str, bar: float) -> None:
    """RSS: the list counts Portuguese dates as unreadable, takes half a story, and asks for repair under --raw."""
    import subprocess
    import sys

    done = subprocess.run(
        [
            sys.executable, str(shared / "wire" / "check.py"), "--format", fmt, "--bar", str(bar),
            "--show", "0", "--command", f"{sys.executable} -m masthead.wire.commands",
        ],
        capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout
