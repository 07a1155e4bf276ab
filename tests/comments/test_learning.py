"""What is learned from a paper's own decisions: the order of the queue, and a lane that is proven, sampled and closes."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from masthead.comments import learning, moderating, standing
from masthead.comments.models import Comment, Decision, Learned, State
from masthead.kit import clock
from tests.comments import made

KIND = ["thank", "you", "for", "this", "piece", "the", "bus", "stop", "near", "our", "street", "was", "fixed", "and", "neighbours", "helped", "with", "lamps", "in", "winter"]
RUDE = ["clowns", "shills", "grifters", "liars", "crooks", "parasites", "vermin", "scum", "worthless", "rotten", "stinking", "traitors"]


def sentence(chance: random.Random, bad: bool) -> str:
    words = chance.sample(KIND, 12) + (chance.sample(RUDE, 3) if bad else [])
    chance.shuffle(words)
    return " ".join(words)


def decide_many(title, story, many: int, bad_share: float = 0.2, noise: float = 0.0) -> None:
    """Decisions as a year of moderating leaves them, written at once."""
    chance, user, who = random.Random(7), made.moderator(title, "old-hand"), made.reader()
    begin, rows = clock.now() - timedelta(days=300), []
    for n in range(many):
        bad = chance.random() < bad_share
        said = sentence(chance, bad if chance.random() >= noise else not bad)
        rows.append(Decision(title=title, reader=who, verdict="reject" if bad else "approve", rule="attack" if bad else "", words=f"{said} {n}", user=user, at=begin + timedelta(hours=n)))
    Decision.objects.bulk_create(rows)


@pytest.fixture
def story(title):
    made.talking(title, rules={}, fast_lane=True)
    return made.story(title)


def test_too_little_is_said_in_a_sentence(title, story) -> None:
    decide_many(title, story, 50)
    with pytest.raises(learning.CannotLearn, match="50 decisions"):
        learning.study(standing.book_of(title))
    assert learning.study_due() == 0 and not Learned.objects.exists()


def test_it_orders_the_queue_and_removes_nothing(title, story) -> None:
    decide_many(title, story, 300)
    learned = learning.study(standing.book_of(title))
    assert learned.precision > 0.9 and learned.threshold == 0.0, "too few decisions to certify anything"
    chance = random.Random(1)
    kind, rude = made.says(story, sentence(chance, False)), made.says(story, sentence(chance, True))
    assert (kind.state, rude.state) == (State.HELD, State.HELD), "first comments wait, whatever was learned"
    assert rude.risk > 0.8 > 0.3 > kind.risk
    assert list(moderating.queue([title.pk])) == [rude, kind]
    # What many read now comes first.
    other = made.story(title, headline="A story that everybody reads")
    hot = made.says(other, sentence(chance, True))
    assert moderating.queue([title.pk], read=[(other.path, 5000)])[0] == hot


def test_the_lane_is_proven_sampled_and_closes(title, story, monkeypatch) -> None:
    decide_many(title, story, 1200)
    learned = learning.study(standing.book_of(title))
    assert learned.is_open() and learned.share >= learning.LANE_LEAST
    chance = random.Random(2)
    states = []
    for _ in range(60):
        comment = made.says(story, sentence(chance, False))
        states.append((comment.lane, comment.state))
        Comment.objects.filter(pk=comment.pk).update(at=clock.now() - timedelta(minutes=10))
    assert states.count(("fast", State.PUBLISHED)) > 30 and set(states) <= {("fast", State.PUBLISHED), ("sample", State.HELD), ("", State.HELD)}
    assert made.says(story, sentence(chance, True)).state == State.HELD
    assert made.says(story, f"{sentence(chance, False)} I will kill you tonight").state == State.HELD, "a rule about the words is not passed by"
    # Editors disagree with it too often: it closes by itself.
    monkeypatch.setattr(learning, "ONE_IN", 1)
    user = made.moderator(title)
    for n in range(20):
        sample = made.says(story, f"{sentence(chance, False)} {n}")
        if sample.lane != "sample":
            continue
        moderating.decide(sample, "reject" if n % 3 == 0 else "approve", user, rule="off-topic")
    for n in range(20, 40):
        sample = made.says(story, f"{sentence(chance, False)} {n}")
        if sample.lane == "sample":
            moderating.decide(sample, "reject", user, rule="off-topic")
    assert not Learned.objects.get().is_open()
    assert made.says(story, sentence(chance, False)).state == State.HELD


def test_off_where_the_paper_does_not_want_it_or_reads_first_for_a_reason(title, story) -> None:
    decide_many(title, story, 1200)
    learning.study(standing.book_of(title))
    chance = random.Random(3)
    made.talking(title, rules={}, fast_lane=False)
    assert made.says(story, sentence(chance, False)).state == State.HELD
    made.talking(title, rules={}, fast_lane=True)
    grave = made.story(title, headline="Man charged with murder on the quay")
    assert {made.says(grave, sentence(chance, False)).lane for _ in range(5)} == {""}


def test_what_cannot_be_told_apart_is_not_certified(title, story) -> None:
    decide_many(title, story, 1200, noise=0.4)
    assert learning.study(standing.book_of(title)).threshold == 0.0


def test_the_proof_pays_for_few_and_for_wrong() -> None:
    def bound(wrong: int, of: int) -> float:
        return (wrong + 3) / of

    assert learning.lane_of([n / 1000 for n in range(1000)], [False] * 700 + [True] * 300, bound)[0] == pytest.approx(0.699)
    assert learning.lane_of([0.1] * 50, [False] * 50, bound) == (0.0, 0.0), "fifty prove nothing"
    assert learning.lane_of([], [], bound) == (0.0, 0.0)
