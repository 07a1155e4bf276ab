"""A paper puts one plate of its own in place of ours, and the promise of what plates are given."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jinja2 import meta

from masthead.press import contract, platemaker
from tests.press import samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own(tmp_path, settings, monkeypatch) -> Path:
    monkeypatch.setitem(settings.CONFIG.values, "press.plates", str(tmp_path))
    platemaker.css.cache_clear()
    yield tmp_path
    platemaker.css.cache_clear()


def article() -> str:
    platemaker.with_own.cache_clear()  # As a start does: plates are read once.
    story = samples.own_story()
    return platemaker.render("article.html", page=samples.page(story.card.path, story.card.headline), story=story)


def test_the_page_about_plates_is_up_to_date() -> None:
    assert (ROOT / "docs" / "plates.md").read_text() == contract.text(platemaker.house()), "run: python manage.py plates"


def test_one_block_is_changed_and_the_rest_stays_ours(own) -> None:
    before = article()
    (own / "article.html").write_text(
        '{% extends "house/article.html" %}{% block after_text %}<p class="own">Printed in {{ page.paper.town }} <i></p>{% endblock %}'
    )
    after = article()
    assert f'<p class="own">Printed in {samples.PAPER.town} <i></p>' in after
    assert after.replace(f'<p class="own">Printed in {samples.PAPER.town} <i></p>', "").split() == before.split()


def test_a_part_of_ones_own_is_used_by_our_plates_and_text_stays_escaped(own) -> None:
    (own / "banner.html").write_text("{% if shown_banner %}<p>{{ '<b>' }}{{ shown_banner.text }}</p>{% endif %}")
    page = platemaker.render("front.html", page=samples.page("/", "x"), front=samples.arranged_front())
    assert "<p>&lt;b&gt;" in page


def test_a_plate_that_fails_is_left_aside_and_said(own, caplog) -> None:
    good = article()
    (own / "article.html").write_text('{% extends "house/article.html" %}{% block after_text %}{{ story.secret }}{% endblock %}')
    assert article() == good
    assert "article.html" in caplog.text


def test_no_plate_can_mark_text_as_safe(own, caplog) -> None:
    (own / "article.html").write_text('{% extends "house/article.html" %}{% block after_text %}{{ "<b>"|safe }}{% endblock %}')
    assert "<b></b>" not in article()
    assert contract.problems(own, platemaker.with_own(own)) == ["article.html uses the filter “safe”, which there is not."]


def test_a_sheet_of_ones_own_stands_behind_ours(own) -> None:
    ours = platemaker.css()
    (own / "own.css").write_text(".story { /* wide */ max-inline-size: 50rem; }")
    platemaker.css.cache_clear()
    assert platemaker.css() == ours + b".story{max-inline-size:50rem}"


def test_other_plates_make_another_version(tmp_path) -> None:
    (tmp_path / "own.css").write_text("a{}")
    assert platemaker._version(tmp_path) != platemaker._version()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("article.html", '{% extends "house/article.html" %}{% block after_text %}{{ story.card.headline }}{% endblock %}', ""),
        ("article.html", '{% extends "house/article.html" %}{% block after_text %}{{ reader }}{% endblock %}', "“reader”"),
        ("artcile.html", "x", "no plate of ours"),
        ("front.html", "{% if %}", "cannot be read"),
        ("own.css", "a{}", ""),
    ],
)
def test_the_doctor_reads_them(own, name, text, said) -> None:
    (own / name).write_text(text)
    found = contract.problems(own, platemaker.with_own(own))
    assert (said in found[0]) if said else found == []


def test_every_plate_of_ours_is_listed() -> None:
    there = {file.name for file in platemaker.PLATES.iterdir() if file.suffix in (".html", ".xml", ".txt", ".svg")}
    assert there == set(contract.PLATES) | set(contract.PARTS)


def test_no_plate_of_ours_uses_more_than_the_promise() -> None:
    env = platemaker.house()
    for name, given in contract.PLATES.items():
        tree = env.parse((platemaker.PLATES / name).read_text())
        known = set(given) | set(env.globals) | contract.names_set(tree)
        for around in filter(None, meta.find_referenced_templates(tree)):
            known |= contract.names_set(env.parse((platemaker.PLATES / around).read_text()))
        assert meta.find_undeclared_variables(tree) <= known, name


def test_the_code_gives_what_is_promised() -> None:
    """Every call of `render` with a plate's name in words: its values are those of the list."""
    seen = set()
    for file in (ROOT / "masthead").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "render"):
                continue
            name = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if name in contract.PLATES:
                seen.add(name)
                optional = {key for key, kind in contract.PLATES[name].items() if "may be missing" in kind}
                given = {word.arg for word in call.keywords}
                assert given | optional == set(contract.PLATES[name]), (name, file.name)
    by_name = {"feed.atom.xml", "feed.rss.xml", "talk-feed.atom.xml", "talk-feed.rss.xml", "talk-fragment.html", "talk.html"}
    assert set(contract.PLATES) - seen == by_name
