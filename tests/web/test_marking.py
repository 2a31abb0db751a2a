"""Where marks begin and end, whatever the text; who speaks; what a chart and a count of words say."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from service.extractor import Quote, Span, Speaker, extract
from service.store import ArticleReference, MonthRecord, Page, PortrayedSpeaker, QuoteRecord
from service.web.article import SHOWN_LENGTH, shorten
from service.web.blueprint import keep_web_address
from service.web.chart import WIDTH, draw_timeline
from service.web.conditions import find_month_bounds
from service.web.marking import (
    MOST_SURROUNDINGS,
    SURROUNDINGS,
    MarkedText,
    mark_surroundings,
    mark_text,
    write_letter,
)
from service.web.speaker import count_words

NOW = datetime.now(UTC)
PARTS = st.sampled_from(
    [
        "“We will not move,”",
        "said",
        "Jane Doe",
        "she",
        ".",
        "\n\n",
        "\r\n",
        "“",
        "”",
        "\U0001f600",
        "شكرا",
        "<b>",
    ]
)


def join(marked: MarkedText) -> str:
    return "".join(stretch.text for paragraph in marked.paragraphs for stretch in paragraph.stretches)


@given(st.lists(PARTS, max_size=40).map(" ".join))
def test_stretches_are_the_text_and_those_of_a_quote_its_segments(text: str) -> None:
    extraction = extract(text)
    marked = mark_text(text, extraction.quotes, extraction.passages)
    assert "".join(join(marked).split()) == "".join(text.split())
    stretches = [stretch for paragraph in marked.paragraphs for stretch in paragraph.stretches]
    assert all(text[one.start : one.start + len(one.text)] == one.text for one in stretches)
    for number, quote in enumerate(extraction.quotes, 1):
        own = "".join(one.text for one in stretches if one.words_of == number)
        assert own == "".join(segment.text for segment in quote.segments)
        assert sum(one.ends == number for one in stretches) == len(quote.segments)
        if quote.mention:
            assert "".join(one.text for one in stretches if number in one.mention_of) == quote.mention.text
    assert sorted(number for one in marked.paragraphs for number in one.quotes) == list(
        range(1, len(extraction.quotes) + 1)
    )


def test_mention_inside_another_quote_is_both() -> None:
    text = "“He says no,” said Ann."
    inner = Quote(
        "no", "mixed", (Span(9, 11, "no"),), Speaker("He", "person"), Span(1, 3, "He"), None, "r", 1.0
    )
    outer = Quote(
        "He says ",
        "direct",
        (Span(1, 9, "He says "),),
        Speaker("Ann", "person"),
        Span(19, 22, "Ann"),
        None,
        "r",
        1.0,
    )
    marked = mark_text(text, [outer, inner])
    [paragraph] = marked.paragraphs
    he = next(one for one in paragraph.stretches if one.text == "He")
    assert (he.words_of, he.mention_of) == (1, (2,))
    assert [voice.letter for voice in marked.voices] == ["A", "B"]


def test_speakers_have_letters_and_colours_in_turn_and_nobody_has_none() -> None:
    quotes = [
        Quote(
            "x",
            "direct",
            (Span(n, n + 1, "x"),),
            Speaker(f"S{n}", "person") if n else None,
            None,
            None,
            "r",
            1.0,
        )
        for n in range(30)
    ]
    marked = mark_text("x" * 30, quotes)
    letters = [voice.letter for voice in marked.voices]
    assert letters[:2] + letters[25:] == ["A", "B", "Z", "A2", "B2", "C2", "?"]
    assert {voice.colour for voice in marked.voices[:-1]} == set(range(1, 9))
    assert marked.voice_of[0].colour == 0
    assert write_letter(0) == "A"


def stored(text: str, start: int, end: int) -> QuoteRecord:
    return QuoteRecord(
        id="q",
        text=text[start:end],
        kind="direct",
        segments=(Span(start, end, text[start:end]),),
        speaker=PortrayedSpeaker("s", "Ann", "person"),
        mention=None,
        cue=None,
        rule="r",
        confidence=1.0,
        extractor_version="1",
        corrected=False,
        quotation="w",
        occurrences=1,
        clause=None,
        co_speakers=(),
        article=ArticleReference("a", None, None, None, None),
        added_at=NOW,
        changed_at=NOW,
        snippet=None,
    )


def test_surroundings_are_the_paragraph_as_far_as_it_is_near() -> None:
    text = "Before.\n\nOn a day she said “yes” and left.\n\nAfter."
    start = text.index("yes")
    assert (
        join(mark_surroundings(text, stored(text, start, start + 3))) == "On a day she said “yes” and left."
    )
    text = "word " * 1_000 + "yes" + " word" * 1_000
    near = join(mark_surroundings(text, stored(text, 5_000, 5_003)))
    assert "yes" in near
    assert near.startswith("word")
    assert near.endswith("word")
    assert 2 * SURROUNDINGS - 10 < len(near) < 2 * SURROUNDINGS + 110
    long = join(mark_surroundings(text, stored(text, 0, 9_000)))
    assert len(long) <= MOST_SURROUNDINGS


def test_surroundings_end_in_a_word_that_is_longer_than_they_are() -> None:
    text = f"{'word ' * 589}word\n\n{'x' * 200}{' word' * 2_000}"
    near = join(mark_surroundings(text, stored(text, 0, 9_000)))
    assert near.endswith("x")
    assert len(near) <= MOST_SURROUNDINGS


def test_long_text_is_cut_at_a_line_end() -> None:
    whole: Page[QuoteRecord] = Page((), None)
    assert shorten("x" * SHOWN_LENGTH, whole) == "x" * SHOWN_LENGTH
    assert shorten("x" * (SHOWN_LENGTH - 9) + "\n" + "y" * 100, whole) == "x" * (SHOWN_LENGTH - 9)
    assert len(shorten("x" * (SHOWN_LENGTH + 1), whole)) == SHOWN_LENGTH


def test_text_ends_with_the_last_quote_that_was_read() -> None:
    text = "“One” and on.\n“Two”."
    assert shorten(text, Page((stored(text, 1, 4),), "further")) == "“One” and on."
    assert shorten(text, Page((stored(text, 1, 4),), None)) == text


def test_timeline_is_drawn_by_months_and_a_long_one_by_years() -> None:
    assert draw_timeline([]) is None
    chart = draw_timeline([MonthRecord("2024-11", 2, ()), MonthRecord("2025-02", 4, ())])
    assert chart is not None
    assert (chart.unit, chart.first, chart.last, chart.highest) == ("month", "2024-03", "2025-02", 4)
    assert [(bar.label, bar.height) for bar in chart.bars] == [("2024-11", 50), ("2025-02", 100)]
    long = draw_timeline(
        [MonthRecord("1990-01", 1, ()), MonthRecord("1990-02", 1, ()), MonthRecord("2025-02", 1, ())]
    )
    assert long is not None
    assert [(bar.label, bar.quotes) for bar in long.bars] == [("1990", 2), ("2025", 1)]
    assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH for bar in (*chart.bars, *long.bars))


def test_frequent_words_are_counted_once_a_quote_without_those_that_join() -> None:
    texts = ["The port, the PORT and the union", "Don't close the port", "Café or café", "The café"]
    assert [(word.name, word.quotes) for word in count_words(texts)] == [("café", 2), ("port", 2)]


def test_months_end_on_their_last_day() -> None:
    assert find_month_bounds("2024-02") == ("2024-02-01", "2024-02-29")
    assert find_month_bounds("2025-12") == ("2025-12-01", "2025-12-31")
    assert find_month_bounds("9999-12") == ("9999-12-01", "9999-12-31")


def test_only_addresses_of_the_web_are_linked() -> None:
    assert keep_web_address("https://news.example/a?b#c") == "https://news.example/a?b#c"
    for address in (
        None,
        "",
        "javascript:alert(1)",
        "javascript://x/%0aalert(1)",
        "ftp://x/y",
        " javascript:x",
        "data:text/html,x",
        "//x",
        "http:",
        "https://[x",
    ):
        assert keep_web_address(address) is None
