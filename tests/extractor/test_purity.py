"""The extractor stands alone: it imports the standard library, regex and itself."""

import ast
import re
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


def test_no_possessive_group_is_left_to_the_standard_library() -> None:
    """Python 3.11 up to 3.11.4 matches them wrongly (bugs.python.org, gh-106052); `regex` does not."""
    for path in MODULES:
        source = path.read_text("utf8")
        if re.search(r"^import re$", source, re.MULTILINE):
            assert not re.search(r"\)[*+?]\+", source), path


def test_others_load_languages_by_the_face_of_the_extractor() -> None:
    service = EXTRACTOR.parent
    others = (path for path in service.rglob("*.py") if EXTRACTOR not in path.parents)

    assert [path for path in others if "service.extractor.language" in list_imports(path)] == []
