"""The tokens of a paragraph that have their tags already, as the next word sees them."""

from service.extractor.language import Language


class TaggedTokens:
    """Tokens `text[starts[i]:ends[i]]` and their tags, from the beginning of a paragraph."""

    __slots__ = ("ends", "language", "starts", "tags", "text")

    def __init__(self, text: str, language: Language) -> None:
        self.text, self.language = text, language
        self.tags: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, tag: str, start: int, end: int) -> None:
        self.tags.append(tag)
        self.starts.append(start)
        self.ends.append(end)

    def last_word(self) -> str:
        return self.text[self.starts[-1] : self.ends[-1]].lower()
