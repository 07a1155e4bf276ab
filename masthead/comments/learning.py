"""Trained help, optional: what this paper decided before, and whose comments, say how likely the next one is removed.

It orders the queue. It never removes or holds anything by itself. Once it has been proven on decisions that it had not
seen, a paper may let it publish what only waits because its author is new: the certified fast lane. One in twenty of
those still goes to an editor, and if they disagree too often, the lane closes by itself.

Learning needs scikit-learn (`pip install "masthead[learned]"`); to use what was learned needs nothing.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from masthead.comments import facts, normal
from masthead.comments.models import Comment, Decision, Learned, Rulebook
from masthead.comments.rules import Reason
from masthead.kit import clock

SIZE = 1 << 16
"""Places for pieces of words; pieces that fall together share one."""
HISTORY = ("published", "removed", "links", "length")
LEAST, LEAST_REMOVED = 200, 30
"""Decisions, and removals among them, from which on it orders the queue."""
CERTIFIED, CERTIFIED_REMOVED = 1000, 100
"""From which on it may be certified."""
WRONG = 0.02
"""Of what the lane lets through, at most this share would have been removed: with 95 percent confidence, on unseen decisions."""
LANE_LEAST = 0.2
"""The lane must hold at least this share of what was approved; a narrower one is not worth its risk."""
ONE_IN = 20
"""Of the fast lane, one in so many goes to an editor all the same."""
CLOSES = 0.05
"""Share of samples that editors remove at which the lane closes; from twenty samples on."""
SOFT = frozenset({"first-comments", "new-account", "read-before"})
"""Reasons that say nothing about a comment itself."""
EVERY, NEW = timedelta(days=7), 100
"""It is learned anew after a week, or so many new decisions, whichever comes later."""


class CannotLearn(Exception):
    """There is nothing to learn with, or from. The message is the sentence for the keyholder."""


@dataclass(frozen=True, slots=True)
class Example:
    """One decided comment: its words and what was known of its author then."""

    text: str
    published: int
    removed: int
    bad: bool = False


def features(one: Example) -> dict[int, float]:
    """A comment as numbers: pieces of three to five letters, weighed and of length one, and what is known of its author."""
    text = f" {' '.join(normal.read(one.text[:3000]).plain.text.split())} "
    counts = Counter(
        zlib.crc32(text[at : at + size].encode()) % SIZE for size in (3, 4, 5) for at in range(max(0, len(text) - size + 1))
    )
    weights = {place: 1 + math.log(n) for place, n in counts.items()}
    length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
    found = {place: w / length for place, w in weights.items()}
    known = (math.log1p(min(one.published, 50)) / 4, math.log1p(one.removed), float("://" in one.text), math.log1p(len(one.text)) / 8)
    return found | {SIZE + n: value for n, value in enumerate(known)}


# --- learning -------------------------------------------------------------------------------------------------


def examples(title: int) -> list[Example]:
    """What was decided at a paper, the oldest first: the last word on each comment, with its author's record until then."""
    rows = Decision.objects.filter(title=title, verdict__in=["approve", "reject"], undoes=None, undone_by=None).exclude(words="")
    last: dict[int, tuple[Any, ...]] = {}
    for row in rows.order_by("at").values_list("comment", "reader", "verdict", "words", "at"):
        last[row[0] or -len(last)] = row
    record: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    found = []
    for _, reader, verdict, words, _ in sorted(last.values(), key=lambda row: row[4]):
        mine = record[reader or 0] if reader else [0, 0]
        found.append(Example(words, mine[0], mine[1], verdict == "reject"))
        mine[verdict == "reject"] += 1
    return found


def study(book: Rulebook) -> Learned:
    """Learn from all decisions of a paper, and prove it on the newest third. Raises CannotLearn."""
    try:
        from scipy.sparse import csr_matrix
        from scipy.stats import beta
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import average_precision_score
    except ImportError:
        raise CannotLearn('Learning needs scikit-learn: pip install "masthead[learned]". Nothing was changed.') from None
    found = examples(book.title_id)
    bad = sum(one.bad for one in found)
    if len(found) < LEAST or bad < LEAST_REMOVED or len(found) - bad < LEAST_REMOVED:
        raise CannotLearn(f"There are {len(found)} decisions with {bad} removals; {LEAST} with {LEAST_REMOVED} are needed to learn from. Nothing was changed.")
    cut = len(found) * 2 // 3
    rows = [features(one) for one in found]
    data = [value for row in rows for value in row.values()]
    places = [place for row in rows for place in row]
    ends = [0]
    for row in rows:
        ends.append(ends[-1] + len(row))
    matrix = csr_matrix((data, places, ends), shape=(len(rows), SIZE + len(HISTORY)))
    truth = [one.bad for one in found]
    if len(set(truth[:cut])) < 2 or len(set(truth[cut:])) < 2:
        raise CannotLearn("All removals lie close together in time; there is nothing yet to prove it on. Nothing was changed.")
    # C=10 of little regularisation: each piece of a word is rare.
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=500, solver="liblinear").fit(matrix[:cut], truth[:cut])
    seen = model.predict_proba(matrix[cut:])[:, 1].tolist()
    threshold, share = 0.0, 0.0
    if len(found) >= CERTIFIED and bad >= CERTIFIED_REMOVED:
        threshold, share = lane_of(seen, truth[cut:], lambda wrong, of: float(beta.ppf(1 - 0.05 / STEPS, wrong + 1, of - wrong)) if wrong < of else 1.0)
    weights = array("f", model.coef_[0].tolist())
    made, _ = Learned.objects.update_or_create(
        title_id=book.title_id,
        defaults={
            "made_at": clock.now(), "decisions": len(found), "removals": bad, "weights": weights.tobytes(), "bias": float(model.intercept_[0]),
            "precision": float(average_precision_score(truth[cut:], seen)), "threshold": threshold, "share": share, "closed_at": None,
        },
    )  # fmt: skip
    _weights.cache_clear()
    return made


