"""The regular expression that finds the fluxes in fluxscale's log."""

from __future__ import annotations

import re

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.script import log_words
from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import arguments_of, parts_of, statement_of

# what stands between the window's number and `is:` in a pattern: nothing, or an optional "(ref SpW=…)"
_PATTERN = re.compile(
    r"""(?P<window>SpW\ ?=\ ?(?:\(?\[0-9\][+*]?\)?|\(?\\d[+*]?\)?|\.[+*]\??|%[sdi]|['"]\ ?\+[^+]+\+\ ?['"]))
        (?P<between>\((?P<plain>\?:)?\ \\?\(\s*+ref[^)]{0,99}\)\)[?*]?|\ \\\(\s*+ref[^)]{0,99}\))?
        (?P<is>\ +is)""",
    re.VERBOSE,
)
_NEW = re.compile(r"SpW.{0,200}\\\(\.\*\?\\\)")
_READS = re.compile(r"in SpW\s*+=.{0,200}is")
_WINDOW = re.compile(r"in SpW\s?=\s?['\"]$")
_METACHARACTERS = re.compile(r"\[0-9\]|\\d|\.[*+]|\\\(|\(\?")
_TAKES_PATTERN = re.compile(r"(?:re\.)?(?:search|match|findall|finditer|compile|split|sub)")
_SHELL = re.compile(r"\b(?:e?grep|g?awk|sed|cut)\b[^\n]{0,200}(?:[Ff]lux density|in SpW|SpW=)")
_CUTS = re.compile(r"\b(?:g?awk|sed|cut)\b")


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Let any bracketed text stand between the window and `is:`: 4.2 prints the frequency there.

    CASA 3.4 prints `in SpW=1 (ref SpW=0) is: …`, 4.2 `in SpW=1 (freq=3.5e+11 Hz) (ref SpW=0) is: …`
    (SolvableVisCal.cc of 3.4.0 and 4.2.0). A group that captures goes on capturing, so that numbers of groups hold.
    """
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    for node in script.nodes.get("string", ()):
        before, whole = script.reading.of(node), _sum(node)
        text = script.reading.of(whole) if _WINDOW.search(before) else before
        if not _READS.search(text) or _NEW.search(text) or _is_printed(script, whole):
            continue
        line = script.reading.line(node)
        after = _PATTERN.sub(_widened, before) if _is_pattern(script, whole) else before
        if after != before:
            reason = Reason(rule.id, rule.kind, rule.why, before, after, line)
            amendments.append(Amendment(Edit(node.start_byte, node.end_byte, after), (reason,)))
        else:
            attention.append(
                Attention(
                    rule.id,
                    line,
                    f"this may look for fluxscale's flux densities in the log, whose wording is new in 4.2: {text}",
                    "4.2 writes `in SpW=0 (freq=3.5e+11 Hz) is: …`; let the text in brackets stand before `is:`.",
                )
            )
    attention += _by_shell(rule, script)
    by_words = log_words.amend(rule, script, results)[0]
    return amendments, attention + _by_place(rule, script, bool(amendments or by_words))


def _sum(node: Node) -> Node:
    """Give the whole that a string is put together into by `+` and `%`, or the string itself."""
    above = node.parent
    while above is not None and above.type in ("binary_operator", "parenthesized_expression"):
        node, above = above, above.parent
    return node


def _is_printed(script: Script, node: Node) -> bool:
    """Whether a text is printed or written to the log, and looks for nothing."""
    above = node.parent
    while above is not None and above.type in ("argument_list", "tuple", "expression_list"):
        above = above.parent
    if above is None or above.type == "print_statement":
        return above is not None
    function = above.child_by_field_name("function") if above.type == "call" else None
    return function is not None and script.reading.bare(function) in ("casalog.post", "print", "sys.stdout.write")


def _is_pattern(script: Script, node: Node) -> bool:
    """Whether a text is a regular expression: by its characters, or since `re` takes it, or its name."""
    if _METACHARACTERS.search(script.reading.of(node)):
        return True
    given = plain_assignment(statement_of(node))
    name = script.reading.of(given.target) if given is not None and given.value == node else None
    for function, calls in script.functions.items():
        for call in calls if _TAKES_PATTERN.fullmatch(function) else ():
            inside = call.start_byte <= node.start_byte and node.end_byte <= call.end_byte
            first = next(iter(arguments_of(call)), None)
            if inside or (name is not None and first is not None and script.reading.of(first).split(" ")[0] == name):
                return True
    return False


def _by_shell(rule: Rule, script: Script) -> list[Attention]:
    """Tell of shell commands that take fluxscale's lines to pieces, or whose output the script reads."""
    found = []
    for node in script.nodes.get("string", ()):
        text = script.reading.of(node)
        if _SHELL.search(text) and (_CUTS.search(text) or _gives_output(script, node)):
            message = (
                "a shell command looks for fluxscale's lines, and 4.2 puts (freq=… Hz) between the window and `is:`"
            )
            hint = "Count two words more, or take it out first: sed 's/ (freq=[^)]*)//'."
            found.append(Attention(rule.id, script.reading.line(node), message, hint))
    return found


def _gives_output(script: Script, node: Node) -> bool:
    """Whether a string is part of a command whose output is read: that of `os.popen`, `commands.getoutput`."""
    above = node.parent
    while above is not None and above.type != "call":
        above = above.parent
    function = None if above is None else above.child_by_field_name("function")
    return function is not None and re.search(r"popen|output|Popen", script.reading.of(function)) is not None


def _widened(found: re.Match[str]) -> str:
    opening = "(" if found["between"] and found["between"].startswith("( ") else "(?:"
    return f"{found['window']}{opening} \\(.*?\\))?{found['is']}"


def _by_place(rule: Rule, script: Script, found: bool) -> list[Attention]:
    """Point at a log of fluxscale that is read in a way this rule does not know."""
    named = {
        value
        for call in script.functions.get("casalog.setlogfile", ())
        if isinstance(value := _first_value(script, call), str) and value
    }
    if found or not named or "fluxscale" not in script.functions or _NEW.search(script.reading.joined.decode()):
        return []
    return [
        Attention(
            rule.id,
            script.reading.line(call),
            "the log of this run is read back, perhaps for fluxscale's flux densities, whose wording is new in 4.2",
            "4.2 writes `in SpW=0 (freq=3.5e+11 Hz) is: …`; see that the lines below still find the flux.",
        )
        for name in ("open", "file")
        for call in script.functions.get(name, ())
        if _first_value(script, call) in named
    ]


def _first_value(script: Script, call: object) -> object:
    arguments = call.child_by_field_name("arguments")  # type: ignore[attr-defined]
    given = parts_of(arguments)
    return script.names.value(given[0]) if given else None
