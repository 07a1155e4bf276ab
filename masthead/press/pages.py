"""What there is to print: for each kind of address the function that reads what it shows and makes its page.

`find` turns a path into a `Maker`; a maker asks the gate by way of the reader, and answers None when readers
may not see anything there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import QuerySet

from masthead.kit import html
from masthead.people.models import Organisation, Person
from masthead.press import (
    addresses,
    api,
    arranged,
    assets,
    calendar,
    counting,
    dressing,
    front,
    jsonfeed,
    lines,
    live,
    machines,
    notices_read,
    plainer,
    platemaker,
    proof,
    rows,
    sitemaps,
    talking,
    windows,
)
from masthead.press.labels import say
from masthead.press.reading import Reader
from masthead.press.sheet import HTML, feeds_of, page
from masthead.press.store import FOREVER, Printed
from masthead.stories import gate, tips
from masthead.stories.arrangement import Arrangement
from masthead.stories.models import Correction, Credit, Notice, Story, StoryLine, Topic
from masthead.titles.models import Logo, Section, StandingPage, Title
from masthead.titles.outlets import WireAddress

A_PAGE = 24
SHEETS, LOGOS = "/assets/site-", "/assets/logo-"
IN_A_FEED = 30

Maker = Callable[[Reader], Printed | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of stories with a front of its own: a section, a topic, a person, a source."""

    kind: str
    pk: int
    name: str
    path: str
    description: str
    thing: Section | Topic | Person | Organisation
    among: dict[str, object]
    """What its stories have in common, as a condition."""

    @property
    def key(self) -> str:
        """The key of its newest stories, without the word before it."""
        return f"{self.kind}:{self.pk}"

    def stories(self, reader: Reader) -> QuerySet[Story]:
        """Its stories, newest first; the page changes with every story that comes into the list, or goes."""
        self.look(reader)
        reader.watch_openings(**self.among)
        reader.keys.add(f"list:{self.key}")
        return self.readable(reader)

    def readable(self, reader: Reader) -> QuerySet[Story]:
        """The same for a page that says by other keys what it lists."""
        return reader.readable().filter(**self.among)

    def look(self, reader: Reader) -> None:
        """Note that the page shows the name and the words of what it is a list of."""
        if isinstance(self.thing, Topic):
            reader.topic(self.thing)
        elif isinstance(self.thing, Person):
            reader.person(self.thing)
        elif isinstance(self.thing, Organisation):
            reader.source(self.thing)


# --- stories ----------------------------------------------------------------------------------------------


def article(reader: Reader, story: Story) -> Printed | None:
    """The page of a story; 410 with a short notice once it was taken back; nothing when readers may not see it."""
    reader.keys.add(f"story:{story.pk}")
    path = story.path or ""
    if gate.is_gone(story):
        return plainer.gone(reader, path)
    if not gate.allows(story, reader.now):
        return None
    return Printed(path, article_html(reader, story).encode(), HTML, valid_until=reader.valid_until)


def article_html(reader: Reader, story: Story, preview: bool = False) -> str:
    """The HTML of a story's page, whatever the gate says: `article` asks it, a preview need not."""
    script = addresses.live_script(platemaker.PLATES_VERSION)
    proofed = replace(
        reader.story(story, preview=preview),
        live=live.with_story(reader, story, script, preview=preview),
        lines=lines.boxes(reader, story) if story.pk else (),
        talk=None if preview else talking.with_story(reader, story, story.path or ""),
    )
    about = page(
        reader,
        story.path or "/",
        story.display_headline,
        html.excerpt(story.seo_description or proofed.card.standfirst, 320 if story.seo_description else 200),
        feeds=(
            *feeds_of(addresses.FRONT, reader.title.name),
            *feeds_of(addresses.section(story.section), story.section.name)[:1],
        ),
        embed="" if preview else f"{addresses.OEMBED}?{urlencode({'url': proofed.card.url})}",
        **({"robots": "noindex", "social": False} if preview else _in_search_engines(proofed.source)),
    )
    return platemaker.render("article.html", page=about, story=proofed)


