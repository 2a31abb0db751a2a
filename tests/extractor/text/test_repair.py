"""Texts that transport has damaged are read as they were meant; offsets are those of the text as received."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.extractor import explain, extract, read_shape
from service.extractor.text.repair import find_shown_paragraphs, repair
from tests.extractor.invariants import check_extraction, check_utf16

# The text as received, what is read, and the words of the quote as received.
DAMAGED = [
    ("&quot;We will wait,&quot; said Ann Lee.", "We will wait"),
    ("&ldquo;We will wait,&rdquo; said Ann Lee.", "We will wait"),
    ("&#8220;We will wait,&#x201D; said Ann Lee.", "We will wait"),
    ("&amp;quot;We will wait,&amp;quot; said Ann Lee.", "We will wait"),
    ("“Fish &amp; chips,” said Ann Lee.", "Fish &amp; chips"),
    ('\\"We will wait,\\" said Ann Lee.', "We will wait"),
    ("\\u201cWe will wait,\\u201d said Ann Lee.", "We will wait"),
    ("<p>“We <em>will</em> wait,” said <a href='/lee'>Ann Lee</a>.</p>", "We <em>will</em> wait"),
    ("â€œWe will wait,â€\x9d said Ann Lee.", "We will wait"),
    ("â€œWe will wait,â€ said Ann Lee.", "We will wait"),
    ("“We will wait,” ex\u00adplained Ann\u200b Lee.", "We will wait"),
    ("\u202a“We will wait,”\u202c said \u200eAnn Lee.", "We will wait"),
    ("\ufeff“We wi\u00adll wait,” said Ann Lee.", "We wi\u00adll wait"),
    ("\ufffdWe don\ufffdt wait,\ufffd said Ann Lee \ufffd the owner.", "We don\ufffdt wait"),
]


@pytest.mark.parametrize(("text", "words"), DAMAGED)
def test_damaged_text_is_read_as_it_was_meant(text: str, words: str) -> None:
    (quote,) = extract(text).quotes
    (segment,) = quote.segments

    assert (quote.text, quote.speaker and quote.speaker.name) == (words, "Ann Lee")
    assert text[segment.start : segment.end] == words
    assert quote.mention is not None
    assert quote.cue is not None
    for span in (quote.mention, quote.cue):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("received", "meant"),
    [
        ("AndrÃ© isnâ€™t â‚¬5", "André isn’t €5"),
        ("AndrÃ\x83Â© twice", "André twice"),
        ("Cafe\u0301 Zu\u0308rich", "Café Zürich"),
        ("a &lt;b&gt; c &unknown; &amp", "a <b> c &unknown; &amp"),
        ("one<br>two<hr/>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "\n\none\n\n\n\ntwo\n\n"),
        ("1 < 2 and 3 > 2, <not a tag>", "1 < 2 and 3 > 2, <not a tag>"),
        ("“MAÇÔ and Â”", "“MAÇÔ and Â”"),
        ("C:\\new \\ud83d", "C:\\new \\ud83d"),
    ],
)
def test_what_was_meant(received: str, meant: str) -> None:
    assert repair(received).text == meant


def test_a_sound_text_costs_no_way_back() -> None:
    text = "“We won’t wait,” said André Müller & Söhne. 1 < 2."

    assert repair(text) == repair(text)
    assert repair(text).text is text
    assert repair(text).steps == ()


def test_a_name_keeps_its_accents_as_received() -> None:
    (quote,) = extract("“We will wait,” said Jose\u0301 Lee.").quotes

    assert quote.speaker is not None
    assert quote.speaker.name == "Jose\u0301 Lee"


def test_an_explanation_shows_the_passage_as_received() -> None:
    text = "&quot;We wait,&quot; said Ann Lee. &quot;Here.&quot;"
    (quote,) = explain(text).quotes

    assert text[quote.explanation.passage.start : quote.explanation.passage.end] == "We wait"  # type: ignore[attr-defined]


def test_passages_that_are_no_quotes_are_placed_too() -> None:
    text = "The word &quot;moist&quot; divides the nation."
    (passage,) = extract(text).passages

    assert (passage.text, text[passage.start : passage.end]) == ("moist", "moist")


def test_paragraphs_are_placed_in_the_text_as_received() -> None:
    text = "<p>One &amp; all.</p><p>Two.</p>"

    shown = [text[start:end] for start, end in find_shown_paragraphs(text)]

    assert shown == ["<p>One &amp; all.", "</p><p>Two.</p>"]


DAMAGE = [
    "&quot;",
    "&#8220;",
    "&amp;rdquo;",
    '\\"',
    "â€œ",
    "â€",
    "Ã©",
    "e\u0301",
    "\u0301",
    "\u200b",
    "\u00ad",
    "\ufffd",
]
TAGS = ["<p>", "</p>", "<b>", "<br/>", "&#10;"]
WORDS = ["“", "”", "We go", ", ", " ", ".", " said ", "Ann Lee", "\n"]
PIECES = st.lists(st.sampled_from([*DAMAGE, *TAGS, *WORDS]), max_size=40).map("".join)


@given(PIECES)
def test_any_damage_gives_an_extraction_of_its_text(text: str) -> None:
    extraction = extract(text)

    check_extraction(text, extraction)
    check_utf16(text, extraction)
    assert extract(text) == extraction


@given(PIECES)
def test_every_stretch_is_placed_in_order(text: str) -> None:
    mended = repair(text)
    places = [mended.locate(at, at + 1) for at in range(len(mended.text))]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(left <= right for left, right in pairwise(places))


def test_tokens_are_placed_in_the_text_as_received() -> None:
    text = "&quot;We wait,&quot; said Jose\u0301 Lee."
    (sentence,) = read_shape(text)

    words = [token.text for token in sentence]
    assert words == ["&quot;We wait,&quot;", "", "said", "Jose\u0301", "Lee", "."]
    assert all(text[token.start : token.end] == token.text for token in sentence)
