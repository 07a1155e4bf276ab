"""The readers' door, by plain forms as a browser without a script sends them."""

from __future__ import annotations

import base64
import html
import json
import re
from datetime import timedelta

import altcha
import pytest
from django.test import Client

from masthead.comments import moderating, names, settings_of, standing
from masthead.comments.models import Comment, Flag, Mute, State
from masthead.kit import clock
from masthead.mailroom.models import Outgoing
from masthead.people import readers
from masthead.people.models import Person, Reader, SignIn
from masthead.people.roles import Role
from masthead.press import run
from masthead.public import talk_entering, working
from masthead.stories import actions
from masthead.stories.actions import Orders
from masthead.stories.models import Tip
from tests import reader as asks
from tests.comments import made


@pytest.fixture
def paper(title):
    made.talking(title)
    return title


@pytest.fixture
def story(paper):
    return made.story(paper)


@pytest.fixture(autouse=True)
def open_turnstiles():
    talk_entering.letters_turnstile._came.clear()


def signed_in(who: Reader) -> Client:
    client = Client()
    client.cookies["masthead_reader"] = readers.open_session(who)
    return client


def at(story) -> str:
    return f"/comments{story.path}"


def code() -> str:
    letter = Outgoing.objects.order_by("-id").first().letter
    return re.search(r"(\d{3}) (\d{3})", letter["subject"]).expand(r"\1\2")


def words(answer) -> str:
    return answer.content.decode()


def test_from_nothing_to_a_comment_without_a_script(paper, story) -> None:
    client, text = Client(), "The wall was promised in 2019. “Where is it?” <b>I ask</b>"
    who = client.post(at(story), {"text": text, "do": "post"})
    assert who.status_code == 200 and "Who are you?" in words(who) and "I ask" in words(who)
    assert "private, no-store" in who["Cache-Control"]
    sent = client.post(at(story), {"text": text, "address": "Ann@Readers.example", "do": "post"})
    assert sent.status_code == 303
    page = client.get(sent["Location"])
    assert page.status_code == 200 and SignIn.objects.get().used_at is None
    assert Comment.objects.count() == 0
    client.head(sent["Location"] + f"?code={code()}")
    client.get(sent["Location"] + f"?code={code()}")
    assert SignIn.objects.get().used_at is None, "opening a link uses nothing up"
    wrong = client.post(sent["Location"], {"code": "000000" if code() != "000000" else "111111"})
    assert wrong.status_code == 422 and "not the code" in words(wrong)
    name = client.post(sent["Location"], {"code": f"{code()[:3]} {code()[3:]}"})
    assert "The name under which you write" in words(name) and "I ask" in words(name)
    assert client.cookies["masthead_reader"]["httponly"] and client.cookies["masthead_reader"]["samesite"] == "Lax"
    refused = client.post(at(story), {"text": text, "name": "editor", "do": "post"})
    assert refused.status_code == 422 and "belongs to the paper" in words(refused) and "I ask" in words(refused)
    done = client.post(at(story), {"text": text, "name": "Ann Marsh", "do": "post"})
    assert done.status_code == 303, words(done)
    said = Comment.objects.get()
    assert (
        said.state == State.PUBLISHED
        and said.author.name == "Ann Marsh"
        and said.author.address == "ann@readers.example"
    )
    mine = client.get(done["Location"])
    assert "Your comment is on the page" in words(mine) and "You can change it until" in words(mine)
    run.catch_up(paper)
    printed = asks.get(paper, story.path).text
    assert "&lt;b&gt;I ask&lt;/b&gt;" in printed and "ann@readers" not in printed.lower()


def test_a_code_lets_in_once_and_not_for_ever(paper, story) -> None:
    client = Client()
    sent = client.post(at(story), {"text": "Let me in", "address": "a@b.example"})["Location"]
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert "quarter of an hour" in words(client.post(sent, {"code": code()}))
    client.post(sent, {"code": code()})
    assert SignIn.objects.get().used_at
    again = Client().post(sent, {"code": code()})
    assert again.status_code == 422 and "masthead_reader" not in again.cookies
    other = Client().post(at(story), {"text": "Let me in", "address": "a@b.example"})["Location"]
    good = code()
    for _ in range(5):
        Client().post(other, {"code": "123123"})
    late = Client().post(other, {"code": good})
    assert late.status_code == 422 and "tried too often" in words(late)
    assert Client().post(other[:-3] + "~~/", {"code": good}).status_code == 422


