"""Stands in for analysisUtils, ALMA's helper functions, which scripts call `aU` and `es`.

Only what Cycle 0 calibration scripts call is here, so far as it leaves something: plots and statistics. It never
asks a question and never ends a script. Whatever else is asked for is skipped, with a warning that names it
(logger `cal_upgrade.run`).
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from cal_upgrade.run.plots import solutions
from cal_upgrade.run.plots.draw import Axis, Panel, Series, draw
from cal_upgrade.run.plots.solutions import Solutions

log = logging.getLogger("cal_upgrade.run")


def load() -> Any:
    """Give what scripts call `aU`: the user's own analysisUtils if it can be imported, else what is here."""
    try:
        if importlib.util.find_spec("analysisUtils") is not None:
            return importlib.import_module("analysisUtils")
    except Exception as wrong:  # a user's module may fail in any way: one made for Python 2 is a SyntaxError
        log.warning("analysisUtils is there and can't be imported (%s): the few functions of ours are used.", wrong)
    return StandIn()


class Skipped:
    """Stands for something of analysisUtils that is not here: can be called, with anything, and gives nothing."""

    def __init__(self, name: str) -> None:
        """Take the name under which a script asks for it."""
        self._name = name

    def __call__(self, *_: object, **__: object) -> None:
        """Skip the call and say so."""
        log.warning("%s is not known here: skipped.", self._name)

    def __getattr__(self, name: str) -> Skipped:
        """Give a part of what is not here."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Skipped(f"{self._name}.{name}")

    def __bool__(self) -> bool:
        """Be nothing."""
        return False

    def __iter__(self) -> Iterator[object]:
        """Hold nothing."""
        return iter(())


class StandIn:
    """analysisUtils as far as it is here."""

    def stuffForScienceDataReduction(self) -> Reduction:
        """Give what scripts call `es`."""
        return Reduction()

    def plotbandpass(self, caltable: str = "", yaxis: str = "amp", xaxis: str = "chan", **given: Any) -> None:
        """Draw a bandpass or system temperature table: a panel an antenna, or a window with `overlay='antenna'`.

        Files: `<figfile>.amp.png`, `<figfile>.phase.png`. Atmosphere, pages and zooms are not drawn.
        """
        try:
            found = solutions.read(caltable)
        except RuntimeError as wrong:
            log.warning("plotbandpass: nothing drawn: %s.", wrong)
            return
        fields = solutions.chosen(str(given.get("field") or ""), found.fields)
        rows = np.array([row for row in range(len(found.values)) if found.field[row] in fields], dtype=int)
        figure = str(given.get("figfile") or caltable).removesuffix(".png")
        over = ["spw"] if "antenna" in str(given.get("overlay")) else ["antenna"]
        across = "freq" if xaxis.startswith("freq") else "chan"
        for name in ("amp", "phase") if yaxis == "both" else (yaxis,):
            _plot(found, rows, across, name, over, Path(f"{figure}.{name}.png"), Path(caltable).name)

    def plotWVRSolutions(self, caltable: str = "", antenna: str = "", **given: Any) -> None:
        """Draw each antenna's phase against the first antenna named (the common phase tells nothing), over time.

        File: `<figfile>.png`.
        """
        try:
            found = solutions.read(caltable)
        except RuntimeError as wrong:
            log.warning("plotWVRSolutions: nothing drawn: %s.", wrong)
            return
        reference = min(solutions.chosen(str(antenna), found.antennas), default=0)
        figure = str(given.get("figfile") or caltable).removesuffix(".png")
        sheet = solutions.sheet(found, _against(found, reference), "time", "phase", Path(caltable).name)
        label = f"Phase against {found.antennas[reference]} (degrees)"
        _write(replace(sheet, y=Axis(label, degrees=True)), Path(f"{figure}.png"))

    def smoothbandpass(self, caltable: str = "", *_: object, **__: object) -> None:
        """Leave no table, as the helper itself does for tables of CASA 3.4 and later: it smoothed older ones only.

        Making one here would hide that a script, run on 4.2, fails at the next call that names it.
        """
        log.warning(
            "smoothbandpass: no table was made from %s: it can't smooth tables of CASA 3.4 and later. "
            "Call bandpass a second time, with solint='inf,20ch'; cal-upgrade writes that.",
            caltable,
        )

    def __getattr__(self, name: str) -> Skipped:
        """Skip what is not here."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Skipped(f"aU.{name}")


