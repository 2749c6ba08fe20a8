"""Every command says what it does, and what it does not understand ends with exit code 2."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import click
import pytest
from click.testing import CliRunner

import api.cli
from api.cli import main
from api.cli.main import COMMANDS

Path = tuple[str, ...]

# What a reader must at least learn from `--help`: the act, in words of the domain.
ACTS: dict[Path, str] = {
    (): "Exit codes: 0 done",
    ("archive",): "Sealed dossiers",
    ("archive", "export"): "that `archive verify`",
    ("archive", "verify"): "without any server",
    ("authority",): "first steps of an installation",
    ("authority", "account"): "Open an account",
    ("authority", "contact"): "notices and results print",
    ("authority", "found"): "Enter the authority",
    ("authority", "password"): "another password",
    ("authority", "reset-factors"): "second factors",
    ("backup",): "also while the server runs",
    ("channel",): "other platforms",
    ("channel", "list"): "receivers in use",
    ("channel", "retire"): "Send nothing more",
    ("channel", "set"): "the secret it checks signatures with",
    ("demo",): "simulated days, and the server",
    ("doctor",): "say what to do",
    ("draw",): "step by step",
    ("draw", "ask-link"): "that is journalled",
    ("draw", "check"): "can be staffed",
    ("draw", "close"): "whose tasks have ended",
    ("draw", "commit"): "before the freeze",
    ("draw", "contribute"): "a second person types it again",
    ("draw", "execute"): "Draw the objects",
    ("draw", "freeze"): "publish their fingerprint",
    ("draw", "make-chain"): "register the head",
    ("draw", "make-key"): "register the public one",
    ("draw", "match"): "Match inspectors",
    ("draw", "next-link"): "without any server",
    ("draw", "object-code"): "see its own ticket",
    ("draw", "open-escrow"): "out of its escrow",
    ("draw", "plan"): "next attempt of the reviewed task",
    ("draw", "register-chain"): "draws call it by",
    ("draw", "register-key"): "escrowed under it",
    ("draw", "retire-chain"): "out of use",
    ("draw", "retire-key"): "out of use",
    ("draw", "return-key"): "a closed draw back",
    ("draw", "seal"): "Re-run the whole draw",
    ("draw", "show"): "all that is public",
    ("draw", "supervision"): "chains and public keys",
    ("draw", "verified"): "verified under secrecy",
    ("draw", "void"): "Give an attempt up",
    ("enrolment-code",): "as text and as a QR code",
    ("import",): "Good rows go in",
    ("import", "checklist"): "检查要点表",
    ("import", "higher-plans"): "nobody is drawn twice",
    ("import", "inspectors"): "执法检查人员名录",
    ("import", "items"): "checklists",
    ("import", "marks"): "行政处罚",
    ("import", "registry"): "检查对象名录",
    ("import", "special-registers"): "专项名录",
    ("inspectors",): "who may be sent",
    ("inspectors", "absent"): "no draw counts on them",
    ("inspectors", "adjust"): "left or came back",
    ("inspectors", "certificate"): "Suspend, revoke or make valid again",
    ("inspectors", "changes"): "newest first",
    ("inspectors", "confirm"): "not by the person who made them",
    ("inspectors", "cover"): "hold the qualification",
    ("inspectors", "expiring"): "end soon",
    ("inspectors", "export"): "takes it back unchanged",
    ("inspectors", "list"): "what speaks against sending them",
    ("inspectors", "recuse"): "must not inspect",
    ("items",): "publish it, withdraw items",
    ("items", "history"): "what it changed",
    ("items", "publish"): "All or nothing",
    ("items", "statistics"): "key and general items",
    ("items", "withdraw"): "stays in the history",
    ("keys",): "signs receipts, tree heads and time anchors",
    ("keys", "list"): "the one in use first",
    ("keys", "rotate"): "what it signed stays checkable",
    ("keys", "seal"): "apart from every backup",
    ("log",): "transparency log",
    ("log", "verify"): "Recompute the whole tree",
    ("media",): "by their SHA-256",
    ("media", "collect"): "Remove what a rule lets go",
    ("media", "hold"): "until it is released",
    ("media", "release"): "End the hold",
    ("media", "replicate"): "does not have yet",
    ("media", "status"): "on holds",
    ("media", "verify"): "compare it with its digest",
    ("migrate",): "this version's schema",
    ("move-database",): "no tablet notices",
    ("papers",): "as PDF to print",
    ("papers", "notices"): "with its first printing",
    ("plan",): "annual plan",
    ("plan", "approve"): "not by the person who drafted it",
    ("plan", "check"): "the cap on visits",
    ("plan", "diff"): "line by line",
    ("plan", "draft"): "every published item",
    ("plan", "due"): "not published yet",
    ("plan", "file"): "was filed",
    ("plan", "publish"): "in force",
    ("plan", "show"): "newest version",
    ("policy",): "what differs",
    ("policy", "check"): "Whether rule-sets of your own can be used",
    ("policy", "diff"): "value by value",
    ("policy", "list"): "shipped and local",
    ("policy", "show"): "with its article",
    ("publish",): "every approved result",
    ("registry",): "检查对象名录库",
    ("registry", "coverage"): "no published item covers",
    ("registry", "export"): "takes back unchanged",
    ("registry", "history"): "the oldest first",
    ("registry", "lift"): "no longer stands",
    ("registry", "mark"): "never changed",
    ("registry", "marks"): "the oldest first",
    ("rescue",): "Doing it twice changes nothing",
    ("restore",): "begin a new history",
    ("restored",): "point-in-time recovery",
    ("retention",): "保存期限",
    ("retention", "approve"): "for all dossiers",
    ("retention", "ask"): "another person approves",
    ("retention", "dossiers"): "whose years are over",
    ("retention", "run"): "rule and number",
    ("serve",): "Run the server",
    ("simulate",): "every entry and every photo",
    ("task",): "preset from a plan line",
    ("task", "assign"): "Designate the team",
    ("task", "assist"): "never counted",
    ("task", "cancel"): "not by the person who preset it",
    ("task", "close"): "the shortfall is recorded",
    ("task", "due"): "most urgent first",
    ("task", "file"): "legal office",
    ("task", "ledger"): "none that is secret",
    ("task", "list"): "newest first",
    ("task", "outside"): "with reason and basis",
    ("task", "preset"): "waits for its review",
    ("task", "procedure"): "监管方案",
    ("task", "review"): "Approve the task",
    ("task", "warnings"): "day, week or month",
    ("worker",): "background work",
}


CONTEXT = click.Context(main)


def commands(command: click.Command, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(command, click.Group):
        for name in command.list_commands(CONTEXT):
            yield from commands(inner(command, name), (*path, name))


def inner(command: click.Group, name: str) -> click.Command:
    found = command.get_command(CONTEXT, name)
    assert found is not None
    return found


def test_every_command_is_in_the_list_of_acts() -> None:
    assert sorted(commands(main)) == sorted(ACTS)


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_help_says_what_the_command_does(path: Path) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert ACTS[path] in " ".join(result.stdout.split())


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_option_and_command_is_explained(path: Path) -> None:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = inner(command, name)
    told = [option for option in command.params if isinstance(option, click.Option) and not option.is_eager]
    assert [option.name for option in told if not option.help] == []


def test_the_version_is_that_of_the_package() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("fieldcheck, version ")


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("draw", "freeze", "not-a-draw-id"),
        ("plan", "show", "1066"),
        ("import", "registry", "no-such-file.csv"),
        ("archive", "verify", "no-such-file.zip"),
        ("--lang", "tlh", "migrate"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_exit_code_2(words: Path, tmp_path: object) -> None:
    result = CliRunner().invoke(main, ["--data-dir", str(tmp_path), *words])
    assert result.exit_code == 2
    assert "Error: " in result.stderr


def test_every_command_of_every_module_is_known_by_its_name() -> None:
    modules = {one.name: import_module(f"api.cli.{one.name}") for one in iter_modules(api.cli.__path__)}
    had = {
        (one.name, name)
        for name, module in modules.items()
        if name != "main"
        for one in getattr(module, "COMMANDS", ())
    }
    assert had == {(name, told[0]) for name, told in COMMANDS.items()}