def _in_search_engines(source: proof.SourceProof | None) -> dict[str, str]:
    """What the head of a story's page says of agency copy: whose address search engines are to keep, if any."""
    if source is None or source.address == WireAddress.OWN:
        return {}
    if source.address == WireAddress.SOURCE and source.original_url:
        return {"canonical": source.original_url}
    return {"robots": "noindex, follow, max-image-preview:large"}


def live_fragment(reader: Reader, story: Story) -> Printed | None:
    """The newest posts of a live blog alone, for the script on its page."""
    reader.keys.add(f"story:{story.pk}")
    shown = live.with_story(reader, story, "") if gate.allows(story, reader.now) else None
    if shown is None:
        return None
    path = addresses.live_fragment(story.path or "")
    body = platemaker.render("live-fragment.html", page=page(reader, path, "", ""), live=shown, card=reader.card(story))
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def live_posts(reader: Reader, story: Story, chunk: int) -> Printed | None:
    """A page of a live blog's older posts."""
    reader.keys.add(f"story:{story.pk}")
    shown = live.older_posts(reader, story, chunk) if gate.allows(story, reader.now) else None
    if shown is None:
        return None
    path, card = addresses.live_posts(story.path or "", chunk), reader.card(story)
    about = page(reader, path, card.headline, card.standfirst, robots="noindex, follow", social=False)
    body = platemaker.render("live-posts.html", page=about, live=shown, card=card)
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def find_stories(title: Title, paths: Collection[str], around: rows.Around) -> dict[str, Story]:
    """The stories at `paths` with all that their pages show, whatever the gate says."""
    found = rows.whole(title, Story.objects.filter(title=title, path__in=paths), around)
    return {story.path: story for story in found if story.path}


def find_story(title: Title, path: str) -> Story | None:
    return find_stories(title, [path], rows.Around()).get(path)


# --- lists ------------------------------------------------------------------------------------------------


def front_page(reader: Reader) -> Printed:
    """The front page."""
    body = front_html(reader).encode()
    return Printed(addresses.FRONT, body, HTML, valid_until=reader.valid_until)


def front_html(reader: Reader, preview: Arrangement | None = None) -> str:
    """The front page as it stands, or as `preview` would have it."""
    reader.watch_openings()
    feeds = feeds_of(addresses.FRONT, reader.title.name)
    plan, banner = arranged.plan_of(reader, None)
    plan = preview or plan
    proofed = arranged.arrange(reader, plan, None, feeds) if plan else front.arrange(reader, feeds)
    hidden: dict[str, object] = {"robots": "noindex", "social": False} if preview else {}
    about = page(reader, addresses.FRONT, reader.title.name, reader.title.tagline, feeds=feeds, **hidden)
    return platemaker.render("front.html", page=about, front=replace(proofed, banner=banner))


def list_page(reader: Reader, listing: Listing, number: int) -> Printed | None:
    """Page `number` of a list, counted from its oldest story; 0 for the list itself. None for a page that is not full."""
    body = list_html(reader, listing) if number == 0 else _older_html(reader, listing, number)
    path = addresses.older(listing.path, number)
    return None if body is None else Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def list_html(reader: Reader, listing: Listing, preview: Arrangement | None = None) -> str:
    """The newest stories of a list; a section's is its front, with `preview` in place of what is in force.

    Older ones are on pages of a fixed number, counted from the oldest, so that a new story changes none of them. What
    does not fill another page stands here: between one page and two.
    """
    stories = listing.stories(reader)
    full, over = divmod(counting.of(reader.title, listing.key, stories, keep=preview is None), A_PAGE)
    cards = reader.cards(stories[: over + A_PAGE])
    feeds = feeds_of(listing.path, listing.name)
    top = _section_top(reader, listing.thing, feeds, preview)
    if top:
        above = {card.uid for card in platemaker.cards_of(top)}
        cards = tuple(card for card in cards if card.uid not in above)
    proofed = _list_proof(reader, listing, cards, 0, older=full - 1, top=top)
    hidden: dict[str, object] = {"robots": "noindex", "social": False} if preview else {}
    about = page(reader, listing.path, listing.name, listing.description, feeds=feeds, **hidden)
    return platemaker.render("list.html", page=about, list=proofed)


