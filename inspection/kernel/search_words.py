"""The words by which rows are found: every two neighbouring characters of a text, and whole values. Pure.

Chinese names have no spaces and people look for one or two characters of them, so words in the usual sense, or three
characters at a time, do not help. A text is known by its pairs of characters; the last pair ends in `END`, so that
every character begins a pair and a single one is found as the beginning of a word. `inspection.kernel.indexes` keeps
the words in an index of the database; what it finds is a superset, the exact condition decides.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2s
from itertools import pairwise
from operator import add

END = "␄"
MARK = "␟"  # begins the word of a value: no pair of a text begins so
LONGEST = 200  # characters of a value that count
MOST_PAIRS = 12  # of a fragment: more do not narrow a search that the exact condition decides
_DROPPED = frozenset({"Cf", "Cc", "Cs", "Zs", "Zl", "Zp"})


def search_text(text: str) -> str:
    """The form in which texts are compared: width, case, spaces and invisible marks do not matter.

    "（合成）Ａbc　公司" and "(合成)abc公司" are one. Stored texts and what people look for both go through it.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if folded.isprintable() and " " not in folded:
        return folded
    return "".join(char for char in folded if unicodedata.category(char) not in _DROPPED)


def pairs(text: str) -> list[str]:
    """Every character with its right neighbour, the last with `END`."""
    return list(map(add, text, text[1:] + END))


def value_word(label: str, value: str) -> str:
    """The word of one value of a column, as PostgreSQL keeps it."""
    return f"{MARK}{label}{MARK}{value[:LONGEST]}"


@lru_cache(maxsize=8192)
def short_word(label: str, value: str) -> str:
    """The word of one value of a column, as SQLite keeps it: its tokenizer would split the value itself at spaces."""
    return blake2s(value_word(label, value).encode(errors="replace"), digest_size=6).hexdigest()


def words_function(values: Sequence[str], lists: Sequence[str]) -> Callable[..., str]:
    """What SQLite's triggers call with the text, the values and the lists (JSON arrays of texts) of one row."""

    @lru_cache(maxsize=8192)
    def known(*cells: str | None) -> str:
        words = [short_word(label, cell) for label, cell in zip(values, cells, strict=False) if cell is not None]
        for label, cell in zip(lists, cells[len(values) :], strict=True):
            words += [short_word(label, part) for part in json.loads(cell or "[]")]
        return " ".join(words)

    def words(text: str | None, *cells: str | None) -> str:
        return f"{' '.join(pairs(text or ''))} {known(*cells)}"

    return words


def wanted_pairs(fragment: str) -> list[str]:
    """The pairs that a text with this fragment must have, the surest to be rare kept when there are too many."""
    inner = list(dict.fromkeys(left + right for left, right in pairwise(fragment)))
    step = max(1, -(-len(inner) // MOST_PAIRS))
    return inner[::step]


def fts5_query(fragment: str | None, words: Iterable[tuple[str, str]]) -> str:
    """The MATCH of SQLite's index: all the pairs of `fragment` and all the (column, value) `words`."""
    parts = [short_word(label, value) for label, value in words]
    if fragment:
        parts += [_quoted(pair) for pair in wanted_pairs(fragment)] or [_quoted(fragment) + "*"]
    return " AND ".join(parts)


def ts_query(fragment: str | None, words: Iterable[tuple[str, str]]) -> str:
    """The same as a tsquery of PostgreSQL."""
    parts = [_lexeme(value_word(label, value)) for label, value in words]
    if fragment:
        parts += [_lexeme(pair) for pair in wanted_pairs(fragment)] or [_lexeme(fragment) + ":*"]
    return " & ".join(parts)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _lexeme(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
