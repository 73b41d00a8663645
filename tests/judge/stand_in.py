"""A stand-in for CASA 4.2: runs a calibration script under Python 2.7 and records what it asks CASA to do.

    python2.7 stand_in.py [--interfaces DIR] [--casa 4.2.2] [--steps 9,10,11] [--field NAME ...] SCRIPT

prints JSON. Tasks check names, types, allowed values, limits and defaults as the release does, and do nothing else:
as in CASA, an unknown name stops the script, a wrong value makes the task return None, and the script goes on.
Run it in an empty directory: the shell is not called, nothing outside that directory is written or removed.
Not checked: whether files exist (the measurement sets do not).
"""

from __future__ import print_function

import __builtin__
import argparse
import json
import os
import re
import shutil
import StringIO
import sys
import time
import types

from fence import guard
from interfaces import Interface, flag_commands_fault, setjy_fault
from recorder import Anything, Log, Recorder

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "..", "..", "rules", "interfaces")
FLUX = 0.5912


class StandInTask(object):
    """A task that checks its inputs as CASA does, and does what `act` does (nothing, for most)."""

    def __init__(self, task, recorder, act):
        self.task, self.recorder, self.act = task, recorder, act
        self.__name__ = task.name

    def __call__(self, *positions, **named):
        order = self.task.order + ["async"]
        if len(positions) > len(order):
            self.refuse("positions", "%d positional arguments for %d parameters" % (len(positions), len(order)))
        given = dict(zip(order, positions))
        for name, value in named.items():
            if name not in order:
                self.refuse("parameter", "there is no parameter %s" % name)
            if name in given:
                self.refuse("positions", "%s is given twice" % name)
            given[name] = value
        given = {name: value for name, value in given.items() if value is not None and name != "async"}
        self.recorder.globals["taskname"] = self.task.name
        values = self.from_arguments(given) if given else self.from_globals(given)
        ran = self.check(given, values)
        self.recorder.call(self.task.name, given, values, ran)
        return self.act(values) if ran else None

    def refuse(self, kind, what):
        """An error of the call itself: it stops the script."""
        self.recorder.misfit(self.task.name, kind, what)
        raise TypeError("%s: %s" % (self.task.name, what))

    def from_arguments(self, given):
        """With any argument given, what is not given has its default, and globals count for nothing."""
        return {name: given[name] if name in given else self.task.default(name, given) for name in self.task.order}

    def from_globals(self, given):
        """Without arguments the globals are the inputs, but for sub-parameters that the others close."""
        held = self.recorder.globals
        parents = {name: held.get(name, self.task.default(name, {})) for name in self.task.order}
        values = {}
        for name in self.task.order:
            if name in held and self.task.is_open(name, parents):
                values[name] = given[name] = held[name]
            elif self.task.is_open(name, parents):
                values[name] = self.task.default(name, parents)
            else:
                values[name] = self.task.default(name, {})
        flux = held.get("fluxdensity", -1)
        if self.task.name == "setjy" and values["fluxdensity"] != flux:
            fault = setjy_fault(dict(values, fluxdensity=flux))
            if fault:
                self.recorder.misfit(self.task.name, *fault)
        return values

    def check(self, given, values):
        """Whether the inputs pass; as in CASA, the first that does not ends the check."""
        for name in sorted(self.task.order):
            fault = self.task.fault(name, values[name])
            if fault and name not in given:
                fault = ("required", "%s is not given, and %s" % (name, fault[1]))
            if fault:
                self.recorder.misfit(self.task.name, *fault)
                return False
        fault = self.own_fault(values)
        if fault:
            self.recorder.misfit(self.task.name, *fault)
        return fault is None

    def own_fault(self, values):
        """What the task itself refuses, once the check let it run."""
        release = self.recorder.release
        if self.task.name == "setjy" and release.casa >= "4.2.2":
            return setjy_fault(values)
        if self.task.name in ("flagdata", "flagcmd") and release.casa >= "4.2":
            return flag_commands_fault(release.tasks["flagdata"], values)
        return None

    def defaults(self):
        """default(task): the globals of these names take their defaults; sub-parameters that are closed go."""
        held = self.recorder.globals
        top = {name: self.task.default(name, {}) for name in self.task.order}
        for name in self.task.order:
            if self.task.is_open(name, top):
                held[name] = self.task.default(name, top)
            else:
                held.pop(name, None)


