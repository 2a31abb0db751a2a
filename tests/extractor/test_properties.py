"""What holds for any text at all."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.extractor import Extraction, Span, extract

MARKS = [*"“”\"'‘’«»,.?:—… \n\u00a0", "''", "``", "\n\n"]
MENTIONS = ["Jane Doe", "Dr Roe", "the mayor", "she", "He", "O'Neill", "spokesman for the council"]
WORDS = ["said", "told", "according to", "called", "laughed", "We will not move", "that", "5'11\"", "'tis"]
NEWS = st.lists(st.sampled_from([*MARKS, *MENTIONS, *WORDS]), max_size=60).map("".join)
ANY_TEXT = st.one_of(NEWS, st.text(max_size=200), st.text(alphabet="“”\"'‘’«»`,.:- \nAsaid", max_size=200))


def list_spans(extraction: Extraction) -> list[Span]:
    return [
        span
        for quote in extraction.quotes
        for span in (*quote.segments, quote.mention, quote.cue)
        if span is not None
    ]


@given(ANY_TEXT)
@example("")
@example("\ud800“\udfff”")
@example("“" * 50)
@example("“No,” said Jane Doe.\r\n\r\n“Yes,” said Dr Roe.\x00")
@example("“𝒩𝑜,” said Zoë 👩‍👩‍👧 Doe.")
@example("İ“No,” said İnci Doe. ﬁ “Yes,” she said.")
def test_every_offset_gives_its_text(text: str) -> None:
    extraction = extract(text)

    for span in list_spans(extraction):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
    for passage in extraction.passages:
        assert text[passage.start : passage.end] == passage.text


@given(ANY_TEXT)
def test_segments_are_in_order_and_apart(text: str) -> None:
    extraction = extract(text)
    by_quote = [quote.segments for quote in extraction.quotes]
    segments = sorted((segment for quote in by_quote for segment in quote), key=lambda span: span.start)

    assert all(quote and list(quote) == sorted(quote, key=lambda span: span.start) for quote in by_quote)
    assert [quote[0].start for quote in by_quote] == sorted(quote[0].start for quote in by_quote)
    assert all(left.end <= right.start for left, right in pairwise(segments))
    assert all(
        passage.end <= segment.start or segment.end <= passage.start
        for passage in extraction.passages
        for segment in segments
    )


@given(ANY_TEXT)
def test_quote_text_is_made_of_its_segments(text: str) -> None:
    for quote in extract(text).quotes:
        assert all(segment.text in quote.text for segment in quote.segments)
        assert 0 < quote.confidence <= 1
        assert quote.speaker is None or quote.speaker.name.strip()


@given(ANY_TEXT)
def test_same_text_gives_the_same_answer(text: str) -> None:
    assert extract(text) == extract(text)


@given(NEWS)
def test_a_paragraph_without_marks_before_moves_offsets_alone(text: str) -> None:
    prefix = "The river fell overnight.\n\n"
    before, after = extract(text), extract(prefix + text)

    assert Counter(span.text for quote in after.quotes for span in quote.segments) == Counter(
        span.text for quote in before.quotes for span in quote.segments
    )


@pytest.mark.parametrize(
    "lead", ["The company left.", "He left.", "The senator left.", "The 46-year-old left."]
)
def test_descriptions_that_stand_for_one_another_come_to_an_end(lead: str) -> None:
    paragraph = f"{lead} “We go now,” the company said.\n\n"

    assert len(extract(paragraph * 200).quotes) == 200
    assert len(extract(f"{lead}\n\n" * 2_000 + paragraph).quotes) == 1
