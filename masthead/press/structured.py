"""What pages say to machines: schema.org as JSON-LD, made of the same proofs as the page.

Returned as plain values; the plate's `tojson` writes them with `<`, `>`, `&` and `'` as `\\u00..`, so nothing in
a headline can end the script element.
"""

from __future__ import annotations

import textwrap
from datetime import date
from typing import Any

from masthead.press import addresses
from masthead.press.dates import iso
from masthead.press.labels import say
from masthead.press.proof import (
    Card,
    CreditProof,
    FrontProof,
    LineProof,
    ListProof,
    LiveProof,
    NoticeProof,
    NoticesProof,
    Page,
    PaperProof,
    PictureProof,
    SaidProof,
    StoryProof,
)

Node = dict[str, Any]

CONTEXT = "https://schema.org"
TOPIC_TYPES = {"person": "Person", "place": "Place", "organisation": "Organization", "event": "Event"}


def _present(**values: Any) -> Node:
    """The values that say something; `type` and `id` become the JSON-LD keywords."""
    names = {"type": "@type", "id": "@id", "context": "@context"}
    return {names.get(key, key): value for key, value in values.items() if value not in ("", None, [], ())}


def _at(paper: PaperProof, path: str) -> str:
    return f"{paper.base_url}{path}" if path.startswith("/") else path


def publisher(paper: PaperProof) -> Node:
    """The paper as an organisation."""
    return _present(
        type="NewsMediaOrganization",
        id=f"{paper.base_url}/#paper",
        name=paper.name,
        url=f"{paper.base_url}/",
        slogan=paper.tagline,
        email=paper.contact_email,
        logo=_logo(paper),
        publishingPrinciples=_at(paper, addresses.ABOUT),
        actionableFeedbackPolicy=_at(paper, addresses.CONTACT),
        **({"correctionsPolicy": _at(paper, addresses.CORRECTIONS)} | {p.name: _at(paper, p.path) for p in paper.policies}),
    )


def _pixels(number: int) -> Node:
    """A length as schema.org types it: a bare number is none. E37 is the pixel in UN/CEFACT's list."""
    return _present(type="QuantitativeValue", value=number, unitCode="E37")


def _logo(paper: PaperProof) -> Node | None:
    """The paper's own drawing, or its icon."""
    if paper.logo:
        return _present(type="ImageObject", url=_at(paper, paper.logo.path), width=_pixels(paper.logo.width), height=_pixels(paper.logo.height))
    return _present(type="ImageObject", url=_at(paper, paper.icon_path)) if paper.icon_path else None


def picture(paper: PaperProof, shown: PictureProof) -> Node | None:
    """A picture with its credit."""
    if not shown.jpeg:
        return None
    largest = shown.jpeg[-1]
    return _present(
        type="ImageObject",
        url=_at(paper, largest.path),
        width=_pixels(largest.width),
        height=_pixels(largest.height),
        caption=shown.caption,
        creditText=shown.credit,
        creator=_photographer(shown.credit),
        copyrightNotice=shown.copyright_notice,
    )


def _photographer(credit: str) -> Node | None:
    """The person in “Mia Solberg/Reuters via CNN Newsource”. Without a slash nobody knows whether it is one."""
    name, slash, _ = credit.partition("/")
    return _present(type="Person", name=name.strip()) if slash and name.strip() else None


def _author(paper: PaperProof, credit: CreditProof) -> Node:
    organisation = _present(type="Organization", name=credit.organisation) if credit.organisation else None
    url = _at(paper, credit.path) if credit.path else ""
    return _present(type="Person", name=credit.name, url=url, affiliation=organisation)


def authors(paper: PaperProof, story: StoryProof) -> list[Node]:
    """Those who wrote it; without names the agency, or the paper itself."""
    if story.writers:
        return [_author(paper, credit) for credit in story.writers]
    if story.source:
        return [_present(type="Organization", name=story.source.name, url=story.source.url)]
    return [_present(type="Organization", name=paper.name, url=f"{paper.base_url}/")]


def _about(paper: PaperProof, story: StoryProof) -> list[Node]:
    return [
        _present(type=TOPIC_TYPES.get(topic.kind, "Thing"), name=topic.name, url=_at(paper, topic.path))
        for topic in story.topics
    ]


def _wire(story: StoryProof) -> Node:
    """What the agency's copy owes its readers: whose it is, and what it was made from."""
    source = story.source
    if source is None:
        return {}
    agency = _present(type="Organization", name=source.name, url=source.url)
    holder = _present(type="Organization", name=source.rights_holder) if source.rights_holder else agency
    return _present(
        sourceOrganization=agency,
        creditText=source.name,
        copyrightHolder=holder,
        copyrightNotice=source.copyright_notice,
        isBasedOn=source.original_url,
    )


