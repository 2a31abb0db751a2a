"""Which quotes are the same: what decides, that it depends on what is stored alone."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import count, permutations
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.extractor import Speaker
from service.store import (
    InvalidCursor,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SpeakerChoice,
    Store,
)
from service.store.database.tables import fingerprints, quotes, speakers
from service.store.quotations import occurrences
from service.store.quotations.wordings import ENOUGH_WORDS, FEWEST_WORDS, Wording, read_wording
from service.store.speakers.write import derive_speaker_id
from tests.store.build import day, person, quote, save

ALL = PageRequest(200)
MOVE, NOW = "We will not move", "We will not move, now or ever"
LONG = "This is a disgrace and we will appeal against it tomorrow"
PART = "a disgrace and we will appeal against it"
JANE, JOHN, SPOKESMAN = person("Jane Doe"), person("John Roe"), Speaker("a spokesman", "unnamed")


def list_all(store: Store) -> list[QuoteRecord]:
    return list(store.stream_quotes(QuoteFilter()))


def group(store: Store) -> set[frozenset[str]]:
    """The ids of quotes, quotation by quotation; checks what each quote says of its own."""
    groups = defaultdict(set)
    found = list_all(store)
    for one in found:
        groups[one.quotation].add(one.id)
    assert all(one.occurrences == len(groups[one.quotation]) for one in found)
    return {frozenset(ids) for ids in groups.values()}


def say(store: Store, *said: tuple[str, Speaker | None]) -> int:
    """Store an article for each quote; the number of quotations there are."""
    for number, (text, speaker) in enumerate(said):
        moment = day(f"2020-01-{number + 1:02}")
        save(store, f"a{number}", quote(text, speaker=speaker), text=text, published_at=moment)
    return len(group(store))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Case, accents, marks, spacing and ellipses tell nothing; from eight words on nor does the speaker.
        ([(LONG, JANE), ("this is a DISGRÂCE … and we will appeal, against it tomorrow!", None)], 1),
        ([(LONG, JANE), (LONG, JOHN), (LONG, SPOKESMAN), (LONG, None)], 1),
        ([(LONG, JANE), (LONG.replace("appeal", "protest"), JANE)], 2),
        # Cut ends.
        ([(LONG, JANE), (PART, JOHN)], 1),
        ([(PART, None), (f"He said: {PART}, on Monday", None), (PART, JANE)], 1),
        ([(f"One two {PART}", JANE), (f"{PART} three four", JANE)], 2),
        # A word inside another is no word of it.
        ([("he saw the catalogue of the whole collection today", None), ("saw the cat", None)], 2),
        ([(LONG.replace("tomorrow", "tomorrows"), JANE), (LONG, JANE)], 2),
        # Four to seven words: of the same speaker.
        ([(MOVE, JANE), (MOVE, JANE)], 1),
        ([(MOVE, JANE), (MOVE, JOHN)], 2),
        ([(MOVE, None), (MOVE, None)], 2),
        ([(MOVE, SPOKESMAN), (MOVE, SPOKESMAN)], 2),
        ([(MOVE, JANE), (NOW, JANE)], 1),
        ([(MOVE, JANE), (NOW, JOHN)], 2),
        ([("against it tomorrow, they", JANE), (f"{LONG}, they", JANE), (f"{LONG}, they", JOHN)], 1),
        # Fewer tell nothing.
        ([("Yes", JANE), ("Yes", JANE)], 2),
        ([("a disgrace", JANE), ("a disgrace", JANE), (LONG, JANE)], 3),
        ([("…", JANE), ("!", JANE)], 2),
    ],
)
def test_what_is_the_same(store: Store, said: list[tuple[str, Speaker | None]], expected: int) -> None:
    assert say(store, *said) == expected


def test_a_quotation_has_its_longest_text_and_its_occurrences(store: Store) -> None:
    say(store, (PART, JOHN), (LONG, JANE), (LONG.upper(), None), (PART, None), (MOVE, JANE))
    first = list_all(store)[-1]
    assert first.occurrences == 4
    found: Any = store.read_quotation(str(first.quotation), ALL)
    assert (found.id, found.text, found.occurrences) == (first.quotation, LONG, 4)
    assert [one.article.id for one in found.page.items] == ["a0", "a1", "a2", "a3"]
    assert [one.speaker and one.speaker.name for one in found.page.items] == [
        "John Roe",
        "Jane Doe",
        None,
        None,
    ]
    pages, cursor = [], None
    while True:
        page: Any = store.read_quotation(str(first.quotation), PageRequest(3, cursor))
        pages.append(len(page.page.items))
        cursor = page.page.next_cursor
        if cursor is None:
            break
    assert pages == [3, 1]
    with pytest.raises(InvalidCursor):
        store.read_quotation("w0000000000000001", PageRequest(1, "nonsense"))


def test_only_ids_of_quotations_are_found(store: Store) -> None:
    say(store, (LONG, JANE))
    for identifier in (
        "",
        "w",
        "w0",
        "w0000000000000000",
        "wf000000000000000",
        "q1",
        "\0",
        "\ud800",
        "w" + "7" * 99,
    ):
        assert store.read_quotation(identifier, ALL) is None


def test_an_id_stays_good_when_longer_words_come(store: Store) -> None:
    say(store, (PART, JOHN))
    [before] = list_all(store)
    save(store, "b", quote(LONG))
    after: Any = store.read_quotation(str(before.quotation), ALL)
    assert (after.text, after.occurrences) == (LONG, 2)
    assert after.id != before.quotation
    store.delete_article("b")
    assert list_all(store)[0].quotation == before.quotation


def test_unique_is_the_earliest_occurrence(store: Store) -> None:
    say(store, (PART, JOHN), (LONG, JANE), (MOVE, JANE), (LONG, None), (MOVE, JANE))

    def find(**wanted: Any) -> list[str]:
        return [one.article.id for one in store.list_quotes(QuoteFilter(unique=True, **wanted), ALL).items]

    assert find() == ["a2", "a0"]
    assert find(q="move") == ["a2"]
    assert find(q="disgrace") == ["a0"]
    assert find(speaker="jane") == ["a2"]
    assert find(speaker="john", q="appeal") == ["a0"]
    assert store.count_facets(QuoteFilter(unique=True), ("kind",)).quotes == 2
    first = store.list_quotes(QuoteFilter(unique=True), PageRequest(1))
    rest = store.list_quotes(QuoteFilter(unique=True), PageRequest(1, first.next_cursor))
    assert ([one.article.id for one in rest.items], rest.next_cursor) == (["a0"], None)
    store.delete_article("a0")
    assert find() == ["a2", "a1"]


def test_a_part_of_a_part_comes_along(store: Store) -> None:
    start = PART.rpartition(" will")[0]
    assert say(store, (start, JANE), (PART, JANE)) == 1
    # Neither its beginning nor its end are those of the short part.
    save(store, "longer", quote(LONG, speaker=JOHN))
    assert sorted(map(len, group(store))) == [3]
    store.delete_article("longer")
    assert sorted(map(len, group(store))) == [2]
    store.delete_article("a1")
    save(store, "longer", quote(LONG, speaker=JOHN))
    assert sorted(map(len, group(store))) == [1, 1]


def test_one_copy_that_goes_takes_nothing_from_the_others(store: Store) -> None:
    say(store, (PART, JANE), (PART, JANE), (PART, JOHN))
    store.delete_article("a0")
    store.delete_article("a2")
    save(store, "b", quote(PART.rpartition(" appeal")[0]), quote(LONG, 100, speaker=None))
    assert sorted(map(len, group(store))) == [3]


def test_a_part_of_several_belongs_to_the_longest(store: Store) -> None:
    said = [(PART, None), (f"{PART} three", None), (f"One two three {PART}", None), (f"{PART} two", None)]
    assert say(store, *said) == 3
    found = {one.article.id: one.quotation for one in list_all(store)}
    assert found["a0"] == found["a2"]


def test_the_words_in_one_article_are_one_quotation_too(store: Store) -> None:
    save(store, "a", quote(MOVE), quote(NOW, 50), quote(LONG, 100), quote(PART, 200, speaker=None))
    assert sorted(map(len, group(store))) == [2, 2]


def test_merged_speakers_say_the_same(store: Store) -> None:
    assert say(store, (MOVE, JANE), (NOW, JOHN), (MOVE, JOHN), (LONG, JOHN)) == 3
    apart = group(store)
    jane, john = (store.list_speakers(name, ALL).items[0].id for name in ("jane", "john"))
    store.merge_speakers(john, jane)
    assert sorted(map(len, group(store))) == [1, 3]
    save(store, "b", quote(MOVE, speaker=JOHN))
    assert sorted(map(len, group(store))) == [1, 4]
    store.delete_article("b")
    store.undo_merge(john)
    assert group(store) == apart


def test_corrections_count(store: Store) -> None:
    say(store, (MOVE, JANE), (MOVE, JOHN), (LONG, JANE), (PART, JANE))
    before = group(store)
    by_article = {one.article.id: one.id for one in list_all(store)}
    store.correct_quote(by_article["a1"], QuoteChange("Heard it.", SpeakerChoice(name="Jane Doe")))
    assert sorted(map(len, group(store))) == [2, 2]
    store.correct_quote(by_article["a2"], QuoteChange("No quote.", rejected=True))
    assert sorted(map(len, group(store))) == [1, 2]
    for name in ("a1", "a2"):
        store.withdraw_correction(by_article[name])
    assert group(store) == before


def test_what_too_many_share_tells_nothing_whatever_comes_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.quotations.occurrences.COMPARED_WORDINGS", 2)
    phrase = "we are doing everything that we possibly can"
    said = [phrase, f"{phrase} today", f"{phrase} today or tomorrow", f"{phrase} for all of them here"]
    found = []
    for order in permutations(range(4)):
        for place in order:
            save(store, f"a{place}", quote(said[place], speaker=None))
        found.append(group(store))
        save(store, "more", quote(f"{phrase} and much more than anybody could ask for"))
        store.delete_article("more")
        assert group(store) == found[-1]
        empty(store)
    say(store, *((text, None) for text in said))
    found.append(group(store))
    assert all(one == found[0] for one in found)
    # The two longest alone are compared.
    assert frozenset(one.id for one in list_all(store) if one.text == phrase) in found[0]


def test_quotes_that_begin_alike_are_compared_in_one_table(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table for each of them made an article of 60,000 such quotes hold up all writers for minutes."""
    find_holder = occurrences.find_holder
    tables = set()

    def note_table(wording: Wording, having: Any, known: Any) -> int:
        tables.add(id(known))
        return find_holder(wording, having, known)

    monkeypatch.setattr(occurrences, "find_holder", note_table)
    save(store, "a", *(quote(f"{MOVE} from number {place}", 40 * place) for place in range(50)))
    assert len(tables) == 1
    assert len(group(store)) == 50


