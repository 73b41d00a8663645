"""Says whether a text is Python 2, and if not, where and why."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from cal_upgrade.records import Refused
from cal_upgrade.text import grammar
from cal_upgrade.text.tokens import END, NEWLINE, Letters, column, strip, tokens

_CLOSING = {")": "(", "]": "[", "}": "{", "`": "`"}
_MARKS = re.compile(r"[()\[\]{}`=\n$]")
_PRINT_FUNCTION = re.compile(rb"\0?from\0__future__\0import\0(?:\(\0)?(?:\w+\0(?:as\0\w+\0)?,\0)*print_function\0")
# A block is a word too, of the letters that its statements begin with ("s": any simple one).
_BLOCK = re.compile("(?:s|Jf*E?|[Wh]E?|t(?:e+E?y?|y)|w|@*[dk])*+")
_ORPHAN = {
    "t": "a try without except or finally",
    "@": "a decorator without its function or class",
    "f": "an elif without its if",
    "E": "an else without its if, for, while or except",
    "e": "an except without its try",
    "y": "a finally without its try",
}


def check(text: bytes) -> None:
    """Raise Refused, with the line and what is wrong there, if a text (LF line ends) is not Python 2."""
    cut = tokens(b"\n" + text + b"\n")
    print_function = b"print_function" in text and _imports_print_function(cut)
    script = _Script(cut, "".join(map(Letters(print_function).__getitem__, cut)))
    blocks = _Blocks(script)
    brackets: list[_Bracket] = []
    parts: list[str] = []
    keywords: list[bytes] = []
    start = at = 1
    for mark in _MARKS.finditer(script.letters, 1):
        here, sign = mark.start(), mark.group()
        if sign == "=":
            # a line may end, in brackets, between a keyword and its sign
            while script.letters[here - 1] == NEWLINE:
                here -= 1
            keywords.append(cut[here - 1])
            continue
        parts.append(script.letters[at:here])
        at = here + 1
        if sign in (NEWLINE, END):
            if not brackets:
                if word := "".join(parts):
                    blocks.add(script.statement(word, start), start)
                parts, keywords, start = [], [], at
            elif sign == END:
                script.refuse_bracket(brackets[-1].place, "is never closed")
        elif sign in "([{" or (sign == "`" and not (brackets and brackets[-1].sign == "`")):
            brackets.append(_Bracket(sign, here, parts, keywords))
            parts, keywords = [], []
        else:
            if not brackets or brackets[-1].sign != _CLOSING[sign]:
                script.refuse_bracket(here, "closes no bracket")
            bracket = brackets.pop()
            uses = script.bracket(bracket, "".join(parts), keywords)
            parts, keywords = bracket.parts, bracket.keywords
            parts.append(grammar.letter(uses))
    blocks.end()


def _imports_print_function(cut: list[bytes]) -> bool:
    """Whether `print` is a name: `from __future__ import print_function` makes it one."""
    words = (word for word in map(strip, cut) if word[:1] not in b"#\n")
    return _PRINT_FUNCTION.search(b"\0".join(words)) is not None


class _Bracket(NamedTuple):
    """An open bracket: its sign and place, and what was gathered around it."""

    sign: str
    place: int
    parts: list[str]
    keywords: list[bytes]


class _Script(NamedTuple):
    """A script's tokens, and their letters, one each. A place is the number of a token."""

    tokens: list[bytes]
    letters: str

    def statement(self, word: str, start: int) -> str:
        """Judge a line that begins at a place (see `grammar.statement`)."""
        found = grammar.statement(word)
        if found is None:
            self.refuse(self.place(start, grammar.reach("", word), inside=False))
        return found

    def bracket(self, bracket: _Bracket, word: str, keywords: list[bytes]) -> int:
        """Judge a bracket with what is in it (see `grammar.bracket`)."""
        uses = grammar.bracket(bracket.sign, word)
        if not uses:
            self.refuse(self.place(bracket.place + 1, grammar.reach(bracket.sign, word), inside=True))
        if len(keywords) > 1 and len(set(map(strip, keywords))) < len(keywords) and "L" not in word:
            names = [name for name in map(strip, keywords) if name != b")"]
            for k, name in enumerate(names):
                if name in names[:k]:
                    raise Refused(self.line(bracket.place), f"{name.decode()} is given twice in one call")
        return uses

    def place(self, start: int, position: int, inside: bool) -> int:
        """Find the place of a position in a folded word that begins at `start`, inside a bracket or in a line."""
        depth, at = 0, start
        while position or depth or (inside and self.letters[at] == NEWLINE):
            letter = self.letters[at]
            depth += (letter in "([{") - (letter in ")]}")
            position -= depth == 0 and letter != NEWLINE
            at += 1
        return at

    def line(self, place: int) -> int:
        """Give the line (from 1) of a token."""
        token = self.tokens[place]
        blanks = token[: len(token) - len(strip(token))]
        return b"".join(self.tokens[:place]).count(b"\n") + blanks.count(b"\n")

    def words(self, place: int) -> str:
        """Give a token as text, nothing if there is none or it is the end of a line."""
        word = strip(self.tokens[place]) if 0 < place < len(self.tokens) else b""
        return "" if word[:1] in b"#\n" else word.decode("utf-8", "replace")

    def refuse(self, place: int) -> NoReturn:
        """Say what is wrong at a token."""
        before, here, after = (self.words(k) for k in (place - 1, place, place + 1))
        for pattern, what in _REASONS:
            if pattern.match(f"{before} {here} {after}"):
                raise Refused(self.line(place), f"this is not Python 2: {what.format(before)}")
        what = f"unexpected {here!r}" if here else "the line ends too early"
        raise Refused(self.line(place), f"this is not Python 2: {what}")

    def refuse_bracket(self, place: int, what: str) -> NoReturn:
        """Say what is wrong with a bracket."""
        raise Refused(self.line(place), f"this is not Python 2: {self.words(place)} {what}")


