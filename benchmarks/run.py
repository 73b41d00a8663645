"""What `cal-run` costs beside the same casatasks calls written by hand in Python 3, as whole processes, in one run.

Both calibrate fresh copies of one simulated observation, steps 9 to 18, in one directory that each finds empty, with
nothing left to be written to the disk. They take turns, and turns at going first, so that a busy moment of the
machine hits both. Compared are the medians, of the time on the clock and of the processors' time, which a busy
machine lengthens less; and the calibrated data, which must be the same bit for bit.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
HAND = ROOT / "tests" / "run"
BY_HAND = (
    "import sys; from pathlib import Path\n"
    "from cal_upgrade.run.start import start; start(Path('by_hand.log').resolve())\n"
    "import by_hand; by_hand.calibrate(sys.argv[1], windows={windows}, channels={channels})"
)
RUNNER = "import sys; from cal_upgrade.cli.run import main; sys.exit(main([sys.argv[1]]))"
SHAPES: dict[str, tuple[int, int]] = {"small": (2, 32), "large": (4, 64)}
"""Spectral windows and channels of each size."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=list(SHAPES), default="large")
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        seconds = measure(Path(name), given.size, given.runs)
    ratios = {}
    for kind, times in seconds.items():
        hand, runner = (statistics.median(times[who]) for who in ("by hand", "cal-run"))
        ratios[kind] = runner / hand
        print(f"{kind:10} by hand {hand:.1f} s, cal-run {runner:.1f} s: {100 * (runner / hand - 1):+.1f} %  {times}")
    if given.json:
        given.json.write_text(json.dumps({"seconds": seconds, "ratios": ratios}, indent=1))


def measure(folder: Path, size: Literal["small", "large"], runs: int) -> dict[str, dict[str, list[float]]]:
    """Time both, in turns; give the seconds of each run on the clock and of the processors."""
    simulate = "from pathlib import Path; from cal_upgrade.run.start import start\n"
    simulate += f"start(Path({str(folder / 'log')!r}))\n"
    simulate += f"from cal_upgrade.run.simulate import simulate; print(simulate(Path({str(folder)!r}), {size!r}).vis)"
    vis = python(simulate, cwd=folder).split()[-1]
    windows, channels = SHAPES[size]
    seconds: dict[str, dict[str, list[float]]] = {
        kind: {"by hand": [], "cal-run": []} for kind in ("clock", "processors")
    }
    both = [
        ("by hand", BY_HAND.format(windows=windows, channels=channels), vis),
        ("cal-run", RUNNER, "script_4.2.py"),
    ]
    for k in range(runs):
        for who, code, argument in both[:: -1 if k % 2 else 1]:
            work = folder / "work"
            shutil.copytree(folder / vis, work / vis)
            (work / "script_4.2.py").write_text(script(windows, channels))
            os.sync()
            began, used = time.perf_counter(), processors()
            python(code, argument, cwd=work)
            seconds["clock"][who].append(round(time.perf_counter() - began, 2))
            seconds["processors"][who].append(round(processors() - used, 2))
            shutil.rmtree(folder / who, ignore_errors=True)
            (work / f"{vis}.cal").rename(folder / who)
            shutil.rmtree(work)
    same(folder / "by hand", folder / "cal-run", folder)
    return seconds


def processors() -> float:
    """The processors' time (s) that the processes started here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def script(windows: int, channels: int) -> str:
    """The script of the tests, for so many windows and channels."""
    sys.path.insert(0, str(HAND))
    from by_hand import EDGES, MIDDLE

    text = (ROOT / "fixtures" / "run" / "plain_4.2.py").read_text()
    every = range(windows)
    for old, new in (
        ("'0:12~20,1:12~20'", repr(",".join(f"{k}:{MIDDLE[channels]}" for k in every))),
        ("'0:0~%d;30~31,1:0~%d;30~31' % (edge-1, edge-1)", repr(",".join(f"{k}:{EDGES[channels]}" for k in every))),
        ("    spw = '0,1',\n", f"    spw = {','.join(map(str, every))!r},\n"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def same(one: Path, other: Path, folder: Path) -> None:
    """See that two calibrated measurement sets hold the same visibilities, flags and weights."""
    code = (
        f"from pathlib import Path; from cal_upgrade.run.start import start; start(Path({str(folder / 'log')!r}))\n"
        "import sys; import numpy as np; from running import column\n"
        "for name in ('DATA', 'FLAG', 'WEIGHT'):\n"
        f"    assert np.array_equal(*(column(Path(p), name) for p in ({str(one)!r}, {str(other)!r}))), name\n"
    )
    python(code, cwd=folder)


def python(code: str, *arguments: str, cwd: Path) -> str:
    path = os.pathsep.join([str(ROOT / "src"), str(HAND)])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
