"""Text for terminals: names and ids may contain characters that move the cursor or forge a line."""


def escape(text: str) -> str:
    """The text with an escape such as \\x1b for each character that a terminal does not show as it is."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def blank_out(text: str) -> str:
    """The text on one line, with a blank for each character that a terminal does not show as it is."""
    return "".join(one if one.isprintable() else " " for one in text)
