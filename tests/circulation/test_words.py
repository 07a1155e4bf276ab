"""Letters, alerts and their pages in the language of the paper."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from masthead.circulation import following, labels, tokens
from masthead.circulation.models import Follow
from masthead.kit import clock
from masthead.public import follow
from masthead.stories import actions
from tests.circulation.made import follower, story

ENGLISH = re.compile(r"\b(the|you|your|letter|letters|follow|because|nothing|unsubscribe)\b", re.I)


@pytest.mark.parametrize("language", ["es"])
def test_a_catalogue_has_every_label_and_no_other(language) -> None:
    said = labels.WORDS.catalogues[language]
    assert set(said) == set(labels.LABELS)
    for key, words in labels.LABELS.items():
        assert sorted(re.findall(r"{(\w+)}", said[key])) == sorted(re.findall(r"{(\w+)}", words)), key


@pytest.fixture
def spanish(title, at_dawn, monkeypatch):
    monkeypatch.setattr(follow, "EVEN", 0.0)
    title.language, title.name = "es-MX", "El Eco"
    title.save()
    return title


def test_a_daily_letter_in_spanish(spanish, deliver) -> None:
    wall = story(spanish, "El muro", ("Puerto",))
    story(spanish, "El muelle", ("Puerto",))
    follower(spanish, "ada@example.org", "/topics/puerto/")
    clock.advance(timedelta(minutes=31))
    first = deliver().to("ada@example.org")[0]
    text = first.get_body(("plain",)).get_content()
    assert "Porque sigue Puerto." in text and "Lo que sigo: " in text and "Darse de baja: " in text and "lunes, 23 de noviembre" in text
    actions.correct(story=wall, kind="correction", text="Son nueve metros.", by="desk")
    clock.advance(timedelta(days=1))
    second = deliver().to("ada@example.org")[1]
    assert second["Subject"] == "El Eco: una corrección a lo que le enviamos"
    body = re.sub(r"https?://\S+", "", second.get_body(("plain",)).get_content().partition("The council")[0])
    assert "Corrección: Son nueve metros." in body and not ENGLISH.search(body)


def test_the_pages_in_spanish(spanish) -> None:
    client = Client()
    story(spanish, "El muro", ("Puerto",))
    asked = client.post("/follow/", {"what": "/topics/puerto/", "address": "bo@example.org"})
    one = following.of_address(spanish, "bo@example.org")
    confirm = f"/follow/confirm/{tokens.make(one, tokens.CONFIRM)}/"
    pages = [asked, client.get(confirm), client.post(confirm, {"follow": [Follow.objects.get().pk]})]
    pages += [client.get(f"/follow/mine/{tokens.make(one, tokens.MINE)}/"), client.get(f"/follow/off/{tokens.make(one, tokens.OFF)}/")]
    pages += [client.post("/follow/", {"address": "nobody"}), client.get("/follow/mine/x_x_x_x/")]
    for page in pages:
        words = re.sub(r"<[^>]+>", " ", page.content.decode().split("<main")[1].split("</main")[0])
        assert not ENGLISH.search(words.replace("Puerto", "")), words
