"""Lays a script and its result side by side, line by line, by the line map that the edits left behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cal_upgrade.records import Translation


class Row(NamedTuple):
    """A line of the script beside a line of the result, both from 1; None: there is none. `same`: equal texts."""

    old: int | None
    new: int | None
    same: bool


class Aligned(NamedTuple):
    """The lines of the script and of the result, with their line ends, and how they stand side by side."""

    old: list[str]
    new: list[str]
    rows: list[Row]


def align(translation: Translation) -> Aligned:
    """Pair the lines of a script with those of its result."""
    return pair(lines(translation.text), lines(translation.result), translation.origin)


def pair(old: list[str], new: list[str], origin: Sequence[int | None]) -> Aligned:
    """Pair lines by a line map: `origin[k]` is the old line (from 1) that line k + 1 of the new ones stands for.

    Only the map and equality of lines decide. Every line of either side is in exactly one row and in order, whatever
    the map holds. An empty map pairs line for line. Equal lines at the edges of what differs are paired too: an edit
    that takes a line away may leave the line after it with the number of the one that is gone.
    """
    rows: list[Row] = []
    last = 0
    for k in range(len(new)):
        here = (origin[k] if k < len(origin) else None) if origin else k + 1
        if here is None or not last < here <= len(old):
            rows.append(Row(None, k + 1, False))
            continue
        rows.extend(Row(gone, None, False) for gone in range(last + 1, here))
        rows.append(Row(here, k + 1, old[here - 1] == new[k]))
        last = here
    rows.extend(Row(gone, None, False) for gone in range(last + 1, len(old) + 1))
    return Aligned(old, new, _trimmed(rows, old, new))


def _trimmed(rows: list[Row], old: Sequence[str], new: Sequence[str]) -> list[Row]:
    """Pair the lines with which both sides of a stretch that differs begin, or end."""
    kept: list[Row] = []
    at = 0
    for part in runs(rows):
        here = [rows[k] for k in part]
        gone = [row.old for row in here if row.old is not None]
        come = [row.new for row in here if row.new is not None]
        least = min(len(gone), len(come))
        head = next((k for k in range(least) if old[gone[k] - 1] != new[come[k] - 1]), least)
        tail = next((k for k in range(least - head) if old[gone[-1 - k] - 1] != new[come[-1 - k] - 1]), least - head)
        kept += rows[at : part.start]
        at = part.stop
        if not head and not tail:
            kept += here
            continue
        kept += [Row(gone[k], come[k], True) for k in range(head)]
        kept += _middle(here, gone[head : len(gone) - tail], come[head : len(come) - tail])
        kept += [Row(gone[-1 - k], come[-1 - k], True) for k in reversed(range(tail))]
    return kept + rows[at:]


def _middle(here: Sequence[Row], gone: Sequence[int], come: Sequence[int]) -> list[Row]:
    """Keep what is left of a stretch once its edges are paired: pairs that both sides still hold, and the rest."""
    left, right = set(gone), set(come)
    rows = (Row(row.old if row.old in left else None, row.new if row.new in right else None, False) for row in here)
    return [row for row in rows if row.old is not None or row.new is not None]


def lines(text: str) -> list[str]:
    r"""Split at `\n`, `\r\n` and `\r` and keep them: the line ends of Python 2. A form feed ends no line."""
    return _LINE.findall(text)


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def runs(rows: Sequence[Row]) -> list[range]:
    """Find the stretches of rows (indices) that differ."""
    return stretches(k for k, row in enumerate(rows) if not row.same)


def around(indices: Iterable[int], context: int, size: int, gap: int = 0) -> list[range]:
    """Widen indices by `context` rows either way, within `size` rows; join those at most `gap` rows apart."""
    wide = (range(max(0, k - context), min(size, k + context + 1)) for k in sorted(indices))
    joined: list[range] = []
    for part in wide:
        if joined and part.start - joined[-1].stop <= gap:
            joined[-1] = range(joined[-1].start, max(part.stop, joined[-1].stop))
        else:
            joined.append(part)
    return joined


def stretches(indices: Iterable[int]) -> list[range]:
    """Join ascending indices that follow each other."""
    found: list[range] = []
    for k in indices:
        if found and found[-1].stop == k:
            found[-1] = range(found[-1].start, k + 1)
        else:
            found.append(range(k, k + 1))
    return found
