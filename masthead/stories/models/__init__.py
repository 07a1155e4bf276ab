"""The story and everything that belongs to it, and the diary of what was done to it."""

from masthead.stories.models.diary import Delivery, DiaryEntry
from masthead.stories.models.parts import Correction, Credit, DeskNote, ShownPicture, StoryPicture, StoryTopic, Topic
from masthead.stories.models.story import Story
from masthead.stories.models.take import Take

__all__ = [
    "Correction",
    "Credit",
    "Delivery",
    "DeskNote",
    "DiaryEntry",
    "ShownPicture",
    "Story",
    "StoryPicture",
    "StoryTopic",
    "Take",
    "Topic",
]
