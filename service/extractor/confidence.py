"""How often each rule was right on annotated news: the share of its passages given the right speaker."""

CONFIDENCE: dict[str, float] = {"quote_name_cue": 0.94}
