"""Every form that a page of the desk shows, filled in by somebody who means harm: an answer, and never an incident."""

from collections import Counter

from api.permits import STAFF
from tests.api.desk.conftest import Seat, SitDown
from tests.api.desk.crawl import crawl, is_page, kind_of
from tests.api.line import TO_THE_VISIT, ComeTo
from tests.support.forms import Forms, FormSeen

KEPT = frozenset({"form_token", "form"})
HOSTILE = (
    "",
    "\0",
    "\ud800",
    "٣",
    "²",
    "9" * 40,
    "-1",
    "1e309",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30",
    "1/0",
    "019cac0f-2680-7e3b-bb08-41f2e6a8506f",
    "../../etc/passwd",
    "<script>",
    "'; DROP TABLE visit; --",
    "𠀀" * 5000,
    "\r\nSet-Cookie: a=b",
    "[" * 3000,
    "{{7*7}}%s",
)
ROUNDS = 7
ENDS = ("/desk/sign-out", "/desk/sign-in")


async def test_no_form_filled_in_by_an_enemy_is_an_incident(come_to: ComeTo, sit_down: SitDown) -> None:
    await come_to(*TO_THE_VISIT)
    known: set[str] = set()
    answers: Counter[int] = Counter()
    sent: set[str] = set()
    for role in sorted(STAFF):
        seat = await sit_down(role)
        walked = await crawl(seat, known=known)
        known |= {kind_of(at) for at in walked.seen}
        for at, page in walked.seen.items():
            for form in Forms(page.text).forms if is_page(page) else ():
                action = form.action or at
                if kind_of(action) in sent or action.startswith(ENDS) or "form_token" not in form.names:
                    continue
                sent.add(kind_of(action))
                for number in range(ROUNDS):
                    status = await harm(seat, action, form, number)
                    answers[status] += 1
                    assert status < 500, (role, at, action, number)
    assert len(sent) > 25
    assert answers[422] > 20, answers


async def harm(seat: Seat, action: str, form: FormSeen, number: int) -> int:
    """The status of a form whose fields are all hostile, each by another of the texts."""
    names = sorted(form.names - KEPT)
    told = {name: [HOSTILE[(number * 3 + place) % len(HOSTILE)]] for place, name in enumerate(names)}
    kept = {name: values for name, values in form.values.items() if name in KEPT}
    data = {name: [one.encode("utf-8", "surrogatepass") for one in values] for name, values in (told | kept).items()}
    body = b"&".join(_pair(name, one) for name, values in data.items() for one in values)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return (await seat.http.post(action, content=body, headers=headers)).status_code


def _pair(name: str, value: bytes) -> bytes:
    return name.encode() + b"=" + b"".join(b"%%%02X" % one for one in value)
