"""Where the files lie that come with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def rules_folder() -> Path:
    """Give the folder of rules and interface tables: in the package once installed, else `rules/` of a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "_rules"
    return installed if installed.is_dir() else here.parent.parent / "rules"
