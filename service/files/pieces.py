"""Files of articles for `quotes load`, in pieces that any process can read by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from service.files.checked import read_fields, read_line
from service.files.paths import list_folder
from service.files.portions import cut_portions
from service.files.sources import (
    ROWS_AT_ONCE,
    Line,
    UnreadableSource,
    explain_errors,
    is_listed,
    is_packed,
    is_parquet,
    number_lines,
    open_parquet,
    open_source,
    read_rows,
)
from service.ingest.entries import Entry, ReadArticle, Refusal
from service.schemas.article import read_article
from service.store import Article

TEXT_SUFFIX = ".txt"
# The lines of a piece: as many articles as are stored at once, if they are not long.
PIECE_LINES = 100
PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and its path inside the folder that was given."""

    path: Path
    relative: Path


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of NDJSON, and the bytes that they take, unpacked."""

    lines: list[Line]
    size: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A row group of a Parquet file, the number of its first row and of the row behind its last."""

    path: str
    group: int
    first: int
    last: int
    size: int


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that is an article."""

    source: Source
    size: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or the rest of one, that cannot be read, and why."""

    path: str
    reason: str
    size: int = 0


Piece = Lines | Rows | TextFile | Unreadable


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield files as they were given, and of folders those with a known suffix, sorted, at any depth.

    Raises OSError for a folder that cannot be read.
    """
    for path in paths:
        if not path.is_dir():
            yield Source(path, Path(path.name))
            continue
        for inner in list_folder(path):
            relative = inner.relative_to(path)
            # A text file is listed where one of NDJSON would be.
            name = str(relative.with_suffix(".ndjson") if is_text(inner) else relative)
            if is_listed(name) and inner.is_file():
                yield Source(inner, relative)


def measure(sources: Iterable[Source]) -> int | None:
    """Count the bytes of all files; None if some are compressed, as their size is unknown."""
    sizes = [None if is_packed(str(source.path)) else source.path.stat().st_size for source in sources]
    return None if None in sizes else sum(filter(None, sizes))


def is_text(path: Path) -> bool:
    return path.suffix.lower() == TEXT_SUFFIX


def cut_source(source: Source) -> Iterator[Piece]:
    """Cut a file into pieces, in order; if it cannot be read, the last piece says why."""
    path = str(source.path)
    try:
        size = source.path.stat().st_size
        if is_text(source.path):
            yield TextFile(source, size)
        elif is_parquet(path):
            yield from cut_rows(path, size)
        else:
            yield from cut_lines(path)
    except (OSError, UnreadableSource) as error:
        yield Unreadable(path, describe_unreadable(path, error))


def describe_unreadable(path: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error).removeprefix(f"{path}: ")
    return f"cannot be read: {reason.partition(chr(10))[0]}"


def cut_lines(path: str) -> Iterator[Lines]:
    with open_source(path) as stream:
        for lines in cut_portions(number_lines(stream, path), count_bytes, PIECE_BYTES, PIECE_LINES):
            yield Lines(lines, sum(map(count_bytes, lines)))


def count_bytes(line: Line) -> int:
    """Count the bytes of a line with its end."""
    return len(line.content) + 1


def cut_rows(path: str, size: int) -> Iterator[Rows]:
    with open_source(path) as stream:
        metadata = open_parquet(stream).metadata
        groups = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    total = max(sum(groups), 1)
    ends = list(accumulate(groups))
    for group, (rows, end) in enumerate(zip(groups, ends, strict=True)):
        yield Rows(path, group, end - rows, end, size * rows // total)


def read_piece(piece: Piece) -> Iterator[Entry[str]]:
    """Yield the articles of a piece; an unreadable piece gives a single refusal."""
    if isinstance(piece, Lines):
        return read_lines(piece)
    if isinstance(piece, Rows):
        return read_group(piece)
    if isinstance(piece, TextFile):
        return iter([read_text(piece)])
    return iter([refuse(piece.path, piece.reason, piece.size)])


def refuse(place: str, reason: str, size: int) -> Entry[str]:
    return Entry(place, Refusal([(None, reason)]), size)


def read_lines(piece: Lines) -> Iterator[Entry[str]]:
    each = piece.size // max(len(piece.lines), 1)
    for line in piece.lines:
        yield Entry(f"{line.place.source}:{line.place.number}", read_line(line.content, read_article), each)


def read_group(piece: Rows) -> Iterator[Entry[str]]:
    """Read extracted articles, or articles to extract, depending on the columns."""
    each = piece.size // max(piece.last - piece.first, 1)
    try:
        with open_source(piece.path) as stream:
            for number, given in read_given(open_parquet(stream), piece):
                yield Entry(f"{piece.path} row {number}", given, each)
    except (UnreadableSource, OverflowError) as error:
        yield refuse(piece.path, describe_unreadable(piece.path, error), 0)


def read_given(parquet: Any, piece: Rows) -> Iterator[tuple[int, Article | ReadArticle | Refusal]]:
    from service.files.extracted_columns import (
        is_extracted,  # with pyarrow, which is not installed everywhere
    )

    if is_extracted(parquet.schema_arrow):
        yield from enumerate(read_extracted(parquet, piece), piece.first)
    else:
        for line in read_rows(parquet, piece.first, piece.last, piece.path):
            yield line.place.number, read_line(line.content, read_article)


def read_extracted(parquet: Any, piece: Rows) -> Iterator[ReadArticle | Refusal]:
    from service.files.extracted_columns import SCHEMA
    from service.files.extracted_rows import BadRow, read_row

    with explain_errors(piece.path):
        batches = parquet.iter_batches(
            ROWS_AT_ONCE, row_groups=[piece.group], columns=SCHEMA.names, use_threads=False
        )
        for row in chain.from_iterable(map(list_rows, batches)):
            try:
                yield row if isinstance(row, Refusal) else read_row(row)
            except BadRow as bad:
                yield Refusal(bad.errors)


def list_rows(batch: Any) -> list[dict[str, Any] | Refusal]:
    """List the rows of a batch, one by one if a value does not fit into Python."""
    try:
        return list(batch.to_pylist())
    except (ValueError, OverflowError) as error:
        if batch.num_rows == 1:
            return [Refusal([(None, f"cannot be read: {error}")])]
        return [row for place in range(batch.num_rows) for row in list_rows(batch.slice(place, 1))]


def read_text(piece: TextFile) -> Entry[str]:
    """Make an article of a text file.

    Its id is its path inside the folder, without the suffix and with dots for slashes; its title is the first
    line if a blank one follows.
    """
    place = str(piece.source.path)
    try:
        content = piece.source.path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        return refuse(place, describe_unreadable(place, error), piece.size)
    except UnicodeDecodeError as error:
        return Entry(place, Refusal([("text", f"is not UTF-8 at byte {error.start}")]), piece.size)
    article_id = ".".join(piece.source.relative.with_suffix("").parts)
    first, _, rest = text.partition("\n")
    blank_follows = not rest.partition("\n")[0].strip()
    title = first.strip() if blank_follows and rest.strip() else None
    given = {"id": article_id, "title": title or None, "text": text}
    return Entry(place, read_fields(given, read_article), piece.size)
