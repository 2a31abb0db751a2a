"""A known person, as one may come in: in a body, a line of NDJSON or a row of CSV."""

import re
from typing import Any

import regex
from marshmallow import ValidationError, validates_schema

from service.schemas.article import check_identifier
from service.schemas.check import check
from service.schemas.fields import IDENTIFIER_PATTERN, Choice, MomentField, RequestSchema, Text, TextList
from service.store import KnownPerson

NAME_LENGTH = 200
MAX_ALIASES = 100
EXTERNAL_ID_PATTERN = r"[^\s\x00-\x1f\x7f]{1,200}"
# As the store reads words.
WORD = regex.compile(r"[\p{L}\p{N}]")
EXTERNAL_ID = re.compile(EXTERNAL_ID_PATTERN)
KINDS = ("person", "organisation")


def check_external_id(value: str) -> None:
    """Raise ValidationError for an id with a blank or a control character."""
    if not EXTERNAL_ID.fullmatch(value):
        raise ValidationError("must hold no blank and no control character, such as Q42")


def check_name(value: str) -> None:
    """Raise ValidationError for a name without a letter or digit."""
    if not WORD.search(value):
        raise ValidationError("has no letter or digit")


def check_names(values: list[str]) -> None:
    for value in values:
        check_name(value)


class PersonFields(RequestSchema):
    """A person or organisation whom articles may name, without the id."""

    name = Text(
        required=True,
        maximum=NAME_LENGTH,
        validate=check_name,
        metadata={"description": "The name to show, for which all others stand"},
    )
    aliases = TextList(
        NAME_LENGTH,
        MAX_ALIASES,
        allow_none=True,
        validate=check_names,
        metadata={"description": "Other whole names of theirs"},
    )
    gender = Choice("f", "m", allow_none=True, metadata={"description": "Their gender, if it is to be given"})
    kind = Choice(*KINDS, load_default="person", metadata={"description": "Sort of speaker"})
    external_id = Text(
        maximum=200,
        allow_none=True,
        validate=check_external_id,
        metadata={"description": "Who this is elsewhere: a Wikidata QID, say", "example": "Q42"},
    )
    description = Text(
        maximum=500,
        allow_none=True,
        metadata={"description": "Office, work and body; tells people of one name apart"},
    )
    since = MomentField(allow_none=True, metadata={"description": "Only articles from then on may mean them"})
    until = MomentField(
        end_of_day=True, allow_none=True, metadata={"description": "Only articles until then may mean them"}
    )

    @validates_schema
    def check_dates(self, given: dict[str, Any], **_options: Any) -> None:
        """Refuse a time that ends before it begins.  Raises ValidationError."""
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            raise ValidationError({"since": ["must not be after until"]})


class PersonLineSchema(PersonFields):
    """A person or organisation whom articles may name."""

    id = Text(
        maximum=200,
        allow_none=True,
        validate=check_identifier,
        metadata={
            "description": "The caller's own; without one the Wikidata QID, or derived",
            "pattern": f"^{IDENTIFIER_PATTERN}$",
        },
    )


LINE_SCHEMA = PersonLineSchema()


def read_person(given: dict[str, Any]) -> KnownPerson:
    """Read a person of a line.  Raises InvalidFields."""
    return build_person(check(LINE_SCHEMA, given))


def build_person(given: dict[str, Any], person_id: str | None = None) -> KnownPerson:
    return KnownPerson(
        **{
            **given,
            "id": person_id or given.get("id") or "",
            "aliases": tuple(given.get("aliases") or ()),
        }
    )
