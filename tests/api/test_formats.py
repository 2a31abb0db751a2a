"""Quotes as NDJSON, CSV, Citron's JSON and CoreNLP's: whole, in the order of the pages, harmless."""

import csv
import io
import json
from typing import Any

import pytest

from service.formats.citron import write_citron
from service.formats.corenlp import write_corenlp
from tests.api.records import SAID_BY_NOBODY
from tests.api.running import Reply, Service

TEXT = (
    "😀 “The ford is deep,” said Ines Format. ''So it is,'' she said.\n\n“=SUM(A1)” was all Bo Format said."
)
LEADING = "“+1 for that,” said Ines Format. “-2,” said Bo Format. “@home,” said Ines Format."


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    """The service with quotes of an outlet of its own, in more articles than a page has."""
    common = {"source": "Format Times", "title": '=HYPERLINK("http://x.example")'}
    service.post("/v1/articles", {"id": "format-a", "text": TEXT, "published_at": "2018-01-02", **common})
    service.post("/v1/articles", {"id": "format-b", "text": LEADING, "published_at": "2018-01-03", **common})
    lines = [
        {"id": f"format-{number}", "text": f"“Line {number},” said Cy Format.", "published_at": "2018-01-01"}
        for number in range(230)
    ]
    body = b"\n".join(json.dumps({**line, **common}).encode() for line in lines)
    reply = service.send("POST", "/v1/articles/bulk", body, {"Content-Type": "application/x-ndjson"})
    assert reply.status == 200
    return service


def read_pages(service: Service, address: str | None) -> list[Any]:
    items = []
    while address:
        page = service.get(address).json
        items += page["items"]
        address = page["next"]
    return items


def read_lines(reply: Reply) -> list[Any]:
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in reply.body.splitlines()]


def read_csv(reply: Reply) -> list[dict[str, str]]:
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))


@pytest.mark.parametrize("query", ["", "&offsets=utf-16", "&q=line"])
def test_ndjson_is_what_the_pages_hold(filled: Service, query: str) -> None:
    pages = read_pages(filled, f"/v1/quotes?source=format+times&limit=200{query}")
    assert len(pages) >= 230
    assert read_lines(filled.get(f"/v1/quotes?source=format+times&format=ndjson{query}")) == pages


def test_csv_has_a_row_for_each_quote(filled: Service) -> None:
    quotes = read_pages(filled, "/v1/quotes?source=format+times&limit=200")
    rows = read_csv(filled.get("/v1/quotes?source=format+times&format=csv"))
    assert [row["id"] for row in rows] == [quote["id"] for quote in quotes]
    last = rows[-1]
    assert last["speaker"] == "Cy Format"
    assert (last["published_at"], last["corrected"]) == ("2018-01-01T00:00:00Z", "false")
    assert int(last["end"]) - int(last["start"]) == len(last["text"])


def test_csv_for_excel_is_a_file_of_lines(filled: Service) -> None:
    address = "/v1/quotes?source=format+times&format=csv"
    reply = filled.get(f"{address}&excel=true")
    assert filled.get(f"{address.removesuffix('&format=csv')}&excel=true").body == reply.body
    assert reply.headers["Content-Disposition"] == 'attachment; filename="quotes.csv"'
    assert reply.body.startswith("\ufeffid,text,".encode())
    rows = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
    assert len(rows) == reply.body.count(b"\r\n") - 1
    assert [row["id"] for row in rows] == [row["id"] for row in read_csv(filled.get(address))]
    assert "format=csv" in filled.get("/v1/quotes?excel=true&format=json").problem(400)["excel"]


def test_csv_holds_nothing_that_a_spreadsheet_runs(filled: Service) -> None:
    body = filled.get("/v1/quotes?source=format+times&format=csv").body.decode()
    cells = [cell for row in csv.reader(io.StringIO(body, newline="")) for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠")] == []


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/x-ndjson", "application/x-ndjson"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("image/png", "application/json"),
        ("nonsense,;;q=x", "application/json"),
    ],
)
def test_accept_chooses_the_format(filled: Service, accept: str, content_type: str) -> None:
    reply = filled.get("/v1/quotes?article=format-a", {"Accept": accept})
    assert (reply.status, reply.headers["Content-Type"]) == (200, content_type)
    assert "Accept" in reply.headers["Vary"]


