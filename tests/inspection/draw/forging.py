"""A dishonest platform: it changes whatever it likes and then makes everything that follows from it anew, so that only
the check which forbids the change itself can notice. Made from the verifier's own formulas.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from inspection.draw.verify.bundle import Bundle, canonical
from inspection.draw.verify.formulas import ceiling, framed, root_of, sha256, u16, u32
from inspection.draw.verify.remade import Remade
from inspection.draw.verify.result import told_shares

Files = dict[str, bytes]
Edit = Callable[["Forgery"], object]
PERSON = {"roster": "{0}", "relations": "R:{0}:{1}", "history": "H:{0}"}


class Forgery:
    """A full bundle in the hands of who made it. `params`, `ceremony` and `lines` are changed freely, then `made`."""

    def __init__(self, files: Files) -> None:
        self.files = dict(files)
        self.params: Any = json.loads(files["params.json"])
        self.ceremony: Any = json.loads(files["ceremony.json"])
        self.rows = files["manifest.tsv"].decode().splitlines()
        self.events: list[Any] = [json.loads(json.loads(line)["text"]) for line in files["events.jsonl"].splitlines()]
        self.key = bytes.fromhex(json.loads(files["secret.json"])["key"])
        self.h = Bundle(files).h

    def salt(self, name: str, tag: bytes = b"\x10") -> bytes:
        return self.h(tag + self.key + name.encode())[:16]

    def row(self, number: int, *, attrs: dict[str, Any] | None = None, **fields: str) -> None:
        """Change a row's fields (`oid`, `cells`, `codes`) and attributes, the digest with them."""
        oid, cells, codes, _, told = self.rows[number].split("\t")
        oid, cells, codes = (fields.get(k, v) for k, v in (("oid", oid), ("cells", cells), ("codes", codes)))
        text = canonical({**json.loads(told), **(attrs or {})}).decode()
        digest = self.h(b"\x12" + self.salt(oid, b"\x13") + text.encode()).hex()
        self.rows[number] = "\t".join((oid, cells, codes, digest, text))

    def counted(self) -> None:
        """Announce the sizes that the rows have now; for one task without strata."""
        rows = [row.split("\t") for row in self.rows]
        (task,), codes = self.params["tasks"], Counter(row[2] for row in rows if row[2] != "0")
        sizes = Counter(int(row[1]) for row in rows if row[2] == "0")
        directory, eligible = len(rows) - codes["CLOSED"] - codes["SCOPE"], len(rows) - codes.total()
        wanted = ceiling(task["size"]["ratio"], directory)
        size = min(wanted, eligible)
        task |= {"rows": directory, "eligible": eligible, "excluded": {k: n for k, n in codes.items() if n}}
        task["sample"] = {"wanted": wanted, "size": size}
        task["strata"]["list"][0] |= {"rows": directory, "eligible": eligible, "size": size}
        self.params["cells"] = [{**c, "size": sizes[c["cell"]]} for c in self.params["cells"] if sizes[c["cell"]]]
        self.params["frame"]["rows"] = len(rows)

    def made(self) -> Files:
        """Frame root, fingerprint, seed, quotas, tickets, teams and journal as they follow from what was changed."""
        self.files["manifest.tsv"] = "".join(f"{row}\n" for row in self.rows).encode()
        self._rooted()
        self._seeded()
        self._drawn()
        self._matched()
        self._put("ceremony.json", self.ceremony)
        self.files["openings.json"] = b"[]"
        self._journal()
        return self.files

    def _put(self, name: str, value: Any) -> None:
        self.files[name] = canonical(value)

    def _rooted(self) -> None:
        leaves = []
        for row in self.rows:
            oid = row.split("\t", 1)[0]
            leaves.append(self.h(b"\x00" + self.salt(oid) + row.rsplit("\t", 1)[0].encode()))
        self.ceremony |= {"frame_root": root_of(self.h, leaves).hex(), "frame_rows": len(leaves)}
        for name, key in PERSON.items():
            lines = self.files[f"{name}.tsv"].decode().splitlines()
            named = [(key.format(*_names(line)), line) for line in lines]
            told = root_of(self.h, (self.h(b"\x00" + self.salt(who) + line.encode()) for who, line in named))
            self.params[name] = {"root": told.hex(), "rows": len(lines)}

    def _seeded(self) -> None:
        self._put("params.json", self.params)
        root = bytes.fromhex(self.ceremony["frame_root"])
        c = self.h(b"\x30" + root + self.h(self.files["params.json"]))
        given = sorted((f"{g['kind']}:{g['name']}", g["value"]) for g in self.ceremony["contributions"])
        body = b"".join(framed(label.encode()) + framed(bytes.fromhex(value)) for label, value in given)
        self.ceremony |= {"fingerprint": c.hex(), "seed": self.h(b"\x32" + c + u16(len(given)) + body).hex()}
        self._put("ceremony.json", self.ceremony)

    def _drawn(self) -> None:
        shares = told_shares(self.params, self.h, bytes.fromhex(self.ceremony["seed"]))
        cells = [
            {**cell, "probability": [shares[n][0].numerator, shares[n][0].denominator], "quota": shares[n][1]}
            for cell in self.params["cells"]
            if (n := cell["cell"])
        ]
        self._put("cells.json", [{**cell, "threshold": "ff" * 32} for cell in cells])
        made = Remade(Bundle(self.files))
        drawn = []
        for cell in cells:
            hits = made.by_cell[cell["cell"]][: cell["quota"]]
            cell["threshold"] = hits[-1].ticket.hex() if hits else None
            for rank, hit in enumerate(hits, start=1):
                place = self.h(b"\x14" + hit.salt + u32(hit.at)).hex()
                told = {"cell": cell["cell"], "rank": rank, "ticket": hit.ticket.hex(), "place": place, "batch": 1}
                drawn.append(told)
        self._put("cells.json", cells)
        self._put("drawn.json", drawn)
        leaves = (self.h(b"\x00" + u32(c) + u32(r) + t + p) for c, r, t, p in sorted(Bundle(self.files).tickets))
        self.ceremony["result_root"] = root_of(self.h, leaves).hex()
        self._put("ceremony.json", self.ceremony)

    def _matched(self) -> None:
        made = Remade(Bundle(self.files))
        names = [row.name[2:] for row in made.people.rows]
        teams = made.match.run(self.params["match"]["max_load"]) or {}
        told, leaves = [], []
        for door in made.match.doors:
            team = [(names[one.person], one.how) for one in teams.get(door.ticket, [])]
            told.append({"ticket": door.ticket.hex(), "team": [n for n, _ in team], "how": [h for _, h in team]})
            for slot, (name, how) in enumerate(team):
                blind = self.h(b"\x15" + door.salt + u16(slot))[:16]
                leaf = blind + door.ticket + u16(slot) + framed(how.encode()) + name.encode()
                leaves.append(self.h(b"\x00" + leaf))
        self._put("assignments.json", told)
        match = json.loads(self.files["match.json"])
        match |= {"root": root_of(self.h, leaves).hex(), "objects": len(told), "places": len(leaves)}
        self._put("match.json", {**match, "how": {"lot": len(leaves), "continuity": 0, "designated": 0}})

    def _journal(self) -> None:
        facts = {**self.ceremony, "match_root": json.loads(self.files["match.json"])["root"]}
        values = {c["name"]: c["value"] for c in self.ceremony["contributions"]}
        for event in self.events:
            payload = event["payload"]
            payload |= {key: facts[key] for key in payload if key in facts and key != "attempt"}
            if event["kind"] == "draw.contributed":
                payload["value"] = values[payload["name"]]
        self.files["events.jsonl"] = chained(self.events)


def chained(events: list[Any]) -> bytes:
    """A journal of these events, numbered and hashed anew."""
    before, told = bytes(32), []
    for seq, event in enumerate(events, start=1):
        text = canonical({**event, "seq": seq})
        before = sha256(b"\x40" + before + sha256(text))
        told.append(canonical({"text": text.decode(), "hash": before.hex()}) + b"\n")
    return b"".join(told)


def _names(line: str) -> list[str]:
    first, *rest = line.split("\t")
    return [first.removeprefix("I:") if rest[-1:] == ["declared"] else first, *rest]


def forged(files: Files, *edits: Edit) -> Files:
    """The bundle after these edits, everything behind them made anew."""
    forgery = Forgery(files)
    for edit in edits:
        edit(forgery)
    return forgery.made()
