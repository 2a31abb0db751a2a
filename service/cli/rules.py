"""`quotes rules`: lists the attribution rules, with examples and how often each was right."""

import click
import orjson

from service.extractor import load_language
from service.extractor.confidence import AccuracyCount
from service.extractor.rules import EVERY_RULE, example_of

LANGUAGE = "en"


def print_rules(*, as_json: bool) -> None:
    """Print the rules in the order in which they are tried."""
    language = load_language(LANGUAGE)
    if not as_json:
        click.echo(f"{'rule':<22} {'passages':>8} {'right':>6} {'confidence':>10}  example")
    for rule in EVERY_RULE:
        name, example = rule.__name__, example_of(rule)
        tally = language.evidence.get(name, AccuracyCount(0, 0))
        confidence = language.confidences.rules.of(name)
        if as_json:
            line = {"rule": name, "example": example, "passages": tally.passages, "right": tally.right}
            click.echo(orjson.dumps({**line, "confidence": confidence}))
        else:
            click.echo(f"{name:<22} {tally.passages:8} {tally.right:6} {confidence:10.3f}  {example}")
