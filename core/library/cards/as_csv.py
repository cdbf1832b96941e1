"""The figures as a table for a spreadsheet, one a row."""

from __future__ import annotations

import csv
import io

from core.library.cards.content import Content, Row

HEADING = ("host", "column", "group", "value", "n", "low", "high")


def as_csv(content: Content) -> bytes:
    """RFC 4180 in UTF-8, a full stop as the decimal mark."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADING)
    writer.writerows(map(_cells, content.rows))
    return text.getvalue().encode()


def _cells(row: Row) -> tuple[str | float, ...]:
    return _plain(row.host), _plain(row.column), _plain(row.group), row.value, row.n, row.low, row.high


def _plain(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: a scorecard may come from a stranger."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
