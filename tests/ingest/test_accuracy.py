"""The figures of an accuracy file: which one counts, and what is said of those that cannot be."""

from __future__ import annotations

import pytest

from lib.ingest.parsers.accuracy import parse_accuracy
from lib.ingest.problem import Problem
from tests.ingest.trees import RESULTS, as_folder, log, one_result, read


@pytest.mark.parametrize(
    ("text", "figures", "words"),
    [
        ("accuracy=76.123%\naccuracy=75.0%", {"accuracy": 75.0}, "accuracy is stated twice: 76.123, then 75.0"),
        ("{'mean-accuracy': 10.0}\naccuracy=76.146%", {"accuracy": 76.146}, "twice: 10.0, then 76.146"),
        ("accuracy=76.146%\n{'mean-accuracy': 10.0}", {"accuracy": 10.0}, "twice: 76.146, then 10.0"),
        ("{'Total': 20.0}\nmAP=22.911%", {"mAP": 22.911}, "mAP is stated twice"),
        ("accuracy=-5%", {}, "accuracy: '-5' is less than 0; left out"),
        ("accuracy=276.4%", {}, "accuracy: '276.4' is more than 100; left out"),
        ("accuracy=276.4%\naccuracy=76.4%", {"accuracy": 76.4}, "more than 100"),
        ("'rouge1': 144.4, 'rouge2': 22.0", {"ROUGE2": 22.0}, "ROUGE1"),
        ("'gen_len': -3, 'CLIP_SCORE': 101, 'FID_SCORE': -1", {}, "GEN_LEN"),
        ("accuracy=76,123%", {}, "'76,123' is no number"),
        ("'gen_len': 1,234,567", {}, "no number"),
        ("'gen_len': 1 234", {}, "no number"),
        ("accuracy=7.6.1%", {}, "no number"),
        ("accuracy=76.1e", {}, "no number"),
    ],
)
def test_what_is_unlike_or_cannot_be_is_said_with_its_line(text, figures, words):
    found, problem = parse_accuracy(text.encode(), "a/accuracy.txt")
    assert found == figures
    assert isinstance(problem, Problem)
    assert words in problem.message
    is_of_the_second = "twice" in problem.message
    assert (problem.severity, problem.path, problem.line) == ("warning", "a/accuracy.txt", 1 + is_of_the_second)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("accuracy=76.146%\naccuracy=76.15%", {"accuracy": 76.15}),
        ("accuracy=76.146%, good=38073, total=50000", {"accuracy": 76.146}),
        ("{'rouge1': '44.4', 'rouge2': 22.0,'gen_len': 123456}", {"ROUGE1": 44.4, "ROUGE2": 22.0, "GEN_LEN": 123456}),
        ("Word Error Rate: 150.5%, accuracy=-50.5%", {"WER": 150.5, "accuracy": -50.5}),
        ("BLEU: 24.0.", {"BLEU": 24.0}),
        ("'FID_SCORE': 230.5, 'tokens_per_sample': 3854.3}", {"FID_SCORE": 230.5, "TOKENS_PER_SAMPLE": 3854.3}),
        ("accuracy=7.6e1%", {"accuracy": 76.0}),
    ],
)
def test_what_can_be_is_read_in_silence(text, figures):
    assert parse_accuracy(text.encode(), "a/accuracy.txt") == (figures, None)


def test_of_a_file_whose_beginning_is_not_kept_no_line_is_named():
    found, problem = parse_accuracy(b"x\n" * 40000 + b"accuracy=500%\n", "a/accuracy.txt")
    assert found == {}
    assert problem is not None
    assert problem.line == 0


def test_a_result_keeps_the_good_figures_and_the_problem_has_the_path(tmp_path):
    path = f"{RESULTS}/resnet50/Offline/accuracy/accuracy.txt"
    text = b"'rouge1': 144.4, 'rouge2': 22.0"
    found = read(as_folder(one_result(log("summary_offline.txt")) | {path: text}, tmp_path))
    assert [(row["metric"], row["value"]) for row in found.rows("accuracy")] == [("ROUGE2", 22.0)]
    assert [(problem.path, problem.line) for problem in found.problems] == [(path, 1)]
