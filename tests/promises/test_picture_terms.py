"""Promise: a picture whose time is up, whose only use is taken or which was withdrawn is gone from every surface.

The story stays where it is. What an editor changes in a picture's form reaches exactly the pages that show it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.kit import clock, images
from masthead.people.models import User
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.press import darkroom, run
from masthead.press.models import PrintedPage
from masthead.press.surfaces import URLS
from masthead.stories import actions, diary
from masthead.stories.surfaces import SURFACES
from tests import reader
from tests.pictures.made import jpeg

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAPTION = "Canary caption of the quay"


def story_with(title, picture: Picture, headline: str = "Quay story", body: bool = False):
    copy = actions.Copy(
        headline=headline,
        body="<p>The quay is open.</p>",
        topics=(actions.CopyTopic("Quays"),),
        pictures=() if body else (actions.CopyPicture(picture),),
    )
    story = actions.file_story(title=title, section=title.sections.first(), copy=copy)
    if body:
        value = {"picture": picture.pk, "caption": "", "credit": "", "alt": "", "decorative": False}
        story.body = [*[("text", b.value) for b in story.body], ("picture", story.body.stream_block.child_blocks["picture"].to_python(value))]
        story.save()
    return actions.publish_as_filed(story=story)


def marks_of(title, story, picture) -> list[str]:
    """Everywhere on every surface and in the store where the picture is met: its caption, its address, itself."""
    words = [CAPTION, darkroom.addresses.picture_folder(picture)]
    found = []
    for surface in SURFACES:
        for path in URLS[surface.name](story):
            answer = reader.get(title, path)
            if surface.name == "picture":
                found += [path] if answer.status == 200 else []
            else:
                found += [f"{surface.name} {path}" for word in words if word in answer.text]
    found += [f"store {e.path}" for e in run.store_of(title).everything() if e.path.startswith("/pictures/")]
    return found


@pytest.fixture
def picture(db) -> Picture:
    made = taking.take(jpeg(), name="a.jpg").picture
    made.caption, made.credit, made.alt = CAPTION, "Canary credit", "Canary alt"
    made.save()
    return made


@pytest.mark.parametrize("in_body", [False, True])
@pytest.mark.parametrize("served_first", [True, False])
def test_at_its_second_the_picture_is_gone_and_the_story_stays(title, picture, in_body, served_first) -> None:
    Picture.objects.filter(pk=picture.pk).update(expires_at=NOON + timedelta(hours=1))
    with clock.frozen(NOON):
        story = story_with(title, Picture.objects.get(), body=in_body)
        diary.work_off()
        before = marks_of(title, story, picture)
        assert len(before) > (6 if in_body else 15), before
        rendition = darkroom.wanted(picture)[0]
        assert reader.get(title, rendition).status == 200
        clock.advance(timedelta(hours=1))
        if served_first:
            # No worker has run: the second alone must do.
            assert [m for m in marks_of(title, story, picture) if not m.startswith("store")] == []
            assert reader.get(title, rendition).status == 404
        assert actions.release_due() == 1
        assert actions.release_due() == 0
        diary.work_off()
        assert marks_of(title, story, picture) == []
        assert reader.get(title, story.path).status == 200
        assert "Quay story" in reader.get(title, "/").text


def test_no_surface_shows_a_withdrawn_picture(title, picture) -> None:
    story = story_with(title, picture)
    diary.work_off()
    assert marks_of(title, story, picture)
    before = actions.picture_facts(picture)
    picture.killed = True
    picture.save()
    actions.picture_changed(picture=picture, before=before, by="Sound Wire")
    diary.work_off()
    assert marks_of(title, story, picture) == []


def test_the_only_use_stays_with_the_first_story(title, picture) -> None:
    Picture.objects.filter(pk=picture.pk).update(one_use=True)
    picture.refresh_from_db()
    first = story_with(title, picture, "First with it")
    second = story_with(title, picture, "Second wants it")
    diary.work_off()
    assert CAPTION in reader.get(title, first.path).text
    page = reader.get(title, second.path).text
    assert "Second wants it" in page and CAPTION not in page and "og:image" not in page
    actions.withdraw(story=first)
    diary.work_off()
    assert CAPTION not in reader.get(title, second.path).text
    assert reader.get(title, darkroom.wanted(picture)[0]).status == 404


def test_a_picture_made_for_one_use_later_stays_where_it_was_first(title, picture) -> None:
    first, second = story_with(title, picture, "First with it"), story_with(title, picture, "Second with it")
    diary.work_off()
    before = actions.picture_facts(picture)
    picture.one_use = True
    picture.save()
    actions.picture_changed(picture=picture, before=before)
    diary.work_off()
    assert CAPTION in reader.get(title, first.path).text
    assert CAPTION not in reader.get(title, second.path).text


@pytest.fixture
def desk(client, title, picture):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    client.story = story_with(title, picture)
    client.other = actions.publish_as_filed(
        story=actions.file_story(title=title, section=title.sections.last(), copy=actions.Copy(headline="Without", body="<p>x</p>"))
    )
    diary.work_off()
    for path in run.everything(title):
        run.print_page(title, path)
    return client


def form_of(picture: Picture, **changes: object) -> dict[str, object]:
    fields = ("title", "caption", "alt", "photographer", "credit", "copyright_notice", "usage_terms", "instructions")
    data: dict[str, object] = {name: getattr(picture, name) for name in fields}
    return data | {"description": "", "tags": "", "data_mining": "", "source_type": "", "expires_at": ""} | changes


def test_an_edited_caption_prints_exactly_the_pages_that_show_it(desk, title, picture) -> None:
    shows = set(PrintedPage.objects.filter(keys__key=f"picture:{picture.pk}").values_list("path", flat=True))
    old = {e.path: e.etag for e in run.store_of(title).everything()}
    stamp = dict(PrintedPage.objects.values_list("path", "printed_at"))
    answer = desk.post(f"/newsroom/images/{picture.pk}/", form_of(picture, caption="Another caption", credit="Another credit"))
    assert answer.status_code == 302
    diary.work_off()
    again = {path for path, at in PrintedPage.objects.values_list("path", "printed_at") if at != stamp.get(path)}
    assert again == shows
    assert desk.story.path in again and desk.other.path not in again
    changed = {e.path for e in run.store_of(title).everything() if old.get(e.path) != e.etag}
    assert {p for p in changed if not p.startswith("/pictures/")} <= shows
    page = reader.get(title, desk.story.path).text
    assert "Another caption" in page and CAPTION not in page
    for path in darkroom.wanted(picture):
        assert images.told(reader.get(title, path).body).first("credit") == "Another credit", path
    held = {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}
    for path in list(held):
        if not path.startswith("/pictures/"):
            run.print_page(title, path)
    assert held == {e.path: (e.status, e.etag) for e in run.store_of(title).everything()}


def test_what_must_stay_in_a_crop_moves_the_crop_of_cards(desk, title, picture) -> None:
    Picture.objects.filter(pk=picture.pk).update(width=3000, height=1000)
    address = f"/newsroom/picture-focus/{picture.pk}/"
    assert 'card-picture c' not in reader.get(title, "/").text
    assert desk.post(address, {"x": "0", "y": "80"}).json() == {"x": 0, "y": 80}
    diary.work_off()
    front = reader.get(title, "/").text
    assert 'class="card-picture c0"' in front, "cut at the right alone"
    desk.post(address)
    diary.work_off()
    assert 'card-picture c' not in reader.get(title, "/").text


def test_a_replaced_file_leaves_nothing_of_the_old_one(desk, title, picture) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    old = darkroom.wanted(picture)
    file = SimpleUploadedFile("new.jpg", jpeg(7, size=(900, 900)), "image/jpeg")
    assert desk.post(f"/newsroom/images/{picture.pk}/", form_of(picture, file=file)).status_code == 302
    diary.work_off()
    picture.refresh_from_db()
    new = darkroom.wanted(picture)
    assert not set(old) & set(new)
    assert {reader.get(title, path).status for path in old} == {404}
    assert {reader.get(title, path).status for path in new} == {200}
    assert {e.path for e in run.store_of(title).everything() if e.path.startswith("/pictures/")} == set(new)


def test_an_end_set_in_the_form_is_the_papers_time(desk, title, picture) -> None:
    title.time_zone = "America/Chicago"
    title.save()
    with clock.frozen(NOON):
        desk.post(f"/newsroom/images/{picture.pk}/", form_of(picture, expires_at="2026-11-20 05:00"))
        picture.refresh_from_db()
        assert picture.expires_at == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
        assert picture.over
        diary.work_off()
        assert marks_of(title, desk.story, picture) == []
        desk.post(f"/newsroom/images/{picture.pk}/", form_of(picture, expires_at="2026-11-20 08:00"))
        diary.work_off()
        assert CAPTION in reader.get(title, desk.story.path).text
        assert reader.get(title, darkroom.wanted(picture)[0]).status == 200
