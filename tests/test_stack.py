"""The stack: which part of the service may import which, and what the command line does without."""

import ast
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

SERVICE = Path(str(files("service")))
# From the bottom up: each part imports from those below it alone; those in one line are strangers.
SERVICE_STACK = (
    ("extras", "processes", "keys", "extractor"),
    ("config", "monitoring", "verify"),
    ("store",),
    ("ingest", "schemas"),
    ("files", "formats"),
    ("archive", "http"),
    ("server", "api"),
    ("web",),
    ("app", "cli"),
)
STORE_STACK = (
    ("errors", "changes", "records", "write_condition"),
    ("database",),
    ("counts", "text"),
    ("change_log",),
    ("quotations", "people"),
    ("speakers",),
    ("quotes",),
    ("corrections",),
    ("articles",),
    ("store",),
)
STACKS = {"service": SERVICE_STACK, "service.store": STORE_STACK}
# What extraction of archives and of files must not wait for, nor need to be installed.
HEAVY = ("flask", "gunicorn", "sqlalchemy")
LIGHT_MODULES = (
    "service.archive.rows",
    "service.archive.cluster",
    "service.cli",
    "service.cli.extract",
    "service.files",
    "service.files.pieces",
    "service.files.extracted_rows",
)


def list_modules(package: str) -> list[Path]:
    """The modules of a package, but for its face and for migrations, which are frozen."""
    folder = SERVICE.parent.joinpath(*package.split("."))
    return [path for path in sorted(folder.rglob("*.py")) if is_layered(path.relative_to(folder))]


def is_layered(relative: Path) -> bool:
    return str(relative) != "__init__.py" and "migrations" not in relative.parts


def find_part(path: Path, package: str) -> str:
    """The folder or module of the package that a file belongs to."""
    folder = SERVICE.parent.joinpath(*package.split("."))
    return path.relative_to(folder).parts[0].removesuffix(".py")


def list_imported_parts(path: Path, package: str) -> set[str]:
    """The parts of the package that a file imports from, anywhere in its source."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    depth = package.count(".") + 1
    return {name.split(".")[depth] for name in modules if name.startswith(f"{package}.")}


@pytest.mark.parametrize(
    ("package", "path"),
    [(package, path) for package in STACKS for path in list_modules(package)],
    ids=lambda value: str(value).removeprefix(str(SERVICE)),
)
def test_each_part_imports_from_those_below(package: str, path: Path) -> None:
    levels = {name: level for level, names in enumerate(STACKS[package]) for name in names}
    own = find_part(path, package)
    imported = list_imported_parts(path, package) - {own}

    assert {name for name in imported if levels.get(name, -1) >= levels[own]} == set()


@pytest.mark.parametrize("package", STACKS)
def test_every_part_has_its_level(package: str) -> None:
    parts = {find_part(path, package) for path in list_modules(package)}

    assert parts == {name for names in STACKS[package] for name in names}


def test_few_modules_lie_outside_the_folders() -> None:
    assert len([path for path in SERVICE.glob("*.py") if path.name != "__init__.py"]) <= 5


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_what_works_on_files_loads_no_server_and_no_database(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{*{HEAVY!r}}} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == []
