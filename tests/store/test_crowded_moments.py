"""Any number of articles of one date: the next one is as little work as the first; all keep their places."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from bench.postgres import create_database
from service.extractor import Extraction
from service.store import Article, ArticleFilter, PageRequest, QuoteFilter, Store
from service.store.articles.write import prepare_article, save_articles
from service.store.database.keys import INDIRECT_BELOW, first_key_at, write_cursor
from tests.postgres import NO_SERVER
from tests.store.build import migrate, quote, recorded, save

ALL = PageRequest(200)
NEW_YEAR = datetime(2020, 1, 1, tzinfo=UTC)
FIRST = first_key_at(NEW_YEAR)
ARTICLES = 200_000
QUOTES_OF_ONE = 10_000
STEPS_AT_ONCE = 1_000


def texts(store: Store, **wanted: Any) -> list[str]:
    return [one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items]


def test_of_one_moment_what_came_last_stands_first(store: Store) -> None:
    for number in range(5):
        save(store, f"a{number}", quote(f"One {number}"), quote("two", 9), published_at=NEW_YEAR)
    assert texts(store, q="one") == [f"One {number}" for number in (4, 3, 2, 1, 0)]
    listed = [one.id for one in store.list_articles(ArticleFilter(), ALL).items]
    assert listed == ["a4", "a3", "a2", "a1", "a0"]


def test_an_article_that_is_saved_again_keeps_its_place(store: Store) -> None:
    for number in range(4):
        save(store, f"a{number}", quote(f"One {number}"), quote("two", 9), published_at=NEW_YEAR)
    first = store.list_quotes(QuoteFilter(), PageRequest(3))
    save(store, "a1", quote("One 1"), title="New", published_at=NEW_YEAR)
    save(store, "a2", quote("One 2"), quote("two", 9), text="Corrected.", published_at=NEW_YEAR)
    assert texts(store, q="one") == [f"One {number}" for number in (3, 2, 1, 0)]
    rest = store.list_quotes(QuoteFilter(), PageRequest(9, first.next_cursor))
    assert [one.article.id for one in (*first.items, *rest.items)] == [
        "a3",
        "a3",
        "a2",
        "a2",
        "a1",
        "a0",
        "a0",
    ]
    save(store, "a1", *(quote(f"One {place}", 9 * place) for place in range(3)), published_at=NEW_YEAR)
    assert store.list_quotes(QuoteFilter(), ALL).items[0].article.id == "a1"


COUNT_TO = {
    "sqlite": """
        WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :number)
        SELECT n FROM numbers
    """,
    "postgresql": "SELECT generate_series(0, CAST(:number AS bigint) - 1) AS n",
}
FILL = (
    """
    INSERT INTO articles
        (key, id, published_at, language, added_at, digest, extractor_version, quote_count, text)
    SELECT CAST(:first AS bigint) + n, 'a' || n, '2020-01-01 00:00:00', 'en', '2020-02-01 00:00:00', 'd', '1',
        1, 'Text'
    FROM ({count_to}) AS numbers
    """,
    """
    INSERT INTO quotes
        (key, id, article_id, kind, rule, confidence, segments, text, words, speaker_words,
        extractor_version, corrected, wording, quotation)
    SELECT key, 'q' || id, id, 'direct', 'silence', 0.9, '[[0, 4]]', 'Move', 'move', '', '1', false, key, key
    FROM articles ORDER BY key
    """,
    "INSERT INTO quote_counts (kind, rule, quotes, attributed) VALUES ('direct', 'silence', :number, 0)",
    "UPDATE store_state SET articles = :number",
)


def fill(store: Store, number: int) -> None:
    """Store so many articles of one moment, each with one quote."""
    count_to = COUNT_TO[store._engine.dialect.name]
    values = {"first": FIRST, "number": number}
    with store._writing() as connection:
        for statement in FILL:
            written = text(statement.format(count_to=count_to))
            connection.execute(written, {name: values[name] for name in written._bindparams})
    if store._engine.dialect.name == "postgresql":
        with store._engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()


@contextmanager
def counted_steps(connection: Connection) -> Iterator[list[int]]:
    """How many steps the database takes meanwhile: SQLite's own, or the rows and entries PostgreSQL reads."""
    steps = [0]
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection

        def count() -> None:
            steps[0] += STEPS_AT_ONCE

        driver.set_progress_handler(count, STEPS_AT_ONCE)
        yield steps
        driver.set_progress_handler(None, 0)
    else:
        read = "SELECT sum(seq_tup_read) + sum(coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
        before = int(connection.execute(text(read)).scalar_one())
        yield steps
        steps[0] = int(connection.execute(text(read)).scalar_one()) - before


def save_counted(store: Store) -> tuple[int, int]:
    """Store an article with many quotes; how many statements that took, and how many steps."""
    said = tuple(quote(f"Some word {place}", 20 * place) for place in range(QUOTES_OF_ONE))
    article = Article("Text.", id="large", published_at=NEW_YEAR)
    prepared = prepare_article(article, Extraction(said, ()), "1")
    with recorded(store) as statements, store._writing() as connection, counted_steps(connection) as steps:
        [saved] = save_articles(connection, [prepared], "1", None)
    assert saved.quotes == QUOTES_OF_ONE
    return len(statements), steps[0]


