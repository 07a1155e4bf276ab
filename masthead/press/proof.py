"""Proofs: all that a plate may see. Frozen values, so that an embargoed or private field cannot slip through.

Times are aware, in the paper's own zone. `Markup` values were cleaned by `kit.html`; every other text is
escaped by the plates. Sizes are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from masthead.stories.talk import Standing


@dataclass(frozen=True, slots=True)
class Link:
    """A name and where it leads (a path of this paper, or an absolute address)."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Rendition:
    """One printed size of a picture."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PaperProof:
    """The paper itself: what the masthead, footer and head of every page need."""

    name: str
    tagline: str
    town: str
    base_url: str
    language: str
    direction: str
    contact_email: str
    sections: tuple[Link, ...]
    standing: tuple[Link, ...]
    """About, corrections, contact: the footer's links."""
    css_path: str
    icon_path: str
    year: int
    script_path: str = ""
    fonts: tuple[str, ...] = ()
    """Paths of the fonts that wide screens fetch early."""
    reserves: bool = False
    """Text and data mining is reserved for all that the paper prints."""
    mining_terms: str = ""
    """Where to ask for a licence to mine."""
    hub: str = ""
    """The WebSub hub that is told when a feed changes."""
    policies: tuple[Link, ...] = ()
    """What the paper says of its rules: name is schema.org's property (ethicsPolicy...), path the page."""
    menu: tuple[Link, ...] = ()
    """The links under the name: all sections, or what the paper chose."""
    logo: Rendition | None = None
    """A drawing that stands in place of the name."""
    ground: str = "#faf6ee"
    """The colour of the paper in the light."""

    def __hash__(self) -> int:
        return hash((self.base_url, self.css_path))  # It is asked some times a page; the rest makes the same papers equal.


@dataclass(frozen=True, slots=True)
class PictureProof:
    """A picture in one use. `caption`, `credit` and `alt` are three texts; alt is empty for a decorative one."""

    alt: str
    caption: str
    credit: str
    """The chain as readers see it: “Mia Solberg/Reuters via CNN Newsource”."""
    copyright_notice: str
    width: int
    height: int
    webp: tuple[Rendition, ...]
    """Smallest first."""
    jpeg: tuple[Rendition, ...]
    """Smallest first; the last is the largest, for social cards and structured data."""
    avif: tuple[Rendition, ...] = ()
    """Smallest first."""
    generated: bool = False
    """Software made it, or a part of it."""
    place: int = 50
    """Where the crop of a card lies: per cent of the side that is cut, from left or top, in steps of 25."""


@dataclass(frozen=True, slots=True)
class SaidProof:
    """One comment of a reader, or the tombstone of one."""

    number: int
    depth: int
    author: str
    role: str
    """writer or newsroom: the paper vouches for it."""
    at: datetime
    html: Markup
    text: str
    respects: int
    edited: datetime | None
    answers: int
    answers_name: str
    picked: bool
    asks: str
    """open or answered: it is a question to the reporter."""
    gone: str
    rule: str
    before_change: bool
    path: str
    """Its conversation, and its place in it: what people link to."""


@dataclass(frozen=True, slots=True)
class ConversationProof:
    """A comment and what answers it."""

    first: SaidProof
    rest: tuple[SaidProof, ...]
    more: int


@dataclass(frozen=True, slots=True)
class TalkProof:
    """A part of what readers say of a story."""

    standing: Standing
    count: int
    conversations: tuple[ConversationProof, ...]
    picks: tuple[SaidProof, ...]
    note: str
    notice: str
    """The paper's word for a civil debate."""
    chunk: int
    chunks: int
    root: int
    path: str
    story: str
    post: str
    """Where a form of this conversation is sent."""
    script: str
    best: bool = False


@dataclass(frozen=True, slots=True)
class GuidelinesProof:
    """The community guidelines."""

    rules: tuple[tuple[str, str], ...]
    words: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CreditProof:
    """A person credited. `path` leads to their page when they are one of ours, else it is empty."""

    name: str
    role: str
    """writer, contributor, photographer, editor or translator."""
    organisation: str
    path: str


