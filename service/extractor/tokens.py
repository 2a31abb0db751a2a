"""Turns a paragraph into its shape: a string of one tag a token, beside the offsets of the tokens.

Known limitation: a full stop after a known abbreviation or an initial never ends a sentence.
"""

import re
from bisect import bisect_left
from itertools import accumulate

from service.extractor.checkpoint import pass_checkpoint
from service.extractor.passages import Passage
from service.extractor.record import record
from service.extractor.words import ELLIPSIS, MODIFIERS, VERBS, OpenWord, WordReader

# How far a sentence is read either way, in tokens: what keeps the time linear where no full stop comes.
SENTENCE_REACH = 160

_TOKEN = re.compile(
    r"""(?=\S)(                                     # past a space at once
      [A-Za-z]++(?![\w'-]|\.[^\W_])                 # most words, soonest found
    | [,;:!?()] | \.(?!\.)                          # most marks
    | (?:[^\W\d_]\.){2,}                            # U.S., a.m., J.K.
    | [RDI]-(?:[A-Z]\w*\.?)+                        # a member's party and state: R-Ky., D-N.Y.
    | [^\W\d_]+n't\b
    | '(?:s|re|m|ll|ve|d)\b                         # possessives and short verbs
    | [@\#]?[^\W\d_](?:\w++|[-'.](?!(?:s|re|ll|ve|d|m)\b)(?=[^\W_]))*  # a word, with what it holds together
    | [$£€¥]?\d(?:[\d,.:/]*\d)?(?:%|st|nd|rd|th|[a-z]{1,2})?(?:-[^\W\d_]+)*\b%?
    | --+                                           # a dash
    | \.{2,}                                        # an ellipsis
    | [^\s\w]
    )""",
    re.VERBOSE,
)
_SINGULAR = frozenset(("one", "another"))


@record
class Shape:
    """One paragraph: `tags[i]` is the token `text[starts[i]:ends[i]]`; `passages[i]` is its index for a Q."""

    paragraph: int
    tags: str
    starts: list[int]
    ends: list[int]
    passage_at: dict[int, int]
    token_of: dict[int, int]

    def sentence(self, token: int) -> tuple[int, int]:
        """Token range of the sentence around a token, within reach; its closing stop is left out."""
        tags = self.tags
        first, last = max(0, token - SENTENCE_REACH), min(len(tags), token + SENTENCE_REACH)
        start = max(tags.rfind(".", first, token), tags.rfind("?", first, token), first - 1) + 1
        stop = tags.find(".", token, last)
        end = stop if stop >= 0 else last
        asked = tags.find("?", token, end)
        return start, asked if asked >= 0 else end

    def token_at(self, offset: int) -> int:
        """The first token that begins at an offset or after it."""
        return bisect_left(self.starts, offset)


