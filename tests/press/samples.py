"""Hand-made proofs, rich on purpose: what a plate must get right stands here once. All names are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from masthead.press import addresses, proof

ZONE = ZoneInfo("Europe/London")
MORNING = datetime(2025, 11, 23, 14, 5, tzinfo=UTC).astimezone(ZONE)

LOCAL = proof.Link("Local", "/local/")
HARBOUR = proof.Link("Harbour", "/harbour/")
WORLD = proof.Link("World", "/world/")
SPORT = proof.Link("Sport", "/sport/")
CULTURE = proof.Link("Culture", "/culture/")

PAPER = proof.PaperProof(
    name="The Marrowby Courier",
    tagline="News of the harbour, the hills and the seven villages",
    town="Marrowby",
    base_url="https://courier.example",
    language="en-GB",
    direction="ltr",
    contact_email="desk@courier.example",
    sections=(LOCAL, HARBOUR, WORLD, SPORT, CULTURE),
    standing=(
        proof.Link("About us", addresses.ABOUT),
        proof.Link("Corrections", addresses.CORRECTIONS),
        proof.Link("Contact", addresses.CONTACT),
    ),
    css_path="/assets/site-test.css",
    icon_path=addresses.ICON,
    year=2025,
)

FEEDS = (
    proof.Link("The Marrowby Courier: RSS", "/feed.rss"),
    proof.Link("The Marrowby Courier: Atom", "/feed.atom"),
    proof.Link("The Marrowby Courier: JSON Feed", "/feed.json"),
)


def picture(number: int = 1, *, tall: bool = False, alt: str | None = None) -> proof.PictureProof:
    """A picture in three sizes."""
    width, height = (1600, 1067) if not tall else (1067, 1600)
    sizes = [(w, round(w * height / width)) for w in (480, 960, width)]
    folder = f"/pictures/{number}-0123456789ab/"
    return proof.PictureProof(
        alt="Two boats lie at the quay under a grey sky" if alt is None else alt,
        caption="The “Anna Lind” and the “Petrel” came in on Sunday morning, hours before the gale.",
        credit="Mia Solberg/Sound Wire",
        copyright_notice="© 2025 Sound Wire",
        width=width,
        height=height,
        webp=tuple(proof.Rendition(f"{folder}{w}.webp", w, h) for w, h in sizes),
        jpeg=tuple(proof.Rendition(f"{folder}{w}.jpg", w, h) for w, h in sizes[-2:]),
    )


def card(number: int = 1, **changes: object) -> proof.Card:
    """A teaser of one of our own stories."""
    made = proof.Card(
        uid=f"00000000-0000-4000-8000-{number:012d}",
        path=f"/2025/11/23/story-{number}/",
        url=f"https://courier.example/2025/11/23/story-{number}/",
        headline="Ferry crews vote to keep the winter timetable",
        kicker="",
        standfirst="After three weeks of talks the last boat will still leave Marrowby at ten to midnight.",
        language="en-GB",
        direction="ltr",
        section=LOCAL,
        byline="Dana Ruiz and Tomáš Novák",
        source="",
        published=MORNING - timedelta(minutes=37 * number),
        updated=MORNING - timedelta(minutes=37 * number),
        picture=picture(number),
        corrected=False,
        breaking=False,
        reading_minutes=3,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


OWN_WRITERS = (
    proof.CreditProof("Dana Ruiz", "writer", "", "/people/dana-ruiz/"),
    proof.CreditProof("Tomáš Novák", "writer", "", "/people/tomas-novak/"),
)
WIRE_WRITERS = tuple(
    proof.CreditProof(name, "writer", "Sound Wire", "")
    for name in ("Zoë Håkansson", "François Lefèvre", "Łukasz Wójcik", "Aoife Ní Bhriain")
)
OTHERS = (
    proof.CreditProof("Priya Raman", "contributor", "", ""),
    proof.CreditProof("José Peña", "contributor", "", ""),
    proof.CreditProof("Mia Solberg", "photographer", "Sound Wire", ""),
    proof.CreditProof("Ellen Marsh", "editor", "", "/people/ellen-marsh/"),
)

SOURCE = proof.SourceProof(
    name="Sound Wire",
    path="/sources/sound-wire/",
    about="Sound Wire is a news agency owned by forty coastal papers. It reports from six harbours.",
    relation="We subscribe to Sound Wire’s regional service and choose what we print.",
    url="https://soundwire.example/",
    original_url="https://soundwire.example/stories/talks-88213",
    guid="urn:soundwire:88213",
    version=4,
    arrived=MORNING - timedelta(minutes=9),
    agency_published=MORNING - timedelta(minutes=12),
    rights_holder="Sound Wire Cooperative",
    copyright_notice="™ & © 2025 Sound Wire Cooperative. All rights reserved.",
    usage_terms="For the members’ own pages only.",
    no_mining=True,
    edited_here=True,
)

CORRECTION = proof.CorrectionProof(
    "correction",
    "Correction",
    "An earlier version gave the number of boats as twelve. There are ten.",
    MORNING + timedelta(hours=1, minutes=5),
)
UPDATE = proof.CorrectionProof(
    "update", "Update", "The harbour master’s answer was added.", MORNING + timedelta(hours=2, minutes=40)
)

FIRST = Markup(
    "<p>The envoys met for three hours on Sunday and came out <em>without a paper</em>, but with a date for the "
    'next meeting. “We are very close to a deal,” one of them <a href="https://soundwire.example/quote">said</a> '
    "on the steps of the old customs house, where the rain had been falling since before dawn.</p>"
    "<p>Neither side would say what had changed since Wednesday. The port has been closed to trawlers from across "
    "the sound since the spring, and both councils have said that the winter must not begin without a rule.</p>"
    '<h2 id="two-maps">Two maps of one sound</h2>'
    "<p>The first draft would move the line two miles north of the Skerries; the second leaves it and shares the "
    'catch. <a href="/2025/11/20/line/">The line was drawn in 1974</a>, before anybody had counted the herring.</p>'
    "<ul><li>Ten boats work the northern ground.</li><li>Six of them are from Marrowby.</li></ul>"
)
TABLE = Markup(
    "<table><caption>Landings at Marrowby, tonnes</caption><thead><tr><th>Year</th><th>Herring</th><th>Mackerel</th>"
    "<th>Crab and lobster</th><th>Queen scallops</th><th>All other species</th></tr></thead><tbody>"
    "<tr><th>2023</th><td>1,204</td><td>880</td><td>96</td><td>212</td><td>77</td></tr>"
    "<tr><th>2024</th><td>1,011</td><td>902</td><td>101</td><td>198</td><td>81</td></tr></tbody></table>"
)
SECOND = Markup(
    '<h2 id="what-the-crews-say">What the crews say</h2><p>On the quay few believed in either map. “We will fish '
    "where the fish are,” said one skipper, who asked not to be named because he sits on the committee.</p>"
    '<h2 id="next">What happens next</h2><p>The envoys meet again on Thursday in Skerry Bay.</p>'
    "<blockquote><p>No boat shall be turned away in a gale.</p></blockquote>"
    "<p>That sentence stands in both drafts.</p>"
)


def story(**changes: object) -> proof.StoryProof:
    """A wire story with everything on it."""
    teaser = card(
        1,
        headline="Envoys ‘very close’ to a deal on the northern fishing ground",
        kicker="Sound talks",
        section=WORLD,
        byline="Zoë Håkansson, François Lefèvre, Łukasz Wójcik and Aoife Ní Bhriain",
        source="Sound Wire",
        published=MORNING,
        updated=MORNING + timedelta(hours=2, minutes=40),
        corrected=True,
        reading_minutes=4,
    )
    made = proof.StoryProof(
        card=teaser,
        blocks=(
            proof.Block("text", html=FIRST),
            proof.Block("quote", text="We will fish where the fish are.", speaker="A skipper on the quay"),
            proof.Block("table", html=TABLE),
            proof.Block("picture", picture=picture(3)),
            proof.Block("text", html=SECOND),
        ),
        text="The envoys met for three hours on Sunday and came out without a paper.",
        headings=(
            proof.Link("Two maps of one sound", "#two-maps"),
            proof.Link("What the crews say", "#what-the-crews-say"),
            proof.Link("What happens next", "#next"),
        ),
        dateline="MARROWBY (Sound Wire)",
        writers=WIRE_WRITERS,
        others=OTHERS,
        lead=picture(1),
        more_pictures=(picture(4, tall=True),),
        corrections=(UPDATE, CORRECTION),
        source=SOURCE,
        topics=(
            proof.TopicProof("Herring", "subject", "/topics/herring/"),
            proof.TopicProof("Skerry Bay", "place", "/topics/skerry-bay/"),
            proof.TopicProof("Ingrid Vale", "person", "/topics/ingrid-vale/"),
            proof.TopicProof("Harbour Council", "organisation", "/topics/harbour-council/"),
        ),
        parts=(),
        related=(card(5), wire_card(6), card(7, picture=None), card(8, corrected=True)),
        words=912,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def wire_card(number: int = 2, **changes: object) -> proof.Card:
    """A teaser of agency copy."""
    return card(
        number,
        **{
            "headline": "Storm to reach the sound by Monday night, forecasters say",
            "standfirst": "Gusts of seventy miles an hour are expected on the outer islands.",
            "source": "Sound Wire",
            "byline": "Sound Wire",
            "section": WORLD,
            "picture": None,
        }
        | changes,
    )


GERMAN = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsverordnung wird überarbeitet"


def german_card(number: int = 3, **changes: object) -> proof.Card:
    """A long compound, to be broken by the browser and not by the page."""
    words = {
        "headline": GERMAN,
        "language": "de",
        "kicker": "Rentenversicherungsanstalten",
        "byline": "Jörg Weiß",
    }
    return card(number, **words | changes)


def arabic_card(number: int = 4, **changes: object) -> proof.Card:
    """A story written from right to left on a page that is not."""
    words = {
        "headline": "مجلس الميناء يقر ميزانية جديدة للصيادين في الشتاء",
        "standfirst": "صوّت المجلس بالإجماع بعد جلسة دامت أربع ساعات.",
        "language": "ar",
        "direction": "rtl",
        "byline": "ليلى حدّاد",
        "section": HARBOUR,
    }
    return card(number, **words | changes)


def own_story(**changes: object) -> proof.StoryProof:
    """A plain story of ours: two writers, no dateline, no corrections."""
    base = story(
        card=card(2),
        blocks=(proof.Block("text", html=SECOND),),
        headings=(),
        dateline="",
        writers=OWN_WRITERS,
        others=(),
        more_pictures=(),
        corrections=(),
        source=None,
        parts=(),
        related=(),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def arabic_story() -> proof.StoryProof:
    """Ours, in Arabic, without a picture."""
    text = Markup(
        "<p>أقر مجلس ميناء ماروبي يوم الأحد ميزانية جديدة لدعم الصيادين خلال فصل الشتاء، بعد جلسة دامت أربع ساعات.</p>"
        '<p>وقال رئيس المجلس إن القرار «يحمي عشرة قوارب وستين عائلة».</p><h2 id="votes">التصويت</h2><p>لم يعترض أحد.</p>'
    )
    writers = (proof.CreditProof("ليلى حدّاد", "writer", "", "/people/layla-haddad/"),)
    return own_story(
        card=arabic_card(),
        blocks=(
            proof.Block("text", html=text),
            proof.Block("quote", text="عشرة قوارب وستون عائلة", speaker="رئيس المجلس"),
        ),
        dateline="ماروبي",
        writers=writers,
        lead=None,
        corrections=(UPDATE,),
    )


def page(path: str = "/2025/11/23/story-1/", heading: str = "", **changes: object) -> proof.Page:
    """A page of the paper."""
    made = proof.Page(
        paper=PAPER,
        path=path,
        heading=heading or "Envoys ‘very close’ to a deal on the northern fishing ground",
        description="After three weeks of talks the last boat will still leave Marrowby at ten to midnight.",
        feeds=FEEDS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def front() -> proof.FrontProof:
    """A full front page."""
    lead = card(
        1,
        headline="Harbour wall will hold this winter, engineers tell a packed town hall",
        kicker="The wall",
        section=HARBOUR,
        standfirst="Four hundred people came to hear it. The bill, they learned, comes in the spring, and nobody has "
        "said yet who pays.",
        corrected=True,
    )
    seconds = (
        card(2),
        wire_card(3),
        german_card(4),
        card(5, kicker="Schools", headline="Hill School gets its bus back"),
    )
    latest = (
        wire_card(6, breaking=True),
        card(7, headline="Lifeboat called out twice before breakfast"),
        arabic_card(8),
        wire_card(9, headline="Bank leaves rates where they are", corrected=True),
        card(10, headline="Two held after break-in at the ice house"),
        wire_card(11, headline="Island airline files for protection from creditors"),
        card(12, headline="The library opens on Sundays again, for a trial of three months"),
        wire_card(13, headline="Sea eagles breed on the Skerries for the first time since 1911"),
    )
    strips = (
        proof.FrontSection(
            LOCAL, (card(14), card(15, picture=None), german_card(16), card(17, corrected=True))
        ),
        proof.FrontSection(WORLD, tuple(wire_card(n) for n in range(18, 21))),
        proof.FrontSection(
            SPORT,
            (card(22, section=SPORT, headline="Courage, mud and a late goal: Marrowby 2, Skerry Bay 1"),),
        ),
        proof.FrontSection(
            CULTURE,
            (wire_card(23), card(24, section=CULTURE, headline="A choir of forty for a church of thirty")),
        ),
    )
    return proof.FrontProof(lead=lead, seconds=seconds, latest=latest, sections=strips, feeds=FEEDS)


def bare_front() -> proof.FrontProof:
    """A front without a single picture."""
    full = front()
    strips = tuple(
        replace(strip, cards=tuple(replace(c, picture=None) for c in strip.cards)) for strip in full.sections
    )
    assert full.lead
    seconds = tuple(replace(c, picture=None) for c in full.seconds)
    return replace(full, lead=replace(full.lead, picture=None), seconds=seconds, sections=strips)


def short_front(stories: int) -> proof.FrontProof:
    """A front of a paper that has only begun."""
    lead = card(1) if stories else None
    return proof.FrontProof(lead=lead, seconds=(), latest=(), sections=(), feeds=FEEDS)


def listing(kind: str = "section", **changes: object) -> proof.ListProof:
    """A list with older pages."""
    made = proof.ListProof(
        kind=kind,
        name="Harbour",
        path="/harbour/",
        description="Boats, berths, tides and the people who live by them.",
        cards=(card(1), wire_card(2), german_card(3), arabic_card(4), card(5, picture=None, corrected=True)),
        page=0,
        newer="",
        older="/harbour/page/2/",
        feeds=FEEDS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def person_listing() -> proof.ListProof:
    """The page of one of our people."""
    person = proof.PersonProof(
        "Dana Ruiz", "Harbour reporter", "Dana has covered the harbour since 2011.", "dana@courier.example"
    )
    return listing(
        "person", name="Dana Ruiz", path="/people/dana-ruiz/", description=person.bio, person=person
    )


def source_listing() -> proof.ListProof:
    """The page of an agency."""
    return listing(
        "source",
        name="Sound Wire",
        path="/sources/sound-wire/",
        description=SOURCE.about,
        source_url=SOURCE.url,
        relation=SOURCE.relation,
        cards=(wire_card(1), wire_card(2)),
    )


def corrections() -> proof.CorrectionsProof:
    """The public list of corrections."""
    note = proof.CorrectionProof("clarification", "Clarification", "The vote was open to all crews.", MORNING)
    policy = Markup("<p>We correct at once, say so at the top of the story, and keep the list here.</p>")
    return proof.CorrectionsProof(policy=policy, rows=((CORRECTION, wire_card(1)), (note, german_card(2))))


STANDING = proof.StandingProof(
    name="About us",
    path="/about/",
    html=Markup(
        "<p>The Courier is owned by its readers.</p><h2>Who we are</h2><p>Five people and a dog.</p>"
    ),
)


def arranged_front(**changes: object) -> proof.FrontProof:
    """A front as editors arrange it: a banner, a lead with a story of its own, packages, briefs."""
    made = proof.FrontProof(
        lead=card(1, live=True),
        related=(wire_card(2), german_card(3)),
        seconds=(card(4), wire_card(5)),
        latest=(card(6),),
        sections=(),
        feeds=FEEDS,
        packages=(
            proof.Package(card(7), (wire_card(8), arabic_card(9))),
            proof.Package(card(10, picture=None), ()),
        ),
        briefs=(german_card(11), card(12, corrected=True)),
        banner=proof.BannerProof("The quay is flooded", "/2025/11/23/story-1/", card(1).published),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def line() -> proof.LineProof:
    """A story line over two days, ended."""
    steps = tuple(proof.DevelopmentProof(c.published, w, c) for c, w in ((card(1), ""), (arabic_card(2), "The wall gave way.")))
    return proof.LineProof(
        name="The harbour wall",
        path="/stories-so-far/harbour-wall/",
        summary="It will hold this winter.",
        begun=steps[1].at,
        changed=steps[0].at,
        ended=steps[0].at,
        outcome="The wall was rebuilt.",
        days=((steps[0].at, steps[:1]), (steps[1].at, steps[1:])),
        feeds=FEEDS,
    )


def lines() -> proof.LinesProof:
    """One line that goes on and one that ended."""
    newest = line().days[0][1][0]
    rows = [
        proof.LineRow(name, f"/stories-so-far/{n}/", "A summary.", ended, "An outcome." if ended else "", newest, 2)
        for n, (name, ended) in enumerate((("One", None), ("Two", newest.at)))
    ]
    return proof.LinesProof(developing=(rows[0],), ended=(rows[1],))


def line_box() -> proof.LineBox:
    """The box on the page of a story in the middle of a line."""
    steps = [step for _, day in line().days for step in day]
    return proof.LineBox("The harbour wall", "/stories-so-far/harbour-wall/", True, "It was rebuilt.", (steps[1],), steps[0])


def live(**changes: object) -> proof.LiveProof:
    """A running live blog with a corrected key point."""
    at = card(1).published
    posts = tuple(
        proof.LivePostProof(
            n, at, "Gates shut" if n == 2 else "", Markup("<p>Water rises.</p>"), "Water rises.", "Dana Ruiz", n == 2,
            "We had the wrong gate." if n == 2 else "", at if n == 2 else None, f"/2025/11/23/story-1/#post-{n}",
        )
        for n in (3, 2, 1)
    )  # fmt: skip
    made = proof.LiveProof(
        running=True,
        begun=at,
        ended=None,
        summary=Markup("<p>The gates are shut.</p>"),
        posts=posts,
        key_points=posts[1:2],
        count=53,
        older="/2025/11/23/story-1/posts/1/",
        newer="",
        fragment="/2025/11/23/story-1/live.html",
        script="/assets/live-0.js",
    )
    return replace(made, **changes)  # type: ignore[arg-type]
