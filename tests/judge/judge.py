"""Judges whether the task calls of a script fit CASA releases: compiles it, reads it with Python 2's own `ast`.

    python2.7 judge.py [--interfaces DIR] [--casa 4.2.0 --casa 4.2.2] SCRIPT ...

prints JSON: per script whether it compiles, the task calls it has with their lines, and the misfits with their lines.
It runs nothing, and shares no code with the converter. What only a run can know is not judged (see stand_in.py).
"""

from __future__ import print_function

import argparse
import ast
import io
import json
import os
import sys

from interfaces import UNKNOWN, Interface, Unknown, flag_commands_fault, setjy_fault, tables

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "..", "..", "rules", "interfaces")
CONSTANTS = {"T": True, "F": False, "True": True, "False": False, "true": True, "false": False, "None": None}
ABOUT_TASKS = ("default", "inp", "go", "saveinputs", "tget", "tput")
REAL_MODULES = ("tasks", "taskinit", "casa", "__main__")
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
BLOCKS = tuple(
    getattr(ast, name) for name in ("If", "For", "While", "With", "TryExcept", "TryFinally") if hasattr(ast, name)
)


class Misfits(object):
    """The misfits found so far, those of several releases gathered into one."""

    def __init__(self):
        self.found = {}

    def add(self, casa, line, task, kind, what):
        """Note that the call of `task` at `line` does not fit the release `casa`."""
        releases = self.found.setdefault((line, task, kind, what), [])
        if casa not in releases:
            releases.append(casa)

    def listed(self):
        """All of them, by line."""
        return [
            {"line": line, "task": task, "kind": kind, "what": what, "casa": sorted(releases)}
            for (line, task, kind, what), releases in sorted(self.found.items())
        ]


def bound_names(tree):
    """Every name the script binds: for each place, the expression of a plain assignment, the function, or None."""
    plain = {
        id(target): node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets
    }
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.setdefault(node.id, []).append(plain.get(id(node)))
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                bound.setdefault((alias.asname or alias.name).split(".")[0], []).append(None)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if not is_task_import(node.module, alias.name):
                    bound.setdefault(alias.asname or alias.name, []).append(None)
    return bound


def is_task_import(module, name):
    """Whether `from module import name` brings in a CASA task under its own name."""
    return module in REAL_MODULES or module in (name, name + "_cli")


class Script(object):
    """A script's tree, and what its names stand for where that is certain."""

    def __init__(self, text, name, known):
        # Without dont_inherit the print_function of this file would hold for the script too.
        self.tree = compile(text, name, "exec", ast.PyCF_ONLY_AST, True)
        compile(text, name, "exec", 0, True)
        self.bound = bound_names(self.tree)
        self.tasks = {task: task for task in known if task not in self.bound}
        for alias, values in self.bound.items():
            if len(values) == 1 and isinstance(values[0], ast.Name) and values[0].id in self.tasks:
                self.tasks[alias] = values[0].id

    def value(self, node, env=None, depth=0):
        """What an expression stands for; UNKNOWN, or a list or dictionary with UNKNOWN in it, where that is open."""
        if depth > 20:
            return UNKNOWN
        if isinstance(node, ast.Str):
            return node.s
        if isinstance(node, ast.Num):
            return node.n
        if isinstance(node, ast.Name):
            if node.id in CONSTANTS and node.id not in self.bound:
                return CONSTANTS[node.id]
            if env is not None and node.id in env:
                return env[node.id]
            values = self.bound.get(node.id, [])
            if len(values) == 1 and values[0] is not None and not isinstance(values[0], DEFINITIONS):
                return self.value(values[0], None, depth + 1)
            return UNKNOWN
        if isinstance(node, (ast.List, ast.Tuple)):
            return [self.value(item, env, depth + 1) for item in node.elts]
        if isinstance(node, ast.Dict):
            pairs = [
                (self.value(k, env, depth + 1), self.value(v, env, depth + 1)) for k, v in zip(node.keys, node.values)
            ]
            return dict(pairs) if all(isinstance(k, (str, int, float)) for k, _ in pairs) else UNKNOWN
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand, env, depth + 1)
            return -inner if isinstance(inner, (int, float)) and not isinstance(inner, bool) else UNKNOWN
        if isinstance(node, ast.BinOp):
            return self.operation(node, env, depth)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "dict"
            and not (node.args or node.starargs or node.kwargs or "dict" in self.bound)
        ):
            return {k.arg: self.value(k.value, env, depth + 1) for k in node.keywords}
        return UNKNOWN

    def operation(self, node, env, depth):
        """A sum or a format of texts, or arithmetic on numbers."""
        left, right = self.value(node.left, env, depth + 1), self.value(node.right, env, depth + 1)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            return UNKNOWN
        actions = {
            ast.Add: lambda a, b: a + b,
            ast.Sub: lambda a, b: a - b,
            ast.Mult: lambda a, b: a * b,
            ast.Mod: lambda a, b: a % (tuple(b) if isinstance(b, list) else b),
        }
        if isinstance(node.op, ast.Mult) and not all(isinstance(v, (int, float)) for v in (left, right)):
            return UNKNOWN
        try:
            return actions[type(node.op)](left, right)
        except Exception:  # KeyError: another operator; TypeError and the like: the script's own mistake
            return UNKNOWN


