"""Keeps a script that runs in the stand-in from the world outside its directory. Python 2.7."""

from __future__ import print_function

import __builtin__
import glob
import os
import shlex
import shutil
import StringIO
import subprocess

REAL_OPEN = open


def guard(recorder):
    """Takes the world outside the current directory away from the script."""
    home = os.path.realpath(os.getcwd())

    def inside(path):
        return os.path.realpath(os.path.join(home, path)).startswith(home + os.sep)

    def shell(command, *others, **named):
        command = command if isinstance(command, str) else " ".join(command)
        recorder.shell.append(command)
        words = shlex.split(command) if command.startswith("rm ") else []
        for pattern in words[1:]:
            for path in glob.glob(pattern):
                if inside(path) and not path.startswith("-"):
                    real_rmtree(path) if os.path.isdir(path) else real_remove(path)
        return 0

    def only_inside(function):
        def checked(path, *others, **named):
            if not inside(path):
                raise IOError(13, "the stand-in lets nobody in here", path)
            return function(path, *others, **named)

        return checked

    def opened(path, mode="r", *others):
        if not inside(path) and any(letter in mode for letter in "wa+"):
            raise IOError(13, "the stand-in lets nobody in here", path)
        return REAL_OPEN(path, mode, *others)

    def stay(path):
        recorder.shell.append("cd " + path)

    def refused(*arguments, **named):
        raise OSError(1, "the stand-in does not do this")

    real_rmtree, real_remove = shutil.rmtree, os.remove
    os.system = shell
    os.popen = lambda command, *others: (shell(command), StringIO.StringIO(""))[1]
    subprocess.call = subprocess.check_call = shell
    for name in ("Popen", "check_output"):
        setattr(subprocess, name, refused)
    for name in ("remove", "unlink", "rmdir", "mkdir", "makedirs", "chmod", "removedirs"):
        setattr(os, name, only_inside(getattr(os, name)))
    for name in ("rename", "symlink", "link", "kill", "fork", "execv", "execvp", "spawnv", "popen2", "popen3"):
        setattr(os, name, refused)
    os.chdir = stay
    shutil.rmtree = only_inside(shutil.rmtree)
    for name in ("copy", "copy2", "copyfile", "copytree", "move"):
        setattr(shutil, name, refused)
    __builtin__.open = __builtin__.file = opened
    __builtin__.raw_input = __builtin__.input = lambda *prompt: ""
