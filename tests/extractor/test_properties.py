"""What holds for any text at all."""

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.extractor import EVERY_KIND, extract
from tests.extractor.grammar import write_text
from tests.extractor.invariants import check_extraction, check_utf16

MARKS = [*"“”\"'‘’«»,.?:—… \n\u00a0", "''", "``", "\n\n"]
MENTIONS = ["Jane Doe", "Dr Roe", "the mayor", "she", "He", "O'Neill", "spokesman for the council"]
WORDS = ["said", "told", "according to", "called", "laughed", "We will not move", "that", "5'11\"", "'tis"]
REPORTS = ["said that", "the hall would close", "asked whether", "As", ", she said,", "promised to"]
NEWS = st.lists(st.sampled_from([*MARKS, *MENTIONS, *WORDS, *REPORTS]), max_size=60).map("".join)
ANY_TEXT = st.one_of(
    NEWS,
    st.text(max_size=200),
    st.text(st.characters(exclude_categories=()), max_size=50),
    st.text(alphabet="“”\"'‘’«»`,.:- \nAsaid", max_size=200),
    st.randoms(use_true_random=False).map(write_text),
)


@given(ANY_TEXT)
@example("")
@example("\ud800“\udfff”")
@example("“" * 50)
@example("“No,” said Jane Doe.\r\n\r\n“Yes,” said Dr Roe.\x00")
@example("“𝒩𝑜,” said Zoë 👩‍👩‍👧 Doe.")
@example("İ“No,” said İnci Doe. ﬁ “Yes,” she said.")
# Found by the fuzzer: what goes on in the next paragraph was a name, too, of whoever said the passage before.
@example("“No,” asked “Watts.\n\n“Yes.”")
@example('"n"ask“W .\n\n“W')
@example('“d"–"A o\n\n”a')
@example('asks"Dr R\n“W   .\n\no\u202ahe Long Long Lamp”')
# Found by the fuzzer: a subject may begin with its last word's blank.
@example("According to â€𝒜𝒷 Doe, “the wOrds 'so' A 'SO' and \"on\",”. ")
# Found by the fuzzer: a paragraph that ends with a passage has no colon of its own.
@example("A doctor: ‘a {name}:\n“\n`` Jane Doe'she) asks")
def test_extraction_is_one_of_its_text(text: str) -> None:
    extraction = extract(text)

    check_extraction(text, extraction)
    check_utf16(text, extraction)


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


@given(ANY_TEXT)
def test_quotes_in_marks_are_the_same_beside_indirect_ones(text: str) -> None:
    told = extract(text, kinds=EVERY_KIND)

    assert tuple(quote for quote in told.quotes if quote.kind != "indirect") == extract(text).quotes
    for quote in told.quotes:
        for span in (*quote.segments, quote.mention, quote.cue, quote.clause):
            assert span is None or text[span.start : span.end] == span.text


@given(ANY_TEXT)
def test_a_clause_holds_its_mixed_quote(text: str) -> None:
    for quote in extract(text).quotes:
        if quote.clause:
            assert quote.kind == "mixed"
            assert quote.clause.start <= quote.segments[0].start < quote.segments[0].end <= quote.clause.end
