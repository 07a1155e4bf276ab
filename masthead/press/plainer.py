"""The pages that readers have beside the stories: the text-only twins, what they keep, what we keep of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings

from masthead.kit import html
from masthead.mailroom import outbox
from masthead.people import readers
from masthead.press import addresses, assets, live, platemaker, proof, talking
from masthead.press.labels import say
from masthead.press.reading import Reader
from masthead.press.sheet import HTML, page
from masthead.press.store import ASK_AGAIN, FOREVER, Printed
from masthead.stories import gate, talk, tips
from masthead.stories.models import Story
from masthead.titles.models import Title

IN_THE_LIST = 60
NO_LEARNING = "noindex"


def lite_story(reader: Reader, story: Story) -> Printed | None:
    """The text-only twin of a story. It asks the same gate, and it is taken back with the story."""
    reader.keys.add(f"story:{story.pk}")
    path = addresses.lite(story.path or "")
    if gate.is_gone(story):
        return gone(reader, path)
    if not gate.allows(story, reader.now):
        return None
    proofed = reader.story(story, related=False)
    shown = live.with_story(reader, story, "")
    about = page(reader, path, story.display_headline, "", robots=NO_LEARNING)
    body = platemaker.render("lite.html", page=about, story=replace(proofed, live=shown))
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def gone(reader: Reader, path: str) -> Printed:
    """The short notice at the address of a story that was taken back."""
    notice = page(reader, path, say("gone", reader.title.language), "", robots=NO_LEARNING)
    return Printed(path, platemaker.render("gone.html", page=notice).encode(), HTML, status=410)


def lite_front(reader: Reader) -> Printed:
    """The newest stories as a list of words."""
    cards = reader.cards(reader.stories("front")[:IN_THE_LIST])
    about = page(reader, addresses.LITE, say("lite_front", reader.title.language), "", robots=NO_LEARNING)
    body = platemaker.render("lite-front.html", page=about, cards=cards)
    return Printed(addresses.LITE, body.encode(), HTML, valid_until=reader.valid_until)


def saved(reader: Reader) -> Printed:
    """The list that a reader keeps in the browser: here it is empty for everybody."""
    about = page(reader, addresses.SAVED, say("saved_list", reader.title.language), "", robots=NO_LEARNING)
    return Printed(addresses.SAVED, platemaker.render("saved.html", page=about).encode(), HTML)


def privacy(reader: Reader) -> Printed:
    """What is kept of readers, said of what is switched on; then what the paper adds on its own standing page."""
    own = reader.title.standing_pages.filter(live=True, kind="privacy").first()
    if own:
        reader.keys.add(f"standing:{own.pk}")
    reader.keys.add("talk:rules")
    proofed = proof.PrivacyProof(
        switched_on=switched_on(reader.title),
        days=tips.LIMITS.days,
        kept=outbox.KEPT_FOR.days,
        signed_in=readers.SIGNED_IN_FOR.days,
        networks=talk.NETWORKS.days,
        extra=html.safe(html.clean_story(own.body if own else "")),
    )
    heading = say("privacy", reader.title.language)
    about = page(reader, addresses.PRIVACY, heading, f"{heading}: {reader.title.name}")
    return Printed(
        addresses.PRIVACY, platemaker.render("privacy.html", page=about, privacy=proofed).encode(), HTML
    )


def always(title: Title) -> bool:
    return True


PRIVACY_PARTS: list[tuple[str, Callable[[Title], bool]]] = [
    ("reading", always),
    ("browser", always),
    ("server", always),
    ("search", lambda title: not settings.GATEWAY_ALONE),
    ("letters", lambda title: not settings.GATEWAY_ALONE),
    ("clicks", lambda title: not settings.GATEWAY_ALONE),
    ("devices", lambda title: not settings.GATEWAY_ALONE),
    ("fediverse", lambda title: not settings.GATEWAY_ALONE),
    ("contact", lambda title: not settings.GATEWAY_ALONE),
    ("talk", talking.is_on),
    ("newsroom", always),
    ("who", lambda title: bool(title.contact_email)),
]
"""A department that keeps something of readers adds its part: two labels (`privacy_NAME`, `privacy_NAME_note`), and
whether the paper has it switched on."""


def switched_on(title: Title) -> tuple[str, ...]:
    """The parts of the privacy page that are true of this paper."""
    return tuple(name for name, on in PRIVACY_PARTS if on(title))


# --- files ------------------------------------------------------------------------------------------------


def script(name: str) -> Printed:
    """A script for readers. The service worker's address stays, so browsers ask for it each time."""
    kept = ASK_AGAIN if name == "sw" else FOREVER
    return Printed(
        assets.script_path(name), assets.script(name), "text/javascript; charset=utf-8", cache_control=kept
    )


def font(name: str) -> Printed:
    return Printed(assets.font_path(name), assets.font(name), "font/woff2", cache_control=FOREVER)


def lite_css(reader: Reader) -> Printed:
    path = addresses.lite_css(platemaker.PLATES_VERSION)
    return Printed(path, platemaker.lite_css(), "text/css; charset=utf-8", cache_control=FOREVER)
