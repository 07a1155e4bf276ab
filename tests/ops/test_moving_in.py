"""An archive moves in: what came, what did not, and that a second time changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core import serializers

from benchmarks.move_in import write_export
from masthead.comments.models import Comment
from masthead.ops.models import MovedIn
from masthead.ops.moving_in import CannotMoveIn, verbs
from masthead.ops.moving_in.markup import Markup
from masthead.ops.moving_in.value import Image
from masthead.press import run
from masthead.stories import index
from masthead.stories.models import DiaryEntry, Story
from masthead.titles import standing
from masthead.titles.models import Redirect, StandingPage
from tests.pictures.made import jpeg
from tests.reader import get

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://old.example</wp:base_blog_url>
<wp:author><wp:author_login>ida</wp:author_login><wp:author_display_name>Ida Marsh</wp:author_display_name></wp:author>
"""
LOOK = """<item><title>harbour.jpg</title><link>https://old.example/harbour/</link><wp:post_id>7</wp:post_id><wp:status>inherit</wp:status>
<excerpt:encoded>The harbour at dawn</excerpt:encoded><wp:post_type>attachment</wp:post_type>
<wp:attachment_url>https://old.example/wp-content/uploads/2020/05/harbour.jpg</wp:attachment_url>
<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Boats</wp:meta_value></wp:postmeta></item>
"""


def post(number: int, body: str, *, status: str = "publish", more: str = "", title: str = "Ferry stops", kind: str = "post") -> str:
    return f"""<item><title>{title}</title><link>https://old.example/news/{title.lower().replace(" ", "-")}-{number}/</link>
<dc:creator>ida</dc:creator><content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2020-05-04 09:30:00</wp:post_date_gmt><wp:post_name>ferry-stops-{number}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><category domain="category" nicename="town"><![CDATA[Town]]></category>
<category domain="post_tag" nicename="ferries"><![CDATA[Ferries]]></category>{more}</item>"""


@pytest.fixture
def export(tmp_path):  # type: ignore[no-untyped-def]
    def make(*items: str) -> Path:
        path = tmp_path / "export.xml"
        path.write_text(f"{HEAD}{''.join(items)}</channel></rss>")
        return path

    return make


def move(path: Path, title, **wishes):  # type: ignore[no-untyped-def]
    return last(verbs.from_wxr(path, verbs.Wishes(fetching=False, **wishes), title))


def last(steps):  # type: ignore[no-untyped-def]
    """The report at the end."""
    return list(steps)[-1][1]


def rows() -> list:
    """Everything that moving in writes, as values."""
    models = (Story, MovedIn, DiaryEntry, Redirect, Comment, StandingPage)
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in models]


def test_a_story_is_public_with_its_own_time_address_and_people(title, export, tmp_path) -> None:
    (tmp_path / "2020" / "05").mkdir(parents=True)
    (tmp_path / "2020" / "05" / "harbour.jpg").write_bytes(jpeg())
    thumb = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>"
    comment = """<wp:comment><wp:comment_id>3</wp:comment_id><wp:comment_author>Sam</wp:comment_author><wp:comment_author_email>sam@example.org</wp:comment_author_email>
    <wp:comment_date_gmt>2020-05-05 10:00:00</wp:comment_date_gmt><wp:comment_content>At last.</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>"""
    body = 'It stopped at noon.\n\nSee <a href="https://old.example/news/other-9/">the other</a>.'
    report = move(export(post(1, body, more=thumb + comment), LOOK), title, uploads=tmp_path)
    story = Story.objects.get()
    assert (story.headline, story.live, story.path) == ("Ferry stops", True, "/2020/05/04/ferry-stops-1/")
    assert story.first_published_at.isoformat() == "2020-05-04T09:30:00+00:00"
    assert story.section.name == "Town" and [t.topic.name for t in story.story_topics.all()] == ["Ferries"]
    assert [(c.name, c.person.slug) for c in story.credits.all()] == [("Ida Marsh", "ida-marsh")]
    assert [(p.alt, p.caption) for p in story.story_pictures.all()] == [("Boats", "The harbour at dawn")]
    assert Comment.objects.get().body == "At last."
    page = get(title, story.path)
    assert page.status == 200 and "It stopped at noon." in page.text and 'href="/news/other-9/"' in page.text
    for old, new in (("/news/ferry-stops-1/", story.path), ("/category/town/", "/town/"), ("/author/ida/", "/people/ida-marsh/"), ("/tag/ferries/", "/topics/ferries/"), ("/feed/", "/feed.rss")):
        answer = get(title, old)
        assert (answer.status, answer.headers["location"]) == (301, new)
    assert report.faults == []


