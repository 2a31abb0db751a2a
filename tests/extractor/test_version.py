from pathlib import Path

import service.extractor
from service.extractor.version import _sources


def test_version_names_rules_and_words() -> None:
    names = {path.name for path in _sources(Path(service.extractor.__path__[0]))}

    assert {"before.py", "verbs.txt", "language.toml", "shape.py"} <= names
    assert not any(name.endswith(".pyc") for name in names)


def test_sources_are_found_in_folders_below(tmp_path: Path) -> None:
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "verbs.txt").write_text("say")

    assert [path.name for path in _sources(tmp_path)] == ["verbs.txt"]


def test_version_is_one_short_word() -> None:
    assert len(service.extractor.EXTRACTOR_VERSION) == 12
    assert service.extractor.EXTRACTOR_VERSION.isalnum()
