"""Cuts a text into Python 2's tokens, and gives each a letter for `grammar`.

A token is the bytes of a word or sign with the blanks in front of it, so that all tokens together are the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_BLANK = rb"(?:[ \t\f]|\\\n)*+"
_STRING = rb"""(?:[uU][rR]?|[bB][rR]?|[rR])?(?:
    '''(?:[^'\\]++|\\.|'(?!''))*+'''
  | \"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"
  | '(?!'')(?:[^'\\\n]++|\\.)*+'
  | "(?!"")(?:[^"\\\n]++|\\.)*+"
)"""
_NUMBER = rb"""(?:
    (?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?[jJ]?
  | \d+[eE][+-]?\d+[jJ]?
  | \d+[jJ]
  | 0[xX][0-9a-fA-F]+[lL]?
  | 0[oO][0-7]+[lL]?
  | 0[bB][01]+[lL]?
  | 0[0-7]*[lL]?
  | [1-9]\d*[lL]?
)"""
_OPERATOR = rb"\*\*=?|//=?|>>=?|<<=?|<>|[-+*/%&|^<>=!]=|[-+*/%&|^<>=~()\[\]{}.,:;@`]"
# A line end takes with it the empty lines and comments that follow, and the blanks before the next token.
_TOKEN = re.compile(
    _BLANK
    + rb"(?:\#[^\n]*)?\n(?:[ \t\f]*(?:\#[^\n]*)?\n)*[ \t\f]*|"
    + _BLANK
    + rb"(?:"
    + _STRING
    + rb"|\#[^\n]*+"  # at the end of a text without a line end
    + rb"|'''.*|\"\"\".*|['\"][^\n]*"  # that do not end
    + rb"|[A-Za-z_][A-Za-z_0-9]*|"
    + _NUMBER
    + rb"|"
    + _OPERATOR
    + rb"|.|\Z)",
    re.VERBOSE | re.DOTALL,
)

_KEYWORDS = {
    "and": "A", "or": "A", "not": "N", "in": "i", "is": "q", "if": "I", "elif": "f", "else": "E", "for": "F",
    "while": "W", "lambda": "L", "print": "p", "exec": "x", "yield": "Y", "return": "R", "raise": "Z", "del": "D",
    "pass": "S", "break": "S", "continue": "S", "import": "M", "from": "m", "as": "a", "global": "G", "assert": "T",
    "def": "d", "class": "k", "try": "t", "except": "e", "finally": "y", "with": "w", "None": "o",
}  # fmt: skip
_SIGNS = {
    **dict.fromkeys("+-", "u"), "~": "~", "*": "*", "**": "P", ">>": "r",
    **dict.fromkeys(("/", "//", "%", "<<", "&", "^", "|"), "b"),
    **dict.fromkeys(("<", ">", "==", "!=", "<=", ">=", "<>"), "c"), **{sign: sign for sign in "()[]{}=,:;.@`"},
    **dict.fromkeys(("+=", "-=", "*=", "/=", "//=", "%=", "**=", ">>=", "<<=", "&=", "^=", "|="), "g"),
}  # fmt: skip
_LETTERS = {word.encode(): letter for word, letter in (_KEYWORDS | _SIGNS).items()}
NEWLINE, END, WRONG = "\n", "$", "?"
"""The letters of a line end, of the end of the text, and of what is no token."""

# A line that goes on in the next one before it has begun has the indentation ahead of its first backslash.
_CONTINUED = re.compile(
    rb"^(?P<indent>[ \t\f]*+)(?P<more>(?:\\\n[ \t\f]*+)++)|(?P<end>(?:\\\n[ \t\f]*+)++)|\#[^\n]*+|" + _STRING,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_BLANKS = re.compile(_BLANK)
_WHOLE_STRING = re.compile(_STRING, re.VERBOSE | re.DOTALL)


def tokens(text: bytes) -> list[bytes]:
    """Cut a text (LF line ends) into its tokens."""
    return _TOKEN.findall(text)


class Letters(dict[bytes, str]):
    """The letter of each token, found once for each spelling."""

    def __init__(self, print_function: bool) -> None:
        """With `print_function`, `print` is a name."""
        super().__init__(_LETTERS)
        if print_function:
            self[b"print"] = "n"

    def __missing__(self, token: bytes) -> str:
        """Find the letter of a token not seen before."""
        word = strip(token)
        first = word[:1]
        if word in self:
            letter = self[word]
        elif not word:
            letter = END
        elif first in b"#\n":
            letter = NEWLINE
        elif word[-1:] in b"'\"" and _WHOLE_STRING.fullmatch(word):
            letter = "s"
        elif first.isalpha() or first == b"_":
            letter = "n"
        else:
            letter = "0" if first.isdigit() or (first == b"." and len(word) > 1) else WRONG
        self[token] = letter
        return letter


def replace(text: bytes, stand_in: Callable[[bytes], bytes | None]) -> bytes:
    """Put other words in the place of some (names, keywords, signs; not in strings and comments).

    `stand_in` gives the word to put there, as long as the one it is given, or None.
    """
    pieces = tokens(text)
    for k, token in enumerate(pieces):
        word = strip(token)
        new = stand_in(word)
        if new is not None:
            pieces[k] = token[: len(token) - len(word)] + new
    return b"".join(pieces)


def joined(text: bytes) -> bytes:
    """Put blanks in the place of every backslash that continues a line (not in strings and comments), and its end."""
    return _CONTINUED.sub(_blanks, text) if b"\\\n" in text else text


def _blanks(match: re.Match[bytes]) -> bytes:
    indent, more, end = match.groups()
    if more is not None:
        # a form feed sets the column back to 0, in Python 2 and in tree-sitter
        return b" " * (len(more) - 1) + b"\f" + indent
    return match.group() if end is None else b" " * len(end)


def column(token: bytes) -> int:
    """Give the column to which a line end and the blanks after it lead: a tab goes to the next multiple of 8."""
    blanks = token[token.rfind(b"\n") + 1 :]
    if b"\t" not in blanks and b"\f" not in blanks:
        return len(blanks)
    column = 0
    for byte in blanks:
        column = 0 if byte == 12 else column + 1 if byte == 32 else (column // 8 + 1) * 8
    return column


def strip(token: bytes) -> bytes:
    """Take the blanks in front of a token away."""
    blanks = _BLANKS.match(token)
    return token[blanks.end() :] if blanks else token
