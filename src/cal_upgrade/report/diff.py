r"""A unified diff that `git apply` and `patch -p1` accept.

The diff applies to the script itself: both names are the script's, for a patch that turned one file into another
would have to be a rename, and the script must stay. Apply it to a copy, or take the result file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import accumulate

from cal_upgrade.records import Translation
from cal_upgrade.report.align import Aligned, around, lines, pair
from cal_upgrade.report.describe import Reviewed

CONTEXT = 3


def as_diff(reviewed: Reviewed) -> str:
    """Write one script's changes as a unified diff; empty if there are none. Diffs of several scripts may be joined.

    The text is the script's own: write it in the script's encoding (`Translation.encoding`), or it will not apply.
    """
    translation = reviewed.outcome
    if not isinstance(translation, Translation) or not translation.changed:
        return ""
    name = reviewed.script.removeprefix("./").lstrip("/")
    return "".join([f"--- {_quoted('a/' + name)}\n", f"+++ {_quoted('b/' + name)}\n", *_hunks(_aligned(translation))])


def _aligned(translation: Translation) -> Aligned:
    r"""Pair the lines as git and patch see them, to whom only `\n` ends one."""
    # a byte-order mark is no part of the text, but of the first line in the file
    mark = "\ufeff" if translation.output.startswith(codecs.BOM_UTF8) else ""
    old, new = lines(mark + translation.text), lines(mark + translation.result)
    joined_old, joined_new = _joined(old), _joined(new)
    if len(joined_old) == len(old) and len(joined_new) == len(new):
        return pair(old, new, translation.origin)
    # a joined line stands for the one that holds what its first part stands for
    holder = [k for k, parts in enumerate(joined_old, 1) for _ in parts]
    first = [0, *accumulate(len(parts) for parts in joined_new)]
    parts = [translation.origin[k] if k < len(translation.origin) else None for k in first[:-1]]
    origin = [holder[part - 1] if part is not None and 0 < part <= len(holder) else None for part in parts]
    return pair(["".join(line) for line in joined_old], ["".join(line) for line in joined_new], origin)


def _joined(pieces: list[str]) -> list[list[str]]:
    r"""Put lines that end in `\r` alone together with those that follow."""
    joined: list[list[str]] = []
    whole = True
    for piece in pieces:
        if whole:
            joined.append([])
        joined[-1].append(piece)
        whole = piece.endswith("\n")
    return joined


def _hunks(aligned: Aligned) -> Iterator[str]:
    rows = aligned.rows
    differing = (k for k, row in enumerate(rows) if not row.same)
    old = new = at = 0
    for part in around(differing, CONTEXT, len(rows)):
        # the rows between two hunks are the same on both sides
        old, new = old + part.start - at, new + part.start - at
        at = part.stop
        here = [rows[k] for k in part]
        gone = sum(row.old is not None for row in here)
        come = sum(row.new is not None for row in here)
        yield f"@@ -{_span(old, gone)} +{_span(new, come)} @@\n"
        removed: list[str] = []
        added: list[str] = []
        for row in here:
            if row.same and row.old is not None:
                yield from removed + added + [_line(" ", aligned.old[row.old - 1])]
                removed, added = [], []
                continue
            if row.old is not None:
                removed.append(_line("-", aligned.old[row.old - 1]))
            if row.new is not None:
                added.append(_line("+", aligned.new[row.new - 1]))
        yield from removed + added
        old, new = old + gone, new + come


def _span(before: int, count: int) -> str:
    """Write a hunk's first line and length; of an empty one the line ahead of it, as diff does."""
    if count == 1:
        return str(before + 1)
    return f"{before + 1 if count else before},{count}"


def _line(sign: str, line: str) -> str:
    return sign + line if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """Write a file name as git and patch read it: in C quotes if it must be, a tab behind it if it has blanks."""
    if any(char in '"\\' or ord(char) < 32 or ord(char) == 127 for char in name):
        escaped = (
            f"\\{char}" if char in '"\\' else f"\\{ord(char):03o}" if ord(char) < 32 or ord(char) == 127 else char
            for char in name
        )
        return '"' + "".join(escaped) + '"'
    return name + "\t" if " " in name else name
