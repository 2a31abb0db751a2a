"""Writes texts that look like news, and texts that look like nothing: what a fuzzer feeds the extractor."""

import random
import sys
from collections.abc import Callable
from functools import cache

from bench.corpus import read_texts
from bench.shapes import UNITS

MARKS = (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("«", "»"), ("„", "“"), ("``", "''"), ("”", "“"))
NAMES = (
    "Jane Doe",
    "Dr Roe",
    "O'Neill",
    "Zoë İnci",
    "van der Berg",
    "Smith Jr.",
    "J. R. R. Q",
    "Bo",
    "𝒜𝒷 Doe",
)
ROLES = ("the mayor", "a spokesman for the council", "The 46-year-old", "police", "the company", "Acme Corp.")
PRONOUNS = ("he", "she", "They", "it", "I", "who", "we")
CUES = (
    "said",
    "told reporters",
    "added on Monday",
    "asks",
    "wrote in a statement",
    "'s claim that",
    "laughed",
)
CLAUSES = (
    "We will not move",
    "no, it's the players' union",
    "he called it a “waste” and left",
    "5'11\" tall in the '90s",
    "Who will pay?",
    "...and then?!",
    "the words 'so' and \"on\"",
    "–",
)
JOINTS = (
    ", ",
    ". ",
    " - ",
    "—",
    ": ",
    "; ",
    " (",
    ") ",
    "\n",
    "\n\n",
    "\n\n\t",
    " ",
    "",
    "?",
    "!”",
    ",” ",
    "…",
)
FRAMES = (
    "{quote}, {cue} {name}.",
    "{quote} {name} {cue}.",
    "{name} {cue}: {quote}.",
    "{name} {cue} that {quote}.",
    "According to {name}, {quote}.",
    "{quote}, {cue} {name}, {quote}.",
    "{name}: {quote}",
    "{quote}\n\n- {name}, {role}",
    "{name}, {role}, {cue} {quote} and {quote}.",
    "{quote}.\n\n{quote}, {cue} {name}.",
    "Q: {quote}\n\nA: {quote}",
    "her book {quote} and the word {quote}",
    "{name} {role} {cue}.",
)
LABELS = (
    "{capitals}: ",
    "{capitals}, A DOCTOR: ",
    "{name}: ",
    "{name}:\n",
    "{letter}: ",
    "{letter}. ",
    "**{letter}** ",
    "**{name}:** ",
    "{capitals} (Leeds) (3.18 pm)—",
    "Mr {capitals}—",
    "{name} (Leeds) (Lab)\n",
    "[00:01] {name}: ",
    "**Are you {name}?**\n\n",
)
ANSWERS = (
    "I will not move.",
    "Why do you ask?",
    "“We go,” he said.",
    "“We go.”",
    "Yes",
    "A plan—",
    "(Pause.)",
    "",
)
# Controls, white space, bidi, joiners, combining marks, case that changes length, astral characters, halves.
WILD = (
    *map(chr, range(0x20)),
    *"\x7f\x85\xa0\xad\u1680\u180e\u2000\u2007\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u3000\ufeff\ufffc\ufffd\uffff",
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u0301\u0308\u0323\u20dd\ufe0f\u0e31\u094d",
    *"İıſßŉǅΐﬁﬀςΣ",
    *"😀👩🏽𝒩\U0010ffff\U000e0041\U0001f1e6",
    *"\ud800\udbff\udc00\udfff",
    *"‚‛‟′″‹›「」『』〝〞＂＇`´",
)

# What transport does to a text: entities, tags, escapes, bytes read wrongly, characters unseen.
DAMAGE = (
    *("&quot;", "&ldquo;", "&#8221;", "&#x2019;", "&amp;quot;", "&amp;", "&#10;", "&eacute;", "&no;", "&"),
    *(
        "<p>",
        "</p>",
        "<br/>",
        "<b>",
        "</b>",
        "<q>",
        "<a href='x'>",
        "<!-- a -->",
        "<",
        '\\"',
        "\\u201c",
        "\\",
    ),
    *("â€œ", "â€\x9d", "â€", "â€™", "Ã©", "Â ", "ï»¿", "ðŸ˜€", "e\u0301", "o\u0308\u0301", "\u0301"),
    *(
        "\u200b",
        "\u00ad",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "»",
        "` ",
        "`",
        "‘‘",
        "「",
        "」",
        "‹",
        "›",
        '""',
        "“”",
    ),
)
DAMAGED_SHARE, CAPITALS_SHARE = 0.25, 0.1

