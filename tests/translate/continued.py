"""Continues lines of a script with a backslash, for tests: what Python 2 reads stays the same.

It has a scanner of its own, so that it can't share a fault with the converter's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

_PIECE = re.compile(
    r"""(?P<string>[uUbB]?[rR]?(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"
        |'(?:[^\\'\n]|\\.)*'|"(?:[^\\"\n]|\\.)*"))
      | (?P<comment>\#[^\n]*) | (?P<continued>\\\n) | (?P<end>\n) | (?P<blank>[ \t\f]+)
      | (?P<word>(?:\d|\.\d)(?:[eE][+-]|[\w.])*|\w+)
      | (?P<sign>\*\*=|//=|>>=|<<=|\*\*|//|>>|<<|[-+*/%&|^<>=!]=|<>|.)""",
    re.VERBOSE | re.DOTALL,
)


def pieces(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Give kind, text, place and the number of open brackets behind each piece of a script."""
    depth = 0
    for match in _PIECE.finditer(text):
        kind, piece = match.lastgroup or "", match.group()
        depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}")) if kind == "sign" else 0
        yield kind, piece, match.start(), depth


def line_ends(text: str) -> list[int]:
    """Give the places of the line ends inside brackets that a backslash may stand ahead of: no comment is there."""
    before = ""
    places = []
    for kind, _, start, depth in pieces(text):
        if kind == "end" and depth and before not in ("comment", "continued"):
            places.append(start)
        before = kind
    return places


def gaps(text: str) -> list[int]:
    """Give the places between two words or signs of one line, where Python 2 takes a backslash and a line end."""
    places = []
    inside, before = False, ""
    for kind, piece, start, depth in pieces(text):
        if kind in ("end", "comment") and not depth:
            inside = False
        elif kind in ("word", "sign", "string"):
            # `print` may be the beginning of a name, and `.5` that of a number, only as a whole
            if inside and before not in ("\n",):
                places.append(start)
            inside = True
        before = piece
    return places


def continued_ends(text: str, places: list[int] | None = None) -> str:
    """Put a backslash ahead of line ends, all that can have one if no places are given."""
    for place in sorted(line_ends(text) if places is None else places, reverse=True):
        text = f"{text[:place]} \\{text[place:]}"
    return text


def broken(text: str, places: list[int]) -> str:
    """Begin a new line, ahead of which a backslash stands, at places."""
    for place in sorted(places, reverse=True):
        text = f"{text[:place]}\\\n{text[place:]}"
    return text


def some(places: list[int], seed: int, most: int) -> list[int]:
    """Choose some of the places, the same ones for the same seed."""
    return random.Random(seed).sample(places, min(most, len(places)))


def meaning(text: str) -> list[str]:
    """Give a script as Python 2 reads it: words, signs, strings, and the line ends outside of brackets."""
    found: list[str] = []
    for kind, piece, _, depth in pieces(text):
        if kind in ("word", "sign", "string"):
            found.append(piece)
        elif kind == "end" and not depth and found and found[-1] != "\n":
            found.append("\n")
    return found