def _comment(paper: PaperProof, one: SaidProof) -> Node:
    return _present(
        type="Comment",
        id=_at(paper, one.path),
        url=_at(paper, one.path),
        text=one.text,
        dateCreated=iso(one.at),
        dateModified=iso(one.edited) if one.edited else None,
        author=_present(type="Person", name=one.author),
        upvoteCount=one.respects or None,
    )


def _conversation(paper: PaperProof, story: StoryProof) -> Node:
    """What readers say, as far as it stands on the page."""
    if story.talk is None:
        return {}
    comments = []
    for one in story.talk.conversations[:10]:
        if one.first.gone:
            continue
        answers = [_comment(paper, said) for said in one.rest if not said.gone]
        comments.append(_comment(paper, one.first) | _present(comment=answers))
    path = f"{story.card.path}#conversation"
    return _present(commentCount=story.talk.count, discussionUrl=_at(paper, path), comment=comments)


def news_article(page: Page, story: StoryProof) -> Node:
    """A story as NewsArticle."""
    paper, card = page.paper, story.card
    url = card.url or _at(paper, page.path)
    topics = _about(paper, story)
    pictures = [story.lead, *story.more_pictures] if story.lead else list(story.more_pictures)
    return _present(
        context=CONTEXT,
        type="NewsArticle",
        id=f"{url}#story",
        mainEntityOfPage=url,
        url=url,
        identifier=f"urn:uuid:{card.uid}",
        headline=card.headline,
        description=page.description,
        image=[node for shown in pictures if (node := picture(paper, shown))],
        datePublished=iso(card.published),
        dateModified=iso(card.updated),
        author=authors(paper, story),
        contributor=[_author(paper, c) for c in story.others if c.role == "contributor"],
        editor=[_author(paper, c) for c in story.others if c.role == "editor"],
        translator=[_author(paper, c) for c in story.others if c.role == "translator"],
        publisher=publisher(paper),
        sdPublisher={"@id": f"{paper.base_url}/#paper"},
        articleSection=card.section.name,
        inLanguage=card.language,
        dateline=story.dateline,
        wordCount=story.words or None,
        timeRequired=f"PT{card.reading_minutes}M",
        isAccessibleForFree=True,
        about=topics[:1],
        mentions=topics[1:],
        keywords=[topic.name for topic in story.topics],
        correction=[
            _present(type="CorrectionComment", name=note.label, text=note.text, datePublished=iso(note.at))
            for note in story.corrections
            if not note.automatic
        ],
        **_wire(story),
        **_conversation(paper, story),
    )


def breadcrumbs(paper: PaperProof, *trail: tuple[str, str]) -> Node:
    """The way from the front page to this one."""
    steps = [(paper.name, "/"), *trail]
    return _present(
        context=CONTEXT,
        type="BreadcrumbList",
        itemListElement=[
            _present(type="ListItem", position=number, name=name, item=_at(paper, path))
            for number, (name, path) in enumerate(steps, 1)
        ],
    )


def article_nodes(page: Page, story: StoryProof) -> list[Node]:
    """All that the page of a story says."""
    section = story.card.section
    said = live_blog(page, story, story.live) if story.live else news_article(page, story)
    trail = breadcrumbs(
        page.paper, (section.name, section.path), (story.card.headline, story.card.path or page.path)
    )
    return [said, trail]


def live_blog(page: Page, story: StoryProof, live: LiveProof) -> Node:
    """A live blog as LiveBlogPosting: the story with the posts that stand on its page."""
    paper = page.paper
    return news_article(page, story) | _present(
        type="LiveBlogPosting",
        coverageStartTime=iso(live.begun),
        coverageEndTime=iso(live.ended) if live.ended else None,
        liveBlogUpdate=[
            _present(
                type="BlogPosting",
                id=_at(paper, post.path),
                url=_at(paper, post.path),
                headline=post.headline or textwrap.shorten(post.text, 110, placeholder="…"),
                articleBody=post.text,
                datePublished=iso(post.at),
                dateModified=iso(post.corrected or post.at),
                author=_present(type="Person", name=post.author)
                if post.author
                else _present(type="NewsMediaOrganization", name=paper.name),
                correction=_present(type="CorrectionComment", text=post.correction) if post.correction else None,
            )
            for post in live.posts
        ],
    )


