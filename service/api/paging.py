"""What all lists share: how many items, from where on, between which dates."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from service.api.fields import Data, Moment, RequestSchema, Text, read_whole_number
from service.api.problems import FieldError, Problem
from service.api.schemas import described
from service.api.stores import current_config
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
    """Give the function that tells the OpenAPI document of the setting."""

    def describe_page_size(_converter: Any, field: Any, **_: Any) -> dict[str, int]:
        return {"minimum": 1, "maximum": most} if isinstance(field, PageSize) else {}

    return describe_page_size


class PageOptions(RequestSchema):
    """Which page of a list."""

    limit = PageSize(load_default=DEFAULT_LIMIT, metadata={"description": "Items on a page"})
    cursor = Text(
        maximum=1_000, metadata={"description": "From `next` of the page before, with the same filters"}
    )


def from_field() -> Moment:
    """Build the field of a list's earliest date."""
    return Moment(
        data_key="from",
        metadata={
            "description": "Published (where unknown: added) then or later; a date, or a date and time",
            "example": "2026-01-01",
        },
    )


def to_field() -> Moment:
    """Build the field of a list's latest date."""
    return Moment(
        end_of_day=True,
        data_key="to",
        metadata={
            "description": "Published (or added) then or earlier; a date alone includes the whole day",
            "example": "2026-03-31",
        },
    )


def read_page(options: dict[str, Any]) -> PageRequest:
    """Take the page out of a list's options, which then hold its filters alone."""
    return PageRequest(limit=options.pop("limit"), cursor=options.pop("cursor", None))


def check_dates(options: Mapping[str, Any]) -> None:
    """Raise the Problem of a range that ends before it starts."""
    start, end = options.get("from_"), options.get("to")
    if start is not None and end is not None and start > end:
        raise Problem(400, [FieldError("from", f"must not be after to, which is {end.isoformat()}")])


def page_schema(name: str, item: type[Schema]) -> type[Schema]:
    """Build the schema of a list of such items."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), **described("This page, newest first")),
            "next": fields.String(allow_none=True, **described("Address of the next page; null on the last")),
        },
        name=name,
    )
