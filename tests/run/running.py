"""Helps the tests of `cal-run`: a working directory with a script, and what a measurement set or a table holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import cal_upgrade

PLAIN = Path(__file__).parent.parent.parent / "fixtures" / "run" / "plain_4.2.py"
VIS = "uid___A002_X554543_X207.ms.split"


def put_script(folder: Path, old: str = "", new: str = "", name: str = "plain_4.2.py") -> Path:
    """Write the plain script into a directory, `old` in it (there once) replaced by `new`."""
    text = PLAIN.read_text()
    assert not old or text.count(old) == 1
    path = folder / name
    path.write_text(text.replace(old, new) if old else text)
    return path


def in_step(step: int, code: str) -> tuple[str, str]:
    """Give what to replace in the plain script so that a step begins with more code (lines, not indented)."""
    lines = PLAIN.read_text().splitlines()
    at = lines.index(f"mystep = {step}") + 3
    # `mystep = N`, `if`, `casalog.post`, then the print of every step: made one of its own by the lines above it
    head = "\n".join(lines[at - 4 : at + 1])
    return head, head + "\n" + "\n".join(f"  {line}" for line in code.split("\n"))


def cal_run(script: Path, *options: str) -> int:
    """Run the command in this process."""
    from cal_upgrade.cli.run import main

    return main([str(script), *options])


def in_process_of_its_own(script: Path, *options: str, ahead: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in another process, Python code (`ahead`) before it."""
    code = f"import sys\n{ahead}\nfrom cal_upgrade.cli.run import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, str(script), *options]
    return subprocess.run(command, capture_output=True, text=True, env=own_source(), cwd=script.parent, check=False)


def own_source() -> dict[str, str]:
    """Give an environment in which another process, in any directory, runs the code that is tested here."""
    return {**os.environ, "PYTHONPATH": str(Path(cal_upgrade.__file__).parent.parent)}


def column(path: Path, name: str) -> Any:
    """Give a column's values, one after another in one array."""
    from casatools import table

    tb = table()
    tb.open(str(path))
    try:
        cells = [np.ravel(tb.getcell(name, row)) for row in range(tb.nrows()) if tb.iscelldefined(name, row)]
    finally:
        tb.close()
    return np.concatenate(cells) if cells else np.array([])


def flags(folder: Path) -> Any:
    """Give the flags of the measurement set in a directory."""
    return column(folder / VIS, "FLAG")


def fluxes(folder: Path) -> dict[tuple[str, int], float]:
    """Give the fluxes that fluxscale found last, from the journal."""
    from cal_upgrade.run.state.journal import NAME, TaskEnded, read

    found = [r for r in read(folder / NAME) if isinstance(r, TaskEnded) and r.task == "fluxscale"]
    return {(flux.field, flux.spw): flux.flux for flux in found[-1].fluxes}