def line_nodes(page: Page, line: LineProof) -> list[Node]:
    """A story line: what happened in order, each step a story of ours or an agency's."""
    paper = page.paper
    cards = tuple(step.card for _, day in line.days for step in day)
    collection = _present(
        context=CONTEXT,
        type="CollectionPage",
        name=line.name,
        url=_at(paper, line.path),
        description=line.outcome or line.summary,
        inLanguage=paper.language,
        dateModified=iso(line.changed),
        publisher=publisher(paper),
        mainEntity=_items(cards),
    )
    return [collection, breadcrumbs(paper, ("Stories so far", addresses.LINES), (line.name, line.path))]


def _items(cards: tuple[Card, ...]) -> Node | None:
    if not cards:
        return None
    elements = [_present(type="ListItem", position=n, url=card.url) for n, card in enumerate(cards, 1)]
    return _present(type="ItemList", itemListElement=elements)


def front_nodes(page: Page, front: FrontProof) -> list[Node]:
    """The front page: the site and the paper behind it."""
    paper = page.paper
    packages = (card for package in front.packages for card in (package.lead, *package.related))
    first = (front.lead, *front.related) if front.lead else ()
    cards = (*first, *front.seconds, *packages, *front.briefs, *front.latest)
    site = _present(
        context=CONTEXT,
        type="WebSite",
        id=f"{paper.base_url}/#site",
        name=paper.name,
        url=f"{paper.base_url}/",
        description=page.description,
        inLanguage=paper.language,
        publisher=publisher(paper),
        mainEntity=_items(cards),
    )
    return [site]


def notice_nodes(page: Page, notice: NoticeProof) -> list[Node]:
    """An event as Event; an obituary and a notice as a page, the one about a person."""
    paper = page.paper
    folder = (say(f"list_{notice.kind}", paper.language), addresses.NOTICES[notice.kind])
    trail = breadcrumbs(paper, folder, (notice.name, notice.path))
    image = picture(paper, notice.picture) if notice.picture else None
    if notice.kind == "event":
        return [_event(paper, notice, image), trail]
    person = None
    if notice.kind == "obituary":
        dates = {"birthDate": _day(notice.born), "deathDate": _day(notice.died)}
        person = _present(type="Person", name=notice.name, image=image, **dates)
    node = _present(
        context=CONTEXT,
        type="WebPage",
        url=notice.url,
        name=notice.name,
        description=page.description,
        datePublished=iso(notice.published),
        dateModified=iso(notice.updated),
        inLanguage=paper.language,
        about=person,
        image=None if person else image,
        publisher=publisher(paper),
    )
    return [node, trail]


def notices_node(page: Page, shown: NoticesProof) -> Node:
    """The list of a kind."""
    elements = [_present(type="ListItem", position=n, url=row.url) for n, row in enumerate(shown.rows, 1)]
    return _present(
        context=CONTEXT,
        type="CollectionPage",
        name=shown.name,
        url=_at(page.paper, shown.path),
        inLanguage=page.paper.language,
        publisher=publisher(page.paper),
        mainEntity=_present(type="ItemList", itemListElement=elements) if elements else None,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _event(paper: PaperProof, notice: NoticeProof, image: Node | None) -> Node:
    online = notice.status == "EventMovedOnline"
    place = _present(type="Place", name=notice.venue, address=notice.address)
    return _present(
        context=CONTEXT,
        type="Event",
        name=notice.name,
        url=notice.url,
        description=notice.summary,
        image=image,
        startDate=iso(notice.starts) if notice.starts else "",
        endDate=iso(notice.ends) if notice.ends else "",
        eventStatus=f"{CONTEXT}/{notice.status}",
        eventAttendanceMode=f"{CONTEXT}/{'Online' if online else 'Offline'}EventAttendanceMode",
        location=_present(type="VirtualLocation", url=notice.more) if online else place if len(place) > 1 else None,
        organizer=_present(type="Organization", name=notice.placed_by) if notice.placed_by else None,
        inLanguage=paper.language,
    )


def list_nodes(page: Page, shown: ListProof) -> list[Node]:
    """A list of stories; a person's page says who they are."""
    paper = page.paper
    person = None
    if shown.person:
        person = _present(
            type="Person",
            name=shown.person.name,
            jobTitle=shown.person.job_title,
            description=shown.person.bio,
            email=shown.person.email,
            worksFor={"@id": f"{paper.base_url}/#paper"},
        )
    collection = _present(
        context=CONTEXT,
        type="ProfilePage" if person else "CollectionPage",
        name=shown.name,
        url=_at(paper, shown.path),
        description=shown.description,
        inLanguage=paper.language,
        isPartOf=_present(
            type="WebSite", id=f"{paper.base_url}/#site", name=paper.name, url=f"{paper.base_url}/"
        ),
        publisher=publisher(paper),
        mainEntity=person or _items(shown.cards),
    )
    return [collection, breadcrumbs(paper, (shown.name, shown.path))]
