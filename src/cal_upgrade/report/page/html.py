"""Text as HTML: whatever a script holds stays text."""

from __future__ import annotations

import html
from typing import Final

from cal_upgrade.characters import is_unseen

_PICTURES: Final = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"} | {127: "\u2421"}


def shown(text: str) -> str:
    """Replace what can't be seen, or turns text round, by something that shows: ␛ for escape, ⟨U+202E⟩."""
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_PICTURES)
    if text.isascii() or not any(map(is_unseen, text)):
        return text
    return "".join(f"⟨U+{ord(char):04X}⟩" if char not in "\t\n" and is_unseen(char) else char for char in text)


def escaped(text: str) -> str:
    """Write text for the inside of an element."""
    return html.escape(shown(text), quote=False)


def attribute(text: str) -> str:
    """Write text for an attribute in double quotes."""
    return html.escape(shown(text), quote=True)
