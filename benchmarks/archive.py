"""Converts a made-up archive of data packages with one call: counts, time by processes, memory, inputs unchanged.

The floor is what libcst takes to read a script of the same size and write it again, in this process, per script.
Runs take turns (one process, two, one, …) so that a busy moment of the machine hits all of them; the least time of
each counts, as other work on the machine can only add to it. Beside the time on the clock stands that of the
processors, which other work disturbs less.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from packages import archive  # noqa: E402  (it lies with the tests)

SUMMARY = re.compile(r"(\d+) converted.*?(\d+) with nothing to do, (\d+) failed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        good, bad = archive.make(folder / "archive", given.packages)
        archive.make(folder / "tenth", max(1, given.packages // 10))
        before = archive.fingerprint(folder / "archive")
        times: dict[int, list[Times]] = {1: [], 2: []}
        for _ in range(given.rounds):
            for jobs, taken in times.items():
                taken.append(convert(folder / "archive", folder / "out", jobs, good, bad))
        assert archive.fingerprint(folder / "archive") == before, "the input was changed"
        peaks = [peak(folder / part, folder / "out") for part in ("tenth", "archive")]
        again = resumed(folder / "archive", folder / "out")
    scripts = good + bad
    print(f"{given.packages} packages, {scripts} scripts, {good} converted, {bad} failed, input unchanged\n")
    print(table(*(Times(*map(min, zip(*taken, strict=True))) for taken in times.values()), libcst_floor(), scripts))
    print(f"\nLargest memory of a process: {peaks[0]:.0f} MB for a tenth of the archive, {peaks[1]:.0f} MB for all.")
    print(f"Going on where all is done, -j 2: {again:.1f} s.")


class Times(NamedTuple):
    """Seconds on the clock, and of all processors together."""

    clock: float
    processor: float


def table(one: Times, two: Times, floor: Times, scripts: int) -> str:
    rows = [
        ("", "-j 1", "-j 2"),
        ("---", "---", "---"),
        ("whole archive, clock (s)", f"{one.clock:.1f}", f"{two.clock:.1f}"),
        ("times as fast", "1", f"{one.clock / two.clock:.2f}"),
        *(
            (f"a script, {name} (ms)", *(f"{getattr(run, name) / scripts * 1e3:.1f}" for run in (one, two)))
            for name in Times._fields
        ),
        *(
            (
                f"times the libcst floor, {name} ({getattr(floor, name) * 1e3:.1f} ms)",
                *(f"{getattr(run, name) / scripts / getattr(floor, name):.2f}" for run in (one, two)),
            )
            for name in Times._fields
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def convert(source: Path, out: Path, jobs: int, good: int, bad: int) -> Times:
    """What one call takes; the counts have to be right."""
    shutil.rmtree(out, ignore_errors=True)
    began, used = time.perf_counter(), processor_of_children()
    done = run(source, out, jobs)
    took = Times(time.perf_counter() - began, processor_of_children() - used)
    counts = SUMMARY.search(done.stdout)
    assert counts is not None, done.stdout[-500:] + done.stderr[-500:]
    assert [int(count) for count in counts.groups()] == [good, 0, bad], counts.group()
    assert done.returncode == (2 if bad else 0)
    assert len(list(out.rglob("*_4.2.py"))) == good
    return took


def processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(source: Path, out: Path, jobs: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cal_upgrade.cli.convert", str(source), "-o", str(out), "-j", str(jobs)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def peak(source: Path, out: Path) -> float:
    """The largest memory (MB) of the command and its two processes, measured in a process of its own."""
    shutil.rmtree(out, ignore_errors=True)
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'benchmarks')!r}); import archive; archive.report_peak()"
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(out)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def report_peak() -> None:
    run(Path(sys.argv[1]), Path(sys.argv[2]), 2)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def resumed(source: Path, out: Path) -> float:
    began = time.perf_counter()
    assert "of them there already" in run(source, out, 2).stdout
    return time.perf_counter() - began


def libcst_floor() -> Times:
    """What libcst takes to read and write a script of the archive, on average over the three kinds of them.

    libcst reads Python 3 only, so prints are put into parentheses first.
    """
    import libcst

    least = []
    for kind in archive.KINDS:
        text = (archive.FIXTURES / kind).read_text()
        text = re.sub(r"^( *)print (.*?) *$", r"\1print(\2)", text, flags=re.MULTILINE)
        taken = []
        for _ in range(15):
            began = Times(time.perf_counter(), time.process_time())
            assert libcst.parse_module(text).code == text
            taken.append(Times(time.perf_counter() - began.clock, time.process_time() - began.processor))
        least.append(Times(*map(min, zip(*taken, strict=True))))
    return Times(*(sum(part) / len(least) for part in zip(*least, strict=True)))


if __name__ == "__main__":
    main()
