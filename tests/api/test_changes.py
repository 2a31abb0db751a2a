"""What people change by hand, over HTTP: speakers described and merged, quotes put right, for good."""

import json
from typing import Any

import pytest

from tests.api.running import Service


def store(service: Service, article_id: str, *speakers: str) -> list[Any]:
    """Store an article that quotes these speakers; its quotes."""
    text = "\n\n".join(
        f"“Line {number} of {article_id},” said {name}." for number, name in enumerate(speakers)
    )
    assert service.send("PUT", f"/v1/articles/{article_id}", {"text": text}).status in (200, 201)
    quotes: list[Any] = service.get(f"/v1/articles/{article_id}/quotes").json["items"]
    assert [quote["speaker"]["name"] for quote in quotes] == list(speakers)
    return quotes


def test_speaker_is_described_for_good(service: Service) -> None:
    [quote] = store(service, "described", "Ada Plain")
    path = f"/v1/speakers/{quote['speaker']['id']}"
    change = {
        "name": "Ada von Plain",
        "kind": "organisation",
        "external_id": "Q7259",
        "aliases": ["Countess"],
    }
    reply = service.send("PATCH", path, change)
    described = service.get(path).json
    assert (reply.status, described | reply.json) == (200, described)
    store_again = {"text": "“More,” said Ada Plain."}
    service.send("PUT", "/v1/articles/described-too", store_again)
    speaker = service.get(path).json
    assert {name: speaker[name] for name in ("name", "kind", "external_id")} == {
        name: change[name] for name in ("name", "kind", "external_id")
    }
    assert set(speaker["aliases"]) == {"Ada Plain", "Countess"}
    assert speaker["quotes"] == 2
    assert [found["id"] for found in service.get("/v1/speakers?q=countess").json["items"]] == [speaker["id"]]
    assert service.send("PATCH", path, {"external_id": None}).json["external_id"] is None


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "name", "must be given"),
        ({"name": ""}, "name", "must not be empty"),
        ({"name": None}, "name", "must not be null"),
        ({"name": "a" * 201}, "name", "the limit is 200"),
        ({"name": "..."}, "name", "no letter or digit"),
        ({"kind": "robot"}, "kind", "must be one of: person"),
        ({"external_id": "42"}, "external_id", "Q207"),
        ({"aliases": "Ada"}, "aliases", "must be a list"),
        ({"aliases": ["a"] * 101}, "aliases", "the limit is 100"),
        ({"aliases": [1]}, "aliases.0", "must be a string"),
        ({"nmae": "Ada"}, "nmae", "allowed: name, kind"),
    ],
)
def test_unusable_description_is_422(
    service: Service, body: dict[str, Any], field: str, message: str
) -> None:
    [quote] = store(service, "undescribed", "Ada Stays")
    path = f"/v1/speakers/{quote['speaker']['id']}"
    before = service.get(path).json
    assert message in service.send("PATCH", path, body).problem(422)[field]
    assert service.get(path).json == before


def test_speakers_are_merged_and_parted(service: Service) -> None:
    [first] = store(service, "merge-1", "Mergeham")
    [second] = store(service, "merge-2", "Rose Mergeham")
    part, whole = first["speaker"]["id"], second["speaker"]["id"]
    candidates = service.get(f"/v1/speakers/{part}/candidates").json
    assert [speaker["id"] for speaker in candidates["items"]] == [whole]
    assert candidates["next"] is None

    merged = service.post(f"/v1/speakers/{part}/merge", {"into": whole})
    assert (merged.status, merged.json["id"], merged.json["quotes"]) == (200, whole, 2)
    assert service.get(f"/v1/speakers/{part}").json["merged_into"] == whole
    found = service.get("/v1/quotes?speaker=rose+mergeham").json["items"]
    assert {quote["id"] for quote in found} == {first["id"], second["id"]}
    service.send("PUT", "/v1/articles/merge-3", {"text": "“Later,” said Mergeham."})
    assert service.get(f"/v1/speakers/{whole}").json["quotes"] == 3

    parted = service.send("DELETE", f"/v1/speakers/{part}/merge")
    assert (parted.status, parted.json["quotes"], parted.json["merged_into"]) == (200, 2, None)
    assert service.get(f"/v1/quotes/{first['id']}").json["speaker"]["id"] == part
    assert "nobody" in service.send("DELETE", f"/v1/speakers/{part}/merge").problem(409)["speaker_id"]


def test_merge_that_cannot_be_is_refused(service: Service) -> None:
    [quote] = store(service, "unmerged", "Una Merged")
    path = f"/v1/speakers/{quote['speaker']['id']}/merge"
    assert "no speaker" in service.post(path, {"into": "none"}).problem(422)["into"]
    assert "same speaker" in service.post(path, {"into": quote["speaker"]["id"]}).problem(422)["into"]
    assert "is required" in service.post(path, {}).problem(422)["into"]
    for method, body in (("POST", {"into": quote["speaker"]["id"]}), ("DELETE", None)):
        service.send(method, "/v1/speakers/none/merge", body).problem(404)


