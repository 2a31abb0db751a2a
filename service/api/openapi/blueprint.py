"""The blueprint of every resource: documented by flask-smorest, and read strictly."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import flask_smorest  # type: ignore[import-untyped]
from flask import Response, request
from marshmallow import Schema

from service.api.openapi.answers import Answer
from service.api.openapi.problem_responses import response_name
from service.http.access import describe_security, find_scope
from service.http.json_body import read_json_object
from service.http.parameters import check_query, list_repeatable, read_parameters
from service.http.strong_tags import CHANGES
from service.schemas.check import check

PATH_PARAMETER = re.compile(r"<id:(\w+)_id>")
View = TypeVar("View", bound=Callable[..., Response])
NOT_MODIFIED = "Nothing has changed since the answer with the tag in `If-None-Match`"
ANY_PROBLEMS = (408, 414, 421, 431, 500)
BODY_PROBLEMS = (400, 413, 415)
ACCESS_PROBLEMS = {None: (), "read": (401, 429), "write": (401, 403, 429)}


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """The addresses of one resource."""

    def endpoint(
        self,
        method: str,
        path: str,
        *,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        body_example: Mapping[str, Any] | None = None,
        body_lines: tuple[str, type[Schema], Mapping[str, Any]] | None = None,
        answers: Mapping[int, Answer],
        problems: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """Serve and document one method of one address; the view gets its query and body read and checked.

        A body of `body_lines` (its type, and the schema and an example of one line) is the view's to read.
        """

        # Instances: of a class one would be built for every request, at twice the cost of using it.
        query_schema = None if query is None else query()
        body_schema = None if body is None else body()

        def decorate(view: View) -> View:
            decorated: Any = view
            if body_schema is not None:
                decorated = self.arguments(body_schema, location="json", example=body_example)(decorated)
            if query_schema is not None:
                decorated = self.arguments(query_schema, location="query", error_status_code=400)(decorated)
            if body_lines is not None:
                decorated = self.doc(requestBody=_describe_lines(*body_lines))(decorated)
            for status, answer in answers.items():
                decorated = self.response(status, **answer.documentation())(decorated)
                if content := answer.documentation_of_other_types():
                    decorated = self.doc(responses={status: {"content": content}})(decorated)
            if method == "GET" and self.url_prefix:
                decorated = self.doc(responses={304: {"description": NOT_MODIFIED}})(decorated)
            name = f"{self.name}.{view.__name__}"
            access = ACCESS_PROBLEMS[find_scope(method, name)]
            conditions = (412,) if method in CHANGES else ()
            for status in (*problems, *access, *conditions, *(BODY_PROBLEMS if body else ()), *ANY_PROBLEMS):
                decorated = self.alt_response(status, response_name(status))(decorated)
            security = describe_security(method, name)
            decorated = self.doc(operationId=view.__name__, security=security)(decorated)
            reading: Any = _read_first(view, query_schema, body_schema)
            reading._apidoc = decorated._apidoc
            self.route(path, methods=[method], parameters=_describe_path(path))(reading)
            return view

        return decorate


def _describe_lines(media_type: str, schema: type[Schema], example: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema, "example": example}}}


def _read_first(view: View, query: Schema | None, body: Schema | None) -> Callable[..., Response]:
    """Give the view its query and body; flask-smorest's decorators, which document them, take longer to."""
    repeatable = frozenset() if query is None else list_repeatable(query)

    @wraps(view)
    def answer(**path: str) -> Response:
        given: list[dict[str, Any]] = []
        if query is not None:
            given.append(check_query(query, read_parameters(request, repeatable)))
        if body is not None:
            given.append(check(body, read_json_object(request)))
        return view(*given, **path)

    return answer


def _describe_path(path: str) -> list[dict[str, Any]]:
    resources = PATH_PARAMETER.findall(path)
    return [
        {"in": "path", "name": f"{resource}_id", "required": True, "description": f"Id of the {resource}"}
        for resource in resources
    ]
