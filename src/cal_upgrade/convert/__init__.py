"""Converts one script: through all stages, with the account of its calls, from its file to that of its result."""

from cal_upgrade.convert.job import Errand, Order, run

__all__ = ["Errand", "Order", "run"]
