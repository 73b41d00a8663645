"""Rules about a task that the verbs of a rule can't express: one module each, with a function `propose`.

`propose(rule, call, earlier, results)` gives proposals for one call; `earlier` are the script's calls before it.
"""


class Unclear(Exception):
    """What keeps a call from being rewritten by machine, in words that end a sentence."""
