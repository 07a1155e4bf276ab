"""kit.xml: hostile, sloppy and mislabelled documents."""

import time

import pytest

from masthead.kit import charset, xml

EXPANDS = "The file defines entities that expand to more text or markup; it was refused."
FETCHES = "The file asks for another file to be read into it; it was refused."
SWARMS = "The file holds too many elements to be a news file; it was not read."


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>', EXPANDS),
        (b'<!DOCTYPE a [<!ENTITY x "<b>bold</b>">]><a>&x;</a>', EXPANDS),
        (b'<!DOCTYPE a [<!ENTITY x "&#60;b>">]><a>&x;</a>', EXPANDS),
        (b'<!DOCTYPE a [<!ENTITY x "' + b"z" * 199 + b'">]><a>' + b"&x;" * 90_000 + b"</a>", EXPANDS),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', FETCHES),
        (b'<!DOCTYPE a [<!ENTITY x PUBLIC "p" "http://127.0.0.1/x">]><a>&x;</a>', FETCHES),
        (
            b"<!DOCTYPE a [" + b'<!ENTITY x "y">' * 2000 + b"]><a/>",
            "The file declares too many entities to be a news file; it was refused.",
        ),
        (b"<a>" + b"<b/>" * 900_000 + b"</a>", SWARMS),
        (b"<a " + b" ".join(b'b%d=""' % n for n in range(1_500_000)) + b"/>", SWARMS),
        (b"<a>" + b" " * (33 * 2**20) + b"</a>", "The file is larger than 32 MB; it was not read."),
        (b"  \n", "The file is empty."),
        (b"plain words", "This file is not XML."),
    ],
)
def test_refused_in_a_sentence(document: bytes, sentence: str) -> None:
    with pytest.raises(xml.RefusedXml) as refusal:
        xml.parse(document)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (b"<a>\xc3\xa9</a>", "é"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><a>D\xc3\xa9c\xc3\xa8s</a>', "Décès"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><a>\x93D\xe9c\xe8s\x94</a>', "“Décès”"),
        (b"<a>O prefeito n\xe3o respondeu \xe0s cr\xedticas da oposi\xe7\xe3o na c\xe2mara</a>",
         "O prefeito não respondeu às críticas da oposição na câmara"),
        ("<a>Мост через реку закрыт до конца недели, сообщили в мэрии города</a>".encode("cp1251"),
         "Мост через реку закрыт до конца недели, сообщили в мэрии города"),
        ('<?xml version="1.0" encoding="big5"?><a>大橋</a>'.encode("big5"), "大橋"),
        ("<a>größer</a>".encode("utf-16"), "größer"),
        ("<a>größer</a>".encode("utf-16-le"), "größer"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><a>x</a>", "x"),
        (b"<?xml?xml version='1.0' ??><a>x</a>", "x"),
        (b"<?xml version='1.0'?><?xml version='1.0'?><a>x</a>", "x"),
        (b"<a>Record, replay & measure &nbsp;&rsquo;26</a>", "Record, replay & measure ’26"),
        (b"<a>&unknown; &#0; &#x41;</a>", "&unknown; A"),
        (b"<a>\x01\x0bbell</a>", "bell"),
        (b"<a b=2.0 c='1'>kept</a>", "kept"),
        (b"<a><![CDATA[&nbsp; stays &]]> &mdash;</a>", "&nbsp; stays & —"),
        (b'<!DOCTYPE a PUBLIC "-//N//DTD" "http://x.example/d.dtd"><a>&eacute;</a>', "é"),
        (b'<!DOCTYPE a [<!ENTITY % d SYSTEM "n.dtd"> %d; <!ENTITY paper "The Bugle">]><a>&paper;</a>', "The Bugle"),
        (b"<a>one<b>two", "onetwo"),
        (b"<a>x<!-- not this -->y</a>", "xy"),
    ],
)  # fmt: skip
def test_read_all_the_same(document: bytes, text: str) -> None:
    assert xml.text(xml.parse(document).root) == text


def test_faults_are_told() -> None:
    assert xml.parse(b"<a>fine &amp; whole</a>").faults == ()
    lie = xml.parse(b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xc3\xa9</a>')
    assert lie.faults == ("The file says its charset is iso8859-1, but its bytes are UTF-8; they were read as UTF-8.",)
    broken = xml.parse(b"<a><b>x</a>")
    assert broken.recovered
    assert broken.faults == ("The file is not well-formed XML; what could be read was read.",)


def test_the_unfinished_element_is_known() -> None:
    cut = xml.parse(b"<feed><entry>whole</entry><entry>hal")
    assert cut.unfinished("entry")
    between = xml.parse(b"<feed><entry>whole</entry>")
    assert not between.unfinished("entry")
    assert not xml.parse(b"<feed><entry>a & b</entry></feed>").unfinished("entry")


@pytest.mark.parametrize(
    "document",
    [
        b"<a>" + b"&" * 3_000_000 + b"</a>",
        b"<a>&" + b"<![CDATA[" * 400_000,
        b"<?b?>" * 900_000,
        b"<!--" * 900_000,
        (b"<a" + b"=" * 4000) * 800,
        b"<!DOCTYPE x [" + b'<!ENTITY a "' * 1500 + b"]><a/>",
        b"<a>" + b"\x81\xff" * 2_000_000 + b"</a>",
        b"<a>" + b"<b>" * 500_000,
    ],
)
def test_nothing_takes_two_seconds(document: bytes) -> None:
    start = time.process_time()
    try:
        xml.parse(document)
    except xml.RefusedXml:
        pass
    assert time.process_time() - start < 2


def test_to_html() -> None:
    source = '<x xmlns="u:n" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:o="u:o"><h:p o:k="1" class="a&quot;">1 &lt; 2<h:br/><person>Ana</person>!</h:p><drop>no</drop> end</x>'
    root = xml.parse(source.encode()).root
    html = xml.inner_html(root, rename={"person": ""}, drop=frozenset({"drop"}))
    assert html == '<p class="a&quot;">1 &lt; 2<br>Ana!</p> end'


def test_names_of_undeclared_prefixes() -> None:
    root = xml.parse(b"<rss:rss><dc:creator>Jo</dc:creator></rss:rss>").root
    assert xml.split_name(root.tag) == ("rss", "rss")
    assert xml.split_name(root[0].tag) == ("dc", "creator")
    assert xml.text(xml.child(root, "creator")) == "Jo"


def test_html_fragment() -> None:
    body = xml.parse_html("<p>One<p>Two &eacute;\x00")
    assert [xml.text(p) for p in body.iter("p")] == ["One", "Two é"]
    assert xml.text(xml.parse_html("")) == ""


def test_strange_bytes_among_utf8_lose_no_letter() -> None:
    data = "Zoë und René ".encode() * 50 + b"caf\xe9"
    found = charset.find(data)
    assert found.name == "utf-8"
    assert charset.decode(data, found).endswith("café")
