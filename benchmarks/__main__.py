"""`python -m benchmarks [name …]`: every bench, or those that are named."""

import importlib
import sys

NAMES = ("feed", "find", "race", "sheet", "start", "import_listings")


def main() -> None:
    """Run the benches one after the other."""
    for name in sys.argv[1:] or NAMES:
        importlib.import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main()