class Reduction:
    """The class stuffForScienceDataReduction as far as it is here."""

    def checkCalTable(
        self, calTableName: str, msName: str = "", interactive: bool = True, forceremove: bool = False
    ) -> None:
        """Draw a calibration table, a panel an antenna, into `<table>.plots/`, which is made anew.

        Gains against time, bandpasses against frequency; amplitudes that are all 1 and phases that are all 0
        are left out.
        """
        try:
            found = solutions.read(calTableName)
        except RuntimeError as wrong:
            log.warning("checkCalTable: nothing drawn: %s.", wrong)
            return
        folder = Path(f"{calTableName}.plots")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        across = "freq" if found.kind.startswith("B") else "time"
        rows = np.arange(len(found.values))
        for name in ("tsys",) if "TSYS" in found.kind.upper() else ("amp", "phase"):
            if across == "freq" or _tells_something(found, name):
                target = folder / f"{Path(calTableName).name}.{name}.png"
                _plot(found, rows, across, name, ["antenna"], target, Path(calTableName).name)

    def getCalWeightStats(self, msName: str) -> None:
        """Write the least, mean and greatest weight per window and correlation into `<ms>.calweights`."""
        from casatools import table

        lines = ["# spw correlation min mean max"]
        tb = table()
        try:
            tb.open(f"{msName}/DATA_DESCRIPTION")
            windows = tb.getcol("SPECTRAL_WINDOW_ID").tolist()
            tb.open(msName)
            for number, window in enumerate(windows):
                rows = tb.query(f"DATA_DESC_ID=={number} && !FLAG_ROW")
                weights = rows.getcol("WEIGHT") if rows.nrows() else []
                rows.close()
                for correlation, weight in enumerate(weights):
                    lines.append(f"{window} {correlation} {weight.min():.2f} {weight.mean():.2f} {weight.max():.2f}")
        except RuntimeError as wrong:
            log.warning("getCalWeightStats: nothing written: %s.", wrong)
            return
        finally:
            tb.close()
        Path(f"{msName}.calweights").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def fixForCSV2555(self, msName: str) -> None:
        """Do nothing: it mends what importing an ASDM left, and Cycle 0 packages hold imported data."""
        log.warning("es.fixForCSV2555 is for freshly imported ASDMs; %s was left as it is.", msName)

    def __getattr__(self, name: str) -> Skipped:
        """Skip what is not here."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Skipped(f"es.{name}")


def _tells_something(found: Solutions, name: str) -> bool:
    """Whether amplitudes differ from 1 somewhere, or phases from 0."""
    rows = range(len(found.values))
    for polarisation in range(len(found.polarisations)):
        values = solutions.points(found, rows, polarisation, name)
        if np.nanmax(np.abs(values - (1 if name == "amp" else 0)), initial=0) > 0.001:
            return True
    return False


def _plot(found: Solutions, rows: Any, x: str, y: str, over: list[str], target: Path, title: str) -> None:
    panels = solutions.panels(found, rows, range(len(found.polarisations)), x, y, over)
    _write(solutions.sheet(found, panels, x, y, title), target)


def _write(sheet: Any, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draw(sheet, target)
    except (OSError, ValueError) as wrong:
        log.warning("%s was not drawn: %s.", target, wrong)


def _against(found: Solutions, reference: int) -> list[Panel]:
    """Make a panel an antenna of the phases (degrees) against a reference antenna's at the same time and window."""
    places = zip(found.time, found.window, found.antenna, strict=True)
    at = {(time, window, antenna): value for (time, window, antenna), value in zip(places, found.values, strict=True)}
    panels = []
    for antenna in np.unique(found.antenna):
        series = []
        for colour, window in enumerate(np.unique(found.window)):
            times = [t for t in np.unique(found.time) if (t, window, antenna) in at and (t, window, reference) in at]
            pairs = [(at[t, window, antenna][0, 0], at[t, window, reference][0, 0]) for t in times]
            phases = np.degrees(np.angle([one * np.conj(two) for one, two in pairs]))
            series.append(Series(f"spw {window}", np.array(times), phases, colour))
        panels.append(Panel(found.antennas[int(antenna)], series))
    return panels
