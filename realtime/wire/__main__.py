"""`python -m realtime.wire`: write the generated files. `--check`: fail when one is stale."""

from __future__ import annotations

import sys

from realtime.wire.generate import stale, write


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(f"usage: python -m realtime.wire [--check], not {arguments}", file=sys.stderr)
        return 2
    if not arguments:
        for name in write():
            print(f"written: {name}")
        return 0
    found = stale()
    for name in found:
        print(f"stale: {name}; run python -m realtime.wire", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
