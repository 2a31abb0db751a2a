"""Quotes as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import regex

from service.formats.columns import COLUMN_NAMES, lay_out_plain
from service.formats.ndjson import join_lines

# What makes a spreadsheet take a cell for a formula, in their wide forms too.
FORMULA_SIGNS = "=+-@＝＋－＠"
# Where cells are parted by semicolons or tabs, as by default in much of Europe, one begins inside ours.
CELL_INSIDE = regex.compile(rf"""([;\t\r\n][\s"]*)(?=[{regex.escape(FORMULA_SIGNS)}])""")
# By which Excel knows UTF-8.
BYTE_ORDER_MARK = "\ufeff".encode()
LINE_ENDS = regex.compile(r"\R+")


def write_csv(quotes: Iterable[dict[str, Any]], *, for_excel: bool = False) -> Iterator[bytes]:
    """Write plain quotes (JSON values) as RFC 4180 has it, in UTF-8, a header first.

    For Excel a byte order mark comes first, and line ends inside cells become spaces: a row is a line.
    """
    yield BYTE_ORDER_MARK * for_excel + write_row(COLUMN_NAMES)
    rows: Iterable[Iterable[Any]] = map(lay_out_plain, quotes)
    yield from join_lines(map(write_row, map(join_cell_lines, rows) if for_excel else rows))


def join_cell_lines(cells: Iterable[Any]) -> list[Any]:
    return [LINE_ENDS.sub(" ", cell) if isinstance(cell, str) else cell for cell in cells]


def write_row(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([make_safe(cell) for cell in cells])
    return line.getvalue().encode()


def make_safe(cell: Any) -> Any:
    """Keep a text from being run as a formula: an apostrophe in front makes it a text for spreadsheets.

    So does one inside, where another spreadsheet may see a cell begin.  True and false are written as JSON
    has them.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    cell = CELL_INSIDE.sub(r"\1'", cell)
    first = cell.lstrip()[:1]
    is_risky = bool(first) and (first in FORMULA_SIGNS or cell[0] in "\t\r\n")
    return f"'{cell}" if is_risky else cell
