"""Calls a task by another name, and keeps the call's lines aligned under its first argument."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.layout.mask import CannotRewrite, Token, tokens


def rename_task(text: str, task: str, column: int | None) -> str:
    """Call another task, and move the lines that start under the first argument."""
    pieces = list(tokens(text))
    bracket = next((i for i, piece in enumerate(pieces) if piece.kind == "open"), 0)
    name = next((piece for piece in reversed(pieces[:bracket]) if piece.kind == "name"), None)
    if name is None:
        raise CannotRewrite("what is called here has no name")
    indents = _aligned(pieces, bracket, column) if column is not None else []
    shift = len(task) - len(name.text)
    parts, at = [text[: name.start], task], name.start + len(name.text)
    for start, indent in indents:
        parts += [text[at:start], " " * (indent + shift)]
        at = start + indent
    return "".join([*parts, text[at:]])


def _aligned(pieces: Sequence[Token], bracket: int, column: int) -> list[tuple[int, int]]:
    """Give the indentations (place and length) of the lines of a call if all start under the first argument.

    Lines of wrapped values may start further right. The closing bracket's own line goes along if it stands there too.
    """
    first = next(piece for piece in pieces[bracket + 1 :] if piece.kind != "blank")
    under = column + first.start
    found, closing = [], []
    for i, piece in enumerate(pieces[:-1]):
        if piece.kind != "newline":
            continue
        indent = pieces[i + 1].text if pieces[i + 1].kind == "blank" else ""
        start = pieces[i + 2] if indent and i + 2 < len(pieces) else pieces[i + 1]
        place = (pieces[i + 1].start, len(indent))
        if start.kind == "close" and start.depth == 1:
            closing = [place] if indent in (" " * under, " " * (under - 1)) else []
        elif start.kind != "newline":
            nested = start.depth - (start.kind == "open") > 1
            if indent.strip(" ") or len(indent) < under or (len(indent) > under and not nested):
                return []
            found.append(place)
    return found + closing if found and first.kind not in ("comment", "newline") else []
