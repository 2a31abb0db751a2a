"""Quotes and speakers over HTTP: every filter, pages, snippets, offsets."""

from itertools import chain
from typing import Any

import pytest

from tests.api.running import Service

ARTICLES = [
    {
        "id": "harbour",
        "text": "😀 “The harbour wall will hold,” said Zoë Quill.\n\n“The wall is old,” said Peter Vane.",
        "title": "Wall",
        "source": "Quote Gazette",
        "published_at": "2021-01-10",
    },
    {
        "id": "storm",
        "text": "“The storm passed the harbour,” said Zoë Quill.",
        "source": "Quote Herald",
        "published_at": "2021-02-10T12:00:00Z",
    },
]


@pytest.fixture(scope="module")
def quoted(service: Service) -> Service:
    """The service with the two articles above."""
    for article in ARTICLES:
        assert service.post("/v1/articles", article).status in (200, 201)
    return service


def list_texts(service: Service, query: str) -> list[str]:
    return [quote["text"].rstrip(",") for quote in service.get(f"/v1/quotes?{query}").json["items"]]


HOLD, OLD, PASSED = "The harbour wall will hold", "The wall is old", "The storm passed the harbour"


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("speaker=Zo%C3%AB+Quill", [PASSED, HOLD]),
        ("speaker=quill", [PASSED, HOLD]),
        ("speaker=ZOE", [PASSED, HOLD]),
        ("speaker=nobody+quill", []),
        ("article=harbour", [HOLD, OLD]),
        ("speaker=quill&article=harbour", [HOLD]),
        ("q=harbour+wall&speaker=quill", [HOLD]),
        ("q=%22the+harbour%22&speaker=quill", [PASSED, HOLD]),
        ("q=harbour+-storm&speaker=quill", [HOLD]),
        ("q=harb*&speaker=quill", [PASSED, HOLD]),
        ("source=quote+GAZETTE", [HOLD, OLD]),
        ("speaker=quill&from=2021-02-10&to=2021-02-10", [PASSED]),
        ("speaker=quill&to=2021-02-09", [HOLD]),
        ("speaker=quill&min_confidence=1", []),
        ("speaker=quill&kind=mixed", []),
        ("speaker=quill&order=newest", [PASSED, HOLD]),
        ("speaker=quill&order=oldest", [HOLD, PASSED]),
        ("source=quote+gazette&source=quote+herald", [PASSED, HOLD, OLD]),
        ("source=quote+gazette&source=nobody&speaker=quill&speaker=storm", [HOLD]),
        ("q=storm+OR+wall&speaker=quill&order=relevance", [PASSED, HOLD]),
        ("speaker=quill&kind=direct&source=quote+herald&q=storm&min_confidence=0.1", [PASSED]),
    ],
)
def test_filters_combine(quoted: Service, query: str, texts: list[str]) -> None:
    assert list_texts(quoted, query) == texts


@pytest.mark.parametrize(
    ("query", "number"),
    [("speaker=quill", 2), ("speaker=quill&source=quote+gazette&source=nobody", 1), ("article=harbour", 2)],
)
def test_quotes_are_counted_as_they_are_listed(quoted: Service, query: str, number: int) -> None:
    assert quoted.get(f"/v1/quotes/count?{query}").json == {"quotes": number, "complete": True}
    assert len(list_texts(quoted, query)) == number


def test_quote_has_its_whole_shape(quoted: Service) -> None:
    (quote,) = quoted.get("/v1/quotes?article=storm").json["items"]
    text = ARTICLES[1]["text"]
    for span in [*quote["segments"], quote["mention"], quote["cue"]]:
        assert text[span["start"] : span["end"]] == span["text"]
    assert quote["speaker"]["name"] == "Zoë Quill"
    assert quote["speaker"]["kind"] == "person"
    assert quote["article"] == {
        "id": "storm",
        "title": None,
        "url": None,
        "source": "Quote Herald",
        "published_at": "2021-02-10T12:00:00Z",
    }
    assert quote["snippet"] is None
    assert quoted.get(f"/v1/quotes/{quote['id']}").json == quote


def test_snippet_highlights_the_words(quoted: Service) -> None:
    (quote,) = quoted.get("/v1/quotes?q=harbour&article=storm").json["items"]
    snippet = quote["snippet"]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["harbour"]


def slice_utf16(text: str, span: dict[str, Any]) -> str:
    return text.encode("utf-16-le")[2 * span["start"] : 2 * span["end"]].decode("utf-16-le")


def test_offsets_count_utf16_units_on_request(quoted: Service) -> None:
    text = ARTICLES[0]["text"]
    listed = quoted.get("/v1/articles/harbour/quotes?offsets=utf-16").json["items"]
    extracted = quoted.post("/v1/extract?offsets=utf-16", {"text": text}).json["quotes"]
    single = quoted.get(f"/v1/quotes/{listed[0]['id']}?offsets=utf-16").json
    spans = [
        span for quote in [*listed, *extracted, single] for span in (*quote["segments"], quote["mention"])
    ]
    assert spans
    assert [slice_utf16(text, span) for span in spans] == [span["text"] for span in spans]
    assert listed[0]["segments"][0]["start"] == 4


