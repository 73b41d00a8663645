"""Hides from libcst what it cannot hold of a Python 2 task call, and brings it back exactly.

libcst reads Python 3 only. Of a call it has to see the layout alone: where arguments begin and end, their commas,
comments and blanks. So what stands inside brackets of the arguments is hidden as a whole, and of the rest whatever
Python 3 does not know: long and octal numbers, prefixed strings, backticks, `<>`, tuples as parameters of a lambda,
and names that were still free, of which `async` is a parameter of every CASA task.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\f]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<newline>(?:\\)?(?:\r\n|\r|\n))
  | (?P<string>[bBuU]?[rR]?(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"
        |'(?:[^\\'\r\n]|\\(?:\r\n|.))*'|"(?:[^\\"\r\n]|\\(?:\r\n|.))*"))
  | (?P<number>0[xXbBoO][0-9a-fA-F]+[lL]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[jJlL]?)
  | (?P<name>[^\W\d]\w*)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<other><>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OLD_NUMBER = re.compile(r"0\d+[lL]?|.*[lL]")
_FREE_NAMES = {"async", "await", "nonlocal"}


class CannotRewrite(Exception):
    """A call whose layout could not be held: it needs a person's attention."""


class Token(NamedTuple):
    """A piece of Python 2 text. `depth`: how many brackets are open around it; a bracket is inside its own pair."""

    kind: str
    text: str
    start: int
    depth: int


class Masked(NamedTuple):
    """A text with stand-ins, and what each stands for."""

    text: str
    hidden: dict[str, str]
    stem: str

    def hide(self, text: str, form: str = "{}") -> str:
        """Give a stand-in, a name that occurs nowhere else, for a text."""
        name = form.format(f"{self.stem}{len(self.hidden)}_")
        self.hidden[name] = text
        return name

    def show(self, text: str) -> str:
        """Bring back what the stand-ins in a text stand for."""
        for name, hidden in self.hidden.items():
            text = text.replace(name, hidden)
        return text


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of Python 2 text; every character belongs to one."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        depth += kind == "open"
        yield Token(kind, match.group(), match.start(), depth)
        depth -= kind == "close"


def mask(text: str, *others: str) -> Masked:
    """Hide what libcst cannot hold of one call, from the function name to the closing bracket.

    No stand-in occurs in `text` or in any of `others`. Raises CannotRewrite if `text` is not a single call.
    """
    stem = "hidden"
    while any(stem in taken for taken in (text, *others)):
        stem += "_"
    masked = Masked("", {}, stem)
    return masked._replace(text="".join(_pieces(text, masked)))


def _pieces(text: str, masked: Masked) -> Iterator[str]:
    """Give the text of a call piece by piece, with stand-ins."""
    before = ""  # the piece before, blanks and comments left out
    parameters = False  # between `lambda` and its colon
    closed = False
    for piece in _chunks(text):
        if closed:
            raise CannotRewrite("this is not one call")
        yield _stand_in(masked, piece, parameters and before in ("lambda", ",")) if piece.depth else piece.text
        if piece.text in ("lambda", ":"):
            parameters = piece.text == "lambda"
        if piece.kind not in ("blank", "comment", "newline"):
            before = piece.text
        closed = piece.depth == 1 and piece.kind == "close"
    if not closed:
        raise CannotRewrite("the brackets of this call do not match")


def _chunks(text: str) -> Iterator[Token]:
    """Give the tokens of a call; what the arguments hold in brackets or backticks is one token of kind `group`."""
    start, level = -1, 0
    for token in tokens(text):
        if start < 0:
            if token.depth == 2 or (token.depth == 1 and token.text == "`"):
                start, level = token.start, token.depth
            else:
                yield token
        elif token.depth == level and (token.kind == "close" if level == 2 else token.text == "`"):
            yield Token("group", text[start : token.start + 1], start, 1)
            start = -1


def _stand_in(masked: Masked, piece: Token, parameter: bool) -> str:
    """Give a piece of an argument, or its stand-in. `parameter`: a parameter of a lambda may stand here."""
    kind, text = piece.kind, piece.text
    if kind == "group":
        if parameter:
            return masked.hide(text, " {}")
        if text[0] == "`":
            return masked.hide(text)
        return text[0] + masked.hide(text[1:-1]) + text[-1] if text[1:-1].strip() else text
    if kind == "string" and text[0] not in "'\"":
        return masked.hide(text, "'{}'")
    if (kind == "number" and _OLD_NUMBER.fullmatch(text)) or (kind == "name" and text in _FREE_NAMES):
        return masked.hide(text)
    return masked.hide(text, "|{}|") if text == "<>" else text
