"""Cuts an article that is written in turns: the paragraphs of each turn, and what is spoken in them.

Known limitation: a paragraph without a label in the middle of an article goes on with the turn before it,
though it may be a caption or a remark of the editors.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

import regex

from service.extractor.language import Language
from service.extractor.names.reader import NameReader
from service.extractor.record import record
from service.extractor.text.passages import Passage
from service.extractor.turns.dialogue import find_bold_questions, find_dialogue, is_spoken
from service.extractor.turns.labels import Label, read_labels

_ASIDE = regex.compile(r"[(\[][^()\[\]\n]{1,100}[)\]]|[*_]{1,3}[^*_\n]{1,60}[*_]{1,3}")
_BRACKETED = regex.compile(r"[ *_]*(?:\([^()]*\)|\[[^\[\]]*\])[ *_.\n]*")
_WORD = regex.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_EXAMINER = regex.compile(
    r"\W*(?:[A-Z][A-Za-z-]+[ ]){0,2}BY[ ](?:[A-Z][\w.'-]*[ ]?){1,4}:\W*"
)  # "BY MR. DOE:"
_TIME = regex.compile(r"\W*\d{1,2}[:.]\d\d(?:[:.]\d\d)?\W*(?:[ap]\.?m\.?\W*)?")
_MARKED = regex.compile(r"(?P<open>[\"“‘'])(?P<words>[^\"“”]*)[\"”’']")
_EDGES = " \n\t*_"
_BEHIND_ASIDE = _EDGES + ".,;:?!"
_HEADING_WORDS = 8
_DIRECTION_WORDS = 12
_USUAL_PARAGRAPHS = 1
_INTRODUCTION_AT_MOST = 2
_ENDS = frozenset(".?!…-—–:,;\"”'’)]*_")


@record
class Turn:
    """One turn: the place of its label and of the cue in it, and the full name that the article gives.

    Where it tells nobody's name, as for "Q:", the label is no mention but all cue, and the name empty.
    """

    mention: tuple[int, int] | None
    cue: tuple[int, int] | None
    name: str


@record
class Speech:
    """An article in turns: its paragraphs, cut at labels, what is spoken in them, and those of the turns."""

    paragraphs: list[tuple[int, int]]
    passages: list[tuple[Passage, Turn]]
    covered: frozenset[int]


def find_speech(
    text: str, paragraphs: list[tuple[int, int]], language: Language, reader: NameReader
) -> Speech | None:
    """The speech of an article that is written in turns; None for any other article."""
    labels = find_dialogue(text, read_labels(text, paragraphs, language), language, reader)
    labels = labels or find_bold_questions(text, language, reader)
    if not labels:
        return None
    cut = list(_cut_paragraphs(paragraphs, [label.line for label in labels]))
    passages, covered = _collect(text, cut, labels, language)
    return Speech(cut, passages, frozenset(covered))


def merge_passages(speech: Speech | None, marked: list[Passage]) -> tuple[list[Passage], dict[int, Turn]]:
    """The passages of the turns and those in marks outside them; the turns by the index of their passages."""
    if speech is None:
        return marked, {}
    kept = [
        replace(passage, continues=False) if passage.paragraph + 1 in speech.covered else passage
        for passage in marked
        if passage.paragraph not in speech.covered
    ]
    both = [*((passage, None) for passage in kept), *speech.passages]
    both.sort(key=lambda pair: pair[0].start)
    turns = {index: turn for index, (_, turn) in enumerate(both) if turn is not None}
    return [passage for passage, _ in both], turns


def _cut_paragraphs(paragraphs: list[tuple[int, int]], lines: list[int]) -> Iterator[tuple[int, int]]:
    """The paragraphs, each of which begins where a label does at the latest."""
    at = 0
    for start, end in paragraphs:
        begin = start
        at = bisect_left(lines, start, at)
        while at < len(lines) and lines[at] < end:
            if lines[at] > begin:
                yield begin, lines[at]
                begin = lines[at]
            at += 1
        yield begin, end


def _collect(
    text: str, paragraphs: list[tuple[int, int]], labels: list[Label], language: Language
) -> tuple[list[tuple[Passage, Turn]], list[int]]:
    """The spoken passages of the turns, and the paragraphs that the turns cover."""
    passages: list[tuple[Passage, Turn]] = []
    covered: list[int] = []
    by_line = {label.line: label for label in labels}
    turn: Turn | None = None
    run = longest = 0
    for index, (start, end) in enumerate(paragraphs):
        label = by_line.get(start)
        if label:
            longest = max(longest, run)
            run = 0 if label.form == "led" else -1
            turn = _name_turn(label)
            start = label.words
        elif turn is None:
            continue
        elif start > labels[-1].line:
            inside = covered[0] > _INTRODUCTION_AT_MOST
            usual = run < (longest if inside else max(longest, _USUAL_PARAGRAPHS))
            if not _goes_on(text[start:end], turn.name, usual, inside, language):
                break
        covered.append(index)
        if not label and _is_heading(text, start, end):
            continue
        run += not label
        passages += [(passage, turn) for passage in _cut_speech(text, start, end, index, language)]
    return passages, covered


def _name_turn(label: Label) -> Turn:
    named = (label.start, label.end)
    if label.name:
        return Turn(named, label.cue, label.name)
    cue = (label.start, label.cue[1] if label.cue else label.end)
    return Turn(None, cue if cue[1] > cue[0] else None, "")


def _goes_on(paragraph: str, speaker: str, usual: bool, inside: bool, language: Language) -> bool:
    """Whether a paragraph behind the last label is spoken: it says so, or other turns have had as many.

    Behind an exchange `inside` a longer article only somebody's own words say so.
    """
    words = _WORD.findall(paragraph)
    if not words:
        return True
    if words[0].lower() in language.settings["not_spoken"] or not set(speaker.split()).isdisjoint(words):
        return False
    tells = words[0].casefold() in language.given_names and words[1:2] and words[1][0].isupper()
    return (usual and not tells) or is_spoken(words, language, personal=inside)


def _is_heading(text: str, start: int, end: int) -> bool:
    """Whether a paragraph is a heading between turns: few words and no stop."""
    line = text[start:end].strip()
    if line.startswith("#"):
        return True
    bare = line.strip("*_ ")
    return bool(bare) and bare[-1] not in _ENDS and len(bare.split()) <= _HEADING_WORDS


def _cut_speech(text: str, start: int, end: int, paragraph: int, language: Language) -> Iterator[Passage]:
    """The spoken parts of a stretch of one paragraph, which stage directions divide."""
    if _BRACKETED.fullmatch(text, start, end):
        return
    at, edges = start, _EDGES
    for aside in _ASIDE.finditer(text, start, end):
        if _is_direction(aside.group(), language):
            yield from _trim(text, at, aside.start(), paragraph, edges)
            at, edges = aside.end(), _BEHIND_ASIDE
    if not _is_direction(text[at:end], language, short=True):
        yield from _trim(text, at, end, paragraph, edges)


def _is_direction(words: str, language: Language, *, short: bool = False) -> bool:
    """Whether words tell what happens while somebody speaks: "(Laughter)", "[00:12]", "Roe interjecting"."""
    directions = language.settings["stage_directions"]
    if _TIME.fullmatch(words) or (short and _EXAMINER.fullmatch(words)):
        return True
    found = [word.lower() for word in _WORD.findall(words[:200])]
    if short:
        return 1 < len(found) <= _HEADING_WORDS and found[-1] in language.settings["interjecting"]
    ends = {*found[:2], *found[-1:]}
    return len(found) <= _DIRECTION_WORDS and not ends.isdisjoint(directions)


def _trim(text: str, start: int, end: int, paragraph: int, edges: str) -> Iterator[Passage]:
    while start < end and text[start] in edges:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    if not _WORD.search(text, start, end):
        return
    marked = _MARKED.fullmatch(text, start, end)
    first, last = marked.span("words") if marked and _WORD.search(marked["words"]) else (start, end)
    while text[first] in _EDGES:
        first += 1
    while text[last - 1] in _EDGES:
        last -= 1
    yield Passage(first, last, start, end, paragraph)