Source = random.Random


def write_quote(source: Source) -> str:
    opener, closer = source.choice(MARKS)
    if source.random() < 0.15:
        opener = closer if source.random() < 0.5 else ""
    if source.random() < 0.15:
        closer = source.choice(MARKS)[1] if source.random() < 0.5 else ""
    words = source.choice(CLAUSES)
    if source.random() < 0.1:
        words = f"{words} {write_quote(source)}"
    return f"{opener}{words}{source.choice(('', '', ',', '.', '?', ' '))}{closer}"


def damage(text: str, source: Source) -> str:
    """Put a few pieces of damage into a text, or write it in capitals."""
    if source.random() < CAPITALS_SHARE:
        return text.upper()
    for _ in range(source.randint(1, 4)):
        at = source.randint(0, len(text))
        text = text[:at] + source.choice(DAMAGE) + text[at:]
    return text


def write_news(source: Source) -> str:
    """Write sentences that quote, well or badly punctuated."""
    text = ""
    for _ in range(source.randint(1, 6)):
        frame = source.choice(FRAMES)
        while "{quote}" in frame:
            frame = frame.replace("{quote}", write_quote(source), 1)
        people = {"name": source.choice(NAMES + ROLES + PRONOUNS), "role": source.choice(ROLES)}
        for word, written in {**people, "cue": source.choice(CUES)}.items():
            frame = frame.replace(f"{{{word}}}", written)
        if source.random() < DAMAGED_SHARE:
            frame = damage(frame, source)
        text += frame + source.choice((" ", " ", "\n\n", "\n", ""))
    return text


def write_turns(source: Source) -> str:
    """Write an interview or a debate, its labels in one layout or in several."""
    people = [source.choice(NAMES + ROLES), source.choice(NAMES)]
    layouts = [source.choice(LABELS) for _ in range(source.choice((1, 1, 2)))]
    text = source.choice(("", f"{people[0]} met {people[1]}.\n\n"))
    for turn in range(source.randint(2, 8)):
        label = source.choice(layouts).format(
            name=people[turn % 2], capitals=people[turn % 2].upper(), letter="QA"[turn % 2]
        )
        aside = source.choice(
            ("", "", " (laughs)", " [00:12]", " *sighs*", "\n\nI go on.", "\n\n(Applause.)")
        )
        text += f"{label}{source.choice(ANSWERS)}{aside}{source.choice((chr(10), chr(10) * 2))}"
    return text


def write_soup(source: Source) -> str:
    """Write the parts of news in no order."""
    marks = [mark for pair in MARKS for mark in pair]
    parts = (marks, DAMAGE, LABELS, JOINTS, NAMES, ROLES, PRONOUNS, CUES, CLAUSES, tuple(UNITS.values()))
    return "".join(source.choice(source.choice(parts)) for _ in range(source.randint(1, 40)))


def write_anything(source: Source) -> str:
    """Write any characters: of the whole of Unicode, and more of the awkward ones."""
    marks = "“”‘’\"'«»,. \n"
    return "".join(
        source.choice(
            (chr(source.randint(0, sys.maxunicode)), source.choice(WILD), source.choice(marks), "a")
        )
        for _ in range(source.randint(0, 60))
    )


@cache
def read_articles() -> list[str]:
    return read_texts()


def take_article(source: Source) -> str:
    """Take a stretch of a real article, from any character to any other."""
    article = source.choice(read_articles())
    start = source.randrange(len(article))
    return article[start : start + source.randint(1, 500)]


def spoil(text: str, source: Source) -> str:
    """Damage a text in a few places, as bad software does."""
    for _ in range(source.randint(1, 4)):
        place = source.randint(0, len(text))
        end = min(len(text), place + source.randint(0, 8))
        held = text[place:end]
        put = source.choice(
            ("", held * 2, held.upper(), held[::-1], source.choice(WILD), source.choice(JOINTS))
        )
        text = text[:place] + put + text[end:]
    return text


def write_text(source: Source) -> str:
    """Write one input, of any sort; the same for the same state of the source."""
    writers: tuple[Callable[[Source], str], ...] = (
        write_news,
        write_news,
        write_turns,
        write_soup,
        write_anything,
        take_article,
    )
    text = source.choice(writers)(source)
    return spoil(text, source) if source.random() < 0.4 else text
