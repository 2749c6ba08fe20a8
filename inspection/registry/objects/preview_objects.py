from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from inspection.kernel.command import Command
from inspection.registry.intake.preview import NO_OUTPUTS, Outputs, Preview, preview_import
from inspection.registry.intake.report import TOLD
from inspection.registry.intake.run import Progress, Source
from inspection.registry.intake.wanted import PLAIN, Wanted
from inspection.registry.objects.compare_objects import Absent, NamedCodes
from inspection.registry.objects.import_entries import entry_kind
from inspection.registry.objects.import_marks import mark_kind
from inspection.registry.objects.import_objects import object_kind


async def preview_marks(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    wanted: Wanted = PLAIN,
    outputs: Outputs = NO_OUTPUTS,
) -> Preview:
    """Tell what an import of marks would do; nothing is written."""
    return await preview_import(
        authority, await mark_kind(cmd, authority), source, name=name, wanted=wanted, outputs=outputs
    )


async def preview_entries(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    wanted: Wanted = PLAIN,
    outputs: Outputs = NO_OUTPUTS,
) -> Preview:
    """Tell what an import of special registers would do; nothing is written."""
    return await preview_import(
        authority, await entry_kind(cmd, authority), source, name=name, wanted=wanted, outputs=outputs
    )


@dataclass(frozen=True, slots=True)
class ObjectPreview:
    """What an import of a register would do, and which objects it does not name (they stay as they are)."""

    preview: Preview
    absent: Absent | None


async def preview_objects(
    cmd: Command,
    source: Source,
    *,
    authority: UUID,
    name: str | None = None,
    rejects: Path | None = None,
    changes: Path | None = None,
    absent: bool = False,
    progress: Progress | None = None,
    wanted: Wanted = PLAIN,
) -> ObjectPreview:
    """Read a register of objects whole and tell what its import would add, change and reject; nothing is written.

    `rejects` and `changes` are files for all rejected rows and for every field that would change; a report names the
    first 200. With `absent`, objects of the register that the file does not name are counted and the first ones named.

    Raises:
        Invalid: as `import_objects`.
        NotFound: as `import_objects`.
    """
    kind = await object_kind(cmd, authority)
    codes = NamedCodes()
    outputs = Outputs(rejects, changes, codes.see if absent else None)
    found = await preview_import(authority, kind, source, name=name, wanted=wanted, outputs=outputs, progress=progress)
    return ObjectPreview(found, await codes.absent(authority, TOLD) if absent else None)
