"""What the paper says to machines that read by themselves: robots.txt, and the reservation of text and data mining.

The reservation is the W3C community group's TDM Reservation Protocol: a file for the whole paper here, a line in the
head of every page in the plates.
"""

from __future__ import annotations

import json

from masthead.press import addresses, platemaker
from masthead.press.reading import Reader
from masthead.press.sheet import page
from masthead.press.store import Printed
from masthead.titles import outlets

MOST_RESERVED = 500
"""Stories named one by one: the newest whose agency reserves mining while the paper does not."""


def robots(reader: Reader) -> Printed:
    """robots.txt as the paper's policy has it, and the keyholder's own lines."""
    title = reader.title
    body = platemaker.render(
        "robots.txt",
        page=page(reader, addresses.ROBOTS, "", ""),
        barred=outlets.barred(title.machines),
        more=title.robots.strip(),
    )
    return Printed(addresses.ROBOTS, body.encode(), "text/plain; charset=utf-8")


def reservation(reader: Reader) -> Printed:
    """/.well-known/tdmrep.json: everything, nothing, or the stories whose agencies reserve it."""
    title = reader.title
    policy = {"tdm-policy": title.mining_terms} if title.mining_terms else {}
    if outlets.reserves(title.machines):
        rules = [{"location": "/*", "tdm-reservation": 1, **policy}]
    else:
        rules = [{"location": path, "tdm-reservation": 1, **policy} for path in _reserved(reader)]
        rules.append({"location": "/*", "tdm-reservation": 0})
    body = json.dumps(rules, ensure_ascii=False, indent=1)
    return Printed(addresses.TDMREP, body.encode(), "application/json; charset=utf-8", valid_until=reader.valid_until)


def _reserved(reader: Reader) -> list[str]:
    asked = reader.stories("front").exclude(duties=[])
    reader.watch_openings()
    found = []
    for story in asked[: MOST_RESERVED * 4]:
        if story.path and any(duty["kind"] == "no-data-mining" for duty in story.duties):
            reader.keys.add(f"story:{story.pk}")
            reader.true_until(story.expiry)
            found.append(story.path)
    return found[:MOST_RESERVED]
