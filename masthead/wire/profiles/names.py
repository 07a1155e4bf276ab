"""Names as agencies send them, and as readers know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CreditMap:
    """Names as sent (in lower case) and the chain shown for them, whose pictures they are, who goes last."""

    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    suppliers: tuple[tuple[str, str], ...] = ()
    last: frozenset[str] = frozenset()

    def shown(self, name: str) -> tuple[str, ...] | None:
        return _dict(self).get(" ".join(name.casefold().split()))

    def supplier(self, name: str) -> str | None:
        said = name.casefold()
        for key, supplier in self.suppliers:
            if said == key or (key.endswith("*") and (said + " ").startswith(key[:-1])):
                return supplier
        return None


_INDEX: dict[CreditMap, Mapping[str, tuple[str, ...]]] = {}


def _dict(known: CreditMap) -> Mapping[str, tuple[str, ...]]:
    found = _INDEX.get(known)
    if found is None:
        if len(_INDEX) > 64:
            _INDEX.clear()
        found = _INDEX[known] = dict(known.names)
    return found