def test_extract_says_what_articles_store(quoted: Service) -> None:
    extracted = quoted.post("/v1/extract", {"text": ARTICLES[0]["text"]}).json["quotes"]
    stored = quoted.get("/v1/articles/harbour/quotes").json["items"]
    for quote in stored:
        for name in (
            "id",
            "extractor_version",
            "corrected",
            "quotation",
            "occurrences",
            "article",
            "snippet",
            "added_at",
            "changed_at",
        ):
            del quote[name]
        for name in ("id", "external_id", "candidates"):
            del quote["speaker"][name]
    assert extracted == stored


def test_extract_stores_nothing(quoted: Service) -> None:
    before = quoted.get("/v1/stats").json
    assert quoted.post("/v1/extract", {"text": "“Unkept,” said Ann Unkept."}).json["quotes"]
    assert quoted.get("/v1/stats").json == before


def test_extract_lists_other_passages_on_request(quoted: Service) -> None:
    text = "The so-called “experts” met.\n\n“We met,” said Ann Roe."
    assert "passages" not in quoted.post("/v1/extract", {"text": text}).json
    passages = quoted.post("/v1/extract?passages=true", {"text": text}).json["passages"]
    assert [(text[item["start"] : item["end"]], item["text"]) for item in passages] == [
        ("experts", "experts")
    ]
    assert passages[0]["reason"]


def test_speakers_are_found_and_lead_to_their_quotes(quoted: Service) -> None:
    (speaker,) = quoted.get("/v1/speakers?q=quil").json["items"]
    assert (speaker["name"], speaker["quotes"]) == ("Zoë Quill", 2)
    described = quoted.get(f"/v1/speakers/{speaker['id']}").json
    assert described == described | speaker
    quotes = quoted.get(f"/v1/speakers/{speaker['id']}/quotes").json
    assert quotes["items"] == quoted.get(f"/v1/quotes?speaker_id={speaker['id']}").json["items"]
    assert len(quotes["items"]) == 2


def test_statistics_count(quoted: Service) -> None:
    statistics = quoted.get("/v1/stats").json
    assert statistics["articles"] >= 2
    assert statistics["quotes"] == sum(statistics["by_kind"].values()) == sum(statistics["by_rule"].values())
    assert 0 <= statistics["attributed"] <= 1


@pytest.fixture(scope="module")
def paged(service: Service) -> Service:
    """The service with 12 quotes of one speaker."""
    for number in range(12):
        article = {
            "id": f"page é/{number}".replace("/", "-"),
            "text": f"“Line {number} stands,” said Vera Pages.",
            "published_at": f"2020-06-{number + 1:02d}",
        }
        assert service.post("/v1/articles", article).status in (200, 201)
    return service


def read_pages(service: Service, address: str | None, between_pages: list[dict[str, Any]]) -> list[list[str]]:
    pages = []
    while address:
        reply = service.get(address)
        listed = reply.json
        pages.append([quote["id"] for quote in listed["items"]])
        link = f'<{listed["next"]}>; rel="next"' if listed["next"] else None
        assert reply.headers["Link"] == link
        address = listed["next"]
        if between_pages:
            service.post("/v1/articles", between_pages.pop())
    return pages


def test_pages_hold_every_quote_once(paged: Service) -> None:
    whole = [quote["id"] for quote in paged.get("/v1/quotes?speaker=vera+pages&to=2020-06-30").json["items"]]
    pages = read_pages(paged, "/v1/quotes?speaker=vera+pages&to=2020-06-30&limit=5", [])
    assert [len(page) for page in pages] == [5, 5, 2]
    assert list(chain.from_iterable(pages)) == whole


def test_pages_stay_stable_while_articles_are_added(paged: Service) -> None:
    added = [
        {"id": f"added-{day}", "text": "“I interrupt,” said Vera Pages.", "published_at": day}
        for day in ("2020-06-30", "2020-07-01")
    ]
    pages = read_pages(paged, "/v1/quotes?speaker=vera+pages&limit=5", list(added))
    ids = list(chain.from_iterable(pages))
    assert len(ids) == len(set(ids)) == 12


def test_cursor_of_other_filters_is_400(paged: Service) -> None:
    address = paged.get("/v1/quotes?speaker=vera+pages&limit=5").json["next"]
    assert "not a cursor" in paged.get(address.replace("vera", "peter")).problem(400)["cursor"]
    assert paged.get(address.replace("limit=5", "limit=3")).status == 200


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/speakers"])
def test_other_lists_page_alike(paged: Service, path: str) -> None:
    second_speaker = {"id": "leaning", "text": "“The mast leans,” said Ida Second."}
    assert paged.post("/v1/articles", second_speaker).status in (200, 201)
    first = paged.get(f"{path}?limit=1")
    assert len(first.json["items"]) == 1
    second = paged.get(first.json["next"])
    assert first.json["items"] != second.json["items"]


def test_next_address_keeps_an_unusual_id(paged: Service) -> None:
    text = "\n\n".join(f"“Part {number},” said Ann Parts." for number in range(3))
    assert paged.post("/v1/articles", {"id": "où? 100%&", "text": text}).status in (200, 201)
    pages = read_pages(paged, "/v1/articles/o%C3%B9%3F%20100%25%26/quotes?limit=1", [])
    assert [len(page) for page in pages] == [1, 1, 1]
