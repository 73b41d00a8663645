"""Every use of the names that hold step numbers: rewritten, or the same whatever the numbers are, or not understood.

This is a list of what is known to be right. Any use that is not on it makes the script's numbers unreadable: then
none of them changes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.steps.model import TITLES, Fold, Naming, inner, plain_number
from cal_upgrade.steps.questions import asks_for_any, only_told_in_loop
from cal_upgrade.steps.selections import readable
from cal_upgrade.steps.texts import is_told, names_a_file
from cal_upgrade.text.python2 import Reading, parts_of


class Uses(NamedTuple):
    """What the uses of the names come to.

    `places` are integers that are step numbers, `choices` values given to a list of steps, `folds` what holds for
    other steps perhaps, once there are more; `unread` are the uses that are not understood.
    """

    places: tuple[Node, ...]
    choices: tuple[Node, ...]
    folds: tuple[Fold, ...]
    unread: tuple[Node, ...]


def uses(reading: Reading, naming: Naming) -> Uses:
    """Go through all the uses of a script's names for steps."""
    finder = _Finder(reading, naming)
    named = [(node, name) for name in naming.all for node in reading.identifiers.get(name, ())]
    for node, name in sorted(named, key=lambda place: place[0].start_byte):
        known = finder.number if name in naming.numbers else finder.title if name == TITLES else finder.choice
        if not finder.is_no_use(node) and not known(node):
            finder.unread.append(node)
    finder.unread += [node for node in reading.by_type.get("string", ()) if finder.may_be_run(node)]
    finder.unread.sort(key=lambda node: node.start_byte)
    places = {place.start_byte: place for place in finder.places}
    return Uses(tuple(places.values()), tuple(finder.choices), tuple(finder.folds), tuple(finder.unread))


_EQUAL = frozenset({"==", "!=", "<>"})
_ORDER = frozenset({"<", "<=", ">", ">="})


