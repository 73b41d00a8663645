"""No regular expression of the package takes long on any text: scripts are somebody else's.

Every pattern that is written out in the source is tried on texts that are made from itself: what it matches, cut off
at any place, and then gone on with one character, or begun again, many times.
"""

from __future__ import annotations

import ast
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "cal_upgrade"
MANY = 25_000
LONGEST = 0.05
"""CPU seconds; a pattern whose time grows with the square of the length takes longer."""

_FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_WHOLE = {"match", "fullmatch"}


class Pattern(NamedTuple):
    """A pattern, and how it is used: at the beginning of a text only (`match`, `fullmatch`), or all over it."""

    where: str
    compiled: re.Pattern[Any]
    uses: frozenset[str]


def patterns() -> list[Pattern]:
    """Give every pattern of the package whose text the source shows, names of the module filled in."""
    return [found for path in sorted(SOURCE.rglob("*.py")) for found in _of_module(path)]


def _of_module(path: Path) -> Iterator[Pattern]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    known = {name.id: node.value for node in assigned for name in node.targets if isinstance(name, ast.Name)}
    names = {id(value): name for name, value in known.items()}
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        function = node.func.attr
        if ast.unparse(node.func.value) != "re" or function not in _FUNCTIONS:
            continue
        text = _text(node.args[0], known)
        if text is not None:
            flags = sum(int(re.RegexFlag[flag]) for flag in re.findall(r"re\.([A-Z]+)\b", ast.unparse(node)))
            uses = {function} if function != "compile" else used.get(names.get(id(node), ""), {"search"})
            where = f"{path.relative_to(SOURCE)}:{node.lineno}"
            yield Pattern(where, re.compile(text, flags), frozenset(uses))


def _text(node: ast.expr, known: dict[str, ast.expr]) -> str | bytes | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    if isinstance(node, ast.Name) and node.id in known:
        return _text(known[node.id], known)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left, known), _text(node.right, known)
        if left is not None and right is not None and type(left) is type(right):
            return left + right  # type: ignore[operator]
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return "".join(str(_text(part, known) or "name") for part in parts)
    return None


def sample(parsed: Any, pick: int) -> str:
    """Give a text that a pattern matches, by the way; `pick` chooses among what may stand there."""
    text = ""
    for operator, value in parsed:
        name = str(operator)
        if name == "LITERAL":
            text += chr(value)
        elif name == "NOT_LITERAL":
            text += "a" if value != ord("a") else "b"
        elif name == "ANY":
            text += "a"
        elif name == "IN":
            text += _one_of(value, pick)
        elif name == "BRANCH":
            branches = value[1]
            text += sample(branches[pick % len(branches)], pick)
        elif name == "SUBPATTERN":
            text += sample(value[3], pick)
        elif name == "ATOMIC_GROUP":
            text += sample(value, pick)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = value
            text += sample(inner, pick) * max(int(least), min(int(most), pick % 3))
    return text


def _one_of(choices: Any, pick: int) -> str:
    negated, fits = False, []
    for operator, value in choices:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            fits.append(chr(value))
        elif name == "RANGE":
            fits.append(chr(value[0]))
        elif name == "CATEGORY":
            fits.append({"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "w"}.get(str(value), "-"))
    if negated:
        return next(char for char in "a ;1Z" if char not in fits)
    return fits[pick % len(fits)]


def texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Give long texts that are hard for a pattern."""
    parsed = re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]
    made = set()
    for one in dict.fromkeys(sample(parsed, pick) for pick in range(4)):
        for end in range(min(len(one), 50) + 1):
            ahead = one[:end]
            for more in (
                " ",
                "a",
                "1",
                "\n",
                one[end : end + 1],
                one[end - 1 : end],
                ahead,
                f"{ahead}\n",
                f"{ahead} ",
            ):
                if more and (ahead, more) not in made:
                    made.add((ahead, more))
                    yield (ahead + more * (MANY // len(more)))[:MANY]


ALL = patterns()


def test_the_patterns_are_found() -> None:
    """There are many of them; most are looked for all over a text."""
    assert len(ALL) > 80


@pytest.mark.parametrize("pattern", ALL, ids=[pattern.where for pattern in ALL])
def test_time_grows_with_the_length_alone(pattern: Pattern) -> None:
    """Each pattern is done with each text in no time."""
    slow = slowest(pattern)
    assert slow is None, f"more than {LONGEST} s for {len(slow)} characters like {slow[:60]!r}…"


def slowest(pattern: Pattern) -> str | None:
    """Give a text that a pattern takes too long for; short ones are tried first, lest it never ends."""
    compiled = pattern.compiled
    made = list(texts(compiled))
    for length in (MANY // 50, MANY):
        for text in made:
            cut = text[:length].encode("latin-1", "replace") if isinstance(compiled.pattern, bytes) else text[:length]
            if _seconds(compiled, cut, pattern.uses) > LONGEST and _seconds(compiled, cut, pattern.uses) > LONGEST:
                return text[:length]
    return None


def _seconds(compiled: re.Pattern[Any], text: Any, uses: frozenset[str]) -> float:
    """Give the CPU time that a pattern takes for a text, at most ten times what is too long."""
    started = time.process_time()
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, 10 * LONGEST)
    try:
        if uses and uses <= _WHOLE:
            compiled.match(text)
            compiled.fullmatch(text)
        else:
            for _ in compiled.finditer(text):
                pass
    except TimeoutError:
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started


def _stop(number: int, frame: object) -> None:
    raise TimeoutError
