"""The RSS reader."""

from datetime import UTC, datetime

import pytest

from masthead.wire.item import Media, Reading
from masthead.wire.readers import read

_HEAD = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour News</title>'
    "<language>en-GB</language><copyright>(c) Harbour News</copyright>"
)


def rss(*items: str) -> Reading:
    return read(f"{_HEAD}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>".encode())


def test_a_full_entry() -> None:
    reading = rss(
        '<title>Pier closed &amp; guarded</title><link>https://h.example/pier</link><guid isPermaLink="false">p1</guid>'
        "<pubDate>Tue, 21 Apr 2026 09:58:00 EDT</pubDate><dc:creator><![CDATA[Ana Lind]]></dc:creator>"
        "<dc:creator>Tom Reyes</dc:creator><category>Town</category><category>Sea</category>"
        "<description><![CDATA[<b>Short</b> &eacute;]]></description>"
        "<content:encoded><![CDATA[<p>The pier is <a href='/p'>closed</a>.</p>]]></content:encoded>"
    )
    assert reading.format == "rss"
    assert reading.errors == ()
    (item,) = reading.items
    assert item.headline == "Pier closed & guarded"
    assert (item.guid, item.guid_derived, item.link) == ("p1", False, "https://h.example/pier")
    assert item.published == datetime(2026, 4, 21, 13, 58, tzinfo=UTC)
    assert item.naive_times == ()
    assert (item.byline, item.creators) == ("Ana Lind, Tom Reyes", ("Ana Lind", "Tom Reyes"))
    assert item.categories == ("Town", "Sea")
    assert item.standfirst == "Short é"
    assert item.body == "<p>The pier is <a href='/p'>closed</a>.</p>"
    assert (item.language, item.copyright_notice) == ("en-GB", "(c) Harbour News")
    assert item.pubstatus == "usable"


def test_description_alone_is_the_body() -> None:
    (item,) = rss("<title>T</title><description>&lt;p&gt;Only this.&lt;/p&gt;</description>").items
    assert (item.body, item.standfirst) == ("<p>Only this.</p>", None)


def test_real_elements_in_a_description() -> None:
    (item,) = rss("<description>Tide <em>tables</em><br/>for May</description>").items
    assert item.body == "Tide <em>tables</em><br>for May"


@pytest.mark.parametrize(
    ("entry", "guid", "derived", "link"),
    [
        ("<guid>https://h.example/1</guid>", "https://h.example/1", False, "https://h.example/1"),
        ('<guid isPermaLink="false">https://h.example/1</guid>', "https://h.example/1", False, None),
        ("<link>https://h.example/2</link>", "https://h.example/2", True, "https://h.example/2"),
        ('<atom:link href="https://h.example/3"/><guid>g</guid>', "g", False, "https://h.example/3"),
        ("", None, True, None),
    ],
)
def test_identity(entry: str, guid: str | None, derived: bool, link: str | None) -> None:
    (item,) = rss(entry).items
    assert (item.guid, item.guid_derived, item.link) == (guid, derived, link)


def test_a_nameless_entry_has_the_same_id_each_time() -> None:
    first, again, other = rss("<title>A</title>", "<title>A</title>", "<title>B</title>").items
    assert str(first.guid).startswith("urn:sha256:")
    assert first.guid == again.guid != other.guid
    assert first.guid_derived


def test_one_guid_on_two_stories_names_only_the_first() -> None:
    first, second, again = rss(
        "<title>Seal rescued</title><link>https://h.example/seal</link><guid isPermaLink='false'>7</guid>",
        "<title>Fees delayed</title><link>https://h.example/fees</link><guid isPermaLink='false'>7</guid>",
        "<title>Seal rescued</title><link>https://h.example/seal</link><guid isPermaLink='false'>7</guid>",
    ).items
    assert (first.guid, again.guid) == ("7", "7")
    assert (second.guid, second.guid_derived) == ("https://h.example/fees", True)
    assert second.warnings == ("The id 7 stands on two different entries; this one goes by its own link.",)


def test_media() -> None:
    (item,) = rss(
        '<media:group><media:content url="https://h.example/s.jpg" width="300" height="200" type="image/jpeg"/>'
        '<media:content url="https://h.example/l.jpg" width="1200" height="800" type="image/jpeg"/>'
        "<media:credit>Jo Park</media:credit></media:group>"
        '<media:content url="https://h.example/clip.mp4" medium="video"><media:title>Clip</media:title>'
        "<media:description>Waves</media:description></media:content>"
        '<media:thumbnail url="https://h.example/t.jpg"/>'
        '<enclosure url="https://h.example/l.jpg" type="image/jpeg" length="9"/>'
    ).items
    assert item.media == (
        Media(
            url="https://h.example/l.jpg",
            type="image/jpeg",
            width=1200,
            height=800,
            credit="Jo Park",
            renditions=("https://h.example/s.jpg",),
        ),
        Media(url="https://h.example/clip.mp4", type="video/mp4", headline="Clip", caption="Waves"),
    )


