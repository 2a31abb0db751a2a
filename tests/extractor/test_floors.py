"""Precision and recall on the case articles, which may fail one by one, do not fall below their floors.

A unit is one segment.  It is right when its bounds and its speaker are those of the article's marks.
"""

import json
from pathlib import Path

import pytest

from service.extractor import extract
from tests.extractor.marked_cases import Case, read_cases, widen

TESTS = Path(__file__).parents[1]
ARTICLES = [case for path in sorted((TESTS / "articles").glob("*/*.txt")) for case in read_cases(path)]
FLOORS: dict[str, float] = json.loads((TESTS / "floors.json").read_text("utf8"))

Unit = tuple[str, int, int, str | None]


def list_wanted(case: Case) -> set[Unit]:
    speakers: dict[str, str | None] = {}
    units = set()
    for start, end, attributes in case.marks:
        key = attributes.get("id", str(start))
        speaker = speakers.setdefault(key, attributes.get("by"))
        units.add((case.path.stem, start, end, speaker))
    return units


def list_found(case: Case) -> set[Unit]:
    return {
        (
            case.path.stem,
            *widen(case.text, segment.start, segment.end),
            quote.speaker.name if quote.speaker else None,
        )
        for quote in extract(case.text, language=case.language).quotes
        for segment in quote.segments
    }


def measure(articles: list[Case]) -> dict[str, float]:
    wanted = {unit for case in articles for unit in list_wanted(case)}
    found = {unit for case in articles for unit in list_found(case)}
    spans = {unit[:3] for unit in found} & {unit[:3] for unit in wanted}
    return {
        "precision": len(wanted & found) / len(found),
        "recall": len(wanted & found) / len(wanted),
        "attribution": len(wanted & found) / len(spans),
    }


@pytest.mark.parametrize("figure", ["precision", "recall", "attribution"])
def test_figure_is_at_its_floor(figure: str) -> None:
    measured = measure(ARTICLES)[figure]
    wrong = sorted((unit for case in ARTICLES for unit in list_wanted(case) ^ list_found(case)), key=str)

    assert measured >= FLOORS[figure], f"{figure} {measured:.3f}; wanted or found, not both: {wrong}"
