"""Makes text uniform without changing its length, and divides it into paragraphs.

Known limitations:
1. A heading that ends without punctuation and is longer than a wrapped line joins the paragraph below it.
2. A wrapped line that ends with a full stop begins a new paragraph, unless its article is wrapped throughout.
"""

import re
from itertools import pairwise

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f"
    "\u3000\ufeff\t\v\f"
)
_ONE_TO_ONE = {
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys("\u2028\u2029\x85", "\n"),
    **dict.fromkeys("’ʼ´＇\x92", "'"),
    **dict.fromkeys("‚‛\x91", "‘"),
    **dict.fromkeys("＂″", '"'),
    **dict.fromkeys("„‟〝「『﹁﹃\x93", "“"),
    **dict.fromkeys("〞〟」』﹂﹄\x94", "”"),
    "‹": "‘",
    "›": "'",
    "\x96": "–",
    "\x97": "—",
    "\u2010": "-",
    "\u2011": "-",
}
_UNUSUAL = re.compile("[" + re.escape("".join(k for k in _ONE_TO_ONE if k not in "’ ")) + "]")

# Marks that only their neighbours explain: a lost character, a bullet, a backquote.
_LOST = "\ufffd"
_ARROW = re.compile(r"(?<!\S)»(?!\S)")
_BACKQUOTE = re.compile(
    r"""
      (?<![^\s(\["“—–-])`(?=\w)     # `We go,' and `We go`
    | (?<=[\w.,!?])`(?![\w`])
    """,
    re.VERBOSE,
)

# An opening mark in the place of an apostrophe: Jane Doe‘s
_TURNED = re.compile(r"(?<=[^\W\d_])‘(?=(?:s|re|ll|ve|d|m|t)\b)")

_BLOCK = re.compile(r"[^\n]+(?:\n(?![ ]*\n)[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_CLOSED = frozenset('.!?:|"”»…)]')
_WRAP_AT_MOST = 120
_LONG_LINE = 45


def normalise(text: str) -> str:
    """Map each character to the one the rules are written for; the length never changes, so offsets hold."""
    if "’" in text:
        text = text.replace("’", "'")
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if "`" in text:
        text = _BACKQUOTE.sub(_read_backquote, text)
    if text.isascii() and "\t" not in text and "\v" not in text and "\f" not in text:
        return text
    for character in set(_UNUSUAL.findall(text)):
        text = text.replace(character, _ONE_TO_ONE[character])
    if "»" in text and "«" not in text:
        text = _ARROW.sub("•", text)
    if _LOST in text:
        text = re.sub(_LOST, _guess_lost, text)
    if "‘" in text:
        text = _TURNED.sub("'", text)
    return text


def _guess_lost(match: re.Match[str]) -> str:
    """The character whose byte was lost: an apostrophe in a word, a dash between two, else a mark."""
    text, at = match.string, match.start()
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before.isalpha() and after.isalpha():
        return "'"
    return "–" if before == " " and after == " " else '"'


def _read_backquote(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return "'" if before.isalnum() or (before and before in ".,!?_") else "‘"


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of the paragraphs of normalised text: hard-wrapped lines are joined, other line ends divide."""
    blocks = [m.span() for m in _BLOCK.finditer(text)]
    paragraphs: list[tuple[int, int]] = []
    width = 0
    for start, end in blocks:
        if text.find("\n", start, end) < 0:
            paragraphs.append((start, end))
            continue
        lines = [m.span() for m in _LINE.finditer(text, start, end)]
        width = width or max(len(line) for line in text.split("\n"))
        begin = lines[0][0]
        for (line_start, line_end), (next_start, next_end) in pairwise(lines):
            if not _continues(text[line_start:line_end].strip(), text[next_start:next_end].strip(), width):
                paragraphs.append((begin, line_end))
                begin = next_start
        paragraphs.append((begin, lines[-1][1]))
    return paragraphs


def _continues(line: str, following: str, width: int) -> bool:
    """Whether a line end stands inside a sentence, or inside a paragraph that is wrapped at `width`."""
    if not line or not following:
        return False
    first_word = len(following.split(" ", 1)[0])
    if following[0].islower() or line[-1] == ",":
        return True
    if width <= _WRAP_AT_MOST:
        return len(line) + 1 + first_word > width - 8
    return line[-1] not in _CLOSED and len(line) >= _LONG_LINE and len(line) <= _WRAP_AT_MOST
