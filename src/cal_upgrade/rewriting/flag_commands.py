"""Flag commands such as `mode='manual' antenna='DV04'`, as CASA 3.4 and 4.2 read them.

3.4 cuts a command at any white space (flaghelper.py of 3.4.0, `getLinePars`). 4.2 cuts it at every single blank and
puts pieces without `=` back to the one before (`Parser` in flaghelper.py of 4.2.0 and 4.2.2), so that a blank at the
beginning, a tab or two blanks in a row spoil it. Its manual wants the values of strings in quotes.
"""

from __future__ import annotations

import re

_STRING = re.compile(
    r"(?P<prefix>\b[rRuUbB]+)?(?P<quote>'''|\"\"\"|'|\")(?P<body>(?:\\.|(?!(?P=quote)).)*)(?P=quote)", re.DOTALL
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


def repaired_source(text: str) -> str | None:
    """Repair the commands in source text: the string literals in it, each of which holds whole commands.

    `\\n` in a literal parts commands, as in a text that is written to a file. None if a literal can't be rewritten.
    """
    parts: list[str] = []
    end = 0
    for found in _STRING.finditer(text):
        body = _repaired_body(found)
        if body is None:
            return None
        parts += [text[end : found.start()], body]
        end = found.end()
    return "".join([*parts, text[end:]])


def _repaired_body(found: re.Match[str]) -> str | None:
    body, quote = found["body"], found["quote"]
    pieces = body.split("\\n")
    wanted = "\\n".join(repaired(piece.replace("\\t", " ")) if piece.strip() else piece for piece in pieces)
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
