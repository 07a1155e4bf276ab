"""A Spanish paper speaks Spanish, also where something goes wrong; no sentence is left to translate."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from masthead.comments import moderating
from masthead.people.models import SignIn
from masthead.press import addresses
from tests import reader as asks
from tests import sentences
from tests.comments import made


@pytest.fixture
def spanish(title):
    title.language = "es-MX"
    title.save()
    made.talking(title)
    return title


@pytest.mark.parametrize("language", sentences.languages())
def test_every_sentence_is_translated_and_compiled(language: str) -> None:
    known, marked = sentences.catalogue(language), sentences.marked()
    left = [sentence for sentence in marked if not (known.get(sentence) and known.get(sentence).string)]
    assert not left, "run: python -m tests.sentences"
    old = [m.id for m in known if m.id and m.id not in marked]
    assert not old, "run: python -m tests.sentences"
    file = sentences.LOCALE / language / "LC_MESSAGES" / "django.mo"
    assert file.read_bytes() == sentences.compiled(known), "run: python -m tests.sentences"


@pytest.mark.parametrize("language", sentences.languages())
def test_a_translation_has_the_same_places_to_fill_in(language: str) -> None:
    for message in sentences.catalogue(language):
        if message.id:
            assert sorted(re.findall(r"\{\w*\}", message.id)) == sorted(re.findall(r"\{\w*\}", message.string)), message.id


def test_what_was_not_taken_is_said_in_the_papers_language(spanish) -> None:
    story = made.story(spanish)
    answer = Client().post(f"/comments{story.path}", {"text": " "})
    assert answer.status_code == 422
    assert "No hay nada escrito. Escriba lo que quiere decir." in answer.content.decode()
    refused = Client().post(f"/comments{story.path}", {"text": "Hola"}, headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert "Esto vino de la página de otro sitio." in refused.content.decode()


def test_the_code_comes_in_the_papers_language_and_a_wrong_one_is_told_so(spanish) -> None:
    from masthead.mailroom.models import Outgoing

    story, reader = made.story(spanish), Client()
    asked = reader.post(f"/comments{story.path}", {"text": "Buenos días", "address": "ana@readers.example"})
    assert asked.status_code == 303
    letter = Outgoing.objects.get().letter
    assert letter["subject"].startswith("Su código: ")
    assert "Sirve durante un cuarto de hora." in letter["text"]
    wrong = reader.post(asked["Location"], {"code": "000000"} if "000 000" not in letter["subject"] else {"code": "000001"})
    assert "Ese no es el código de la carta más reciente." in wrong.content.decode()
    assert SignIn.objects.get().used_at is None


def test_guidelines_and_removals_name_the_rule_in_the_papers_language(spanish) -> None:
    story = made.story(spanish)
    assert "No escriba en mayúsculas" in asks.get(spanish, addresses.GUIDELINES).text
    comment = made.says(story, "Bobadas")
    moderating.decide(comment, "reject", made.moderator(spanish), rule="off-topic")
    notice = comment.author.notices.get(kind="removed")
    assert "La norma: Fuera del tema." in notice.words
    assert "Puede pedir a otro editor que lo mire de nuevo." in notice.words


def test_the_contact_form_too(spanish) -> None:
    tip = Client().post("/contact/", {"text": " "})
    assert "No había texto. Escriba lo que deberíamos saber" in tip.content.decode()


def test_an_english_paper_is_not_touched(title) -> None:
    made.talking(title)
    answer = Client().post(f"/comments{made.story(title).path}", {"text": ""})
    assert "There is nothing in it." in answer.content.decode()