def test_known_and_unknown_addresses_are_answered_alike(paper, story) -> None:
    known = made.reader()
    answers = [
        Client().post(at(story), {"text": "Hello", "address": to}) for to in (known.address, "new@readers.example")
    ]
    assert [a.status_code for a in answers] == [303, 303]
    pages = [re.sub(r"enter/[\w-]+", "enter/x", words(Client().get(a["Location"]))) for a in answers]
    assert pages[0] == pages[1]


def test_one_address_gets_few_letters(paper, story) -> None:
    for _ in range(8):
        assert Client().post(at(story), {"text": "Hello", "address": "flood@readers.example"}).status_code == 303
    assert Outgoing.objects.count() == 4


def test_a_code_that_nobody_was_told_lets_nobody_in(paper, story, monkeypatch) -> None:
    """A stranger asks and asks for codes to somebody's address: what is not sent is no chance to guess."""
    monkeypatch.setattr(readers.secrets, "randbelow", lambda _: 123456)
    words_ = [Client().post(at(story), {"text": "Hello", "address": "ann@readers.example"})["Location"] for _ in range(6)]
    refused = Client().post(words_[5], {"code": "123456"})
    assert refused.status_code == 422 and "masthead_reader" not in refused.cookies
    assert Client().post(words_[3], {"code": "123456"}).status_code == 200
    for hour in range(1, 20):
        talk_entering.letters_turnstile._came.clear()
        with clock.frozen(clock.now() + timedelta(hours=hour)):
            for _ in range(3):
                Client().post(at(story), {"text": "Hello", "address": "ann@readers.example"})
    assert Outgoing.objects.count() == 20, "and nobody is flooded with letters"


def test_what_was_written_comes_back(paper, story) -> None:
    client = signed_in(made.reader())
    asked = client.post(at(story), {"text": "THIS COUNCIL IS A DISGRACE TO ALL OF US HERE"})
    assert asked.status_code == 422 and "reads as shouting" in words(asked) and "ordinary letters" in words(asked)
    assert "<mark" in words(asked) and "DISGRACE TO ALL OF US HERE</textarea>" in words(asked)
    banned = client.post(at(story), {"text": "You are all cunts, I say", "do": "insist"})
    assert (
        banned.status_code == 422
        and "You are all cunts, I say</textarea>" in words(banned)
        and "do not print" in words(banned)
    )
    calm = client.post(at(story), {"text": "THIS COUNCIL IS A DISGRACE TO ALL OF US HERE", "do": "calmer"})
    assert calm.status_code == 303 and Comment.objects.get().body == "This council is a disgrace to all of us here"
    quick = client.post(at(story), {"text": "And another word at once"})
    assert quick.status_code == 429 and "And another word at once</textarea>" in words(quick)


def test_answer_report_respect(paper, story) -> None:
    said, ann = made.says(story, "The first word in this"), made.reader()
    client = signed_in(ann)
    page = client.get(f"{at(story)}?answers=1")
    assert "The first word in this" in words(page) and said.author.name in words(page)
    assert client.post(at(story), {"text": "An answer to it", "answers": "1"}).status_code == 303
    assert Comment.objects.get(number=2).answers == said
    assert client.post(at(story), {"respect": "1"})["Location"] == f"{story.path}comments/1/#comment-1"
    assert Comment.objects.get(number=1).respects == 1
    client.post(at(story), {"respect": "1"})
    assert Comment.objects.get(number=1).respects == 1, "a double click is one"
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        client.post(at(story), {"respect": "1"})
    assert Comment.objects.get(number=1).respects == 0
    assert client.post(at(story), {"respect": "2"}).status_code == 409
    form = client.get(f"{at(story)}?report=1")
    assert "Which guideline does it break?" in words(form) and "Attack on a person" in words(form)
    assert client.post(at(story), {"report": "1", "rule": "nonsense"}).status_code == 422
    done = client.post(at(story), {"report": "1", "rule": "attack", "note": "It hurts", "mute": "1"})
    assert done.status_code == 200 and Flag.objects.get().rule == "attack"
    assert Mute.objects.get().whom == said.author and done.cookies["masthead_mutes"].value == "1"
    assert client.get("/comments/mutes.json").json() == [said.author.name]
    assert Client().get("/comments/mutes.json").json() == []
    assert Client().post(at(story), {"report": "1", "rule": "attack"}).status_code == 401
    assert client.get(f"{at(story)}?report=99").status_code == 404