def _older_html(reader: Reader, listing: Listing, number: int) -> str | None:
    """Page `number` of a list, 1 with the oldest stories. The newest full page is a part of the list itself."""
    place = (number - 1) * A_PAGE
    oldest_first, start = counting.from_place(reader.title, listing.key, listing.readable(reader), place)
    found = reader.teasers(oldest_first[start : start + A_PAGE])
    # Whether the next page, and the one after it, is full.
    following = list(oldest_first.values_list("first_published_at", flat=True)[start + A_PAGE : start + 3 * A_PAGE])
    if len(following) < A_PAGE:
        return None
    listing.look(reader)
    newer = number + 1 if len(following) == 2 * A_PAGE else 0
    if newer:
        # Whatever is younger than those can change nothing here.
        reader.watch_openings(**listing.among, first_published_at__lte=following[-1])
        reader.keys.add(windows.key(listing.key, following[-1]))
    else:
        reader.watch_openings(**listing.among)
        reader.keys.add(f"list:{listing.key}")
    cards = reader.cards(found[::-1])
    proofed = _list_proof(reader, listing, cards, number, newer=newer, older=number - 1)
    about = page(reader, proofed.path, listing.name, listing.description, feeds=proofed.feeds)
    return platemaker.render("list.html", page=about, list=proofed)


def _list_proof(
    reader: Reader, listing: Listing, cards: tuple[proof.Card, ...], number: int, *,
    older: int, newer: int | None = None, top: proof.FrontProof | None = None,
) -> proof.ListProof:  # fmt: skip
    thing = listing.thing
    return proof.ListProof(
        kind=listing.kind,
        name=listing.name,
        path=addresses.older(listing.path, number),
        description=listing.description,
        cards=cards,
        page=number,
        newer=addresses.older(listing.path, newer) if newer is not None else "",
        older=addresses.older(listing.path, older) if older > 0 else "",
        feeds=feeds_of(listing.path, listing.name),
        person=reader.person(thing) if isinstance(thing, Person) else None,
        source_url=thing.url if isinstance(thing, Organisation) else "",
        relation=thing.relation if isinstance(thing, Organisation) else "",
        top=top,
    )


def _section_top(
    reader: Reader, thing: object, feeds: tuple[proof.Link, ...], preview: Arrangement | None
) -> proof.FrontProof | None:
    """A section's front as editors arranged it; None when nobody did and no banner is up."""
    if not isinstance(thing, Section):
        return None
    plan, banner = arranged.plan_of(reader, thing)
    plan = preview or plan
    if plan:
        return replace(arranged.arrange(reader, plan, thing, feeds), banner=banner)
    empty = proof.FrontProof(lead=None, seconds=(), latest=(), sections=(), feeds=feeds, banner=banner)
    return empty if banner else None


def line_page(reader: Reader, line: StoryLine) -> Printed | None:
    """The page of a story line; None when readers may see none of its stories."""
    shown = lines.line_proof(reader, line)
    if shown is None:
        return None
    about = page(reader, shown.path, shown.name, html.excerpt(shown.summary, 200), feeds=shown.feeds)
    body = platemaker.render("line.html", page=about, line=shown)
    return Printed(shown.path, body.encode(), HTML, valid_until=reader.valid_until)


def lines_page(reader: Reader) -> Printed:
    """All story lines."""
    about = page(reader, addresses.LINES, say("lines", reader.title.language), say("lines_note", reader.title.language))
    body = platemaker.render("lines.html", page=about, lines=lines.all_lines(reader))
    return Printed(addresses.LINES, body.encode(), HTML, valid_until=reader.valid_until)


def line_feed(reader: Reader, line: StoryLine, file: str) -> Printed | None:
    """A feed of a story line."""
    name = lines.name_of(reader, line)
    if not name:
        return None
    about = f"{reader.title.name}: {name}"
    return feed(reader, file, about, addresses.line(line), lambda own: own.readable().filter(developments__line=line))


def section_listing(section: Section) -> Listing:
    path = addresses.section(section)
    return Listing("section", section.pk, section.name, path, section.description, section, {"section": section})


def topic_listing(topic: Topic) -> Listing:
    among: dict[str, object] = {"story_topics__topic": topic}
    return Listing("topic", topic.pk, topic.name, addresses.topic(topic), topic.description, topic, among)


