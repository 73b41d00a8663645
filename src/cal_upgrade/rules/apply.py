"""Applies one declared rule to one task call."""

from __future__ import annotations

from collections.abc import Sequence

from cal_upgrade.changes.operations import Add, After, Before, Drop, Operation, Proposal, Rename, RenameTask, Set
from cal_upgrade.rules.schema import Condition, Rule, Verb
from cal_upgrade.script.calls import CallView
from cal_upgrade.text.values import UNKNOWN, literal


def propose(rule: Rule, call: CallView, results: str) -> Proposal | None:
    """Say what a rule wants of a call, or None if the call does not concern it.

    `results` is "nrao" or "keep". Where a value that decides does not show in the text, a person is told.
    """
    verdicts = [_holds(condition, parameter, call) for parameter, condition in rule.when.items()]
    if False in verdicts:
        return None
    if None in verdicts:
        return _undecided(rule, call) if rule.unknown == "attention" else None
    operations = tuple(
        operation
        for verb in [*rule.do, *(rule.keep if results == "keep" else rule.nrao)]
        if (operation := _operation(verb, call)) is not None
    )
    message = hint = ""
    if rule.attention is not None:
        message, hint = _fill(rule.attention.message, call), _fill(rule.attention.hint, call)
    return Proposal(rule.id, rule.kind, rule.why, operations, message, hint, handled(rule), about=tuple(rule.when))


def handled(rule: Rule) -> tuple[str, ...]:
    """Give the parameters that a rule takes care of, in either mode."""
    verbs = [*rule.do, *rule.nrao, *rule.keep]
    named = [name for verb in verbs for name in (verb.drop, verb.rename, verb.to, verb.set, verb.add) if name]
    return (*rule.handles, *named)


def _holds(condition: Condition, parameter: str, call: CallView) -> bool | None:
    """Say whether a condition holds; None: the text does not show it."""
    given = parameter in call.values
    if not given and call.starred:
        return None
    if condition.given is not None and condition.given != given:
        return False
    if not given:
        return condition.given is False or condition.or_missing
    value = call.values[parameter]
    if condition.written is not None and condition.written != (literal(call.texts.get(parameter, "")) is not UNKNOWN):
        return False
    if value is UNKNOWN:
        return _holds_of_text(condition, call.texts.get(parameter, ""))
    if condition.is_ is not None and not any(_same(value, wanted) for wanted in condition.is_):
        return False
    if condition.isnt is not None and any(_same(value, unwanted) for unwanted in condition.isnt):
        return False
    if condition.beginning is not None and not _begins(value, condition.beginning):
        return False
    if condition.above is not None and not _above(value, condition.above):
        return False
    if condition.vector is not None and condition.vector != (isinstance(value, (list, tuple)) and len(value) > 1):
        return False
    return condition.type is None or _type(value) == condition.type


def _holds_of_text(condition: Condition, text: str) -> bool | None:
    """Judge a value that the text does not show by its form: a list such as `[flux,0,0,0]` is a list of numbers."""
    asked = (condition.is_, condition.isnt, condition.beginning, condition.above, condition.vector, condition.type)
    if all(part is None for part in asked):
        return True
    shows_list = text.startswith("[") and text.endswith("]")
    if condition.above is not None and shows_list and not text.startswith("[-"):
        return True
    return None


def _begins(value: object, wholes: Sequence[str]) -> bool:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return isinstance(value, str) and value != "" and any(whole.startswith(value) for whole in wholes)


def _same(value: object, wanted: object) -> bool:
    """Compare as CASA does: True is not 1, and [x] is as good as x."""
    if isinstance(value, (list, tuple)) and len(value) == 1 and not isinstance(wanted, list):
        value = value[0]
    if isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return value == wanted


def _above(value: object, limit: float) -> bool:
    first = value[0] if isinstance(value, (list, tuple)) and value else value
    return isinstance(first, (int, float)) and not isinstance(first, bool) and first > limit


def _type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    names: dict[type, str] = {str: "string", list: "list", tuple: "list", dict: "dictionary"}
    return names.get(type(value), "other")


def _operation(verb: Verb, call: CallView) -> Operation | None:
    """Turn a verb into an operation, or None where there is nothing to do it to."""
    if verb.task is not None:
        return RenameTask(verb.task)
    if verb.drop is not None:
        return Drop(verb.drop) if verb.drop in call.values else None
    if verb.rename is not None:
        return Rename(verb.rename, verb.to or "") if verb.rename in call.values else None
    if verb.set is not None:
        if verb.set not in call.values or call.texts.get(verb.set) == verb.value:
            return None
        return Set(verb.set, verb.value or "")
    if verb.add is not None:
        return None if verb.add in call.values else Add(verb.add, verb.value or "", verb.after)
    if verb.before is not None:
        return Before(_fill(verb.before, call))
    return After(_fill(verb.behind or "", call))


def _fill(text: str, call: CallView) -> str:
    """Put the call's own words in for `{task}` and `{parameter}`."""
    if "{" not in text:
        return text
    text = text.replace("{task}", call.task)
    for parameter, value in call.texts.items():
        text = text.replace("{" + parameter + "}", value)
    return text


def _undecided(rule: Rule, call: CallView) -> Proposal:
    """Tell a person that a value decides which the text does not show."""
    open_ = [name for name, condition in rule.when.items() if _holds(condition, name, call) is None]
    shown: Sequence[str] = [f"{name} = {call.texts[name]}" if name in call.texts else name for name in open_]
    return Proposal(
        rule.id,
        rule.kind,
        rule.why,
        (),
        f"{call.task}: {', '.join(shown)} can't be told from the text. {rule.summary}",
        "Look up the value and change the call by hand if it is concerned.",
        about=tuple(rule.when),
    )
