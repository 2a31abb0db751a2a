"""Speakers across articles: described, merged, parted; each test on each database."""

from typing import Any

import pytest

from service.extractor import Speaker
from service.store import (
    InvalidChange,
    PageRequest,
    QuoteFilter,
    SpeakerChange,
    SpeakerRecord,
    Store,
)
from tests.store.build import day, person, quote, save

ALL = PageRequest(100)
GEORGE, BUSH, DUBYA = person("George Bush"), person("Bush"), person("Dubya")


@pytest.fixture
def bushes(store: Store) -> Store:
    save(store, "a", quote("One", speaker=GEORGE), quote("Two", 9, speaker=GEORGE))
    save(store, "b", quote("Three", speaker=BUSH), published_at=day("2020-01-01"))
    save(store, "c", quote("Four", speaker=DUBYA), quote("Five", 9, speaker=person("Laura Bush")))
    return store


def find(store: Store, name: str) -> SpeakerRecord:
    [found] = [one for one in store.list_speakers(None, ALL).items if one.name == name]
    return found


def names(store: Store, q: str | None = None) -> dict[str, int]:
    return {one.name: one.quotes for one in store.list_speakers(q, ALL).items}


def texts(store: Store, **wanted: Any) -> set[str]:
    return {one.text for one in store.list_quotes(QuoteFilter(**wanted), ALL).items}


def test_a_merged_speaker_gives_all_quotes_and_names(bushes: Store) -> None:
    george, bush = find(bushes, "George Bush"), find(bushes, "Bush")
    merged = bushes.merge_speakers(bush.id, george.id)
    assert merged is not None
    assert (merged.id, merged.quotes, merged.aliases) == (george.id, 3, ("Bush",))
    assert names(bushes) == {"Dubya": 1, "George Bush": 3, "Laura Bush": 1}
    assert names(bushes, "bush") == {"George Bush": 3, "Laura Bush": 1}
    assert texts(bushes, speaker_id=george.id) == {"One", "Two", "Three"}
    assert texts(bushes, speaker="george") == {"One", "Two", "Three"}
    given_away = bushes.get_speaker(bush.id)
    assert given_away is not None
    assert (given_away.merged_into, given_away.quotes) == (george.id, 0)
    assert bushes.stats().speakers == 3


def test_the_id_of_a_merged_speaker_finds_whoever_has_the_quotes(bushes: Store) -> None:
    george, bush, dubya = find(bushes, "George Bush"), find(bushes, "Bush"), find(bushes, "Dubya")
    bushes.merge_speakers(bush.id, george.id)
    bushes.merge_speakers(george.id, dubya.id)
    assert texts(bushes, speaker_id=bush.id) == {"One", "Two", "Three", "Four"}
    assert texts(bushes, speaker_id=bush.id, article="b") == {"Three"}
    assert texts(bushes, speaker_id="s0") == set()


def test_quotes_that_come_later_go_to_the_speaker_too(bushes: Store) -> None:
    george, bush = find(bushes, "George Bush"), find(bushes, "Bush")
    bushes.merge_speakers(bush.id, george.id)
    save(bushes, "d", quote("Six", speaker=BUSH))
    save(bushes, "b", quote("Three", speaker=BUSH), title="Changed")
    assert texts(bushes, speaker="george") == {"One", "Two", "Three", "Six"}
    assert names(bushes)["George Bush"] == 4
    bushes.delete_article("b")
    bushes.delete_article("d")
    assert names(bushes)["George Bush"] == 2
    assert bushes.get_speaker(bush.id) is not None


def test_undoing_a_merge_puts_everything_back(bushes: Store) -> None:
    george, bush = find(bushes, "George Bush"), find(bushes, "Bush")
    before = bushes.list_speakers(None, ALL), bushes.list_quotes(QuoteFilter(), ALL)
    bushes.merge_speakers(bush.id, george.id)
    parted = bushes.undo_merge(bush.id)
    assert parted == bush
    assert (bushes.list_speakers(None, ALL), bushes.list_quotes(QuoteFilter(), ALL)) == before
    assert texts(bushes, speaker="george") == {"One", "Two"}
    assert bushes.stats().speakers == 4


