"""Whatever a row of extracted articles holds, it is stored as it is, or refused as a whole."""

import copy
from contextlib import suppress
from datetime import UTC, datetime
from math import inf, nan
from typing import Any

import pyarrow
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.files.extracted_columns import SCHEMA
from service.files.extracted_rows import BadRow, read_row
from service.ingest.entries import ReadArticle
from service.store import InvalidArticle, PageRequest, QuoteFilter, Store
from tests.archive.extracted import Row, extract_rows, make_article
from tests.extractor.invariants import list_spans

[WHOLE] = extract_rows([{**make_article(0), "title": "T", "url": "https://news.example/1", "author": "A"}])
EXAMPLES = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = (
    st.none()
    | st.text(max_size=20)
    | st.sampled_from(["", " ", "\0", "a\0b", "indirect", "person", "unnamed", "x" * 300, "w\u0301" * 99])
    | st.integers(-(2**31), 2**31 - 1)
    | st.sampled_from([0, 1, -1, nan, inf, 1.5])
    | st.datetimes()
    | st.just(datetime(1, 1, 1, tzinfo=UTC))
)
Path = tuple[str | int, ...]


def list_paths(value: Any, path: Path = ()) -> list[Path]:
    """Where anything stands in a row."""
    if isinstance(value, dict):
        inner: Any = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        return [path]
    return [path, *(found for name, one in inner for found in list_paths(one, (*path, name)))][not path :]


def look_up(row: Any, path: Path) -> Any:
    for step in path:
        row = row[step]
    return row


def spoil(path: Path, value: Any) -> Row:
    """The row with this value there, or with none if the column cannot have it."""
    for one in (value, None):
        row = copy.deepcopy(WHOLE)
        look_up(row, path[:-1])[path[-1]] = one
        with suppress(pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            [back] = pyarrow.Table.from_pylist([row], SCHEMA).to_pylist()
            return dict(back)
    raise AssertionError("every column can be empty")


@EXAMPLES
@given(st.sampled_from(list_paths(WHOLE)), VALUES)
@example(("quotes", 0, "confidence"), nan)
@example(("quotes", 0, "speaker", "name"), "a\0b")
@example(("quotes", 1, "segments", 0, "start"), -5)
@example(("published_at",), datetime(2020, 1, 1))
def test_a_spoilt_row_is_refused_or_stored_as_it_is(store: Store, path: Path, value: Any) -> None:
    row = spoil(path, value)
    read = None
    with suppress(BadRow):
        read = read_row(row)
    if read is None:
        return
    save(store, read)
    found = list(store.stream_quotes(QuoteFilter(article=read.article.id, kind="any")))
    assert [one.text for one in found] == [one.text for one in read.extraction.quotes]
    for one in read.extraction.quotes:
        for span in list_spans(one):
            assert read.article.text[span.start : span.end] == span.text
    store.delete_article(read.article.id)
    assert store.list_speakers(None, PageRequest(10)).items == ()


def save(store: Store, read: ReadArticle) -> None:
    store.save_articles([(read.article, read.extraction)], extractor_version=read.extractor_version)


def test_a_whole_row_is_read() -> None:
    read = read_row(WHOLE)
    assert (read.article.id, len(read.extraction.quotes)) == ("a0", 3)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("quotes",), None, "quotes"),
        (("quotes", 1), None, "quotes[1]"),
        (("quotes", 1, "kind"), "told", "quotes[1].kind"),
        (("quotes", 1, "text"), "Nobody!", "quotes[1].text"),
        (("quotes", 1, "segments"), [], "quotes[1].segments"),
        (("quotes", 1, "segments", 0, "start"), 0, "quotes[1].segments[0]"),
        (("quotes", 1, "segments", 0, "end"), 10_000, "quotes[1].segments[0]"),
        (("quotes", 1, "segments", 0, "end"), None, "quotes[1].segments[0]"),
        (("quotes", 1, "mention", "text"), "Bea", "quotes[1].mention"),
        (("quotes", 1, "speaker", "kind"), "crowd", "quotes[1].speaker.kind"),
        (("quotes", 1, "speaker", "name"), " ", "quotes[1].speaker.name"),
        (("quotes", 1, "speaker", "name"), "a\0", "quotes[1].speaker.name"),
        (("quotes", 1, "rule"), "Rule\n", "quotes[1].rule"),
        (("quotes", 1, "confidence"), 1.01, "quotes[1].confidence"),
        (("quotes", 1, "confidence"), nan, "quotes[1].confidence"),
        (("quotes", 1), WHOLE["quotes"][0], "quotes[1].segments[0]"),
        (("quotes", 0), WHOLE["quotes"][2], "quotes[1]"),
        (("extractor_version",), "1 2", "extractor_version"),
        (("text",), "a\0b", "text"),
        (("id",), "a/b", "id"),
        (("language",), "xx", "language"),
        (("error",), {"source": None, "place": None, "field": "text", "message": "bad"}, "text"),
    ],
)
def test_what_is_wrong_is_named(path: Path, value: Any, field: str) -> None:
    row = copy.deepcopy(WHOLE)
    look_up(row, path[:-1])[path[-1]] = value
    with pytest.raises(BadRow) as refused:
        read_row(row)
    assert [name for name, _ in refused.value.errors] == [field]


def test_half_a_surrogate_pair_is_refused(store: Store) -> None:
    row = copy.deepcopy(WHOLE)
    row["quotes"][0]["speaker"]["name"] = "Ann \ud800"
    with pytest.raises(BadRow):
        read_row(row)
    row = copy.deepcopy(WHOLE)
    row["title"] = "\udc00"
    with pytest.raises(InvalidArticle):
        save(store, read_row(row))
