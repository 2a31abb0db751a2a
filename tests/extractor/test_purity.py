"""The extractor stands alone: it imports the standard library, regex and itself."""

import ast
import sys
from importlib.resources import files
from pathlib import Path

import pytest

EXTRACTOR = Path(str(files("service.extractor")))
MODULES = sorted(EXTRACTOR.rglob("*.py"))


def list_imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(EXTRACTOR)))
def test_imports_nothing_else(path: Path) -> None:
    own = {name for name in list_imports(path) if name.startswith("service.extractor")}
    roots = {name.split(".")[0] for name in list_imports(path) - own}

    assert sorted(roots - sys.stdlib_module_names - {"regex"}) == []


def test_reads_no_clock_network_or_environment() -> None:
    impure = {"os", "socket", "urllib", "subprocess", "random", "time", "datetime", "threading"}

    assert {name for path in MODULES for name in list_imports(path)} & impure == set()
