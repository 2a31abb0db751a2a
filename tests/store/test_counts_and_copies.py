"""What is counted as it changes, the stamp, streams, backups, and coming from an older version."""

import sqlite3
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import func, select, text

from service.extractor import Speaker
from service.store import (
    BackupRefused,
    InvalidQuery,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    SpeakerChange,
    SpeakerChoice,
    Store,
)
from service.store import store as store_module
from service.store.database.schema_version import configure_alembic
from service.store.database.tables import articles, quotes, speakers
from service.store.speakers import find_by_name as names_module
from tests.store.build import day, person, quote, save

ALL = PageRequest(200)


def counted_anew(store: Store) -> dict[str, Any]:
    """The statistics by a scan, and the number of quotes of each speaker."""
    with store._engine.connect() as connection:
        root = func.coalesce(speakers.c.root_id, speakers.c.id).label("speaker_id")
        found = select(quotes.c.kind, quotes.c.rule, root)
        found = found.outerjoin_from(quotes, speakers, speakers.c.id == quotes.c.speaker_id)
        rows = connection.execute(found).all()
        listed = select(func.count()).select_from(speakers).where(speakers.c.merged_into.is_(None))
        return {
            "articles": connection.execute(select(func.count()).select_from(articles)).scalar_one(),
            "speakers": connection.execute(listed).scalar_one(),
            "by_kind": dict(Counter(row.kind for row in rows)),
            "by_rule": dict(Counter(row.rule for row in rows)),
            "attributed": round(sum(row.speaker_id is not None for row in rows) / max(len(rows), 1), 9),
            "of_speakers": dict(Counter(row.speaker_id for row in rows if row.speaker_id)),
        }


def counted(store: Store) -> dict[str, Any]:
    statistics = store.stats()
    with store._engine.connect() as connection:
        own = connection.execute(select(speakers.c.id, speakers.c.quote_count)).all()
    return {
        "articles": statistics.articles,
        "speakers": statistics.speakers,
        "by_kind": statistics.by_kind,
        "by_rule": statistics.by_rule,
        "attributed": round(statistics.attributed, 9),
        "of_speakers": {row.id: row.quote_count for row in own if row.quote_count},
    }


def test_counts_stay_right_and_every_change_has_its_stamp(store: Store) -> None:
    stamps = [store.stamp()]

    def check() -> None:
        assert counted(store) == counted_anew(store)
        stamps.append(store.stamp())

    for number in range(6):
        said_by = (person(f"Jane {number % 4}"), None, Speaker("a spokesman", "unnamed"))
        found = [
            quote("Yes", 9 * place, speaker=speaker, rule=f"rule_{(number + place) % 3}")
            for place, speaker in enumerate(said_by)
        ]
        save(store, f"a{number % 5}", *found, quote("Mixed", 90, kind="mixed"), title=f"Title {number}")
        check()
    jane, other = (store.list_speakers(name, ALL).items[0] for name in ("jane 0", "jane 1"))
    store.merge_speakers(other.id, jane.id)
    check()
    first = store.list_quotes(QuoteFilter(speaker_id=jane.id), ALL).items[0]
    store.correct_quote(first.id, QuoteChange("Why.", SpeakerChoice(name="Bob Roe"), "mixed"))
    check()
    store.correct_quote(first.id, QuoteChange("Why.", rejected=True))
    check()
    store.undo_merge(other.id)
    check()
    store.change_speaker(other.id, SpeakerChange(name="Ann Poe"))
    check()
    store.withdraw_correction(first.id)
    check()
    for number in range(5):
        store.delete_article(f"a{number}")
        check()
    assert len(set(stamps)) == len(stamps)
    statistics = store.stats()
    assert (statistics.articles, statistics.quotes, statistics.by_rule) == (0, 0, {})
    assert [one.name for one in store.list_speakers(None, ALL).items] == ["Ann Poe"]


def test_what_changes_nothing_keeps_the_stamp(store: Store) -> None:
    save(store, "a", quote("One"))
    before = store.stamp()
    assert save(store, "a", quote("One")).status == "unchanged"
    assert not store.delete_article("none")
    assert not store.withdraw_correction("none")
    store.list_quotes(QuoteFilter(), ALL)
    assert store.stamp() == before


@pytest.mark.parametrize("wanted", [QuoteFilter(), QuoteFilter(q="yes"), QuoteFilter(speaker="jane")])
def test_a_stream_gives_the_whole_list(
    store: Store, monkeypatch: pytest.MonkeyPatch, wanted: QuoteFilter
) -> None:
    monkeypatch.setattr(store_module, "STREAMED_AT_ONCE", 3)
    for number in range(4):
        save(
            store, f"a{number}", quote("Yes"), quote("Oh yes", 9), published_at=day(f"2020-01-0{number + 1}")
        )
    assert list(store.stream_quotes(wanted)) == list(store.list_quotes(wanted, ALL).items)
    assert list(store.stream_quotes(QuoteFilter(q="no"))) == []