def test_a_thumbnail_is_better_than_nothing() -> None:
    (item,) = rss('<media:thumbnail url="https://h.example/t" width="72px" height="x"/>').items
    assert item.media == (Media(url="https://h.example/t", type="image/*", width=72),)


def test_dates_without_zone_and_without_sense() -> None:
    naive, absurd = rss("<pubDate>21 Apr 2026 09:58:00</pubDate>", "<pubDate>soon</pubDate>").items
    assert (naive.published, naive.naive_times) == (datetime(2026, 4, 21, 9, 58, tzinfo=UTC), ("published",))
    assert (absurd.published, absurd.warnings) == (None, ("A date could not be understood: soon",))


def test_rdf() -> None:
    reading = read(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>C</title><items/></channel>'
        b'<item rdf:about="https://h.example/a"><title>One</title><link>https://h.example/a</link>'
        b"<dc:date>2026-04-21</dc:date><dc:subject>sea</dc:subject></item></rdf:RDF>"
    )
    (item,) = reading.items
    assert (item.headline, item.guid, item.guid_derived) == ("One", "https://h.example/a", True)
    assert (item.keywords, item.naive_times) == (("sea",), ("published",))


def test_a_feed_cut_off_gives_its_whole_entries() -> None:
    data = f"{_HEAD}<item><title>Whole</title></item><item><title>Half</title><description>The harb".encode()
    reading = read(data)
    assert [item.headline for item in reading.items] == ["Whole"]
    assert reading.errors == ("The transfer broke off inside the last entry; it is held back until it comes whole.",)


def test_one_bad_entry_does_not_cost_its_neighbours() -> None:
    data = f"{_HEAD}<item><title>A</title></item><item><title>B & C<i></title></item><item><title>D</title></item></channel></rss>"
    reading = read(data.encode())
    assert [item.headline for item in reading.items][0::2] == ["A", "D"]
    assert reading.items[0].warnings == ("The file is not well-formed XML; what could be read was read.",)


def test_an_empty_feed_says_so() -> None:
    reading = rss()
    assert (reading.items, reading.errors) == ((), ("The feed holds no entries.",))


def test_a_wordpress_draft_is_withheld() -> None:
    data = (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><item><title>Later</title>'
        "<wp:status>draft</wp:status></item></channel></rss>"
    )
    assert read(data.encode()).items[0].pubstatus == "withheld"


def test_too_many_entries() -> None:
    reading = read(b"<rss><channel>" + b"<item><title>x</title></item>" * 10_001 + b"</channel></rss>")
    assert len(reading.items) == 10_000
    assert reading.errors == ("The feed holds 10001 entries; only the first 10000 were read.",)


def exported(kind: str, status: str, more: str = "") -> bytes:
    return (
        '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>Old paper</title><item><title>Regatta</title><guid>https://old.example.org/?p=7</guid>"
        "<content:encoded><![CDATA[<p>Forty boats came.</p>]]></content:encoded><wp:post_date_gmt>2026-12-01 08:00:00</wp:post_date_gmt>"
        f"<wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status>{more}</item></channel></rss>"
    ).encode()


@pytest.mark.parametrize(
    ("kind", "status", "more", "expected"),
    [
        ("post", "publish", "", ("text", "usable", None)),
        ("post", "draft", "", ("text", "withheld", None)),
        ("post", "future", "", ("text", "usable", datetime(2026, 12, 1, 8, tzinfo=UTC))),
        ("post", "publish", "<wp:post_password>x</wp:post_password>", ("text", "withheld", None)),
        ("nav_menu_item", "publish", "", ("furniture", "usable", None)),
        ("attachment", "inherit", "<wp:attachment_url>https://old.example.org/a.jpg</wp:attachment_url>", ("picture", "usable", None)),
    ],
)  # fmt: skip
def test_an_export_of_wordpress_is_read_as_what_each_row_is(kind, status, more, expected) -> None:
    (item,) = read(exported(kind, status, more)).items
    assert (item.type, item.pubstatus, item.embargoed_until) == expected
