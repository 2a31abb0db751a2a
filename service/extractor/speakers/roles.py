"""Reads by which phrases an article says what somebody is: "Health Secretary", "the mayor of Leeds".

Known limitation: a phrase without a noun of roles.txt or titles.txt is no role.
"""

import re

from service.extractor import tags as tag
from service.extractor.language import Language
from service.extractor.record import record

_BEFORE_AT_MOST = 80
_AFTER_AT_MOST = 120
_WORD_AT_MOST = 30
_WORDS_AT_MOST = 8
_WORD = re.compile(r"(?:\d+-)?[^\W\d_]+(?:['-][^\W\d_]+)*")
_PLAIN_WORD = re.compile(r"\S+")
_DETERMINERS = "a|an|the|his|her|their|its|A|An|The|His|Her|Their|Its"
_OPENERS = rf"(?:(?:{_DETERMINERS}|our|then|also|now|currently) )*"
_NOT = "(?!not |no longer |never )"
_PHRASE_END = re.compile(
    rf"""[,;:()\n“”"–—?!] | \.(?=\s|$) | [ ]-[ ]
      | [ ](?:who|which|that|where|when|whose|said|says|told|and[ ](?:{_DETERMINERS}))\b""",
    re.VERBOSE,
)
_ONE_OF = re.compile(r"[Oo]ne of (?:the |\d+ )?")
_LINK = re.compile(r"\b(?:of|for|at|in|from|with|on|to|by|near|under|against|since|about)\b")
_APPOSITION = re.compile(
    rf"(?:, (?:aged )?(?P<age>\d{{1,3}}))?, (?:(?:serving|working|acting) as )?{_NOT}{_OPENERS}"
)
_OWNED = re.compile(r"(?P<body>(?:[A-Z][\w&.-]*)(?: [A-Z][\w&.-]*){0,3})(?:'s|(?<=s)') \Z")
_PREDICATE = re.compile(
    r"(?:,? who)? (?:(?:is|will be|(?:has|had) been|became|(?:serve|work)(?:s|ed) as|(?:has )?agreed to be)"
    rf"|(?:was|has been)(?: named| appointed| elected)?) {_NOT}{_OPENERS}"
)
_BRACKET = re.compile(r",? \((?P<inside>[^()\n]{1,40})\)|, (?P<member>[DRI]-(?:[A-Z]\w*\.?)+)")
# Party and place, or party alone: "D-Mass.", "PDP, Lagos", "R".
_MEMBER = re.compile(r"[A-Z]|[A-Z][\w.]{0,5}[-–—, ]+[A-Z][\w. ]*")
_BODY_BEHIND = re.compile(
    r"""(?:,(?:[ ]also)?)?[ ](?P<role>(?:of|from)[ ](?:the[ ])?(?:[a-z]+[ ])?[A-Z][\w&'-]*
        (?:[ ](?:(?:of|for|and|&)[ ])?(?:the[ ])?[A-Z][\w&'-]*){0,6}(?:[ ][a-z]+){0,3}?)
        (?=[,.;:]|[ ](?:said|says|told|tells|wrote)\b)""",
    re.VERBOSE,
)
_OPENER = re.compile(rf"\b(?:{_DETERMINERS}|said|says) (?!(?:{_DETERMINERS}) )")
_SENTENCE = re.compile(r"(?:\A|\n|[.!?] )(?=[A-Z])|, (?=(?:[A-Z][\w.-]* ){0,2}[A-Z][\w.-]*'s )")
_TITLE_LINKS = frozenset(("of", "for", "and", "&", "the"))
_MODIFIERS = tag.Tags(tag.NOUNS, tag.ADJECTIVE)


@record
class Role:
    """A phrase that says what somebody is, without article and name: `text[start:end]`.

    `head` is the noun it turns on, `words` are all its words, both in lower case and as synonyms have them.
    """

    start: int
    end: int
    head: str
    words: frozenset[str]
    form: str


def read_roles(text: str, start: int, end: int, name: str, language: Language) -> list[Role]:
    """The phrases that say what somebody is, beside the name at some place of a text."""
    begin = start + _titles_length(text[start:end], name)
    found = [
        _before(text, begin, language),
        _leading(text, start, language),
        _bracket(text, end, language),
        _of_body(text, end, language),
        _owned(text, begin, language),
        _behind(text, end, _APPOSITION, "apposition", language),
        _behind(text, end, _PREDICATE, "predicate", language),
    ]
    return [role for role in found if role]


def read_age(text: str, end: int) -> str:
    """The age behind a name, as a description has it: "56-year-old"."""
    match = _APPOSITION.match(text, end)
    return f"{match['age']}-year-old" if match and match["age"] else ""


def words_of(phrase: str, language: Language) -> frozenset[str]:
    """The words of a phrase in lower case, as synonyms have them."""
    return frozenset(language.synonyms.get(word, word) for word in _WORD.findall(phrase.lower()))


def _titles_length(run: str, name: str) -> int:
    """How much of a capitalised sequence stands before the name in it: "Senator " of "Senator Jane Doe"."""
    words = frozenset(name.split(" "))
    for match in _PLAIN_WORD.finditer(run):
        if match.group() in words:
            return match.start()
    return 0


def is_role(word: str, language: Language) -> bool:
    """Whether a word in lower case can be the head of a role."""
    word = word.rsplit("-", 1)[-1].rstrip(".")
    courtesy = language.titles.get(word, "-") != "-" and word not in language.roles
    return not courtesy and (word in language.roles or word in language.titles or word in language.synonyms)


