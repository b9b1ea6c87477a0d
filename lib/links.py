"""Links: a page's path and its whole state as a query string. Nothing else parses or writes them.

Parsing keeps what is known and reports the rest in one notice that does not echo it; `parse(page, query(page, s))`
gives `s` back for every selection of a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from lib.catalogue import BY_NAME, HOME, OWN, SNAPSHOT, Own, Page
from lib.names.organisations import published
from lib.selection import FILTERS, TOGETHER, Filter, Selection, SelectionError, format_range, of

VERSION = "1"
MAX_BYTES, MAX_KEYS, MAX_VALUES, MAX_LENGTH = 4096, 32, 20, 64
_OWN: Mapping[str, Own] = {own.key: own for own in OWN}
_RANGE = re.compile(r"(\d{0,64})(-?)(\d{0,64})", re.ASCII)
_LARGEST = 999_999
_ANY = "any-value"  # what no value of a key is, in the place of which each is written
Known = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Parsed:
    """What a link means. `notice` says in one line what of it was left out, without echoing it; empty if nothing."""

    selection: Selection = field(default_factory=Selection)
    is_bare: bool = True
    notice: str = ""


def keys(page: str) -> tuple[str, ...]:
    """The keys that a page's links may have, in the order in which they are written."""
    own = {own.key for own in BY_NAME[page].own} | {SNAPSHOT.key}
    return (*FILTERS, *(key for key in _OWN if key in own))


def pairs(page: str, selection: Selection) -> list[tuple[str, str]]:
    """A query string's pairs in canonical order, the version of the scheme first; keys and options of other pages stay
    out."""
    options = {own.key: own.options for own in BY_NAME[page].own if own.options}
    found = [(key, value) for key in keys(page) for value in selection.get(key)]
    return [("v", VERSION), *((key, value) for key, value in found if value in options.get(key, (value,)))]


def query(page: str, selection: Selection) -> dict[str, list[str]]:
    """The query string of a page with this selection, as lists by key."""
    answer: dict[str, list[str]] = {}
    for key, value in pairs(page, selection):
        answer.setdefault(key, []).append(value)
    return answer


def link(page: str, selection: Selection) -> str:
    """The link of a page with this selection, such as `rankings?v=1&round=v1.0`; the overview's path is empty."""
    return f"{BY_NAME[page].path}?{urlencode(pairs(page, selection), quote_via=quote)}"


def links_by(page: str, selection: Selection, key: str) -> Callable[[str], str]:
    """As `link`, for many values of one key: the link of each value, in a tenth of the time."""
    before, _, after = link(page, selection.with_values(key, (_ANY,))).rpartition(_ANY)
    return lambda value: f"{before}{quote(value, safe='')}{after}"


def address(host: str, relative: str) -> str:
    """A link under a host; without a host, the link alone."""
    return f"{host.rstrip('/')}/{relative}" if host else relative


def split(text: str) -> tuple[str, str]:
    """A link, whole URL or not, as (page, query string). Raises SelectionError when it names no page."""
    try:
        parts = urlsplit(text.strip())
    except ValueError as error:
        raise SelectionError("a link that cannot be read") from error
    page = (parts.path.strip("/").rpartition("/")[2] or HOME).removesuffix(".csv")
    if page not in BY_NAME:
        raise SelectionError(f"the link names no page; expected one of {', '.join(BY_NAME)}")
    return page, parts.query


def parse(page: str, text: str, known: Known | None = None) -> Parsed:
    """The selection that a page's query string holds; `known` are the values that the data has, by key.

    Never raises. More than 4 kB, 32 keys, 20 values a key or 64 characters a value (200 for `entry`) is cut or left
    out; so are keys and values that nobody knows, keys of other pages and further values of a key that takes one.
    `notice` says so.
    """
    is_long = len(text) > MAX_BYTES
    whole = text[:MAX_BYTES].rpartition("&")[0] if is_long else text
    found = parse_qsl(whole, keep_blank_values=True, errors="replace", max_num_fields=None)
    return parse_pairs(page, found, known, is_long)


def parse_pairs(
    page: str, given: Iterable[tuple[str, str]], known: Known | None = None, is_long: bool = False
) -> Parsed:
    """As `parse`, of pairs that are split and unquoted already; the 4 kB count as a link of ours writes them.

    `is_long` says that the pairs are those of a link that was cut already.
    """
    values, is_long = _gathered(given, is_long)
    faults = _Faults(["the link is longer than 4 kB"] if is_long else [])
    if len(values) > MAX_KEYS:
        faults.reasons.append(f"more than {MAX_KEYS} keys")
        values = dict(list(values.items())[:MAX_KEYS])
    if values.get("v", [VERSION]) != [VERSION]:
        faults.reasons.append("an unknown version of links")
    kept = _kept(BY_NAME[page], values, known, faults)
    return Parsed(of(kept), not values and not faults.reasons, faults.said())


