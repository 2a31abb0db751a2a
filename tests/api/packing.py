"""Packs bodies in every way that the service unpacks."""

import gzip
import sys
from collections.abc import Callable
from functools import partial

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Without the time: what tests are named by is the same in every process.
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": partial(gzip.compress, mtime=0),
    "zstd": zstd.compress,
}
