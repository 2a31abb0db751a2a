"""The API's reference: the OpenAPI document as a page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app

from service.web.blueprint import answer_page, blueprint

Document = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
LIMITS = (
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("minLength", "at least {} character(s)"),
    ("maxLength", "at most {} characters"),
    ("default", "default {}"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter, or a field of a schema; `link` names the schema that the type is made of."""

    name: str
    type: str
    link: str | None
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of an operation."""

    status: str
    description: str
    link: str | None
    example: Any

    @property
    def is_problem(self) -> bool:
        return self.status.startswith(("4", "5"))


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Row]
    body: Reply | None
    replies: list[Reply]


@blueprint.get("/docs")
def show_reference() -> Response:
    """Show the OpenAPI document as a page."""
    document = current_app.extensions["openapi"]
    sections = [(tag, list_operations(document, tag["name"])) for tag in document["tags"]]
    replies = [
        (operation, reply)
        for _, operations in sections
        for operation in operations
        for reply in operation.replies
    ]
    problems = {reply.status: reply for _, reply in replies if reply.is_problem}
    return answer_page(
        "reference.html",
        info=document["info"],
        sections=sections,
        problems=[problem for _, problem in sorted(problems.items())],
        # Each schema's example is shown once, where it comes first.
        shown_by={reply.link: operation.name for operation, reply in reversed(replies)},
    )


@blueprint.get("/docs/schemas")
def show_schemas() -> Response:
    """Show the fields of all bodies and answers."""
    schemas = current_app.extensions["openapi"]["components"]["schemas"]
    return answer_page(
        "schemas.html", schemas={name: list_fields(schema) for name, schema in sorted(schemas.items())}
    )


@blueprint.app_template_filter("example_json")
def format_example(value: Any) -> str:
    """Write an example as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def list_operations(document: Document, tag: str) -> list[Operation]:
    """List the operations of one tag in the order of the document."""
    return [
        _read_operation(document, method, path, item)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item and tag in item[method]["tags"]
    ]


def list_fields(schema: Document) -> list[Row]:
    """List the fields of an object's schema."""
    required = schema.get("required", ())
    return [
        _read_row(name, field, name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _read_operation(document: Document, method: str, path: str, item: Document) -> Operation:
    operation = item[method]
    parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
    body = operation.get("requestBody")
    return Operation(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[
            _read_row(p["name"], p["schema"], p["required"], p.get("description", "")) for p in parameters
        ],
        body=_read_reply("", "", body["content"]) if body else None,
        replies=list(_read_replies(document, operation["responses"])),
    )


def _read_replies(document: Document, responses: Document) -> Iterator[Reply]:
    for status, response in sorted(responses.items()):
        if "$ref" in response:
            response = document["components"]["responses"][_last_part(response["$ref"])]
        yield _read_reply(status, response["description"], response.get("content", {}))


def _read_reply(status: str, description: str, content: Document) -> Reply:
    media: Document = next(iter(content.values()), {})
    _, link = _describe_type(media.get("schema", {}))
    return Reply(status, description, link, media.get("example"))


def _read_row(name: str, schema: Document, required: bool, description: str) -> Row:
    words, link = _describe_type(schema)
    limits = [form.format(schema[key]) for key, form in LIMITS if key in schema]
    return Row(name, ", ".join([words, *limits]), link, required, description)


def _describe_type(schema: Document) -> tuple[str, str | None]:
    if "$ref" in schema:
        name = _last_part(schema["$ref"])
        return name, name
    if "anyOf" in schema and "type" not in schema:
        described = [_describe_type(choice) for choice in schema["anyOf"]]
        return " or ".join(words for words, _ in described), next(
            (link for _, link in described if link), None
        )
    if "enum" in schema:
        return " or ".join(f'"{choice}"' for choice in schema["enum"]), None
    if schema.get("type") == "array":
        words, link = _describe_type(schema["items"])
        return f"list of {words}", link
    kind = schema.get("type", "any")
    return (" or ".join(kind) if isinstance(kind, list) else kind), None


def _last_part(reference: str) -> str:
    return reference.rpartition("/")[2]