# Parts of two texts that share their middle, and of one that repeats itself.
WHOLES = [
    text.split() for text in ("a b c d e f g h i j k l m", "x c d e f g h i j k y", "a b a b a b a b a b a b")
]
PARTS = st.tuples(st.sampled_from(WHOLES), st.integers(0, 8), st.integers(1, 13))
WORDS = PARTS.map(lambda part: " ".join(part[0][part[1] : part[1] + part[2]]))
SAID = st.lists(st.tuples(WORDS, st.sampled_from([JANE, JANE, JOHN, SPOKESMAN, None])), max_size=4)
CHANGES = st.lists(
    st.tuples(st.just("save"), st.integers(0, 4), SAID)
    | st.tuples(
        st.sampled_from(["delete", "merge", "part", "reject", "accept"]), st.integers(0, 4), st.just([])
    ),
    max_size=12,
)


def apply(store: Store, action: str, number: int, said: Sequence[tuple[str, Speaker | None]]) -> None:
    ids = {one.name: one.id for one in store.list_speakers(None, ALL).items}
    if action == "save":
        found = [quote(text, 40 * place, speaker=one) for place, (text, one) in enumerate(said)]
        text = "".join(f"{text:40}" for text, _ in said)
        save(store, f"a{number}", *found, text=text or "-", title=str(next(TITLES)))
    elif action == "delete":
        store.delete_article(f"a{number}")
    elif action == "merge" and {"Jane Doe", "John Roe"} <= ids.keys():
        store.merge_speakers(ids["John Roe"], ids["Jane Doe"])
    elif action == "part":
        part(store)
    elif action == "reject":
        for found_quote in list_all(store)[number : number + 1]:
            store.correct_quote(found_quote.id, QuoteChange("No.", rejected=True))
    elif action == "accept":
        for correction in store.list_corrections(ALL).items:
            store.withdraw_correction(correction.quote_id)


