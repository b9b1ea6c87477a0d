"""The accuracy figures of an `accuracy.txt`, as each benchmark's script prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lib.ingest.parsers.figures import are_equal
from lib.ingest.problem import Problem
from lib.names.values import number_or_none

# All that stands in a number's place: what begins like one and goes on otherwise (`76,123`, `1 234`) is none.
_NUMBER = r"(-?\d(?:[\w.+-]|[,'](?=\d)| (?=\d{3}(?!\d))){0,60})"
# The patterns are those of MLCommons' submission_checker.py (ACC_PATTERN); the name is ours and MLCommons' alike. A
# pattern is tried only where its word stands, which is quicker to find.
_PATTERNS = (
    ("accuracy", "accuracy=", re.compile(rf"\baccuracy=\s*{_NUMBER}")),
    ("accuracy", "Accuracy: mean", re.compile(rf"Accuracy: mean = {_NUMBER}")),
    ("accuracy", '{"accuracy', re.compile(rf'^\{{"accuracy[": ]{{1,6}}=?\s{{0,4}}{_NUMBER}', re.MULTILINE)),
    ("accuracy", "mean-accuracy", re.compile(rf"[\"']mean-accuracy[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("AUC", "AUC", re.compile(rf"\bAUC\s{{0,4}}=\s{{0,4}}{_NUMBER}")),
    ("mAP", "mAP=", re.compile(rf"\bmAP=\s*{_NUMBER}")),
    ("mAP", "Total", re.compile(rf"[\"']Total[\"']:\s{{0,4}}{_NUMBER}")),
    ("BLEU", "BLEU", re.compile(rf"\bBLEU:?\s{{0,4}}{_NUMBER}")),
    ("exact_match", "exact_match", re.compile(rf"[\"']exact_match[\"']:\s{{0,4}}{_NUMBER}")),
    ("F1", "f1", re.compile(rf"[\"']f1[\"']:\s{{0,4}}{_NUMBER}")),
    ("WER", "Word Error Rate", re.compile(rf"Word Error Rate: {_NUMBER}")),
    ("ROUGE1", "rouge1", re.compile(rf"[\"']rouge1[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("ROUGE2", "rouge2", re.compile(rf"[\"']rouge2[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("ROUGEL", "rougeL", re.compile(rf"[\"']rougeL[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("ROUGELSUM", "rougeLsum", re.compile(rf"[\"']rougeLsum[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("GEN_LEN", "gen_len", re.compile(rf"[\"']gen_len[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("TOKENS_PER_SAMPLE", "tokens_per_sample", re.compile(rf"[\"']tokens_per_sample[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("CLIP_SCORE", "CLIP_SCORE", re.compile(rf"[\"']CLIP_SCORE[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("FID_SCORE", "FID_SCORE", re.compile(rf"[\"']FID_SCORE[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("gsm8k_accuracy", "gsm8k", re.compile(rf"[\"']gsm8k(?:_accuracy)?[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("mbxp_accuracy", "mbxp", re.compile(rf"[\"']mbxp(?:_accuracy)?[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("vbench_score", "vbench_score", re.compile(rf"[\"']vbench_score[\"']:\s{{0,4}}[\"']?{_NUMBER}")),
    ("DLRM_NE", "lifetime_ne", re.compile(rf"metric/lifetime_ne/rating:\s{{0,4}}{_NUMBER}")),
    ("DLRM_ACC", "lifetime_accuracy", re.compile(rf"metric/lifetime_accuracy/rating:\s{{0,4}}{_NUMBER}")),
    ("DLRM_AUC", "lifetime_gauc", re.compile(rf"metric/lifetime_gauc/rating:\s{{0,4}}{_NUMBER}")),
)


# Shares, in percent or in one: all between 0 and 100. CLIP's score is between these by its definition (100 x cosine,
# no less than 0: https://lightning.ai/docs/torchmetrics/stable/multimodal/clip_score.html). VBench's has no limit here.
_SHARES = frozenset(
    ("accuracy", "AUC", "mAP", "BLEU", "exact_match", "F1", "ROUGE1", "ROUGE2", "ROUGEL", "ROUGELSUM", "CLIP_SCORE",
     "gsm8k_accuracy", "mbxp_accuracy", "DLRM_ACC", "DLRM_AUC")
)  # fmt: skip
_NO_LESS_THAN_0 = frozenset(("WER", "GEN_LEN", "TOKENS_PER_SAMPLE", "FID_SCORE", "DLRM_NE"))
TAIL = 65536  # bytes at the end of a file that are read: MLCommons keeps no more
_MOST_SAID = 3


class _Figure(NamedTuple):
    place: int
    name: str
    text: str


def parse_accuracy(data: bytes, path: str) -> tuple[dict[str, float], Problem | None]:
    """Accuracy figures by metric, in the file's own unit (mostly percent), and what is to be said of them.

    Of several figures of a metric the last one in the file counts, as in MLCommons' checker; where they are unlike, it
    is said. What is no number, or cannot be a figure of its metric, is left out and said. Only the file's last 64 KiB
    are read, as MLCommons keeps no more of it; of such a file no line is named.
    """
    is_whole, data = len(data) < TAIL, data[-TAIL:]
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    figures: dict[str, str] = {}
    said: dict[str, int] = {}
    stated = sorted(_stated(text))
    has_errors = any(figure.name == "WER" for figure in stated)
    for place, name, number in stated:
        line = text.count("\n", 0, place) + 1 if is_whole else 0
        if (odd := _odd(name, number, has_errors)) is not None:
            said.setdefault(f"{name}: {number[:40]!r} is {odd}; left out", line)
            continue
        known = figures.get(name)
        if known is not None and not are_equal(known, number):
            said.setdefault(f"{name} is stated twice: {known[:40]}, then {number[:40]}; the last is taken", line)
        figures[name] = number
    return {name: float(number) for name, number in figures.items()}, _problem(said, path)


def _stated(text: str) -> Iterator[_Figure]:
    for name, word, pattern in _PATTERNS:
        for found in pattern.finditer(text) if word in text else ():
            yield _Figure(found.start(), name, found[1].rstrip(".,"))


def _odd(name: str, text: str, has_errors: bool) -> str | None:
    """Why a text is no figure of a metric, None where it may be one.

    An accuracy beside a rate of word errors is 100 less that rate, which may be more than 100.
    """
    number = number_or_none(text)
    if number is None:
        return "no number such as 76.146"
    if number < 0 and (name in _NO_LESS_THAN_0 or (name in _SHARES and not (name == "accuracy" and has_errors))):
        return "less than 0"
    return "more than 100" if number > 100 and name in _SHARES else None


def _problem(said: dict[str, int], path: str) -> Problem | None:
    if not said:
        return None
    more = f"; and {len(said) - _MOST_SAID} more" if len(said) > _MOST_SAID else ""
    return Problem("warning", path, next(iter(said.values())), "; ".join([*said][:_MOST_SAID]) + more)