def person_listing(person: Person) -> Listing:
    among: dict[str, object] = {"pk__in": Credit.objects.filter(person=person).values("story")}
    return Listing("person", person.pk, person.name, addresses.person(person), person.bio, person, among)


def source_listing(agency: Organisation) -> Listing:
    return Listing("source", agency.pk, agency.name, addresses.source(agency), agency.about, agency, {"agency": agency})


def _is_public(topic: Topic) -> bool:
    """A topic's name can tell of a story that is embargoed or was killed: without a readable story it has no page."""
    return bool(topic.description) or Story.objects.readable().filter(story_topics__topic=topic).exists()


def find_listing(title: Title, first: str, slug: str) -> Listing | None:
    """The list at /first/slug/, or the section at /first/."""
    if first == "topics" and (topic := Topic.objects.filter(title=title, slug=slug).first()):
        return topic_listing(topic) if _is_public(topic) else None
    if first == "people" and (person := Person.objects.filter(slug=slug).first()):
        return person_listing(person)
    if first == "sources" and (agency := Organisation.objects.filter(slug=slug).first()):
        return source_listing(agency)
    if not slug and (section := Section.objects.filter(title=title, slug=first).first()):
        return section_listing(section)
    return None


def corrections_page(reader: Reader) -> Printed:
    """What we got wrong, in public, newest first."""
    kinds = [Correction.Kind.CORRECTION, Correction.Kind.CLARIFICATION, Correction.Kind.EDITORS_NOTE]
    reader.watch_openings(corrections__kind__in=kinds)
    stories = reader.stories("corrections").filter(corrections__kind__in=kinds).distinct()
    shown = [
        (reader.correction(c), reader.card(s)) for s in reader.load(stories[:300]) for c in s.corrections.all() if c.kind in kinds
    ]
    shown.sort(key=lambda row: row[0].at, reverse=True)
    policy = html.safe(html.clean_story(reader.title.corrections_policy))
    about = page(
        reader, addresses.CORRECTIONS, "Corrections", f"What {reader.title.name} has corrected or made clearer."
    )
    proofed = proof.CorrectionsProof(policy=policy, rows=tuple(shown))
    body = platemaker.render("corrections.html", page=about, corrections=proofed)
    return Printed(addresses.CORRECTIONS, body.encode(), HTML, valid_until=reader.valid_until)


# --- feeds -----------------------------------------------------------------------------------


def feed(reader: Reader, file: str, name: str, base: str, stories: Callable[[Reader], QuerySet[Story]]) -> Printed:
    """A feed in the format that `file` names. Agency copy goes out as headline and summary only."""
    if base == addresses.FRONT:
        reader.watch_openings()

    def read(own: Reader) -> list[proof.StoryProof]:
        found = own.load(stories(own)[:IN_A_FEED])
        own.expect(found)
        return [own.shared(f"told:{story.pk}", lambda each, one=story: each.story(one, preview=True)) for story in found]  # type: ignore[misc]

    proofs = reader.shared(f"feed:{base}", read)
    about = page(reader, base, name, reader.title.tagline, feeds=feeds_of(base, name))
    path = base + file
    if file == "feed.json":
        return Printed(
            path, jsonfeed.build(about, proofs).encode(), "application/feed+json", valid_until=reader.valid_until
        )
    kind = "application/rss+xml" if file == "feed.rss" else "application/atom+xml"
    body = platemaker.render(f"{file}.xml", page=about, stories=proofs, path=path)
    return Printed(path, body.encode(), f"{kind}; charset=utf-8", valid_until=reader.valid_until)


# --- the rest ---------------------------------------------------------------------------------------------


def standing(reader: Reader, path: str, name: str, markup: str) -> Printed:
    """A page that stays."""
    about = page(reader, path, name, f"{name}: {reader.title.name}")
    proofed = proof.StandingProof(name=name, path=path, html=html.safe(html.clean_story(markup)))
    return Printed(path, platemaker.render("standing.html", page=about, standing=proofed).encode(), HTML)


