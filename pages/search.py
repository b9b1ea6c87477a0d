"""Search: what the words in the box at the top of every page name, in all rounds."""

from lib.show.frame import begin_page
from lib.show.parts import search

with begin_page("search") as page:
    search.hits(page)
