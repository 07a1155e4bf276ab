"""NITF and NewsML 1: invented documents here, the real ones where they lie."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from masthead.kit import clock
from masthead.stories.models import Story
from masthead.wire import intake
from masthead.wire.models import WireItem
from masthead.wire.readers import read

NITF = """<nitf><head><tobject><tobject.subject tobject.subject.refnum="15039001"/></tobject>
<docdata management-status="{status}" management-doc-idref="{about}"><doc-id id-string="{guid}"/><urgency ed-urg="3"/>
<date.issue norm="20261102T100000Z"/><date.release norm="{release}"/><date.expire norm="{expire}"/>
<doc.copyright year="2026" holder="Aldine Wire"/><ed-msg info="Call 555 0199"/></docdata></head>
<body><body.head><hedline><hl1>Ferry stops</hl1></hedline><byline>By <person>Ada Noor</person></byline>
<dateline><location>Marrowby</location></dateline></body.head><body.content>{body}
<media media-type="image"><media-reference source="p.jpg" mime-type="image/jpeg" width="800" height="600"/>
<media-caption>The pier.</media-caption><media-producer>Bo Lind/Aldine</media-producer></media></body.content>
<body.end><tagline>ada@aldine.example</tagline></body.end></body></nitf>"""
NEWSML = """<NewsML Version="1.2"><NewsEnvelope><DateAndTime>20261102T100000Z</DateAndTime></NewsEnvelope>
<NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>aldine.example</ProviderId><DateId>20261102</DateId>
<NewsItemId>F7</NewsItemId><RevisionId PreviousRevision="0" Update="N">{revision}</RevisionId>
<PublicIdentifier>urn:newsml:aldine.example:20261102:F7:{revision}</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20261102T100000+0100</FirstCreated>
<ThisRevisionCreated>20261102T10{revision:02d}00+0100</ThisRevisionCreated><Status FormalName="{status}"/><Urgency FormalName="2"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>{headline}</HeadLine><ByLine>Ada Noor</ByLine><DateLine>Marrowby</DateLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="Aldine Wire"/></Provider></AdministrativeMetadata>
<NewsComponent><Role FormalName="StyleSheet"/><ContentItem><Format FormalName="CSS"/><DataContent>.x {{color: red}} .y {{color: blue}}</DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Contact"/><ContentItem><DataContent><p>Press office 555 0199</p></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Body"/><ContentItem><DataContent><html><body>{body}</body></html></DataContent></ContentItem></NewsComponent>
</NewsComponent></NewsItem></NewsML>"""
WORDS = "<p>The ferry stopped at noon and the queue before it grew all afternoon, the port said.</p>"


def nitf(status="usable", about="", guid="F7", release="", expire="", body=WORDS) -> bytes:
    return NITF.format(status=status, about=about, guid=guid, release=release, expire=expire, body=body).encode()


def newsml(revision=1, status="Usable", headline="Ferry stops", body=WORDS) -> bytes:
    return NEWSML.format(revision=revision, status=status, headline=headline, body=body).encode()


def test_nitf() -> None:
    (item,) = read(nitf(expire="20261202T000000Z")).items
    assert (item.guid, item.headline, item.byline, item.creators) == ("F7", "Ferry stops", "By Ada Noor", ("Ada Noor",))
    assert (item.dateline, item.urgency, item.copyright_notice) == ("Marrowby", 3, "© 2026 Aldine Wire")
    assert item.expires == datetime(2026, 12, 2, tzinfo=UTC)
    assert item.codes("subj") == ("15039001",)
    assert (item.media[0].caption, item.media[0].credit, item.media[0].width) == ("The pier.", "Bo Lind/Aldine", 800)
    assert {note.reveal() for note in item.ednotes} == {"Call 555 0199", "ada@aldine.example"}
    assert "aldine.example" not in item.body and "The pier" not in item.body


def test_a_release_ahead_is_an_embargo_and_one_past_is_none() -> None:
    with clock.frozen(datetime(2026, 11, 5, tzinfo=UTC)):
        assert read(nitf(release="20261201T000000Z")).items[0].embargoed_until == datetime(2026, 12, 1, tzinfo=UTC)
        assert read(nitf(release="20261101T000000Z")).items[0].embargoed_until is None
        assert read(nitf(status="embargoed")).items[0].embargo_open


@pytest.mark.parametrize("kill_first", [False, True])
def test_a_cancel_with_an_id_of_its_own_takes_the_story_it_names(title, kill_first) -> None:
    deliveries = [nitf(), nitf(status="canceled", about="F7", guid="K1", body="<p/>")]
    for n, data in enumerate(reversed(deliveries) if kill_first else deliveries):
        intake.take(data, name=f"{n}.xml", source=intake.default_source(title))
    assert WireItem.objects.get(guid="F7").killed
    assert not Story.objects.filter(live=True).exists()


def test_newsml_1_takes_the_body_not_its_companions() -> None:
    (item,) = read(newsml()).items
    assert (item.guid, item.chain) == (
        "urn:newsml:aldine.example:20261102:F7:1",
        "urn:newsml:aldine.example:20261102:F7",
    )
    assert "queue" in item.body and "color" not in item.body and "555 0199" not in item.body
    assert [note.reveal() for note in item.ednotes] == ["Press office 555 0199"]
    assert (item.provider, item.urgency, item.language) == ("Aldine Wire", 2, "en")


def test_revisions_are_one_story_and_a_cancel_kills_it(title) -> None:
    for revision, status in ((1, "Usable"), (2, "Usable"), (3, "Canceled")):
        data = newsml(revision, status, "Ferry stops again" if revision > 1 else "Ferry stops")
        intake.take(data, name=f"{revision}.xml", source=intake.default_source(title))
    chain = WireItem.objects.get()
    assert (chain.versions.count(), chain.killed, chain.story.order_pubstatus) == (3, True, "canceled")


@pytest.mark.parametrize("folder", ["nitf", "newsml-1"])
def test_real_files(shared, folder) -> None:
    for path in sorted((shared / "wire" / "fixtures" / folder).iterdir()):
        assert read(path.read_bytes()).items, path.name


@pytest.mark.parametrize("make", [nitf, newsml])
def test_cut_anywhere_it_never_stumbles(make) -> None:
    from masthead.wire.item import UnreadableWire

    data = make()
    for end in range(0, len(data), 41):
        try:
            read(data[:end])
        except UnreadableWire as refused:
            assert "stumbled" not in str(refused)
