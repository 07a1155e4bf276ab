"""Profiles as data: the shipped ones are sound, wrong ones are refused in sentences, and each part changes what is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from masthead.kit import html
from masthead.wire import again, intake, profiled, profiles
from masthead.wire.item import Media
from masthead.wire.models import AgencyProfile, Source, WireItem, WireVersion
from masthead.wire.profiles import WrongProfile, lines, made, shipped
from masthead.wire.readers import read
from masthead.wire.repair import repair
from tests.wire.made import g2

LONG = "The ferry of Sandmouth stays in port until the storm is over, the harbour master said, and the islanders wait for their post."
FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:x="https://x.example/ns"><channel><title>Aldine</title>
<item><guid>a-1</guid><title>{title}</title><pubDate>{at}</pubDate><description>{body}</description>{more}</item></channel></rss>"""


def feed(title: str = "Ferry stops", body: str = f"&lt;p&gt;{LONG}&lt;/p&gt;", at: str = "Mon, 23 Nov 2026 10:00:00 GMT", more: str = "") -> bytes:
    return FEED.format(title=title, body=body, at=at, more=more).encode()


def profile(**content):
    return made("ours", {"name": "Ours", **content})


def one(data: bytes, with_profile):
    (raw,) = read(data, profile=with_profile).items
    return repair(raw, profile=with_profile)


# -- shipped ------------------------------------------------------------------------------------------------


def test_every_promised_profile_is_shipped_and_sound() -> None:
    promised = {
        "cnn-newsource-rss", "ap-json", "ap-nitf", "ap-anpa", "reuters-g2", "afp", "dpa", "efe", "globenewswire", "businesswire", "ninjs",
        "plain-rss",
    }  # fmt: skip
    assert promised == set(profiles.slugs())
    for slug in profiles.slugs():
        assert list(profiles.problems(profiles.content_of(slug))) == []
        assert shipped(slug).label is not None, slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("synthetic-cnn/cnn-01-escaped-caption.xml", "cnn-newsource-rss"),
        ("anpa1312/sd-core__ap_anpa-1.tst", "ap-anpa"),
        ("newsml-g2/aap__reuters_with_byline.xml", "reuters-g2"),
        ("newsml-g2/cp__07ac.xml", "globenewswire"),
    ],
)
def test_the_copy_itself_says_whose_profile_fits(shared, name, slug) -> None:
    reading = read((shared / "wire" / "fixtures" / name).read_bytes())
    assert profiles.suggest(reading).slug == slug


def test_most_agencies_are_recognised_by_their_real_copy(shared) -> None:
    found = set()
    for path in (shared / "wire" / "fixtures").rglob("*"):
        try:
            found.add(profiles.suggest(read(path.read_bytes())).slug)
        except (ValueError, OSError):
            continue
    assert found == set(profiles.slugs())


def test_copy_like_no_agency_is_plain() -> None:
    assert profiles.suggest(read(feed())).slug == profiles.PLAIN
    assert profiles.suggest(read(g2(headline="Ferry", body=LONG))).slug == profiles.PLAIN


def test_an_agency_is_never_credited_for_its_format_alone() -> None:
    for slug in profiles.slugs():
        sound = shipped(slug)
        assert not sound.agency or sound.providers or sound.signs or sound.formats == ("ap-json",), slug


