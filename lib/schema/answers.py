"""What the pages show: answers to questions, whose columns are those of the database and some that are computed."""

from __future__ import annotations

from dataclasses import replace

from lib.schema import shared as s
from lib.schema.column import Column, Table, real, short, text
from lib.schema.database_tables import DATABASE_TABLES

_DATABASE = {table.name: table for table in DATABASE_TABLES}

rank = short(
    "rank",
    "Rank",
    "1 is best; equal values share a rank and the next is skipped; missing where it cannot be ranked",
    is_derived=True,
)
mark = text("mark", "⚠", "a result with an anomaly or a doubt: the mark opens the finding, else the entry")
no_rank = text(
    "no_rank",
    "No rank",
    "why the result has none: doubted, not valid, or without such a value; missing where it has one, or could have",
)
count_note = text(
    "count_note",
    "Counts not as declared",
    "which of the counts shown is not the declared one, where it comes from, and what was declared",
)
doubted_results = short("doubted_results", "Doubted", "of these, results whose value cannot be trusted")
shown = real(
    "shown", "Value compared", "what the rows are ranked by: the value, or the value as `per` asks", is_derived=True
)
results = short("results", "Results", "results that the row stands for")
entries = short("entries", "Entries", "results in the same ranking, one of each entry")
systems = short("systems", "Entries", "entries: a system in one round and division")


def _per(what: str, title: str) -> Column:
    missing = "missing for latencies and where what it takes is not stated"
    return real(
        f"value_per_{what}_derived", title, f"the value {title[0].lower()}{title[1:]}; {missing}", is_derived=True
    )


PER: tuple[Column, ...] = (
    _per("accelerator", "Per accelerator"),
    _per("core", "Per CPU core"),
    _per("watt", "Per watt"),
)

