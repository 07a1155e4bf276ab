"""The story form without script: what is typed is saved, what was not touched stays as it was, a stale form overwrites nothing."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from masthead.newsroom import plain
from masthead.people.models import Person, User
from masthead.stories import actions, diary
from masthead.stories.content import content_of
from masthead.stories.models import Story
from tests import reader
from tests.newsroom import forms
from tests.staff import hire

TEXT = '<p>The quay <b>closes</b> &amp; opens: 3 &lt; 4.</p><h2>Why</h2><ul><li>tide</li></ul><p>See <a href="https://example.org/?a=1&amp;b=2">here</a>.</p>'
BODY = [
    {"type": "text", "value": TEXT},
    {"type": "quote", "value": {"text": "We wait.", "speaker": "Ada Quill"}},
    {"type": "table", "value": "<table><tbody><tr><td>5.4</td></tr></tbody></table>"},
    {"type": "text", "value": "<p>It ends.</p>"},
]


@pytest.fixture
def desk(title) -> Client:
    client = Client()
    client.force_login(hire(title, "editor"))
    return client


@pytest.fixture
def story(title) -> Story:
    copy = actions.Copy(headline="Quay to close", standfirst="From May.", credits=(actions.CopyCredit("Ada Quill"),))
    made = actions.file_story(title=title, section=title.sections.get(slug="world"), copy=copy)
    made.body = json.dumps(BODY)
    actions.publish(revision=actions.write(made, user=None))
    diary.work_off()
    return Story.objects.get()


def address(story: Story) -> str:
    return f"/newsroom/story/{story.pk}/plain/"


def form_of(page: str) -> dict[str, str]:
    """What a browser without script would send for the form as it stands."""
    from lxml import html as lxml_html

    form = next(f for f in lxml_html.fromstring(page).forms if "headline" in f.fields)
    return {name: value for name, value in form.fields.items() if value is not None and name != "csrfmiddlewaretoken"}


def test_saved_untouched_nothing_changes(desk, story) -> None:
    before, versions = content_of(forms.newest(story)), story.revisions.count()
    desk.post(address(story), form_of(desk.get(address(story)).content.decode()))
    assert content_of(forms.newest(story)) == before
    assert Story.objects.get().revisions.count() == versions


def test_text_headline_credits_section_and_topics_by_plain_form(desk, title, story) -> None:
    sport = title.sections.get(slug="sport")
    sent = form_of(desk.get(address(story)).content.decode())
    sent |= {"headline": "Quay closes in May", "section": str(sport.pk), "credit-1-name": "Omar Vale", "credit-1-role": "photographer",
             "topics": "Harbour\nTides", "places": "Marrowby", "text-3": "It ends & begins.\r\n\r\nA <b>new</b> line."}  # fmt: skip
    answer = desk.post(address(story), sent, follow=True)
    assert "The draft is saved." in answer.content.decode()
    draft = forms.newest(story)
    said = content_of(draft)
    assert (draft.headline, draft.section_id) == ("Quay closes in May", sport.pk)
    assert said["body"][:3] == BODY[:3], "what was not touched is kept byte for byte"
    assert said["body"][3]["value"] == "<p>It ends &amp; begins.</p><p>A <strong>new</strong> line.</p>"
    assert [(c["name"], c["role"]) for c in said["credits"]] == [("Ada Quill", "writer"), ("Omar Vale", "photographer")]
    assert [row.topic.name for row in draft.story_topics.all()] == ["Harbour", "Tides", "Marrowby"]
    assert "Quay to close" in reader.get(title, story.path).text, "readers see nothing of a draft"


@pytest.mark.parametrize("markup", [TEXT, "<p>One</p><blockquote><p>Two</p></blockquote><hr><p>R&amp;D</p>", "<p>a &amp;lt; b</p>"])
def test_a_text_that_is_edited_elsewhere_keeps_its_markup(markup) -> None:
    from masthead.stories.body import pieces

    again = plain.html_of(plain.text_of(markup) + "\n\nNew.")
    assert pieces([{"type": "text", "value": again}])[:-1] == pieces([{"type": "text", "value": plain.html_of(markup)}])


def test_a_stale_plain_form_is_put_aside_and_merged_without_script(desk, story) -> None:
    sent = form_of(desk.get(address(story)).content.decode())
    other = Client()
    other.force_login(User.objects.create_superuser("omar", "", "a long password"))
    theirs = form_of(other.get(address(story)).content.decode()) | {"standfirst": "From June."}
    other.post(address(story), theirs)
    answer = desk.post(address(story), sent | {"text-3": "It ends today."})
    assert "/merge/" in answer.url
    assert forms.newest(story).standfirst == "From June." and "today" not in forms.text_of(story)
    page = desk.get(answer.url).content.decode()
    on = re.search(r'name="on" value="(\d+)"', page)[1]
    desk.post(answer.url, {"on": on, "what": "merge"})
    draft = forms.newest(story)
    assert draft.standfirst == "From June." and "It ends today." in str(draft.body)


def test_a_form_that_is_too_old_gives_the_text_back(desk, story) -> None:
    sent = form_of(desk.get(address(story)).content.decode())
    page = desk.post(address(story), sent | {"take": "999", "text-3": "Typed all night."}).content.decode()
    assert "open for too long" in page and "Typed all night." in page.split('name="text-new"')[1].split("</textarea>")[0]


def test_a_new_story_from_nothing_to_published_without_script(client, title) -> None:
    user = hire(title, "editor", "dana")
    Person.objects.create(name="Dana Ruiz", slug="dana-ruiz", user=user)
    client.force_login(user)
    page = client.get("/newsroom/stories/add/").content.decode()
    assert '<noscript>' in page and "/newsroom/story/plain/" in page and "Dana Ruiz" in page, "a writer's own name stands there already"
    sent = form_of(client.get("/newsroom/story/plain/").content.decode())
    assert sent["credit-0-name"] == "Dana Ruiz"
    sent |= {"headline": "Bridge opens", "standfirst": "At last.", "text-new": "It opened on Monday.\n\nCars came at once.", "then": "out"}
    standing = client.post("/newsroom/story/plain/", sent)
    page = client.get(standing.url).content.decode()
    form = re.search(r'<form method="post" action="([^"]+/publish/)".*?</form>', page, re.DOTALL)
    revision = re.search(r'name="revision" value="(\d*)"', form[0])[1]
    client.post(form[1], {"revision": revision})
    diary.work_off()
    printed = reader.get(title, Story.objects.get().path).text
    assert "<p>Cars came at once.</p>" in printed and "Dana Ruiz" in printed and 'href="/people/dana-ruiz/"' in printed


def test_who_may_not_write_gets_no_plain_form(client, title, story) -> None:
    client.force_login(hire(title, "moderator"))
    before = content_of(forms.newest(story))
    assert client.post("/newsroom/story/plain/", {"headline": "No"}).status_code in (302, 403, 404)
    assert client.post(address(story), {"headline": "No", "take": "1"}).status_code in (302, 403, 404)
    assert Story.objects.count() == 1 and content_of(forms.newest(story)) == before
