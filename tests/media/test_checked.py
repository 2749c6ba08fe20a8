"""What counts as lately read whole."""

from hypothesis import given
from hypothesis import strategies as st

from media.checked import Checked, Mark

MARKS = st.builds(Mark, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))


@given(st.lists(st.tuples(st.sampled_from("abcd"), MARKS, st.booleans())))
def test_only_the_very_file_that_was_read_whole_counts_as_good(steps: list[tuple[str, Mark, bool]]) -> None:
    checked, truth = Checked(most=2, lasts=3), {}
    for name, mark, keeps in steps:
        if keeps:
            checked.keep(name, mark)
            truth[name] = (mark, 3)
        elif checked.holds(name, mark):
            kept, left = truth[name]
            assert kept == mark
            assert left > 0
            truth[name] = (mark, left - 1)
    assert sum(checked.holds(name, mark) for name, (mark, _) in truth.items()) <= 2
