"""A profile as lines that a person edits on screen, and back. One line a value; `name = value` in maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LISTS = {"labels": ("labels",), "private_lines": ("private", "lines"), "private_from": ("private", "from"), "own": ("own",), "last": ("last",)}
MAPS = ("fields", "credits", "suppliers")
TEXTS = ("name", "agency", "time_zone", "distributor")


def written(content: Mapping[str, Any]) -> dict[str, str]:
    """The content as the texts of a form."""
    out = {key: str(content.get(key, "")) for key in TEXTS}
    for key, path in LISTS.items():
        value: Any = content
        for step in path:
            value = value.get(step, {}) if isinstance(value, Mapping) else {}
        out[key] = "\n".join(value or [])
    for key in MAPS:
        out[key] = "\n".join(f"{name} = {value}" for name, value in content.get(key, {}).items())
    duties = content.get("duties", [])
    out["duties"] = "\n".join(" | ".join([d["kind"], str(d.get("days") or ""), d["sentence"]]) for d in duties)
    return out


def read(form: Mapping[str, str], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The content that a form's texts say, and a sentence for each line that says nothing.

    Args:
        before: what the profile said; what the form does not show (how copy is recognised) stays.
    """
    wrong: list[str] = []
    out: dict[str, Any] = {key: form.get(key, "").strip() for key in TEXTS}
    for key, path in LISTS.items():
        place = out
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = _lines(form.get(key, ""))
    for key in MAPS:
        out[key] = _map(form.get(key, ""), wrong)
    out["duties"] = [duty for line in _lines(form.get("duties", "")) if (duty := _duty(line, wrong))]
    if "recognise" in before:
        out["recognise"] = before["recognise"]
    return out, wrong


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _map(text: str, wrong: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _lines(text):
        name, equals, value = line.rpartition(" = ") if " = " in line else line.partition("=")
        if not equals or not name.strip() or not value.strip():
            wrong.append(f"The line “{line[:80]}” needs a name, an equals sign and a value.")
        else:
            found[name.strip()] = value.strip()
    return found


def _duty(line: str, wrong: list[str]) -> dict[str, Any] | None:
    parts = [part.strip() for part in line.split("|", 2)]
    if len(parts) != 3 or (parts[1] and not (parts[1].isascii() and parts[1].isdigit())):
        wrong.append(f"The duty “{line[:80]}” must read: kind | days or nothing | the agency's sentence.")
        return None
    duty: dict[str, Any] = {"kind": parts[0], "sentence": parts[2]}
    return duty | ({"days": int(parts[1])} if parts[1] else {})
