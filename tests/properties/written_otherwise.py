"""Holds what becomes of a script that is written otherwise against what becomes of it as it was."""

from __future__ import annotations

import random
from bisect import bisect_right
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cal_upgrade.convert.translate import translate
from cal_upgrade.records import Attention, Change, Refused, Translation
from cal_upgrade.rules.ruleset import Book
from cal_upgrade.text.source import decode
from cal_upgrade.text.tokens import strip, tokens
from tests.properties.mutations import MUTATIONS, STRICT

_NEEDLESS = Counter({"interface-position": 1})
"""Where all arguments are given by keywords, none has to be named."""


class Tried(NamedTuple):
    """One script written otherwise: the mutation, the text, and what is wrong with the result ("": nothing)."""

    mutation: str
    text: bytes
    wrong: str


def tried(text: bytes, book: Book, seed: int, names: Mapping[str, object] = MUTATIONS) -> Iterator[Tried]:
    """Write a text otherwise in each way that finds something to do in it, and convert it."""
    first = translate(text, book)
    given = decode(text)
    for name in names:
        plain = MUTATIONS[name](given.text, random.Random(f"{seed} {name}"))
        if plain is None or plain == given.text:
            continue
        mutated = plain.decode("utf-8").encode(given.encoding if not plain.startswith(BOM_UTF8) else "utf-8")
        try:
            second = translate(mutated, book)
        except Refused as refused:
            yield Tried(name, mutated, f"refused, line {refused.line}: {refused.what}")
            continue
        except Exception as error:
            yield Tried(name, mutated, f"fails: {error!r}")
            continue
        yield Tried(name, mutated, lost(first, second) or (other_words(first, second) if name in STRICT else ""))


def lost(first: Translation, second: Translation) -> str:
    """Say which change of the first is neither made in the second nor told there, call by call; "" if none."""
    before, after = [call.task for call in first.calls], [call.task for call in second.calls]
    if before != after:
        missing = Counter(before) - Counter(after)
        return f"no longer in the account: {list(missing)}" if missing else ""
    gone = Counter(map(_part, first.changes)) - Counter(map(_part, second.changes))
    told = Counter(map(_part, second.attention)) - Counter(map(_part, first.attention))
    for number, (old, new) in enumerate(zip(_by_call(first), _by_call(second), strict=True)):
        lacking = Counter(old.changes) - Counter(new.changes)
        silent = [part for part in lacking if part in gone and part not in told | _NEEDLESS]
        if silent and len(new.attention) <= len(old.attention):
            place = f"{before[number - 1]} (call {number})" if number else "the lines ahead of the first call"
            return f"{place}: without {', '.join(silent)}"
        if old.attention and not second.attention and not Counter(new.changes) - Counter(old.changes):
            return f"call {number}: no attention any more: {old.attention[0]}"
    return ""


def _part(record: Change | Attention) -> str:
    """The part of the conversion that a record belongs to: steps, their titles and comments move together."""
    return "steps" if record.rule.startswith("step") else record.rule


def other_words(first: Translation, second: Translation) -> str:
    """Say which words a conversion puts in or takes away in one script and not in the other; "" if none."""
    if second.attention and len(second.attention) > len(first.attention):
        return ""
    old = (_words(first.result), _words(first.text))
    new = (_words(second.result), _words(second.text))
    for what, one, other in (
        ("puts in", old[0] - old[1], new[0] - new[1]),
        ("takes away", old[1] - old[0], new[1] - new[0]),
    ):
        if one != other:
            return f"{what} {list(one - other)[:3]} in the first only, {list(other - one)[:3]} in the second only"
    return ""


class _Call(NamedTuple):
    """The rules of the changes and of the attention from one call up to the next."""

    changes: list[str]
    attention: list[str]


def _by_call(found: Translation) -> list[_Call]:
    lines = [call.line for call in found.calls]
    calls = [_Call([], []) for _ in range(len(lines) + 1)]
    for change in found.changes:
        calls[bisect_right(lines, change.line)].changes.append(_part(change))
    for attention in found.attention:
        calls[bisect_right(lines, attention.line)].attention.append(_part(attention))
    return calls


def _words(text: str) -> Counter[bytes]:
    """Count the words of a text: without comments, line ends, commas and semicolons."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return Counter(
        word
        for token in tokens(plain)
        if (word := strip(token)) and word[:1] not in b"#\n" and word not in (b",", b";")
    )
