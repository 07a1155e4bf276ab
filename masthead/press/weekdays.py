"""The days of a story: “on Friday” gets its date, so that a reader who comes a month later knows which Friday it was.

Only a day that has been can be told: its sentence must look back and not ahead (“masons begin on Monday” is said of a
day to come), must name no other day, and the story must say when it was written. In doubt a day stays bare; no word is
changed: the date stands in the markup alone.
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
_BACK = {
    "en": r"\b(?:said|told|was|were|had|met|went|came|began|made|took|gave|saw|found|left|won|lost|held|wrote|did|rose|fell|sent|became|got"
    r"|put|hit|ran|led|spoke|knew|brought|broke|drew|grew|heard|kept|stood|struck|flew|sat|\w{2,}ed)\b",
    "es": r"\b(?:dijo|fue|fueron|hubo|hizo|hicieron|tuvo|estuvo|vino|dio|pidió|\w{2,}(?:ó|aron|ieron|aba|aban|ía|ían))\b",
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
    ahead, back = re.compile(_AHEAD[short], re.IGNORECASE), re.compile(_BACK[short], re.IGNORECASE)
    any_day = re.compile(rf"\b(?:{'|'.join(names)})\b")
    if not days.search(markup):
        return markup

    def marked(match: re.Match[str]) -> str:
        date = (written - timedelta(days=(written.weekday() - names[match[1]]) % 7)).date()
        return f'<time datetime="{date.isoformat()}">{match[1]}</time>'

    def sentence(text: str) -> str:
        looks_back = back.search(text) and not ahead.search(text)
        return days.sub(marked, text) if looks_back and len(set(any_day.findall(text))) == 1 else text

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