# -- wrong ones --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "The profile needs a name."),
        ({"name": "A", "time_zone": "Mars/North"}, "“Mars/North” is no time zone"),
        ({"name": "A", "colour": "red"}, "There is no setting “colour” in a profile"),
        ({"name": "A", "fields": {"colour": "x"}}, "An item has no field “colour”"),
        ({"name": "A", "fields": {"headline": "a//b c"}}, "is no path to a field"),
        ({"name": "A", "private": {"lines": ["a"]}}, "too short"),
        ({"name": "A", "private": {"words": ["Eds:"]}}, "There is no setting “words” in “private”"),
        ({"name": "A", "labels": ["#"]}, "must hold a word"),
        ({"name": "A", "labels": "UPDATE"}, "must be a list"),
        ({"name": "A", "credits": {"AP": ""}}, "needs a value after the equals sign"),
        ({"name": "A", "duties": [{"kind": "dance", "sentence": "x"}]}, "“dance” is no duty"),
        ({"name": "A", "duties": [{"kind": "no-archive", "sentence": ""}]}, "needs the agency's sentence"),
        ({"name": "A", "duties": [{"kind": "no-archive", "sentence": "x", "days": 0}]}, "counts days from 1 to 3650"),
        ({"name": "A", "duties": ["no-archive"]}, "“no-archive” is no duty"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(content, said) -> None:
    with pytest.raises(WrongProfile) as refused:
        made("ours", content)
    assert any(said in sentence for sentence in refused.value.sentences)


def test_a_profile_goes_through_its_form_unchanged() -> None:
    for slug in profiles.slugs():
        content = profiles.content_of(slug)
        again_, wrong = lines.read(lines.written(content), content)
        assert wrong == []
        assert made(slug, again_) == shipped(slug), slug


# -- each part changes what is read ------------------------------------------------------------------------------


def test_the_time_zone_is_that_of_times_without_one() -> None:
    data = feed(at="2026-11-23T10:00:00")
    assert one(data, profile(time_zone="America/New_York")).published == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert one(data, profile(time_zone="Europe/Berlin")).published == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert one(feed(), profile(time_zone="America/New_York")).published == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_an_embargo_in_the_hour_that_comes_twice_ends_with_the_later_one() -> None:
    data = feed(more="<x:until>2026-10-25T02:30:00</x:until>")
    item = one(data, profile(time_zone="Europe/Berlin", fields={"embargoed_until": "x:until"}))
    assert item.embargoed_until == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_label_words_leave_the_headline() -> None:
    data = feed(title="STORMWATCH 3: Ferry stops")
    assert one(data, profile(labels=["STORMWATCH #"])).headline == "Ferry stops"
    assert one(data, profile(labels=["STORMWATCH #"])).signals == ("stormwatch 3",)
    assert one(data, profile(labels=["UPDATE #"])).headline == "STORMWATCH 3: Ferry stops"
    assert one(feed(title="UPDATE 3-Ferry stops"), profile(labels=["UPDATE #"])).headline == "Ferry stops"
    for near in ("UPDATED plans for the ferry", "Update on the ferry: it stops", "UPDATE 3 ferries - or four"):
        assert one(feed(title=near), profile(labels=["UPDATE", "UPDATE #"])).headline == near


def test_private_markers_keep_text_from_readers() -> None:
    body = f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;Desk only: ring 555 0199&lt;/p&gt;&lt;p&gt;More copy.&lt;/p&gt;&lt;p&gt;*** Notebook ***&lt;/p&gt;&lt;p&gt;The mayor's number&lt;/p&gt;"
    item = one(feed(body=body), profile(private={"lines": ["Desk only:"], "from": ["Notebook"]}))
    assert item.body == f"<p>{LONG}</p><p>More copy.</p>"
    assert [note.reveal() for note in item.ednotes] == ["Desk only: ring 555 0199", "*** Notebook ***", "The mayor's number"]
    assert "555" not in json.dumps([repaired.before for repaired in item.repairs])
    open_to_all = one(feed(body=body), profile())
    assert "555 0199" in open_to_all.body and "mayor's number" in html.to_text(open_to_all.body) and open_to_all.ednotes == ()


def test_the_credit_map_gives_names_as_readers_know_them() -> None:
    credits = {"ALDN": "Aldine Wire", "Sound Pix": "Sound Pictures/Aldine Wire"}
    item = one(feed(body="&lt;p&gt;By Ada Noor, ALDN&lt;/p&gt;&lt;p&gt;" + LONG + "&lt;/p&gt;"), profile(credits=credits))
    assert [(c.name, c.organisation) for c in item.contributors] == [("Ada Noor", "Aldine Wire")]
    (raw,) = read(feed()).items
    picture = repair(raw.replace(media=(Media("a.jpg", credit="Bo Lind/Sound Pix"),)), profile=profile(credits=credits)).media[0]
    assert (picture.photographer, picture.chain) == ("Bo Lind", ("Sound Pictures", "Aldine Wire"))
    assert picture.credit == "Bo Lind/Sound Pictures/Aldine Wire"
    plain = repair(raw.replace(media=(Media("a.jpg", credit="Bo Lind/Sound Pix"),)), profile=profile()).media[0]
    assert (plain.chain, plain.credit) == (("Sound Pix",), "Bo Lind/Sound Pix")


def test_a_chain_of_distributors_stands_as_it_is_known() -> None:
    (raw,) = read(feed()).items
    cnn = shipped("cnn-newsource-rss")
    picture = repair(raw.replace(media=(Media("a.jpg", credit="RETUERS via CNN NewsSource"),)), profile=cnn).media[0]
    assert (picture.chain, picture.credit) == (("Reuters", "CNN Newsource"), "Reuters via CNN Newsource")
    item = one(feed(body="&lt;p&gt;Click here for updates on this story&lt;/p&gt;&lt;p&gt;PROVO (KZZZ) — " + LONG + "&lt;/p&gt;"), cnn)
    assert (item.dateline_organisation, item.distributors) == ("KZZZ", ("CNN Newsource",))
    ours = made("x", {**profiles.content_of("cnn-newsource-rss"), "own": ["KZZZ"]})
    assert one(feed(body="&lt;p&gt;PROVO (KZZZ) — " + LONG + "&lt;/p&gt;"), ours).distributors == ()


def test_the_field_map_takes_fields_from_where_this_agency_puts_them() -> None:
    more = '<x:kop lang="nl">Veer ligt stil</x:kop><x:meta prio="2"><x:note>Ring 555 0199</x:note></x:meta><x:tag>sea</x:tag><x:tag>storm</x:tag>'
    fields = {"headline": "x:kop", "urgency": "meta/@prio", "ednotes": "meta/note", "keywords": "x:tag", "slugline": "nothing"}
    item = one(feed(more=more), profile(fields=fields))
    assert (item.headline, item.urgency, item.keywords, item.slugline) == ("Veer ligt stil", 2, ("sea", "storm"), None)
    assert [note.reveal() for note in item.ednotes] == ["Ring 555 0199"]
    assert one(feed(more=more), profile()).headline == "Ferry stops"


def test_a_field_map_reads_json_and_says_when_it_cannot() -> None:
    data = json.dumps({"uri": "a", "type": "text", "headline": "Ferry", "body_text": LONG, "extra": {"kop": ["Veer"], "om": "2026-11-23T10:00:00"}})
    item = one(data.encode(), profile(fields={"headline": "extra/kop", "published": "extra/om"}, time_zone="Europe/Berlin"))
    assert (item.headline, item.published) == ("Veer", datetime(2026, 11, 23, 9, tzinfo=UTC))
    mail = b"From: a@aldine.example\r\nTo: desk@paper.example\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a@b>\r\nSubject: Ferry\r\nContent-Type: text/plain\r\n\r\nThe ferry stops.\r\n"
    assert "could not be used" in one(mail, profile(fields={"headline": "x"})).warnings[-1]


def test_what_was_sent_has_one_digest_whatever_the_profile() -> None:
    data = feed(at="2026-11-23T10:00:00", more="<x:kop>Veer</x:kop>")
    digests = {
        read(data, profile=p).items[0].digest()
        for p in (None, profile(time_zone="Europe/Berlin"), profile(time_zone="Asia/Tokyo", fields={"headline": "kop"}))
    }
    assert len(digests) == 1


# -- a source and its profile, through the product ---------------------------------------------------------------------


@pytest.fixture
def source(title) -> Source:
    return Source.objects.create(title=title, name="Aldine", slug="aldine")


def ours(source: Source, **content) -> None:
    made("x", {"name": "Ours", **content})
    AgencyProfile.objects.update_or_create(title=source.title, slug="ours", defaults={"content": {"name": "Ours", **content}})
    Source.objects.filter(pk=source.pk).update(profile="ours")


def test_duties_of_the_profile_hold_copy_and_take_it_off_in_time(source) -> None:
    duties = [{"kind": "no-archive", "days": 10, "sentence": "Contract, section 4."}, {"kind": "no-internet", "sentence": "Paper only."}]
    ours(source, duties=duties)
    intake.take(feed(), name="f.xml", source=Source.objects.get(pk=source.pk))
    chain, version = WireItem.objects.get(), WireVersion.objects.get()
    assert {kind for kind, _, _ in chain.duties} == {"no-archive", "no-internet"}
    assert version.expires_at == datetime(2026, 12, 3, 10, tzinfo=UTC)
    assert not chain.story.live and "internet" in chain.decision


def test_without_a_duty_the_same_copy_goes_out(source) -> None:
    intake.take(feed(), name="f.xml", source=source)
    assert WireItem.objects.get().story.live


def test_a_naive_embargo_is_kept_in_the_profile_s_zone(source) -> None:
    ours(source, time_zone="America/New_York", fields={"embargoed_until": "x:until"})
    intake.take(feed(more="<x:until>2036-11-23T10:00:00</x:until>"), name="f.xml", source=Source.objects.get(pk=source.pk))
    assert WireVersion.objects.get().embargo_until == datetime(2036, 11, 23, 15, tzinfo=UTC)


def test_without_a_profile_the_paper_s_own_zone_holds(source) -> None:
    source.title.time_zone = "Pacific/Auckland"
    source.title.save()
    intake.take(feed(at="2026-11-23T10:00:00"), name="f.xml", source=Source.objects.select_related("title").get())
    assert again.item_of(WireVersion.objects.get()).published == datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_the_copy_is_read_again_with_the_profile_of_now(source) -> None:
    data = feed(title="STORMWATCH: Ferry stops")
    intake.take(data, name="f.xml", source=source)
    version = WireVersion.objects.get()
    assert again.item_of(version).headline == "STORMWATCH: Ferry stops"
    ours(source, labels=["STORMWATCH"])
    assert again.item_of(WireVersion.objects.get()).headline == "Ferry stops"
    # The same bytes with a changed profile are no new version.
    intake.take(data + b"\n", name="g.xml", source=Source.objects.get(pk=source.pk))
    assert WireVersion.objects.count() == 1


def test_a_profile_that_is_gone_counts_as_none(source) -> None:
    Source.objects.filter(pk=source.pk).update(profile="gone")
    assert profiled.chosen(Source.objects.get(pk=source.pk)) is None
    intake.take(feed(), name="f.xml", source=Source.objects.get(pk=source.pk))
    assert WireItem.objects.get().headline == "Ferry stops"


def test_an_agency_s_correction_line_becomes_a_correction(source) -> None:
    line = "CORRECTION: An earlier version of this story gave the wrong berth."
    intake.take(feed(body=f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;{line}&lt;/p&gt;"), name="f.xml", source=source)
    story = WireItem.objects.get().story
    assert [c.text for c in story.corrections.all()] == [line] and line not in story.body
    # The line stays in later versions: it corrects once.
    later = feed(body=f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;It sails at ten.&lt;/p&gt;&lt;p&gt;{line}&lt;/p&gt;")
    intake.take(later, name="g.xml", source=source)
    assert sorted((c.kind, c.text == line) for c in story.corrections.all()) == [("correction", True), ("update", False)]


def test_a_developing_story_bears_the_label_and_not_the_line(source) -> None:
    intake.take(feed(body=f"&lt;p&gt;{LONG}&lt;/p&gt;&lt;p&gt;This is a developing story and will be updated.&lt;/p&gt;"), name="f.xml", source=source)
    story = WireItem.objects.get().story
    assert story.kicker == "Developing" and "will be updated" not in story.body


def test_a_kill_in_prose_is_a_proposal_and_never_a_public_story(source) -> None:
    body = "&lt;p&gt;SANDMOUTH - Please kill the story Ferry-Sinks, V123. The ferry has not sunk.&lt;/p&gt;&lt;p&gt;A kill is mandatory.&lt;/p&gt;&lt;p&gt;Make certain the story is not used by anybody at all today.&lt;/p&gt;"
    intake.take(feed(body=body), name="f.xml", source=source)
    chain = WireItem.objects.get()
    assert chain.proposal == "kill" and not (chain.story and chain.story.live)
