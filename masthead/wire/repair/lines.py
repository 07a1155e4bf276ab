"""What a single line of wire copy says: each function reads one shape and answers with its parts, or with None.

Used by `repair` to put lines where they belong, and by the desk to explain what was taken out. The words of the answers
(`role`, `drop`, `agency_chain`...) are those of ../shared/wire/boilerplate-cases.json. Near misses answer None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from masthead.wire.repair import credits, rules

Told = dict[str, Any]

_QUOTES = str.maketrans("’‘“”", "''\"\"")
WIRES = {"CNN": "CNN Newsource"}
PROVIDERS = frozenset(["cnn", "ap", "associated press", "reuters", "afp", "dpa", "efe", "upi", "npr", "abc news", "cbs news"])


def _flat(text: str) -> str:
    return " ".join(text.split())


# --- furniture of somebody's page ---------------------------------------------------------------------------

_FURNITURE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        ("skip-link", r"skip to (?:main )?content"),
        ("follow-widget", r"article topic follows: (?P<topics>.{2,80})"),
        ("comments-heading", r"be part of the conversation"),
        ("comments-prompt", r"(?P<brand>.{2,60}) is committed to providing a forum for civil and constructive conversation\."),
        ("comments-rules", r"please keep your comments respectful and relevant\. you can review our community guidelines by clicking here\.?"),
        ("tips-prompt", r"if you would like to share a story idea, please submit it here\."),
        ("network-share-link", r"click here to follow the original article\."),
        ("updates-link", r"click here for updates on this story"),
        ("jump-link", r"jump to comments ?↓?"),
        ("advertisement", r"advertisement"),
    )
)  # fmt: skip
_SOURCE_ALONE = re.compile(r"(?:CNN News?s?ource|Reuters|Associated Press|The Associated Press|Agence France-Presse)")


def furniture(text: str) -> Told | None:
    """What belongs to a page and not to the story: links, widgets, prompts, an author card that is an agency."""
    line = _flat(text)
    for role, pattern in _FURNITURE:
        match = pattern.fullmatch(line)
        if match:
            told: Told = {"drop": True, "role": role} | match.groupdict()
            return _followed(told) if "topics" in told else _original(told)
    if _SOURCE_ALONE.fullmatch(line):
        return {"drop": True, "role": "author-card", "source": line, "person": None}
    return None


def _followed(told: Told) -> Told:
    told["topics"] = [topic.strip() for topic in told["topics"].split(",")]
    if any(topic.casefold() in PROVIDERS for topic in told["topics"]):
        told["warnings"] = ["topic-is-provider"]
    return told


def _original(told: Told) -> Told:
    return told | ({"keep_link_as": "original_url"} if told["role"] == "network-share-link" else {})


# --- heads: byline, dateline, who sent it --------------------------------------------------------------------

_PEOPLE_ROLES = re.compile(r"(?P<what>Photos?|Video|Graphics?|Illustrations?) by (?P<who>[^,]+?)(?= and (?:photos?|video|graphics?) by |, |$)", re.IGNORECASE)
_TITLED = re.compile(r"^By (?P<title>(?:Staff |Senior |Chief )?(?:Meteorologist|Reporter|Correspondent|Writer)s?) (?P<rest>[^\W\d_].+)$")


def byline(text: str) -> Told | None:
    """Names, and for whom they write. Two names joined by “and” count without “By”, with a warning."""
    line = _flat(text)
    made = _made_by(line)
    if made:
        return made
    titled = _TITLED.match(line)
    found = rules.byline(f"By {titled['rest']}" if titled else line)
    if found:
        return {"people": list(found.people), "org": found.organisation} | ({"title": titled["title"]} if titled else {})
    bare = rules.byline(f"By {line}") if re.fullmatch(rf"{rules.NAME} and {rules.NAME}", line) else None
    if bare and bare.organisation is None and not rules.names_agency(line):
        return {"people": list(bare.people), "org": None, "warnings": ["no-By"]}
    return None


def _made_by(line: str) -> Told | None:
    """“Photos by A and video by B, Organisation”."""
    if not re.match(r"(?:photos?|video|graphics?|illustrations?) by ", line, re.IGNORECASE):
        return None
    head, comma, org = line.rpartition(", ")
    said = [(m["what"].lower().rstrip("s"), m["who"].strip()) for m in _PEOPLE_ROLES.finditer(head if comma else line)]
    if not said or not all(rules.is_name(who) for _, who in said):
        return None
    return {"credits": [{"name": who, "role": what} for what, who in said], "org": org if comma else None}


_STATION = re.compile(r"[KW][A-Z]{2,3}(?:-(?:TV|DT))?")


def dateline(text: str, own: frozenset[str] = frozenset()) -> Told | None:
    """Place, region and agency before the first sentence. `own` are our own names: such copy is local."""
    found = rules.dateline(text)
    if found is None:
        return None
    place, org, length = found
    town, _, region = (place or "").partition(", ")
    told: Told = {"place": town or None, "region": region or None, "org": org, "rest": text[length:].strip()}
    if org and _STATION.fullmatch(org):
        told["local"] = org in own
    return told


def head(text: str) -> Told | None:
    """The head of a station's story that a network passes on: byline, a link for updates, dateline."""
    pieces = [piece.strip() for piece in re.split(r"\n\s*\n", text) if piece.strip()]
    links = [piece for piece in pieces if (furniture(piece) or {}).get("role") == "updates-link"]
    told = byline(pieces[0]) if pieces else None
    place = dateline(pieces[-1]) if pieces else None
    if not links or told is None or place is None:
        return None
    out: Told = {"people": told["people"], "origin_station": place["org"], "place": place["place"], "updates_link": True}
    return out | {"region": place["region"], "distributor": "CNN Newsource", "rest": place["rest"]}


