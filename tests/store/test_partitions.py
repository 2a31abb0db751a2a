"""The table of quotes in partitions: how it is cut, what is the same afterwards, and what may go wrong."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bench.postgres import create_database, find_owner
from service.store import PageRequest, PartitionRefused, QuoteFilter, Store, StoreNotReady
from service.store.database.keys import END_OF_KEYS, FIRST_DIRECT_KEY, LEAST_KEY
from service.store.database.partitions import find_cuts, partition_quotes, read_tiles
from tests.api.running import make_store
from tests.cli.test_extract import QUOTES
from tests.store.build import day, migrate, person, quote, save

ALL = PageRequest(1_000)
NOW = datetime(2026, 3, 9, tzinfo=UTC)
DAYS = (
    "0001-01-01",
    "1987-05-01",
    *(f"2025-{month:02}-{date:02}" for month in range(1, 13) for date in (1, 28)),
)
EVERYTHING = QuoteFilter(kind="any")


@pytest.fixture
def url(postgres_socket: Path | None) -> str:
    if postgres_socket is None:
        pytest.skip("PostgreSQL is not installed")
    return create_database(postgres_socket, f"parted_{uuid4().hex}")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Two direct quotes and an indirect one on each day."""
    opened = Store(url)
    opened.upgrade()
    for number, date in enumerate(DAYS):
        said = quote(f"We shall not move {number} times", speaker=person(f"Ann Roe {number % 3}"))
        indirect = quote("they will stay", 80, kind="indirect", rule="name_said_clause")
        same = quote("This is a disgrace and we will appeal", 120)
        save(opened, f"a{number}", said, indirect, same, published_at=day(date), source="The Example")
    yield opened
    opened.close()


def part(store: Store, least: int = 1, now: datetime = NOW) -> tuple[int, int]:
    with store._writing() as connection:
        return partition_quotes(connection, least, now)


def names(store: Store) -> list[str]:
    with store._reading() as connection:
        return [tile.name.removeprefix("quotes_") for tile in read_tiles(connection)]


def is_parted(url: str) -> bool:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT relkind FROM pg_class WHERE relname = 'quotes'").fetchone()
    return found == ("p",)


def read_all(store: Store) -> list[object]:
    filters = (
        EVERYTHING,
        QuoteFilter(unique=True),
        QuoteFilter(q='"not move"'),
        QuoteFilter(speaker="roe 1"),
    )
    found = [list(store.stream_quotes(wanted)) for wanted in filters]
    one = store.list_quotes(EVERYTHING, PageRequest(1)).items[0]
    dated = QuoteFilter(from_=day("2025-02-01"), to=day("2025-05-28"))
    return [
        *found,
        store.get_quote(one.id),
        store.read_quotation(store.list_quotes(QuoteFilter(q="disgrace"), ALL).items[0].quotation or "", ALL),
        store.list_quotes(dated, ALL),
        store.count_facets(QuoteFilter(), ("speaker", "month")),
        store.read_timeline(store.list_speakers("roe 1", ALL).items[0].id),
        store.stats(),
    ]


