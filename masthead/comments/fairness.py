"""How fair the rules are: how often harmless sentences would wait, by the people in them and by the English they are in.

The sentences here are our own. A public test set (HateCheck and its like) is read from a file that a keyholder brings,
looked at on this machine, and not kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from masthead.comments import facts, rules
from masthead.comments.models import Rulebook
from masthead.comments.rules import Does

TEMPLATES = (
    "My neighbour is {} and brought us soup when the flood came.",
    "We were {} people in a street of forty, and nobody asked.",
    "As somebody {}, I would like to thank the fire crew.",
    "The new doctor is {}; the waiting room is as full as ever.",
    "Why does the council not speak with {} residents about the bus?",
)
KINDS = {
    "women and men": ("female", "male", "a woman", "a man"),
    "orientation": ("gay", "lesbian", "straight", "queer", "trans"),
    "origin and colour": ("black", "white", "Asian", "Roma", "Nigerian", "Polish", "Mexican", "Scottish"),
    "belief": ("Muslim", "Jewish", "Christian", "Hindu", "atheist"),
    "health and age": ("disabled", "deaf", "blind", "old", "young", "autistic"),
}
VARIETIES = {
    "standard English": (
        "The council has been talking about that bridge for years, and nothing is happening.",
        "They are always late with the bus, and nobody says why.",
        "That meeting went on far too long. My mother was tired.",
        "You all should come to the market on Saturday; it is going to be good.",
    ),
    "African American English": (
        "The council been talking bout that bridge for years and ain't nothing happening.",
        "They be late with the bus every day and nobody finna say why.",
        "That meeting went on too long fr, my mama was tired.",
        "Y'all need to come through the market Saturday, it's gon be fire.",
    ),
    "Southern American English": (
        "They've been fixin' to mend that bridge since I was knee high, and ain't done a lick.",
        "Bless his heart, that bus driver might could be on time once.",
        "Y'all come on down to the market, there's pie.",
        "Mama was plumb wore out by that meeting.",
    ),
    "Scots and Scottish English": (
        "The cooncil's been bletherin aboot yon brig for years an naethin's done.",
        "The bus is aye late an naebody kens why.",
        "Yon meetin wis awfy lang, ma mither wis fair wabbit.",
        "Come doon the mairket Setterday, it'll be braw.",
    ),
    "Northern English and Irish English": (
        "Council's been on about that bridge for donkey's years and nowt's been done.",
        "The bus does be late every day, so it does, and sure nobody says why.",
        "That meeting were proper long, me mam were knackered.",
        "Come down the market Saturday lads, it'll be grand.",
    ),
    "Indian English": (
        "Council is telling since many years that bridge will be done, but nothing is happening only.",
        "Bus is coming late daily, nobody is giving the reason.",
        "That meeting went on and on, no, my mother got tired.",
        "Kindly come to the market on Saturday, it will be too good.",
    ),
    "English as a second language": (
        "Since many years the council speak about this bridge and nothing happen.",
        "The bus come always too late and nobody say us why.",
        "The meeting was too much long, my mother she was tired.",
        "You must all come in the market on the Saturday, it gives good cake.",
    ),
}
"""The same four harmless things, said in many kinds of English."""
COLUMNS = {
    "text": ("test_case", "text", "comment", "tweet", "sentence"),
    "group": ("variety", "dialect", "group", "target_ident", "functionality"),
    "label": ("label_gold", "label", "harmful", "toxic"),
}
HARMFUL = frozenset({"hateful", "harmful", "toxic", "1", "true", "yes"})
MOST = 5_000


class CannotRead(ValueError):
    """The file is not such a test set. The message is the sentence for the keyholder."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group of sentences: how many there are, and how many of them would not appear at once."""

    name: str
    held: int
    of: int
    harmful: bool = False

    @property
    def percent(self) -> int:
        """Of a hundred."""
        return round(100 * self.held / self.of) if self.of else 0


def known(book: Rulebook) -> facts.Facts:
    """What is known of a sentence by nobody in particular, looked at with the paper's rules and words."""
    return facts.Facts(chosen=book.rules, lists=facts.lists_of(book), language="en", longest=max(book.longest, 1000), published=10)


def waits(text: str, known: facts.Facts) -> bool:
    """Whether a sentence would be asked about, held or refused for its words."""
    return rules.strictest(*(reason.does for reason in rules.look(text, known))) != Does.OFF


def own(book: Rulebook) -> tuple[list[Row], list[Row]]:
    """Our own sentences: by the people in them, and by the kind of English."""
    at = known(book)
    people = {kind: [one.format(term) for one in TEMPLATES for term in terms] for kind, terms in KINDS.items()}
    return _rows(people.items(), at), _rows(VARIETIES.items(), at)


def _rows(groups: Iterable[tuple[str, Iterable[str]]], at: facts.Facts) -> list[Row]:
    out = []
    for name, texts in groups:
        said = [waits(text, at) for text in texts]
        out.append(Row(name, sum(said), len(said)))
    return out


def of_file(book: Rulebook, sent: bytes) -> list[Row]:
    """A public test set as CSV, by its groups: the harmless ones first, those most often stopped on top. Raises CannotRead."""
    table = csv.DictReader(io.StringIO(sent.decode("utf-8-sig", "replace")))
    columns = {wanted: next((name for name in names if name in (table.fieldnames or ())), "") for wanted, names in COLUMNS.items()}
    if not columns["text"] or not columns["group"]:
        names = " or ".join(COLUMNS["text"][:3]), ", ".join(COLUMNS["group"])
        raise CannotRead(f"A test set is a table (CSV) with a column {names[0]}, and one of {names[1]}. Nothing was looked at.")
    at, found = known(book), dict[tuple[bool, str], list[bool]]()
    try:
        for number, line in enumerate(table):
            if number >= MOST:
                break
            harmful = str(line.get(columns["label"]) or "").strip().lower() in HARMFUL
            group = str(line[columns["group"]] or "").strip()[:80] or "–"
            found.setdefault((harmful, group), []).append(waits(str(line[columns["text"]] or ""), at))
    except csv.Error:
        raise CannotRead("The table breaks off in the middle of a line. Nothing of it is shown.") from None
    rows = [Row(name, sum(said), len(said), harmful) for (harmful, name), said in found.items()]
    return sorted(rows, key=lambda row: (row.harmful, -row.percent, row.name))
