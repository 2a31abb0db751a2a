"""What is printed for people: names and ids may hold what would move the cursor or forge a line."""


def escape(text: str) -> str:
    """The text with an escape such as \\x1b for each character that a terminal does not show as it is."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
