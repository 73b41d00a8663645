"""Task calls that are commented out: rewritten as if they were not, where they can be read as calls.

CASA's own staff did so when they brought their scripts from 3.4 to 4.2: who takes the `#` away wants a call that
works.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from cal_upgrade.changes.operations import Amendment, Reason
from cal_upgrade.records import Kind, Refused
from cal_upgrade.rewrite.calls import rewrite_calls
from cal_upgrade.rules.deriver import Derive
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.script.model import Script, open_script
from cal_upgrade.text.edits import Edit, apply

RULE = "commented-calls"
KIND: Kind = "style"
_WHY = "A call that is commented out is kept in step, for whoever takes the # away."
_OPENS = re.compile(r"#+[ \t]*(\w+)[ \t]*\(")
_MARK = re.compile(r"#+[ \t]?")
_BLOCKS = frozenset({"module", "block"})


def rewrite_commented(script: Script, book: Book, derive: Derive) -> list[Amendment]:
    """Rewrite the calls in comments that stand between statements, line by line; what can't be read stays."""
    if not book.options.selected(RULE, KIND):
        return []
    found = []
    for comments in _calls(script):
        edit = _rewritten(script, comments, book, derive)
        if edit is not None:
            before = script.reading.text[edit.start : edit.end].decode("utf-8")
            line = script.reading.line(comments[0])
            found.append(Amendment(edit, (Reason(RULE, KIND, _WHY, before, edit.text, line),)))
    return found


def _calls(script: Script) -> Iterator[list[Node]]:
    """Give the comments that hold a whole task call each: the line that opens it, to that which closes it."""
    comments = [node for node in script.nodes.get("comment", ()) if _alone(script, node)]
    at = 0
    while at < len(comments):
        opens = _OPENS.match(script.reading.of(comments[at]))
        if opens is None or opens[1] not in script.interface:
            at += 1
            continue
        last = _closing(script, comments, at)
        if last is not None:
            yield comments[at : last + 1]
        at = at + 1 if last is None else last + 1


def _alone(script: Script, comment: Node) -> bool:
    """Whether a comment has its line to itself, between statements."""
    text = script.reading.text
    start = text.rfind(b"\n", 0, comment.start_byte) + 1
    return (
        not text[start : comment.start_byte].strip() and comment.parent is not None and comment.parent.type in _BLOCKS
    )


def _closing(script: Script, comments: Sequence[Node], at: int) -> int | None:
    """Give the comment, on lines that follow each other, at which the brackets are closed again."""
    depth = 0
    for k in range(at, min(at + 60, len(comments))):
        if script.reading.line(comments[k]) != script.reading.line(comments[at]) + k - at:
            return None
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", _MARK.sub("", script.reading.of(comments[k]), count=1)).split("#")[0]
        depth += sum((sign in "([{") - (sign in ")]}") for sign in bare)
        if depth <= 0:
            return k
    return None


def _rewritten(script: Script, comments: Sequence[Node], book: Book, derive: Derive) -> Edit | None:
    """Give the edit of one call in comments; None if nothing is due, or it can't be done safely."""
    marks = [_MARK.match(script.reading.of(node)) for node in comments]
    lines = [script.reading.of(node)[mark.end() if mark else 0 :] for node, mark in zip(comments, marks, strict=True)]
    margin = len(lines[0]) - len(lines[0].lstrip())
    try:
        inner = open_script(("\n".join(lines)[margin:] + "\n").encode("utf-8"), script.interface)
    except Refused:
        return None
    if len(inner.calls) != 1:
        return None
    done = rewrite_calls(inner, book, derive)
    edits = [one.edit for one in done.amendments if one.edit.text or one.edit.start < one.edit.end]
    if done.attention or not edits:
        return None
    made = apply(inner.reading.text, edits)
    first = comments[0]
    text = script.reading.text
    ahead = text[text.rfind(b"\n", 0, first.start_byte) + 1 : first.start_byte].decode("utf-8")
    mark = [match.group() if match else "" for match in marks]
    new: list[str] = []
    for line, origin in zip(made.text.decode("utf-8").rstrip("\n").split("\n"), made.origin, strict=False):
        known = mark[origin - 1] if origin is not None and origin <= len(mark) else mark[-1]
        lead = " " * margin if not new else ""
        new.append((ahead if new else "") + known + lead + line)
    return Edit(first.start_byte, comments[-1].end_byte, "\n".join(new))
