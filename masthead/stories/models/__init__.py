"""The story and everything that belongs to it, and the diary of what was done to it."""

from masthead.stories.models.diary import Delivery, DiaryEntry
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
from masthead.stories.models.story import Story

__all__ = [
    "Correction",
    "Credit",
    "Delivery",
    "DeskNote",
    "DiaryEntry",
    "ShownPicture",
    "SoleUse",
    "Story",
    "StoryPart",
    "StoryPicture",
    "StoryTopic",
    "Topic",
]
