"""The paper in the fediverse: another server follows, gets what is published, and loses what is taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from masthead.circulation.fediverse import inbox
from masthead.circulation.models import Actor, FarFollower, Inbound, Post
from masthead.kit import clock
from masthead.mailroom.courier import Courier
from masthead.mailroom.models import Parcel
from masthead.public import fediverse as door
from masthead.stories import actions, diary
from masthead.stories.models import Story
from tests.circulation import farserver
from tests.circulation.made import story

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOST = "http://testserver"


@pytest.fixture(scope="module")
def _far():
    with farserver.running() as one:
        yield one


def ours(uri: str) -> dict:
    """A document of ours as another server fetches it."""
    answer = Client().get(uri.removeprefix(HOST), headers={"Accept": "application/activity+json"})
    assert answer.status_code == 200, (uri, answer.status_code)
    return answer.json()


@pytest.fixture
def far(_far, monkeypatch, settings, mail):
    monkeypatch.setattr(door, "turnstile", door.contact.Turnstile(each=1000, together=10_000))
    monkeypatch.setitem(settings.CONFIG.values, "fediverse.stories", "own")
    for kept in (_far.answers, _far.activities, _far.posts, _far.deleted, _far.gone, _far.asked):
        kept.clear()
    _far.look_up, _far.shared, _far.only_new = ours_in_this_thread(), True, False
    with clock.frozen(NOON):
        yield _far


def ours_in_this_thread():
    """The far server runs in another thread, where the test's database is not: documents are fetched ahead."""
    known: dict[str, dict] = {}

    def look_up(uri: str) -> dict:
        return known[uri]

    look_up.known = known  # type: ignore[attr-defined]
    return look_up


@pytest.fixture
def carry(far):
    courier = Courier(allows=lambda _: True)

    def all_of_it() -> None:
        inbox.work_off(allows=lambda _: True)
        diary.work_off(names=("circulation",))
        for actor in Actor.objects.all():
            far.look_up.known[f"{HOST}/fediverse/{actor.slot}"] = ours(f"{HOST}/fediverse/{actor.slot}")
        for post in Post.objects.filter(gone_at=None):
            answer = Client().get(f"/fediverse/stories/{post.name}")
            far.look_up.known[f"{HOST}/fediverse/stories/{post.name}"] = answer.json()
        while courier.round():
            pass

    yield all_of_it
    courier.close()


def tell(far, said: dict, name: str = "", slot: str = "paper/", *, new: bool = False, break_it=None):
    path = f"/fediverse/{slot}inbox"
    body, headers = far.signed(f"{HOST}{path}", said, name or said["actor"].rpartition("/")[2], at=clock.now(), new=new)
    if break_it:
        body, headers = break_it(body, headers)
    return Client().post(path, body, content_type="application/activity+json", headers={k: v for k, v in headers.items() if k != "content-type"})


def follow(far, name: str = "ada", slot: str = "paper") -> dict:
    person = far.person(name)
    return {"@context": "x", "id": f"{person}#follow-{slot}", "type": "Follow", "actor": person, "object": f"{HOST}/fediverse/{slot}"}


def fresh(one: Story) -> Story:
    return Story.objects.get(pk=one.pk)


def test_without_the_setting_there_is_nobody(title, client) -> None:
    for path in ("/fediverse/paper", "/.well-known/webfinger?resource=acct:testserver@testserver", "/.well-known/nodeinfo", "/fediverse/stories/x-1"):
        assert client.get(path).status_code == 404
    assert client.post("/fediverse/inbox", "{}", content_type="application/json").status_code == 404 and not Actor.objects.exists()


def test_webfinger_leads_to_the_paper_and_to_sections(title, far, client) -> None:
    section = title.sections.get(slug="sport")
    for resource, slot in (
        ("acct:testserver@testserver", "paper"), ("acct:Sport@TESTSERVER", f"section-{section.pk}"), (HOST, "paper"),
        (f"{HOST}/fediverse/section-{section.pk}", f"section-{section.pk}"),
    ):  # fmt: skip
        answer = client.get("/.well-known/webfinger", {"resource": resource})
        assert answer["Content-Type"] == "application/jrd+json" and answer["Access-Control-Allow-Origin"] == "*"
        [link] = [one for one in answer.json()["links"] if one["rel"] == "self"]
        actor = ours(link["href"])
        assert actor["id"] == link["href"] == f"{HOST}/fediverse/{slot}"
        assert answer.json()["subject"] == f"acct:{actor['preferredUsername']}@testserver"
    for nobody in ("acct:x@testserver", "acct:sport@elsewhere.example", "section-1", f"{HOST}/fediverse/section-999"):
        assert client.get("/.well-known/webfinger", {"resource": nobody}).status_code == 404
    assert client.get("/.well-known/webfinger").status_code == 400
    assert client.get("/fediverse/paper", headers={"Accept": "text/html,*/*"})["Location"] == f"{HOST}/"
    assert client.get(client.get("/.well-known/nodeinfo").json()["links"][0]["href"]).json()["version"] == "2.1"


