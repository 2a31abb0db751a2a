"""What is read by several statements is the store as it was at one moment, whatever is written meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from service.store import PageRequest, QuoteFilter, Store
from service.store.speakers.write import derive_speaker_id
from tests.store.build import JANE, day, quote, recorded, save

ALL = PageRequest(100)
LONG = "This is a disgrace and we will appeal against it tomorrow"
JANES = derive_speaker_id(JANE, "")
READS: dict[str, Callable[[Store, str], Any]] = {
    "quotation": lambda store, quotation: store.read_quotation(quotation, ALL),
    "quotes by name": lambda store, _: store.list_quotes(QuoteFilter(speaker="jane d", kind="any"), ALL),
    "quotes by id": lambda store, _: store.list_quotes(QuoteFilter(speaker_id=JANES, q="we"), ALL),
    "speaker": lambda store, _: store.get_speaker(JANES),
    "speakers": lambda store, _: store.list_speakers("doe", ALL),
    "facets": lambda store, _: store.count_facets(QuoteFilter(), ("speaker", "source")),
    "timeline": lambda store, _: store.read_timeline(JANES),
    "statistics": lambda store, _: store.stats(),
}


def fill(store: Store) -> str:
    """Store an article that is to go; the id of its quotation."""
    indirect = quote("they will stay", 80, kind="indirect", rule="name_said_clause")
    save(store, "a", quote(LONG), indirect, source="The Example", published_at=day("2020-01-01"))
    [direct] = store.list_quotes(QuoteFilter(), ALL).items
    return str(direct.quotation)


@pytest.mark.parametrize("name", READS)
def test_what_is_written_between_two_statements_is_seen_whole_or_not_at_all(store: Store, name: str) -> None:
    def read() -> Any:
        return READS[name](store, quotation)

    quotation = fill(store)
    with recorded(store) as statements:
        before = read()
    store.delete_article("a")
    after = read()
    assert before != after
    other = Store(store._engine.url.render_as_string(hide_password=False))
    for place in range(len(statements)):
        fill(store)
        with acting_before(store, place, lambda: other.delete_article("a")):
            found = read()
        assert found in (before, after), statements[place].text
        assert other.get_article("a") is None
    other.close()


@contextmanager
def acting_before(store: Store, place: int, act: Callable[[], Any]) -> Iterator[None]:
    """Do something else once, before the store sends a statement, the first being 0."""
    left = count(-place)

    def look(*_statement: object) -> None:
        if next(left) == 0:
            act()

    event.listen(store._engine, "before_cursor_execute", look)
    yield
    event.remove(store._engine, "before_cursor_execute", look)
