"""Changes in order: a copy elsewhere that follows them stays equal, whatever is written."""

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from service.extractor import Extraction, Quote
from service.store import (
    Article,
    ChangeRecord,
    ChangesDropped,
    InvalidChange,
    InvalidCursor,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SpeakerChange,
    SpeakerChoice,
    Store,
)
from service.store.change_log import write as change_log
from service.store.database.keys import first_key_at
from service.store.database.tables import store_state
from tests.store.build import day, person, quote, save
from tests.store.following import EVERYTHING, Copy, read_store

BASE = (
    "We will not move until spring comes, and the river falls, and the bridge is open to us all again. " * 2
)
TEXTS = (BASE, f"News. {BASE}", BASE.replace("bridge", "lock"))
NAMES = ("Jane Doe", "JANE DOE", "Jane DOE", "Rob Roe", "Ann Poe", "Roe", "Doe")


class Writes:
    """Random writes of every kind."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store = store
        self.random = random.Random(seed)
        self.merged: list[str] = []
        self.kinds: list[Callable[[], object]] = [
            *(self.put, self.put, self.put, self.load, self.delete, self.correct, self.correct, self.reset),
            *(self.merge, self.part, self.rename, self.reextract),
        ]

    def write(self) -> None:
        with suppress(InvalidChange):
            self.random.choice(self.kinds)()

    def choose_article(self) -> Article:
        return Article(
            id=f"a{self.random.randrange(6)}",
            text=self.random.choice(TEXTS),
            title=self.random.choice((None, "A title")),
            published_at=self.random.choice((None, day("2026-03-01"), day("2026-03-02"))),
        )

    def extract(self, text: str) -> Extraction:
        starts = self.random.sample(range(0, 90, 10), self.random.randrange(5))
        return Extraction(tuple(self.choose_quote(text, start) for start in sorted(starts)), ())

    def choose_quote(self, text: str, start: int) -> Quote:
        name, kind = self.random.choice(NAMES), self.random.choice(("direct", "mixed", "indirect"))
        others = tuple(map(person, self.random.sample(NAMES, self.random.randrange(2))))
        words = text[start : start + 9]
        return quote(words, start, kind=kind, speaker=person(name), co_speakers=others)

    def choose_speaker(self) -> str | None:
        found = self.store.list_speakers(None, EVERYTHING).items
        return self.random.choice(found).id if found else None

    def put(self) -> None:
        article = self.choose_article()
        self.store.save_article(article, self.extract(article.text), extractor_version="1")

    def load(self) -> None:
        given = [self.choose_article() for _ in range(3)]
        extracted = [(article, self.extract(article.text)) for article in given]
        self.store.save_articles(extracted, extractor_version="1")

    def delete(self) -> None:
        self.store.delete_article(self.choose_article().id)

    def correct(self) -> None:
        found = self.store.list_quotes(QuoteFilter(kind="any"), EVERYTHING).items
        changes = (
            QuoteChange("heard it", speaker=SpeakerChoice(name=self.random.choice(NAMES))),
            QuoteChange("a title", rejected=True),
            QuoteChange("a part", kind="mixed"),
        )
        if found:
            self.store.correct_quote(self.random.choice(found).id, self.random.choice(changes))

    def reset(self) -> None:
        corrections = self.store.list_corrections(EVERYTHING).items
        if corrections:
            self.store.withdraw_correction(self.random.choice(corrections).quote_id)

    def merge(self) -> None:
        one, other = self.choose_speaker(), self.choose_speaker()
        if one is not None and other is not None:
            self.store.merge_speakers(one, other)
            self.merged.append(one)

    def part(self) -> None:
        if self.merged:
            self.store.undo_merge(self.random.choice(self.merged))

    def rename(self) -> None:
        changes = (SpeakerChange("Somebody Else"), SpeakerChange(gender="f"), SpeakerChange(external_id="Q7"))
        if speaker_id := self.choose_speaker():
            self.store.change_speaker(speaker_id, self.random.choice(changes))

    def reextract(self) -> None:
        texts = self.store.list_texts(after=None, limit=2)
        read = [(text, self.extract(text.text)) for text in texts]
        self.store.replace_quotes(read, extractor_version=self.random.choice("12"))


def list_times(quotes: Mapping[str, QuoteRecord]) -> dict[str, tuple[datetime, datetime]]:
    return {key: (one.added_at, one.changed_at) for key, one in quotes.items()}


def told(changes: list[ChangeRecord]) -> list[tuple[str, str, str]]:
    return [(one.type, one.id, one.action) for one in changes]


@pytest.mark.parametrize("seed", range(2))
def test_copy_that_follows_the_changes_is_equal(store: Store, seed: int) -> None:
    writes, copy = Writes(store, seed), Copy()
    for number in range(40):
        writes.write()
        if number % 4 == 0:
            # Not always to the end, so that what is told changes again before it is fetched.
            copy.follow(store, limit=2, most=1 + number % 3)
        if number % 20 == 19:
            copy.follow(store)
            articles, quotes = read_store(store)
            assert (copy.articles, copy.quotes) == (articles, quotes)
            assert list_times(copy.quotes) == list_times(quotes)
    late = Copy()
    changes = late.follow(store)
    assert (late.articles, late.quotes) == read_store(store)
    assert len({(one.type, one.id) for one in changes}) == len(changes)
    assert copy.follow(store) == [] == late.follow(store)


def test_each_thing_is_told_once_by_its_last_change(store: Store) -> None:
    save(store, "a", quote("One"), quote("Two", 5), text="One. Two.")
    save(store, "b", quote("Three"))
    save(store, "a", quote("One"), quote("Two", 5), text="One. Two.", title="New")
    copy = Copy()
    assert told(copy.follow(store)) == [("article", "b", "added"), ("article", "a", "changed")]
    first, second = (copy.quotes[one].id for one in sorted(copy.quotes) if copy.quotes[one].article.id == "a")
    store.correct_quote(first, QuoteChange("no quote", rejected=True))
    assert told(copy.follow(store)) == [("article", "a", "changed"), ("quote", first, "removed")]
    store.withdraw_correction(first)
    assert told(copy.follow(store)) == [("article", "a", "changed"), ("quote", first, "added")]
    store.correct_quote(second, QuoteChange("a part", kind="mixed"))
    assert told(copy.follow(store)) == [("quote", second, "changed")]
    store.delete_article("a")
    assert told(copy.follow(store)) == [("article", "a", "removed")]
    save(store, "a", quote("One"))
    assert told(copy.follow(store)) == [("article", "a", "added")]
    assert told(Copy().follow(store)) == [("article", "b", "added"), ("article", "a", "added")]


def test_a_merge_is_one_change(store: Store) -> None:
    save(store, "a", *(quote(f"Quote {number}", number * 20, speaker=person("Doe")) for number in range(9)))
    save(store, "b", quote("Other", speaker=person("Jane Doe")))
    copy = Copy()
    copy.follow(store)
    doe, jane = (store.list_speakers(name, EVERYTHING).items[0].id for name in ("doe", "jane"))
    store.merge_speakers(jane, doe)
    assert told(copy.follow(store)) == [("speaker", jane, "changed")]
    store.change_speaker(doe, SpeakerChange(name="J. Doe"))
    store.undo_merge(jane)
    assert told(copy.follow(store)) == [("speaker", doe, "changed"), ("speaker", jane, "changed")]
    assert copy.quotes == read_store(store)[1]


def test_another_spelling_of_a_name_is_a_change_of_the_speaker(store: Store) -> None:
    save(store, "a", quote("One", speaker=person("JANE DOE")))
    copy = Copy()
    copy.follow(store)
    save(store, "b", quote("Two", speaker=person("Jane Doe")))
    [jane] = store.list_speakers(None, EVERYTHING).items
    assert told(copy.follow(store)) == [("article", "b", "added"), ("speaker", jane.id, "changed")]
    assert copy.quotes == read_store(store)[1]


def test_what_is_stored_unchanged_is_no_change(store: Store) -> None:
    save(store, "a", quote("One"))
    copy = Copy()
    copy.follow(store)
    save(store, "a", quote("One"))
    [text] = store.list_texts(after=None, limit=1)
    store.replace_quotes([(text, Extraction((quote("One"),), ()))], extractor_version="1")
    assert copy.follow(store) == []
    store.replace_quotes([(text, Extraction((quote("One"),), ()))], extractor_version="2")
    assert told(copy.follow(store)) == [("article", "a", "changed")]


def test_cursor_older_than_the_removals_kept_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        save(store, name, quote("One"))
    old, new = Copy(), Copy()
    old.follow(store)
    store.delete_article("a")
    new.follow(store)
    beginner = Copy()
    beginner.follow(store, limit=1, most=1)
    monkeypatch.setattr(change_log, "KEPT", timedelta(seconds=-2))
    store.delete_article("b")
    store.delete_article("c")
    monkeypatch.undo()
    with pytest.raises(ChangesDropped):
        old.follow(store)
    with pytest.raises(ChangesDropped):
        new.follow(store)
    assert told(Copy().follow(store)) == []
    save(store, "d", quote("One"))
    assert told(Copy().follow(store)) == [("article", "d", "added")]


def test_numbers_rise_when_the_clock_is_put_back(store: Store) -> None:
    save(store, "a", quote("One"))
    copy = Copy()
    copy.follow(store)
    ahead = first_key_at(datetime.now(UTC) + timedelta(days=1))
    with store._writing() as connection:
        connection.execute(update(store_state).values(number=ahead))
    for name in "bc":
        save(store, name, quote("One"))
        assert told(copy.follow(store)) == [("article", name, "added")]


def test_copy_that_began_late_needs_no_removals_before(store: Store) -> None:
    for name in "abc":
        save(store, name, quote("One"))
    store.delete_article("a")
    copy = Copy()
    copy.follow(store, limit=1, most=1)
    with store._writing() as connection:
        change_log.drop_old(connection, datetime.now(UTC) + timedelta(seconds=2))
    assert told(copy.follow(store)) == [("article", "c", "added")]
    assert copy.articles == read_store(store)[0]


@pytest.mark.parametrize("cursor", ["", "x", "WyJjaGFuZ2VzIiw1LDVd"])
def test_cursor_of_nothing_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        store.list_changes(PageRequest(1, cursor))