@dataclass(frozen=True, slots=True)
class SourceProof:
    """The agency's card: who sent this, what they are to us, under which terms."""

    name: str
    path: str
    about: str
    relation: str
    url: str
    original_url: str
    guid: str
    version: int | None
    arrived: datetime | None
    agency_published: datetime | None
    rights_holder: str
    copyright_notice: str
    usage_terms: str
    no_mining: bool
    """The agency reserves text and data mining (TDM Reservation Protocol)."""
    edited_here: bool
    """We changed the agency's copy or headline."""
    written_by: tuple[str, ...] = ()
    """Whose reporters wrote it, where that is not the agency itself."""
    text_here: bool = False
    """Somebody here opened and saved the copy."""
    headline_here: bool = False
    """The headline is ours."""
    address: str = "own"
    """What search engines are told of its copy here: titles.outlets.WireAddress."""


@dataclass(frozen=True, slots=True)
class CorrectionProof:
    """A note for readers on what was wrong, unclear or new."""

    kind: str
    """correction, clarification, editors_note or update."""
    label: str
    text: str
    at: datetime
    automatic: bool = False
    """Our own count of what changed, in no person's words."""


@dataclass(frozen=True, slots=True)
class TopicProof:
    name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class PositionProof:
    """A cell of a comparison. Empty text: the party said nothing on this point that we know of."""

    party: str
    text: str
    source: Link
    """Where they say so; the path is empty when the source has no address."""


@dataclass(frozen=True, slots=True)
class PointProof:
    """A row of a comparison: a cell for each party, in the order of the columns."""

    point: str
    positions: tuple[PositionProof, ...]


@dataclass(frozen=True, slots=True)
class MomentProof:
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class PlayerProof:
    """What plays once a reader pressed: `kind` is audio, video, frame, or link for what can only be led to."""

    kind: str
    src: str
    link: str
    site: str
    """Whom the reader's browser will ask, in words."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body. Which fields are filled depends on `kind`; the others stay empty.

    text, table: `html`. quote: `text`, `speaker`. picture: `picture`. gallery: `heading`, `pictures`. social: `text`,
    `speaker`, `source`, `when`. facts: `heading`, `html`. comparison: `heading`, `parties`, `points`. timeline:
    `heading`, `moments`. related: `heading`, `links`. media: `heading`, `text`, `speaker` (credit), `player`, `picture`.
    """

    kind: str
    html: Markup = field(default_factory=Markup)
    text: str = ""
    speaker: str = ""
    picture: PictureProof | None = None
    heading: str = ""
    pictures: tuple[PictureProof, ...] = ()
    source: Link | None = None
    when: str = ""
    parties: tuple[str, ...] = ()
    points: tuple[PointProof, ...] = ()
    moments: tuple[MomentProof, ...] = ()
    links: tuple[Link, ...] = ()
    player: PlayerProof | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A story in a list: teaser on a front, item of a feed, row of a sitemap."""

    uid: str
    path: str
    url: str
    headline: str
    kicker: str
    standfirst: str
    language: str
    direction: str
    section: Link
    byline: str
    """“Dana Ruiz and Li Wen”, or the agency's name."""
    source: str
    """The agency's name for wire copy, empty for ours."""
    published: datetime
    updated: datetime
    """Last substantive change."""
    picture: PictureProof | None
    corrected: bool
    breaking: bool
    reading_minutes: int
    short_headline: str = ""
    """For fronts and lists; empty when the headline serves there, too."""
    live: bool = False
    """A live blog that is running."""


@dataclass(frozen=True, slots=True)
class KnownProof:
    """A statement that a colleague confirmed: who says it, and how far that is from us."""

    text: str
    source: str
    distance: str
    """In words for readers."""
    unverified: bool


