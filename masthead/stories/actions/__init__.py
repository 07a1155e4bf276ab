"""The verbs. Each is one transaction, one diary entry, one return value; nothing else changes a story's state."""

from masthead.stories.actions.correct import amend, correct, retract_note
from masthead.stories.actions.draft import restore, write
from masthead.stories.actions.file import Copy, CopyCredit, CopyPicture, CopyTopic, file_story
from masthead.stories.actions.hold import held_by_a_person, hold
from masthead.stories.actions.merge import Ours, merge_from_agency, ours
from masthead.stories.actions.note import note
from masthead.stories.actions.obey import Orders, obey
from masthead.stories.actions.pictures import set_pictures
from masthead.stories.actions.publish import CannotPublish, Told, publish, publish_as_filed
from masthead.stories.actions.release import next_act, release_due
from masthead.stories.actions.takes import Stale
from masthead.stories.actions.undo import CannotUndo, last_publication, undo_publish
from masthead.stories.actions.update import locally_edited, update_from_agency, what_changed
from masthead.stories.actions.withdraw import withdraw

__all__ = [
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
    "correct",
    "file_story",
    "held_by_a_person",
    "hold",
    "last_publication",
    "locally_edited",
    "merge_from_agency",
    "next_act",
    "note",
    "obey",
    "ours",
    "publish",
    "publish_as_filed",
    "release_due",
    "restore",
    "retract_note",
    "set_pictures",
    "undo_publish",
    "update_from_agency",
    "what_changed",
    "withdraw",
    "write",
]
