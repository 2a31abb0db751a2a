"""Prints how many attributions of annotated articles disappear, right and wrong, without each rule.

    python -m bench.ablate GOLD.jsonl...

GOLD is what bench.calibrate reads.  "right" is how many passages and reported clauses fewer get the right
speaker without the rule, "wrong" how many fewer get a wrong one or should have none.  What another rule
catches counts neither way.
"""

from typing import Any

from bench.calibrate import judge_article
from bench.gold import build_parser, read_articles
from bench.machine import describe_machine
from service.extractor import rules


def main() -> None:
    articles = list(read_articles(build_parser(__doc__).parse_args().gold))
    right, wrong = judge(articles)
    print(
        f"{describe_machine()}: {len(articles)} articles, {right} passages and clauses right, {wrong} wrong\n"
    )
    print(f"{'without':<24} {'right':>6} {'wrong':>6}")
    worth = [(*judge_without(rule, articles), rule.__name__) for rule in rules.EVERY_RULE]
    for without_right, without_wrong, name in sorted(worth):
        print(f"{name:<24} {without_right - right:6} {without_wrong - wrong:6}")


def judge(articles: list[dict[str, Any]]) -> tuple[int, int]:
    decisions = [decision for article in articles for decision in judge_article(article)]
    right = sum(decision.right for decision in decisions)
    return right, len(decisions) - right


def judge_without(left_out: rules.Rule | rules.ReportRule, articles: list[dict[str, Any]]) -> tuple[int, int]:
    local, context, reports = rules.LOCAL_RULES, rules.CONTEXT_RULES, rules.REPORT_RULES
    rules.LOCAL_RULES = tuple(rule for rule in local if rule is not left_out)
    rules.CONTEXT_RULES = tuple(rule for rule in context if rule is not left_out)
    rules.REPORT_RULES = tuple(rule for rule in reports if rule is not left_out)
    try:
        return judge(articles)
    finally:
        rules.LOCAL_RULES, rules.CONTEXT_RULES, rules.REPORT_RULES = local, context, reports


if __name__ == "__main__":
    main()
