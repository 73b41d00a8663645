"""Python 2.7's grammar, over words in which each letter stands for a token.

`a = f(b)` is the word `n=n(n)`. Brackets are folded from the inside out: a bracket with all that is in it becomes
one letter too, which tells what it may serve as (an expression, arguments, parameters, …). Then operators are
folded, from the tightest binding to the loosest. What is left has no nesting, so regular expressions decide. The
same few words come again and again in a script, and each is decided once: that makes it fast.

The rules follow `Grammar/Grammar` of Python 2.7, with what its `ast.c` refuses besides (`f() = 1`). The letters of
tokens are in `tokens`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cal_upgrade.text.tokens import WRONG

# What a folded bracket may serve as: a set of these, as bits of a number.
_NAMES, _BASES, _PARAMETERS, _PARAMETER, _ONE_TARGET, _TARGET, _SUBSCRIPT, CALL, _ATOM = (1 << k for k in range(9))

# What serves as the first serves as the others too, and what serves as a subscript never as those below.
_ALSO = {_BASES: _ATOM | CALL, _PARAMETER: _PARAMETERS | _TARGET, _ONE_TARGET: _TARGET, _TARGET: _ATOM}
_ROUND = _NAMES | _BASES | _PARAMETERS | _PARAMETER | _ONE_TARGET | CALL


def _possible(uses: int) -> bool:
    implied = all(uses & more == more for use, more in _ALSO.items() if uses & use)
    return implied and not (uses & _SUBSCRIPT and uses & _ROUND)


# They are so few that their letters are Latin-1: regular expressions with letters beyond take long to compile.
_LETTERS = {uses: chr(0x80 + k) for k, uses in enumerate(filter(_possible, range(1 << 9)))}


def letter(uses: int) -> str:
    """Give the letter of a folded bracket."""
    return _LETTERS[uses]


def _folded(use: int) -> str:
    """Give the letters of all brackets that may serve as `use`, for a set in a regular expression."""
    fits = [bool(uses & use) for uses in (0, *_LETTERS, 0)]
    letters = ("", *_LETTERS.values(), "")
    runs = [k for k in range(1, len(fits)) if fits[k] != fits[k - 1]]
    return "".join(f"{letters[start]}-{letters[end - 1]}" for start, end in zip(runs[::2], runs[1::2], strict=True))


def _list(item: str, trailing: str = ",?") -> str:
    return f"{item}(?:,{item})*{trailing}"


# Letters of what is folded, besides brackets: "j" dotted name, "v" attribute or subscript, "z" other expression,
# "l" lambda, "h" `for … in`, "X" `exec … in`.
_ATOMS = f"nvjzo0s{_folded(_ATOM)}"
_EXPR = f"[{_ATOMS}]"
_TEST = f"[l{_ATOMS}]"
_TESTS = _list(_TEST)
_TRAILER = f"(?:\\.[no]|[{_folded(CALL)}{_folded(_SUBSCRIPT)}])"
_ONE = f"[nvj{_folded(_ONE_TARGET)}]"
_TO = f"[nvj{_folded(_TARGET)}]"
_TOS = _list(_TO)
_FACTOR = f"[u~]*{_EXPR}"
_COMPARISON = f"N*{_EXPR}(?:(?:c|N?i|qN?){_EXPR})*"
_PARAM = f"[n{_folded(_PARAMETER)}]"
_STARS = "(?:\\*n(?:,Pn)?|Pn)"
_DEFAULT = f"{_PARAM}={_TEST}"
_DEFAULTS = f"(?:{_list(_DEFAULT, '')}|{_list(_PARAM, '')}(?:,{_DEFAULT})*)"
_PARAMS = f"(?:{_DEFAULTS}(?:,?|,{_STARS})|{_STARS})"
_KEYWORD = f"n={_TEST}"
_STARRED = f"(?:\\*{_TEST}(?:,{_KEYWORD})*(?:,P{_TEST})?|P{_TEST})"
_FIRST = f"(?:{_list(_KEYWORD, '')}|{_list(_TEST, '')}(?:,{_KEYWORD})*)"
_ARGUMENTS = f"(?:{_FIRST}(?:,?|,{_STARRED})|{_STARRED})"
_SLICE = f"(?:\\.\\.\\.|{_TEST}|{_TEST}?:{_TEST}?(?::{_TEST}?)?)"
_PAIR = f"{_TEST}:{_TEST}"
_FOR = f"h{_EXPR}(?:h{_EXPR}|I{_TEST})*"
_LIST_FOR = f"h{_TEST}(?:(?:,{_TEST})+,?)?(?:h{_TEST}(?:(?:,{_TEST})+,?)?|I{_TEST})*"
_YIELD = f"Y(?:{_TESTS})?"
_AS = "(?:an)?"

# From the tightest binding to the loosest; the last two are repeated.
_FOLDS = tuple(
    (re.compile(pattern), folded)
    for pattern, folded in (
        ("s+", "s"),
        (r"(?<!\.)n(?:\.n)+", "j"),
        (f"(?<![dk@.]){_EXPR}{_TRAILER}*(?:\\.n|[{_folded(_SUBSCRIPT)}])(?!{_TRAILER})", "v"),
        (f"(?<![dk@.]){_EXPR}{_TRAILER}+", "z"),
        (f"(?<![u~]){_FACTOR}(?:[u*Pbr]{_FACTOR})*", "z"),
        (f"F{_TOS}i", "h"),
        (f"x{_EXPR}i", "X"),
        (f"(?<![Nx]){_COMPARISON}(?:A{_COMPARISON})*", "z"),
    )
)
_LATE_FOLDS = (
    # in a comprehension, `if` begins its next clause; a `for` at the beginning is a statement
    (re.compile(f"(?<![Ix])(?<!.h)(?:{_EXPR}I{_EXPR}E)+{_TEST}"), "z"),
    (re.compile(f"L{_PARAMS}?:{_TEST}(?!I{_EXPR}E)"), "l"),
)
_BRACKETS = {
    "(": {
        _ATOM: f"{_TEST}{_FOR}|{_YIELD}|{_TESTS}|",
        CALL: f"{_TEST}{_FOR},?|{_ARGUMENTS}|",
        _PARAMETERS: f"{_PARAMS}|",
        _NAMES: _list(f"n{_AS}"),
        _BASES: f"{_TESTS}|",
        _PARAMETER: _list(_PARAM),
        _TARGET: _TOS,
        _ONE_TARGET: _ONE,
    },
    "[": {_ATOM: f"{_TEST}{_LIST_FOR}|{_TESTS}|", _SUBSCRIPT: _list(_SLICE), _TARGET: f"{_TOS}|"},
    "{": {_ATOM: f"{_PAIR}{_FOR}|{_list(_PAIR)}|{_TEST}{_FOR}|{_TESTS}|"},
    "`": {_ATOM: _list(_TEST, "")},
}

_SIMPLE = (
    f"{_ONE}g(?:{_TESTS}|{_YIELD})",
    f"(?:{_TOS}=)*(?:{_TESTS}|{_YIELD})",
    f"p(?:{_TESTS})?",
    f"pr{_TEST}(?:(?:,{_TEST})+,?)?",
    f"D{_TOS}",
    "S",
    f"R(?:{_TESTS})?",
    f"Z(?:{_TEST}(?:,{_TEST}){{0,2}})?",
    "M" + _list(f"[nj]{_AS}", ""),
    f"m(?:\\.*(?:j|n(?:\\.n)*)|\\.+)M(?:\\*|[{_folded(_NAMES)}]|{_list('n' + _AS, '')})",
    "Gn(?:,n)*",
    f"x{_EXPR}",
    f"X{_TEST}(?:,{_TEST})?",
    f"T{_TEST}(?:,{_TEST})?",
)
_HEADER = (
    f"[JfW]{_TEST}",
    "[Ety]",
    f"h{_TESTS}",
    f"e(?:{_TEST}(?:[a,]{_TO})?)?",
    f"w{_list(f'{_TEST}(?:a{_TO})?', '')}",
    f"dn[{_folded(_PARAMETERS)}]",
    f"kn[{_folded(_BASES)}]?",
)
_DECORATOR = f"@[nj][{_folded(CALL)}]?"
_BEGINNINGS = (f"(?:{_TOS}=)+", f"{_ONE}g", f"pr{_TEST},")


@lru_cache(4096)
def statement(word: str) -> str | None:
    """Give the letter a line counts as in its block, with ":" if a block must follow; None if it is no Python 2."""
    folded = _fold(word)
    if folded[0] == "@":
        return "@" if _compiled(_DECORATOR).fullmatch(folded) else None
    header, colon, rest = folded.rpartition(":")
    if colon and not _compiled("|".join(_HEADER)).fullmatch(header):
        return None
    if rest and not all(map(_compiled("|".join(_SIMPLE)).fullmatch, rest.removesuffix(";").split(";"))):
        return None
    return header[0] + colon * (not rest) if colon else "s"


@lru_cache(4096)
def bracket(opening: str, word: str) -> int:
    """Tell what a bracket may serve as (0: nothing, it is no Python 2), by its sign and what is in it."""
    folded = _fold(word)
    return sum(use for use, pattern in _BRACKETS[opening].items() if _compiled(pattern).fullmatch(folded))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _fold(word: str, ends: list[int] | None = None) -> str:
    """Fold the expressions in a word, each to one letter.

    `ends`, if given, holds where each letter ends, counted in letters of the word as it was, and is kept so.
    """
    # the keyword of an if statement is none of a conditional expression
    word = word.replace("I", "J", 1) if word[:1] == "I" else word
    for pattern, folded in _FOLDS:
        word = _replace(pattern, folded, word, ends)
    before = ""
    while word != before:
        before = word
        for pattern, folded in _LATE_FOLDS:
            word = _replace(pattern, folded, word, ends)
    return word


def _replace(pattern: re.Pattern[str], folded: str, word: str, ends: list[int] | None) -> str:
    # a single letter stays, for it may tell more (a name can be assigned to)
    if ends is not None:
        for found in reversed(list(pattern.finditer(word))):
            del ends[found.start() : found.end() - 1]
    return pattern.sub(lambda found: folded if found.end() - found.start() > 1 else found.group(), word)


def reach(opening: str, word: str) -> int:
    """Tell how many letters at the beginning of a word are good, in a bracket or (`opening` is "") in a line."""
    if WRONG in word:
        return word.index(WRONG)
    ends = list(range(1, len(word) + 1))
    folded = _fold(word, ends)
    patterns = _BRACKETS[opening].values() if opening else (_DECORATOR, *_HEADER, *_SIMPLE, *_BEGINNINGS)
    good = max(found.end() if (found := _compiled(pattern).match(folded)) else 0 for pattern in patterns)
    return ends[good - 1] if good else 0
