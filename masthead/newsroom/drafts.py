"""Two drafts of one story: what differs, in words, and how they go together. Pure; the screens are in story_pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from masthead.people.models import Organisation, Person, User
from masthead.pictures.models import Picture
from masthead.stories import merging
from masthead.stories.body import from_pieces, pieces, readable
from masthead.stories.content import FIELDS, LISTS, Content
from masthead.stories.models import Credit, Story, Topic
from masthead.titles.models import Section, Title
from masthead.wire import differences

LABELS = {
    "section": "Section",
    **{name: str(Story._meta.get_field(name).verbose_name).capitalize() for name in FIELDS},
    "credits": "Credits",
    "pictures": "Pictures",
    "topics": "Topics and places",
    "body": "Text",
}
_UNKNOWN = "\x1f"


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of the merge: settled, or a clash that a person decides. `place` names it in the form."""

    place: str
    label: str
    part: str | merging.Clash

    @property
    def clash(self) -> bool:
        return isinstance(self.part, merging.Clash)

    @property
    def listed(self) -> bool:
        """Whether both sides of a clash could stand one after the other."""
        return self.label in {LABELS[name] for name in (*LISTS, "body")}

    @property
    def text(self) -> str:
        return "" if isinstance(self.part, merging.Clash) else said(self.label, self.part)

    @property
    def mine(self) -> str:
        return self._side("ours")

    @property
    def theirs(self) -> str:
        return self._side("theirs")

    def _side(self, side: str) -> str:
        if not isinstance(self.part, merging.Clash):
            return ""
        return "\n\n".join(said(self.label, one) for one in getattr(self.part, side)) or "(nothing)"


def merge(base: Content | None, mine: Content, theirs: Content) -> list[Row]:
    """The rows of a three-way merge. Without the common base everything that differs is a clash."""
    rows: list[Row] = []
    for name in LABELS:
        sides = [_parts(name, content) for content in (mine, theirs)]
        before = _parts(name, base) if base else [_UNKNOWN] * len(sides[0])
        parts = [one for part in merging.merge(before, *sides).parts for one in _one_by_one(part)]
        rows += [Row(f"{name}-{n}", LABELS[name], part) for n, part in enumerate(parts) if part != _UNKNOWN]
    return rows


def _one_by_one(part: str | merging.Clash) -> Iterator[str | merging.Clash]:
    """Neighbouring pieces that were changed by one side each are no clash: two colleagues on two paragraphs."""
    if isinstance(part, str) or len({len(part.base), len(part.ours), len(part.theirs)}) > 1:
        yield part
        return
    for was, ours, theirs in zip(part.base, part.ours, part.theirs, strict=True):
        if theirs in (was, ours):
            yield ours
        elif ours == was:
            yield theirs
        else:
            yield merging.Clash((was,), (ours,), (theirs,))


def settled(rows: Sequence[Row], choices: Mapping[str, str]) -> Content:
    """The content that the rows and the choices for their clashes make. An unanswered clash keeps both, mine first."""
    found: dict[str, list[str]] = {name: [] for name in LABELS}
    for row in rows:
        name = row.place.rpartition("-")[0]
        if not isinstance(row.part, merging.Clash):
            found[name].append(row.part)
            continue
        choice = choices.get(f"choice-{row.place}", "both" if row.listed else "mine")
        found[name] += [*(row.part.ours if choice != "theirs" else ()), *(row.part.theirs if choice != "mine" else ())]
    content: Content = {name: json.loads(found[name][0]) for name in ("section", *FIELDS)}
    for name in LISTS:
        content[name] = [json.loads(one) for one in dict.fromkeys(found[name])]
    return {**content, "body": from_pieces(found["body"])}


def _parts(name: str, content: Content) -> list[str]:
    if name == "body":
        return pieces(content["body"])
    if name in LISTS:
        return [json.dumps(one, sort_keys=True) for one in content[name]]
    return [json.dumps(content.get(name))]


def said(label: str, part: str) -> str:
    """A piece in words for a colleague."""
    if label == LABELS["body"]:
        return readable(part)
    value = json.loads(part)
    if label == LABELS["credits"]:
        role = dict(Credit.Role.choices).get(value["role"], value["role"])
        return f"{value['name']}, {role}{', ' + value['organisation'] if value['organisation'] else ''}"
    if label == LABELS["pictures"]:
        picture = Picture.objects.filter(pk=value["picture"]).first()
        return f"{value['caption'] or picture or 'a picture that is gone'}"
    if label == LABELS["topics"]:
        return str(Topic.objects.filter(pk=value).first() or "a topic that is gone")
    if label == LABELS["section"]:
        return str(Section.objects.filter(pk=value).first() or "")
    return str(value or "(empty)")


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    changes: tuple[differences.Change, ...]


def compare(before: Content, after: Content) -> list[Difference]:
    """What differs, field by field, word by word; fields that say the same are left out."""
    found = []
    for name, label in LABELS.items():
        old, new = (_words(name, label, content) for content in (before, after))
        if old != new:
            found.append(Difference(label, differences.words(old, new)))
    return found


def _words(name: str, label: str, content: Content) -> str:
    parts = _parts(name, content)
    if name not in ("body", *LISTS) and content.get(name) in ("", None):
        return ""
    # A sign that looks like markup would be taken for it.
    return "\n".join(said(label, part) for part in parts).replace("<", "‹")


def own_credit(user: User) -> Credit | None:
    """The credit that a new story begins with: its writer's own name. None for an account without a name."""
    person = Person.objects.filter(user=user).first()
    name = person.name if person else user.get_full_name().strip()
    return Credit(name=name[:200], role=Credit.Role.WRITER, person=person) if name else None


def people_known(title: Title, words: str, limit: int = 12) -> list[str]:
    """Names for a credit: the paper's own people first, then names that stood over its stories before."""
    people = Person.objects.filter(name__icontains=words)
    if _several():
        here = Q(user__appointments__title=title) | Q(credits__story__title=title)
        nowhere = Q(user__appointments=None, credits=None)
        people = people.filter(here | nowhere).distinct()
    ours = list(people.values_list("name", flat=True)[:limit])
    before = Credit.objects.filter(story__title=title, name__icontains=words).order_by("name")
    return list(dict.fromkeys([*ours, *before.values_list("name", flat=True).distinct()[:limit]]))[:limit]


def organisations_known(title: Title, words: str, limit: int = 12) -> list[str]:
    """Names of agencies and newsrooms that the paper knows: in a house of several, those whose copy it had or credited."""
    found = Organisation.objects.filter(name__icontains=words)
    if _several():
        agencies = Story.objects.filter(title=title).exclude(agency=None).order_by().values("agency")
        found = found.filter(Q(pk__in=agencies) | Q(name__in=_credited(title, words)))
    return list(dict.fromkeys([*found.values_list("name", flat=True)[:limit], *_credited(title, words)[:limit]]))[:limit]


def _credited(title: Title, words: str) -> QuerySet[Credit, str]:
    rows = Credit.objects.filter(story__title=title, organisation__icontains=words).exclude(organisation="")
    return rows.order_by("organisation").values_list("organisation", flat=True).distinct()


def _several() -> bool:
    return Title.objects.count() > 1


def named(kind: str, title: Title, words: str, limit: int = 12) -> list[str]:
    """Topics or places of the paper whose names hold the words."""
    topics = Topic.objects.filter(title=title, name__icontains=words)
    topics = topics.filter(kind="place") if kind == "places" else topics.exclude(kind="place")
    return list(topics.values_list("name", flat=True)[:limit])
