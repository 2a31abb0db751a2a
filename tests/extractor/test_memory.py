"""An article that has been read leaves nothing behind for the garbage collector."""

import gc
from collections.abc import Callable

import pytest

from service.extractor import EVERY_KIND, Extraction, explain, extract

# Names that several people have, pronouns and descriptions: whoever reads them asks back and forth.
ARTICLE = """\
Jane Doe, the mayor of Leeds, met the council on Monday. Richard Roe, her deputy, was there as well.

“We will not move,” she said. The mayor said that the tram was late. “It is,” Mr Roe said.

Mary Roe, a driver, told him that the driver had left. “He went home,” she said. “Roe did?” the mayor asked.
"""


@pytest.mark.parametrize("read", [extract, explain])
def test_leaves_no_cycles(read: Callable[..., Extraction]) -> None:
    read(ARTICLE, kinds=EVERY_KIND)
    gc.collect()
    gc.disable()
    try:
        assert len(read(ARTICLE, kinds=EVERY_KIND).quotes) > 4
        assert gc.collect() == 0
    finally:
        gc.enable()
