"""Writes every script of some folders otherwise, in each way that keeps its meaning, and counts what gets lost.

    python benchmarks/mutations.py FOLDER [FOLDER …] [--seed N] [--list] [--only "CRLF,call in try"]

A script that is only written otherwise must get the same changes, or an attention in their place. `tests/properties`
tries a part of the fixtures; this tries all of any folder.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cal_upgrade.files import rules_folder  # noqa: E402
from cal_upgrade.options import Options  # noqa: E402
from cal_upgrade.records import Refused  # noqa: E402
from cal_upgrade.rules.load import load  # noqa: E402
from cal_upgrade.rules.ruleset import make  # noqa: E402
from tests.properties.mutations import MUTATIONS  # noqa: E402
from tests.properties.written_otherwise import tried  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(MUTATIONS), help="names of mutations, comma-separated")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every Nth way only, others each time")
    parser.add_argument("--list", action="store_true", help="name each script that loses something")
    parser.add_argument("--keep", type=Path, help="folder to write the texts to that lose something")
    given = parser.parse_args()
    book = make(load([rules_folder() / "casa-3.4-to-4.2"]), Options(version="3.4"))
    names = dict.fromkeys(given.only.split(","))
    made: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for number, path in enumerate(sorted(path for folder in given.folders for path in folder.rglob("*.py"))):
        ways = dict.fromkeys(list(names)[number % given.every :: given.every])
        try:
            for one in tried(path.read_bytes(), book, given.seed, ways):
                made[one.mutation] += 1
                if one.wrong:
                    wrong[one.mutation] += 1
                    if given.list:
                        print(f"{path.name}: {one.mutation}: {one.wrong}", flush=True)
                    if given.keep:
                        kept = given.keep / f"{path.stem}.{one.mutation.replace(' ', '_')}.py"
                        kept.write_bytes(one.text)
        except Refused:
            continue
    print("| written otherwise by | scripts | lose something |\n|---|---:|---:|")
    for name in names:
        print(f"| {name} | {made[name]:,} | {wrong[name]:,} |")
    print(f"| all | {made.total():,} | {wrong.total():,} |")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