class Casa(object):
    """The namespace of a CASA session."""

    def __init__(self, release, fields, windows):
        self.release, self.chosen, self.windows = release, fields, windows
        self.fields = fields
        self.recorder = Recorder(release)
        self.log = Log(self.recorder)
        self.globals = self.recorder.globals

    def fill(self):
        """Puts everything a script may name into the namespace, and the modules it may import into Python."""
        actions = {
            "fluxscale": self.fluxscale,
            "setjy": lambda values: {},
            "wvrgcal": lambda values: {},
            "listobs": self.listobs,
        }
        for name, task in self.release.tasks.items():
            nothing = self.nothing(name)
            self.globals[name] = StandInTask(task, self.recorder, actions.get(name, nothing))
        tools = {
            name: Anything(name, self.recorder)
            for name in (
                "tb",
                "ms",
                "qa",
                "me",
                "ia",
                "im",
                "cb",
                "cs",
                "at",
                "af",
                "msmd",
                "vp",
                "mp",
                "pm",
                "sl",
                "rg",
            )
        }
        casadef = types.ModuleType("casadef")
        casadef.casa_version = self.release.casa
        session = {
            "__name__": "__main__",
            "__builtins__": __builtin__,
            "casalog": self.log,
            "casadef": casadef,
            "casa": {"build": {"version": self.release.casa, "number": "30986"}, "files": {}, "flags": {}},
            "T": True,
            "F": False,
            "true": True,
            "false": False,
            "os": os,
            "sys": sys,
            "time": time,
            "shutil": shutil,
            "aU": Anything("aU", self.recorder),
            "default": self.default,
            "inp": self.inp,
            "go": self.go,
            "saveinputs": self.saveinputs,
            "tget": self.inp,
            "tput": self.inp,
            "execfile": self.execfile,
        }
        session.update(tools)
        self.globals.update(session)
        sys.modules["casadef"] = casadef
        sys.modules["analysisUtils"] = session["aU"]
        self.module(
            "recipes",
            almahelpers=self.module(
                "recipes.almahelpers", tsysspwmap=self.tsysspwmap, fixsyscaltimes=self.helper("fixsyscaltimes")
            ),
        )
        self.module("tasks", **{name: self.globals[name] for name in self.release.tasks})
        self.module(
            "taskinit", gentools=Anything("gentools", self.recorder), casalog=self.log, casa=session["casa"], **tools
        )

    def module(self, name, **content):
        """A module that scripts can import."""
        made = types.ModuleType(name)
        made.__dict__.update(content)
        made.__path__ = []
        sys.modules[name] = made
        return made

    def nothing(self, name):
        """What most tasks do."""
        return lambda values: Anything(name, self.recorder)

    def helper(self, name):
        """A function of a recipe: noted, nothing done."""

        def noted(*arguments, **named):
            self.recorder.tools.append(name)

        return noted

    def tsysspwmap(self, vis, tsystable, tsysChanTol=0):
        """Which spectral window's system temperatures serve which: the same, here."""
        self.recorder.tools.append("tsysspwmap")
        return list(range(self.windows))

    # ----- tasks that leave something a script reads

    def listobs(self, values):
        if values["listfile"]:
            with open(values["listfile"], "w") as listing:
                listing.write("stand-in\n")
        return {}

    def fluxscale(self, values):
        """Writes the flux densities into the log, in the words of the release, and returns them.

        The words are those of SolvableVisCal.cc; the frequency is not there in 3.4.
        """
        found = {}
        self.log.origin("fluxscale")
        with_frequency = not self.release.casa.startswith("3.")
        for number, field in enumerate(self.fields):
            for window in range(self.windows):
                flux = FLUX + 0.1 * number + 0.001 * window
                message = " Flux density for %s in SpW=%d" % (field, window)
                if with_frequency:
                    message += " (freq=%g Hz)" % (3.45e11 + 2e9 * window)
                message += " is: %g +/- %g (SNR = %g, N = %d)" % (flux, flux / 20, 20, 16)
                self.log.write(message)
                if values["listfile"]:
                    with open(values["listfile"], "a") as listing:
                        listing.write("#" + message + "\n")
                found.setdefault(str(number), {"fieldName": field})[str(window)] = {"fluxd": [flux, 0.0, 0.0, 0.0]}
        return found

    # ----- the session's own functions

    def named(self, task):
        """The task that default, inp, go or saveinputs are about: by name, by object, or the last one."""
        name = getattr(task, "__name__", task) or self.globals.get("taskname")
        if not isinstance(self.globals.get(name), StandInTask):
            self.recorder.misfit(str(name), "task", "there is no task %s" % name)
            raise KeyError(name)
        self.globals["taskname"] = name
        return self.globals[name]

    def default(self, task=None):
        self.named(task).defaults()

    def inp(self, task=None, *others):
        # Unlike the others, inp of 4.2 prints what is wrong and lets the script go on.
        try:
            self.named(task)
        except KeyError as unknown:
            print("---", unknown)

    def saveinputs(self, task=None, *others):
        self.named(task)

    def go(self, task=None):
        self.named(task)()

    def execfile(self, path, *namespaces):
        """A driver's script runs in the session's own namespace; it is looked for beside the driver."""
        code, text = self.recorder.compiled(os.path.basename(path))
        self.fields = self.chosen or sources(text)
        exec(code, self.globals)

    # ----- the run

    def run(self, path, steps):
        """Runs a script; how it ended, and at which line (None, None: it came to its end)."""
        code, text = self.recorder.compiled(path)
        self.fields = self.chosen or sources(text)
        self.fill()
        if steps is not None:
            self.globals["mysteps"] = steps
        try:
            exec(code, self.globals)
        except SystemExit as left:
            return "SystemExit: %s" % left, self.where()
        except Exception as wrong:
            line = self.where()
            if isinstance(wrong, NameError):
                name = re.sub(r"^.*name '(\w+)'.*$", r"\1", str(wrong))
                self.recorder.misfits.append(
                    {"line": line, "task": name, "kind": "stops", "what": str(wrong), "casa": [self.release.casa]}
                )
            return "%s: %s" % (type(wrong).__name__, wrong), line
        return None, None

    def where(self):
        """The line of a script at which the exception under way was raised."""
        trace, line = sys.exc_info()[2], 0
        while trace is not None:
            if trace.tb_frame.f_code.co_filename in self.recorder.spans:
                line = trace.tb_lineno
            trace = trace.tb_next
        return line


