"""`quotes extract`: NDJSON articles in, NDJSON quotes out, in order, in one process or several."""

import signal
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from service.cli.progress import Progress, stream_size
from service.extractor import QUOTED, Extraction, Lexicon, QuoteKind, explain, extract
from service.extractor.language import list_languages
from service.garbage import collect_less_often
from service.ndjson import BadLine, parse_article, read_lines
from service.time_limit import OutOfTime, time_limit

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH_BYTES = 256 * 1024
BATCHES_PER_WORKER = 3  # one in hand, and enough waiting that no worker idles while the oldest is written

LANGUAGES = list_languages()

NumberedLine = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Reading:
    """How articles are to be read."""

    explained: bool = False
    lexicon: Lexicon | None = None
    seconds: float = inf
    kinds: frozenset[QuoteKind] = QUOTED


def extract_stream(source: BinaryIO, target: BinaryIO, *, workers: int, reading: Reading) -> int:
    """Write a line to `target` for each article of `source`, and return how many of them were bad."""
    failures = 0
    # With the quotes on the same terminal a bar would only be in their way.
    with Progress(stream_size(source), wanted=not sys.stdout.isatty()) as progress:
        lines = read_lines(source)
        if progress.shown:
            lines = count_bytes(lines, progress)
        if workers == 1:
            collect_less_often()
            results: Iterator[tuple[bytes, int]] = (
                extract_line(number, line, reading) for number, line in lines
            )
        else:
            results = extract_in_processes(lines, workers, reading)
        for output, failed in results:
            target.write(output)
            failures += failed
    target.flush()
    return failures


def count_bytes(lines: Iterator[NumberedLine], progress: Progress) -> Iterator[NumberedLine]:
    for number, line in lines:
        yield number, line
        progress.advance(len(line) + 1)


def extract_in_processes(
    lines: Iterator[NumberedLine], workers: int, reading: Reading
) -> Iterator[tuple[bytes, int]]:
    """Extract in `workers` processes, reading a bounded number of batches ahead of the one written."""
    from concurrent.futures import ProcessPoolExecutor  # what one process does without, it need not wait for

    pending: deque[Future[tuple[bytes, int]]] = deque()
    with ProcessPoolExecutor(workers, initializer=prepare_worker) as pool:
        try:
            batches = batch_lines(lines)
            for batch in islice(batches, workers * BATCHES_PER_WORKER):
                pending.append(pool.submit(extract_batch, batch, reading))
            while pending:
                yield pending.popleft().result()
                for batch in islice(batches, 1):
                    pending.append(pool.submit(extract_batch, batch, reading))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def prepare_worker() -> None:
    collect_less_often()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C goes to all; the first process stops the others


def batch_lines(lines: Iterator[NumberedLine]) -> Iterator[list[NumberedLine]]:
    batch: list[NumberedLine] = []
    size = 0
    for number, line in lines:
        batch.append((number, line))
        size += len(line)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def extract_batch(batch: list[NumberedLine], reading: Reading) -> tuple[bytes, int]:
    results = [extract_line(number, line, reading) for number, line in batch]
    return b"".join(output for output, _ in results), sum(failed for _, failed in results)


def extract_line(number: int, line: bytes, reading: Reading) -> tuple[bytes, int]:
    """Return the line of output for one line of input, and 1 if it was bad."""
    try:
        article = parse_article(line)
        extraction = extract_article(article, reading)
    except BadLine as bad:
        return dump_line({"id": bad.article_id, "error": describe(bad, number)}), 1
    answer = {"id": article.get("id"), "quotes": extraction.quotes}
    if reading.explained:
        answer["passages"] = extraction.passages
    return dump_line(answer), 0


def extract_article(article: dict[str, Any], reading: Reading) -> Extraction:
    """Raise BadLine for an article that the extractor cannot read."""
    language = article.get("language", "en")
    if language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        raise BadLine(f"must be one of: {allowed}", field="language", article_id=article.get("id"))
    read = explain if reading.explained else extract
    try:
        with time_limit(reading.seconds):
            return read(article["text"], language=language, lexicon=reading.lexicon, kinds=reading.kinds)
    except OutOfTime as error:
        raise BadLine(str(error), field="text", article_id=article.get("id")) from None
    except Exception as error:  # a fault with one article is reported, and does not cost the others
        message = f"the extractor failed: {error!r}"
        raise BadLine(message, field="text", article_id=article.get("id")) from error


def describe(bad: BadLine, number: int) -> dict[str, Any]:
    return {"line": number, "field": bad.field, "message": bad.message}


def dump_line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
