"""Quotes as an Atom feed (RFC 4287), for feed readers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit
from uuid import UUID, uuid5
from xml.etree import ElementTree

from service.formats.plain import join_names, list_speakers, mark_words
from service.store import QuoteRecord

ATOM_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
# Names of this service's own; what is derived from them stays the same on every host.
IDENTITIES = UUID("5c5ad3c4-9a0e-5d6b-8f57-2a2b2a6f0d1e")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What an address may hold as it is; the rest is percent-encoded.
ADDRESS_SIGNS = ":/?#[]@!$&'()*+,;=-._~%"
TITLE_LENGTH = 120
# Of a feed without entries nothing has changed yet.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
GENERATOR = "Quote attribution service"


@dataclass(frozen=True, slots=True)
class FeedAddresses:
    """Absolute addresses: the service's root, this page of the feed, the same list as JSON, the next page."""

    root: str
    page: str
    list: str
    next: str | None


def write_feed(
    title: str,
    identity: str,
    quotes: Sequence[QuoteRecord],
    updates: Mapping[str, datetime],
    addresses: FeedAddresses,
) -> bytes:
    """Write a page of a feed; `identity` tells it from other feeds, `updates` is when quotes changed."""
    feed = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    add(feed, "id", name_identity(f"feed\0{identity}"))
    add(feed, "title", title)
    add(feed, "updated", max((updates[quote.id] for quote in quotes), default=NEVER))
    add(ElementTree.SubElement(feed, "author"), "name", GENERATOR)
    add(feed, "generator", GENERATOR)
    add_link(feed, "self", addresses.page, ATOM_TYPE)
    add_link(feed, "alternate", addresses.list, "application/json")
    if addresses.next is not None:
        add_link(feed, "next", addresses.next, ATOM_TYPE)
    for quote in quotes:
        add_entry(feed, quote, updates[quote.id], addresses.root)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def add_entry(feed: ElementTree.Element, quote: QuoteRecord, updated: datetime, root: str) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    article = quote.article
    add(entry, "id", name_identity(f"quote\0{quote.id}"))
    name = f"{join_names(quote)}: " if quote.speaker else ""
    add(entry, "title", shorten(name + mark_words(quote.text, quote.kind)))
    add(entry, "updated", max(updated, article.published_at or updated))
    if article.published_at is not None:
        add(entry, "published", article.published_at)
    for speaker in list_speakers(quote):
        add(ElementTree.SubElement(entry, "author"), "name", speaker.name)
    address = make_address(article.url)
    if address is not None:
        add_link(entry, "alternate", address, "text/html")
    else:
        add_link(entry, "alternate", f"{root}v1/quotes/{quote.id}", "application/json")
    add(entry, "content", write_content(quote, address)).set("type", "html")


def add(parent: ElementTree.Element, name: str, value: str | datetime) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = NO_XML.sub("", write_moment(value) if isinstance(value, datetime) else value)
    return element


def write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def add_link(parent: ElementTree.Element, relation: str, address: str, media_type: str) -> None:
    attributes = {"rel": relation, "href": encode_address(address), "type": media_type}
    ElementTree.SubElement(parent, "link", attributes)


def name_identity(identity: str) -> str:
    return f"urn:uuid:{uuid5(IDENTITIES, identity)}"


def shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


def make_address(url: str | None) -> str | None:
    """The address of an article as a link may have it; None for what is no address on the web."""
    try:
        parts = urlsplit((url or "").strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return encode_address(parts.geturl())


def encode_address(address: str) -> str:
    return percent_encode(address, safe=ADDRESS_SIGNS)


def write_content(quote: QuoteRecord, address: str | None) -> str:
    """Write the quote and its article as HTML."""
    article = quote.article
    title = article.title or article.url or article.id
    where = escape(title) if address is None else f'<a href="{escape(address)}">{escape(title)}</a>'
    role = f" ({escape(quote.speaker.role.text)})" if quote.speaker and quote.speaker.role else ""
    name = f"{escape(join_names(quote))}{role}, " if quote.speaker else ""
    source = f", {escape(article.source)}" if article.source else ""
    words = f"<p>{escape(quote.text)}</p>"
    if quote.kind != "indirect":
        words = f"<blockquote>{words}</blockquote>"
    return f"{words}<p>{name}{where}{source}</p>"