def _before(text: str, begin: int, language: Language) -> Role | None:
    """The words that directly precede a name: "former Utah senator"."""
    nearest = text[max(0, begin - _WORD_AT_MOST) : begin].split()[-1:]
    if not nearest or not _modifies(nearest[0], language):
        return None
    line = text.rfind("\n", max(0, begin - _BEFORE_AT_MOST), begin) + 1
    far = max(line, begin - _BEFORE_AT_MOST)
    words = list(_PLAIN_WORD.finditer(text, far, begin))
    if far > line and words:
        words = words[1:]
    kept = 0
    for at in range(len(words) - 1, -1, -1):
        word = words[at].group()
        if word.lower() in _TITLE_LINKS and kept and words[at + 1].group()[0].isupper():
            continue
        if word == "and" and kept and at and is_role(words[at - 1].group().lower(), language):
            continue
        if not _modifies(word, language):
            break
        kept = len(words) - at
    while kept and words[-kept].group().lower() in _TITLE_LINKS:
        kept -= 1
    if not kept:
        return None
    return _role(text, words[-kept].start(), words[-1].end(), "title", language)


def _modifies(word: str, language: Language) -> bool:
    lower = word.lower().rstrip(".")
    if word[0].isdigit() and not lower[-1].isalpha():
        return False
    if word[-1] in ",;:!?)”\"'" or (word[-1] == "." and lower not in language.title_words and len(lower) > 3):
        return False
    if lower in language.roles or lower in language.title_words or lower in language.nationalities:
        return True
    known = language.tags.get(lower, tag.NOUN)
    if known not in _MODIFIERS and not (word[0].isupper() and known in tag.THINKS):  # "Love Island host"
        return False
    return word[0].isalnum() and lower not in language.function_words


def _leading(text: str, start: int, language: Language) -> Role | None:
    """The description before a comma and a name: "the former editor, Jane Doe,"."""
    if text[start - 2 : start] != ", ":
        return None
    far = max(0, start - _BEFORE_AT_MOST)
    begins = [*_OPENER.finditer(text, far, start - 2)][-2:] + [*_SENTENCE.finditer(text, far, start - 2)][-1:]
    for opener in sorted(begins, key=_by_end, reverse=True):
        begin = opener.end()
        if _PHRASE_END.search(text, begin, start - 2) or text.count(" ", begin, start) > _WORDS_AT_MOST:
            return None
        if role := _role(text, begin, start - 2, "apposition", language):
            return role
    return None


def _by_end(match: re.Match[str]) -> int:
    return match.end()


def _bracket(text: str, end: int, language: Language) -> Role | None:
    """Party and state behind a name: "(D-Mass.)"."""
    match = _BRACKET.match(text, end)
    if not match:
        return None
    inside = "inside" if match["inside"] else "member"
    words = _WORD.findall(match[inside].lower())
    if (
        match["inside"]
        and not _MEMBER.fullmatch(match[inside])
        and not (words and is_role(words[-1], language))
    ):
        return None
    return Role(*match.span(inside), "", frozenset(words), "bracket") if words else None


def _of_body(text: str, end: int, language: Language) -> Role | None:
    """The body behind a name: "of Open Europe"."""
    match = _BODY_BEHIND.match(text, end)
    body = match["role"].split(" ", 1)[1].removeprefix("the ") if match else ""
    if not match or body in language.places:
        return None
    return Role(*match.span("role"), "", words_of(match["role"], language), "body")


def _owned(text: str, begin: int, language: Language) -> Role | None:
    """The body before a name and an apostrophe: "Acme's Jane Doe"."""
    far = max(0, begin - _WORD_AT_MOST)
    match = _OWNED.search(text, far, begin)
    if not match or not _is_body(match["body"], language):
        return None
    return Role(*match.span("body"), "", words_of(match["body"], language), "owner")


def _is_body(name: str, language: Language) -> bool:
    last = name.rsplit(" ", 1)[-1].casefold()
    headed = " " in name and last in language.organisation_heads
    acronym = name.isupper() and len(name) > 1 and name not in language.places
    return name in language.organisation_names or headed or acronym


def _behind(text: str, end: int, lead: re.Pattern[str], form: str, language: Language) -> Role | None:
    """The phrase behind a name and what leads in to it."""
    match = lead.match(text, end, end + _AFTER_AT_MOST)
    if not match:
        return None
    begin = match.end()
    if text.startswith(("who ", "which ", "where "), begin):
        return None
    stop = _PHRASE_END.search(text, begin, begin + _AFTER_AT_MOST)
    finish = stop.start() if stop else min(len(text), begin + _AFTER_AT_MOST)
    return _role(text, begin, finish, form, language)


def _role(text: str, start: int, end: int, form: str, language: Language) -> Role | None:
    """The role that a stretch of text is, if the last word before its first preposition can be one."""
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    several = _ONE_OF.match(text, start, end)
    begin = several.end() if several else start
    link = _LINK.search(text, begin, end)
    words = _WORD.findall(text[begin : link.start() if link else end].lower())
    if not words or _is_participle(words[0], language):
        return None
    if not is_role(words[-1], language) or (words[-1] in language.plural_roles) != bool(several):
        return None
    head = words[-1].removesuffix("s") if several else words[-1]
    head = language.synonyms.get(head, head)
    return Role(start, end, head, words_of(text[start:end], language), form)


def _is_participle(word: str, language: Language) -> bool:
    """Whether a word opens a phrase about what somebody does: ", calling the host a liar"."""
    known = language.tags.get(word, tag.GERUND)
    return word.endswith("ing") and word not in language.title_words and known in tag.GERUNDS