STEPS = 10
"""Thresholds that are tried; the proof pays for trying several (Bonferroni)."""


def lane_of(seen: Sequence[float], truth: Sequence[bool], bound: Any) -> tuple[float, float]:
    """The widest threshold below which few enough would have been removed, and which share of the approved it lets through.

    `bound(wrong, of)`: the upper end of a share with its confidence (Clopper and Pearson). (0, 0): there is none.
    """
    ordered = sorted(zip(seen, truth, strict=True))
    good = sum(not bad for _, bad in ordered) or 1
    best = (0.0, 0.0)
    for step in range(1, STEPS + 1):
        first = ordered[: len(ordered) * step // STEPS]
        if not first:
            continue
        wrong = sum(bad for _, bad in first)
        share = (len(first) - wrong) / good
        if bound(wrong, len(first)) <= WRONG and share >= LANE_LEAST:
            best = (first[-1][0], share)
    return best


def study_due(books: Iterable[Rulebook] | None = None) -> int:
    """Learn anew where it is time; returns at how many papers. Without scikit-learn, or with too little to learn from: none."""
    done = 0
    for book in Rulebook.objects.filter(on=True) if books is None else books:
        last = Learned.objects.filter(title=book.title_id).first()
        decided = Decision.objects.filter(title=book.title_id, verdict__in=["approve", "reject"])
        if last and (last.made_at > clock.now() - EVERY or decided.filter(at__gt=last.made_at).count() < NEW):
            continue
        if not last and decided.count() < LEAST:
            continue
        try:
            study(book)
            done += 1
        except CannotLearn:
            continue
    return done


# --- using ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _weights(pk: int, made_at: str) -> tuple[array[float], float]:
    row = Learned.objects.get(pk=pk)
    found = array("f")
    found.frombytes(bytes(row.weights))
    return found, row.bias


def guess(learned: Learned | None, text: str, known: facts.Facts) -> float:
    """How likely a comment would be removed, from 0 to 1; 0.0 where nothing was learned yet. About a millisecond."""
    if learned is None:
        return 0.0
    weights, bias = _weights(learned.pk, learned.made_at.isoformat())
    if len(weights) != SIZE + len(HISTORY):
        return 0.0
    sum_ = bias + sum(weights[place] * value for place, value in features(Example(text, known.published, known.removed)).items())
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, sum_))))


def lane(book: Rulebook, learned: Learned | None, reasons: Sequence[Reason], chance: float, digest: str, *, asked_for: bool) -> str:
    """`fast`, `sample`, or nothing. `asked_for`: the desk wants to read comments here first, whatever they say."""
    if not book.fast_lane or learned is None or not learned.is_open() or not reasons or asked_for:
        return ""
    if any(reason.rule not in SOFT for reason in reasons) or chance > learned.threshold:
        return ""
    # By its words: sending it again does not draw again.
    return "sample" if int(digest[:8], 16) % ONE_IN == 0 else "fast"


def look_at_samples(learned: Learned) -> tuple[int, int]:
    """How many samples of the lane were decided, and how many of them removed; closes the lane when those are too many."""
    samples = Comment.objects.filter(title=learned.title_id, lane="sample", at__gt=learned.made_at)
    decided = Decision.objects.filter(comment__in=samples, verdict__in=["approve", "reject"], undoes=None, undone_by=None)
    of, wrong = decided.count(), decided.filter(verdict="reject").count()
    if of >= 20 and wrong / of > CLOSES and learned.closed_at is None:
        Learned.objects.filter(pk=learned.pk).update(closed_at=clock.now())
        learned.closed_at = clock.now()
    return of, wrong


SAMPLED = {
    "rule": "sampled",
    "does": "hold",
    "said": "An editor reads a few comments of everybody first, to check our own checks.",
    "spans": [],
    "desk": "A sample of the fast lane: it would have appeared at once.",
}
