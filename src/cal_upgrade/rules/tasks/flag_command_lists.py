"""Lists of flag commands: flagcmd's input, and how commands have to be written in 4.2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from cal_upgrade.changes.operations import Add, Drop, Operation, Proposal, Set
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks import Unclear
from cal_upgrade.rules.tasks.flag_commands import as_34, has_several_times, may_mean_otherwise, repaired_source
from cal_upgrade.script.calls import CallView
from cal_upgrade.script.model import CallsBefore, Script
from cal_upgrade.text.values import UNKNOWN


def propose(rule: Rule, call: CallView, earlier: CallsBefore, results: str) -> list[Proposal]:
    """Give flagcmd its commands in `inpfile`, and write the commands so that 4.2 cuts them as 3.4 did.

    flagcmd of 3.4 took a file by `inpmode='file'` and commands by `inpmode='cmd', command=[…]`; 4.2 takes both by
    `inpmode='list', inpfile=…`, where a text is a file's name and a list holds commands (flagcmd.xml, task_flagcmd.py
    of 3.4.0 and 4.2.0).
    """
    told = Proposal(rule.id, rule.kind, rule.why)
    mode = call.values.get("inpmode" if call.task == "flagcmd" else "mode")
    source = _source_of_commands(call, mode)
    if source is None:
        return []
    write = partial(as_34, keep=results == "keep")
    try:
        operations = tuple(_of_flagcmd(call, write) if call.task == "flagcmd" else _of_list(call, source, write))
    except Unclear as unclear:
        return [
            told._replace(
                message=f"the commands of {call.task} have to be given otherwise in 4.2: {unclear}",
                hint="Give a list of commands in inpfile, with single blanks between key='value' pairs.",
                handled=("command", "inpmode"),
            )
        ]
    proposals = [told._replace(operations=operations, handled=("command", "inpmode"))] if operations else []
    return [
        *proposals,
        *_of_times(told, call.values.get(source), results),
        *_of_made(told, call, source, earlier.script),
    ]


def _of_made(told: Proposal, call: CallView, source: str, script: Script) -> Iterator[Proposal]:
    """Tell of commands that are put together, where the script's texts hold such as 4.2 reads otherwise."""
    value = call.values.get(source, UNKNOWN)
    if value is not UNKNOWN and not (isinstance(value, list) and UNKNOWN in value):
        return
    first = next(
        (node for node in script.nodes.get("string", ()) if may_mean_otherwise(script.reading.of(node))), None
    )
    if first is not None:
        line = script.reading.line(first)
        yield told._replace(
            message=f"the text does not show which commands {source}={call.texts.get(source, '…')} holds, and 4.2 "
            f"reads some otherwise than 3.4 did, such as that in line {line}",
            hint="Give mode quack a quackinterval above 0, exchange growtime and growfreq of mode extend, and see "
            "that all time ranges of a command are meant: 3.4 took the first.",
        )


def _of_times(told: Proposal, commands: object, results: str) -> Iterator[Proposal]:
    """Tell of commands with several time ranges, of which 3.4 flagged the first only."""
    given = [commands] if isinstance(commands, str) else commands if isinstance(commands, list) else []
    several = [one for one in given if isinstance(one, str) and has_several_times(one)]
    if several and results != "keep":
        yield told._replace(
            message=f"3.4 flagged only the first of several time ranges of a command, 4.2 flags all: {several[0]}",
            hint="See that all of them are meant; --results keep leaves the first alone.",
        )


def _source_of_commands(call: CallView, mode: object) -> str | None:
    """Name the parameter that the commands come from; None where there are none."""
    if not isinstance(mode, str) or not mode:
        return None
    if call.task != "flagcmd":
        return "inpfile" if "list".startswith(mode) else None
    if "file".startswith(mode):
        return "inpfile"
    return "command" if "cmd".startswith(mode) else None


def _of_flagcmd(call: CallView, write: Callable[[str], str]) -> Iterator[Operation]:
    if call.values.get("action", "apply") in ("unapply", UNKNOWN):
        raise Unclear(f"action={call.texts.get('action')} works for tables only")
    if "inpmode" not in call.texts:
        raise Unclear("inpmode comes in from a dictionary")
    yield Set("inpmode", "'list'")
    if not "cmd".startswith(str(call.values["inpmode"])):
        return
    text, value = call.texts.get("command"), call.values.get("command")
    if text is None:
        raise Unclear("the text does not show command")
    if isinstance(value, str) or re.match(r"['\"]", text):
        text, value = f"[{text}]", [value]
    commands = _rewritten(text, value, write)
    yield Set("inpfile", commands) if "inpfile" in call.texts else Add("inpfile", commands, "command")
    # 3.4 looked at reason for files and tables only
    yield from (Drop(name) for name in ("command", "reason") if name in call.texts)


def _of_list(call: CallView, source: str, write: Callable[[str], str]) -> Iterator[Operation]:
    text, value = call.texts.get(source), call.values.get(source)
    if text is None or not isinstance(value, list):
        return
    wanted = _rewritten(text, value, write)
    if wanted != text:
        yield Set(source, wanted)


def _rewritten(text: str, value: object, write: Callable[[str], str]) -> str:
    """Write the source of a list of commands as 4.2 wants it. Raises Unclear."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return text
    other = [one for one in value if write(one) != one]
    if not other:
        return text
    whole = text.startswith("[") and len(re.findall(r"'[^']*'|\"[^\"]*\"", text)) == len(value)
    wanted = repaired_source(text, write) if whole else None
    if wanted is not None:
        return wanted
    # quotes alone are no fault: 4.2 takes commands without them too
    if any(write(one).replace("'", "") != one.replace("'", "").replace('"', "") for one in other):
        return f"[{', '.join(map(_quoted, map(write, value)))}]"
    return text


def _quoted(command: str) -> str:
    return repr(command) if '"' in command or "\\" in command else f'"{command}"'
