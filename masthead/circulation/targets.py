"""What can be followed, by its address on the site: the same words that a reader sees in the address bar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from masthead.circulation import conversations
from masthead.circulation.labels import say
from masthead.circulation.models import Follow, Newsletter
from masthead.people.models import Person
from masthead.stories import gate, talk
from masthead.stories.models import Story, StoryLine, Topic
from masthead.titles.models import Section, Title

_KINDS = {
    Follow.Kind.SECTION: Section,
    Follow.Kind.TOPIC: Topic,
    Follow.Kind.PERSON: Person,
    Follow.Kind.LINE: StoryLine,
    Follow.Kind.NEWSLETTER: Newsletter,
    Follow.Kind.CONVERSATION: Story,
}


@dataclass(frozen=True, slots=True)
class Target:
    """Something to follow: its kind and id, its name and address for readers."""

    kind: str
    pk: int
    name: str
    path: str
    shown_as: str = ""
    """The kind in a word that readers know: a topic can be a place."""

    def __post_init__(self) -> None:
        if not self.shown_as:
            object.__setattr__(self, "shown_as", str(self.kind))

    @property
    def word(self) -> str:
        """What it is, for the desk."""
        return say(f"kind_{self.shown_as}")


def at(title: Title, path: str) -> Target | None:
    """What is followed at `path`; None when there is nothing, or readers may not know of it."""
    if path == "/":
        return Target(Follow.Kind.PAPER, 0, title.name, "/")
    if path.endswith("#conversation"):
        told = Story.objects.readable().filter(title=title, path=path.removesuffix("#conversation")).first()
        return of(told) if told and conversations.is_told() and _is_talked_about(told) else None
    match = re.fullmatch(r"/(?:(topics|people|stories-so-far|newsletters)/)?([a-z0-9-]+)/", path)
    if not match:
        return None
    kind, slug = match[1], match[2]
    if kind == "topics":
        found: object = Topic.objects.filter(title=title, slug=slug).first()
    elif kind == "people":
        found = Person.objects.filter(slug=slug).first()
    elif kind == "stories-so-far":
        found = StoryLine.objects.filter(title=title, slug=slug, state="developing").select_related("named_after").first()
    elif kind == "newsletters":
        found = Newsletter.objects.filter(title=title, slug=slug).first()
    else:
        found = Section.objects.filter(title=title, slug=slug).first()
    return of(found) if found is not None and _is_public(found) else None


def of(thing: object) -> Target:
    """A thing as something to follow."""
    if isinstance(thing, Section):
        return Target(Follow.Kind.SECTION, thing.pk, thing.name, f"/{thing.slug}/")
    if isinstance(thing, Topic):
        shown = "place" if thing.kind == Topic.Kind.PLACE else ""
        return Target(Follow.Kind.TOPIC, thing.pk, thing.name, f"/topics/{thing.slug}/", shown)
    if isinstance(thing, Person):
        return Target(Follow.Kind.PERSON, thing.pk, thing.name, f"/people/{thing.slug}/")
    if isinstance(thing, StoryLine):
        return Target(Follow.Kind.LINE, thing.pk, line_name(thing), f"/stories-so-far/{thing.slug}/")
    if isinstance(thing, Newsletter):
        return Target(Follow.Kind.NEWSLETTER, thing.pk, thing.name, f"/newsletters/{thing.slug}/")
    if isinstance(thing, Story):
        return Target(Follow.Kind.CONVERSATION, thing.pk, say("talk_on", thing.title.language, headline=thing.display_headline), conversations.path_of(thing))
    raise TypeError(f"{thing!r} cannot be followed.")


def line_name(line: StoryLine) -> str:
    """The line's name as readers may know it: a headline stands for it only while its story is open."""
    if line.named_after is None or gate.allows(line.named_after):
        return line.name
    first = Story.objects.readable().filter(developments__line=line).order_by("first_published_at").first()
    return first.display_headline if first else say("a_story", line.title.language)


def _is_public(thing: object) -> bool:
    """A topic's or line's name can tell of a story that is embargoed or was killed."""
    if isinstance(thing, Topic):
        return bool(thing.description) or Story.objects.readable().filter(story_topics__topic=thing).exists()
    if isinstance(thing, Story):
        return gate.allows(thing) and bool(thing.path)
    if isinstance(thing, StoryLine):
        return Story.objects.readable().filter(developments__line=thing).exists()
    return True


def _is_talked_about(story: Story) -> bool:
    """Whether readers see a conversation under it."""
    keeper = talk.keeper()
    return keeper is not None and keeper.newest(story) is not None


def named(title: Title, follows: Iterable[Follow]) -> dict[tuple[str, int], Target]:
    """Names and addresses of what is followed, a query a kind; what is not public any more is left out."""
    wanted: dict[str, set[int]] = {}
    for follow in follows:
        wanted.setdefault(follow.kind, set()).add(follow.target)
    found = {(str(Follow.Kind.PAPER), 0): Target(Follow.Kind.PAPER, 0, title.name, "/")}
    for kind, model in _KINDS.items():
        for thing in model.objects.filter(pk__in=wanted[kind]) if kind in wanted else ():
            if _is_public(thing):
                found[(kind.value, thing.pk)] = of(thing)
    return found
