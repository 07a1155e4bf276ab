"""The conversation in print: the newest part with the story, older parts and single conversations on pages of their own.

Who keeps the comments is asked through `stories.talk`; how its pages are made again is in `press.talk_run`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from masthead.kit import html
from masthead.press import addresses, assets, jsonfeed, platemaker, proof
from masthead.press.labels import say
from masthead.press.reading import Reader
from masthead.press.sheet import HTML, page
from masthead.press.store import PUBLIC_CSP, Printed
from masthead.stories import gate, talk
from masthead.stories.models import Story
from masthead.titles.models import Title

PATH = re.compile(
    r"(?P<story>/\d{4}/\d{2}/\d{2}/[^/]+/)comments/(?:(?P<what>newest\.html|best/|embed/|feed\.(?:rss|atom|json))|part/(?P<part>[1-9]\d{0,5})/|(?P<root>[1-9]\d{0,7})/(?:page/(?P<page>[1-9]\d{0,3})/)?)"
)
IN_A_FEED = 30
ANEW = timedelta(minutes=10)
"""How long a part is taken as true without a word from who keeps the comments."""


# --- reading --------------------------------------------------------------------------------------------------


def with_story(reader: Reader, story: Story, path: str) -> proof.TalkProof | None:
    """The newest part, for the story's page; None where the paper has no conversation."""
    keeper = talk.keeper()
    reader.keys.add(talk.key(story.pk))
    on = keeper is not None and reader.shared("conversations", lambda own: keeper.is_on(own.title))
    thread = keeper.newest(story) if keeper and on else None
    if thread:
        reader.keys.add(talk.every_key(story.pk))
    return _proof(reader, thread, path) if thread else None


def _proof(reader: Reader, thread: talk.Thread, path: str) -> proof.TalkProof:
    reader.renewed_at(thread.until)
    return proof.TalkProof(
        standing=thread.standing,
        count=thread.count,
        conversations=tuple(
            proof.ConversationProof(
                _said(reader, one.first, path, one.first.number),
                tuple(_said(reader, s, path, one.first.number) for s in one.rest),
                one.more,
            )
            for one in thread.conversations
        ),
        picks=tuple(_said(reader, one, path, one.number) for one in thread.picks),
        note=thread.note,
        notice=thread.notice,
        chunk=thread.chunk,
        chunks=thread.chunks,
        root=thread.root,
        path=path,
        story=path,
        post=f"{addresses.COMMENTS}{path.lstrip('/')}",
        script=assets.script_path("talk"),
    )


def _said(reader: Reader, one: talk.Said, path: str, root: int) -> proof.SaidProof:
    return proof.SaidProof(
        number=one.number,
        depth=one.depth,
        author=one.author,
        role=one.role,
        at=reader.local(one.at),
        html=html.safe_remark(one.html),
        text=html.to_text(one.html),
        respects=one.respects,
        edited=reader.local(one.edited) if one.edited else None,
        answers=one.answers,
        answers_name=one.answers_name,
        picked=one.picked,
        asks=one.asks,
        gone=one.gone,
        rule=one.rule,
        before_change=one.before_change,
        path=f"{addresses.conversation(path, root)}#comment-{one.number}",
    )


def printed(reader: Reader, story: Story, match: re.Match[str]) -> Printed | None:
    """A page of the conversation; None where readers may see none."""
    keeper, path = talk.keeper(), match[0]
    reader.keys |= {f"story:{story.pk}", talk.every_key(story.pk)}
    if keeper is None or not gate.allows(story, reader.now) or story.path != match["story"]:
        return None
    reader.true_until(story.expiry)
    root, part = int(match["root"] or 0), int(match["part"] or 0)
    if root:
        reader.keys.add(talk.one_key(story.pk, root))
        thread = keeper.one(story, root, int(match["page"] or 1)) if match["page"] != "1" else None
    elif part:
        reader.keys.add(talk.chunk_key(story.pk, part))
        thread = keeper.chunk(story, part)
    else:
        reader.keys.add(talk.key(story.pk))
        thread = keeper.best(story) if match["what"] == "best/" else keeper.newest(story)
    if thread is None:
        return None
    # Without a mark, too, a part is read anew now and then: what was first printed at the moment of a change.
    reader.renewed_at(reader.now + ANEW)
    shown = replace(_proof(reader, thread, story.path or ""), path=path, best=match["what"] == "best/")
    card = reader.card(story)
    about = page(reader, path, card.headline, card.standfirst, robots="noindex, follow", social=False)
    plate = "talk-fragment.html" if match["what"] == "newest.html" else "talk.html"
    if (match["what"] or "").startswith("feed."):
        return _feed(reader, shown, about, card)
    if match["what"] == "embed/":
        return _embedded(reader, shown, about, card)
    body = platemaker.render(plate, page=about, talk=shown, card=card)
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def _feed(reader: Reader, shown: proof.TalkProof, about: proof.Page, card: proof.Card) -> Printed:
    """The newest comments for feed readers, in the format that the path names."""
    every = [one for c in shown.conversations for one in (c.first, *c.rest) if not one.gone]
    newest = sorted(every, key=lambda one: (one.at, one.number), reverse=True)[:IN_A_FEED]
    file = shown.path.rpartition("/")[2]
    about = replace(about, heading=say("followed_talk", reader.title.language, headline=card.headline), path=f"{shown.story}#conversation")
    if file == "feed.json":
        body = jsonfeed.of_talk(about, newest, shown.path)
        return Printed(shown.path, body.encode(), "application/feed+json", valid_until=reader.valid_until)
    body = platemaker.render(f"talk-{file}.xml", page=about, said=newest, path=shown.path)
    kind = "application/rss+xml" if file == "feed.rss" else "application/atom+xml"
    return Printed(shown.path, body.encode(), f"{kind}; charset=utf-8", valid_until=reader.valid_until)


def _embedded(reader: Reader, shown: proof.TalkProof, about: proof.Page, card: proof.Card) -> Printed | None:
    """For a frame, and only on the sites that the paper has named: to every other a browser refuses it."""
    keeper = talk.keeper()
    reader.keys.add("talk:rules")
    hosts = keeper.sites(reader.title) if keeper else ()
    if not hosts:
        return None
    body = platemaker.render("talk-embed.html", page=about, talk=shown, card=card, script=assets.script_path("embedded"))
    ancestors = "frame-ancestors 'self' " + " ".join(f"https://{host} https://*.{host}" for host in hosts)
    csp = PUBLIC_CSP.replace("frame-ancestors 'none'", ancestors)
    return Printed(shown.path, body.encode(), HTML, valid_until=reader.valid_until, csp=csp)


def is_on(title: Title) -> bool:
    """Whether the paper has conversations."""
    keeper = talk.keeper()
    return keeper is not None and keeper.is_on(title)


def guidelines(reader: Reader) -> Printed | None:
    """The community guidelines: made of the rules that are switched on."""
    keeper = talk.keeper()
    reader.keys.add("talk:rules")
    if keeper is None or not is_on(reader.title):
        return None
    shown = proof.GuidelinesProof(rules=keeper.guidelines(reader.title), words=keeper.words(reader.title))
    about = page(reader, addresses.GUIDELINES, "", "", robots="")
    name = say("guidelines", reader.title.language)
    about = replace(about, heading=name, description=f"{name}: {reader.title.name}")
    return Printed(addresses.GUIDELINES, platemaker.render("guidelines.html", page=about, shown=shown).encode(), HTML)
