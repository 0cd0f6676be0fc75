"""`python -m benchmarks [--smallest] [name …]`: every bench, or those that are named.

`--smallest` runs each row over as little as it can: it shows that the rows still measure what they say, and no speed.
"""

import importlib
import sys

NAMES = (
    "feed",
    "rendering",
    "find",
    "race",
    "sheet",
    "taps",
    "tablets",
    "start",
    "import_listings",
    "horizon",
    "conflicts",
    "edit",
)
SMALLEST = "--smallest"


def main() -> None:
    """Run the benches one after the other."""
    named = [name for name in sys.argv[1:] if name != SMALLEST]
    for name in named or NAMES:
        bench = importlib.import_module(f"benchmarks.{name}")
        bench.run(bench.SMALLEST if SMALLEST in sys.argv else bench.FULL)


if __name__ == "__main__":
    main()
