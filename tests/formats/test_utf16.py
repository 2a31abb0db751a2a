"""Offsets in UTF-16 code units select the same words."""

from hypothesis import given
from hypothesis import strategies as st

from service.formats.utf16 import convert_snippet, convert_spans, utf16_converter

TEXT = st.text(
    alphabet=st.sampled_from("a”é\u0301\uffff\U00010000😀\U0010ffff \n")
    | st.characters(exclude_categories=["Cs"])
)


def slice_utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@given(TEXT, st.data())
def test_converted_span_selects_the_same_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    convert = utf16_converter(text)
    assert slice_utf16(text, convert(start), convert(end)) == text[start:end]


def test_every_span_of_a_value_is_converted() -> None:
    value = {"quotes": [{"segments": [{"start": 1, "end": 2, "text": "b"}], "cue": None, "confidence": 0.5}]}
    convert_spans(value, utf16_converter("😀b"))
    assert value == {
        "quotes": [{"segments": [{"start": 2, "end": 3, "text": "b"}], "cue": None, "confidence": 0.5}]
    }


def test_highlights_count_in_the_snippet() -> None:
    quote = {"snippet": {"text": "😀 b", "highlights": [[0, 1], [2, 3]]}}
    convert_snippet(quote)
    assert quote["snippet"]["highlights"] == [[0, 2], [3, 4]]
