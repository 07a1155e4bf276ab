"""The NewsML-G2 reader."""

from datetime import UTC, datetime

import pytest

from masthead.kit.private import DeskOnly
from masthead.wire.item import Contributor, Item, Media, Subject
from masthead.wire.readers import read

_NS = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
_CATALOG = '<catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_38.xml"/>'


def g2(meta: str = "", content: str = "", rest: str = "", kind: str = "newsItem", attributes: str = "") -> Item:
    data = (
        f'<{kind} {_NS} guid="tag:a.example,2026:1" xml:lang="en" {attributes}>{_CATALOG}'
        f"<itemMeta>{meta}</itemMeta><contentMeta>{content}</contentMeta>{rest}</{kind}>"
    )
    (item,) = read(data.encode()).items
    return item


def inline(body: str) -> str:
    return (
        '<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>no</title></head><body>{body}</body></html></inlineXML></contentSet>"
    )


def test_metadata() -> None:
    item = g2(
        '<itemClass qcode="ninat:text"/><provider qcode="nprov:AW"><name>Aldine Wire</name></provider>'
        "<versionCreated>2026-04-21T12:00:00+02:00</versionCreated><firstCreated>2026-04-21T09:00:00</firstCreated>"
        '<embargoed>2026-04-22T06:00:00Z</embargoed><pubStatus qcode="stat:usable"/>'
        '<signal qcode="sig:correction"/><edNote>Call the desk.</edNote>'
        '<link rel="irel:previousVersion" residref="tag:a.example,2026:0"/>',
        "<urgency>3</urgency><slugline>FERRY/</slugline><creditline>Aldine</creditline><by>By Ana Lind</by>"
        "<dateline>PORT ELM, May 1 -</dateline><keyword>ferry</keyword>"
        '<genre qcode="genre:Current"/><located><name>Port Elm</name></located>'
        '<headline rank="2">Second</headline><headline rank="1" role="x:subtitle">Sub</headline>'
        '<headline rank="1">First</headline><description role="drol:summary">In short.</description>',
        "<rightsInfo><copyrightHolder><name>Aldine</name></copyrightHolder><usageTerms>No archive.</usageTerms>"
        "<copyrightNotice>(c) A</copyrightNotice><copyrightNotice>(c) B</copyrightNotice></rightsInfo>",
        attributes='version="4"',
    )
    assert (item.format, item.type, item.guid, item.version) == ("newsml-g2", "text", "tag:a.example,2026:1", 4)
    assert (item.provider, item.provider_code) == ("Aldine Wire", "nprov:AW")
    assert item.version_created == datetime(2026, 4, 21, 10, tzinfo=UTC)
    assert (item.first_created, item.naive_times) == (datetime(2026, 4, 21, 9, tzinfo=UTC), ("first_created",))
    assert (item.embargoed_until, item.embargo_open) == (datetime(2026, 4, 22, 6, tzinfo=UTC), False)
    assert (item.signals, item.corrects) == (("sig:correction",), ("tag:a.example,2026:0",))
    assert item.ednotes == (DeskOnly("Call the desk."),)
    assert (item.headline, item.standfirst, item.byline) == ("First", "In short.", "By Ana Lind")
    assert (item.urgency, item.slugline, item.credit) == (3, "FERRY/", "Aldine")
    assert (item.dateline, item.located) == ("PORT ELM, May 1 -", ("Port Elm",))
    assert (item.keywords, item.genres, item.language) == (("ferry",), ("genre:Current",), "en")
    assert (item.copyright_holder, item.usage_terms) == (("Aldine",), ("No archive.",))
    assert item.copyright_notice == "(c) A\n(c) B"
    assert item.warnings == ()


@pytest.mark.parametrize(
    ("status", "read_as"),
    [
        ("", "usable"),
        ('<pubStatus qcode="stat:usable"/>', "usable"),
        ('<pubStatus qcode="stat:withheld"/>', "withheld"),
        ('<pubStatus qcode="stat:canceled"/>', "canceled"),
        ('<pubStatus qcode="stat:withdrawn"/>', "canceled"),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"/>', "canceled"),
        ('<pubStatus qcode="own:perhaps"/>', "withheld"),
    ],
)
def test_status(status: str, read_as: str) -> None:
    assert g2(status).pubstatus == read_as


