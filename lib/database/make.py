"""The tables of rounds, in memory, and the names -> the tables of a database, in a connection: of all rounds or of one.

Single-threaded, so that equal inputs make equal rows in equal order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lib.analysis import ranking
from lib.database import checks, units
from lib.database.inputs import Lists, Raw
from lib.findings import detect
from lib.findings.rules import DOUBTED_FROM, FindingList
from lib.names.canonical import Names
from lib.names.normalize import normalize
from lib.names.units import in_unit
from lib.rounds import Rounds
from lib.schema import SCHEMA_VERSION, arrow_schema
from lib.vocabulary import id_key

Progress = Callable[[str], None]
Rows = list[dict[str, str]]
_COPIED = ("runs", "accuracy", "settings", "descriptions", "official", "problems")
_MADE = (
    "create table rounds as select * from round_facts order by round_order",
    "create table system_accelerators as select * from accelerator_facts order by all",
    "create table system_software as select * from software_facts order by all",
    "create table benchmarks as select * from benchmark_facts order by benchmark",
    "create table comparability as select * from comparability_facts order by all",
)
# Which findings mark a result; the weightiest of them stands beside it, so that no page has to look for it. One about
# results goes before a description to doubt, whatever they weigh; habits of description mark nothing.
MARKED = f"""
create view marks as
select m.result_id, m.anomaly_id, a.score, a.list from anomaly_members m join anomalies a using (anomaly_id)
where m.is_about
  and (a.is_default or a.kind = 'twins' or a.list = '{FindingList.DESCRIPTIONS}' and a.score >= {DOUBTED_FROM:g});
create table main.results as
select r.*, m.anomaly_id
from temp.results r
left join (select result_id, min_by(anomaly_id, (list <> '{FindingList.RESULTS}', -score, anomaly_id)) as anomaly_id
           from marks group by result_id) m using (result_id)
order by r.position;
drop table temp.results;
"""
# The results with a place in their field: a system that is in both suites has one in each.
RANKED = f"""
select result_id, value, higher_is_better, {", ".join(ranking.FIELD)}
from (select *, unnest(system_types) as system_type from results where is_ranked)
"""


def fill(
    connection: duckdb.DuckDBPyConnection,
    raw: Raw,
    names: Names,
    lists: Lists,
    progress: Progress = lambda step: None,
) -> None:
    """Make all tables but `build` in an empty database, of a file or in memory, and check them.

    `raw` holds the tables of lib/ingest/records.py, of one round or of several. Raises CheckError or duckdb.Error.
    """
    raw = {**raw, "official": _of_a_second_source(raw)}
    for table, content in raw.items():
        connection.register(f"raw_{table}", content)
    progress("normalizing")
    _register_systems(connection, raw, names)
    _register_names(connection, raw, names, lists)
    judged = units.register(connection, raw["results"], names, lists.rounds)
    _register_runs(connection)
    connection.create_function("url_path", _url_path, ["VARCHAR"], "VARCHAR")
    connection.create_function("in_unit", in_unit, ["DOUBLE", "VARCHAR", "VARCHAR"], "DOUBLE")
    connection.create_function("id_key", id_key, ["VARCHAR"], "VARCHAR")
    connection.execute((Path(__file__).parent / "tables.sql").read_text("utf-8"))
    units.doubt(connection, judged, names)
    for name in _COPIED:
        more = f" union select * from ({units.PROBLEMS}) union {_WITHOUT_RESULT}" if name == "problems" else ""
        connection.execute(f"create table {name} as select * from raw_{name}{more} order by all")
    for statement in _MADE:
        connection.execute(statement)
    progress("looking for anomalies")
    found = {
        "field_ranks": ranking.field_ranks(connection.sql(RANKED).to_arrow_table()),
        **detect(connection, units.doubted(connection)),
    }
    for table, content in found.items():
        connection.register("found", content)
        connection.execute(f"create table {table} as select * from found order by all")
        connection.unregister("found")
    connection.execute(MARKED)
    progress("checking")
    checks.check(connection)


def sign(connection: duckdb.DuckDBPyConnection, digest: str, content: str) -> None:
    """Make the table `build`: the digests of the inputs and of the rows, the versions, how much there is."""
    connection.execute(
        "create table build as select ? as digest, ? as content, ? as schema_version, ? as engine, "
        "(select count(*)::integer from results) as results, (select count(*)::integer from systems) as systems",
        [digest, content, SCHEMA_VERSION, duckdb.__version__],
    )


def _register_systems(connection: duckdb.DuckDBPyConnection, raw: Raw, names: Names) -> None:
    """The facts of each system in canonical words, its accelerators by kind, its parts of software."""
    described: dict[str, dict[str, str]] = {}
    for system_id, field, value in zip(*(raw["descriptions"][name].to_pylist() for name in _DESCRIBED), strict=True):
        described.setdefault(system_id, {})[field] = value
    facts, accelerators, software = [], [], []
    for system in raw["systems"].to_pylist():
        fact, kinds, parts = normalize(system, described.get(system["system_id"], {}), names)
        facts.append(fact)
        accelerators += kinds
        software += parts
    connection.register("system_facts", pa.Table.from_pylist(facts, arrow_schema("system_facts")))
    connection.register("accelerator_facts", pa.Table.from_pylist(accelerators, arrow_schema("system_accelerators")))
    connection.register("software_facts", pa.Table.from_pylist(software, arrow_schema("system_software")))


def _register_names(connection: duckdb.DuckDBPyConnection, raw: Raw, names: Names, lists: Lists) -> None:
    """The canonical benchmarks, what may be compared, the rounds' facts and the public IDs."""
    ids = [
        {"system_id": "/".join(row[name] for name in _OWNER), "public_id": row["public_id"]} for row in lists.public_ids
    ]
    tables = {
        "benchmark_names": _benchmark_names(_spelled(raw), names),
        "benchmark_facts": _texts(list(names.benchmarks.values()), tuple(arrow_schema("benchmarks").names)),
        "comparability_facts": _comparability(names, lists.rounds, set(raw["results"]["round"].to_pylist())),
        "weight_facts": _weight_facts(raw, names),
        "eras": _eras(raw["results"], names, lists.rounds),
        "round_facts": _round_facts(lists.rounds, set(raw["results"]["round"].to_pylist())),
        "public_ids": _texts(ids, ("system_id", "public_id")),
    }
    for name, content in tables.items():
        connection.register(name, content)