def standing_at(reader: Reader, path: str) -> Printed | None:
    """The standing page at `path`; without one, the old text of the paper itself for “About us”."""
    found = next((p for p in reader.title.standing_pages.filter(live=True) if p.path == path), None)
    if found is None:
        return standing(reader, path, "About us", reader.title.about) if path == addresses.ABOUT else None
    reader.keys.add(f"standing:{found.pk}")
    if found.kind == found.Kind.STAFF:
        return staff(reader, found)
    return standing(reader, path, found.name, found.body)


def staff(reader: Reader, found: StandingPage) -> Printed:
    """Who we are: the text, then everybody with a page."""
    reader.keys.add("list:people")
    people = [(reader.person(person), addresses.person(person)) for person in Person.objects.exclude(job_title="")]
    about = page(reader, found.path, found.name, f"{found.name}: {reader.title.name}")
    body = html.safe(html.clean_story(found.body))
    proofed = proof.StaffProof(name=found.name, path=found.path, html=body, people=tuple(people))
    return Printed(found.path, platemaker.render("staff.html", page=about, staff=proofed).encode(), HTML)


def contact(reader: Reader) -> Printed:
    """How to reach us: a text of ours, the mail address, and the form that the readers' door answers."""
    found = reader.title.standing_pages.filter(live=True, kind="contact").first()
    if found:
        reader.keys.add(f"standing:{found.pk}")
    name = found.name if found else say("contact_link", reader.title.language)
    markup = html.safe(html.clean_story(found.body if found else ""))
    about = page(reader, addresses.CONTACT, name, f"{name}: {reader.title.name}")
    proofed = proof.StandingProof(name=name, path=addresses.CONTACT, html=markup)
    body = platemaker.render("contact.html", page=about, standing=proofed, limits=tips.LIMITS)
    return Printed(addresses.CONTACT, body.encode(), HTML)


# --- beside stories ---------------------------------------------------------------------------------------


def notice(reader: Reader, found: Notice) -> Printed | None:
    """The page of an obituary, notice or event; 410 once it was withdrawn."""
    reader.keys.add(f"notice:{found.pk}")
    path = found.path or ""
    if found.state == Notice.State.WITHDRAWN:
        gone = page(reader, path, say("gone_notice", reader.title.language), "", robots="noindex", social=False)
        return Printed(path, platemaker.render("gone.html", page=gone, notice=True).encode(), HTML, status=410)
    if not gate.allows_notice(found, reader.now):
        return None
    proofed = notices_read.notice_proof(reader, found)
    about = page(reader, path, proofed.name, proofed.summary or html.excerpt(html.to_text(proofed.html), 200))
    body = platemaker.render("notice.html", page=about, notice=proofed)
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def notices(reader: Reader, kind: str) -> Printed:
    """The list of a kind."""
    path, name = addresses.NOTICES[kind], say(f"list_{kind}", reader.title.language)
    listed = notices_read.listed(reader, kind)
    about = page(reader, path, name, f"{name}: {reader.title.name}")
    proofed = proof.NoticesProof(kind=kind, name=name, path=path, rows=listed)
    body = platemaker.render("notices.html", page=about, notices=proofed)
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def _find_notice(title: Title, path: str) -> Maker | None:
    if path == addresses.CALENDAR:
        return calendar.events
    for kind, folder in addresses.NOTICES.items():
        if path == folder:
            # A section that a paper had under this word before keeps it.
            return lambda reader: notices(reader, kind)
        if path.startswith(folder) and (found := notices_read.find(title, path)):
            return lambda reader: notice(reader, found)
    return None


def icon(reader: Reader) -> Printed:
    body = platemaker.icon_svg(reader.paper(platemaker.PLATES_VERSION))
    return Printed(addresses.ICON, body.encode(), "image/svg+xml")


def favicon(reader: Reader) -> Printed:
    """The same for programs that ask for it by its old address."""
    return Printed(addresses.FAVICON, platemaker.icon_ico(reader.paper(platemaker.PLATES_VERSION)), "image/x-icon")


def manifest(reader: Reader) -> Printed:
    """What a phone needs to put the paper on its home screen; iPhones take breaking news only from there."""
    paper = reader.paper(platemaker.PLATES_VERSION)
    said = {
        "name": paper.name, "short_name": paper.name[:30], "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
        "lang": paper.language, "dir": paper.direction, "background_color": paper.ground, "theme_color": paper.ground,
        "icons": [{"src": paper.icon_path, "type": "image/svg+xml", "sizes": "any"}],
    }  # fmt: skip
    return Printed(addresses.MANIFEST, json.dumps(said, ensure_ascii=False).encode(), "application/manifest+json")