def test_format_goes_before_accept(filled: Service) -> None:
    reply = filled.get("/v1/quotes?article=format-a&format=json", {"Accept": "text/csv"})
    assert reply.headers["Content-Type"] == "application/json"


def test_whole_list_takes_no_page(filled: Service) -> None:
    for name, value in (("limit", "5"), ("cursor", "a")):
        reply = filled.get(f"/v1/quotes?format=csv&{name}={value}")
        assert "whole list" in reply.problem(400)[name]


@pytest.mark.parametrize("form", ["ndjson", "csv", "citron", "corenlp"])
def test_query_that_cannot_be_read_is_400_in_every_format(filled: Service, form: str) -> None:
    assert "position" in filled.get(f"/v1/quotes?format={form}&q=%22open").problem(400)["q"]


@pytest.mark.parametrize("form", ["ndjson", "citron", "corenlp"])
def test_nothing_found_is_no_line(filled: Service, form: str) -> None:
    assert read_lines(filled.get(f"/v1/quotes?format={form}&speaker=nobody+format")) == []


def test_citron_gets_documents_in_its_format(filled: Service) -> None:
    [document] = read_lines(filled.get("/v1/quotes?article=format-a&format=citron"))
    assert document["text"] == TEXT
    quotes = document["quotes"]
    for quote in quotes:
        spans = [
            *quote["sources"],
            *quote["coreferences"],
            *quote["contents"],
            *([quote["cue"]] if quote["cue"] else []),
        ]
        assert [TEXT[span["start"] : span["end"]] for span in spans] == [span["text"] for span in spans]
        assert set(quote) == {"id", "sources", "coreferences", "cue", "contents", "confidence"}
        assert 0 <= float(quote["confidence"]) <= 1
    assert quotes[0]["contents"][0]["text"] == "“The ford is deep,”"
    assert [source["text"] for source in quotes[0]["sources"]] == ["Ines Format"]
    by_pronoun = [quote for quote in quotes if [one["text"] for one in quote["coreferences"]] == ["she"]]
    assert [source["text"] for source in by_pronoun[0]["sources"]] == ["Ines Format"]
    assert by_pronoun[0]["contents"][0]["text"] == "''So it is,''"


def test_corenlp_gets_documents_in_its_format(filled: Service) -> None:
    [document] = read_lines(filled.get("/v1/quotes?article=format-a&format=corenlp"))
    assert (document["docId"], document["docDate"]) == ("format-a", "2018-01-02")
    units = TEXT.encode("utf-16-le")
    for number, quote in enumerate(document["quotes"]):
        assert quote["id"] == number
        assert units[2 * quote["beginIndex"] : 2 * quote["endIndex"]].decode("utf-16-le") == quote["text"]
        assert quote["speaker"] == quote["canonicalSpeaker"]
    first = document["quotes"][0]
    assert (first["text"], first["mention"], first["speaker"]) == (
        "“The ford is deep,”",
        "Ines Format",
        "Ines Format",
    )
    assert first["beginIndex"] == 3


def test_nobody_is_unknown_to_corenlp_and_no_source_to_citron() -> None:
    text = "„Ja“, sagte wer."
    [document] = map(json.loads, write_corenlp([SAID_BY_NOBODY], lambda _: text))
    assert document == {
        "docId": "a",
        "quotes": [
            {
                "id": 0,
                "text": "„Ja“",
                "beginIndex": 0,
                "endIndex": 4,
                "speaker": "Unknown",
                "canonicalSpeaker": "Unknown",
            }
        ],
    }
    [document] = map(json.loads, write_citron([SAID_BY_NOBODY], lambda _: text))
    assert (document["quotes"][0]["sources"], document["quotes"][0]["cue"]) == ([], None)