@pytest.mark.parametrize("embargo", ["<embargoed/>", "<embargoed> </embargoed>", "<embargoed>tonight</embargoed>"])
def test_an_embargo_without_time_is_open(embargo: str) -> None:
    item = g2(embargo)
    assert (item.embargo_open, item.embargoed_until) == (True, None)


def test_the_expiry_for_the_web_wins() -> None:
    item = g2(
        '<expires pubconstraint="u:web">2026-01-02T00:00:00Z</expires><expires>2026-01-01T00:00:00Z</expires>'
        '<expires pubconstraint="u:archive">2030-01-01T00:00:00Z</expires>'
    )
    assert item.expires == datetime(2026, 1, 2, tzinfo=UTC)


def test_subjects_by_kind_and_scheme() -> None:
    item = g2(
        "",
        '<subject type="cpnat:abstract" qcode="medtop:20000538"><name xml:lang="de">Freizeit</name>'
        '<name xml:lang="en">leisure</name></subject>'
        '<subject type="cpnat:person" qcode="p:1"><name>Ana Lind</name></subject>'
        '<subject type="cpnat:organisation" literal="o1"><name>Elm Ferries</name></subject>'
        '<subject type="cpnat:poi" literal="Old Pier"/><subject type="cpnat:geoArea"><name>Elm</name></subject>'
        '<subject type="cpnat:event" qcode="e:2"/><subject qcode="mt:20000001"/>'
        '<subject uri="http://cv.iptc.org/newscodes/subjectcode/15000000"/>',
        '<catalog><scheme alias="mt" uri="http://cv.iptc.org/newscodes/mediatopic/"/></catalog>',
    )
    assert item.subjects == (
        Subject("leisure", "20000538", "medtop"),
        Subject("Ana Lind", "1", "p", "person"),
        Subject("Elm Ferries", kind="organisation"),
        Subject("Old Pier", kind="place"),
        Subject("Elm", kind="place"),
        Subject(None, "2", "e", "event"),
        Subject(None, "20000001", "medtop"),
        Subject(None, "15000000", "subj"),
    )
    assert item.codes("medtop") == ("20000538", "20000001")


def test_people_are_credited_and_codes_are_not() -> None:
    item = g2(
        "",
        '<creator role="crol:photographer"><name>Jo Park</name></creator><creator literal="dw"/>'
        "<creator><name>lind.ana</name></creator><creator literal='Aldine Wire' role='r:source'/>"
        "<creator><name>Ana Lind</name></creator>"
        "<contributor role='c:descrWriter' jobtitle='j:ed'><name>Tom Reyes</name></contributor>"
        "<infoSource literal='Elm Police'/>",
    )
    assert item.creators == ("Jo Park", "dw", "lind.ana", "Aldine Wire", "Ana Lind")
    assert item.contributors == (
        Contributor("Jo Park", "photographer"),
        Contributor("Ana Lind"),
        Contributor("Tom Reyes", "editor", job_title="j:ed"),
        Contributor("Elm Police", "source"),
    )


def test_xhtml_keeps_markup_and_desk_parts_leave_the_body() -> None:
    item = g2(
        "",
        "",
        inline(
            "<header><p class='embargoed'>Not before six.</p><h1>Again</h1></header>"
            "<p>The <em>ferry</em> is <a href='/f'>late</a>.</p><p> <h2>Why</h2> </p><ul><li>Fog</li></ul>"
            "<table><tr><td>1</td></tr></table><section class='np-nonpublic'><p>Phone</p><p>555</p></section> tail"
            "<p pubconstraint='x:nonpublic'>Ring first.</p>"
        ),
    )
    assert item.body == (
        '<p>The <em>ferry</em> is <a href="/f">late</a>.</p><div> <h2>Why</h2> </div><ul><li>Fog</li></ul>'
        "<table><tr><td>1</td></tr></table> tail"
    )
    assert item.ednotes == (DeskOnly("Not before six."), DeskOnly("Phone 555"), DeskOnly("Ring first."))


