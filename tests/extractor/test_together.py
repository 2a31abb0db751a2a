"""People who speak together: the first is the speaker, the others come beside it."""

import pytest

from service.extractor import extract


def names_of(text: str) -> list[list[str]]:
    return [
        [speaker.name for speaker in (quote.speaker, *quote.co_speakers) if speaker]
        for quote in extract(text).quotes
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“The quay is sinking,” said Tove Ek and Runar Moe.", ["Tove Ek", "Runar Moe"]),
        ("Tove Ek met Runar Moe. Ek and Moe said it was “late”.", ["Tove Ek", "Runar Moe"]),
        (
            "Ida Boe, Tove Ek and Runar Moe wrote that the quay was “sinking fast”.",
            ["Ida Boe", "Tove Ek", "Runar Moe"],
        ),
        ("Bernard and Wieke Ockel said the organ was “in tune”.", ["Bernard Ockel", "Wieke Ockel"]),
    ],
)
def test_each_of_those_who_speak_together_is_a_speaker(text: str, names: list[str]) -> None:
    assert names_of(text) == [names]


@pytest.mark.parametrize(
    "text",
    [
        "“The quay is sinking,” said Tove Ek, who met Runar Moe.",
        "“The quay is sinking,” said a friend of Tove Ek and Runar Moe.",
        "“The quay is sinking,” said Marks and Spencer.",
    ],
)
def test_one_speaker_is_alone(text: str) -> None:
    [quote] = extract(text).quotes

    assert quote.co_speakers == ()


def test_a_name_in_lists_is_found_by_itself_later() -> None:
    text = "Bernard and Wieke Ockel built the organ. “It sulks in the rain,” Bernard said."

    assert names_of(text) == [["Bernard Ockel"]]
