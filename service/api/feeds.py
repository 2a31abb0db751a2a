"""Quotes as an Atom feed: any list of quotes, to be followed by feed readers."""

from typing import Any
from urllib.parse import urlencode, urljoin

from flask import Response, current_app, request

from service.api.openapi.answers import Answer, build_next_address
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import PAGING, check_list, read_page
from service.api.quotes import QuoteConditions
from service.formats.atom import ATOM_TYPE, FeedAddresses, write_feed
from service.http.current import current_store
from service.http.problems import Problem
from service.schemas.check import FieldError
from service.schemas.fields import Text
from service.store import QuoteFilter

blueprint = Blueprint("feeds", __name__, url_prefix="/v1", description="Atom feeds.")


class FeedConditions(QuoteConditions):
    """Which quotes, and who asks."""

    token = Text(
        maximum=250,
        metadata={"description": "A key with the scope `feed`, for feed readers, which send no header"},
    )


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
    query=FeedConditions,
    answers={200: Answer("A page of the feed", None, None, {}, other_types={ATOM_TYPE: FEED_EXAMPLE})},
    problems=(503,),
)
def follow_quotes(options: dict[str, Any]) -> Response:
    """Give a list of quotes, newest first, as an Atom feed.

    Ids of the feed and of its entries are the same on every host; `next` links go on to older quotes.
    """
    if options.pop("token", None) is not None and not current_app.extensions["keys"]:
        raise Problem(400, [FieldError("token", "is not needed here: this service has no keys")])
    check_list(options)
    page = read_page(options)
    store = current_store()
    found = store.list_quotes(QuoteFilter(**options), page)
    updates = store.find_updates([quote.id for quote in found.items])
    # What was deleted between the two questions is left out.
    quotes = [quote for quote in found.items if quote.id in updates]
    conditions = sorted(
        (name, value) for name, value in request.args.items(multi=True) if name not in (*PAGING, "token")
    )
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