def test_merges_of_merges_are_undone_one_by_one(bushes: Store) -> None:
    george, bush, dubya = (find(bushes, name) for name in ("George Bush", "Bush", "Dubya"))
    bushes.merge_speakers(dubya.id, bush.id)
    merged = bushes.merge_speakers(bush.id, george.id)
    assert merged is not None
    assert (merged.quotes, merged.aliases) == (4, ("Bush", "Dubya"))
    assert texts(bushes, speaker="dubya") == {"One", "Two", "Three", "Four"}
    save(bushes, "d", quote("Six", speaker=DUBYA))
    assert texts(bushes, speaker_id=george.id) == {"One", "Two", "Three", "Four", "Six"}
    bushes.undo_merge(bush.id)
    assert names(bushes) == {"George Bush": 2, "Bush": 3, "Laura Bush": 1}
    assert texts(bushes, speaker="dubya") == {"Three", "Four", "Six"}
    bushes.undo_merge(dubya.id)
    assert names(bushes) == {"George Bush": 2, "Bush": 1, "Dubya": 2, "Laura Bush": 1}
    assert texts(bushes, speaker="dubya") == {"Four", "Six"}


def test_a_merge_into_one_who_is_merged_goes_to_whoever_has_the_quotes(bushes: Store) -> None:
    george, bush, dubya = (find(bushes, name) for name in ("George Bush", "Bush", "Dubya"))
    bushes.merge_speakers(bush.id, george.id)
    merged = bushes.merge_speakers(dubya.id, bush.id)
    assert merged is not None
    assert (merged.id, merged.quotes) == (george.id, 4)


def test_merges_that_make_no_sense_are_refused(bushes: Store) -> None:
    george, bush = find(bushes, "George Bush"), find(bushes, "Bush")
    bushes.merge_speakers(bush.id, george.id)
    stamp = bushes.stamp()
    for source, into in (
        (george.id, george.id),
        (george.id, bush.id),
        (bush.id, find(bushes, "Dubya").id),
        (george.id, "none"),
        (george.id, "\0"),
    ):
        with pytest.raises(InvalidChange) as refused:
            bushes.merge_speakers(source, into)
        assert refused.value.field == "into"
    with pytest.raises(InvalidChange):
        bushes.undo_merge(george.id)
    assert bushes.merge_speakers("none", george.id) is None
    assert bushes.undo_merge("\0") is None
    assert bushes.stamp() == stamp


def test_a_speaker_is_described_by_hand_and_stays_so(bushes: Store) -> None:
    bush = find(bushes, "Bush")
    change = SpeakerChange("George W. Bush", "person", "Q207", ("The Decider", "W"))
    changed = bushes.change_speaker(bush.id, change)
    assert changed is not None
    assert (changed.name, changed.external_id) == ("George W. Bush", "Q207")
    assert changed.aliases == ("Bush", "The Decider", "W")
    for speaker in ("george w", "bush", "decider"):
        assert "Three" in texts(bushes, speaker=speaker)
    save(bushes, "b", quote("Three", speaker=BUSH), title="Changed")
    assert bushes.get_speaker(bush.id) == changed
    assert "Three" in texts(bushes, speaker="decider")
    bushes.delete_article("b")
    kept = bushes.get_speaker(bush.id)
    assert kept is not None
    assert kept.quotes == 0
    again = bushes.change_speaker(bush.id, SpeakerChange(external_id="", aliases=()))
    assert again is not None
    assert (again.name, again.external_id, again.aliases) == ("George W. Bush", None, ("Bush",))
    assert names(bushes, "decider") == {}


