"""Finds signs that a text is not an article."""

import re
from html.entities import html5

# As tags are written: bare, closed, or with an attribute; "if a <b and c> d" has none.
_TAG = re.compile(
    r"""
      <(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})
      (?P<attribute>\s{1,20}[A-Za-z][\w:-]{0,40}=[^<>]{0,2000})?\s{0,20}/?>
    | <!--|<!DOCTYPE
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAGS = frozenset((
    "a", "abbr", "article", "aside", "b", "blockquote", "body", "br", "button", "cite", "code", "dd",
    "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hr", "html", "i", "iframe", "img", "input", "label", "li", "link",
    "main", "mark", "meta", "nav", "ol", "p", "picture", "pre", "q", "s", "script", "section", "small",
    "source", "span", "strike", "strong", "style", "sub", "sup", "svg", "table", "tbody", "td", "th",
    "thead", "time", "title", "tr", "u", "ul", "video", "wbr",
))  # fmt: skip
# Those that often stand without an end; others that have none are words in brackets: "type <code> here".
_ENDLESS = frozenset(("br", "hr", "img", "li", "p", "td", "tr", "wbr"))
_ENTITY = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_SHOWN = 40


def find_warnings(text: str) -> tuple[str, ...]:
    """Warnings for whoever sent a text: that it holds HTML tags or entities, with the first of each."""
    found = [sign for sign in (_find_tag(text), _find_entity(text)) if sign]
    if not found:
        return ()
    signs = " and ".join(f"{match.group()[:_SHOWN]} at {match.start()}" for match in found)
    return (f"looks like HTML: {signs}; send the words of the article as plain text",)


def _find_tag(text: str) -> re.Match[str] | None:
    """The first tag; a bare one counts if it is closed somewhere, which is asked once for each name."""
    if "<" not in text:
        return None
    lower, unclosed = text.lower(), set()
    for match in _TAG.finditer(text):
        name = (match["name"] or "").lower()
        if not name or (name in _TAGS and (match["close"] or match["attribute"] or name in _ENDLESS)):
            return match
        if name in _TAGS and name not in unclosed:
            if f"</{name}" in lower:
                return match
            unclosed.add(name)
    return None


def _find_entity(text: str) -> re.Match[str] | None:
    if "&" not in text:
        return None
    return next((match for match in _ENTITY.finditer(text) if _is_entity(match.group())), None)


def _is_entity(words: str) -> bool:
    return words[1] == "#" or words[1:] in html5
