"""How often Python looks for cycles of garbage."""

import gc


def collect_less_often() -> None:
    """What is loaded stays, and an article leaves few cycles: looking for them at each turn takes time."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
