"""Write docs/doors.md anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from masthead.newsroom import doors_table


class Command(BaseCommand):
    help = "Write the table of every address and who may open it to docs/doors.md."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(__file__).resolve().parents[4] / "docs" / "doors.md"
        page.write_text(doors_table.text())
        self.stdout.write(f"{page}: {len(doors_table.addresses())} addresses")
