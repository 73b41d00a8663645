"""Task calls that can't be followed: under another name, in a text that is executed, with unknown parameters."""

from __future__ import annotations

from functools import lru_cache

from cal_upgrade.records import Attention
from cal_upgrade.script.hidden_place import Hidden
from cal_upgrade.script.model import Script
from cal_upgrade.script.named_tasks import named_tasks
from cal_upgrade.script.task_lookups import lookups
from cal_upgrade.script.task_uses import aliases_of, uses
from cal_upgrade.script.texts_run import texts_run

RULE = "hidden-call"


@lru_cache(maxsize=2)
def hidden_calls(script: Script) -> tuple[Hidden, ...]:
    """Find all places where a task may run without a plain call of it, in the order of the text."""
    aliases = aliases_of(script)
    found = [*uses(script, aliases), *lookups(script), *texts_run(script, aliases), *named_tasks(script)]
    return tuple(sorted(set(found), key=lambda one: (one.place, one.task)))


def attention(script: Script) -> list[Attention]:
    """Tell a person of each, and of calls whose parameters come in by `*` or `**` and are not in the text."""
    told = {(one.line, one.what) for one in hidden_calls(script)}
    for call, view in zip(script.calls, script.views, strict=True):
        if view.starred:
            star = next(argument for argument in call.arguments if argument.star)
            told.add((call.line, f"the text does not show what {script.reading.of(star.node)} gives {call.task}"))
    return [
        Attention(RULE, line, what, "Compare the call with what its task takes in CASA 4.2, and change it by hand.")
        for line, what in sorted(told)
    ]
