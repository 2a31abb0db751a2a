"""What an article says of a speaker is kept with each quote, through corrections, merges and reextraction."""

from dataclasses import replace
from pathlib import Path

import pytest

from service.extractor import Extraction, Span, Speaker, extract
from service.store import (
    Article,
    PageRequest,
    QuoteChange,
    QuoteFilter,
    QuoteRecord,
    SpeakerChoice,
    Store,
)

ALL = PageRequest(100)
TEXT = "“It sank,” said Captain Ann Poe, who owns her boat. Poe is the head of the Weir Club."
FOUND = extract(TEXT)


def save(store: Store, extraction: Extraction = FOUND, version: str = "1") -> QuoteRecord:
    store.save_article(Article(TEXT, id="a"), extraction, extractor_version=version)
    return read(store)


def read(store: Store) -> QuoteRecord:
    [quote] = store.list_quotes(QuoteFilter(), ALL).items
    return quote


def portray(quote: QuoteRecord) -> Speaker:
    """The speaker as the extractor gives one."""
    speaker = quote.speaker
    assert speaker is not None
    return Speaker(
        speaker.name,
        speaker.kind,
        speaker.role,
        speaker.affiliation,
        speaker.roles,
        speaker.gender,
        speaker.gender_evidence,
    )


def test_it_comes_back_as_it_went_in(store: Store) -> None:
    quote = save(store)

    assert portray(quote) == FOUND.quotes[0].speaker
    assert portray(quote).roles
    assert portray(quote).gender == "f"
    assert store.get_quote(quote.id) == quote


def test_reextraction_changes_it_alone(store: Store) -> None:
    before = save(store)
    [text] = store.list_texts(after=None, limit=1)
    role = Span(16, 23, "Captain")
    other = Speaker("Ann Poe", "person", role, None, (role,), "m", "pronoun")
    [quote] = FOUND.quotes
    store.replace_quotes([(text, Extraction((replace(quote, speaker=other),), ()))], extractor_version="2")
    assert portray(read(store)) == other
    assert read(store).id == before.id


def test_a_correction_of_the_speaker_says_nothing_of_the_other(store: Store) -> None:
    before = save(store)

    store.correct_quote(before.id, QuoteChange("heard it", speaker=SpeakerChoice(name="Bo Vik")))
    assert portray(read(store)) == Speaker("Bo Vik", "person")
    store.withdraw_correction(before.id)
    assert read(store) == before


def test_a_correction_of_the_kind_leaves_it(store: Store) -> None:
    before = save(store)

    store.correct_quote(before.id, QuoteChange("a part", kind="mixed"))
    assert portray(read(store)) == portray(before)


def test_a_merged_speaker_keeps_it(store: Store) -> None:
    before = save(store)
    assert before.speaker is not None
    other = extract("“Yes,” said Annabel Poe.")
    store.save_article(Article("“Yes,” said Annabel Poe.", id="b"), other, extractor_version="1")
    into = next(one.id for one in store.list_speakers("annabel", ALL).items)

    store.merge_speakers(before.speaker.id, into)
    [quote] = store.list_quotes(QuoteFilter(article="a"), ALL).items
    assert portray(quote).roles == portray(before).roles


@pytest.mark.parametrize("keeps", [True, False])
def test_gender_is_kept_unless_it_is_left_out(tmp_path: Path, keeps: bool) -> None:
    store = Store(f"sqlite:///{tmp_path}/quotes.db", keeps_gender=keeps)
    store.upgrade()
    speaker = portray(save(store))
    store.close()

    assert (speaker.gender, speaker.gender_evidence) == (("f", "pronoun") if keeps else (None, None))
    assert speaker.roles