def test_a_speaker_without_a_name_can_be_given_one(store: Store) -> None:
    save(store, "a", quote("One", speaker=Speaker("a spokesman", "unnamed")))
    [spokesman] = store.list_speakers(None, ALL).items
    store.change_speaker(spokesman.id, SpeakerChange(name="John Smith", kind="person"))
    [found] = store.list_quotes(QuoteFilter(speaker="smith"), ALL).items
    assert found.speaker is not None
    assert (found.speaker.name, found.speaker.kind) == ("John Smith", "person")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (SpeakerChange(), "name"),
        (SpeakerChange(name=" …"), "name"),
        (SpeakerChange(name="a\0"), "name"),
        (SpeakerChange(name="\ud800a"), "name"),
        (SpeakerChange(name="a" * 201), "name"),
        (SpeakerChange(external_id="207"), "external_id"),
        (SpeakerChange(external_id="Q0"), "external_id"),
        (SpeakerChange(aliases=("a", "")), "aliases"),
        (SpeakerChange(aliases=("a",) * 101), "aliases"),
    ],
)
def test_a_speaker_cannot_be_described_so(bushes: Store, change: SpeakerChange, field: str) -> None:
    with pytest.raises(InvalidChange) as refused:
        bushes.change_speaker(find(bushes, "Bush").id, change)
    assert refused.value.field == field
    assert bushes.change_speaker("none", SpeakerChange(name="x")) is None


def test_candidates_share_the_surname_and_no_given_name_speaks_against_them(store: Store) -> None:
    said = ["George Bush"] * 3 + ["Bush"] * 2 + ["George W. Bush", "G. Bush", "Laura Bush", "George Busher"]
    save(store, "a", *(quote("Yes", 9 * place, speaker=person(name)) for place, name in enumerate(said)))
    save(store, "b", quote("No", speaker=Speaker("Bush", "organisation")))
    george = find(store, "George Bush")

    def candidates(speaker_id: str) -> list[str] | None:
        found = store.list_candidates(speaker_id)
        return None if found is None else [one.name for one in found]

    assert candidates(george.id) == ["George W. Bush", "Bush", "G. Bush"]
    assert set(candidates(find(store, "Laura Bush").id) or ()) == {"Bush"}
    store.merge_speakers(find(store, "G. Bush").id, george.id)
    assert candidates(george.id) == ["George W. Bush", "Bush"]
    assert candidates("none") is None


def test_candidates_of_organisations_have_all_words_of_the_shorter_name(store: Store) -> None:
    said = ["Thames Valley Police", "Thames Valley", "Valley Police", "Kent Police", "West Thames College"]
    speakers = [Speaker(name, "organisation") for name in said]
    save(store, "a", *(quote("Yes", 9 * place, speaker=one) for place, one in enumerate(speakers)))
    save(store, "b", quote("Yes", speaker=Speaker("Thames police", "unnamed")))
    found = store.list_candidates(find(store, "Thames Valley Police").id)
    assert found is not None
    assert {one.name for one in found} == {"Thames Valley", "Valley Police"}


def test_a_speaker_whose_quotes_went_meanwhile_is_not_left_behind_by_undoing(bushes: Store) -> None:
    george, bush, dubya = find(bushes, "George Bush"), find(bushes, "Bush"), find(bushes, "Dubya")
    bushes.merge_speakers(bush.id, george.id)
    bushes.merge_speakers(dubya.id, george.id)
    bushes.delete_article("b")
    before = bushes.stats().speakers
    undone = bushes.undo_merge(bush.id)
    assert undone is not None
    assert (undone.quotes, undone.merged_into) == (0, None)
    assert bushes.get_speaker(bush.id) is None
    assert bushes.stats().speakers == before == len(names(bushes))
    bushes.undo_merge(dubya.id)
    assert names(bushes) == {"Dubya": 1, "George Bush": 2, "Laura Bush": 1}
    bushes.merge_speakers(dubya.id, george.id)
    bushes.delete_article("a")
    bushes.undo_merge(dubya.id)
    assert names(bushes) == {"Dubya": 1, "Laura Bush": 1}
