"""What repair must leave alone, and what it may cost: near misses, all real files, hostile lines."""

from __future__ import annotations

import time

import pytest

from masthead.kit import html
from masthead.wire import lints, profiles
from masthead.wire.item import Item, Media
from masthead.wire.readers import read
from masthead.wire.repair import (
    captions,
    credits,
    datelines,
    furniture,
    marks,
    people,
    remarks,
    repair,
    subheads,
    tails,
)

COPY = (
    "The harbour council said on Monday that the old bridge will stay closed to lorries until the spring repairs are done, "
    "and that buses go round by the market."
)
NEAR = (
    "By the time the ferry came, the pier was full and the queue reached the market.",
    "By Monday and Tuesday, all berths were taken, Harbour News said",
    "By Sandmouth standards, it was a quiet night",
    "Skip to content that matters, the teacher told her class.",
    "Advertisement spending fell by a third, the council found.",
    "Click here for updates on this story and you will be sent to a fraud page, police warned.",
    "The post of harbour master appeared first on the list of cuts.",
    "The post office in Marrowby first appeared on a map of 1810.",
    "The-Sound-Wire is a rope of steel that holds the buoy.",
    "Copyright law is older than the printing press, the judge said.",
    "© is the sign that the sculptor cut into the stone.",
    "Copyright 2026 will be the year of the new law, the minister promised",
    "Copyright 2026 Marrowby is the song that the children wrote",
    "This story was provided by Harbour police to the court.",
    "This content provided by thieves was used in court against them, the judge said.",
    "Lind reported from the bridge that the lorries were still waiting.",
    "He reported from Sandmouth.",
    "Noor contributed to this report from the auditors, which the council kept back.",
    "The council's report contributed to this story of delays.",
    "Ana Lind contributed reporting to a book about the sea, which won a prize last year.",
    "Reporting by the council; editing by nobody",
    "Reporting by radio is forbidden in the harbour.",
    "Photos by the pier and video by the lighthouse, tourists agree, are the best.",
    "This is a developing country story, the minister said, and will be updated by his office.",
    "The developing story of the harbour began in 1850.",
    "Updated at great cost, the old hall opens on Friday.",
    "Updated at 6:47 p.m. by the watch, the log told of a storm",
    "Correction officers at the prison in Marrowby are on strike.",
    "An earlier version of this plan had two bridges.",
    "Please note: the pool is closed on Monday.",
    "Please kill the story of the sea monster, the mayor begged the editor.",
    "Please hold the line, the operator said.",
    "A kill is not mandatory for the hunting badge.",
    "Hold hold hold, the coach shouted, and they held.",
    "Editor's note-taking is an art, the course says.",
    "Information from the harbour police led to three arrests.",
    "The views expressed in this council chamber are often loud.",
    "A market embargo on fish hurt the port for ten years, the historian said.",
    "The same market in which the fish is sold will move in May.",
    "UPDATE: the word stood on the board all night, he said.",
    "Sandmouth (population 4,000) - a small place - has no bank.",
    "The council (and the mayor) — both of them — agreed.",
    "In May (again) - the ferry sank.",
    "Sound News is a rival of the Marrowby Mail.",
    "The Independent is part of a family of boats, he said.",
    "Ana Lind and Tom Reyes",
    "Ferry, bridge and market",
    "CNN Newsource",
    "KXYZ, KABC",
    "The Associated Press will move its office to the harbour, the council said.",
)


@pytest.mark.parametrize("line", NEAR)
@pytest.mark.parametrize("slug", profiles.slugs())
def test_near_misses_stay(line, slug) -> None:
    body = f"<p>{COPY}</p><p>{line}</p><p>{COPY}</p><p>{line}</p>"
    item = repair(Item(headline="The bridge", body=body), profile=profiles.shipped(slug))
    assert html.to_text(item.body) == html.to_text(body)
    assert item.byline is None and item.dateline is None and not item.contributors
    assert not {"kill", "hold", "correction"} & set(item.signals)


