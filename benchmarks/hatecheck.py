"""What the rules of a new paper do with HateCheck (Röttger et al. 2021), by its functionalities.

    python benchmarks/hatecheck.py        prints the table of docs/conversation.md

The test set is read from ../shared and is not ours to keep.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

HERE = Path(__file__).resolve().parents[2] / "shared" / "conversation" / "hatecheck.csv"


@dataclass
class Row:
    """One functionality: how many of its sentences do not appear at once."""

    name: str
    hateful: bool
    of: int = 0
    held: int = 0
    plain: int = 0
    """Of a disguised one: how many would be held if they were written plainly."""
    seen: int = 0
    """Of those: how many are held in disguise, too."""

    @property
    def share(self) -> int:
        """Percent."""
        return round(100 * self.held / self.of)


def measured(path: Path = HERE) -> dict[str, Row]:
    """Each functionality by name, with the rules and lists as a paper has them on its first day."""
    from masthead.comments import facts, fairness, words

    known = facts.Facts(chosen={}, lists=words.Lists(words.shipped("en")), published=10)
    with path.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    held = {case["case_id"]: fairness.waits(case["test_case"], known) for case in cases}
    found: dict[str, Row] = {}
    for case in cases:
        row = found.setdefault(case["functionality"], Row(case["functionality"], case["label_gold"] == "hateful"))
        row.of += 1
        row.held += held[case["case_id"]]
        if row.name.startswith("spell") and held.get(case["ref_case_id"].split(".")[0]):
            row.plain += 1
            row.seen += held[case["case_id"]]
    return found


def table(rows: dict[str, Row]) -> str:
    """As Markdown: the hateful ones, then their twins."""
    out = ["| functionality | sentences | held | of those held when written plainly |", "| --- | --: | --: | --: |"]
    for hateful in (True, False):
        some = [row for row in rows.values() if row.hateful == hateful]
        for row in sorted(some, key=lambda r: r.name):
            disguised = f"{row.seen} of {row.plain}" if row.plain else ""
            out.append(f"| {row.name} | {row.of} | {row.share} % | {disguised} |")
        of, held = sum(r.of for r in some), sum(r.held for r in some)
        out.append(f"| **all {'hateful' if hateful else 'not hateful'}** | {of} | **{round(100 * held / of)} %** | |")
    return "\n".join(out)


if __name__ == "__main__":
    import os
    import tempfile

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")
    os.environ.setdefault("MASTHEAD_PATHS_DATA", tempfile.mkdtemp())
    django.setup()
    sys.stdout.write(table(measured()) + "\n")
