"""Syntax colours for Python 2 text, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from itertools import pairwise

from pygments.lexers.python import Python2Lexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType, is_token_subtype

Piece = tuple[str, str]
"""A class of the style sheet (one letter, or none) and a text without a line end."""

Span = tuple[int, int]
"""A part of a line: its first character, and the one behind its last."""


def coloured(text: str) -> list[list[Piece]]:
    r"""Cut each line of a text (lines end at `\n`, which is left out) into pieces of one colour."""
    lines: list[list[Piece]] = [[]]
    lexer = Python2Lexer()
    for _, kind, value in lexer.get_tokens_unprocessed(text):
        name = _class(kind)
        if "\n" not in value:
            lines[-1].append((name, value))
            continue
        first, *others = value.split("\n")
        lines[-1].append((name, first))
        lines.extend([(name, other)] for other in others)
    return lines


def as_html(pieces: Sequence[Piece], marks: Sequence[Span] = ()) -> str:
    """Write the pieces of a line, with parts of it marked as changed."""
    if marks:
        return "".join(_marked(pieces, marks))
    return "".join(
        f"<i class={name}>{escape(text, quote=False)}</i>" if name else escape(text, quote=False)
        for name, text in pieces
    )


def _marked(pieces: Sequence[Piece], marks: Sequence[Span]) -> Iterator[str]:
    """Write the pieces, cut where a mark begins or ends, so that elements never cross."""
    edges = [edge for mark in marks for edge in mark]
    end = 0
    for name, text in pieces:
        start, end = end, end + len(text)
        for first, stop in pairwise([start, *(edge for edge in edges if start < edge < end), end]):
            part = as_html([(name, text[first - start : stop - start])])
            inside = any(begin <= first < behind for begin, behind in marks)
            yield f"<mark>{part}</mark>" if inside and text else part


@cache
def _class(kind: _TokenType) -> str:
    return next((name for types, name in _CLASSES if any(is_token_subtype(kind, each) for each in types)), "")


_CLASSES: tuple[tuple[tuple[_TokenType, ...], str], ...] = (
    ((Comment,), "c"),
    ((String,), "s"),
    ((Number,), "m"),
    ((Keyword, Operator.Word, Name.Builtin.Pseudo), "k"),
    ((Name.Function, Name.Class), "f"),
)
