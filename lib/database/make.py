"""data/rounds + data/names -> one DuckDB file. The only writer; single-threaded, so that its bytes do not vary."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lib.database import checks, digest, publish
from lib.findings import detect
from lib.ingest.records import SCHEMAS
from lib.names.canonical import Names, names_folder
from lib.names.normalize import normalize
from lib.settings import ROOT, Settings
from lib.vocabulary import round_key

SCHEMA_VERSION = 2
RETRY_S = 60.0
_failed: dict[tuple[Path, str], tuple[float, str]] = {}
Progress = Callable[[str], None]
# Which findings mark a result; the weightiest of them stands beside it, so that no page has to look for it.
MARKED = """
create view marks as
select m.result_id, m.anomaly_id, a.score from anomaly_members m join anomalies a using (anomaly_id)
where m.role <> 'context' and (a.is_default or a.kind = 'twins');
create table plumbline.main.results as
select r.*, m.anomaly_id
from temp.results r
left join (select result_id, min_by(anomaly_id, (-score, anomaly_id)) as anomaly_id from marks group by result_id) m
     using (result_id)
order by r.position;
drop table temp.results;
"""


class BuildError(Exception):
    """Inputs that make no database; the one in use stays as it was."""


def build(data: Path, limits: Settings, progress: Progress = lambda step: None) -> Path:
    """Build the database of a data folder and point `current` at it; returns its path.

    Raises BuildError, NamesError, OSError or duckdb.Error; then nothing has changed.
    """
    stamp = digest.digest(data)
    _clean(data)
    folder = Path(tempfile.mkdtemp(prefix=".build-", dir=data))
    try:
        fresh = folder / "plumbline.duckdb"  # the catalog is named after the file, so the name must not vary
        with duckdb.connect(str(fresh), config={"threads": 1}) as connection:
            _fill(connection, data, stamp, progress)
            connection.execute("checkpoint")
        publish.make_reproducible(fresh, stamp)
        return publish.publish(fresh, data, stamp, limits.keep_old_database_s)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_fresh(data: Path) -> bool:
    """Whether the database in use was made of exactly the inputs that lie there now."""
    path = publish.current(data)
    return path is not None and path.name == publish.database_name(digest.digest(data))


def build_if_stale(limits: Settings, progress: Progress = lambda step: None) -> str:
    """Build where the database is missing or its inputs have changed; why it could not be, else an empty text.

    The build runs in a process of its own, so that the server keeps none of its memory. What has failed is tried again
    only with other inputs or after a minute: each view of a page without data asks for it.
    """
    try:
        if is_fresh(limits.data):
            return ""
        if not any((limits.data / "rounds").glob("*/results.parquet")):
            return "no results; run python -m lib.ingest"
        attempt = (limits.data.resolve(), digest.digest(limits.data))
        failed, why = _failed.get(attempt, (0.0, ""))
        if why and time.monotonic() - failed < RETRY_S:
            return why
        command = [sys.executable, "-m", "lib.build", "--data", str(limits.data.resolve())]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
            last = ""
            for line in child.stderr or ():
                last = line.strip()
                progress(last)
    except OSError as error:
        return str(error)
    if child.returncode == 0:
        return ""
    why = last.removeprefix("error: ") or "the build failed"
    _failed[attempt] = (time.monotonic(), why)
    return why


def _clean(data: Path) -> None:
    """Remove what a killed build left."""
    for path in data.glob(".build-*"):
        shutil.rmtree(path, ignore_errors=True)


def _fill(connection: duckdb.DuckDBPyConnection, data: Path, stamp: str, progress: Progress) -> None:
    names = Names.read(names_folder(data))
    progress("reading the rounds")
    raw = {table: _rounds(data, table) for table in SCHEMAS}
    if raw["results"].num_rows == 0:
        raise BuildError(f"no results; expected {data}/rounds/ROUND/results.parquet (run python -m lib.ingest)")
    for table, content in raw.items():
        connection.register(f"raw_{table}", content)
    progress("normalizing")
    _register_names(connection, raw, names, data)
    connection.create_function("url_path", _url_path, ["VARCHAR"], "VARCHAR")
    connection.create_function("round_order", _round_order, ["VARCHAR"], "INTEGER")
    connection.execute((Path(__file__).parent / "tables.sql").read_text("utf-8"))
    for name in ("runs", "accuracy", "settings", "descriptions", "official", "problems"):
        connection.execute(f"create table {name} as select * from raw_{name} order by all")
    connection.execute("create table rounds as select * from round_facts order by round_order(round)")
    connection.execute("create table system_accelerators as select * from accelerator_facts order by all")
    connection.execute("create table system_software as select * from software_facts order by all")
    connection.execute("create table benchmarks as select * from benchmark_facts order by benchmark")
    connection.execute("create table comparability as select * from comparability_facts order by all")
    progress("looking for anomalies")
    for table, content in detect(connection).items():
        connection.register("found", content)
        connection.execute(f"create table {table} as select * from found order by all")
        connection.unregister("found")
    connection.execute(MARKED)
    progress("checking")
    checks.check(connection)
    connection.execute(
        "create table build as select ? as digest, ? as schema_version, ? as engine, ? as results, ? as systems",
        [stamp, SCHEMA_VERSION, duckdb.__version__, *_counts(connection)],
    )


def _counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    row = connection.execute("select (select count(*) from results), (select count(*) from systems)").fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _rounds(data: Path, table: str) -> pa.Table:
    """A table of all rounds, one after the other in the rounds' order."""
    schema = SCHEMAS[table]
    folders = [path for path in (data / "rounds").glob("*") if path.is_dir() and not path.name.startswith(".")]
    parts = []
    for folder in sorted(folders, key=lambda path: (round_key(path.name), path.name)):
        path = folder / f"{table}.parquet"
        if path.is_file():
            content = pq.read_table(path)
            parts.append(
                pa.Table.from_pydict(
                    {
                        name: content[name]
                        if name in content.column_names
                        else pa.nulls(content.num_rows, schema.field(name).type)
                        for name in schema.names
                    },
                    schema=schema,
                )
            )
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _register_names(connection: duckdb.DuckDBPyConnection, raw: dict[str, pa.Table], names: Names, data: Path) -> None:
    described: dict[str, dict[str, str]] = {}
    for row in raw["descriptions"].to_pylist():
        described.setdefault(row["system_id"], {})[row["field"]] = row["value"]
    facts, accelerators, software = [], [], []
    for system in raw["systems"].to_pylist():
        fact, kinds, parts = normalize(system, described.get(system["system_id"], {}), names)
        facts.append(fact)
        accelerators += kinds
        software += parts
    connection.register("system_facts", pa.Table.from_pylist(facts, _FACTS))
    connection.register("accelerator_facts", pa.Table.from_pylist(accelerators, _ACCELERATORS))
    connection.register("software_facts", pa.Table.from_pylist(software, _SOFTWARE))
    spelled = {
        (row[name], row["scenario"])
        for table, name in (("results", "benchmark_raw"), ("official", "benchmark_raw"), ("official", "stands_for"))
        for row in raw[table].select([name, "scenario"]).to_pylist()
        if row[name]
    }
    connection.register("benchmark_names", _benchmark_names(sorted(spelled), names))
    connection.register(
        "benchmark_facts",
        _texts(
            list(names.benchmarks.values()), ("benchmark", "title", "task", "data_set", "latency_unit", "note", "url")
        ),
    )
    connection.register(
        "unit_names",
        _texts(
            [{"benchmark": key[0], "logged": key[1], "published": unit} for key, unit in names.units.items()],
            ("benchmark", "logged", "published"),
        ),
    )
    connection.register(
        "comparability_facts", _texts(names.comparability, ("benchmark", "scenario", "from_round", "kind", "reason"))
    )
    connection.register("eras", _eras(raw["results"], names))
    connection.register("round_facts", _round_facts(data, sorted(set(raw["results"]["round"].to_pylist()))))
    ids = [
        {
            "system_id": f"{row['round']}/{row['division']}/{row['submitter']}/{row['platform']}",
            "public_id": row["public_id"],
        }
        for row in _csv(digest.list_file(data, "public_ids"))
    ]
    connection.register("public_ids", _texts(ids, ("system_id", "public_id")))
    _register_runs(connection)