def sources(text):
    """The sources a script names: after the intents in its comments, and in `for name in ['...']` loops."""
    named = re.findall(r"(?m)^# CALIBRATE_\w+: *(\S.*?)\s*$", text)
    for loop in re.findall(r"(?m)^\s*for \w+ in \[([^\]]*)\]:", text):
        named += [name for name in re.findall(r"'([^']+)'", loop) if re.match(r"[A-Za-z0-9]{2}", name)]
    unique = []
    for name in named:
        if name not in unique:
            unique.append(name)
    return unique


def as_text(value):
    """A value for JSON that has no form there."""
    return value.tolist() if hasattr(value, "tolist") and not isinstance(value, Anything) else repr(value)


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--interfaces", default=TABLES)
    parser.add_argument("--casa", default="4.2.2")
    parser.add_argument("--steps", help="numbers of steps, with commas")
    parser.add_argument("--field", action="append", default=[], help="a source that fluxscale finds")
    parser.add_argument("--windows", type=int, default=2, help="number of spectral windows")
    parser.add_argument("script")
    chosen = parser.parse_args(arguments)
    release = Interface(os.path.join(chosen.interfaces, "casa-%s.json" % chosen.casa))
    casa = Casa(release, chosen.field, chosen.windows)
    steps = [int(step) for step in chosen.steps.split(",") if step] if chosen.steps is not None else None
    real, sys.stdout = sys.stdout, StringIO.StringIO()
    guard(casa.recorder)
    ended, ended_line = casa.run(chosen.script, steps)
    printed, sys.stdout = sys.stdout.getvalue(), real
    recorder = casa.recorder
    printed = printed.decode("latin-1") if isinstance(printed, bytes) else printed
    json.dump(
        {
            "calls": recorder.calls,
            "misfits": recorder.misfits,
            "shell": recorder.shell,
            "tools": recorder.tools,
            "posts": recorder.posts,
            "printed": printed,
            "ended": ended,
            "ended_line": ended_line,
        },
        real,
        default=as_text,
        encoding="latin-1",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
