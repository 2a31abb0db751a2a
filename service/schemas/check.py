"""Checks a request, a line or a row against a schema, and names every fault."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError


class FieldError(NamedTuple):
    """A fault of one field: of the body, the query, the path or the headers."""

    field: str
    message: str


class InvalidFields(ValueError):
    """Fields that do not meet their schema; the message names the first of them."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(describe_errors(self.errors))


def describe_errors(errors: Iterable[FieldError]) -> str:
    """Write the errors in one line; the list of fields may be longer."""
    return "; ".join(f"{field}: {message}" for field, message in list(errors)[:3])[:1000]


def check(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check values against a schema.  Raises InvalidFields, which names each fault."""
    try:
        checked: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise InvalidFields(flatten_messages(error.messages_dict)) from None
    return checked


def flatten_messages(messages: Mapping[str, Any], prefix: str = "") -> list[FieldError]:
    """Turn marshmallow's nested messages into one list."""
    errors: list[FieldError] = []
    for name, value in messages.items():
        # marshmallow's own name for a value that should have been an object.
        field = prefix.rstrip(".") if name == "_schema" else f"{prefix}{name}"
        if isinstance(value, Mapping):
            errors.extend(flatten_messages(value, f"{field}."))
        else:
            errors.extend(FieldError(field, str(message)) for message in value)
    return errors