def test_nitf_inside() -> None:
    item = g2(
        "",
        "",
        "<contentSet><inlineXML contenttype='application/nitf+xml'><nitf><body><body.head>"
        "<hedline><hl1>Ferry late</hl1></hedline><byline>By<person>Ana Lind</person></byline>"
        "<dateline><location>Elm</location></dateline></body.head><body.content><block><hl2>Fog</hl2>"
        "<p>Said <person>Jo</person> <em>now</em>.</p><media><media-caption>no</media-caption></media></block>"
        "</body.content></body></nitf></inlineXML></contentSet>",
    )
    assert (item.headline, item.byline, item.dateline) == ("Ferry late", "By Ana Lind", "Elm")
    assert item.body == "<h3>Fog</h3><p>Said Jo <em>now</em>.</p>"


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (
            "<inlineData contenttype='text/plain'>One\n\nTwo &lt;\nlines</inlineData>",
            "<p>One</p>\n<p>Two &lt; lines</p>",
        ),
        ("<inlineData contenttype='text/plain'>One\nTwo</inlineData>", "<p>One</p>\n<p>Two</p>"),
        ("<inlineData contenttype='text/html'>&lt;p&gt;One&lt;/p&gt;</inlineData>", "<p>One</p>"),
        ("<inlineData contenttype='text/plain'>&lt;p&gt;One&lt;/p&gt;</inlineData>", "<p>One</p>"),
        ("<inlineData hascontent='false'/>", ""),
        ("<inlineXML><events><event><name>Fair</name></event></events></inlineXML>", ""),
    ],
)
def test_other_bodies(data: str, body: str) -> None:
    assert g2("", "", f"<contentSet>{data}</contentSet>").body == body


def test_a_picture_is_one_medium_with_sizes() -> None:
    item = g2(
        '<itemClass qcode="ninat:picture"/>',
        "<creator><name>Jo Park</name></creator><creditline>Aldine</creditline><headline>Fog</headline>"
        '<description role="drol:caption">Fog at sea.</description>',
        '<contentSet><remoteContent href="t.jpg" contenttype="image/jpeg" width="48" height="32"/>'
        '<remoteContent href="l.jpg" contenttype="image/jpeg" width="1600" height="1024"/></contentSet>'
        "<rightsInfo><copyrightNotice>(c) A</copyrightNotice></rightsInfo>",
    )
    assert item.type == "picture"
    assert item.media == (
        Media(
            url="l.jpg",
            type="image/jpeg",
            width=1600,
            height=1024,
            headline="Fog",
            caption="Fog at sea.",
            credit="Aldine",
            photographer="Jo Park",
            rights="(c) A",
            provider_id="tag:a.example,2026:1",
            renditions=("t.jpg",),
        ),
    )


def test_pictures_linked_from_a_text() -> None:
    item = g2(
        '<link rel="irel:seeAlso" residref="urn:p1" href="https://a.example/p.jpeg?s=1">'
        '<itemClass qcode="ninat:picture"/><title>Pier</title></link><link href="https://a.example/page"/>'
    )
    assert item.media == (
        Media(url="https://a.example/p.jpeg?s=1", type="image/jpeg", headline="Pier", provider_id="urn:p1"),
    )


def test_a_message_and_its_package() -> None:
    data = (
        f"<newsMessage {_NS}><header>{_CATALOG}</header><itemSet><packageItem guid='p'><groupSet><group>"
        "<itemRef residref='a'/><itemRef residref='b'/></group></groupSet></packageItem>"
        "<newsItem guid='a'/><newsItem guid='b' version='x'/></itemSet></newsMessage>"
    )
    package, first, second = read(data.encode()).items
    assert (package.type, package.contains) == ("composite", ("a", "b"))
    assert (first.guid, second.guid, second.version) == ("a", "b", 1)


def test_a_message_cut_off_gives_its_whole_items() -> None:
    data = f"<newsMessage {_NS}><itemSet><newsItem guid='a'></newsItem><newsItem guid='b'><itemMeta><edNo"
    reading = read(data.encode())
    assert [item.guid for item in reading.items] == ["a"]
    assert reading.errors == ("The transfer broke off inside item 2; it is held back until it comes whole.",)


def test_codes_without_catalog_are_doubted() -> None:
    (item,) = read(
        f"<newsItem {_NS} guid='a'><itemMeta><itemClass qcode='ninat:text'/></itemMeta></newsItem>".encode()
    ).items
    assert item.warnings == ("The item uses codes but names no catalog for them; the standard calls it invalid.",)
