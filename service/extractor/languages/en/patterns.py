"""Phrases of English, as parts of patterns over shapes."""

PARTS = {
    # "the old town's two mayors", "some"
    "np": """
        (?: <determiner|quantifier>*
            (?: <heads|adjective|possessive|number> | <gerund>(?=<nouns>)
              # "Inspector (Traffic) Jane Doe"
              | (?<=<heads>) <opening_bracket> <^full_stops|brackets|comma|passage>{1,4}
                <closing_bracket> (?=<name>)
            )* <heads>
          | <determiner>? <quantifier> )
    """,
    # "of Leeds and the council"
    "tail": "(?: <links> <np> )*",
    "aside": """(?:
        <opening_bracket> <^full_stops|brackets|passage>{1,40} <closing_bracket> <comma>?   # "(R., Ky.)"
      | (?: <comma> <^clause_ends>+ ){1,4}? <comma>                 # ", a doctor who ..., "
      | <comma> <number>                                            # ", 52"
      | (?: <comma>? <other> ){1,3} <comma>?                        # ", R-Ky.,", ", MD, PhD", " KC"
      | <dash> <^full_stops|dash|passage>{1,60} <dash>              # " - a doctor - "
      | <relatives> <^clause_ends|passage>{0,20}? <finite>          # "who was there"
        <^clause_ends|passage>{0,20}? (?<!<subject_pronouns>)
    )""",
    # between a subject and its verb: "has never", "on Monday"
    "gap": "(?: <auxiliary|adverb|be|possessive> | <when> )*",
    "adverbs": "(?: <adverb> | <when> )*",
    "when": """
        (?: # "less than two weeks ago"
            (?: <adjective> <preposition> )? <number|quantifier> <noun|time> <time>
          | <of|preposition>? <determiner|adjective>? <time>+ <number>? )
    """,
}
