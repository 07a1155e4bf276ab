"""Where things are: one function an address, so that no path is spelled twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.people.models import Organisation, Person
    from masthead.pictures.models import Picture
    from masthead.stories.models import Story, StoryLine, Topic
    from masthead.titles.models import Section

FRONT = "/"
CORRECTIONS = "/corrections/"
ABOUT = "/about/"
CONTACT = "/contact/"
SEARCH = "/search/"
FOLLOW = "/follow/"
STAFF = "/about/staff/"
ICON = "/icon.svg"
FAVICON = "/favicon.ico"
MANIFEST = "/paper.webmanifest"
LINES = "/stories-so-far/"
LITE = "/lite/"
SAVED = "/saved/"
PRIVACY = "/privacy/"
ROBOTS = "/robots.txt"
SITEMAP = "/sitemap.xml"
LISTS_SITEMAP = "/sitemap-pages.xml"
TDMREP = "/.well-known/tdmrep.json"
API = "/api/v1/"
API_STORIES = f"{API}stories.json"
API_SECTIONS = f"{API}sections.json"
API_WITHDRAWN = f"{API}withdrawn.json"
OPENAPI = f"{API}openapi.json"
OEMBED = "/oembed"
CALENDAR = "/events/calendar.ics"
NEWS_SITEMAP = "/sitemap-news.xml"
COMMENTS = "/comments/"
ERROR_REPORT = "/contact/error/"
GUIDELINES = "/about/community-guidelines/"
FEEDS = {"feed.rss": "RSS", "feed.atom": "Atom", "feed.json": "JSON Feed"}


def month_sitemap(month: str) -> str:
    """The sitemap of the stories first published in a month (2026-11)."""
    return f"/sitemap-{month}.xml"


def section(section: Section) -> str:
    return f"/{section.slug}/"


def topic(topic: Topic) -> str:
    return f"/topics/{topic.slug}/"


def person(person: Person) -> str:
    return f"/people/{person.slug}/"


def source(agency: Organisation) -> str:
    return f"/sources/{agency.slug}/"


def line(line: StoryLine) -> str:
    return f"{LINES}{line.slug}/"


def live_fragment(story_path: str) -> str:
    """The posts alone, for the script that follows a live blog."""
    return f"{story_path}live.html"


def conversation(story_path: str, root: int) -> str:
    """One conversation by itself: a comment with all that answers it."""
    return f"{story_path}comments/{root}/"


def talk_part(story_path: str, part: int) -> str:
    """A part of the older conversations; 1 holds the first."""
    return f"{story_path}comments/part/{part}/"


def talk_best(story_path: str) -> str:
    """The conversations that readers respect most."""
    return f"{story_path}comments/best/"


def talk_newest(story_path: str) -> str:
    """The newest conversations alone, for the script."""
    return f"{story_path}comments/newest.html"


def talk_embed(story_path: str) -> str:
    """The conversation for a frame on another site of the house."""
    return f"{story_path}comments/embed/"


def live_posts(story_path: str, chunk: int) -> str:
    """A page of a live blog's older posts; 1 holds the first."""
    return f"{story_path}posts/{chunk}/"
NOTICES = {"obituary": "/obituaries/", "notice": "/notices/", "event": "/events/"}


def api_story(story: Story) -> str:
    """The story for other programs."""
    return f"{API}stories/{story.uid}.json"


def short(story: Story) -> str:
    """The story's short address. Its letters are its number in base 36 with a letter that catches slips."""
    return f"/s/{short_code(story.pk)}"


_DIGITS = "0123456789abcdefghijkmnpqrstuvwxyz"
"""Without l and o, which look like 1 and 0."""


def short_code(number: int) -> str:
    """The code of a number: its digits, then one that depends on all of them."""
    digits, left = "", number
    while left:
        left, place = divmod(left, len(_DIGITS))
        digits = _DIGITS[place] + digits
    return digits + _check(digits)


def short_number(code: str) -> int | None:
    """The number that a code stands for; None for a code that was mistyped."""
    code = code.lower().replace("l", "1").replace("o", "0")
    digits = code[:-1]
    if not digits or len(code) > 12 or any(c not in _DIGITS for c in code) or _check(digits) != code[-1]:
        return None
    number = 0
    for digit in digits:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return number


def _check(digits: str) -> str:
    return _DIGITS[sum(n * (_DIGITS.index(d) + 1) for n, d in enumerate(digits, 2)) % len(_DIGITS)]


def page(base: str, number: int) -> str:
    """Page `number` of a conversation; the first is the conversation itself."""
    return base if number == 1 else f"{base}page/{number}/"


def older(base: str, number: int) -> str:
    """Page `number` of a list, counted from its oldest story; 0 is the list itself."""
    return f"{base}page/{number}/" if number else base


def picture_folder(picture: Picture) -> str:
    return f"/pictures/{picture.pk}-{picture.sha256[:12]}/"


def rendition(picture: Picture, width: int, extension: str) -> str:
    return f"{picture_folder(picture)}{width}.{extension}"


def lite(story_path: str) -> str:
    """The text-only twin of a story."""
    return f"{LITE}{story_path.removeprefix('/')}"


def css(version: str) -> str:
    return f"/assets/site-{version}.css"


def logo(digest: str) -> str:
    return f"/assets/logo-{digest}.png"


def lite_css(version: str) -> str:
    return f"/assets/lite-{version}.css"


def live_script(version: str) -> str:
    return f"/assets/live-{version}.js"
