"""Files of known people: NDJSON, or CSV whose first row names the columns."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from service.files.checked import read_fields, read_line
from service.files.ndjson import read_lines
from service.ingest.entries import Refusal
from service.schemas.people import LINE_SCHEMA, read_person
from service.store import KnownPerson

ALIASES_BETWEEN = "|"
LINE_BYTES = 256 * 1024

NumberedPerson = tuple[int, KnownPerson | Refusal]


class UnreadablePeople(ValueError):
    """A file that is no CSV of people; the message says why."""


def read_people(stream: BinaryIO, name: str) -> Iterator[NumberedPerson]:
    """Yield the people of a file, CSV by its name or NDJSON, each with its line.  Raises UnreadablePeople."""
    if Path(name).suffix.lower() != ".csv":
        return ((number, read_line(line, read_person, LINE_BYTES)) for number, line in read_lines(stream))
    return read_rows(stream)


def read_rows(stream: BinaryIO) -> Iterator[NumberedPerson]:
    rows = csv.reader(io.TextIOWrapper(stream, "utf-8-sig", newline=""), strict=True)
    try:
        header = next(rows, [])
        check_header(header)
        for cells in rows:
            if cells:
                yield rows.line_num, read_row(header, cells)
    except UnicodeDecodeError as error:
        raise UnreadablePeople(f"line {rows.line_num + 1} is not UTF-8: {error.reason}") from None
    except csv.Error as error:
        raise UnreadablePeople(f"line {rows.line_num}: {error}") from None


def check_header(header: list[str]) -> None:
    """Raise UnreadablePeople for a column that nobody has, that comes twice, or for want of the name."""
    allowed = ", ".join(LINE_SCHEMA.declared_names())
    for column in header:
        if column not in LINE_SCHEMA.declared_names():
            raise UnreadablePeople(f"the column {column!r} is not known here; allowed: {allowed}")
        if header.count(column) > 1:
            raise UnreadablePeople(f"the column {column!r} comes twice")
    if "name" not in header:
        raise UnreadablePeople(f"the first row must name the columns, name among them; allowed: {allowed}")


def read_row(header: list[str], cells: list[str]) -> KnownPerson | Refusal:
    """Read a row; an empty cell says nothing, and aliases are divided by |."""
    if len(cells) != len(header):
        return Refusal([(None, f"has {len(cells)} cells, not {len(header)}")])
    given: dict[str, Any] = {column: cell for column, cell in zip(header, cells, strict=True) if cell.strip()}
    if "aliases" in given:
        aliases = (alias.strip() for alias in given["aliases"].split(ALIASES_BETWEEN))
        given["aliases"] = [alias for alias in aliases if alias]
    return read_fields(given, read_person)