def part(store: Store) -> None:
    john = derive_speaker_id(JOHN, "")
    speaker = store.get_speaker(john)
    if speaker is not None and speaker.merged_into is not None:
        store.undo_merge(john)


TITLES = count()


def group_anew(store: Store) -> set[frozenset[str]]:
    """The groups by comparing everything with everything."""
    with store._engine.connect() as connection:
        speaker = func.coalesce(speakers.c.root_id, speakers.c.id).label("speaker_id")
        spoken = select(quotes.c.id, quotes.c.words, speaker).where(quotes.c.kind != "indirect")
        spoken = spoken.outerjoin_from(quotes, speakers, speakers.c.id == quotes.c.speaker_id)
        rows = connection.execute(spoken).all()
    wordings: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        length = len(row.words.split())
        tells = length >= ENOUGH_WORDS or (length >= FEWEST_WORDS and row.speaker_id is not None)
        own = row.speaker_id if length < ENOUGH_WORDS else None
        wordings[(row.words, own) if tells else (row.words, row.id)].append(row)

    def ends(words: str) -> set[str]:
        parts = words.split()
        return {" ".join(parts[:FEWEST_WORDS]), " ".join(parts[-FEWEST_WORDS:])}

    def holds(whole: Any, one: Any) -> bool:
        (words, own), inside = one, f" {one[0]} " in f" {whole[0]} "
        if len(words.split()) >= len(whole[0].split()) or not inside:
            return False
        if len(words.split()) >= ENOUGH_WORDS:
            return True
        if len(words.split()) < FEWEST_WORDS or str(own).startswith("q"):
            return False
        own_words = any(row.speaker_id == own for row in wordings[whole])
        return own_words and not ends(words).isdisjoint(ends(whole[0]))

    def rank(one: Any) -> tuple[int, int]:
        row = wordings[one][0]
        return -len(one[0].split()), read_wording(row.words, row.speaker_id, row.id).key

    holders = {
        one: min((whole for whole in wordings if holds(whole, one)), key=rank, default=one)
        for one in wordings
    }

    def follow(one: Any) -> Any:
        return one if holders[one] == one else follow(holders[one])

    groups: defaultdict[Any, set[str]] = defaultdict(set)
    for one, found in wordings.items():
        groups[follow(one)].update(row.id for row in found)
    return {frozenset(ids) for ids in groups.values()}