class _Builder:
    """Collects the tokens of one paragraph."""

    __slots__ = ("ends", "language", "passage_at", "starts", "tags", "text", "token_of", "words")

    def __init__(self, text: str, words: WordReader) -> None:
        self.text, self.words, self.language = text, words, words.language
        self.tags: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.passage_at: dict[int, int] = {}
        self.token_of: dict[int, int] = {}

    def add(self, tag: str, start: int, end: int) -> None:
        self.tags.append(tag)
        self.starts.append(start)
        self.ends.append(end)

    def add_words(self, start: int, end: int) -> None:
        """Tag the words of a stretch that lies outside quotation marks."""
        tags, starts, ends = self.tags, self.starts, self.ends
        pieces = _TOKEN.split(self.text[start:end])
        bounds = [*accumulate(map(len, pieces), initial=start)]
        readings = map(self.words.__getitem__, pieces[1::2])
        done = start
        for reading, begin, finish in zip(readings, bounds[1::2], bounds[2::2], strict=False):
            if begin < done:
                continue
            if isinstance(reading, str):
                tags.append(reading)
                starts.append(begin)
                ends.append(finish)
                continue
            tag, done = self._tag(reading, begin, finish, end)
            if tag:
                self.add(tag, begin, done)

    def _tag(self, word: OpenWord, begin: int, finish: int, end: int) -> tuple[str, int]:
        """The tag of a word among its neighbours, none for a stray mark, and the end of its token."""
        tag = word.tag
        if word.shortened and finish < end and self.text[finish] == ".":
            tag, finish = self._tag_shortened(word, finish, end)
        elif tag != word.opening or word.given:
            tag = self._tag_capitalised(word, begin, finish)
        elif tag == ELLIPSIS:
            tag = "." if self._begins_sentence(finish, end) else "~"
        if word.phrases and tag:
            tag, finish = self._tag_phrase(word, tag, finish, end)
        if word.small and self.tags:
            if tag in MODIFIERS:
                tag = "j" if self._modifies(tag, word.word, finish) else tag
            elif tag in VERBS:
                tag = self._noun_or_verb(tag, word.word, finish)
        return tag, finish

    def _tag_shortened(self, word: OpenWord, finish: int, end: int) -> tuple[str, int]:
        """The tag of a word before a full stop, which is a part of it unless a sentence begins behind it."""
        capital = word.word[0].isupper()
        ends_here = not capital and word.word.lower() not in self.language.title_words
        if not (ends_here and self._begins_sentence(finish + 1, end)):
            finish += 1
        return "C" if capital else "n", finish

    def _begins_sentence(self, at: int, end: int) -> bool:
        rest = self.text[at : min(at + 3, end)].lstrip()
        return not rest or rest[0].isupper() or not rest[0].isalnum()

    def _tag_capitalised(self, word: OpenWord, begin: int, finish: int) -> str:
        at_start = not self.tags or self.tags[-1] in ".?:(-Q"
        if word.given and self._named(begin, finish, at_start):
            return "C"
        return word.opening if at_start else word.tag

    def _named(self, begin: int, finish: int, at_start: bool) -> bool:
        """Whether a word like "Will" or "April" is part of a name: a name touches it."""
        follows = self.text[finish : finish + 2]
        return (
            (len(follows) == 2 and follows[1].isupper())
            or self.tags[-1:] == ["C"]
            or (not at_start and begin > 0)
        )

    def _tag_phrase(self, word: OpenWord, tag: str, finish: int, end: int) -> tuple[str, int]:
        """A verb of several words is one token: "pointed out"."""
        for rest, phrase_tag in word.phrases:
            after = finish + len(rest)
            if (
                self.text.startswith(rest, finish)
                and after <= end
                and not self.text[after : after + 1].isalnum()
            ):
                return phrase_tag, after
        return tag, finish

    def _noun_or_verb(self, tag: str, word: str, finish: int) -> str:
        """Settle a form that is a noun or an adjective in some places: "the claims", "his alleged crime"."""
        before = self.tags[-1]
        noun = "u" if word in self.language.documents else "n"
        if before in "djs":
            if before == "s" and tag in "VLHl" and noun == "n":
                return "j" if word.endswith("ed") else tag
            return "j" if word.endswith("ed") else noun
        language = self.language
        if word in language.tensed or word in language.noun_or_verb:
            if self.text.startswith(" of ", finish) and word not in language.settings["takes_of"]:
                return noun
        elif tag == "V" and self.text.startswith(" by ", finish) and before in "nu":
            return "v"
        if word not in language.noun_or_verb:
            return "v" if before in "nu" and self._names(word, finish) else tag
        if before in "sofy#" or (before in "Cru" and word not in language.tensed and not self._is_plural()):
            return noun
        if before in ",)-~" and word in language.tensed:
            return tag
        return tag if tag == "B" or before in "xaPECruwqD" else noun

    def _names(self, word: str, finish: int) -> bool:
        """Whether a participle gives a thing its name: "a plan called “...”", "a man named Doe"."""
        follows = self.text[finish + 1 : finish + 2]
        return word in self.language.settings["naming"] and not (follows.islower() or follows.isdigit())

    def _is_plural(self) -> bool:
        """Whether the last token can be the subject of a base form: "officials say", "police say"."""
        last = self._last()
        joint = self.tags[-1] == "C" and "&" in self.tags[-5:-1]
        return joint or last.endswith("s") or last in self.language.settings["plurals"]

    def _modifies(self, tag: str, word: str, finish: int) -> bool:
        """Whether a word stands as an adjective in its phrase: "an early tweet", "the last letter"."""
        before = self.tags[-1]
        if tag == "D":
            return before == "d"
        if tag in "vz":
            return before in "dj" or (before == "q" and self._last() in _SINGULAR)
        if tag != "Y" or before != "d" or word not in self.language.time_nouns:
            return False
        follows = self.text[finish + 1 : finish + 30].split(" ", 1)[0]
        return follows.isalpha() and self.language.tags.get(follows, "n") in "nur"

    def _last(self) -> str:
        return self.text[self.starts[-1] : self.ends[-1]].lower()


def build_shape(
    text: str,
    bounds: tuple[int, int],
    paragraph: int,
    passages: list[tuple[int, Passage]],
    words: WordReader,
) -> Shape:
    """The shape of one paragraph of normalised text, with its passages (and indexes) as single tokens."""
    pass_checkpoint()
    builder = _Builder(text, words)
    at, end = bounds
    for index, passage in passages:
        if passage.outer_start > at:
            builder.add_words(at, passage.outer_start)
        builder.passage_at[len(builder.tags)] = index
        builder.token_of[index] = len(builder.tags)
        builder.add("Q", passage.outer_start, passage.outer_end)
        at = max(at, passage.outer_end)
        if stop := _stop_after(text, passage, end):
            builder.add(stop, passage.outer_end, passage.outer_end)
    if at < end:
        builder.add_words(at, end)
    return Shape(
        paragraph, "".join(builder.tags), builder.starts, builder.ends, builder.passage_at, builder.token_of
    )


def _stop_after(text: str, passage: Passage, end: int) -> str:
    """The stop that a passage brings along: a comma inside its marks, or the end of its sentence."""
    inner = text[passage.end : passage.outer_end].strip()
    if inner.startswith(",") or text[passage.end - 2 : passage.end] == ",'":
        return ","
    last = text[passage.end - 1]
    if last not in ".!?…":
        return ""
    rest = text[passage.outer_end : min(passage.outer_end + 4, end)].lstrip(" \n'‘’*")
    if rest and (rest[0].islower() or rest[0] in ",;:.?!)"):
        return ""
    return "?" if last in "!?" else "."


def build_shapes(
    text: str, paragraphs: list[tuple[int, int]], passages: list[Passage], words: WordReader
) -> dict[int, Shape]:
    """Shapes, by paragraph, of the paragraphs that have passages."""
    inside: dict[int, list[tuple[int, Passage]]] = {}
    for index, passage in enumerate(passages):
        inside.setdefault(passage.paragraph, []).append((index, passage))
    return {
        paragraph: build_shape(text, paragraphs[paragraph], paragraph, here, words)
        for paragraph, here in inside.items()
    }
