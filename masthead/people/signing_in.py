"""How staff sign in: by name and password or passkey, with a second step where they set one up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from masthead.kit import secrets
from masthead.people.models import User
from masthead.people.roles import roles_of

PURPOSE = "second step"


class StaffAdapter(DefaultAccountAdapter):
    """No sign-up, no mail: a keyholder appoints staff and hands them their first password."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is sent from here; what happened stands on the audit page."""


class SignInForm(LoginForm):
    """The field is called `username`, as browsers and password managers have it from before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Name"
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Keep me signed in on this machine"

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else super().add_prefix(field_name)


class SecondStepAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps lie encrypted: a copy of the database alone opens no door."""

    def encrypt(self, text: str) -> str:
        return secrets.seal(text, key=settings.SECRET_KEY, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text, key=settings.SECRET_KEY, purpose=PURPOSE)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Masthead"}


def must_set_up(user: User) -> bool:
    """Whether a role of `user` asks for a second step that is not set up yet."""
    from allauth.mfa.utils import is_mfa_enabled

    return bool(settings.TWO_FACTOR_ROLES & roles_of(user)) and not is_mfa_enabled(user)
