"""Converts a few lines with all rules, for tests of what rules do together."""

from __future__ import annotations

from cal_upgrade.convert.translate import translate
from cal_upgrade.files import rules_folder
from cal_upgrade.options import Options
from cal_upgrade.records import Translation
from cal_upgrade.rules.load import load
from cal_upgrade.rules.ruleset import Book, make

RULES = load([rules_folder() / "casa-3.4-to-4.2"])
BOOK = make(RULES, Options(version="3.4"))


def converted(*lines: str, book: Book = BOOK) -> Translation:
    """Convert a script given by its lines."""
    return translate(("\n".join(lines) + "\n").encode(), book)
