"""Turns the OpenAPI document into what the reference page shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
    problems: list[str]


def format_example(value: Any) -> str:
    """Write an example as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def list_operations(document: Document, tag: str) -> list[Operation]:
    """List the operations of one tag in the order of the document."""
    return [
        _read_operation(method, path, item)
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


def list_problems(document: Document) -> list[Reply]:
    """List the problems by status: they are the same wherever they are answered."""
    responses = document["components"]["responses"].values()
    problems = [
        _read_reply(str(content["example"]["status"]), response["description"], response["content"])
        for response in responses
        for content in response.get("content", {}).values()
    ]
    return sorted(problems, key=lambda problem: problem.status)


def _read_operation(method: str, path: str, item: Document) -> Operation:
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
        replies=list(_read_replies(operation["responses"])),
        problems=sorted(status for status, response in operation["responses"].items() if "$ref" in response),
    )


def _read_replies(responses: Document) -> Iterator[Reply]:
    for status, response in sorted(responses.items()):
        if "$ref" not in response:
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
