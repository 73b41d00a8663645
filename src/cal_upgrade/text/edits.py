"""Edits of a text by place, and the line numbers that survive them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_LINE_END = re.compile(rb"\n")


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
    so_far = b""
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
        so_far = kept or so_far
        at = end
        if start == end and not data:
            continue
        old = text[start:end].split(b"\n")
        in_line = so_far != b"" and not so_far.endswith(b"\n")
        came_from = _aligned(old, data.split(b"\n"), in_line)
        kept_first = origin[-1:] if in_line else []
        origin[-1:] = kept_first
        taken = next((known for known in reversed(origin) if known is not None), 0)
        for k in came_from[len(kept_first) :]:
            # an old line goes on in one new line only: the first that several edits in it leave
            origin.append(None if k is None or line + k <= taken else line + k)
        line += len(old) - 1
        so_far = data or so_far
    rest = text[at:]
    for _ in range(rest.count(b"\n")):
        line += 1
        origin.append(line)
    pieces.append(rest)
    return Edited(b"".join(pieces), origin, places)


def _aligned(old: Sequence[bytes], new: Sequence[bytes], in_line: bool) -> list[int | None]:
    """Say for each line that an edit brings which of the lines it takes away it stands for (from 0), None for none.

    `in_line`: the edit begins inside of a line, which the first of both then continue. The last of both run into what
    comes behind the edit: if nothing is brought in that line, whole lines come ahead of it. In between, equal lines
    belong together, and then others by their order.
    """
    found: list[int | None] = [None] * len(new)
    first, last = 0, len(new) - 1
    begins_first = in_line or (last > 0 and new[-1] != b"")
    if begins_first or last == 0:
        found[0], first = 0 if begins_first else len(old) - 1, 1
    if last > 0 and (len(old) > 1 or not begins_first):
        found[last] = len(old) - 1
    low, high = first, len(old) - 1 if found[last] is not None and last > 0 else len(old)
    at, waiting = low, first
    for k in range(first, last if found[last] is not None else len(new)):
        same = next((i for i in range(at, high) if old[i] == new[k]), None)
        if same is not None:
            _pair(found, range(waiting, k), range(at, same))
            found[k], at, waiting = same, same + 1, k + 1
    _pair(found, range(waiting, last if found[last] is not None and last > 0 else len(new)), range(at, high))
    return found


def _pair(found: list[int | None], new: range, old: range) -> None:
    for k, i in zip(new, old, strict=False):
        found[k] = i


class Traced:
    """The way back from byte offsets in a text after edits to those in the text before."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        """Take edits that were applied to one text, in the order in which they were given."""
        self.starts: list[int] = []
        self.edits: list[tuple[int, int, int]] = []
        longer = 0
        for start, end, text in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            size = len(text.encode("utf-8"))
            self.starts.append(start + longer)
            self.edits.append((start, start + longer + size, end))
            longer += size - (end - start)

    def back(self, offset: int) -> int:
        """Give the offset before; of what an edit brought, the offset where it was made."""
        at = bisect_right(self.starts, offset) - 1
        if at < 0:
            return offset
        start, end_after, end = self.edits[at]
        return start if offset < end_after else end + (offset - end_after)


class Lines:
    """Line numbers (from 1) of byte offsets in a text."""

    def __init__(self, text: bytes) -> None:
        """Find the line starts once."""
        self.starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

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
