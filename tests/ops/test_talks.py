"""Comments of other systems find our stories: Disqus, WordPress, Coral, remark42; another Masthead; an older version."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from masthead.comments.models import Comment, State
from masthead.ops.models import KeptComment
from masthead.ops.moving_in import CannotMoveIn, talks, verbs
from masthead.ops.moving_out import write
from masthead.titles.models import Redirect
from tests.comments import made

WHEN = "2024-03-01T10:00:00Z"


@pytest.fixture
def story(title):
    made.talking(title, close_after_days=0)
    found = made.story(title)
    Redirect.objects.create(title=title, old="/2013/hello-world/", new=found.path)
    return found


def take(system: str, path: Path, title, **wishes):
    return list(verbs.from_talks(path, verbs.Wishes(**wishes), title, system=system))[-1][1]


def coral(folder: Path, address: str, *, as_list: bool = False) -> Path:
    stories = [{"id": "s1", "url": address}, {"id": "s2", "url": "https://old.example/unknown/"}]
    users = [{"id": "u1", "username": "sam", "email": "sam@old.example"}]
    said = {"storyID": "s1", "authorID": "u1", "createdAt": {"$date": WHEN}}
    comments = [
        {**said, "id": "c1", "status": "NONE", "revisions": [{"body": "first"}, {"body": "<div>second thoughts</div>"}], "actionCounts": {"REACTION": 3}},
        {**said, "id": "c2", "parentID": "c1", "status": "APPROVED", "revisions": [{"body": "an answer"}], "createdAt": {"$date": {"$numberLong": "1709287300000"}}},
        {**said, "id": "c3", "status": "REJECTED", "revisions": [{"body": "rude"}]},
        {**said, "id": "c4", "status": "PREMOD", "revisions": [{"body": "waits"}]},
        {**said, "id": "c5", "storyID": "s2", "status": "NONE", "revisions": [{"body": "lost"}]},
    ]
    for name, rows in (("stories", stories), ("users", users), ("comments", comments)):
        text = json.dumps(rows) if as_list else "\n".join(map(json.dumps, rows)) + "\nnot json\n"
        (folder / f"{name}.json").write_text(text)
    return folder


@pytest.mark.parametrize("as_list", [True, False])
def test_coral(title, story, tmp_path, as_list) -> None:
    report = take("coral", coral(tmp_path, f"https://old.example{story.path}", as_list=as_list), title)
    rows = {c.body: c for c in Comment.objects.all()}
    assert set(rows) == {"second thoughts", "an answer", "waits"}
    assert rows["second thoughts"].respects == 3 and rows["second thoughts"].name == "sam" and rows["waits"].state == State.HELD
    assert rows["an answer"].answers == rows["second thoughts"] and rows["an answer"].at.isoformat() == "2024-03-01T10:01:40+00:00"
    assert report.counts["comments left out, deleted there"] == 1
    assert any("unknown" in about for about, _ in report.faults) and as_list != any("no JSON" in said for _, said in report.faults)


def test_remark42_gzipped_and_half_broken(title, story, tmp_path) -> None:
    user, place = {"name": "Ida", "id": "x", "ip": "hash"}, {"site": "s", "url": f"https://old.example{story.path}"}
    lines = [
        json.dumps({"version": 1, "users": [], "posts": []}),
        json.dumps({"id": "a", "pid": "", "text": "<p>One</p>", "user": user, "locator": place, "score": 2, "time": "2024-03-01T10:00:00.123456789+01:00"}),
        json.dumps({"id": "b", "pid": "a", "text": "", "user": user, "locator": place, "delete": True, "time": WHEN}),
        "{broken",
    ]
    path = tmp_path / "backup.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    report = take("remark42", path, title)
    one = Comment.objects.get()
    assert (one.body, one.name, one.respects, one.at.isoformat()) == ("One", "Ida", 2, "2024-03-01T09:00:00.123456+00:00")
    assert report.counts["comments left out, deleted there"] == 1 and len(report.faults) == 1
    path.write_bytes(gzip.compress("\n".join(lines).encode())[:-20])
    with pytest.raises(CannotMoveIn, match="cannot be read to its end"):
        take("remark42", path, title)


def test_disqus(title, story, shared) -> None:
    file = shared / "import" / "comments-disqus.xml"
    Redirect.objects.create(title=title, old="/blog/2013/02/12/redacted/index.html", new=story.path)
    report = take("disqus", file, title, dry=True)
    assert not Comment.objects.exists() and report.counts["comments"]
    report = take("disqus", file, title)
    assert report.counts["comments"] == 1 and Comment.objects.get().name == "Empty"
    # What stood on the front page there has no story here; nothing of it is lost silently.
    assert {about for about, _ in report.faults} >= {"http://example.org/", "(no address)"}


def test_wordpress_comments_alone(title, story, shared) -> None:
    Redirect.objects.create(title=title, old="/2014/test/", new=story.path)
    report = take("wordpress", shared / "import" / "comments-wordpress.xml", title, origin="https://example.tld")
    assert report.counts["comments"] == 7 and len(report.faults) == 1
    told = list(Comment.objects.order_by("number"))
    assert [c.body for c in told][:3] == ["Erster!1", "Zweiter.", "Drölfter!"] and told[2].answers == told[1]
    assert told[-2].body.count("\n") == 1
    again = take("wordpress", shared / "import" / "comments-wordpress.xml", title, origin="https://example.tld")
    assert again.counts["comments that had come before"] == 7 and Comment.objects.count() == 7


@pytest.mark.parametrize(("system", "name"), [("disqus", "x.xml"), ("remark42", "x.json")])
def test_a_file_that_is_something_else_is_refused_in_a_sentence(title, tmp_path, system, name) -> None:
    path = tmp_path / name
    path.write_text("<html>no</html>" if system == "disqus" else '{"a": 1}')
    with pytest.raises(CannotMoveIn, match="Nothing was taken in"):
        take(system, path, title)
    with pytest.raises(CannotMoveIn, match=r"stories\.json"):
        take("coral", tmp_path, title)


def test_what_an_older_version_kept_is_taken_over_at_the_start(title, story) -> None:
    said = {"author": "Sam", "email": "sam@old.example", "url": "", "at": WHEN.replace("Z", "+00:00"), "text": "<p>At last.</p>", "state": "approved"}
    KeptComment.objects.create(title=title, story=story, origin="old.example", key="3", said=said)
    KeptComment.objects.create(title=title, story=story, origin="old.example", key="4", parent="3", said={**said, "text": "Yes."})
    assert (talks.take_over(), talks.take_over()) == (2, 0)
    assert [(c.body, c.depth, c.name) for c in Comment.objects.order_by("pk")] == [("At last.", 0, "Sam"), ("Yes.", 1, "Sam")]
    assert not any(KeptComment.objects.values_list("said", flat=True))


def test_from_masthead_to_masthead_the_conversation_is_the_same(title, story, tmp_path) -> None:
    first = made.says(story, "A *first* word")
    made.says(story, "An answer", answers=first.number)
    gone = made.says(story, "Rude")
    from masthead.comments import moderating

    moderating.decide(gone, "reject", made.moderator(title), rule="off-topic")
    list(write.write(title, tmp_path / "out"))
    before = [(c.number, c.path, c.body, c.name, c.state, c.rule, c.at) for c in Comment.objects.order_by("pk")]
    Comment.objects.all().delete()
    story.thread.delete()
    list(verbs.from_masthead(tmp_path / "out", verbs.Wishes(), title))
    assert [(c.number, c.path, c.body, c.name, c.state, c.rule, c.at) for c in Comment.objects.order_by("pk")] == before
