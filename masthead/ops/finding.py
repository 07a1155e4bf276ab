"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What it is, whether it is well, what to do when it is not."""

    what: str
    well: bool
    remedy: str = ""