def _spelled(raw: Raw) -> list[tuple[str, str]]:
    """Every spelling of a benchmark with the scenario that it was filed under."""
    columns = (("results", "benchmark_raw"), ("official", "benchmark_raw"), ("official", "stands_for"))
    pairs = (
        zip(raw[table][name].to_pylist(), raw[table]["scenario"].to_pylist(), strict=True) for table, name in columns
    )
    return sorted({pair for found in pairs for pair in found if pair[0]})


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
        "         f.is_edge, f.checker_inferred, f.stands_for as model"
        "  from raw_official f join benchmark_names fb on fb.benchmark_raw = f.benchmark_raw and fb.filed = f.scenario"
        "  join raw_results r on r.round = f.round and r.division = f.division and r.submitter = f.submitter"
        "       and r.platform = f.platform and r.scenario = f.scenario"
        "  join benchmark_names rb on rb.benchmark_raw = r.benchmark_raw and rb.filed = r.scenario"
        "       and rb.benchmark = fb.benchmark) o "
        "group by result_id"
    )


# One line in the table `problems` for each value of MLCommons' that no result stands beside.
_WITHOUT_RESULT = """
select distinct f.round, 'warning',
       concat_ws('/', f.division, f.submitter, 'results', f.platform, f.benchmark_raw, f.scenario), 0,
       'stands in MLCommons'' summary (' || f.value || ' ' || f.unit || '), and no result of it is here'
from raw_official f
left join benchmark_names fb on fb.benchmark_raw = f.benchmark_raw and fb.filed = f.scenario
where not exists (
    select 1 from raw_results r join benchmark_names rb on rb.benchmark_raw = r.benchmark_raw and rb.filed = r.scenario
    where r.round = f.round and r.division = f.division and r.submitter = f.submitter and r.platform = f.platform
      and r.scenario = f.scenario and rb.benchmark = fb.benchmark
)
"""


def _of_a_second_source(raw: Raw) -> pa.Table:
    """MLCommons' values of rounds that were read from logs.

    A summary that the results themselves were read from is none: it would confirm itself.
    """
    results, official = raw["results"], raw["official"]
    read_from_logs = pc.unique(results["round"].filter(pc.not_equal(results["source"], "compiled")))
    return official.filter(pc.is_in(official["round"], read_from_logs))


def _texts(rows: Rows, columns: tuple[str, ...]) -> pa.Table:
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
    return pa.Table.from_pylist(rows, arrow_schema("benchmark_names"))


def _weight_facts(raw: Raw, names: Names) -> pa.Table:
    """What each wording of weights means, once a wording."""
    rows = []
    for stated in sorted(filter(None, set(raw["results"]["weight_dtype_raw"].to_pylist()))):
        weights = names.weights(stated)
        rows.append(
            {
                "weight_dtype_raw": stated,
                "weight_dtype": weights.name,
                "weight_dtypes": weights.found_by,
                "is_weight_dtype_known": weights.is_known,
            }
        )
    return pa.Table.from_pylist(rows, arrow_schema("weight_facts"))


def _eras(results: pa.Table, names: Names, listed: Rounds) -> pa.Table:
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
            and listed.has_reached(row["round"], item["from_round"])
        )
        if passed:
            rows.append({"result_id": row["result_id"], "era": passed})
    return pa.Table.from_pylist(rows, arrow_schema("eras"))


def _comparability(names: Names, listed: Rounds, present: set[str]) -> pa.Table:
    """The changes of comparability, each with those of the rounds that it lies after.

    Of a round that a folder's own list lacks nobody can say what lies before it.
    """
    schema = arrow_schema("comparability")
    rows: list[dict[str, object]] = []
    for item in names.comparability:
        first = item["from_round"]
        asked = listed.ordered(present) if listed.record(first).is_published else []
        before = [name for name in asked if not listed.has_reached(name, first)]
        rows.append({**{name: item.get(name) or None for name in schema.names}, "rounds_before": before})
    return pa.Table.from_pylist(rows, schema)


def _round_facts(listed: Rounds, present: set[str]) -> pa.Table:
    records = [listed.record(name) for name in listed.ordered(present)]
    rows = [
        {
            "round": record.name,
            "published": record.published.isoformat() if record.published else None,
            "repository": record.repository,
            "note": record.note,
            "is_published": record.is_published,
            "round_order": number,
        }
        for number, record in enumerate(records, 1)
    ]
    return pa.Table.from_pylist(rows, arrow_schema("rounds"))


def _url_path(path: str) -> str:
    return quote(path)


_DESCRIBED = ("system_id", "field", "value")
_OWNER = ("round", "division", "submitter", "platform")