def test_a_stream_refuses_a_search_before_its_first_quote(store: Store) -> None:
    with pytest.raises(InvalidQuery):
        store.stream_quotes(QuoteFilter(q='"'))


def test_a_stream_goes_on_while_articles_come_and_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "STREAMED_AT_ONCE", 2)
    for number in range(4):
        save(store, f"a{number}", quote(f"Yes {number}"), published_at=day(f"2020-01-0{number + 1}"))
    found = []
    for one in store.stream_quotes(QuoteFilter()):
        found.append(one.text)
        store.delete_article(f"a{4 - len(found)}")
        save(store, f"new{len(found)}", quote("New"), published_at=day("2021-01-01"))
    assert found == ["Yes 3", "Yes 2", "Yes 1", "Yes 0"]


@pytest.mark.parametrize("many_words", [0, 100])
@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("q", ["ja", "jane", "jane do", "s", "do", "x"])
def test_speakers_are_the_same_looked_up_or_met_along_the_list(
    store: Store, monkeypatch: pytest.MonkeyPatch, many_words: int, few: int, q: str
) -> None:
    said_by = [person(name) for name in ("Jane Doe", "Jane Roe", "Doe Jane", "Jan Do", "Sam Doe")]
    said_by += [Speaker(name, "unnamed") for name in ("a doctor", "Jane's son", "a sister")]
    save(store, "a", *(quote("Yes", 9 * place, speaker=one) for place, one in enumerate(said_by)))
    monkeypatch.setattr("service.store.speakers.read.SORTED_SPEAKERS", few)
    monkeypatch.setattr(names_module, "MAXIMUM_WORDS", many_words)

    def begins(name: str) -> bool:
        words = name.lower().replace("'", " ").split()
        return all(any(word.startswith(start) for word in words) for start in q.split())

    expected = [
        one.name
        for one in sorted(said_by, key=lambda one: (one.kind == "unnamed", one.name.lower()))
        if begins(one.name)
    ]
    found: list[str] = []
    cursor = None
    while True:
        page = store.list_speakers(q, PageRequest(2, cursor))
        found += [one.name for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == expected


def test_a_name_of_many_finds_the_same_quotes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said_by = [person(f"Jane Name{number}") for number in range(9)] + [person("Bob Name1"), None]
    save(store, "a", *(quote(f"Yes {place}", 9 * place, speaker=one) for place, one in enumerate(said_by)))
    wanted = [
        QuoteFilter(speaker=name, q=q)
        for name in ("jane", "j", "name1 jane", "name", "b")
        for q in (None, "yes")
    ]
    before = [store.list_quotes(one, ALL) for one in wanted]
    assert [len(one.items) for one in before] == [9, 9, 9, 9, 1, 1, 10, 10, 1, 1]
    for few in (0, 1, 3):
        for limit in ("FEW_SPEAKERS", "MAXIMUM_WORDS", "RARE_BEGINNING", "FEW_IDS"):
            monkeypatch.setattr(names_module, limit, few)
        assert [store.list_quotes(one, ALL) for one in wanted] == before


def test_a_rare_confidence_is_looked_up_in_the_same_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        save(
            store,
            f"a{number}",
            quote("Yes", confidence=number / 10),
            published_at=day(f"2020-01-0{number + 1}"),
        )
    wanted = QuoteFilter(min_confidence=0.3, kind="direct")
    looked_up = store.list_quotes(wanted, PageRequest(2))
    monkeypatch.setattr("service.store.quotes.conditions.FEW_QUOTES", 1)
    assert store.list_quotes(wanted, PageRequest(2)) == looked_up
    assert [one.confidence for one in looked_up.items] == [0.5, 0.4]
    assert store.list_quotes(QuoteFilter(kind="mixed"), ALL).items == ()


def test_a_backup_is_the_store_as_it_was(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    for number in range(50):
        save(store, f"a{number}", quote("Yes"))
    stop = threading.Event()
    writer = threading.Thread(target=write_until, args=(store, stop))
    writer.start()
    copies = [tmp_path / f"copy{number}.db" for number in range(5)]
    for copy in copies:
        store.back_up(copy)
    stop.set()
    writer.join()
    for copy in copies:
        restored = Store(f"sqlite:///{copy}")
        restored.check()
        assert counted(restored) == counted_anew(restored)
        assert restored.stats().articles >= 50
        found = restored.list_quotes(QuoteFilter(q="yes"), ALL)
        assert len(found.items) == min(restored.stats().quotes, 200)
        restored.close()
    assert sorted(path.name for path in tmp_path.glob("*partial*")) == []
    store.close()


def write_until(store: Store, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        save(store, f"new{number}", quote("Yes"))


def test_a_backup_takes_no_file_that_is_there_or_cannot_be(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    for path in (tmp_path / "quotes.db", tmp_path / "none/copy.db"):
        with pytest.raises(BackupRefused, match=str(path)):
            store.back_up(path)
    store.check()
    store.close()


def test_postgresql_is_backed_up_by_its_own_tool(store: Store, tmp_path: Path) -> None:
    if store._engine.dialect.name == "postgresql":
        with pytest.raises(BackupRefused, match="pg_dump"):
            store.back_up(tmp_path / "copy.db")


def test_a_store_of_the_first_version_comes_along(store_url: str) -> None:
    store = Store(store_url)
    with store._writing() as connection:
        config = configure_alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FIRST_VERSION.split(";"):
            connection.execute(text(statement))
    store.upgrade()
    store.check()
    assert counted(store) == counted_anew(store)
    [one] = store.list_quotes(QuoteFilter(speaker="jane", q="move"), ALL).items
    assert (one.id, one.extractor_version, one.corrected) == ("q1", "0", False)
    [found] = store.list_speakers("doe", ALL).items
    assert (found.name, found.aliases, found.merged_into) == ("Jane Doe", ("JANE DOE",), None)
    save(store, "b", quote("No"))
    save(store, "a", quote("Other"))
    assert counted(store) == counted_anew(store)
    store.close()


def test_quotes_of_the_second_version_find_their_quotations(store_url: str) -> None:
    store = Store(store_url)
    with store._writing() as connection:
        config = configure_alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in SECOND_VERSION.split(";"):
            connection.execute(text(statement))
        for number, words in enumerate(
            [LONG, LONG[5:], "we will not move", "no", "we will not move", "no", LONG]
        ):
            values = {"key": number - 3, "id": f"q{number}", "words": words}
            connection.execute(text(SECOND_VERSION_QUOTE), values)
    store.upgrade()
    store.check()
    found = {one.id: one for one in store.list_quotes(QuoteFilter(), ALL).items}
    assert [found[f"q{number}"].occurrences for number in range(7)] == [3, 3, 2, 1, 2, 1, 3]
    unique = store.list_quotes(QuoteFilter(unique=True), ALL).items
    assert [one.id for one in unique] == ["q5", "q3", "q2", "q0"]
    # As if they had been stored by this version.
    save(store, "b", quote(LONG))
    assert store.list_quotes(QuoteFilter(article="b"), ALL).items[0].quotation == found["q0"].quotation
    store.delete_article("a")
    [left] = store.list_quotes(QuoteFilter(), ALL).items
    assert (left.occurrences, left.article.id) == (1, "b")
    store.close()


LONG = "this is a disgrace and we will appeal against it"
SECOND_VERSION = """
INSERT INTO articles (key, id, language, added_at, digest, extractor_version, quote_count, text)
VALUES (5, 'a', 'en', '2020-01-01 00:00:00', 'd', '0', 7, 'Text');
INSERT INTO speakers (id, name, kind, unnamed, sort_name, quote_count, by_hand, words)
VALUES ('s1', 'Jane Doe', 'person', false, 'jane doe', 7, false, 'jane doe')
"""
SECOND_VERSION_QUOTE = """
INSERT INTO quotes
    (key, id, article_id, speaker_id, kind, rule, confidence, segments, text, words, speaker_words,
    extractor_version, corrected)
VALUES
    (:key, :id, 'a', 's1', 'direct', 'quote_cue_name', 0.9, '[[0, 4]]', 'Move', :words, 'jane doe',
    '0', false)
"""
FIRST_VERSION = """
INSERT INTO articles (key, id, language, added_at, digest, extractor_version, quote_count, text)
VALUES (5, 'a', 'en', '2020-01-01 00:00:00', 'd', '0', 2, 'Text');
INSERT INTO speakers (id, name, kind, unnamed, sort_name, quote_count)
VALUES ('s00000000000000000001', 'Jane Doe', 'person', false, 'jane doe', 1);
INSERT INTO speaker_aliases VALUES ('s00000000000000000001', 'JANE DOE', false);
INSERT INTO speaker_words VALUES ('jane', 's00000000000000000001');
INSERT INTO speaker_words VALUES ('doe', 's00000000000000000001');
INSERT INTO quotes
    (key, id, article_id, speaker_id, kind, rule, confidence, segments, text, words, speaker_words)
VALUES (5, 'q1', 'a', 's00000000000000000001', 'direct', 'quote_cue_name', 0.9, '[[0, 4]]',
    'Move', 'move', 'jane doe');
INSERT INTO quotes
    (key, id, article_id, speaker_id, kind, rule, confidence, segments, text, words, speaker_words)
VALUES (4, 'q2', 'a', NULL, 'mixed', 'silence', 0.9, '[[9, 14]]', 'Stand', 'stand', '')
"""


def test_a_copy_opens_without_the_files_beside_it(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db")
    store.upgrade()
    save(store, "a", quote("Yes"))
    copy = tmp_path / "elsewhere" / "copy.db"
    copy.parent.mkdir()
    store.back_up(copy)
    store.close()
    assert [path.name for path in copy.parent.iterdir()] == ["copy.db"]
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