def test_among_many_of_one_date_an_article_is_stored_as_among_none(store: Store) -> None:
    statements, steps = save_counted(store)
    store.delete_article("large")
    fill(store, ARTICLES)
    many_statements, many_steps = save_counted(store)
    # The first of its kind and rule made room to count them.
    assert many_statements == statements - 1
    assert many_steps < 1.25 * steps + STEPS_AT_ONCE
    page = store.list_quotes(QuoteFilter(), PageRequest(200))
    assert [one.text for one in page.items] == [f"Some word {place}" for place in range(200)]
    assert store.list_quotes(QuoteFilter(q="move"), PageRequest(1)).items[0].article.id == f"a{ARTICLES - 1}"
    assert store.stats().quotes == ARTICLES + QUOTES_OF_ONE


@pytest.fixture(params=["sqlite", "postgresql", "partitioned"])
def seventh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of the seventh version, whose articles of one date lie all over its second."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/quotes.db"
    elif (socket := request.getfixturevalue("postgres_socket")) is None:
        pytest.skip(NO_SERVER)
    else:
        url = create_database(socket, f"seventh_{uuid4().hex}")
    store = Store(url)
    migrate(store, "0007")
    with store._writing() as connection:
        scatter(connection)
    if request.param == "partitioned":
        store.partition_quotes(100)
    yield store
    store.close()


def scatter(connection: Connection) -> None:
    """Put articles of one to four quotes, some indirect, where the seventh version did: by chance."""
    chance = Random(3)
    moments = [NEW_YEAR] * 1_023 + [datetime(2020, 1, day, tzinfo=UTC) for day in range(2, 32)]
    places = [(number << 14) + chance.randrange(1 << 14) for number in range(1_023)] + [(1 << 24) - 4] * 30
    articles, said = [], []
    for number, (moment, place) in enumerate(zip(moments, places, strict=True)):
        first = first_key_at(moment) + place
        articles.append({"id": f"a{number}", "moment": moment.isoformat(" "), "key": first})
        for offset in range(number % 4 + 1):
            indirect = (number + offset) % 3 == 0
            key = first + offset - (INDIRECT_BELOW if indirect else 0)
            own = {"kind": "indirect", "wording": key} if indirect else {"kind": "direct", "wording": number}
            said.append({"id": f"q{number}-{offset}", "article": f"a{number}", "key": key, **own})
    connection.execute(text(SCATTERED_ARTICLE), articles)
    connection.execute(text(SCATTERED_QUOTE), said)


SCATTERED_ARTICLE = """
    INSERT INTO articles
        (key, id, published_at, language, added_at, digest, extractor_version, quote_count, text)
    VALUES (:key, :id, :moment, 'en', '2020-02-01 00:00:00', 'd', '1', 1, 'Text')
"""
SCATTERED_QUOTE = """
    INSERT INTO quotes
        (key, id, article_id, kind, rule, confidence, segments, text, words, speaker_words,
        extractor_version, corrected, wording, quotation)
    VALUES (:key, :id, :article, :kind, 'silence', 0.9, '[[0, 4]]', 'Move', 'move on', '', '1', false,
        :wording, :wording)
"""
IN_ORDER = """
    SELECT id, CASE WHEN kind = 'indirect' THEN key + :below ELSE key END AS place FROM quotes ORDER BY place
"""


def list_in_order(store: Store) -> list[Any]:
    with store._reading() as connection:
        return list(connection.execute(text(IN_ORDER), {"below": INDIRECT_BELOW}).all())


def test_rows_that_lie_all_over_a_second_are_moved_together_in_their_order(seventh: Store) -> None:
    before = list_in_order(seventh)
    seventh.upgrade()
    seventh.check()
    after = list_in_order(seventh)
    assert [row.id for row in after] == [row.id for row in before]
    # Of the dates with one article there is room for few more: they are moved as well.
    counts = Counter(row.place >> 24 for row in after)
    assert [row.place & 0xFFFFFF for row in after] == [
        place for number in counts.values() for place in range(number)
    ]
    with seventh._reading() as connection:
        wrong = "SELECT count(*) FROM quotes WHERE kind = 'indirect' AND (wording <> key OR quotation <> key)"
        assert connection.execute(text(wrong)).scalar_one() == 0
        assert connection.execute(text("SELECT max(key) FROM articles WHERE id < 'a5'")).scalar_one() < (
            first_key_at(datetime(2020, 2, 1, tzinfo=UTC))
        )
    assert len(list(seventh.stream_quotes(QuoteFilter(q="move", kind="any")))) == len(before)
    save(seventh, "new", quote("Newest"), published_at=NEW_YEAR)
    assert texts(seventh, to=NEW_YEAR)[0] == "Newest"
    assert seventh.delete_article("a3")
    check_index(seventh)


def check_index(store: Store) -> None:
    if store._engine.dialect.name == "sqlite":
        with store._engine.begin() as connection:
            check = "INSERT INTO quotes_index (quotes_index, rank) VALUES ('integrity-check', 1)"
            connection.execute(text(check))


def test_a_cursor_from_before_that_leaves_nothing_out(seventh: Store) -> None:
    before = [row for row in reversed(list_in_order(seventh)) if row.place >= FIRST]
    everything = QuoteFilter(kind="any")
    middle = before[len(before) // 2]
    seventh.upgrade()
    page = seventh.list_quotes(
        everything, PageRequest(10_000, write_cursor(("quotes", everything), middle.place))
    )
    left = {row.id for row in before[len(before) // 2 + 1 :]}
    assert left <= {one.id for one in page.items}
