"""The unit of every result while a database is made: by the rules, and whether its size can be so."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa

from lib.findings.rules import BEYOND, BEYOND_IN_TOKENS, CONFIRMED
from lib.names.canonical import Names
from lib.names.units import MOST_AWAY, UNIT_DOUBTED, Judged, Measured, UnitRules, misfits, told
from lib.rounds import Rounds
from lib.schema import arrow_schema
from lib.vocabulary import ACCURACY_TARGET

_COLUMNS = (
    "result_id",
    "system_id",
    "round",
    "division",
    "benchmark_raw",
    "scenario",
    "value",
    "unit",
    "source",
    "doubt",
)
_BEYOND = f"""
with sized as (
    select result_id, round, source, division, doubt, is_valid, scenario, unit, metric,
           regexp_replace(benchmark, '{ACCURACY_TARGET}', '') as model, benchmark,
           coalesce(accelerator, cpu) as hardware,
           case when metric = 'throughput'
                then value / case when accelerator is not null then accelerators else cpus_per_node::double * nodes end
                else value end as size
    from temp.results where value > 0 and isfinite(value)
),
ranges as (
    select round, model, scenario, unit, hardware, min(size) as least, max(size) as most
    from sized join round_facts rd using (round)  -- a house round says nothing against a published one
    where rd.is_published and division <> 'open' and is_valid and doubt is null
      and isfinite(size) and size > 0 and hardware is not null
    group by all
),
beside as (
    select s.result_id, any_value(s.benchmark) as benchmark, any_value(s.size) as size,
           min(r.least) as least, max(r.most) as most,
           least(greatest(any_value(s.size) / max(r.most), min(r.least) / any_value(s.size)), {MOST_AWAY}) as beyond
    from sized s join ranges r on r.model = s.model and r.scenario = s.scenario and r.unit = s.unit
         and r.hardware = s.hardware and r.round <> s.round
    where s.source = 'compiled' and isfinite(s.size) and s.size > 0
    group by s.result_id
)
select result_id, beyond, least, most, size,
       beyond >= case when list_contains($tokens, benchmark) then {BEYOND_IN_TOKENS} else {BEYOND} end as is_beyond,
       beyond <= {CONFIRMED} as is_confirmed
from beside
"""
_DOUBT = """
update temp.results set doubt = concat_ws('; ', results.doubt, d.unit_doubt), is_ranked = false
from unit_doubts d join unit_facts f using (result_id)
where d.result_id = results.result_id and f.rule_doubt is null
"""
_DOUBTED = """
select r.result_id, r.system_id, r.round, r.division, r.availability, r.public_id, r.system_name, r.platform,
       r.benchmark, r.scenario, r.value, r.unit, d.unit_doubt, d.ratio, d.beside
from unit_doubts d join temp.results r using (result_id) order by r.result_id
"""
# One line in the table `problems` for each doubted unit, with its path, and with its entry where others share the path.
PROBLEMS = f"""
select r.round, 'warning', r.source_path, 0, '{UNIT_DOUBTED}: ' || d.unit_doubt
       || if(p.number > 1, ' (' || concat_ws(', ', r.platform, r.benchmark_raw, r.scenario) || ')', '')
from unit_doubts d join temp.results r using (result_id)
     join (select round, source_path, count(*) as number from temp.results group by all) p using (round, source_path)
"""


@dataclass(frozen=True)
class Units:
    """The results as logged and what the rules say of each one's unit."""

    measured: list[Measured]
    judged: dict[str, Judged]


def register(connection: duckdb.DuckDBPyConnection, results: pa.Table, names: Names, rounds: Rounds) -> Units:
    """The table `unit_facts`: each result's unit as it is published, why it is another than logged, what is doubted."""
    rules = UnitRules(names, rounds)
    measured = [rules.measured(row) for row in results.select(_COLUMNS).to_pylist()]
    judged = rules.judge_all(measured)
    rows = [
        {
            "result_id": result.result_id,
            "unit": judged[result.result_id].unit,
            "unit_source": judged[result.result_id].source,
            "rule_doubt": judged[result.result_id].doubt,
            "is_unit_known": names.is_unit_known(result.benchmark, result.unit),
        }
        for result in {result.result_id: result for result in measured}.values()
    ]
    connection.register("unit_facts", pa.Table.from_pylist(rows, arrow_schema("unit_facts")))
    return Units(measured, judged)


def doubt(connection: duckdb.DuckDBPyConnection, units: Units, names: Names) -> None:
    """Doubt in the table `results` the records whose size cannot be so, and name them in the table `unit_doubts`.

    One row a result: what a rule doubts says so, and its size in a doubted unit says nothing more.
    """
    tokens = sorted({benchmark for benchmark, _ in names.tokens})
    beside = connection.execute(_BEYOND, {"tokens": tokens}).fetchall()
    judged = dict(units.judged)
    rows = [_row(name, item.doubt, 1.0) for name, item in judged.items() if item.doubt]
    for name, beyond, least, most, size, is_beyond, _ in sorted(beside):
        if is_beyond and not judged[name].doubt:
            said = _words(judged[name].unit, beyond, least, most, size)
            rows.append(_row(name, said, beyond))
            judged[name] = judged[name]._replace(doubt=said)
    # Of two results that contradict each other one is not doubted where other rounds have its like. One that is merely
    # not beyond all bounds has none there: a pair contradicts itself long before either of the two is.
    confirmed = {name for name, *_, is_confirmed in beside if is_confirmed}
    for name, misfit in sorted(misfits(units.measured, judged).items()):
        if name not in confirmed:
            rows.append(_row(name, misfit.doubt, misfit.ratio, misfit.beside))
    connection.register("unit_doubts", pa.Table.from_pylist(rows, arrow_schema("unit_doubts")))
    connection.execute(_DOUBT)


def doubted(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The results whose unit is doubted, with why (`unit_doubt`), how far (`ratio`) and `beside` which other result."""
    return connection.execute(_DOUBTED).df()


def _row(result_id: str, said: str, ratio: float, beside: str | None = None) -> dict[str, object]:
    return {"result_id": result_id, "unit_doubt": said, "ratio": ratio, "beside": beside}


def _words(unit: str, beyond: float, least: float, most: float, size: float) -> str:
    return (
        f"{size:,.4g} {unit} for one device, where other rounds' results of the same hardware have "
        f"{least:,.4g} to {most:,.4g}: {told(beyond)} times outside"
    )
