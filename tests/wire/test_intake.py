"""Intake through its door: a delivery in, rows and stories out."""

from __future__ import annotations

import pytest

from masthead.stories.models import Story, Topic
from masthead.wire import archive, intake
from masthead.wire.models import PictureOrder, Rule, WireFile, WireItem, WireVersion
from tests.wire.made import g2


def take(title, data: bytes, name: str = "x.xml", beside=None) -> intake.Receipt:
    return intake.take(data, name=name, source=intake.default_source(title), beside=beside)


def test_one_id_for_two_stories_keeps_both(title, shared) -> None:
    take(title, (shared / "wire" / "fixtures" / "synthetic-cnn" / "cnn-03-guid-reuse.xml").read_bytes())
    assert WireItem.objects.count() == 3
    assert sorted(WireItem.objects.values_list("headline", flat=True)) == [
        "Council delays vote on parking fees",
        "Harbor seal pup rescued from storm drain",
        "Storm knocks out power to 9,000",
    ]


def test_the_bytes_are_kept_as_they_came(title) -> None:
    data = g2(headline="Ferry stops", body="It stopped. " * 20)
    receipt = take(title, data)
    assert archive.fetch(receipt.file.sha256) == data


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 50, b"<rss><channel></channel></rss>", b"hello", b"<!DOCTYPE html><p>Log in"]
)
def test_what_cannot_be_read_is_kept_with_a_reason(title, data) -> None:
    receipt = take(title, data)
    assert receipt.file.state == WireFile.State.QUARANTINED
    assert len(receipt.file.reason) > 10
    assert Story.objects.count() == 0
    assert archive.fetch(receipt.file.sha256) == data


def test_the_agency_is_a_source_and_never_a_topic(title) -> None:
    data = g2(headline="Ferry stops", body="It stopped. " * 20)
    take(title, data.replace(b"<name>ferries</name>", b"<name>Aldine Wire</name>"))
    assert Topic.objects.count() == 0
    assert Story.objects.get().agency.name == "Aldine Wire"


def test_repairs_are_kept_with_the_version(title, shared) -> None:
    take(title, (shared / "wire" / "fixtures" / "synthetic-cnn" / "cnn-01-escaped-caption.xml").read_bytes())
    rules = {r["rule"] for r in WireVersion.objects.get().repairs}
    assert {"byline", "dateline", "wire-tail", "copyright-line", "escaped-caption", "syndication-foot"} <= rules


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "pictures/../../secret.jpg"])
def test_a_picture_may_not_lead_out_of_its_folder(title, tmp_path, name) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xff secret")
    rss = f"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>S</title><item><title>Ferry stops</title>
    <guid>a</guid><description>{"It stopped for good. " * 20}</description><media:content url="{name}" medium="image" type="image/jpeg"/>
    </item></channel></rss>"""
    take(title, rss.encode(), beside=inside)
    assert not PictureOrder.objects.filter(state="taken").exists()


def test_copy_in_another_language_waits_for_an_editor(title) -> None:
    Rule.objects.update(language="")
    take(
        title,
        g2(headline="El barco para", body="El barco se detuvo. " * 20).replace(b'xml:lang="en"', b'xml:lang="es"'),
    )
    item = WireItem.objects.get()
    assert (item.story, Story.objects.count()) == (None, 0)
    assert "no rule fits" in item.decision
