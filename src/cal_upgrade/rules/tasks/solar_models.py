"""setjy's models of Solar system bodies: those of 2012, where they do what those of 2010 did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cal_upgrade.changes.operations import Operation, Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.script.bodies import ONLY_2010, bodies, fields, spoken_of
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore, Script
from cal_upgrade.script.models import selects
from cal_upgrade.text.values import UNKNOWN

OLD, NEW = "Butler-JPL-Horizons 2010", "Butler-JPL-Horizons 2012"

_JOINED = re.compile(r"\.join\s*\(|['\"][^'\",~*]*[,~*][^'\"]*['\"]")
"""The source of a field's value that puts several fields together, or a pattern."""


class _Doubt(NamedTuple):
    """Why the models of 2010 stay, or what to look at; `mild`: nobody has to do anything."""

    stays: bool
    mild: bool
    message: str
    hint: str


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> Sequence[Proposal]:
    """Take the models of 2012 as NRAO's scripts do, but for what they have not, or would leave out."""
    standard = call.values.get("standard", UNKNOWN)
    if not isinstance(standard, str) or not standard or not OLD.startswith(standard) or _by_hand(call):
        return []
    doubt = _doubt(earlier.script, call) if results == "nrao" else None
    stays = results == "keep" or (doubt is not None and doubt.stays)
    year = f"'{OLD if stays else NEW}'"
    same = stays and standard == OLD
    operations: tuple[Operation, ...] = () if same else (Set("standard", year),)
    proposals = [Proposal(rule.id, rule.kind, rule.why, operations, handled=("standard",))]
    if doubt is not None:
        kind = "advice" if doubt.mild else rule.kind
        proposals.append(Proposal(rule.id, kind, rule.why, message=doubt.message, hint=doubt.hint))
    return proposals


def _by_hand(call: CallView) -> bool:
    """Whether the flux density is given, so that no model is asked for one."""
    given = call.values.get("fluxdensity", -1)
    return (given[0] if isinstance(given, (list, tuple)) and given else given) != -1


def _doubt(script: Script, call: CallView) -> _Doubt | None:
    """Say what speaks against the models of 2012."""
    about = bodies(script, call)
    old = sorted(about & set(ONLY_2010))
    if old:
        return _Doubt(
            True,
            True,
            f"there is no model of 2012 for {' and '.join(old)}, so that the standard stays '{OLD}'",
            "Nothing has to be done; the flux density is that of 3.4",
        )
    if selects(call, "scan"):
        return _Doubt(
            True,
            True,
            f"the models of 2012 leave scan out and would set all scans, so that the standard stays '{OLD}'",
            f"For the models of 2012 select by timerange, with standard='{NEW}'",
        )
    where = call.texts.get("field", "''")
    several = call.values.get("field", "") is UNKNOWN and _JOINED.search(where) is not None
    if several or (call.values.get("field", "") is not UNKNOWN and fields(call) is None):
        return _Doubt(
            True,
            False,
            f"field={where} may select several bodies; with '{NEW}' all of them would get the model of the last one, "
            f"so that the standard stays '{OLD}'",
            f"Give each body a setjy of its own, with standard='{NEW}'.",
        )
    return None if about else _unknown_body(script, call)


def _unknown_body(script: Script, call: CallView) -> _Doubt | None:
    """Say what to look at where the text does not show which body it is."""
    named = spoken_of(script)
    speaks_of = [name for name in ONLY_2010 if name in named]
    if speaks_of:
        return _Doubt(
            True,
            False,
            f"the script speaks of {' and '.join(speaks_of)}, and there is no model of 2012 for that: if it is field "
            f"{call.texts.get('field', '')}, it would stay at 1 Jy, so that the standard stays '{OLD}'",
            f"If the field is another body, take standard='{NEW}'.",
        )
    if named:
        return None
    return _Doubt(
        False,
        True,
        f"look which body this field is: {', '.join(ONLY_2010)} have no model of 2012 and would stay at 1 Jy",
        f"For one of these write standard='{OLD}', as for several bodies at once",
    )
