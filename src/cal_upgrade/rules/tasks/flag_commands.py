"""Flag commands such as `mode='manual' antenna='DV04'`, as CASA 3.4 and 4.2 read them.

3.4 cuts a command at any white space (flaghelper.py of 3.4.0, `getLinePars`). 4.2 cuts it at every single blank and
puts pieces without `=` back to the one before (`Parser` in flaghelper.py of 4.2.0 and 4.2.2), so that a blank at the
beginning, a tab or two blanks in a row spoil it. Its manual wants the values of strings in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

FIRST_INTEGRATION = "0.000001"
"""A quackinterval (seconds) that flags the first integration of a scan whatever it lasts, as 0 did in 3.4.

Both flag what is at most so far from the scan's first time stamp (FlagAgentQuack.cc of 3.4.0 and 4.2.0); 4.2 refuses
0. A microsecond is the least that shows in the TIME column: it holds seconds since 1858, to 2**-20 of a second.
"""

_STRING = re.compile(
    r"(?P<prefix>\b[rRuUbB]+)?(?P<quote>'''|\"\"\"|'|\")(?P<body>(?:\\.|(?!(?P=quote))[^\\])*+)(?P=quote)", re.DOTALL
)
_TEXTS = {
    *("mode", "field", "spw", "antenna", "timerange", "correlation", "scan", "intent", "feed", "array", "uvrange"),
    *("observation", "reason", "quackmode", "datacolumn", "timefit", "freqfit", "flagdimension"),
    "usewindowstats",
}
"""The keys whose values are texts."""


def spoilt(command: str) -> bool:
    """Whether 4.2 cuts a command of 3.4 in other places than 3.4 did; comments and empty commands are skipped."""
    if command.startswith("#") or not command.strip():
        return False
    return re.match(r"\s", command) is not None or re.search(r"[\t\n\r]|\s\s|\s$", command) is not None


def repaired(command: str) -> str:
    """Write a command with single blanks and quoted texts; as it is, where 3.4 would not have read it."""
    words = command.split()
    if command.startswith("#") or not words or any(word.count("=") != 1 for word in words):
        return command
    return " ".join(map(_quoted, words))


def as_34(command: str, keep: bool, once: bool = True) -> str:
    """Write a command so that 4.2 does what 3.4 did, where their flagging agents differ.

    keep: also where what 3.4 did was a fault that 4.2 has mended, and nobody would want it again. once: exchange
    growtime and growfreq, which a second time would put them back.
    """
    words = repaired(command).split()
    if command.startswith("#") or any(word.count("=") != 1 for word in words):
        return command
    pairs = [(key, value) for key, _, value in (word.partition("=") for word in words)]
    mode = dict(pairs).get("mode", "").strip("'\"")
    if mode == "quack":
        pairs = [(key, FIRST_INTEGRATION if key == "quackinterval" and _is_zero(v) else v) for key, v in pairs]
        if "quackinterval" not in dict(pairs):
            pairs.append(("quackinterval", FIRST_INTEGRATION))
    elif mode == "extend" and once:
        other = {"growtime": "growfreq", "growfreq": "growtime"}
        pairs = [(other.get(key, key), value) for key, value in pairs]
    if keep:
        pairs = [(key, _first_range(value) if key == "timerange" else value) for key, value in pairs]
    return " ".join(f"{key}={value}" for key, value in pairs)


def has_several_times(command: str) -> bool:
    """Whether a command selects several time ranges; 3.4 took the first alone (FlagAgentBase.cc, svn r25380)."""
    return not command.startswith("#") and re.search(r"\btimerange=[^\s,]{0,500}+,", command) is not None


def grows(command: str) -> bool:
    """Whether a command extends flags by growtime or growfreq, which 3.4 took one for the other (svn r21873)."""
    return (
        re.search(r"\bmode=['\"]?extend\b", command) is not None
        and re.search(r"\bgrow(time|freq)=", command) is not None
    )


_INTERVAL = re.compile(r"\bquackinterval=0*+\.?0*+[1-9]")
_DIFFERS = re.compile(
    r"\bmode=\\?['\"]?(?:quack|extend)\b|\btimerange=(?:\\?['\"])?(?:[%{]|\s*+['\"]|[^\s'\"]{0,200},)"
)


def may_mean_otherwise(source: str) -> bool:
    """Whether the source of a text may hold a command that 4.2 reads otherwise than 3.4 did.

    That is mode quack, unless an interval above 0 stands beside it, mode extend, and several time ranges.
    """
    return any("quack" not in found[0] or not _INTERVAL.search(source) for found in _DIFFERS.finditer(source))


def _is_zero(value: str) -> bool:
    return re.fullmatch(r"0*\.?0*", value) is not None


def _first_range(value: str) -> str:
    first, comma, _ = value.partition(",")
    return first + (value[0] if comma and value[0] in "'\"" else "")


def repaired_source(text: str, write: Callable[[str], str] = repaired) -> str | None:
    """Rewrite the commands in source text: the string literals in it, each of which holds whole commands.

    `\\n` in a literal parts commands, as in a text that is written to a file. None if a literal can't be rewritten.
    """
    parts: list[str] = []
    end = 0
    for found in _STRING.finditer(text):
        body = _repaired_body(found, write)
        if body is None:
            return None
        parts += [text[end : found.start()], body]
        end = found.end()
    return "".join([*parts, text[end:]])


def _repaired_body(found: re.Match[str], write: Callable[[str], str]) -> str | None:
    body, quote = found["body"], found["quote"]
    pieces = body.split("\\n")
    wanted = "\\n".join(write(piece.replace("\\t", " ")) if piece.strip() else piece for piece in pieces)
    if wanted == body or not any("=" in piece for piece in pieces):
        return found[0]
    if found["prefix"] or len(quote) == 3 or "\\" in re.sub(r"\\[nt]", "", body):
        return None
    if quote in wanted:
        quote = '"' if quote == "'" else "'"
    return None if quote in wanted else f"{quote}{wanted}{quote}"


def _quoted(word: str) -> str:
    key, value = word.split("=")
    bare = key in _TEXTS and value and value[0] != "[" and "'" not in value and '"' not in value
    return f"{key}='{value}'" if bare else word
