"""What there is to print: for each kind of address the function that reads what it shows and makes its page.

`find` turns a path into a `Maker`; a maker asks the gate by way of the reader, and answers None when readers
may not see anything there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from masthead.kit import html
from masthead.people.models import Organisation, Person
from masthead.press import addresses, front, jsonfeed, platemaker, proof
from masthead.press.reading import Reader
from masthead.press.store import FOREVER, Printed
from masthead.stories import gate
from masthead.stories.models import Correction, Story, Topic
from masthead.titles.models import Section, Title

A_PAGE = 24
IN_A_FEED = 30
IN_A_SITEMAP = 10_000
IN_NEWS_SITEMAP = 1000
NEWS_DAYS = timedelta(days=2)

HTML = "text/html; charset=utf-8"
Maker = Callable[[Reader], Printed | None]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of stories with a front of its own: a section, a topic, a person, a source."""

    kind: str
    pk: int
    name: str
    path: str
    description: str
    stories: Callable[[Reader], QuerySet[Story]]
    thing: Section | Topic | Person | Organisation


def page(reader: Reader, path: str, heading: str, description: str, **more: object) -> proof.Page:
    paper = reader.paper(addresses.css(platemaker.PLATES_VERSION))
    return proof.Page(paper=paper, path=path, heading=heading, description=description, **more)  # type: ignore[arg-type]


def feeds_of(base: str, name: str) -> tuple[proof.Link, ...]:
    return tuple(proof.Link(f"{name}: {label}", base + file) for file, label in addresses.FEEDS.items())


# --- stories ----------------------------------------------------------------------------------------------


def article(reader: Reader, story: Story) -> Printed | None:
    """The page of a story; 410 with a short notice once it was taken back; nothing when readers may not see it."""
    reader.keys.add(f"story:{story.pk}")
    path = story.path or ""
    if gate.is_gone(story):
        notice = page(reader, path, "This story has been withdrawn", "", robots="noindex")
        return Printed(path, platemaker.render("gone.html", page=notice).encode(), HTML, status=410)
    if not gate.allows(story, reader.now):
        return None
    return Printed(path, article_html(reader, story).encode(), HTML, valid_until=reader.valid_until)


def article_html(reader: Reader, story: Story, preview: bool = False) -> str:
    """The HTML of a story's page, whatever the gate says: `article` asks it, a preview need not."""
    proofed = reader.story(story, preview=preview)
    about = page(
        reader,
        story.path or "/",
        story.display_headline,
        html.excerpt(story.seo_description or proofed.card.standfirst, 320 if story.seo_description else 200),
        feeds=feeds_of(addresses.FRONT, reader.title.name),
        **({"robots": "noindex"} if preview else {}),
    )
    return platemaker.render("article.html", page=about, story=proofed)


def find_story(title: Title, path: str) -> Story | None:
    return (
        Story.objects.filter(title=title, path=path)
        .select_related("section", "agency", "title")
        .prefetch_related("credits__person", "story_pictures__picture", "corrections", "story_topics__topic")
        .first()
    )


# --- lists ------------------------------------------------------------------------------------------------


def front_page(reader: Reader) -> Printed:
    """The front page."""
    feeds = feeds_of(addresses.FRONT, reader.title.name)
    proofed = front.arrange(reader, feeds)
    about = page(reader, addresses.FRONT, reader.title.name, reader.title.tagline, feeds=feeds)
    body = platemaker.render("front.html", page=about, front=proofed)
    return Printed(addresses.FRONT, body.encode(), HTML, valid_until=reader.valid_until)