def _gathered(given: Iterable[tuple[str, str]], is_long: bool) -> tuple[dict[str, list[str]], bool]:
    """The values by key, and whether there is more than a link may hold."""
    values: dict[str, list[str]] = {}
    size = len(f"v={VERSION}")
    for key, value in given:
        size += 0 if key == "v" else len(urlencode([("", key), ("", value)], quote_via=quote, errors="replace")) - 1
        if size > MAX_BYTES:
            return values, True
        values.setdefault(key, []).append(value)
    return values, is_long


@dataclass
class _Faults:
    """What was left out of a link, in words that hold nothing of it but our own keys."""

    reasons: list[str]
    bad: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)

    def said(self) -> str:
        """The notice, empty where nothing was left out."""
        reasons = list(self.reasons)
        for keys_of, said in (
            (self.foreign, "keys that this page does not have: "),
            (self.bad, "unknown or malformed values of "),
            (self.several, "more than one value of "),
        ):
            reasons += [said + ", ".join(dict.fromkeys(keys_of))] if keys_of else []
        return "Left out of this link: " + "; ".join(reasons) + "." if reasons else ""


def _kept(page: Page, values: Mapping[str, list[str]], known: Known | None, faults: _Faults) -> dict[str, list[str]]:
    """The values that the page's keys take, in canonical form."""
    unknown = [key for key in values if key not in FILTERS and key not in _OWN and key != "v"]
    if unknown:
        faults.reasons.append("1 unknown key" if len(unknown) == 1 else f"{len(unknown)} unknown keys")
    own = keys(page.name)
    faults.foreign += [key for key in _OWN if key in values and key not in own]
    kept: dict[str, list[str]] = {}
    for key in own:
        found = list(_fitting_values(page, key, values.get(key, []), known, faults))
        if len(set(found)) > 1 and _is_single(key):
            faults.several.append(key)
            found = found[:1]
        if found:
            kept[key] = found
    return kept


def _fitting_values(page: Page, key: str, given: list[str], known: Known | None, faults: _Faults) -> Iterator[str]:
    for value in given[:MAX_VALUES]:
        found = _fitting(page, key, _meant(key, value, known), known)
        if found is None:
            faults.bad.append(key)
        else:
            yield found
    if len(given) > MAX_VALUES:
        faults.bad.append(key)


def _meant(key: str, value: str, known: Known | None) -> str:
    """The value that one stands for: a submitter as it was once published for its organisation, a joint submission
    for its members together, else itself."""
    if key != "submitter" or (known is not None and value in known.get(key, frozenset())):
        return value
    return TOGETHER.join(published().of(value))


def _is_single(key: str) -> bool:
    return FILTERS[key].kind != "choice" if key in FILTERS else not _OWN[key].is_many


def _fitting(page: Page, key: str, value: str, known: Known | None) -> str | None:
    """The value in canonical form, None when it is not one of this key's on this page."""
    longest = _OWN[key].longest if key in _OWN else MAX_LENGTH
    if not value or len(value) > longest or any(0xD800 <= ord(letter) < 0xE000 for letter in value):
        return None
    if key in FILTERS:
        return _filter_value(FILTERS[key], value, known)
    return _own_value(next((own for own in page.own if own.key == key), _OWN[key]), value, known)


def _own_value(own: Own, value: str, known: Known | None) -> str | None:
    if own.options:
        return value if value in own.options else None
    value = " ".join(value.split()) if own.is_words else value
    fits = re.fullmatch(own.pattern, value, re.ASCII) is not None and value.isprintable()
    if own.is_of_data and known is not None:
        fits = value in known.get(own.key, frozenset())
    return value if fits else None


def _filter_value(item: Filter, value: str, known: Known | None) -> str | None:
    if item.kind == "range":
        return _range(value)
    if item.kind == "words":
        words = " ".join(value.split())
        return words if words and words.isprintable() else None
    if item.fixed:
        return value if value in item.fixed else None
    if known is not None:
        found = known.get(item.key, frozenset())
        members = value.split(TOGETHER) if item.lists == item.column and value not in found else [value]
        return value if found.issuperset(members) else None
    return value if value.isprintable() and value == value.strip() else None


def _range(value: str) -> str | None:
    match = _RANGE.fullmatch(value)
    if not match or not (match[1] or match[3]):
        return None
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else (low if not match[2] else None)
    if max(low or 0, high or 0) > _LARGEST or (low is not None and high is not None and low > high):
        return None
    return format_range(low, high)