class _Block(NamedTuple):
    """One level of indentation: its column, the letters of its statements and their places."""

    column: int
    statements: list[str]
    places: list[int]


class _Blocks:
    """Indentation, and which statement may follow which."""

    def __init__(self, script: _Script) -> None:
        self.script = script
        self.levels = [_Block(0, [], [])]
        self.header: int | None = None

    def add(self, statement: str, place: int) -> None:
        """Take the next statement, that begins at `place`."""
        here = column(self.script.tokens[place - 1])
        if self.header is not None:
            if here <= self.levels[-1].column:
                self.refuse(place, f"no indented block after line {self.script.line(self.header)}")
            self.levels.append(_Block(here, [], []))
        elif here > self.levels[-1].column:
            self.refuse(place, "this line is indented more than the one before, for no reason")
        while here < self.levels[-1].column:
            self.end_block()
        if here != self.levels[-1].column:
            self.refuse(place, "the indentation of this line is that of no line above")
        self.levels[-1].statements.append(statement[0])
        self.levels[-1].places.append(place)
        self.header = place if statement[-1] == ":" else None

    def end_block(self) -> None:
        """Close the innermost block."""
        block = self.levels.pop()
        word = "".join(block.statements)
        good = _BLOCK.match(word)
        size = good.end() if good else 0
        if size < len(word):
            self.refuse(block.places[size], _ORPHAN[word[size]])

    def end(self) -> None:
        """Close all blocks."""
        if self.header is not None:
            self.refuse(self.header, "no indented block after this line")
        while self.levels:
            self.end_block()

    def refuse(self, place: int, what: str) -> NoReturn:
        """Say what is wrong with the statement at a place."""
        raise Refused(self.script.line(place), f"this is not Python 2: {what}")


# What is wrong at a token: by the one before it, itself, and the one after it, each with a blank between.
_REASONS = tuple(
    (re.compile(pattern), what)
    for pattern, what in (
        (r"(?i)(f|fr|rf) ['\"]", "an f-string, which is Python 3"),
        (r"[^\W\d]\w* ['\"].", "a name directly before a string"),
        (r"\S* ['\"]", "a string that does not end"),
        (r"\S* \\ ", "a backslash that is not at the end of its line"),
        (r"\S* [^\x00-\x7f]", "a character beyond ASCII outside of strings and comments"),
        (r"print \( ", "print(…) with keywords or *, which is Python 3"),
        (r"\S* : =", "an assignment in an expression (:=), which is Python 3"),
        (r"\S* - >", "an annotation (->), which is Python 3"),
        (r"\S* : ", "a colon that Python 2 does not take here (an annotation is Python 3)"),
        (r"(async|await|nonlocal|match|case|type) \w", "{0}, which is Python 3 where it is no name"),
        (r"\S+ from ", "from after yield or raise, which is Python 3"),
        (r"\S* \*\*? ", "a * that Python 2 does not take here"),
        (r"\S* @ ", "the operator @, which is Python 3"),
        (r"\d+ _", "a number with _, which is Python 3"),
        (r"\S* = ", "an assignment or a keyword that Python 2 does not take here"),
    )
)
