"""Ways of writing a script differently that keep its meaning: layout, quotes, order of keywords, names for values, ….

Each mutation takes a text (bytes, LF line ends, Python 2) and a generator of random numbers, and gives the text
written otherwise, or None where it finds nothing to do. `STRICT` ones leave every token but layout as it is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from cal_upgrade.casa.tables import load
from cal_upgrade.script.model import Script, open_script
from cal_upgrade.text.edits import Edit
from cal_upgrade.text.python2 import statement_of
from cal_upgrade.text.tokens import strip, tokens

Mutation = Callable[[bytes, random.Random], bytes | None]
PLAIN = re.compile(rb"'[^'\"\\\n]*'|\"[^'\"\\\n]*\"")
SOME = 0.5
"""How often a mutation takes a place that it could take."""


def cut(text: bytes) -> list[tuple[bytes, bytes, int]]:
    """The tokens of a text: the blanks before each, the word, and how many brackets are open before it."""
    pieces, depth = [], 0
    for token in tokens(text):
        word = strip(token)
        if word in (b")", b"]", b"}"):
            depth -= 1
        pieces.append((token[: len(token) - len(word)], word, depth))
        if word in (b"(", b"[", b"{"):
            depth += 1
    return pieces


def each_token(change: Callable[[bytes, bytes, int, random.Random], bytes | None]) -> Mutation:
    """A mutation that may write any token otherwise."""

    def mutation(text: bytes, chance: random.Random) -> bytes | None:
        out, changed, starts = [], False, True
        for blanks, word, depth in cut(text):
            # what begins a line stays at its column
            new = change(blanks, word, depth, chance) if word and not starts and chance.random() < SOME else None
            starts = is_end(word)
            changed = changed or new is not None
            out.append(blanks + word if new is None else new)
        return b"".join(out) if changed else None

    return mutation


def is_end(word: bytes) -> bool:
    """Whether a token is the end of a line."""
    return word[:1] in (b"\n", b"#") and b"\n" in word


# ----- layout


def backslash_in_brackets(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b"\\\n   " if word == b"," and depth else None


def backslash_before_equals(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return b" \\\n " + word if word == b"=" and b"\n" not in blanks else None


def backslash_after_equals(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b" \\\n   " if word == b"=" else None


def backslash_after_bracket(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b"\\\n  " if word == b"(" else None


def trailing_blanks(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + b"  \t" + word if is_end(word) and word[:1] == b"\n" else None


def comment_after_comma(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b"  # x = gaincal(vis='y')\n   " if word == b"," and depth else None


def blanks_round_equals(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return b"  =  " if word == b"=" and depth and b"\n" not in blanks else None


def blank_before_bracket(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return b" (" if word == b"(" and not blanks else None


def blank_lines(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + b"\n\n  \n" + word[1:] if word[:1] == b"\n" else None


def form_feeds(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return word + b"\f" if word[:1] == b"\n" and word[-1:] == b"\n" and not depth else None


def line_ends_in_brackets(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + b"\n" + word if word == b"," and depth else None


def tabs(text: bytes, chance: random.Random) -> bytes | None:
    """Every blank of an indentation becomes a tab: columns grow eightfold, and none changes its order."""
    out = []
    for blanks, word, _ in cut(text):
        if is_end(word):
            head, _, indent = word.rpartition(b"\n")
            word = head + b"\n" + indent.expandtabs(8).replace(b" ", b"\t")
        out.append(blanks + word)
    new = b"".join(out)
    return None if new == text else new


def crlf(text: bytes, chance: random.Random) -> bytes | None:
    return text.replace(b"\n", b"\r\n")


def cr(text: bytes, chance: random.Random) -> bytes | None:
    return text.replace(b"\n", b"\r")


def byte_order_mark(text: bytes, chance: random.Random) -> bytes | None:
    return b"\xef\xbb\xbf" + text if text.isascii() and b"coding" not in text[:200] else None


def no_last_line_end(text: bytes, chance: random.Random) -> bytes | None:
    return text.rstrip(b"\n \t") or None


def indented(text: bytes, head: bytes, tail: bytes) -> bytes:
    """The whole text one level deeper, under a head."""
    out = []
    for blanks, word, depth in cut(text):
        if is_end(word) and not depth:
            # empty lines and comments stay where they are
            line_end, _, indent = word.rpartition(b"\n")
            word = line_end + b"\n    " + indent.expandtabs(8)
        out.append(blanks + word)
    body = b"".join(out).rstrip(b" ")
    return head + b"    " + body.rstrip(b"\n") + b"\n" + tail


def wrap(head: bytes, tail: bytes = b"") -> Mutation:
    def mutation(text: bytes, chance: random.Random) -> bytes | None:
        if b"__future__" in text or (text[:1] in b" \t#\n\r" and b"coding" in text[:200]):
            return None
        first = re.match(rb"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
        start = first.end() if first else 0
        return text[:start] + indented(text[start:], head, tail) if text[start:].strip() else None

    return mutation


# ----- strings and numbers


def other_quotes(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    if not PLAIN.fullmatch(word):
        return None
    sign = b'"' if word[:1] == b"'" else b"'"
    return blanks + sign + word[1:-1] + sign


def triple_quotes(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word[:1] * 2 + word + word[:1] * 2 if PLAIN.fullmatch(word) and len(word) > 2 else None


def juxtaposed(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    if not PLAIN.fullmatch(word) or len(word) < 4:
        return None
    half = len(word) // 2
    return blanks + word[:half] + word[:1] + b" " + word[:1] + word[half:]


def raw(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + b"r" + word if PLAIN.fullmatch(word) and (blanks or depth) else None


def unicode_(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + b"u" + word if PLAIN.fullmatch(word) and word.isascii() and depth else None


def long_ints(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b"L" if re.fullmatch(rb"0|[1-9]\d*", word) and depth else None


def hexadecimal(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + hex(int(word)).encode() if re.fullmatch(rb"[1-9]\d*", word) and depth else None


def casa_truth(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    other = {b"True": b"T", b"False": b"F", b"T": b"True", b"F": b"False"}.get(word)
    return None if other is None or not depth else blanks + other


def longer_floats(blanks: bytes, word: bytes, depth: int, chance: random.Random) -> bytes | None:
    return blanks + word + b"0" if re.fullmatch(rb"\d+\.\d+", word) else None


# ----- calls


def opened(text: bytes) -> Script:
    return open_script(text, load("3.4.0"), load("4.2.2"))


def apply(text: bytes, edits: list[Edit]) -> bytes | None:
    """Put edits in, from the end; of those that meet, the first."""
    if not edits:
        return None
    end = len(text) + 1
    for edit in sorted(edits, key=lambda one: -one.start):
        if edit.end <= end:
            text = text[: edit.start] + edit.text.encode() + text[edit.end :]
            end = edit.start
    return text


def each_call(change: Callable[[Script, object, random.Random], Iterator[Edit]]) -> Mutation:
    """A mutation that may write any task call with arguments otherwise."""

    def mutation(text: bytes, chance: random.Random) -> bytes | None:
        script = opened(text)
        edits = [edit for call in script.calls if chance.random() < 0.7 for edit in change(script, call, chance)]
        return apply(text, edits)

    return mutation


def _whole(script: Script, call: object) -> str:
    return script.reading.of(call.node)  # type: ignore[attr-defined]


def _inside(call: object) -> tuple[int, int]:
    given = call.node.child_by_field_name("arguments")  # type: ignore[attr-defined]
    return given.start_byte + 1, given.end_byte - 1


def _plain(script: Script, call: object) -> bool:
    """Whether a call's arguments can be put in another order: no comment, no star."""
    return not any(a.star for a in call.arguments) and "#" not in _whole(script, call)  # type: ignore[attr-defined]


