"""Who is behind a submitter: by the table, not by its underscores; and as many a round as MLCommons published."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lib.data_folder import InputError
from lib.names.canonical import Names
from lib.names.organisations import Organisations
from lib.settings import ROOT

TABLE = Organisations.read(ROOT / "data" / "names")


@pytest.mark.parametrize(
    ("submitter", "members"),
    [
        ("ORACLE", ["Oracle"]),
        ("coreweave", ["CoreWeave"]),
        ("CTuning", ["cTuning"]),
        ("Gigabyte", ["GIGABYTE"]),
        ("Dividiti", ["dividiti"]),
        ("CentaurTechnology", ["Centaur Technology"]),
        ("DellEMC", ["Dell"]),
        ("QCT", ["Quanta Cloud Technology"]),
        ("Quanta_Cloud_Technology", ["Quanta Cloud Technology"]),
        ("AMD_MangoBoost", ["AMD", "MangoBoost"]),
        ("RedHat-Supermicro", ["Red Hat", "Supermicro"]),
        ("Intel-HabanaLabs", ["Intel", "Habana Labs"]),
        ("Lambda_SIT", ["Lambda", "Stevens Institute of Technology"]),
        ("Dell_AMD", ["Dell", "AMD"]),
    ],
)
def test_a_submitter_has_its_organisations(submitter: str, members: list[str]):
    assert sorted(TABLE.of(submitter)) == sorted(members)


@pytest.mark.parametrize("written", ["red hat", "Red_Hat", "REDHAT", "Red-Hat"])
def test_case_blanks_and_hyphens_make_no_other_organisation(written: str):
    assert TABLE.of(written) == ("Red Hat",)


@pytest.mark.parametrize("submitter", ["Acme", "Acme_Works", "Acme_NVIDIA", "", "___", "Ünïcode Labs"])
def test_one_that_no_table_holds_is_its_own_as_it_is_written(submitter: str):
    assert TABLE.of(submitter) == (submitter,)


def test_what_may_be_a_joint_submission_is_told_and_not_guessed():
    assert TABLE.may_be_joint("NVIDIA_Cisco")
    assert TABLE.of("NVIDIA_Cisco") == ("NVIDIA_Cisco",)
    assert not any(map(TABLE.may_be_joint, ("AMD_MangoBoost", "Quanta_Cloud_Technology", "Acme_NVIDIA", "NVIDIA")))
    system = {
        "division": "closed", "submitter": "NVIDIA_Cisco", "accelerator_raw": None, "accelerator_memory_raw": None,
        "cpu_raw": None,
    }  # fmt: skip
    (name,) = Names.read(ROOT / "data" / "names").unmapped_of([system])
    assert (name.kind, name.raw) == ("submitter", "NVIDIA_Cisco")


# As MLCommons' texts on these rounds state them; of the others our sources lack some (docs/method.md tells).
@pytest.mark.parametrize(
    ("name", "published"),
    [("v1.0", 17), ("v1.1", 20), ("v2.0", 19), ("v2.1", 21), ("v3.1", 26), ("v4.0", 23), ("v4.1", 22), ("v5.1", 27),
     ("v6.0", 24)],
)  # fmt: skip
def test_a_round_has_as_many_organisations_as_were_published(name: str, published: int):
    submitters = set(pq.read_table(ROOT / "data/rounds" / name / "results.parquet")["submitter"].to_pylist())
    assert len({member for submitter in submitters for member in TABLE.of(submitter)}) == published


def test_every_published_submitter_is_in_the_table():
    for path in (ROOT / "data" / "rounds").glob("*/results.parquet"):
        unheard = {
            name for name in pq.read_table(path, columns=["submitter"])["submitter"].to_pylist()
            if not TABLE.is_known(name)
        }  # fmt: skip
        assert unheard == set(), path.parent.name


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,,x", "expected organisations joined by ' + ', not ''"),
        ("A,B + ,x", "expected organisations joined by ' + '"),
        ("A_B,A + B,x\nA-B,A,x", "'A-B' stands for other organisations in another row"),
        ("A,Red Hat,x\nB,RedHat,x", "'RedHat' is written 'Red Hat' in another row"),
    ],
)
def test_a_table_that_contradicts_itself_is_said_with_its_line(tmp_path: Path, rows: str, said: str):
    (tmp_path / "organisations.csv").write_text(f"submitter,organisations,reason\n{rows}\n")
    with pytest.raises(InputError) as raised:
        Organisations.read(tmp_path)
    assert str(raised.value).startswith(said)
    assert str(raised.value).endswith(f"organisations.csv:{rows.count(chr(10)) + 2})")
