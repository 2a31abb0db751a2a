"""One quote at an address of its own: in its place, with its citation, and everywhere else it was said."""

from flask import Response, request, url_for

from service.http.current import current_store
from service.http.parameters import check_query, read_parameters
from service.http.problems import not_found
from service.schemas.fields import RequestSchema
from service.store import PageRequest, QuoteRecord, Store
from service.web.blueprint import answer_page, blueprint
from service.web.citations import cite_quote
from service.web.marking import mark_surroundings
from service.web.quote_list import ArticleGroup, group_quotes

SHOWN_PLACES = 20
TITLE_LENGTH = 60
OPTIONS = RequestSchema()


@blueprint.get("/quotes/<id:quote_id>")
def show_quote(quote_id: str) -> Response:
    """Show a quote."""
    check_query(OPTIONS, read_parameters(request))
    store = current_store()
    quote = store.get_quote(quote_id)
    article = store.get_article(quote.article.id) if quote else None
    if quote is None or article is None or article.text is None:
        raise not_found("quote_id", quote_id)
    [group] = group_quotes(store, [quote])
    address = url_for("pages.show_quote", quote_id=quote_id, _external=True)
    places, is_cut = list_places(store, quote)
    return answer_page(
        "quote.html",
        title=name_quote(quote),
        quote=quote,
        shown=group.quotes[0],
        heading=group.heading,
        marked=mark_surroundings(article.text, quote),
        citation=cite_quote(quote, group.heading, address),
        places=places,
        more_places=is_cut,
    )


def name_quote(quote: QuoteRecord) -> str:
    """Return the title of a quote's page: who says it, and its first words."""
    words = " ".join(quote.text.split())
    if len(words) > TITLE_LENGTH:
        words = words[:TITLE_LENGTH].rpartition(" ")[0] + " …"
    who = quote.speaker.name if quote.speaker else "Nobody is named"
    return f"{who}: {words}" if quote.kind == "indirect" else f"{who}: “{words}”"


def list_places(store: Store, quote: QuoteRecord) -> tuple[list[ArticleGroup], bool]:
    """List all quotes of the same words, if there are more than this; and whether these are not all."""
    if quote.quotation is None or quote.occurrences < 2:
        return [], False
    found = store.read_quotation(quote.quotation, PageRequest(SHOWN_PLACES))
    if found is None:
        return [], False
    return group_quotes(store, found.page.items), found.page.next_cursor is not None
