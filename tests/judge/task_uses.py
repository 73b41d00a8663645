"""Lists every place of a script at which a task is used, or may be reached, with Python 2's own `ast` and `symtable`.

    python2.7 task_uses.py [--interfaces DIR] SCRIPT ...

prints JSON: per script a list of [line, kind, name] or null where it does not compile. Kinds: `call` (a plain call of
a task), `use` (any other load of its name), `module` (an attribute that a module gives it by), `text` (a text names a
task in a look-up), `lookup` (a look-up by a name that the text does not show), `run` (a text that is run). It runs
nothing of the script, and shares no code with the converter.
"""

from __future__ import print_function

import argparse
import ast
import io
import json
import os
import re
import symtable
import sys
import threading

from interfaces import Interface, tables

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "..", "..", "rules", "interfaces")
NAMING = ("default", "inp", "go", "saveinputs", "tget", "tput", "help", "doc", "taskhelp", "type", "callable", "dir")
NUMBERS_ONLY = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgG]")
WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
RUNS = ("eval", "compile", "execute")
DANGEROUS = {"exec", "eval", "execfile", "globals", "getattr", "go", "__import__", "vars", "compile", "tasks"}


class Scopes(object):
    """Which names a scope binds: the scopes of `symtable`, met in the order in which `ast` meets them."""

    def __init__(self, text, name):
        self.top = symtable.symtable(text, name, "exec")
        self.module = {s.get_name() for s in self.top.get_symbols() if self.binds(s)}

    @staticmethod
    def binds(symbol):
        """Whether a symbol is bound in its scope."""
        return symbol.is_assigned() or symbol.is_parameter() or symbol.is_imported() or symbol.is_namespace()


