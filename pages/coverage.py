"""Coverage: what is in each round's source and in here, what was left out and why, and which names are unmapped."""

from lib.show.frame import begin_page
from lib.show.parts import coverage

with begin_page("coverage") as page:
    coverage.lost_rounds(page)
    coverage.rounds(page)
    coverage.matrix(page)
    coverage.left_out(page)
    coverage.differences(page)
    coverage.names(page)
