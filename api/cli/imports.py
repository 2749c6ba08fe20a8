from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.desk import Desk, acting_option, authority_of, run
from api.output import Exit
from api.permits import Action
from inspection.kernel.errors import Invalid
from inspection.planning.import_higher_plans import import_higher_plans
from inspection.registry.inspectors.import_inspectors import import_inspectors, preview_inspectors
from inspection.registry.intake.mappings import parse_pairs
from inspection.registry.intake.preview import Outputs, Preview
from inspection.registry.intake.report import ImportReport
from inspection.registry.intake.wanted import Wanted
from inspection.registry.items.checklist_files import SUFFIXES, parse_checklist
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.items.import_items import import_items
from inspection.registry.items.release_checklists import release_checklists
from inspection.registry.objects.import_entries import import_entries
from inspection.registry.objects.import_marks import import_marks
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.preview_objects import ObjectPreview, preview_entries, preview_marks, preview_objects
from mobile_contract.problems import ProblemCode

TOLD = 20
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="import")
def imports() -> None:
    """Bring a register or a list in, from CSV (UTF-8 or GBK) or XLSX.

    Good rows go in; rows that cannot are reported with their number and reason and kept in a reject file.
    Importing the same file again changes nothing.
    """


def _rejects(option: Path | None, file: Path) -> Path:
    kept = option or file.with_name(f"{file.stem}.rejected.csv")
    # Before anything goes in: afterwards it would be too late to say so, or the clerk's own file would be gone.
    if not kept.parent.is_dir() or kept.is_dir() or kept.resolve() == file.resolve():
        raise Invalid(ProblemCode.INVALID, "cli.rejects_unusable", path=str(kept))
    return kept


rejects_option = click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where to keep rejected rows (default: beside FILE)."
)


