"""Turns a paragraph into its shape: a string of one tag a token, beside the offsets of the tokens.

Known limitation: a full stop after a known abbreviation or an initial never ends a sentence.
"""

from bisect import bisect_left
from itertools import accumulate

from service.extractor.checkpoint import pass_checkpoint
from service.extractor.languages.en.tokens import TOKEN, settle
from service.extractor.record import record
from service.extractor.shapes.patterns import pattern
from service.extractor.shapes.tagged import TaggedTokens
from service.extractor.shapes.words import OpenWord, WordReader
from service.extractor.tags import (
    BEHIND_STATE,
    COMMA,
    ELLIPSIS,
    NAME,
    NOUN,
    OTHER,
    PASSAGE,
    POSSESSIVE,
    POSSIBLE_STOP,
    ROLE,
    SENTENCE_OPENERS,
    STOP,
    VERB,
)
from service.extractor.text.passages import Passage

# How far a sentence is read either way, in tokens: what keeps the time linear where no full stop comes.
SENTENCE_REACH = 160
_STATE_WORDS = 3
_WHO_NOUN = pattern("<relative> <nouns>")
_NAME_COMMA_NAME = NAME + COMMA + NAME


@record
class Shape:
    """One paragraph: `tags[i]` is the tag of the token `text[starts[i]:ends[i]]`.

    `passage_at` has the index of the passage that a token is, `token_of` the token of each passage.
    """

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
        start = max(tags.rfind(STOP, first, token), tags.rfind(POSSIBLE_STOP, first, token), first - 1) + 1
        stop = tags.find(STOP, token, last)
        end = stop if stop >= 0 else last
        asked = tags.find(POSSIBLE_STOP, token, end)
        return start, asked if asked >= 0 else end

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The offsets of the tokens from `first` up to `last`."""
        return self.starts[first], self.ends[last - 1]

    def token_at(self, offset: int) -> int:
        """The first token that begins at an offset or after it."""
        return bisect_left(self.starts, offset)


class _Builder(TaggedTokens):
    """Collects the tokens of one paragraph."""

    __slots__ = ("passage_at", "token_of", "words")

    def __init__(self, text: str, words: WordReader) -> None:
        super().__init__(text, words.language)
        self.words = words
        self.passage_at: dict[int, int] = {}
        self.token_of: dict[int, int] = {}

    def add_words(self, start: int, end: int) -> None:
        """Tag the words of a stretch that lies outside quotation marks."""
        tags, starts, ends = self.tags, self.starts, self.ends
        first = len(tags)
        pieces = TOKEN.split(self.text[start:end])
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
        shape = "".join(tags[first:])
        self._tag_verbs_of_who(shape, first)
        self._tag_letters(shape, first)

    def _tag_verbs_of_who(self, shape: str, first: int) -> None:
        """Let a word in -s behind "who" be a verb, whatever it is elsewhere: "who heads the board"."""
        for match in _WHO_NOUN.finditer(shape):
            token = first + match.start() + 1
            who = self.text[self.starts[token - 1] : self.ends[token - 1]] == "who"
            if who and self.text[self.ends[token] - 1] == "s":
                self.tags[token] = VERB

    def _tag_letters(self, shape: str, first: int) -> None:
        """Settle what stands behind a name and a comma: "Jr." is a part of the name, letters are not."""
        at = shape.rfind(_NAME_COMMA_NAME)
        while at >= 0:
            token = first + at + 2
            word = self.text[self.starts[token] : self.ends[token]].replace(".", "")
            if word.casefold() in self.language.settings["suffixes"]:
                self._drop(token - 1, token)
            elif last := self._state_end(token):
                self._drop(token - 1, last)
            elif word[1:] != word[1:].lower() and word.casefold() in self.language.settings["letters"]:
                self.tags[token] = OTHER
            at = shape.rfind(_NAME_COMMA_NAME, 0, at + 2)

    def _drop(self, first: int, last: int) -> None:
        del self.tags[first:last], self.starts[first:last], self.ends[first:last]

    def _state_end(self, token: int) -> int:
        """The end of the state behind a place, "Leeds, | Ohio |", and of the comma behind it; 0 if none."""
        last = token
        while last < len(self.tags) and self.tags[last] == NAME and last - token < _STATE_WORDS:
            last += 1
        if self.text[self.starts[token] : self.ends[last - 1]] not in self.language.states:
            return 0
        if self.text[self.starts[token - 2] : self.ends[token - 2]] in self.language.states:
            return 0
        after = self.tags[last : last + 2]
        if after[:1] == [COMMA]:
            return last + 1 if after[1:] and after[1] in BEHIND_STATE else 0
        # "Jane Doe, Ohio governor" is one of Ohio
        return last if after and after[0] in BEHIND_STATE and after[0] != ROLE else 0

    def _tag(self, word: OpenWord, begin: int, finish: int, end: int) -> tuple[str, int]:
        """The tag of a word among its neighbours, none for a stray mark, and the end of its token."""
        tag = word.tag
        if word.word == "'" and self._ends_plural(begin, finish):
            return POSSESSIVE, finish
        if word.shortened and finish < end and self.text[finish] == ".":
            tag, finish = self._tag_shortened(word, finish, end)
        elif tag != word.opening or word.given:
            tag = self._tag_capitalised(word, begin, finish)
        elif tag == ELLIPSIS:
            tag = STOP if self._begins_sentence(finish, end) else OTHER
        if word.phrases and tag:
            tag, finish = self._tag_phrase(word, tag, finish, end)
        if word.small and self.tags:
            tag = settle(self, tag, word.word, finish)
        return tag, finish

    def _ends_plural(self, begin: int, finish: int) -> bool:
        """Whether an apostrophe behind a word in -s owns what follows: "the Does' son"."""
        follows = self.text[finish : finish + 2]
        return self.text[begin - 1] == "s" and follows[:1] == " " and follows[1:].isalpha()

    def _tag_shortened(self, word: OpenWord, finish: int, end: int) -> tuple[str, int]:
        """The tag of a word before a full stop, which is a part of it unless a sentence begins behind it."""
        capital = word.word[0].isupper()
        ends_here = not capital and word.word.lower() not in self.language.title_words
        if not (ends_here and self._begins_sentence(finish + 1, end)):
            finish += 1
        return NAME if capital else NOUN, finish

    def _begins_sentence(self, at: int, end: int) -> bool:
        rest = self.text[at : min(at + 3, end)].lstrip()
        return not rest or rest[0].isupper() or not rest[0].isalnum()

    def _tag_capitalised(self, word: OpenWord, begin: int, finish: int) -> str:
        at_start = not self.tags or self.tags[-1] in SENTENCE_OPENERS
        if word.given and self._named(begin, finish, at_start):
            return NAME
        return word.opening if at_start else word.tag

    def _named(self, begin: int, finish: int, at_start: bool) -> bool:
        """Whether a word like "Will" or "April" is part of a name: a name touches it."""
        follows = self.text[finish : finish + 2]
        return (
            (len(follows) == 2 and follows[1].isupper())
            or self.tags[-1:] == [NAME]
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
        builder.add(PASSAGE, passage.outer_start, passage.outer_end)
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
        return COMMA
    last = text[passage.end - 1]
    if last not in ".!?…":
        return ""
    rest = text[passage.outer_end : min(passage.outer_end + 4, end)].lstrip(" \n'‘’*")
    if rest and (rest[0].islower() or rest[0] in ",;:.?!)"):
        return ""
    return POSSIBLE_STOP if last in "!?" else STOP


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
