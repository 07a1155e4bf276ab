"""The plates: every page as readers, screen readers and machines get it, from hand-made proofs."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from collections import Counter
from dataclasses import replace

import html5lib
import pytest
from lxml import etree
from markupsafe import Markup

from masthead.press import assets, jsonfeed, labels, platemaker, proof
from masthead.press.labels import LABELS
from tests.press import samples

NS = {"a": "http://www.w3.org/2005/Atom", "content": "http://purl.org/rss/1.0/modules/content/",
      "dc": "http://purl.org/dc/elements/1.1/", "media": "http://search.yahoo.com/mrss/"}  # fmt: skip


def article(story: proof.StoryProof, **page: object) -> str:
    about = samples.page(story.card.path, story.card.headline, **page)
    return platemaker.render("article.html", page=about, story=story)


def front(shown: proof.FrontProof) -> str:
    return platemaker.render("front.html", page=samples.page("/", samples.PAPER.name), front=shown)


def list_(shown: proof.ListProof) -> str:
    return platemaker.render("list.html", page=samples.page(shown.path, shown.name), list=shown)


PAGES = {
    "wire story": lambda: article(samples.story()),
    "own story": lambda: article(samples.own_story()),
    "preview": lambda: article(samples.own_story(preview=True), robots="noindex", social=False),
    "story without picture": lambda: article(samples.story(lead=None, more_pictures=())),
    "story without anything": lambda: article(samples.own_story(writers=(), lead=None, blocks=(), topics=())),
    "german": lambda: article(samples.own_story(card=samples.german_card())),
    "arabic": lambda: article(samples.arabic_story()),
    "front": lambda: front(samples.front()),
    "front without pictures": lambda: front(samples.bare_front()),
    "front with one story": lambda: front(samples.short_front(1)),
    "empty front": lambda: front(samples.short_front(0)),
    "section": lambda: list_(samples.listing()),
    "topic, second page": lambda: list_(samples.listing("topic", page=2, newer="/topics/a/")),
    "person": lambda: list_(samples.person_listing()),
    "source": lambda: list_(samples.source_listing()),
    "empty list": lambda: list_(samples.listing(cards=(), older="")),
    "corrections": lambda: platemaker.render(
        "corrections.html",
        page=samples.page("/corrections/", "Corrections"),
        corrections=samples.corrections(),
    ),
    "no corrections": lambda: platemaker.render(
        "corrections.html",
        page=samples.page("/corrections/", "Corrections"),
        corrections=proof.CorrectionsProof(policy=Markup(), rows=()),
    ),
    "arranged front": lambda: front(samples.arranged_front()),
    "arranged front without pictures": lambda: front(
        samples.arranged_front(lead=samples.card(1, picture=None), seconds=(), latest=(), packages=())
    ),
    "arranged section": lambda: list_(samples.listing(top=samples.arranged_front())),
    "section with a banner only": lambda: list_(
        samples.listing(top=samples.arranged_front(lead=None, related=(), seconds=(), latest=(), packages=(), briefs=()))
    ),
    "story line": lambda: platemaker.render(
        "line.html", page=samples.page("/stories-so-far/harbour-wall/", "The harbour wall"), line=samples.line()
    ),
    "story lines": lambda: platemaker.render(
        "lines.html", page=samples.page("/stories-so-far/", "Stories so far"), lines=samples.lines()
    ),
    "no story lines": lambda: platemaker.render(
        "lines.html", page=samples.page("/stories-so-far/", "Stories so far"), lines=proof.LinesProof((), ())
    ),
    "live": lambda: article(samples.own_story(live=samples.live(), lines=(samples.line_box(),))),
    "live, nothing posted": lambda: article(
        samples.own_story(live=samples.live(posts=(), key_points=(), older="", summary=Markup()))
    ),
    "live, ended, arabic": lambda: article(
        replace(
            samples.arabic_story(),
            live=samples.live(running=False, ended=samples.card(1).published, fragment="", script=""),
            lines=(samples.line_box(),),
        )
    ),
    "older posts": lambda: platemaker.render(
        "live-posts.html",
        page=samples.page("/2025/11/23/story-1/posts/1/", "Older posts", robots="noindex, follow", social=False),
        live=samples.live(older="", newer="/2025/11/23/story-1/", fragment="", script=""),
        card=samples.card(1),
    ),
    "about": lambda: platemaker.render(
        "standing.html", page=samples.page("/about/", "About us"), standing=samples.STANDING
    ),
    "gone": lambda: platemaker.render(
        "gone.html",
        page=samples.page("/x/", "This story has been withdrawn", robots="noindex", social=False, description=""),
    ),
    "missing": lambda: platemaker.render(
        "missing.html", page=samples.page("", "Nothing here", robots="noindex", social=False, description="", feeds=())
    ),
}


def parse(text: str) -> etree._Element:
    return html5lib.parse(text, treebuilder="lxml", namespaceHTMLElements=False).getroot()


def text_of(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def one(tree: etree._Element, xpath: str) -> etree._Element:
    (found,) = tree.xpath(xpath)
    return found


def nodes(tree: etree._Element) -> list[dict]:
    return [json.loads(s.text) for s in tree.xpath("//script[@type='application/ld+json']")]


@pytest.fixture(params=PAGES, scope="module")
def tree(request):
    return parse(PAGES[request.param]())


# --- every page ---------------------------------------------------------------------------------------------


def test_has_one_headline_one_main_and_no_level_skipped(tree) -> None:
    assert len(tree.xpath("//h1")) == 1
    assert len(tree.xpath("//main[@id='main'][@tabindex='-1']")) == 1
    levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels)), levels


def test_skip_links_come_first_and_lead_somewhere(tree) -> None:
    stops = tree.xpath("//body//*[self::a[@href] or self::button or self::input or self::summary]")
    assert [a.get("href") for a in stops[:2]] == ["#main", "#nav"]
    for link in tree.xpath("//a[starts-with(@href, '#')]"):
        assert tree.xpath("//*[@id=$name]", name=link.get("href")[1:]), link.get("href")


def test_nothing_that_the_content_policy_would_stop(tree) -> None:
    assert not tree.xpath("//style | //*[@style] | //iframe | //script[not(@type='application/ld+json') and not(@src)]")
    # One script there is, our own, and only where a live blog is followed.
    followed = bool(tree.xpath("//*[@data-follow]"))
    assert tree.xpath("//script/@src") == (["/assets/live-0.js"] if followed else [])
    assert not [name for e in tree.iter() for name in e.attrib if name.startswith("on")]
    assert not [img for img in tree.xpath("//img") if not img.get("src").startswith("/")]
    assert [link.get("href") for link in tree.xpath("//link[@rel='stylesheet']")] == [samples.PAPER.css_path]


def test_ids_are_unique_and_labels_resolve(tree) -> None:
    ids = Counter(tree.xpath("//@id"))
    assert {name: n for name, n in ids.items() if n > 1} == {}
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)


def test_head_is_complete(tree) -> None:
    head = one(tree, "//head")
    assert head[0].get("charset") == "utf-8"
    assert "maximum-scale" not in one(tree, "//meta[@name='viewport']").get("content")
    assert text_of(one(tree, "//title"))
    assert tree.get("lang") == "en-GB" and tree.get("dir") == "ltr"
    hidden = "noindex" in one(tree, "//meta[@name='robots']").get("content")
    assert len(tree.xpath("//link[@rel='canonical']")) == (0 if hidden else 1)


def test_pictures_keep_their_place_and_alt_is_no_caption(tree) -> None:
    for img in tree.xpath("//img"):
        assert int(img.get("width")) > 0 and int(img.get("height")) > 0
        assert img.get("alt") is not None and "<" not in img.get("alt")
        assert (img.get("fetchpriority") == "high") != (img.get("loading") == "lazy")
        for caption in img.xpath("ancestor::figure[1]//*[@class='caption']"):
            assert text_of(caption) != img.get("alt")
    assert len(tree.xpath("//img[@fetchpriority='high']")) <= 1


def test_times_can_be_read_by_machines(tree) -> None:
    for time in tree.iter("time"):
        # A weekday in the text has its date, everything else its second and zone.
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?", time.get("datetime"))


def test_links_say_where_they_lead(tree) -> None:
    for link in tree.iter("a"):
        assert text_of(link), etree.tostring(link)
        assert text_of(link).lower() not in {"here", "click here", "read more", "more"}


def test_scrolling_parts_can_be_reached_by_keyboard(tree) -> None:
    for table in tree.iter("table"):
        region = table.getparent()
        assert (region.tag, region.get("tabindex")) == ("section", "0")
        assert region.get("aria-label")


# --- the story ----------------------------------------------------------------------------------------------

ORDER = [
    ("kicker", "//article/header/p[starts-with(@class, 'kicker')]"),
    ("headline", "//h1"),
    ("standfirst", "//article/header/p[@class='standfirst']"),
    ("byline", "//address"),
    ("dates", "//*[@class='dates']"),
    ("reading time", "//*[@class='reading']"),
    ("source line", "//*[@class='source-line']"),
    ("lead picture", "//figure[contains(@class,'lead')]"),
    ("correction", "//*[@class='notes']"),
    ("contents", "//*[@class='contents']"),
    ("body", "//*[@class='text']"),
    ("more pictures", "//*[@class='more-pictures']"),
    ("credits", "//article/div/footer"),
    ("source", "//*[@class='source']"),
    ("changes", "//*[@id='changes']"),
    ("topics", "//*[@class='topics']"),
    ("related", "//*[@class='related']"),
    ("foot", "//body/footer"),
]


def test_the_parts_of_a_story_stand_in_order() -> None:
    tree = parse(article(samples.story()))
    places = list(tree.iter())
    found = [(name, places.index(one(tree, xpath))) for name, xpath in ORDER]
    assert found == sorted(found, key=lambda part: part[1])


def test_wire_byline_names_all_four_and_the_agency_once() -> None:
    tree = parse(article(samples.story()))
    said = text_of(one(tree, "//address"))
    assert said == "By Zoë Håkansson, François Lefèvre, Łukasz Wójcik and Aoife Ní Bhriain, Sound Wire"
    assert not tree.xpath("//address//a")
    line = text_of(one(tree, "//*[@class='source-line']"))
    assert line == "From Sound Wire received 13:56 not written by our newsroom"


def test_our_writers_have_pages() -> None:
    tree = parse(article(samples.own_story()))
    assert [a.get("href") for a in tree.xpath("//address//a[@rel='author']")] == [
        w.path for w in samples.OWN_WRITERS
    ]
    assert not tree.xpath("//*[@class='source-line']")
    assert "Written by our newsroom" in text_of(one(tree, "//*[@class='source']"))


def test_writers_of_two_houses_each_have_theirs() -> None:
    mixed = (samples.OWN_WRITERS[0], samples.WIRE_WRITERS[0])
    tree = parse(article(samples.story(writers=mixed)))
    assert text_of(one(tree, "//address")) == "By Dana Ruiz and Zoë Håkansson (Sound Wire)"


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"writers": ()}, "By Sound Wire"), ({"writers": (), "source": None}, "By The Marrowby Courier")],
)
def test_a_story_without_names_says_whose_it_is(changes, said) -> None:
    tree = parse(article(samples.story(**changes)))
    assert text_of(one(tree, "//address")) == said


def test_the_dateline_runs_into_the_first_paragraph() -> None:
    tree = parse(article(samples.story()))
    first = tree.xpath("//*[@class='text']/p")[0]
    assert text_of(first).startswith("MARROWBY (Sound Wire) — The envoys met")
    assert text_of(first[0]) == "MARROWBY (Sound Wire) —"
    blocks = (proof.Block("table", html=samples.TABLE),)
    alone = parse(article(samples.story(blocks=blocks)))
    assert text_of(one(alone, "//*[@class='dateline']")) == "MARROWBY (Sound Wire)"


def test_corrections_stand_before_the_text_and_all_changes_after_it() -> None:
    tree = parse(article(samples.story()))
    assert [text_of(p) for p in tree.xpath("//*[@class='notes']//strong")] == ["Correction"]
    changes = [text_of(s) for s in tree.xpath("//*[@id='changes']//strong")]
    assert changes == ["Update", "Correction"]
    assert one(tree, "//*[@class='dates']//a").get("href") == "#changes"


def test_without_changes_nothing_speaks_of_them() -> None:
    tree = parse(article(samples.own_story()))
    assert not tree.xpath("//*[@id='changes'] | //*[@class='notes'] | //*[@href='#changes']")
    assert len(tree.xpath("//*[@class='dates']//time")) == 1


def test_a_story_in_another_language_is_marked_and_the_frame_is_not() -> None:
    tree = parse(article(samples.arabic_story()))
    story = one(tree, "//article[starts-with(@class, 'story')]")
    assert (story.get("lang"), story.get("dir")) == ("ar", "rtl")
    rail = one(tree, "//*[@class='rail']")
    assert (rail.get("lang"), rail.get("dir")) == ("en-GB", "ltr")
    assert "lang" not in parse(article(samples.own_story())).xpath("//article")[0].attrib


def test_rights_stand_word_for_word_outside_the_text() -> None:
    tree = parse(article(samples.story()))
    assert text_of(one(tree, "//*[@class='rights']/p[1]")) == samples.SOURCE.copyright_notice
    assert samples.SOURCE.copyright_notice not in text_of(one(tree, "//*[@class='text']"))


def test_what_strangers_write_is_escaped_everywhere() -> None:
    bad = '</script><script>alert(1)</script><i>"&\x07'
    card = samples.card(1, headline=bad, kicker=bad, standfirst=bad, byline=bad)
    shown = replace(samples.picture(), alt=bad, caption=bad, credit=bad)
    story = samples.story(card=card, lead=shown, dateline=bad)
    for page in (article(story, description=bad), front(replace(samples.front(), lead=card))):
        tree = parse(page)
        assert not tree.xpath("//script[not(@type)]") and not tree.xpath("//i")
        assert "\x07" not in page
        assert nodes(tree)
    assert nodes(parse(article(story)))[0]["headline"] == bad


def test_a_preview_says_so() -> None:
    tree = parse(PAGES["preview"]())
    assert "not published" in text_of(one(tree, "//*[@class='preview']"))
    assert LABELS["preview"] not in article(samples.own_story())


def test_machines_get_the_story_as_the_page_shows_it() -> None:
    story, trail = nodes(parse(article(samples.story())))
    assert story["@type"] == "NewsArticle"
    assert story["datePublished"] == "2025-11-23T14:05:00+00:00"
    assert story["dateModified"] == "2025-11-23T16:45:00+00:00"
    assert [a["name"] for a in story["author"]] == [w.name for w in samples.WIRE_WRITERS]
    assert {a["affiliation"]["name"] for a in story["author"]} == {"Sound Wire"}
    assert story["copyrightHolder"] == {"@type": "Organization", "name": "Sound Wire Cooperative"}
    assert story["copyrightNotice"] == samples.SOURCE.copyright_notice
    assert story["isBasedOn"] == samples.SOURCE.original_url
    assert [c["text"] for c in story["correction"]] == ["The harbour master’s answer was added.", samples.CORRECTION.text]
    assert story["image"][0]["creditText"] == "Mia Solberg/Sound Wire"
    assert [t["@type"] for t in [*story["about"], *story["mentions"]]] == [
        "Thing",
        "Place",
        "Person",
        "Organization",
    ]
    assert story["publisher"]["correctionsPolicy"] == "https://courier.example/corrections/"
    assert [step["name"] for step in trail["itemListElement"]][:2] == [samples.PAPER.name, "World"]
    own = nodes(parse(article(samples.own_story())))[0]
    assert own["author"][0]["url"] == "https://courier.example/people/dana-ruiz/"
    assert not {"copyrightHolder", "isBasedOn", "sourceOrganization", "correction"} & set(own)


# --- fronts and lists ---------------------------------------------------------------------------------------


def test_the_front_shows_every_story_once_and_marks_agency_copy() -> None:
    shown = samples.front()
    tree = parse(front(shown))
    assert [a.get("href") for a in tree.xpath("//main//h3/a")] == [c.path for c in platemaker.cards_of(shown)]
    wire = sum(1 for card in platemaker.cards_of(shown) if card.source)
    assert len(tree.xpath("//main//*[@class='wire']")) == wire
    corrected = sum(1 for card in platemaker.cards_of(shown) if card.corrected)
    assert len(tree.xpath("//main//*[@class='mark corrected']")) == corrected


def test_an_empty_front_says_so() -> None:
    tree = parse(front(samples.short_front(0)))
    assert LABELS["front_empty"] in text_of(one(tree, "//main"))


def test_a_card_in_another_language_is_marked() -> None:
    tree = parse(list_(samples.listing()))
    marked = [(a.get("lang"), a.get("dir")) for a in tree.xpath("//main//article[@lang]")]
    assert marked == [("de", "ltr"), ("ar", "rtl")]


def test_lists_lead_to_older_and_newer_pages() -> None:
    tree = parse(PAGES["topic, second page"]())
    assert one(tree, "//main//a[@rel='prev']").get("href") == "/topics/a/"
    assert one(tree, "//main//a[@rel='next']").get("href") == "/harbour/page/2/"
    assert "23 Nov 2025" in text_of(one(tree, "//title")), "pages are told apart by their dates: the count changes each day"


def test_a_withdrawn_story_leaves_no_word_behind() -> None:
    tree = parse(PAGES["gone"]())
    assert text_of(one(tree, "//h1")) == "This story has been withdrawn"
    assert not tree.xpath("//meta[starts-with(@property, 'og:')] | //script")


# --- feeds, sitemaps, sheet ----------------------------------------------------------------------------------

STORIES = [samples.story(), samples.own_story(), samples.arabic_story()]


def xml(plate: str, **context: object) -> etree._Element:
    about = samples.page("/", samples.PAPER.name)
    return etree.fromstring(platemaker.render(plate, page=about, **context).encode())


def test_rss_gives_our_copy_in_full_and_the_agency_s_in_brief() -> None:
    feed = xml("feed.rss.xml", stories=STORIES, path="/feed.rss")
    wire, own, _ = feed.findall("channel/item")
    assert wire.findtext("guid") == "urn:uuid:" + STORIES[0].card.uid
    assert [c.text for c in wire.findall("dc:creator", NS)] == [w.name for w in samples.WIRE_WRITERS]
    assert wire.find("content:encoded", NS) is None
    assert "What the crews say" in own.findtext("content:encoded", namespaces=NS)
    assert 'src="/' not in own.findtext("content:encoded", namespaces=NS)
    assert own.find("media:content", NS).get("url").startswith("https://courier.example/pictures/")


def test_atom_and_json_agree_with_rss() -> None:
    atom = xml("feed.atom.xml", stories=STORIES, path="/feed.atom")
    made = json.loads(jsonfeed.build(samples.page("/", samples.PAPER.name), STORIES))
    ids = ["urn:uuid:" + s.card.uid for s in STORIES]
    assert [e.findtext("a:id", namespaces=NS) for e in atom.findall("a:entry", NS)] == ids
    assert [item["id"] for item in made["items"]] == ids
    assert ["content_html" in item for item in made["items"]] == [False, True, True]
    assert [e.find("a:content", NS) is not None for e in atom.findall("a:entry", NS)] == [False, True, True]
    said = made["items"][0]["content_text"]
    assert said.endswith(STORIES[0].card.standfirst), "what was corrected is said before the summary of agency copy"
    assert [n.text in said for n in STORIES[0].corrections if n.kind == "correction"] == [True]
    assert said == atom.findtext("a:entry/a:summary", namespaces=NS)


@pytest.mark.parametrize("plate", ["feed.rss.xml", "feed.atom.xml", "sitemap.xml", "sitemap-news.xml"])
def test_empty_feeds_and_sitemaps_are_still_well_formed(plate) -> None:
    assert xml(plate, stories=[], cards=[], rows=[], path="/x").tag


def test_sitemaps_list_stories() -> None:
    cards = [samples.card(1), samples.arabic_card(2)]
    news = xml("sitemap-news.xml", rows=[proof.NewsRow(c.url, c.headline, c.language, c.published) for c in cards])
    assert news.xpath("//*[local-name()='language']/text()") == ["en", "ar"]
    assert cards[0].url in xml("sitemap.xml", rows=[(c.url, c.updated) for c in cards]).xpath("//*[local-name()='loc']/text()")


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("zh-Hant-TW", "zh-tw"), ("zh", "zh-cn"), ("ar", "ar")]
)
def test_google_news_takes_short_language_codes(tag, code) -> None:
    assert platemaker.news_language(tag) == code


def test_the_sheet_names_nothing_elsewhere() -> None:
    sheet = platemaker.css().decode()
    assert set(re.findall(r"url\(([^)]*)\)", sheet)) == {assets.font_path(name) for name in assets.FONTS_OF_THE_HOUSE}
    assert "@import" not in sheet and "/*" not in sheet
    assert not re.search(r"(margin|padding|border)-(left|right)|(?<!-)(left|right):", sheet)


def test_an_article_and_its_sheet_are_light() -> None:
    page = len(gzip.compress(article(samples.story()).encode(), 9))
    sheet = len(gzip.compress(platemaker.css(), 9))
    print(f"article {page} bytes, sheet {sheet} bytes, gzip")
    assert page + sheet <= 17_000
    assert sheet <= 9_000


def test_columns_of_numbers_stand_flush_at_their_end() -> None:
    table = Markup(
        "<table><thead><tr><th>Length</th><th>2026</th><th>What</th></tr></thead><tbody><tr><td>Under 6 m</td><td>1,500</td><td>a</td></tr>"
        "<tr><td>6 m</td><td>–</td><td>3</td></tr></tbody></table>"
    )
    set_ = platemaker.figures(table)
    assert isinstance(set_, Markup)
    assert re.findall(r'class="n">([^<]*)', set_) == ["2026", "1,500", "–"]
    assert set_.replace(' class="n"', "") == table
    spanning = Markup("<table><tr><td>a</td><td>1</td></tr><tr><td>both</td></tr></table>")
    assert platemaker.figures(spanning) == spanning


def test_every_label_is_used() -> None:
    plates = "".join(p.read_text() for p in platemaker.PLATES.iterdir())
    code = "".join(p.read_text() for p in platemaker.PLATES.parents[1].glob("p*/*.py") if p.name != "labels.py")
    put_together = {key for key in LABELS if key.startswith(("role_", "kind_", "list_", "followed_", "Event", "privacy_", "note_", "desk_", "talk_why_", "talk_role_"))}
    # The addresses of the foot's links stand beside their labels, in notices_read.
    used = [key for key in LABELS if f"say('{key}'" in plates or f'say("{key}"' in code or f'"{key}":' in code]
    assert set(LABELS) - put_together - set(used) == set()


@pytest.mark.parametrize("language", ["es"])
def test_a_catalogue_has_every_label_and_no_other(language) -> None:
    said = labels.catalogues()[language]
    assert set(said) == set(LABELS)
    for key, words in LABELS.items():
        assert sorted(re.findall(r"{(\w+)}", said[key])) == sorted(re.findall(r"{(\w+)}", words)), key
    assert labels.say("gone", "es-MX") == said["gone"] and labels.say("gone", "tlh") == LABELS["gone"]
