"""What readers say of a story, as values: the press prints them, whoever keeps the comments makes them.

Departments do not import each other, so they meet here. A thread belongs to a story, never to an address. `keeper` is
asked when a page is made; `changed` tells whoever prints that some of it is another, in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from masthead.stories.models import Story
    from masthead.titles.models import Title

NETWORKS = timedelta(days=30)
"""How long it is known that two comments came from one network; the privacy page says so."""
A_CHUNK = 20
"""Conversations on a page: a comment with all that answers it is one."""


@dataclass(frozen=True, slots=True)
class Said:
    """One comment as readers see it. A tombstone has `gone`, and no words."""

    number: int
    """Within its thread; part of its address."""
    depth: int
    author: str
    role: str
    """What the paper vouches for: the writer of the story, our newsroom; empty for a reader."""
    at: datetime
    html: str
    """Clean markup, made by `kit.remarks`."""
    text: str
    respects: int
    edited: datetime | None = None
    answers: int = 0
    """The number of the comment that it answers; 0 for the first of a conversation."""
    answers_name: str = ""
    picked: bool = False
    gone: str = ""
    """`author` or `rule`: why there is only a tombstone."""
    rule: str = ""
    """For a tombstone: the guideline that it broke, in the paper's words."""
    asks: str = ""
    """`open` or `answered`: it is a question to the reporter."""
    before_change: bool = False
    """Written before the story was corrected."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A comment and what answers it, in the order of reading."""

    first: Said
    rest: tuple[Said, ...]
    more: int = 0
    """Answers that are not among `rest`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether readers may write, and in which words that is said."""

    open: bool
    why: str = ""
    """A label's key: why nobody may write now; empty while it is open."""
    waits: bool = False
    """What is written is read by an editor first."""
    opens: str = ""
    """When it opens again, in the paper's words; empty if nobody knows."""
    slow: int = 0
    """Seconds between two comments of one reader, while many write; 0 most of the time."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A part of the conversation on a story, for one page."""

    standing: Standing
    count: int
    conversations: tuple[Conversation, ...]
    chunk: int = 0
    """Which part it is; 0 for the newest, with the story."""
    chunks: int = 1
    note: str = ""
    """A word of the desk above it."""
    notice: str = ""
    """The paper's word for a civil debate, beside the form."""
    picks: tuple[Said, ...] = ()
    root: int = 0
    """For the page of one conversation: its number."""
    until: datetime | None = None
    """When the clock alone may make it another: it opens, it closes, it is no longer slow."""


class Keeper(Protocol):
    """Who keeps the comments."""

    def newest(self, story: Story) -> Thread | None:
        """The newest conversations; None where the paper has none under this story."""

    def chunk(self, story: Story, number: int) -> Thread | None:
        """Part `number` of the older ones; 1 holds the first."""

    def best(self, story: Story) -> Thread | None:
        """Those that readers respect most."""

    def one(self, story: Story, root: int, page: int) -> Thread | None:
        """One conversation whole, in pages."""

    def guidelines(self, title: Title) -> tuple[tuple[str, str], ...]:
        """The rules that are switched on: a name and the words for readers."""

    def words(self, title: Title) -> tuple[str, str]:
        """What the paper says above the guidelines, and beside every form: plain text."""

    def sites(self, title: Title) -> tuple[str, ...]:
        """Hosts of the house's other sites, which may show a conversation in a frame."""

    def is_on(self, title: Title) -> bool:
        """Whether the paper has conversations at all."""


Printer = Callable[[int, str, Collection[str], bool], None]
_keeper: Keeper | None = None
_printers: list[Printer] = []


def kept_by(keeper: Keeper | None) -> None:
    """Have `keeper` asked for what readers say (once per process)."""
    global _keeper
    _keeper = keeper


def keeper() -> Keeper | None:
    """Who keeps the comments; None in a house without."""
    return _keeper


def told(printer: Printer) -> None:
    """Have `printer` called with the id of a title, the path of a story (or nothing), the keys of what changed, and whether
    something is to vanish at once."""
    _printers.append(printer)


def changed(story: Story, keys: Collection[str], *, gone: bool = False) -> None:
    """Say that a part of the conversation is another now. Call it inside the transaction of the change."""
    for printer in _printers if story.path else ():
        printer(story.title_id, story.path or "", keys, gone)


def rules_changed(title: Title, keys: Collection[str]) -> None:
    """Say that what the paper says of its conversations is another now. Call it inside the transaction of the change."""
    for printer in _printers:
        printer(title.pk, "", keys, False)


def key(story: int) -> str:
    """The key of the newest conversations, the count and the state."""
    return f"talk:{story}"


def chunk_key(story: int, chunk: int) -> str:
    """The key of one part."""
    return f"talk:{story}:{chunk}"


def one_key(story: int, root: int) -> str:
    """The key of one conversation by itself."""
    return f"talk:{story}:c{root}"


def every_key(story: int) -> str:
    """The key that every page with a part of a story's conversation has beside its own."""
    return f"talk:{story}:*"
