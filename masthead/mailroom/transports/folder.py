"""No mail server is set: letters lie in a folder, whole, for whoever tries the paper out."""

from __future__ import annotations

import logging

from masthead.kit import clock
from masthead.mailroom import setting
from masthead.mailroom.transports.base import Outcome, Result

log = logging.getLogger("masthead.mail")


class Folder:
    """Writes each letter as a file that mail programs open."""

    def send(self, *, sender: str, to: str, message: bytes, name: str) -> Result:
        folder = setting.folder()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{clock.now():%Y%m%d-%H%M%S}-{name}.eml"
        fresh = path.with_suffix(".part")
        fresh.touch(mode=0o600)
        fresh.write_bytes(message)
        fresh.replace(path)
        log.info("No mail server is set (mail.host), so the letter to %s was not sent; it lies in %s", to, path)
        return Result(Outcome.TAKEN, f"No mail server is set: it lies in {path.name}.")

    def rest(self) -> None:
        """Nothing to let go of."""