class Uses(ast.NodeVisitor):
    """Walks a tree and notes the places. `local`: the names that each function around the place binds itself."""

    def __init__(self, tasks, module, imported):
        self.tasks, self.module, self.imported = tasks, module, imported
        self.local = []
        self.found = []
        self.plain = set()
        self.modules = {"tasks"}

    def note(self, node, kind, name=""):
        self.found.append([node.lineno, kind, name])

    # ----- scopes

    def function(self, node):
        """A function or a lambda: its defaults belong to the scope around it."""
        for part in node.args.defaults + getattr(node, "decorator_list", []):
            self.visit(part)
        body = node.body if isinstance(node.body, list) else [node.body]
        self.local.append(bound_in(body) | set(parameters(node.args)))
        for part in body:
            self.visit(part)
        self.local.pop()

    visit_FunctionDef = visit_Lambda = function

    def visit_ClassDef(self, node):
        for part in node.bases + node.decorator_list:
            self.visit(part)
        for part in node.body:
            self.visit(part)

    def visit_GeneratorExp(self, node):
        self.local.append({n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)})
        self.generic_visit(node)
        self.local.pop()

    visit_SetComp = visit_DictComp = visit_GeneratorExp

    def is_task(self, name):
        """Whether a name is a task's, and nothing in the script has given it another meaning."""
        return name in self.tasks and name not in self.module and not any(name in names for names in self.local)

    # ----- places

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name in ("tasks", "__main__") or alias.name.replace("task_", "") in self.tasks:
                self.modules.add(alias.asname or alias.name)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and self.is_task(node.id):
            self.note(node, "call" if id(node) in self.plain else "use", node.id)

    def visit_Attribute(self, node):
        held = node.value
        if isinstance(held, ast.Name) and held.id in self.modules and node.attr in self.tasks:
            self.note(node, "module", node.attr)
        self.generic_visit(node)

    def visit_Subscript(self, node):
        if isinstance(node.ctx, ast.Load) and is_namespace(node.value):
            key = getattr(node.slice, "value", None)
            if isinstance(key, ast.Str):
                if key.s in self.tasks:
                    self.note(node, "text", key.s)
            else:
                self.note(node, "lookup")
        self.generic_visit(node)

    def visit_Exec(self, node):
        self.text(node, node.body)
        self.generic_visit(node)

    def visit_Call(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if self.is_task(name):
            self.plain.add(id(node.func))
        if name in NAMING:
            for argument in node.args:
                if isinstance(argument, ast.Name):
                    self.visit_if_other(argument)
                else:
                    self.visit(argument)
            for part in node.keywords:
                self.visit(part.value)
            return
        if name in RUNS and name not in self.module and node.args:
            self.text(node, node.args[0])
        if name == "getattr" and len(node.args) > 1 and isinstance(node.args[0], ast.Name):
            wanted = node.args[1]
            if node.args[0].id in self.modules:
                if not isinstance(wanted, ast.Str):
                    self.note(node, "lookup")
                elif wanted.s in self.tasks:
                    self.note(node, "text", wanted.s)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and is_namespace(node.func.value):
            if node.args and isinstance(node.args[0], ast.Str):
                if node.args[0].s in self.tasks:
                    self.note(node, "text", node.args[0].s)
            else:
                self.note(node, "lookup")
        self.generic_visit(node)

    def visit_if_other(self, name):
        """A name in a call that only names the task is no use of it."""
        if not self.is_task(name.id):
            self.visit(name)

    def text(self, node, made):
        """A text that is run: told if a task is in it, or if it is not all there and more than numbers come in."""
        pieces = [part.s for part in ast.walk(made) if isinstance(part, ast.Str)]
        words = {word for piece in pieces for word in WORD.findall(piece.decode("utf-8", "replace"))}
        if isinstance(made, ast.Tuple) and made.elts:
            made = made.elts[0]
        if words & (self.tasks - self.module):
            self.note(node, "run", sorted(words & self.tasks)[0])
        elif isinstance(made, ast.Str):
            if words & DANGEROUS:
                self.note(node, "run")
        elif not isinstance(made, ast.Num) and not only_numbers(made):
            self.note(node, "run")


def only_numbers(made):
    """Whether nothing but numbers comes into a text by `%`."""
    if not isinstance(made, ast.BinOp) or not isinstance(made.op, ast.Mod) or not isinstance(made.left, ast.Str):
        return False
    return "%" not in NUMBERS_ONLY.sub("", made.left.s)


def is_namespace(node):
    """Whether an expression is a dictionary of names."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("__dict__", "f_globals", "f_locals")
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("globals", "vars", "locals")
    )


def parameters(arguments):
    """The names of a function's parameters."""
    names = [n.id for part in arguments.args for n in ast.walk(part) if isinstance(n, ast.Name)]
    return names + [name for name in (arguments.vararg, arguments.kwarg) if name]


def bound_in(body):
    """The names that a function's own code binds, `global` ones left out."""
    names, outer, waiting = set(), set(), list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global):
            outer.update(node.names)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        elif isinstance(node, (ast.Lambda, ast.GeneratorExp)):
            continue
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))
    return names - outer


def uses(path, tasks):
    """All places of one script; None if it does not compile."""
    with io.open(path, "rb") as opened:
        text = opened.read().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        tree = compile(text + b"\n", path, "exec", ast.PyCF_ONLY_AST, True)
        scopes = Scopes(text + b"\n", path)
    except (SyntaxError, TypeError, ValueError):
        return None
    kept = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if node.module in (
                    "tasks",
                    "taskinit",
                    alias.name,
                    alias.name + "_cli",
                    (alias.asname or "") + "_cli",
                ):
                    kept.add(alias.asname or alias.name)
    seen = Uses(tasks, scopes.module - kept, kept)
    seen.visit(tree)
    return sorted(seen.found)


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interfaces", default=TABLES, help="folder with the interface tables")
    parser.add_argument("scripts", nargs="+")
    chosen = parser.parse_args(arguments)
    every = [Interface(path) for path in tables(chosen.interfaces)]
    tasks = {name for one in every if one.casa[:3] in ("3.4", "4.2") for name in one.tasks}
    json.dump([uses(path, tasks) for path in chosen.scripts], sys.stdout)
    print()


if __name__ == "__main__":
    # a sum of thousands of terms is a tree as deep
    sys.setrecursionlimit(200000)
    threading.stack_size(512 * 1024 * 1024)
    reader = threading.Thread(target=main, args=(sys.argv[1:],))
    reader.start()
    reader.join()
