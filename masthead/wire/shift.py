"""What does not change while a delivery is taken in, asked once: rules, the first section, agencies, what is there already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from masthead.people.models import Organisation
from masthead.titles.models import Section
from masthead.wire import rules
from masthead.wire.models import Rule, Source, WireItem, WireVersion

AT_ONCE = 400
"""Values in one question to the database; SQLite takes 999."""


class Shift:
    """One transaction's memory. It must not outlive the transaction, nor a savepoint of it that was rolled back."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.agencies: dict[str, Organisation] = {}

    @cached_property
    def rules(self) -> list[Rule]:
        """The paper's rules in force."""
        return rules.of(self.source.title)

    @cached_property
    def first_section(self) -> Section | None:
        """Where a story goes when its rule names no section."""
        return self.source.title.sections.first()

    def forget(self) -> None:
        """Forget what a rolled back savepoint may have made."""
        self.agencies.clear()


class Known:
    """The chains of one source that bear one of these ids, and the versions that they have."""

    def __init__(self, source: Source, guids: Iterable[str]) -> None:
        self.chains: dict[str, WireItem] = {}
        self.digests: defaultdict[int, set[str]] = defaultdict(set)
        self.shared: set[str] = set()
        wanted = list(dict.fromkeys(guids))
        for start in range(0, len(wanted), AT_ONCE):
            self._ask(source, wanted[start : start + AT_ONCE])

    def _ask(self, source: Source, guids: list[str]) -> None:
        found = {c.guid: c for c in WireItem.objects.filter(source=source, guid__in=guids).select_related("story")}
        for chain in found.values():
            chain.source = source
        self.chains |= found
        if found:
            versions = WireVersion.objects.filter(item__in=found.values()).values_list("item_id", "digest")
            for pk, digest in versions:
                self.digests[pk].add(digest)
            shared = WireItem.objects.filter(source=source, shared_guid__in=list(found))
            self.shared |= set(shared.values_list("shared_guid", flat=True))

    def again(self, guid: str, digest: str) -> WireItem | None:
        """The chain that has this very version already; None also where the id stands for several stories."""
        chain = self.chains.get(guid)
        if chain is None or guid in self.shared or digest not in self.digests[chain.pk]:
            return None
        return chain
