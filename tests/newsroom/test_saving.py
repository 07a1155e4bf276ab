"""Saving from the form: acknowledged means kept, stale means refused with both texts kept, rows never double."""

from __future__ import annotations

import pytest
from django.test import Client

from masthead.people.models import Person, User
from masthead.stories import actions, diary
from masthead.stories.models import Story, Take
from tests import reader
from tests.newsroom import forms


@pytest.fixture
def ellen(title) -> Client:
    return signed_in("ellen")


@pytest.fixture
def omar(title) -> Client:
    return signed_in("omar")


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(name, "", "a long password"))
    return client


@pytest.fixture
def story(title) -> Story:
    """A story of ours that readers see."""
    copy = actions.Copy(headline="Quay to close", body="<p>The quay closes.</p><p>It opens again in May.</p>")
    made = actions.file_story(title=title, section=title.sections.get(slug="world"), copy=copy)
    actions.publish(revision=actions.write(made, user=None))
    diary.work_off()
    return Story.objects.get()


def test_a_new_story_from_the_form(ellen, title) -> None:
    Person.objects.create(name="Dana Ruiz", slug="dana-ruiz")
    posted = forms.data(
        section=title.sections.get(slug="world").pk,
        headline="Bridge opens",
        paragraphs=("It opened on Monday.", "Cars came at once."),
        credits=({"name": "Dana Ruiz"}, {"name": "Dana Ruiz", "organisation": "Aldine Wire", "role": "contributor"}),
        topic_names="Bridges\nHarbour",
        place_names="Marrowby",
    )
    ellen.post(forms.ADD, {**posted, "action-publish": "1"})
    diary.work_off()
    story = Story.objects.get()
    page = reader.get(title, story.path).text
    assert "Cars came at once." in page and 'href="/people/dana-ruiz/"' in page
    assert [c.person_id is not None for c in story.credits.all()] == [True, False], "an agency's writer is not ours"
    assert [(r.topic.name, r.topic.kind) for r in story.story_topics.all()] == [
        ("Bridges", "subject"), ("Harbour", "subject"), ("Marrowby", "place"),
    ]  # fmt: skip


def test_a_half_written_story_without_a_headline_is_kept_and_not_published(ellen, title) -> None:
    posted = forms.data(section=title.sections.first().pk, paragraphs=("Only a beginning",))
    answer = ellen.post(forms.ADD, posted, headers={"Accept": "application/json"}).json()
    assert answer["success"] and answer["field_updates"]["take"] == "1"
    story = Story.objects.get()
    page = ellen.post(forms.EDIT.format(story.pk), {**forms.of(story), "action-publish": "1"}, follow=True)
    assert "It has no headline." in page.content.decode()
    story.refresh_from_db()
    assert story.state == "draft" and not story.live


def test_publish_stands_beside_save_on_a_public_story_too(ellen, story) -> None:
    page = ellen.get(forms.EDIT.format(story.pk)).content.decode()
    save, publish = page.index("Save draft"), page.index('name="action-publish"')
    assert save < publish < page.index("Withdraw", save)
    assert "the agency" not in page.split('id="id_headline"')[0].rpartition("Headline")[2]


def test_every_background_save_is_acknowledged_with_a_number(ellen, story) -> None:
    first = forms.autosave(ellen, story, forms.of(story, paragraphs=("One.",))).json()
    again = forms.of(story, paragraphs=("One. Two.",), take=int(first["field_updates"]["take"]))
    second = forms.autosave(ellen, story, again, over=first["revision_id"]).json()
    assert int(second["field_updates"]["take"]) == int(first["field_updates"]["take"]) + 1
    assert second["revision_id"] == first["revision_id"], "one sitting is one version"
    assert "One. Two." in forms.text_of(story)
    assert "The quay closes." in reader.get(story.title, story.path).text, "readers see nothing of a draft"


def test_the_version_that_readers_see_is_never_written_over(ellen, story) -> None:
    first = forms.autosave(ellen, story, forms.of(story, paragraphs=("One.",))).json()
    ellen.post(forms.EDIT.format(story.pk), {**forms.of(story, paragraphs=("One.",)), "action-publish": "1"})
    live = Story.objects.get().live_revision_id
    second = forms.autosave(ellen, story, forms.of(story, paragraphs=("Two.",)), over=live).json()
    assert second["success"] and second["revision_id"] not in (live, first["revision_id"])


@pytest.mark.parametrize("background", [True, False])
def test_a_stale_form_is_refused_and_both_texts_are_kept(ellen, omar, story, background) -> None:
    hers, his = (forms.of(story, paragraphs=("The quay closes.", words)) for words in ("Hers.", "His."))
    assert forms.autosave(ellen, story, hers).json()["success"]
    headers = {"Accept": "application/json"} if background else {}
    answer = omar.post(forms.EDIT.format(story.pk), his, headers=headers)
    if background:
        assert answer.status_code == 400 and answer.json()["error_code"] == "invalid_revision"
        assert "Nothing was overwritten" in answer.json()["error_message"]
    else:
        assert answer.status_code == 302 and "/merge/" in answer["Location"]
    assert "Hers." in forms.text_of(story) and "His." not in forms.text_of(story)
    aside = Take.objects.get(aside=True)
    assert "His." in str(aside.content) and aside.user.username == "omar"


def test_publishing_from_a_stale_form_publishes_nothing(ellen, omar, story) -> None:
    his = forms.of(story, paragraphs=("His.",))
    forms.autosave(ellen, story, forms.of(story, paragraphs=("Hers.",)))
    answer = omar.post(forms.EDIT.format(story.pk), {**his, "action-publish": "1"})
    assert "/merge/" in answer["Location"]
    diary.work_off()
    assert "The quay closes." in reader.get(story.title, story.path).text


