"""Search: entries, accelerators, CPUs, submitters and benchmarks by a few words of their names."""

from lib.show.frame import begin_page
from lib.show.parts import search

with begin_page("search") as page:
    search.hits(page)
