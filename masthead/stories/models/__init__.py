"""The story and everything that belongs to it, and the diary of what was done to it."""

from masthead.stories.models.diary import Delivery, DiaryEntry
from masthead.stories.models.notices import Notice
from masthead.stories.models.parts import (
    Correction,
    Credit,
    DeskNote,
    ShownPicture,
    SoleUse,
    StoryPart,
    StoryPicture,
    StoryTopic,
    Topic,
)
from masthead.stories.models.sources import SourceNote
from masthead.stories.models.story import Story
from masthead.stories.models.tips import Tip

__all__ = [
    "Correction",
    "Credit",
    "Delivery",
    "DeskNote",
    "DiaryEntry",
    "Notice",
    "ShownPicture",
    "SoleUse",
    "SourceNote",
    "Story",
    "StoryPart",
    "StoryPicture",
    "StoryTopic",
    "Tip",
    "Topic",
]
