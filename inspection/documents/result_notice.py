"""检查结果告知书: what was found, what is to be done by when, and how to object."""

from inspection.documents.blocks import Cell, Grid, Heading, Paper, Para
from inspection.documents.forms import code_of, contact_lines, listed, paper, sealed
from inspection.documents.views import Deadline, ResultView
from inspection.documents.words import Words


def result_notice(view: ResultView, lang: str) -> Paper:
    """The result per item, follow-up, the days to put right and of publication, and the right to object."""
    words = Words("documents.result.", lang)
    head = tuple(Cell(words(key), label=True) for key in ("item", "result", "problems"))
    rows = [(Cell(one.item), Cell(one.result), Cell(words.none(one.problems))) for one in view.findings]
    publish = Para(words("publish_by", day=words.day(view.publish_by))) if view.publish_by else Para(words("publish"))
    blocks = (
        Para(words("to", name=view.party.name, code=view.party.code), plain=True),
        Para(
            words(
                "opening",
                day=words.day(view.inspected_on),
                task=view.ground.task_name,
                number=view.ground.task_number,
            )
        ),
        Heading(words("findings")),
        Grid((5, 4, 7), (head, *rows), head=1),
        *listed(words, words("follow_up"), view.follow_up),
        *(Para(_rectify(words, one)) for one in view.rectify),
        Heading(words("publicity")),
        publish,
        Heading(words("objection")),
        Para(words("objection_text", days=view.object_days)),
        contact_lines(words, view.contact),
        code_of(words, view.link, "link"),
        sealed(words, view.authority, words.day(view.at.date())),
    )
    return paper(words, view.authority, view.number, view.at, blocks)


def _rectify(words: Words, one: Deadline) -> str:
    return words("rectify", items=words.shared("between").join(one.items), day=words.day(one.day))
