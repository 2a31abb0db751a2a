"""How a mention names its speaker, which tells how often the full name found for it is right."""

from typing import Literal, get_args

from service.extractor.article import Attribution, ParsedArticle
from service.extractor.model import Speaker
from service.extractor.names.index import NameIndex
from service.extractor.speakers.descriptions import WORD

MentionForm = Literal[
    "full name",
    "one word",
    "part of a name",
    "part of a shared name",
    "pronoun",
    "description",
    "unnamed",
    "nobody",
]
MENTION_FORMS: tuple[MentionForm, ...] = get_args(MentionForm)


def find_form(
    article: ParsedArticle, index: NameIndex, found: Attribution, speaker: Speaker | None
) -> MentionForm:
    """The form of a mention, by what it has of the speaker's name.

    "one word" is a name that the article nowhere gives in full, "part of a shared name" a surname or first
    name that others in the article have too; "unnamed" is a speaker who has no name, "nobody" none at all.
    """
    if speaker is None or found.mention is None:
        return "nobody"
    if speaker.kind == "unnamed":
        return "unnamed"
    mention = article.text[slice(*found.mention)].casefold()
    if mention in article.language.pronoun_gender:
        return "pronoun"
    name = speaker.name.casefold()
    words = WORD.findall(name)
    if name in mention:
        return "full name" if len(words) > 1 else "one word"
    if set(words).isdisjoint(WORD.findall(mention)):
        return "description"
    person = index.by_name.get(name)
    return "part of a shared name" if person and index.is_shared(person) else "part of a name"
