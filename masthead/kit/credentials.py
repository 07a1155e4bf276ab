"""Content Credentials (C2PA) of a picture: who signed what was done to it. The optional extra `c2pa` reads them.

Without the extra we still see that a picture carries credentials and say so. The original is kept as it came, with
its credentials; they cannot be copied into smaller renditions without signing those, which is the publisher's to do.
"""

from __future__ import annotations

import json
from typing import Any

from masthead.kit import marking

_MARK = (b"jumb", b"c2pa")
WITHOUT = "This picture carries Content Credentials. Install masthead[c2pa] to see who signed them; they are kept."
MOST_ACTIONS = 20
_NO_NETWORK = json.dumps({"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}})


def carried(data: bytes) -> bool:
    """Whether the bytes hold a C2PA manifest store, by its boxes; nothing is verified."""
    return all(mark in data for mark in _MARK)


def read(data: bytes, mime: str) -> dict[str, Any]:
    """What the credentials say, as plain values; empty for a picture without any. Never raises.

    Keys: `words` (a sentence for the desk), `state` (Valid, Invalid, Trusted or unread), `signer`, `tool`, `signed_at`,
    `actions` (what was done, in C2PA's words) and `source_type` (an IPTC address, when the credentials give one).
    """
    if not carried(data):
        return {}
    try:
        from c2pa import Reader, load_settings
    except ImportError:
        return {"state": "unread", "words": WITHOUT}
    import io

    try:
        # A picture must not make us ask an address of its choosing.
        load_settings(_NO_NETWORK)
        with Reader(mime, io.BytesIO(data)) as reader:
            return _summary(json.loads(reader.json()))
    except Exception as error:  # the library raises its own many; none of them may lose the picture
        return {"state": "unread", "words": f"Its Content Credentials cannot be read ({str(error)[:120]}); they are kept."}


def _summary(store: dict[str, Any]) -> dict[str, Any]:
    manifest = store.get("manifests", {}).get(store.get("active_manifest", ""), {})
    signature = manifest.get("signature_info", {})
    state = str(store.get("validation_state") or ("Invalid" if store.get("validation_status") else "Valid"))
    actions = list(_actions(manifest))
    found = {
        "state": state,
        "signer": str(signature.get("common_name") or signature.get("issuer") or ""),
        "tool": _tool(manifest),
        "signed_at": str(signature.get("time") or ""),
        "actions": [str(a.get("action", "")).removeprefix("c2pa.") for a in actions][:MOST_ACTIONS],
        "source_type": next((str(t) for a in actions if (t := a.get("digitalSourceType"))), ""),
    }
    return found | {"words": _words(found)}


def _actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for assertion in manifest.get("assertions", []):
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            found += [a for a in assertion.get("data", {}).get("actions", []) if isinstance(a, dict)]
    return found


def _tool(manifest: dict[str, Any]) -> str:
    info = manifest.get("claim_generator_info") or [{}]
    return str(info[0].get("name") or manifest.get("claim_generator") or "")


def _words(found: dict[str, Any]) -> str:
    if found["state"] == "Invalid":
        return "Its Content Credentials do not fit the picture: it was changed after signing, or they were tampered with."
    made = " It was made by generative software." if is_generated(found["source_type"]) else ""
    trust = "" if found["state"] == "Trusted" else " We do not know whether the signer is to be trusted."
    return f"Content Credentials signed by {found['signer'] or 'somebody unnamed'} with {found['tool'] or 'unnamed software'}.{made}{trust}"


def is_generated(source_type: str) -> bool:
    """Whether an IPTC digital source type says that software made the picture, or a part of it."""
    name = source_type.removeprefix(marking.SOURCE_TYPES)
    return name in {"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic"}
