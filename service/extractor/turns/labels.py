"""Reads the label that opens a turn: "JANE DOE, MAYOR OF LEEDS:", "Mr ROE (Leeds) (3.18 pm)-", "**Q**".

Known limitations:
1. A label in lower case is not seen, nor is one inside its line, save those of questions and answers.
2. A speaker who is told from others by a number alone ("Speaker 2") has that phrase for a name.
"""

import re
from collections.abc import Iterator
from typing import Literal

import regex

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.record import record

Part = Literal["name", "question", "answer"]
Form = Literal["led", "line"]

_CERTAIN = 2
# What a line with a label begins like: soon told of the many that have none.
_MAYBE = re.compile(
    r"""
    [ >]*
    (?:
        [*_\[(\d] | Q
      | [^\W\d_a-z][\w'&/.-]*                      # a capitalised word, and what belongs to a name
        (?:[ ](?:[a-z]{1,5}[ ]){0,2}[^\Wa-z_][\w'&/.-]*|[ ]\#\d+){0,6}
        (?:[ ]?[:(*—\n\[] | [ ]?-- | [ ]*\Z | ,[ ][^:\n]{0,80}:
          | ,[ ][^:()\n]{0,80}\([^()\n]{3,60}\)[ ]*(?:\n|\Z) | (?<=[^\W\d_a-z]\.)[ ])
    )
    """,
    re.VERBOSE,
)
_WORD = r"\p{Lu}[\w'&/-]*+(?:\.(?:\p{Lu}\.){0,5})?"
_LABEL = regex.compile(
    rf"""
    [ >]*+
    (?:[\[(]?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?[\])]?[ ]++)?     # a time
    (?:Q\d{{1,3}}\.?[ ]++)?                                  # the number of a question to a committee
    (?P<open>[*_]{{1,3}}+)?
    (?P<name>
        (?:[Tt]he[ ])?{_WORD}(?:[ ](?:\p{{Ll}}{{1,5}}[ ]){{0,2}}{_WORD}|[ ]\#?\d{{1,3}}(?!\d)){{0,6}}
    )
    (?P<aside>(?:[ ]?[(\[][^()\[\]\n]{{1,90}}+[)\]]){{0,3}}|[ ]\d{{1,2}}:\d\d(?::\d\d)?)
    (?:
        (?P<role>,[ ][^:\n*.?!"“”]{{2,80}}+)?
        [*_]{{0,3}}[ ]?(?P<colon>:)[*_]{{0,3}}+(?=[ \n]|\Z)
      | (?P<bold>(?<=[\w.)])[*_]{{1,3}}+)(?=[ \n]|\Z)
      | [ ]?(?P<dash>—|--)[ ]?(?=[^\s—-])
      | (?P<stop>(?<=\p{{Lu}}{{2}}\.))(?=[ ])
      | (?:,[ ][^:\n*.?!"“”()]{{2,80}}+(?P<holder>\([^()\n]{{3,60}}\)))?(?P<end>(?<!\.))[ ]*+(?=\n|\Z)
    )
    """,
    regex.VERBOSE | regex.MULTILINE,
)
_LETTER = regex.compile(
    r"""
    [ >]*+(?P<open>[*_]{1,3}+)?
    (?P<name>(?P<word>Q|A|Question|Answer)(?:[ ]?\d{1,3})?)
    (?:
        [*_]{0,3}[ ]?(?P<colon>[:.)—–-])[*_]{0,3}+(?=[ \n])
      | (?P<bold>(?<=\w)[*_]{1,3}+)(?=[ \n])
      | (?<=Q)[ ]++(?=\p{Lu})
    )
    """,
    regex.VERBOSE | regex.MULTILINE,
)
_INLINE_LETTER = regex.compile(r"(?<=[.?!…\"”][ ])(?P<name>[QA])(?P<colon>:)(?=[ ])")
_OF_CLAUSES = tag.FINITE | tag.RELATIVES | tag.PRONOUNS
_CAPITALS = regex.compile(r"(?P<prefix>(?:Mc|Mac|De|Di|La|Le|Van|Fitz)?)(?P<rest>[\p{Lu}]{2,})")
_PIECE = regex.compile(r"[^\s'-]+")
_HOLDER = regex.compile(rf"[ ]?\((?P<name>{_WORD}(?:[ ]{_WORD}){{1,4}})\)")
_NUMBER = regex.compile(r"#?\d+")


@record
class Label:
    """Words that say who speaks from here on.

    Its line begins at `line`, its name is `text[start:end]`, and what is spoken begins at `words`.  `name`
    is written as names are, "Jane Doe" for "JANE DOE"; `sure` is 2 for what can only be somebody, 1 for
    what may be.
    `office` is a label that names its holder beside it: "The Prime Minister (Jane Doe)".
    """

    line: int
    start: int
    end: int
    cue: tuple[int, int] | None
    words: int
    form: Form
    part: Part
    name: str
    sure: int
    office: str = ""


def read_labels(text: str, paragraphs: list[tuple[int, int]], language: Language) -> list[Label]:
    """Candidates for labels, in the order of the text; all of them together decide if they are."""
    lines = [at for at in _begin_lines(text, paragraphs) if _MAYBE.match(text, at)]
    letters = {at: _read_letter(match) for at in lines if (match := _LETTER.match(text, at))}
    if not any(label.part == "question" for label in letters.values()):
        letters.clear()
    labels = [*letters.values(), *_read_inline(text, letters)]
    for at in lines:
        match = _LABEL.match(text, at) if at not in letters else None
        if match and (label := _read_name(match, language)):
            labels.append(label)
    labels.sort(key=lambda label: label.line)
    return labels


