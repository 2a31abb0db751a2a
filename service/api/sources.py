"""Who is quoted: quotes, words and speakers by gender, role or kind of speaker."""

from typing import Any

from flask import Response
from marshmallow import fields

from service.api.openapi.answers import Answer, answer_json
from service.api.openapi.blueprint import Blueprint
from service.api.openapi.paging import SOURCE_DESCRIPTION, check_dates, from_field, to_field
from service.api.openapi.shapes import SourceCountsSchema
from service.api.quotes import choose_format, gender_field, kind_field, role_field, speaker_kind_field
from service.formats.source_counts import lay_out_count, lay_out_numbers, write_source_counts
from service.http.current import current_store
from service.http.problems import Problem
from service.schemas.check import FieldError
from service.schemas.fields import Choice, Data, RequestSchema, Share, Text, Truth, read_whole_number
from service.store import QuoteFilter, SourceCounts, SourceGroup, SourceSpan

blueprint = Blueprint("sources", __name__, url_prefix="/v1", description="Who is quoted, and how much.")

MOST_GROUPS = 10_000
DEFAULT_GROUPS = 1_000
FORMATS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
NUMBERS_EXAMPLE = {
    "quotes": 12,
    "words": 190,
    "speakers": 3,
    "gender_known": 12,
    "speakers_known": 3,
    "evidence": {"pronoun": 7, "title": 0, "noun": 1, "given_name": 4, "stated": 0},
}
COUNTS_EXAMPLE = {
    "total": NUMBERS_EXAMPLE,
    "groups": 1,
    "items": [{"month": "2026-03", "gender": "f", **NUMBERS_EXAMPLE}],
}
CSV_EXAMPLE = (
    "month,gender,quotes,words,speakers,gender_known,speakers_known,pronoun,title,noun,given_name,stated\r\n"
    "2026-03,f,12,190,3,12,3,7,0,1,4,0\r\n"
)


class GroupNumber(fields.Integer):
    """A number of groups."""

    def _deserialize(self, value: Any, attr: str | None, data: Data, **options: Any) -> int:
        del attr, data, options
        return read_whole_number(value, 1, MOST_GROUPS)


class SourceConditions(RequestSchema):
    """Conditions for the quotes that are counted, and how they are grouped."""

    by = Choice(
        "gender",
        "role",
        "kind",
        load_default="gender",
        metadata={"description": "Group by the speakers' gender, role (without “of Acme”) or kind"},
    )
    per = Choice(
        "source",
        "month",
        "author",
        metadata={"description": "Count apart in each source, in each month (UTC) or by each author"},
    )
    q = Text(maximum=500, metadata={"description": "Words of the quote, as in lists", "example": "not move"})
    source = Text(maximum=200, metadata={"description": SOURCE_DESCRIPTION})
    from_ = from_field()
    to = to_field()
    kind = kind_field()
    min_confidence = Share(metadata={"description": "Least confidence", "example": 0.9})
    unique = Truth(
        load_default=False,
        metadata={"description": "true: of equal quotes in several articles only the earliest"},
    )
    role = role_field()
    gender = gender_field()
    speaker_kind = speaker_kind_field()


class SourceOptions(SourceConditions):
    """What is counted, and the format."""

    limit = GroupNumber(
        metadata={
            "description": f"The most groups, of those with the most quotes; {DEFAULT_GROUPS} by default",
            "minimum": 1,
            "maximum": MOST_GROUPS,
        }
    )
    format = Choice(
        *FORMATS,
        metadata={"description": "csv: all groups, a row each.  Without it `Accept` decides"},
    )


@blueprint.endpoint(
    "GET",
    "/sources",
    query=SourceOptions,
    answers={
        200: Answer(
            "The counts", SourceCountsSchema, COUNTS_EXAMPLE, other_types={FORMATS["csv"]: CSV_EXAMPLE}
        )
    },
    problems=(503,),
)
def count_sources(options: dict[str, Any]) -> Response:
    """Count quotes, their words and their speakers by gender, role or kind of speaker.

    A quote of several people counts for the first of them; one that names nobody is left out. `gender_known`
    says of how many quotes the gender is known, `evidence` by what.
    """
    wanted_format = options.pop("format", None) or ("csv" if choose_format() == "csv" else "json")
    limit = options.pop("limit", None)
    if wanted_format == "csv" and limit is not None:
        raise Problem(400, [FieldError("limit", "is for format=json; csv gives all groups")])
    wanted, by, per = read_conditions(options)
    counts = current_store().count_sources(wanted, by, per)
    if wanted_format == "csv":
        answer = Response(write_source_counts(counts, by, per), content_type=FORMATS["csv"])
    else:
        answer = answer_json(lay_out(counts, by, per, limit or DEFAULT_GROUPS))
    answer.vary.add("Accept")
    return answer


def read_conditions(options: dict[str, Any]) -> tuple[QuoteFilter, SourceGroup, SourceSpan | None]:
    """Take the groups out of the options.  Raises a Problem for dates that are the wrong way round."""
    check_dates(options)
    by, per = options.pop("by"), options.pop("per", None)
    return QuoteFilter(**options), by, per


def lay_out(counts: SourceCounts, by: SourceGroup, per: SourceSpan | None, limit: int) -> dict[str, Any]:
    """Lay out the groups with the most quotes, in their order."""
    most = sorted(range(len(counts.groups)), key=lambda place: -counts.groups[place].quotes)
    items = [lay_out_count(counts.groups[place], by, per) for place in sorted(most[:limit])]
    return {"total": lay_out_numbers(counts.total), "groups": len(counts.groups), "items": items}
