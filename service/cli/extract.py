"""`quotes extract`: articles in, quotes out, in order, as NDJSON on standard output."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import BinaryIO, Literal

import click

from service.archive.lines import ExtractionOptions, answer_line
from service.cli.progress import Progress, stream_size
from service.cli.settings import read_config
from service.extras import ExtraMissing
from service.files.paths import File, reach
from service.files.portions import cut_portions
from service.files.sources import (
    Line,
    UnreadableSource,
    find_sources,
    is_packed,
    is_parquet,
    number_lines,
    read_source,
)
from service.processes import collect_less_often, map_in_processes
from service.schemas.kinds import parse_kinds

BATCH_BYTES = 256 * 1024
STANDARD_INPUT = "-"


def run_extract(
    paths: Sequence[str],
    output: str | None,
    *,
    workers: int,
    form: Literal["ndjson", "parquet"],
    shard_bytes: int | None,
    scheduler: str | None,
    explained: bool,
    lexicon: BinaryIO | None,
    kinds: str,
) -> int:
    """Run the command, and return the number of bad articles."""
    options = build_options(explained, lexicon, kinds)
    if output is None:
        if form == "parquet" or shard_bytes or scheduler:
            raise click.UsageError("--format parquet, --shard-bytes and --dask need --output DIR")
        if list(paths) in ([], [STANDARD_INPUT]):
            return extract_stream(sys.stdin.buffer, sys.stdout.buffer, workers=workers, options=options)
        try:
            return extract_files(list_sources(paths), sys.stdout.buffer, workers=workers, options=options)
        except UnreadableSource as error:
            raise click.ClickException(str(error)) from None
    if form == "parquet" and explained:
        raise click.UsageError("--explain is for NDJSON, Parquet has no columns for it")
    # For which standard output need not wait.
    from service.archive.plan import Wish
    from service.cli.shards import choose_runner, extract_archive

    try:
        wish = Wish(reach(output).complete(output), form, shard_bytes, options)
    except ExtraMissing as error:
        raise click.BadParameter(str(error), param_hint="--output") from None
    return extract_archive(list_sources(paths, output), wish, choose_runner(workers, scheduler))


def build_options(explained: bool, lexicon: BinaryIO | None, kinds: str) -> ExtractionOptions:
    words = None
    if lexicon is not None:
        from service.cli.lexicon import read_lexicon

        words = read_lexicon(lexicon)
    try:
        wanted = parse_kinds(kinds)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--kinds") from error
    config = read_config()
    return ExtractionOptions(explained, words, config.extract_seconds, wanted, config.speaker_gender == "on")


def list_sources(paths: Sequence[str], output: str | None = None) -> list[File]:
    """The files of these paths that are not in the folder that is written to."""
    if output is None and STANDARD_INPUT in paths:
        raise click.UsageError("standard input (-) is read by itself, without other PATHS")
    if not paths or STANDARD_INPUT in paths:
        raise click.UsageError("shards are written of files, as standard input cannot be read again")
    try:
        sources = find_sources(paths, leave_out=output)
    except (OSError, ExtraMissing) as error:
        raise click.BadParameter(describe_missing(error), param_hint="PATHS") from None
    if not sources:
        raise click.BadParameter(f"no file of articles in {', '.join(paths)}", param_hint="PATHS")
    return sources


def describe_missing(error: Exception) -> str:
    name, reason = getattr(error, "filename", None), getattr(error, "strerror", None)
    return f"{name}: {reason}" if name and reason else str(error)


def extract_files(
    sources: Sequence[File], target: BinaryIO, *, workers: int, options: ExtractionOptions
) -> int:
    """Write a line to `target` for each article of the sources, and return how many of them were bad.

    Raises UnreadableSource once what was read before is written.
    """
    broken: list[UnreadableSource] = []
    lines = read_until_broken(sources, broken)
    sizes = [file.size for file in sources if not is_packed(file.path) and not is_parquet(file.path)]
    # What is packed has more lines than its bytes tell.
    total = sum(sizes) if len(sizes) == len(sources) else None
    failures = extract_lines(lines, total, target, workers=workers, options=options)
    if broken:
        raise broken[0]
    return failures


def read_until_broken(sources: Sequence[File], broken: list[UnreadableSource]) -> Iterator[Line]:
    """All lines before the first that cannot be read, the reason for which is put into `broken`."""
    try:
        for file in sources:
            yield from read_source(file.path)
    except UnreadableSource as error:  # raised here it would cost what workers have in hand
        broken.append(error)


def extract_stream(source: BinaryIO, target: BinaryIO, *, workers: int, options: ExtractionOptions) -> int:
    """The same for a pipe."""
    lines = number_lines(source, None)
    return extract_lines(lines, stream_size(source), target, workers=workers, options=options)


def extract_lines(
    lines: Iterator[Line], total: int | None, target: BinaryIO, *, workers: int, options: ExtractionOptions
) -> int:
    failures = 0
    # With the quotes on the same terminal a bar would only be in their way.
    with Progress(total, wanted=not sys.stdout.isatty()) as progress:
        if progress.shown:
            lines = count_bytes(lines, progress)
        extract = partial(extract_batch, options=options)
        if workers == 1:
            collect_less_often()
            results: Iterator[tuple[bytes, int]] = (extract([line]) for line in lines)
        else:
            batches = cut_portions(lines, lambda line: len(line.content), BATCH_BYTES)
            results = map_in_processes(extract, batches, workers, in_order=True)
        try:
            for output, failed in results:
                target.write(output)
                failures += failed
        finally:
            target.flush()
    return failures


def count_bytes(lines: Iterator[Line], progress: Progress) -> Iterator[Line]:
    for line in lines:
        yield line
        progress.advance(len(line.content) + 1)


def extract_batch(batch: list[Line], options: ExtractionOptions) -> tuple[bytes, int]:
    answers = [answer_line(line, options) for line in batch]
    return b"".join(answer.content for answer in answers), sum(answer.is_bad for answer in answers)
