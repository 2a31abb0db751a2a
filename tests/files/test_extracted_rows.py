"""A row whose speakers are not what extraction writes is refused, by the field at fault."""

from copy import deepcopy
from typing import Any

import pytest

from service.extractor import extract
from service.files.extracted_columns import describe_extracted
from service.files.extracted_rows import BadRow, read_row
from service.store import Article

TEXT = "“We go,” said Captain Ana Ruiz and Sam Roe."
ROW = describe_extracted(Article(TEXT), extract(TEXT), "1")
OTHER = {"start": 0, "end": 1, "text": "“"}


def change(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A row with another value at a path in its only quote."""
    row = deepcopy(ROW)
    inner = row["quotes"][0]
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return row


def test_a_row_is_read_as_it_was_written() -> None:
    assert read_row(ROW).extraction.quotes == extract(TEXT).quotes


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("speaker", "kind"), "ghost", "speaker.kind"),
        (("speaker", "gender"), "x", "speaker.gender"),
        (("speaker", "gender_evidence"), "guess", "speaker.gender_evidence"),
        (("speaker", "role"), OTHER, "speaker.role"),
        (("speaker", "role", "end"), 99, "speaker.role"),
        (("speaker", "affiliation"), {**OTHER, "text": "x"}, "speaker.affiliation"),
        (("speaker", "roles"), None, "speaker.roles"),
        (("speaker", "roles"), [None], "speaker.roles[0]"),
        (("co_speakers",), None, "co_speakers"),
        (("co_speakers", 0), None, "co_speakers[0]"),
        (("co_speakers", 0, "name"), " ", "co_speakers[0].name"),
    ],
)
def test_what_is_wrong_is_named(path: tuple[str | int, ...], value: Any, field: str) -> None:
    with pytest.raises(BadRow) as refused:
        read_row(change(path, value))
    assert refused.value.errors[0][0] == f"quotes[0].{field}"
