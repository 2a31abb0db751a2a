"""Tells whether an article is written in turns, and whom each of its labels means."""

from collections import Counter
from dataclasses import dataclass, field, replace

import regex

from service.extractor.language import Language
from service.extractor.names.reader import NameReader
from service.extractor.turns.labels import Form, Label, has_capitals, write_name

_TURNS_AT_LEAST = 3
_QUESTIONS_AT_LEAST = 2
_EXCERPT_AT_LEAST = 2
# The start of a turn tells how it is written, and the start of an article who is introduced.
_READ_OF_A_TURN = 400
_INTRODUCTION_AT_MOST = 20_000
_NAMES_AT_MOST = 256
_INITIALS_AT_MOST = 3
_WORD = regex.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ENDED = regex.compile(r"[.?!…\-—–][\"”'’)\]*_ ]*\Z")
_QUOTED = regex.compile(r"[\s*_]*([\"“‘'])[^\"“”]*[\"”’'][\s*_]*\Z")
_LEADS_TO_ASKED = regex.compile(
    r"""\b(?:
        interview(?:s|ed)?(?:[ ]with)? | Q[ ]?(?:&|and)[ ]?A(?:[ ]with|:)?
      | asks | asked | meets | met | joins | joined
      | (?:speaks|spoke|talks?|talked|sits[ ]down|sat[ ]down|catches[ ]up|caught[ ]up|chatted|conversation)
        [ ](?:to|with)
    )[ ](?:[\w'&-]+[ ]){0,6}\Z""",
    regex.VERBOSE,
)
_REACH = 90
_BY = regex.compile(r"\b(?:[Bb]y|[Pp]hotographs?|[Pp]hotos?|[Ii]nterviewer)[ :]+\Z")
_BOLD_QUESTION = regex.compile(r"^[ >]*(?:\*\*|__)[^*_\n]+\?(?:\*\*|__)[ ]*$", regex.MULTILINE)
_VOWEL = regex.compile("[AEIOUY]")
_TEXT_LINE = regex.compile(r"^.*\w.*$", regex.MULTILINE)


@dataclass(slots=True)
class Introduced:
    """The people whom an article names before its first turn, or by the labels themselves.

    `by_word` finds a full name by its surname, first name or office, `by_initials` by its first letters;
    `asked` is the person interviewed, and `asked_at` where he is named first.
    """

    by_word: dict[str, str] = field(default_factory=dict)
    by_initials: dict[str, str] = field(default_factory=dict)
    asked: str = ""
    asked_at: tuple[int, int] = (0, 0)

    def add(self, name: str, *, office: str = "") -> None:
        """Note a full name; the first holder of a surname or first name keeps it."""
        words = [word for word in name.split(" ") if word]
        if len(words) < 2 or len(self.by_word) > _NAMES_AT_MOST:
            return
        for short in (words[-1], words[0], *([office] if office else ())):
            self.by_word.setdefault(short.casefold(), name)
        self.by_initials.setdefault("".join(word[0] for word in words), name)
        self.by_initials.setdefault(words[0][0] + words[-1][0], name)


def introduce(text: str, end: int, language: Language, reader: NameReader) -> Introduced:
    """Whom a text names before an offset."""
    introduced = Introduced()
    counts: Counter[str] = Counter()
    places: dict[str, tuple[int, int]] = {}
    holders: dict[str, str] = {}
    opening = text[: min(end, _INTRODUCTION_AT_MOST)]
    for reading in reader.find_readings(opening):
        name, start, stop = reading.name, reading.start, reading.end
        if name is None or name.kind == "place":
            continue
        full = write_name(name.full, language) if name.full.isupper() else name.full
        if name.kind != "organisation" and _is_full(full, language):
            places.setdefault(full, (start, stop))
            holders.setdefault(name.surname.casefold(), full)
        full = full if full in places else holders.get(name.surname.casefold(), "")
        if full:
            counts[full] += 1 + _asked_or_asking(opening, start, language)
    for full, _ in counts.most_common():
        introduced.add(full)
    if counts:
        introduced.asked = max(places, key=lambda full: counts[full])
        introduced.asked_at = places[introduced.asked]
    return introduced


