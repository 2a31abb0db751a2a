"""`quotes load`: articles from NDJSON and text files into the store, as HTTP takes them in bulk."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from service.api.articles import read_article
from service.api.problems import Problem
from service.bulk import Entry, Refusal, save_all
from service.cli.progress import Progress
from service.config import Config
from service.garbage import collect_less_often
from service.ndjson import BadLine, parse_object, read_lines
from service.store import Article, Store

NDJSON_SUFFIXES = (".ndjson", ".jsonl")
TEXT_SUFFIX = ".txt"


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and its path inside the folder that was given."""

    path: Path
    relative: Path

    @property
    def is_text(self) -> bool:
        return self.path.suffix.lower() == TEXT_SUFFIX


@dataclass(slots=True)
class Summary:
    """What a load did."""

    statuses: Counter[str] = field(default_factory=Counter)
    quotes: int = 0
    failed: int = 0

    def __str__(self) -> str:
        counts = ", ".join(
            f"{self.statuses[status]} {status}" for status in ("created", "replaced", "unchanged")
        )
        articles = self.statuses.total()
        return f"{articles} articles with {self.quotes} quotes: {counts}; {self.failed} failed"


def load(store: Store, paths: Iterable[Path], config: Config) -> Summary:
    """Save the articles of files and folders, and report on standard error each one that cannot be."""
    sources = list(find_sources(paths))
    summary = Summary()
    collect_less_often()
    with Progress(sum(source.path.stat().st_size for source in sources)) as progress:
        entries = (entry for source in sources for entry in read_source(source))
        for entry, outcome in save_all(store, entries, config):
            if isinstance(outcome, Refusal):
                summary.failed += 1
                progress.report(f"{entry.place}: {describe_refusal(outcome)}")
            else:
                summary.statuses[outcome.status] += 1
                summary.quotes += outcome.quotes
            progress.advance(entry.size)
    return summary


def describe_refusal(refusal: Refusal) -> str:
    return "; ".join(f"{field}: {message}" if field else message for field, message in refusal.errors)


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield files as they were given, and of folders those with a known suffix, sorted, at any depth."""
    for path in paths:
        if not path.is_dir():
            yield Source(path, Path(path.name))
            continue
        for inner in sorted(path.rglob("*")):
            if inner.suffix.lower() in (*NDJSON_SUFFIXES, TEXT_SUFFIX) and inner.is_file():
                yield Source(inner, inner.relative_to(path))


def read_source(source: Source) -> Iterator[Entry[str]]:
    """Yield a file's articles; one that cannot be read gives a single refusal."""
    place = str(source.path)
    try:
        with source.path.open("rb") as stream:
            if source.is_text:
                yield read_text(source, stream)
            else:
                yield from read_ndjson(place, stream)
    except OSError as error:
        yield Entry(place, Refusal([(None, f"cannot be read: {error.strerror}")]), 0)


def read_ndjson(place: str, stream: BinaryIO) -> Iterator[Entry[str]]:
    for number, line in read_lines(stream):
        try:
            given = build_article(parse_object(line))
        except BadLine as bad:
            given = Refusal([(bad.field, bad.message)])
        yield Entry(f"{place}:{number}", given, len(line) + 1)


def read_text(source: Source, stream: BinaryIO) -> Entry[str]:
    """Make an article of a text file.

    Its id is its path inside the folder, without the suffix and with dots for slashes; its title is the first
    line, where a blank one follows.
    """
    place, content = str(source.path), stream.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Entry(place, Refusal([("text", f"is not UTF-8 at byte {error.start}")]), len(content))
    article_id = ".".join(source.relative.with_suffix("").parts)
    first, _, rest = text.partition("\n")
    blank_follows = not rest.partition("\n")[0].strip()
    title = first.strip() if blank_follows and rest.strip() else None
    return Entry(place, build_article({"id": article_id, "title": title or None, "text": text}), len(content))


def build_article(given: dict[str, Any]) -> Article | Refusal:
    try:
        return read_article(given)
    except Problem as problem:
        return Refusal(problem.errors)
