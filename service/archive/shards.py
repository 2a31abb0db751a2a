"""Shards: the output for parts of a source, each a file that is complete or not there."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from itertools import chain
from typing import BinaryIO, Literal

from service.archive.lines import ExtractionOptions, answer_line
from service.extractor.version import extractor_version
from service.extras import load_pyarrow
from service.files.paths import join_path, reach, write_aside
from service.files.portions import cut_portions
from service.files.sources import Cut, Line, UnreadableSource, read_shards

Form = Literal["ndjson", "parquet"]
# The rows that are held at once, and make a row group: so many, or of so many bytes.
GROUP_ROWS = 2_000
GROUP_BYTES = 8_000_000


class OtherVersion(RuntimeError):
    """A worker has other rules than the process that sent the task."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: how every source is cut and read, and the place and format of its shards."""

    output: str
    form: Form
    shard_bytes: int
    options: ExtractionOptions
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Task:
    """The shards of a source that are done one after the other: each `parts`-th, from `part` on.

    `name` is what its shards are named after, `size` the share of the source's bytes.
    """

    path: str
    name: str
    size: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of tasks; `kept` counts shards that existed already, `unreadable` names truncated files."""

    articles: int = 0
    quotes: int = 0
    failed: int = 0
    size: int = 0
    written: int = 0
    kept: int = 0
    unreadable: tuple[str, ...] = ()

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def run_task(job: Job, task: Task) -> Outcome:
    """Write the shards that are not there yet.  Raises OSError if they cannot be written, OtherVersion."""
    if extractor_version() != job.extractor_version:
        raise OtherVersion(f"this worker has rules {extractor_version()}, not {job.extractor_version}")
    files = reach(job.output)
    kept: list[int] = []

    def name_shard(number: int) -> str:
        return join_path(job.output, f"{task.name}-{number:05}.{job.form}")

    def is_done(number: int) -> bool:
        found = files.exists(name_shard(number))
        kept.extend([number] * found)
        return found

    outcome = Outcome()
    try:
        for number, lines in read_shards(task.path, Cut(job.shard_bytes, task.part, task.parts, is_done)):
            outcome += write_shard(job, name_shard(number), lines)
    except UnreadableSource as error:
        outcome += Outcome(unreadable=(str(error),))
    return outcome + Outcome(kept=len(kept))


def write_shard(job: Job, path: str, lines: Iterator[Line]) -> Outcome:
    """Write a shard, if any line begins in it."""
    first = next(lines, None)
    if first is None:
        return Outcome()
    write = write_rows if job.form == "parquet" else write_lines
    files, outcome = reach(path), Outcome()
    try:
        with write_aside(files, path) as target:
            outcome = write(chain([first], lines), target, job.options)
    except FileNotFoundError:  # another run was sooner, and has tidied up
        if not files.exists(path):
            raise
        return outcome + Outcome(kept=1)
    return outcome + Outcome(written=1)


def write_lines(lines: Iterator[Line], target: BinaryIO, options: ExtractionOptions) -> Outcome:
    articles = quotes = failed = size = 0
    for line in lines:
        answer = answer_line(line, options)
        target.write(answer.content)
        articles += 1
        quotes += answer.quotes
        failed += answer.is_bad
        size += len(line.content)
    return Outcome(articles, quotes, failed, size)


def write_rows(lines: Iterator[Line], target: BinaryIO, options: ExtractionOptions) -> Outcome:
    from service.archive.rows import Row, answer_row
    from service.files.extracted_columns import SCHEMA  # with pyarrow, which is not installed everywhere

    pyarrow = load_pyarrow()
    outcome = Outcome()
    with pyarrow.parquet.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
        for group in cut_portions(lines, lambda line: len(line.content), GROUP_BYTES, GROUP_ROWS):
            answers = [answer_row(line, options) for line in group]
            rows: list[Row] = [answer.content for answer in answers]
            writer.write_table(pyarrow.Table.from_pylist(rows, SCHEMA))
            outcome += Outcome(
                articles=len(group),
                quotes=sum(answer.quotes for answer in answers),
                failed=sum(answer.is_bad for answer in answers),
                size=sum(len(line.content) for line in group),
            )
    return outcome
