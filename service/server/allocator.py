"""Sets how the C library's allocator keeps freed memory."""

import ctypes

# glibc's own number; other C libraries have no arenas.
M_ARENA_MAX = -8


def share_one_arena() -> None:
    """Let threads allocate from one arena: of its own, each would keep what its largest request took.

    Call it before threads are started.  They hardly wait for it, as they wait for Python's lock anyway.
    """
    if change_allocator := getattr(ctypes.CDLL(None), "mallopt", None):
        change_allocator(M_ARENA_MAX, 1)
