"""Quotes as a folder of Parquet files, one for each month of publication, laid out as Hive does partitions.

    FOLDER/year=2024/month=03/quotes.parquet

Months are in UTC.  Quotes of articles without a date are in Hive's default partition.  A file is written
under a name that readers skip, and renamed when it is complete.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from service.extras import load_pyarrow
from service.formats.columns import lay_out
from service.formats.parquet import ROWS_AT_ONCE, QuoteWriter
from service.store import QuoteRecord

MISSING = "__HIVE_DEFAULT_PARTITION__"
# A file of the export in FOLDER; what an export that was killed has left is passed over by DuckDB, as it is
# not called .parquet, and by all others, as it begins with a dot.
PLACE = re.compile(
    rf"year=(?: {MISSING}/month={MISSING} | ([1-9][0-9]{{0,3}})/month=([0-9]{{2}}) )"
    r"/(?: quotes\.parquet | \.quotes-[0-9a-f]{32}\.partial )",
    re.VERBOSE,
)

Month = tuple[int, int] | None  # a year and a month; None where there is no date


def write_months(
    quotes: Iterable[QuoteRecord], folder: Path, from_: datetime | None = None, to: datetime | None = None
) -> None:
    """Write quotes, given newest first, so that the months between two moments hold only these.

    Other months stay as they are and, with a bound, what has no date.  Two files are open at most: one of the
    month at hand, and one of quotes without a date, which come among the others.  Raises ExtraMissing; and
    OSError, after which whole files alone are there.
    """
    load_pyarrow()  # before anything is written
    bounds = find_month(from_), find_month(to)
    folder.mkdir(parents=True, exist_ok=True)
    opened: dict[bool, MonthFile] = {}
    written: set[Path] = set()
    try:
        for month, some in groupby(quotes, lambda quote: find_month(quote.article.published_at)):
            if not is_within(month, *bounds):
                continue
            file = opened.get(month is None)
            if file is None or file.month != month:
                if file is not None:
                    written.add(file.finish())
                file = opened[month is None] = MonthFile(folder, month)
            file.extend(some)
        written.update(file.finish() for file in opened.values())
    finally:
        for file in opened.values():
            file.abandon()
    remove_others(folder, written, bounds)


class MonthFile:
    """The file of a month while it is written."""

    def __init__(self, folder: Path, month: Month) -> None:
        self.month = month
        year, number = (MISSING, MISSING) if month is None else (str(month[0]), f"{month[1]:02}")
        self._place = folder / f"year={year}" / f"month={number}" / "quotes.parquet"
        self._place.parent.mkdir(parents=True, exist_ok=True)
        self._partial = self._place.with_name(f".quotes-{uuid4().hex}.partial")
        self._target = self._partial.open("xb")
        self._writer = QuoteWriter(self._target)
        self._rows: list[list[Any]] = []

    def extend(self, quotes: Iterable[QuoteRecord]) -> None:
        """Write quotes, save the last few, which are held until there are more."""
        rows = map(lay_out, quotes)
        while some := list(islice(rows, ROWS_AT_ONCE - len(self._rows))):
            self._rows += some
            if len(self._rows) == ROWS_AT_ONCE:
                self._writer.write(self._rows)
                self._rows = []

    def finish(self) -> Path:
        """Put the file in its place, whatever was there, and return that."""
        if self._rows:
            self._writer.write(self._rows)
        self._writer.file.close()
        self._target.flush()
        os.fsync(self._target.fileno())
        self._target.close()
        return self._partial.replace(self._place)

    def abandon(self) -> None:
        """Remove the file, unless it is in its place already."""
        with suppress(OSError):  # what failed to be written fails once more
            self._writer.file.close()
        with suppress(OSError):
            self._target.close()
        self._partial.unlink(missing_ok=True)


def find_month(moment: datetime | None) -> Month:
    if moment is None:
        return None
    day = moment.astimezone(UTC)
    return day.year, day.month


def is_within(month: Month, first: Month, last: Month) -> bool:
    """Whether a month is one of those between two, None being no bound; what has no date is in no range."""
    if month is None:
        return first is None and last is None
    return (first is None or first <= month) and (last is None or month <= last)


def remove_others(folder: Path, written: set[Path], bounds: tuple[Month, Month]) -> None:
    """Remove earlier exports of these months, and folders that become empty."""
    for path in sorted(folder.glob("year=*/month=*/*")):
        found = PLACE.fullmatch(path.relative_to(folder).as_posix())
        if found is None or path in written:
            continue
        if is_within((int(found[1]), int(found[2])) if found[1] else None, *bounds):
            path.unlink()
            with suppress(OSError):  # others keep theirs there
                path.parent.rmdir()
                path.parent.parent.rmdir()
