"""Text wires, mail and photographs: invented copy here, the real files where they lie."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from masthead.stories.models import Story
from masthead.wire import intake
from masthead.wire.item import UnreadableWire
from masthead.wire.models import Alert, WireItem
from masthead.wire.readers import read
from tests.wire.made import g2

TELEX = """\x01ald0{n} 3 i 120    aldine {n}\r

harbour/ferry/\r
\x02{label}Ferry stops after the storm =\r

   Marrowby (aldine) - The ferry stopped at noon on Sunday, the\r
port said, and the queue grew.\r

   It will sail again “when it can”, a speaker said.\r

# Notebook\r

## Internet links\r
- [port news](https://port.example/news)\r

The following information is not for publication\r
## Editorial contacts\r
- Reporting by: Ada Noor, +44 555 0199\r

aldine an bl\r

\x03081137 GMT Nov 26\r
\x04"""
ANPA = """\x16\x16\x01W{n}\x1f_local
r i\x13\x11 BC-US--Ferry Stops   11-08 0120\r
\x02\x02BC-US--Ferry Stops{key},120<\r
^Ferry stops after the storm<\r
^Eds: With AP Photos.<\r
^By ADA NOOR=\r
^Aldine Wire=\r
\t   MARROWBY (AW) _ The ferry stopped at noon, and ``nobody knows why,'' the port said.\r
\r
\t   WHAT NEXT\r
\t   It sails again in 7{{ days.\r
\t   ___\r
\t   \x03AP-WF-11-08-26 1137GMT<\r
\x0c\r
\x04"""


def telex(number: str = "101", label: str = "") -> bytes:
    return TELEX.format(n=number, label=f"{label}\r\n" if label else "").encode("cp1252")


def test_iptc_7901() -> None:
    (item,) = read(telex()).items
    assert (item.headline, item.slugline, item.urgency, item.provider) == (
        "Ferry stops after the storm",
        "harbour/ferry",
        3,
        "aldine",
    )
    assert item.version_created == datetime(2026, 11, 8, 11, 37, tzinfo=UTC)
    assert item.body.count("<p>") == 2 and "“when it can”" in item.body
    hidden = "".join(note.reveal() for note in item.ednotes)
    for private in ("Ada Noor", "555 0199"):
        assert private not in item.body and private in hidden
    assert "aldine an bl" not in item.body


def test_a_second_lead_joins_the_first_and_a_kill_is_a_proposal(title) -> None:
    for number, label in (("101", ""), ("102", "2ND LEAD"), ("103", "KILL KILL KILL")):
        intake.take(telex(number, label), name=number, source=intake.default_source(title))
    chain = WireItem.objects.get()
    assert (chain.versions.count(), chain.proposal, chain.killed) == (3, "kill", False)
    assert Story.objects.get().live
    assert Alert.objects.filter(kind="proposal").count() == 1


def test_anpa_1312() -> None:
    (item,) = read(ANPA.format(n="1234", key=", 1st Ld-Writethru").encode()).items
    assert (item.headline, item.byline, item.slugline) == ("Ferry stops after the storm", "ADA NOOR", "US--Ferry Stops")
    assert "write-thru" in item.signals
    assert "“nobody knows why,”" in item.body and "½ days" in item.body and "MARROWBY (AW) — The" in item.body
    assert "<h3>WHAT NEXT</h3>" in item.body and "<hr>" in item.body
    assert [note.reveal() for note in item.ednotes] == ["With AP Photos."]


def test_tables_keep_their_columns() -> None:
    rows = "\t   Amber;1;2;rn<\n\t   Bell;3;4;pc<\n\t   Cove;5;6;sn<\n"
    data = (
        ANPA.format(n="1", key="")
        .replace("W1\x1f", "W0001\x1f")
        .replace("\x13\x11", "\x14\x12")
        .replace("\t   ___\r\n", rows)
    )
    assert "<td>Amber</td><td>1</td>" in read(data.encode()).items[0].body


def mail(html: str = "", attached: bytes = b"", name: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Ada Noor <ada@aldine.example>",
        "desk@sound.example",
        "Fwd: Ferry stops",
    )
    message["Message-ID"], message["Date"] = "<1@aldine.example>", "Sun, 08 Nov 2026 11:37:00 +0100"
    message["MIME-Version"] = "1.0"
    message.set_content("The ferry stopped.\n\nIt was noon.\n")
    if html:
        message.add_alternative(html, subtype="html")
    if attached:
        message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_mail() -> None:
    (item,) = read(mail("<p>The ferry <b>stopped</b>.</p>")).items
    assert (item.guid, item.headline, item.provider) == ("<1@aldine.example>", "Ferry stops", "Ada Noor")
    assert "<b>stopped</b>" in item.body
    assert item.published == datetime(2026, 11, 8, 10, 37, tzinfo=UTC)
    assert "<p>It was noon.</p>" in read(mail()).items[0].body


def test_wire_files_in_a_mail_are_the_items() -> None:
    (item,) = read(mail(attached=g2(headline="Bridge opens", body="It opened."), name="bridge.xml")).items
    assert (item.headline, item.format) == ("Bridge opens", "newsml-g2")


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" photoshop:Credit="Aldine Wire" photoshop:Instructions="ONE TIME USE ONLY; NO ARCHIVES"
 plus:DataMining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED">
<dc:creator><rdf:Seq><rdf:li>Bo Lind</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">The pier at noon.</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(out, "JPEG", xmp=XMP.encode())
    return out.getvalue()


def test_a_photograph_says_whose_it_is_and_how_it_may_be_used(title) -> None:
    (item,) = read(photo()).items
    (media,) = item.media
    assert (media.caption, media.credit, media.photographer, media.width) == (
        "The pier at noon.",
        "Aldine Wire",
        "Bo Lind",
        60,
    )
    intake.take(photo(), name="p.jpg", source=intake.default_source(title))
    chain = WireItem.objects.get()
    assert {kind for kind, _, _ in chain.duties} >= {"one-time-use", "no-archive", "no-data-mining"}
    assert chain.versions.get().expires_at is not None
    assert Story.objects.count() == 0


def test_a_picture_that_would_burst_is_refused_from_its_header() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 12_000)).save(out, "PNG")
    with pytest.raises(UnreadableWire):
        read(out.getvalue())


@pytest.mark.parametrize("folder", ["iptc7901", "anpa1312", "email", "photo-iptc"])
def test_real_files(shared, folder) -> None:
    for path in sorted((shared / "wire" / "fixtures" / folder).iterdir()):
        assert read(path.read_bytes()).items, path.name


@pytest.mark.parametrize(
    "data",
    [telex(), ANPA.format(n="1234", key="").encode(), mail("<p>x</p>"), photo()],
    ids=["7901", "1312", "mail", "photo"],
)
def test_damage_never_makes_a_reader_stumble(data) -> None:
    @settings(max_examples=120, deadline=None)
    @given(st.integers(0, len(data)), st.binary(max_size=30), st.integers(0, 60))
    def damaged(at, junk, lost):
        try:
            read(data[:at] + junk + data[at + lost :])
        except UnreadableWire as refused:
            assert "stumbled" not in str(refused)

    damaged()
