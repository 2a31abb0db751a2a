"""`quotes load`: articles from NDJSON and text files into the store, in batches; what is there is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.api.articles import read_article
from service.api.problems import Problem
from service.ndjson import BadLine, parse_object, read_lines
from service.cli.progress import ByteProgress
from service.ingest import ingest_all
from service.store import Article, InvalidArticle, Store

BATCH_ARTICLES = 100
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


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that is to be an object of JSON, where it stands, and how many bytes it took."""

    place: str
    given: dict[str, Any] | BadLine
    size: int


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


def load(store: Store, paths: Iterable[Path]) -> Summary:
    """Save the articles of files and folders, and report on standard error each one that cannot be."""
    sources = list(find_sources(paths))
    summary = Summary()
    with ByteProgress(sum(source.path.stat().st_size for source in sources)) as progress:
        batch: list[tuple[str, Article]] = []
        for entry in (entry for source in sources for entry in read_source(source)):
            try:
                batch.append((entry.place, build_article(entry)))
            except BadLine as bad:
                fail(summary, progress, entry.place, bad)
            if len(batch) == BATCH_ARTICLES:
                save(store, batch, summary, progress)
                batch = []
            progress.advance(entry.size)
        save(store, batch, summary, progress)
    return summary


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """Yield files as they were given, and of folders those with a known suffix, sorted, at any depth."""
    for path in paths:
        if not path.is_dir():
            yield Source(path, Path(path.name))
            continue
        for inner in sorted(path.rglob("*")):
            if inner.suffix.lower() in (*NDJSON_SUFFIXES, TEXT_SUFFIX) and inner.is_file():
                yield Source(inner, inner.relative_to(path))


def read_source(source: Source) -> Iterator[Entry]:
    """Yield a file's articles; one that cannot be read gives a single bad entry."""
    try:
        if source.is_text:
            yield read_text(source)
        else:
            yield from read_ndjson(source)
    except OSError as error:
        yield Entry(str(source.path), BadLine(f"cannot be read: {error.strerror}"), 0)


def read_ndjson(source: Source) -> Iterator[Entry]:
    with source.path.open("rb") as stream:
        for number, line in read_lines(stream):
            given: dict[str, Any] | BadLine
            try:
                given = parse_object(line)
            except BadLine as bad:
                given = bad
            yield Entry(f"{source.path}:{number}", given, len(line) + 1)


def read_text(source: Source) -> Entry:
    """Make an article of a text file.

    Its id is its path inside the folder, without the suffix and with dots for slashes; its title is the first
    line, where a blank one follows.
    """
    content = source.path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Entry(
            str(source.path), BadLine(f"is not UTF-8 at byte {error.start}", field="text"), len(content)
        )
    article_id = ".".join(source.relative.with_suffix("").parts)
    first, _, rest = text.partition("\n")
    blank_follows = not rest.partition("\n")[0].strip()
    title = first.strip() if blank_follows and rest.strip() else None
    return Entry(str(source.path), {"id": article_id, "title": title or None, "text": text}, len(content))


def build_article(entry: Entry) -> Article:
    """Raise BadLine for an entry that is no article."""
    if isinstance(entry.given, BadLine):
        raise entry.given
    try:
        return read_article(entry.given)
    except Problem as problem:
        raise BadLine(problem.description or "is no article") from None


def save(store: Store, batch: list[tuple[str, Article]], summary: Summary, progress: ByteProgress) -> None:
    """Save a batch in one transaction; one article that cannot be kept does not keep out the others."""
    try:
        saved = ingest_all(store, [article for _, article in batch])
    except InvalidArticle as error:
        if len(batch) == 1:
            fail(summary, progress, batch[0][0], BadLine(error.message, field=error.field))
        else:
            for single in batch:
                save(store, [single], summary, progress)
        return
    summary.statuses.update(article.status for article in saved)
    summary.quotes += sum(article.quotes for article in saved)


def fail(summary: Summary, progress: ByteProgress, place: str, bad: BadLine) -> None:
    summary.failed += 1
    field_name = f"{bad.field}: " if bad.field else ""
    progress.report(f"{place}: {field_name}{bad.message}")
