"""`python -m tests.inspection.documents.golden` writes the words of every paper anew, to be read before a commit."""

from pathlib import Path

from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind
from inspection.kernel.catalogue import LANGUAGES
from tests.inspection.documents.examples import example

FOLDER = Path(__file__).parents[2] / "golden" / "papers"


def words(kind: PaperKind, lang: str) -> str:
    """A paper's words, a line each."""
    return "\n".join(make_paper(kind, example(kind), lang).lines()) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for kind in PaperKind:
        for lang in LANGUAGES:
            (FOLDER / f"{kind.value}.{lang}.txt").write_text(words(kind, lang), encoding="utf-8")


if __name__ == "__main__":
    main()
