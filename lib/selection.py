"""The one definition of every filter: its key in a link, its widget's label, its condition in SQL.

A selection is what a page shows: values of filters, and of keys that the page itself adds (lib/catalogue.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.vocabulary import id_key

NONE = "none"
# Between the values that a list must have all of: `AMD + MangoBoost` is what both submitted together.
TOGETHER = " + "


@dataclass(frozen=True)
class Filter:
    """One filter. `column` is a column of `results`; kind is choice, range or words.

    `lists` names the list column where a result can have several values: joined in `column` by ` + `, or found in the
    list alone where `column` is the list itself;
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
        fixed=("datacenter", "edge", NONE),
        flags=("is_datacenter", "is_edge"),
    ),
    Filter("availability", "Availability", "availability", fixed=("available", "preview", "rdi", NONE)),
    Filter("power", "Power", "case when has_power then 'with' else 'without' end", fixed=("with", "without")),
    Filter("benchmark", "Benchmark", "benchmark"),
    Filter("scenario", "Scenario", "scenario"),
    Filter("submitter", "Submitter", "organisations", lists="organisations"),
    Filter("accelerator", "Accelerator", "accelerator", lists="accelerator_list"),
    Filter("accelerator_vendor", "Accelerator vendor", "accelerator_vendor"),
    Filter("cpu", "CPU model", "cpu"),
    Filter("cpu_vendor", "CPU vendor", "cpu_vendor"),
    Filter("cores", "Cores per CPU", "cores_per_cpu", kind="range"),
    Filter("accelerators", "Accelerators in the system", "accelerators", kind="range"),
    Filter("q", "Words in the name", "words", kind="words"),
    Filter("nodes", "Nodes of the system", "nodes", kind="range"),
    Filter("weight_dtype", "Weights", "weight_dtypes", lists="weight_dtypes"),
)


FILTERS: Mapping[str, Filter] = {item.key: item for item in COMMON}


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

    def with_all(self, values: Mapping[str, Iterable[str]]) -> Selection:
        """The same selection with other values of several keys."""
        return of({**dict(self.items), **{key: tuple(given) for key, given in values.items()}})

    def without(self, key: str) -> Selection:
        """The same selection without one key."""
        return self.with_values(key, ())

    def common(self) -> Selection:
        """The filters that every page shares, without a page's own keys."""
        return Selection(tuple(item for item in self.items if item[0] in FILTERS))

    def own(self) -> Selection:
        """A page's own keys, without the filters that every page shares."""
        return Selection(tuple(item for item in self.items if item[0] not in FILTERS))

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
        return _with_words(item, values[0].lower().split())
    if item.flags:
        flags = {word: f"coalesce({flag}, false)" for word, flag in zip(item.fixed, item.flags, strict=False)}
        flags[NONE] = f"not ({' or '.join(flags.values())})"
        return "(" + " or ".join(flags[value] for value in values) + ")", {}
    if item.lists == item.column:
        return _in_list(item, values)
    bound: dict[str, Any] = {f"{item.key}_{i}": value for i, value in enumerate(values)}
    column = f"coalesce({item.column}, '{NONE}')" if NONE in values else item.column
    text = f"{column} in ({', '.join('$' + name for name in bound)})"
    if item.lists:
        text += f" or (contains({item.column}, ' + ') and list_has_any({item.lists}, ${item.key}_list))"
        bound[f"{item.key}_list"] = list(values)
    return f"({text})", bound


def _in_list(item: Filter, values: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The list has one of the values, or all of those that stand together (or such a name itself); the engine looks for
    one alone in a quarter of the time."""
    bound: dict[str, Any] = {
        f"{item.key}_{number}": value.split(TOGETHER) for number, value in enumerate(values) if TOGETHER in value
    }
    texts = [f"list_has_all({item.lists}, ${name})" for name in bound]
    name = f"{item.key}_list"
    has_any, bound[name] = ("list_has_any", list(values)) if len(values) > 1 else ("list_contains", values[0])
    texts.append(f"{has_any}({item.lists}, ${name})")
    if NONE in values:
        texts.append(f"len({item.lists}) = 0")
    return f"({' or '.join(texts)})", bound


def _with_words(item: Filter, given: list[str]) -> tuple[str, dict[str, Any]]:
    """All words are found; an ID also as its one form, in which the data's `words` hold it."""
    texts, bound = [], {}
    for number, word in enumerate(given):
        name = f"{item.key}_{number}"
        bound[name] = word
        text = f"contains({item.column}, ${name})"
        if id_key(word) != word:
            bound[f"{name}_id"] = id_key(word)
            text = f"({text} or contains({item.column}, ${name}_id))"
        texts.append(text)
    return "(" + " and ".join(texts) + ")", bound


def range_of(text: str) -> tuple[int | None, int | None]:
    """The ends of a range as links write it: `20-64`, `64-`, `-28`; None where it is open."""
    low, _, high = text.partition("-")
    return (int(low) if low else None), (int(high) if high else None)


def format_range(low: int | None, high: int | None) -> str:
    """A range as links write it; empty when both ends are open."""
    return "" if low is None and high is None else f"{'' if low is None else low}-{'' if high is None else high}"


def of(values: Mapping[str, Iterable[str]]) -> Selection:
    """A selection of well-formed values in one order: the filters in theirs, then other keys by name.

    Values of a filter with a fixed set come in the set's order, those of other filters sorted, of other keys as given.
    """
    items = []
    for key in (*FILTERS, *sorted(set(values) - set(FILTERS))):
        given = tuple(dict.fromkeys(values.get(key, ())))
        ordered = _ordered(FILTERS[key], given) if key in FILTERS else given
        if ordered:
            items.append((key, ordered))
    return Selection(tuple(items))


def _ordered(item: Filter, given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in item.fixed if value in given) if item.fixed else tuple(sorted(given))
