"""The rules in words, for reports and for --list-rules and --explain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cal_upgrade.rules.schema import Example, Rule


def listing(rules: Iterable[Rule]) -> str:
    """List the rules, a line each: id, kind, what it is about; those that are off by default are marked."""
    rules = sorted(rules, key=lambda rule: rule.id)
    width = max((len(rule.id) for rule in rules), default=0)
    lines = (
        f"{rule.id:<{width}}  {rule.kind:<8}  {rule.summary}{' (off unless selected)' if rule.optional else ''}"
        for rule in rules
    )
    return "".join(f"{line}\n" for line in lines)


def dated(rule: Rule) -> str:
    """Say which CASA release brought the difference that a rule is about; "" where none did, or it is not said."""
    return f"since CASA {rule.since}" if rule.since not in ("", "always") else ""


def explanation(rule: Rule) -> str:
    """Explain one rule: what it does, why, from which source, and its examples."""
    return "\n".join(_explanation(rule)) + "\n"


def _explanation(rule: Rule) -> Iterator[str]:
    about = [rule.kind, dated(rule), "off unless selected" if rule.optional else ""]
    yield f"{rule.id} ({', '.join(part for part in about if part)})"
    yield rule.summary
    yield ""
    yield rule.why
    yield ""
    yield "Source:"
    yield from (f"  - {line}" for line in rule.source)
    for example in rule.example:
        yield ""
        yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    mode = f" (--results {example.results})" if example.results != "nrao" else ""
    if example.unchanged is not None:
        yield f"Not changed{mode}:"
        yield _indented(example.unchanged)
        return
    yield f"Before{mode}:"
    yield _indented(example.before or "")
    if example.after is not None:
        yield "After:"
        yield _indented(example.after)
    if example.attention:
        yield "A person is told to look at it."


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.strip("\n").split("\n"))
