"""Tries the converter on folders of real scripts, and prints a table of counts.

    python benchmarks/corpora.py FOLDER [FOLDER …] [--results keep] [--list]

The numbers in docs/evidence.md come from here; it says which public repository and commit each folder is from. None
of their text is kept in this project. Python 2.7 and a judge that shares no code with the converter (`tests/judge`)
say whether the results are right.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cal_upgrade.convert.translate import translate  # noqa: E402
from cal_upgrade.files import rules_folder  # noqa: E402
from cal_upgrade.options import Options  # noqa: E402
from cal_upgrade.records import Refused, Translation  # noqa: E402
from cal_upgrade.rules.load import load  # noqa: E402
from cal_upgrade.rules.ruleset import Book, make  # noqa: E402
from cal_upgrade.text.edits import given_line  # noqa: E402
from tests.judge import Verdict, places, unaccounted, verdicts  # noqa: E402

COLUMNS = (
    "scripts",
    "not Python 2.7",
    "same bytes with no rule",
    "for another CASA",
    "converted",
    "left alone",
    "compile afterwards",
    "task calls",
    "changed",
    "checked",
    "unknown",
    "attention",
    "misfits before",
    "misfits told",
    "misfits not told",
    "places that reach a task",
    "places in no account",
    "failures",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--results", choices=["nrao", "keep"], default="nrao")
    parser.add_argument("--list", action="store_true", help="name rules, misfits not told, and failures")
    given = parser.parse_args()
    rows, faults = {}, []
    told: Counter[str] = Counter()
    for folder in given.folders:
        rows[folder], found = tried(folder, given.results, told)
        faults += found
    print(table(rows))
    if given.list:
        print("\nattention by rule:", ", ".join(f"{rule} {number}" for rule, number in told.most_common()))
    if given.list:
        print("\n".join(faults))
    return 1 if faults else 0


def tried(folder: Path, results: str, told: Counter[str]) -> tuple[Counter[str], list[str]]:
    """Convert every script under a folder: the counts, and what is wrong in a line each; `told` counts rules."""
    scripts = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}
    rules = load([rules_folder() / "casa-3.4-to-4.2"])
    book, nothing, again = (
        make(rules, Options(**options))
        for options in (
            {"results": results},
            {"select": ("none",), "version": "3.4"},
            {"results": results, "version": "3.4"},
        )
    )
    counts: Counter[str] = Counter()
    faults: list[str] = []
    found: dict[str, Translation] = {}
    before = verdicts(scripts)
    for name, data in scripts.items():
        counts["scripts"] += 1
        if before[name].error is not None:
            counts["not Python 2.7"] += 1
        try:
            if translate(data, nothing).output == data:
                counts["same bytes with no rule"] += 1
            else:
                faults.append(f"{name}: not the same bytes with no rule")
            found[name] = translate(data, book)
        except Refused as refused:
            if before[name].error is None:
                counts["for another CASA"] += "asks for CASA" in refused.what
                if "asks for CASA" not in refused.what:
                    faults.append(f"{name}:{refused.line}: refused, but it is Python 2.7: {refused.what}")
            continue
        if before[name].error is not None:
            faults.append(f"{name}: converted, but it is not Python 2.7: {before[name].error}")
        faults += unsettled(name, found[name], *([book, again] if found[name].version == "3.4" else [book]))
    after = verdicts({name: one.output for name, one in found.items()})
    for name, one in found.items():
        counts["converted" if one.changed else "left alone"] += 1
        counts["task calls"] += len(one.calls)
        counts.update(call.status for call in one.calls)
        counts["attention"] += len(one.attention)
        counts["compile afterwards"] += after[name].error is None
        told.update(attention.rule for attention in one.attention)
        counts["misfits before"] += len(before[name].misfits)
        faults += compared(name, one, before[name], after[name], counts)
    for name, reached in places(scripts).items():
        if reached is not None and name in found:
            silent = unaccounted(reached, found[name])
            counts["places that reach a task"] += len(reached)
            counts["places in no account"] += len(silent)
            faults += [f"{name}:{one.line}: in no account: {one.kind} {one.task}" for one in silent]
    counts["failures"] = len(faults) - counts["misfits not told"]
    return counts, faults


def unsettled(name: str, first: Translation, *books: Book) -> list[str]:
    """Convert a result once more, which must not change it."""
    faults = []
    for book in books:
        try:
            if translate(first.output, book).output != first.output:
                faults.append(f"{name}: a second pass changes it (--from {book.options.version})")
        except Refused as refused:
            faults.append(f"{name}: the result is refused (--from {book.options.version}): {refused.what}")
    return faults


def compared(name: str, found: Translation, before: Verdict, after: Verdict, counts: Counter[str]) -> list[str]:
    """Hold a result against what Python 2.7 sees in it: misfits that nobody tells, calls without an account."""
    if after.error is not None:
        return [f"{name}: the result does not compile: {after.error}"]
    faults = []
    told = {attention.line for attention in found.attention}
    for misfit in after.misfits:
        line = given_line(found.origin, misfit.line)
        counts["misfits told" if line in told else "misfits not told"] += 1
        if line not in told:
            faults.append(
                f"{name}:{line} (result {misfit.line}): not told: {misfit.kind}: {misfit.task}: {misfit.what}"
            )
    missing = Counter(before.calls) - Counter((call.line, call.task) for call in found.calls)
    faults += [f"{name}:{line}: {task} is not in the account" for line, task in missing]
    return faults


def table(rows: dict[Path, Counter[str]]) -> str:
    """Give the counts as a table in Markdown, a folder a column."""
    lines = [f"| | {' | '.join(folder.name for folder in rows)} |", f"|---|{'---:|' * len(rows)}"]
    lines += [f"| {column} | {' | '.join(f'{row[column]:,}' for row in rows.values())} |" for column in COLUMNS]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
