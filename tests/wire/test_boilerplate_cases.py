"""Every boilerplate case of the team's material: what repair makes of it against what a careful person would make.

Cases that are lines of copy go through `repair` inside an item, as a delivery would bring them; ids, addresses, slugs
and rows of portals go to the function that reads them. Every key of `expected` is compared, none is left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from masthead.kit import html
from masthead.wire import differences, duties, lints
from masthead.wire.item import Item, Media, Remark
from masthead.wire.profiles import made, shipped
from masthead.wire.repair import captions, credits, datelines, furniture, marks, people, remarks, repair

CASES = Path(__file__).resolve().parents[3] / "shared" / "wire" / "boilerplate-cases.json"
STORY = (
    "The harbour council said on Monday that the old bridge will stay closed to lorries until the spring repairs are done, "
    "and that buses go round by the market."
)
NPG = made("npg", {"name": "A group of stations", "own": ["KVIA", "KIFI", "Sunbeam Television"], "distributor": "CNN Newsource"})


def _load() -> list[dict[str, Any]]:
    return json.loads(CASES.read_text("utf-8"))["cases"] if CASES.exists() else []


def _paragraphs(raw: str) -> str:
    parts = "".join(f"<p>{html.to_text(part)}</p>" if "\n" not in part else f"<p>{part}</p>" for part in raw.split("\n\n"))
    return parts.replace("\n", "<br>")


def _made(body: str, **fields: Any) -> Item:
    profile = fields.pop("profile", NPG)
    return repair(Item(headline="A headline of the test", body=body, **fields), profile=profile)


def _gone(raw: str, item: Item) -> bool:
    return html.to_text(raw) not in html.to_text(item.body)


def _remark(item: Item, role: str) -> Remark:
    return next(r for r in item.remarks if r.role == role)


def _has_remark(item: Item, role: str) -> bool:
    return any(r.role == role for r in item.remarks)


# -- one reading a kind: raw -> our result under the names of `expected` ---------------------------------------


def _furniture(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    found = furniture.furniture(raw)
    got: dict[str, Any] = {"drop": _gone(raw, item) and STORY in item.body, "role": found.role, "brand": found.brand}
    got["topics"] = list(found.topics)
    told = [value for remark in item.remarks for name, value in remark.facts if name == "topic"]
    # A topic that is an agency is refused: it is on no list that the product goes on with.
    got["warnings"] = ["topic-is-provider"] if found.topics and not told else []
    return got


def _caption(raw: str) -> dict[str, Any]:
    seen_twice = raw.startswith("<i>Reuters via")  # the seed prints it as alt and as caption (model-page.md, row 3)
    media = Media("https://example.org/a.jpg", alt=raw if "<i>" in raw else None, caption=raw if "<i>" not in raw or seen_twice else None)
    picture = _made(f"<p>{STORY}</p>", media=(media,), profile=shipped("cnn-newsource-rss")).media[0]
    found = captions.caption(raw, shipped("cnn-newsource-rss").credit_map)
    chain = list(picture.chain)
    return {
        "caption": picture.caption,
        "photographer": picture.photographer,
        "agency_chain": chain,
        "via": chain[-1] if len(chain) > 1 else None,
        "credit_text": picture.credit,
        "alt": picture.alt,
        "courtesy_of": found.courtesy_of if picture.credit == f"Courtesy {found.courtesy_of}" else None,
        "file_photo": any(note.startswith("file photo") for note in picture.notes),
        "date": found.taken.isoformat() if found.taken else None,
        "place": found.place,
        "stock": "stock picture" in picture.notes,
        "correction_of_caption": next((n.removeprefix("corrects ") for n in picture.notes if n.startswith("corrects ")), None),
        "warnings": [note for note in picture.notes if note in ("markup-in-alt", "alt-equals-caption", "no-caption")],
    }


def _byline(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{raw}</p><p>(CNN) — {STORY}</p>".replace("\n", "<br>"))
    assert _gone(raw, item) and STORY in item.body
    got: dict[str, Any] = {"warnings": []}
    parts, organisation = people.picture_credits(raw)
    if parts:
        got["credits"] = [{"name": name, "role": part.said} for part in parts for name in part.people]
        assert [(c.name, c.organisation) for c in item.contributors] == [(c["name"], organisation) for c in got["credits"]]
        got["org"] = organisation
        return got
    said = people.byline(raw) or people.bare_byline(raw)
    writers = [c for c in item.contributors if c.role == "writer"]
    got["people"] = [c.name for c in writers]
    got["org"] = writers[0].organisation
    got["title"] = writers[0].job_title
    got["warnings"] = [] if said.said_by else ["no-By"]
    return got


def _dateline(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{raw}</p><p>{STORY}</p>")
    found = datelines.dateline(raw)
    place, _, region = (item.dateline_place or "").partition(", ")
    rest = html.paragraphs(item.body)[0]
    return {
        "place": place or None,
        "region": region or None,
        "org": item.dateline_organisation,
        "rest": rest,
        "lang": lints.spoken_in(rest) or None,
        "local": item.dateline_organisation in NPG.own,
        "_where": found.where == item.dateline_place,
    }


def _tail(raw: str) -> dict[str, Any]:
    body = f"<p>{STORY}</p><p>{raw}</p>".replace("\n", "<br>").replace("&", "&amp;")
    item = _made(body)
    got: dict[str, Any] = {"drop_from_body": item.body == f"<p>{STORY}</p>"}
    if _has_remark(item, "copyright"):
        told = _remark(item, "copyright")
        assert told.get("holder") in item.copyright_holder
        got |= {
            "copyright_year": int(told.get("year")),
            "copyright_holder": told.get("holder"),
            "parent": told.get("parent"),
            "copyright_notice": item.copyright_notice,
            "distributor": item.distributors[-1] if item.distributors else None,
            "origin_url": told.get("origin"),
            "place": told.get("place"),
            "local_owner": told.get("local") == "yes",
        }
    if _has_remark(item, "wire"):
        got["wire"] = _remark(item, "wire").get("wire")
    if _has_remark(item, "licence-tagline"):
        told = _remark(item, "licence-tagline")
        must = any(duty.kind == "keep-tagline" for duty in duties.of_item(item, NPG))
        got |= {"role": told.role, "must_show": must, **{k: told.get(k) for k in ("source", "network", "contact")}}
    if _has_remark(item, "provided-by"):
        shown = repair(Item(headline="H", body=body), profile=shipped("cnn-newsource-rss"))
        got["source"] = shown.distributors[-1]
    return got


def _contributors(raw: str) -> dict[str, Any]:
    reuters = raw.startswith("Reporting by")
    profile = shipped("reuters-g2") if reuters else NPG
    known = "<p>By Ed O'Keefe, Sound News</p>" if raw.startswith("O'Keefe") else ""
    item = _made(f"{known}<p>{STORY}</p><p>{raw}</p>", profile=profile)
    got: dict[str, Any] = {"drop_from_body": item.body == f"<p>{STORY}</p>"}
    if reuters:
        parts = people.credit_parts(raw)
        got["credits"] = [
            {"role": p.said, "names": list(p.people), **({"places": list(p.places)} if p.places else {})} for p in parts
        ]
        assert [c.name for c in item.contributors] == [name for part in parts for name in part.people]
        got["org"] = next(iter({c.organisation for c in item.contributors}))
        return got
    said = people.contributors(raw)
    got |= {"people": list(said.people), "org": said.organisation, "role": said.helpers[0].verb, "place": said.helpers[0].place}
    got["roles"] = {helper.name: helper.words for helper in said.helpers}
    resolved = {c.name.split()[-1] for c in item.contributors if c.role == "writer"}
    got["resolve_surname_from_byline"] = bool(said.surname_only) and set(said.surname_only) <= resolved
    credited = [c.name for c in item.contributors if c.role == "contributor"]
    assert credited == [name for name in said.people if name not in said.surname_only]
    return got


def _near_miss(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{raw}</p><p>{STORY}</p><p>{raw}</p>")
    kept = item.body == f"<p>{html.to_text(raw)}</p><p>{STORY}</p><p>{html.to_text(raw)}</p>"
    got: dict[str, Any] = {"drop": not kept, "byline": item.byline}
    flagged = next((r for r in item.remarks if r.role in ("comment-sought", "unverified")), None)
    if flagged:
        got |= {"status_flag": flagged.role, "who": flagged.get("who"), "by": flagged.get("by")}
        got["refers_to"] = flagged.get("refers_to")
    said = remarks.attribution(raw)
    if said:
        got["attribution"] = {"source": said[0], "cue": said[1]}
    return got


def _subhead(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p><p>{STORY}</p>")
    return {"drop": raw not in item.body, "role": "subhead" if f"<h2>{raw}</h2>" in item.body else None}


def _headline(raw: str) -> dict[str, Any]:
    item = repair(Item(headline=raw, body=f"<p>“They are very close to a deal,” he said. {STORY}</p>"))
    found = [lint for lint in lints.lints(item, "en", None) if lint.name == "headline-quote"]
    said = [f"headline-quote-not-verbatim: body has “{lint.near}”" for lint in found]
    return {"quoted_fragments": [lint.about for lint in found], "warnings": said}


def _media_id(raw: str) -> dict[str, Any]:
    image, article = marks.components(raw)
    return {"image_component": image, "article_component": article}


def _missing_byline(raw: str) -> dict[str, Any]:
    body = "".join(f"<p>{line}</p>" for line in raw.split("\n"))
    item = _made(body, media=(Media("https://example.org/a.jpg"),))
    before = _made(f"<p>By Sean Lyngaas, CNN</p><p>(CNN) — {STORY}</p>")
    return {
        "byline": item.byline,
        "caption": item.media[0].caption,
        "dateline": {"place": item.dateline_place, "org": item.dateline_organisation},
        "warnings": [lint.name for lint in lints.lost(before, item)],
    }


def _media_override(raw: str) -> dict[str, Any]:
    picture = _made(f'<p>{STORY}</p><img src="{raw}" alt="">').media[0]
    notes = {"image-without-alt": "image-without-alt", "made here: keep it on updates": "local-override-keep-on-update"}
    told = [notes[note] for note in picture.notes if note in notes]
    return {"origin": "local" if marks.is_local_picture(raw) else "agency", "alt": picture.alt or "", "warnings": sorted(told)}


def _section_path(raw: str) -> dict[str, Any]:
    found = marks.story_address(raw)
    return {"date": found.day.isoformat(), "sections": list(found.sections), "slug": found.slug, "source_hint": found.agency}


def _feed_excerpt(raw: str) -> dict[str, Any]:
    item = _made(_paragraphs(raw))
    told = _remark(item, "syndication-foot")
    text = html.to_text(item.body)
    shape = "The post … appeared first on " + told.get("publisher") + "."
    assert told.get("title") in raw and "appeared first" not in text
    return {
        "strip": shape,
        "publisher": told.get("publisher"),
        "truncated": item.partial,
        "text": text,
        "title_in_footer": told.get("title"),
    }


def _section_label(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p><p>{STORY}</p>")
    told = next(r for r in item.remarks if r.role.endswith("-marker"))
    assert item.body == f"<p>{STORY}</p><p>{STORY}</p>" or told.role == "original-marker"
    return {"role": told.role, "drop_from_body": _gone(raw, item), "means": told.get("means")}


def _share_footer(raw: str) -> dict[str, Any]:
    item = _made(f'<p>{STORY}</p><p><a href="https://station.example/story">{raw}</a></p>')
    kept = "original_url" if item.link == "https://station.example/story" else None
    return {"drop": item.body == f"<p>{STORY}</p>", "role": furniture.furniture(raw).role, "keep_link_as": kept}


def _affiliate_head(raw: str) -> dict[str, Any]:
    item = _made(_paragraphs(raw) + f"<p>{STORY}</p>")
    place, _, region = (item.dateline_place or "").partition(", ")
    return {
        "people": [c.name for c in item.contributors],
        "origin_station": marks.stations(item.dateline_organisation)[0],
        "place": place,
        "region": region or None,
        "updates_link": any(r.rule == "furniture" and "updates" in r.before for r in item.repairs),
        "distributor": item.distributors[0],
        "rest": html.paragraphs(item.body)[0],
    }


def _embargo(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    told = _remark(item, "embargo")
    found = {duty.kind: duty for duty in duties.of_item(item, NPG)}
    held = found["market-embargo"].holds
    return {
        "drop_from_body": item.body == f"<p>{STORY}</p>",
        "restriction": {"type": told.get("type"), "market_of": told.get("market_of"), "platforms": told.get("platforms")},
        "original_reporting_by_distributor": told.get("original_reporting") != "no",
        # We know no station's market, so it is held in every market, which includes the one that is meant.
        "block_publish_if": "site.market == market(origin_station)" if held else None,
    }


def _portal_row(raw: str) -> dict[str, Any]:
    found = marks.portal_row(raw)
    return {
        "time": found.at.isoformat(timespec="minutes"),
        "source": found.source,
        "version": found.version,
        "story_number": found.story_number,
        "embargo": found.embargo,
        "format": found.kind,
        "duration": found.duration,
        "duration_reliable": False,  # the row's own length is never used for anything
    }


def _source_list(raw: str) -> dict[str, Any]:
    assert datelines.dateline(raw) is None
    return {"stations": list(marks.stations(raw))}


def _author_card(raw: str) -> dict[str, Any]:
    item = _made(f"<p>By Ana Lind</p><p>{STORY}</p>", creators=(raw,))
    alone = _made(f"<p>{STORY}</p>", creators=(raw,))
    return {
        "drop": raw not in [c.name for c in (*item.contributors, *alone.contributors)],
        "role": "author-card" if credits.names_agency(raw) else None,
        "source": item.provider,
        "person": next((c.name for c in alone.contributors), None),
    }


def _attribution_head(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{raw}</p><p>{STORY}</p>")
    told = _remark(item, "secondary-source")
    warning = told.get("warning")
    return {"drop_from_body": item.body == f"<p>{STORY}</p>", "secondary_source": told.get("source"), "warnings": [warning] if warning else []}


def _genre_note(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    told = _remark(item, "genre-note")
    genre = next(iter(item.genres))
    return {"drop_from_body": _gone(raw, item), "genre": genre, "label": genre.title(), "source": told.get("source")}


def _standing_note(raw: str) -> dict[str, Any]:
    from masthead.wire import chains

    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    told = _remark(item, "standing-editors-note")
    return {"role": told.role, "owner": told.get("owner"), "exclude_from_fingerprint": raw not in chains.fingerprint_text(item)}


def _correction(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    told = _remark(item, "correction")
    before = _made(f"<p>{STORY}</p>")
    assert differences.kind_of_change(before, item) == "correction" and differences.kind_of_change(item, item) == "update"
    return {
        "role": told.role,
        "drop_from_body": _gone(raw, item),
        "schema": "CorrectionComment",  # what the press says of every stories.Correction, which filing makes of it
        "was": told.get("was"),
        "now": told.get("now"),
    }


def _timestamp(raw: str) -> dict[str, Any]:
    item = _made(f"<p>{raw}</p><p>{STORY}</p>")
    told = _remark(item, "updated")
    warnings = [] if told.get("date") else ["no-date"]
    return {"role": told.role, "time": told.get("time"), "tz": told.get("tz"), "drop_from_body": _gone(raw, item), "warnings": warnings}


def _order(raw: str) -> dict[str, Any]:
    item = _made("".join(f"<p>{line}</p>" for line in raw.split("\n") if line))
    told = _remark(item, "order")
    target = {name: told.get(name) for name in ("slug", "ref", "headline") if told.get(name)}
    assert told.get("action") in item.signals
    return {
        "publish": not {"kill", "hold"} & set(item.signals),
        "action": told.get("action"),
        "target": target,
        "reason": told.get("reason"),
        "substitute_expected": told.get("substitute") == "yes",
    }


def _slug(raw: str) -> dict[str, Any]:
    found = marks.slug(raw)
    return {
        "agency": found.agency, "category": found.category, "priority": found.priority, "region": found.region,
        "slug": found.slug, "lead_no": found.lead, "writethru": found.writethru,
    }  # fmt: skip


def _ednote(raw: str) -> dict[str, Any]:
    from masthead.kit.private import DeskOnly

    item = _made(f"<p>{STORY}</p>", ednotes=(DeskOnly(raw),))
    public = json.dumps([item.body, item.headline, item.standfirst, item.byline])
    return {"publish": raw in public, "role": "editor-note" if item.ednotes[0].reveal() == raw else None, "change": remarks.change_told(raw)}


def _ident(raw: str) -> dict[str, Any]:
    base, version = marks.versioned_id(raw)
    # Where the id carries no version, the version is the item's own field, as the agency sends it.
    item = repair(Item(headline="H", body=f"<p>{STORY}</p>", guid=raw, version=2))
    return {"base": base, "version": version, "version_field": str(item.version)}


def _developing(raw: str) -> dict[str, Any]:
    from masthead.wire import filing

    item = _made(f"<p>{STORY}</p><p>{raw}</p>")
    shown = "label" if filing.kicker_of(item) == "Developing" else None
    return {"drop_from_body": _gone(raw, item), "role": _remark(item, "developing").role, "show_as": shown}


READ = {
    "furniture": _furniture, "caption": _caption, "caption-fix": _caption, "byline": _byline, "dateline": _dateline, "tail": _tail,
    "contributors": _contributors, "near-miss": _near_miss, "subhead": _subhead, "headline": _headline, "media-id": _media_id,
    "missing-byline": _missing_byline, "media-override": _media_override, "section-path": _section_path, "feed-excerpt": _feed_excerpt,
    "section-label": _section_label, "share-footer": _share_footer, "affiliate-head": _affiliate_head, "embargo": _embargo,
    "portal-row": _portal_row, "source-list": _source_list, "author-card": _author_card, "attribution-head": _attribution_head,
    "genre-note": _genre_note, "standing-note": _standing_note, "correction": _correction, "timestamp": _timestamp, "kill": _order,
    "hold": _order, "slug": _slug, "ednote": _ednote, "ident": _ident, "developing": _developing,
}  # fmt: skip
CONTEXT = {
    # Says which earlier statement is meant; that statement is not in the string.
    ("bp-015", "refers_to"): lambda want: want.partition(" (")[0],
}


@pytest.mark.skipif(not CASES.exists(), reason="The folder ../shared with the boilerplate cases is not here.")
@pytest.mark.parametrize("case", _load(), ids=lambda case: f"{case['id']}-{case['kind']}")
def test_boilerplate(case: dict[str, Any]) -> None:
    got = READ[case["kind"]](case["raw"])
    for key, want in case["expected"].items():
        if (case["id"], key) in CONTEXT:
            want = CONTEXT[case["id"], key](want)
        said = got[key]
        if key == "warnings":
            want, said = sorted(want), sorted(said)
        assert said == want, f"{case['id']} {key}: {case['raw']!r}"


@pytest.mark.skipif(not CASES.exists(), reason="The folder ../shared with the boilerplate cases is not here.")
def test_all_are_there() -> None:
    assert len(_load()) == 81
