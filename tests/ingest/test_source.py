"""Hostile folders and archives. Nothing outside is read or written, and each fault is one clear line."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import resource
import stat
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.ingest.problem import SourceError
from lib.ingest.sources.paths import rooted
from lib.settings import Settings
from tests.ingest.trees import (
    RESULTS,
    as_folder,
    as_tar,
    as_zip,
    command,
    log,
    messages,
    one_result,
    read,
    small_tree,
    values,
)

GOOD = {"resnet50/Offline": 1234.57}
SECRET = b"canary"


def good() -> dict[str, bytes]:
    return one_result(log("summary_offline.txt"))


def refused(source: Path, limits: Settings | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        read(source, limits=limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Folders


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A log outside the tree whose value must never be read."""
    outside = as_folder(one_result(log("summary_offline.txt", ("1234.57", "666.0"))), tmp_path / "outside")
    (outside / "secret.json").write_bytes(b'{"system_name": "canary"}')
    return outside


def test_links_pipes_and_sockets_in_a_folder_are_skipped_by_name_and_nothing_outside_is_read(tmp_path, canary):
    root = as_folder(good(), tmp_path / "tree")
    run = root / RESULTS / "resnet50" / "Server" / "performance" / "run_1"
    run.mkdir(parents=True)
    (run / "mlperf_log_summary.txt").symlink_to(
        canary / RESULTS / "resnet50/Offline/performance/run_1/mlperf_log_summary.txt"
    )
    (root / "closed/Acme/systems/leak.json").symlink_to(canary / "secret.json")
    (root / "open").symlink_to(canary / "closed")
    (root / RESULTS / "loop").symlink_to(root / RESULTS)
    os.mkfifo(run / "mlperf_log_detail.txt")
    os.mkfifo(root / "closed/Acme/systems/pipe.json")
    found = read(root)
    assert values(found) == GOOD
    skipped = [problem.path for problem in sorted(found.problems)]
    assert skipped == [
        "closed/Acme/results/box/loop",
        "closed/Acme/results/box/resnet50/Server/performance/run_1/mlperf_log_detail.txt",
        "closed/Acme/results/box/resnet50/Server/performance/run_1/mlperf_log_summary.txt",
        "closed/Acme/systems/leak.json",
        "closed/Acme/systems/pipe.json",
        "open",
    ]
    assert all("a link, pipe or device" in line for line in messages(found))
    assert not any("canary" in str(row) or "666" in str(row) for rows in found.tables.values() for row in rows)


