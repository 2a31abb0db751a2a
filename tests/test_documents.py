"""README and docs/ say what is so: their commands, the answers, tables, names and links."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from itertools import chain

import click
import pytest

from service.app import create_app
from service.cli import cli
from service.config import Config, describe_settings
from tests.documents import (
    DOCS,
    DOCUMENTS,
    DOCUMENTS_RUN_ELSEWHERE,
    GROUPS,
    README,
    ROOT,
    RUN_ELSEWHERE,
    SETTINGS,
    SETTINGS_DOCUMENT,
    Example,
    Served,
    find_document,
    format_settings,
    parse_answer,
    read_document,
    read_examples,
    served,
)

GUIDES = (*DOCUMENTS, ROOT / "CONTRIBUTING.md")
TEXTS = {path.name: path.read_text("utf8") for path in GUIDES}
README_TEXT = TEXTS["README.md"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
COMMANDS = re.compile(r"`(?:\.venv/bin/)?quotes ([a-z][^`]*)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# Environment variables in documents that are no settings of the service.
OTHER_VARIABLES = {
    "ARGS",
    "FSSPEC_S3_ENDPOINT_URL",
    "GOLD",
    "OSV_URL",
    "PYTHON",
    "POSTGRES_PASSWORD",
    "QUOTES_KINDS",
}
every_guide = pytest.mark.parametrize("name", TEXTS)


@pytest.fixture(scope="module", params=GROUPS, ids=lambda group: group[0])
def running(request: pytest.FixtureRequest) -> Iterator[tuple[tuple[str, ...], Served]]:
    """A group of documents, and its service."""
    for tool in ("curl", "jq"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    with served(request.param) as service:
        yield request.param, service


def test_each_command_gives_the_answer_that_is_printed(
    running: tuple[tuple[str, ...], Served],
) -> None:
    group, service = running
    examples = [example for name in group for example in read_document(find_document(name))]
    wrong = [
        f"$ {example.command}\n{answer}"
        for example, answer in run_examples(service, examples)
        if parse_answer(answer) != parse_answer(example.answer)
    ]
    assert wrong == [], "run `make readme`"


def run_examples(service: Served, examples: list[Example]) -> Iterator[tuple[Example, str]]:
    for example in examples:
        if example.command not in RUN_ELSEWHERE:
            yield example, service.answer(example.command)


def test_what_make_serve_says_to_ask_has_an_answer(running: tuple[tuple[str, ...], Served]) -> None:
    _, service = running
    commands = [
        line for line in map(str.strip, service.printed.read_text().splitlines()) if line.startswith("curl ")
    ]
    assert len(commands) == 2
    for command in commands:
        assert isinstance(parse_answer(service.answer(f"{command} --silent --fail")), dict)


def test_commands_of_every_document_are_run() -> None:
    run = {*chain(*GROUPS), *DOCUMENTS_RUN_ELSEWHERE}
    assert (
        {path.name for path in DOCUMENTS if read_document(path)} <= run <= {path.name for path in DOCUMENTS}
    )


def test_examples_are_read() -> None:
    block = '$ cat <<END\n> a\n> END\na\n$ true\n$ echo "{}"\n{}\n'
    assert [(each.command, each.answer) for each in read_examples(block)] == [
        ("cat <<END\na\nEND", "a"),
        ("true", ""),
        ('echo "{}"', "{}"),
    ]


def test_readme_is_short_and_begins_with_what_a_newcomer_needs() -> None:
    lines = README_TEXT.splitlines()
    assert len(lines) <= 250
    first = "\n".join(lines[:60])
    for words in ("make serve", "$ curl ", "<http://127.0.0.1:8000>", "![", "## Accuracy", "Citron"):
        assert words in first, words
    commands = [example.command for example in read_document(README)]
    assert commands[0] == "make serve"
    assert commands[1].startswith("curl ")
    assert "make test" in commands


def test_readme_leads_to_every_document() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)", README_TEXT))
    assert linked == {path.name for path in DOCS.glob("*.md")}


@every_guide
def test_links_lead_somewhere(name: str) -> None:
    folder = next(path for path in GUIDES if path.name == name).parent
    for link, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]+))?\)", FENCED.sub("", TEXTS[name])):
        target = (folder / link).resolve() if link else folder / name
        assert target.exists(), link
        if anchor:
            assert anchor in list_anchors(target.read_text("utf8")), (link, anchor)


def list_anchors(text: str) -> set[str]:
    """Return the anchors of headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_guide
def test_commands_and_options_that_are_named_exist(name: str) -> None:
    for line in COMMANDS.findall(FENCED.sub(keep_commands, TEXTS[name])):
        command: click.Command = cli
        for word in line.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, line
            command = command.commands[word]
        options = {name for parameter in command.params for name in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= options, line


def keep_commands(block: re.Match[str]) -> str:
    """Turn the commands of a block of code into code within a line."""
    return "\n".join(f"`{line}`" for line in re.findall(r"^\$ ([^`|\n]+)", block.group(), re.MULTILINE))


@every_guide
def test_targets_of_make_that_are_named_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^\$ )make ([a-z-]+)", TEXTS[name], re.MULTILINE)) <= targets


@every_guide
def test_files_that_are_named_exist(name: str) -> None:
    named = re.findall(r"`((?:service|tests|bench|deploy|docs|seeds)/[\w./-]*)`", TEXTS[name])
    assert [path for path in named if not (ROOT / path).exists()] == []
    modules = re.findall(r"python -m ((?:bench|tests)[\w.]*)", TEXTS[name])
    assert [module for module in modules if not (ROOT / f"{module.replace('.', '/')}.py").exists()] == []


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"attribution.md", "CONTRIBUTING.md"}))
def test_settings_that_are_named_exist(name: str) -> None:
    settings = {setting for setting, *_ in describe_settings()}
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", TEXTS[name]))
    assert named - OTHER_VARIABLES <= settings


@every_guide
def test_what_pip_is_to_install_can_be_installed(name: str) -> None:
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements-dev.lock").read_text("utf8"), re.MULTILINE)
    for wanted in re.findall(r"pip install ((?:--?\w+ )*[^`\n]+)", TEXTS[name]):
        for requirement in re.sub(r"(?<!\S)--?\w+ ", "", wanted).split():
            project = re.fullmatch(r"'\.\[(\w+)\]'", requirement)
            if project:
                assert project[1] in PROJECT["optional-dependencies"]
            else:
                assert requirement in (*locked, "s3fs"), requirement


def test_every_command_of_the_command_line_is_listed() -> None:
    listed = [f"`quotes {name}" for name in list_commands(cli)]
    assert [name for name in listed if name not in TEXTS["cli.md"]] == []


def list_commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def test_every_endpoint_is_listed() -> None:
    answer = (
        create_app(Config(database_url="sqlite:////nowhere/quotes.db")).test_client().get("/openapi.json")
    )
    assert answer.json is not None
    operations = {
        f"{method.upper()} {path}"
        for path, methods in answer.json["paths"].items()
        for method in methods
        if method in ("get", "put", "post", "patch", "delete")
    }
    assert operations == set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", TEXTS["http.md"], re.MULTILINE))


def test_every_setting_is_listed() -> None:
    assert SETTINGS.findall(TEXTS[SETTINGS_DOCUMENT.name]) == [format_settings()], "run `make readme`"


def test_every_dependency_has_its_reason() -> None:
    wanted = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
    table = TEXTS["CONTRIBUTING.md"].partition("## Dependencies")[2]
    reasons = set(re.findall(r"[a-z0-9-]+", " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))))
    assert {re.split(r"[\[<>=]", name)[0] for name in wanted} <= reasons
