"""The delivery scenarios of ../shared/wire/expected.json, each through the whole product: bytes in, readers' pages out."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import actions, diary
from masthead.stories.body import from_pieces, pieces
from masthead.stories.models import Correction, Story
from masthead.wire import acting, again, differences, intake, packages
from masthead.wire.models import Alert, Rule, Source, WireFile, WireItem
from tests import reader
from tests.promises import walk
from tests.wire import made

REUTERS = "newsml-g2/sd-core__tag_reuters.com_2016_newsml_L1N14N0FF_version_"
BRIDGE = "synthetic-cnn/cnn-02"


@pytest.fixture
def wire(shared) -> Path:
    return shared / "wire" / "fixtures"


def deliver(title, data: bytes, name: str = "x", source: Source | None = None) -> intake.Receipt:
    receipt = intake.take(data, name=name, source=source or intake.default_source(title))
    diary.work_off()
    return receipt


def edit(story: Story, *added: str) -> Story:
    """A colleague adds paragraphs and publishes."""
    body = pieces(story.body)
    story.body = json.dumps(from_pieces([*body[:1], *(f"<p>{words}</p>" for words in added), *body[1:]]))
    actions.publish(revision=story.save_revision())
    diary.work_off()
    return Story.objects.get(pk=story.pk)


def text_of(title, story: Story) -> str:
    return reader.get(title, story.path).text


def test_kill_wins_over_a_local_edit(title, wire) -> None:
    deliver(title, (wire / f"{REUTERS}978556838").read_bytes(), "one")
    story = Story.objects.get()
    if not story.live:
        actions.publish_as_filed(story=story)
    story = edit(story, "Our own canary paragraph.")
    assert "canary paragraph" in text_of(title, story)
    deliver(title, (wire / f"{REUTERS}1542761538").read_bytes(), "two")
    assert reader.get(title, story.path).status == 410
    assert walk.leaks(title, story, ["Our own canary paragraph", story.display_headline]) == []
    alert = Alert.objects.get(kind="kill")
    assert "edited here" in alert.text and story.path in alert.places
    assert WireItem.objects.get().versions.count() == 2


def test_leaving_the_feed_is_no_kill(title, wire) -> None:
    deliver(title, (wire / f"{BRIDGE}a-bridge-v1.xml").read_bytes())
    story = Story.objects.get()
    deliver(title, (wire / "synthetic-cnn" / "cnn-01-escaped-caption.xml").read_bytes())
    assert reader.get(title, story.path).status == 200


def test_a_newer_version_replaces_with_a_difference(title, wire) -> None:
    deliver(title, (wire / f"{BRIDGE}a-bridge-v1.xml").read_bytes())
    before = Story.objects.get()
    deliver(title, (wire / f"{BRIDGE}b-bridge-v2-correction.xml").read_bytes())
    story = Story.objects.get()
    assert (story.path, WireItem.objects.get().versions.count()) == (before.path, 2)
    page = text_of(title, story)
    assert "orrection" in page and "14,000" in page and "40,000 people" not in page.split("orrection")[0]
    old, new = (again.item_of(v) for v in WireItem.objects.get().versions.order_by("id"))
    removed = [c.text for c in differences.words(old.body, new.body) if c.kind == "removed"]
    added = [c.text for c in differences.words(old.body, new.body) if c.kind == "added"]
    assert any("40,000" in words for words in removed) and any("14,000" in words for words in added)


def test_a_local_paragraph_is_never_lost_silently(title, wire) -> None:
    deliver(title, (wire / f"{BRIDGE}a-bridge-v1.xml").read_bytes())
    story = edit(Story.objects.get(), "Our own canary paragraph.")
    deliver(title, (wire / f"{BRIDGE}b-bridge-v2-correction.xml").read_bytes())
    assert "Our own canary paragraph." in text_of(title, Story.objects.get(pk=story.pk))
    chain = WireItem.objects.get()
    assert chain.update_waiting or "merged" in chain.decision


def test_withheld_then_usable(title, wire) -> None:
    data = (wire / "newsml-g2" / "dpa__tvo_pol.xml").read_bytes()
    version = int(data.split(b'version="')[-1].split(b'"')[0]) if b'version="' in data else 1
    deliver(title, data)
    story = Story.objects.get()
    if not story.live:
        actions.publish_as_filed(story=story)
        diary.work_off()
        story.refresh_from_db()
    for step, status in ((1, "withheld"), (2, "usable")):
        changed = data.replace(f' version="{version}"'.encode(), f' version="{version + step}"'.encode())
        deliver(title, changed.replace(b"stat:usable", f"stat:{status}".encode()))
        assert (reader.get(title, story.path).status == 200) is (status == "usable"), status
    assert WireItem.objects.get().versions.count() == 3


def test_the_same_bytes_again_change_nothing(title, wire) -> None:
    data = (wire / "newsml-g2" / "dpa__with_dateline.xml").read_bytes()
    deliver(title, data, "a.xml")
    entries = list(Story.objects.values_list("diary__id", flat=True))
    for name in ("a.xml", "x.xml"):
        assert deliver(title, data, name).again
    assert (WireItem.objects.count(), WireItem.objects.get().versions.count()) == (1, 1)
    assert list(Story.objects.values_list("diary__id", flat=True)) == entries


def test_a_correction_signal_is_told_as_a_correction(title, wire) -> None:
    data = (wire / "newsml-g2" / "dpa__tvo_pol.xml").read_bytes()
    assert b"sig:correction" in data
    head, tail = re.split(rb'(?<=<newsItem)', data, maxsplit=1)
    number = int(re.search(rb' version="(\d+)"', tail)[1])  # type: ignore[index]
    newer = head + re.sub(rb' version="\d+"', b' version="%d"' % (number + 1), tail, count=1)
    older = data.replace(b"sig:correction", b"sig:update").replace(b"</p>", b" Older words stood here.</p>", 1)
    deliver(title, older)
    story = Story.objects.get()
    if not story.live:
        actions.publish_as_filed(story=story)
    deliver(title, newer)
    assert Correction.objects.get().kind == "correction"
    assert WireItem.objects.get().kind == "correction"


def test_one_guid_for_two_stories_is_three_stories_and_a_clash(title, wire) -> None:
    receipt = deliver(title, (wire / "synthetic-cnn" / "cnn-03-guid-reuse.xml").read_bytes())
    assert WireItem.objects.count() == 3
    assert WireItem.objects.exclude(clash="").count() == 1
    assert "used for two stories" in receipt.file.reason
    assert Alert.objects.filter(kind="clash").count() == 1


def test_the_same_release_in_two_formats_is_published_once(title, wire) -> None:
    name = "newsinjson__businesswire-newsml-20130731006140"
    Rule.objects.update(action="publish", language="*")
    deliver(title, (wire / "newsml-1" / f"{name}.xml").read_bytes())
    deliver(title, (wire / "ninjs" / f"{name}.json").read_bytes())
    clusters = set(WireItem.objects.values_list("cluster", flat=True))
    assert len(clusters) == 1 and None not in clusters
    assert Story.objects.filter(live=True).count() <= 1
    assert Story.objects.filter(state="published").count() == 1


def test_one_broken_file_among_ten(title, wire) -> None:
    good = sorted((wire / "newsml-g2").glob("dpa__*.xml"))[:9]
    for path in good[:5]:
        deliver(title, path.read_bytes(), path.name)
    deliver(title, good[0].read_bytes()[: len(good[0].read_bytes()) // 3], "broken.xml")
    for path in good[5:]:
        deliver(title, path.read_bytes(), path.name)
    broken = WireFile.objects.get(name="broken.xml")
    assert broken.state == "quarantined" and broken.reason
    assert WireFile.objects.exclude(state="quarantined").count() == len(good)


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9)
) + b"]><rss><channel><item><title>&a8;</title></item></channel></rss>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize("data", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_open_nothing(title, data) -> None:
    started = time.process_time()
    deliver(title, data)
    assert time.process_time() - started < 1
    said = json.dumps([list(WireItem.objects.values()), list(WireFile.objects.values("reason"))], default=str)
    assert "root:" not in said and "aaaaaaaaaaaaaaaaaaaaaaaa" not in said


def test_a_transfer_that_breaks_off_gives_what_was_whole(title, wire) -> None:
    receipt = deliver(title, (wire / "synthetic-cnn" / "cnn-07-truncated-feed.xml").read_bytes())
    assert (WireItem.objects.count(), receipt.file.state) == (1, "partly")


def test_editors_contacts_reach_the_desk_and_no_reader(title, wire) -> None:
    private = ["Wolfgang Schmidt", "Joseph Nasr", "englishservice@dpa.com", "2852 31472", "dpa wsz jln npr"]
    deliver(title, (wire / "iptc7901" / "sd-core__IPTC7901.txt").read_bytes())
    for story in Story.objects.exclude(state="published"):
        actions.publish_as_filed(story=story)
        diary.work_off()
    assert Story.objects.filter(live=True).count() == 1
    assert walk.leaks(title, Story.objects.get(), private) == []
    notes = "".join(note.text.reveal() for note in Story.objects.get().desk_notes.all())
    for words in private[:4]:
        assert words in notes


def test_terms_in_a_photographs_instructions_become_rules(title, wire) -> None:
    deliver(
        title,
        (wire / "photo-iptc" / "sd-core__tag_reuters.com_2014_binary_LYNXMPEA6F0MS-BASEIMAGE").read_bytes(),
        "p.jpg",
    )
    item = WireItem.objects.get()
    assert {"no-archive", "no-sales"} <= {kind for kind, _, _ in item.duties}
    assert item.versions.get().expires_at is not None


def test_a_story_expires_to_the_second(title, wire) -> None:
    with clock.frozen(datetime(2013, 11, 19, 8, 27, 0, tzinfo=UTC)):
        deliver(title, (wire / "nitf" / "sd-core__aap-1.xml").read_bytes())
        story = Story.objects.get()
        actions.publish_as_filed(story=story)
        diary.work_off()
        story.refresh_from_db()
        assert reader.get(title, story.path).status == 200
    with clock.frozen(datetime(2013, 11, 19, 8, 28, 0, tzinfo=UTC)):
        actions.release_due()
        diary.work_off()
        assert reader.get(title, story.path).status != 200


def part(title, guid: str, headline: str, **more: str) -> Story:
    """The first paragraph's words are the headline's; published by hand, since no rule speaks for it."""
    data = made.g2(guid=guid, headline=headline, body=f"{headline}, the harbour office said. " * 12, **more)
    deliver(title, data, guid)
    story = Story.objects.filter(wire_guid=guid).first()
    if story is None:
        item = WireItem.objects.get(guid=guid)
        story = acting.use(item, user=User.objects.create_user(f"desk-{item.pk}"))
    if not story.live and not more:
        actions.publish_as_filed(story=story)
    diary.work_off()
    return Story.objects.get(pk=story.pk)


def test_a_package_fills_as_its_parts_come(title, wire) -> None:
    deliver(title, (wire / "newsml-g2/sd-core__snep.xml").read_bytes(), "package")
    package = WireItem.objects.get(type="composite")
    named = packages.parts_of(package)
    assert len(named) == 10
    assert named[3].headline.startswith("HSBC")
    assert {p.standing for p in named} == {"missing: it has not come"}
    story = acting.use(package, user=User.objects.create_user("ines"))
    actions.publish_as_filed(story=story)
    diary.work_off()
    story.refresh_from_db()
    assert not any(p.headline in text_of(title, story) for p in named)
    second = part(title, named[4].guid, "Second ferry late canary")
    first = part(title, named[1].guid, "First lighthouse open canary")
    held = part(title, named[2].guid, "Withheld quay canary", pubstatus="withheld")
    text = text_of(title, story)
    assert "Withheld quay" not in text
    assert 0 < text.index(first.display_headline) < text.index(second.display_headline)
    assert [p.standing for p in packages.parts_of(package)].count("missing: it has not come") == 7
    deliver(title, made.g2(guid=named[4].guid, headline="x", body="x", version=2, pubstatus="canceled"), "kill")
    assert second.display_headline not in text_of(title, story)
    assert first.display_headline in text_of(title, story)
    assert held.state != "published"


def test_of_feed_versions_without_number_or_time_the_last_counts(title) -> None:
    rss = "<rss version='2.0'><channel><title>Aldine</title><item><guid>a1</guid><title>Quay opens</title><description>{}</description></item></channel></rss>"
    texts = [f"The quay opened at {hour} with {hour} boats waiting and nobody asleep." for hour in range(2, 9)]
    for text in texts:
        deliver(title, rss.format(text).encode())
    item = WireItem.objects.get()
    assert texts[-1] in again.item_of(acting.newest(item)).body
    deliver(title, rss.format(texts[0]).encode(), "an old copy again")
    assert texts[-1] in again.item_of(acting.newest(item)).body
