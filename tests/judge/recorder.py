"""What a run in the stand-in leaves behind, and the parts of CASA that do nothing else than leave it.

Python 2.7.
"""

from __future__ import print_function

import ast
import io
import sys
import time


class Recorder(object):
    """Everything that happened, and where in the scripts."""

    def __init__(self, release):
        self.release = release
        self.calls, self.misfits, self.shell, self.tools, self.posts = [], [], [], [], []
        self.spans = {}
        self.globals = {}

    def compiled(self, path):
        """A script's code; the lines its calls stand on are noted on the way."""
        with io.open(path, "rb") as opened:
            text = opened.read().replace(b"\r\n", b"\n")
        # Without dont_inherit the print_function of this file would hold for the script too.
        tree = compile(text, path, "exec", ast.PyCF_ONLY_AST, True)
        self.spans[path] = sorted(
            (node.lineno, max(part.lineno for part in ast.walk(node) if hasattr(part, "lineno")))
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        )
        return compile(tree, path, "exec", 0, True), text

    def line(self, frame=None):
        """The line on which the innermost call of a script begins that is under way."""
        frame = frame or sys._getframe()
        while frame is not None and frame.f_code.co_filename not in self.spans:
            frame = frame.f_back
        if frame is None:
            return 0
        around = [start for start, end in self.spans[frame.f_code.co_filename] if start <= frame.f_lineno <= end]
        return max(around) if around else frame.f_lineno

    def misfit(self, task, kind, what):
        """Note a call that does not fit."""
        self.misfits.append(
            {"line": self.line(), "task": task, "kind": kind, "what": what, "casa": [self.release.casa]}
        )

    def call(self, task, given, values, ran):
        """Note a task call."""
        self.calls.append(
            {
                "task": task,
                "line": self.line(),
                "step": self.globals.get("mystep"),
                "given": dict(given),
                "values": dict(values),
                "ran": ran,
            }
        )


class Anything(object):
    """What tools and helpers give back: it has every attribute, can be called, and is empty as a list."""

    def __init__(self, name, recorder):
        self._name, self._recorder = name, recorder

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(self._name + "." + name, self._recorder)

    def __call__(self, *arguments, **named):
        self._recorder.tools.append(self._name)
        return Anything(self._name + "()", self._recorder)

    def __getitem__(self, key):
        if isinstance(key, int):
            raise IndexError(key)
        return self

    def __len__(self):
        return 0

    def __float__(self):
        return 1.0

    def __int__(self):
        return 1

    def __repr__(self):
        return self._name


class Log(object):
    """CASA's logger: messages go to a file of its own, which a script can change and read back."""

    def __init__(self, recorder):
        self.recorder, self.path, self.task = recorder, "casapy.log", ""

    def logfile(self):
        return self.path

    def setlogfile(self, path=""):
        # An empty name is casapy.log in 4.2, whatever the log was before.
        self.path = path or "casapy.log"

    def post(self, message, priority="INFO", origin=""):
        self.recorder.posts.append(str(message))
        self.write(message, priority)

    def write(self, message, priority="INFO"):
        with open(self.path, "a") as log:
            log.write("%s\t%s\t%s::::\t%s\n" % (time.strftime("%Y-%m-%d %H:%M:%S"), priority, self.task, message))

    def origin(self, name=""):
        self.task = name

    def filter(self, level=""):
        pass

    def version(self):
        return "CASA Version " + self.recorder.release.casa