@dataclass(frozen=True, slots=True)
class StoryProof:
    """A whole story as its page shows it."""

    card: Card
    blocks: tuple[Block, ...]
    text: str
    """The body as plain text, for descriptions and counts."""
    headings: tuple[Link, ...]
    """The subheads with anchors into the page (`#...`), when there are at least three."""
    dateline: str
    writers: tuple[CreditProof, ...]
    others: tuple[CreditProof, ...]
    """Contributors, photographers, editors, translators."""
    lead: PictureProof | None
    more_pictures: tuple[PictureProof, ...]
    corrections: tuple[CorrectionProof, ...]
    """Newest first, updates included."""
    source: SourceProof | None
    topics: tuple[TopicProof, ...]
    parts: tuple[Card, ...]
    """What a package links to, in its order."""
    related: tuple[Card, ...]
    words: int
    preview: bool = False
    social_headline: str = ""
    """What stands over the story where it is shared; empty for the headline."""
    search_title: str = ""
    """What search engines and browser tabs show; empty for the headline."""
    live: LiveProof | None = None
    talk: TalkProof | None = None
    lines: tuple[LineBox, ...] = ()
    known: tuple[KnownProof, ...] = ()
    """“How we know this”: only confirmed statements, only when the desk shows them."""
    short: str = ""
    """The story's short address, as a path."""
    next: Card | None = None
    """What to read next: the first of the related."""


@dataclass(frozen=True, slots=True)
class LivePostProof:
    """One post of a live blog."""

    number: int
    at: datetime
    headline: str
    html: Markup
    text: str
    author: str
    key_point: bool
    correction: str
    corrected: datetime | None
    path: str
    """Where it stands: `...#post-12`."""

    @property
    def id(self) -> str:
        return f"post-{self.number}"


@dataclass(frozen=True, slots=True)
class LiveProof:
    """What a live blog adds to its story: the posts of one page, newest first."""

    running: bool
    begun: datetime
    ended: datetime | None
    summary: Markup
    posts: tuple[LivePostProof, ...]
    key_points: tuple[LivePostProof, ...]
    """Of the whole blog, newest first, the latest ones."""
    count: int
    older: str
    """Path of the page with older posts, empty when there are none."""
    newer: str
    """On a page of older posts: where the newer ones are."""
    fragment: str
    """Path of the posts alone; empty where nothing is to be followed."""
    script: str


@dataclass(frozen=True, slots=True)
class DevelopmentProof:
    """A dated step of a story line, with the story that tells it."""

    at: datetime
    what: str
    card: Card


@dataclass(frozen=True, slots=True)
class LineBox:
    """A story line on the page of one of its stories: what came before it, and the newest after it."""

    name: str
    path: str
    ended: bool
    outcome: str
    earlier: tuple[DevelopmentProof, ...]
    newest: DevelopmentProof | None


@dataclass(frozen=True, slots=True)
class LineProof:
    """A story line's own page. `days` holds developments by day, the newest first."""

    name: str
    path: str
    summary: str
    begun: datetime
    changed: datetime
    ended: datetime | None
    outcome: str
    days: tuple[tuple[datetime, tuple[DevelopmentProof, ...]], ...]
    feeds: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A story line in the list of lines."""

    name: str
    path: str
    summary: str
    ended: datetime | None
    outcome: str
    newest: DevelopmentProof
    count: int


@dataclass(frozen=True, slots=True)
class LinesProof:
    """All story lines: those that go on, and those that ended."""

    developing: tuple[LineRow, ...]
    ended: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class NewsRow:
    """A story in the news sitemap."""

    url: str
    headline: str
    language: str
    published: datetime


@dataclass(frozen=True, slots=True)
class ListProof:
    """A section front, topic page, person's or source's page, one page of it."""

    kind: str
    """section, topic, person or source."""
    name: str
    path: str
    description: str
    cards: tuple[Card, ...]
    page: int
    """Counted from the oldest; 0 for the list itself, with the newest."""
    newer: str
    """Path of the page with newer stories, empty on the list itself."""
    older: str
    feeds: tuple[Link, ...]
    """RSS, Atom and JSON Feed of this list."""
    person: PersonProof | None = None
    source_url: str = ""
    relation: str = ""
    top: FrontProof | None = None
    """A section's front as editors arranged it, above the list."""


@dataclass(frozen=True, slots=True)
class PersonProof:
    name: str
    job_title: str
    bio: str
    email: str


