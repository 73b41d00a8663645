"""Edits of a text by place, and the line numbers that survive them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace the bytes from `start` up to `end` (offsets into UTF-8 text) by `text`."""

    start: int
    end: int
    text: str


class Edited(NamedTuple):
    """A text after edits.

    `origin[k]` is the line (from 1) of the old text that line k + 1 of the new one stands for, None if inserted.
    `places[i]` is the byte offset in the new text of the i-th edit, in the order in which the edits were given.
    """

    text: bytes
    origin: list[int | None]
    places: list[int]


def apply(text: bytes, edits: Sequence[Edit]) -> Edited:
    """Apply edits that do not overlap, in any order.

    Raises ValueError if two of them overlap: that is a fault of the caller, never of a script.
    """
    order = sorted(range(len(edits)), key=lambda i: (edits[i].start, edits[i].end, i))
    pieces: list[bytes] = []
    origin: list[int | None] = [1]
    places = [0] * len(edits)
    at = size = 0
    line = 1
    for i in order:
        start, end, new = edits[i]
        if start < at:
            raise ValueError(f"edits overlap at byte {start}")
        kept = text[at:start]
        for _ in range(kept.count(b"\n")):
            line += 1
            origin.append(line)
        data = new.encode("utf-8")
        places[i] = size + len(kept)
        pieces += [kept, data]
        size += len(kept) + len(data)
        gone = text.count(b"\n", start, end)
        _count(origin, line, new.count("\n"), gone, whole=_whole_lines(text, start, data))
        line += gone
        at = end
    rest = text[at:]
    for _ in range(rest.count(b"\n")):
        line += 1
        origin.append(line)
    pieces.append(rest)
    return Edited(b"".join(pieces), origin, places)


def _whole_lines(text: bytes, start: int, data: bytes) -> bool:
    """Whether an edit begins at the start of a line and brings whole lines."""
    return (start == 0 or text[start - 1 : start] == b"\n") and data.endswith(b"\n")


def _count(origin: list[int | None], line: int, come: int, gone: int, whole: bool) -> None:
    """Number the lines that one edit brings: as many as it takes away keep theirs, the others are inserted."""
    if whole and come > gone:
        # lines put in front of `line`: that one comes after them
        fresh = come - gone
        here = origin.pop()
        origin.extend([None] * fresh)
        origin.append(here)
        come = gone
    for k in range(1, come + 1):
        origin.append(line + k if k <= gone else None)
    if come < gone:
        origin[-1] = line + gone if whole else origin[-1]


class Lines:
    """Line numbers (from 1) of byte offsets in a text."""

    def __init__(self, text: bytes) -> None:
        """Find the line starts once."""
        self.starts = [0]
        at = text.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find(b"\n", at + 1)

    def of(self, offset: int) -> int:
        """Give the line that holds a byte offset."""
        return bisect_right(self.starts, offset)


def compose(first: Sequence[int | None], second: Iterable[int | None]) -> list[int | None]:
    """Chain two `origin` lists: `second` was made from the text that `first` describes."""
    return [None if line is None else first[line - 1] for line in second]


def given_line(origin: Sequence[int | None], line: int) -> int:
    """Trace a line (from 1) back by an `origin` list; an inserted line counts as the one before it."""
    for k in range(min(line, len(origin)) - 1, -1, -1):
        old = origin[k]
        if old is not None:
            return old
    return 1
