"""Every value that is called certain is what Python 2.7 really passes: small programs, made at random, are run."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator

from python2.python27 import python27
from script.test_names import opened

from cal_upgrade.text.values import UNKNOWN

PROGRAMS = 400
SCALARS, LISTS = ("a", "vis", "opacity"), ("b", "c")
NAMES = (*SCALARS, *LISTS)
HARNESS = """
import json, sys
def run(text):
    passed = []
    class Task(object):
        def __call__(self, number, value=None):
            passed.append((number, repr(value)))
    space = {'record': Task(), 'thesteps': [0, 1], 'mystep': 0, 'yes': 1, 'no': 0, 'some': [1, 2], 'none': [],
             'T': True, 'opaque': "a = 'set'; b = ['set']", 'F': False}
    def default(task):
        space.update(opacity='default', vis='default', taskname=task)
    space['default'] = default
    try:
        exec text in space
    except Exception:
        pass
    return passed
print json.dumps([run(text) for text in json.load(sys.stdin)])
"""


class Maker:
    """Writes a program of nested statements over a few names, with recorded uses of them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.uses = 0
        self.functions = 0

    def program(self) -> str:
        lines = ["a = 1", "vis = 'x'", "opacity = 0.5", "b = [1]", "c = [[2], 'y']"]
        lines += self.block(0, 7)
        for name in NAMES:
            lines += self.use(name)
        return "\n".join(lines) + "\n"

    def scalar(self) -> str:
        return self.dice.choice(SCALARS)

    def list(self) -> str:
        return self.dice.choice(LISTS)

    def use(self, name: str) -> list[str]:
        self.uses += 1
        return [f"gaincal({self.uses}, {name})"]

    def value(self) -> str:
        written = self.dice.choice(["1", "0.5", "'x'", "''", "0", "True", "T", "(1, 'y')", "0.1 + 0.2"])
        held = self.scalar()
        made = [
            written,
            written,
            held,
            f"'%s-%s' % ({held}, {written})",
            f"str({held})",
            f"{held} if yes else {written}",
        ]
        return self.dice.choice([*made, f"{held} * 2", "'{0}.{1}'.format(1, 'a')"])

    def held(self) -> str:
        one, other = self.value(), self.list()
        return self.dice.choice(
            [f"[{one}]", "[]", other, f"[{other}]", f"{other} + [{one}]", f"list({other})", "[1] * 3"]
        )

    def block(self, depth: int, most: int) -> Iterator[str]:
        for _ in range(self.dice.randint(1, most)):
            yield from self.statement(depth)

    def indented(self, depth: int) -> list[str]:
        return ["  " + line for line in self.block(depth + 1, 3)]

    def statement(self, depth: int) -> list[str]:
        pick = self.dice.random()
        if pick < 0.3:
            return self.use(self.dice.choice(NAMES))
        if pick < 0.7 or depth > 1:
            return [self.simple()]
        return self.compound(depth)

    def simple(self) -> str:
        one, other, held, more = self.scalar(), self.scalar(), self.list(), self.list()
        return self.dice.choice(
            [
                f"{one} = {self.value()}",
                f"{one} = {self.value()}",
                f"{held} = {self.held()}",
                f"{one}, {held} = {self.value()}, {self.held()}",
                f"({one}, ({other}, {held})) = 1, ('u', {self.held()})",
                f"[{one}, {other}] = 'pq'",
                f"{one} = {other} = {self.value()}",
                f"{held} = {more} = {self.held()}",
                f"{one} = {self.value()}; {held} += [{self.value()}]",
                f"{held}.append({self.value()})",
                f"{held}[:] = [{self.value()}, 7]",
                f"{held}.append({more})" if held != more else "pass",
                f"for row in {held}: row == 1 or isinstance(row, list) and row.append(8)",
                f"del {one}; {one} = {self.value()}",
                f"z = [{one} for {one} in some]",
                f"z = sum({one} for {one} in some)",
                f"z = (lambda {one}: {one})(3)",
                "exec opaque",
                f"globals()['{one}'] = 7",
                "default('gaincal')",
                f"grow = {held}.append; grow(5)",
                f"kept = {{'k': {held}}}; kept['k'].append(6)",
                f"class Own: {one} = 4",
                f"import sys as {one}; {one} = 3",
                f"(lambda q={held}: q.append(9))()",
            ]
        )

    def compound(self, depth: int) -> list[str]:
        inner, name = self.indented(depth), self.scalar()
        self.functions += 1
        function = f"f{self.functions}"
        pick = self.dice.randrange(12)
        if pick < 2:
            return ["if yes:", *inner, "else:", *self.indented(depth)] if pick else ["if no:", *inner]
        if pick < 4:
            return [f"for {name} in {self.dice.choice(['some', 'none', '[1, 2]', '[]'])}:", *inner]
        if pick == 4:
            return ["try:", "  1 / no", *inner, "except ZeroDivisionError:", *self.indented(depth)]
        if pick == 5:
            return ["try:", *inner, "except ZeroDivisionError, z:", *self.indented(depth)]
        if pick == 6:
            return ["try:", *inner, "finally:", *self.indented(depth)]
        if pick == 7:
            return [f"if mystep {self.dice.choice(['in', 'not in'])} thesteps:", *inner]
        if pick == 8:
            return [f"for q{self.functions} in [1, 2]:", f"  if q{self.functions} == 1: continue", *inner]
        if pick == 9:
            return [f"n{self.functions} = 2", f"while n{self.functions}:", f"  n{self.functions} -= 1", *inner]
        head = self.dice.choice([f"def {function}():", f"def {function}(a=vis):", f"def {function}(b=[3], *z):"])
        free = [each for each in NAMES if each not in head.split("(")[1].split("=")[0].split(")")[0]]
        share = [f"  global {', '.join(free)}"] if self.dice.random() < 0.6 else []
        # Python 2 takes no exec in a function that holds another one
        body = [line.replace("exec opaque", "globals()['a'] = 'set'") for line in inner]
        return [head, *share, *body, *[f"{function}()"] * self.dice.randrange(3)]


def test_every_certain_value_is_what_python_passes() -> None:
    programs = [Maker(seed).program() for seed in range(PROGRAMS)]
    texts = [text.replace("gaincal(", "record(").replace("default('record(", "default('gaincal") for text in programs]
    done = subprocess.run(
        [python27(), "-c", HARNESS], input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=120
    )
    certain = 0
    for program, passed in zip(programs, json.loads(done.stdout), strict=True):
        script = opened(program)
        known = {view.values["vis"]: view.values["caltable"] for view in script.views if view.task == "gaincal"}
        for number, shown in passed:
            value = known[number]
            if value is not UNKNOWN:
                certain += 1
                assert shown == repr(value), f"use {number} of\n{program}"
    assert certain > PROGRAMS / 2
