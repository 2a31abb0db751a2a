"""The pages: whole, escaped, and in need of no other host."""

import re
from html.parser import HTMLParser

import pytest

from service.web.reference import format_example
from tests.api.running import Service


class Collector(HTMLParser):
    """Collects the addresses and ids of a page, and checks that its elements are closed in order."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses.extend(value for name in ("href", "src") if (value := values.get(name)))
        self.ids.extend(value for name, value in attrs if name == "id" and value)
        self.tags.add(tag)
        assert not [name for name in values if name.startswith("on") or name == "style"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_page(service: Service, path: str) -> tuple[str, Collector]:
    reply = service.get(path, {"Accept": "text/html,*/*;q=0.8"})
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script" not in reply.headers["Content-Security-Policy"]
    page = reply.body.decode()
    collector = Collector()
    collector.feed(page)
    assert collector.open == []
    return page, collector


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_page_needs_no_other_host_and_no_script(service: Service, path: str) -> None:
    page, collector = read_page(service, path)
    assert collector.tags.isdisjoint({"script", "style", "iframe", "img"})
    assert len(collector.ids) == len(set(collector.ids))
    assert len(page) < 200_000
    for address in collector.addresses:
        assert address.startswith(("/", "#"))
        if address.startswith("#"):
            assert address[1:] in collector.ids
        else:
            assert service.get(address).status == 200


def test_reference_shows_every_operation_and_field(service: Service) -> None:
    page, collector = read_page(service, "/docs")
    document = service.get("/openapi.json").json
    words = re.sub(r"<[^>]+>", "", page)
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            assert f"{method.upper()} {path}" in words
            assert item[method]["operationId"] in collector.ids
            assert all(parameter["name"] in words for parameter in item[method].get("parameters", []))
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(collector.ids)


def test_index_is_json_for_programs(service: Service) -> None:
    reply = service.get("/")
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.json["docs"] == "/docs"


def test_examples_are_readable() -> None:
    assert format_example({"text": "“é”"}) == '{\n  "text": "“é”"\n}'
