"""Migrations, readiness, and the addresses a store takes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from service.extractor import Speaker
from service.store import Article, PageRequest, QuoteFilter, Store, StoreNotReady
from service.store.database.schema_version import configure_alembic, newest_revision
from service.store.database.tables import metadata
from tests.store.build import migrate, quote, save


def differences(store: Store) -> list[Any]:
    def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        # What only one of the databases has, and SQLAlchemy cannot describe.
        return not (name or "").startswith("quotes_index") and (kind, name) not in {
            ("column", "search"),
            ("index", "quotes_by_words"),
        }

    with store._engine.connect() as connection:
        options = {"include_object": is_ours, "compare_type": connection.dialect.name != "sqlite"}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_the_tables_that_queries_see(store: Store) -> None:
    assert differences(store) == []


def test_the_newest_migration_is_the_last_of_the_folder() -> None:
    assert newest_revision() == ScriptDirectory.from_config(configure_alembic()).get_current_head()


def test_a_store_is_ready_once_upgraded(store_url: str, tmp_path: Path) -> None:
    store = Store(store_url)
    with pytest.raises(StoreNotReady, match="quotes db upgrade"):
        store.check()
    assert not list(tmp_path.iterdir())
    for _ in range(2):
        store.upgrade()
        store.check()
    store.close()
    store.check()
    store.close()


def test_nothing_answers_before_the_tables_are_there(store_url: str) -> None:
    store = Store(store_url)
    for attempt in (
        store.check,
        store.stats,
        lambda: store.list_quotes(QuoteFilter(), PageRequest(1)),
        lambda: save(store, "a", quote("One")),
    ):
        with pytest.raises(StoreNotReady):
            attempt()
    store.close()


def test_a_store_of_another_version_is_not_ready(store: Store) -> None:
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNotReady, match="9999"):
        store.check()
    with pytest.raises(StoreNotReady, match="9999"):
        store.upgrade()


def test_stores_that_are_upgraded_at_once_agree(store_url: str) -> None:
    stores = [Store(store_url) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(Store.upgrade, stores))
    for store in stores:
        store.check()
        store.close()


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/new/folder/quotes.db")
    store.upgrade()
    store.check()
    store.close()
    assert (tmp_path / "new/folder/quotes.db").exists()


@pytest.mark.parametrize(
    "url", ["", "quotes.db", "sqlite://", "sqlite:///:memory:", "mysql://localhost/quotes"]
)
def test_an_address_that_is_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:////"):
        Store(url)


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/none/quotes.db", "postgresql://nobody@127.0.0.1:1/none", "sqlite:////dev/null"]
)
def test_a_store_that_cannot_be_reached_says_so(url: str) -> None:
    with pytest.raises(StoreNotReady):
        Store(url).check()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    file = tmp_path / "quotes.db"
    file.write_text("This is no database, but long enough to be taken for one. " * 10)
    for attempt in (Store.check, Store.upgrade, Store.stats):
        with pytest.raises(StoreNotReady, match="not a database"):
            attempt(Store(f"sqlite:///{file}"))


def test_sqlite_keeps_its_full_text_index_right(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    for number in range(30):
        speaker = Speaker(f"Speaker {number % 7}", "person") if number % 3 else None
        save(store, f"a{number % 20}", quote(f"Words {number}", speaker=speaker), title=str(number))
    for number in range(0, 20, 3):
        store.delete_article(f"a{number}")
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE quotes SET speaker_words = 'other' WHERE speaker_id IS NOT NULL"))
        # Fails with "database disk image is malformed" when index and quotes differ.
        connection.execute(
            text("INSERT INTO quotes_index (quotes_index, rank) VALUES ('integrity-check', 1)")
        )
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    store.close()


def test_a_busy_store_says_so(store: Store) -> None:
    article = Article("Text.", id="a")
    other = Store(store._engine.url.render_as_string(hide_password=False), busy_seconds=1)
    with store._writing(), pytest.raises(StoreNotReady):
        other.delete_article(article.id)
    other.close()


def test_counts_of_indirect_quotes_outlive_the_older_name_of_their_column(store_url: str) -> None:
    store = Store(store_url)
    migrate(store, "0009")
    with store._writing() as connection:
        connection.execute(text(OLDER_SPEAKER))
    store.upgrade()
    speaker = store.get_speaker("s1")
    assert speaker is not None
    assert speaker.indirect == 3
    store.close()


OLDER_SPEAKER = """
    INSERT INTO speakers (id, name, kind, unnamed, sort_name, quote_count, told_count, words)
    VALUES ('s1', 'Jane Doe', 'person', false, 'jane doe', 2, 3, 'jane doe')
"""
