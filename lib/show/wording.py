"""The words and numbers that people read: titles, labels, units, and data made harmless for Markdown and Plotly."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from lib.selection import FILTERS, NONE, Selection, range_of
from lib.vocabulary import MEANINGS, Availability

DERIVED = "derived, not verified by MLCommons"
NOT_STATED = "not stated"
OTHER_COUNT = "†"  # beside a system one of whose counts is not the declared one
TRADEMARK = (
    "MLPerf is a registered trademark of MLCommons Association. Plumbline is independent of MLCommons. "
    "Results are as published; what is derived, inferred or missing is marked so."
)
# What an address keeps: all that Markdown could take for its end or for a link's is written by its number.
_IN_ADDRESS = "/?&=%#+,;@~.-_"
_SHOUTED = {Availability.RDI.value: "RDI"}
_ADDRESS = re.compile(r"/(?!/)|https?://[^:]*$")
_MOST_LOST = 0.005  # of a number: beyond it a third digit would be wrong
_LONGEST = 8  # decimals that are written out
_LARGE = 1e15  # from here on a number is told by its power: nobody counts so many digits
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~^&=\"'])")
_LINK = re.compile(r"(://|www\.|@)", re.IGNORECASE)
_SIGN = re.compile(r":(?=[\w+/-]+:)|(?<!\S)[-<>=~](?=[-<>=~]+(?!\S))")


def markdown(text: object) -> str:
    """Text from data as Markdown that shows it literally: no emphasis, link, formula, colour, icon or HTML.

    GFM makes links of bare addresses, and Streamlit icons of `:name:` and signs of `->` and `--`, even when they are
    escaped, so a zero-width space breaks those.
    """
    return _literal(str(text))


@lru_cache(8192)  # a table's names come again at each redraw
def _literal(text: str) -> str:
    plain = " ".join(text.split())
    broken = _LINK.sub(lambda match: match[1][:1] + "\u200b" + match[1][1:], plain)
    return _MARKDOWN.sub(r"\\\1", _SIGN.sub("\\g<0>\u200b", broken))


def linked(text: str, url: str | None) -> str:
    """Markdown that leads to a page of ours (`/rankings?v=1`, below whatever path these pages stand) or to an address
    of the web, which may come from data. The Markdown alone where there is no address, or one of another kind."""
    address = _address(url) if url else ""
    return f"[{text}]({address})" if address else text


@lru_cache(8192)
def _address(url: str) -> str:
    """An address in which nothing ends a link; empty for one that is not ours and none of the web."""
    if not _ADDRESS.match(url):
        return ""
    scheme, parting, rest = url.rpartition("://")
    return f"{scheme or '.'}{parting}{quote(rest, safe=_IN_ADDRESS)}"


def plotly(text: object) -> str:
    """Text from data for Plotly's pseudo-HTML: shown literally, no tag, link, entity or `%{...}` of its own."""
    plain = " ".join(str(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("%{", "%\u200b{").replace("$", "&#36;")


def times(ratio: float) -> str:
    """A ratio: `1.44x`, `27.5x`; never nothing.

    >>> times(1.4449), times(27.52), times(351.4), times(1000.2), times(0.0042)
    ('1.44x', '27.5x', '351x', '1,000x', '0.0042x')
    """
    if ratio < 0.1:
        return f"{ratio:.2g}x"
    return f"{ratio:,.{2 if ratio < 10 else 1 if ratio < 100 else 0}f}x"


def number(value: float | None) -> str:
    """A value as people read it: four significant digits or more, thousands separated; `–` where there is none.

    >>> [number(v) for v in (259993.64, 1495.2, 28.4567, 0.0123456, None)]
    ['259,994', '1,495.2', '28.46', '0.01235', '–']
    """
    if value is None:
        return "–"
    size = abs(value)
    if size >= _LARGE:
        return f"{value:.4g}"
    if size >= 10000:
        return f"{value:,.0f}"
    if size >= 1000:
        return f"{value:,.1f}"
    if size >= 10:
        return f"{value:,.2f}"
    return f"{value:.4g}"


# Decimals by the size of a column's middle value: below 1 four, so that four digits count from 0.1 up.
_DECIMALS = ((1000, 0), (100, 1), (10, 2), (1, 3))
_FINEST = 4


def decimals_of(values: Sequence[float | None]) -> int:
    """How many decimals the numbers of one column have: by the middle one, so that most show four digits that count.

    >>> [decimals_of(v) for v in ([259993.64, 8.2, 31000.0], [1.5, 20.0, 14.25], [0.012], [4.0, 8.0], [])]
    [0, 2, 4, 0, 0]
    """
    sizes = sorted(abs(value) for value in values if value is not None and math.isfinite(value))
    if not sizes or all(size == int(size) for size in sizes):
        return 0
    middle = sizes[len(sizes) // 2]
    return next((decimals for least, decimals in _DECIMALS if middle >= least), _FINEST)


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals, thousands separated; with three digits that count where it would lose them.

    Of more than fifteen digits before the point it is told by its power of ten.

    >>> fixed(259993.64, 0), fixed(0.4, 0), fixed(14.2, 3), fixed(8, 0), fixed(0.0, 2)
    ('259,994', '0.400', '14.200', '8', '0.00')
    """
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= _LARGE:
        return f"{value:.4g}"
    is_lost = value != 0 and abs(round(value, decimals) - value) > _MOST_LOST * abs(value)
    if is_lost:
        decimals = max(decimals, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}" if decimals <= _LONGEST else f"{value:.3g}"


def exact(value: float | None) -> str:
    """A value with every digit that it has, thousands separated."""
    if value is None:
        return "–"
    text = repr(float(value))
    if "e" in text or "n" in text:
        return text
    whole, _, rest = text.removeprefix("-").partition(".")
    sign = "-" if text.startswith("-") and value != 0 else ""
    return f"{sign}{int(whole):,}" + (f".{rest}" if rest not in ("", "0") else "")


def count(number_of: int, singular: str, plural: str = "") -> str:
    """A number of things in words: `1 system`, `31 systems`."""
    return f"{number_of:,} {singular if number_of == 1 else plural or singular + 's'}"


def of_total(shown: int, total: int, things: str) -> str:
    """How much of what there is stands here: `400 of 1,756 entries`."""
    return f"{shown:,} of {total:,} {things}"


def unranked(reasons: Mapping[str, int], results: int | None = None) -> str:
    """How many results have no rank, of how many where that is given, and why; empty where all have one.

    `reasons` says of each reason how many results have it.

    >>> unranked({"doubted": 2, "not valid": 1}, 40), unranked({"doubted": 1}), unranked({}, 40)
    ('3 of 40 results have no rank: 2 doubted, 1 not valid', '1 has no rank: doubted', '')
    """
    without = sum(reasons.values())
    if not without:
        return ""
    who = f"{without:,}" if results is None else of_total(without, results, "results")
    return f"{who} {'has' if without == 1 else 'have'} no rank: {each_reason(reasons)}"


def each_reason(reasons: Mapping[str, int]) -> str:
    """Reasons with how many have each, `2 doubted, 1 not valid`; one that all have without its number."""
    if len(reasons) == 1:
        return next(iter(reasons))
    return ", ".join(f"{number_of:,} {why}" for why, number_of in reasons.items())


def meanings(words: Iterable[object]) -> str:
    """What these words mean, those that have a meaning here, as Markdown in one line: `**Offline**: ... · ...`.

    >>> meanings(["v1.0", "open"])
    '**open**: any model, so that results hardly compare'
    """
    known = dict.fromkeys(str(word) for word in words if str(word) in MEANINGS)
    return " · ".join(f"**{_SHOUTED.get(word, word)}**: {MEANINGS[word]}" for word in known)


def option(key: str, value: str) -> str:
    """A filter's value as its widget shows it."""
    if value == NONE:
        return "CPU only" if key in ("accelerator", "accelerator_vendor") else NOT_STATED
    if key == "power":
        return f"{value} power"
    return value


def filter_text(key: str, values: tuple[str, ...]) -> str:
    """One active filter in a few words: `8–16 accelerators in the system`."""
    item = FILTERS[key]
    if item.kind == "range":
        low, high = range_of(values[0])
        ends = (
            f"{low}"
            if low == high
            else f"{low}–{high}"
            if None not in (low, high)
            else f"from {low}"
            if high is None
            else f"up to {high}"
        )
        return f"{inside(item.label)} {ends}"
    if item.kind == "words":
        return f"“{values[0]}” in the name"
    shown = [_told(item.label, key, value) for value in values]
    return " or ".join(shown) if len(shown) <= 3 else f"{len(shown)} of {inside(item.label)}"


def _told(label: str, key: str, value: str) -> str:
    """A filter's value in a line where no label stands beside it."""
    words = option(key, value)
    return f"{inside(label)} {words}" if words == NOT_STATED or (key in _OF_WHAT and value != NONE) else words


# Filters whose value alone does not say of what it is: AMD makes CPUs and accelerators.
_OF_WHAT = ("cpu_vendor", "accelerator_vendor", "weight_dtype")
# What giving up a filter means, where "with any" and its label would not say it; {} are its values.
_GIVEN_UP = {
    "round": "outside {}",
    "division": "in any division",
    "system_type": "of any system type",
    "availability": "of any availability",
    "power": "with or without measured power",
    "benchmark": "in any benchmark",
    "scenario": "in any scenario",
    "submitter": "of any submitter",
    "cores": "with any number of cores per CPU",
    "accelerators": "with any number of accelerators",
    "nodes": "with any number of nodes",
    "q": "without {}",
}


def given_up(selection: Selection, keys: tuple[str, ...]) -> str:
    """What giving up some of a selection's filters means: `outside v6.0, with any CPU vendor`."""
    return ", ".join(
        _GIVEN_UP.get(key, f"with any {inside(FILTERS[key].label)}").format(filter_text(key, selection.get(key)))
        for key in keys
    )


def chip_text(key: str, value: str) -> tuple[str, str]:
    """One value of an active filter as its chip shows it, and what a screen reader says before: which filter goes.

    >>> chip_text("round", "v1.0"), chip_text("cores", "64-64")
    (('v1.0', 'remove filter round'), ('cores per CPU 64', 'remove filter'))
    """
    shown, label = filter_text(key, (value,)), inside(FILTERS[key].label)
    return shown, "remove filter" if shown.startswith(label) else f"remove filter {label}"


def inside(label: str) -> str:
    """A label or a unit inside a line: `cores per CPU`, `samples/s`, and `CPU model` as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def filters_text(selection: Selection, without: tuple[str, ...] = ()) -> str:
    """All active filters in one line, `no filters` when there are none."""
    parts = [filter_text(key, values) for key, values in selection.common().items if key not in without]
    return " · ".join(parts) or "no filters"


def system_label(row: Mapping[str, Any]) -> str:
    """A system by submitter and name, with its public ID where one is known."""
    name = str(row.get("system_name") or row.get("platform") or NOT_STATED)
    if name.casefold().startswith(str(row["submitter"]).casefold() + " "):
        name = name[len(row["submitter"]) + 1 :]
    known = f" [{row['public_id']}]" if row.get("public_id") else ""
    return f"{row['submitter']} · {name}{known}"


def hardware(row: Mapping[str, Any]) -> str:
    """A system's configuration in one line: `8x NVIDIA A100-SXM-80GB, 2x AMD EPYC 7742 (64 cores)`."""
    return ", ".join(filter(None, (accelerators_text(row), cpus_text(row)))) or "hardware not stated"


def accelerators_text(row: Mapping[str, Any]) -> str | None:
    """A system's accelerators, `8x NVIDIA A100-SXM-80GB`; None where it names none."""
    total = row.get("accelerators")
    return row.get("accelerator") and (f"{total}x " if total is not None else "") + str(row["accelerator"])


def cpus_text(row: Mapping[str, Any]) -> str | None:
    """The host processors of all its nodes, `2x AMD EPYC 7742 (64 cores)`; None where it names none."""
    per_node, nodes = row.get("cpus_per_node"), row.get("nodes") or 1
    cores = f" ({row['cores_per_cpu']} cores)" if row.get("cores_per_cpu") else ""
    return row.get("cpu") and (f"{per_node * nodes}x " if per_node else "") + f"{row['cpu']}{cores}"


def shortened(text: str, most: int) -> str:
    """Text cut in the middle, so that names which differ at their ends stay apart."""
    if len(text) <= most:
        return text
    head = (most - 1) * 2 // 3
    return text[:head] + "…" + text[-(most - 1 - head) :]
