"""What Python's collector need not look at: a process calls this once, when it is ready."""

from __future__ import annotations

import gc

# New objects that set off a collection: at Python's 700, a connect in four paid for one, and a
# worker spent a fifth of its time on the 3,000 sends that were under way.
YOUNG_OBJECTS = 10_000


def settle_heap() -> None:
    """What the imports left lives for ever: no collection looks at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 5, 5)
