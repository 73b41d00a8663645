"""The names by which a script speaks of its steps: the generator's, and those that a reducer put in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tree_sitter import Node

from cal_upgrade.steps.model import CHOICES, Naming, inner, plain_number
from cal_upgrade.text.python2 import Reading, parts_of


def naming(reading: Reading) -> Naming:
    """Find the names of a script: `step = 7` with `if step in thesteps:` makes `step` a name like `mystep`.

    The list may have any name that ends in "steps", as long as a step's number is looked for in it.
    """
    counted = Counter(name for name, value in _assigned(reading) if plain_number(value, reading) is not None)
    tested = {(name, listed) for name, listed in _tests(reading) if name in counted}
    if not tested or "mystep" in counted:
        name = "mystep"
    else:  # where a second name is looked for as well, the first is that of most steps
        name = max(sorted(tested), key=lambda pair: counted[pair[0]])[0]
    choices = {listed for tested_name, listed in _tests(reading) if tested_name == name}
    return Naming(frozenset({name, "mystep"}), frozenset({*CHOICES, *choices}))


def _assigned(reading: Reading) -> Iterator[tuple[str, Node]]:
    for node in reading.by_type.get("assignment", ()):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and left.type == "identifier":
            yield reading.of(left), inner(right)


def _tests(reading: Reading) -> Iterator[tuple[str, str]]:
    """Give the names in each `name in steps`."""
    for node in reading.by_type.get("comparison_operator", ()):
        sides, signs = parts_of(node), [sign.type for sign in node.children if not sign.is_named]
        if signs == ["in"] and [side.type for side in sides] == ["identifier", "identifier"]:
            name, listed = (reading.of(side) for side in sides)
            if listed in CHOICES or listed.lower().endswith("steps"):
                yield name, listed