def test_the_true_state_is_told(paper, story) -> None:
    made.talking(paper, rules={})
    ann, mo = made.reader(), made.moderator(paper)
    client = signed_in(ann)
    held = words(client.get(client.post(at(story), {"text": "My very first word here"})["Location"]))
    assert (
        "waits for an editor" in held
        and "first comments of everybody are read" in held
        and "do not know yet how long" in held
    )
    for n in range(6):
        one = made.says(story, f"Another first word, number {n}")
        with clock.frozen(one.at + timedelta(minutes=20)):
            moderating.decide(one, "approve", mo)
    said = Comment.objects.get(author=ann)
    assert "about 20 minutes" in words(client.get(f"/comments/mine/{said.pk}/"))
    moderating.decide(said, "reject", mo, rule="off-topic", note="This is about the wall.")
    gone = words(client.get(f"/comments/mine/{said.pk}/"))
    assert (
        "was removed" in gone
        and "Stay with the subject" in gone
        and "This is about the wall." in gone
        and "another editor" in gone
    )
    assert (
        client.post(
            "/comments/mine/", {"do": "appeal", "comment": said.pk, "words": "It is about the wall."}
        ).status_code
        == 303
    )
    assert "Another editor is going to look" in words(client.get(f"/comments/mine/{said.pk}/"))
    assert signed_in(made.reader()).get(f"/comments/mine/{said.pk}/").status_code == 404


def test_one_s_own_page(paper, story) -> None:
    ann = made.reader("Ann Marsh")
    client = signed_in(ann)
    said = made.says(story, "A word that I shall change", ann)
    made.says(story, "An answer to Ann", answers=said.number)
    page = words(client.get("/comments/mine/"))
    assert "A word that I shall change" in page and "answered you" in page
    assert (
        client.post(
            "/comments/mine/", {"do": "change", "comment": said.pk, "text": "A word that I have changed"}
        ).status_code
        == 303
    )
    assert Comment.objects.get(pk=said.pk).body == "A word that I have changed"
    other = made.says(story, "Somebody else’s word")
    assert client.post("/comments/mine/", {"do": "take-back", "comment": other.pk}).status_code == 404
    assert client.post("/comments/mine/", {"do": "name", "name": "Anne Marsh-Hill"}).status_code == 303
    run.catch_up(paper)
    assert (
        "Anne Marsh-Hill" in asks.get(paper, story.path).text and "Ann Marsh<" not in asks.get(paper, story.path).text
    )
    kept = client.get("/comments/mine/export.json").json()
    assert kept["comments"][0]["earlier_versions"][0]["text"] == "A word that I shall change"
    assert client.post("/comments/mine/", {"do": "erase"}).status_code == 422
    assert client.post("/comments/mine/", {"do": "erase", "sure": "1"}).status_code == 200
    assert client.get("/comments/mine/export.json").status_code == 303
    run.catch_up(paper)
    text = asks.get(paper, story.path).text
    assert "Anne" not in text and "A former reader" in text and "A word that I have changed" in text
    assert not Reader.objects.filter(address=ann.address).exists()


def test_a_quotation_to_begin_with_and_a_change_that_shouts(paper, story) -> None:
    said, ann = made.says(story, "The wall was promised in 2019."), made.reader()
    client = signed_in(ann)
    assert f"{at(story)}?answers=1&amp;quote=1" in words(client.get(f"{at(story)}?answers=1"))
    assert "&gt; The wall was promised in 2019.\n" in words(client.get(f"{at(story)}?answers=1&quote=1"))
    mine = made.says(story, "A calm word about the wall", ann)
    loud = {"comment": str(mine.pk), "text": "THIS COUNCIL IS A DISGRACE TO US ALL"}
    asked = client.post("/comments/mine/", loud | {"do": "change"})
    assert asked.status_code == 422 and 'value="calmer"' in words(asked)
    client.post("/comments/mine/", loud | {"do": "calmer"})
    assert Comment.objects.get(pk=mine.pk).body == "This council is a disgrace to us all" and said.body


