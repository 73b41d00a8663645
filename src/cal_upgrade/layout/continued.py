"""Line ends that a backslash continues, in the brackets of a call: to libcst they are line ends of their own kind.

Inside brackets such a backslash says nothing, and a line that it ends is laid out like any other. libcst takes it for
a blank instead. So another kind of line end, which the call has not, stands in for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from cal_upgrade.layout.mask import Token, tokens

LINE_END = re.compile(r"\r\n|\r|\n")


class Continued(NamedTuple):
    """`stand_in` stands for `end`: the blanks that the author always puts there, the backslash, and the line end.

    It is a kind of line end that the call has not, "" if no line is continued or the call has several kinds itself;
    `line_end` is the one it has.
    """

    stand_in: str
    end: str
    line_end: str

    def hide(self, text: str) -> str:
        """Give a call with stand-ins."""
        return "".join(self._hidden(text)) if self.stand_in else text

    def show(self, text: str) -> str:
        """Give a call with its backslashes again; a comment, which none can follow, ends its line without."""
        return "".join(self._shown(text)) if self.stand_in else text

    def _hidden(self, text: str) -> Iterator[str]:
        blanks = self.end[: self.end.index("\\")]
        for piece, behind in pairwise((*tokens(text), None)):
            assert piece is not None
            if _continues(piece):
                yield self.stand_in
            elif piece.kind == "blank" and behind is not None and _continues(behind):
                yield piece.text.removesuffix(blanks)
            else:
                yield piece.text

    def _shown(self, text: str) -> Iterator[str]:
        before = ""
        for piece in tokens(text):
            if piece.kind == "newline" and piece.text == self.stand_in and piece.depth:
                yield self.line_end if before == "comment" else self.end
            else:
                yield piece.text
            before = piece.kind


def continued(text: str) -> Continued:
    """Find out how the author of a call continues its lines."""
    ends = LINE_END.findall(text)
    line_end = ends[0] if ends else "\n"
    blanks = [
        before.text if before.kind == "blank" else ""
        for before, piece in pairwise(tokens(text) if "\\" in text else ())
        if _continues(piece)
    ]
    least = min(blanks, key=len, default="").strip("\t\f")
    spare = "\n" if line_end == "\r\n" else "\r\n"
    return Continued(spare if blanks and len(set(ends)) == 1 else "", f"{least}\\{line_end}", line_end)


def _continues(piece: Token) -> bool:
    return piece.kind == "newline" and piece.text[0] == "\\" and piece.depth > 0
