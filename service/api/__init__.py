"""The HTTP interface under /v1: a module per resource, put together here with the OpenAPI document."""

from typing import Any

import flask_smorest  # type: ignore[import-untyped]
from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from service import __version__
from service.api import (
    articles,
    bulk,
    changes,
    corrections,
    extract,
    feeds,
    health,
    people,
    quotations,
    quotes,
    sources,
    speakers,
    stats,
    verify,
)
from service.api import metrics as monitoring
from service.api.openapi.paging import page_size_describer
from service.api.openapi.problem_responses import register_problem_responses
from service.config import Config
from service.http.access import SECURITY_SCHEMES, register_access
from service.http.caching import register_caching
from service.http.headers import register_headers
from service.http.packing import register_packing
from service.http.preconditions import register_preconditions
from service.http.problems import register_problem_handlers
from service.http.sites import register_sites
from service.http.unpacking import register_body_problems
from service.schemas.fields import IDENTIFIER_PATTERN, Choices, MomentField

LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
DESCRIPTION = """Finds every quotation in a news article, attributes it to its speaker, and answers
who said what.

Offsets are code points of the article's text exactly as it was received: `text[start:end]` is the
segment. `offsets=utf-16` gives UTF-16 code units instead, for clients whose strings are indexed so.

A list is `{"items": [...], "next": address or null}`, newest first; `next` is also in the `Link` header.
A cursor stays valid while articles are being added, and only for the filters that it was given for.

Every error is `application/problem+json` (RFC 9457) with `errors`, a list of `{"field", "message"}`:
400 for an address, query or body that cannot be read, 422 for a body that was read and cannot be used.

Every read under `/v1` has an `ETag`.  Send it back in `If-None-Match`: the answer is 304, without a body,
until anything in the store changes.

A body may be compressed: `Content-Encoding: gzip` or `zstd`; limits apply to the uncompressed body.  Long
answers are compressed with gzip for clients that accept it.

Dates are read as ISO 8601 or RFC 822; a date and time without a zone is UTC. A `+` in an address is written
`%2B`."""

# For the OpenAPI document: a change by hand changes something, and that of a quote has a reason beside it.
LEAST_FIELDS = {"SpeakerChange": 1, "QuoteChange": 2}


class Identifier(BaseConverter):
    """An id in an address: 1 to 200 characters, no slash, no control character, no U+FFFD; never `bulk`."""

    regex = IDENTIFIER_PATTERN
    # Werkzeug takes the slash that the pattern excludes for one that it allows.
    part_isolating = True

    def to_python(self, value: str) -> str:
        # An address of its own, whose methods are not those of an article.
        if value == "bulk":
            raise ValidationError
        return value


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest with the errors of this service."""

    # Each endpoint names its problems, 500 among them.
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_responses(self) -> None:
        register_problem_responses(self.spec)

    def _register_pagination_header(self) -> None:
        """Document no header of numbered pages: lists page by cursor."""

    def _register_error_handlers(self) -> None:
        register_problem_handlers(self._app)


def register_api(app: Flask, config: Config) -> dict[str, Any]:
    """Serve every resource and the OpenAPI document that describes them; returns that document."""
    app.config.update(
        API_TITLE="Quote attribution service",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        API_SPEC_OPTIONS={
            "info": {
                "description": DESCRIPTION,
                "license": LICENSE,
            },
            "servers": [{"url": "/"}],
            "components": {"securitySchemes": SECURITY_SCHEMES},
        },
    )
    app.url_map.converters["id"] = Identifier
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    register_headers(app, config)
    register_packing(app)
    register_sites(app, config)
    register_access(app, config)
    register_preconditions(app)
    register_body_problems(app)
    register_caching(app, config.answer_cache_bytes)
    api = Api(app)
    api.register_converter(Identifier, _describe_identifier)
    api.register_field(MomentField, "string", None)
    api.register_field(Choices, "string", None)
    api.ma_plugin.converter.add_attribute_function(page_size_describer(config.max_page_items))
    for module in (
        extract,
        verify,
        articles,
        bulk,
        quotes,
        quotations,
        feeds,
        corrections,
        changes,
        speakers,
        sources,
        people,
        stats,
        health,
        monitoring,
    ):
        api.register_blueprint(module.blueprint)
    for name, least in LEAST_FIELDS.items():
        api.spec.components.schemas[name]["minProperties"] = least
    document: dict[str, Any] = api.spec.to_dict()
    return document


def _describe_identifier(converter: BaseConverter) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^{converter.regex}$"}
