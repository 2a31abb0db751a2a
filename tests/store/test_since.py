"""What was stored since a moment, in the order of storing; and what has no date, which is not today's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from service.extractor import Span, Speaker
from service.store import ArticleFilter, PageRequest, QuoteChange, QuoteFilter, Store
from service.store.database.keys import first_key_at
from service.store.database.tables import articles, quotes
from tests.store.build import JANE, day, person, quote, save
from tests.store.following import EVERYTHING

MAYOR = Speaker(
    "Jane Doe", "person", role=Span(0, 5, "mayor"), roles=(Span(0, 5, "mayor"),), gender="f",
    gender_evidence="pronoun",
)  # fmt: skip


def set_back(store: Store, article_id: str, moment: datetime) -> None:
    """Have an article and its quotes as if they had been stored at another moment."""
    number = first_key_at(moment)
    with store._writing() as connection:
        connection.execute(
            update(articles).where(articles.c.id == article_id).values(added=number, changed=number)
        )
        for place, key in enumerate(reversed(list_keys(store, article_id))):
            theirs = update(quotes).where(quotes.c.id == key)
            connection.execute(theirs.values(added=number + place, changed=number + place))


def list_keys(store: Store, article_id: str) -> list[str]:
    return [
        one.id for one in store.list_quotes(QuoteFilter(article=article_id, kind="any"), EVERYTHING).items
    ]


def list_texts(store: Store, limit: int = 1_000, **conditions: Any) -> list[str]:
    """The texts of a list, page by page."""
    wanted, texts, cursor = QuoteFilter(**conditions), [], None
    while True:
        page = store.list_quotes(wanted, PageRequest(limit, cursor))
        texts += [one.text for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return texts


def list_ids(store: Store, limit: int = 1_000, **conditions: Any) -> list[str]:
    wanted, ids, cursor = ArticleFilter(**conditions), [], None
    while True:
        page = store.list_articles(wanted, PageRequest(limit, cursor))
        ids += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids


@pytest.fixture
def filled(store: Store) -> Store:
    """Articles stored a day after the other, of which the first has the last date."""
    save(store, "a", quote("One"), quote("Two", 5), published_at=day("2026-03-03"), source="X")
    save(store, "b", quote("Three", speaker=MAYOR), published_at=day("2026-03-01"), source="X")
    save(store, "c", quote("Four"), quote("Five", 6, kind="indirect", speaker=person("Rob Roe")))
    for place, name in enumerate("abc"):
        set_back(store, name, day(f"2026-04-0{place + 1}"))
    return store


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_lists_in_the_order_of_storing(filled: Store, limit: int) -> None:
    given: dict[str, Any] = {"order": "added", "limit": limit}
    assert list_texts(filled, **given) == ["Four", "Three", "One", "Two"]
    assert list_texts(filled, **given, kind="any") == ["Four", "Five", "Three", "One", "Two"]
    assert list_texts(filled, **given, source="X") == ["Three", "One", "Two"]
    assert list_texts(filled, **given, speaker="jane") == ["Four", "Three", "One", "Two"]
    assert list_texts(filled, **given, q="one OR three OR five", kind="any") == ["Five", "Three", "One"]
    assert list_ids(filled, **given) == ["c", "b", "a"]
    assert list_ids(filled, order=None, limit=limit) == ["c", "a", "b"]


def test_lists_since_a_moment(filled: Store) -> None:
    assert list_texts(filled, since=day("2026-04-02"), order="added") == ["Four", "Three"]
    assert list_texts(filled, since=day("2026-04-02"), to=day("2027-01-01")) == ["Three"]
    assert list_texts(filled, since=day("2026-04-01"), speaker="jane", q="two") == ["Two"]
    assert list_texts(filled, since=day("2026-04-03") + timedelta(seconds=1)) == []
    assert list_ids(filled, since=day("2026-04-02")) == ["c", "b"]
    assert filled.count_quotes(QuoteFilter(since=day("2026-04-02"))).quotes == 2
    wanted = QuoteFilter(since=day("2026-04-02"))
    assert filled.count_facets(wanted, ["kind"]).quotes == 2
    assert filled.count_sources(wanted, "gender", None).total.quotes == 2


def test_paging_misses_nothing_while_others_write(filled: Store) -> None:
    wanted = QuoteFilter(order="added")
    page = filled.list_quotes(wanted, PageRequest(2))
    save(filled, "d", quote("Six"), published_at=day("2026-03-02"))
    filled.delete_article("c")
    rest = filled.list_quotes(wanted, PageRequest(2, page.next_cursor))
    assert [one.text for one in rest.items] == ["One", "Two"]
    newest = filled.list_quotes(wanted, PageRequest(1)).items[0]
    assert list_texts(filled, order="added", since=newest.added_at) == ["Six"]


def test_quote_keeps_when_it_was_stored_first(filled: Store) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    save(filled, "a", quote("One"), quote("New", 12), published_at=day("2026-03-03"), title="Edited")
    kept, new = filled.list_quotes(QuoteFilter(article="a"), EVERYTHING).items
    assert kept.added_at == day("2026-04-01")
    assert min(kept.changed_at, new.added_at) >= before
    article = filled.get_article("a")
    assert article is not None
    assert article.changed_at >= before
    set_back(filled, "a", day("2026-04-01"))
    filled.correct_quote(kept.id, QuoteChange("heard it", kind="mixed"))
    corrected = filled.get_quote(kept.id)
    assert corrected is not None
    assert (corrected.added_at, corrected.changed_at >= before) == (day("2026-04-01"), True)


@pytest.fixture
def undated(store: Store) -> Store:
    """Two quotes of Jane Doe, mayor, that have a date, one in her words, and two that have none."""
    save(store, "dated", quote("One", speaker=MAYOR), quote("Two", 5), published_at=day("2026-03-03"))
    save(store, "undated", quote("Three", speaker=MAYOR), quote("Four", 6, kind="indirect"), source="X")
    return store


def test_what_has_no_date_is_in_no_month(undated: Store) -> None:
    months = undated.count_facets(QuoteFilter(kind="any"), ["month"]).values["month"]
    assert [(one.value, one.quotes) for one in months] == [("2026-03", 2), (None, 2)]
    counts = undated.count_sources(QuoteFilter(kind="any"), "kind", "month")
    assert [(one.per, one.quotes) for one in counts.groups] == [("2026-03", 2), (None, 2)]
    [jane] = undated.list_speakers(None, EVERYTHING).items
    timeline = undated.read_timeline(jane.id)
    assert timeline is not None
    assert ([one.month for one in timeline.months], timeline.undated, timeline.quotes) == (["2026-03"], 1, 3)
    bounded = undated.read_timeline(jane.id, from_=day("2026-01-01"))
    assert bounded is not None
    assert (bounded.undated, bounded.quotes) == (0, 2)


def test_role_of_no_date_was_never_first_or_last(undated: Store) -> None:
    jane = undated.list_speakers(None, EVERYTHING).items[0].id
    described = undated.describe_speaker(jane)
    assert described is not None
    [role] = described.roles
    assert (role.quotes, role.first, role.last) == (2, day("2026-03-03"), day("2026-03-03"))
    undated.delete_article("dated")
    described = undated.describe_speaker(jane)
    assert described is not None
    assert [(one.first, one.last) for one in described.roles] == [(None, None)]


def test_dates_find_nothing_that_has_none(undated: Store) -> None:
    week: dict[str, Any] = {
        "from_": datetime.now(UTC) - timedelta(days=7),
        "to": datetime.now(UTC) + timedelta(days=7),
    }
    assert list_texts(undated, kind="any", **week) == []
    assert list_texts(undated, kind="any", from_=day("2026-01-01")) == ["One", "Two"]
    assert list_ids(undated, **week) == []


def test_lists_what_has_no_date_or_has_one(undated: Store) -> None:
    assert list_texts(undated, undated=True, kind="any") == ["Three", "Four"]
    assert list_texts(undated, undated=True, q="three") == ["Three"]
    assert list_texts(undated, undated=False, kind="any") == ["One", "Two"]
    assert (list_ids(undated, undated=True), list_ids(undated, undated=False)) == (["undated"], ["dated"])
    assert undated.count_quotes(QuoteFilter(undated=True)).quotes == 1


def test_article_that_gets_its_date_later_has_it(undated: Store) -> None:
    save(undated, "undated", quote("Three", speaker=JANE), published_at=day("2025-01-01"))
    assert list_texts(undated, undated=True, kind="any") == []
    [text] = undated.list_texts(after=None, limit=1)
    assert text.id == "undated"
    assert list_texts(undated, to=day("2025-12-31")) == ["Three"]
