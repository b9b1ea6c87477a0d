"""Method: what scenarios, metrics, divisions and derived numbers mean, with the rules' sources."""

from lib.show.frame import begin_page
from lib.show.parts import anomalies, method

with begin_page("method") as page:
    method.contents("method.md")
    method.document("method.md")
    method.breaks(page)
    method.section(method.RULES)
    anomalies.rules()
    method.benchmarks(page)
