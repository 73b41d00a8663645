"""Runs the steps of a CASA 4.2 calibration script on today's CASA."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["execfile"]


def execfile(filename: str, globals: dict[str, Any] | None = None, locals: dict[str, Any] | None = None) -> None:
    """Run a CASA 4.2 script at a CASA 6 prompt, as `execfile` did at the prompt of CASA 4.2.

    `mysteps` in the caller's globals chooses the steps, and the script's own variables are there when it has ended.
    Raises RuntimeError, with the line, if the script fails.
    """
    from cal_upgrade.run.prompt import run

    run(filename, sys._getframe(1).f_globals if globals is None else globals)