def test_a_warning_at_every_paper_is_shown_once(paper, story) -> None:
    ann, mo = made.reader(), made.moderator(paper)
    moderating.sanction(ann, paper, "warn", mo, note="Please leave her alone.", everywhere=True)
    client = signed_in(ann)
    assert "Please leave her alone." in words(client.get("/comments/mine/"))
    assert "Please leave her alone." not in words(client.get("/comments/mine/"))


def test_what_a_banned_reader_may_still_do(paper, story) -> None:
    other = made.says(story, "Somebody says something here")
    ann, mo = made.reader(), made.moderator(paper)
    mine = made.says(story, "What I said before the ban", ann)
    moderating.sanction(ann, paper, "ban", mo)
    client = signed_in(ann)
    for form in ({"respect": "1"}, {"report": str(other.number), "rule": "attack"}, {"text": "Again"}):
        assert client.post(at(story), form).status_code == 403, form
    assert client.post("/comments/mine/", {"do": "change", "comment": mine.pk, "text": "Rude words"}).status_code == 409
    assert Comment.objects.get(pk=mine.pk).body == "What I said before the ban" and Flag.objects.count() == 0
    client.post("/comments/mine/", {"do": "take-back", "comment": mine.pk})
    assert Comment.objects.get(pk=mine.pk).state == State.WITHDRAWN
    assert client.get("/comments/mine/export.json").status_code == 200


def test_reports_of_what_breaks_no_rule_lead_up_a_ladder(paper, story) -> None:
    ann, mo = made.reader(), made.moderator(paper)
    client, said = signed_in(ann), [made.says(story, f"An ordinary word, number {n} of some") for n in range(10)]
    told = []
    for n, one in enumerate(said):
        with clock.frozen(clock.now() + timedelta(minutes=11 * n)):
            told.append(words(client.post(at(story), {"report": str(one.number), "rule": "attack"})))
            if Comment.objects.get(pk=one.pk).flags:
                moderating.decide(one, "approve", mo)
    assert "it counts whether" in told[0] and "broke no rule: please report only" in told[4] and "do not reach the moderators" in told[8]
    assert Comment.objects.get(pk=said[9].pk).flags == 0 and Flag.objects.count() == 10


@pytest.mark.parametrize("number", ["²", "-1", "1e3", "9" * 40, "٣٤٥", "", "\x00"])
def test_numbers_that_are_none(paper, story, number) -> None:
    client = signed_in(made.reader())
    made.says(story, "A word to begin with")
    for form in ({"respect": number}, {"report": number, "rule": "attack"}, {"do": "take-back", "comment": number}, {"do": "unmute", "whom": number}, {"do": "drop-key", "key": number}):
        assert client.post("/comments/mine/" if "do" in form else at(story), form).status_code in (303, 404, 422), form
    assert client.get(at(story), {"answers": number}).status_code in (303, 404)
    assert client.post(at(story), {"text": "Something to say", "answers": number}).status_code in (303, 409)
    assert Comment.objects.filter(answers=None).count() == Comment.objects.count()


def test_erased_where_nobody_answered(paper, story) -> None:
    ann = made.reader("Ann Marsh")
    said = made.says(story, "Nobody answered this word of mine", ann)
    signed_in(ann).post("/comments/mine/", {"do": "erase", "sure": "1"})
    run.catch_up(paper)
    assert "Nobody answered" not in asks.get(paper, story.path).text
    said.refresh_from_db()
    assert said.body == "" and said.author is None


def test_from_another_site_nothing_is_taken(paper, story) -> None:
    client = signed_in(made.reader())
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        for path, form in ((at(story), {"text": "Cross-site"}), ("/comments/mine/", {"do": "erase", "sure": "1"}), ("/comments/enter/x/", {"code": "1"})):
            assert client.post(path, form, headers=header).status_code == 403, (header, path)
    assert Comment.objects.count() == 0 and client.get("/comments/mine/").status_code == 200
    assert client.post(at(story), {"text": "From our own page"}, headers={"Origin": "http://testserver"}).status_code == 303


