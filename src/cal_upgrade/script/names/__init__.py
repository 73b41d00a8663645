"""What a script's names hold: the one answer for the converter, the steps and the runner."""

from __future__ import annotations

from cal_upgrade.script.names.names import Names
from cal_upgrade.script.names.reached import Reached, Use

__all__ = ["Names", "Reached", "Use"]
