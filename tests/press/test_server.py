"""What readers are answered: validators, negotiation, methods; nothing private in a cacheable answer."""

from __future__ import annotations

import pytest

from masthead.press import answers, run
from masthead.stories import actions, diary
from masthead.stories.models import Story
from tests import reader


@pytest.fixture
def story(title) -> Story:
    copy = actions.Copy(headline="Bell tower opens", body="<p>The tower opened on Friday.</p>")
    filed = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    published = actions.publish_as_filed(story=filed)
    diary.work_off()
    return published


@pytest.mark.parametrize(
    "header, encoding",
    [
        ("br, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("", "identity"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("br;q=0, gzip;q=0", "identity"),
        ("nonsense;;q=x", "identity"),
        ("gzip, zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("identity, br;q=0.1", "identity"),
        ("zstd;q=0, *;q=0.5, br;q=nan", "br"),
    ],
)
def test_encodings(title, story, header, encoding) -> None:
    answer = reader.get(title, story.path, accept_encoding=header)
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert "Bell tower opens" in answer.text


def test_validators(title, story) -> None:
    first = reader.get(title, story.path, accept_encoding="br")
    again = reader.get(title, story.path, accept_encoding="gzip", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = reader.get(title, story.path, if_none_match='"something-else"')
    assert other.status == 200


def test_head_has_headers_and_no_body(title, story) -> None:
    answer = reader.get(title, story.path, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 500


@pytest.mark.parametrize("path", ["/nothing/", "/2026/11/23/no-such-story/", "/topics/none/", "/page/0/", "/../etc/passwd", "/%2e%2e/"])
def test_nothing_there(title, story, path) -> None:
    answer = reader.get(title, path)
    assert answer.status == 404
    assert "cookie" not in " ".join(answer.headers)


def test_other_methods_are_refused(title, story) -> None:
    assert reader.get(title, story.path, method="DELETE").status in (403, 405)


def test_public_answers_carry_the_strict_policy(title, story) -> None:
    for path in ("/", story.path, "/feed.rss", "/no-such-page/"):
        policy = reader.get(title, path).headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "script-src 'self';" in policy


def test_a_withdrawn_page_says_gone(title, story) -> None:
    story.unpublish()
    diary.work_off()
    answer = reader.get(title, story.path)
    assert answer.status == 410
    assert "Bell tower" not in answer.text
    assert "Bell tower" not in reader.get(title, "/").text


def test_the_store_survives_the_process(title, story) -> None:
    run.store_of(title).forget_memory()
    assert "Bell tower opens" in reader.get(title, story.path).text


def test_a_slash_is_found(title, story) -> None:
    answer = reader.get(title, story.path.rstrip("/"))
    assert (answer.status, answer.headers["location"]) == (301, story.path)


def test_weak_and_listed_tags_match() -> None:
    assert answers.matches(b'W/"abc-br", "x"', "abc")
    assert answers.matches(b"*", "abc")
    assert not answers.matches(b'"abcd-br"', "abc")
