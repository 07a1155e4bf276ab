"""What moved in and what did not fit: on the screen in short, in a file in full."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from masthead.kit import clock, files

MOST_SHOWN = 12


@dataclass
class Report:
    """Counts, and every fault with what it is about."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """What it is about, and the sentence. At most `MOST_KEPT`; the rest is counted."""
    kinds: Counter[str] = field(default_factory=Counter)
    dry: bool = False

    MOST_KEPT = 50_000

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] += number

    def fault(self, about: str, sentence: str, kind: str = "") -> None:
        """Note that something did not fit. `kind` groups like faults on the screen."""
        self.kinds[kind or sentence] += 1
        if len(self.faults) < self.MOST_KEPT:
            self.faults.append((about, sentence))

    def screen(self) -> str:
        """The report for the screen."""
        head = "Nothing was written: this was a trial.\n" if self.dry else ""
        counted = "\n".join(f"{number:>9,}  {what}" for what, number in self.counts.items() if number)
        grouped = self.kinds.most_common(MOST_SHOWN)
        odd = "".join(f"{number:>9,}  {kind}\n" for kind, number in grouped)
        rest = len(self.kinds) - len(grouped)
        more = f"           and {rest} kinds more\n" if rest > 0 else ""
        return f"{head}{counted}\n" + (f"\nWhat did not fit:\n{odd}{more}" if odd else "Everything fitted.\n")

    def text(self, source: str) -> str:
        """The report as a file."""
        lines = [f"Moving in from {source}, {clock.now():%Y-%m-%d %H:%M} UTC", "", self.screen(), "Each by itself:", ""]
        lines += [f"{about}: {sentence}" for about, sentence in self.faults]
        if (left := sum(self.kinds.values()) - len(self.faults)) > 0:
            lines.append(f"... and {left} more that are only counted above")
        return "\n".join(lines) + "\n"

    def save(self, folder: Path, source: str) -> Path:
        """Write the file into `folder` (mode 0600: it may name drafts); its path."""
        path = folder / f"{clock.now():%Y-%m-%d-%H%M%S}{'-trial' if self.dry else ''}.txt"
        files.write_whole(path, self.text(source).encode(), mode=0o600)
        return path
