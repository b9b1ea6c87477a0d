"""What a system is made of, in a line: what tells the rows of one chart apart stands first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
# Makers' names that a model does without; a chart's colours name them.
_MAKER = re.compile(r"\b(NVIDIA|AMD Instinct|AMD|Intel|Qualcomm|Google) (?=\S)")
# What a build adds to a version: 0.9.0.2.dev108+g71faa1880.d20260213 is 0.9.0.2.dev108, and 7.2.3 stays as it is.
_BUILD = re.compile(r"(?<=\d)[+~][\w.+~-]+|(?<=[\d)])-[0-9]{2,}~[\w.]+")
_PAREN = re.compile(r"\s*\(([^()]*)\)")
_STATED = re.compile(r"\d.*[A-Za-z]")  # memory that is a number with a unit
# What a name says of the accelerator beside its model: form, memory, instruction set of the host.
_OF_MODEL = re.compile(r"(SXM\d?|PCIE|NVL|OAM|\d+GB|\d+G|AARCH64)", re.IGNORECASE)
_WORD_END = re.compile(r"[-_ ]+(?=\w)")
_UNSAID = {"todo", "n/a", "na", "none", "-", "tbd"}  # what submitters write where they state nothing
_COUNTED = re.compile(r"(\d+)x\s*(\S.*)")
_MOST_WORD, _MOST_MEMORY = 44, 14  # characters; longer ones are a paragraph of the description, not a name


def short(text: str) -> str:
    """A model without its maker, a version without its build.

    >>> short("NVIDIA A100-SXM-80GB"), short("vLLM 0.9.0.2.dev108+g71faa1880.d20260213"), short("TensorRT 7.2.3")
    ('A100-SXM-80GB', 'vLLM 0.9.0.2.dev108', 'TensorRT 7.2.3')
    """
    return _BUILD.sub("", _MAKER.sub("", " ".join(text.split())))


def accelerators(row: Row) -> str:
    """A row's accelerators: `8x A100-SXM-80GB`; `CPU only` where there are none."""
    if not row.get("accelerator"):
        return "CPU only" if row.get("accelerators") in (0, None) else f"{row['accelerators']} accelerators"
    total = row.get("accelerators")
    return f"{total}x {short(row['accelerator'])}" if total is not None else short(row["accelerator"])


def _parts(row: Row, memory: Mapping[str, str]) -> dict[str, str]:
    """A row's parts by what they are, in their usual order; without those that are not stated."""
    stated = [part.strip() for part in (row.get("framework") or "").split(",")]
    first, *further = [part for part in stated if part.casefold() not in _UNSAID] or [""]
    software, serving = short(first), short(row.get("serving") or "")
    cpus, cpu = row.get("cpus_per_node"), row.get("cpu")
    total = f"{cpus * (row.get('nodes') or 1)}x " if cpus else ""
    cores = f" ({row['cores_per_cpu']} cores)" if row.get("cores_per_cpu") and cpu else ""
    host = " ".join(memory.get(row["system_id"], "").split())
    parts = {
        "accelerators": accelerators(row),
        "serving": "" if serving and serving.casefold() in " ".join([software, *further]).casefold() else serving,
        "software": software,
        "cpu": f"{total}{short(cpu)}{cores}" if cpu else "",
        "memory": f"{host} memory" if len(host) <= _MOST_MEMORY and _STATED.match(host) else "",
        "further": ", ".join(short(part) for part in further if len(part) <= _MOST_WORD),
    }
    return {name: text for name, text in parts.items() if text and len(text) <= 2 * _MOST_WORD}


def configurations(rows: Sequence[Row], memory: Mapping[str, str], several_rounds: bool = False) -> list[list[str]]:
    """Each row's parts, those in which the rows differ first; its round before them where rows are of several.

    `memory` is the host memory by system, in the submitters' words.
    """
    found = [_parts(row, memory) for row in rows]
    names = ("accelerators", "serving", "software", "cpu", "memory", "further")
    differing = [name for name in names if len({parts.get(name) for parts in found}) > 1]
    order = [*differing, *(name for name in names if name not in differing)]
    return [
        ([str(row["round"])] if several_rounds else []) + [parts[name] for name in order if name in parts]
        for row, parts in zip(rows, found, strict=True)
    ]


def fitting(parts: Sequence[str], most: int) -> str:
    """As many of the parts as a line of `most` characters holds, the first always."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and len(longer) > most:
            break
        line = longer
    return line


def lines(parts: Sequence[str], most: int) -> list[str]:
    """All parts in lines of `most` characters, broken between parts; a longer part stays whole."""
    found = [""]
    for part in parts:
        longer = f"{found[-1]} · {part}" if found[-1] else part
        if found[-1] and len(longer) > most:
            found.append(part)
        else:
            found[-1] = longer
    return found


def label(row: Row, configuration: Sequence[str]) -> str:
    """A system by submitter, name and public ID; without what its name repeats of the configuration beside it.

    >>> row = {"submitter": "Acme", "platform": "box", "system_name": "Acme Box (8x A100-SXM4-40GB, MaxQ)"}
    >>> label(row, ["8x A100-SXM-40GB", "TensorRT 7.2.3"])
    'Acme · Box (MaxQ)'
    """
    told = " ".join(configuration)

    def untold(match: re.Match[str]) -> str:
        kept = list(filter(None, (_untold(part, told) for part in re.split(r",\s*", match[1]))))
        return f" ({', '.join(kept)})" if kept else ""

    submitter, platform = str(row["submitter"]), str(row["platform"])
    name = _PAREN.sub(untold, str(row.get("system_name") or platform)).strip() or platform
    return " · ".join(filter(None, [submitter, _without(submitter, name), row.get("public_id")]))


def _untold(part: str, told: str) -> str:
    """What a part of a name says beyond the configuration, which may spell the accelerator otherwise."""
    if short(part).casefold() in told.casefold():
        return ""
    counted = _COUNTED.fullmatch(part)
    if counted is None:
        return part
    model, *rest = _WORD_END.split(short(counted[2]))
    if f"{counted[1]}x " not in told or _squeezed(model) not in _squeezed(told):
        return part
    return " ".join(word for word in rest if not _OF_MODEL.fullmatch(word) and _squeezed(word) not in _squeezed(told))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _without(submitter: str, name: str) -> str:
    """A system's name without its submitter's before it: `DSS 8440` of `Dell EMC DSS 8440` by DellEMC."""
    for end in _WORD_END.finditer(name):
        if _squeezed(name[: end.start()]) == _squeezed(submitter):
            return name[end.end() :]
    return name
