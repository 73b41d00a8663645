"""The whole job, to look at: simulate a Cycle 0 observation, convert its 3.4 script, calibrate it, compare.

Everything goes to the folder that is named on the command line, which is made anew.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
UID = "uid___A002_X6a07d1_X1c3"
SCRIPT = "resolved_3.4.py"


def main(folder: Path) -> int:
    """Do it all; give an exit code."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    title("A simulated observation of ALMA Cycle 0, with known fluxes")
    truth = simulated(folder)

    title(f"Its calibration script for CASA 3.4, {SCRIPT}, is converted")
    shutil.copy(ROOT / "fixtures" / SCRIPT, folder)
    show("cal-upgrade", SCRIPT, "--report", "review.html", folder=folder, right=(0, 1))

    title("What has changed")
    show("cal-upgrade", SCRIPT, "--diff", folder=folder, right=(0, 1))

    title("The 4.2 script is run on today's CASA, from step 9 to the last")
    result = SCRIPT.replace("_3.4", "_4.2")
    show("cal-run", result, "--steps", "9-18", folder=folder, right=(0,))

    title("The fluxes found, beside the true ones")
    worst = compared(folder, truth)
    print(f"\nThe change for review: {folder / 'review.html'}")
    print(f"The page of the run:   {folder / 'cal-run.html'}")
    return 0 if worst < 0.005 else 1


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n=== {text} ===\n", flush=True)


def show(command: str, *words: str, folder: Path, right: tuple[int, ...]) -> None:
    """Run a command of ours where the data are, and stop if it does not end as it should."""
    print(f"$ {' '.join([command, *words])}", flush=True)
    code = subprocess.run([BIN / command, *words], cwd=folder, check=False).returncode
    if code not in right:
        sys.exit(f"{command} ended with exit code {code}")


def simulated(folder: Path) -> dict[tuple[str, int], float]:
    """Make the observation; give the true flux (Jy) of each source and spectral window."""
    from cal_upgrade.run.simulate import simulate
    from cal_upgrade.run.start import start

    start(folder / "simulate.log")
    truth = simulate(folder, "small", UID)
    fluxes = {(source.name, window): flux for source in truth.sources for window, flux in enumerate(source.flux)}
    for (name, window), flux in fluxes.items():
        print(f"{name:10} spectral window {window}: {flux:7.4f} Jy")
    return fluxes


def compared(folder: Path, truth: dict[tuple[str, int], float]) -> float:
    """Print the flux that the calibrated data show for the points; give the largest relative error."""
    import numpy as np
    from casatools import ms

    data = ms()
    data.open(str(folder / f"{UID}.ms.split.cal"))
    worst = 0.0
    print(f"{'source':10} {'window':>6} {'true, Jy':>9} {'found, Jy':>9} {'error':>7}")
    for field, name in ((2, "J1037-295"), (3, "TW Hya")):
        for window in (0, 1):
            data.selectinit(reset=True)
            data.selectinit(datadescid=window)
            data.select({"field_id": [field]})
            got = data.getdata(["data", "flag"])
            middle = slice(4, -4)
            found = float(np.mean(got["data"][:, middle].real[~got["flag"][:, middle]]))
            error = found / truth[name, window] - 1
            worst = max(worst, abs(error))
            print(f"{name:10} {window:6} {truth[name, window]:9.4f} {found:9.4f} {error:+7.2%}")
    data.close()
    return worst


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output").resolve()))
