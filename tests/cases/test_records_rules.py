"""Rules of users, what is selected of all rules, and what is kept of them between runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rules.conversion import RULES

from cal_upgrade.cli.convert import main
from cal_upgrade.compact import kept
from cal_upgrade.convert import job as convert
from cal_upgrade.options import Options
from cal_upgrade.records import Refused
from cal_upgrade.rules.load import BadRule

INPUTS = Path(__file__).parent / "inputs"
STALE = (INPUTS / "records" / "stale" / "ours.toml").read_text()
WRONG = (INPUTS / "records" / "user_rule_wrong_example.toml").read_text()
HOSTILE = (INPUTS / "safety" / "hostile_rules" / "x.toml").read_text()
GOOD = "split(vis='x.ms', outputvis='y.ms', timebin='6.048s')\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep compact forms in a folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cal-upgrade"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x_3.4.py").write_text(GOOD)
    (tmp_path / "ours").mkdir()
    return tmp_path / "x_3.4.py"


def given(script: Path, rules: str, name: str = "ours") -> Path:
    (script.parent / name).mkdir(exist_ok=True)
    (script.parent / name / "x.toml").write_text(rules)
    return script.parent / name


def test_stale_worker(script: Path) -> None:
    """A process that goes on for days, as a worker of a cluster does, sees that a rule was edited."""
    for value in ("6s", "10s", "7s", "6s"):
        folder = given(script, STALE.replace("'6s'", f"'{value}'"))
        order = convert.Order(Options(rules=(folder,)), force=True)
        convert.run(convert.Errand(script, script.with_name("out.py"), order))
        assert f"timebin='{value}'" in script.with_name("out.py").read_text()


def test_a_wrong_example(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = given(script, WRONG)
    for _ in range(2):
        assert main(["x_3.4.py", "--rules", "ours"]) == 2
        told = capsys.readouterr().err
        assert "ours/x.toml: rule our-timebin: example 1 is not what comes out" in told
        assert "timebin='6s'" in told
    assert not script.with_name("x_4.2.py").exists()
    given(script, WRONG.replace('"split(vis=1)"', "\"split(vis='x.ms', outputvis='y.ms', timebin='6s')\""))
    assert main(["x_3.4.py", "--rules", str(folder)]) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("timebin='30s'", "timebin='6.048s'", "example 2 is not what comes out"),
        ("timebin='6s')\"", "timebin='6s')\"\nattention = true", "nobody is told"),
        ("timebin='6s')\"", "timebin='6s')\"\nresults = 'both'", "neither"),
        ("before = \"split(vis='x.ms',", "before = \"split(vis='x.ms", "example 1 is not what comes out"),
        ("timebin='6.048s')\"", "timebin='9s')\"", "example 1 is not what comes out"),
    ],
)
def test_other_wrong_examples(
    script: Path, old: str, new: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in STALE
    given(script, STALE.replace(old, new, 1))
    assert main(["x_3.4.py", "--rules", "ours"]) == 2
    assert says in capsys.readouterr().err


def test_examples_are_run_once(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = given(script, STALE)
    convert.rules((folder,))
    convert._rules.cache_clear()

    def again(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr("cal_upgrade.convert.examples.check", again)
    convert.rules((folder,))


def test_hostile_rules(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(script, HOSTILE)
    assert main(["x_3.4.py", "--rules", "ours"]) == 2
    told = capsys.readouterr().err
    assert "rule wvrgcal-toffset: there is one of that name in" in told
    assert "replaces = true" in told
    given(script, HOSTILE.replace('kind = "style"', 'kind = "style"\nreplaces = true'))
    assert main(["x_3.4.py", "--rules", "ours"]) == 0
    told = capsys.readouterr().err
    assert "rule wvrgcal-toffset of yours takes the place of the one that comes with cal-upgrade" in told


def test_two_folders_of_users(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given(script, STALE, "one")
    given(script, STALE.replace("'6s'", "'8s'"), "two")
    words = ["x_3.4.py", "--rules", "one", "--rules", "two"]
    assert main(words) == 2
    assert "two/x.toml: rule our-timebin: there is one of that name in one/x.toml" in capsys.readouterr().err
    given(
        script, STALE.replace("'6s'", "'8s'").replace('kind = "results"', 'kind = "results"\nreplaces = true'), "two"
    )
    assert main(words) == 0
    assert "timebin='8s'" in script.with_name("x_4.2.py").read_text()
    assert main(["x_3.4.py", "--rules", "one", "--rules", "one", "--force"]) == 0


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (STALE.replace('kind = "results"', 'kind = "results"\nreplaces = true'), "replaces: there is no other rule"),
        (
            STALE.replace('kind = "results"', 'kind = "results"\nbuilt_in = true'),
            "built_in: only rules that come with",
        ),
        (STALE.replace("our-timebin", "call-check"), "the program itself does what this name stands for"),
        (
            STALE.replace("our-timebin", "steps").replace('kind = "results"', 'kind = "results"\nreplaces = true'),
            "the program itself does what this name stands for",
        ),
    ],
)
def test_names_that_are_taken(script: Path, rules: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    given(script, rules)
    assert main(["x_3.4.py", "--rules", "ours"]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["fifo", "folder", "dangling", "device"])
def test_what_is_no_rule_file(script: Path, kind: str) -> None:
    file = script.parent / "ours" / "x.toml"
    {
        "fifo": lambda: os.mkfifo(file),
        "folder": file.mkdir,
        "dangling": lambda: file.symlink_to("nowhere"),
        "device": lambda: file.symlink_to("/dev/zero"),
    }[kind]()
    for rules in ("ours", "ours/x.toml"):
        command = [sys.executable, "-m", "cal_upgrade.cli.convert", "x_3.4.py", "--rules", rules]
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
        assert done.returncode == (0 if (kind, rules) == ("folder", "ours/x.toml") else 2), done
        assert done.stderr.count(b"\n") == (done.returncode == 2)
        assert b"ours/x.toml" in done.stderr or not done.returncode


class TestKept:
    """Compact forms are read only if they are the user's own, regular, nobody else's to write, and whole."""

    @pytest.fixture
    def file(self, tmp_path: Path, cache: Path) -> Path:
        """A compact form that holds another word than its source would give."""
        source = tmp_path / "source"
        source.write_text("x")
        assert self.read(source) == "fresh"
        assert self.read(source, "again") == "fresh"
        (file,) = cache.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
        assert cache.stat().st_mode & 0o777 == 0o700
        return file

    def read(self, source: Path, word: str = "fresh") -> str:
        return kept("words", [source], str, lambda: word)

    def test_content_counts_and_not_time(self, file: Path, tmp_path: Path) -> None:
        source = tmp_path / "source"
        state = source.stat()
        source.write_text("y")
        os.utime(source, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert self.read(source, "new") == "new"
        source.write_text("x")
        os.utime(source, (0, 0))
        assert self.read(source, "new") == "fresh"

    @pytest.mark.parametrize("place", ["file", "folder"])
    @pytest.mark.parametrize("mode", [0o020, 0o002])
    def test_others_may_write(self, file: Path, tmp_path: Path, place: str, mode: int) -> None:
        path = file if place == "file" else file.parent
        path.chmod(path.stat().st_mode | mode)
        assert self.read(tmp_path / "source", "new") == "new"
        # it was made anew, for this user alone
        assert self.read(tmp_path / "source", "newer") == "new"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
    @pytest.mark.parametrize("place", ["file", "folder"])
    def test_another_user_s(self, file: Path, tmp_path: Path, place: str) -> None:
        os.chown(file if place == "file" else file.parent, 12345, -1)
        assert self.read(tmp_path / "source", "new") == "new"

    @pytest.mark.parametrize("kind", ["link", "fifo", "device", "linked folder"])
    def test_what_is_no_regular_file(self, file: Path, tmp_path: Path, kind: str) -> None:
        moved = file.rename(tmp_path / "moved")
        if kind == "link":
            file.symlink_to(moved)
        elif kind == "fifo":
            os.mkfifo(file)
        elif kind == "device":
            file.symlink_to("/dev/zero")
        else:
            moved.rename(file)
            folder = file.parent.rename(tmp_path / "moved folder")
            file.parent.symlink_to(folder)
        assert self.read(tmp_path / "source", "new") == "new"

    def test_what_is_not_whole(self, file: Path, tmp_path: Path) -> None:
        whole = file.read_bytes()
        for place in range(len(whole)):
            file.write_bytes(whole[:place])
            assert self.read(tmp_path / "source", "new") == "new"
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert self.read(tmp_path / "source", "newer") == "newer"

    def test_a_source_that_is_changed_while_it_is_read(self, tmp_path: Path, cache: Path) -> None:
        source = tmp_path / "source"
        source.write_text("x")

        def make() -> str:
            source.write_text("y")
            return "of y"

        assert kept("words", [source], str, make) == "of y"
        assert not cache.exists()


TOLD = {
    "coding-line": (INPUTS / "records" / "ignore_coding_line_3.4.py").read_bytes(),
    "assigned-inputs": (INPUTS / "records" / "ignore_assigned_3.4.py").read_bytes(),
    "hidden-call": b"exec \"gaincal(vis='x.ms', caltable='x.g')\"\n",
    "interface-type": b"clearcal(vis='x.ms', field=3)\n",
    "version-guard": b"import re\nif re.search('^3.4', casadef.casa_version) == None:\n  sys.exit('x')\n",
}


@pytest.mark.parametrize("rule", ["coding-line", "assigned-inputs", "hidden-call", "interface-type", "version-guard"])
def test_what_is_ignored_is_not_done_and_not_told(
    rule: str, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_bytes(TOLD[rule])
    main(["x_3.4.py", "--check"])
    assert f"[{rule}]" in capsys.readouterr().out
    for words in (
        ["--ignore", rule],
        ["--select", "wvrgcal-toffset"],
        ["--select", "none"],
        ["--ignore", "required"],
    ):
        main(["x_3.4.py", "--check", *words])
        assert f"[{rule}]" not in capsys.readouterr().out
    main(["x_3.4.py", "--check", "--select", rule])
    assert f"[{rule}]" in capsys.readouterr().out


def test_a_refused_call_is_told_even_where_its_rule_is_ignored(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_bytes(TOLD["interface-type"])
    for words in (["--ignore", "interface-type"], ["--select", "none"], ["--ignore", "required,results"]):
        assert main(["x_3.4.py", "--check", *words]) == 1
        assert "[call-check]" in capsys.readouterr().out


@pytest.mark.parametrize("example", [
    (rule, number) for rule in RULES for number, example in enumerate(rule.example) if example.before is not None
], ids=lambda one: f"{one[0].id}-{one[1]}")  # fmt: skip
def test_every_rule_can_be_ignored(example: tuple[object, int]) -> None:
    from cal_upgrade.convert.translate import translate
    from cal_upgrade.rules.ruleset import make

    rule, number = example
    given = rule.example[number]  # type: ignore[attr-defined]
    name, text = rule.id, (given.before.strip("\n") + "\n").encode()  # type: ignore[attr-defined]
    if name == "tflagdata-lists":
        # what is left of the call would be taken for 3.4's flagdata: refused, and told why
        with pytest.raises(Refused, match="does not settle"):
            translate(text, make(RULES, Options("3.4", given.results, ignore=(name,))))
        return
    ignoring = translate(text, make(RULES, Options("3.4", given.results, ignore=(name,))))
    left = [one for one in (*ignoring.changes, *ignoring.attention) if one.rule == name]
    assert not left or name == "call-check"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--ignore", "coding-lin"], "Did you mean coding-line?"),
        (["--select", "requird"], "Did you mean required?"),
        (["--select", "non"], "Did you mean none?"),
        (["--ignore", "default"], "there is no such rule or kind"),
        (["--ignore", "none"], "there is no such rule or kind"),
        (["--ignore", "zzzzzz"], "See --list-rules."),
        (["--explain", "wvrgcal-tofset"], "Did you mean wvrgcal-toffset?"),
        (["--ignore", "style,call-check"], "the check of the calls can't be switched off"),
    ],
)
def test_names_of_rules(words: list[str], says: str, script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x_3.4.py", *words]) == 2
    assert says in capsys.readouterr().err
    assert not script.with_name("x_4.2.py").exists()


def test_call_check_says_that_it_stays(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", "call-check"]) == 0
    assert "can't be left out" in capsys.readouterr().out


def test_bad_rules_come_from_workers_whole(script: Path) -> None:
    folder = given(script, WRONG)
    with pytest.raises(BadRule, match="our-timebin"):
        convert.rules((folder,))
