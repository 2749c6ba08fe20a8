"""The form in which a year's plan is drafted or revised: a grid that is sent as a whole, looked at or kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import Trouble, desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.desk.planning.grid import GRADES, WHY, Row, Texts, TypedRow, Wished, typed_rows, values_of, wished
from api.desk.planning.words import told
from api.office.plan_bodies import DraftPlan, changes_of, reasons_of
from api.permits import Action
from inspection.authority.store import authorities, units
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import Invalid
from inspection.planning.draft_plan import draft_plan
from inspection.planning.plan_diff import line_of
from inspection.planning.plan_lines import Line, Party
from inspection.planning.sketch_plan import PlanSketch, PlanWish, PlanYear, plan_year, sketch_plan
from inspection.policy.chapters import chapters
from inspection.policy.model import RuleSet
from inspection.registry.rules_in_force import rules_today

YearAsked = Annotated[int | None, QueryParameter(ge=2000, le=2100)]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a draft of a year starts from: the rules of today, the versions that are there, the lines as they would be
    by themselves, and the departments of ours by name."""

    authority: UUID
    year: int
    rules: RuleSet
    there: PlanYear
    base: PlanSketch
    parties: Mapping[str, Party]

    @property
    def lines(self) -> dict[str, Line]:
        """The lines as they would be by themselves, by item code."""
        return {line.item: line for line in self.base.lines}


@get("/desk/plans/draft", opt={"action": Action.PLAN_DRAFT})
async def read_draft(request: AnyRequest, year: YearAsked = None) -> Response[bytes]:
    """The grid of a year, filled with what list, rule-set and the version that is there say."""
    return await draft_page(request, year or local_day(command(request).now).year)


@post("/desk/plans/draft", opt={"action": Action.PLAN_DRAFT})
async def draft(request: AnyRequest) -> Response[bytes]:
    """Hand the draft in: it then waits for its approval."""

    async def do(form: Form) -> str:
        bench = await bench_of(request, filled(Form({"year": form.all("year")[:1]}), DraftPlan).year)
        return see(f"/desk/plans/{await _kept(request, bench, form)}", "desk_planning.done_drafted")

    return await acted(request, do, lambda: draft_page(request, _year_typed(request)))


@post("/desk/plans/draft/check", opt={"action": Action.PLAN_DRAFT})
async def check_draft(request: AnyRequest) -> Response[bytes]:
    """Look at the draft without keeping it: the registers are counted for it."""

    async def do(form: Form) -> Response[bytes]:
        year = filled(Form({"year": form.all("year")[:1]}), DraftPlan).year
        return await draft_page(request, year, form.texts, counted=True)

    return await acted(request, do, lambda: draft_page(request, _year_typed(request)))


async def draft_page(
    request: AnyRequest, year: int, texts: Texts | None = None, *, counted: bool = False
) -> Response[bytes]:
    """The grid. `texts`: what was typed; none: as the draft begins."""
    bench, lang = await bench_of(request, year), lang_of(request)
    trouble: Trouble | None = request.scope.get("state", {}).get("trouble")
    typed = texts or (trouble.typed if trouble else None)
    rows = _typed(bench, typed, trouble) if typed else _begun(bench)
    found = await _looked(bench, typed or _texts(rows), local_day(command(request).now) if counted else None)
    clauses = chapters(bench.rules, lang)
    return desk_page(
        request,
        "desk_planning/draft.html",
        year=year,
        rows=rows,
        rules=bench.rules,
        revises=bench.there.revises,
        begun=bench.there.begun,
        first=_first(bench.there, typed),
        counted=counted,
        sketch=found,
        findings=told(found.findings, clauses, lang) if found else [],
        notes=told([one for one in found.notes if one.facts.get("reason") != ""], clauses, lang) if found else [],
        counts={line.item: (line.quantity, line.base) for line in found.lines} if found else {},
        grades=_grades(bench, rows),
        parties=sorted(bench.parties),
    )


async def bench_of(request: AnyRequest, year: int) -> Bench:
    """What a draft of this authority for a year starts from."""
    authority = authority_of(request)
    rules, there = await rules_today(command(request), authority), await plan_year(authority, year)
    base = await sketch_plan(authority, year, rules, PlanWish({}), there.in_force, counted_on=None)
    parties = {row.name: Party(row.name, row.id) for row in await authorities()}
    parties |= {unit.name: Party(unit.name, authority, unit.id) for unit in await units(authority)}
    return Bench(authority, year, rules, there, base, parties)