def attachment(number: int, parent: int, *, place: int = 0, name: str = "") -> str:
    name = name or f"boat-{number}.jpg"
    return f"""<item><title>{name}</title><link>https://old.example/news/ferry-stops-{parent}/boat-{number}/</link><wp:post_id>{number}</wp:post_id>
    <wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type><wp:post_parent>{parent}</wp:post_parent><wp:menu_order>{place}</wp:menu_order>
    <excerpt:encoded>Boat {number}</excerpt:encoded><wp:attachment_url>https://old.example/wp-content/uploads/{name}</wp:attachment_url></item>"""


def test_addresses_by_number_lead_to_the_story(title, export) -> None:
    page = post(3, "About us.", kind="page", title="About the paper")
    move(export(post(1, "One."), post(2, "Not yet.", status="draft"), page, attachment(8, 1)), title)
    story, page = Story.objects.get(live=True), StandingPage.objects.get().path
    run.print_page(title, "/")
    for old, new in (
        ("/?p=1", story.path), ("/index.php?p=1", story.path), ("/?p=3", page), ("/?page_id=3", page), ("/?attachment_id=8", story.path),
        ("/news/ferry-stops-1/boat-8/", story.path), ("/?utm_source=rss&p=1&utm_medium=feed", f"{story.path}?utm_source=rss&utm_medium=feed"),
    ):  # fmt: skip
        answer = get(title, old)
        assert (answer.status, answer.headers["location"]) == (301, new), old
    for front in ("/?p=2", "/?p=99", "/?p=1x", "/?fbclid=abc", "/?page=1"):
        assert get(title, front).status == 200, front


def test_a_paper_that_had_only_numbers_is_led_on(title, export) -> None:
    plain = post(1, "One.").replace("https://old.example/news/ferry-stops-1/", "https://old.example/?p=1")
    report = move(export(plain), title)
    assert get(title, "/?p=1").headers["location"] == Story.objects.get().path and not report.faults


