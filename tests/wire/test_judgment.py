"""What the desk leans on: differences, merging, likeness, duties, lints, rules."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.kit import clock
from masthead.stories.merging import merge
from masthead.titles.models import Title
from masthead.wire import differences, events, intake, keys, likeness, rules
from masthead.wire.duties import duties
from masthead.wire.item import Item, Media
from masthead.wire.lints import lints, spoken_in
from masthead.wire.models import Rule, Source, WireItem

NOW = datetime(2026, 11, 8, 12, tzinfo=UTC)
PARTS = st.lists(st.sampled_from("abcdefg"), max_size=9)


@given(PARTS, PARTS)
def test_what_one_side_changed_is_taken(base, other) -> None:
    assert list(merge(base, base, other).blocks) == other
    assert list(merge(base, other, base).blocks) == other
    assert list(merge(base, other, other).blocks) == other


@given(PARTS, PARTS, st.lists(st.integers(0, 9), max_size=4))
def test_no_local_addition_is_ever_lost(base, theirs, places) -> None:
    ours = list(base)
    for n, place in enumerate(places):
        ours.insert(min(place, len(ours)), f"ours {n}")
    assert {f"ours {n}" for n in range(len(places))} <= set(merge(base, ours, theirs).blocks)


def test_both_changed_is_a_clash_with_all_three_sides() -> None:
    (clash,) = merge(["a", "b"], ["A", "b"], ["x", "b"]).clashes
    assert (clash.base, clash.ours, clash.theirs) == (("a",), ("A",), ("x",))


def test_the_word_difference_reads_in_order() -> None:
    found = differences.words(
        "<p>At least 40,000 came.</p><p>It rained.</p>", "<p>About 14,000 came.</p><p>It rained.</p>"
    )
    assert [(c.kind, c.text.strip()) for c in found] == [("removed", "At least 40,000"), ("added", "About 14,000"), ("same", "came.\nIt rained.")]  # fmt: skip


@given(st.text("ab \n", max_size=80), st.text("ab \n", max_size=80))
def test_both_texts_can_be_read_out_of_their_difference(before, after) -> None:
    found = differences.words(before, after)
    assert "".join(c.text for c in found if c.kind != "added").split() == before.split()
    assert "".join(c.text for c in found if c.kind != "removed").split() == after.split()


def test_a_long_text_is_compared_in_a_moment() -> None:
    old = "".join(f"<p>{' '.join(f'w{n}x{m}' for m in range(40))}</p>" for n in range(500))
    started = time.process_time()
    assert 0 < differences.share(old, old.replace("w250x", "v250x")) < 0.01
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"pubstatus": "canceled"}, "kill"),
        ({"pubstatus": "withheld"}, "withhold"),
        ({"signals": ("sig:correction",)}, "correction"),
        ({"signals": ("1st Ld-Writethru",)}, "write-thru"),
        ({"signals": ("refile",)}, "refile"),
        ({"embargoed_until": NOW}, "embargo"),
        ({"body": "<p>All of it is new and nothing stayed.</p>"}, "write-thru"),
        ({"body": "<p>The ferry stopped at one on a wet day.</p>"}, "update"),
    ],
)
def test_the_kind_of_a_change(said, kind) -> None:
    before = Item(body="<p>The ferry stopped at noon on a wet day.</p>")
    assert differences.kind_of_change(before, before.replace(**said)) == kind
    assert differences.kind_of_change(None, before) == "new"


def words(seed: int, count: int) -> str:
    return " ".join(f"w{(seed * 7919 + n * 104729) % 5003}" for n in range(count))


def sketch(text: str) -> likeness.Sketch:
    made = likeness.sketch(text)
    assert likeness.Sketch.from_bytes(made.to_bytes()) == made
    return made


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (words(1, 400), words(1, 400), "same"),
        (words(1, 400), words(1, 400) + " " + words(2, 150), "same"),
        (words(1, 400), words(1, 60), "same"),
        (words(1, 400), words(2, 400), "apart"),
        (words(1, 120) + " " + words(3, 250), words(1, 120) + " " + words(4, 250), "ask"),
        ("too short", "too short", "apart"),
    ],
)
def test_the_same_copy_is_recognised(one, other, verdict) -> None:
    assert likeness.verdict(sketch(one), sketch(other)) == verdict
    if verdict == "same":
        assert set(likeness.bands(sketch(one))) & set(likeness.bands(sketch(other)))


def test_tables_of_results_stay_apart() -> None:
    one = " ".join(f"Amber {n} Bell {n + 1}" for n in range(60))
    assert likeness.verdict(sketch(one), sketch(one.replace("Amber 7", "Amber 8"))) == "apart"


def test_the_story_is_read_out_of_a_picture_name() -> None:
    import base64

    name = base64.urlsafe_b64encode(b"/_components/article/instances/cm123abc").decode().rstrip("=")
    assert likeness.component_ids(f"https://x.example/cnn-{name}.jpg") == {"cm123abc"}
    assert likeness.component_ids("https://x.example/cnn-Lots_of_news_today.jpg") == frozenset()


@pytest.mark.parametrize(
    ("sentence", "kind", "holds"),
    [
        (
            "This content carries a strict local market embargo: do not use it if you share the same market.",
            "market-embargo",
            True,
        ),
        ("ONE TIME USE ONLY; NO SALES", "one-time-use", False),
        ("NO ARCHIVAL USE", "no-archive", False),
        ("SALESOUT NARCH EUO", "no-archive", False),
        ("Not for use outside the United States", "no-region", True),
        ("*** World Rights Except Italy ***", "no-region", True),
        ("This video may not be edited", "no-edits", False),
        ("Please keep all links to the report.", "keep-links", False),
        ("MANDATORY CREDIT: Bo Lind", "mandatory-credit", False),
        ("Data mining allowed for academic and research purposes only.", "no-data-mining", False),
        ("For editorial use only.", "editorial-only", False),
        ("The republication pixel must be included.", "counter-pixel", True),
    ],
)
def test_duties(sentence, kind, holds) -> None:
    (duty,) = [d for d in duties([sentence]) if d.kind == kind]
    assert duty.holds is holds
    assert duty.sentence.strip("* .") in sentence


@pytest.mark.parametrize(
    ("sentence", "until"),
    [
        ("Usage expires after 30 days.", datetime(2026, 12, 8, 12, tzinfo=UTC)),
        ("Must be removed by 1 May 2027.", datetime(2027, 5, 2, tzinfo=UTC)),
    ],
)
def test_terms_that_end(sentence, until) -> None:
    with clock.frozen(NOW):
        assert [d.until for d in duties([sentence])] == [until]


@pytest.mark.parametrize(
    "sentence",
    [
        "The sales of ferries rose.",
        "Editors met in the market hall.",
        "None",
        "ANY",
        "We edited it with care.",
        "The archive is open for 30 days a year.",
    ],
)
def test_ordinary_sentences_are_no_duties(sentence) -> None:
    assert duties([sentence]) == ()


BODY = (
    "<p>"
    + "The ferry stopped on 8 November and the port said that it was the storm and nobody was to blame for it. " * 3
    + "</p>"
)


def named(**said: object) -> set[str]:
    return {lint.name for lint in lints(Item(headline="Ferry stops", body=BODY, language="en", **said), "en", NOW)}  # type: ignore[arg-type]


def test_lints_and_their_near_misses() -> None:
    assert named() == set()
    plain = Item(headline="Port: “nobody was to blame”", body=BODY)
    assert lints(plain, "en", NOW) == ()
    assert [x.name for x in lints(plain.replace(headline="Port: “we are sorry”"), "en", NOW)] == ["headline-quote"]
    assert "caption-names" in named(media=(Media(caption="Ada Noor at the pier", credit="x"),))
    assert named(media=(Media(caption="The ferry at the pier", credit="x"),)) == set()
    assert named(media=(Media(caption="The ferry at the pier"),)) == {"no-credit"}
    assert named(partial=True) == {"teaser"}
    assert [x.name for x in lints(Item(headline="Ferry stops", body="<p>Ferry stops.</p>"), "en", NOW)] == [
        "headline-only"
    ]
    late = Item(
        headline="x", body=BODY.replace("on 8 November", "yesterday"), published=datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert [x.name for x in lints(late, "en", NOW)] == ["relative-day"]
    assert lints(late.replace(published=NOW), "en", NOW) == ()
    contact = Item(headline="x", body=BODY + "<p>Editors: questions to ada@aldine.example</p>")
    assert [(x.name, x.holds) for x in lints(contact, "en", NOW)] == [("contact", True)]


def test_the_language_is_read_from_the_words() -> None:
    spanish = (
        "El barco se detuvo al mediodía y la cola del puerto creció toda la tarde, dijo el director de la empresa. " * 2
    )
    assert (spoken_in(spanish), spoken_in("Ferry stops"), spoken_in("words alone " * 30)) == ("es", "", "")
    (lint,) = lints(Item(headline="x", body=f"<p>{spanish}</p>", language="en"), "en", NOW)
    assert (lint.name, lint.holds) == ("language", True)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"text_words": "port, bridge"}, True),
        ({"text_words": "por"}, False),
        ({"words": "Ferries"}, True),
        ({"words": "chess"}, False),
        ({"urgency": 3}, True),
        ({"urgency": 2}, False),
        ({"language": "es"}, False),
        ({"language": "*"}, True),
        ({"from_time": "22:00", "to_time": "06:00"}, False),
        ({"from_time": "06:00", "to_time": "22:00"}, True),
    ],
)
def test_what_a_rule_asks(title: Title, rule, fits) -> None:
    made = Rule(title=title, **rule)
    made.clean_fields(exclude=["name", "section", "title"])
    item = Item(headline="Ferry stops", body=BODY, language="en", urgency=3, keywords=("ferries",))
    source = intake.default_source(title)
    noon = datetime(2026, 11, 8, 12, tzinfo=title.zone)
    assert rules.fits(made, item, source, title, noon) is fits


def _cnn(article: str) -> str:
    coded = [base64.urlsafe_b64encode(f"/_components/{kind}".encode()).decode().rstrip("=") for kind in
             ("image/instances/im1", f"article/instances/{article}")]  # fmt: skip
    return f"https://cdn.example.net/cnn-{'-'.join(coded)}.jpg"


def _fed(title, name: str, guid: str, text: str, picture: str = "") -> WireItem:
    source, _ = Source.objects.get_or_create(title=title, slug=name, defaults={"name": name})
    media = f'<media:content url="{picture}" medium="image"/>' if picture else ""
    rss = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>x</title><item>'
        f"<guid>{guid}</guid><title>{text[:40]}</title><description>{text}</description>{media}</item></channel></rss>"
    )
    return intake.take(rss.encode(), name=guid, source=source).items[0]


LONG = "The harbour bridge was closed on Friday after a crack was found in its second pier by divers. "
SHORTER = "Divers found a crack, so the bridge is shut. " + LONG[:80] + "Buses run over the old road until spring."


def test_an_id_of_the_agency_joins_what_stations_cut_apart(title) -> None:
    one = _fed(title, "north", "n-1", LONG * 3, _cnn("abc123"))
    other = _fed(title, "south", "s-9", SHORTER, _cnn("abc123"))
    assert one.cluster_id is None
    one.refresh_from_db()
    assert one.cluster_id == other.cluster_id is not None


def test_a_shared_picture_under_two_texts_is_asked_about(title) -> None:
    one = _fed(title, "north", "n-1", LONG * 3, _cnn("abc123"))
    other = _fed(title, "south", "s-9", "A quite different piece about the winter market and its forty stalls of cheese, wool and honey.", _cnn("abc123"))  # fmt: skip
    assert (other.cluster_id, other.near_id) == (None, one.pk)


def test_ids_of_releases_are_read_from_addresses() -> None:
    for link, key in (
        ("http://www.businesswire.com/news/home/20130515006361/en/Some-Name", "businesswire:20130515006361"),
        ("https://www.globenewswire.com/news-release/2021/01/29/2166545/0/en/Name.html", "globenewswire:2166545"),
        ("https://www.prnewswire.com/news-releases/some-long-name-301234567.html", "prnewswire:301234567"),
    ):
        assert key in keys.keys(Item(link=link))
    assert keys.keys(Item(link="https://example.org/20130515006361/", guid="a1")) == frozenset()
    assert keys.keys(Item(guid="tag:example.org,2026:1")) == {"id:tag:example.org,2026:1"}


def test_two_agencies_on_one_event_are_kin_and_never_twins(title) -> None:
    one = _fed(title, "aldine", "a-1", "Ferry Lark aground off Tern Point, forty passengers taken off. The pilot boat took them ashore before dark, the coastguard said.")  # fmt: skip
    other = _fed(title, "borough", "b-7", "Rescuers bring passengers ashore after ferry runs aground at Tern Point. The Lark had left the quay at noon with a crew of six aboard.")  # fmt: skip
    apart = _fed(title, "borough", "b-8", "Council votes on the price of parking by the ferry quay in spring, with a crew of inspectors to follow.")  # fmt: skip
    assert other.cluster_id is None and other.near_id is None
    (kin,) = events.same_event(other)
    assert kin.item.pk == one.pk
    assert {"lark", "tern"} <= set(kin.words)
    assert events.same_event(apart) == []
