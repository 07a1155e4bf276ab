"""Every rule with what it finds and what it must let be: the near misses are the harder half."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest

from masthead.comments import facts, normal, patterns, rules, threats, words, writing
from masthead.comments.models import ProtectedName, State
from masthead.kit import clock, remarks
from tests.comments import made

LISTS = words.Lists([*words.shipped("en"), ("Dick Turpin", "allowed"), ("dick", "suspect")])


def look(text: str, chosen: dict | None = None, **known) -> set[str]:
    off = {"first-comments": {"does": "off"}} | (chosen or {})
    found = facts.Facts(chosen=off, lists=LISTS, own_hosts=("courier.example",), **known)
    return {reason.rule for reason in rules.look(remarks.plain(text), found)}


CAUGHT = {
    "links": ["See a.com b.com c.com d.com", "http://a.com/x https://b.org www.c.net d.co.uk/y"],
    "shouting": ["THIS COUNCIL IS A DISGRACE TO US ALL", "Why does NOBODY EVER LISTEN TO ANYBODY HERE"],
    "long-quote": ["> " + "word " * 90 + "\nWhat do you say?", "> one\n> two\n> three\n> four\n> five\nno"],
    "personal-data": [
        "Write to jo.marsh@mail.example and tell him", "Call me on +1 202 555 0143 tonight", "He lives at 12 Fisher Street, ring the bell",
        "Her number: (415) 555-2671", "his SSN is 123-45-6789", "jo.marsh (at) mail.example",
    ],
    "banned-words": ["You cunt", "kill yourself, please"],
    "suspect-words": ["What a load of bullshit", "that bastard again", "what the fu\u200bck"],
    "evasion": ["f u c k this", "what a $hit show", "sh*t happens", "F.U.C.K. them", "b!tch", "fuuuuuck"],
    "threat": ["I will kill you for this", "They should be shot", "Someone should just stab those people", "We'll slit your throat", "I want to k1ll all of them", "D3ath to all cyclists", "I want to k i l l all of them"],
    "illegible": ["!!!!!!!!!???????", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sdfkjhgsdkfjhgkl xcvbnmqwrtpsd"],
    "too-long": ["word " * 700],
}  # fmt: skip
LET_BE = {
    "links": ["See a.com b.com c.com", "courier.example/a courier.example/b courier.example/c www.courier.example/d e.com", "v2.0 and 3.5 and 4.2 and 5.1"],
    "shouting": ["RIP JOHN, we shall miss you", "The FBI, the CIA and NASA met the EPA", "I AM NOT SURE", "BBC, ITV, CNN and ABC were there", "OK"],
    "long-quote": ["> one\n> two\n> three\n> four\nyes", "Four lines of my own\nand another\nand another\nand another\nand another"],
    "personal-data": [
        "Write to mayor@town.gov about it", "It cost 1,250,000 in 2019 and 1998", "The fire was at 12 Fisher Street on Monday",
        "Flight 5550143 left at 12:30", "the years 2019-2024", "@anna said so",
    ],
    "banned-words": ["Scunthorpe and Penistone", "A cocktail in Sussex"],
    "suspect-words": ["Dick Turpin rode here", "Cripple Creek and Dykes Road", "A class assignment on bass fishing", "the shitake… no, shiitake mushrooms"],
    "evasion": ["I paid $5 and got 100% off!", "a b c d e f g", "well-known, so-called", "U.S.A. and U.K. and N.A.T.O.", "C'mon, it's 7:30!!!"],
    "threat": [
        "Nobody should be shot", "I will kill time until noon", "We should get rid of all taxes", "The council would be better off with a plan",
        "I'm going to shoot a video of it", "The wall will be put up", "I would love to see those roads repaired", "Gate 4 will be shut, and Pier 1 too", "F I N A L score: 4 all",
    ],
    "illegible": ["👍👍👍", "No.", "2019: 45%, 2020: 47%", "Llanfairpwllgwyngyll is in Wales", "strengths, rhythms and Knightsbridge"],
    "too-long": ["word " * 500],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in CAUGHT.items() for text in texts])
def test_found(rule: str, text: str) -> None:
    assert rule in look(text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in LET_BE.items() for text in texts])
def test_let_be(rule: str, text: str) -> None:
    assert rule not in look(text)


def test_every_rule_about_words_has_its_near_misses() -> None:
    about_people = {
        "first-comments",
        "new-account",
        "history",
        "reported",
        "read-first",
        "thrown-away",
        "same-network",
        "let-others-speak",
        "read-before",
    }
    elsewhere = {"language", "protected-name", "said-before", "copied"}
    checked = {code for code, rule in rules.BOOK.items() if rule.check}
    assert checked == set(CAUGHT) | about_people | elsewhere
    assert set(CAUGHT) == set(LET_BE)


def test_all_reasons_are_kept_and_the_strictest_wins(title) -> None:
    made.talking(title)
    story = made.story(title)
    with pytest.raises(writing.Asks) as asked:
        made.says(story, "YOU ARE ALL BASTARDS AND CUNTS, CALL ME ON +1 202 555 0143")
    assert not asked.value.may_insist and [r.rule for r in asked.value.reasons] == ["banned-words"]
    with pytest.raises(writing.Asks) as asked:
        made.says(story, "THE COUNCIL MUST GO AND GO NOW, CALL +1 202 555 0143")
    assert {r.rule for r in asked.value.reasons} == {"shouting", "personal-data"} and asked.value.may_insist
    assert asked.value.calmer.startswith("The council must go and go now, call")
    held = made.says(story, "THE COUNCIL MUST GO AND GO NOW, CALL +1 202 555 0143", insist=True)
    assert held.state == State.HELD and {r["rule"] for r in held.reasons} == {"shouting", "personal-data"}
    assert all(held.body[a:b] for r in held.reasons for a, b in r["spans"])


def test_each_rule_can_be_switched_off_and_made_stricter() -> None:
    assert "shouting" not in look("THIS COUNCIL IS A DISGRACE TO US ALL", {"shouting": {"does": "off"}})
    facts_ = facts.Facts(chosen={"shouting": {"does": "reject"}}, lists=LISTS)
    [reason] = [r for r in rules.look("THIS COUNCIL IS A DISGRACE TO US ALL", facts_) if r.rule == "shouting"]
    assert reason.does == rules.Does.REJECT
    assert "links" in look("a.com", {"links": {"does": "hold", "most": 0}})
    assert "links" in look("a.com b.com c.com d.com", {"links": {"does": "nonsense", "most": -3}})


def test_marks_stand_where_the_word_stands() -> None:
    text = "Well, what a f.u.c.k.ing sh*t show"
    spans = [text[h.start : h.end] for h in LISTS.find(text)]
    assert "sh*t" in spans


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "i will " * 3000,
        "f*" * 9000,
        "a.b." * 5000,
        "> " * 9000,
        "@." * 9000,
        "1 " * 9000,
        "*_" * 9000,
        "(" * 20000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.process_time()
    look(text)
    remarks.markup(remarks.plain(text))
    assert time.process_time() - begun < 2


def test_five_thousand_words_are_looked_for_in_under_a_millisecond() -> None:
    dice, letters = random.Random(3), "abcdefghijklmnopqrstuvwxyz"
    lists = words.Lists([("".join(dice.choices(letters, k=dice.randint(5, 10))), "suspect") for _ in range(5000)])
    text = "The wall was promised in 2019, and we have waited for it ever since; say what you like. " * 5
    reading, spent = normal.read(text), []
    for _ in range(20):
        begun = time.process_time()
        lists.find(text, reading)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.001, spent


def test_names_that_look_alike_have_one_skeleton() -> None:
    for other in (
        "Anna Μarsh",
        "ANNA MARSH",
        "Аnna Marsh",
        "Anna  Marsh",
        "Аnnа Mаrsh",
        "anna.marsh",
        "Anna Ma\u200brsh",
    ):
        assert normal.skeleton(other) == normal.skeleton("Anna Marsh"), other
    assert normal.skeleton("Ben Quill") != normal.skeleton("Anna Marsh")


def test_shouting_is_mended() -> None:
    assert (
        patterns.lowered("WHY DOES NOBODY LISTEN? I SAID SO. THE END") == "Why does nobody listen? I said so. The end"
    )


def test_threats_that_are_only_spoken_of() -> None:
    assert not threats.find(normal.read("No person deserves it, and nobody should be killed").plain)


def test_lists_travel() -> None:
    text = words.written([("foo", "banned"), ("bar*", "suspect"), ("foo bar", "allowed")])
    assert set(words.parse(text)) == {("foo", "banned"), ("bar*", "suspect"), ("foo bar", "allowed")}


def test_what_came_before(title) -> None:
    made.talking(title)
    story, other = made.story(title), made.story(title, headline="The ferry sails again")
    ann, ben = made.reader(), made.reader()
    long = "The ferry has been promised to us for eleven years and nothing came of it."
    made.says(story, long, ann)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        with pytest.raises(writing.Asks):
            made.says(other, long.upper().capitalize(), ann)
        copied = made.says(other, long.replace("eleven", "twelve"), ben)
    assert copied.state == State.HELD and copied.reasons[0]["rule"] == "copied"


def test_nearly_the_same_under_another_story_is_seen(title) -> None:
    made.talking(title)
    ann, text = made.reader(), "Come to the great sale of my brother’s shop on the corner, everything is half price today {}"
    made.says(made.story(title), text.format("folks"), ann)
    with clock.frozen(clock.now() + timedelta(days=2)):
        again = made.says(made.story(title, headline="Quite another story"), text.format("friends"), ann)
        fresh = made.says(made.story(title, headline="A third one"), "Come to the meeting of the council on the corner, it decides about the half of our wall", made.reader())
    assert (again.state, [r["rule"] for r in again.reasons]) == (State.HELD, ["copied"]) and fresh.state == State.PUBLISHED


def test_another_language_is_told_by_its_small_words() -> None:
    on = {"language": {"does": "hold"}}
    for text in (
        "El ayuntamiento no ha dicho nada de la obra, y los vecinos esperan",
        "Der Rat hat auch nichts gesagt, und die Leute warten auf eine Antwort",
        "Le conseil n’a pas dit un mot sur les travaux, et nous attendons",
        "Городской совет ничего не сказал о ремонте моста",
    ):
        assert look(text, on) == {"language"}, text
    for text in (
        "The council said nothing about the works on Calle de la Cruz, and we wait",
        "Que será, será!", "Las Vegas, Los Angeles, El Paso, San Juan de los Lagos", "Pain au chocolat and a café au lait, please",
    ):
        assert "language" not in look(text, on), text
    assert patterns.other_language("The council said nothing about the works, and we wait for it to be said", "es")


def test_who_writes(title) -> None:
    book = made.talking(title, rules={})
    story = made.story(title)
    first = made.says(story, "The first thing I ever said here")
    assert [r["rule"] for r in first.reasons] == ["first-comments"] and first.state == State.HELD
    book.rules = {"first-comments": {"does": "off"}, "new-account": {"does": "hold"}}
    book.save()
    assert made.says(story, "New here, what is this", made.reader(days=0)).state == State.HELD
    thrown = made.says(story, "From an address to throw away", made.reader(address="x@mailinator.com"))
    assert [r["rule"] for r in thrown.reasons] == ["thrown-away"]


def test_names_that_must_not_appear(title) -> None:
    made.talking(title)
    story = made.story(title)
    row = ProtectedName.objects.create(story=story, sealed=facts.seal("Lena Hollis"))
    assert "Hollis" not in row.sealed
    for text in ("We all know it was Lena Hollis", "L e n a Hollis", "lena  hollis did", "Lеna Hollis"):
        held = made.says(story, text)
        assert held.state == State.HELD and held.reasons[0]["rule"] == "protected-name", text
        assert "Hollis" not in str(held.reasons)
    assert made.says(story, "Lena from the harbour, Hollis from the shop").state == State.PUBLISHED


def test_the_paper_s_own_staff_are_not_stopped(title) -> None:
    made.talking(title, rules={})
    story, rae = made.story(title), made.reader("Rae")
    rae.user = made.moderator(title, "rae", role="reporter")
    rae.save()
    said = made.says(story, "THANK YOU ALL FOR THE QUESTIONS, I SHALL ASK THE HARBOUR MASTER", rae)
    assert said.state == State.PUBLISHED and said.role == "newsroom"


@pytest.mark.slow
def test_hatecheck_is_as_the_docs_say() -> None:
    """A ratchet on docs/conversation.md: the list and the rules may get better, not quietly worse."""
    from benchmarks import hatecheck

    if not hatecheck.HERE.exists():
        pytest.skip("HateCheck lies in the team's ../shared.")
    rows = hatecheck.measured()
    assert min(rows["threat_dir_h"].share, rows["threat_norm_h"].share) >= 95
    assert rows["spell_leet_h"].seen >= 75 and rows["spell_space_add_h"].seen >= 85
    assert rows["ident_neutral_nh"].held == rows["ident_pos_nh"].held == 0
    assert rows["negate_neg_nh"].share <= 5 and rows["counter_ref_nh"].share <= 32
