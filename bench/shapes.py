"""Texts of one sort and any length: what a reader that is not linear would take too long over."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.corpus import repeat_texts

LETTERS = "abcdefghij"
FRAME = "“We will not move now,” said Jane Doe.\n\n"
DEPTH = 1_000


@dataclass(frozen=True, slots=True)
class TextShape:
    """A sort of text, the count to begin with, and the function from a count to a text."""

    name: str
    count: int
    unit: str
    build: Callable[[int], str]


def repeat(unit: str) -> Callable[[int], str]:
    """Repeat a unit until so many characters are filled, in an article that has quotes as well."""
    return lambda count: FRAME + unit * (count // len(unit)) + "\n\n" + FRAME


def quote_pairs(count: int) -> str:
    return "“We go,” said Jane Doe. “And you?”\n\n" * (count // 4)


def unclosed_marks(count: int) -> str:
    return "“We go on " * count


def nested_marks(count: int) -> str:
    """Nest marks a thousand deep, again and again."""
    nest = "“‘" * (DEPTH // 2) + "We go" + "’”" * (DEPTH // 2)
    return f"{nest}, said Jane Doe.\n\n" * (count // (2 * DEPTH))


def distinct_names(count: int) -> str:
    """Name a new speaker in each sentence."""
    names = ("".join(LETTERS[int(digit)] for digit in str(number)).title() for number in range(count // 40))
    return "".join(f"“We will go now,” said {name} Smith. " for name in names)


def articles(count: int) -> str:
    return "\n\n".join(repeat_texts(count))


CHARACTERS = 20_000
# What a text of one kind is made of, by the name that the table gives it.
UNITS = {
    "one paragraph of words": "the big red man ",
    "capitalised words": "Jane Doe Smith Roe ",
    "pronouns": "“We go now,” she said. ",
    "descriptions": "“We go now,” said the senator. ",
    "bodies": "The company left. “We go now,” the company said.\n\n",
    "speakers by surname": "“We go now,” said Roe. ",
    "pairs of speakers": "“We go,” Jane Doe and Richard Roe said. ",
    "verbs of saying": "said, ",
    "fragments behind a verb": "said “go” ",
    "fragments in a row": "“bad”, ",
    "words mentioned as words": "the word “x” and ",
    "titles of works": "her book “The Long Lamp” ",
    "relative clauses": "the man who said that ",
    "reports": "He said that she said that he said so. ",
    "reports without an end": "he said that she said that ",
    "reports of pronouns": "She left and he said, he said the man. ",
    "reports behind their clauses": "It goes on, he said, said Roe. ",
    "cues in a row": "said that " * 20 + ". ",
    "sources": "according to Roe, ",
    "claims": "Jane Doe's claim that it is “a waste” ",
    "paragraphs that go on": "“We go on now.\n\n",
    "bylines": "“We go now.”\n- Jane Doe\n\n",
    "names below quotations": "“We go on now.”\n\nJane Doe, a baker\n\n",
    "questions by turns": "“Do you go?” Jane Doe asked.\n\n“We go on now.”\n\n",
    "captions between quotations": "“We go on now.”\n\nJane Doe at Leeds\n\n",
    "people spoken of": "“Jane Doe goes on.”\n\nJane Doe left.\n\n",
    "questions and answers": "Is it so?\n\n“We go now then.”\n\n",
    "turns": "ROE: We go on.\n\nDOE: Do you?\n\n",
    "turns on lines of their own": "Jane Doe\nWe go on, I say.\n\nRoe\nDo you?\n\n",
    "turns without labels": "Q: So?\n\nWe go on (laughs) and on.\n\n",
    "labels on one line": "Q: So? A: We go. ",
    "labels of nobody": "Aa Bb: c\n",
    "capitals that end no label": "\nAa Bb (c) (d) Ee ",
    "questions in bold": "**Do we go?**\n\nI go on.\n\n",
    "commas": "a, ",
    "brackets": "(a",
    "dashes": "a - b ",
    "full stops": ". ",
    "line ends": "Aa bb\n",
    "no-break spaces": "\u00a0",
    "apostrophes": "'",
    "single marks": "‘We go,’ she said. ",
    "single openers": "‘a ",
    "two apostrophes": "''a ",
    "closers": "”x ",
    "entities": "&quot;We go,&quot; she said. ",
    "tags": "<p>We <b>go</b></p>",
    "tags without an end": "<p a",
    "escapes": '\\"a ',
    "bytes read wrongly": "â€œWe goâ€\x9d AndrÃ© ",
    "accents apart": "e\u0301",
    "characters unseen": "a\u200b",
    "lost characters": "\ufffda ",
    "arrows": "» a\n",
    "capitals": "THE MAYOR SAID “NO”. ",
    "straight marks inside straight ones": '"a "b" c" ',
    "single openers before pairs": "'a 'b,' ",
}
SHAPES = (
    TextShape("articles", 1_000_000, "bytes", articles),
    TextShape("marks", 10_000, "marks", quote_pairs),
    TextShape("unclosed marks", 10_000, "marks", unclosed_marks),
    TextShape("marks nested 1,000 deep", 100_000, "marks", nested_marks),
    TextShape("one word", 100_000, "characters", repeat("a")),
    TextShape("one word in capitals", 100_000, "characters", repeat("A")),
    TextShape("names, each new", CHARACTERS, "characters", distinct_names),
    *(TextShape(name, CHARACTERS, "characters", repeat(unit)) for name, unit in UNITS.items()),
)