def list_page(reader: Reader, listing: Listing, number: int) -> Printed | None:
    """Page `number` of a list; None past its end."""
    stories = listing.stories(reader)
    total = stories.count()
    pages = max(1, -(-total // A_PAGE))
    if number > pages:
        return None
    cards = reader.cards(stories[(number - 1) * A_PAGE : number * A_PAGE])
    feeds = feeds_of(listing.path, listing.name)
    path = addresses.page(listing.path, number)
    proofed = proof.ListProof(
        kind=listing.kind,
        name=listing.name,
        path=path,
        description=listing.description,
        cards=cards,
        page=number,
        pages=pages,
        newer=addresses.page(listing.path, number - 1) if number > 1 else "",
        older=addresses.page(listing.path, number + 1) if number < pages else "",
        feeds=feeds,
        person=reader.person(listing.thing) if isinstance(listing.thing, Person) else None,
        source_url=listing.thing.url if isinstance(listing.thing, Organisation) else "",
        relation=listing.thing.relation if isinstance(listing.thing, Organisation) else "",
    )
    about = page(reader, path, listing.name, listing.description, feeds=feeds)
    body = platemaker.render("list.html", page=about, list=proofed)
    return Printed(path, body.encode(), HTML, valid_until=reader.valid_until)


def section_listing(section: Section) -> Listing:
    def stories(reader: Reader) -> QuerySet[Story]:
        return reader.stories(f"section:{section.pk}").filter(section=section)

    return Listing(
        "section", section.pk, section.name, addresses.section(section), section.description, stories, section
    )


def topic_listing(topic: Topic) -> Listing:
    def stories(reader: Reader) -> QuerySet[Story]:
        reader.topic(topic)
        return reader.stories(f"topic:{topic.pk}").filter(story_topics__topic=topic)

    return Listing("topic", topic.pk, topic.name, addresses.topic(topic), topic.description, stories, topic)


def person_listing(person: Person) -> Listing:
    def stories(reader: Reader) -> QuerySet[Story]:
        reader.person(person)
        return reader.stories(f"person:{person.pk}").filter(credits__person=person).distinct()

    return Listing("person", person.pk, person.name, addresses.person(person), person.bio, stories, person)


def source_listing(agency: Organisation) -> Listing:
    def stories(reader: Reader) -> QuerySet[Story]:
        reader.source(agency)
        return reader.stories(f"source:{agency.pk}").filter(agency=agency)

    return Listing("source", agency.pk, agency.name, addresses.source(agency), agency.about, stories, agency)


def find_listing(title: Title, first: str, slug: str) -> Listing | None:
    """The list at /first/slug/, or the section at /first/."""
    if first == "topics" and (topic := Topic.objects.filter(title=title, slug=slug).first()):
        return topic_listing(topic)
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
    stories = reader.stories("corrections").filter(corrections__kind__in=kinds).distinct()
    rows = [
        (reader.correction(c), reader.card(s)) for s in stories[:300] for c in s.corrections.all() if c.kind in kinds
    ]
    rows.sort(key=lambda row: row[0].at, reverse=True)
    policy = html.safe(html.clean_story(reader.title.corrections_policy))
    about = page(
        reader, addresses.CORRECTIONS, "Corrections", f"What {reader.title.name} has corrected or made clearer."
    )
    proofed = proof.CorrectionsProof(policy=policy, rows=tuple(rows))
    body = platemaker.render("corrections.html", page=about, corrections=proofed)
    return Printed(addresses.CORRECTIONS, body.encode(), HTML, valid_until=reader.valid_until)


# --- feeds and sitemaps -----------------------------------------------------------------------------------


def feed(reader: Reader, file: str, name: str, base: str, stories: QuerySet[Story]) -> Printed:
    """A feed in the format that `file` names. Agency copy goes out as headline and summary only."""
    proofs = []
    for story in stories.prefetch_related("story_topics__topic")[:IN_A_FEED]:
        proofs.append(reader.story(story, preview=True))
    about = page(reader, base, name, reader.title.tagline, feeds=feeds_of(base, name))
    path = base + file
    if file == "feed.json":
        return Printed(
            path, jsonfeed.build(about, proofs).encode(), "application/feed+json", valid_until=reader.valid_until
        )
    kind = "application/rss+xml" if file == "feed.rss" else "application/atom+xml"
    body = platemaker.render(f"{file}.xml", page=about, stories=proofs, path=path)
    return Printed(path, body.encode(), f"{kind}; charset=utf-8", valid_until=reader.valid_until)


def sitemap(reader: Reader) -> Printed:
    """All stories that readers may see, and the lists."""
    cards = reader.cards(reader.stories("sitemap")[:IN_A_SITEMAP])
    about = page(reader, addresses.SITEMAP, "", "")
    body = platemaker.render("sitemap.xml", page=about, cards=cards)
    return Printed(addresses.SITEMAP, body.encode(), "application/xml; charset=utf-8", valid_until=reader.valid_until)


def news_sitemap(reader: Reader) -> Printed:
    """Stories of the last two days, as Google News wants them."""
    since = reader.now - NEWS_DAYS
    recent = reader.stories("sitemap").filter(first_published_at__gte=since)
    cards = reader.cards(recent[:IN_NEWS_SITEMAP])
    oldest = min((c.published for c in cards), default=None)
    if oldest:
        leaves = oldest + NEWS_DAYS
        reader.valid_until = min(reader.valid_until or leaves, leaves)
    about = page(reader, addresses.NEWS_SITEMAP, "", "")
    body = platemaker.render("sitemap-news.xml", page=about, cards=cards)
    return Printed(
        addresses.NEWS_SITEMAP, body.encode(), "application/xml; charset=utf-8", valid_until=reader.valid_until
    )


# --- the rest ---------------------------------------------------------------------------------------------


def standing(reader: Reader, path: str, name: str, markup: str) -> Printed:
    """A page that stays."""
    about = page(reader, path, name, f"{name}: {reader.title.name}")
    proofed = proof.StandingProof(name=name, path=path, html=html.safe(html.clean_story(markup)))
    return Printed(path, platemaker.render("standing.html", page=about, standing=proofed).encode(), HTML)


def contact(reader: Reader) -> Printed:
    address = html.to_text(reader.title.contact_email)
    markup = (
        f'<p>Write to us: <a href="mailto:{address}">{address}</a></p>'
        if address
        else "<p>No address is given yet.</p>"
    )
    return standing(reader, addresses.CONTACT, "Contact", markup)


def robots(reader: Reader) -> Printed:
    body = platemaker.render("robots.txt", page=page(reader, addresses.ROBOTS, "", ""))
    return Printed(addresses.ROBOTS, body.encode(), "text/plain; charset=utf-8")


def icon(reader: Reader) -> Printed:
    body = platemaker.icon_svg(reader.paper(""))
    return Printed(addresses.ICON, body.encode(), "image/svg+xml")


def stylesheet(reader: Reader) -> Printed:
    path = addresses.css(platemaker.PLATES_VERSION)
    return Printed(path, platemaker.css(), "text/css; charset=utf-8", cache_control=FOREVER)


def missing(title: Title) -> bytes:
    """The page for an address where nothing is."""
    about = page(Reader(title), "", "There is no page at this address", "", robots="noindex")
    return platemaker.render("missing.html", page=about).encode()


FIXED: dict[str, Maker] = {
    addresses.FRONT: front_page,
    addresses.CORRECTIONS: corrections_page,
    addresses.ABOUT: lambda reader: standing(reader, addresses.ABOUT, "About us", reader.title.about),
    addresses.CONTACT: contact,
    addresses.SITEMAP: sitemap,
    addresses.NEWS_SITEMAP: news_sitemap,
    addresses.ROBOTS: robots,
    addresses.ICON: icon,
}

_STORY = re.compile(r"/\d{4}/\d{2}/\d{2}/[^/]+/")
_LIST = re.compile(
    r"/(?P<first>[^/]+)/(?:(?P<slug>(?!page/)[^/]+)/)?(?:page/(?P<page>[1-9]\d{0,3})/)?(?P<feed>feed\.(?:rss|atom|json))?"
)
_FRONT_FEED = re.compile(r"/(feed\.(?:rss|atom|json))")


def find(title: Title, path: str) -> Maker | None:
    """The maker for `path`, or None when there can be no page at it."""
    if path in FIXED:
        return FIXED[path]
    if path == addresses.css(platemaker.PLATES_VERSION):
        return stylesheet
    if match := _FRONT_FEED.fullmatch(path):
        file = match[1]
        return lambda reader: feed(reader, file, reader.title.name, addresses.FRONT, reader.stories("front"))
    if _STORY.fullmatch(path):
        story = find_story(title, path)
        return (lambda reader: article(reader, story)) if story else None
    return _find_list(title, path)


def _find_list(title: Title, path: str) -> Maker | None:
    match = _LIST.fullmatch(path)
    if not match or (match["page"] and match["feed"]) or match["page"] == "1":
        return None
    listing = find_listing(title, match["first"], match["slug"] or "")
    if listing is None:
        return None
    if file := match["feed"]:
        return lambda reader: feed(reader, file, f"{title.name}: {listing.name}", listing.path, listing.stories(reader))
    number = int(match["page"] or 1)
    return lambda reader: list_page(reader, listing, number)
