"""How long `cal-upgrade` takes beside the tools that it could be made of, as whole processes, in one run.

Every command works on the same two files, of 700 and of 7,000 lines, made of our own fixture. Commands take turns,
so that a busy moment of the machine hits all of them. Wall time is the median of all runs; processor time the least,
which is what the work itself takes on a machine that has other things to do. Both are compared as ratios to `libcst`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FLOOR = "libcst: parse and write"
FLOOR_CODE = "import sys, libcst; libcst.parse_module(open(sys.argv[1]).read()).code"


class Times(NamedTuple):
    """Seconds: the median of wall time, the least processor time."""

    wall: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        more = ten_times_the_rules(folder)
        rows = {lines: measure(script(folder, lines), more, given.runs) for lines in (700, 7000)}
    print(table(rows))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1))


def script(folder: Path, lines: int) -> Path:
    """A 3.4 script of so many lines that reads as Python 3 too, for the sake of libcst."""
    text = (ROOT / "fixtures" / "plain_3.4.py").read_text()
    text = re.sub(r"^( *)print (.*?) *$", r"\1print(\2)", text, flags=re.MULTILINE)
    _, body = text.split("# Initial flagging", 1)
    calls = "".join(re.findall(r"^  tflagdata\(.*?\)\n\n", body, re.MULTILINE | re.DOTALL))
    padding = (calls * (lines // calls.count("\n") + 1)).splitlines(keepends=True)
    start, rest = text.split("  # antennas that stand in each other's way\n")
    missing = lines - text.count("\n")
    path = folder / f"script_{lines}_3.4.py"
    whole = "".join(padding[:missing]).rpartition("\n\n")[0] + "\n\n"
    path.write_text(start + whole + rest)
    return path


def ten_times_the_rules(folder: Path) -> Path:
    """A folder with nine times the rules there are, under other names."""
    more = folder / "rules"
    more.mkdir()
    for number in range(9):
        for pack in (ROOT / "rules" / "casa-3.4-to-4.2").glob("*.toml"):
            text = re.sub(r'^id = "(.*)"', rf'id = "\1-{number}"', pack.read_text(), flags=re.MULTILINE)
            (more / f"{pack.stem}-{number}.toml").write_text(text)
    return more


def measure(path: Path, more: Path, runs: int) -> dict[str, Times]:
    """Take the times of each command; a first run, which compiles modules and rules, does not count."""
    out = path.with_suffix(".out.py")
    convert = [str(Path(sys.executable).with_name("cal-upgrade")), str(path), "-o", str(out), "--force"]
    commands = {
        FLOOR: [sys.executable, "-c", FLOOR_CODE, str(path)],
        "cal-upgrade": convert,
        "cal-upgrade, ten times the rules": [*convert, "--rules", str(more)],
        "libcst.tool codemod, no-op": [sys.executable, "-m", "libcst.tool", "codemod", "noop.NOOPCommand", str(path)],
        "fissix, default fixers": [sys.executable, "-m", "fissix", "--no-diffs", str(path)],
    }
    # compiled modules are written and used, as with an installed package, whatever this shell says
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, words in commands.items():
            start, busy = time.perf_counter(), processor_time()
            done = subprocess.run(words, cwd=path.parent, env=environment, capture_output=True, check=False)
            if done.returncode not in (0, 1):
                sys.exit(f"{name}: {done.stderr.decode()[-400:]}")
            if run:
                times[name].append((time.perf_counter() - start, processor_time() - busy))
    return {
        name: Times(statistics.median(wall for wall, _ in both), min(busy for _, busy in both))
        for name, both in times.items()
    }


def processor_time() -> float:
    """Give the seconds that processes started here have worked so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: dict[int, dict[str, Times]]) -> str:
    """A table in Markdown: milliseconds, and the ratio to libcst in the same run."""
    heads = [f"{size:,} lines, {kind}, ms | ratio" for size in rows for kind in ("wall", "processor")]
    lines = [f"| whole process | {' | '.join(heads)} |", "|---|" + "---:|---:|" * len(heads)]
    for name in next(iter(rows.values())):
        cells = [
            f"{1000 * took:.0f} | {took / floor:.2f}"
            for row in rows.values()
            for took, floor in zip(row[name], row[FLOOR], strict=True)
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
