"""Parameters of all lists: limit, cursor and dates."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from service.api.openapi.shapes import described
from service.http.current import current_config
from service.http.problems import Problem
from service.schemas.check import FieldError
from service.schemas.fields import (
    Choice,
    Data,
    MomentField,
    RequestSchema,
    Text,
    Truth,
    read_whole_number,
)
from service.store import PageRequest

SOURCE_DESCRIPTION = "Who published it: the whole name, case- and accent-blind"
# What says which page of a list, and not which list.
PAGING = ("limit", "cursor")
DEFAULT_LIMIT = 20
PAGE_HEADERS = {"Link": 'The next page as `<address>; rel="next"`; left out on the last page'}


class PageSize(fields.Integer):
    """A whole number from 1 to the setting of this service."""

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> int:
        del attr, data, options
        return read_whole_number(value, 1, current_config().max_page_items)


def page_size_describer(most: int) -> Callable[..., dict[str, int]]:
    """Return the function that describes the setting in the OpenAPI document."""

    def describe_page_size(_converter: Any, field: Any, **_: Any) -> dict[str, int]:
        return {"minimum": 1, "maximum": most} if isinstance(field, PageSize) else {}

    return describe_page_size


class PageOptions(RequestSchema):
    """Which page of a list."""

    limit = PageSize(load_default=DEFAULT_LIMIT, metadata={"description": "Items on a page"})
    cursor = Text(
        maximum=1_000, metadata={"description": "From `next` of the page before, with the same filters"}
    )


def from_field() -> MomentField:
    """Build the field of a list's earliest date."""
    return MomentField(
        data_key="from",
        metadata={
            "description": "Published then or later; a date, or a date and time.  What has no date is"
            " left out",
            "example": "2026-01-01",
        },
    )


def to_field() -> MomentField:
    """Build the field of a list's latest date."""
    return MomentField(
        end_of_day=True,
        data_key="to",
        metadata={
            "description": "Published then or earlier; a date includes the whole day.  What has no date is"
            " left out",
            "example": "2026-03-31",
        },
    )


def since_field() -> MomentField:
    """Build the field of the moment since which a list's items were stored."""
    return MomentField(
        metadata={
            "description": "Stored first (`added_at`) then or later; a date, or a date and time",
            "example": "2026-01-01T06:00:00Z",
        }
    )


def undated_field() -> Truth:
    """Build the field for what has no date."""
    return Truth(
        metadata={"description": "true: only of articles without a date; false: only of those with one"}
    )


ORDERS = {
    "newest": "newest: by date, as without it",
    "oldest": "oldest: the same list from its end",
    "relevance": "relevance: where the words of q are most of the quote, 2,000 quotes at a time from the"
    " newest",
    "added": "added: what was stored last first, by `added_at`",
}


def order_field(*orders: str) -> Choice:
    """Build the field of a list's order."""
    return Choice(*orders, metadata={"description": "; ".join(ORDERS[order] for order in orders)})


def read_page(options: dict[str, Any]) -> PageRequest:
    """Remove the page from a list's options, which then hold only its filters, and return it."""
    return PageRequest(limit=options.pop("limit"), cursor=options.pop("cursor", None))


def check_dates(options: Mapping[str, Any]) -> None:
    """Raise the Problem of a range that ends before it starts."""
    start, end = options.get("from_"), options.get("to")
    if start is not None and end is not None and start > end:
        raise Problem(400, [FieldError("from", f"must not be after to, which is {end.isoformat()}")])
    if options.get("undated") and (start is not None or end is not None):
        raise Problem(400, [FieldError("undated", "must not be true with from or to: they are for dates")])


def check_list(options: Mapping[str, Any]) -> None:
    """Raise the Problem of conditions for quotes that contradict each other."""
    check_dates(options)
    if options.get("order") == "relevance" and "q" not in options:
        raise Problem(400, [FieldError("order", "relevance is for a search with q")])


def page_schema(name: str, item: type[Schema]) -> type[Schema]:
    """Build the schema of a list of such items."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), **described("This page, newest first")),
            "next": fields.String(allow_none=True, **described("Address of the next page; null on the last")),
        },
        name=name,
    )
