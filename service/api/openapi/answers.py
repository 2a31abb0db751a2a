"""Writes answers: orjson directly from dataclasses; lists with the address of the next page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from flask import Response, request
from marshmallow import Schema

from service.http.json_body import JSON_TYPE
from service.http.problems import not_found
from service.store import Page

Headers = Mapping[str, str]
NO_OTHERS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in the OpenAPI document; `other_types` has an example for each."""

    description: str
    schema: type[Schema] | None = None
    example: Any = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    content_type: str | None = None
    other_types: Mapping[str, Any] = field(default_factory=dict)

    def documentation(self) -> dict[str, Any]:
        """Give the arguments of flask-smorest's `response` decorator."""
        headers = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in self.headers.items()
        }
        return {
            "schema": self.schema,
            "description": self.description,
            "example": self.example,
            "headers": headers or None,
            "content_type": self.content_type,
        }

    def documentation_of_other_types(self) -> dict[str, Any]:
        """Give the same answer in its other types, each with an example, for OpenAPI's `content`."""
        text = {"type": "string"}
        return {name: {"schema": text, "example": example} for name, example in self.other_types.items()}


def answer_json(value: Any, status: int = 200, headers: Headers | None = None) -> Response:
    """Serialise dataclasses, dicts and datetimes as they are."""
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), status, headers, content_type=JSON_TYPE)


def answer_found(field: str, identifier: str, found: Any) -> Response:
    """Answer with a stored item; raise a 404 that names `field` if it is None."""
    if found is None:
        raise not_found(field, identifier)
    return answer_json(found)


def answer_page(
    page: Page[Any], items: list[Any] | None = None, others: Mapping[str, Any] = NO_OTHERS
) -> Response:
    """Answer with one page of a list; `items` replaces the page's own if they were changed.

    `others` are members beside `items`.
    """
    address = build_next_address(page)
    headers = {"Link": f'<{address}>; rel="next"'} if address else {}
    shown = page.items if items is None else items
    return answer_json({**others, "items": shown, "next": address}, headers=headers)


def build_next_address(page: Page[Any]) -> str | None:
    """Build the address of the next page of the requested list."""
    if page.next_cursor is None:
        return None
    parameters = {**request.args.to_dict(), "cursor": page.next_cursor}
    return f"{quote(request.script_root + request.path)}?{urlencode(parameters)}"
