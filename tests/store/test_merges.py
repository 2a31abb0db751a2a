"""Merges of speakers: a change of speakers alone, which their quotes and quotations follow."""

from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from service.store import PageRequest, QuoteFilter, Store, StoreNotReady
from service.store.database.tables import articles, quotes, speakers
from service.store.quotations.wordings import read_wording
from service.store.speakers import find_by_name, regroup
from tests.faults.store_invariants import check_store
from tests.store.build import day, migrate, person, quote, recorded, save

ALL = PageRequest(100)
SHORT = "We will not move"


def say(store: Store, name: str, *texts: str) -> str:
    """Store an article for each text, all said by one speaker, whose id is returned."""
    for number, said in enumerate(texts):
        save(store, f"{name} {number}", quote(said, speaker=person(name)), text=said)
    [found] = [one for one in store.list_speakers(None, ALL).items if one.name == name]
    return found.id


def texts(store: Store, **wanted: Any) -> set[str]:
    return {one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items}


def read_rows(store: Store, *names: str) -> set[Any]:
    with store._reading() as connection:
        return set(connection.execute(select(*(quotes.c[name] for name in names))).all())


def test_a_merge_leaves_quotes_with_whom_they_were_written(store: Store) -> None:
    jane, prentiss = say(store, "Jane Prentiss", SHORT, "Yes"), say(store, "Prentiss", SHORT, "No")
    before = read_rows(store, "id", "speaker_id", "speaker_words")
    store.merge_speakers(prentiss, jane)
    assert read_rows(store, "id", "speaker_id", "speaker_words") == before
    [speaker] = {one.speaker for one in store.list_quotes(QuoteFilter(), ALL).items}
    assert speaker is not None
    assert (speaker.id, speaker.name) == (jane, "Jane Prentiss")
    check_store(store)
    store.undo_merge(prentiss)
    assert read_rows(store, "id", "speaker_id", "speaker_words") == before
    check_store(store)


