"""What a simulated year came to, printed: a line a clause, then what was verified."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.output import WIDE, Output
from api.simulation.year.living import Lived
from api.simulation.year.seen import Effect

SEEN, UNSEEN = "✓", "✗"


def show_year(output: Output, lived: Lived) -> None:
    """The clauses of the year and the proofs, as a table or as one JSON object."""
    if output.as_json:
        output.json(facts_of(lived))
        return
    output.line(f"{lived.plot.name}  {lived.plot.year}")
    wide = output.console if output.console.is_terminal else Console(file=output.console.file, width=WIDE)
    wide.print(_table(output, lived), crop=False)
    proofs, seen = lived.proofs, sum(one.visible for one in lived.effects)
    output.say("cli.year_clauses", seen=seen, clauses=len(lived.effects), rule_set=lived.plot.rule_set)
    facts = {"streams": proofs.streams, "lines": proofs.lines, "draws": proofs.draws, "dossiers": proofs.dossiers}
    output.say("cli.year_proofs", **facts, journal=proofs.journal)
    output.say("cli.fleet_custody", **asdict(proofs.custody))
    for one in proofs.wrong:
        output.line(f"{UNSEEN} {one}")


def facts_of(lived: Lived) -> dict[str, Any]:
    """The year as one JSON object."""
    return {
        "rule_set": lived.plot.rule_set,
        "year": lived.plot.year,
        "clauses": [_fact(one) for one in lived.effects],
        "proofs": asdict(lived.proofs),
        "good": lived.good,
    }


def _table(output: Output, lived: Lived) -> Table:
    table = Table(show_edge=False, header_style="bold")
    for key in ("cli.year_clause", "cli.year_happened", "cli.year_kinds", "cli.year_lines"):
        table.add_column(output.word(key), overflow="fold")
    table.columns[0].no_wrap = True
    table.columns[3].justify = "right"
    for one in lived.effects:
        mark = Text(f"{SEEN if one.visible else UNSEEN} {one.clause.id}", style="green" if one.visible else "red")
        where = Text(", ".join((*one.kinds, *one.found)))
        if not one.visible:
            where.append(f"  {UNSEEN} {'; '.join(one.missing)}", style="red")
        table.add_row(mark, Text(one.clause.in_language(output.lang)), where, str(len(one.lines)))
    return table


def _fact(one: Effect) -> dict[str, Any]:
    return {
        "id": one.clause.id,
        "zh": one.clause.zh,
        "en": one.clause.en,
        "visible": one.visible,
        "kinds": list(one.kinds),
        "found": list(one.found),
        "lines": [{"stream": line.stream, "seq": line.seq} for line in one.lines],
        "missing": list(one.missing),
    }