class Judge(object):
    """One script against one or more releases. `old`: the interface of 3.4, which tells an input that has gone."""

    def __init__(self, script, releases, old):
        self.script, self.releases, self.old = script, releases, old
        self.misfits = Misfits()
        self.calls = []

    def run(self):
        """Judges the whole script; the misfits."""
        self.block(self.script.tree.body, {}, {})
        return self.misfits.listed()

    # ----- statements, in the order they run: `env` is what names hold now, `since` the inputs set since default()

    def block(self, statements, env, since):
        for statement in statements:
            self.statement(statement, env, since)

    def statement(self, node, env, since):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            for part in getattr(node, "decorator_list", []):
                self.expression(part, env, since)
            self.block(node.body, dict.fromkeys(env, UNKNOWN), {})
            return
        branches = [getattr(node, part, []) for part in ("body", "orelse", "finalbody")]
        branches += [handler.body for handler in getattr(node, "handlers", [])]
        if isinstance(node, BLOCKS):
            self.branching(node, branches, env, since)
            return
        self.expression(node, env, since)
        if isinstance(node, ast.Assign):
            value = self.script.value(node.value, env)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    env[target.id] = value
                    since[target.id] = value
                else:
                    self.forget(target, env, since)
        else:
            self.forget(node, env, since)

    def branching(self, node, branches, env, since):
        """if, for, while, try, with: after it, a name set in any branch is unknown unless all agree."""
        for name in ("test", "iter", "context_expr"):
            if getattr(node, name, None) is not None:
                self.expression(getattr(node, name), env, since)
        inside = {
            part.id
            for branch in branches
            for statement in branch
            for part in ast.walk(statement)
            if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del))
        }
        if isinstance(node, (ast.For, ast.While)):
            for name in inside:
                env[name] = UNKNOWN
        if isinstance(node, ast.For):
            self.forget(node.target, env, since)
        resets = self.has_default(branches)
        ends = []
        for branch in branches:
            now, recent = dict(env), dict(since)
            self.block(branch, now, recent)
            ends.append(now)
            since.update((name, recent[name]) for name in inside if name in recent)
        changed = set(env) if resets else inside
        for name in set(changed) | inside:
            values = [end.get(name, UNKNOWN) for end in ends] + ([env[name]] if name in env else [])
            env[name] = values[0] if all(same(value, values[0]) for value in values) else UNKNOWN

    def has_default(self, branches):
        """Whether default() is called in any branch: then no input is certain afterwards."""
        return any(
            isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "default"
            for branch in branches
            for statement in branch
            for part in ast.walk(statement)
        )

    def forget(self, node, env, since):
        """Every name that this node binds holds something unknown from now on."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del)):
                env[part.id] = UNKNOWN
                since[part.id] = UNKNOWN

    def expression(self, node, env, since):
        """Judges every task call in an expression or a simple statement."""
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                name = part.func.id
                if name in self.script.tasks:
                    self.task_call(part, self.script.tasks[name], env, since)
                elif name in ABOUT_TASKS and name not in self.script.bound:
                    self.about_task(part, name, env, since)

    # ----- calls

    def about_task(self, call, name, env, since):
        """default('gaincal'), inp, go, saveinputs: the task named must exist; default and go do something."""
        if call.args:
            node = call.args[0]
            task = self.script.tasks.get(node.id) if isinstance(node, ast.Name) else None
            task = task or self.script.value(node, env)
        else:
            task = env.get("taskname", UNKNOWN)
        if not isinstance(task, str):
            return
        env["taskname"] = task
        for release in self.releases:
            if task not in release.tasks:
                self.misfits.add(release.casa, call.lineno, task, "task", "%s: there is no task %s" % (name, task))
        if name == "default":
            since.clear()
            known = self.releases[-1].tasks.get(task)
            for parameter in known.order if known else []:
                env[parameter] = known.default(parameter, {})
        elif name == "go":
            self.calls.append([call.lineno, task])
            self.inputs(call, task, env, since)

    def task_call(self, call, task, env, since):
        """One call of a task, in either style."""
        self.calls.append([call.lineno, task])
        env["taskname"] = task
        if call.args or call.keywords or call.starargs or call.kwargs:
            self.arguments(call, task, env)
        else:
            self.inputs(call, task, env, since)

    def arguments(self, call, task, env):
        """A call with arguments: globals count for nothing."""
        given = [(keyword.arg, self.script.value(keyword.value, env)) for keyword in call.keywords]
        complete = call.starargs is None
        if call.kwargs is not None:
            more = self.script.value(call.kwargs, env)
            if isinstance(more, dict):
                given += list(more.items())
            complete = complete and isinstance(more, dict)
        positions = [self.script.value(argument, env) for argument in call.args]
        for release in self.releases:
            known = release.tasks.get(task)
            if known is None:
                self.misfits.add(release.casa, call.lineno, task, "task", "there is no task %s" % task)
                continue
            self.check(release, known, call.lineno, positions, given, complete)

    def check(self, release, known, line, positions, given, complete):
        """Positional values and (name, value) pairs against one task; `complete`: nothing else is given."""

        def add(kind, what):
            self.misfits.add(release.casa, line, known.name, kind, what)

        order = known.order + ["async"]
        if len(positions) > len(order):
            add("positions", "%d positional arguments for %d parameters" % (len(positions), len(order)))
        values = dict(zip(order, positions))
        for name, value in given:
            if name not in order:
                add("parameter", "there is no parameter %s" % name)
            elif name in values:
                add("positions", "%s is given twice" % name)
            else:
                values[name] = value
        values.pop("async", None)
        for name in [name for name, value in values.items() if value is None]:
            del values[name]
        self.check_values(release, known, line, values, complete)

    def check_values(self, release, known, line, values, complete):
        """Known values of one call, and the defaults of what it leaves out."""
        for name in known.order:
            if name in values:
                fault = known.fault(name, values[name])
            elif complete:
                fault = known.fault(name, known.default(name, values))
                fault = fault and ("required", "%s is not given, and %s" % (name, fault[1]))
            else:
                fault = None
            if fault:
                self.misfits.add(release.casa, line, known.name, *fault)
        if known.name in ("flagdata", "flagcmd") and release.casa >= "4.2":
            fault = flag_commands_fault(release.tasks["flagdata"], values)
            if fault:
                self.misfits.add(release.casa, line, known.name, *fault)
        if known.name == "setjy" and release.casa >= "4.2.2":
            full = dict(values)
            full.setdefault("standard", known.default("standard", values) if complete else UNKNOWN)
            fault = setjy_fault(full)
            if fault:
                self.misfits.add(release.casa, line, known.name, *fault)

    def inputs(self, call, task, env, since):
        """A call without arguments: the inputs are the globals of those names."""
        before = self.old.tasks.get(task)
        for release in self.releases:
            known = release.tasks.get(task)
            if known is None:
                self.misfits.add(release.casa, call.lineno, task, "task", "there is no task %s" % task)
                continue
            inputs = {name: env[name] for name in known.order if name in env}
            # setjy drops a flux density behind a closed standard without a word: that is worse than a wrong value.
            values = {
                name: value for name, value in inputs.items() if known.is_open(name, inputs) or name == "fluxdensity"
            }
            self.check_values(release, known, call.lineno, values, False)
            for name in sorted(before.order if before else []):
                if name in since and name not in known.order:
                    self.gone_input(release, call, task, name, since[name], before.default(name, {}))

    def gone_input(self, release, call, task, name, value, default):
        """An input of 3.4 that the release has not: no matter if it was set to its default, or to nothing."""
        if value and not same(value, default):
            self.misfits.add(
                release.casa, call.lineno, task, "ignored", "%s was set, and is no parameter any more" % name
            )


def same(one, other):
    """Whether two values are known to be equal."""
    return one is other or (
        not isinstance(one, Unknown) and not isinstance(other, Unknown) and type(one) is type(other) and one == other
    )


def judge(path, releases, every):
    """One script judged: a dictionary that JSON can hold."""
    with io.open(path, "rb") as opened:
        text = opened.read()
    known = {name for interface in every for name in interface.tasks}
    try:
        script = Script(text.replace(b"\r\n", b"\n"), path, known)
    except (SyntaxError, TypeError) as wrong:
        return {"script": path, "compiles": False, "calls": [], "misfits": [], "error": str(wrong)}
    judged = Judge(script, releases, next(one for one in every if one.casa.startswith("3.4")))
    misfits = judged.run()
    return {"script": path, "compiles": True, "calls": judged.calls, "misfits": misfits, "error": None}


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interfaces", default=TABLES, help="folder with the interface tables")
    parser.add_argument("--casa", action="append", help="a release to judge against; may be given more than once")
    parser.add_argument("scripts", nargs="+")
    chosen = parser.parse_args(arguments)
    every = [Interface(path) for path in tables(chosen.interfaces)]
    releases = [one for one in every if one.casa in (chosen.casa or ["4.2.0", "4.2.2"])]
    results = [judge(path, releases, every) for path in chosen.scripts]
    json.dump(results, sys.stdout, indent=1, default=repr)
    print()
    return 0 if all(one["compiles"] and not one["misfits"] for one in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