def mapping_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--map`, `--source`, `--dry-run`, `--changes`, `--token`: of the files of objects and inspectors."""
    options = (
        click.option("--map", "pairs", multiple=True, help='What a header means, as "信用代码=code"; may be repeated.'),
        click.option(
            "--source", "origin", help="Whose file this is: its mapping is kept under this name, for next time."
        ),
        click.option("--dry-run", is_flag=True, help="Only tell what the import would do; nothing is written."),
        click.option("--changes", type=click.Path(path_type=Path), help="With --dry-run: all changes, as CSV."),
        click.option("--token", help="Of a dry run: refuse when file, mapping or register is another by now."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@imports.command()
@click.argument("file", type=EXISTING)
@rejects_option
@mapping_options
@click.option("--absent", is_flag=True, help="With --dry-run: also name objects that the file does not name.")
@acting_option()
@click.pass_context
def registry(
    ctx: click.Context, /, file: Path, rejects: Path | None, username: str, absent: bool, **asked: Any
) -> None:
    """Inspection objects (检查对象名录)."""
    kept, size = _rejects(rejects, file), file.stat().st_size

    async def work(desk: Desk) -> ImportReport | ObjectPreview:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        wanted, authority = _wanted(asked), authority_of(cmd)
        with desk.output.progress(file.name, size) as bar:
            if asked["dry_run"]:
                return await preview_objects(
                    cmd,
                    file,
                    authority=authority,
                    rejects=kept,
                    changes=asked["changes"],
                    absent=absent,
                    progress=bar.to,
                    wanted=wanted,
                )
            return await import_objects(cmd, file, authority=authority, rejects=kept, progress=bar.to, wanted=wanted)

    _tell_either(ctx, run(ctx, work, reads=asked["dry_run"]), kept)


@imports.command()
@click.argument("file", type=EXISTING)
@rejects_option
@mapping_options
@acting_option()
@click.pass_context
def marks(ctx: click.Context, /, file: Path, rejects: Path | None, username: str, **asked: Any) -> None:
    """Marks of objects (行政处罚、投诉举报、异常名录…)."""
    _take(ctx, username, file, _rejects(rejects, file), asked, (import_marks, preview_marks))


@imports.command(name="special-registers")
@click.argument("file", type=EXISTING)
@rejects_option
@mapping_options
@acting_option()
@click.pass_context
def special_registers(ctx: click.Context, /, file: Path, rejects: Path | None, username: str, **asked: Any) -> None:
    """Special registers and tags (专项名录、监管标签)."""
    _take(ctx, username, file, _rejects(rejects, file), asked, (import_entries, preview_entries))


def _take(
    ctx: click.Context,
    username: str,
    file: Path,
    rejects: Path,
    asked: Mapping[str, Any],
    verbs: tuple[Callable[..., Awaitable[ImportReport]], Callable[..., Awaitable[Preview]]],
) -> None:
    async def work(desk: Desk) -> ImportReport | ObjectPreview:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        wanted, authority = _wanted(asked), authority_of(cmd)
        if not asked["dry_run"]:
            return await verbs[0](cmd, file, authority=authority, rejects=rejects, wanted=wanted)
        outputs = Outputs(rejects, asked["changes"])
        return ObjectPreview(await verbs[1](cmd, file, authority=authority, wanted=wanted, outputs=outputs), None)

    _tell_either(ctx, run(ctx, work, reads=asked["dry_run"]), rejects)


def _wanted(asked: Mapping[str, Any]) -> Wanted:
    return Wanted(parse_pairs(asked["pairs"]) or None, asked["origin"], asked["token"])


def _tell_either(ctx: click.Context, found: ImportReport | ObjectPreview, rejects: Path) -> None:
    if isinstance(found, ImportReport):
        _tell(ctx, found, rejects)
    else:
        _tell_preview(ctx, found, rejects)


def _tell_preview(ctx: click.Context, found: ObjectPreview, rejects: Path) -> None:
    output, preview, absent = ctx.obj["output"], found.preview, found.absent
    kept = str(rejects) if preview.counts.rejected else None
    rejected = [{"row": row.number, "reason": row.text(output.lang)} for row in preview.rejected]
    changes = [{"row": one.number, "key": one.key, "fields": dict(one.fields)} for one in preview.changes]
    if output.as_json:
        told = {"token": preview.token, "file": preview.file_name, **preview.counts.as_json()}
        missing = {"absent": absent.count, "first_absent": absent.first} if absent else {}
        output.json({**told, "changes": changes, "rejected_rows": rejected, "reject_file": kept, **missing})
    for row in rejected[:TOLD]:
        output.note(f"✗ {row['row']}: {row['reason']}")
    for one in preview.changes[:TOLD]:
        output.note(f"~ {one.number} {one.key}: {', '.join(one.fields)}")
    output.say("cli.previewed", file=preview.file_name, token=preview.token, **preview.counts.as_json())
    if absent:
        output.say("cli.absent", count=absent.count)
        for code, name in absent.first[:TOLD]:
            output.note(f"- {code} {name}")
    if kept:
        output.note(f"→ {kept}")
        ctx.exit(Exit.PARTLY)


@imports.command()
@click.argument("file", type=EXISTING)
@rejects_option
@mapping_options
@acting_option()
@click.pass_context
def inspectors(ctx: click.Context, /, file: Path, rejects: Path | None, username: str, **asked: Any) -> None:
    """Inspectors and their certificates (执法检查人员名录)."""
    _take(ctx, username, file, _rejects(rejects, file), asked, (import_inspectors, preview_inspectors))


@imports.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--checklist",
    "checklists",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="A checklist (TOML, JSON or XLSForm), or a folder of them; may be repeated.",
)
@rejects_option
@acting_option()
@click.pass_context
def items(ctx: click.Context, file: Path, checklists: tuple[Path, ...], rejects: Path | None, username: str) -> None:
    """The item list (随机抽查事项清单) and its checklists."""

    async def work(desk: Desk) -> ImportReport:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        parsed = [parse_checklist(path.name, path.read_bytes()) for path in _files(checklists)]
        kept = _rejects(rejects, file)
        return await import_items(cmd, file, authority=authority_of(cmd), checklists=parsed, rejects=kept)

    _tell(ctx, run(ctx, work), _rejects(rejects, file))


@imports.command(name="checklist")
@click.argument("files", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@acting_option()
@click.pass_context
def checklist(ctx: click.Context, files: tuple[Path, ...], username: str) -> None:
    """Checklists (检查要点表): TOML, JSON or XLSForm (XLSX) files, or folders of them. All go in, or none."""

    async def work(desk: Desk) -> tuple[ChecklistFacts, ...]:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        parsed = [parse_checklist(path.name, path.read_bytes()) for path in _files(files)]
        return await release_checklists(cmd, authority=authority_of(cmd), checklists=parsed)

    told = [{"checklist": one.code, "version": one.version, "digest": one.digest} for one in run(ctx, work)]
    ctx.obj["output"].rows(told, ("checklist", "version", "digest"))


@imports.command(name="higher-plans")
@click.argument("file", type=EXISTING)
@rejects_option
@acting_option("planner")
@click.pass_context
def higher_plans(ctx: click.Context, file: Path, rejects: Path | None, username: str) -> None:
    """Plans and drawn lists of higher authorities (上级抽查计划), so that nobody is drawn twice."""

    async def work(desk: Desk) -> ImportReport:
        cmd = await desk.acting(username, Action.HIGHER_PLANS_IMPORT)
        return await import_higher_plans(cmd, file, authority=authority_of(cmd), rejects=_rejects(rejects, file))

    _tell(ctx, run(ctx, work), _rejects(rejects, file))


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are named."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES) if path.is_dir() else [path]
        found += inside
    return found


def _tell(ctx: click.Context, report: ImportReport, rejects: Path) -> None:
    output, counts = ctx.obj["output"], report.counts
    rejected = [{"row": row.number, "reason": row.text(output.lang)} for row in report.rejected]
    warned = [{"row": row.number, "warning": row.text(output.lang)} for row in report.warned]
    kept = str(rejects) if counts.rejected else None
    if output.as_json:
        facts = {"run": str(report.run), "file": report.file_name, "repeated": report.repeated, **counts.as_json()}
        output.json({**facts, "rejected_rows": rejected, "warned_rows": warned, "reject_file": kept})
    for row in rejected[:TOLD]:
        output.note(f"✗ {row['row']}: {row['reason']}")
    for row in warned[:TOLD]:
        output.note(f"! {row['row']}: {row['warning']}")
    output.say("cli.imported_again" if report.repeated else "cli.imported", file=report.file_name, **counts.as_json())
    if kept:
        output.note(f"→ {kept}")
        ctx.exit(Exit.PARTLY)


COMMANDS = [imports]