def test_spoofed_headers_do_not_make_new_people(paper, story) -> None:
    ann = made.reader(days=0)
    client = signed_in(ann)
    taken = 0
    for n in range(12):
        with clock.frozen(clock.now() + timedelta(seconds=6 * n)):
            answer = client.post(
                at(story),
                {"text": f"A different word, number {n}"},
                headers={"X-Forwarded-For": f"10.0.{n}.1", "Forwarded": f"for=10.1.{n}.1"},
            )
        taken += answer.status_code == 303
    assert taken == 3


def test_off_means_not_there(title) -> None:
    story = made.story(title)
    for path in (at(story), "/comments/mine/", "/comments/mutes.json", "/about/community-guidelines/"):
        assert Client().get(path).status_code == 404, path


def test_guidelines_are_made_of_the_rules_that_are_on(paper) -> None:
    text = asks.get(paper, "/about/community-guidelines/").text
    assert "Shouting" in text and "At most three links" in text and "Words to look at" not in text
    made.talking(paper, rules={"shouting": {"does": "off"}})
    settings_of.changed(paper)
    run.catch_up(paper)
    assert "Shouting" not in asks.get(paper, "/about/community-guidelines/").text


def test_names(paper) -> None:
    book, ann = standing.book_of(paper), made.reader("Ann Marsh")
    Person.objects.create(name="Rae Holt", slug="rae-holt")
    for bad in (
        "x",
        "Rae Holt",
        "rае hоlt",
        "Ann-Marsh",
        "The Test Paper",
        "M0derator",
        "www.example.com",
        "a@b.example",
        "shit head",
        "Аnn",
        "🙂🙂",
        "A" * 41,
        "   ",
    ):
        with pytest.raises(names.NotThisName):
            names.check(bad, book, made.reader())
    for good in ("Ann M.", "José Ñandú", "Иван Петров", "李雷", "O’Brien", "Zoë", "van der Berg-Smith"):
        assert names.check(good, book, made.reader())[0] == good
    book.real_names = True
    with pytest.raises(names.NotThisName):
        names.check("Zoë", book, ann)
    assert names.check("Zoë Ball", book, ann)


def test_a_question_reaches_the_reporter_and_the_answer_the_reader(paper, story) -> None:
    sam = made.reader("Sam Reed")
    client = signed_in(sam)
    client.post(at(story), {"text": "Who pays for the wall?", "asks": "1", "do": "post"})
    asked = Comment.objects.get()
    assert asked.asks == "open" and "Question to the reporter" in page(story)
    ida = made.moderator(paper, "ida", Role.REPORTER)
    Person.objects.create(name="Ida Marsh", slug="ida-marsh", user=ida)
    desk = Client()
    desk.force_login(ida)
    assert "Who pays for the wall?" in words(desk.get("/newsroom/talk/questions/"))
    assert "1 question to reporters" in words(desk.get("/newsroom/"))
    desk.post(f"/newsroom/talk/{asked.pk}/answer/", {"text": "The county, says the *budget*."})
    answer = Comment.objects.exclude(pk=asked.pk).get()
    asked.refresh_from_db()
    assert (answer.name, answer.role, answer.answers, asked.asks) == ("Ida Marsh", "newsroom", asked, "answered")
    shown = page(story)
    assert "Question, answered" in shown and "Our newsroom" in shown and "Question to the reporter" not in shown.replace("This is a question to the reporter", "")
    assert "Ida Marsh answered you" in words(client.get("/comments/mine/"))
    assert "Who pays" not in words(desk.get("/newsroom/talk/questions/"))


def test_a_question_stays_one_while_its_reader_signs_in(paper, story) -> None:
    client = Client()
    who = client.post(at(story), {"text": "And who decided?", "asks": "1", "address": "new@reads.example", "do": "post"})
    named = client.post(who["Location"], {"code": code()})
    assert 'name="asks" value="1"' in words(named)
    client.post(at(story), {"text": "And who decided?", "asks": "1", "name": "Nia Nettle", "do": "post"})
    assert Comment.objects.get().asks == "open"


