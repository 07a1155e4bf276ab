"""Live blogs in print: posts, corrections, pages of older posts, the fragment, what machines are told, the end."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock
from masthead.press import run
from masthead.stories import actions, diary
from masthead.stories.actions import live
from masthead.stories.models import LivePost
from tests import reader
from tests.press.filed import printed_since, published

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def blog(title):
    with clock.frozen(START):
        story = published(title, "Storm over the quay")
        yield live.go_live(story=story, summary="The storm is near.", by="Nell")


def post(blog, n: int, **more):
    clock.advance(timedelta(minutes=1))
    return live.post(blog=blog, text=f"Post number {n}.", author="Nell Hargrave", **more)


def page_of(blog):
    diary.work_off()
    return reader.get(blog.story.title, blog.story.path)


def printed_once(blog) -> None:
    """Print all of it once, instead of once for each of many posts."""
    diary.settle("press")
    for path in run.everything(blog.story.title):
        run.print_page(blog.story.title, path)


def posts_on(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'data-post="(\d+)"', text)]


def test_posts_stand_newest_first_with_time_author_and_key_points(title, blog) -> None:
    post(blog, 1, headline="Gates shut", key_point=True)
    post(blog, 2)
    text = page_of(blog).text
    assert posts_on(text) == [2, 1]
    assert "The storm is near." in text and "Nell Hargrave" in text
    points = text.partition('class="key-points"')[2].partition("</nav>")[0]
    assert "Gates shut" in points and "number 2" not in points
    assert 'href="' + blog.story.path + '#post-1"' in points


def test_markup_of_strangers_is_cleaned(title, blog) -> None:
    live.post(blog=blog, text="<p>One</p><script>alert(1)</script><img src=x onerror=alert(1)>Two\n\nThree")
    text = page_of(blog).text
    assert "alert(1)" not in text.replace("ld+json", "") and "<p>One</p>" in text
    live.post(blog=blog, text="Plain first.\n\nPlain second.")
    assert "<p>Plain first.</p>" in page_of(blog).text


def test_machines_get_a_live_blog_posting(title, blog) -> None:
    post(blog, 1, headline="Gates shut")
    post(blog, 2)
    node = json.loads(re.findall(r'ld\+json">(.*?)</script>', page_of(blog).text)[0])
    assert node["@type"] == "LiveBlogPosting"
    assert node["coverageStartTime"] == "2026-11-20T08:00:00+00:00" and "coverageEndTime" not in node
    first, second = node["liveBlogUpdate"]
    assert (first["articleBody"], first["headline"]) == ("Post number 2.", "Post number 2.")
    assert (second["headline"], second["datePublished"]) == ("Gates shut", "2026-11-20T08:01:00+00:00")
    assert second["author"] == {"@type": "Person", "name": "Nell Hargrave"}
    assert node["dateModified"] == "2026-11-20T08:02:00+00:00"
    live.sign_off(blog=blog)
    node = json.loads(re.findall(r'ld\+json">(.*?)</script>', page_of(blog).text)[0])
    assert node["coverageEndTime"] == "2026-11-20T08:02:00+00:00"


def test_a_corrected_post_says_so_there_and_on_the_page_of_corrections(title, blog) -> None:
    made = post(blog, 1)
    live.amend(post=made, text="Post number one.", correction="The first version had the wrong number.", by="Nell")
    text = page_of(blog).text
    shown = text.partition('id="post-1"')[2].partition("</article>")[0]
    assert "Post number one." in shown and "The first version had the wrong number." in shown
    assert "Post number 1." not in text
    assert "The first version had the wrong number." in reader.get(title, "/corrections/").text
    made.refresh_from_db()
    live.amend(post=made, text="Post number one!", by="Nell")
    assert "The first version had the wrong number." in page_of(blog).text, "a typo put right hides no correction"


def test_a_struck_post_is_nowhere_and_its_number_is_not_used_again(title, blog) -> None:
    made = post(blog, 1)
    post(blog, 2)
    live.strike(post=LivePost.objects.get(pk=made.pk), reason="wrong quay")
    text = page_of(blog).text
    assert posts_on(text) == [2]
    assert "Post number 1." not in text
    assert "Post number 1." not in reader.get(title, blog.story.path + "live.html").text
    assert post(blog, 3).number == 3


@pytest.mark.parametrize(("text", "headline", "ended", "why"), [("", "", False, "Write something"), ("x", "", True, "has ended")])
def test_nothing_is_posted_without_words_or_after_the_end(blog, text, headline, ended, why) -> None:
    if ended:
        live.sign_off(blog=blog)
    with pytest.raises(live.CannotPost, match=why):
        live.post(blog=blog, text=text, headline=headline)
    assert blog.posts.count() == 0


@pytest.mark.slow
def test_three_hundred_posts_stay_light_and_every_one_can_be_reached(title, blog) -> None:
    for n in range(1, 301):
        post(blog, n, headline=f"Headline {n}", key_point=n % 20 == 0)
    printed_once(blog)
    text = page_of(blog).text
    assert posts_on(text) == list(range(300, 250, -1))
    seen, path = posts_on(text), re.findall(r'href="([^"]*/posts/\d+/)"', text)
    older = [p for p in path if "Older posts" in text.partition(f'href="{p}"')[2][:200]][-1]
    sizes = [len(gzip.compress(text.encode()))]
    while older:
        answer = reader.get(title, older)
        assert answer.status == 200, older
        seen += posts_on(answer.text)
        found = re.search(r'rel="next" href="([^"]+)"', answer.text.partition("<main")[2])
        older = found[1] if found else ""
    assert seen == list(range(300, 0, -1))
    fragment = reader.get(title, blog.story.path + "live.html")
    print(f"300 posts: page {len(text):,} bytes, {sizes[0]:,} packed; fragment {len(fragment.body):,} bytes")
    assert sizes[0] < 14_000
    assert len(text) < 120_000
    for point in re.findall(r'class="key-points".*?</nav>', text, re.DOTALL)[0].split('href="')[1:]:
        path, _, anchor = point.partition('"')[0].partition("#")
        assert f'id="{anchor}"' in reader.get(title, path).text, "a key point leads to where its post stands"


@pytest.mark.slow
def test_pages_of_older_posts_come_only_when_posts_have_left_the_story(title, blog) -> None:
    for n in range(1, 51):
        post(blog, n)
    printed_once(blog)
    assert posts_on(page_of(blog).text) == list(range(50, 0, -1))
    assert reader.get(title, blog.story.path + "posts/1/").status == 404
    post(blog, 51)
    assert posts_on(page_of(blog).text) == list(range(51, 25, -1))
    assert posts_on(reader.get(title, blog.story.path + "posts/1/").text) == list(range(25, 0, -1))
    assert reader.get(title, blog.story.path + "posts/2/").status == 404


def test_the_fragment_can_be_cached_and_asked_again(title, blog) -> None:
    post(blog, 1)
    page_of(blog)
    path = blog.story.path + "live.html"
    first = reader.get(title, path)
    assert first.headers["cache-control"] == "public, no-cache"
    assert reader.get(title, path, if_none_match=first.headers["etag"]).status == 304
    post(blog, 2)
    diary.work_off()
    again = reader.get(title, path, if_none_match=first.headers["etag"])
    assert (again.status, posts_on(again.text)) == (200, [2, 1])
    assert "<html" not in again.text


def test_only_a_running_live_blog_has_the_script_that_follows_it(title, blog) -> None:
    policy = page_of(blog).headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in policy and "unsafe" not in policy
    script = re.findall(r'<script src="(/assets/live[^"]+)" defer>', page_of(blog).text)
    assert len(script) == 1 and reader.get(title, script[0]).headers["content-type"].startswith("text/javascript")
    assert len(reader.get(title, script[0]).body) < 5000
    live.sign_off(blog=blog)
    ended = page_of(blog)
    assert "/assets/live" not in ended.text
    assert "This live blog has ended" in ended.text


def test_a_post_prints_the_story_and_what_lists_it(title, blog) -> None:
    other = published(title, "A ferry", section=1)
    for path in [*run.everything(title), blog.story.path + "live.html"]:
        run.print_page(title, path)
    printed = printed_since(title, lambda: post(blog, 1))
    assert {blog.story.path, blog.story.path + "live.html", blog.story.first_published_at.strftime("/sitemap-%Y-%m.xml")} <= printed
    assert not printed & {other.path, "/sport/", "/corrections/", "/about/"}


def test_cards_say_live_while_it_runs(title, blog) -> None:
    diary.work_off()
    assert '<span class="mark breaking">Live</span>' in reader.get(title, "/").text
    live.sign_off(blog=blog)
    diary.work_off()
    assert '<span class="mark breaking">Live</span>' not in reader.get(title, "/").text


def test_a_draft_post_is_each_colleagues_own_and_reaches_nobody(title, blog, django_user_model) -> None:
    ann, ben = (django_user_model.objects.create_user(n) for n in ("ann", "ben"))
    live.keep_draft(blog=blog, user=ann, text="Ann writes")
    live.keep_draft(blog=blog, user=ann, text="Ann writes on")
    live.keep_draft(blog=blog, user=ben, text="Ben writes")
    assert sorted(blog.posts.values_list("text", flat=True)) == ["Ann writes on", "Ben writes"]
    text = page_of(blog).text + reader.get(title, blog.story.path + "live.html").text
    assert "writes" not in text
    live.post(blog=blog, text="Ann writes on and posts", user=ann)
    assert blog.posts.filter(state="draft").get().user == ben
    live.keep_draft(blog=blog, user=ben, text="  ")
    assert not blog.posts.filter(state="draft").exists()


def test_what_closes_the_story_closes_its_posts(title, blog) -> None:
    for n in range(1, 61):
        post(blog, n)
    printed_once(blog)
    paths = [blog.story.path, blog.story.path + "live.html", blog.story.path + "posts/1/"]
    assert [reader.get(title, p).status for p in paths] == [200, 200, 200]
    actions.hold(story=blog.story)
    diary.work_off()
    assert [reader.get(title, p).status for p in paths] == [404, 404, 404]
    actions.publish_as_filed(story=type(blog.story).objects.get(pk=blog.story.pk))
    diary.work_off()
    assert [reader.get(title, p).status for p in paths] == [200, 200, 200]
    expires = clock.now() + timedelta(minutes=5)
    actions.obey(story=blog.story, orders=actions.Orders(expires_at=expires), by="Aldine Wire")
    diary.work_off()
    clock.advance(timedelta(minutes=5))
    assert [reader.get(title, p).status for p in paths] == [404, 404, 404], "at its second, without a worker"