def _is_full(name: str, language: Language) -> bool:
    """Whether a name has several words, none of which is a word of a headline: "Roe Is"."""
    first, *rest = (word.casefold() for word in name.split(" "))
    others = language.function_words - language.settings["particles"]
    return bool(rest) and first not in others and others.isdisjoint(rest)


def _asked_or_asking(text: str, at: int, language: Language) -> int:
    """Score a name as the person interviewed by the words before it: 2 for him, below 0 for who asks."""
    before = text[max(0, at - _REACH) : at]
    if _BY.search(before):
        return -5
    last = before.rstrip().rsplit(" ", 1)[-1].lower()
    if last in language.settings["askers"]:
        return -2
    return 2 if _LEADS_TO_ASKED.search(before) else 0


def find_dialogue(text: str, labels: list[Label], language: Language, reader: NameReader) -> list[Label]:
    """The labels of an article that is written in turns, with the names of whom they mean; none of others."""
    forms: tuple[Form, ...] = ("led", "line")
    for form in forms:
        chosen = [label for label in labels if label.form == form]
        if len(chosen) < 2:
            continue
        introduced = introduce(text, chosen[0].line, language, reader)
        for label in chosen:
            if label.sure and label.part == "name":
                introduced.add(_without_titles(label.name, language), office=label.office)
        known = [_identify(text, label, introduced, language) for label in chosen]
        if _is_dialogue(text, known, language):
            return [label for label in known if label.sure]
    return []


def find_bold_questions(text: str, language: Language, reader: NameReader) -> list[Label]:
    """Labels, without words, of questions in bold and of the answers in the paragraphs behind them."""
    bold = "?**" in text or "?__" in text
    questions = list(_BOLD_QUESTION.finditer(text)) if bold else []
    if len(questions) < _QUESTIONS_AT_LEAST:
        return []
    introduced = introduce(text, questions[0].start(), language, reader)
    limits = [*(question.start() for question in questions[1:]), len(text)]
    labels: list[Label] = []
    personal = answers = 0
    for question, limit in zip(questions, limits, strict=True):
        at = question.start()
        labels.append(Label(at, at, at, None, at, "led", "question", "", 2))
        line = _TEXT_LINE.search(text, question.end(), limit)
        if line is None:
            continue
        at = line.start()
        labels.append(Label(at, *introduced.asked_at, None, at, "led", "answer", introduced.asked, 2))
        words = _WORD.findall(text, at, min(at + _READ_OF_A_TURN, limit))
        answers += 1
        personal += is_spoken(words, language, personal=True)
    interview = introduced.asked and answers >= _QUESTIONS_AT_LEAST and 2 * personal >= answers
    return labels if interview else []


def _identify(text: str, label: Label, introduced: Introduced, language: Language) -> Label:
    """The label with the full name that is meant by it."""
    if label.part == "answer":
        return replace(label, name=introduced.asked)
    if label.part == "question":
        return label
    whole = introduced.by_word.get(label.name.casefold())
    if whole:
        return replace(label, name=whole, sure=2)
    bare = _without_titles(label.name, language)
    holder = introduced.by_word.get(bare.rsplit(" ", 1)[-1].casefold(), "")
    if holder and (" " not in bare or holder.casefold().endswith(f" {bare.casefold()}")):
        return replace(label, name=holder, sure=2)
    if " " in bare:
        return replace(label, name=bare)
    written = text[label.start : label.end].replace(".", "")
    if written in introduced.by_initials:
        return replace(label, name=introduced.by_initials[written], sure=2)
    return replace(label, name="") if _is_initials(written) else label


