"""The verbs. Each is one transaction, one diary entry, one return value; nothing else changes a story's state."""

from masthead.stories.actions import fronts, lines, live, plan
from masthead.stories.actions.correct import amend, correct, retract_note
from masthead.stories.actions.draft import restore, write
from masthead.stories.actions.file import Copy, CopyCredit, CopyPicture, CopyTopic, file_story
from masthead.stories.actions.hand_on import mark_edited, ready, reopen
from masthead.stories.actions.hold import held_by_a_person, hold
from masthead.stories.actions.merge import Ours, merge_from_agency, ours
from masthead.stories.actions.move import move, set_deadline
from masthead.stories.actions.move_in import Archived, move_in
from masthead.stories.actions.note import note
from masthead.stories.actions.notices import change_notice, move_in_notice, publish_notice, withdraw_notice
from masthead.stories.actions.obey import Orders, obey
from masthead.stories.actions.oblige import oblige
from masthead.stories.actions.parts import set_parts
from masthead.stories.actions.picture import picture_changed, picture_facts
from masthead.stories.actions.pictures import set_pictures
from masthead.stories.actions.publish import CannotPublish, Told, publish, publish_as_filed, why_not
from masthead.stories.actions.release import next_act, release_due
from masthead.stories.actions.schedule import newest, next_scheduled, publish_due, schedule, unschedule
from masthead.stories.actions.sources import decide_source, show_sources
from masthead.stories.actions.take import let_go, take
from masthead.stories.actions.takes import Stale
from masthead.stories.actions.undo import CannotUndo, last_publication, undo_publish
from masthead.stories.actions.update import locally_edited, update_from_agency, what_changed
from masthead.stories.actions.withdraw import withdraw

__all__ = [
    "Archived",
    "CannotPublish",
    "CannotUndo",
    "Copy",
    "CopyCredit",
    "CopyPicture",
    "CopyTopic",
    "Orders",
    "Ours",
    "Stale",
    "Told",
    "amend",
    "change_notice",
    "correct",
    "decide_source",
    "file_story",
    "fronts",
    "held_by_a_person",
    "hold",
    "last_publication",
    "let_go",
    "lines",
    "live",
    "locally_edited",
    "mark_edited",
    "merge_from_agency",
    "move",
    "move_in",
    "move_in_notice",
    "newest",
    "next_act",
    "next_scheduled",
    "note",
    "obey",
    "oblige",
    "ours",
    "picture_changed",
    "picture_facts",
    "plan",
    "publish",
    "publish_as_filed",
    "publish_due",
    "publish_notice",
    "ready",
    "release_due",
    "reopen",
    "restore",
    "retract_note",
    "schedule",
    "set_deadline",
    "set_parts",
    "set_pictures",
    "show_sources",
    "take",
    "undo_publish",
    "unschedule",
    "update_from_agency",
    "what_changed",
    "why_not",
    "withdraw",
    "withdraw_notice",
    "write",
]
