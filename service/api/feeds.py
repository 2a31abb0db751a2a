"""Quotes as an Atom feed: any list of quotes, to be followed by feed readers."""

from typing import Any
from urllib.parse import urlencode, urljoin

from flask import Response, request

from service.api.answers import Answer, build_next_address
from service.api.blueprint import Blueprint
from service.api.paging import PAGING, check_dates, read_page
from service.api.quotes import QuoteConditions
from service.api.stores import current_store
from service.atom import ATOM_TYPE, FeedAddresses, write_feed
from service.store import QuoteFilter

blueprint = Blueprint("feeds", __name__, url_prefix="/v1", description="Who said what, to be followed.")

FEED_EXAMPLE = """<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:5e2e1a6c-4f3c-5d0e-9d1c-0c7f2f1f6a11</id>
<title>Quotes: speaker doe</title>
<updated>2026-04-01T06:00:00Z</updated>
<author><name>Quote attribution service</name></author>
</feed>"""


@blueprint.endpoint(
    "GET",
    "/quotes.atom",
    query=QuoteConditions,
    answers={200: Answer("A page of the feed", None, None, {}, other_types={ATOM_TYPE: FEED_EXAMPLE})},
    problems=(503,),
)
def follow_quotes(options: dict[str, Any]) -> Response:
    """Give a list of quotes, newest first, as an Atom feed.

    Ids of the feed and of its entries are the same on every host; `next` links go on to older quotes.
    """
    check_dates(options)
    page = read_page(options)
    store = current_store()
    found = store.list_quotes(QuoteFilter(**options), page)
    updates = store.find_updates([quote.id for quote in found.items])
    # What was deleted between the two questions is left out.
    quotes = [quote for quote in found.items if quote.id in updates]
    conditions = sorted((name, value) for name, value in request.args.items() if name not in PAGING)
    title = "; ".join(["Quotes", *(f"{name} {value}" for name, value in conditions)])
    following = build_next_address(found)
    asked = request.query_string.decode("ascii")
    addresses = FeedAddresses(
        root=request.root_url,
        page=request.base_url + (f"?{asked}" if asked else ""),
        list=f"{request.root_url}v1/quotes?{urlencode(conditions)}",
        next=None if following is None else urljoin(request.host_url, following),
    )
    body = write_feed(title, urlencode(conditions), quotes, updates, addresses)
    return Response(body, content_type=ATOM_TYPE)