def _register_runs(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create temp view published_runs as select u.result_id, u.target_qps, u.target_latency_ns, u.sut_name "
        "from raw_runs u join raw_results r on r.result_id = u.result_id and r.published_run = u.run"
    )
    # MLCommons' summary names a benchmark by its model or by the submitter's folder: both are tried, once.
    connection.execute(
        "create temp table official_values as "
        "select result_id, any_value(columns(o.* exclude (result_id))) from ("
        "  select r.result_id, f.public_id, f.value, f.unit, f.power, f.power_unit, f.system_name, f.is_datacenter,"
        "         f.is_edge, f.stands_for as model"
        "  from raw_official f join benchmark_names fb on fb.benchmark_raw = f.benchmark_raw and fb.filed = f.scenario"
        "  join raw_results r on r.round = f.round and r.division = f.division and r.submitter = f.submitter"
        "       and r.platform = f.platform and r.scenario = f.scenario"
        "  join benchmark_names rb on rb.benchmark_raw = r.benchmark_raw and rb.filed = r.scenario"
        "       and rb.benchmark = fb.benchmark) o "
        "group by result_id"
    )


def _texts(rows: list[dict[str, str]], columns: tuple[str, ...]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in columns])
    return pa.Table.from_pylist([{name: row[name] or None for name in columns} for row in rows], schema)


