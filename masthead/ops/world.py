"""What the doctor finds outside: mail in DNS, the clock, TLS in front, security releases of what is installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import distributions
from urllib.parse import urlsplit

from masthead.kit import fetch, lookups
from masthead.mailroom import setting
from masthead.ops.finding import Finding
from masthead.titles.models import Title

CLOCK_MAY_BE_OFF = 2.0
"""Seconds. Embargoes and signatures go by the clock."""
CERTIFICATE_DAYS = 10
KNOWN_FAULTS = "https://api.osv.dev/v1/querybatch"
_MOST = 4_000_000


def look_outside() -> Iterator[Finding]:
    """Everything that needs the network. What cannot be asked is said to be unknown, and is no fault."""
    yield _clock()
    for title in Title.objects.order_by("pk"):
        yield from _in_front(title)
        if setting.said("host") or setting.said("service"):
            yield from mail_names(setting.sender(title).domain, setting.said("dkim_selector"))
    yield releases()


def unknown(what: str, error: Exception) -> Finding:
    return Finding(f"{what} is unknown: {error}.", True)


def _clock() -> Finding:
    try:
        off = lookups.clock_is_off()
    except lookups.NoAnswer as error:
        return unknown("Whether the clock is right", error)
    return clock_finding(off)


def clock_finding(off: float) -> Finding:
    """`off` in seconds, ahead of the world's time."""
    well = abs(off) <= CLOCK_MAY_BE_OFF
    what = "The clock is right." if well else f"The clock is {abs(off):.1f} s {'ahead' if off > 0 else 'behind'}; embargoes go by it."
    return Finding(what, well, "Switch time synchronisation on: timedatectl set-ntp true")


def _in_front(title: Title) -> Iterator[Finding]:
    parts = urlsplit(title.base_url)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1"):
        yield Finding(f"{title} is known as {title.base_url}: readers elsewhere cannot come.", False, "Set server.url to its public address.")
        return
    if parts.scheme != "https":
        yield Finding(f"{title} is not behind TLS.", False, "Put Caddy or nginx in front (deploy/) and set server.url to https://…")
        return
    try:
        days = lookups.certificate_days(host, parts.port or 443)
        yield Finding(f"The certificate of {host} holds for {days} days.", days >= CERTIFICATE_DAYS, "See why the web server does not renew it.")
        fetch.get(f"{title.base_url}/robots.txt", most=100_000)
        yield Finding(f"{title.base_url} is answered.", True)
    except lookups.NoAnswer as error:
        yield Finding(f"TLS in front: {error}.", False, "Look at the web server in front and at the domain's address in DNS.")
    except fetch.NotFetched as error:
        yield Finding(f"The paper cannot be read from outside: {error}", False, "Look at the web server in front: does it lead to server.port?")


def mail_names(domain: str, selector: str, server: tuple[str, int] | None = None) -> Iterator[Finding]:
    """SPF, DKIM and DMARC of the domain that letters come from, in sentences."""
    asked = [
        ("SPF", domain, "v=spf1", "who may send its mail", f"{domain} TXT “v=spf1 … -all” with the servers of your mail"),
        ("DMARC", f"_dmarc.{domain}", "v=DMARC1", "what becomes of forged letters", f"_dmarc.{domain} TXT “v=DMARC1; p=quarantine; rua=mailto:…”"),
    ]
    if selector:
        at = f"{selector}._domainkey.{domain}"
        asked.append(("DKIM", at, "p=", "how its letters are sealed", f"{at} TXT “v=DKIM1; k=rsa; p=…” with the public half of mail.dkim_key"))
    for name, at, begins, means, record in asked:
        try:
            found = [text for text in lookups.dns_texts(at, server) if begins in text]
        except lookups.NoAnswer as error:
            yield unknown(f"{name} of {domain}", error)
            continue
        if len(found) > 1:
            yield Finding(f"{at} says {name} twice, which counts as not at all.", False, "Leave one record.")
        else:
            yield Finding(f"DNS {'says' if found else 'does not say'} {means} ({name} of {domain}).", bool(found), f"Add to DNS: {record}.")


def releases(address: str = KNOWN_FAULTS) -> Finding:
    """Whether a package that is installed here has a known fault, asked of OSV in one question."""
    here = sorted({(d.metadata["Name"], d.version) for d in distributions() if d.metadata["Name"]})
    asked = {"queries": [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in here]}
    allows = (lambda _: True) if address != KNOWN_FAULTS else fetch.is_public
    try:
        answer = json.loads(fetch.ask_json(address, asked, most=_MOST, allows=allows))
        faulty = [f"{name} {version}" for (name, version), one in zip(here, answer["results"], strict=True) if one.get("vulns")]
    except (fetch.NotFetched, ValueError, KeyError, TypeError) as error:
        return unknown("Whether a package has a known fault", error)
    if not faulty:
        return Finding(f"None of {len(here)} installed packages has a known fault.", True)
    named = ", ".join(faulty[:8])
    return Finding(f"Known security faults in {named}.", False, "Upgrade: pip install --upgrade masthead; in a container, take the new image.")
