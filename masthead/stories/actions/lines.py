"""Story lines: begin one, put stories into it, say where it stands, declare its end.

A line sets stories side by side and merges nothing: what two agencies say of one event stays two stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import diary
from masthead.stories.models import Development, Story, StoryLine
from masthead.stories.models.diary import Verb
from masthead.titles.models import Title


class CannotLine(Exception):
    """The line cannot be changed like that. The message is the sentence for the editor."""


@transaction.atomic
def begin(
    *,
    title: Title,
    name: str,
    summary: str = "",
    stories: Iterable[Story] = (),
    named_after: Story | None = None,
    user: User | None = None,
    by: str = "",
) -> StoryLine:
    """Begin a line called `name`, or `named_after` a story until the desk names it. Raises CannotLine without either.

    An address is for ever, a headline may be killed: a line named after a story has only the day in its address.
    """
    name = " ".join((name or (named_after.display_headline if named_after else "")).split())[:160]
    if not name:
        raise CannotLine("Give the story line a name that readers will see. Nothing was made.")
    day = clock.now().astimezone(title.zone)
    # The first line brings the list of lines into the foot of every page.
    menu = () if title.lines.exists() else (f"title:{title.pk}",)
    line = StoryLine.objects.create(
        title=title,
        name=name,
        slug=_free_slug(title, f"event {day:%Y-%m-%d}" if named_after else name),
        summary=summary.strip(),
        named_after=named_after,
        begun_by=by or diary.named(user),
    )
    _tell(line, Verb.BEGUN, user, by, name, keys=("list:lines", *menu))
    for story in stories:
        join(line=line, story=story, user=user, by=by)
    return line


def _free_slug(title: Title, name: str) -> str:
    base = slugify(name, allow_unicode=False)[:140].strip("-") or "line"
    taken = set(StoryLine.objects.filter(title=title, slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


@transaction.atomic
def move_in(*, line: StoryLine, told: Iterable[tuple[Story, datetime | None, str]], by: str) -> StoryLine | None:
    """Keep a line of another Masthead as it stood there, with its developments; None where a line has its address."""
    if StoryLine.objects.filter(title=line.title, slug=line.slug).exists():
        return None
    changed_at = line.changed_at
    _tell(line, Verb.BEGUN, None, by, line.name, keys=("list:lines", f"title:{line.title_id}"))
    Development.objects.bulk_create(Development(line=line, story=story, at=at, what=what[:300]) for story, at, what in told)
    # It did not change today.
    StoryLine.objects.filter(pk=line.pk).update(changed_at=changed_at)
    return line


@transaction.atomic
def join(
    *,
    line: StoryLine,
    story: Story,
    at: datetime | None = None,
    what: str = "",
    user: User | None = None,
    by: str = "",
) -> Development:
    """Put `story` into `line`, or change its date and words there. A story of another paper is refused."""
    if story.title_id != line.title_id:
        raise CannotLine("That story belongs to another paper. Nothing was changed.")
    values = {"at": at, "what": " ".join(what.split())[:300]}
    development, new = Development.objects.get_or_create(line=line, story=story, defaults=values)
    if not new:
        if (development.at, development.what) == (at, values["what"]):
            return development
        development.at, development.what = at, str(values["what"])
        development.save()
    _tell(line, Verb.JOINED, user, by, line.name, story)
    return development


@transaction.atomic
def part(*, line: StoryLine, story: Story, user: User | None = None, by: str = "") -> StoryLine:
    """Take `story` out of `line`."""
    gone, _ = Development.objects.filter(line=line, story=story).delete()
    if gone:
        _tell(line, Verb.PARTED, user, by, line.name, story)
    return line


@transaction.atomic
def retell(*, line: StoryLine, name: str, summary: str, user: User | None = None, by: str = "") -> StoryLine:
    """Change the line's name and the words that say where things stand. Its address stays."""
    name = " ".join(name.split())[:160] or line.name
    if (line.name, line.summary) == (name, summary.strip()):
        return line
    line.named_after = line.named_after if line.name == name else None
    line.name, line.summary = name, summary.strip()
    _tell(line, Verb.TOLD, user, by, line.summary)
    return line


@transaction.atomic
def conclude(*, line: StoryLine, outcome: str, user: User | None = None, by: str = "") -> StoryLine:
    """Declare the end of the line, with a sentence on how it ended. Raises CannotLine without one."""
    outcome = " ".join(outcome.split())[:400]
    if not outcome:
        raise CannotLine("Say in a sentence how it ended; readers see it. The story line was left open.")
    line.state, line.outcome, line.ended_at = StoryLine.State.ENDED, outcome, clock.now()
    _tell(line, Verb.CONCLUDED, user, by, outcome)
    return line


@transaction.atomic
def resume(*, line: StoryLine, user: User | None = None, by: str = "") -> StoryLine:
    """Take up an ended line again."""
    line.state, line.outcome, line.ended_at = StoryLine.State.DEVELOPING, "", None
    _tell(line, Verb.RESUMED, user, by, line.name)
    return line


@transaction.atomic
def together(*, stories: Iterable[Story], name: str = "", by: str = "", user: User | None = None) -> StoryLine | None:
    """See to it that stories of one event stand in one line, and return it: what the wire calls for a cluster.

    A developing line that one of them is in takes the others; else a new one begins, called `name` or after the
    first story. Repeating it changes nothing. None when fewer than two stories were given.
    """
    wanted = list({story.pk: story for story in stories}.values())
    if len(wanted) < 2:
        return None
    known = StoryLine.objects.filter(stories__in=wanted, state=StoryLine.State.DEVELOPING).order_by("id").first()
    line = known or begin(
        title=wanted[0].title, name=name, named_after=None if name else wanted[0], user=user, by=by
    )
    inside = set(line.developments.values_list("story_id", flat=True))
    for story in wanted:
        if story.pk not in inside:
            join(line=line, story=story, user=user, by=by)
    return line


def _tell(
    line: StoryLine,
    verb: str,
    user: User | None,
    by: str,
    reason: str,
    story: Story | None = None,
    keys: Iterable[str] = (),
) -> None:
    line.changed_at = clock.now()
    line.save()
    keys = [f"list:line:{line.pk}", *keys, *([f"story:{story.pk}"] if story else [])]
    diary.tell(
        title=line.title, verb=verb, keys=keys, story=story, user=user, by=by, reason=reason, facts={"line": line.pk}
    )
