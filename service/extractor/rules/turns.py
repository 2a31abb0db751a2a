"""The rule for articles that are written in turns, without quotation marks."""

from service.extractor.article import Attribution
from service.extractor.rules.quote_site import Site


def turn(site: Site) -> Attribution | None:
    """JANE DOE, MAYOR: We will not move. (new paragraph) Q: Why not? - in an article written in turns."""
    turns = site.article.turns
    here = turns[site.index]
    goes_on = turns.get(site.index - 1) is here
    head_end = here.mention[1] if here.mention else 0
    return Attribution(here.mention, head_end, cue=here.cue, joined=goes_on, name=here.name)