ANSWERS: tuple[Table, ...] = (
    Table(
        "ranking",
        "a result and its place in the selected ranking",
        ("result_id",),
        (
            rank,
            mark,
            s.result_id,
            s.system_id,
            s.public_id,
            s.round_,
            s.submitter,
            s.platform,
            s.system_name,
            s.benchmark,
            s.scenario,
            s.value,
            s.unit,
            s.is_inferred,
            s.accelerator,
            s.accelerator_vendor,
            s.accelerators,
            s.cpus_per_node,
            s.nodes,
            s.cpu,
            s.cores_per_cpu,
            s.framework,
            s.serving,
            s.target_qps,
            s.power_w,
            s.source_url,
            _DATABASE["results"].column("era"),
            s.anomaly_id,
            shown,
            no_rank,
            s.doubt,
            s.unit_source,
            count_note,
            *PER,
        ),
    ),
    Table(
        "found_results",
        "a selected result: these stand beside the columns of `results`",
        (),
        (mark, no_rank, count_note),
    ),
    Table(
        "leaders",
        "the best result of a benchmark, scenario and division",
        ("benchmark", "scenario", "division", "unit", "era"),
        (
            s.benchmark,
            s.scenario,
            s.division,
            replace(s.value, title="Best", help="the best published number, in the row's unit"),
            s.unit,
            s.round_,
            _DATABASE["results"].column("era"),
            s.system_id,
            s.submitter,
            s.accelerators,
            s.accelerator,
            entries,
            s.system_name,
            s.platform,
            s.higher_is_better,
            count_note,
            PER[0],
            text("ranking", "Ranking of", "the benchmark, which opens the ranking that the result leads"),
        ),
    ),
    Table(
        "round_counts",
        "a round and what of it is in here",
        ("round",),
        (
            s.round_,
            s.published,
            results,
            short("closed", "Closed", "results in the closed division"),
            systems,
            short("submitters", "Submitters", "submitters of the round"),
            short(
                "benchmarks", "Benchmarks", "benchmarks of the closed division; 99 and 99.9 of one model count as two"
            ),
            short("own_models", "Own models", "further models of submitters' own, in the open division"),
            replace(s.round_note, title="Source"),
        ),
    ),
    Table(
        "coverage",
        "a round: what its source held, what is in here, and what a second source confirms",
        ("round",),
        (
            s.round_,
            s.published,
            s.source,
            short("in_source", "In the source", "results in the source: those in here and those that no row came of"),
            replace(results, title="In here", help="results of the round in the database"),
            systems,
            short("runs", "Runs", "performance runs of the round's results"),
            short("left_out", "Left out", "files that cannot be read, each named below"),
            short("doubted", "Doubted", "what was read but is doubtful, each named below"),
            short(
                "inferred",
                "Inferred",
                "results computed from another scenario's run by MLCommons' rule; missing where no log tells",
            ),
            short("power", "With power", "results with measured power or energy"),
            short("public_ids", "Public IDs", "results whose entry has a public ID"),
            short("doubled_ids", "IDs on two systems", "public IDs that stand on two systems or more"),
            text(
                "confirmed_by",
                "Second source",
                "the file that the results are held against; missing where nothing but their own source states them",
            ),
            short("official", "Compared", "results that the second source has; missing where there is none"),
            short(
                "agree",
                "Confirmed",
                "of these, values equal in it within a ten-thousandth; where it names another unit stands below",
            ),
            short(
                "official_power",
                "Power compared",
                "results whose measured power or energy both sources state; missing where there is none",
            ),
            short("agree_power", "Power confirmed", "of these, equal within a ten-thousandth"),
            short("unmapped_accelerators", "Unmapped accelerators", "accelerators' names that have no canonical one"),
            short("unmapped_cpus", "Unmapped CPUs", "CPUs' names that have no canonical one"),
            text("largest_submitter", "Largest submitter", "the submitter with the most results of the round"),
            short("largest", "its results", "one submitter's sweep can be most of a round's open division"),
            s.round_note,
        ),
    ),
    Table(
        "found_systems",
        "a system that the filters leave",
        ("system_id",),
        (
            s.system_id,
            s.public_id,
            s.submitter,
            s.system_name,
            s.platform,
            s.round_,
            s.division,
            s.accelerators,
            s.accelerator,
            count_note,
            results,
            doubted_results,
        ),
    ),
    Table(
        "system_results",
        "a result of a system, with its place among those that it was published beside",
        ("result_id", "system_type"),
        (
            mark,
            s.benchmark,
            s.benchmark_raw,
            s.scenario,
            s.value,
            s.unit,
            text(
                "place",
                "Rank in its field",
                "among all results of the same round, division, system type, benchmark, scenario and unit, "
                "whatever their availability",
                is_derived=True,
            ),
            s.system_type,
            s.power_w,
            s.energy_mj,
            _DATABASE["results"].column("power_source"),
            s.weight_dtype,
            s.target_qps,
            s.target_latency_ns,
            s.is_inferred,
            s.checker_inferred,
            s.is_valid,
            no_rank,
            s.doubt,
            s.value_field,
            s.unit_source,
            s.source_url,
            replace(s.source_path, title="Source"),
            s.result_id,
            s.rank_in_field,
            s.size,
            s.anomaly_id,
        ),
    ),
    Table(
        "system_facts_shown",
        "a fact about a system, in canonical words beside the submitter's",
        ("fact",),
        (
            text("fact", "Fact", "what the row is about"),
            text("canonical", "Canonical", "the fact in the words that all entries share"),
            text("raw", "As submitted", "the fact in the submitter's words"),
        ),
    ),
    Table(
        "system_runs",
        "a performance run of a system, as LoadGen wrote it",
        ("benchmark", "scenario", "run"),
        (
            s.benchmark,
            s.scenario,
            *(column for column in _DATABASE["runs"].columns if column.name != "result_id"),
        ),
    ),
    Table(
        "system_accuracy",
        "an accuracy figure of a system",
        ("benchmark", "scenario", "metric"),
        (s.benchmark, s.scenario, *(_DATABASE["accuracy"].column(name) for name in ("metric", "value"))),
    ),
    Table(
        "findings",
        "a finding about selected results",
        ("anomaly_id",),
        (
            s.anomaly_id,
            s.kind,
            text("kind_title", "Kind", "the rule that found it, in words"),
            _DATABASE["anomalies"].column("title"),
            _DATABASE["anomalies"].column("round"),
            s.score,
            s.ratio,
            s.finding,
            s.list_,
            s.is_default,
            s.cause,
            short("members", "Results", "selected results that the finding is about"),
            text("benchmarks", "Benchmark", "the benchmarks of those results"),
            text("submitters", "Submitter", "the submitters of those results"),
        ),
    ),
    Table(
        "members",
        "a result and its role in a finding",
        ("result_id", "role"),
        (
            s.role,
            s.result_id,
            s.system_id,
            s.public_id,
            s.submitter,
            s.system_name,
            s.platform,
            s.benchmark,
            s.scenario,
            s.value,
            s.unit,
            s.target_qps,
            s.serving,
            s.source_url,
            s.round_,
            s.division,
            no_rank,
            s.doubt,
        ),
    ),
    Table(
        "field_of_finding",
        "a result of the field that a finding's members stand in",
        ("result_id", "system_type"),
        (
            s.system_type,
            s.benchmark,
            s.scenario,
            s.unit,
            s.result_id,
            s.submitter,
            s.system_name,
            s.platform,
            s.public_id,
            s.value,
            s.higher_is_better,
            s.role,
            _DATABASE["anomaly_members"].column("is_about"),
            real(
                "share",
                "Share of the best",
                "1 for the best result of the field, 0.5 for half as good",
                is_derived=True,
            ),
        ),
    ),
    Table(
        "what_differs",
        "a field that differs between the two results of a finding",
        ("field",),
        (
            s.field,
            text("first", "Faster", "what the faster one has there"),
            text("second", "Slower", "what the slower one has there"),
            text(
                "precedent",
                "As far apart elsewhere",
                "Of all other pairs of like results with this very difference, over all rounds, how many are as far "
                "apart as these two and in the same direction.",
                is_derived=True,
            ),
        ),
    ),
    Table(
        "matrix",
        "a submitter, or an entry, and how many results it has in each benchmark and scenario",
        (),
        (s.submitter, s.round_, s.platform, s.system_id),
    ),
    Table(
        "left_out",
        "a file that was left out or doubted",
        (),
        (
            *(_DATABASE["problems"].column(name) for name in ("severity", "message", "round")),
            replace(_DATABASE["problems"].column("path"), title="File"),
            _DATABASE["problems"].column("line"),
        ),
    ),
    Table(
        "differences",
        "a result that MLCommons' summary states otherwise, or not at all",
        (),
        (
            s.round_,
            s.submitter,
            s.platform,
            s.benchmark,
            s.scenario,
            s.value,
            s.unit,
            s.official_value,
            s.official_unit,
            text(
                "difference", "Difference", "another value, the same figure under another unit, or not in the summary"
            ),
        ),
    ),
    Table(
        "unmapped",
        "a name that has no canonical one yet, kept as the submitter wrote it",
        ("kind", "name"),
        (
            text("kind", "Kind", "what the name is of: accelerator, benchmark, cpu or unit"),
            text("name", "Name", "as it was written"),
            text("rounds", "Rounds", "the rounds that it occurs in"),
            text("division", "Division", "the divisions that it occurs in; open alone for a submitter's own model"),
            replace(entries, help="entries that it occurs in"),
            replace(results, help="results that have it"),
        ),
    ),
    Table(
        "hits",
        "what a few words name",
        ("kind", "name"),
        (
            text(
                "kind",
                "Kind",
                "benchmark, accelerator, cpu, submitter, accelerator_vendor, cpu_vendor, round or entry",
            ),
            text("name", "Value", "the value that a link takes"),
            text("found", "Found", "the name; of an entry its ID, submitter and system"),
            text("rounds", "Rounds", "the rounds that it occurs in"),
            results,
            doubted_results,
            text("found_by", "Found by", "words: it has all of them; likeness: it is only like them"),
            text("opens", "Opens", "the link of what it leads to"),
        ),
    ),
    Table(
        "doubled_ids",
        "a public ID that stands on two systems or more",
        ("round", "public_id"),
        (s.round_, s.public_id, text("platforms", "Platforms", "the systems that carry it")),
    ),
    Table(
        "csv",
        "a row of any page's CSV; these two stand last",
        (),
        (
            text("snapshot", "Snapshot", "the digest of everything that the database was made of"),
            text("link", "Link", "the page that the row was exported from"),
        ),
    ),
    Table(
        "dictionary",
        "a benchmark of the dictionary, with its rounds and results",
        ("benchmark",),
        (
            *_DATABASE["benchmarks"].columns,
            text("rounds", "Rounds", "the rounds that have results of it"),
            results,
            text("rankings", "Rankings", "the ranking of its latest results"),
        ),
    ),
)
