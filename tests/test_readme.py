"""The README says what is so: its commands, their answers, and its tables."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from itertools import chain

import click
import pytest

from service.app import create_app
from service.cli import cli
from service.config import Config
from tests.readme import (
    README,
    ROOT,
    RUN_ELSEWHERE,
    SETTINGS,
    Example,
    Served,
    format_settings,
    parse_answer,
    read_readme,
    served,
)

EXAMPLES = read_readme()
TEXT = README.read_text("utf8")


@pytest.fixture(scope="module")
def service() -> Iterator[Served]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    with served() as running:
        yield running


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.command not in RUN_ELSEWHERE], ids=lambda each: each.command
)
def test_each_command_gives_the_answer_that_is_printed(service: Served, example: Example) -> None:
    assert parse_answer(service.answer(example.command)) == parse_answer(example.answer), "run `make readme`"


def test_what_make_serve_says_to_ask_has_an_answer(service: Served) -> None:
    lines = [line.strip() for line in service.printed.read_text().splitlines()]
    commands = [line for line in lines if line.startswith("curl ")]
    assert len(commands) == 2
    for command in commands:
        assert isinstance(parse_answer(service.answer(f"{command} --silent --fail")), dict)


def test_the_first_commands_are_to_serve_to_ask_and_to_test() -> None:
    first = [example.command for example in EXAMPLES[:3]]
    assert first[0] == "make serve"
    assert first[1].startswith("curl ")
    assert first[2] == "make test"


def test_every_command_of_the_command_line_is_listed() -> None:
    listed = [f"`quotes {name}" for name in list_commands(cli)]
    assert [name for name in listed if name not in TEXT] == []


def list_commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def test_every_address_is_listed() -> None:
    answer = (
        create_app(Config(database_url="sqlite:////nowhere/quotes.db")).test_client().get("/openapi.json")
    )
    assert answer.json is not None
    operations = {
        f"`{method.upper()} {path}`"
        for path, methods in answer.json["paths"].items()
        for method in methods
        if method in ("get", "put", "post", "patch", "delete")
    }
    assert operations
    assert {operation for operation in operations if operation not in TEXT} == set()


def test_every_setting_is_listed() -> None:
    assert SETTINGS.findall(TEXT) == [format_settings()], "run `make readme`"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    table = (ROOT / "CONTRIBUTING.md").read_text("utf8").partition("## Dependencies")[2]
    reasons = set(re.findall(r"[a-z0-9-]+", " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))))
    assert {re.split(r"[\[<>=]", name)[0] for name in wanted} <= reasons