@pytest.mark.parametrize("new", [False, True], ids=["cavage", "rfc9421"])
def test_somebody_follows_is_accepted_and_leaves(title, far, carry, new) -> None:
    assert tell(far, follow(far), new=new).status_code == 202
    carry()
    [said] = far.of("Accept")
    assert said["object"]["id"] == follow(far)["id"] and said["actor"] == f"{HOST}/fediverse/paper"
    assert FarFollower.objects.get().where == f"http://{far.host}/inbox" and ours(f"{HOST}/fediverse/paper/followers")["totalItems"] == 1
    assert "signature" in far.asked[0][1], "servers that show nothing to strangers know who asks"
    undo = {"id": "x", "type": "Undo", "actor": far.person("ada"), "object": follow(far)}
    tell(far, undo, slot="", new=new)
    carry()
    assert ours(f"{HOST}/fediverse/paper/followers")["totalItems"] == 0 and not Inbound.objects.exists()


def spoil_body(body, headers):
    return body.replace(b"paper", b"piper"), headers


def spoil_signature(body, headers):
    return body, {**headers, "signature": headers["signature"][:-8] + "AAAA" + headers["signature"][-4:]}


def spoil_date(body, headers):
    return body, {**headers, "date": "Mon, 23 Nov 2026 11:00:00 GMT"}


def no_signature(body, headers):
    return body, {k: v for k, v in headers.items() if k != "signature"}


# RFC 9421 carries its own time, so the header's does not matter there.
BROKEN = [(one, new) for one in (spoil_body, spoil_signature, no_signature) for new in (False, True)] + [(spoil_date, False)]


@pytest.mark.parametrize(("break_it", "new"), BROKEN)
def test_what_is_not_truly_signed_does_nothing(title, far, carry, break_it, new) -> None:
    tell(far, follow(far), new=new, break_it=break_it)
    carry()
    assert not FarFollower.objects.exists() and not Inbound.objects.exists() and not Parcel.objects.exists()


def test_somebody_elses_key_old_requests_and_other_hosts_do_nothing(title, far, carry) -> None:
    said = follow(far, "ada")
    tell(far, said, name="eve")
    said_elsewhere = {**said, "actor": "https://elsewhere.example/users/ada"}
    assert tell(far, said_elsewhere).status_code == 401
    body, headers = far.signed(f"{HOST}/fediverse/paper/inbox", said, "ada", at=NOON - timedelta(hours=13))
    assert Client().post("/fediverse/paper/inbox", body, content_type="application/json", headers=headers | {"content-type": "x"}).status_code == 401
    for nonsense in ("[]", "{}", "no", '{"actor": 7}'):
        assert Client().post("/fediverse/paper/inbox", nonsense, content_type="application/json").status_code == 400
    carry()
    assert not FarFollower.objects.exists()


def test_what_does_not_concern_us_is_not_kept(title, far) -> None:
    for kind in ("Create", "Like", "Announce", "Delete", "Flag"):
        assert tell(far, {"id": "x", "type": kind, "actor": far.person("ada"), "object": far.person("ada")}).status_code == 202
    assert not Inbound.objects.exists() and far.asked == []


def test_a_story_from_its_publication_to_its_kill(title, far, carry) -> None:
    sport = title.sections.get(slug="sport")
    tell(far, follow(far)), tell(far, follow(far, "ben")), tell(far, follow(far, "cem", f"section-{sport.pk}"))
    carry()
    match = story(title, "The town wins <again>", section=sport)
    story(title, "Not of sport")
    carry()
    assert len(far.of("Create")) == 2, "one for the whole server, not one for each of its people"
    [passed_on] = far.of("Announce")
    uri = passed_on["object"]
    assert passed_on["actor"] == f"{HOST}/fediverse/section-{sport.pk}" and uri in far.posts
    assert "The town wins &lt;again&gt;" in far.posts[uri]["content"] and f"{HOST}{match.path}" in far.posts[uri]["content"]
    assert ours(uri)["attributedTo"] == f"{HOST}/fediverse/paper"
    carry()
    assert len(far.activities) == 6, "nothing is told twice"
    clock.advance(timedelta(minutes=5))
    actions.correct(story=fresh(match), kind="correction", text="It was a draw.")
    carry()
    assert "It was a draw." in far.posts[uri]["content"] and far.posts[uri]["updated"] == "2026-11-23T12:05:00Z"
    actions.withdraw(story=fresh(match), by="desk")
    carry()
    assert uri in far.deleted and len(far.posts) == 1
    assert "town wins" not in json.dumps(far.of("Delete")) and len(far.of("Delete")) == 1
    answer = Client().get(uri.removeprefix(HOST))
    assert answer.status_code == 410 and "wins" not in answer.content.decode()
    assert "wins" not in json.dumps(ours(f"{HOST}/fediverse/paper/outbox"))


