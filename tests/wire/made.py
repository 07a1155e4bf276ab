"""Invented agency copy for tests, in real formats."""

from __future__ import annotations

_G2 = """<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="{version}" standard="NewsML-G2"
 standardversion="2.28" conformance="power" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider literal="aldine"><name>Aldine Wire</name></provider>
<versionCreated>2026-11-0{version}T10:00:00Z</versionCreated>{embargoed}<pubStatus qcode="stat:{pubstatus}"/>{ednote}</itemMeta>
<contentMeta><headline>{headline}</headline>
<subject type="cpnat:abstract" qcode="medtop:20000700"><name>ferries</name></subject></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{body}</p></body></html>
</inlineXML></contentSet></newsItem>"""


def g2(
    *,
    headline: str,
    body: str,
    guid: str = "tag:aldine.example.org,2026:ferry",
    version: int = 1,
    pubstatus: str = "usable",
    embargoed: str | None = None,
    ednote: str = "",
) -> bytes:
    """A NewsML-G2 newsItem."""
    return _G2.format(
        guid=guid,
        version=version,
        headline=headline,
        body=body,
        pubstatus=pubstatus,
        embargoed="" if embargoed is None else f"<embargoed>{embargoed}</embargoed>",
        ednote=f"<edNote>{ednote}</edNote>" if ednote else "",
    ).encode()