def _benchmark_names(spelled: list[tuple[str, str]], names: Names) -> pa.Table:
    rows = []
    for raw, filed in spelled:
        found = names.benchmark(raw, filed)
        unit = names.benchmarks.get(found.name, {}).get("latency_unit") or "ms"
        rows.append(
            {
                "benchmark_raw": raw,
                "filed": filed,
                "benchmark": found.name,
                "scenario": found.scenario,
                "is_known": found.is_known,
                "latency_unit": unit,
            }
        )
    return pa.Table.from_pylist(
        rows,
        pa.schema(
            [
                ("benchmark_raw", pa.string()),
                ("filed", pa.string()),
                ("benchmark", pa.string()),
                ("scenario", pa.string()),
                ("is_known", pa.bool_()),
                ("latency_unit", pa.string()),
            ]
        ),
    )


def _eras(results: pa.Table, names: Names) -> pa.Table:
    """How many breaks of comparability lie before each result: results of different eras share no chart."""
    breaks = [row for row in names.comparability if row["kind"] == "break"]
    rows = []
    for row in results.select(["result_id", "round", "benchmark_raw", "scenario"]).to_pylist():
        benchmark = names.benchmark(row["benchmark_raw"], row["scenario"])
        scenario = benchmark.scenario or row["scenario"]
        passed = sum(
            1
            for item in breaks
            if item["benchmark"] in ("", benchmark.name)
            and item["scenario"] in ("", scenario)
            and round_key(row["round"]) >= round_key(item["from_round"])
        )
        if passed:
            rows.append({"result_id": row["result_id"], "era": passed})
    return pa.Table.from_pylist(rows, pa.schema([("result_id", pa.string()), ("era", pa.int32())]))


def _round_facts(data: Path, present: list[str]) -> pa.Table:
    listed = {row["round"]: row for row in _csv(digest.list_file(data, "rounds"))}
    empty = {"published": "", "repository": "", "note": ""}
    rows = [{"round": name, **{key: listed.get(name, empty)[key] for key in empty}} for name in present]
    return _texts(rows, ("round", "published", "repository", "note"))


def _csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return [{key: value.strip() for key, value in row.items() if key} for row in csv.DictReader(stream)]


def _url_path(path: str) -> str:
    return quote(path)


def _round_order(name: str) -> int:
    numbers = (*round_key(name), 0, 0)
    return numbers[0] * 1000 + numbers[1]


_TEXT, _INT, _REAL, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_FACTS = pa.schema(
    [
        ("system_id", _TEXT),
        ("accelerator", _TEXT),
        ("accelerator_list", pa.list_(_TEXT)),
        ("accelerator_vendor", _TEXT),
        ("accelerator_family", _TEXT),
        ("accelerator_memory_gb", _REAL),
        ("accelerator_form", _TEXT),
        ("accelerator_variant", _TEXT),
        ("mig", _TEXT),
        ("is_accelerator_known", _FLAG),
        ("accelerators", _INT),
        ("cpu", _TEXT),
        ("cpu_vendor", _TEXT),
        ("cpu_family", _TEXT),
        ("is_cpu_known", _FLAG),
        ("cores_per_cpu", _INT),
        ("cores_source", _TEXT),
        ("serving", _TEXT),
        ("power_mode", _TEXT),
        ("base_name", _TEXT),
    ]
)
_ACCELERATORS = pa.schema(
    [
        ("system_id", _TEXT),
        ("accelerator", _TEXT),
        ("vendor", _TEXT),
        ("family", _TEXT),
        ("memory_gb", _REAL),
        ("form_factor", _TEXT),
        ("count", _INT),
    ]
)
_SOFTWARE = pa.schema([("system_id", _TEXT), ("role", _TEXT), ("part", _TEXT), ("version", _TEXT)])