def test_the_statements_of_a_merge_are_as_many_for_many_quotes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_regroup", lambda: None)
    monkeypatch.setattr(regroup, "regroup_some", lambda _connection: None)
    sent = []
    for number in (1, 20):
        jane, john = (say(store, f"{name} {number}", *map(str, range(number))) for name in ("Jane", "John"))
        with recorded(store) as statements:
            store.merge_speakers(john, jane)
            store.undo_merge(john)
        sent.append([one.text for one in statements])
        assert not any("UPDATE quotes" in one or "DELETE FROM quotes" in one for one in sent[-1])
    assert len(sent[0]) == len(sent[1])


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_what_a_merge_left_is_grouped_by_the_next_upgrade(
    store: Store, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """If the process ends in the middle, lists know of the merge, and quotations follow later."""
    monkeypatch.setattr(regroup, "QUOTES_AT_ONCE", 2)
    monkeypatch.setattr(regroup, "NEXT", regroup.NEXT.limit(2))
    said = [f"{SHORT} {number}" for number in range(5)]
    jane, john = say(store, "Jane Doe", *said), say(store, "John Roe", *said)
    done, go_on = count(), regroup.regroup_some

    def stop(*arguments: Any) -> Any:
        if next(done) >= steps:
            raise StoreNotReady("the process was killed")
        return go_on(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(regroup, "regroup_some", lambda *_: None)
        patched.setattr(store, "_regroup", lambda: None)
        store.merge_speakers(john, jane)
    monkeypatch.setattr(regroup, "regroup_some", stop)
    store.upgrade()
    assert [one.quotes for one in store.list_speakers(None, ALL).items] == [10]
    assert len(store.list_quotes(QuoteFilter(speaker_id=jane), ALL).items) == 10
    with pytest.raises(AssertionError):
        check_store(store)
    # Written and removed in between, by those who know of the merge.
    save(store, "later", quote(said[0], speaker=person("John Roe")), text=said[0])
    store.delete_article("John Roe 1")
    monkeypatch.setattr(regroup, "regroup_some", go_on)
    store.upgrade()
    assert [one.occurrences for one in store.list_quotes(QuoteFilter(q="move 0"), ALL).items] == [3, 3, 3]
    check_store(store)


def test_a_name_given_by_a_merge_is_found_among_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a few speakers a name is looked up by its words, which quotes of merged speakers do not hold."""
    for number in range(find_by_name.FEW_IDS + 1):
        say(store, f"Bush {number}", f"I am number {number}")
    dubya, decider, laura = (say(store, name, name) for name in ("Dubya", "The Decider", "Laura Bush"))
    bush = say(store, "Bush 0", "I am number 0")
    store.merge_speakers(dubya, bush)
    store.merge_speakers(decider, dubya)
    everyone = {f"I am number {number}" for number in range(find_by_name.FEW_IDS + 1)}
    everyone |= {"Dubya", "The Decider", "Laura Bush"}
    assert texts(store, speaker="bush") == everyone
    assert texts(store, speaker="bush decider") == {"Dubya", "The Decider", "I am number 0"}
    assert texts(store, speaker="bush", q="number 0") == {"I am number 0"}
    monkeypatch.setattr(find_by_name, "ADDED_IDS", 0)
    assert texts(store, speaker="bush") == everyone
    store.undo_merge(dubya)
    assert texts(store, speaker="bush") == everyone - {"Dubya"}
    assert texts(store, speaker_id=laura) == {"Laura Bush"}
    check_store(store)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"q": "move"},
        {"source": "daily"},
        {"kind": "direct"},
        {"article": "John Roe 0"},
        {"speaker": "jane"},
        {"speaker": "roe"},
        {"min_confidence": 0.5},
        {"from_": day("2000-01-01")},
        {"unique": True},
    ],
    ids=str,
)
def test_conditions_narrow_the_quotes_of_all_members(store: Store, wanted: dict[str, Any]) -> None:
    names = ("Jane Doe", "John Roe", "Ana Ruiz")
    for number, name in enumerate(names):
        said = quote(f"We will not move {number}", speaker=person(name))
        dated = day("2020-01-01")
        save(store, f"{name} 0", said, source="Daily", text=f"{name} 0", published_at=dated)
    found = {one.name: one.id for one in store.list_speakers(None, ALL).items}
    store.merge_speakers(found["John Roe"], found["Jane Doe"])
    expected = {"We will not move 1"} | ({"We will not move 0"} if "article" not in wanted else set())
    assert texts(store, speaker_id=found["Jane Doe"], **wanted) == expected
    assert texts(store, speaker_id=found["John Roe"], **wanted) == expected
    facets = store.count_facets(QuoteFilter(speaker_id=found["John Roe"], **wanted), ["speaker"])
    assert [(one.name, one.quotes) for one in facets.values["speaker"]] == [("Jane Doe", len(expected))]


def test_speakers_who_are_merged_count_once_among_sources(store: Store) -> None:
    jane, john = say(store, "Jane Doe", "One", "Two"), say(store, "John Roe", "Three")
    store.merge_speakers(john, jane)
    total = store.count_sources(QuoteFilter(), "kind", None).total
    assert (total.quotes, total.speakers) == (3, 1)
    with store._writing() as connection:
        connection.execute(update(speakers).where(speakers.c.id == jane).values(gender="f"))
    genders = store.count_sources(QuoteFilter(), "gender", None).groups
    assert [(one.value, one.quotes) for one in genders] == [("f", 3)]
    listed = store.list_quotes(QuoteFilter(), ALL).items
    assert {one.speaker.gender for one in listed if one.speaker} == {"f"}


def test_a_store_with_merges_is_brought_up_to_date(store_url: str) -> None:
    store = Store(store_url)
    migrate(store, "0013")
    with store._writing() as connection:
        connection.execute(insert(articles), describe_article())
        for row in (
            (S1, "George Bush", None, 4, True, "george bush dubya prez"),
            (S3, "Prez", S1, 0, False, ""),
            (S2, "Dubya", S3, 0, False, ""),
        ):
            connection.execute(text(SPEAKER), dict(zip(SPEAKER_FIELDS, row, strict=True)))
        for word in ("george", "bush", "dubya", "prez"):
            connection.execute(text(WORD), {"word": word, "root": S1})
        for number, own in enumerate((None, S2, S3, None)):
            connection.execute(text(QUOTE), describe_quote(number, own))
        connection.execute(text(CO_SPEAKER), {"root": S1, "own": S2})
        for statement in COUNTS:
            connection.execute(text(statement))
    store.upgrade()
    check_store(store)
    assert texts(store, speaker_id=S2) == texts(store, speaker="dubya") == {f"Say {n}" for n in range(4)}
    assert store.undo_merge(S3) is not None
    check_store(store)
    assert texts(store, speaker="dubya") == {"Say 0", "Say 1", "Say 2"}
    assert texts(store, speaker="george") == {"Say 0", "Say 3"}
    with store._reading() as connection:
        words = {row.id: row.words for row in connection.execute(select(speakers))}
    assert words == {S1: "george bush", S2: "dubya", S3: "prez"}
    store.close()


S1, S2, S3 = (f"s{number:020}" for number in (1, 2, 3))
SAID = "Say 0. Say 1. Say 2. Say 3."
SPEAKER_FIELDS = ("id", "name", "into", "quotes", "by_hand", "words")
SPEAKER = """
    INSERT INTO speakers
        (id, name, kind, unnamed, sort_name, quote_count, indirect_count, merged_into, by_hand, words)
    VALUES (:id, :name, 'person', false, lower(:name), :quotes, 0, :into, :by_hand, :words)
"""
WORD = """
    INSERT INTO speaker_words (word, speaker_id, unnamed, sort_name)
    VALUES (:word, :root, false, 'george bush')
"""
QUOTE = """
    INSERT INTO quotes
        (key, id, article_id, speaker_id, merged_from, kind, rule, confidence, segments, text, words,
        speaker_words, wording, quotation, extractor_version, corrected, co_speakers)
    VALUES
        (:key, :id, 'a', :root, :own, 'direct', 'quote_cue_name', 0.9, :segments, :text, :words,
        'george bush dubya prez', :wording, :wording, '1', false, :beside)
"""
CO_SPEAKER = "INSERT INTO co_speakers (quote_key, place, speaker_id, merged_from) VALUES (10, 0, :root, :own)"
COUNTS = (
    "INSERT INTO quote_counts (kind, rule, quotes, attributed) VALUES ('direct', 'quote_cue_name', 4, 4)",
    "UPDATE store_state SET articles = 1, speakers = 1",
)


def describe_article() -> dict[str, Any]:
    return {
        "key": 1,
        "id": "a",
        "language": "en",
        "added_at": day("2020-01-01"),
        "digest": "d",
        "extractor_version": "1",
        "quote_count": 4,
        "text": SAID,
    }


def describe_quote(number: int, own: str | None) -> dict[str, Any]:
    start = 7 * number
    return {
        "key": 10 - number,
        "id": f"q{number}",
        "root": S1,
        "own": own,
        "segments": f"[[{start}, {start + 5}]]",
        "text": f"Say {number}",
        "words": f"say {number}",
        "wording": read_wording(f"say {number}", S1, f"q{number}").key,
        "beside": int(number == 0),
    }