def test_quote_is_put_right_and_stays_so(service: Service) -> None:
    quotes = store(service, "corrected", "Carl Wrong", "Cora Right")
    path = f"/v1/quotes/{quotes[0]['id']}"
    reply = service.send("PATCH", path, {"speaker": {"id": quotes[1]["speaker"]["id"]}, "reason": "heard it"})
    assert reply.status == 200
    assert (reply.json["speaker"], reply.json["found_speaker"]) == ("Cora Right", "Carl Wrong")
    service.send("PATCH", path, {"kind": "mixed", "reason": "a part only"})
    text = service.get("/v1/articles/corrected").json["text"]
    service.send("PUT", "/v1/articles/corrected", {"text": text + "\n\nNobody spoke.", "title": "Anew"})
    quote = service.get(path).json
    assert (quote["speaker"]["name"], quote["kind"], quote["corrected"]) == ("Cora Right", "mixed", True)
    correction = service.get(f"{path}/correction").json
    assert (correction["reason"], correction["corrects_kind"]) == ("a part only", True)
    assert correction in service.get("/v1/corrections?limit=200").json["items"]
    assert service.send("DELETE", f"{path}/correction").status == 204
    quote = service.get(path).json
    assert (quote["speaker"]["name"], quote["kind"], quote["corrected"]) == ("Carl Wrong", "direct", False)
    service.send("DELETE", f"{path}/correction").problem(404)


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        (None, None),
        ({"name": "Nell New"}, "Nell New"),
        ({"name": "The Daily", "kind": "organisation"}, "The Daily"),
    ],
)
def test_speaker_may_be_nobody_or_new(service: Service, speaker: Any, name: str | None) -> None:
    [quote] = store(service, "renamed", "Rob Marsh")
    path = f"/v1/quotes/{quote['id']}"
    assert service.send("PATCH", path, {"speaker": speaker, "reason": "so it is"}).status == 200
    found = service.get(path).json["speaker"]
    assert (found and found["name"]) == name
    service.send("DELETE", f"{path}/correction")


def test_rejected_quote_is_in_no_list_and_can_come_back(service: Service) -> None:
    [quote] = store(service, "rejected", "Rita Jest")
    path = f"/v1/quotes/{quote['id']}"
    assert service.send("PATCH", path, {"rejected": True, "reason": "a title"}).json["rejected"] is True
    assert service.get("/v1/articles/rejected/quotes").json["items"] == []
    service.get(path).problem(404)
    [line] = [line for line in read_annotations(service) if line["id"] == "rejected"]
    assert [(one["kind"], one["corrected"]) for one in line["quotations"]] == [("other", True)]
    assert service.send("PATCH", path, {"rejected": False, "reason": "no title"}).status == 200
    assert service.get(path).json["text"] == quote["text"]
    service.send("DELETE", f"{path}/correction")


def read_annotations(service: Service) -> list[Any]:
    return [json.loads(line) for line in service.get("/v1/annotations").body.splitlines()]


def test_corrected_articles_are_annotated_news(service: Service) -> None:
    quotes = store(service, "annotated", "Anna Note", "Ned Note")
    service.send(
        "PATCH", f"/v1/quotes/{quotes[0]['id']}", {"speaker": {"name": "Ned Note"}, "reason": "a test"}
    )
    [article] = [line for line in read_annotations(service) if line["id"] == "annotated"]
    first, second = article["quotations"]
    assert [article["text"][start:end] for start, end in first["content"]] == [quotes[0]["text"]]
    assert (first["speaker"], first["kind"], first["corrected"]) == ("Ned Note", "direct", True)
    assert (second["speaker"], second["corrected"]) == ("Ned Note", False)


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"kind": "mixed"}, "reason", "is required"),
        ({"reason": "why not"}, "reason", "nothing is to be different"),
        ({"reason": " ", "kind": "mixed"}, "reason", "must not be empty"),
        ({"reason": "a" * 1_001, "kind": "mixed"}, "reason", "the limit is 1000"),
        ({"reason": "a", "kind": "indirect"}, "kind", "must be one of: direct, mixed"),
        ({"reason": "a", "rejected": "true"}, "rejected", "must be true or false"),
        ({"reason": "a", "speaker": "Jane"}, "speaker", "must be an object"),
        ({"reason": "a", "speaker": {}}, "speaker", "either id or name"),
        ({"reason": "a", "speaker": {"id": "a", "name": "b"}}, "speaker", "either id or name"),
        ({"reason": "a", "speaker": {"id": "none"}}, "speaker.id", "no speaker"),
        ({"reason": "a", "speaker": {"name": "!"}}, "speaker.name", "no letter or digit"),
        ({"reason": "a", "speaker": {"nmae": "b"}}, "speaker.nmae", "allowed: id, name"),
    ],
)
def test_unusable_correction_is_422(service: Service, body: dict[str, Any], field: str, message: str) -> None:
    [quote] = store(service, "uncorrected", "Una Moved")
    problem = service.send("PATCH", f"/v1/quotes/{quote['id']}", body).problem(422)
    assert message in problem[field]
    assert service.get(f"/v1/quotes/{quote['id']}").json == quote


def test_correction_of_no_quote_is_404(service: Service) -> None:
    service.send("PATCH", "/v1/quotes/none", {"kind": "mixed", "reason": "a"}).problem(404)
