"""The page “Verify”: a quotation, or every quotation of a draft, beside what was said."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for

from service.extractor import Quote
from service.http.current import current_config, current_store
from service.http.parameters import check_query, read_parameters
from service.http.problems import Problem
from service.ingest.check_text import read_checked_text
from service.ingest.extract import extract_in_time
from service.schemas.check import FieldError, InvalidFields, check
from service.schemas.fields import RequestSchema, Text
from service.schemas.verify import VerifySchema, read_conditions
from service.store import Article, InvalidQuery, NearQuote, QuoteFilter, QuoteRecord, Store, Verification
from service.verify.compare import Difference, Verdict
from service.verify.draft import DraftQuotation, find_quotations
from service.verify.normalise import GivenQuotation, UnreadQuotation, read_quotation
from service.verify.text import Finding
from service.web.blueprint import answer_page, blueprint
from service.web.conditions import leave_out_blanks
from service.web.search import list_errors

DRAFT_LENGTH = 10_000
# An address has to hold it.
ADDRESS_LENGTH = 1_000
SHOWN_QUOTATIONS = 50
NEAREST = 5
# Of a draft's quotation one quote is shown, or both that it is joined of.
NEAREST_OF_EACH = 2
# Words that are left out are shown from their ends if they are longer, in code points.
SHOWN_ENDS = 60

Check = Callable[[GivenQuotation, str | None], Finding | Verification]


class QuotationSchema(VerifySchema):
    """A quotation in an address."""

    class Meta:
        """The fields that the form has."""

        fields = ("quote", "speaker", "source", "from_", "to")


class DraftSchema(RequestSchema):
    """The fields of the form for drafts."""

    draft = Text(required=True, maximum=DRAFT_LENGTH)
    article = Text(maximum=DRAFT_LENGTH)


QUOTATION = QuotationSchema()
DRAFT = DraftSchema()


@dataclass(frozen=True, slots=True)
class ComparedWords:
    """Words by how they stand in a quotation and in what was said; None where one of the two has none."""

    given: str | None
    said: str | None
    is_kept: bool
    is_editorial: bool


@dataclass(frozen=True, slots=True)
class ComparedQuote:
    """A quote beside a quotation; `quote` is None for words of nobody, `address` if not stored."""

    verdict: Verdict
    similarity: float
    words: Sequence[ComparedWords]
    quote: Quote | QuoteRecord | None
    address: str | None


@dataclass(frozen=True, slots=True)
class CheckedQuotation:
    """A quotation with its verdict and the nearest quotes, or the fault for which it cannot be checked."""

    given: DraftQuotation
    verdict: Verdict | None
    speaker_matches: bool | None
    quotes: Sequence[ComparedQuote]
    fault: str | None = None


@blueprint.get("/verify")
def show_verification() -> Response:
    """Show the quotes nearest to the quotation in the address, and the forms."""
    asked: Mapping[str, str] = {}
    try:
        asked = leave_out_blanks(read_parameters(request))
        checked = [check_one(current_store(), asked)] if asked else []
    except (Problem, InvalidQuery) as error:
        shown = {name: show_value(value) for name, value in asked.items()}
        return answer_forms(400, asked=shown, errors=dict(list_errors(error)))
    return answer_forms(asked=asked, checked=checked)


@blueprint.post("/verify")
def show_verified_draft() -> Response:
    """Show each quotation of a draft beside the article, or beside what is stored; nothing is stored."""
    given = {name: request.form.get(name, "").replace("\r\n", "\n") for name in DRAFT.fields}
    shown: dict[str, Any] = {name: show_value(value[:DRAFT_LENGTH]) for name, value in given.items()}
    if not given["article"].strip():
        del given["article"]
    try:
        found = list_wanted(check(DRAFT, given)["draft"])
        checked = check_all(found[:SHOWN_QUOTATIONS], given.get("article"))
    except InvalidFields as error:
        return answer_forms(422, errors=dict(error.errors), **shown)
    return answer_forms(checked=checked, number=len(found), **shown)


def show_value(value: str) -> str:
    """Give a value back to its field, without the character that no page may hold."""
    return value.replace("\0", "\ufffd")


def answer_forms(status: int = 200, **shown: Any) -> Response:
    empty: dict[str, Any] = {
        "asked": {},
        "errors": {},
        "checked": None,
        "draft": "",
        "article": "",
        "number": None,
    }
    limits = {"draft_length": DRAFT_LENGTH, "address_length": ADDRESS_LENGTH}
    return answer_page("verify.html", status, **{**empty, **limits, **shown})


def check_one(store: Store, asked: Mapping[str, str]) -> CheckedQuotation:
    """Check the quotation of an address against what is stored.  Raises Problem, InvalidQuery."""
    body = check_query(QUOTATION, asked)
    if len(body["quote"]) > ADDRESS_LENGTH:
        message = f"is {len(body['quote'])} characters long, the limit in an address is {ADDRESS_LENGTH}"
        raise Problem(400, [FieldError("quote", message)])
    try:
        wanted = read_conditions(body)
    except InvalidFields as error:
        raise Problem(400, error.errors) from None
    quotation = read_quotation(body["quote"])
    found = store.verify_quotation(quotation, wanted, NEAREST)
    return describe_nearest(DraftQuotation(0, 0, body["quote"], body.get("speaker")), found)


def list_wanted(draft: str) -> list[DraftQuotation]:
    """Find the quotations of a draft.  Raises OutOfTime."""
    return find_quotations(extract_in_time(Article(text=draft), current_config().extract_seconds))


def check_all(wanted: Sequence[DraftQuotation], article: str | None) -> list[CheckedQuotation]:
    """Check quotations against an article, or without one against what is stored.  Raises OutOfTime."""
    if article is not None:
        text = read_checked_text(article, "en", current_config())
        return [check_quotation(one, text.verify) for one in wanted]
    store = current_store()

    def find_nearest(quotation: GivenQuotation, speaker: str | None) -> Verification:
        return store.verify_quotation(quotation, QuoteFilter(speaker=speaker), NEAREST_OF_EACH)

    return [check_quotation(one, find_nearest) for one in wanted]


def check_quotation(one: DraftQuotation, check: Check) -> CheckedQuotation:
    """Check a quotation of a draft, which may be one that nobody can check."""
    try:
        found = check(read_quotation(one.text), one.speaker)
    except UnreadQuotation as error:
        return CheckedQuotation(one, None, None, (), str(error))
    except InvalidQuery as error:
        return CheckedQuotation(one, None, None, (), f"cannot be looked up: {error.field} {error.message}")
    return describe_finding(one, found) if isinstance(found, Finding) else describe_nearest(one, found)


def describe_nearest(one: DraftQuotation, found: Verification) -> CheckedQuotation:
    most = len(found.items) if found.verdict != "exact" else 1
    return CheckedQuotation(one, found.verdict, None, [describe_near(near) for near in found.items[:most]])


def describe_near(near: NearQuote) -> ComparedQuote:
    address = url_for("pages.show_article", article_id=near.quote.article.id) + f"#{near.quote.id}"
    return ComparedQuote(near.verdict, near.similarity, list_words(near.differences), near.quote, address)


def describe_finding(one: DraftQuotation, finding: Finding) -> CheckedQuotation:
    """Describe how a quotation stands in an article that is not stored."""
    words = list_words(finding.differences)
    quotes = [ComparedQuote(finding.verdict, finding.similarity, words, finding.quote, None)] if words else []
    if finding.joined is not None:
        quotes.append(replace(quotes[0], words=(), quote=finding.joined))
    return CheckedQuotation(one, finding.verdict, finding.speaker_matches, quotes)


def list_words(differences: Iterable[Difference]) -> list[ComparedWords]:
    return [
        ComparedWords(
            one.given.text if one.given else None,
            None if one.said is None else one.said.text if one.kind == "kept" else shorten(one.said.text),
            one.kind == "kept",
            one.editorial,
        )
        for one in differences
    ]


def shorten(words: str) -> str:
    """Leave out the middle of words that are long."""
    if len(words) <= 2 * SHOWN_ENDS:
        return words
    return f"{words[:SHOWN_ENDS]} … {words[-SHOWN_ENDS:]}"
