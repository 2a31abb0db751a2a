"""Lists of quotes on pages: fragments in their sentences, and what articles without a title are called."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from service.extractor import Span
from service.store import ArticleReference, QuoteRecord, Snippet, TextPart
from service.web.citations import cite_quote
from service.web.quote_list import OPENING_LENGTH, UNTITLED, find_reach, name_article, show_quote

NOW = datetime.now(UTC)
ARTICLE = ArticleReference("a", "A title", None, "The Echo", None)


def build_quote(text: str, *words: str, snippet: Snippet | None = None, **fields: Any) -> QuoteRecord:
    """Build a mixed quote of the words, which stand in the text in this order."""
    segments, at = [], 0
    for one in words:
        at = text.index(one, at)
        segments.append(Span(at, at + len(one), one))
        at += len(one)
    values: dict[str, Any] = {
        "id": "q",
        "text": " … ".join(words),
        "kind": "mixed",
        "segments": tuple(segments),
        "speaker": None,
        "mention": None,
        "cue": None,
        "rule": "call_fragment",
        "confidence": 0.8,
        "clause": None,
        "co_speakers": (),
        "extractor_version": "1",
        "corrected": False,
        "quotation": None,
        "occurrences": 1,
        "article": ARTICLE,
        "added_at": NOW,
        "changed_at": NOW,
        "snippet": snippet,
    }
    return QuoteRecord(**values | fields)


def read_shown(text: str, quote: QuoteRecord) -> str:
    """Show a quote in its text: what is said in [ ], what was found in < >."""
    part = find_reach(quote)
    shown = show_quote(quote, part, text[part.start : part.start + part.length])
    assert shown.in_sentence
    marked = (
        f"<{one.text}>" if one.is_found else f"[{one.text}]" if one.is_said else one.text
        for one in shown.stretches
    )
    return "".join(marked)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("It rained. Doe called it “a joke” again. He left.", "a joke", "Doe called it “[a joke]” again."),
        (
            "Mr. Doe of the U.S. Army called it “a joke”.",
            "a joke",
            "Mr. Doe of the U.S. Army called it “[a joke]”.",
        ),
        ("Doe called it “a joke.” He left.", "a joke.", "Doe called it “[a joke.]”"),
        ("A title\n\nDoe called it\n“a joke”\n\nHe left.", "a joke", "Doe called it “[a joke]”"),
        ("Is it? “A joke”, Doe thinks.", "A joke", "“[A joke]”, Doe thinks."),
    ],
    ids=["middle", "abbreviations", "stop inside", "paragraph", "opens"],
)
def test_fragment_is_shown_in_its_sentence(text: str, words: str, shown: str) -> None:
    assert read_shown(text, build_quote(text, words)) == shown


def test_fragments_of_one_quote_are_shown_together() -> None:
    text = "Doe called it “a joke” and “a scandal”. He left."
    assert (
        read_shown(text, build_quote(text, "a joke", "a scandal"))
        == "Doe called it “[a joke]” and “[a scandal]”."
    )


def test_searched_words_are_marked_in_the_sentence() -> None:
    text = "A joke. Doe called it “a joke” and “a bad joke”."
    snippet = Snippet("a joke … a bad joke", ((2, 6), (15, 19)))
    quote = build_quote(text, "a joke", "a bad joke", snippet=snippet)
    assert read_shown(text, quote) == "Doe called it “[a ]<joke>” and “[a bad ]<joke>”."


def test_sentence_without_an_end_is_cut_where_the_reading_ends() -> None:
    text = "so " * 300 + "“a joke”" + " and" * 300
    shown = read_shown(text, build_quote(text, "a joke"))
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 650


def test_quote_whose_text_has_changed_is_shown_without_it() -> None:
    quote = build_quote("Doe called it “a joke”.", "a joke")
    shown = show_quote(quote, TextPart("a", 0, 100), "Doe called it “a jest”.")
    assert [one.text for one in shown.stretches] == ["a joke"]
    assert not shown.in_sentence


@pytest.mark.parametrize(
    ("title", "opening", "name"),
    [
        ("A title", "A text", "A title"),
        (None, "  Short\ntext ", "Short text"),
        (None, "word " * 40, "word " * (OPENING_LENGTH // 5) + "…"),
        (None, "x" * 200, "x" * OPENING_LENGTH + " …"),
        (None, " \n", UNTITLED),
        ("", None, UNTITLED),
    ],
    ids=["title", "short", "words", "one word", "blank", "gone"],
)
def test_article_is_called_by_its_title_or_first_words(
    title: str | None, opening: str | None, name: str
) -> None:
    assert name_article(title, opening) == name


def test_citation_says_who_and_where_and_is_escaped() -> None:
    text = "Doe called it “a *joke* <b>”."
    article = replace(ARTICLE, url="https://echo.example/1")
    cited = cite_quote(
        build_quote(text, "a *joke* <b>", article=article), "A [title]", "http://q.example/quotes/q"
    )
    assert cited.text == "“a *joke* <b>” – nobody is named, The Echo"
    assert "https://echo.example/1 (marked in the article: http://q.example/quotes/q)" in cited.forms["Text"]
    assert r"a \*joke\* \<b\>" in cited.forms["Markdown"]
    assert r"[“A \[title\]”, The Echo](<http://q.example/quotes/q>)" in cited.forms["Markdown"]
    assert "<p>“a *joke* &lt;b&gt;”</p>" in cited.forms["HTML"]


def test_citation_of_a_link_that_would_run_is_of_this_service() -> None:
    quote = build_quote("“a joke”", "a joke", article=replace(ARTICLE, url="javascript:alert(1)"))
    assert "javascript" not in str(cite_quote(quote, "A title", "http://q.example/quotes/q").forms)
