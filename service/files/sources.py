"""Files of articles as lines of JSON: NDJSON, plain or packed, and the rows of Parquet.

A source is read from its start, or in shards: the lines that begin within a range of bytes (of decompressed
text), or a range of rows.  The ranges follow only from the file, so any process can read any of them.
"""

import gzip
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Any, BinaryIO, NamedTuple, cast

import orjson

from service.extras import load_pyarrow
from service.files.ndjson import BYTE_ORDER_MARK, MAX_LINE_BYTES, read_chunks, read_lines, split_at_ends
from service.files.paths import File, is_address, join_path, reach
from service.files.zstandard import zstd

PARQUET = ".parquet"
PACKED = (".gz", ".zst")
SUFFIXES = (*(f"{name}{packed}" for name in (".ndjson", ".jsonl") for packed in ("", *PACKED)), PARQUET)
FIELDS = ("id", "text", "title", "url", "source", "author", "published_at", "language")
# Large articles are read a few at a time, and of a column no more than a buffer.
ROWS_AT_ONCE = 64
BUFFER_BYTES = 1024 * 1024


class UnreadableSource(Exception):
    """A file that is not what its name says, breaks off, or cannot be read; the message names it."""


class FileInOutput(OSError):
    """A file to read that is inside the folder of shards to write; the message names both."""


class Place(NamedTuple):
    """The place of an article: a line, byte or row of a file."""

    source: str | None
    unit: str
    number: int


class Line(NamedTuple):
    """A line of JSON, which need not be an article."""

    place: Place
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """Shards of a number of bytes; every `parts`-th is read, from `part` on, unless `is_done`."""

    shard_bytes: int
    part: int
    parts: int
    is_done: Callable[[int], bool]

    def wants(self, number: int) -> bool:
        return number % self.parts == self.part and not self.is_done(number)


Shard = tuple[int, Iterator[Line]]


def find_sources(paths: Iterable[str], leave_out: str | None = None) -> list[File]:
    """List the given files and, from folders in order, those with a suffix of articles that are not hidden.

    What a folder has in the folder `leave_out` is no source.  Raises OSError, also for a file that was given
    and is in there, and ExtraMissing.
    """
    shards = None if leave_out is None else join_path(resolve(leave_out), "")
    found: list[File] = []
    for path in paths:
        files = reach(path)
        in_folder = files.is_folder(path)
        for file in files.find(path):
            is_shard = shards is not None and resolve(file.path).startswith(shards)
            if is_shard and not in_folder:
                raise FileInOutput(f"{path} is in {leave_out}, which is only for shards")
            if not is_shard and (not in_folder or is_listed(file.relative)):
                found.append(file)
    return found


def resolve(path: str) -> str:
    """Resolve the links of a path; an address stays as it is."""
    return reach(path).complete(path) if is_address(path) else os.path.realpath(path)


def is_listed(relative: str) -> bool:
    is_hidden = any(part.startswith((".", "_")) for part in relative.split("/"))
    return relative.lower().endswith(SUFFIXES) and not is_hidden


def strip_suffix(relative: str) -> str:
    """Return the name without the suffixes of articles."""
    suffix = next((one for one in SUFFIXES if relative.lower().endswith(one)), "")
    return relative.removesuffix(relative[len(relative) - len(suffix) :])


def is_packed(path: str) -> bool:
    return path.lower().endswith(PACKED)


def is_parquet(path: str) -> bool:
    return path.lower().endswith(PARQUET)


def read_source(path: str) -> Iterator[Line]:
    """Read all lines of a source.  Raises UnreadableSource."""
    with open_source(path) as stream:
        if is_parquet(path):
            parquet = open_parquet(stream)
            yield from read_rows(parquet, 0, parquet.metadata.num_rows, path)
        else:
            yield from number_lines(stream, path)


def number_lines(stream: BinaryIO, path: str | None) -> Iterator[Line]:
    return (Line(Place(path, "line", number), line) for number, line in read_lines(stream))


def read_shards(path: str, cut: Cut) -> Iterator[Shard]:
    """The wanted shards of a source in order, each to be read before the next.  Raises UnreadableSource."""
    with open_source(path) as stream:
        if is_parquet(path):
            yield from cut_parquet(stream, cut, path)
        elif is_packed(path):
            yield from cut_packed(stream, cut, path)
        else:
            yield from cut_plain(stream, cut, path)


