"""One article: its text with each quote marked in its speaker's colour, and how each got its speaker."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request, url_for

from service.extractor import UnattributedPassage
from service.http.current import current_config, current_store
from service.http.parameters import check_query, read_parameters
from service.http.problems import not_found
from service.ingest.extract import extract_in_time
from service.schemas.fields import RequestSchema, Text, Truth
from service.store import Article, ArticleRecord, Page, PageRequest, QuoteFilter, QuoteRecord
from service.web.blueprint import answer_page, blueprint
from service.web.marking import MarkedText, Paragraph, mark_text
from service.web.quote_list import name_article

# A page stays small: the rest of a longer article is a link away, as text.
SHOWN_LENGTH = 25_000
SHOWN_QUOTES = 70
NAMED_SPEAKERS = 5


class ArticlePageOptions(RequestSchema):
    """Options of an article's page."""

    speaker_id = Text(maximum=200)
    passages = Truth(load_default=False)


OPTIONS = ArticlePageOptions()


@blueprint.get("/articles/<id:article_id>")
def show_article(article_id: str) -> Response:
    """Show an article's text with its quotes."""
    options = check_query(OPTIONS, read_parameters(request))
    store = current_store()
    article = store.get_article(article_id)
    if article is None or article.text is None:
        raise not_found("article_id", article_id)
    found = store.list_quotes(QuoteFilter(article=article_id), PageRequest(SHOWN_QUOTES))
    text = shorten(article.text, found)
    quotes = [quote for quote in found.items if quote.segments[-1].end <= len(text)]
    passages = find_silent(text, article.language, quotes) if options["passages"] else []
    marked = mark_text(text, quotes, passages)
    only = options.get("speaker_id")
    return answer_page(
        "article.html",
        article=article,
        heading=name_article(article.title, article.text),
        summary=summarise(article, marked),
        marked=marked,
        paragraphs=choose_paragraphs(marked, only),
        only=only,
        passages=passages if options["passages"] else None,
        unplaced=store.list_corrections(PageRequest(SHOWN_QUOTES), article_id, unplaced=True).items,
        is_whole=len(text) == len(article.text) and len(quotes) == article.quotes,
        **list_addresses(article, only),
    )


def summarise(article: ArticleRecord, marked: MarkedText) -> str:
    """Say for previews how many quotes an article has, and of whom."""
    names = [voice.speaker.name for voice in marked.voices if voice.speaker][:NAMED_SPEAKERS]
    said = f"{article.quotes} {'quote' if article.quotes == 1 else 'quotes'}"
    return f"{said}: {', '.join(names)}" if names else said


def shorten(text: str, found: Page[QuoteRecord]) -> str:
    """Cut a text to the length that is shown, at the end of a line if possible.

    If there are more quotes than were read, it ends with the last of them, so that no quote is left unmarked.
    """
    if found.next_cursor is not None:
        last = found.items[-1].segments[-1].end
        end = text.find("\n", last)
        text = text[: end if end > 0 else last]
    if len(text) <= SHOWN_LENGTH:
        return text
    end = text.rfind("\n", SHOWN_LENGTH // 2, SHOWN_LENGTH)
    return text[: end if end > 0 else SHOWN_LENGTH]


def find_silent(text: str, language: str, quotes: Sequence[QuoteRecord]) -> list[UnattributedPassage]:
    """Find the passages in quotation marks that are no quotes for the current extractor."""
    taken = sorted((segment.start, segment.end) for quote in quotes for segment in quote.segments)
    article = Article(text=text, language=language)
    passages = extract_in_time(article, current_config().extract_seconds).passages
    return [one for one in passages if not overlaps_any(one.start, one.end, taken)]


def overlaps_any(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in spans)


def choose_paragraphs(marked: MarkedText, speaker_id: str | None) -> list[Paragraph | None]:
    """Choose the paragraphs to show: all, or those with one speaker's words; None is a gap."""
    if speaker_id is None:
        return list(marked.paragraphs)
    theirs = {
        number
        for number, quote in enumerate(marked.quotes, 1)
        if isinstance(quote, QuoteRecord) and quote.speaker and quote.speaker.id == speaker_id
    }
    shown: list[Paragraph | None] = []
    for paragraph in marked.paragraphs:
        if any(stretch.words_of in theirs for stretch in paragraph.stretches):
            shown.append(paragraph)
        elif shown and shown[-1] is not None:
            shown.append(None)
    return shown


def list_addresses(article: ArticleRecord, only: str | None) -> dict[str, Any]:
    """List the links of the page: the same with passages and without, and its JSON."""
    shown = {"article_id": article.id, "speaker_id": only}
    return {
        "with_passages": url_for("pages.show_article", **shown, passages="true"),  # type: ignore[arg-type]
        "without_passages": url_for("pages.show_article", **shown),  # type: ignore[arg-type]
        "as_json": url_for("articles.list_article_quotes", article_id=article.id),
    }
