"""The ways out. Each takes one finished letter and says how it went; none of them keeps books."""

from __future__ import annotations

from masthead.mailroom import setting
from masthead.mailroom.transports.base import Outcome, Result, Transport

__all__ = ["Outcome", "Result", "Transport", "chosen"]


def chosen() -> Transport:
    """The way that masthead.toml names: a sending service, a mail server, or a folder while there is neither.

    Raises setting.CannotMail.
    """
    setting.check()
    if setting.said("service"):
        from masthead.mailroom.transports.service import Service

        return Service()
    if setting.said("host"):
        from masthead.mailroom.transports.server import MailServer

        return MailServer()
    from masthead.mailroom.transports.folder import Folder

    return Folder()
