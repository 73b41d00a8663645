"""Which names a piece of syntax binds, and to what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from cal_upgrade.text.python2 import parts_of

BINDERS = (
    "assignment",
    "augmented_assignment",
    "for_statement",
    "for_in_clause",
    "function_definition",
    "class_definition",
    "parameters",
    "lambda_parameters",
    "import_statement",
    "import_from_statement",
    "as_pattern_target",
    "except_clause",
    "delete_statement",
)
_SEQUENCES = frozenset({"list", "tuple", "expression_list"})
_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern"})


class Bound(NamedTuple):
    """What a name is bound to: an expression, and which element of its value, level by level, if it is unpacked.

    Each level says which element (from 0) of how many.
    """

    value: Node
    path: tuple[tuple[int, int], ...]


def targets(node: Node) -> list[Node]:
    """Give the identifiers that a node binds."""
    kind = node.type
    if kind in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        left = node.child_by_field_name("left")
        return [] if left is None else identifiers(left)
    if kind in ("function_definition", "class_definition"):
        name = node.child_by_field_name("name")
        return [] if name is None else [name]
    if kind in ("parameters", "lambda_parameters"):
        return [target for child in node.named_children for target in _parameter(child)]
    if kind in ("import_statement", "import_from_statement"):
        return _imported(node)
    if kind == "as_pattern_target":
        return identifiers(node)
    if kind == "except_clause":
        return identifiers(node.named_children[1]) if _old_except(node) else []
    if kind == "delete_statement":
        return [name for child in node.named_children for name in identifiers(child)]
    return []


def takes_effect(binder: Node) -> int:
    """Give the place (byte offset) from which on a binding counts: what it binds to is worked out before."""
    if binder.type == "for_statement":
        right = binder.child_by_field_name("right")
        return binder.end_byte if right is None else right.end_byte
    if binder.type == "except_clause":
        return binder.named_children[1].end_byte
    if binder.type == "for_in_clause" and binder.parent is not None:  # what is ahead of it sees the variable too
        return binder.parent.start_byte
    return binder.end_byte


def bound(binder: Node, target: Node) -> Bound | None:
    """Give what an assignment binds one of its targets to, None for any other binder."""
    if binder.type != "assignment":
        return None
    left, value = binder.child_by_field_name("left"), binder.child_by_field_name("right")
    while value is not None and value.type == "assignment":  # a = b = …
        value = value.child_by_field_name("right")
    if left is None or value is None:
        return None
    path = _path(left, target)
    while path and value.type in _SEQUENCES:
        place, length = path[0]
        elements = parts_of(value)
        if len(elements) != length or any(child.type == "list_splat" for child in elements):
            return None
        value, path = elements[place], path[1:]
    return Bound(value, path)


def _path(pattern: Node, target: Node) -> tuple[tuple[int, int], ...]:
    """Say where in a target such as `(a, (b, c))` a name stands."""
    path = []
    while pattern.type in _PATTERNS:
        parts = parts_of(pattern)
        place = next(k for k, part in enumerate(parts) if part.start_byte <= target.start_byte < part.end_byte)
        path.append((place, len(parts)))
        pattern = parts[place]
    return tuple(path)


def altered(node: Node) -> Iterator[Node]:
    """Give the objects whose elements or attributes a binder sets: `x` of `x[0] = 1`, `del x[0]`, `x.y = 1`."""
    start = node if node.type in ("delete_statement", "as_pattern_target") else node.child_by_field_name("left")
    stack = [] if start is None else [start]
    while stack:
        here = stack.pop()
        if here.type in ("subscript", "attribute"):
            yield here
        elif here.type != "identifier":
            stack.extend(here.named_children)


def root(node: Node) -> Node:
    """Give what an element or attribute belongs to in the end: `x` of `x.y[0].z`."""
    while node.type in ("subscript", "attribute", "parenthesized_expression"):
        inner = node.child_by_field_name("value") or node.child_by_field_name("object")
        if inner is None:
            inner = node.named_children[0]
        node = inner
    return node


def identifiers(node: Node) -> list[Node]:
    """Give the names bound by a target; `x.y = …` and `x[0] = …` bind none."""
    found, stack = [], [node]
    while stack:
        here = stack.pop()
        if here.type == "identifier":
            found.append(here)
        elif here.type not in ("attribute", "subscript"):
            stack.extend(reversed(here.named_children))
    return found


def _old_except(node: Node) -> bool:
    """Whether this is `except E, name:`."""
    return len(node.children) > 2 and any(child.type == "," for child in node.children)


def _parameter(node: Node) -> list[Node]:
    if node.type == "default_parameter":
        name = node.child_by_field_name("name")
        return [] if name is None else identifiers(name)
    return identifiers(node)


def _imported(node: Node) -> list[Node]:
    """Give the names that an import binds; a task imported under its own name stays that task."""
    module = node.child_by_field_name("module_name")
    origin = b"" if module is None else module.text
    names = []
    for child in node.children_by_field_name("name"):
        if child.type == "aliased_import":
            alias, name = child.child_by_field_name("alias"), child.child_by_field_name("name")
            # `from clean_cli import clean_cli as clean` is how CASA itself brings a task in
            cli = alias is not None and name is not None and name.text == (alias.text or b"") + b"_cli"
            names += [] if alias is None or cli else [alias]
        elif child.named_children and not _keeps_task(origin or b"", child.text or b""):
            names.append(child.named_children[0])
    return names


def _keeps_task(module: bytes, name: bytes) -> bool:
    """Whether `from module import name` gives a task: `from tasks import clean`, `from clean import clean`."""
    return module in (b"tasks", b"taskinit", name)
