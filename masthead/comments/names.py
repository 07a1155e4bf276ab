"""The name under which a reader writes: theirs, fit to print, and not to be taken for somebody else's."""

from __future__ import annotations

import re
import unicodedata

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from masthead.comments import facts, moderating, normal
from masthead.comments.models import Comment, Rulebook, State
from masthead.kit import remarks
from masthead.people.models import Organisation, Person, Reader
from masthead.titles import scope
from masthead.titles.models import Title

SHORTEST, LONGEST = 2, 40
OURS = "admin administrator editor editors moderator moderators mod newsroom staff official masthead system redaction redaccion reporter anonymous deleted"
_ALLOWED = re.compile(r"[\w .'’·-]+", re.UNICODE)


class NotThisName(ValueError):
    """The name was not taken. The message is the sentence for the reader."""


def _scripts(word: str) -> set[str]:
    found = {unicodedata.name(c, "?").split(" ")[0] for c in word if c.isalpha()}
    return {"CJK" if script in ("HIRAGANA", "KATAKANA", "CJK", "HANGUL") else script for script in found}


def check(name: str, book: Rulebook, reader: Reader) -> tuple[str, str]:
    """The name as it is kept, and its skeleton. Raises NotThisName."""
    name = " ".join(remarks.plain(unicodedata.normalize("NFKC", name)).split())
    if not SHORTEST <= len(name) <= LONGEST:
        raise NotThisName(_("A name has between {shortest} and {longest} letters. Nothing was changed.").format(shortest=SHORTEST, longest=LONGEST))
    if not _ALLOWED.fullmatch(name) or not any(c.isalpha() for c in name) or remarks.links(name) or "_" in name:
        raise NotThisName(_("A name is made of letters, figures, spaces, hyphens and apostrophes. Nothing was changed."))
    if any(len(_scripts(word)) > 1 for word in re.split(r"[\s'’·.-]+", name)):
        raise NotThisName(
            _("That name mixes letters of several scripts in one word, so that it can be taken for another. Nothing was changed.")
        )
    if book.real_names and len([word for word in name.split() if len(word) > 1]) < 2:
        raise NotThisName(_("In this paper people write under first and last name. Nothing was changed."))
    if facts.lists_of(book).find(name):
        raise NotThisName(_("There is a word in that name which we do not print. Nothing was changed."))
    skeleton = normal.skeleton(name)
    if not skeleton:
        raise NotThisName(_("That name cannot be read. Nothing was changed."))
    if skeleton in _reserved(reader):
        raise NotThisName(_("That name belongs to the paper or one of its people. Choose another. Nothing was changed."))
    if Reader.objects.filter(skeleton=skeleton).exclude(pk=reader.pk).exists():
        raise NotThisName(
            _("Somebody else writes under that name, or one that looks the same. Choose another. Nothing was changed.")
        )
    return name, skeleton


def _reserved(reader: Reader) -> set[str]:
    own = reader.user_id
    people = [name for name, user in Person.objects.values_list("name", "user") if user is None or user != own]
    names = [
        *OURS.split(),
        *people,
        *Organisation.objects.values_list("name", flat=True),
        *Title.objects.values_list("name", flat=True),
    ]
    return {normal.skeleton(name) for name in names}


@transaction.atomic
@scope.across()
def choose(reader: Reader, name: str, book: Rulebook) -> Reader:
    """Take a name, or another one. Raises NotThisName."""
    name, skeleton = check(name, book, reader)
    had = reader.name
    if name == had:
        return reader
    reader.name, reader.skeleton = name, skeleton
    # Somebody known under another name: a moderator looks at the new one.
    reader.name_ok = not (had and Comment.objects.filter(author=reader, state=State.PUBLISHED).exists())
    try:
        with transaction.atomic():
            reader.save(update_fields=["name", "skeleton", "name_ok"])
    except IntegrityError:
        raise NotThisName(_("Somebody else took that name at this moment. Choose another. Nothing was changed.")) from None
    if had:
        moderating.renamed(reader)
    return reader
