"""Every printed copy says whose it is: read back by exiftool, or by our own reader where that is not installed."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from masthead.kit import images, marking
from masthead.pictures import taking
from masthead.press import darkroom, run
from masthead.stories import actions, diary
from tests.pictures.made import MARKS, jpeg

TAGS = {
    "XMP-photoshop:Credit": MARKS.credit,
    "XMP-dc:Creator": MARKS.creator,
    "XMP-dc:Rights": MARKS.copyright_notice,
    "XMP-dc:Description": MARKS.caption,
    "XMP-xmpRights:UsageTerms": MARKS.usage_terms,
    "XMP-xmpRights:Marked": True,
    "XMP-iptcCore:AltTextAccessibility": MARKS.alt,
    "XMP-plus:DataMining": "DMI-PROHIBITED-AIMLTRAINING",
    "XMP-iptcExt:DigitalSourceType": "digitalCapture",
}
IIM = {"IPTC:Credit": MARKS.credit, "IPTC:CopyrightNotice": MARKS.copyright_notice, "IPTC:By-line": MARKS.creator}


@pytest.fixture
def printed(title):
    """The renditions of a picture in a public story, as the store holds them."""
    picture = taking.take(jpeg(marks=MARKS), name="a.jpg").picture
    picture.instructions = "CANARY for the desk"
    picture.save()
    copy = actions.Copy(headline="Boats", body="<p>In.</p>", pictures=(actions.CopyPicture(picture),))
    actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    diary.work_off()
    store = run.store_of(title)
    return {path: store.get(path).bodies["identity"] for path in darkroom.wanted(picture)}


def test_every_rendition_was_made_by_the_worker(printed) -> None:
    assert sorted(path.rpartition("/")[2] for path in printed) == [
        "480.avif", "480.webp", "720.avif", "720.jpg", "720.webp", "960.avif", "960.jpg", "960.webp",
    ]  # fmt: skip


def test_every_rendition_says_whose_it_is(printed) -> None:
    for path, data in printed.items():
        told = images.told(data)
        said = {name: told.first(name) for name in ("credit", "creator", "copyright_notice", "usage_terms", "caption", "alt")}
        assert said == {name: getattr(MARKS, name) for name in said}, path
        assert (told.first("data_mining"), told.first("digital_source_type")) == (MARKS.data_mining, MARKS.source_type), path
        assert b"CANARY" not in data


def test_exiftool_reads_the_same(printed, tmp_path) -> None:
    if not shutil.which("exiftool"):
        pytest.skip("exiftool is not installed; our own reader was asked in the test above.")
    for path, data in printed.items():
        file = tmp_path / path.rpartition("/")[2]
        file.write_bytes(data)
        command = ["exiftool", "-j", "-n", "-G1", "-charset", "iptc=utf8", str(file)]
        (read,) = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        # Versions of exiftool differ in how much of a vocabulary’s address they show.
        assert "ExifTool:Warning" not in read, read
        wrong = {tag: read.get(tag) for tag, value in TAGS.items() if not str(read.get(tag)).endswith(str(value))}
        assert wrong == {}, path
        assert read["IFD0:Copyright"] and read["IFD0:Artist"] == MARKS.creator, path
        if file.suffix == ".jpg":
            assert {tag: read.get(tag) for tag in IIM} == IIM


@pytest.mark.parametrize("long", ["x" * 5000, "ü" * 3000])
def test_long_words_are_cut_between_letters_in_iim_and_whole_in_xmp(long) -> None:
    marks = marking.Marks(credit=long[:300], caption=long)
    made = images.renditions(jpeg(), [(480, 320)], {"jpg": "JPEG"}, marks)[480, "jpg"]
    assert images.told(made).first("caption") == long
    assert marking.iim(marks).decode("latin-1")


def test_what_a_reader_sends_loses_everything_it_says(db) -> None:
    data = jpeg(marks=MARKS)
    left = images.told(images.bare(data))
    assert left.said == {} and b"Solberg" not in images.bare(data)
    assert (left.width, left.height) == (1200, 800)
