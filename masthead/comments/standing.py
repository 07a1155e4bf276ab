"""Whether readers may write under a story now: from the paper's defaults, the story, its age, the hour, and the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from masthead.comments.models import Comment, Mode, Rulebook, Thread
from masthead.kit import clock
from masthead.kit.prepared import Prepared, Slot
from masthead.stories import gate, talk
from masthead.stories.models import Story, StoryTopic
from masthead.titles.models import Title

STRICT = [Mode.OPEN, Mode.PRE, Mode.READ, Mode.CLOSED, Mode.NONE]
BUSY = timedelta(minutes=5)
SLOW_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Now:
    """Where a thread stands: its mode, and why, as keys of labels."""

    mode: Mode
    why: str = ""
    until: datetime | None = None
    """When that may be another."""


_BOOKS = Prepared(lambda: Rulebook.objects.select_related("title").filter(title_id=Slot("title")))
_THREADS = Prepared(lambda: Thread.objects.filter(story=Slot("story")))
_TOPICS = Prepared(lambda: StoryTopic.objects.filter(story=Slot("story")).select_related("topic"))
_LATELY = Prepared(
    lambda: Comment.objects.filter(thread=Slot("thread"), at__gt=Slot("since")).order_by().values("thread").annotate(n=Count("pk")).values_list("n", flat=True)
)


def book_of(title: Title | int) -> Rulebook:
    """The rulebook of a paper; a new one is off."""
    pk = title if isinstance(title, int) else title.pk
    return _BOOKS.first(title=pk) or Rulebook.objects.get_or_create(title_id=pk)[0]


def thread_of(story: Story) -> Thread:
    """The thread of a story; made when it is first asked for."""
    return _THREADS.first(story=story.pk) or Thread.objects.get_or_create(story=story, defaults={"title_id": story.title_id})[0]


def now(book: Rulebook, thread: Thread | None, story: Story) -> Now:
    """Where the conversation on `story` stands at this moment."""
    if not book.on or not gate.allows(story):
        return Now(Mode.NONE)
    if thread and thread.mode:
        return _in_hours(book, Now(Mode(thread.mode), "desk"))
    if thread and thread.ordered == "corrected":
        return _in_hours(book, Now(Mode.PRE, "corrected"))
    found = _default(book, story)
    if book.close_after_days and story.first_published_at and found.mode in (Mode.OPEN, Mode.PRE):
        ends = max(story.first_published_at, story.embargo_ends or story.first_published_at) + timedelta(
            days=book.close_after_days
        )
        if ends <= clock.now():
            return Now(Mode.READ, "age")
        found = Now(found.mode, found.why, ends)
    return _in_hours(book, found)


def _default(book: Rulebook, story: Story) -> Now:
    """What the paper says of such stories; what is said of the section or a topic comes before what is said of all."""
    topics = [row.topic for row in _TOPICS.all(story=story.pk)]
    said = [Mode(mode) for topic in topics if (mode := book.by_topic.get(str(topic.pk))) in Mode.values]
    if (mode := book.by_section.get(str(story.section_id))) in Mode.values:
        said.append(Mode(mode))
    found = (
        Now(max(said, key=STRICT.index), "section")
        if said
        else Now(Mode(book.wire_mode if story.agency_id else book.mode), "paper")
    )
    words = " ".join([story.display_headline, story.kicker, *(topic.name for topic in topics)]).lower()
    if any(word in words for word in (w.strip().lower() for w in book.sensitive_words.split(",")) if word):
        strict = Mode(book.sensitive_mode)
        return Now(strict, "sensitive") if STRICT.index(strict) > STRICT.index(found.mode) else found
    return found


def _in_hours(book: Rulebook, found: Now) -> Now:
    if not (book.opens_at and book.closes_at) or found.mode not in (Mode.OPEN, Mode.PRE):
        return found
    local = clock.now().astimezone(book.title.zone)
    at, opens, closes = local.time().replace(tzinfo=None), book.opens_at, book.closes_at
    is_open = opens <= at < closes if opens < closes else (at >= opens or at < closes)
    turns = closes if is_open else opens
    day = local.date() if at < turns else local.date() + timedelta(days=1)
    until = datetime.combine(day, turns, tzinfo=book.title.zone)
    until = min(until, found.until) if found.until else until
    if is_open:
        return Now(found.mode, found.why, until)
    return Now(Mode.PRE if book.out_of_hours == "pre" else Mode.READ, "hours", until)


def slow(book: Rulebook, thread: Thread | None) -> int:
    """Seconds that a reader waits between two comments here; 0 while it is not slow."""
    return book.slow_seconds if thread and thread.slow_until and thread.slow_until > clock.now() else 0


def slow_down(book: Rulebook, thread: Thread) -> bool:
    """Slow a thread down when very many write; says whether it was done just now."""
    at = clock.now()
    if not book.slow_from or (thread.slow_until and thread.slow_until > at + SLOW_FOR / 3):
        return False
    if (_LATELY.first(thread=thread.pk, since=at - BUSY) or 0) <= book.slow_from:
        return False
    was = bool(thread.slow_until and thread.slow_until > at)
    thread.slow_until = at + SLOW_FOR
    Thread.objects.filter(pk=thread.pk).update(slow_until=thread.slow_until)
    return not was


def said(book: Rulebook, thread: Thread | None, found: Now) -> talk.Standing:
    """For the page: the value of where it stands."""
    may = found.mode in (Mode.OPEN, Mode.PRE)
    opens = ""
    if found.why == "hours" and found.until:
        opens = f"{found.until.astimezone(book.title.zone):%H:%M}"
    return talk.Standing(
        open=may,
        why="" if may else f"talk_why_{found.why}",
        waits=found.mode == Mode.PRE,
        opens=opens,
        slow=slow(book, thread),
    )
