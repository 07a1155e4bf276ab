"""What a reader may have and may end: all that is known of them, as a file; to be forgotten (GDPR 15, 17, 20; CCPA)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from masthead.comments import moderating, moving, notifying
from masthead.comments.models import Appeal, Comment, Decision, Flag, Mute, Notice, Respect, Revision, Sanction, State
from masthead.kit import clock
from masthead.people import readers, roles
from masthead.people.models import Reader, ReaderSession, SignIn, User
from masthead.titles import scope


@scope.across()
def everything(reader: Reader) -> dict[str, Any]:
    """All that is kept about a reader, as plain values. Who reported them, and who moderated, is not theirs to know."""
    return {
        "account": {
            "address": reader.to, "name": reader.name, "joined": reader.joined_at.isoformat(), "letters": reader.letters,
            "signed_in": [{"since": s.made_at.isoformat(), "last": s.seen_at.isoformat()} for s in reader.sessions.all()],
            "passkeys": [{"made": k.made_at.isoformat(), "host": k.host} for k in reader.keys.all()],
        },
        "comments": [
            {
                "paper": c.title.name, "story": c.thread.story.display_headline, "number": c.number, "at": c.at.isoformat(),
                "text": c.body, "state": c.state, "rule": c.rule, "reasons": [r["said"] for r in c.reasons], "respects": c.respects,
                "earlier_versions": [{"text": r.body, "until": r.at.isoformat()} for r in c.revisions.all()],
            }
            for c in Comment.objects.filter(author=reader).select_related("title", "thread__story").prefetch_related("revisions").order_by("at")
        ],
        "reports": [{"comment": f.comment_id, "rule": f.rule, "note": f.note, "at": f.at.isoformat()} for f in Flag.objects.filter(reader=reader)],
        "respects": list(Respect.objects.filter(reader=reader, on=True).values_list("comment", flat=True)),
        "muted": [m.whom.name for m in Mute.objects.filter(reader=reader).select_related("whom")],
        "decisions": [{"kind": s.kind, "rule": s.rule, "note": s.note, "at": s.at.isoformat(), "until": s.until and s.until.isoformat()} for s in Sanction.objects.filter(reader=reader)],
        "appeals": [{"comment": a.comment_id, "words": a.words, "granted": a.granted} for a in Appeal.objects.filter(comment__author=reader)],
        "told": [{"kind": n.kind, "words": n.words, "at": n.at.isoformat()} for n in Notice.objects.filter(reader=reader)],
    }  # fmt: skip


@scope.across()
def may_handle(user: User, reader: Reader) -> bool:
    """Whether a colleague may hand out or erase what is kept of a reader who asks for it by letter: a keyholder of every paper
    at which they wrote."""
    papers = Comment.objects.filter(author=reader).values_list("title", flat=True).distinct()
    return not reader.user_id and bool(papers) and all(roles.may(user, roles.Deed.PAPER, title=pk) for pk in papers)


@transaction.atomic
@scope.across()
def erase(reader: Reader) -> None:
    """Forget a reader: the account at once; their words stay without a name only where somebody answered them.

    The row of the account stays, empty, so that counts and threads hold. A ban outlives it: of the address only a keyed
    digest stays then, so that whoever was banned does not come back by being forgotten (GDPR 17.3).
    """
    moderating.renamed(reader)
    for comment in Comment.objects.filter(author=reader).select_related("thread__story", "title"):
        notifying.unsay(comment)
        if comment.below == 0 or comment.state != State.PUBLISHED:
            if comment.state == State.PUBLISHED:
                moving.move(comment, State.WITHDRAWN)
            Decision.objects.filter(comment=comment).update(words="")
            Comment.objects.filter(pk=comment.pk).update(
                body="", markup="", state=State.WITHDRAWN, reasons=[], network="", likeness=""
            )
        Revision.objects.filter(comment=comment).delete()
    Comment.objects.filter(author=reader).update(author=None, byline="", network="")
    for model in (Flag, Respect, Mute, Notice):
        model.objects.filter(reader=reader).delete()
    Mute.objects.filter(whom=reader).delete()
    Decision.objects.filter(reader=reader).update(reader=None, note="")
    ReaderSession.objects.filter(reader=reader).delete()
    reader.keys.all().delete()
    SignIn.objects.filter(address=reader.address or "").delete()
    kinds = [Sanction.Kind.BAN, Sanction.Kind.SUSPEND]
    held = Sanction.objects.filter(reader=reader, kind__in=kinds, lifted_at=None).exclude(until__lte=clock.now())
    reader.former = readers.former(reader.address) if reader.address and held.exists() else ""
    reader.address = reader.skeleton = reader.user = None
    reader.to = reader.name = ""
    reader.erased_at = clock.now()
    reader.save()