def _begun(bench: Bench) -> list[Row]:
    begun = bench.there.begun
    again = {line.item_code: line for line in begun.lines} if begun and begun is not bench.there.in_force else {}
    lines, rows = bench.lines, []
    for number, (code, item) in enumerate(bench.base.items.items()):
        line, former = lines.get(code), again.get(code)
        if former is not None:  # what the list says by now goes before what it said when the draft was made
            line = line_of(former)
            if former.item != item.id:
                line = replace(line, object_text=item.object_text, content=item.content)
        known = begun is None or bench.rules.plan.covers_all_items or code in {one.item_code for one in begun.lines}
        new = begun is not None and item.published_at is not None and item.published_at > begun.drafted_at
        kept = line is not None and (known or new) and code not in bench.base.above
        values = (values_of(line) if line else {}) | {WHY: [bench.there.why.get(code, "")]}
        rows.append(Row(number, item, kept, values, bench.base.above.get(code)))
    return rows


def _typed(bench: Bench, texts: Texts, trouble: Trouble | None) -> list[Row]:
    wrong: dict[int, dict[str, str]] = {}
    for place, why in (trouble.fields if trouble else {}).items():
        number, _, name = place.removeprefix("lines.").partition(".")
        if place.startswith("lines.") and number.isdigit():
            wrong.setdefault(int(number), {})[name] = why
    rows, typed = [], typed_rows(texts)
    for row in _begun(bench):
        sent = typed.get(row.item.code, TypedRow(row.number, row.kept, row.values))
        rows.append(replace(row, kept=sent.kept, values=sent.values, wrong=wrong.get(sent.number, {})))
    return rows


def _texts(rows: Sequence[Row]) -> Texts:
    """The grid as it would be sent."""
    texts: dict[str, Sequence[str]] = {}
    for row in rows:
        place = f"lines.{row.number}"
        texts |= {f"{place}.item": [row.item.code], f"{place}.kept": ["true"] if row.kept else []}
        texts |= {f"{place}.{name}": told for name, told in row.values.items()}
    return texts


async def _looked(bench: Bench, texts: Texts, counted_on: date | None) -> PlanSketch | None:
    """What would be drafted; None while a field cannot be read."""
    try:
        wish = _wish(bench, texts)
    except Invalid:
        return None
    told_so = PlanWish(changes_of(wish.changes), wish.left_out)
    return await sketch_plan(
        bench.authority, bench.year, bench.rules, told_so, bench.there.in_force, counted_on=counted_on
    )


async def _kept(request: AnyRequest, bench: Bench, form: Form) -> UUID:
    wish = _wish(bench, form.texts)
    plain = Form({name: form.all(name) for name in ("year", "name", "reason")})
    lines: dict[str, Any] = {"changes": wish.changes, "left_out": wish.left_out, "left_out_why": wish.why}
    given = filled(plain, DraftPlan, revise=bench.there.revises, **lines)
    made = await draft_plan(
        command(request),
        authority=bench.authority,
        year=given.year,
        name=given.name,
        changes=changes_of(given.changes),
        left_out=given.left_out,
        left_out_why=reasons_of(given.left_out_why),
        revise=given.revise,
        reason=given.reason,
    )
    return made.id


def _wish(bench: Bench, texts: Texts) -> Wished:
    return wished(texts, bench.lines, bench.parties, bench.base.above)


def _first(there: PlanYear, typed: Texts | None) -> dict[str, str]:
    """Name and reason as they were typed, else as the version that somebody goes on with has them."""
    if typed:
        return {name: "".join(typed.get(name, ())[:1]) for name in ("name", "reason")}
    goes_on = there.begun is not None and there.begun is not there.in_force
    reason = there.begun.reason if there.begun and goes_on else None
    return {"name": there.begun.name if there.begun else "", "reason": reason or ""}


def _grades(bench: Bench, rows: Sequence[Row]) -> str:
    """The credit grades that the grid has fields for: all, where the rule-set or a line tells them apart."""
    told_apart = bool(bench.rules.risk.differentiated)
    return GRADES if told_apart or any(name.startswith("grade_") for row in rows for name in row.values) else ""


def _year_typed(request: AnyRequest) -> int:
    trouble: Trouble | None = request.scope.get("state", {}).get("trouble")
    typed = (trouble.first("year") if trouble else None) or ""
    known = typed.isascii() and typed.isdigit() and 2000 <= int(typed) <= 2100  # noqa: PLR2004 (as the model has it)
    return int(typed) if known else local_day(command(request).now).year


HANDLERS: Final[Sequence[ControllerRouterHandler]] = (read_draft, draft, check_draft)