def test_all_is_read_as_before_and_in_pages(store: Store) -> None:
    for _ in range(6):
        # So often that the connection has prepared the statements, which are to go on.
        before = read_all(store)
    number, new = part(store)
    assert number == new == len(names(store)) > 24
    assert read_all(store) == before
    assert is_parted(store._engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    page = store.list_quotes(EVERYTHING, PageRequest(7))
    found = list(page.items)
    while page.next_cursor is not None:
        page = store.list_quotes(EVERYTHING, PageRequest(7, page.next_cursor))
        found += page.items
    assert found == before[0]


def test_each_month_has_its_partitions_and_what_is_far_away_has_one(store: Store) -> None:
    part(store)
    found = names(store)
    assert found[:3] == ["indirect_to_1987_04", "indirect_from_1987_05_to_2024_12", "indirect_2025_01"]
    assert found[-3:] == ["direct_2025_10", "direct_2025_11", "direct_from_2025_12"]


def test_partitions_have_what_the_table_had(store: Store, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE ROLE reader_of_partitions")
        connection.execute("GRANT SELECT ON quotes TO reader_of_partitions")
    part(store, now=datetime(2026, 1, 5, tzinfo=UTC))
    with psycopg.connect(url) as connection:
        columns, keys, granted = (
            connection.execute(query).fetchall()
            for query in (
                "SELECT relname, count(*) FROM pg_index JOIN pg_class ON oid = indrelid"
                " WHERE relname ~ '^quotes_(indirect|direct)' GROUP BY 1",
                "SELECT conrelid, count(*) FILTER (WHERE contype = 'f'),"
                " count(*) FILTER (WHERE contype = 'u')"
                " FROM pg_constraint WHERE conrelid::regclass::text ~ '^quotes_(indirect|direct)' GROUP BY 1",
                "SELECT has_table_privilege('reader_of_partitions', oid, 'SELECT') FROM pg_class"
                " WHERE relname ~ '^quotes(_(indirect|direct)_[0-9_a-z]*[0-9])?$'",
            )
        )
        connection.execute("DROP OWNED BY reader_of_partitions")
        connection.execute("DROP ROLE reader_of_partitions")
    assert {number for _, number in columns} == {13}
    assert {tuple(row[1:]) for row in keys} == {(2, 1)}
    assert set(granted) == {(True,)}


def test_run_again_it_makes_what_is_new_and_nothing_else(store: Store) -> None:
    first, _ = part(store, now=datetime(2025, 12, 30, tzinfo=UTC))
    assert part(store, now=datetime(2025, 12, 31, tzinfo=UTC)) == (first, 0)
    assert "direct_from_2026_03" in names(store)
    before = read_all(store)
    for month in range(1, 6):
        save(store, f"new{month}", quote(f"New {month}"), published_at=day(f"2026-{month:02}-03"))
    number, _ = part(store, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert number > first
    assert {"direct_2026_03", "direct_2026_04"} <= set(names(store))
    assert store.list_quotes(EVERYTHING, PageRequest(1)).items[0].text == "New 5"
    for month in range(1, 6):
        store.delete_article(f"new{month}")
    assert read_all(store)[:5] == before[:5]


def test_months_with_few_quotes_share_a_partition(store: Store) -> None:
    assert part(store, least=1_000) == (2, 2)
    assert names(store) == ["indirect", "direct"]
    assert part(store, least=24)[0] == 5
    assert names(store)[1:3] == ["indirect_from_2025_12", "direct_to_2025_05"]


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 60))
def test_every_part_but_the_last_is_large_enough_and_no_larger_than_need_be(
    numbers: list[int], least: int
) -> None:
    cuts = [0, *find_cuts(enumerate(numbers), least), len(numbers)]
    parts = [numbers[first:end] for first, end in pairwise(cuts)]
    for one in parts[:-1]:
        assert sum(one) >= least
        assert sum(one[:-1]) < least


def test_what_is_written_goes_on_and_quotes_stay_unique(store: Store) -> None:
    part(store)
    save(store, "a5", quote("Another"), published_at=day("1999-01-01"))
    save(store, "b", quote("Yes"), published_at=day("9999-12-31"))
    assert store.list_quotes(QuoteFilter(), PageRequest(1)).items[0].text == "Yes"
    assert store.delete_article("a6")
    with store._engine.connect() as connection:
        twice = "INSERT INTO quotes ({0}) SELECT {0} FROM quotes WHERE article_id = 'b'"
        columns = connection.execute(
            text(
                "SELECT string_agg(CASE attname WHEN 'key' THEN 'key + 1 AS key' ELSE attname END, ', ')"
                " FROM pg_attribute WHERE attrelid = 'quotes'::regclass AND attnum > 0 AND attgenerated = ''"
            )
        ).scalar_one()
        named = columns.replace("key + 1 AS ", "")
        with pytest.raises(Exception, match="_id_key"):
            connection.execute(text(twice.format(named).replace(f"SELECT {named}", f"SELECT {columns}")))


def test_a_month_is_taken_out_as_the_documents_say_and_its_place_filled(store: Store, url: str) -> None:
    part(store)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(read_documented_sql("archived_direct_2025_02"))
        assert connection.execute("SELECT count(*) FROM archived_direct_2025_02").fetchone() == (4,)
    assert {one.article.id for one in store.list_quotes(QuoteFilter(), ALL).items}.isdisjoint({"a4", "a5"})
    save(store, "late", quote("Late"), published_at=day("2025-02-10"))
    assert store.list_quotes(QuoteFilter(q="late"), ALL).items[0].text == "Late"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE quotes DETACH PARTITION quotes_direct_2025_03")
        with pytest.raises(PartitionRefused, match="quotes_direct_2025_03"):
            part(store)
        connection.execute("DROP TABLE quotes_direct_2025_03")
    assert part(store)[1] == 1
    assert "direct_2025_03" in names(store)


def test_a_month_is_moved_to_another_disk_as_the_documents_say(store: Store, url: str) -> None:
    part(store)
    before = read_all(store)
    disk = Path(tempfile.mkdtemp(prefix="quotes-disk-"))
    owner = find_owner()
    if owner:
        shutil.chown(disk, owner["user"], owner["group"])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE slow LOCATION '{disk}'".encode())
        connection.execute(read_documented_sql("SET TABLESPACE slow"))
        # The table, what it keeps apart of long values, that one's index, and its own thirteen.
        moved = "SELECT count(*) FROM pg_class JOIN pg_tablespace ON pg_tablespace.oid = reltablespace"
        assert connection.execute(f"{moved} WHERE spcname = 'slow'".encode()).fetchone() == (16,)
        assert read_all(store) == before
        connection.execute("ALTER TABLE quotes DETACH PARTITION quotes_direct_2025_01")
        connection.execute("DROP TABLE quotes_direct_2025_01")
        connection.execute("DROP TABLESPACE slow")
    shutil.rmtree(disk)


def read_documented_sql(part_of_it: str) -> bytes:
    """The statements of docs/partitions.md that have these words."""
    page = (Path(__file__).parents[2] / "docs/partitions.md").read_text("utf8")
    blocks = [block.partition("```")[0] for block in page.split("```sql\n")[1:]]
    [block] = [block for block in blocks if part_of_it in block]
    return block.encode()


def test_sqlite_has_no_partitions(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": make_store(tmp_path)}
    done = subprocess.run([QUOTES, "db", "partition"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"PostgreSQL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_hangs_on_the_table_is_named_and_nothing_is_done(store: Store, url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE VIEW short_quotes AS SELECT id FROM quotes WHERE length(text) < 20")
    with pytest.raises(PartitionRefused, match="short_quotes"):
        part(store)
    assert not is_parted(url)


def test_readers_go_on_writers_are_told_to_wait_and_a_kill_leaves_all_as_it_was(
    store: Store, url: str
) -> None:
    before = read_all(store)
    environment = {**os.environ, "DATABASE_URL": url}
    with psycopg.connect(url) as other:
        # The first partition is filled, and waits to refer to its articles.
        other.execute("LOCK TABLE articles IN ROW EXCLUSIVE MODE")
        with subprocess.Popen([QUOTES, "db", "partition", "--least", "1"], env=environment) as process:
            wait_for_lock(url)
            assert read_all(store) == before
            impatient = Store(url, busy_seconds=1)
            with pytest.raises(StoreNotReady):
                save(impatient, "late", quote("Late"))
            impatient.close()
            other.execute("SET LOCAL lock_timeout = 50")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("DELETE FROM quotes")
            process.send_signal(signal.SIGKILL)
        end_waiting(url)
    assert not is_parted(url)
    assert read_all(store) == before
    done = subprocess.run([QUOTES, "db", "partition", "--least", "1"], env=environment, check=True)
    assert done.returncode == 0
    assert is_parted(url)
    assert read_all(store) == before


WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def wait_for_lock(url: str) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(WAITING).fetchone() is None:
            assert datetime.now(UTC) < deadline


def end_waiting(url: str) -> None:
    """What a server notices by itself when it next writes to a client that is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting".encode())


def test_later_migrations_run_on_partitions(store: Store) -> None:
    part(store)
    with store._writing() as connection:
        for statement in (
            "ALTER TABLE quotes ADD COLUMN note text",
            "CREATE INDEX quotes_by_note ON quotes (note)",
            "UPDATE quotes SET note = 'a' WHERE kind = 'indirect'",
            "ALTER TABLE quotes ALTER COLUMN note SET DEFAULT 'b'",
        ):
            connection.execute(text(statement))
    # What is cut afterwards has them as well.
    part(store, now=datetime(2026, 1, 5, tzinfo=UTC))
    with store._reading() as connection:
        newest = "SELECT count(*) FROM pg_indexes WHERE tablename = :name AND indexdef ~ 'note'"
        found = connection.execute(text(newest), {"name": "quotes_direct_2026_02"}).scalar_one()
    assert found == 1
    store.upgrade()
    store.check()


def test_tiles_leave_no_key_out(store: Store) -> None:
    part(store)
    with store._reading() as connection:
        tiles = read_tiles(connection)
    assert (tiles[0].first, tiles[-1].end) == (LEAST_KEY, END_OF_KEYS)
    assert all(one.end == other.first for one, other in pairwise(tiles))
    assert FIRST_DIRECT_KEY in {tile.first for tile in tiles}


def test_partitions_of_an_older_version_get_their_new_names(url: str) -> None:
    store = Store(url)
    migrate(store, "0009")
    part(store)
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE quotes_direct RENAME TO quotes_spoken")
        connection.execute("ALTER TABLE quotes_indirect RENAME TO quotes_told_to_2025_01")
    store.upgrade()
    assert names(store) == ["indirect_to_2025_01", "direct"]
    store.close()
