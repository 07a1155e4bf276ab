"""The catalogues of what readers are told in sentences, kept in step with the code.

    python -m tests.sentences        brings masthead/locale up to date and says what translators have still to do

Sentences are marked with gettext's `_`. Those of the rules and of a few choices are data: they are listed here.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1] / "masthead"
LOCALE = ROOT / "locale"
ROOMS = ("public", "comments", "people", "mailroom", "stories", "circulation")


def marked() -> list[str]:
    """Every sentence in the code that is to be translated."""
    found: dict[str, None] = {}
    for room in ROOMS:
        keywords = {"_": None, "_lazy": None}
        for _, _, message, _, _ in extract_from_dir(str(ROOT / room), [("**.py", "python")], keywords=keywords):
            found[str(message)] = None
    return [*found, *(sentence for sentence in _data() if sentence not in found)]


def _data() -> list[str]:
    from masthead.comments import rules
    from masthead.comments.models import Sanction
    from masthead.people.readers import Reader

    # What readers may meet: the guidelines, the reasons of a removal, the ways letters come, what a moderator did.
    names = [words for rule in rules.BOOK.values() for words in (rule.name, rule.guideline) if words]
    choices = [str(words) for kind in (Reader.Letters, Sanction.Kind) for words in kind.labels]
    return list(dict.fromkeys([*names, *choices]))


def catalogue(language: str) -> Catalog:
    """What translators wrote."""
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def languages() -> list[str]:
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def compiled(known: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    made = io.BytesIO()
    write_mo(made, known)
    return made.getvalue()


def bring_up_to_date(language: str) -> list[str]:
    """Write both files of a language; returns what is not translated yet."""
    folder, old = LOCALE / language / "LC_MESSAGES", catalogue(language)
    new = Catalog(locale=language, project="Masthead", header_comment="# What readers are told in sentences.", fuzzy=False)
    new.creation_date = new.revision_date = old.creation_date
    for sentence in marked():
        known = old.get(sentence)
        new.add(sentence, known.string if known else "")
    with (folder / "django.po").open("wb") as file:
        write_po(file, new, width=0)
    (folder / "django.mo").write_bytes(compiled(catalogue(language)))
    return [str(m.id) for m in new if m.id and not m.string]


if __name__ == "__main__":
    import django

    django.setup()
    for one in languages():
        for sentence in bring_up_to_date(one):
            print(f"{one}: {sentence}")
