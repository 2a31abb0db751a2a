"""Undoes what transport has done to a text, and keeps the way back to the offsets of the text as received.

HTML tags and entities, marks behind a backslash, UTF-8 that was read as Windows-1252, letters apart from
their accents, and characters that nobody sees: each is replaced by what was meant.  Most texts have nothing
of it; they are returned as they are, after a few searches, with no way back to keep.

Known limitation: what stands inside `<script>` and `<style>` is read like any other words.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import pairwise

from service.extractor.record import record
from service.extractor.text.normalise import find_paragraphs, normalise

_LINE_TAGS = "br|hr"
_BLOCK_TAGS = (
    "p|div|li|ul|ol|dl|dt|dd|tr|td|th|table|thead|tbody|h[1-6]|blockquote|article|section|header|footer|aside|"
    "main|nav|figure|figcaption|pre|body|html|head|title"
)
_INLINE_TAGS = (
    "a|abbr|b|big|cite|code|em|font|i|img|mark|q|s|small|span|strike|strong|sub|sup|time|tt|u|wbr|picture|"
    "source|svg|script|style|link|meta|iframe|button|label"
)
_TAG = re.compile(
    rf"""
      </?(?:(?P<block>{_BLOCK_TAGS})|(?P<line>{_LINE_TAGS})|{_INLINE_TAGS})(?:[\s/][^<>]{{0,2000}})?>
    | <!--[^<>]{{0,2000}}-->
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp;){0,2}(?:\#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = re.compile(r"""\\(?:u(?P<code>[0-9a-fA-F]{4})|(?=["'“”‘’]))""")
# A byte that opens a character in UTF-8, read as Windows-1252 or Latin-1, and those that go on with it.
_CONTINUED = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MISREAD = re.compile(
    rf"""
      [ÂÃÄÅ](?:[‘’“”](?=\w)|(?![‘’“”]){_CONTINUED})  # é, but no closing mark behind a word in capitals
    | â[€‚„†œˆ\x80\x82\x84\x88\x9c]{_CONTINUED}        # most marks
    | ï[»¿]{_CONTINUED}                                # a byte order mark, a lost character
    | á[º»]{_CONTINUED}                                # Vietnamese letters
    | ð[\x90-\x9fŸž]{_CONTINUED}{{2}}                  # pictures
    | â€\ufffd?                                        # a closing mark, whose last byte is often lost
    """,
    re.VERBOSE,
)
_BYTES = {bytes((code,)).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0xA0)}
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_UNSEEN_CLASS = "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff"
_UNSEEN = re.compile(f"[{_UNSEEN_CLASS}]+")
_ACCENT = re.compile("[\u0300-\u036f]")
_MISREAD_OPENER = re.compile("[ÂÃÄÅâïáð]")
_ODD = re.compile(f"[{_UNSEEN_CLASS}\u0300-\u036fÂÃÄÅâïáð]")
_COMPOSED_AT_MOST = 8
_READ_WRONGLY_AT_MOST = 2


@record
class _Step:
    """One kind of mending: `text[starts[i]:ends[i]]` was made of `old_starts[i]` to `old_ends[i]` before."""

    starts: list[int]
    ends: list[int]
    old_starts: list[int]
    old_ends: list[int]

    def find_start(self, offset: int) -> int:
        """Where the character at an offset began; what was left out before it stays out."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return offset
        return self.old_starts[at] if offset < self.ends[at] else self.old_ends[at] + offset - self.ends[at]

    def find_end(self, offset: int) -> int:
        """Where the character before an offset ended; what was left out behind it stays out."""
        at = bisect_left(self.starts, offset) - 1
        if at < 0:
            return offset
        return self.old_ends[at] + max(0, offset - self.ends[at])


@record
class Repair:
    """A text as it was meant, and the steps that made it of the text as received."""

    text: str
    steps: tuple[_Step, ...] = ()

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the mended text, which is not empty, stands in the text as received."""
        for step in reversed(self.steps):
            start, end = step.find_start(start), step.find_end(end)
        return start, end


def repair(text: str) -> Repair:
    """Mend a text; without steps the text is the one that came in."""
    steps: list[_Step] = []
    if "<" in text:
        text = _rewrite(text, _TAG, _read_tag, steps)
    if "&" in text:
        text = _rewrite(text, _ENTITY, _read_entity, steps)
    if "\\" in text:
        text = _rewrite(text, _ESCAPED, _read_escaped, steps)
    if not text.isascii() and (odd := "".join(frozenset(_ODD.findall(text)))):
        if _UNSEEN.search(odd):
            text = _rewrite(text, _UNSEEN, _leave_out, steps)
        if _ACCENT.search(odd):
            text = _rewrite(text, _ACCENTED, _compose, steps)
        for _ in range(_READ_WRONGLY_AT_MOST):
            if _MISREAD_OPENER.search(text):
                text = _rewrite(text, _MISREAD, _read_misread, steps)
    return Repair(text, tuple(steps))


def _rewrite(
    text: str,
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str]], str],
    steps: list[_Step],
) -> str:
    """Replace what a pattern finds by what it is read as, and note how to come back."""
    step = _Step([], [], [], [])
    pieces: list[str] = []
    done = length = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        meant = read(match)
        if meant == match.group():
            continue
        pieces += text[done:start], meant
        length += start - done
        step.starts.append(length)
        length += len(meant)
        step.ends.append(length)
        step.old_starts.append(start)
        step.old_ends.append(end)
        done = end
    if not done:
        return text
    steps.append(step)
    return "".join((*pieces, text[done:]))


def _read_tag(match: re.Match[str]) -> str:
    """Nothing for a tag inside a line; a block is a paragraph of its own."""
    return "\n\n" if match["block"] else "\n" if match["line"] else ""


def _read_entity(match: re.Match[str]) -> str:
    """The one character of an entity, which may have been escaped again; anything else stays."""
    written = match.group()
    while written.startswith("&amp;") and written != "&amp;":
        written = "&" + written.removeprefix("&amp;")
    meant = html.unescape(written)
    return meant if len(meant) == 1 else match.group()


def _read_escaped(match: re.Match[str]) -> str:
    """The character of a JSON escape; nothing for a backslash before a mark."""
    if not match["code"]:
        return ""
    code = int(match["code"], 16)
    return match.group() if code < 0x20 or 0xD800 <= code < 0xE000 else chr(code)


def _read_misread(match: re.Match[str]) -> str:
    """The character whose bytes in UTF-8 were read one by one."""
    read = match.group()
    try:
        return bytes(_BYTES.get(character, ord(character) & 0xFF) for character in read).decode("utf-8")
    except UnicodeDecodeError:
        return "”" if read.startswith("â€") and len(read) == 2 + read.endswith("\ufffd") else read


def _leave_out(_: re.Match[str]) -> str:
    return ""


def _compose(match: re.Match[str]) -> str:
    """A letter with its accents as one character; accents that no such character has are left out."""
    return unicodedata.normalize("NFC", match.group()[:_COMPOSED_AT_MOST])[:1]


def find_shown_paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans, in a text as received, of the paragraphs that the extractor reads, with the tags around them."""
    mended = repair(text)
    paragraphs = find_paragraphs(normalise(mended.text))
    if not mended.steps:
        return paragraphs
    ends = [mended.locate(*paragraph)[1] for paragraph in paragraphs]
    return list(pairwise((0, *ends[:-1], len(text))))
