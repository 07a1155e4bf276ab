"""The description of the API (OpenAPI 3.1), from which programs make their clients. The words are those of docs/api.md."""

from __future__ import annotations

from typing import Any

from masthead.press import addresses

VERSION = "1.0"


def described(name: str, base_url: str) -> dict[str, Any]:
    """The OpenAPI document of the paper called `name`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name}: stories",
            "version": VERSION,
            "summary": "What readers may see, for programs. Read only, no key.",
            "description": "Stories are IPTC ninjs 3.0. A correction, a kill or the end of an embargo shows at the second"
            " in which it shows on the pages. Keep nothing that /api/v1/withdrawn.json names.",
        },
        "servers": [{"url": base_url}],
        "paths": {
            addresses.API_STORIES: {"get": _list()},
            f"{addresses.API}stories/{{uid}}.json": {"get": _one()},
            addresses.API_SECTIONS: {"get": _plain("sections", "The sections of the paper.", "Sections")},
            addresses.API_WITHDRAWN: {
                "get": _plain("withdrawn", "The newest 500 stories that were taken back for good, by number.", "Withdrawn")
            },
            addresses.OEMBED: {"get": _oembed()},
        },
        "components": {"schemas": _schemas()},
    }


def _list() -> dict[str, Any]:
    return {
        "operationId": "stories",
        "summary": "Stories, newest first.",
        "description": "Follow `next` until it is missing. With `changed_since` the oldest change comes first: keep the"
        " time of your last request and ask from there.",
        "parameters": [
            _asks("section", "A section's slug."),
            _asks("topic", "A topic's slug."),
            _asks("by", "Only ours, or only agency copy.", {"type": "string", "enum": ["ours", "wire"]}),
            _asks("changed_since", "Published, updated or corrected since then.", {"type": "string", "format": "date-time"}),
            _asks("after", "The cursor in `next`."),
            _asks("limit", "Stories on a page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}),
        ],
        "responses": {"200": _answers("A page of stories.", "Stories"), "304": _NOTHING_NEW, "400": _answers("A parameter that means nothing; the sentence says which.", "Wrong")},
    }  # fmt: skip


def _one() -> dict[str, Any]:
    return {
        "operationId": "story",
        "summary": "One story.",
        "parameters": [
            {"name": "uid", "in": "path", "required": True, "description": "The number in its uri.", "schema": {"type": "string", "format": "uuid"}}
        ],
        "responses": {
            "200": _answers("The story.", "Story"),
            "304": _NOTHING_NEW,
            "404": {"description": "There is no such story, or readers may not see it now."},
            "410": _answers("It was taken back for good.", "Canceled"),
        },
    }


def _oembed() -> dict[str, Any]:
    return {
        "operationId": "oembed",
        "summary": "How to show a story on another page (oembed.com).",
        "parameters": [
            _asks("url", "The story's address.") | {"required": True},
            _asks("format", "json or xml.", {"type": "string", "enum": ["json", "xml"], "default": "json"}),
            _asks("maxwidth", "Pixels.", {"type": "integer", "minimum": 100}),
        ],
        "responses": {
            "200": {"description": "A quotation of type rich, without script.", "content": {"application/json": {"schema": {"type": "object"}}}},
            "404": {"description": "There is no such story, or readers may not see it now."},
            "501": {"description": "Another format."},
        },
    }  # fmt: skip


def _plain(operation: str, summary: str, schema: str) -> dict[str, Any]:
    return {"operationId": operation, "summary": summary, "responses": {"200": _answers(summary, schema), "304": _NOTHING_NEW}}


def _asks(name: str, description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema or {"type": "string"}}


def _answers(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


_NOTHING_NEW = {"description": "Nothing has changed since the ETag that you sent."}


def _schemas() -> dict[str, Any]:
    text = {"type": "string"}
    story = {
        "type": "object",
        "description": "A news item as of https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json. Agency copy is `partial`: headline and summary.",
        "required": ["uri", "headlines", "pubStatus", "representationType"],
        "properties": {
            "uri": text,
            "representationType": {"type": "string", "enum": ["full", "partial"]},
            "pubStatus": {"type": "string", "enum": ["usable"]},
            "firstCreated": {"type": "string", "format": "date-time"},
            "versionCreated": {"type": "string", "format": "date-time"},
            "language": text,
            "by": text,
            **{name: {"type": "array", "items": {"type": "object"}} for name in ("headlines", "descriptions", "bodies", "people", "subjects", "associations", "altIds", "trustIndicators", "infoSources")},
            "copyrightHolder": text,
            "copyrightNotice": text,
            "usageTerms": text,
        },
    }  # fmt: skip
    canceled = {
        "type": "object",
        "required": ["uri", "pubStatus"],
        "properties": {"uri": text, "pubStatus": {"type": "string", "enum": ["canceled"]}},
    }
    return {
        "Story": story,
        "Stories": {
            "type": "object",
            "required": ["items"],
            "properties": {
                "title": text,
                "url": text,
                "items": {"type": "array", "items": {"$ref": "#/components/schemas/Story"}},
                "next": {"type": "string", "description": "The address of the next page; missing on the last."},
            },
        },
        "Canceled": canceled,
        "Withdrawn": {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Canceled"}}}},
        "Sections": {"type": "object", "properties": {"sections": {"type": "array", "items": {"type": "object"}}}},
        "Wrong": {"type": "object", "required": ["error"], "properties": {"error": text}},
    }
