"""The accuracy figures of an `accuracy.txt`, as each benchmark's script prints them."""

from __future__ import annotations

import re

from lib.names.values import number_or_none

_NUMBER = r"(-?\d{1,12}(?:\.\d{1,20})?)"
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


def parse_accuracy(data: bytes) -> dict[str, float]:
    """Accuracy figures by metric, in the file's own unit (mostly percent); empty when none is found.

    The last figure of a metric counts: a script prints intermediate ones before it. Only the file's last
    64 KiB are read, as MLCommons keeps no more of it.
    """
    data = data[-65536:]
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    figures: dict[str, float] = {}
    for name, word, pattern in _PATTERNS:
        for found in pattern.finditer(text) if word in text else ():
            number = number_or_none(found[1])
            if number is not None:
                figures[name] = number
    return figures