class _Finder:
    """Judges one use after another; each judge tells whether it understands the use."""

    def __init__(self, reading: Reading, naming: Naming) -> None:
        self.reading = reading
        self.naming = naming
        self.places: list[Node] = []
        self.choices: list[Node] = []
        self.folds: list[Fold] = []
        self.unread: list[Node] = []
        words = "|".join(sorted(naming.all))
        self.mentioned = re.compile(rf"(?<![\w.])(?:{words})(?![\w.])")

    def is_no_use(self, node: Node) -> bool:
        """Whether a word is an attribute's name, or only declared or deleted."""
        parent = node.parent
        if parent is None or parent.type in ("global_statement", "delete_statement"):
            return True
        return parent.type == "attribute" and parent.child_by_field_name("attribute") == node

    def may_be_run(self, text: Node) -> bool:
        """Whether a string that speaks of steps may be code, or a key to the variables of the script."""
        if not self.mentioned.search(self.reading.of(text)) or is_told(text, self.reading):
            return False
        asked = text.parent
        if asked is not None and asked.type == "comparison_operator":
            return re.search(r"(globals|locals|vars|dir)\(\)", self.reading.of(asked)) is None
        while asked is not None and asked.type != "assignment":
            asked = asked.parent
        # the value of a choice is judged where it is assigned
        return asked is None or self._target(asked) not in self.naming.choices

    # The number of the step at hand

    def number(self, node: Node) -> bool:
        """`mystep`: set to a number, looked for in a list, compared with a number, the key of a title, or told."""
        parent = node.parent
        assert parent is not None
        if parent.type == "assignment" and parent.child_by_field_name("left") == node:
            return parent.parent is not None and parent.parent.type == "expression_statement"
        if parent.type == "comparison_operator":
            return self.compared(node, parent)
        if parent.type == "subscript" and self.reading.of(parent.children[0]) == TITLES:
            return True
        if parent.type == "argument_list" and parent.parent is not None and self._of_titles(parent.parent):
            return True
        return is_told(node, self.reading) or names_a_file(node, self.reading)

    def _of_titles(self, call: Node) -> bool:
        return re.match(rf"{TITLES}\.(get|has_key)\(", self.reading.bare(call)) is not None

    def compared(self, node: Node, comparison: Node) -> bool:
        """A number of a step beside plain numbers, or in a list: all grow alike, so it stays true or false."""
        signs = [sign.type for sign in comparison.children if not sign.is_named]
        sides = [inner(side) for side in parts_of(comparison)]
        if set(signs) <= {"in", "not in", "not"} and len(sides) == 2:
            listed = sides[1]
            if self.reading.bare(listed) in self.naming.choices or self._titles(listed):
                return True
            numbers = self._listed(listed)
        elif set(signs) <= _EQUAL | _ORDER:
            numbers = [side for side in sides if self.reading.of(side) not in self.naming.numbers]
        else:
            return False
        return self._all_numbers(numbers)

    def _listed(self, listed: Node) -> list[Node] | None:
        if listed.type in ("list", "tuple", "set"):
            return parts_of(listed)
        if listed.type == "call" and re.match(r"x?range\(", self.reading.bare(listed)):
            arguments = parts_of(listed.named_children[-1])
            return arguments if len(arguments) < 3 else None
        return None

    def _all_numbers(self, numbers: list[Node] | None) -> bool:
        if numbers is None or any(plain_number(number, self.reading) is None for number in numbers):
            return False
        self.places += numbers
        return True

    # The lists of steps

    def choice(self, node: Node) -> bool:
        """`thesteps`: given a list that can be read, looked through for a number, empty or not, or told."""
        parent = node.parent
        assert parent is not None
        if parent.type in ("assignment", "augmented_assignment") and parent.child_by_field_name("left") == node:
            return self.chosen(parent)
        if asks_for_any(node, self.reading) or self._is_passed_on(node):
            return True
        if parent.type == "comparison_operator":
            return self.looked_through(node, parent)
        if parent.type == "attribute" and self._is_statement(parent.parent):
            return self.changed(parent)
        if only_told_in_loop(node, self.reading, self.naming):
            return True
        return self.folded(node) or is_told(node, self.reading)

    def _target(self, assignment: Node) -> str:
        left = assignment.child_by_field_name("left")
        return self.reading.of(left) if left is not None else ""

    def chosen(self, assignment: Node) -> bool:
        value = assignment.child_by_field_name("right")
        plain = assignment.type == "assignment" or any(sign.type == "+=" for sign in assignment.children)
        if value is None or not plain:
            return False
        if value.type == "assignment":
            return self._target(value) in self.naming.choices
        self.choices.append(value)
        return readable(value, self.reading, self.naming.choices)

    def looked_through(self, node: Node, comparison: Node) -> bool:
        signs = [sign.type for sign in comparison.children if not sign.is_named]
        sides = [inner(side) for side in parts_of(comparison)]
        if len(sides) != 2 or sides[1] != node or not set(signs) <= {"in", "not in", "not"}:
            return False
        if self.reading.of(sides[0]) in self.naming.numbers:
            return True
        return self._all_numbers(sides[:1])

    def _is_passed_on(self, node: Node) -> bool:
        """Whether it is (part of) what is given to another list of steps, which is judged there."""
        while node.parent is not None and node.parent.type in _PARTS:
            node = node.parent
        parent = node.parent
        if parent is None or parent.type not in ("assignment", "augmented_assignment"):
            return False
        return parent.child_by_field_name("right") == node and self._target(parent) in self.naming.choices

    def _is_statement(self, call: Node | None) -> bool:
        return (
            call is not None
            and call.type == "call"
            and call.parent is not None
            and call.parent.type == "expression_statement"
        )

    def changed(self, method: Node) -> bool:
        """`thesteps.append(7)` and the like, as a statement."""
        call = method.parent
        assert call is not None
        verb, arguments = self.reading.of(method).rpartition(".")[2].strip(), parts_of(call.named_children[-1])
        if verb in ("sort", "reverse"):
            return not arguments
        if len(arguments) != 1:
            return False
        if verb == "extend":
            self.choices.append(arguments[0])
            return readable(arguments[0], self.reading, self.naming.choices)
        if verb == "remove":
            self.folds.append(Fold(method, "remove", "", arguments[0]))
        return verb in ("append", "remove") and self._all_numbers(arguments)

    def folded(self, node: Node) -> bool:
        """`min(thesteps) >= 7`, `thesteps[0] >= 7`: to be tried with the steps that there are."""
        value, name = node.parent, ""
        assert value is not None
        if value.type == "argument_list" and value.parent is not None and len(parts_of(value)) == 1:
            value = value.parent
            name = self.reading.bare(value).partition("(")[0]
        elif value.type == "subscript" and value.children[0] == node:
            name = self.reading.bare(value).removeprefix(self.reading.bare(node))
        comparison = value.parent
        if (
            name not in ("min", "max", "[0]", "[-1]")
            or comparison is None
            or comparison.type != "comparison_operator"
        ):
            return False
        sides = parts_of(comparison)
        if len(sides) != 2 or sides[0] != value or comparison.children[1].type not in _EQUAL | _ORDER:
            return False
        if plain_number(sides[1], self.reading) is None:
            return False
        self.folds.append(Fold(comparison, name, comparison.children[1].type, sides[1]))
        self.places.append(sides[1])
        return True

    # Titles

    def title(self, node: Node) -> bool:
        """`step_title`: written out, asked for the title of a step, gone through to tell the titles, or told."""
        parent = node.parent
        assert parent is not None
        if parent.type == "assignment" and parent.child_by_field_name("left") == node:
            return True  # what it holds is read where titles are
        if parent.type == "subscript" and parent.children[0] == node:
            return self.title_of(parent)
        if parent.type == "comparison_operator":
            sides = parts_of(parent)
            known = self.reading.of(sides[0]) in self.naming.numbers
            return len(sides) == 2 and sides[1] == node and (known or self._all_numbers(sides[:1]))
        call = parent.parent
        if call is not None and self._of_titles(call):
            first = parts_of(call.named_children[-1])[:1]
            known = bool(first) and self.reading.of(first[0]) in self.naming.numbers
            return known or self._all_numbers(first)
        return (
            self._is_passed_on(node)
            or only_told_in_loop(node, self.reading, self.naming)
            or is_told(node, self.reading)
        )

    def title_of(self, subscript: Node) -> bool:
        key = subscript.child_by_field_name("subscript")
        target = subscript.parent
        if key is None or (
            target is not None and target.type == "assignment" and target.child_by_field_name("left") == subscript
        ):
            return True
        if plain_number(inner(key), self.reading) is not None:
            return self._all_numbers([inner(key)])
        return self.reading.of(key) in self.naming.numbers or is_told(subscript, self.reading)

    def _titles(self, node: Node) -> bool:
        return self.reading.bare(node) in (TITLES, f"{TITLES}.keys()")


_PARTS = frozenset(
    {"parenthesized_expression", "binary_operator", "boolean_operator", "conditional_expression", "argument_list",
     "call", "subscript", "slice", "attribute"}
)  # fmt: skip
"""What may stand between a name and the assignment or loop that it goes to."""