@pytest.mark.parametrize(
    "line", ["By the sea, the harbour has its own light", "In May (again) - the ferry sank.", "Sandmouth and its people", "He reported from Sandmouth."]
)
def test_near_misses_at_the_head_stay(line) -> None:
    body = f"<p>{line}</p><p>{COPY}</p>"
    assert html.to_text(repair(Item(headline="The bridge", body=body)).body) == html.to_text(body)


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("<em>The ferry in the storm of 1953. The pier is gone.</em>", "The ferry in the storm of 1953. The pier is gone."),
        ("<em>The Old Pier</em> by Ana Lind hangs in the hall", "The Old Pier by Ana Lind hangs in the hall"),
        ("Children (left) and parents (right)", "Children (left) and parents (right)"),
        ("The yes/no vote in the council", "The yes/no vote in the council"),
        ("FILEs lie on the desk", "FILEs lie on the desk"),
        ("CORRECTS is a word", "CORRECTS is a word"),
        ("Courtesy is dying, the exhibition says", "Courtesy is dying, the exhibition says"),
    ],
)
def test_captions_without_a_credit_stay_whole(caption, words) -> None:
    picture = repair(Item(headline="H", body="<p>Text.</p>", media=(Media("a.jpg", caption=caption),))).media[0]
    assert (picture.caption, picture.credit, picture.photographer) == (words, None, None)


# What the rules may take from the 334 real files, seen and agreed: rule by rule, the longest line and how it begins.
_AGREED = {
    "byline": ("By ", "Por "),
    "copyright-line": ("™", "©", "Copyright"),
    "wire-tail": ("The-CNN-Wire", "This content"),
    "syndication-foot": ("The post ",),
    "correction": ("CORRECTION:",),
    "contributors": ("CNN’s ",),
    "private": ("(a note",),
    "dateline": (),
}
_NOT_CUTS = {"mojibake", "double-entities", "escaped-caption", "caption-parts", "headline-label", "subhead"}


def test_nothing_but_agreed_lines_leaves_the_real_files(shared) -> None:
    files = items = taken = 0
    for path in sorted((shared / "wire" / "fixtures").rglob("*")):
        try:
            reading = read(path.read_bytes())
        except (ValueError, OSError):
            continue
        files += 1
        profile = profiles.suggest(reading)
        for raw in reading.items:
            items += 1
            item = repair(raw, profile=profile)
            cuts = [r for r in item.repairs if r.rule not in _NOT_CUTS]
            taken += len(cuts)
            for cut in cuts:
                assert cut.rule in _AGREED, f"{path.name}: {cut}"
                assert len(cut.before) < (60 if cut.rule == "dateline" else 250), f"{path.name}: {cut}"
                assert cut.before.strip().startswith(_AGREED[cut.rule]) or not _AGREED[cut.rule], f"{path.name}: {cut}"
            # All words that are left are words that were there, and what is gone is what was noted.
            had = len(html.to_text(html.clean_story(raw.body, raw.link)).split())
            has = len(html.to_text(item.body).split())
            noted = sum(len(c.before.split()) for c in cuts) + len(item.ednotes) * 400
            assert had - has <= noted + had * 0.02 + 3, f"{path.name}: {had} words, {has} left, {noted} noted"
    print(f"{files} files, {items} items, {taken} cuts, all agreed")
    assert files > 300 and items > 700


# -- cost ---------------------------------------------------------------------------------------------------