def empty(store: Store) -> None:
    for article in (f"a{number}" for number in range(5)):
        store.delete_article(article)
    part(store)


def count_fingerprints(store: Store) -> int:
    with store._engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(fingerprints)).scalar_one())


EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EXAMPLES
@given(CHANGES)
def test_groups_are_right_after_any_changes(store: Store, changes: list[Any]) -> None:
    for change in changes:
        apply(store, *change)
        assert group(store) == group_anew(store)
    empty(store)
    assert count_fingerprints(store) == 0


@EXAMPLES
@given(st.lists(SAID, max_size=5), st.randoms(use_true_random=False), st.sampled_from([1, 3, 32]))
def test_any_order_of_loading_gives_the_same_quotations(
    store: Store, articles: list[Any], chance: Random, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.store.quotations.occurrences.COMPARED_WORDINGS", most)
        found = []
        for _ in range(3):
            numbers = list(range(len(articles)))
            chance.shuffle(numbers)
            for number in numbers:
                apply(store, "save", number, articles[number])
            for number in numbers[:2]:
                apply(store, "delete", number, [])
                apply(store, "save", number, articles[number])
            found.append({one.id: one.quotation for one in list_all(store)})
            empty(store)
        assert found[0] == found[1] == found[2]
        assert count_fingerprints(store) == 0