def test_a_report_of_an_error_lands_on_the_desk_with_its_story(paper, story) -> None:
    where = f"/contact/error{story.path}"
    assert f'href="{where}"' in page(story)
    client = Client()
    form = client.get(where)
    assert "no-store" in form["Cache-Control"] and story.display_headline in words(form)
    refused = client.post(where, {"text": " "})
    assert refused.status_code == 422
    sent = client.post(where, {"text": "It is the east quay, not the west.", "reply_to": "sam@reads.example"})
    tip = Tip.objects.get()
    assert tip.receipt in words(sent) and (tip.kind, tip.story) == ("error", story)
    desk = Client()
    desk.force_login(made.moderator(paper, "ed", Role.EDITOR))
    listed = words(desk.get("/newsroom/inbox/?show=errors"))
    assert "It is the east quay" in listed and story.display_headline[:30] in listed
    assert story.display_headline in words(desk.get(f"/newsroom/inbox/{tip.pk}/"))
    assert Client().post(where, {"text": "x" * 30}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    actions.obey(story=story, orders=Orders(pubstatus="canceled", reason="Kill"), by="desk")
    assert Client().get(where).status_code == 404, "a story that readers cannot see has no form"
    assert Client().get("/contact/error/2020/01/01/nothing/").status_code == 404


def page(story) -> str:
    list(run.print_all(story.title))
    return asks.get(story.title, story.path).text


def test_work_is_asked_of_browsers_only_while_very_many_ask_for_codes(paper, story) -> None:
    asked = {"text": "What of the east side?", "address": "new@reads.example", "do": "post"}
    for n in range(working.BUSY):
        talk_entering.letters_turnstile.lets_in(f"192.0.2.{n}")
    client = Client()
    refused = client.post(at(story), asked)
    assert refused.status_code == 429 and "What of the east side?" in words(refused) and not SignIn.objects.exists()
    challenge = json.loads(html.unescape(re.search(r'data-work="([^"]+)"', words(refused))[1]))
    number = altcha.solve_challenge_v1(challenge["challenge"], challenge["salt"], max_number=challenge["maxnumber"]).number
    payload = base64.b64encode(json.dumps({**challenge, "number": number}).encode()).decode()
    forged = base64.b64encode(json.dumps({**challenge, "number": number + 1}).encode()).decode()
    assert client.post(at(story), {**asked, "altcha": forged}).status_code == 429
    assert client.post(at(story), {**asked, "altcha": "not base64 at all"}).status_code == 429
    assert client.post(at(story), {**asked, "altcha": payload}).status_code == 303
    assert client.post(at(story), {**asked, "altcha": payload}).status_code == 429, "once"
    talk_entering.letters_turnstile._came.clear()
    assert client.post(at(story), asked).status_code == 303, "at quiet times nobody is asked"


def test_a_passkeys_challenge_is_good_once_and_for_whoever_asked(paper) -> None:
    sam, client = made.reader("Sam Reed"), Client()
    asks_new = {"data": json.dumps({"new": True}), "content_type": "application/json"}
    assert client.post("/comments/keys/ask", **asks_new).status_code == 401
    signed = signed_in(sam)
    asked = signed.post("/comments/keys/ask", **asks_new).json()
    assert asked["options"]["user"]["displayName"] == "Sam Reed" and "no-store" in signed.post("/comments/keys/ask", **asks_new)["Cache-Control"]
    forged = {"word": asked["word"], "new": True, "key": {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}}
    send = {"data": json.dumps(forged), "content_type": "application/json"}
    other = signed_in(made.reader("Ann Marsh"))
    assert "somebody else" in other.post("/comments/keys/done", **send).json()["said"]
    again = signed.post("/comments/keys/done", **send)
    assert again.status_code == 422 and "took too long" in again.json()["said"], "used up by the first try"
    entering = client.post("/comments/keys/ask", data="{}", content_type="application/json").json()
    wrong = client.post("/comments/keys/done", data=json.dumps({"word": entering["word"], "key": forged["key"]}), content_type="application/json")
    assert wrong.status_code == 422 and "not known here" in wrong.json()["said"] and "masthead_reader" not in wrong.cookies
    assert client.post("/comments/keys/done", data="[]", content_type="application/json").status_code == 422
    assert client.get("/comments/keys/ask").status_code == 401 and not sam.keys.exists()
