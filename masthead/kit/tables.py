"""Tables for people's spreadsheets: CSV (RFC 4180), a line at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def line(cells: Iterable[Any]) -> str:
    """One line with its end. A spreadsheet takes a cell that begins with =, +, -, @ for a formula: those get an apostrophe."""
    made = io.StringIO()
    csv.writer(made).writerow([_harmless(cell) for cell in cells])
    return made.getvalue()


def _harmless(cell: Any) -> Any:
    if cell is None or isinstance(cell, (bool, int, float)):
        return cell
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
