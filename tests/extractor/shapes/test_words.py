"""Words are read once and kept, which no text can make grow without bound, nor show in what is found."""

import pytest

from service.extractor.language import load_language
from service.extractor.shapes import words
from service.extractor.shapes.words import OpenWord, WordReader


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> WordReader:
    monkeypatch.setattr(words, "_WORDS_AT_MOST", 100)
    return WordReader(load_language("en"))


def test_keeps_a_bounded_number_of_words(reader: WordReader) -> None:
    sizes = set()
    for number in range(1000):
        reader[f"a{number}"]
        sizes.add(len(reader))

    assert max(sizes) == 100


def test_keeps_no_word_that_is_longer_than_words_are(reader: WordReader) -> None:
    assert reader["a" * 10_000] == "n"
    assert reader["b" * 20] == "n"
    assert list(reader) == ["b" * 20]


@pytest.mark.parametrize(
    ("word", "tag"),
    [
        ("the", "d"),
        ("The", "d"),
        ("table", "n"),
        ("Prentiss", "C"),
        ("R-Ky.", "~"),
        (",", ","),
        ("'s", "s"),
        ("£3,000", "#"),
        ("46-year-old", "r"),
        ("according", "W"),
    ],
)
def test_settles_what_is_the_same_everywhere(reader: WordReader, word: str, tag: str) -> None:
    assert reader[word] == tag


@pytest.mark.parametrize("word", ["said", "quickly", "Will", "Mr", "Republican", "I", "...", "'", "pointed"])
def test_leaves_to_its_neighbours_what_is_not(reader: WordReader, word: str) -> None:
    assert isinstance(reader[word], OpenWord)
