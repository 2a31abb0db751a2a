"""`quotes verify`: a quotation, or every quotation of a draft, beside what was said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from service.cli.settings import read_config
from service.cli.terminal import escape
from service.extractor import extract
from service.ingest.check_text import read_checked_text
from service.schemas.article import check_text
from service.schemas.check import InvalidFields
from service.store import InvalidQuery, QuoteFilter, Store, Verification
from service.verify.compare import Difference
from service.verify.draft import DraftQuotation, find_quotations
from service.verify.normalise import GivenQuotation, UnreadQuotation, read_quotation
from service.verify.text import Finding

# The nearest stored quotes that are written as JSON.
NEAREST = 5
Check = Callable[[GivenQuotation, str | None], Finding | Verification]


def read_text(path: Path) -> str:
    """Read a text from a file.  Raises ClickException."""
    try:
        text = path.read_text("utf8")
        check_text(text, read_config())
    except (UnicodeDecodeError, InvalidFields) as error:
        raise click.ClickException(f"{path}: {error}") from None
    return text


def list_wanted(quote: str | None, speaker: str | None, draft: Path | None) -> list[DraftQuotation]:
    """The quotations to be checked: one that is given, or those of a draft."""
    if draft is None:
        return [DraftQuotation(0, len(quote or ""), quote or "", speaker)]
    found = find_quotations(extract(read_text(draft)))
    return [one if speaker is None else one._replace(speaker=speaker) for one in found]


def verify_all(wanted: Sequence[DraftQuotation], check: Check, *, as_json: bool) -> bool:
    """Print how each quotation stands in what is checked; whether all are exact."""
    all_exact = True
    for one in wanted:
        try:
            answer = check(read_quotation(one.text), one.speaker)
        except (UnreadQuotation, InvalidQuery) as error:
            if as_json:
                click.echo(orjson.dumps({"given": one._asdict(), "error": str(error)}))
            else:
                click.echo(f"unread   “{escape(one.text)}”\n    {escape(str(error))}")
            all_exact = False
            continue
        all_exact = all_exact and answer.verdict == "exact"
        if as_json:
            click.echo(orjson.dumps({"given": one._asdict(), **asdict(answer)}, option=orjson.OPT_UTC_Z))
        elif isinstance(answer, Finding):
            click.echo(describe_finding(one, answer))
        else:
            click.echo(describe_nearest(one, answer))
    return all_exact


def verify_against_article(wanted: Sequence[DraftQuotation], article: Path, *, as_json: bool) -> bool:
    checked = read_checked_text(read_text(article), "en", read_config())
    return verify_all(wanted, checked.verify, as_json=as_json)


def verify_against_store(wanted: Sequence[DraftQuotation], store: Store, *, as_json: bool) -> bool:
    def check(quotation: GivenQuotation, speaker: str | None) -> Verification:
        return store.verify_quotation(quotation, QuoteFilter(speaker=speaker), NEAREST)

    return verify_all(wanted, check, as_json=as_json)


def describe_finding(one: DraftQuotation, finding: Finding) -> str:
    """A quotation with its verdict, and below it how it differs and whose it is."""
    lines = [f"{finding.verdict:<8} “{escape(one.text)}”"]
    if finding.verdict not in ("exact", "absent"):
        lines.append(f"    {escape(mark_differences(finding.differences))}")
    if finding.quote is not None or finding.place is not None:
        lines.append(f"    {escape(describe_place(one, finding))}")
    return "\n".join(lines)


def describe_nearest(one: DraftQuotation, found: Verification) -> str:
    """A quotation with its verdict, and below it the nearest quote and where that stands."""
    lines = [f"{found.verdict:<8} “{escape(one.text)}”"]
    for near in found.items[: 2 if found.verdict == "joined" else 1]:
        if found.verdict != "exact":
            lines.append(f"    {escape(mark_differences(near.differences))}")
        quote, article = near.quote, near.quote.article
        speaker = quote.speaker.name if quote.speaker else "nobody named"
        kind = ", indirect" if quote.kind == "indirect" else ""
        day = f", {article.published_at:%Y-%m-%d}" if article.published_at else ""
        lines.append(
            f"    {escape(f'{speaker}{kind}: {article.title or article.id}{day}')}  [{escape(article.id)}]"
        )
    return "\n".join(lines)


def describe_place(one: DraftQuotation, finding: Finding) -> str:
    speaker = finding.quote.speaker.name if finding.quote and finding.quote.speaker else "nobody named"
    place = "" if finding.place is None else f", at {finding.place.start}"
    kind = ", indirect" if finding.quote is not None and finding.quote.kind == "indirect" else ""
    other = f", not {one.speaker}" if finding.speaker_matches is False else ""
    return f"{speaker}{other}{kind}{place}"


def mark_differences(differences: Iterable[Difference]) -> str:
    """Both wordings in one line: [-what was said-] and {+what the quotation has instead+}."""
    return " ".join(mark_difference(one) for one in differences)


def mark_difference(one: Difference) -> str:
    if one.kind == "kept" and one.said:
        return one.said.text
    parts = ([f"[-{one.said.text}-]"] if one.said else []) + (
        [f"{{+{one.given.text}+}}"] if one.given else []
    )
    return " ".join(parts)
