"""The word lists: their form, and that no word stands in two lists that contradict one another."""

import unicodedata
from collections import Counter
from collections.abc import Container
from importlib.resources import files
from pathlib import Path

import pytest

from service.extractor.language import list_languages, load_language

LANGUAGES = Path(str(files("service.extractor") / "languages"))
LISTS = sorted(LANGUAGES.glob("*/*.txt"))
LOWER = {
    *("adverbs", "complements", "document_nouns", "given_names", "nationalities", "not_names", "roles"),
    *("titles", "verbs"),
}
COLUMN_VALUES = {
    "complements": {
        "clause",
        "anything",
        "addressee",
        "question",
        "infinitive",
        "gerund",
        "request",
        "object",
    },
    "verbs": {"say", "manner", "call", "think", "document"},
    "titles": {"m", "f", "-"},
    "roles": {"m", "f", "-"},
    "given_names": {"m", "f", "-"},
    "nationalities": {"demonym", "party"},
    "places": {"country", "capital", "state", "city", "region"},
    "organisations": {"name", "head"},
    "document_nouns": {"speaks", "act"},
}
ONE_LINE_A_WORD = {"titles", "roles", "given_names", "nationalities", "places", "not_names", "adverbs"}
# A word of both lists would be read in two ways at once.
APART = [
    ("given_names", "places"),
    ("given_names", "roles"),
    ("given_names", "titles"),
    ("nationalities", "places"),
    ("not_names", "nationalities"),
    ("not_names", "roles"),
    ("not_names", "titles"),
    ("places", "not_names"),
]
# Names although the word is more often something else: what stands beside them decides.
SHARED = {
    ("given_names", "places"): {"georgia", "jordan"},
    ("given_names", "roles"): {
        *("buddy", "christian", "dean", "earl", "emir", "guy", "hunter", "porter", "raja", "sultan"),
    },
    ("nationalities", "places"): {"caribbean", "new zealand", "uk", "us"},
}


def choose_lists(stems: Container[str]) -> list[Path]:
    return [path for path in LISTS if path.stem in stems]


def read_rows(path: Path) -> list[list[str]]:
    lines = path.read_text("utf8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_opens_with_what_it_does_and_is_in_order(path: Path) -> None:
    lines = path.read_text("utf8").splitlines()
    rows = read_rows(path)

    assert lines[0].startswith("# ")
    assert rows == sorted(rows)
    assert len(rows) == len({tuple(row) for row in rows})
    assert all(cell and cell == cell.strip() for row in rows for cell in row)
    assert all(unicodedata.is_normalized("NFC", line) for line in lines)


@pytest.mark.parametrize("path", choose_lists(LOWER), ids=lambda path: path.stem)
def test_is_in_lower_case(path: Path) -> None:
    assert [row[0] for row in read_rows(path) if row[0] != row[0].lower()] == []


@pytest.mark.parametrize("path", choose_lists(COLUMN_VALUES), ids=lambda path: path.stem)
def test_second_column_is_of_its_values(path: Path) -> None:
    assert {row[1] for row in read_rows(path)} <= COLUMN_VALUES[path.stem]


@pytest.mark.parametrize("path", choose_lists(ONE_LINE_A_WORD), ids=lambda path: path.stem)
def test_no_word_has_two_lines(path: Path) -> None:
    lines = Counter(row[0] for row in read_rows(path))

    assert [word for word, count in lines.items() if count > 1] == []


@pytest.mark.parametrize("code", list_languages())
@pytest.mark.parametrize("pair", APART, ids=" ".join)
def test_no_word_is_owned_by_two_lists(code: str, pair: tuple[str, str]) -> None:
    one, other = ({row[0].lower() for row in read_rows(LANGUAGES / code / f"{name}.txt")} for name in pair)

    assert sorted((one & other) - SHARED.get(pair, set())) == []


@pytest.mark.parametrize("code", list_languages())
def test_irregular_verbs_give_three_forms(code: str) -> None:
    assert [row for row in read_rows(LANGUAGES / code / "verbs.txt") if len(row) not in (2, 5)] == []


@pytest.mark.parametrize("code", list_languages())
def test_complements_are_of_verbs_of_saying(code: str) -> None:
    verbs = {row[0] for row in read_rows(LANGUAGES / code / "verbs.txt") if row[1] == "say"}

    assert {row[0] for row in read_rows(LANGUAGES / code / "complements.txt")} <= verbs


@pytest.mark.parametrize("code", list_languages())
def test_lists_load(code: str) -> None:
    language = load_language(code)

    assert len(language.given_names) > 5000
    assert {"said", "says", "told", "warned"} <= language.tags.keys()


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="language: 'xx' is not one of: en"):
        load_language("xx")