def _begin_lines(text: str, paragraphs: list[tuple[int, int]]) -> Iterator[int]:
    """Where the lines of paragraphs begin."""
    for start, end in paragraphs:
        yield start
        at = text.find("\n", start, end) + 1
        while at:
            yield at
            at = text.find("\n", at, end) + 1


def _read_letter(match: "regex.Match[str]") -> Label:
    question = match["word"][0] == "Q"
    cue = match.span("colon") if match["colon"] else None
    start, end = match.span("name")
    part: Part = "question" if question else "answer"
    return Label(match.start(), start, end, cue, match.end(), "led", part, "", _CERTAIN)


def _read_inline(text: str, letters: dict[int, Label]) -> Iterator[Label]:
    """An answer on the line of its question."""
    for line in letters:
        end = text.find("\n", line)
        for match in _INLINE_LETTER.finditer(text, line, end if end >= 0 else len(text)):
            part: Part = "question" if match["name"] == "Q" else "answer"
            start, stop = match.span("name")
            yield Label(start, start, stop, match.span("colon"), match.end(), "led", part, "", 2)


def _read_name(match: "regex.Match[str]", language: Language) -> Label | None:
    start, end = match.span("name")
    if match["stop"] is not None:
        end -= 1
    written = match.string[start:end]
    name = write_name(written, language)
    capitals = has_capitals(written)
    sure = _how_sure(name, language, capitals=capitals and match["colon"] is not None)
    titled = name.split(" ")[0].casefold().rstrip(".") in language.titles
    if match["dash"] and not (match["aside"] or titled or (sure and capitals)):
        return None
    if match["bold"] and not match["open"]:
        return None
    if match["role"] and _tells(match["role"], language):
        return None
    if not sure:
        return None
    office = ""
    held = "holder" if match["holder"] else "aside"
    is_office = held == "holder" or name.split(" ")[-1].lower() in language.roles
    holder = _HOLDER.match(match[held]) if is_office else None
    if holder and _how_sure(holder["name"], language):
        office, name, sure = name, holder["name"], _CERTAIN
        start, end = (match.start(held) + at for at in holder.span("name"))
    mark = next((each for each in ("colon", "dash") if match[each]), None)
    form: Form = "line" if match["end"] is not None else "led"
    cue = match.span(mark) if mark else None
    return Label(match.start(), start, end, cue, match.end(), form, "name", name, sure, office)


def _tells(role: str, language: Language) -> bool:
    """Whether what stands behind a name is a clause and no role: "Jane Doe, who was asked:"."""
    words = (word.strip(",()").lower() for word in role.split())
    return any(language.tags.get(word, "") in _OF_CLAUSES for word in words)


def _how_sure(name: str, language: Language, *, capitals: bool = False) -> int:
    """2 for a name with a title or a first name, or for a role; 1 for other words; 0 for what is no name.

    An ordinary word may be a name if it stands in capitals: "HERALD:" is the paper that asks.
    """
    words = [word.casefold().rstrip(".") for word in name.split(" ") if not _NUMBER.fullmatch(word)]
    if words[0] == "the":
        words = words[1:]
    if not words or name.casefold() in language.settings["headings"]:
        return 0
    last = words[-1]
    if len(words) > 1 and (words[0] in language.titles or words[0] in language.given_names):
        return _CERTAIN
    if last in language.roles or last in language.titles or is_voice(name, language):
        return _CERTAIN
    if words[0] in language.not_names or not language.settings["headings"].isdisjoint(words):
        return 0
    if any(word in language.function_words and word not in language.settings["particles"] for word in words):
        return 0
    is_place = name in language.places or last in language.nationalities
    is_word = not capitals and len(words) == 1 and last in language.tags and last not in language.given_names
    return 0 if is_place or is_word else 1


def is_voice(name: str, language: Language) -> bool:
    """Whether a label names nobody, but a voice: "Unidentified Male", "Caller 2"."""
    words = [word.casefold() for word in name.split(" ") if not _NUMBER.fullmatch(word)]
    return bool(words) and words[-1] in language.settings["voices"]


def has_capitals(words: str) -> bool:
    """Whether one word of several letters at least is written in capitals, as surnames are in transcripts."""
    return any(word.isupper() and len(word) > 1 for word in _PIECE.findall(words))


def _joins(particle: str, before: list[str], language: Language) -> bool:
    """Whether a particle joins a surname to what is before it: it is no first name behind a title."""
    titled = all(word.casefold().rstrip(".") in language.titles for word in before)
    return bool(before) and not (titled and particle in language.given_names)


def write_name(words: str, language: Language) -> str:
    """Write a name in capitals as names are: "Mr RUDGE" is Mr Rudge, "VAN DER BERG" is van der Berg."""
    if not has_capitals(words):
        return words
    particles, keep = language.settings["particles"], language.organisation_names
    written = []
    for word in words.split(" "):
        lower = word.lower()
        if word in keep and len(words) == len(word):
            written.append(word)
        elif lower in particles and word.isupper() and _joins(lower, written, language):
            written.append(lower)
        elif "." in word[:-1] or lower in ("ii", "iii", "iv"):
            written.append(word)
        else:
            written.append(_CAPITALS.sub(lambda match: match["prefix"] + match["rest"].capitalize(), word))
    return " ".join(written)
