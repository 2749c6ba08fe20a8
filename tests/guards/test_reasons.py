"""Every reason that an entry can have is told to people in both languages."""

from inspection.kernel.catalogue import LANGUAGES, catalogue
from inspection.visits.entries.late import SAID_BY_THE_FOLD, in_words
from mobile_contract.push import Reason

WORDS = {*Reason, *SAID_BY_THE_FOLD}


def test_every_reason_has_words_in_both_languages_and_no_word_has_lost_its_reason() -> None:
    for language in LANGUAGES:
        told = {key for key in catalogue("visits", language) if key.startswith("visits.reason.")}
        assert told == {f"visits.reason.{word}" for word in WORDS}


def test_no_two_reasons_say_the_same() -> None:
    shown = [in_words(word) for word in sorted(WORDS)]
    assert len({one.zh for one in shown}) == len({one.en for one in shown}) == len(WORDS)
