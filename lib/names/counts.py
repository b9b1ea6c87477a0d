"""How many accelerators a system has: what it declares, held against what its own names and our tables say.

A description declares accelerators per node and nodes. Some count every node as full (87 of 88), some the whole machine
where one slice ran, some are slips. A declared figure that nothing contradicts is believed; one that is contradicted is
replaced only where two of the system's own names, or a table of names, agree on another one; else it is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lib.names.processors import nodes_in

# Names are short; what follows in a longer text is no name, and no pattern below looks at it.
_LONGEST = 300
_MOST_WORDS = 12
# Parts of an accelerator's name that are no name of it: memory, power, form, partition, generation of memory.
_NOT_A_NAME = re.compile(r"\d+(?:gi?b?|w)|sxm\d?|hbm\d\w?|nps\d|pcie\d?|nvl\d*|mp\d+|\dx|x\d+", re.I)
_NOT_A_COUNT_OF_THEM = r"(?!AMD EPYC|EPYC|Intel|Xeon|CPU|Grace|nodes?\b|sockets?\b)"
# `8x A100`, `2x8x MI300X`, `1-node-4x-BMG-B60`, `2x NVIDIA RTX PRO 6000`: a letter, digit or dot before is no count.
_BEFORE = (
    r"(?<![a-z0-9.])(?:(\d{1,4})\s?[x\u00d7]\s?)?(\d{1,4})\s?[x\u00d7][\s_-]?"
    + _NOT_A_COUNT_OF_THEM
    + r"(?:[a-z]{1,12}[\s_-]){0,4}"
    r"[a-z]{0,6}(?:NAME)(?:SXM\d?|NVL|PCIe)?(?![a-wyz0-9]|x(?!\d))"
)
# `A100-SXM-80GBx8`, `GB200-186GB_aarch64x72`, `H200_NVL_141GBX10`; not `max15`, an instance's `6XLARGEx1` or lanes.
_AFTER = (
    r"(?<![a-z0-9])[a-z]{0,6}(?:NAME)[\w-]{0,24}?(?-i:(?<![a-z])(?<!LARGE)x|(?<=PCIe)x|(?<=GB)X)(?<!PCIe[-_]x)"
    r"(\d{1,4})(?![0-9a-z.])"
)
_CARDS = re.compile(r"(?<![a-z0-9.])(\d{1,4})\s?(?:x\s?)?(?:GPUs?|accelerators|cards)(?![a-z0-9-])", re.I)
# Qualcomm's way to name a machine of two of its cards: `r282_z93_q2-qaic-...`.
_QUALCOMM = re.compile(r"(?<![a-z0-9])q(\d{1,2})(?=e?[_-].{0,200}qaic)", re.I)
# Google's way to name a slice of a pod: `tpu-v6e-4` of 4, `tpu-v3.8x16` of 16 times 8.
_GOOGLE = re.compile(r"(?<![a-z0-9])tpu[-_]v\d{1,2}(?:[a-z]?[-_]x?(\d{1,4})|\.(\d)x(\d{1,4}))(?![a-z0-9.])", re.I)
_IN_WORDS = r"(?<![a-z0-9])(single|dual|triple|quad)[-_ ](?:NAME|FPGA|GPU)(?![a-z0-9])"
_NUMBERS = {"single": 1, "dual": 2, "triple": 3, "quad": 4}
_OF_A_KIND = re.compile(r"\(\s?x?(\d{1,4})(?:\s?x\s?(\d{1,4}))?\s?x?\s?\)", re.I)
_SLICES = re.compile(r"(?<![a-z0-9])(\d{1,3})x\dg[._]\d{1,3}gb", re.I)
_SLICES_IN_ALL = re.compile(r"MIG[-_](\d{1,3})x\dg[._]\d{1,3}gb|(?<![a-z0-9])(\d{1,3})xMIG(?![a-z0-9])", re.I)

# These run a system of their own, so a node has one of them.
_ONE_IN_A_NODE = ("integrated", "module")
# What a name may call an accelerator of which it is no part.
_ALSO_CALLED = {"cloud ai 100": "QAIC"}

DECLARED, NONE_DECLARED = "declared", "unknown: none declared"
DECLARED_AND_NAMED = "declared, and the name says so"
NO_NODES, NODES_UNKNOWN = "unknown: 0 nodes are declared", "unknown: no nodes declared"


@dataclass(frozen=True)
class Count:
    """A count that can be believed (None: unknown), where it comes from, and the declared one beside it.

    `is_doubted`: something contradicts the declared one. `said` is then what, as a number, None where it is none.
    """

    value: int | None
    source: str
    declared: int | None
    is_doubted: bool = False
    said: int | None = None


@dataclass(frozen=True)
class Named:
    """What a system calls itself and its accelerators.

    `kinds` has the total of each kind where the tables of names or the accelerator's own name state it; `total` is the
    sum that a record declares for the whole system; `mig` is the slice and `form` the form factor by our tables.
    """

    system_name: str | None
    platform: str | None
    accelerator_raw: str | None
    words: tuple[str, ...]
    mig: str | None = None
    form: str | None = None
    kinds: tuple[int | None, ...] = ()
    total: int | None = None


def words_of(*names: str | None) -> tuple[str, ...]:
    """The words by which names speak of an accelerator: those with a letter and a digit, long numbers, and families.

    >>> words_of("A100", "NVIDIA A100-SXM-80GB"), words_of("RTX PRO Blackwell", "NVIDIA RTX PRO 6000 Blackwell")
    (('A100',), ('6000', 'Blackwell'))
    """
    found: dict[str, str] = {}
    for name in names:
        parts = re.findall(r"[A-Za-z0-9]{2,24}", (name or "")[:_LONGEST])
        last = parts[-1:] if name is not None and len(parts) < 4 else []
        for part in (*parts, *last):
            is_mixed = bool(re.search(r"[A-Za-z]", part) and re.search(r"[0-9]", part)) or re.fullmatch(
                r"\d{3,4}", part
            )
            if not _NOT_A_NAME.fullmatch(part) and (is_mixed or (part in last and len(part) > 3)):
                found.setdefault(part.casefold(), part)
        found |= {word: word for called, word in _ALSO_CALLED.items() if called in (name or "")[:_LONGEST].casefold()}
    return tuple(sorted(found.values())[:_MOST_WORDS])


def counts_in(name: str, words: Sequence[str]) -> list[int]:
    """The numbers that a name gives for accelerators of some words, in no more than its first 300 letters.

    >>> counts_in("DGX-A100 (8x A100-SXM-80GB, TensorRT)", ["A100"]), counts_in("XE8545_A100-SXM4-40GBx4", ["A100"])
    ([8], [4])
    >>> counts_in("Box (2x8x MI300X)", ["MI300X"]), counts_in("Triton_Inferentia_INF1_6XLARGEx1", ["Inferentia"])
    ([16], [])
    """
    text = name[:_LONGEST]
    ways = [
        [int(number) for number in _QUALCOMM.findall(text)],
        [int(number) if number else int(chips) * int(times) for number, chips, times in _GOOGLE.findall(text)],
    ]
    if words:
        before, after, in_words = _patterns(tuple(words))
        ways += [
            [_NUMBERS[word.casefold()] for word in in_words.findall(text)],
            [int(times or 1) * int(number) for times, number in before.findall(text)],
            [int(number) for number in after.findall(text)],
        ]
    ways.append([int(number) for number in _CARDS.findall(text) if number not in words])
    found: list[int] = []
    for numbers in ways:  # a number that a name says in two ways is one, and twice in one way it is two
        found = [*found, *(number for number in numbers if number and number not in found)]
    return found


@lru_cache(maxsize=1024)
def _patterns(words: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    names = "|".join(re.escape(word) for word in words[:_MOST_WORDS])
    before, after, in_words = (
        re.compile(pattern.replace("NAME", names), re.I) for pattern in (_BEFORE, _AFTER, _IN_WORDS)
    )
    return before, after, in_words


def of_kinds(raw: str | None) -> list[int]:
    """The counts in brackets that an accelerator's own name gives, one of each kind.

    >>> of_kinds("MI300X 192GB HBM3 (x2x8) and MI355X 288GB HBM3e (x4)"), of_kinds("MI355X 288GB HBM3e (x87)")
    ([16, 4], [87])
    """
    found = [group for group in _OF_A_KIND.finditer((raw or "")[:_LONGEST]) if "x" in group[0].casefold()]
    return [int(group[1]) * int(group[2] or 1) for group in found if int(group[1]) and int(group[2] or 1)]


def accelerators(per_node: int | None, nodes: int | None, named: Named) -> Count:
    """The accelerators of a whole system that can be believed, by these rules in this order:

    0. Of 0 nodes, of another number of nodes than a name says, or of several nodes where two of its names say what one
       node is declared to have and none the total, the total is unknown: either of the two may be the slip.
    1. Every kind's count is known (data/names, or the accelerator's own name): their sum, of a node or of the system.
    2. A MIG entry whose platform states all slices, in NVIDIA's manner (`MIG_56x1g.10gb`): slices over slices a GPU.
       One slice (`1x1g.10gb`) on several GPUs is one slice or one of each, so without such a statement it is unknown.
    3. The declared total, unless names contradict it and none agrees with it; a name may count a node or the system.
    4. One that is integrated or a module with a processor of its own is the only one in its node: more are unknown.
    5. What the accelerator's own name says in brackets (`(x87)`), where no name says else; or what two of its names
       (its own, its platform's, its accelerator's, the record's total) agree on, if it can only be the system's (one
       node, or a total among the two). Else unknown.
    """
    if nodes == 0 and named.accelerator_raw and per_node != 0:
        return Count(None, NO_NODES, None)
    declared = per_node * nodes if per_node is not None and nodes else None
    if named.kinds and None not in named.kinds:
        total = sum(count for count in named.kinds if count is not None)
        if declared is not None and total == per_node != declared:
            unclear = _of_other_nodes(per_node, declared, nodes, named)
            if unclear is not None:
                return unclear
        if declared is not None and total in (declared, per_node):
            return Count(declared, "declared, and the accelerator's name says so", declared)
        if nodes is None and total == per_node:
            return Count(None, NODES_UNKNOWN, None)
        source = "the accelerator's name" + ("" if declared is None else f"; {declared} declared")
        return Count(total, source, declared, declared is not None, total)
    if per_node == 0 and named.accelerator_raw:
        return Count(None, "unknown: an accelerator is named; 0 declared", declared, True)
    sliced = _of_slices(declared, named)
    if sliced is not None:
        return sliced
    return _of_other_nodes(per_node, declared, nodes, named) or _by_names(per_node, declared, nodes, named)


def _of_other_nodes(per_node: int | None, declared: int | None, nodes: int | None, named: Named) -> Count | None:
    """An unknown total where the names contradict the number of nodes, None where they do not.

    In all rounds a name that counts the accelerators of a system of several nodes counts them in all, or another of its
    names does.
    """
    if not declared or not per_node:
        return None
    voices = _voices(named, None)
    if declared != per_node and any(declared in said for said in voices):
        return None
    said = nodes_in(named.system_name, named.platform)
    if said is not None and said != nodes:
        return Count(None, f"unknown: {nodes} nodes are declared, and a name says {said}", declared)
    if declared != per_node > 1 and sum(per_node in numbers for numbers in voices) > 1:
        source = f"unknown: two of its names say {per_node}; {declared} declared"
        return Count(None, source, declared, True, per_node)
    return None


def _of_slices(declared: int | None, named: Named) -> Count | None:
    """A MIG entry's GPUs by its slices, None where they say nothing about them."""
    each = _slices(named)
    if each is None or declared is None:
        return None
    stated = _SLICES_IN_ALL.search((named.platform or "")[:_LONGEST])
    if stated is None:
        if each > 1:
            return None
        if declared <= 1:
            return Count(declared, DECLARED, declared)
        source = f"unknown: one MIG slice of one accelerator or of each of {declared}; {declared} declared"
        return Count(None, source, declared, True, 1)
    slices = int(stated[1] or stated[2])
    if slices == declared * each:
        return Count(declared, "declared, and the MIG slices in the platform's name say so", declared)
    if slices == 0 or slices % each:
        source = f"unknown: the platform's name counts {slices} MIG slices, {each} each; {declared} declared"
        return Count(None, source, declared, True)
    source = f"the MIG slices in the platform's name ({slices}); {declared} declared"
    return Count(slices // each, source, declared, True, slices // each)


def _slices(named: Named) -> int | None:
    """The slices of one GPU that a MIG entry names, None for whole GPUs."""
    for text in (named.mig, named.accelerator_raw, named.system_name):
        found = _SLICES.search((text or "")[:_LONGEST])
        if found:
            return int(found[1]) or None
    return None


def _by_names(per_node: int | None, declared: int | None, nodes: int | None, named: Named) -> Count:
    voices = _voices(named, declared)
    believed = {count for count in (per_node, declared) if count is not None}
    if not believed:
        return Count(None, NONE_DECLARED, declared)
    agreeing = [said for said in voices if said & believed]
    against = [said for said in voices if not said & believed]
    if not agreeing and (per_node or 0) > 1 and named.form in _ONE_IN_A_NODE:
        return Count(None, f"unknown: a node has one accelerator of this form; {declared} declared", declared, True, 1)
    if agreeing or not against:
        source = DECLARED_AND_NAMED if agreeing else DECLARED
        return Count(declared, source if declared is not None else NODES_UNKNOWN, declared)
    agreed = set.intersection(*against)
    own = sum(of_kinds(named.accelerator_raw))
    if own and all(own in said for said in against):
        return Count(own, f"the accelerator's name; {declared} declared", declared, True, own)
    if len(against) > 1 and len(agreed) == 1 and (nodes == 1 or named.total in agreed):
        (number,) = agreed
        return Count(number, f"two of its names agree; {declared} declared", declared, True, number)
    said = sorted(against[0])[-1]
    return Count(None, f"unknown: a name says {said}; {declared} declared", declared, True, said)


def _voices(named: Named, declared: int | None) -> list[set[int]]:
    """What each of a system's names says of its accelerators: its numbers, and the sum of several.

    A record's total that is the declared one again tells nothing, but that the nodes were counted.
    """
    said = [counts_in(text or "", named.words) for text in (named.system_name, named.platform)]
    said.append(of_kinds(named.accelerator_raw) or counts_in(named.accelerator_raw or "", named.words))
    if named.total and named.total != declared:
        said.append([named.total])
    return [{*numbers, sum(numbers)} if len(numbers) > 1 else set(numbers) for numbers in said if numbers]
