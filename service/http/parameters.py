"""Query parameters, read once each."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Request
from marshmallow import Schema

from service.http.current import current_config
from service.http.problems import Problem
from service.schemas.check import FieldError, InvalidFields, check
from service.schemas.fields import Texts


def check_query(schema: Schema, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check a query against a schema.  Raises Problem, which names each fault."""
    try:
        return check(schema, given)
    except InvalidFields as invalid:
        raise Problem(400, invalid.errors) from None


def list_repeatable(schema: Schema) -> frozenset[str]:
    """The parameters of a schema that may be given several times."""
    return frozenset(
        field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, Texts)
    )


def read_parameters(request: Request, repeatable: Collection[str] = ()) -> dict[str, Any]:
    """Read the query in UTF-8: each parameter once, save `repeatable` ones, which become lists if repeated.

    Raises Problem.
    """
    query = request.query_string
    limit = current_config().max_query_bytes
    if len(query) > limit:
        message = f"is {len(query)} bytes long, the limit is {limit}"
        raise Problem(400, [FieldError("query", message)])
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except UnicodeError:
        raise Problem(400, [FieldError("query", "is not percent-encoded UTF-8")]) from None
    parameters: dict[str, Any] = dict(pairs)
    if len(parameters) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated = [name for name, count in counts.items() if count > 1]
        if wrong := [name for name in repeated if name not in repeatable]:
            raise Problem(
                400, [FieldError(name, f"is given {counts[name]} times, the limit is 1") for name in wrong]
            )
        for name in repeated:
            parameters[name] = [value for own, value in pairs if own == name]
    return parameters
