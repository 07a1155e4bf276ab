"""What is kept only for a while: where comments came from (30 days), and old conversations, as long as the paper says."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from masthead.comments.models import Comment, Decision, Revision, Rulebook, State, Thread
from masthead.kit import clock
from masthead.stories import talk

TAKEN_BACK = talk.NETWORKS
"""How long the desk can still read what its author has taken back: a threat is not undone by that. Then the words go."""
A_SLICE = 500
"""Rows in one transaction: readers and writers of other threads are not to wait."""


def forget_due() -> int:
    """Forget what is due, in slices; returns how many comments were changed or deleted."""
    done = 0
    old = Comment.objects.filter(~Q(network=""), at__lt=clock.now() - talk.NETWORKS)
    while pks := list(old.values_list("pk", flat=True)[:A_SLICE]):
        done += Comment.objects.filter(pk__in=pks).update(network="")
    done += _forget_taken_back()
    for book in Rulebook.objects.filter(retention_days__gt=0):
        done += _forget_threads(book)
    return done


def _forget_taken_back() -> int:
    late = clock.now() - TAKEN_BACK
    old = Comment.objects.filter(state=State.WITHDRAWN, withdrawn_at__lt=late).exclude(body="")
    done = 0
    while pks := list(old.values_list("pk", flat=True)[:A_SLICE]):
        with transaction.atomic():
            Revision.objects.filter(comment__in=pks).delete()
            Decision.objects.filter(comment__in=pks).update(words="")
            done += Comment.objects.filter(pk__in=pks).update(body="", markup="", likeness="", reasons=[])
    return done


def _forget_threads(book: Rulebook) -> int:
    """Whole conversations in which nothing was written for so many days: half of one would be nobody's."""
    since = clock.now() - timedelta(days=book.retention_days)
    quiet = Thread.objects.filter(title=book.title_id, comments__isnull=False).exclude(comments__at__gte=since).distinct()
    done = 0
    for thread in quiet.select_related("story")[:A_SLICE]:
        while pks := list(Comment.objects.filter(thread=thread).values_list("pk", flat=True)[:A_SLICE]):
            with transaction.atomic():
                # The log keeps that something was decided, and no longer what had been said.
                Decision.objects.filter(comment__in=pks).update(words="", note="")
                done += len(pks)
                Comment.objects.filter(pk__in=pks).delete()
                Thread.objects.filter(pk=thread.pk).update(count=0)
                talk.changed(thread.story, {talk.key(thread.story_id), talk.every_key(thread.story_id)}, gone=True)
        # Numbers go on: an old address never leads to somebody else's words.
        Thread.objects.filter(pk=thread.pk).update(count=0, last_root=0, last_at=None)
    return done
