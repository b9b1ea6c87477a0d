"""System: one entry, everything known about it, and all its results with the rank that each takes in its field."""

from lib.show.frame import begin_page
from lib.show.parts import system

with begin_page("system") as page:
    entry = system.asked(page)
    if entry is None:
        system.choose(page)
    else:
        system.head(page, entry)
        system.oddities(page, entry)
        system.results(page, entry)
        system.facts(page, entry)
        system.software(page, entry)
        system.runs(page, entry)
        system.accuracy(page, entry)
        system.description(page, entry)
