"""What a user may choose about a translation."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from cal_upgrade.records import Kind

KINDS: tuple[Kind, ...] = ("required", "results", "advice", "style")


CHECK = "call-check"
"""What the check of a call is called where it finds something; it can't be switched off."""


class Options(NamedTuple):
    """Choices, as the command line names them.

    version: "auto" or the CASA version the script is for · results: do as NRAO's 4.2 scripts do, or keep 3.4's
    numbers · select, ignore: rule ids or kinds; an empty `select` selects all that are on by default, "none" nothing
    · rules: further folders of rules.
    """

    version: str = "auto"
    results: Literal["nrao", "keep"] = "nrao"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()

    def selected(self, rule: str, kind: Kind, optional: bool = False) -> bool:
        """Say whether a rule is to be applied; `optional` rules only if they are named."""
        if rule in self.ignore or kind in self.ignore:
            return False
        if rule in self.select:
            return True
        if optional:
            return False
        return not self.select or kind in self.select or "default" in self.select
