"""A quote with its speaker, article and address, to be pasted elsewhere."""

from dataclasses import dataclass
from html import escape

import regex

from service.store import QuoteRecord
from service.web.blueprint import keep_web_address, write_day

PREVIEW_LENGTH = 280
MARKDOWN = regex.compile(r"[\\`*_\[\]<>#|~]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote's citation: one line for previews, and each form by its name."""

    text: str
    forms: dict[str, str]


def cite_quote(quote: QuoteRecord, heading: str, address: str) -> Citation:
    """Cite a quote from the article of this heading, as it is found at this address."""
    words = quote.text if quote.kind == "indirect" else f"“{quote.text}”"
    speaker = name_speaker(quote)
    place = ", ".join(filter(None, [f"“{heading}”", name_outlet(quote)]))
    origin = keep_web_address(quote.article.url) or address
    plain = f"{words} – {speaker}, in {place}. {origin}"
    if origin != address:
        plain += f" (marked in the article: {address})"
    return Citation(
        text=shorten(f"{words} – {speaker}, {name_outlet(quote) or heading}"),
        forms={
            "Text": plain,
            "Markdown": write_markdown(words, f"{speaker}, in", place, address),
            "HTML": write_html(words, f"{speaker}, in", place, address),
        },
    )


def name_speaker(quote: QuoteRecord) -> str:
    """Name who speaks, with what the article says they are."""
    if quote.speaker is None:
        return "nobody is named"
    names = " and ".join([quote.speaker.name, *(other.name for other in quote.co_speakers)])
    paraphrased = " (in the article’s words)" if quote.kind == "indirect" else ""
    role = f", {quote.speaker.role.text}" if quote.speaker.role else ""
    return names + role + paraphrased


def name_outlet(quote: QuoteRecord) -> str:
    article = quote.article
    day = write_day(article.published_at) if article.published_at else None
    return ", ".join(filter(None, [article.source, day]))


def write_markdown(words: str, speaker: str, place: str, address: str) -> str:
    """Write a citation in Markdown; what has a meaning there is escaped."""
    quoted, said, linked = (
        MARKDOWN.sub(r"\\\g<0>", " ".join(one.split())) for one in (words, speaker, place)
    )
    return f"> {quoted}\n>\n> – {said} [{linked}](<{address}>)"


def write_html(words: str, speaker: str, place: str, address: str) -> str:
    """Write a citation in HTML, escaped."""
    link = f'<a href="{escape(address)}">{escape(place)}</a>'
    quoted = f'<blockquote cite="{escape(address)}"><p>{escape(words)}</p></blockquote>'
    return f"{quoted}\n<p>– {escape(speaker)} {link}</p>"


def shorten(text: str) -> str:
    """Cut a text to what previews show, at a word if possible."""
    line = " ".join(text.split())
    return line if len(line) <= PREVIEW_LENGTH else line[:PREVIEW_LENGTH].rpartition(" ")[0] + " …"
