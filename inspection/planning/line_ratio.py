"""What share a task of a plan line draws where the line states ratios by credit grade (安岳 一(五)). Pure.

A draw takes one share of its whole frame: it knows no strata. The grades of a line are therefore kept in either of two
ways. A targeted task of one grade (`scope.grades`) draws that grade by its own ratio, exactly. Any other task draws the
line's grades at once, by the overall ratio that gives the planned number; how many of each grade come is then left to
the lot.
"""

from fractions import Fraction

from inspection.planning.facts import PlanLineFacts
from inspection.planning.scope import Scope


def line_ratio(line: PlanLineFacts, scope: Scope) -> Fraction:
    """The least share of its directory that a task of this scope draws, and what it draws unless it says otherwise.

    Of several grades with different ratios the highest, and so for a line whose base nobody has counted: then no grade
    is drawn less than planned.
    """
    shares = {stratum.grade: stratum.ratio for stratum in line.strata}
    if not shares:
        return line.ratio
    if scope.grades:
        return max(shares.get(grade, line.ratio) for grade in scope.grades)
    if line.quantity is not None and line.base:
        return Fraction(min(line.quantity, line.base), line.base)
    return max(line.ratio, *shares.values())