@dataclass(frozen=True, slots=True)
class FrontSection:
    """A section's part of the front page."""

    link: Link
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class FrontProof:
    """The front page: a lead, the stories beside it, then a strip for each section. No story twice."""

    lead: Card | None
    seconds: tuple[Card, ...]
    latest: tuple[Card, ...]
    sections: tuple[FrontSection, ...]
    feeds: tuple[Link, ...]
    related: tuple[Card, ...] = ()
    """Stories that belong to the lead."""
    packages: tuple[Package, ...] = ()
    briefs: tuple[Card, ...] = ()
    banner: BannerProof | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """A story with those that belong to it."""

    lead: Card
    related: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class BannerProof:
    """Breaking news pinned over a front. `path` may be empty."""

    text: str
    path: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CorrectionsProof:
    """The public list of corrections: each with the story it belongs to, newest first."""

    policy: Markup
    rows: tuple[tuple[CorrectionProof, Card], ...]


@dataclass(frozen=True, slots=True)
class StandingProof:
    """A page that stays: about, contact, a notice."""

    name: str
    path: str
    html: Markup
    status: int = 200


@dataclass(frozen=True, slots=True)
class NoticeProof:
    """An obituary, a notice or an event, on its page and in lists."""

    kind: str
    """obituary, notice or event."""
    name: str
    path: str
    url: str
    summary: str
    html: Markup
    picture: PictureProof | None
    placed_by: str
    paid: bool
    published: datetime
    updated: datetime
    born: date | None = None
    died: date | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    venue: str = ""
    address: str = ""
    price: str = ""
    more: str = ""
    """An address with more about an event."""
    status: str = "EventScheduled"


@dataclass(frozen=True, slots=True)
class NoticesProof:
    """The list of one kind: newest first, events by their beginning."""

    kind: str
    name: str
    path: str
    rows: tuple[NoticeProof, ...]


@dataclass(frozen=True, slots=True)
class PrivacyProof:
    """What the paper keeps of its readers, as it is switched on now."""

    switched_on: tuple[str, ...]
    """`contact`, `search`...: each has a heading and a text among the labels, `privacy_contact`."""
    days: int
    """After how many days tips are deleted."""
    kept: int
    """For how many days the mailroom knows what it sent to whom."""
    signed_in: int
    """For how many days a reader of the conversation stays signed in."""
    networks: int
    """For how many days it is known that two comments came from one network."""
    extra: Markup
    """What the paper adds in its own words."""


@dataclass(frozen=True, slots=True)
class StaffProof:
    """The people of the paper."""

    name: str
    path: str
    html: Markup
    people: tuple[tuple[PersonProof, str], ...]
    """Each with the path of their page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a plate is given: the paper, what stands on the page, and the page's own address and head."""

    paper: PaperProof
    path: str
    heading: str
    description: str
    feeds: tuple[Link, ...] = field(default=())
    robots: str = "max-image-preview:large"
    canonical: str = ""
    """The address that search engines are to keep, when it is not the page's own."""
    social: bool = True
    """Whether the page tells what a link to it should show, even if search engines leave it out."""
    embed: str = ""
    """Where others ask how to show the page on theirs (oEmbed)."""


@dataclass(frozen=True, slots=True)
class SearchProof:
    """What a reader asked for, as the form repeats it, and what was found. Values of filters are as in the address."""

    words: str = ""
    headlines: bool = False
    section: str = ""
    topic: str = ""
    by: str = ""
    """ours, wire or empty."""
    since: str = ""
    until: str = ""
    sections: tuple[Link, ...] = ()
    """Filters that the reader may choose from: name, and value in place of a path."""
    topics: tuple[Link, ...] = ()
    cards: tuple[Card, ...] = ()
    spelt: str = ""
    """What was looked for instead."""
    older: str = ""
    """Address of the next page."""
    asked: bool = False
    wrong: str = ""
    """What of the question could not be understood."""

    @property
    def narrowed(self) -> bool:
        return bool(self.headlines or self.section or self.topic or self.by or self.since or self.until)
