from collections.abc import Iterable
from pathlib import Path

import click

from api.cli.desk import Desk, acting_option, run
from api.cli.plan import authority_of
from api.output import Exit
from api.permits import Action
from inspection.registry.inspectors.import_inspectors import import_inspectors
from inspection.registry.intake.report import ImportReport
from inspection.registry.items.checklist_files import parse_checklist
from inspection.registry.items.import_items import import_items
from inspection.registry.objects.import_objects import import_objects

TOLD = 20
CHECKLIST_FILES = (".toml", ".json")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="import")
def imports() -> None:
    """Bring a register or a list in, from CSV (UTF-8 or GBK) or XLSX.

    Good rows go in; rows that cannot are reported with their number and reason and kept in a reject file.
    Importing the same file again changes nothing.
    """


def _rejects(option: Path | None, file: Path) -> Path:
    return option or file.with_name(f"{file.stem}.rejected.csv")


rejects_option = click.option(
    "--rejects", type=click.Path(path_type=Path), help="Where to keep rejected rows (default: beside FILE)."
)


@imports.command()
@click.argument("file", type=EXISTING)
@rejects_option
@acting_option()
@click.pass_context
def registry(ctx: click.Context, file: Path, rejects: Path | None, username: str) -> None:
    """Inspection objects (检查对象名录)."""

    size = file.stat().st_size

    async def work(desk: Desk) -> ImportReport:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        with desk.output.progress(file.name, size) as bar:
            return await import_objects(
                cmd, file, authority=authority_of(cmd), rejects=_rejects(rejects, file), progress=bar.to
            )

    _tell(ctx, run(ctx, work), _rejects(rejects, file))


@imports.command()
@click.argument("file", type=EXISTING)
@rejects_option
@acting_option()
@click.pass_context
def inspectors(ctx: click.Context, file: Path, rejects: Path | None, username: str) -> None:
    """Inspectors and their certificates (执法检查人员名录)."""

    async def work(desk: Desk) -> ImportReport:
        cmd = await desk.acting(username, Action.REGISTRY_IMPORT)
        return await import_inspectors(cmd, file, authority=authority_of(cmd), rejects=_rejects(rejects, file))

    _tell(ctx, run(ctx, work), _rejects(rejects, file))


@imports.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--checklist",
    "checklists",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="A checklist (TOML or JSON), or a folder of them; may be repeated.",
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


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are named."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(file for file in path.iterdir() if file.suffix in CHECKLIST_FILES) if path.is_dir() else [path]
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
