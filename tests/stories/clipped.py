"""Stories published for tests of the readers' index, and what a search finds of them."""

from __future__ import annotations

from datetime import datetime

from masthead.kit import clock
from masthead.stories import actions, diary
from masthead.stories.clippings import Question, search
from masthead.stories.models import Story


def publish(title, headline: str, body: str = "", section: int = 0, at: datetime | None = None, **more) -> Story:
    with clock.frozen(at or clock.now()):
        copy = actions.Copy(headline=headline, body=f"<p>{body or headline}</p>", **more)
        story = actions.file_story(title=title, section=title.sections.all()[section], copy=copy)
        story = actions.publish_as_filed(story=story)
        diary.work_off()
    return story


def found(title, words: str = "", **more) -> list[str]:
    ids = search(title, Question(words, **more), 20).ids
    named = dict(Story.objects.values_list("pk", "headline"))
    return [named[pk] for pk in ids]
