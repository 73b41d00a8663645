"""Brings ALMA Cycle 0 calibration scripts from CASA 3.4 to CASA 4.2."""

from __future__ import annotations

__version__ = "0.1.0"

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from cal_upgrade.records import Refused, Translation

__all__ = ["Refused", "Translation", "__version__", "translate"]


def translate(
    script: str | bytes,
    *,
    source: Literal["auto", "3.4"] = "auto",
    target: Literal["4.2"] = "4.2",
    results: Literal["nrao", "keep"] = "nrao",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    rules: Iterable[str | Path] = (),
) -> Translation:
    """Translate one calibration script. Nothing is printed, and no file is written.

    Parameters
    ----------
    script
        The script: its text, or the bytes of its file.
    source
        The CASA release that the script is for; "auto" finds it out from the script itself.
    target
        The CASA release to translate to.
    results
        "nrao" does as NRAO's 4.2 scripts do, "keep" keeps 3.4's numbers as closely as 4.2 can.
    select, ignore
        Rule ids or kinds of rules. An empty `select` selects all that are on by default, "none" selects nothing.
    rules
        Further folders of rules.

    Returns
    -------
    Translation
        The result with its changes, what needs a person's attention, the steps and the account of all task calls.

    Raises
    ------
    Refused
        If the script cannot be translated: `line`, `what` and `todo` say why and what to do. The same for a folder of
        rules that cannot be used.
    ValueError
        If a choice is none of those above.
    """
    from cal_upgrade.convert import job
    from cal_upgrade.options import Options

    for name, value, choices in (
        ("source", source, ("auto", "3.4")),
        ("target", target, ("4.2",)),
        ("results", results, ("nrao", "keep")),
    ):
        if value not in choices:
            raise ValueError(f"{name} is {value!r}; choose one of {', '.join(map(repr, choices))}")
    options = Options(source, results, tuple(select), tuple(ignore), tuple(Path(folder) for folder in rules))
    data = script.encode("utf-8") if isinstance(script, str) else script
    return job.translated(data, options, lambda name: None)