def lost_byline(text: str) -> Told | None:
    """A caption where the byline should stand, then the dateline: the byline was lost on the way."""
    first, _, rest = text.partition("\n")
    place = dateline(rest) if rest else None
    if place is None or byline(first) is not None:
        return None
    where = {"place": place["place"], "org": place["org"]}
    return {"byline": None, "caption": first.strip(), "dateline": where, "warnings": ["byline-lost"]}


_INFORMATION = re.compile(r"^\((?:information|material|reporting) from:? (?P<who>[^()]{2,120}?),?\s*(?P<end>\)?)\.?$", re.IGNORECASE)


def attribution(text: str) -> Told | None:
    """“(Information from: The Herald,”: whose reporting the copy leans on."""
    match = _INFORMATION.match(_flat(text))
    if not match:
        return None
    told: Told = {"drop_from_body": True, "secondary_source": match["who"]}
    return told if match["end"] else told | {"warnings": ["unclosed-parenthesis"]}


# --- marks inside the body -----------------------------------------------------------------------------------

_MARKERS = {
    "UPDATE:": ("update-marker", "text up to ORIGINAL: is newer"),
    "ORIGINAL:": ("original-marker", "older version kept below; second dateline follows"),
}
_UPDATED = re.compile(
    r"^(?:last )?updated (?:at )?(?P<hour>\d{1,2}):(?P<minute>\d{2}) ?(?P<half>[ap])\.?m\.? ?(?P<zone>[ECMP])[SD]?T\.?(?:,? (?P<date>.{5,40}))?$",
    re.IGNORECASE,
)
_ZONES = {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver", "P": "America/Los_Angeles"}
_DEVELOPING = re.compile(r"^This is a (?:developing|breaking)(?: news)? story(?: and will be updated| \(?check back for updates\)?)?\.?(?: Please check back for updates\.?)?$", re.IGNORECASE)


def section_label(text: str) -> Told | None:
    """A line that only says that what follows is newer or older."""
    found = _MARKERS.get(_flat(text).upper())
    return {"role": found[0], "drop_from_body": True, "means": found[1]} if found else None


def timestamp(text: str) -> Told | None:
    """“Updated at 6:47 p.m. ET”."""
    match = _UPDATED.match(_flat(text))
    if not match or not (1 <= int(match["hour"]) <= 12 and int(match["minute"]) < 60):
        return None
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    told: Told = {"role": "updated", "time": f"{hour:02}:{match['minute']}", "tz": _ZONES[match["zone"].upper()]}
    return told | {"drop_from_body": True, "warnings": [] if match["date"] else ["no-date"]}


def developing(text: str) -> Told | None:
    """“This is a developing story and will be updated.”"""
    return {"drop_from_body": True, "role": "developing", "show_as": "label"} if _DEVELOPING.match(_flat(text)) else None


_CORRECTED = re.compile(
    r"^(?:(?P<label>CORRECTION|Correction|CLARIFICATION|Clarification)(?: \([^)]{3,40}\))?:\s*(?P<text>\S.{15,})"
    r"|(?P<bare>An? (?:earlier|previous) version of this (?:article|story|report) .{10,}))$",
    re.DOTALL,
)
_CHANGED = re.compile(r"\bto (?P<now>[\w,.]+), not (?P<was>[\w,.]+?)\.?$|\b(?:is|was|were|are) (?P<now2>[\w,.]+), not (?P<was2>[\w,.]+?)\.?$")


def correction(text: str) -> Told | None:
    """A correction that stands in the body: it is lifted out and shown to readers as one."""
    line = _flat(text)
    match = _CORRECTED.match(line)
    if not match:
        return None
    told: Told = {"role": "correction", "schema": "CorrectionComment", "text": match["text"] or match["bare"]}
    changed = _CHANGED.search(line)
    if changed:
        told |= {"was": changed["was"] or changed["was2"], "now": changed["now"] or changed["now2"]}
    return told | {"drop_from_body": True}


_NOTE = re.compile(r"^Editor['’]s note:\s*\S", re.IGNORECASE)
_VIEWS = re.compile(
    r"^The (?:views|opinions) expressed in this (?:commentary|article|piece|column) are (?:solely )?(?:those of )?(?:the|its|his|her|their) (?:author|writer)s?['’]?s?(?: own)?\."
    r"(?: (?:View|Read) more opinion (?:articles )?(?:on|at) (?P<source>[\w .&'-]{2,40})\.)?$",
    re.IGNORECASE,
)


def standing_note(text: str) -> Told | None:
    """A publisher's own note that stands on many stories; it says nothing about what this one is."""
    return {"role": "standing-editors-note", "owner": "publisher", "exclude_from_fingerprint": True} if _NOTE.match(_flat(text)) else None


def genre_note(text: str) -> Told | None:
    """“The views expressed in this commentary…”: the piece is opinion and must be labelled so."""
    match = _VIEWS.match(_flat(text).replace("solely those of the authors", "solely those of the author"))
    return {"drop_from_body": False, "genre": "opinion", "label": "Opinion", "source": match["source"]} if match else None


_EMBARGO = re.compile(r"\bstrict local market embargo\b|\bshare the same market as the contributor\b", re.IGNORECASE)


def market_embargo(text: str) -> Told | None:
    """The note under a station's story that says who may not run it. It never reaches readers."""
    if not _EMBARGO.search(text) or len(text) > 600:
        return None
    return {
        "drop_from_body": True,
        "restriction": {"type": "market-embargo", "market_of": "origin_station", "platforms": "all"},
        "original_reporting_by_distributor": "does not contain original" not in text,
        "block_publish_if": "site.market == market(origin_station)",
    }


# --- tails ---------------------------------------------------------------------------------------------------

_TAGLINE = re.compile(
    r"^(?P<source>[A-Z][\w&'’.-]*(?: [A-Z][\w&'’.-]*){0,4})(?:, formerly known as [^,]{3,80},)? is (?:a|an|part of|the) .{0,200}?"
    r"\b(?:newsroom|news network|news organization|news service|news site|nonprofit|journalism)\b.*$"
)
_NETWORK = re.compile(r" is part of (?P<network>[A-Z][\w&'’.-]*(?: [A-Z][\w&'’.-]*){0,3})")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DISTRIBUTOR = re.compile(r"Distributed by (?P<who>[^.]{2,80})\.?$", re.IGNORECASE)
_VISIT = re.compile(r"Visit (?P<url>[\w-]+(?:\.[\w-]+)+)\.", re.IGNORECASE)
_PARENT = re.compile(r", an? (?P<parent>[^,]{3,60}?) Company\b", re.IGNORECASE)
_PROVIDED = re.compile(r"^This (?:content|story|article) (?:is |was )?provided by (?P<who>.{2,60}?)\.$", re.IGNORECASE)


def tail(text: str, own: frozenset[str] = frozenset()) -> Told | None:
    """What stands under a story: whose wire, whose copyright, who passes it on, and the lines a licence demands."""
    lines = [_flat(line) for line in text.split("\n") if line.strip()]
    provided = _PROVIDED.match(lines[0]) if lines else None
    if provided:
        return {"drop_from_body": True, "source": credits.picture_credit("", provided["who"]).credit}
    if lines and _TAGLINE.match(lines[0]):
        return _tagline(lines[0])
    wire = next((line for line in lines if rules.is_wire_name(line)), None)
    said = next((line for line in lines if rules.notice(line)), None)
    if said is None:
        return None
    notice, holder = rules.notice(said) or ("", "")
    year = re.search(r"\d{4}", notice)
    told: Told = {"drop_from_body": True, "copyright_year": int(year[0]) if year else None, "copyright_holder": holder}
    told["copyright_notice"] = notice
    if wire:
        told["wire"] = wire.rstrip(".").replace("The-", "").replace("-", " ")
    return told | _passed_on(notice) | ({"local_owner": True} if holder in own else {})


def _passed_on(notice: str) -> Told:
    found = {
        "parent": _PARENT.search(notice),
        "distributor": _DISTRIBUTOR.search(notice),
        "origin_url": _VISIT.search(notice),
        "place": re.search(r" \((?P<place>[^()]{2,40})\)[,.]", notice),
    }
    return {name: match[1] for name, match in found.items() if match}


def _tagline(line: str) -> Told:
    match = _TAGLINE.match(line)
    told: Told = {"drop_from_body": False, "role": "licence-tagline", "must_show": True, "source": match["source"] if match else ""}
    network, contact = _NETWORK.search(line), _MAIL.search(line)
    return told | ({"network": network["network"]} if network else {}) | ({"contact": contact[0]} if contact else {})


_PART = re.compile(r"^(?P<role>(?:additional )?reporting|writing|editing|photos|video|translated|compiled) by (?P<who>.+)$", re.IGNORECASE)
_IN = re.compile(r" (?:in|on|from) (?P<place>[^,;]+?)(?=$|, | and )")
_CONTRIBUTED = re.compile(
    r"^(?:(?P<org>[\w .&-]{2,40}?)['’]s |(?P<agency>Associated Press) Writers? )?(?P<people>.+?) "
    r"(?P<role>contributed reporting|contributed to this (?:report|story)|reported)(?: from (?P<place>[\w ,.'’-]+?))? ?\.?$"
)
_STAFF = re.compile(r"^Staff (?:writer|reporter)s? ", re.IGNORECASE)


def contributors(text: str) -> Told | None:
    """Who helped, in what role and from where: sign-offs in Reuters' way, and “contributed to this report”."""
    line = _flat(text).strip("()")
    return _signed_off(line.rstrip(".")) or _contributed(line)


def _signed_off(line: str) -> Told | None:
    parts = [_PART.match(part.strip()) for part in line.split(";")]
    if not all(parts) or len(line) > 600:
        return None
    said: list[Told] = []
    for match in parts:
        assert match is not None
        places = [m["place"] for m in _IN.finditer(match["who"])]
        people = list(rules.names(_IN.sub("", match["who"])))
        if not all(rules.is_name(person) and len(person) < 60 for person in people):
            return None
        said.append({"role": match["role"].lower(), "names": people} | ({"places": places} if places else {}))
    roles = {one["role"] for one in said}
    told: Told = {"drop_from_body": True, "credits": said}
    return told | ({"org": "Reuters"} if {"reporting", "editing"} <= roles else {})


def _contributed(line: str) -> Told | None:
    sentences = re.split(r"(?<=[a-z]{3}\.) (?=[A-Z])", line)
    found = [_CONTRIBUTED.match(sentence) for sentence in sentences]
    if not all(found) or len(line) > 400:
        return None
    people: list[str] = []
    roles: dict[str, str] = {}
    for match in found:
        assert match is not None
        staff = _STAFF.match(match["people"])
        named = rules.names(_STAFF.sub("", match["people"]))
        if not all(re.match(rf"{rules.NAME}$", name) and name[0].isupper() for name in named):
            return None
        people += named
        what = ("staff writer, contributed" if staff else match["role"]) + (f" from {_place(match['place'])}" if match["place"] else "")
        roles |= dict.fromkeys(named, what)
    last = found[-1]
    assert last is not None
    if len(found) > 1:
        alone = any(len(name.split()) == 1 for name in people)
        return {"drop_from_body": True, "people": people, "roles": roles, "resolve_surname_from_byline": alone}
    if any(len(name.split()) == 1 for name in people):
        return None
    role = "contributed reporting" if "reporting" in last["role"] else last["role"].split()[0]
    place = _place(last["place"]).rstrip(".") if last["place"] else None
    return {"drop_from_body": True, "people": people, "org": last["org"] or last["agency"], "role": role, "place": place}


def _place(text: str) -> str:
    place = text.strip()
    return f"{place}." if re.search(r", [A-Z][a-z]{1,4}$", place) else place


# --- captions ------------------------------------------------------------------------------------------------

_PHOTO_END = re.compile(r"\s*\((?P<agency>[A-Z]{2,5}|Reuters) Photo(?:/(?P<who>[^,()/]+(?:/[^,()/]+)?))?(?:, (?P<file>File))?\)\s*$")
_FILE = re.compile(r"^FILE\s*[-–—]\s*(?:In this (?P<date>[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}),?(?: file)?(?: photo)?,\s*)?", re.IGNORECASE)
_CORRECTS = re.compile(r"^(?:CORRECTS|CORRECTION:|CORRECTED:)\s+(?P<what>(?:[A-Z]{2,}[ ,]*)+?)\s*[:;-]?\s+(?=[A-Z][a-z])")
_COURTESY = re.compile(r"\s*\|\s*(?:Photo )?Courtesy(?: of)?:? (?P<who>[^|]{2,80})$", re.IGNORECASE)
_WHERE = re.compile(r"\bin (?P<place>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)\.?$")
LONGEST = 5_000
"""Characters of a caption or an excerpt's foot that are looked at."""
WORDY = 6
"""Words; an alt text that repeats a longer caption says it twice to those who listen."""


def caption(text: str) -> Told:
    """Caption, photographer, owners and warnings of what stands under a picture."""
    text = _flat(text[:LONGEST])
    marked = rules.caption(text)
    if marked:
        return _marked(*marked)
    if re.fullmatch(r"[^.|()]{2,60}/[^.|()/]{2,40}", text) and credits.picture_credit("", text).agency:
        name, owner = text.split("/", 1)
        return {"photographer": name, "agency_chain": [owner], "caption": None, "stock": True, "warnings": ["no-caption"]}
    told: Told = {"photographer": None, "agency_chain": [], "alt": None, "warnings": []}
    courtesy = _COURTESY.search(text)
    if courtesy:
        told["courtesy_of"], text = courtesy["who"].strip(), text[: courtesy.start()]
    corrects = _CORRECTS.match(text)
    if corrects:
        told["correction_of_caption"], text = corrects["what"].strip(), text[corrects.end() :]
    end = _PHOTO_END.search(text)
    if end:
        told |= {"agency_chain": [end["agency"]], "photographer": end["who"]}
        text = text[: end.start()]
    filed = _FILE.match(text)
    if filed or (end and end["file"]):
        told |= {"file_photo": True} | _dated(filed["date"] if filed else None)
        text = text[filed.end() :] if filed else text
        where = _WHERE.search(text.strip())
        told |= {"place": where["place"]} if where else {}
    return told | {"caption": text.strip() or None}


def _dated(said: str | None) -> Told:
    if not said:
        return {}
    for form in ("%b %d, %Y", "%B %d, %Y"):
        try:
            return {"date": datetime.strptime(said.replace(".", ""), form).date().isoformat()}  # noqa: DTZ007
        except ValueError:
            continue
    return {}


def _marked(credit: str, shown: str) -> Told:
    """The caption that a feed put into the alt text with its markup."""
    found = rules.credit(credit)
    warnings = ["markup-in-alt"] + (["alt-equals-caption"] if len(shown.split()) > WORDY else [])
    told: Told = {"caption": shown, "photographer": found.photographer, "agency_chain": list(found.chain), "alt": None}
    via = re.search(r"\bvia (.+)$", credit, re.IGNORECASE)
    return told | {"via": via[1] if via else None, "credit_text": credit, "warnings": warnings}


# --- excerpts, orders, slugs, addresses ------------------------------------------------------------------------

_FOOT = re.compile(r"The post (?P<title>[^a-z\s].{2,300}?) (?:appeared first on|first appeared on) (?P<who>[^.\s][^.]{1,80})\.\s*$", re.DOTALL)


def excerpt(text: str) -> Told | None:
    """A feed's beginning of a story with WordPress' foot: the text before it, and whether it stops in mid sentence."""
    match = _FOOT.search(text.rstrip(), max(0, len(text.rstrip()) - LONGEST))
    if not match:
        return None
    kept = text[: match.start()].strip()
    return {
        "text": kept,
        "strip": f"The post … appeared first on {match['who']}.",
        "publisher": match["who"],
        "title_in_footer": match["title"],
        "truncated": not kept.endswith((".", "!", "?", "”", "\"", "…")),
    }


_ORDERED = re.compile(
    r"(?:^|[-–—]\s|\n|\.\s)Please (?P<what>kill|hold|withhold)(?: the)? (?:story|item|copy) (?P<target>.+?)(?<![A-Z])\.\s+(?P<reason>[A-Z].+?\.)(?=\s|$)",
    re.DOTALL,
)
_SHOUTED = re.compile(r"^\s*(?P<what>KILL|HOLD)(?: (?P=what)){1,3}\s*$", re.MULTILINE)


def order(text: str) -> Told | None:
    """A kill or hold in words: what is ordered, about which story, and why. It is never published."""
    match = _ORDERED.search(text)
    if not match:
        return None
    what = "hold" if "hold" in match["what"] else "kill"
    mandatory = re.search(r"\bkill is mandatory\b", text, re.IGNORECASE)
    if not (_SHOUTED.search(text) or mandatory):
        return None
    told: Told = {"publish": False, "action": what, "target": _target(match["target"]), "reason": match["reason"]}
    return told | {"substitute_expected": bool(re.search(r"\bsubstitute (?:story|item|lead)\b", text, re.IGNORECASE))}


def _target(said: str) -> Told:
    quoted = re.search(r"^(?P<ref>[^\"“]+?)\s*[\"“](?P<headline>[^\"”]+)[\"”]", said)
    if quoted:
        return {"ref": quoted["ref"].strip(), "headline": quoted["headline"]}
    slug, _, ref = said.partition(", ")
    return {"slug": slug.strip(), "ref": ref.strip() or None}


_AP_SLUG = re.compile(
    r"^(?P<a>[A-Z]{2})-(?P<b>[A-Z]{2,4})--(?P<slug>[^,]+?)(?:,\s*(?P<lead>\d+)(?:st|nd|rd|th) Ld(?P<wt>-Writethru)?)?$"
)
_AGENCIES = {"AP"}


def slug(text: str) -> Told | None:
    """An Associated Press slug: “AP-FBN--Browns-Farmer, 2nd Ld-Writethru”."""
    match = _AP_SLUG.match(_flat(text))
    if not match:
        return None
    told: Told = {"agency": match["a"], "category": match["b"]} if match["a"] in _AGENCIES else {"priority": match["a"], "region": match["b"]}
    return told | {"slug": match["slug"], "lead_no": int(match["lead"]) if match["lead"] else None, "writethru": bool(match["wt"])}


_EDIT = re.compile(r"^(?:Adds?|Updates?|Recasts?|Changes?|Rewrites?|Clarif(?:y|ies)|With) [a-z].{3,120}\.$")


def ednote(text: str) -> Told | None:
    """What an agency tells editors about a new version: “Adds details, quotes and background.”"""
    return {"publish": False, "role": "editor-note", "change": "update"} if _EDIT.match(_flat(text)) else None


def ident(text: str) -> Told | None:
    """An agency's id: its base, and the version where the id carries one."""
    versioned = re.match(r"^(?P<base>tag:[^:]+:[^:]+):(?P<version>\d+)$", text)
    if versioned:
        return {"base": versioned["base"], "version": int(versioned["version"])}
    return {"base": text, "version_field": "2"} if text.startswith("urn:newsml:") else None


_ROW = re.compile(r"^(?P<day>\d{1,2} [A-Z][a-z]{2} \d{2} \d{2}:\d{2}) (?P<zone>[ECMP])T$")
_OFFSETS = {"E": 4, "C": 5, "M": 6, "P": 7}


def portal_row(text: str) -> Told | None:
    """A row of a network's portal: time, source, and either a version or number, market, format and length."""
    time, *rest = (part.strip() for part in text.split("|"))
    match = _ROW.match(time)
    if not match or not rest:
        return None
    at = datetime.strptime(match["day"], "%d %b %y %H:%M")  # noqa: DTZ007
    told: Told = {"time": f"{at:%Y-%m-%dT%H:%M}-{_OFFSETS[match['zone']]:02}:00", "source": rest[0]}
    version = re.match(r"Version (\d+)$", rest[1]) if len(rest) > 1 else None
    if version:
        return told | {"version": int(version[1])}
    if len(rest) < 5:
        return told
    number, market, form, length = rest[1:5]
    return told | {"story_number": number, "embargo": market, "format": form, "duration": length, "duration_reliable": False}


def stations(text: str) -> Told | None:
    """Call signs in one field: “KCAL, KCBS” is two stations, not a place and a state."""
    names = [part.strip() for part in text.split(",")]
    return {"stations": names} if len(names) > 1 and all(_STATION.fullmatch(name) for name in names) else None


_DATED_PATH = re.compile(r"https?://[^/]+/(?P<sections>(?:[a-z0-9-]+/)+)(?P<date>\d{4}/\d{2}/\d{2})/(?P<slug>[^/]+)/?$")


def section_path(url: str) -> Told | None:
    """The sections and date in a station's address, and the network that a section name tells of."""
    match = _DATED_PATH.match(url)
    if not match:
        return None
    sections = match["sections"].strip("/").split("/")
    hint = next((piece.upper() for s in sections for piece in s.split("-")[:1] if piece in PROVIDERS), None)
    return {"date": match["date"].replace("/", "-"), "sections": sections, "slug": match["slug"], "source_hint": hint}


def media_url(url: str) -> Told:
    """What a picture's address tells: the network's own ids, or that the station put another picture in its place."""
    from masthead.wire.likeness import component_paths

    paths = component_paths(url)
    if paths:
        kinds = {"image": "image_component", "article": "article_component"}
        return {kinds[p.split("/")[2]]: p for p in paths if p.split("/")[2] in kinds}
    return {"origin": "local", "alt": "", "warnings": ["image-without-alt", "local-override-keep-on-update"]}


# --- statements ----------------------------------------------------------------------------------------------

_REACHED = re.compile(r"^(?P<by>[A-Z][\w .&-]{1,30}?) has reached out to (?P<who>.+?) for comment\.$")
_UNVERIFIED = re.compile(r"\b(?:cannot|can ?not|could not|has not been able to|was unable to) (?:be )?independently (?:verif|confirm)", re.IGNORECASE)
_ACCORDING = re.compile(r"^(?P<cue>According to) (?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,3}),")


def statement(text: str) -> Told:
    """A sentence that looks like furniture and is copy: it stays, and says how sure the story is."""
    line = _flat(text)
    told: Told = {"drop": False, "byline": None}
    if match := _REACHED.match(line):
        told |= {"status_flag": "comment-sought", "who": match["who"], "by": match["by"]}
    elif _UNVERIFIED.search(line):
        told |= {"status_flag": "unverified", "refers_to": "previous statement"}
    elif match := _ACCORDING.match(line):
        told |= {"attribution": {"source": match["who"], "cue": match["cue"]}}
    return told


def subhead(text: str) -> Told | None:
    """A short line without an end between full paragraphs."""
    line = _flat(text)
    short = 1 < len(line.split()) <= 9 and line[:1].isupper() and not line.endswith((".", "!", "?", ":", ",", ";"))
    return {"drop": False, "role": "subhead"} if short and byline(line) is None and furniture(line) is None else None


Line = Callable[[str], "Told | None"]
DROPPED: tuple[tuple[str, Line], ...] = (
    ("furniture", furniture),
    ("section-label", section_label),
    ("timestamp", timestamp),
    ("developing", developing),
)
"""Lines of the body that readers never need, and the rule's name under which the desk finds them."""
