"""wvrgcal as a shell command, a habit of CASA 3.3: a task since 3.4."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Attention
from cal_upgrade.rules.schema import Rule
from cal_upgrade.rules.tasks.wvr_interpolation import NO_LIMITS, needed
from cal_upgrade.script.assignments import plain_assignment
from cal_upgrade.script.model import Script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import arguments_of, parts_of, statement_of

_CALLED = re.compile(r"(^|[/\s;&])wvrgcal\s")
_TEXT = {
    "ms": "vis",
    "output": "caltable",
    "statfield": "statfield",
    "statsource": "statsource",
    "reversespw": "reversespw",
}
_NUMBER = {"toffset": "toffset", "nsol": "nsol", "scale": "scale"}
_FLAG = {"segsource": "segsource", "disperse": "disperse", "cont": "cont"}
_SHELL = re.compile(r"[;`$*?~\[\n]|&(?![\d>])")
_LIST = {"wvrflag": "wvrflag", "sourceflag": "sourceflag"}


def amend(rule: Rule, script: Script, results: str) -> tuple[list[Amendment], list[Attention]]:
    """Call the task with what the command line asks for.

    The task's parameters are the options of the command under the same names, but for `--ms` (`vis`) and `--output`
    (`caltable`); without `--toffset` the command takes 0, without `--segsource` it takes one set of coefficients for
    all sources, which the task does only if told (wvrgcal.cpp and task_wvrgcal.py of CASA 3.4.0).
    """
    amendments: list[Amendment] = []
    attention: list[Attention] = []
    followed: list[Node] = []
    for function in ("os.system", "os.popen", "subprocess.call", "subprocess.check_call", "commands.getoutput"):
        for node in script.functions.get(function, ()):
            command = _command(script, node)
            if command is None or not _CALLED.search(command):
                continue
            followed.append(node)
            command, output = _output(command)
            made = (
                _task_call(script, node, command, results)
                if function == "os.system"
                else "only os.system is followed"
            )
            line = script.reading.line(node)
            if made.startswith("wvrgcal("):
                reason = Reason(rule.id, rule.kind, rule.why, script.reading.of(node), made, line)
                amendments.append(Amendment(Edit(node.start_byte, node.end_byte, made), (reason,)))
                if output:
                    _tell_output(rule, script, node, output, amendments, attention)
            else:
                attention.append(
                    Attention(
                        rule.id,
                        line,
                        f"wvrgcal is called as a shell command, and it can't be turned into the task: {made}",
                        "Write it as wvrgcal(vis=…, caltable=…, toffset=…, …); the options are its parameters.",
                    )
                )
    return amendments, attention + _not_followed(rule, script, followed)


def _not_followed(rule: Rule, script: Script, followed: Sequence[Node]) -> list[Attention]:
    """Tell of commands that stand in the text and are not run where they stand."""
    names = {word for node in followed for word in re.findall(r"\w+", script.reading.of(node))}
    found = []
    for string in script.nodes.get("string", ()):
        if not (_in_list(script, string) or re.search(r"(?:^|[/\s;&'\"])wvrgcal\s+-", script.reading.of(string))):
            continue
        assignment = plain_assignment(statement_of(string))
        used = assignment is not None and script.reading.of(assignment.target) in names
        inside = any(node.start_byte <= string.start_byte < node.end_byte for node in followed)
        if not used and not inside:
            found.append(
                Attention(
                    rule.id,
                    script.reading.line(string),
                    "a command for the program wvrgcal stands here, and it can't be followed where it is run",
                    "Call the task: wvrgcal(vis=…, caltable=…, toffset=…, …); the options are its parameters.",
                )
            )
    return found


def _in_list(script: Script, string: Node) -> bool:
    """Whether a string is the program in a list of words, as in `subprocess.call(['wvrgcal', '--ms', …])`."""
    behind = string.next_named_sibling
    program = re.fullmatch(r"(['\"])(?:\S{0,200}/)?wvrgcal\1", script.reading.of(string)) is not None
    return program and behind is not None and re.match(r"['\"]--", script.reading.of(behind)) is not None


def _command(script: Script, node: Node) -> str | None:
    """Give the command; what the text does not show stands in it as \\x00N\\x00, N the place in `_parts`."""
    arguments = node.child_by_field_name("arguments")
    given = parts_of(arguments)
    if not given:
        return None
    parts = _parts(script, given[0])
    return "".join(p if isinstance(p, str) else f"\x00{number}\x00" for number, p in enumerate(parts))


def _parts(script: Script, node: Node) -> list[str | Node]:
    """Split `'a' + b + 'c'` into its strings and its other terms."""
    if node.type == "parenthesized_expression":
        return _parts(script, parts_of(node)[0])
    if node.type == "binary_operator" and script.reading.of(node.children[1]) == "+":
        return [*_parts(script, node.children[0]), *_parts(script, node.children[2])]
    value = script.names.value(node)
    if isinstance(value, str) and (node.type != "identifier" or _CALLED.search(value)):
        return [value]
    if node.type == "binary_operator" and script.reading.of(node.children[1]) == "%":
        return _filled(script, node.children[0], node.children[2]) or [node]
    return [node]


def _filled(script: Script, pattern: Node, given: Node) -> list[str | Node]:
    """Split `'--ms %s' % x` into its strings and what is put in; nothing if it is no plain pattern."""
    text = script.names.value(pattern)
    fills = given.named_children if given.type == "tuple" else [given]
    texts = text.split("%s") if isinstance(text, str) else []
    if len(texts) != len(fills) + 1 or any("%" in one for one in texts):
        return []
    parts: list[str | Node] = [texts[0]]
    for fill, behind in zip(fills, texts[1:], strict=True):
        parts += [fill, behind]
    return parts


def _output(command: str) -> tuple[str, str]:
    """Split a command from where its output goes: `> file`, `2>&1`, `| tee file`."""
    redirected = re.search(r"(?<!\s)(?:(?:\s+(?:\d|&)?|&)?>|\s*\|)", command)
    if redirected is None:
        return command, ""
    rest = command[redirected.start() :]
    more = re.search(r";\s*\S|&&|\|\|", rest)
    # a second command stays, so that it is met with and told
    return command[: redirected.start()] + (f" {rest[more.start() :]}" if more else ""), rest.strip()


def _tell_output(
    rule: Rule, script: Script, node: Node, output: str, amendments: list[Amendment], attention: list[Attention]
) -> None:
    """Say that what the program printed is in CASA's log now; it needs a person where the script reads it."""
    line = script.reading.line(node)
    shown = re.sub(r"\x00\d+\x00", "…", output)
    message = f"the output of wvrgcal went where `{shown}` says; the task writes it to CASA's log"
    files = re.findall(r"[\w./+-]{3,}", re.sub(r"\x00\d+\x00|\btee\b|-a\b|/dev/null|&\d", " ", output))
    text = script.reading.text.decode("utf-8")
    reads = re.findall(r"\b(?:open|file|readlines|loadtxt|grep|cat)\b.*", text)
    if any(name in other for name in files for other in reads if output not in other):
        hint = "Let what reads that file read the log, or point the log there with casalog.setlogfile before."
        attention.append(Attention(rule.id, line, message, hint))
        return
    why = f"{message}. Nothing has to be done where nobody reads that file"
    reason = Reason(rule.id, "advice", why, "wvrgcal", "wvrgcal", line)
    amendments.append(Amendment(Edit(node.start_byte, node.start_byte, ""), (reason,)))


