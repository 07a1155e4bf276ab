"""Signing in: name and password, a second step, limits kept in the database, sessions that can be ended."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from masthead.people.models import User
from masthead.people.signing_in import SecondStepAdapter
from masthead.stories.models import DiaryEntry
from tests.staff import hire

LOGIN = "/newsroom/login/"


def sign_in(client: Client, name: str, password: str = "a long password"):
    return client.post(LOGIN, {"username": name, "password": password})


def code_now(secret: str) -> str:
    counter = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, counter))


def set_up(client: Client) -> str:
    """Set an authenticator app up on screen; returns its secret."""
    asked = client.get("/newsroom/me/second-step/totp/activate/")
    assert asked.headers["Location"].startswith("/newsroom/me/again/"), "the password is asked for once more"
    client.post("/newsroom/me/again/", {"password": "a long password"})
    client.get("/newsroom/me/second-step/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/newsroom/me/second-step/totp/activate/", {"code": code_now(secret)})
    assert answer.status_code == 302
    return secret


def test_the_login_page_is_ours_and_lets_staff_in(client, title) -> None:
    hire(title, "reporter")
    page = client.get("/newsroom/", follow=True).content.decode()
    assert "Sign in with a passkey" in page and "Sign Up" not in page
    assert sign_in(client, "reporter").headers["Location"] == "/newsroom/"
    assert client.get("/newsroom/").status_code == 200


def test_a_wrong_password_is_told_and_lets_nobody_in(client, title) -> None:
    hire(title, "reporter")
    answer = sign_in(client, "reporter", "wrong")
    assert answer.status_code == 200 and "not correct" in answer.content.decode()
    assert client.get("/newsroom/").status_code == 302


def test_guessing_is_stopped_and_the_count_survives_a_restart(client, title) -> None:
    hire(title, "reporter")
    hire(title, "editor")
    for _ in range(5):
        sign_in(client, "reporter", "wrong")
    refused = sign_in(Client(), "reporter")
    assert "Too many failed login attempts" in refused.content.decode()
    if not settings.CONFIG.get("cache.url"):  # else Redis counts
        assert len(_keys()) >= 1
    assert "reporter" not in str(list(_keys())), "names are not kept"
    assert sign_in(Client(), "editor").status_code == 302, "others may still sign in"
    cache.clear()
    assert sign_in(Client(), "reporter").status_code == 302


def _keys() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM people_counted")
        return [row[0] for row in cursor.fetchall()]


def test_a_second_step_is_asked_for_and_recovery_codes_help_once(client, title) -> None:
    user = hire(title, "editor")
    sign_in(client, "editor")
    secret = set_up(client)
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in kept and SecondStepAdapter().decrypt(kept) == secret
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    other = Client()
    assert sign_in(other, "editor").headers["Location"].startswith("/newsroom/me/second-step/authenticate/")
    assert other.get("/newsroom/").status_code == 302, "not in yet"
    assert other.post("/newsroom/me/second-step/authenticate/", {"code": "000000"}).status_code == 200
    assert other.get("/newsroom/").status_code == 302
    other.post("/newsroom/me/second-step/authenticate/", {"code": codes[0]})
    assert other.get("/newsroom/").status_code == 200
    again = Client()
    sign_in(again, "editor")
    again.post("/newsroom/me/second-step/authenticate/", {"code": codes[0]})
    assert again.get("/newsroom/").status_code == 302, "a recovery code opens once"


@pytest.mark.parametrize(("role", "sent"), [("keyholder", True), ("reporter", False)])
def test_a_role_can_be_made_to_set_one_up(client, title, settings, role, sent) -> None:
    settings.TWO_FACTOR_ROLES = frozenset({"keyholder"})
    hire(title, role)
    sign_in(client, role)
    answer = client.get("/newsroom/stories/")
    assert (answer.status_code == 302) is sent
    if sent:
        assert answer.headers["Location"] == "/newsroom/me/second-step/"
        assert client.post("/newsroom/stories/filters/", {"name": "x"}).headers["Location"] == "/newsroom/me/second-step/"
        set_up(client)
        assert client.get("/newsroom/stories/").status_code == 200


def test_somebody_with_all_powers_counts_as_a_keyholder(client, title, settings) -> None:
    settings.TWO_FACTOR_ROLES = frozenset({"keyholder"})
    User.objects.create_superuser("keeper", "", "a long password")
    sign_in(client, "keeper")
    assert client.get("/newsroom/stories/").headers["Location"] == "/newsroom/me/second-step/"


def test_sessions_are_listed_and_ended_everywhere(client, title) -> None:
    user = hire(title, "editor")
    phone, laptop = Client(HTTP_USER_AGENT="A phone"), Client(HTTP_USER_AGENT="A laptop")
    for one in (phone, laptop, client):
        sign_in(one, "editor")
    page = client.get("/newsroom/me/sessions/").content.decode()
    assert "A phone" in page and "A laptop" in page
    client.post("/newsroom/me/sessions/")
    assert (phone.get("/newsroom/").status_code, client.get("/newsroom/").status_code) == (302, 200)
    sign_in(phone, "editor")
    client.post("/newsroom/me/sessions/end/")
    assert (phone.get("/newsroom/").status_code, client.get("/newsroom/").status_code) == (302, 302)
    assert UserSession.objects.filter(user=user).count() == 0


def test_a_keyholder_helps_who_lost_a_phone_and_it_is_written_down(client, title) -> None:
    editor = hire(title, "editor")
    theirs = Client()
    sign_in(theirs, "editor")
    set_up(theirs)
    hire(title, "keyholder")
    sign_in(client, "keyholder")
    client.post(f"/newsroom/users/{editor.pk}/security/", {"what": "reset"})
    assert Authenticator.objects.filter(user=editor).count() == 0
    assert theirs.get("/newsroom/").status_code == 302
    entry = DiaryEntry.objects.get(verb="appointed")
    assert (entry.by, entry.story, "editor" in entry.reason) == ("keyholder", None, True)


def test_nobody_signs_up(client, title) -> None:
    assert client.get("/newsroom/me/sign-up/").status_code in (302, 404)
    assert client.post("/newsroom/me/sign-up/", {"username": "x", "password1": "a long password"}).status_code in (302, 404)
    assert not User.objects.exists()
