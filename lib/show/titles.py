"""What a view is called in a browser's tab, and what a preview of its link says: made of what the data has, and never
of words that somebody wrote into a link."""

from __future__ import annotations

from dataclasses import dataclass

from lib.catalogue import BY_NAME, HOME, PER
from lib.query import findings, systems
from lib.query.connection import Database
from lib.query.facets import total
from lib.query.search import search
from lib.selection import Selection
from lib.show.wording import count, filter_text, filters_text, hardware, shortened

OURS = "Plumbline"
ABOUT = "MLPerf Inference results, traced to their logs."
_MOST_TITLE, _MOST_TEXT = 80, 200  # letters that a tab's tip and a chat's preview show without cutting them
_MOST_ROUNDS = 3
# Filters that a title does without: the rounds stand last in it, the words are somebody's own.
_ELSEWHERE = ("round", "division", "system_type", "availability", "q")


@dataclass(frozen=True)
class Title:
    """A view's `name`, which is a tab's title without ours, and a sentence or two on it."""

    name: str
    text: str

    @property
    def tab(self) -> str:
        """The title of a browser's tab."""
        return f"{self.name} · {OURS}"


def title(db: Database, page: str, selection: Selection) -> Title:
    """What a page with this selection is called. Raises QuestionCut where the data does not answer in time."""
    named = _OWN[page](db, selection) if page in _OWN else None
    name, text = named or (_general(page, selection), _population(db, page, selection))
    return Title(shortened(" ".join(name.split()), _MOST_TITLE), shortened(" ".join(text.split()), _MOST_TEXT))


Named = tuple[str, str] | None


def _general(page: str, selection: Selection) -> str:
    """A page's label, with its filters and rounds: `Results: NVIDIA GH200, all rounds`."""
    label = BY_NAME[page].label
    if not BY_NAME[page].counts_results:
        return label
    told = " ".join(filter_text(key, values) for key, values in selection.common().items if key not in _ELSEWHERE)
    return f"{label}: {told}, {_rounds(selection)}" if told else f"{label}, {_rounds(selection)}"


def _population(db: Database, page: str, selection: Selection) -> str:
    if not BY_NAME[page].counts_results:
        return ABOUT
    by_words = " · by words in the name" if selection.get("q") else ""
    return f"{count(total(db, selection), 'result')}: {filters_text(selection, without=('q',))}{by_words}. {ABOUT}"


def _rounds(selection: Selection) -> str:
    names = selection.get("round")
    return "all rounds" if not names else " ".join(names) if len(names) <= _MOST_ROUNDS else f"{len(names)} rounds"


def _overview(db: Database, selection: Selection) -> Named:
    return f"MLPerf Inference, {_rounds(selection)}", _population(db, HOME, selection)


def _rankings(db: Database, selection: Selection) -> Named:
    named = " ".join((*selection.get("benchmark"), *selection.get("scenario")))
    if not named:
        return None
    per = selection.one(PER.key, PER.default)
    divided = "" if per == PER.default else f", {PER.options[per]}"
    others = selection.without("benchmark").without("scenario")
    told = "".join(f" {filter_text(*item)}" for item in others.common().items if item[0] not in _ELSEWHERE)
    return f"{named}{told}{divided}, {_rounds(selection)}", _population(db, "rankings", selection)


def _finding(db: Database, selection: Selection) -> Named:
    asked = selection.one("anomaly")
    found = findings.anomaly(db, asked) if asked else None
    return (f"{found['title']}, {found['round']}", str(found["finding"])) if found else None


def _system(db: Database, selection: Selection) -> Named:
    asked = selection.one("entry")
    row = systems.system(db, asked) if asked else None
    if row is None:
        return None
    name, submitter = str(row["system_name"] or row["platform"]), str(row["submitter"])
    own = name.partition("(")[0].strip() or name  # without its configuration, which the text has
    own = own if own.casefold().startswith(submitter.casefold()) else f"{submitter} {own}"
    told = f"{row['round']} {row['division']}: {hardware(row)}. {count(row['results'] or 0, 'result')}. {ABOUT}"
    return f"{row['public_id'] or row['round']} {own}", told


def _search(db: Database, selection: Selection) -> Named:
    """The words of a search are told where the data has them: nobody makes a title of what he likes."""
    found, words = search(db, selection, 1), selection.one("find")
    is_plain = all(letter.isalnum() or letter in " .-+_" for letter in words)
    if found.is_empty or found.table["found_by"][0].as_py() != "words" or not is_plain:
        return None
    return f"Find {words}", f"{count(found.total, 'hit')} in all rounds. {ABOUT}"


_OWN = {HOME: _overview, "rankings": _rankings, "anomalies": _finding, "system": _system, "search": _search}