@pytest.mark.parametrize("other", ["pipe", "link"])
def test_what_is_put_in_a_files_place_after_listing_is_looked_at_again(tmp_path, canary, monkeypatch, other):
    root = as_folder(good(), tmp_path / "tree")
    real = os.open

    def swap(path: str, *more: int) -> int:
        if str(path).endswith("box.json"):
            Path(path).unlink()
            os.mkfifo(path) if other == "pipe" else Path(path).symlink_to(canary / "secret.json")
        return real(path, *more)

    monkeypatch.setattr(os, "open", swap)
    found = read(root)
    assert any("box.json" in line and ("pipe" in line or "unreadable" in line) for line in messages(found))
    assert not any("canary" in str(row) for row in found.rows("descriptions"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_is_skipped(tmp_path):
    root = as_folder(good(), tmp_path / "tree")
    try:
        os.mknod(root / "closed/Acme/systems/zero.json", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("no right to make devices here")
    found = read(root)
    assert values(found) == GOOD
    assert "zero.json" in messages(found)[0]


@pytest.mark.parametrize("number", ["EACCES", "ENAMETOOLONG", "ELOOP"])
def test_a_file_that_may_not_be_opened_costs_only_itself(tmp_path, monkeypatch, number):
    import errno

    real = os.open

    def refuse(path: str, *more: int) -> int:
        if str(path).endswith("mlperf_log_summary.txt") and "Server" in str(path):
            raise OSError(getattr(errno, number), "refused")
        return real(path, *more)

    root = as_folder(small_tree(), tmp_path)
    monkeypatch.setattr(os, "open", refuse)
    found = read(root)
    assert "resnet50/Server" not in values(found)
    assert len(values(found)) == 4
    assert "unreadable (refused)" in messages(found)[0]


def test_a_failing_disk_ends_the_import_instead_of_costing_files(tmp_path, monkeypatch):
    import errno

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    root = as_folder(good(), tmp_path)
    monkeypatch.setattr(os, "open", fail)
    assert "Input/output error" in refused(root)


def test_odd_names_are_reported_on_one_line_and_case_is_not_folded(tmp_path):
    files = good() | {
        "closed/Acme/systems/a\nb.json": b"{}",
        "closed/Acme/systems/a\x1b[31m.json": b"{}",
        "closed/Acme/systems/BOX.json": log("system.json", ("Acme Box", "ACME BOX")),
    }
    found = read(as_folder(files, tmp_path))
    assert values(found) == GOOD
    assert all(line.isprintable() for line in messages(found))
    assert len([line for line in messages(found) if "control characters" in line]) == 2
    assert found.rows("systems")[0]["system_name"] == "Acme Box (8x A1)"


def test_a_name_that_is_not_utf8_is_reported(tmp_path):
    root = as_folder(good(), tmp_path)
    (root / "closed/Acme/systems/b\udcff.json").write_bytes(b"{}")
    found = read(root)
    assert values(found) == GOOD
    assert "not UTF-8" in messages(found)[0]


def test_a_path_of_4096_characters_does_not_stop_the_walk(tmp_path):
    root = as_folder(good(), tmp_path / "tree")
    here = os.open(root / "closed/Acme/results", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    assert values(read(root)) == GOOD


def test_very_many_empty_folders_are_walked(tmp_path):
    root = as_folder(good(), tmp_path)
    for number in range(20_000):
        (root / f"closed/Acme/results/empty{number}").mkdir()
    assert values(read(root)) == GOOD


def test_an_empty_folder_has_no_results(tmp_path):
    done = command(str(as_folder({}, tmp_path / "empty")), "--round", "v2.1", "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith("error: no results in it; expected closed/, open/ or network/")
    assert not (tmp_path / "data").exists()


# Archives


def tar_with(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    as_tar(good(), path, "w")
    with tarfile.open(path, "a") as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, target
    return found


HOSTILE = [
    (member("../closed/Acme/systems/up.json"), b"{}"),
    (member("closed/../../../etc/x.json"), b"{}"),
    (member("/closed/Acme/systems/root.json"), b"{}"),
    (member("C:/closed/Acme/systems/disk.json"), b"{}"),
    (member("closed/Acme/systems/link.json", tarfile.SYMTYPE, "/etc/passwd"), b""),
    (member("closed/Acme/systems/hard.json", tarfile.LNKTYPE, "closed/Acme/systems/box.json"), b""),
    (member("closed/Acme/systems/pipe.json", tarfile.FIFOTYPE), b""),
    (member("closed/Acme/systems/disk.json", tarfile.BLKTYPE), b""),
    (member("closed/Acme/systems/a\nb.json"), b"{}"),
    (member("closed/Acme/systems/" + "n" * 1200 + ".json"), b"{}"),
]


def test_hostile_entries_of_a_tar_are_one_line_each_and_the_rest_is_kept(tmp_path):
    found = read(tar_with(tmp_path / "x.tar", *HOSTILE))
    assert values(found) == GOOD
    assert len(found.problems) == len(HOSTILE)
    assert all("left out: a" in line and line.isprintable() for line in messages(found))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.tar"]


def test_hostile_entries_of_a_zip_are_one_line_each_and_the_rest_is_kept(tmp_path):
    path = as_zip(good(), tmp_path / "x.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("../closed/Acme/systems/up.json", "/closed/Acme/systems/root.json", "C:\\closed\\a.json"):
            archive.writestr(name, "{}")
        link = zipfile.ZipInfo("closed/Acme/systems/link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("closed/Acme/systems/slow.json", "{}", zipfile.ZIP_LZMA)
    found = read(path)
    assert values(found) == GOOD
    assert len(found.problems) == 5


def test_a_sparse_entry_is_skipped(tmp_path):
    header = member("closed/Acme/systems/sparse.json", tarfile.GNUTYPE_SPARSE)
    found = read(tar_with(tmp_path / "x.tar", (header, b"{}" * 10)))
    assert values(found) == GOOD
    assert messages(found) == ["error: left out: a sparse file (closed/Acme/systems/sparse.json)"]


def damage(path: Path, name: str, change: Callable[[zipfile.ZipInfo], None]) -> Path:
    """Write a zip whose central directory says something else of one entry than is there."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in good().items():
            archive.writestr(entry, data)
        archive.writestr(name, b'{"accelerator_model_name": "' + b"A" * 100_000 + b'"}')
        change(archive.getinfo(name))
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda info: setattr(info, "file_size", 10),
        lambda info: setattr(info, "CRC", 1),
        lambda info: setattr(info, "compress_size", 5),
        lambda info: setattr(info, "flag_bits", 1),
        lambda info: setattr(info, "header_offset", 7),
    ],
)
def test_a_zip_entry_whose_header_lies_costs_only_itself(tmp_path, change):
    found = read(damage(tmp_path / "x.zip", "closed/Acme/systems/liar.json", change))
    assert values(found) == GOOD
    assert any("liar.json" in line and line.startswith("error:") for line in messages(found))


@pytest.mark.parametrize("cut", [0.0, 0.01, 0.3, 0.7, 0.99])
@pytest.mark.parametrize("mode", ["w:xz", "w:gz", "w:bz2", "w"])
def test_an_archive_that_is_cut_short_is_refused_whole(tmp_path, mode, cut):
    path = as_tar(small_tree(), tmp_path / "x.tar", mode)
    data = path.read_bytes()
    if mode == "w":
        data = data.rstrip(b"\0")
    path.write_bytes(data[: int(len(data) * cut)])
    assert refused(path)


def test_an_archive_with_a_damaged_header_in_the_middle_is_refused_whole(tmp_path):
    data = bytearray(as_tar(small_tree(), tmp_path / "x.tar", "w").read_bytes())
    second = data.index(b"open/Lab/systems/lab.json")
    data[second] ^= 1
    (tmp_path / "x.tar").write_bytes(data)
    assert "damaged, or cut short" in refused(tmp_path / "x.tar")


def test_two_xz_streams_one_after_the_other_are_one_archive(tmp_path):
    plain = as_tar(small_tree(), tmp_path / "x.tar", "w").read_bytes()
    packed = tmp_path / "x.tar.xz"
    packed.write_bytes(lzma.compress(plain[:700]) + lzma.compress(plain[700:]) + bytes(8))
    assert values(read(packed)) == values(read(tmp_path / "x.tar"))


def test_empty_files_and_archives_are_refused(tmp_path):
    empty = tmp_path / "empty.tar.xz"
    for data in (b"", lzma.compress(b""), bytes(22)):
        empty.write_bytes(data)
        done = command(str(empty), "--round", "v2.1", "--data", str(tmp_path / "data"))
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
    for source in (as_tar({}, empty), as_zip({}, tmp_path / "empty.zip")):
        done = command(str(source), "--round", "v2.1", "--data", str(tmp_path / "data"))
        assert (done.returncode, "no results in it" in done.stderr) == (1, True)


def test_too_many_entries_are_refused(tmp_path):
    path = as_tar(small_tree(), tmp_path / "x.tar.xz")
    assert "more than 5 entries" in refused(path, Settings(max_archive_files=5))
    assert "more than 5 entries" in refused(as_zip(small_tree(), tmp_path / "x.zip"), Settings(max_archive_files=5))


def test_a_name_of_some_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.tar"
    path.write_bytes(tar_with(path).read_bytes().rstrip(b"\0"))
    header = member("././@LongLink", tarfile.GNUTYPE_LONGNAME)
    header.size = 1 << 30
    with path.open("ab") as stream:
        stream.write(bytes(-path.stat().st_size % 512) + header.tobuf())
    assert "a name of some megabytes" in refused(path)


def zeros(path: Path, head: bytes, megabytes: int) -> Path:
    """A small .tar.xz that unpacks to as many MB: after its head come zeros, ready packed and repeated."""
    block = bytes(1 << 24)
    with lzma.open(path, "wb", preset=0) as stream:
        stream.write(head)
        for _ in range(megabytes >> 4):
            stream.write(block)
    return path


def bomb_of_one(path: Path) -> Path:
    header = member("closed/Acme/results/box/resnet50/Offline/performance/run_1/mlperf_log_detail.txt")
    header.size = 3 << 30
    return zeros(path, header.tobuf(), 256)


def bomb_of_one_unwanted(path: Path) -> Path:
    header = member("closed/Acme/code/weights.bin")
    header.size = 250 << 20
    return zeros(path, header.tobuf(), 256)


def bomb_of_many(path: Path) -> Path:
    """200,000 entries, as one header and its body over and over."""
    one = member("closed/Acme/systems/box.json")
    one.size = 1000
    entry = one.tobuf() + bytes(1024)
    with lzma.open(path, "wb", preset=0) as stream:
        for _ in range(200):
            stream.write(entry * 1000)
    return path


@pytest.mark.parametrize("bomb", [bomb_of_one, bomb_of_one_unwanted, bomb_of_many])
def test_a_small_archive_that_unpacks_to_much_is_refused_quickly_and_in_little_memory(tmp_path, bomb):
    source = bomb(tmp_path / "bomb.tar.xz")
    assert source.stat().st_size < 1 << 20
    began = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "unpacks to more than" in refused(source)
    assert time.process_time() - began < 6
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < (300 << 10 if sys.platform == "linux" else 300 << 20)


def test_a_bomb_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(10):
            archive.writestr(f"closed/Acme/systems/{number}.json", bytes(15 << 20))
    assert "unpacks to more than" in refused(path)


def test_a_file_above_the_limit_of_its_kind_is_left_out_by_name(tmp_path):
    files = good() | {"closed/Acme/systems/big.json": b" " * (1 << 20) + b"{}"}
    found = read(as_folder(files, tmp_path / "x"), limits=Settings(max_file_mb=1))
    assert values(found) == GOOD
    assert "left out: larger than 1 MB (closed/Acme/systems/big.json)" in messages(found)[0]


def test_a_bomb_named_json_is_refused(tmp_path):
    path = tmp_path / "records.json.gz"
    with gzip.open(path, "wb", 1) as stream:
        for _ in range(200):
            stream.write(b" " * (1 << 20))
    done = command(str(path), "--round", "v2.1", "--data", str(tmp_path / "data"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "unpacks to more than" in done.stderr


def test_an_archive_within_an_archive_is_not_opened(tmp_path):
    inner = as_tar(good(), tmp_path / "inner.tar").read_bytes()
    outer = as_tar({"closed/Acme/systems/inner.tar": inner}, tmp_path / "outer.tar")
    assert read(outer).rows("results") == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("closed/A/systems/a.json", "closed/A/systems/a.json"),
        ("./closed//A/systems/a.json", "closed/A/systems/a.json"),
        ("a/b/c/closed/A", "closed/A"),
        ("a/b/c/d/closed/A", None),
        ("results/summary.csv", "results/summary.csv"),
        ("a/b/summary.csv", None),
        ("x/Closed/A", "Closed/A"),
        ("Open/closed/A/results/p", "closed/A/results/p"),
        (".git/closed/A", None),
        ("", None),
    ],
)
def test_a_path_begins_at_its_division(path, expected):
    assert rooted(path) == expected


def test_a_pipe_that_nobody_writes_to_does_not_hang_the_import(tmp_path):
    root = as_folder(good(), tmp_path)
    os.mkfifo(root / "closed/Acme/systems/pipe.json")
    done: list[bool] = []
    thread = threading.Thread(target=lambda: done.append(bool(values(read(root)))), daemon=True)
    thread.start()
    thread.join(20)
    assert done == [True]
