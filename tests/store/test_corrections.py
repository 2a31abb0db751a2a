"""What people put right stays right; each test on each database."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from service.extractor import Extraction, Quote, Span, Speaker
from service.store import (
    InvalidChange,
    InvalidCursor,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SpeakerChoice,
    Store,
)
from service.store.corrections import apply
from service.store.database.insert_rows import insert_rows
from service.store.database.tables import quotes
from tests.faults.store_invariants import check_store
from tests.store.build import day, person, quote, save

ALL = PageRequest(100)
TEXT = "“One,” said Jane Doe. “Two,” he said. “Three,” added John Smith."
ONE, TWO, THREE = quote("One", 1), quote("Two", 23), quote("Three", 39, speaker=person("John Smith"))
NOBODY = SpeakerChoice()


@pytest.fixture
def filled(store: Store) -> Store:
    save_all(store, ONE, TWO, THREE)
    return store


def save_all(store: Store, *quotes: Quote, version: str = "1", **fields: Any) -> None:
    save(store, "a", *quotes, version=version, **{"text": TEXT, **fields})


def said(store: Store) -> dict[str, str | None]:
    found = store.list_quotes(QuoteFilter(article="a"), ALL).items
    return {one.text: one.speaker.name if one.speaker else None for one in found}


def find(store: Store, text: str) -> QuoteRecord:
    [found] = [one for one in store.list_quotes(QuoteFilter(), ALL).items if one.text == text]
    return found


def correct(store: Store, text: str, **change: Any) -> str:
    quote_id = find(store, text).id
    assert store.correct_quote(quote_id, QuoteChange(**{"reason": "I was there.", **change})) is not None
    return quote_id


def unplaced(store: Store) -> set[str]:
    return {one.text for one in store.list_corrections(ALL).items if one.unplaced}


def speakers(store: Store) -> dict[str, int]:
    return {one.name: one.quotes for one in store.list_speakers(None, ALL).items}


def test_another_speaker_holds_through_extraction_anew(filled: Store) -> None:
    quote_id = correct(filled, "Two", speaker=SpeakerChoice(name=" Bob Roe "))
    for version in ("1", "2"):
        assert said(filled) == {"One": "Jane Doe", "Two": "Bob Roe", "Three": "John Smith"}
        assert speakers(filled) == {"Jane Doe": 1, "Bob Roe": 1, "John Smith": 1}
        corrected = filled.get_quote(quote_id)
        assert corrected is not None
        assert (corrected.corrected, corrected.extractor_version) == (True, version)
        assert [one.text for one in filled.list_quotes(QuoteFilter(speaker="bob roe"), ALL).items] == ["Two"]
        save_all(filled, ONE, TWO, THREE, version="2")
    assert not find(filled, "One").corrected
    assert filled.stats().speakers == 3


def test_a_speaker_is_chosen_by_id_and_follows_their_merges(filled: Store) -> None:
    [john] = filled.list_speakers("john", ALL).items
    correct(filled, "Two", speaker=SpeakerChoice(id=john.id))
    assert said(filled)["Two"] == "John Smith"
    [jane] = filled.list_speakers("jane", ALL).items
    filled.merge_speakers(john.id, jane.id)
    assert set(said(filled).values()) == {"Jane Doe"}
    save_all(filled, ONE, TWO, THREE, version="2")
    assert set(said(filled).values()) == {"Jane Doe"}
    filled.undo_merge(john.id)
    assert said(filled) == {"One": "Jane Doe", "Two": "John Smith", "Three": "John Smith"}


def test_nobody_and_another_kind_hold(filled: Store) -> None:
    correct(filled, "Two", speaker=NOBODY)
    correct(filled, "Two", kind="mixed")
    save_all(filled, ONE, TWO, THREE, version="2")
    assert said(filled)["Two"] is None
    assert find(filled, "Two").kind == "mixed"
    statistics = filled.stats()
    assert statistics.by_kind == {"direct": 2, "mixed": 1}
    assert statistics.attributed == pytest.approx(2 / 3)


def test_a_rejected_quote_is_gone_until_that_is_taken_back(filled: Store) -> None:
    before = filled.list_quotes(QuoteFilter(), ALL)
    quote_id = correct(filled, "Two", rejected=True)
    for _ in range(2):
        assert list(said(filled)) == ["One", "Three"]
        assert filled.get_quote(quote_id) is None
        assert filled.stats().quotes == 2
        article = filled.get_article("a")
        assert article is not None
        assert article.quotes == 2
        save_all(filled, ONE, TWO, THREE, version="2")
    save_all(filled, ONE, TWO, THREE)
    record = filled.correct_quote(quote_id, QuoteChange("It is one.", rejected=False))
    assert record is not None
    assert (record.rejected, record.reason) == (False, "It is one.")
    after = filled.list_quotes(QuoteFilter(), ALL)
    assert [one.id for one in after.items] == [one.id for one in before.items]


def test_a_withdrawn_correction_leaves_what_the_extractor_says_now(filled: Store) -> None:
    before = filled.list_quotes(QuoteFilter(), ALL)
    quote_id = correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"), kind="mixed")
    assert filled.withdraw_correction(quote_id)
    assert filled.list_quotes(QuoteFilter(), ALL) == before
    assert "Bob Roe" not in speakers(filled)
    correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"))
    save_all(filled, ONE, quote("Two", 23, speaker=person("Ann Poe")), THREE, version="2")
    assert said(filled)["Two"] == "Bob Roe"
    filled.withdraw_correction(quote_id)
    assert said(filled)["Two"] == "Ann Poe"
    assert not filled.withdraw_correction(quote_id)
    rejected = correct(filled, "Two", rejected=True)
    filled.withdraw_correction(rejected)
    assert said(filled)["Two"] == "Ann Poe"


def test_a_corrected_quote_stays_when_extraction_finds_it_no_more(filled: Store) -> None:
    correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"))
    save_all(filled, ONE, THREE, version="2")
    assert said(filled) == {"One": "Jane Doe", "Two": "Bob Roe", "Three": "John Smith"}
    assert find(filled, "Two").extractor_version == "1"
    wider = quote("One,” said Jane Doe. “Two", 1)
    save_all(filled, wider, THREE, version="3")
    assert list(said(filled)) == [wider.text, "Three"]
    save_all(filled, ONE, TWO, THREE, version="4")
    assert said(filled)["Two"] == "Bob Roe"


def test_a_correction_holds_when_the_quote_is_cut_differently(filled: Store) -> None:
    quote_id = correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"))
    save_all(filled, ONE, quote("Two,", 23), THREE, text=TEXT.replace("Two", "Two,,"), version="2")
    found = find(filled, "Two,")
    assert found.speaker is not None
    assert found.speaker.name == "Bob Roe"
    assert found.id != quote_id
    record = filled.get_correction(found.id)
    assert record is not None
    assert (record.text, record.reason) == ("Two,", "I was there.")
    assert filled.get_correction(quote_id) is None
    correct(filled, "Two,", rejected=True)
    save_all(filled, ONE, quote("Two", 23), THREE, text=TEXT.replace("Two", "Two,,"), version="3")
    assert list(said(filled)) == ["One", "Three"]


def test_a_correction_does_not_touch_other_words_at_its_place(filled: Store) -> None:
    quote_id = correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"))
    changed = TEXT.replace("Two", "Ten")
    ten = quote("Ten", 23)
    save_all(filled, ONE, ten, THREE, text=changed)
    assert said(filled) == {"One": "Jane Doe", "Ten": "Jane Doe", "Three": "John Smith"}
    correct(filled, "One", kind="mixed")
    assert said(filled)["Ten"] == "Jane Doe"
    assert correct(filled, "Ten", rejected=True) == quote_id
    assert list(said(filled)) == ["One", "Three"]
    assert unplaced(filled) == {"Two"}
    save_all(filled, ONE, TWO, THREE)
    assert said(filled)["Two"] == "Bob Roe"
    assert unplaced(filled) == {"Ten"}


def test_corrections_go_with_their_article(filled: Store) -> None:
    correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"))
    filled.delete_article("a")
    assert filled.list_corrections(ALL).items == ()
    assert speakers(filled) == {}
    save_all(filled, ONE, TWO, THREE)
    assert said(filled)["Two"] == "Jane Doe"


def test_a_correction_says_what_was_found_and_what_was_said(filled: Store) -> None:
    quote_id = correct(filled, "Two", speaker=SpeakerChoice(name="Bob Roe"), reason="He sat beside me.")
    record = filled.get_correction(quote_id)
    assert record is not None
    assert (record.quote_id, record.article_id, record.text) == (quote_id, "a", "Two")
    assert (record.corrects_speaker, record.speaker, record.found_speaker) == (True, "Bob Roe", "Jane Doe")
    assert (record.corrects_kind, record.kind, record.found_kind) == (False, "direct", "direct")
    assert record.reason == "He sat beside me."
    assert filled.get_correction(find(filled, "One").id) is None
    assert filled.get_correction("\0") is None


def test_corrections_page_from_the_newest(filled: Store) -> None:
    ids = [correct(filled, text, kind="mixed") for text in ("One", "Two", "Three")]
    first = filled.list_corrections(PageRequest(2))
    second = filled.list_corrections(PageRequest(2, first.next_cursor))
    assert [one.quote_id for one in (*first.items, *second.items)] == ids[::-1]
    assert second.next_cursor is None
    with pytest.raises(InvalidCursor):
        filled.list_corrections(PageRequest(2, "nonsense"))


def test_corrections_are_listed_by_article_and_by_whether_their_words_are_gone(filled: Store) -> None:
    save(filled, "b", quote("Four", 1), text="“Four,” said Jane Doe.")
    two, four = (correct(filled, text, kind="mixed") for text in ("Two", "Four"))
    save_all(filled, ONE, text="“One,” said Jane Doe.")

    def ids(**wanted: Any) -> list[str]:
        return [one.quote_id for one in filled.list_corrections(ALL, **wanted).items]

    assert ids() == [four, two]
    assert ids(article="a") == ids(unplaced=True) == ids(article="a", unplaced=True) == [two]
    assert ids(article="b") == ids(unplaced=False) == [four]
    assert ids(article="a", unplaced=False) == ids(article="none") == ids(article="\0") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (QuoteChange("Why."), "reason"),
        (QuoteChange(" ", kind="mixed"), "reason"),
        (QuoteChange("a" * 1001, kind="mixed"), "reason"),
        (QuoteChange("a\0", kind="mixed"), "reason"),
        (QuoteChange("Why.", speaker=SpeakerChoice(id="none")), "speaker.id"),
        (QuoteChange("Why.", speaker=SpeakerChoice(id="\0")), "speaker.id"),
        (QuoteChange("Why.", speaker=SpeakerChoice(name="…")), "speaker.name"),
        (QuoteChange("Why.", speaker=SpeakerChoice(name="a" * 201)), "speaker.name"),
    ],
)
def test_a_quote_cannot_be_corrected_so(filled: Store, change: QuoteChange, field: str) -> None:
    before = filled.stamp()
    with pytest.raises(InvalidChange) as refused:
        filled.correct_quote(find(filled, "One").id, change)
    assert refused.value.field == field
    assert filled.stamp() == before
    assert filled.correct_quote("none", QuoteChange("Why.", kind="mixed")) is None
    assert filled.correct_quote("\0", QuoteChange("Why.", kind="mixed")) is None


def test_corrected_articles_come_as_annotated_news(store: Store) -> None:
    spokesman = Speaker("a spokesman", "unnamed")
    two = quote("Two", 23, mention=Span(29, 31, "he"), cue=Span(32, 36, "said"))
    three = quote("Three", 39, speaker=spokesman, mention=Span(52, 62, "John Smith"))
    save_all(store, ONE, two, three)
    save(store, "b", quote("Other"))
    correct(store, "One", rejected=True)
    correct(store, "Two", speaker=SpeakerChoice(name="John Smith"))
    [article] = store.stream_annotations()
    assert (article.id, article.text) == ("a", TEXT)
    one, second, third = article.quotations
    assert (one.kind, one.content, one.corrected) == ("other", ((1, 4),), True)
    assert (second.kind, second.content, second.cue) == ("direct", ((23, 26),), ((32, 36),))
    assert (second.speaker, second.corrected) == ("John Smith", True)
    assert [TEXT[start:end] for start, end in second.source] == ["John Smith"]
    assert (third.source, third.speaker, third.corrected) == (((52, 62),), None, False)


def test_a_correction_writes_the_quote_that_it_changes_and_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [quote(f"We shall not move {number} times", 40 * number) for number in range(60)]
    text = "".join(f"{one.text:40}" for one in said)
    for name in ("a", "b"):
        save(store, name, *said, text=text, published_at=day("2020-01-01"))
    written: list[str] = []

    def note_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        written.extend(row["id"] for row in rows)
        insert_rows(connection, table, rows)

    monkeypatch.setattr("service.store.quotes.write.insert_rows", note_rows)
    before = list(store.stream_quotes(QuoteFilter()))
    keys = list_keys(store)
    own = [one.id for one in before if one.article.id == "a"]
    for quote_id in (own[0], own[1], own[30], own[59]):
        for change in (
            QuoteChange("Why.", rejected=True),
            QuoteChange("Why.", SpeakerChoice(name="Ann Roe")),
        ):
            assert store.correct_quote(quote_id, change)
            assert len(list(store.stream_quotes(QuoteFilter(speaker="doe")))) == 119
            assert store.withdraw_correction(quote_id)
            assert set(written) == {quote_id}
            assert list(store.stream_quotes(QuoteFilter())) == before
            assert list_keys(store) == keys
            written.clear()


def test_quotes_without_room_between_them_are_all_placed_again(store: Store) -> None:
    said = [quote(f"We shall not move {number} times", 40 * number) for number in range(9)]
    text = "".join(f"{one.text:40}" for one in said)
    save(store, "a", *said[::2], text=text, published_at=day("2020-01-01"), version="0")
    save(store, "b", quote("Later"), published_at=day("2020-01-01"))
    [stored] = store.list_texts(after=None, limit=1, unless_read_by="1")
    store.replace_quotes([(stored, Extraction(tuple(said), ()))], extractor_version="1")
    found = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert [one.text for one in found] == [one.text for one in said]
    assert len({key for _, key in list_keys(store)}) == 10


def list_keys(store: Store) -> list[tuple[str, int]]:
    with store._engine.connect() as connection:
        return sorted((row.id, row.key) for row in connection.execute(select(quotes.c.id, quotes.c.key)))


def test_a_correction_reads_the_quotes_around_it_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many an article has: others wait to write meanwhile."""
    said = [f"We say {number:03}" for number in range(120)]
    save(store, "long", *(quote(one, 11 * place) for place, one in enumerate(said)), text=" ".join(said))
    before = store.list_quotes(QuoteFilter(article="long"), PageRequest(200)).items
    read: list[Any] = []
    read_row = apply.read_row

    def note(row: Any, together: Any) -> Any:
        read.append(row)
        return read_row(row, together)

    monkeypatch.setattr(apply, "read_row", note)
    chosen = before[60]
    for change in (QuoteChange("no", rejected=True), QuoteChange("yes", rejected=False, kind="mixed")):
        store.correct_quote(chosen.id, change)
        check_store(store)
    assert store.withdraw_correction(chosen.id)
    assert len(read) < 10
    assert store.list_quotes(QuoteFilter(article="long"), PageRequest(200)).items == before
    check_store(store)