def test_marks_of_other_sites_ask_nothing_of_the_table_of_redirects(title, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert standing.find_numbered(title, "/", "fbclid=IwAR0&utm_source=newsletter&gclid=Cj0K") is None


def test_a_gallery_without_a_list_shows_what_was_uploaded_to_the_post(title, export, tmp_path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    for number in (21, 22, 23, 24):
        (uploads / f"boat-{number}.jpg").write_bytes(jpeg(number))
    items = (attachment(21, 1, place=2), attachment(22, 1, place=1), attachment(23, 1, place=3), attachment(24, 2), attachment(25, 1, name="terms.pdf"))
    first, other, none = post(1, "Before.\n\n[gallery exclude=\"23\"]\n\nAfter."), post(2, "[gallery id=1 columns=2 order=DESC]"), post(3, "[gallery]")
    report = move(export(first, other, none, *items), title, uploads=uploads)
    galleries = {s.slug: [b for b in s.body.raw_data if b["type"] == "gallery"] for s in Story.objects.all()}
    shown = {slug: [[p["value"]["caption"] for p in g["value"]["pictures"]] for g in found] for slug, found in galleries.items()}
    assert shown == {"ferry-stops-1": [["Boat 22", "Boat 21"]], "ferry-stops-2": [["Boat 23", "Boat 21", "Boat 22"]], "ferry-stops-3": []}
    assert [fault for _, fault in report.faults] == ["A gallery was left out: the export lists none of its pictures."]
    assert [b["type"] for b in Story.objects.get(slug="ferry-stops-1").body.raw_data] == ["text", "gallery", "text"]


def test_twice_changes_nothing(title, export) -> None:
    path = export(post(1, "One."), post(2, "Two.", status="draft"), post(3, "About us.", kind="page", title="About the paper"))
    move(path, title)
    before = rows()
    report = move(path, title)
    assert rows() == before and report.counts["entries that had come before"] == 3 and not report.faults


def test_a_trial_writes_nothing(title, export) -> None:
    before = rows()
    report = move(export(post(1, "One. [ninja_form id=2]")), title, dry=True)
    assert rows() == before and report.counts["public stories"] == 1
    assert "[ninja_form]" in report.screen() and report.screen().startswith("Nothing was written")


@pytest.mark.parametrize(("status", "more"), [("private", ""), ("future", ""), ("pending", ""), ("publish", "<wp:post_password>hush</wp:post_password>")])
def test_what_was_not_public_is_not_public_here(title, export, status, more) -> None:
    move(export(post(1, "Not for everybody.", status=status, more=more)), title)
    story = Story.objects.get()
    assert not story.live and story.path is None and "Not for everybody" not in get(title, "/").text
    assert not Story.objects.readable().exists()


def test_broken_off_it_goes_on_where_it_stopped(title, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("masthead.ops.moving_in.house.BATCH", 5)
    path = tmp_path / "export.xml"
    write_export(path, 17)
    steps = verbs.from_wxr(path, verbs.Wishes(), title)
    for _ in range(3):
        next(steps)
    steps.close()
    assert Story.objects.count() == 10, "whole batches only"
    report = move(path, title)
    assert Story.objects.count() == 17 and report.counts["public stories"] == 7
    assert len(set(Story.objects.values_list("path", flat=True))) == 17


def test_what_moved_in_is_found_and_listed(title, export) -> None:
    run.print_page(title, "/")
    move(export(post(1, "The slipway at Marrowby.")), title)
    run.catch_up(title)
    assert "Ferry stops" in get(title, "/").text
    while index.catch_up():
        pass
    assert index.search("slipway").ids == (Story.objects.get().pk,)


@pytest.mark.parametrize(
    ("name", "stories", "pages"),
    [("small-export", 6, 5), ("valid-wxr-1.0", 3, 3), ("valid-wxr-1.1", 1, 1), ("wxr-utf-8-challenges", 1, 0), ("invalid-version-tag", 0, 0),
     ("missing-version-tag", 0, 0), ("malformed", 0, 0), ("a11y-unit-test-data", 48, 17)],
)  # fmt: skip
def test_real_exports(title, shared, name, stories, pages) -> None:
    report = move(shared / "import" / f"wxr-{name}.xml", title)
    assert (Story.objects.count(), StandingPage.objects.count()) == (stories, pages)
    before = rows()
    move(shared / "import" / f"wxr-{name}.xml", title)
    assert rows() == before
    assert not any("[caption" in str(s.body) or "[gallery" in str(s.body) for s in Story.objects.exclude(headline__contains="hortcode"))
    assert report.screen()


def test_what_is_no_export_is_refused_in_a_sentence(title, shared, tmp_path) -> None:
    (tmp_path / "doctype.xml").write_text("<!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel/></rss>")
    for path in (tmp_path / "doctype.xml", shared / "import" / "wxr-large-authors.xml"):
        with pytest.raises(CannotMoveIn, match="Nothing was taken in"):
            move(path, title)
    assert not Story.objects.exists()


PICTURES = {"7": Image("https://old.example/a.jpg", "A"), "8": Image("https://old.example/b.jpg", "B")}


@pytest.mark.parametrize(
    ("raw", "kinds"),
    [
        ("One.\n\nTwo\nlines.", ["text"]),
        ('[caption id="x" width="3"]<img class="wp-image-7" src="/a.jpg" /> At dawn[/caption]\n\nText.', ["picture", "text"]),
        ('Text.\n\n[gallery ids="7,8"]\n\nMore.', ["text", "gallery", "text"]),
        ("[embed]https://www.youtube.com/watch?v=1[/embed]", ["media"]),
        ("Before\n\nhttps://youtu.be/abc\n\nAfter", ["text", "media", "text"]),
        ('[audio mp3="https://old.example/a.mp3"][/audio]', ["media"]),
        ('<!-- wp:image {"id":7} --><figure class="wp-block-image"><img src="/a.jpg" class="wp-image-7"/><figcaption>C</figcaption></figure><!-- /wp:image -->', ["picture"]),
        ('<!-- wp:gallery --><figure><img src="/a.jpg"/><img src="/b.jpg"/></figure><!-- /wp:gallery -->', ["gallery"]),
        ('<p>An <img src="/a.jpg"> inside.</p>', ["text", "picture", "text"]),
        ("An aside [as they say] stays.", ["text"]),
        ('[su_box title="x"]Kept words.[/su_box]', ["text"]),
        ("<table><tr><td>1</td></tr></table>", ["text"]),
    ],
)  # fmt: skip
def test_wordpress_markup_becomes_blocks(raw, kinds) -> None:
    pieces = Markup(PICTURES.get, "https://old.example/").pieces(raw)
    assert [p.kind for p in pieces] == kinds
    text = " ".join(p.html for p in pieces)
    assert "⁂" not in text and "[su_box" not in text
    for words in ("Two<br>lines.", "[as they say]", "Kept words."):
        assert (words in text) == (words.replace("<br>", "\n") in raw)


def test_a_caption_and_an_alt_text_are_two_things() -> None:
    (piece,) = Markup(PICTURES.get, "https://old.example/").pieces('[caption]<img src="/c.jpg" alt="Boats" /> At dawn[/caption]')
    assert piece.images == (Image("https://old.example/c.jpg", "At dawn", alt="Boats"),)


GHOST = {
    "db": [{"data": {
        "posts": [
            {"id": "1", "uuid": "u1", "title": "Ferry stops", "slug": "ferry-stops", "html": "<p>It stopped.</p>", "status": "published", "visibility": "public", "published_at": "2021-02-03T04:05:06.000Z", "type": "post", "custom_excerpt": "At noon."},
            {"id": "2", "uuid": "u2", "title": "For members", "slug": "members", "html": "<p>Paid words.</p>", "status": "published", "visibility": "paid", "published_at": "2021-02-03 04:05:06", "type": "post"},
            {"id": "3", "uuid": "u3", "title": "About", "slug": "about", "html": "<p>Us.</p>", "status": "published", "type": "page", "published_at": "2021-02-03 04:05:06"},
        ],
        "tags": [{"id": "t1", "name": "Town", "slug": "town"}, {"id": "t2", "name": "#internal", "slug": "hash-internal"}],
        "posts_tags": [{"post_id": "1", "tag_id": "t2", "sort_order": 0}, {"post_id": "1", "tag_id": "t1", "sort_order": 1}],
        "users": [{"id": "a", "name": "Ida Marsh", "slug": "ida"}],
        "posts_authors": [{"post_id": "1", "author_id": "a", "sort_order": 0}],
    }}]
}  # fmt: skip


def test_ghost(title, tmp_path) -> None:
    path = tmp_path / "ghost.json"
    path.write_text(json.dumps(GHOST))
    for _ in range(2):
        report = last(verbs.from_ghost(path, verbs.Wishes(origin="https://old.example", fetching=False), title))
    public, held = Story.objects.order_by("id")
    assert (public.headline, public.standfirst, public.section.name, public.live) == ("Ferry stops", "At noon.", "Town", True)
    assert not held.live and "Paid words" in str(held.body)
    assert get(title, "/ferry-stops/").headers["location"] == public.path
    assert report.counts["entries that had come before"] == 3


def test_a_table(title, tmp_path) -> None:
    path = tmp_path / "stories.csv"
    path.write_text(
        "headline;body;published;section;topics;byline;url;mood\n"
        'Ferry stops;"It stopped.\n\nAt noon.";2021-02-03 04:05;Town;Ferries;Ida Marsh;Sam Hill;https://old.example/f/\n'.replace("Ida Marsh;Sam Hill", '"Ida Marsh;Sam Hill"')
        + "No date;Text;;;;;;\n"
        "Odd date;Text;the day after;;;;;\n"
    )
    report = last(verbs.from_csv(path, verbs.Wishes(), title))
    first = Story.objects.order_by("id")[0]
    assert first.path == "/2021/02/03/f/" and [c.name for c in first.credits.all()] == ["Ida Marsh", "Sam Hill"]
    assert Story.objects.filter(live=True).count() == 1
    assert {about for about, _ in report.faults} == {"mood", "line 4: Odd date"}


def test_a_feed(title, tmp_path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>Old</title><item><title>Ferry stops</title>"
        "<link>https://old.example/f/</link><guid>https://old.example/f/</guid><pubDate>Wed, 03 Feb 2021 04:05:06 GMT</pubDate>"
        "<content:encoded><![CDATA[<p>It stopped.</p><p>At noon.</p>]]></content:encoded></item></channel></rss>"
    )
    for _ in range(2):
        last(verbs.from_feed(str(path), verbs.Wishes(fetching=False, origin="https://old.example"), title))
    story = Story.objects.get()
    assert story.path == "/2021/02/03/f/" and "At noon." in str(story.body) and story.live
