"""Take over a newer version from the agency, and tell readers what changed."""

from __future__ import annotations

import difflib

from django.db import transaction

from masthead.kit import clock, html
from masthead.stories import diary
from masthead.stories.actions import shared
from masthead.stories.actions.correct import correct
from masthead.stories.actions.file import Copy, write_copy, write_notes, write_parts
from masthead.stories.body import to_html
from masthead.stories.models import Correction, Story
from masthead.stories.models.diary import Verb


def locally_edited(story: Story) -> bool:
    """Whether a colleague changed or is changing this copy, so that an update must not overwrite it."""
    return story.latest_revision_id is not None or bool(story.headline)


@transaction.atomic
def update_from_agency(*, story: Story, copy: Copy, by: str, correction: bool = False, explained: bool = False) -> Story:
    """Replace the copy by the agency's newer one, unless somebody here has edited it: then only note it.

    A public story gets a note for readers: `correction` when the agency says that it corrects, else an update; in
    the agency's own words where the copy has any; none with `explained`, when readers are told in another way.
    """
    story = Story.objects.select_for_update().get(pk=story.pk)
    write_notes(story, copy.notes, by)
    if copy.digest() == story.wire_digest:
        return _renumber(story, copy, by, correction)
    if locally_edited(story):
        return _leave_to_editor(story, copy, by)
    before, was, old_text = shared.facts(story), story.live, html.paragraphs(to_html(story.body))
    slug, kicker = story.slug, story.kicker
    write_copy(story, copy)
    story.slug, story.kicker = slug, kicker or copy.kicker
    story.substantive_at = clock.now() if was else story.substantive_at
    story.save()
    write_parts(story, copy)
    shared.list_shown_pictures(story)
    if copy.correction and not story.corrections.filter(text=copy.correction).exists():
        Correction.objects.create(story=story, text=copy.correction, by=by)
    elif was and not explained:
        text = what_changed(old_text, html.paragraphs(copy.body), by, correction)
        kind = Correction.Kind.CORRECTION if correction else Correction.Kind.UPDATE
        Correction.objects.create(story=story, kind=kind, text=text, by=by)
    facts = shared.both(before, shared.facts(story))
    diary.write(story=story, verb=Verb.UPDATED, by=by, reason=f"version {copy.wire_version or '?'}", facts=facts)
    return story


def _renumber(story: Story, copy: Copy, by: str, correction: bool) -> Story:
    if not copy.wire_version or copy.wire_version == story.wire_version:
        return story
    Story.objects.filter(pk=story.pk).update(wire_version=copy.wire_version)
    if correction and story.live:
        text = f"{by} marks its newest version as a correction; the text here has not changed."
        correct(story=story, kind=Correction.Kind.CORRECTION, text=text, by=by)
    return story


def _leave_to_editor(story: Story, copy: Copy, by: str) -> Story:
    from masthead.stories.actions.note import note

    version = f"Version {copy.wire_version}" if copy.wire_version else "A newer version"
    note(
        story=story,
        source=by,
        text=f"{version} arrived. This copy was edited here, so it was left as it is. The agency's text now reads:\n\n"
        + "\n\n".join([copy.headline, *html.paragraphs(copy.body)]),
    )
    return story


def what_changed(old: list[str], new: list[str], by: str, correction: bool) -> str:
    """What readers are told of a newer version, from the paragraphs of both."""
    added = changed = removed = 0
    for op, a1, a2, b1, b2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if op != "equal":
            changed += min(a2 - a1, b2 - b1)
            added += max(0, (b2 - b1) - (a2 - a1))
            removed += max(0, (a2 - a1) - (b2 - b1))
    parts = [
        f"{n} paragraph{'s' * (n > 1)} {word}"
        for n, word in ((added, "added"), (changed, "changed"), (removed, "removed"))
        if n
    ]
    what = "sent a correction" if correction else "sent a new version"
    return f"{by} {what}: {', '.join(parts) or 'headline or credits changed'}."
