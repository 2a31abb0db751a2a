"""Patterns over shapes are written in the names of tags, and compiled to letters."""

import re
from pathlib import Path

import pytest

from service.extractor import tags
from service.extractor.shapes.patterns import pattern, regex_pattern, spell
from service.extractor.tags import Tags
from tests.extractor.test_purity import MODULES


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("<say>", "[V]"),
        ("<say|say_base|be>", "[BVb]"),
        ("<^comma|full_stops>", r"[^,\.\?]"),
        ("<opening_bracket> <dash|number>?", r"[\(] [\#\-]?"),
        ("(?P<cue> <say> )", "(?P<cue> [V] )"),
        ("(?<!<subject_pronouns>) (?<=<be>)", "(?<![EP]) (?<=[b])"),
    ],
)
def test_words_become_letters(words: str, letters: str) -> None:
    assert spell(words) == letters


def test_parts_are_put_in_and_may_be_made_of_parts() -> None:
    parts = {"phrase": "<determiner> | <head>", "head": "<name>+"}

    assert spell("<phrase>? <say>", parts) == "(?:[d] | (?:[C]+))? [V]"


def test_patterns_match_shapes() -> None:
    cue = pattern("<passage> <comma> (?P<cue> <say> )  # “No,” said")
    found = cue.match("Q,VC.")

    assert found is not None
    assert found.span("cue") == (2, 3)
    assert cue.match("Q,vC.") is None


def test_patterns_match_backwards_from_a_verb() -> None:
    found = regex_pattern("<name>+", backwards=True).match("dnCC", 0, 4)

    assert found is not None
    assert found.span() == (2, 4)


def test_an_unknown_word_is_an_error_at_once() -> None:
    with pytest.raises(AttributeError, match="SAYD"):
        pattern("<sayd> <name>")


def test_a_possessive_group_is_not_left_to_the_standard_library() -> None:
    with pytest.raises(ValueError, match="possessive"):
        pattern("<name> <phrases>", {"phrases": "(?: <of> <name> )*+"})

    assert regex_pattern("(?: <of> <name> )*+").fullmatch("fCfC")


def test_no_token_is_in_no_set() -> None:
    assert "" not in tags.FINITE
    assert "VB" not in tags.FINITE
    assert "V" in tags.FINITE


def list_names() -> dict[str, frozenset[str]]:
    """The tags and sets of tags, by their names."""
    named = {name: value for name, value in vars(tags).items() if name.isupper()}
    return {
        name: frozenset(value)
        for name, value in named.items()
        if isinstance(value, Tags) or (isinstance(value, str) and len(value) == 1)
    }


def test_each_tag_and_each_set_has_one_name() -> None:
    names = list_names()

    assert len(names) > 100
    assert len(set(names.values())) == len(names)


def test_each_name_is_used() -> None:
    source = "\n".join(path.read_text("utf8") for path in MODULES).lower()
    unused = [name for name in list_names() if len(re.findall(rf"\b{name.lower()}\b", source)) < 2]

    assert unused == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_tags_are_spelled_nowhere_else(path: Path) -> None:
    """A tag beside a literal, as in `tags[at] in "VB"`: each has a name."""
    literal = r'(?:in|==|!=) (?:tuple)?\(?["\']'
    patterns = (
        rf"tags?(?:\[[^]]*\])? (?:not )?{literal}",
        r"tags\.r?(?:find|strip|index)\([\"']",
        r"frozenset\([\"'][A-Za-z]{2,}[\"']\)",
    )

    source = path.read_text("utf8")
    assert path.name == "tags.py" or not any(re.search(spelled, source) for spelled in patterns)
