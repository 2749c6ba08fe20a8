"""What V-full makes again once and its checks share: the scan of the frame, the doors, the people, the match."""

from functools import cached_property

from inspection.draw.verify.aside import Aside, spare_cores
from inspection.draw.verify.bundle import Bundle, read_json
from inspection.draw.verify.claims import MISSHAPEN
from inspection.draw.verify.people import People
from inspection.draw.verify.scan import ID, MARK, Hit, Job, Scan, scan
from inspection.draw.verify.staff import Door, Match, Placed


class Remade:
    """A full bundle in the making; each part is made when a check asks for it."""

    def __init__(self, bundle: Bundle) -> None:
        self.b = bundle
        self._match: Aside | None = None
        self._areas: dict[tuple[bytes, bytes], str | None] = {}

    def begin(self) -> None:
        """Where the frame is large: scan it now, and match its teams aside while the checks go on."""
        try:
            if spare_cores(self.b.ceremony["frame_rows"]) > 1 and self.scan.rows and self.match.doors:
                self._match = Aside(self._matched)
        except MISSHAPEN:
            return  # the checks will say so

    @cached_property
    def made(self) -> dict[bytes, list[Placed]] | None:
        """The teams, matched again."""
        return self._match.result() if self._match else self._matched()

    def _matched(self) -> dict[bytes, list[Placed]] | None:
        return self.match.run(self.b.match["load_cap"])

    @cached_property
    def scan(self) -> Scan:
        """The pass over the frame. Tickets matter up to the threshold, and up to the last one a change let in."""
        limits = {c["cell"]: bytes.fromhex(c["threshold"] or "") for c in self.b.cells}
        if "changes-secret.json" in self.b.files:
            for change in getattr(self.b, "changes-secret"):
                for entry in (change["outcome"] or {"tickets": []})["tickets"]:
                    limits[entry["cell"]] = max(limits[entry["cell"]], bytes.fromhex(entry["ticket"]))
        job = Job(self.b.ceremony["hash_alg"], self.b.key, self.b.raw("seed"), limits)
        with self.b.stream("manifest.tsv") as file:
            return scan(file, job, self.b.ceremony["frame_rows"])

    @cached_property
    def by_cell(self) -> dict[int, list[Hit]]:
        """Cell → its lowest tickets in order."""
        told: dict[int, list[Hit]] = {cell["cell"]: [] for cell in self.b.cells}
        for hit in sorted(self.scan.hits):
            for cell in hit.cells.split(b","):
                if cell != b"0":
                    told[int(cell)].append(hit)
        return told

    @cached_property
    def doors(self) -> dict[bytes, Door]:
        """Ticket → the door behind it, of everybody drawn or known by now."""
        tasks = {cell["cell"]: cell["task"] for cell in self.b.params["cells"]}
        drawn: dict[bytes, set[int]] = {}
        for cell, _, ticket, _ in self.b.tickets:
            drawn.setdefault(ticket, set()).add(tasks[cell])
        return {hit.ticket: self.door(hit, drawn[hit.ticket]) for hit in self.scan.hits if hit.ticket in drawn}

    def door(self, hit: Hit, tasks: set[int]) -> Door:
        """The door of a row for these tasks."""
        alike = hit.attrs.partition(MARK)
        key = (alike[0], alike[2][ID:])
        if key not in self._areas:
            self._areas[key] = read_json(hit.attrs).get("area")
        return Door(hit.ticket, hit.oid.decode(), hit.salt, self._areas[key], frozenset(tasks))

    @cached_property
    def roster(self) -> list[list[str]]:
        return self.b.lines("roster.tsv")

    @cached_property
    def ties(self) -> list[list[str]]:
        return self.b.lines("relations.tsv")

    @cached_property
    def history(self) -> list[list[str]]:
        return self.b.lines("history.tsv")

    @cached_property
    def people(self) -> People:
        salts = {row[0]: self.b.salt(row[0]) for row in self.roster}
        return People(self.b.h, self.b.raw("seed"), self.b.params, self.roster, salts, self.ties)

    @cached_property
    def match(self) -> Match:
        found = Match(self.b.h, self.b.raw("seed"), self.b.params["match"], list(self.doors.values()), self.people)
        found.kept = {oid: (team.split(","), int(periods)) for oid, team, periods in self.history}
        return found

    @cached_property
    def teams(self) -> dict[bytes, list[str]]:
        return {bytes.fromhex(entry["ticket"]): entry["team"] for entry in self.b.assignments}

    @cached_property
    def hows(self) -> dict[bytes, list[str]]:
        return {bytes.fromhex(entry["ticket"]): entry["how"] for entry in self.b.assignments}