def test_changes_in_different_places_merge_by_themselves_and_clashes_are_asked(ellen, omar, story) -> None:
    was = ("The quay closes.", "It opens again in May.")
    hers = forms.of(story, paragraphs=("The quay closes tonight.", was[1]), kicker="Harbour")
    his = forms.of(story, paragraphs=(was[0], "It opens again in June."), headline="Quay to close tonight")
    forms.autosave(ellen, story, hers)
    answer = omar.post(forms.EDIT.format(story.pk), his)
    page = omar.get(answer["Location"]).content.decode()
    assert "both changes stand together" in page
    newest = Take.objects.filter(aside=False).first()
    omar.post(answer["Location"], {"on": newest.number, "what": "merge"})
    merged = forms.newest(story)
    assert (merged.headline, merged.kicker) == ("Quay to close tonight", "Harbour")
    assert "closes tonight" in str(merged.body) and "in June" in str(merged.body) and "in May" not in str(merged.body)


def test_a_clash_keeps_what_is_chosen_and_a_second_look_when_the_draft_moved_on(ellen, omar, story) -> None:
    hers, his = forms.of(story, headline="Hers", paragraphs=("A.",)), forms.of(story, headline="His", paragraphs=("B.",))
    forms.autosave(ellen, story, hers)
    merge = omar.post(forms.EDIT.format(story.pk), his)["Location"]
    assert "which stands?" in omar.get(merge).content.decode()
    old = Take.objects.filter(aside=False).first().number
    forms.autosave(ellen, story, forms.of(story, headline="Hers again", paragraphs=("A.",)))
    assert omar.post(merge, {"on": old, "what": "merge"})["Location"] == merge
    assert forms.newest(story).headline == "Hers again", "nothing was overwritten by a merge of yesterday"
    now = Take.objects.filter(aside=False).first().number
    omar.post(merge, {"on": now, "what": "merge", "choice-headline-0": "theirs", "choice-body-0": "both"})
    merged = forms.newest(story)
    assert merged.headline == "Hers again" and "A." in str(merged.body) and "B." in str(merged.body)


def test_copy_that_the_agency_changed_meanwhile_makes_a_form_stale(ellen, title) -> None:
    from masthead.wire import intake
    from tests.wire.made import g2

    intake.take(g2(headline="Ferry stops", body="One. " * 30), name="f.xml", source=intake.default_source(title))
    story = Story.objects.get()
    posted = forms.of(story, paragraphs=("Ours.",))
    newer = g2(headline="Ferry stops", body="Two. " * 30, version=2)
    intake.take(newer, name="g.xml", source=intake.default_source(title))
    assert forms.autosave(ellen, story, posted).status_code == 400
    assert "Two." in forms.text_of(story)


def test_an_order_that_arrives_while_a_form_is_open_is_never_undone_by_saving(ellen, title, story) -> None:
    draft = actions.file_story(
        title=title, section=title.sections.first(), copy=actions.Copy(headline="Draft", body="<p>One.</p>")
    )
    posted = forms.of(draft, paragraphs=("Two.",))
    actions.obey(story=draft, orders=actions.Orders(pubstatus="canceled", reason="Wrong."), by="Aldine Wire")
    assert forms.autosave(ellen, draft, posted).json()["success"]
    draft.refresh_from_db()
    assert (draft.state, draft.order_pubstatus) == ("withdrawn", "canceled")


@pytest.mark.parametrize("live", [True, False])
def test_rows_added_between_background_saves_are_never_doubled(ellen, title, story, live) -> None:
    """wagtail#13910: the browser does not know the keys of rows yet when it saves again."""
    if not live:
        story = actions.file_story(
            title=title, section=story.section, copy=actions.Copy(headline="Draft", body="<p>x</p>")
        )
    rows: tuple[dict, ...] = ()
    over = None
    for name in ("A. Writer", "B. Writer", "C. Writer"):
        rows = (*rows, {"name": name})
        answer = forms.autosave(ellen, story, forms.of(story, paragraphs=("x",), credits=rows), over=over).json()
        over = answer["revision_id"]
    ellen.post(forms.EDIT.format(story.pk), {**forms.of(story, paragraphs=("x",), credits=rows), "action-publish": "1"})
    assert [c.name for c in Story.objects.get(pk=story.pk).credits.all()] == [r["name"] for r in rows]


def test_a_text_that_was_acknowledged_is_not_put_aside_again(ellen, omar, story) -> None:
    """The server took it, the answer was lost, a colleague went on, the browser sends once more."""
    hers = forms.of(story, paragraphs=("Hers.",))
    assert forms.autosave(ellen, story, hers).json()["success"]
    assert forms.autosave(omar, story, forms.of(story, paragraphs=("His.",))).json()["success"]
    assert forms.autosave(ellen, story, hers).json()["success"]
    assert not Take.objects.filter(aside=True).exists()
    assert "His." in forms.text_of(story)


def test_presence_says_since_when(ellen, omar, story) -> None:
    ellen.get(forms.EDIT.format(story.pk))
    assert "ellen</strong> has this open" in omar.get(f"/newsroom/story/{story.pk}/presence/").content.decode()
    forms.autosave(ellen, story, forms.of(story, paragraphs=("Hers.",)))
    at = Take.objects.first().at.strftime("%H:%M")
    assert f"ellen</strong> is editing this since {at}" in omar.get(forms.EDIT.format(story.pk)).content.decode()
    assert "ellen" not in ellen.get(f"/newsroom/story/{story.pk}/presence/").content.decode()
