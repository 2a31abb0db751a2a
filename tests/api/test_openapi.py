"""The OpenAPI document: complete, valid, and what the service really answers."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.api.running import Reply, Service

ARTICLE_TEXT = "“We document,” said Dora Schema. The “experts” left."
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document(service: Service) -> Any:
    return service.get("/openapi.json").json


def build_validator(document: Any, schema: Any) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({**schema, "components": document["components"]})


def list_operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def resolve(document: Any, response: Any) -> Any:
    if "$ref" in response:
        return document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return response


def test_every_operation_is_documented_whole(document: Any) -> None:
    operations = list_operations(document)
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for method, path, operation in operations:
        parameters = [*operation.get("parameters", []), *document["paths"][path].get("parameters", [])]
        assert operation["summary"], (method, path)
        assert all(parameter["description"] for parameter in parameters), (method, path)
        assert "500" in operation["responses"]
        assert ("304" in operation["responses"]) == (method == "get" and path.startswith("/v1/"))
        assert ("requestBody" in operation) == (method in ("post", "put", "patch"))


def test_every_address_is_documented(document: Any) -> None:
    assert set(document["paths"]) == {
        "/healthz",
        "/metrics",
        "/readyz",
        "/v1/articles",
        "/v1/articles/bulk",
        "/v1/articles/{article_id}",
        "/v1/articles/{article_id}/quotes",
        "/v1/annotations",
        "/v1/changes",
        "/v1/corrections",
        "/v1/extract",
        "/v1/people",
        "/v1/people/{person_id}",
        "/v1/quotations/{quotation_id}",
        "/v1/quotes",
        "/v1/quotes/count",
        "/v1/quotes.atom",
        "/v1/quotes/{quote_id}",
        "/v1/quotes/{quote_id}/correction",
        "/v1/speakers",
        "/v1/speakers/{speaker_id}",
        "/v1/speakers/{speaker_id}/candidates",
        "/v1/speakers/{speaker_id}/merge",
        "/v1/speakers/{speaker_id}/quotes",
        "/v1/speakers/{speaker_id}/timeline",
        "/v1/sources",
        "/v1/stats",
        "/v1/verify",
        "/v1/verify/bulk",
    }


def test_every_example_fits_its_schema(document: Any) -> None:
    for _, _, operation in list_operations(document):
        described = [resolve(document, response) for response in operation["responses"].values()]
        for response in [*described, operation.get("requestBody", {})]:
            for media in response.get("content", {}).values():
                build_validator(document, media["schema"]).validate(media["example"])


def check(document: Any, method: str, template: str, reply: Reply) -> None:
    """Check that an answer is one that the document describes."""
    responses = document["paths"][template][method]["responses"]
    response = resolve(document, responses[str(reply.status)])
    if "content" not in response:
        assert reply.body == b""
        return
    content_type = reply.headers["Content-Type"]
    if content_type.startswith("text/"):
        assert content_type in response["content"]
        return
    validator = build_validator(document, response["content"][content_type]["schema"])
    is_lines = content_type == "application/x-ndjson"
    for answer in map(json.loads, reply.body.splitlines()) if is_lines else [reply.json]:
        validator.validate(answer)


def test_real_answers_are_as_documented(service: Service, document: Any) -> None:
    article = {
        "id": "documented",
        "text": ARTICLE_TEXT,
        "published_at": "2020-01-01",
        "source": "Schema Times",
    }
    check(document, "post", "/v1/articles", service.post("/v1/articles", article))
    check(document, "post", "/v1/articles", service.post("/v1/articles", article))
    check(document, "post", "/v1/extract", service.post("/v1/extract?passages=true", article))
    check(document, "post", "/v1/extract", service.post("/v1/extract?explain=true", article))
    asked = {"quote": "We met", "speaker": "Doe", "text": ARTICLE_TEXT}
    check(document, "post", "/v1/verify", service.post("/v1/verify", asked))
    check(document, "post", "/v1/verify", service.post("/v1/verify", {"quote": "We document"}))
    quote = service.get("/v1/articles/documented/quotes").json["items"][0]
    addresses = {
        "/v1/articles": "?limit=1",
        "/v1/articles/{article_id}": "",
        "/v1/articles/{article_id}/quotes": "?offsets=utf-16",
        "/v1/quotations/{quotation_id}": "?limit=1",
        "/v1/quotes": "?unique=true&q=document&speaker=dora&facets=speaker,source,month,kind",
        "/v1/quotes/{quote_id}": "",
        "/v1/speakers": "?q=dora",
        "/v1/speakers/{speaker_id}": "",
        "/v1/speakers/{speaker_id}/quotes": "",
        "/v1/speakers/{speaker_id}/timeline": "?from=2019-01-01",
        "/v1/sources": "?by=role&per=month&q=document",
        "/v1/stats": "",
        "/healthz": "",
        "/metrics": "",
        "/readyz": "",
    }
    ids = {
        "article_id": "documented",
        "quotation_id": quote["quotation"],
        "quote_id": quote["id"],
        "speaker_id": quote["speaker"]["id"],
    }
    for template, query in addresses.items():
        reply = service.get(template.format(**ids) + query)
        assert reply.status == 200
        check(document, "get", template, reply)
    check_changes(service, document, quote)
    lines = service.send(
        "POST", "/v1/articles/bulk", b'{"text": "A."}\n{}', {"Content-Type": "application/x-ndjson"}
    )
    check(document, "post", "/v1/articles/bulk", lines)
    body = json.dumps(asked).encode() + b'\n{}\n{"quote": "We document"}'
    lines = service.send("POST", "/v1/verify/bulk", body, {"Content-Type": "application/x-ndjson"})
    check(document, "post", "/v1/verify/bulk", lines)
    check(document, "delete", "/v1/articles/{article_id}", service.send("DELETE", "/v1/articles/documented"))


def check_changes(service: Service, document: Any, quote: Any) -> None:
    """Check the answers to what people change by hand."""
    quotes, speakers = f"/v1/quotes/{quote['id']}", f"/v1/speakers/{quote['speaker']['id']}"
    template = "/v1/quotes/{quote_id}"
    change = {"speaker": {"name": "Dora Other"}, "reason": "heard it"}
    check(document, "patch", template, service.send("PATCH", quotes, change))
    check(document, "get", f"{template}/correction", service.get(f"{quotes}/correction"))
    check(document, "get", "/v1/corrections", service.get("/v1/corrections"))
    check(document, "get", "/v1/annotations", service.get("/v1/annotations"))
    check(document, "delete", f"{template}/correction", service.send("DELETE", f"{quotes}/correction"))
    template = "/v1/speakers/{speaker_id}"
    check(document, "get", f"{template}/candidates", service.get(f"{speakers}/candidates"))
    check(document, "patch", template, service.send("PATCH", speakers, {"external_id": "Q7"}))
    service.post("/v1/articles", {"id": "documented-2", "text": "“We do,” said Otto Schema."})
    other = service.get("/v1/articles/documented-2/quotes").json["items"][0]["speaker"]["id"]
    merge = f"/v1/speakers/{other}/merge"
    check(document, "post", f"{template}/merge", service.post(merge, {"into": quote["speaker"]["id"]}))
    check(document, "delete", f"{template}/merge", service.send("DELETE", merge))


@pytest.mark.parametrize(
    ("method", "template", "body"),
    [
        ("get", "/v1/articles/{article_id}", None),
        ("delete", "/v1/articles/{article_id}", None),
        ("get", "/v1/quotes", None),
        ("post", "/v1/extract", b"{"),
        ("post", "/v1/articles", b"{}"),
        ("put", "/v1/articles/{article_id}", b'{"id": "b", "text": "a"}'),
    ],
)
def test_real_problems_are_as_documented(
    service: Service, document: Any, method: str, template: str, body: bytes | None
) -> None:
    path = template.format(article_id="none") + ("?limit=0" if template == "/v1/quotes" else "")
    reply = service.send(method.upper(), path, body, {"Content-Type": "application/json"})
    assert reply.status >= 400
    check(document, method, template, reply)