def stylesheet(reader: Reader) -> Printed:
    """The sheet of the house with what the paper chose for itself."""
    path = dressing.css_path(reader.title, platemaker.PLATES_VERSION)
    body = platemaker.css() + dressing.sheet(reader.title).encode()
    return Printed(path, body, "text/css; charset=utf-8", cache_control=FOREVER)


def logo(reader: Reader) -> Printed | None:
    """The paper's logo, where it has one."""
    shown = dressing.logo(reader.title)
    found = Logo.objects.filter(title=reader.title).first()
    if shown is None or found is None:
        return None
    return Printed(shown.path, bytes(found.body), "image/png", cache_control=FOREVER)


def live_script(reader: Reader) -> Printed:
    path = addresses.live_script(platemaker.PLATES_VERSION)
    return Printed(path, platemaker.script(), "text/javascript; charset=utf-8", cache_control=FOREVER)


def missing(title: Title, words: str = "", near: tuple[proof.Card, ...] = ()) -> bytes:
    """The page for an address where nothing is: what its words may have meant, and a search for them."""
    about = page(Reader(title), "", say("missing", title.language), "", robots="noindex", social=False)
    return platemaker.render("missing.html", page=about, words=words, near=near).encode()


def search(reader: Reader, shown: proof.SearchProof) -> bytes:
    """What a search found. Never printed: it is another page for each question."""
    about = page(reader, "", say("search", reader.title.language), "", robots="noindex", social=False)
    return platemaker.render("search.html", page=about, search=shown).encode()


def received(title: Title, receipt: str = "", wrong: str = "") -> bytes:
    """The answer to what a reader sent: a receipt number, or why it was not taken. Never stored anywhere."""
    said = say("contact_wrong" if wrong else "contact_thanks", title.language)
    about = page(Reader(title), "", said, "", robots="noindex", social=False)
    return platemaker.render("received.html", page=about, receipt=receipt, wrong=wrong).encode()


def error_form(title: Title, story: Story, text: str = "", wrong: str = "") -> bytes:
    """The form in which a reader says what is wrong in a story, with what they wrote if it was not taken. Never stored."""
    about = page(Reader(title), "", say("error_report", title.language), "", robots="noindex", social=False)
    shown = {"headline": story.display_headline, "path": story.path, "text": text, "wrong": wrong, "limits": tips.LIMITS}
    return platemaker.render("error-form.html", page=about, shown=shown).encode()


FIXED: dict[str, Maker] = {
    addresses.FRONT: front_page,
    addresses.CORRECTIONS: corrections_page,
    addresses.ABOUT: lambda reader: standing_at(reader, addresses.ABOUT),
    addresses.CONTACT: contact,
    addresses.LINES: lines_page,
    addresses.SITEMAP: sitemaps.index,
    addresses.LISTS_SITEMAP: sitemaps.lists,
    addresses.NEWS_SITEMAP: sitemaps.news,
    addresses.ROBOTS: machines.robots,
    addresses.TDMREP: machines.reservation,
    addresses.API_STORIES: api.newest,
    addresses.API_SECTIONS: api.sections,
    addresses.API_WITHDRAWN: api.withdrawn,
    addresses.OPENAPI: api.described,
    addresses.ICON: icon,
    addresses.FAVICON: favicon,
    addresses.MANIFEST: manifest,
    addresses.LITE: plainer.lite_front,
    addresses.SAVED: plainer.saved,
    addresses.PRIVACY: plainer.privacy,
    addresses.GUIDELINES: talking.guidelines,
}

