"""`quotes people`: files of people you know, and the list."""

import json
from pathlib import Path

import pytest

from service.store import PageRequest, Store
from tests.cli.test_store import Run, command_on

CSV = """name,aliases,gender,kind,external_id,description,since,until
Jane Doe,Jane M. Doe|J. Doe,f,,Q1,"mayor, Springfield",2020-01-01,
Weir Club,,,organisation,,,,
?,,,,,,,
Bo Vik,,x,,,,,
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/quotes.db"
    store = Store(url)
    store.upgrade()
    store.close()
    return url


@pytest.fixture
def quotes(url: str) -> Run:
    return command_on(url)


def test_csv_and_its_list_are_loaded(quotes: Run, url: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("\ufeff" + CSV, "utf8")
    done = quotes("people", "load", tmp_path / "people.csv")
    assert done.returncode == 1
    assert done.stdout == b"2 people on the list; 2 lines failed\n"
    assert b"people.csv:4: name: has no letter or digit" in done.stderr
    assert b"people.csv:5: gender: must be one of: f, m" in done.stderr

    listed = quotes("people", "list").stdout
    assert [json.loads(line)["name"] for line in listed.splitlines()] == ["Jane Doe", "Weir Club"]
    jane = json.loads(quotes("people", "list", "--name", "j doe").stdout)
    assert (jane["aliases"], jane["description"]) == (["Jane M. Doe", "J. Doe"], "mayor, Springfield")

    assert quotes("people", "delete", "Q1", "Q2").stdout == b"1 people taken off the list\n"
    (tmp_path / "people.ndjson").write_bytes(listed)
    assert quotes("people", "load", tmp_path / "people.ndjson").returncode == 0
    store = Store(url)
    assert len(store.list_people(PageRequest(10)).items) == 2
    store.close()
    assert quotes("people", "delete", "--all").stdout == b"2 people taken off the list\n"
    assert quotes("people", "list").stdout == b""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", b"the first row must name the columns"),
        (b"name,birthday\n", b"'birthday' is not known here"),
        (b"name,name\n", b"'name' comes twice"),
        (b"name\n\xff\n", b"is not UTF-8"),
        (b'name\n"Jane\n', b"unexpected end of data"),
    ],
)
def test_a_file_that_is_no_csv_of_people_is_refused(
    quotes: Run, tmp_path: Path, content: bytes, message: bytes
) -> None:
    (tmp_path / "people.csv").write_bytes(content)
    done = quotes("people", "load", tmp_path / "people.csv")
    assert done.returncode == 1
    assert message in done.stderr
