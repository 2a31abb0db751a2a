"""The names under which roles are counted and looked up."""

import regex

from service.store.text.folding import NAME_LENGTH, normalise_name

# Behind a body that a role begins with: "Acme's chief executive".
BODY_END = regex.compile(r"(?:['’]s?)?[\s,]+")
# What says of what, where and since when somebody holds a role.
REST = regex.compile(r"\s+(?:of|for|at|in|from|with|on|to|by|near|who|whose|that)\b|\s*[,(;:]")


def name_role(text: str, body_length: int = 0) -> str:
    """Return the name of a role: "chief executive" of “Chief executive of Acme” and “Acme's chief executive”.

    `body_length` is the length of the body that the phrase begins with.
    """
    if body_length and (ends := BODY_END.match(text, body_length)):
        text = text[ends.end() :] or text
    rest = REST.search(text, 1)
    return normalise_name(text[: rest.start()] if rest else text)[:NAME_LENGTH]
