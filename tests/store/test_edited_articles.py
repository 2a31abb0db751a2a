"""What people put right stays right when the publisher edits the article; extracted and stored for real."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from service.ingest.articles import ingest
from service.store import Article, PageRequest, QuoteChange, QuoteFilter, SpeakerChoice, Store
from service.store.database.tables import corrections
from tests.store.build import migrate

ALL = PageRequest(200)
LIBEL = "“He has taken bribes for ten years,” said Carla Voss."
OTHER = "“We shall build the bridge by May,” said Dana Holt."
BETWEEN = "The council met on Tuesday, and went on until late."
WORDS = re.compile(r"“(.*?),?”")


def put(store: Store, *paragraphs: str) -> None:
    ingest(store, Article(id="a", text="\n\n".join(paragraphs), language="en", title=None, published_at=None))


def listed(store: Store) -> list[tuple[str, str | None]]:
    found = store.list_quotes(QuoteFilter(kind="any"), ALL).items
    return [(one.text.rstrip(","), one.speaker.name if one.speaker else None) for one in found]


def correct(store: Store, paragraph: str, change: QuoteChange) -> None:
    words = WORDS.findall(paragraph)[0]
    [quote] = [one for one in store.list_quotes(QuoteFilter(), ALL).items if one.text.startswith(words)]
    assert store.correct_quote(quote.id, change)


def unplaced(store: Store) -> list[str]:
    return [one.text for one in store.list_corrections(ALL).items if one.unplaced]


REJECT = QuoteChange("Never said.", rejected=True)
RENAME = QuoteChange("It was her.", SpeakerChoice(name="Ruth Amsel"))
EDITS = {
    "a word ahead": ("Update: " + LIBEL, BETWEEN, OTHER),
    "a paragraph ahead": (BETWEEN, LIBEL, BETWEEN, OTHER),
    "as long as what stood there": (OTHER, LIBEL, BETWEEN),
    "behind the others": (BETWEEN, OTHER, LIBEL),
    "another speaker": (LIBEL.replace("Carla Voss", "Piet Lund"), BETWEEN, OTHER),
    "a word less": (LIBEL.replace("ten ", ""), BETWEEN, OTHER),
    "a word more": (LIBEL.replace("taken", "often taken"), BETWEEN, OTHER),
    "other marks": (LIBEL.replace("“", '"').replace("”", '"'), BETWEEN, OTHER),
    "in two parts": ("“He has taken bribes,” said Carla Voss, “for ten years.”", BETWEEN, OTHER),
    "joined to more": (LIBEL.replace("“", "“I say it here: "), BETWEEN, OTHER),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_rejected_quote_stays_rejected(store: Store, edit: str) -> None:
    put(store, LIBEL, BETWEEN, OTHER)
    correct(store, LIBEL, REJECT)
    for paragraphs in (EDITS[edit], (LIBEL, BETWEEN, OTHER)):
        put(store, *paragraphs)
        assert listed(store) == [("We shall build the bridge by May", "Dana Holt")]
        assert unplaced(store) == []


@pytest.mark.parametrize("edit", EDITS)
def test_another_speaker_stays(store: Store, edit: str) -> None:
    put(store, LIBEL, BETWEEN, OTHER)
    correct(store, LIBEL, RENAME)
    put(store, *EDITS[edit])
    assert sorted({name for _, name in listed(store)}, key=str) == ["Dana Holt", "Ruth Amsel"]
    corrected = [one for one in store.list_quotes(QuoteFilter(), ALL).items if one.corrected]
    assert {one.confidence for one in corrected} == {1.0}


def test_both_parts_of_a_quote_that_is_split_stay_rejected(store: Store) -> None:
    put(store, LIBEL, BETWEEN, OTHER)
    correct(store, LIBEL, REJECT)
    split = "“He has taken bribes,” said Carla Voss. Then she rose. “For ten years,” Voss said."
    put(store, split, BETWEEN, OTHER)
    assert listed(store) == [("We shall build the bridge by May", "Dana Holt")]
    put(store, LIBEL, BETWEEN, OTHER)
    assert listed(store) == [("We shall build the bridge by May", "Dana Holt")]
    [one] = store.list_corrections(ALL).items
    assert store.withdraw_correction(one.quote_id)
    assert len(listed(store)) == 2


def test_a_correction_of_words_that_are_gone_is_unplaced_until_they_are_back(store: Store) -> None:
    put(store, LIBEL, BETWEEN, OTHER)
    correct(store, LIBEL, REJECT)
    put(store, BETWEEN, OTHER)
    assert unplaced(store) == ["He has taken bribes for ten years"]
    put(store, OTHER, BETWEEN)
    assert len(unplaced(store)) == 1
    put(store, OTHER, BETWEEN, LIBEL)
    assert unplaced(store) == []
    assert listed(store) == [("We shall build the bridge by May", "Dana Holt")]


def test_two_corrections_keep_apart_when_one_takes_the_place_of_the_other(store: Store) -> None:
    alike = "“We shall paint the bridge in May,” said Owen Marsh."
    put(store, OTHER, alike)
    correct(store, OTHER, QuoteChange("Her.", SpeakerChoice(name="Ann First")))
    correct(store, alike, QuoteChange("Him.", SpeakerChoice(name="Bob Second")))
    put(store, alike, OTHER)
    expected = {
        ("We shall build the bridge by May", "Ann First"),
        ("We shall paint the bridge in May", "Bob Second"),
    }
    assert set(listed(store)) == expected


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('edited')}/quotes.db")
    store.upgrade()
    yield store
    store.close()


def test_corrections_of_a_store_in_use_keep_their_words(store_url: str) -> None:
    store = Store(store_url)
    migrate(store, "0008")
    words = [{"start": 1, "end": 35, "text": "He has taken bribes for ten years,"}]
    found = json.dumps({"quote": {"segments": words}})
    with store._writing() as connection:
        for number, name in enumerate(("a", "b")):
            row = {"key": number, "article": name, "text": LIBEL[number:], "found": found}
            connection.execute(text(STORED_ARTICLE), row)
            connection.execute(text(STORED_CORRECTION), row)
    store.upgrade()
    with store._asking() as connection:
        rows = connection.execute(select(corrections).order_by(corrections.c.article_id)).all()
    assert [(row.segments, row.unplaced) for row in rows] == [(words, False), (words, True)]
    store.close()


STORED_ARTICLE = """
    INSERT INTO articles (key, id, language, added_at, digest, extractor_version, quote_count, text)
    VALUES (:key, :article, 'en', '2020-02-01 00:00:00', 'd', '1', 0, :text)
"""
STORED_CORRECTION = """
    INSERT INTO corrections (quote_id, article_id, found, rejected, corrects_speaker, reason, corrected_at)
    VALUES (:article, :article, :found, true, false, 'Why.', '2020-02-01 00:00:00')
"""
PARAGRAPHS = st.lists(
    st.sampled_from(
        [
            BETWEEN,
            OTHER,
            "“No,” said Owen Marsh. “Not ever.”",
            "It rained.",
            "“We never saw the letter,” he said.",
            "‘",
            "",
        ]
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(*[PARAGRAPHS] * 4, st.booleans())
def test_any_edit_elsewhere_leaves_a_correction_in_force(
    edited: Store,
    ahead: list[str],
    behind: list[str],
    then_ahead: list[str],
    then_behind: list[str],
    reject: bool,
) -> None:
    edited.delete_article("a")
    put(edited, *ahead, LIBEL, *behind)
    correct(edited, LIBEL, REJECT if reject else RENAME)
    put(edited, *then_ahead, LIBEL, *then_behind)
    names = [name for words, name in listed(edited) if words == "He has taken bribes for ten years"]
    assert names == ([] if reject else ["Ruth Amsel"])
    assert unplaced(edited) == []
