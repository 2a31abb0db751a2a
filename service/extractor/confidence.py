"""How often each rule was right on annotated news: the share of its attributions that named the right speaker."""

CONFIDENCE: dict[str, float] = {"quote_name_cue": 0.94}
