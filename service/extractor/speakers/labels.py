"""Resolves the label of a turn to a speaker."""

from service.extractor.model import Speaker
from service.extractor.names.index import NameIndex
from service.extractor.names.reader import Name
from service.extractor.turns.labels import is_voice


def resolve_label(name: str, at: int, index: NameIndex) -> tuple[Speaker | None, str]:
    """The speaker, and a gender: the person of that name, a body, or a role that nobody is named with."""
    reader = index.reader
    words = name.split()
    if not words:
        return None, "-"
    language = reader.language
    last, given = words[-1].lower(), words[0].casefold() in language.given_names
    if is_voice(name, language) or (last in language.roles and not given):
        return Speaker(name, "unnamed"), language.roles.get(last, "-")
    read = reader.read(name)
    if read is None or read.kind == "place":
        return Speaker(name, "person"), "-"
    is_body = len(words) > 1 and read.kind == "unknown" and last in language.tags
    if is_body or read.kind == "organisation":
        return Speaker(read.full, "organisation"), "o"
    return _find_person(read, at, index)


def _find_person(name: Name, at: int, index: NameIndex) -> tuple[Speaker | None, str]:
    """Whom a label means: a surname alone, the person who is named so elsewhere and not in capitals."""
    person = index.find(name, at)
    if person is None or person.kind == "organisation" or person.name.isupper():
        return Speaker(name.full, "person"), name.gender
    if name.given:
        return Speaker(name.full, "person"), person.gender
    return Speaker(person.name, "person"), person.gender
