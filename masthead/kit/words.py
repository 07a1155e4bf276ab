"""What we say to readers, in their language: labels of a room in English, and a catalogue beside them for each other one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils.formats import number_format


def grouped(number: int) -> str:
    """A large number as it is written in the language that is spoken now: 20,001 or 20.001."""
    return number_format(number, force_grouping=True)


class Words:
    """The labels of a room.

    Args:
        labels: each by its name, in English.
        folder: holds a catalogue for each other language, in gettext's own format (`es.po`): the name is the context, the
            English words the message.
    """

    def __init__(self, labels: Mapping[str, str], folder: Path) -> None:
        self.labels, self.folder = dict(labels), folder
        self._known: dict[str, dict[str, str]] = {}

    @cached_property
    def catalogues(self) -> dict[str, dict[str, str]]:
        """What translators wrote: labels by language. A label that they left out is said in English."""
        found = {}
        for file in sorted(self.folder.glob("*.po")):
            with file.open("rb") as opened:
                catalogue = read_po(opened, locale=file.stem)
            found[file.stem] = {m.context: str(m.string) for m in catalogue if m.context and m.string and not m.fuzzy}
        return found

    def in_language(self, language: str) -> dict[str, str]:
        """All labels in a language (a BCP 47 tag): its own catalogue, else that of its first part, else English."""
        if language not in self._known and len(self._known) < 200:
            known = self.catalogues
            self._known[language] = self.labels | (known.get(language) or known.get(language.split("-")[0].lower()) or {})
        return self._known.get(language, self.labels)

    def say(self, key: str, language: str = "en", **values: object) -> str:
        """The label `key` in `language` with its values filled in. An unknown label is an error, found by the tests."""
        words = self.in_language(language)[key]
        return words.format(**values) if values else words
