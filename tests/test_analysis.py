"""The queries of docs/analysis.md, run by DuckDB on an export of the seeds, say what the store says."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.dataset
import pytest

from service.formats.parquet_by_month import find_month
from service.store import QuoteFilter, QuoteRecord, SourceGroup, SourceSpan, Store
from tests.cli.test_store import command_on
from tests.documents import ROOT
from tests.duckdb_rows import ask_duckdb
from tests.store.build import quote, save

DOCUMENT = (ROOT / "docs" / "analysis.md").read_text("utf8")
VIEW, TOP, BY_SOURCE, FIRST_AND_LAST, BY_GENDER = re.findall(
    r"(?<=^```sql\n).*?(?=^```$)", DOCUMENT, re.MULTILINE | re.DOTALL
)
[EXPORT] = re.findall(r"^\$ quotes (.*)$", DOCUMENT, re.MULTILINE)
TOPIC, SPEAKER = "bridge", "Dolores Prentiss"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of the seeds and of a quote without a date, and with its export."""
    folder = tmp_path_factory.mktemp("analysis")
    run = command_on(f"sqlite:///{folder}/quotes.db")
    assert run("db", "upgrade").returncode == 0
    assert run("load", ROOT / "seeds").returncode == 0
    store = Store(f"sqlite:///{folder}/quotes.db")
    save(store, "undated", quote("The bridge is the one that we have."))
    store.close()
    before = Path.cwd()
    os.chdir(folder)
    done = run(*EXPORT.split())
    os.chdir(before)
    assert done.returncode == 0
    return folder


@pytest.fixture(scope="module")
def store(place: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{place}/quotes.db")
    yield opened
    opened.close()


def month_of(each: QuoteRecord) -> tuple[Any, ...]:
    return find_month(each.article.published_at) or (None, None)


@pytest.mark.parametrize("topic", [TOPIC, "the", "she", "have"])
def test_top_speakers_on_a_topic_by_month(store: Store, place: Path, topic: str) -> None:
    assert rf"\b{TOPIC}\b" in TOP
    rows = ask_duckdb(place, VIEW, TOP.replace(rf"\b{TOPIC}\b", rf"\b{topic}\b"))
    counts: dict[tuple[Any, ...], Counter[tuple[str, str]]] = {}
    for each in store.stream_quotes(QuoteFilter(q=topic)):
        if each.speaker and each.speaker.kind != "unnamed":
            counts.setdefault(month_of(each), Counter())[each.speaker.id, each.speaker.name] += 1
    expected = [
        (*month, name, number)
        for month in sorted(counts, key=lambda month: (month[0] is None, month))
        for (_, name), number in sorted(counts[month].items(), key=lambda item: (-item[1], item[0]))[:3]
    ]
    assert rows == expected
    assert len(rows) >= 2


def test_quotes_of_each_source_by_month(store: Store, place: Path) -> None:
    quotes = list(store.stream_quotes(QuoteFilter()))
    counts = Counter((each.article.source, *month_of(each)) for each in quotes)
    attributed = Counter((each.article.source, *month_of(each)) for each in quotes if each.speaker)
    rows = ask_duckdb(place, VIEW, BY_SOURCE)
    assert {row[:3]: row[3:] for row in rows} == {
        group: (number, attributed[group]) for group, number in counts.items()
    }
    assert sum(row[3] for row in rows) == store.stats().quotes


def test_first_and_last_quote_of_a_speaker(store: Store, place: Path) -> None:
    assert SPEAKER in FIRST_AND_LAST
    for name in (SPEAKER, "Lucan Osei"):
        [row] = ask_duckdb(place, VIEW, FIRST_AND_LAST.replace(SPEAKER, name))
        theirs = list(store.stream_quotes(QuoteFilter(speaker=name)))
        dates = [each.article.published_at for each in theirs if each.article.published_at]
        speaker, first_at, first_quote, last_at, last_quote, number = row
        assert (speaker, first_at, last_at, number) == (name, min(dates), max(dates), len(theirs))
        texts = {(each.article.published_at, each.text) for each in theirs}
        assert {(first_at, first_quote), (last_at, last_quote)} <= texts


COLUMNS_OF_GROUPS = {"gender": "gender", "kind": "speaker_kind"}


@pytest.mark.parametrize("per", [None, "source", "month"])
@pytest.mark.parametrize("by", ["gender", "kind"])
def test_sources_are_counted_as_duckdb_counts_the_export(
    store: Store, place: Path, by: SourceGroup, per: SourceSpan | None
) -> None:
    own = "CASE WHEN year IS NOT NULL THEN printf('%d-%02d', year, month) END" if per == "month" else per
    query = (
        BY_GENDER.replace("AND speaker_kind IN ('person', 'unnamed')", "")
        .replace("source, year, month, gender,", f"{own or 'NULL'} AS per, {COLUMNS_OF_GROUPS[by]} AS value,")
        .replace("AS by_given_name", "AS given_name, count(gender) AS known")
    )
    # The month of a quote without a date is that of today, which the export does not know.
    wanted = "source IS NOT NULL" if per == "month" else "true"
    rows = ask_duckdb(place, VIEW, query.replace("speaker IS NOT NULL", f"speaker IS NOT NULL AND {wanted}"))
    dated = QuoteFilter(to=datetime(2026, 1, 1, tzinfo=UTC)) if per == "month" else QuoteFilter()
    counts = store.count_sources(dated, by, per)
    assert {row[:2]: row[2:] for row in rows} == {
        (one.per, one.value): (
            one.quotes,
            one.words,
            one.speakers,
            one.evidence["given_name"],
            one.gender_known,
        )
        for one in counts.groups
    }
    assert sum(row[2] for row in rows) == counts.total.quotes > 80


def test_pyarrow_reads_it_as_documented(place: Path, store: Store) -> None:
    columns = ["speaker", "text", "year", "month"]
    assert 'pyarrow.dataset.dataset("quotes", partitioning="hive")' in DOCUMENT
    table = pyarrow.dataset.dataset(place / "quotes", partitioning="hive").to_table(columns=columns)
    expected = [
        (each.speaker and each.speaker.name, each.text, *month_of(each))
        for each in store.stream_quotes(QuoteFilter())
    ]
    assert sorted(map(str, (tuple(row.values()) for row in table.to_pylist()))) == sorted(map(str, expected))
