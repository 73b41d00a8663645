"""How much of a measurement set is flagged, by antenna and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cal_upgrade.run.state.journal import Flagged


def flagged(folder: Path, vis: str) -> Flagged:
    """Give the fractions of `vis` (in `folder`) that are flagged; every visibility counts for both its antennas."""
    from casatools import table

    tb = table()
    names = {}
    for part in ("ANTENNA", "FIELD"):
        tb.open(str(folder / vis / part))
        names[part] = [str(name) for name in tb.getcol("NAME")]
        tb.close()
    antennas, fields = names["ANTENNA"], names["FIELD"]
    counts = np.zeros((2, len(antennas), len(fields)))
    tb.open(str(folder / vis))
    # rows of one data description have the same shape
    for description in np.unique(tb.getcol("DATA_DESC_ID")):
        rows = tb.query(f"DATA_DESC_ID=={description}", columns="ANTENNA1,ANTENNA2,FIELD_ID,FLAG,FLAG_ROW")
        some = max(1, _AT_ONCE // rows.getcell("FLAG", 0).size)
        for start in range(0, rows.nrows(), some):
            _count(counts, rows, start, some)
        rows.close()
    tb.close()
    bad, all_ = counts
    cross = {
        antenna: {field: _part(bad[a, f], all_[a, f]) for f, field in enumerate(fields) if all_[a, f]}
        for a, antenna in enumerate(antennas)
    }
    return Flagged(
        vis=vis,
        total=_part(bad.sum(), all_.sum()),
        antennas={name: _part(bad[a].sum(), all_[a].sum()) for a, name in enumerate(antennas)},
        fields={name: _part(bad[:, f].sum(), all_[:, f].sum()) for f, name in enumerate(fields)},
        cross=cross,
    )


_AT_ONCE = 30_000_000
"""How many flags are read at a time."""


def _count(counts: Any, rows: Any, start: int, some: int) -> None:
    get = rows.getcol
    flags = get("FLAG", start, some) | get("FLAG_ROW", start, some)
    bad = flags.sum(axis=(0, 1))
    field = get("FIELD_ID", start, some)
    fields = counts.shape[2]
    for antenna in ("ANTENNA1", "ANTENNA2"):
        place = get(antenna, start, some) * fields + field
        for total, weights in zip(counts, (bad, np.full_like(bad, flags.shape[0] * flags.shape[1])), strict=True):
            total += np.bincount(place, weights, minlength=total.size).reshape(total.shape)


def _part(bad: float, all_: float) -> float:
    return float(bad / all_) if all_ else 0.0
