r"""Characters that must not reach a terminal, a log or a report as they are: those that steer it or can't be seen.

File names, messages, titles and scripts may hold any: a line end in a name begins a line of its own, which a
continuous-integration service may take for a command, and an escape sequence rewrites what a terminal shows.
"""

from __future__ import annotations

import os
import unicodedata
from typing import Final

UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of them: control; direction and other format; halves of pairs; line and paragraph ends."""


def visible(text: str, keep: str = "\t") -> str:
    r"""Write what steers a terminal, or can't be seen, as `\x1b`, `\n` or `\u202e`; characters in `keep` stay."""
    if text.isprintable():
        return text
    return "".join(_escaped(char) if char not in keep and is_unseen(char) else char for char in text)


def is_unseen(char: str) -> bool:
    """Whether a character steers what shows it, or can't be seen."""
    return unicodedata.category(char) in UNSEEN


def visible_name(name: str) -> str:
    """Write a file's name so that it can begin a line: one like `::error::x.py` would be a command to GitHub."""
    shown = visible(name, keep="")
    return f"./{shown}" if shown.lstrip().startswith(("::", "##[")) else shown


def visible_json(document: str) -> str:
    r"""Write a JSON document with all such characters in its strings as `\u009b`; it says the same."""
    if document.isascii() and "\x7f" not in document:
        return document
    return "".join(_unit(char) if char not in "\n\t" and is_unseen(char) else char for char in document)


def readable(name: str) -> str:
    """Give a file's name as text that UTF-8 can hold: bytes of it that are no text as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _unit(char: str) -> str:
    """Write a character as JSON's escapes: one, or a pair of them."""
    code = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{code[k : k + 2].hex()}" for k in range(0, len(code), 2))