_STORY = re.compile(r"/\d{4}/\d{2}/\d{2}/[^/]+/")
_LIVE = re.compile(r"(?P<story>/\d{4}/\d{2}/\d{2}/[^/]+/)(?:live\.html|posts/(?P<chunk>[1-9]\d{0,3})/)")
_LINE = re.compile(re.escape(addresses.LINES) + r"(?P<slug>[^/]+)/(?P<feed>feed\.(?:rss|atom|json))?")
_LIST = re.compile(
    r"/(?P<first>[^/]+)/(?:(?P<slug>(?!page/)[^/]+)/)?(?:page/(?P<page>[1-9]\d{0,3})/)?(?P<feed>feed\.(?:rss|atom|json))?"
)
_API_STORY = re.compile(re.escape(addresses.API) + r"stories/(?P<uid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json")
_FRONT_FEED = re.compile(r"/(feed\.(?:rss|atom|json))")


def is_story(path: str) -> bool:
    """Whether `path` looks like a story's own page."""
    return _STORY.fullmatch(path) is not None


def find(title: Title, path: str) -> Maker | None:
    """The maker for `path`, or None when there can be no page at it."""
    if path in FIXED:
        return FIXED[path]
    if path.startswith(SHEETS) and path == dressing.css_path(title, platemaker.PLATES_VERSION):
        return stylesheet
    if path.startswith(LOGOS) and (shown := dressing.logo(title)) and shown.path == path:
        return logo
    if path == addresses.live_script(platemaker.PLATES_VERSION):
        return live_script
    if found := _find_asset(path):
        return found
    if match := _FRONT_FEED.fullmatch(path):
        file = match[1]
        return lambda reader: feed(reader, file, reader.title.name, addresses.FRONT, lambda own: own.stories("front"))
    if match := sitemaps.MONTH.fullmatch(path):
        month = match["month"]
        return lambda reader: sitemaps.month(reader, month)
    if match := _API_STORY.fullmatch(path):
        named = Story.objects.filter(title=title, uid=match["uid"]).select_related("section", "agency", "title").first()
        return (lambda reader: api.one(reader, named)) if named else None
    if is_story(path):
        story = find_story(title, path)
        return (lambda reader: article(reader, story)) if story else None
    if path.startswith(addresses.LITE) and _STORY.fullmatch(path[len(addresses.LITE) - 1 :]):
        told = find_story(title, path[len(addresses.LITE) - 1 :])
        return (lambda reader: plainer.lite_story(reader, told)) if told else None
    if match := _LIVE.fullmatch(path):
        return _find_live(title, match)
    if match := talking.PATH.fullmatch(path):
        talked, found_match = find_story(title, match["story"]), match
        return (lambda reader: talking.printed(reader, talked, found_match)) if talked else None
    if match := _LINE.fullmatch(path):
        return _find_line(title, match)
    if path.startswith(addresses.ABOUT):
        return lambda reader: standing_at(reader, path)
    return _find_list(title, path) or _find_notice(title, path)


def _find_asset(path: str) -> Maker | None:
    """The scripts and fonts; and the sheet of the text-only pages."""
    if path == addresses.lite_css(platemaker.PLATES_VERSION):
        return plainer.lite_css
    for name in assets.SCRIPTS_OF_READERS:
        if path == assets.script_path(name):
            return lambda reader: plainer.script(name)
    for name in assets.FONTS_OF_THE_HOUSE:
        if path == assets.font_path(name):
            return lambda reader: plainer.font(name)
    return None


def _find_live(title: Title, match: re.Match[str]) -> Maker | None:
    story = find_story(title, match["story"])
    if story is None:
        return None
    chunk = int(match["chunk"] or 0)
    return (lambda reader: live_posts(reader, story, chunk)) if chunk else (lambda reader: live_fragment(reader, story))


def _find_line(title: Title, match: re.Match[str]) -> Maker | None:
    line = StoryLine.objects.filter(title=title, slug=match["slug"]).select_related("named_after").first()
    if line is None:
        return None
    file = match["feed"]
    return (lambda reader: line_feed(reader, line, file)) if file else (lambda reader: line_page(reader, line))


def _find_list(title: Title, path: str) -> Maker | None:
    match = _LIST.fullmatch(path)
    if not match or (match["page"] and match["feed"]):
        return None
    listing = find_listing(title, match["first"], match["slug"] or "")
    if listing is None:
        return None
    if file := match["feed"]:
        return lambda reader: feed(reader, file, f"{title.name}: {listing.name}", listing.path, listing.stories)
    number = int(match["page"] or 0)
    return lambda reader: list_page(reader, listing, number)
