"""Speakers of articles on the list of people you know: recognised by whole names, and never guessed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from service.extractor import Extraction, Quote, Span, Speaker
from service.store import (
    KnownPerson,
    PageRequest,
    PortrayedSpeaker,
    QuoteChange,
    QuoteFilter,
    SpeakerChange,
    SpeakerChoice,
    Store,
)
from tests.store.build import day, person, quote, recorded, save

ALL = PageRequest(100)
BUSH = KnownPerson("Q207", "George W. Bush", gender="m", external_id="Q207", aliases=("George Bush", "Dubya"))
FATHER = KnownPerson("Q23505", "George H. W. Bush", external_id="Q23505", aliases=("George Bush",))


def with_role(role: str, **fields: Any) -> Speaker:
    span = Span(0, len(role), role)
    return Speaker("George Bush", "person", span, None, (span,), **fields)


def find_speaker(store: Store, speaker: Speaker, **fields: Any) -> PortrayedSpeaker:
    save(store, "a", quote("Read my lips.", speaker=speaker), **fields)
    [found] = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert found.speaker is not None
    return found.speaker


def test_an_alias_stands_for_its_name(store: Store) -> None:
    store.save_people([BUSH])
    found = find_speaker(store, person("DUBYA"))
    assert (found.name, found.external_id) == ("George W. Bush", "Q207")
    assert (found.gender, found.gender_evidence) == ("m", "stated")
    assert found.id == find_speaker(store, person("George W Bush"), text="Other.").id
    assert [one.id for one in store.list_speakers("george", ALL).items] == [found.id]


def test_names_of_no_list_are_as_before(store: Store) -> None:
    before = find_speaker(store, person("George Bush"))
    store.save_people([BUSH])
    for name in ("Bush", "Laura Bush", "George Bush Smith"):
        found = find_speaker(store, person(name), text=name)
        assert (found.name, found.external_id, found.candidates) == (name, None, ())
    organisation = find_speaker(store, Speaker("George Bush", "organisation"), text="Ship.")
    assert (organisation.id, organisation.external_id) == (before.id, None)


@pytest.mark.parametrize("order", [(BUSH, FATHER), (FATHER, BUSH)])
def test_of_two_people_of_one_name_nobody_is_guessed(store: Store, order: tuple[KnownPerson, ...]) -> None:
    store.save_people(order)
    found = find_speaker(store, person("George Bush"))
    assert (found.name, found.external_id) == ("George Bush", None)
    assert [one.external_id for one in found.candidates] == ["Q207", "Q23505"]


@pytest.mark.parametrize(
    ("descriptions", "speaker", "expected"),
    [
        (("43rd president", "41st president"), with_role("president"), None),
        (("governor of Texas", "vice president"), with_role("Texas Governor"), "Q207"),
        (("governor of Texas", "vice president"), with_role("vice president of the club"), "Q23505"),
        (("Texas singer", "actor"), with_role("Texas baker"), None),
        (("governor", None), with_role("governor"), "Q207"),
        (("of Yale", "of the CIA"), replace(with_role("head"), affiliation=Span(0, 3, "CIA")), "Q23505"),
    ],
)
def test_role_and_body_tell_people_apart(
    store: Store, descriptions: tuple[str, str | None], speaker: Speaker, expected: str | None
) -> None:
    son, father = descriptions
    store.save_people([replace(BUSH, description=son), replace(FATHER, description=father)])
    assert find_speaker(store, speaker).external_id == expected


@pytest.mark.parametrize(
    ("published_at", "expected"),
    [(day("1990-01-01"), "Q23505"), (day("2005-01-01"), "Q207"), (day("1995-01-01"), None), (None, None)],
)
def test_dates_tell_people_apart(store: Store, published_at: datetime | None, expected: str | None) -> None:
    store.save_people([replace(BUSH, since=day("2001-01-20")), replace(FATHER, until=day("1993-01-20"))])
    found = find_speaker(store, person("George Bush"), published_at=published_at)
    assert found.external_id == expected
    assert bool(found.candidates) == (published_at is None)


@pytest.mark.parametrize(
    ("evidence", "expected"), [("pronoun", None), ("title", None), ("given_name", "Q207")]
)
def test_a_gender_that_the_article_shows_contradicts(
    store: Store, evidence: Any, expected: str | None
) -> None:
    store.save_people([BUSH])
    speaker = Speaker("George Bush", "person", gender="f", gender_evidence=evidence)
    assert find_speaker(store, speaker).external_id == expected


def test_two_people_with_one_name_to_show_are_two_speakers(store: Store) -> None:
    store.save_people(
        [KnownPerson(key, "Jo Doe", external_id=key, description=office) for key, office in NAMESAKES]
    )
    ids = set()
    for key, office in NAMESAKES:
        span = Span(0, len(office), office)
        found = find_speaker(store, Speaker("Jo Doe", "person", span, None, (span,)), text=office)
        assert found.external_id == key
        ids.add(found.id)
    assert len(ids) == 2


NAMESAKES = (("Q1", "mayor"), ("Q2", "baker"))


def test_reextraction_applies_a_new_list(store: Store) -> None:
    spoken: Quote = quote("Read my lips.", speaker=person("Dubya"))
    save(store, "a", spoken)
    for people, expected in (([BUSH], "Q207"), ([replace(BUSH, external_id="Q1")], "Q1"), ([], None)):
        store.delete_people()
        store.save_people(people)
        [text] = store.list_texts(after=None, limit=1)
        [differences] = store.replace_quotes([(text, Extraction((spoken,), ()))], extractor_version="1")
        assert [one.status for one in differences] == ["changed"]
        [found] = store.list_quotes(QuoteFilter(), ALL).items
        assert found.speaker is not None
        assert found.speaker.external_id == expected
        [differences] = store.replace_quotes([(text, Extraction((spoken,), ()))], extractor_version="1")
        assert differences == ()


def test_quotes_are_found_by_external_id(store: Store) -> None:
    store.save_people([BUSH])
    known = find_speaker(store, person("Dubya"))
    save(store, "b", quote("No.", speaker=person("Ann Lee")), quote("Yes.", 5, speaker=person("Ann Lee")))
    ann = store.list_speakers("ann", ALL).items[0]
    assert [one.article.id for one in store.list_quotes(QuoteFilter(external_id="Q207"), ALL).items] == ["a"]
    store.change_speaker(ann.id, SpeakerChange(external_id="Q207"))
    found = store.list_quotes(QuoteFilter(external_id="Q207", kind="any"), ALL).items
    assert sorted(one.article.id for one in found) == ["a", "b", "b"]
    assert {one.speaker.external_id for one in found if one.speaker} == {"Q207"}
    assert len(store.list_quotes(QuoteFilter(external_id="Q207", speaker_id=known.id), ALL).items) == 1
    assert len(store.list_quotes(QuoteFilter(external_id="Q207", q="yes"), ALL).items) == 1
    assert store.count_facets(QuoteFilter(external_id="Q207"), ["source"]).quotes == 3
    assert store.list_quotes(QuoteFilter(external_id="Q2"), ALL).items == ()


def test_a_correction_says_nothing_of_the_person_who_was_found(store: Store) -> None:
    store.save_people([BUSH])
    known = find_speaker(store, person("Dubya"))
    [spoken] = store.list_quotes(QuoteFilter(), ALL).items
    store.correct_quote(spoken.id, QuoteChange("heard it", speaker=SpeakerChoice(name="Bo Vik")))
    [corrected] = store.list_quotes(QuoteFilter(), ALL).items
    assert corrected.speaker is not None
    assert corrected.speaker.external_id is None
    store.withdraw_correction(spoken.id)
    [again] = store.list_quotes(QuoteFilter(), ALL).items
    assert again.speaker == known


def test_a_batch_asks_for_its_names_at_once(store: Store) -> None:
    store.save_people([KnownPerson(f"p{number}", f"Person {number}") for number in range(50)])
    quotes = [quote("Yes.", 5 * number, speaker=person(f"Person {number}")) for number in range(50)]
    with recorded(store) as statements:
        save(store, "a", *quotes, published_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert sum("people_names" in statement.text for statement in statements) == 1
