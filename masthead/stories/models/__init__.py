"""The story and everything that belongs to it, and the diary of what was done to it."""

from masthead.stories.models.clippings import Clipping, Spelling
from masthead.stories.models.diary import Delivery, DiaryEntry
from masthead.stories.models.front import Banner, Front, FrontVersion
from masthead.stories.models.line import Development, StoryLine
from masthead.stories.models.live import LiveBlog, LivePost
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
from masthead.stories.models.plan import Assignment
from masthead.stories.models.schedule import Scheduled
from masthead.stories.models.sources import SourceNote
from masthead.stories.models.story import Story
from masthead.stories.models.take import Take
from masthead.stories.models.tips import Tip

__all__ = [
    "Assignment",
    "Banner",
    "Clipping",
    "Correction",
    "Credit",
    "Delivery",
    "DeskNote",
    "Development",
    "DiaryEntry",
    "Front",
    "FrontVersion",
    "LiveBlog",
    "LivePost",
    "Notice",
    "Scheduled",
    "ShownPicture",
    "SoleUse",
    "SourceNote",
    "Spelling",
    "Story",
    "StoryLine",
    "StoryPart",
    "StoryPicture",
    "StoryTopic",
    "Take",
    "Tip",
    "Topic",
]
