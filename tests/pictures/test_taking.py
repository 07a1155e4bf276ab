"""A picture comes in once, says what it says in the right fields, and looks like itself when it comes back smaller."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from masthead.kit import credentials, images
from masthead.pictures import taking
from masthead.pictures.models import Picture
from tests.pictures.made import MARKS, drawn, jpeg

INSTRUCTIONS = "<photoshop:Instructions>Not for use before Monday. Single use.</photoshop:Instructions>"


def test_what_a_picture_says_of_itself_stands_in_its_fields(db) -> None:
    taken = taking.take(jpeg(marks=MARKS, more=INSTRUCTIONS), name="a.jpg")
    picture = Picture.objects.get()
    assert taken.new and taken.picture == picture
    assert (picture.credit, picture.photographer) == ("Mia Solberg/Sound Wire", "Mia Solberg")
    assert picture.copyright_notice == "© 2026 Sound Wire – Zoë’s “own”"
    assert picture.usage_terms == "Editorial use only <in print & online>"
    assert picture.caption == "The “Anna Lind” came in at dawn."
    assert picture.alt == "A trawler beside a quay"
    assert picture.instructions == "Not for use before Monday. Single use."
    assert (picture.data_mining, picture.source_type) == ("DMI-PROHIBITED-AIMLTRAINING", "digitalCapture")
    assert picture.one_use
    assert len(picture.likeness) == 32


def test_a_caption_never_becomes_the_alt_text(db) -> None:
    from dataclasses import replace

    taking.take(jpeg(marks=replace(MARKS, alt="")), name="a.jpg")
    assert Picture.objects.get().alt == ""


def test_the_same_bytes_come_in_once(db) -> None:
    data = jpeg()
    first, again = taking.take(data, name="a.jpg"), taking.take(data, name="b.jpg")
    assert (first.new, again.new, Picture.objects.count()) == (True, False, 1)
    assert again.picture == first.picture


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_a_smaller_copy_is_known_and_another_picture_is_not(db, form) -> None:
    first = taking.take(jpeg(1), name="a.jpg").picture
    out = io.BytesIO()
    drawn(1).resize((700, 467)).save(out, form)
    assert taking.take(out.getvalue(), name="b").near == (first,)
    assert taking.take(jpeg(2), name="c.jpg").near == ()


def test_pictures_without_contrast_are_like_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    assert images.likeness(out.getvalue()) == ""
    assert not images.alike("", "")


def test_likeness_tells_fifty_pictures_apart() -> None:
    prints = [images.likeness(jpeg(seed, size=(300, 200))) for seed in range(50)]
    pairs = [(a, b) for n, a in enumerate(prints) for b in prints[:n]]
    assert sum(images.alike(a, b) for a, b in pairs) == 0
    print(f"{len(pairs)} pairs of different pictures, 0 taken for the same")


@pytest.mark.parametrize("data, words", [(b"no picture", "not a picture"), (jpeg()[:9000], "damaged")])
def test_what_is_no_picture_is_refused_in_a_sentence(db, data, words) -> None:
    with pytest.raises(images.BadPicture, match=words):
        taking.take(data, name="a.jpg")
    assert Picture.objects.count() == 0


@pytest.fixture
def credentialed() -> bytes:
    pytest.importorskip("c2pa", reason="The extra masthead[c2pa] is not installed; signed credentials were not read.")
    from tests.pictures.signed import signed

    return signed(jpeg(), "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")


def test_credentials_are_read_and_kept_with_the_original(db, credentialed) -> None:
    picture = taking.take(credentialed, name="a.jpg").picture
    told = picture.credentials
    assert (told["state"], told["signer"], told["tool"]) == ("Valid", "Mia Solberg", "Test Camera")
    assert picture.is_generated and "made by generative software" in told["words"]
    assert picture.file.open().read() == credentialed


def test_tampering_with_a_signed_picture_is_told(credentialed) -> None:
    broken = bytearray(credentialed)
    broken[-2000] ^= 0xFF
    told = credentials.read(bytes(broken), "image/jpeg")
    assert told["state"] == "Invalid" and "do not fit the picture" in told["words"]


def test_credentials_that_cannot_be_read_are_told_in_words(db) -> None:
    data = jpeg() + b"\x00\x00jumbc2pa"
    assert credentials.carried(data) and not credentials.carried(jpeg())
    told = credentials.read(data, "image/jpeg")
    assert told["state"] in ("unread", "Invalid") and "Content Credentials" in told["words"]
    assert credentials.read(jpeg(), "image/jpeg") == {}