def test_a_kill_reaches_also_those_who_left_and_what_was_under_way(title, far, carry) -> None:
    tell(far, follow(far))
    carry()
    wall = story(title, "Canary wall")
    far.answers["/inbox"] = [503]
    carry()
    tell(far, {"id": "x", "type": "Undo", "actor": far.person("ada"), "object": follow(far)})
    carry()
    actions.withdraw(story=fresh(wall), by="desk")
    carry()
    clock.advance(timedelta(minutes=6))
    carry()
    assert [said["type"] for _, said in far.activities] == ["Accept", "Delete", "Delete"] and far.posts == {}


def test_a_story_held_and_published_again_is_another_post(title, far, carry) -> None:
    tell(far, follow(far))
    carry()
    wall = story(title, "The wall")
    carry()
    actions.hold(story=fresh(wall))
    carry()
    assert far.posts == {}
    actions.publish_as_filed(story=fresh(wall))
    carry()
    assert len(far.posts) == 1 and far.deleted.isdisjoint(far.posts) and Post.objects.count() == 2


def test_what_readers_may_not_see_is_not_told(title, far, carry) -> None:
    tell(far, follow(far))
    carry()
    story(title, "Canary", embargo_until=NOON + timedelta(hours=1))
    carry()
    assert [said["type"] for _, said in far.activities] == ["Accept"] and not Post.objects.exists()
    clock.advance(timedelta(hours=1))
    actions.release_due()
    carry()
    assert len(far.of("Create")) == 1


def test_an_archive_that_moves_in_is_no_news(title, far, carry) -> None:
    tell(far, follow(far))
    carry()
    old = story(title, "An old story")
    Post.objects.all().delete()
    Parcel.objects.filter(key__startswith="fedi:").exclude(key__contains="accept").delete()
    Story.objects.filter(pk=old.pk).update(first_published_at=NOON - timedelta(days=30))
    actions.correct(story=fresh(old), kind="correction", text="A date was wrong.")
    carry()
    assert far.of("Create") == [] and not Post.objects.exists()


def test_a_server_that_is_away_is_told_later_and_a_gone_inbox_ends_the_follow(title, far, carry) -> None:
    far.shared = False
    tell(far, follow(far)), tell(far, follow(far, "ben"))
    carry()
    far.answers = {"/users/ada/inbox": [500, 502], "/users/ben/inbox": [410]}
    story(title, "The wall")
    for _ in range(4):
        carry()
        clock.advance(timedelta(minutes=1))
    assert [path for path, said in far.activities if said["type"] == "Create"] == ["/users/ada/inbox"]
    assert [one.uri for one in FarFollower.objects.all()] == [far.person("ada")]


def test_a_server_that_knows_only_the_newer_signature(title, far, carry) -> None:
    far.only_new = True
    tell(far, follow(far))
    carry()
    assert len(far.of("Accept")) == 1
    assert sorted(Parcel.objects.values_list("state", flat=True)) == ["refused", "sent"]


def test_an_account_that_is_deleted_follows_no_more(title, far, carry) -> None:
    tell(far, follow(far))
    carry()
    far.gone.add("ada")
    assert tell(far, {"id": "x", "type": "Delete", "actor": far.person("ada"), "object": far.person("ada")}).status_code == 202
    carry()
    assert FarFollower.objects.get().left_at and not Inbound.objects.exists()


def test_keys_are_sealed_and_addresses_inside_the_house_are_not_asked(title, far) -> None:
    assert "PRIVATE" not in ours(f"{HOST}/fediverse/paper")["publicKey"]["publicKeyPem"]
    assert "PRIVATE" not in Actor.objects.get().private
    tell(far, follow(far))
    inbox.work_off()
    assert far.asked == [] and Inbound.objects.get().tries == 1


def test_agency_copy_stays_at_home_unless_the_paper_says_all(title, far, carry, settings, monkeypatch) -> None:
    tell(far, follow(far))
    carry()
    wall = story(title, "From the agency")
    Post.objects.all().delete(), Parcel.objects.all().delete()
    from masthead.people.models import Organisation

    Story.objects.filter(pk=wall.pk).update(agency=Organisation.objects.create(name="The Wire", slug="the-wire"))
    assert fresh(wall).is_wire
    from masthead.circulation.fediverse import publishing

    assert publishing.reconcile(fresh(wall)) == 0
    monkeypatch.setitem(settings.CONFIG.values, "fediverse.stories", "all")
    assert publishing.reconcile(fresh(wall)) == 1
    carry()
    [post] = far.posts.values()
    assert "(The Wire)" in post["content"]