def _words(command: str) -> list[str] | str:
    """Split a command into words, or say that it is more than one."""
    lexer = shlex.shlex(command.rstrip().rstrip(";"), posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
    except ValueError as error:
        return str(error)
    return "it is not the only command" if any(re.fullmatch(r"[;&|<>]+", word) for word in words) else words


def _task_call(script: Script, node: Node, command: str, results: str) -> str:
    """Write the task call, or say why not."""
    statement = statement_of(node)
    if statement.type != "expression_statement" or statement.children[0].id != node.id:
        return "its return value is used"
    if _SHELL.search(command):
        return "the shell does more here than run one program with plain words"
    parts = _parts(script, arguments_of(node)[0])
    words = _words(command)
    if isinstance(words, str):
        return words
    while words and words[0] != "wvrgcal" and not words[0].endswith("/wvrgcal"):
        if words[0] not in ("nice", "time"):
            return f"it is not the only command: {words[0]}"
        words = words[1:]
    options = _options(words[1:])
    if isinstance(options, str):
        return options

    def source(value: str) -> str:
        pieces = [piece for piece in re.split(r"(\x00\d+\x00)", value) if piece]
        texts = []
        for piece in pieces:
            if piece.startswith("\x00"):
                part = parts[int(piece.strip("\x00"))]
                texts.append(part if isinstance(part, str) else script.reading.of(part))
            else:
                texts.append("'" + piece.replace("\\", "\\\\").replace("'", "\\'") + "'")
        return "+".join(texts)

    given = []
    for option, value in options:
        if option in _TEXT:
            given.append(f"{_TEXT[option]} = {source(value)}")
        elif option in _NUMBER:
            if not re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", value):
                return f"--{option} {value.strip(chr(0))} is no plain number"
            given.append(f"{_NUMBER[option]} = {value}")
        elif option in _FLAG:
            given.append(f"{_FLAG[option]} = True")
        elif option == "tie":
            given.append(f"tie = [{source(value)}]")
        elif option == "smooth":
            if value != "1":
                return f"--smooth {value} counts integrations, the task takes a time such as '{value}s'"
        else:
            given.append(f"{_LIST[option]} = [{source(value)}]")
    given = _merged(given)
    names = [item.split(" = ")[0] for item in given]
    if "vis" not in names or "caltable" not in names:
        return "--ms or --output is missing"
    if len(set(names)) != len(names):
        return "an option is given twice"
    if "segsource = True" not in given:
        given.append("segsource = False")
    if "toffset" not in names:
        given.append("toffset = 0")
    if needed(results, "wvrflag" in names):
        given += [f"{name} = {value}" for name, value in NO_LIMITS]
    indent = " " * 4 + script.reading.ahead(statement)
    return f"wvrgcal({(',' + chr(10) + indent).join(given)})"


def _merged(given: list[str]) -> list[str]:
    """Join lists that were given in parts: `--tie a,b --tie c,d` is one list."""
    merged: list[str] = []
    for item in given:
        name, value = item.split(" = ", 1)
        same = [k for k, other in enumerate(merged) if other.startswith(f"{name} = [")]
        if same and value.startswith("["):
            merged[same[0]] = f"{merged[same[0]][:-1]}, {value[1:]}"
        else:
            merged.append(item)
    return merged


def _options(words: list[str]) -> list[tuple[str, str]] | str:
    """Read a command line's options, or name what can't be read."""
    known = {*_TEXT, *_NUMBER, *_LIST, "tie", "smooth"}
    options: list[tuple[str, str]] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            return f"{word.strip(chr(0))} is no option of wvrgcal"
        name, equals, value = word[2:].partition("=")
        if name in _FLAG:
            options.append((name, ""))
        elif name not in known:
            return f"--{name} has no parameter in the task"
        elif equals:
            options.append((name, value))
        elif rest:
            options.append((name, rest.pop(0)))
        else:
            return f"--{name} has no value"
    return options
