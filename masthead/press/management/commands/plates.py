"""Write docs/plates.md anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from masthead.press import contract, platemaker


class Command(BaseCommand):
    help = "Write what plates may count on to docs/plates.md."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(__file__).resolve().parents[4] / "docs" / "plates.md"
        page.write_text(contract.text(platemaker.house()))
        self.stdout.write(f"{page}: {len(contract.PLATES)} plates")
