"""The look of a paper, chosen on screen: on every page at once, readable whatever was chosen, refused with a sentence."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from masthead.kit import colours
from masthead.press import dressing, run
from masthead.titles.models import Logo, Section, Title
from tests import reader
from tests.staff import hire

PLAIN = {"name": "The Test Paper", "tagline": "", "ground": "cream", "letters": "courier", "colour": "", "menu": ""}


@pytest.fixture
def desk(client, title):
    client.force_login(hire(title, "keyholder"))
    return client


def keep(desk, title: Title, **changed: object) -> Title:
    answer = desk.post("/newsroom/look/", PLAIN | changed)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    for path in ("/", "/world/"):
        run.print_page(Title.objects.get(pk=title.pk), path)
    return Title.objects.get(pk=title.pk)


def sheet(title: Title) -> str:
    path = re.search(r'<link rel="stylesheet" href="([^"]+)"', reader.get(title, "/").text)[1]
    answer = reader.get(title, path)
    assert answer.status == 200 and "immutable" in answer.headers["cache-control"]
    return answer.text


def png(size=(1200, 300), colour=(120, 30, 40, 128)) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", size, colour).save(out, "PNG")
    return out.getvalue()


def test_a_paper_that_changed_nothing_has_the_sheet_of_the_house(title) -> None:
    assert dressing.sheet(title) == ""


def test_colours_ground_and_letters_reach_the_sheet_at_a_new_address(desk, title) -> None:
    before = reader.get(title, "/").text
    kept = keep(desk, title, colour="#ffee00", ground="rose", letters="poster")
    css = sheet(kept)
    assert "--paper:#fff1e5" in css and "--head:var(--sans)" in css
    day, night = re.findall(r"--accent:(#[0-9a-f]{6})", css)[-2:]
    assert colours.contrast(colours.parse(day), colours.parse("#fff1e5")) >= 4.5
    assert (night, colours.contrast(colours.parse(night), colours.parse("#14171a")) >= 4.5) == ("#ffee00", True)
    assert reader.get(kept, "/").text != before


def test_letters_of_the_device_fetch_no_font(desk, title) -> None:
    assert "woff2" in reader.get(title, "/").text
    assert "woff2" not in reader.get(keep(desk, title, letters="device"), "/").text


def test_a_section_has_a_colour_of_its_own(desk, title) -> None:
    sport = Section.objects.get(slug="sport")
    css = sheet(keep(desk, title, **{f"section_{sport.pk}": "#7a2c68"}))
    assert "--t2:#7a2c68" in css
    assert Section.objects.get(slug="sport").colour == "#7a2c68"


def test_the_menu_is_as_it_was_written(desk, title) -> None:
    kept = keep(desk, title, menu="Sport\nTides | /tides/\nNothing of this name\nWeather | https://weather.example/")
    nav = re.search(r'<nav id="nav".*?</nav>', reader.get(kept, "/").text, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', nav) == ["/", "/sport/", "/tides/", "https://weather.example/"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("menu", "Tides | javascript:alert(1)", "is no line of a menu"),
        ("menu", "Tides | //elsewhere.example", "is no line of a menu"),
        ("menu", "\n".join(f"L{n} | /l{n}/" for n in range(21)), "nobody reads"),
        ("colour", "red", "is not a colour"),
        ("colour", "#1;}a{", "is not a colour"),
        ("ground", "granite", "Select a valid choice"),
        ("name", "", "This field is required"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(desk, title, field, value, said) -> None:
    answer = desk.post("/newsroom/look/", PLAIN | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    kept = Title.objects.get(pk=title.pk)
    assert (kept.colour, kept.menu, kept.ground, kept.name) == ("", "", "cream", "The Test Paper")


def test_a_logo_stands_in_place_of_the_name_and_goes_again(desk, title) -> None:
    kept = keep(desk, title, logo=SimpleUploadedFile("l.png", png(), "image/png"))
    front = reader.get(kept, "/").text
    path, width, height, alt = re.search(r'class="logo" src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]+)"', front).groups()
    assert (width, height, alt) == ("960", "240", "The Test Paper")
    answer = reader.get(kept, path)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(answer.body)) as drawn:
        assert (drawn.size, drawn.mode) == ((960, 240), "RGBA")
    gone = keep(desk, title, no_logo="on")
    assert 'class="logo"' not in reader.get(gone, "/").text
    assert not Logo.objects.exists()


def test_a_logo_that_is_no_picture_is_refused(desk, title) -> None:
    svg = SimpleUploadedFile("l.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml")
    answer = desk.post("/newsroom/look/", PLAIN | {"logo": svg})
    assert answer.status_code == 422
    assert "not a picture" in answer.content.decode()
    assert not Logo.objects.exists()


def test_the_preview_shows_it_and_keeps_nothing(desk, title) -> None:
    answer = desk.post("/newsroom/look/preview/", PLAIN | {"colour": "#7a2c68", "name": "The Other Name"})
    page = answer.content.decode()
    assert "--accent:#7a2c68" in page and "The Other Name" in page
    kept = Title.objects.get(pk=title.pk)
    assert (kept.colour, kept.name) == ("", "The Test Paper")
    assert "--accent:#7a2c68" not in sheet(kept)


def test_the_sheet_of_before_is_there_until_no_page_names_it(desk, title) -> None:
    old = re.search(r'href="(/assets/site-[^"]+)"', reader.get(title, "/").text)[1]
    for path in ("/world/", "/sport/", old):
        assert reader.get(title, path).status == 200
    assert desk.post("/newsroom/look/", PLAIN | {"colour": "#7a2c68"}).status_code == 302
    order = run._waiting(title)
    assert {"/", "/world/", "/sport/"} <= set(order) and not [path for path in order if path.startswith("/assets/")]
    run.catch_up(Title.objects.get(pk=title.pk))
    assert run.store_of(title).get(old) is None
    for path in ("/", "/world/", "/sport/"):
        assert old not in reader.get(title, path).text


def test_an_editor_may_not_change_it(client, title) -> None:
    client.force_login(hire(title, "editor"))
    assert client.post("/newsroom/look/", PLAIN | {"colour": "#7a2c68"}).status_code in (302, 403)
    assert Title.objects.get(pk=title.pk).colour == ""


def test_with_ten_sections_the_menu_folds_and_opens_without_a_script(title) -> None:
    for n in range(8):
        Section.objects.create(title=title, name=f"Quarter {n}", slug=f"quarter-{n}", sort_order=n + 2)
    run.print_page(title, "/")
    nav = re.search(r'<nav id="nav".*?</nav>', reader.get(title, "/").text, re.DOTALL)[0]
    assert nav.count("<li") == 11
    assert nav.index("<details") < nav.index("quarter-4") and nav.index("quarter-3") < nav.index("<details")
    here = re.search(r'<nav id="nav".*?</nav>', reader.get(title, "/quarter-7/").text, re.DOTALL)[0]
    assert '<details class="more" open>' in here