def cut_parquet(stream: BinaryIO, cut: Cut, path: str) -> Iterator[Shard]:
    parquet = open_parquet(stream)
    rows = parquet.metadata.num_rows
    size = sum(parquet.metadata.row_group(place).total_byte_size for place in range(parquet.num_row_groups))
    each = max(1, rows * cut.shard_bytes // max(size, 1))
    for number in range(-(-rows // each)):
        if cut.wants(number):
            yield number, read_rows(parquet, number * each, min((number + 1) * each, rows), path)


def cut_packed(stream: BinaryIO, cut: Cut, path: str) -> Iterator[Shard]:
    """Cut a compressed source, decompressed from its start: that takes far less time than extraction."""
    lines = place_lines(stream, 0, path)
    for number, shard in groupby(lines, lambda line: line.place.number // cut.shard_bytes):
        if cut.wants(number):
            yield number, shard


def cut_plain(stream: BinaryIO, cut: Cut, path: str) -> Iterator[Shard]:
    size = stream.seek(0, 2)
    for number in range(-(-size // cut.shard_bytes)):
        if cut.wants(number):
            yield number, read_between(stream, number * cut.shard_bytes, cut.shard_bytes, path)


def read_between(stream: BinaryIO, start: int, length: int, path: str) -> Iterator[Line]:
    """Read the lines that begin between two bytes."""
    begin = max(start - 1, 0)
    stream.seek(begin)
    # What begins before the stretch ends in it at the earliest with the byte before it.
    lines = (line for line in place_lines(stream, begin, path) if line.place.number >= start)
    return takewhile(lambda line: line.place.number < start + length, lines)


def place_lines(stream: BinaryIO, start: int, path: str) -> Iterator[Line]:
    """Yield the lines from a place on, without blank ones, each with the place of its first byte."""
    offset = start
    with explain_errors(path):
        for found in split_at_ends(read_chunks(stream), MAX_LINE_BYTES):
            size, content = cast(tuple[int, bytes], found)
            line = content.removeprefix(BYTE_ORDER_MARK) if offset == 0 else content
            if line and not line.isspace():
                yield Line(Place(path, "byte", offset), line)
            offset += size


def open_parquet(stream: BinaryIO) -> Any:
    pyarrow = load_pyarrow()
    parquet = pyarrow.parquet.ParquetFile(stream, pre_buffer=False, buffer_size=BUFFER_BYTES)
    if "text" not in parquet.schema_arrow.names:
        raise ValueError("has no column `text`")
    return parquet


def read_rows(parquet: Any, first: int, last: int, path: str) -> Iterator[Line]:
    """Read rows as lines, counted from 0, the last exclusive."""
    with explain_errors(path):
        for start, batch in read_batches(parquet, first, last):
            inside = slice(max(first - start, 0), max(last - start, 0))
            for number, row in list(enumerate(list_rows(batch), start))[inside]:
                yield Line(Place(path, "row", number), dump_row(row))


def read_batches(parquet: Any, first: int, last: int) -> Iterator[tuple[int, Any]]:
    """Read batches of the row groups that have these rows, each with the number of its first row."""
    columns = [name for name in FIELDS if name in parquet.schema_arrow.names]
    start = 0
    for group in range(parquet.num_row_groups):
        end = start + parquet.metadata.row_group(group).num_rows
        if start < last and first < end:
            for batch in parquet.iter_batches(ROWS_AT_ONCE, row_groups=[group], columns=columns):
                yield start, batch
                start += batch.num_rows
        start = end


def list_rows(batch: Any) -> list[dict[str, Any]]:
    """List the rows of a batch; an empty list replaces a value that does not fit into Python."""
    batch = trim_moments(batch)
    try:
        return list(batch.to_pylist())
    except (ValueError, OverflowError):
        names = batch.schema.names
        cells = zip(*(map(read_cell, column) for column in batch.columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]


def trim_moments(batch: Any) -> Any:
    """Convert moments to UTC, whatever the name of the zone, without nanoseconds, which Python lacks."""
    pyarrow = load_pyarrow()
    for place, field in enumerate(batch.schema):
        if pyarrow.types.is_timestamp(field.type):
            unit = "us" if field.type.unit == "ns" else field.type.unit
            kind = pyarrow.timestamp(unit, field.type.tz and "UTC")
            batch = batch.set_column(place, field.name, batch.column(place).cast(kind, safe=False))
    return batch


def read_cell(cell: Any) -> Any:
    """A value, or a list: none of the fields may be one, so that the field is named as wrong."""
    try:
        return cell.as_py()
    except (ValueError, OverflowError):
        return []


def dump_row(row: dict[str, Any]) -> bytes:
    """Return a row as JSON without empty fields; a time without a zone is read as UTC."""
    given = {name: value for name, value in row.items() if value is not None}
    try:
        return orjson.dumps(given, default=read_value, option=orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z)
    except orjson.JSONEncodeError:
        return orjson.dumps({"id": str(row.get("id")), "text": None})


def read_value(value: Any) -> str:
    """Convert a value that JSON does not have; old writers of Parquet did not mark bytes as UTF-8."""
    return value.decode() if isinstance(value, bytes) else str(value)


@contextmanager
def open_source(path: str) -> Iterator[BinaryIO]:
    """Open a file, decompressed.  Raises UnreadableSource."""
    with explain_errors(path), reach(path).open(path) as stream:
        if path.lower().endswith(".gz"):
            yield cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        elif path.lower().endswith(".zst"):
            yield cast(BinaryIO, zstd.ZstdFile(stream))
        else:
            yield stream


@contextmanager
def explain_errors(path: str) -> Iterator[None]:
    """Raise UnreadableSource for whatever is wrong with a file that is read in this block."""
    try:
        yield
    except UnreadableSource:
        raise
    except Exception as error:  # each packing and each store of files has errors of its own
        raise UnreadableSource(f"{path}: {getattr(error, 'strerror', None) or error}") from error
