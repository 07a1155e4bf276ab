"""What in a backup opens doors: left out, or sealed with a passphrase that only the keyholder knows."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

from masthead.kit import secrets

TOML = "masthead.toml"
SECRET_FILES = ("secret_key", "staff-sign-in.txt")
"""In the data folder."""
_SECRET = re.compile(r"^\s*#?\s*(?:\w*_)?(?:token|password|secret|key|dsn)\s*=", re.IGNORECASE)
_URL_WITH_PASSWORD = re.compile(r"://[^/\s\"]*:[^/\s\"]*@")
HIDDEN = "left out of the backup; see docs/keyholder.md"


def without_secrets(toml: str) -> str:
    """The text of masthead.toml with every value that opens a door taken out, as a comment that says so."""
    lines = []
    for line in toml.splitlines():
        hides = not line.lstrip().startswith("#") and (_SECRET.match(line) or _URL_WITH_PASSWORD.search(line))
        lines.append(f"# {line.split('=', 1)[0].strip()} = ({HIDDEN})" if hides else line)
    return "\n".join(lines) + "\n"


def seal(data: Path, toml: Path, passphrase: str) -> str:
    """The secret files and the settings as they are, sealed; text for the manifest. Raises ValueError."""
    held = {name: (data / name).read_text("utf-8") for name in SECRET_FILES if (data / name).is_file()}
    if toml.is_file():
        held[TOML] = toml.read_text("utf-8")
    return base64.b64encode(secrets.seal_with_passphrase(json.dumps(held).encode(), passphrase)).decode("ascii")


def unseal(sealed: str, passphrase: str) -> dict[str, str]:
    """The files again, by name. Raises kit.secrets.WrongPassphrase."""
    opened: dict[str, str] = json.loads(secrets.open_with_passphrase(base64.b64decode(sealed), passphrase))
    return opened
