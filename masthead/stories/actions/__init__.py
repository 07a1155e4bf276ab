"""The verbs. Each is one transaction, one diary entry, one return value; nothing else changes a story's state."""

from masthead.stories.actions.correct import correct
from masthead.stories.actions.file import Copy, CopyCredit, CopyPicture, CopyTopic, file_story
from masthead.stories.actions.hold import held_by_a_person, hold
from masthead.stories.actions.merge import Ours, merge_from_agency, ours
from masthead.stories.actions.note import note
from masthead.stories.actions.notices import change_notice, publish_notice, withdraw_notice
from masthead.stories.actions.obey import Orders, obey
from masthead.stories.actions.oblige import oblige
from masthead.stories.actions.parts import set_parts
from masthead.stories.actions.picture import picture_changed, picture_facts
from masthead.stories.actions.pictures import set_pictures
from masthead.stories.actions.publish import CannotPublish, publish, publish_as_filed, why_not
from masthead.stories.actions.release import next_act, release_due
from masthead.stories.actions.sources import decide_source, show_sources
from masthead.stories.actions.update import locally_edited, update_from_agency, what_changed
from masthead.stories.actions.withdraw import withdraw

__all__ = [
    "CannotPublish",
    "Copy",
    "CopyCredit",
    "CopyPicture",
    "CopyTopic",
    "Orders",
    "Ours",
    "change_notice",
    "correct",
    "decide_source",
    "file_story",
    "held_by_a_person",
    "hold",
    "locally_edited",
    "merge_from_agency",
    "next_act",
    "note",
    "obey",
    "oblige",
    "ours",
    "picture_changed",
    "picture_facts",
    "publish",
    "publish_as_filed",
    "publish_notice",
    "release_due",
    "set_parts",
    "set_pictures",
    "show_sources",
    "update_from_agency",
    "what_changed",
    "why_not",
    "withdraw",
    "withdraw_notice",
]
