"""The number of a quote's words, the name of its speaker's role, and genders that people state."""

import json
import unicodedata
from typing import Any

import regex
import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
QUOTES_AT_ONCE = 10_000
NEXT = sa.text("SELECT key, text, segments, roles FROM quotes WHERE key > :after ORDER BY key LIMIT :number")
FILL = sa.text("UPDATE quotes SET word_count = :word_count, role_name = :role_name WHERE key = :quote_key")
WORD = regex.compile(r"\S*[\p{L}\p{N}]\S*")
APOSTROPHES = regex.compile(r"['’‘ʼ‛`´ʹ＇]")
BODY_END = regex.compile(r"(?:['’]s?)?[\s,]+")
REST = regex.compile(r"\s+(?:of|for|at|in|from|with|on|to|by|near|who|whose|that)\b|\s*[,(;:]")
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def upgrade() -> None:
    op.add_column("quotes", sa.Column("word_count", sa.Integer, nullable=False, server_default="0"))
    op.add_column("quotes", sa.Column("role_name", PLAIN))
    op.add_column("speakers", sa.Column("gender", PLAIN))
    connection = op.get_bind()
    after = -(2**63)
    while rows := connection.execute(NEXT, {"after": after, "number": QUOTES_AT_ONCE}).all():
        connection.execute(FILL, [describe(row) for row in rows])
        after = rows[-1].key
    op.create_index("quotes_by_role", "quotes", ["role_name", "key"])


def describe(row: sa.Row[Any]) -> dict[str, Any]:
    segments, roles = (json.loads(one) if isinstance(one, str) else one for one in (row.segments, row.roles))
    texts = (own[0] if own else row.text for _, _, *own in segments)
    return {
        "quote_key": row.key,
        "word_count": sum(len(WORD.findall(text)) for text in texts),
        "role_name": roles and name_role(*roles),
    }


def name_role(roles: list[Any], best: int, body: list[Any] | None) -> str:
    start, _, text = roles[best]
    if body is not None and body[0] == start and (ends := BODY_END.match(text, len(body[2]))):
        text = text[ends.end() :] or text
    rest = REST.search(text, 1)
    folded = fold(APOSTROPHES.sub("'", text[: rest.start()] if rest else text))
    return " ".join(folded.split())[:200]


def fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter)[0] != "M").translate(
        PLAIN_LETTERS
    )
