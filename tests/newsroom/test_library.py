"""The media library: fifty pictures at once, each reported; where used; what stories hold is not deleted."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from masthead.newsroom import library
from masthead.people.models import User
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.stories import actions, diary
from tests.pictures.made import MARKS, jpeg


@pytest.fixture
def desk(client, title):
    client.force_login(User.objects.create_superuser("keeper", "", "a long password"))
    return client


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def test_fifty_pictures_come_in_with_a_plain_form(desk) -> None:
    files = [upload(f"{n}.jpg", jpeg(n, marks=MARKS, size=(300, 200))) for n in range(50)]
    page = desk.post("/newsroom/library/add/", {"files": files}).content.decode()
    assert Picture.objects.count() == 50
    assert page.count("Taken.") == 50
    assert set(Picture.objects.values_list("credit", flat=True)) == {"Mia Solberg/Sound Wire"}
    listed = desk.get("/newsroom/library/").content.decode()
    assert listed.count("<li>") >= library.A_PAGE and "Older" in listed


def test_each_file_is_told_of_on_its_own(desk) -> None:
    first = jpeg(3)
    near = jpeg(3, size=(600, 400))
    files = [upload("a.jpg", first), upload("a2.jpg", first), upload("b.jpg", near), upload("c.jpg", b"no picture")]
    answer = desk.post("/newsroom/library/add/", {"files": files}, HTTP_ACCEPT="application/json")
    results = json.loads(answer.content)["results"]
    assert [one["new"] for one in results] == [True, False, True, False]
    assert "Still to write: alt text and credit" in results[0]["words"]
    assert "in the library already" in results[1]["words"]
    assert len(results[2]["near"]) == 1
    assert results[3]["words"].startswith("Not taken.")
    assert Picture.objects.count() == 2


def test_wagtails_own_form_reads_the_file_too(desk) -> None:
    data = {"title": "x", "file": upload("x.jpg", jpeg(marks=MARKS)), "tags": ""}
    assert desk.post("/newsroom/images/add/", data).status_code == 302
    picture = Picture.objects.get()
    assert (picture.credit, picture.alt) == (MARKS.credit, MARKS.alt)
    assert len(picture.sha256) == 64


@pytest.mark.parametrize("show", library.SHOW)
def test_every_filter_answers(desk, show) -> None:
    taking.take(jpeg(marks=MARKS), name="a.jpg")
    assert desk.get(f"/newsroom/library/?show={show}&words=anna").status_code == 200


def test_filters_find_what_they_say(desk) -> None:
    bare, told = taking.take(jpeg(1), name="bare.jpg").picture, taking.take(jpeg(2, marks=MARKS), name="told.jpg").picture
    for show, words, found in (("no-alt", "", [bare]), ("no-credit", "", [bare]), ("all", "anna lind", [told]), ("unused", "", [told, bare])):
        assert list(library._found(show, words)) == found, show


def test_where_a_picture_is_used_and_that_it_stays(desk, title) -> None:
    picture = taking.take(jpeg(), name="a.jpg").picture
    copy = actions.Copy(headline="Quay story", body="<p>x</p>", pictures=(actions.CopyPicture(picture),))
    actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    diary.work_off()
    for path in (f"/newsroom/library/{picture.pk}/uses/", f"/newsroom/images/{picture.pk}/"):
        page = desk.get(path).content.decode()
        assert "Quay story" in page and "readers see it there" in page, path
    desk.post(f"/newsroom/images/{picture.pk}/delete/")
    desk.post(f"/newsroom/bulk/pictures/picture/delete/?id={picture.pk}", {})
    assert Picture.objects.count() == 1
    free = taking.take(jpeg(5), name="b.jpg").picture
    desk.post(f"/newsroom/images/{free.pk}/delete/")
    assert not Picture.objects.filter(pk=free.pk).exists()


def test_the_chooser_finds_by_words(desk) -> None:
    taking.take(jpeg(1, marks=MARKS), name="a.jpg")
    taking.take(jpeg(2), name="other.jpg")
    found = desk.get("/newsroom/images/chooser/results/?q=anna").content.decode()
    assert found.count("data-chooser-modal-choice") == 1


def test_the_library_is_behind_the_staff_door(client, title) -> None:
    for path in ("/newsroom/library/", "/newsroom/library/add/", "/newsroom/library/1/uses/"):
        assert client.get(path).status_code == 302, path
    User.objects.create_user("reader", "", "a long password", is_staff=False)
    client.login(username="reader", password="a long password")
    assert client.post("/newsroom/library/add/", {"files": [upload("a.jpg", jpeg())]}).status_code in (302, 403)
    assert Picture.objects.count() == 0
