from pathlib import Path

import click

from api.output import Exit
from inspection.archive.verify import verify_dossier


@click.group()
def archive() -> None:
    """Sealed dossiers (档案)."""


@archive.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sha256", help="The digest that the authority's journal records for this dossier.")
@click.pass_context
def verify(ctx: click.Context, file: Path, sha256: str | None) -> None:
    """Check a dossier without any server: every digest, chain, signature, receipt and the draw's proof."""
    output = ctx.obj["output"]
    checks = verify_dossier(file, sha256=sha256)
    good = all(check.ok for check in checks)
    if output.as_json:
        output.result(
            {
                "genuine": good,
                "checks": [
                    {"name": one.name, "ok": one.ok, "zh": one.sentence_zh, "en": one.sentence_en} for one in checks
                ],
            }
        )
    else:
        for one in checks:
            sentence = one.sentence_zh if output.lang == "zh_CN" else one.sentence_en
            output.line(f"{'✓' if one.ok else '✗'} {sentence}")
    ctx.exit(Exit.DONE if good else Exit.REFUSED)


COMMANDS = [archive]