def parentheses(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    for a in call.arguments:  # type: ignore[attr-defined]
        if not a.star and a.value.type != "generator_expression" and chance.random() < SOME:
            yield Edit(a.value.start_byte, a.value.end_byte, f"({script.reading.of(a.value)})")


def keyword_order(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    named = [a for a in call.arguments if a.parameter]  # type: ignore[attr-defined]
    if not _plain(script, call) or len(named) < 2:
        return
    mixed = named[:]
    chance.shuffle(mixed)
    for a, b in zip(named, mixed, strict=True):
        yield Edit(a.node.start_byte, a.node.end_byte, script.reading.of(b.node))


def trailing_comma(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    last = call.arguments[-1]  # type: ignore[attr-defined]
    if last.star or last.value.type == "generator_expression":
        return
    if b"," not in script.reading.text[last.node.end_byte : call.node.end_byte]:  # type: ignore[attr-defined]
        yield Edit(last.node.end_byte, last.node.end_byte, ",")


def all_keywords(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    order = script.interface[call.task].order  # type: ignore[attr-defined]
    for name, a in zip(order, call.arguments, strict=False):  # type: ignore[attr-defined]
        if a.parameter or a.star or a.value.type == "generator_expression":
            return
        yield Edit(a.node.start_byte, a.node.start_byte, f"{name}=")


def positional(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    order = script.interface[call.task].order  # type: ignore[attr-defined]
    for name, a in zip(order, call.arguments, strict=False):  # type: ignore[attr-defined]
        if a.star or a.parameter not in (None, name):
            return
        if a.parameter and a.node.end_byte == a.value.end_byte:
            yield Edit(a.node.start_byte, a.value.start_byte, "")


def by_dictionary(maker: str) -> Callable[[Script, object, random.Random], Iterator[Edit]]:
    def change(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
        if not _plain(script, call) or not all(a.parameter for a in call.arguments):  # type: ignore[attr-defined]
            return
        inside = ", ".join(
            maker % (a.parameter, script.reading.of(a.value))  # type: ignore[attr-defined]
            for a in call.arguments  # type: ignore[attr-defined]
        )
        start, end = _inside(call)
        yield Edit(start, end, f"**dict({inside})" if "=" in maker else f"**{{{inside}}}")

    return change


def _statement(script: Script, call: object) -> Node | None:
    """The statement that is nothing but this call, on lines of its own."""
    statement = statement_of(call.node)  # type: ignore[attr-defined]
    if statement.type != "expression_statement" or statement.start_byte != call.node.start_byte:  # type: ignore[attr-defined]
        return None
    text = script.reading.text
    behind = text[statement.end_byte : (text + b"\n").index(b"\n", statement.end_byte)]
    alone = not behind.strip() and not script.reading.ahead(statement).strip()
    return statement if alone and statement.end_byte == call.node.end_byte else None  # type: ignore[attr-defined]


def in_block(head: str, tail: str = "") -> Callable[[Script, object, random.Random], Iterator[Edit]]:
    """Put a call that is a statement into a block of its own."""

    def change(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
        statement = _statement(script, call)
        if statement is None or "'''" in _whole(script, call) or '"""' in _whole(script, call):
            return
        indent = script.reading.ahead(statement)
        body = _whole(script, call)
        first, after = (part.replace("\n", f"\n{indent}") for part in (head, f"\n{tail}" if tail else ""))
        yield Edit(statement.start_byte, statement.end_byte, f"{first}\n{indent}    {body}{after}")

    return change


def assigned_to_a_name(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    statement = _statement(script, call)
    if statement is not None:
        yield Edit(statement.start_byte, statement.start_byte, "outcome = ")


def call_in_parentheses(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    statement = _statement(script, call)
    if statement is not None:
        yield Edit(statement.start_byte, statement.end_byte, f"({_whole(script, call)})")


def semicolon_behind(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    statement = _statement(script, call)
    if statement is not None:
        yield Edit(statement.end_byte, statement.end_byte, ";")


def joined(head: str, tail: str) -> Callable[[Script, object, random.Random], Iterator[Edit]]:
    """Put another statement into the line of a call."""

    def change(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
        statement = _statement(script, call)
        if statement is not None:
            yield Edit(statement.start_byte, statement.end_byte, f"{head}{_whole(script, call)}{tail}")

    return change


def names_for_values(script: Script, call: object, chance: random.Random) -> Iterator[Edit]:
    """The literals of a call get names in the lines above it."""
    statement = _statement(script, call)
    if statement is None:
        return
    indent, heads = script.reading.ahead(statement), ""
    place = call.node.start_byte  # type: ignore[attr-defined]
    for number, a in enumerate(call.arguments):  # type: ignore[attr-defined]
        if not a.star and a.value.type in ("string", "integer", "float", "true", "false"):
            shown = script.reading.of(a.value)
            if "\n" in shown:
                continue
            name = f"held_{place}_{number}"
            heads += f"{name} = {shown}\n{indent}"
            yield Edit(a.value.start_byte, a.value.end_byte, name)
    if heads:
        yield Edit(statement.start_byte, statement.start_byte, heads)


STRICT: dict[str, Mutation] = {
    "backslash in brackets": each_token(backslash_in_brackets),
    "backslash before =": each_token(backslash_before_equals),
    "backslash after =": each_token(backslash_after_equals),
    "backslash after (": each_token(backslash_after_bracket),
    "trailing blanks": each_token(trailing_blanks),
    "comment after comma": each_token(comment_after_comma),
    "blanks round =": each_token(blanks_round_equals),
    "blank before (": each_token(blank_before_bracket),
    "blank lines": each_token(blank_lines),
    "form feeds": each_token(form_feeds),
    "line end before comma": each_token(line_ends_in_brackets),
    "tabs": tabs,
    "CRLF": crlf,
    "CR": cr,
    "byte-order mark": byte_order_mark,
    "no line end at the end": no_last_line_end,
    "if True": wrap(b"if True:\n"),
    "try": wrap(b"try:\n", b"finally:\n    pass\n"),
    "trailing comma": each_call(trailing_comma),
    "semicolon at the end": each_call(semicolon_behind),
    "keyword order": each_call(keyword_order),
}
"""Those that leave all tokens of the calls but for layout."""

LOOSE: dict[str, Mutation] = {
    "other quotes": each_token(other_quotes),
    "triple quotes": each_token(triple_quotes),
    "juxtaposed strings": each_token(juxtaposed),
    "raw strings": each_token(raw),
    "unicode strings": each_token(unicode_),
    "long ints": each_token(long_ints),
    "hexadecimal ints": each_token(hexadecimal),
    "T for True": each_token(casa_truth),
    "longer floats": each_token(longer_floats),
    "parentheses round values": each_call(parentheses),
    "keywords for positions": each_call(all_keywords),
    "positions for keywords": each_call(positional),
    "**dict()": each_call(by_dictionary("%s=%s")),
    "**{}": each_call(by_dictionary("'%s': %s")),
    "call in if": each_call(in_block("if True:")),
    "call in else": each_call(in_block("if False:\n    pass\nelse:")),
    "call in try": each_call(in_block("try:", "finally: pass")),
    "call in function": each_call(in_block("def go_on():", "go_on()")),
    "call in for": each_call(in_block("for once in [1]:")),
    "joined before": each_call(joined("one = 1; ", "")),
    "joined behind": each_call(joined("", "; one = 1")),
    "result kept": each_call(assigned_to_a_name),
    "call in parentheses": each_call(call_in_parentheses),
    "names for values": each_call(names_for_values),
}
"""Those that write values or calls otherwise."""

MUTATIONS = STRICT | LOOSE