def _is_initials(word: str) -> bool:
    return 1 < len(word) <= _INITIALS_AT_MOST and word.isupper() and not _VOWEL.search(word)


def _without_titles(name: str, language: Language) -> str:
    words = name.split(" ")
    while (
        len(words) > 1
        and words[1][:1].isupper()
        and words[0].casefold().rstrip(".") in language.title_words | {"the"}
    ):
        words = words[1:]
    return " ".join(words)


@dataclass(slots=True)
class _TurnEvidence:
    """How many turns there are, of how many speakers, and how many are written as people speak."""

    turns: int = 0
    sure: int = 0
    sentences: int = 0
    spoken: int = 0
    personal: int = 0
    capitals: int = 0
    quoted: int = 0


def _is_dialogue(text: str, labels: list[Label], language: Language) -> bool:
    """Whether labels open turns: people's names, or Q and A, before sentences that people say."""
    parts = {label.part for label in labels}
    evidence = _gather(text, labels, language)
    turns = evidence.turns
    if 2 * evidence.quoted > turns or 3 * evidence.sentences < 2 * turns:
        return False
    if "question" in parts:
        return turns >= _TURNS_AT_LEAST and ("answer" in parts or 2 * evidence.spoken >= turns)
    speakers = {label.name.casefold() or text[label.start : label.end] for label in labels}
    if turns < _TURNS_AT_LEAST or len(speakers) < 2:
        return _is_short_transcript(text, labels, evidence)
    if labels[0].form == "line" and evidence.capitals < turns and 2 * len(speakers) > turns:
        return False
    if 2 * evidence.sure < turns and evidence.capitals < turns:
        return 3 * len(speakers) <= 2 * turns and 3 * evidence.spoken >= 2 * turns
    if len(speakers) == turns and min(evidence.capitals, evidence.sure) < turns:
        return 4 * evidence.personal >= 3 * turns
    return 2 * evidence.spoken >= turns


def _gather(text: str, labels: list[Label], language: Language) -> _TurnEvidence:
    evidence = _TurnEvidence()
    for index, label in enumerate(labels):
        if not label.sure:
            continue
        limit = labels[index + 1].line if index + 1 < len(labels) else len(text)
        turn, whole = _start_of_turn(text, label.words, limit)
        evidence.turns += 1
        evidence.sure += label.sure == 2
        evidence.sentences += not whole or _ENDED.search(turn) is not None
        evidence.quoted += _QUOTED.match(turn) is not None
        words = _WORD.findall(turn)
        evidence.spoken += "?" in turn or is_spoken(words, language)
        evidence.personal += is_spoken(words, language, personal=True)
        evidence.capitals += has_capitals(text[label.start : label.end])
    return evidence


def is_spoken(words: list[str], language: Language, *, personal: bool = False) -> bool:
    """Whether somebody speaks in words: for himself, or also to others unless that is not asked for."""
    said = {word.lower() for word in words}
    if not said.isdisjoint(language.settings["first_person"]):
        return True
    return not personal and not said.isdisjoint(language.settings["spoken"])


def _start_of_turn(text: str, start: int, limit: int) -> tuple[str, bool]:
    """The first paragraph of a turn as far as it is read, and whether that is all of it."""
    read = text[start : min(limit, start + _READ_OF_A_TURN)].lstrip()
    paragraph, broken, _ = read.partition("\n\n")
    return paragraph.rstrip(), bool(broken) or limit <= start + _READ_OF_A_TURN


def _is_short_transcript(text: str, labels: list[Label], evidence: _TurnEvidence) -> bool:
    """Whether an excerpt has names in capitals before each of its lines, as transcripts of broadcasts do."""
    lines = len(_TEXT_LINE.findall(text, labels[0].line))
    turns = evidence.turns
    return turns >= _EXCERPT_AT_LEAST and all(
        each == turns for each in (lines, evidence.sentences, evidence.sure, evidence.capitals)
    )
