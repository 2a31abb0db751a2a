"""What is extracted goes into Parquet and comes back as it was."""

import io
from datetime import UTC, datetime

import pyarrow
import pyarrow.parquet

from service.extractor import EVERY_KIND, EXTRACTOR_VERSION, QUOTED, extract
from service.files.extracted_columns import (
    SCHEMA,
    describe_extracted,
    describe_failed,
    name_reading,
    read_extracted,
)
from service.store import Article

TEXT = (
    "“It was long,” Ana Ruiz said. “But it was good.”\n\nShe denied that it was “a ruin” in winter.\n\n"
    "The bridge, a spokesman said, would reopen in May. “Who knows?”"
)


def test_an_article_comes_back_as_it_was() -> None:
    article = Article(
        text=TEXT,
        title="The bridge",
        url="https://news.example/1",
        source="Wire",
        author="A. Writer",
        published_at=datetime(2025, 3, 11, 14, 20, 0, 123456, UTC),
    )
    extraction = extract(TEXT, kinds=EVERY_KIND)
    row = describe_extracted(article, extraction, name_reading(EVERY_KIND))
    [back] = write_and_read([row])
    assert back == row
    assert {quote.kind for quote in extraction.quotes} == EVERY_KIND
    again, quotes = read_extracted(back)
    assert again == article
    assert quotes.quotes == extraction.quotes


def test_an_error_leaves_all_else_empty() -> None:
    row = describe_failed("a1", "2019.ndjson", "byte 120", "text", "is missing")
    assert write_and_read([row]) == [row]
    assert [name for name, value in row.items() if value is not None] == ["id", "error"]


def test_a_reading_of_some_kinds_alone_is_named_after_them() -> None:
    assert name_reading(EVERY_KIND) == EXTRACTOR_VERSION
    assert name_reading(QUOTED) == f"{EXTRACTOR_VERSION}:direct,mixed"


def write_and_read(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, SCHEMA), target)
    found: list[dict[str, object]] = pyarrow.parquet.read_table(target).to_pylist()
    return found
