"""The child process of `aside`: what is asked on stdin is done, the answer goes to stdout."""

from __future__ import annotations

import pickle
import sys

# Bytes of the length before each question and answer.
SIZE = 4


def main() -> None:
    """Until the parent closes the pipe, or dies."""
    asked, said = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.read(SIZE):
        # The parent of this process wrote it.
        act = pickle.loads(asked.read(int.from_bytes(head, "big")))  # noqa: S301
        try:
            answer = pickle.dumps((True, act()))
        except Exception as error:
            # Refusals too are answers.
            answer = pickle.dumps((False, error))
        said.write(len(answer).to_bytes(SIZE, "big") + answer)
        said.flush()


if __name__ == "__main__":
    main()
