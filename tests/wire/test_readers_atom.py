"""The Atom reader."""

from datetime import UTC, datetime

import pytest

from masthead.wire.item import Item, Media
from masthead.wire.readers import read


def entry(inside: str, head: str = "") -> Item:
    data = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">{head}<entry>{inside}</entry></feed>'
    (item,) = read(data.encode()).items
    return item


def test_a_full_entry() -> None:
    item = entry(
        "<id>tag:h.example,2026:1</id><title type='html'>Tide &amp;amp; &lt;b&gt;time&lt;/b&gt;</title>"
        "<link rel='self' href='https://h.example/self'/><link href='https://h.example/t' type='text/html'/>"
        "<author><name>Ana Lind</name><email>a@h.example</email></author><category term='sea' label='Sea'/>"
        "<published>2026-04-21T10:00:00+02:00</published><updated>2026-04-21T09:00:00Z</updated>"
        "<summary>Short &lt; long</summary><content type='html'>&lt;p&gt;Body&lt;/p&gt;</content>",
        "<rights>(c) H</rights><author><name>The desk</name></author>",
    )
    assert item.headline == "Tide & time"
    assert (item.guid, item.link) == ("tag:h.example,2026:1", "https://h.example/t")
    assert (item.byline, item.creators) == ("Ana Lind", ("Ana Lind",))
    assert item.published == datetime(2026, 4, 21, 8, tzinfo=UTC)
    assert item.updated == datetime(2026, 4, 21, 9, tzinfo=UTC)
    assert (item.standfirst, item.body) == ("Short < long", "<p>Body</p>")
    assert (item.categories, item.language, item.copyright_notice) == (("sea",), "de", "(c) H")


def test_the_feeds_author_stands_for_entries_without_one() -> None:
    item = entry("<title>x</title>", "<author><name>The desk</name></author>")
    assert (item.byline, item.creators) == (None, ("The desk",))


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<content>5 &lt; 6</content>", "5 &lt; 6"),
        ("<content type='text/html'>&lt;i&gt;x&lt;/i&gt;</content>", "<i>x</i>"),
        (
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>A<br/>b</p></div></content>",
            "<p>A<br>b</p>",
        ),
        (
            "<content type='xhtml' xmlns:h='http://www.w3.org/1999/xhtml'><h:div><h:p>A</h:p></h:div></content>",
            "<p>A</p>",
        ),
        ("<content mode='base64' type='text/html'>PHA+aGk8L3A+</content>", "<p>hi</p>"),
        ("<summary type='html'>&lt;p&gt;s&lt;/p&gt;</summary>", "<p>s</p>"),
        ("<content src='https://h.example/x'/><summary>s</summary>", "s"),
        ("", ""),
    ],
)
def test_bodies(content: str, body: str) -> None:
    assert entry(content).body == body


def test_media_and_drafts() -> None:
    item = entry(
        "<link rel='enclosure' href='https://h.example/a.mp3' type='audio/mpeg'/>"
        "<content type='image/png' src='https://h.example/p.png'/>"
        "<app:control xmlns:app='http://www.w3.org/2007/app'><app:draft>yes</app:draft></app:control>"
    )
    assert item.media == (
        Media(url="https://h.example/a.mp3", type="audio/mpeg"),
        Media(url="https://h.example/p.png", type="image/png"),
    )
    assert item.pubstatus == "withheld"


def test_a_tombstone_is_a_kill() -> None:
    data = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
        "<at:deleted-entry ref='tag:h.example,2026:1' when='2026-04-21T09:00:00Z'/></feed>"
    )
    (item,) = read(data.encode()).items
    assert (item.guid, item.pubstatus) == ("tag:h.example,2026:1", "canceled")
    assert item.updated == datetime(2026, 4, 21, 9, tzinfo=UTC)


def test_atom_03_without_namespace_and_a_lone_entry() -> None:
    old = read(b"<feed version='0.3'><entry><title>x</title><issued>2003-12-13T08:29:29-04:00</issued></entry></feed>")
    assert old.items[0].published == datetime(2003, 12, 13, 12, 29, 29, tzinfo=UTC)
    assert read(b"<entry><title>alone</title></entry>").items[0].headline == "alone"
