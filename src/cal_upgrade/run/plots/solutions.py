"""Reads calibration tables (the form that CASA has used since 3.4) and lays out their plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from cal_upgrade.run.plots.draw import Axis, Panel, Series, Sheet

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Solutions:
    """A calibration table. `kind`: as CASA writes it, `G Jones`, `B Jones`, …

    `values` and `snr` hold, per row, an array by polarisation and channel; flagged ones are NaN.
    `frequencies` (Hz) are by spectral window. `polarisations` names the first index of `values`.
    """

    kind: str
    time: Array
    field: Array
    window: Array
    antenna: Array
    scan: Array
    values: list[Array]
    snr: list[Array]
    frequencies: dict[int, Array]
    antennas: tuple[str, ...]
    fields: tuple[str, ...]
    polarisations: tuple[str, ...]


def read(caltable: str) -> Solutions:
    """Read a calibration table. Raises RuntimeError (CASA's words) if there is none of that name."""
    from casatools import table

    tb = table()
    tb.open(f"{caltable}/ANTENNA")
    antennas = tuple(tb.getcol("NAME"))
    tb.open(f"{caltable}/FIELD")
    fields = tuple(tb.getcol("NAME"))
    tb.open(f"{caltable}/SPECTRAL_WINDOW")
    frequencies = {row: tb.getcell("CHAN_FREQ", row) for row in range(tb.nrows())}
    tb.open(caltable)
    try:
        kind = tb.info()["subType"]
        column = "CPARAM" if "CPARAM" in tb.colnames() else "FPARAM"
        rows = range(tb.nrows())
        values = [_unflagged(tb.getcell(column, row), tb.getcell("FLAG", row)) for row in rows]
        snr = [_unflagged(tb.getcell("SNR", row), tb.getcell("FLAG", row)) for row in rows]
        time, scan = tb.getcol("TIME"), tb.getcol("SCAN_NUMBER")
        field, window, antenna = (tb.getcol(name) for name in ("FIELD_ID", "SPECTRAL_WINDOW_ID", "ANTENNA1"))
        basis = tb.getkeyword("PolBasis") if "PolBasis" in tb.keywordnames() else ""
    finally:
        tb.close()
    both = ("R", "L") if basis.lower().startswith("circ") else ("X", "Y")
    count = max((len(value) for value in values), default=1)
    polarisations = ("both",) if count == 1 else both if count == 2 else tuple(map(str, range(count)))
    return Solutions(
        kind, time, field, window, antenna, scan, values, snr, frequencies, antennas, fields, polarisations
    )


def _unflagged(values: Array, flags: Array) -> Array:
    kept = np.array(values, dtype=complex if values.dtype.kind == "c" else float)
    kept[flags if flags.shape == kept.shape else np.broadcast_to(flags, kept.shape)] = np.nan
    return kept


ACROSS: dict[str, Axis] = {
    "time": Axis("Time (UTC)", time=True),
    "chan": Axis("Channel"),
    "freq": Axis("Frequency (GHz)"),
    "antenna": Axis("Antenna"),
    "scan": Axis("Scan"),
}
"""Axes that say where a solution stands."""

VALUES: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "amp": ("Gain amplitude", np.abs),
    "phase": ("Gain phase (degrees)", lambda value: np.degrees(np.angle(value))),
    "real": ("Real part of the gain", np.real),
    "imag": ("Imaginary part of the gain", np.imag),
    "snr": ("Signal to noise ratio", np.abs),
    "tsys": ("System temperature (K)", np.real),
    "delay": ("Delay (ns)", np.real),
}
"""Axes that say what was found: label, and how to take it from a solution."""


def points(found: Solutions, rows: Sequence[int], polarisation: int, name: str) -> Array:
    """Give one axis' values for some rows and one polarisation, channel after channel."""
    pieces = []
    for row in rows:
        value = found.values[row][polarisation]
        size = len(value)
        if name in VALUES:
            pieces.append(VALUES[name][1](found.snr[row][polarisation] if name == "snr" else value))
        elif name == "chan":
            pieces.append(np.arange(size))
        elif name == "freq":
            frequencies = found.frequencies[int(found.window[row])]
            pieces.append(np.resize(frequencies if len(frequencies) == size else frequencies.mean(), size) / 1e9)
        else:
            pieces.append(np.full(size, getattr(found, name)[row]))
    return np.concatenate(pieces).astype(float) if pieces else np.empty(0)


def chosen(expression: str, names: Sequence[str]) -> set[int]:
    """Give the numbers that a selection such as `0~2,DV*` names; all if it is empty. Ignores channels (`0:4`)."""
    if not expression.strip():
        return set(range(len(names)))
    numbers: set[int] = set()
    for part in expression.replace("&", "").split(","):
        part = part.split(":")[0].strip()
        first, _, last = part.partition("~")
        if first.isdigit() and (last.isdigit() or not last):
            numbers.update(range(int(first), int(last or first) + 1))
        else:
            numbers.update(k for k, name in enumerate(names) if fnmatchcase(name, part))
    return numbers & set(range(len(names)))


def panels(
    found: Solutions, rows: Array, polarisations: Sequence[int], x: str, y: str, over: Sequence[str]
) -> list[Panel]:
    """Make a panel for each value of what `over` names (antenna, spw, field, time).

    Colours are spectral windows; hollow dots and dashes are the second polarisation.
    """
    columns = {"antenna": found.antenna, "spw": found.window, "field": found.field, "time": found.time}
    over = [name for name in over if name in columns]
    windows = np.unique(found.window[rows])
    made = []
    for values in product(*(np.unique(columns[name][rows]) for name in over)):
        here = rows[np.all([columns[name][rows] == value for name, value in zip(over, values, strict=True)], axis=0)]
        if over and not len(here):
            continue
        series = []
        for (colour, window), polarisation in product(enumerate(windows), polarisations):
            group = [int(row) for row in (here if over else rows) if found.window[row] == window]
            # a line for each solution: one antenna's band must not be joined to another's
            line = x in ("chan", "freq")
            for part in ([row] for row in group) if line else [group]:
                across, value = (points(found, part, polarisation, name) for name in (x, y))
                label = f"spw {window} {found.polarisations[polarisation]}".removesuffix(" both")
                series.append(Series(label, across, value, colour, polarisation, line))
        title = " · ".join(_name(found, name, value) for name, value in zip(over, values, strict=True))
        made.append(Panel(title, series))
    return made


def sheet(found: Solutions, made: Sequence[Panel], x: str, y: str, title: str) -> Sheet:
    """Put panels of a calibration table on a sheet and label its axes."""
    labels = ACROSS | {name: Axis(label, degrees=name == "phase") for name, (label, _) in VALUES.items()}
    labels["antenna"] = replace(labels["antenna"], names=found.antennas)
    return Sheet(made, labels[x], labels[y], title)


def _name(found: Solutions, column: str, value: Any) -> str:
    if column == "antenna":
        return found.antennas[int(value)]
    if column == "field":
        return found.fields[int(value)]
    if column == "time":
        seconds = int(value) % 86400
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"spw {value}"
