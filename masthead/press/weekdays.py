"""The days of a story: “on Friday” gets its date, so that a reader who comes a month later knows which Friday it was.

Only a day that has been can be told: its sentence must not look ahead, and the story must say when it was written.
Nothing is guessed, and no word is changed: the date stands in the markup alone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_AHEAD = {
    "en": r"\b(?:will|would|next|coming|until|planned?|due|scheduled|expected|to be|going to|shall|by)\b|’ll\b|'ll\b",
    "es": r"\b(?:próximo|próxima|hasta|prevé|prevista?|previsto|será|serán|habrá|tendrá|va a|van a|que viene)\b",
}
_BEFORE = {"en": r"(?<!last )(?<!every )(?<!each )", "es": r"(?<!cada )(?<!los )"}
_TAG = re.compile(r"(<[^>]*>)")
_SENTENCE = re.compile(r"(?<=[.!?…])(\s+)")


def dated(markup: str, written: datetime | None, language: str) -> str:
    """Cleaned HTML whose weekdays of the week before `written` (in the paper's zone) stand in `<time>`."""
    short = language.split("-")[0].lower()
    if written is None or short not in _DAYS:
        return markup
    names = {name: n for n, name in enumerate(_DAYS[short])}
    days = re.compile(rf"{_BEFORE[short]}\b({'|'.join(names)})\b")
    ahead = re.compile(_AHEAD[short], re.IGNORECASE)
    if not days.search(markup):
        return markup

    def marked(match: re.Match[str]) -> str:
        date = (written - timedelta(days=(written.weekday() - names[match[1]]) % 7)).date()
        return f'<time datetime="{date.isoformat()}">{match[1]}</time>'

    def sentence(text: str) -> str:
        return text if ahead.search(text) else days.sub(marked, text)

    kept = 0
    out = []
    for piece in _TAG.split(markup):
        if piece.startswith("<"):
            # Inside a <time> that the copy brought, and in headings (their ids are links), nothing is touched.
            kept += {"<time": 1, "</time": -1}.get(piece.split(" ")[0].rstrip(">"), 0)
            kept += 1 if re.match(r"<h[2-6]\b", piece) else -1 if re.match(r"</h[2-6]", piece) else 0
            out.append(piece)
        else:
            out.append(piece if kept else "".join(sentence(part) for part in _SENTENCE.split(piece)))
    return "".join(out)
