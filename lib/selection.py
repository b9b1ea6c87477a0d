"""The one definition of every filter: its key in a link, its widget's label, its condition in SQL.

A selection is what a page shows; a link is a page's path and its selection as a query string. Parsing keeps what is
known and reports the rest without echoing it; `parse(format(s)) == s` holds for every selection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

VERSION = "1"
MAX_BYTES, MAX_KEYS, MAX_VALUES, MAX_LENGTH = 4096, 32, 20, 64
LONG_KEYS = {"entry": 200}
NONE = "none"

PAGES = ("overview", "rankings", "anomalies", "system", "coverage", "results", "method")


@dataclass(frozen=True)
class Filter:
    """One filter. `column` is a column of `results`; kind is choice, range or words.

    `lists` names the list column where a result can have several values, joined in `column` by ` + `;
    `flags` are the boolean columns that stand for a fixed set's values.
    """

    key: str
    label: str
    column: str
    kind: str = "choice"
    lists: str = ""
    fixed: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


COMMON = (
    Filter("round", "Round", "round"),
    Filter("division", "Division", "division", fixed=("closed", "open", "network")),
    Filter(
        "system_type",
        "System type",
        "system_types",
        lists="system_types",
        fixed=("datacenter", "edge"),
        flags=("is_datacenter", "is_edge"),
    ),
    Filter("availability", "Availability", "availability", fixed=("available", "preview", "rdi", NONE)),
    Filter("power", "Power", "case when has_power then 'with' else 'without' end", fixed=("with", "without")),
    Filter("benchmark", "Benchmark", "benchmark"),
    Filter("scenario", "Scenario", "scenario"),
    Filter("submitter", "Submitter", "submitter"),
    Filter("accelerator", "Accelerator", "accelerator", lists="accelerator_list"),
    Filter("accelerator_vendor", "Accelerator vendor", "accelerator_vendor"),
    Filter("cpu", "CPU model", "cpu"),
    Filter("cpu_vendor", "CPU vendor", "cpu_vendor"),
    Filter("cores", "Cores per CPU", "cores_per_cpu", kind="range"),
    Filter("accelerators", "Accelerators in the system", "accelerators", kind="range"),
    Filter("q", "Words in the name", "words", kind="words"),
)


@dataclass(frozen=True)
class Own:
    """A key that a page adds: one of `options`, or, without options, a name that `pattern` allows."""

    key: str
    options: tuple[str, ...] = ()
    pattern: str = ""
    many: bool = False


OWN = (
    Own("per", ("system", "accelerator", "core", "watt")),
    Own("top", ("10", "20", "50", "100")),
    Own("entry", pattern=r"[^\x00-\x1f\x7f]{1,200}", many=True),
    Own("anomaly", pattern=r"[a-z0-9-]{1,64}"),
    Own("kind", pattern=r"[a-z0-9-]{1,40}", many=True),
    Own("show", ("default", "all")),
    Own("rows", ("submitter", "system")),
    Own("sort", ("name", "rank", "round", "submitter", "value")),
    Own("column", pattern=r"[a-z_0-9]{1,40}", many=True),
    Own("snapshot", pattern=r"[0-9a-f]{8,32}"),
)
FILTERS: Mapping[str, Filter] = {item.key: item for item in COMMON}
_OWN: Mapping[str, Own] = {item.key: item for item in OWN}
KEYS = (*FILTERS, *_OWN)
_RANGE = re.compile(r"(\d{0,6})(-?)(\d{0,6})", re.ASCII)


class SelectionError(ValueError):
    """A selection that a question cannot be asked of; the text is for the reader."""


@dataclass(frozen=True)
class Selection:
    """What is selected: for each key its values, in canonical order; a key without values restricts nothing."""

    items: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def get(self, key: str) -> tuple[str, ...]:
        """The values of a key, empty when it restricts nothing."""
        return next((values for name, values in self.items if name == key), ())

    def one(self, key: str, default: str = "") -> str:
        """The first value of a key, else the default."""
        return next(iter(self.get(key)), default)

    def with_values(self, key: str, values: Iterable[str]) -> Selection:
        """The same selection with other values of one key."""
        return of({**dict(self.items), key: tuple(values)})

    def without(self, key: str) -> Selection:
        """The same selection without one key."""
        return self.with_values(key, ())

    def common(self) -> Selection:
        """The filters that every page shares, without a page's own keys."""
        return Selection(tuple(item for item in self.items if item[0] in FILTERS))

    def pairs(self) -> list[tuple[str, str]]:
        """The query string's pairs in canonical order, the version of the scheme first."""
        return [("v", VERSION), *((key, value) for key, values in self.items for value in values)]

    def query(self) -> dict[str, list[str]]:
        """The query string as lists by key."""
        answer: dict[str, list[str]] = {}
        for key, value in self.pairs():
            answer.setdefault(key, []).append(value)
        return answer

    def link(self, page: str) -> str:
        """The link of a page with this selection, such as `rankings?v=1&round=v1.0`; the overview's path is empty."""
        return f"{'' if page == 'overview' else page}?{urlencode(self.pairs(), quote_via=quote)}"

    def condition(self) -> tuple[str, dict[str, Any]]:
        """The SQL condition on `results` and its bound values; it is made of our own column names only."""
        parts, bound = self.conditions()
        return " and ".join(parts.values()) or "true", bound

    def conditions(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Each filter's own SQL condition by key, and all bound values; parameters are called `key_number`."""
        parts: dict[str, str] = {}
        bound: dict[str, Any] = {}
        for key, values in self.items:
            if key in FILTERS:
                parts[key], found = _condition(FILTERS[key], values)
                bound |= found
        return parts, bound


def _condition(item: Filter, values: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    if item.kind == "range":
        ends = {
            f"{item.key}_{word}": end
            for word, end in zip(("from", "to"), range_of(values[0]), strict=True)
            if end is not None
        }
        signs = {f"{item.key}_from": ">=", f"{item.key}_to": "<="}
        return "(" + " and ".join(f"{item.column} {signs[name]} ${name}" for name in ends) + ")", dict(ends)
    if item.kind == "words":
        words = {f"{item.key}_{i}": word for i, word in enumerate(values[0].lower().split())}
        return "(" + " and ".join(f"contains({item.column}, ${name})" for name in words) + ")", dict(words)
    if item.flags:
        flags = dict(zip(item.fixed, item.flags, strict=True))
        return "(" + " or ".join(f"coalesce({flags[value]}, false)" for value in values) + ")", {}
    bound: dict[str, Any] = {f"{item.key}_{i}": value for i, value in enumerate(values)}
    column = f"coalesce({item.column}, '{NONE}')" if NONE in values else item.column
    text = f"{column} in ({', '.join('$' + name for name in bound)})"
    if item.lists:
        text += f" or (contains({item.column}, ' + ') and list_has_any({item.lists}, ${item.key}_list))"
        bound[f"{item.key}_list"] = list(values)
    return f"({text})", bound


def range_of(text: str) -> tuple[int | None, int | None]:
    """The ends of a range as links write it: `20-64`, `64-`, `-28`; None where it is open."""
    low, _, high = text.partition("-")
    return (int(low) if low else None), (int(high) if high else None)


def format_range(low: int | None, high: int | None) -> str:
    """A range as links write it; empty when both ends are open."""
    return "" if low is None and high is None else f"{'' if low is None else low}-{'' if high is None else high}"


def of(values: Mapping[str, Iterable[str]]) -> Selection:
    """A selection of well-formed values, in canonical order; choices with a fixed set come in the set's order."""
    items = []
    for key in KEYS:
        given = tuple(dict.fromkeys(values.get(key, ())))
        if not given:
            continue
        fixed = FILTERS[key].fixed if key in FILTERS else ()
        if fixed:
            ordered = tuple(value for value in fixed if value in given)
        else:
            ordered = tuple(sorted(given)) if key in FILTERS else given
        if ordered:
            items.append((key, ordered))
    return Selection(tuple(items))


@dataclass(frozen=True)
class Parsed:
    """What a link means. `notice` says in one line what of it was left out, without echoing it; empty if nothing."""

    selection: Selection = field(default_factory=Selection)
    is_bare: bool = True
    notice: str = ""


Known = Mapping[str, frozenset[str]]


def parse(query: str, known: Known | None = None) -> Parsed:
    """The selection that a query string holds; `known` are the values that the data has, by key.

    Never raises. More than 4 kB, 32 keys, 20 values a key or 64 characters a value (200 for `entry`) is cut or left
    out, unknown keys and values too, and `notice` says so.
    """
    is_long = len(query) > MAX_BYTES
    whole = query[:MAX_BYTES].rpartition("&")[0] if is_long else query
    return parse_pairs(parse_qsl(whole, keep_blank_values=True, errors="replace", max_num_fields=None), known, is_long)


def parse_pairs(pairs: Iterable[tuple[str, str]], known: Known | None = None, is_long: bool = False) -> Parsed:
    """As `parse`, of pairs that are split and unquoted already; the 4 kB count as a link of ours writes them.

    `is_long` says that the pairs are those of a link that was cut already.
    """
    given: dict[str, list[str]] = {}
    size = len(f"v={VERSION}")
    for key, value in pairs:
        size += 0 if key == "v" else len(urlencode([("", key), ("", value)], quote_via=quote, errors="replace")) - 1
        is_long = is_long or size > MAX_BYTES
        if size > MAX_BYTES:
            break
        given.setdefault(key, []).append(value)
    bad_keys = [key for key in given if key not in KEYS and key != "v"]
    reasons = ["the link is longer than 4 kB"] if is_long else []
    if len(given) > MAX_KEYS:
        reasons.append(f"more than {MAX_KEYS} keys")
        given = dict(list(given.items())[:MAX_KEYS])
    values: dict[str, list[str]] = {}
    bad: list[str] = []
    for key in KEYS:
        for value in given.get(key, [])[:MAX_VALUES]:
            fitting = _fitting(key, value, known)
            if fitting is None:
                bad.append(key)
            else:
                values.setdefault(key, []).append(fitting)
        if len(given.get(key, [])) > MAX_VALUES:
            bad.append(key)
    if given.get("v", [VERSION]) != [VERSION]:
        reasons.append("an unknown version of links")
    if bad_keys:
        reasons.append("1 unknown key" if len(bad_keys) == 1 else f"{len(bad_keys)} unknown keys")
    if bad:
        reasons.append("unknown or malformed values of " + ", ".join(dict.fromkeys(bad)))
    single = {key: found[:1] if _is_single(key) else found for key, found in values.items()}
    said = "Left out of this link: " + "; ".join(reasons) + "." if reasons else ""
    return Parsed(of(single), not given and not reasons, said)


def _is_single(key: str) -> bool:
    return FILTERS[key].kind != "choice" if key in FILTERS else not _OWN[key].many


def _fitting(key: str, value: str, known: Known | None) -> str | None:
    """The value in canonical form, None when it is not one of this key's."""
    if (
        len(value) > LONG_KEYS.get(key, MAX_LENGTH)
        or not value
        or any(0xD800 <= ord(letter) < 0xE000 for letter in value)
    ):
        return None
    if key in _OWN:
        own = _OWN[key]
        fits = value in own.options if own.options else re.fullmatch(own.pattern, value, re.ASCII) is not None
        fits = fits or (key == "entry" and value.isprintable())
        return value if fits and not (known is not None and key in known and value not in known[key]) else None
    item = FILTERS[key]
    if item.kind == "range":
        return _range(value)
    if item.kind == "words":
        words = " ".join(value.split())
        return words if words and words.isprintable() else None
    if item.fixed:
        return value if value in item.fixed else None
    if known is not None:
        return value if value in known.get(key, frozenset()) else None
    return value if value.isprintable() and value == value.strip() else None


def _range(value: str) -> str | None:
    match = _RANGE.fullmatch(value)
    if not match or not (match[1] or match[3]):
        return None
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else (low if not match[2] else None)
    if low is not None and high is not None and low > high:
        return None
    return format_range(low, high)


def split_link(link: str) -> tuple[str, str]:
    """A link, whole URL or not, as (page, query string). Raises SelectionError when it names no page."""
    try:
        parts = urlsplit(link.strip())
    except ValueError as error:
        raise SelectionError("a link that cannot be read") from error
    page = parts.path.strip("/").rpartition("/")[2] or "overview"
    page = page.removesuffix(".csv")
    if page not in PAGES:
        raise SelectionError(f"the link names no page; expected one of {', '.join(PAGES)}")
    return page, parts.query