HOSTILE = {
    "spaces": " " * 200_000,
    "names": "By " + "Ana Lind and " * 16_000,
    "commas": "By " + "A, " * 70_000,
    "capitals": "A" * 200_000,
    "particles": "By Ana " + "de la " * 34_000 + "Lind",
    "brackets": "(" * 200_000,
    "dateline": "MARROWBY, " * 20_000 + "(X) —",
    "opens": "<i>" * 66_000,
    "escaped": "&lt;i&gt;" * 25_000,
    "post": "The post " * 20_000 + "appeared first on X.",
    "reporting": "Reporting by " + "Ana Lind; " * 20_000,
    "contributed": "Ana Lind, " * 20_000 + "contributed reporting",
    "reported": "Lind reported from X. " * 9_000,
    "copyright": "© 2026 " + "Aldine, a " * 20_000,
    "distributed": "Copyright 2026 A" + ". Distributed by" * 12_000,
    "tagline": "A " * 50_000 + "is part of " + "B " * 50_000,
    "embargo": "Please note: " + "market embarg" * 15_000,
    "correction": "An earlier version of this story said it was " + "a, not " * 25_000,
    "kill": "Please kill the story " + "A-B " * 50_000,
    "kills": "KILL " * 40_000,
    "slashes": "/" * 200_000,
    "via": " via " * 40_000,
    "photo": "FILE - " * 28_000 + "(AP Photo/" + "A" * 1000,
    "corrects": "CORRECTS " + "AB " * 66_000,
    "courtesy": "| Courtesy " * 18_000,
    "digits": "1" * 200_000,
    "dots": "." * 200_000,
    "dashes": "L19" + "-" * 200_000,
    "base64": "L19" + "jb21" * 50_000,
    "quotes": "“" * 100_000 + "”" * 100_000,
    "labels": "UPDATE " * 28_000,
    "lines": "a\n" * 100_000,
    "verify": "CNN has not been able to " * 8_000 + "verify this ",
    "mail": "a@" * 50_000 + " is a newsroom nonprofit independent " + "b." * 40_000,
}
RULES = {
    "byline": people.byline,
    "bare_byline": people.bare_byline,
    "contributors": people.contributors,
    "credit_parts": people.credit_parts,
    "picture_credits": people.picture_credits,
    "dateline": datelines.dateline,
    "furniture": furniture.furniture,
    "foot": furniture.foot,
    "wire_name": tails.wire_name,
    "notice": tails.notice,
    "provided_by": tails.provided_by,
    "tagline": tails.tagline,
    "remark": remarks.remark,
    "order": lambda text: remarks.order((text, text)),
    "change_told": remarks.change_told,
    "status": remarks.status,
    "attribution": remarks.attribution,
    "caption": captions.caption,
    "credit": lambda text: credits.credit(text, text, source=text, copyright_line=text, known=profiles.plain().credit_map),
    "person_case": lambda text: credits.person_case(text[:2000]),
    "components": marks.components,
    "is_local_picture": marks.is_local_picture,
    "story_address": lambda text: marks.story_address("https://x/" + text),
    "portal_row": marks.portal_row,
    "stations": marks.stations,
    "slug": marks.slug,
    "versioned_id": lambda text: marks.versioned_id("tag:" + text[:5000]),
    "headline lint": lambda text: lints.lints(Item(headline=text[:5000], body=f"<p>{text}</p>"), "en", None) if "—" not in text else None,
    "subheads": lambda text: subheads.mark(html.galley(f"<p>{text}</p>" * 3).blocks),
    "label": lambda text: [p.label.match(text) for p in map(profiles.shipped, profiles.slugs())],
    "private": lambda text: [p.private_line.match(text) for p in map(profiles.shipped, profiles.slugs()) if p.private_line],
    "whole": lambda text: repair(
        Item(headline=text[:3000], body=f"<p>{text}</p><p>{text}</p>", media=(Media("a.jpg", caption=text, credit=text, alt=text),)),
        profile=profiles.shipped("dpa"),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_hostile_line_costs_less_than_a_second(rule) -> None:
    slow = {}
    for name, text in HOSTILE.items():
        start = time.perf_counter()
        RULES[rule](text[:200_000])
        took = time.perf_counter() - start
        if took > 1:
            slow[name] = round(took, 2)
    assert slow == {}
