from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from api.cli import desk
from api.output import Exit, Output
from inspection.kernel.errors import DomainError
from inspection.kernel.settings import Settings
from inspection.policy.flaws import Flaw
from inspection.policy.load import (
    Source,
    digest,
    find_flaws,
    joined,
    known_sources,
    read_text,
    rule_set,
    rule_set_named,
    shipped_sources,
    use_local,
)
from inspection.policy.model import RuleSet
from inspection.policy.stated import Stated, differences, values
from inspection.policy.words import label, said

SHORT: Final = 12


@click.group()
def policy() -> None:
    """Rule-sets (实施细则): what each says and where, what differs, whether a file of your own can be used.

    Those of the folder FIELDCHECK_RULE_SETS are read beside the shipped ones.
    """


@policy.command("list")
@click.pass_context
def list_rule_sets(ctx: click.Context) -> None:
    """All rule-sets, shipped and local."""
    output = _opened(ctx)
    output.rows(
        [
            {
                "name": source.rules.name,
                "title": said(source.rules.title, "title", output.lang),
                "from": source.rules.effective_from.isoformat(),
                "until": source.rules.effective_until.isoformat() if source.rules.effective_until else None,
                "origin": "local" if source.local else "shipped",
                "file": source.file,
                "digest": digest(source.rules)[: None if output.as_json else SHORT],
            }
            for source in known_sources()
        ],
        ("name", "title", "from", "until", "origin", "digest"),
        words={"origin": "cli.origin_"},
    )


@policy.command()
@click.argument("rules", metavar="NAME|CODE")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose rules are asked for (default: today).")
@click.pass_context
def show(ctx: click.Context, rules: str, on: datetime | None) -> None:
    """Every value of a rule-set with its article. NAME is a version (code.2019), CODE the one in force on a day."""
    output = _opened(ctx)
    found = _found(rules, on.date() if on else None)
    rows = [_told(stated, output.lang) for stated in values(found)]
    if output.as_json:
        stated = found.model_dump(mode="json", exclude_unset=True)
        output.json({"rule_set": found.name, "digest": digest(found), "stated": stated, "values": rows})
        return
    output.line(f"{said(found.title, 'title', output.lang)} · {found.name} · {digest(found)[:SHORT]}")
    output.rows(rows, ("label", "value", "article"), typed=False)


@policy.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day for codes without a version (default: today).")
@click.pass_context
def diff(ctx: click.Context, one: str, other: str, on: datetime | None) -> None:
    """Where two rule-sets differ, value by value, with both articles."""
    output = _opened(ctx)
    day = on.date() if on else None
    left, right = _found(one, day), _found(other, day)
    rows = [
        {
            "place": found.stated.place,
            "label": label(found.stated, output.lang),
            "a": _value(found.one, output.lang),
            "a_article": found.one.article if found.one else None,
            "b": _value(found.other, output.lang),
            "b_article": found.other.article if found.other else None,
        }
        for found in differences(left, right)
    ]
    if output.as_json:
        output.json({"a": left.name, "b": right.name, "differences": rows})
        return
    output.line(f"A: {left.name}    B: {right.name}")
    output.rows(rows, ("label", "a", "a_article", "b", "b_article"), typed=False)


@policy.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Whether rule-sets of your own can be used: place and reason of everything wrong. A folder means its *.toml."""
    output: Output = ctx.obj["output"]
    good, rows = _read(_spread(files), output.lang)
    if not rows:
        try:
            joined([*shipped_sources(), *good])
        except DomainError as error:
            rows.append({"file": "—", "place": "—", "reason": output.told(error)})
    if rows:
        output.rows(rows, ("file", "place", "reason"))
        ctx.exit(Exit.REFUSED)
    output.rows(
        [{"file": one.file, "name": one.rules.name, "digest": digest(one.rules)} for one in good],
        ("file", "name", "digest"),
    )
    output.say("cli.rule_sets_good", count=len(good))


def _opened(ctx: click.Context) -> Output:
    settings: Settings = ctx.obj["settings"]
    use_local(settings.rule_sets)
    output: Output = ctx.obj["output"]
    return output


def _found(name: str, on: date | None) -> RuleSet:
    return rule_set_named(name) if "." in name else rule_set(name, on or desk.today())


def _spread(paths: Sequence[Path]) -> list[Path]:
    return [one for path in paths for one in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]


def _read(files: Sequence[Path], lang: str) -> tuple[list[Source], list[dict[str, Any]]]:
    good: list[Source] = []
    rows: list[dict[str, Any]] = []
    for file in files:
        found: RuleSet | list[Flaw] = find_flaws(read_text(file))
        if isinstance(found, RuleSet):
            good.append(Source(found, str(file), local=True))
        else:
            rows += [{"file": str(file), "place": flaw.place, "reason": flaw.why(lang)} for flaw in found]
    return good, rows


def _told(stated: Stated, lang: str) -> dict[str, Any]:
    return {
        "place": stated.place,
        "label": label(stated, lang),
        "value": _value(stated, lang),
        "article": stated.article,
    }


def _value(stated: Stated | None, lang: str) -> str | None:
    return said(stated.value, stated.name, lang) if stated else None


COMMANDS = [policy]
