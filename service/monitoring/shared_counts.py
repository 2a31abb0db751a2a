"""Numbers that all workers count in, in memory that they share: no files, and nothing to clean up.

The memory is made before the workers are forked.  Each process writes to a slot of its own, so that none
waits for another; what is read is the sum of all slots.  The slot of a worker that has died goes to the next
one, which counts on from there, so that no count is lost.
"""

import mmap
import threading

# Twice as many as there may be workers: while a service is reloaded it has old ones and new.
SLOTS = 513
VALUES_PER_SLOT = 16_384
BYTES_PER_VALUE = 8


class SharedValues:
    """An array of numbers, once for each process; memory that is not written to takes up none."""

    def __init__(self) -> None:
        # Slot 0 belongs to the process that made this one, which is gunicorn's own.
        self._memory = memoryview(mmap.mmap(-1, SLOTS * VALUES_PER_SLOT * BYTES_PER_VALUE)).cast("d")
        self._start = 0
        self._lock = threading.Lock()
        self._taken: set[int] = set()
        self._declared = 0
        # How many slots were ever in use: a number of slot 0, for all to read.
        self._used = self.declare(1)
        self._memory[self._used] = 1

    def declare(self, count: int) -> int:
        """Reserve numbers before workers are forked; return the place of the first."""
        place = self._declared
        if place + count > VALUES_PER_SLOT:
            raise ValueError(f"more than {VALUES_PER_SLOT} numbers to count in")
        self._declared += count
        return place

    def add(self, *amounts: tuple[int, float]) -> None:
        """Add to numbers, each given by its place, all at once."""
        with self._lock:
            for place, amount in amounts:
                self._memory[self._start + place] += amount

    def totals(self) -> list[float]:
        """Sum each number over all processes."""
        used = int(self._memory[self._used])
        starts = range(0, used * VALUES_PER_SLOT, VALUES_PER_SLOT)
        slots = (self._memory[start : start + self._declared].tolist() for start in starts)
        return [sum(values) for values in zip(*slots, strict=True)]

    def take_slot(self) -> int:
        """Choose the slot of a worker that is about to be forked; called in the process that forks it."""
        slot = next(number for number in range(1, SLOTS) if number not in self._taken)
        self._taken.add(slot)
        self._memory[self._used] = max(self._memory[self._used], slot + 1)
        return slot

    def enter_slot(self, slot: int) -> None:
        """Count in this slot from now on; called in the worker."""
        self._start = slot * VALUES_PER_SLOT

    def leave_slot(self, slot: int, clear: tuple[int, ...] = ()) -> None:
        """Free the slot of a worker that ended; the places to `clear` are set to zero."""
        for place in clear:
            self._memory[slot * VALUES_PER_SLOT + place] = 0
        self._taken.discard(slot)
