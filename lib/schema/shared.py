"""Columns that several tables have, each described once."""

from __future__ import annotations

from lib.schema.column import flag, integer, real, short, text, texts

round_ = text("round", "Round", "the published set of results, such as v1.0")
division = text("division", "Division", "closed (reference model, comparable), open (any model) or network")
submitter = text("submitter", "Submitter", "who submitted, by the name of its folder")
organisations = texts(
    "organisations", "Organisations", "who is behind the submitter, canonical; a joint submission has its members"
)
platform = text("platform", "Platform", "the folder name of the system in its submission")
system_id = text("system_id", "Entry", "the entry's stable name: round/division/submitter/platform")
result_id = text("result_id", "Result", "the result's stable name: system_id/benchmark_raw/scenario")
public_id = text("public_id", "ID", "MLCommons' number of the entry, missing where no source states it")
system_name = text("system_name", "System", "the system's name as its submitter wrote it")
is_datacenter = flag("is_datacenter", "Datacenter", "the system's type says datacenter; missing where it is not stated")
is_edge = flag("is_edge", "Edge", "the system's type says edge; a system can be both; missing where it is not stated")
availability = text("availability", "Availability", "available, preview or rdi; missing where it is not stated")

benchmark = text("benchmark", "Benchmark", "canonical name; 99 and 99.9 are two benchmarks")
benchmark_raw = text("benchmark_raw", "Benchmark as submitted", "the word of the submission's folder")
stands_for = text("stands_for", "Stands for", "the benchmark that an open division's own model was submitted for")
scenario = text("scenario", "Scenario", "how queries arrive: Offline, Server, SingleStream, MultiStream or Interactive")
scenario_logged = text(
    "scenario_logged", "Scenario logged", "the scenario that LoadGen's log names; missing without logs"
)
metric = text("metric", "Metric", "what the value is: throughput, latency or streams")
value = real("value", "Value", "the published number with all digits of its log, in the row's unit")
unit = text("unit", "Unit", "the unit of the value, as the round calls it")
unit_source = text(
    "unit_source", "Why this unit", "the rule by which the unit is another than the logged one; missing where it is not"
)
higher_is_better = flag("higher_is_better", "Higher is better", "true for throughput and streams, false for latency")
is_inferred = flag(
    "is_inferred",
    "Inferred",
    "computed from another scenario's run by MLCommons' rule; missing where no log tells",
)
is_valid = flag("is_valid", "Valid", "LoadGen's verdict: the run met its constraints")
doubt = text(
    "doubt",
    "Doubt",
    "why the value cannot be trusted: what contradicts it; such a result has no rank. Missing where nothing does",
)
is_ranked = flag("is_ranked", "Can be ranked", "valid, and nothing contradicts its value")
checker_inferred = flag(
    "checker_inferred",
    "Inferred by the checker",
    "the submission checker's own flag, set for ordinary runs too; missing where no source has it",
)
value_field = text("value_field", "Log's field", "the field of the log that holds the value")
power_w = real(
    "power_w", "Power (W)", "measured mean power in Offline and Server; missing without power runs", unit="W"
)
energy_mj = real(
    "energy_mj",
    "Energy (mJ per query)",
    "measured energy of a query in SingleStream and MultiStream; missing without power runs",
    unit="mJ",
)
weight_dtype = text(
    "weight_dtype",
    "Weights",
    "data types of the weights in canonical words, joined by ` + `; missing where none is stated",
)
weight_dtypes = texts(
    "weight_dtypes", "Weight types", "each data type of the weights, and the wider word for it: nvfp4 is fp4 too"
)
weight_dtype_raw = text("weight_dtype_raw", "Weights as submitted", "the data type of the weights in its own words")
is_weight_dtype_known = flag(
    "is_weight_dtype_known", "Weights known", "the stated data type is one that the rules or data/names can read"
)
input_dtype = text("input_dtype", "Inputs", "data type of the inputs as the submission states it")
published_run = text("published_run", "Published run", "the run whose log holds the published value")

accelerator = text("accelerator", "Accelerator", "canonical name, kinds joined by ` + `; missing for CPU-only systems")
accelerator_raw = text("accelerator_raw", "Accelerator as submitted", "the accelerator in the submitter's words")
accelerator_list = texts("accelerator_list", "Accelerator kinds", "each kind of accelerator in the system, canonical")
accelerator_vendor = text("accelerator_vendor", "Accelerator vendor", "who makes the accelerator")
accelerator_family = text("accelerator_family", "Accelerator family", "the family that the accelerator belongs to")
accelerator_memory_gb = real(
    "accelerator_memory_gb",
    "Accelerator memory (GB)",
    "memory of one accelerator by the table of names; missing where it is unknown",
    unit="GB",
)
accelerator_memory_raw = text(
    "accelerator_memory_raw", "Accelerator memory as submitted", "the accelerator's memory in the submitter's words"
)
accelerator_form = text("accelerator_form", "Form factor", "the accelerator's form, such as SXM or PCIe")
accelerator_variant = text("accelerator_variant", "Variant", "what the submitter adds to the accelerator's name")
accelerators_per_node = integer("accelerators_per_node", "Accelerators per node", "as the description declares it")
nodes = integer("nodes", "Nodes", "nodes of the system as the description declares them")
accelerators = integer(
    "accelerators",
    "Accelerators",
    "accelerators in the whole system that can be believed: declared, or what its names agree on; missing if unknown",
    is_derived=True,
)
accelerators_declared = integer(
    "accelerators_declared",
    "Accelerators declared",
    "per node times nodes, as the description declares them",
    is_derived=True,
)
accelerators_source = text(
    "accelerators_source", "Accelerators' source", "where the credible number comes from, or why there is none"
)
mig = text("mig", "MIG slice", "the slice of a GPU that the entry ran on; missing for whole GPUs")
is_accelerator_known = flag(
    "is_accelerator_known", "Accelerator known", "the submitted accelerator has a canonical name in data/names"
)
cpu = text("cpu", "CPU", "canonical name of the host processor")
cpu_raw = text("cpu_raw", "CPU as submitted", "the host processor in the submitter's words")
cpu_vendor = text("cpu_vendor", "CPU vendor", "who makes the host processor")
cpu_family = text("cpu_family", "CPU family", "the family that the host processor belongs to")
is_cpu_known = flag("is_cpu_known", "CPU known", "the submitted CPU has a canonical name in data/names")
cpus_per_node = integer("cpus_per_node", "CPUs", "per node, the number that can be believed; missing if unknown")
cpus_per_node_declared = integer("cpus_per_node_declared", "CPUs declared", "per node, as the description declares it")
cpus_source = text("cpus_source", "CPUs' source", "where the credible number comes from, or why there is none")
cores_per_cpu = integer(
    "cores_per_cpu", "Cores per CPU", "the credible figure: the maker's before the declared one; missing if neither"
)
cores_source = text("cores_source", "Cores' source", "where the cores per CPU come from, and whether they agree")
cores_per_cpu_declared = integer(
    "cores_per_cpu_declared", "Cores per CPU declared", "the declared number of cores, where it is a number"
)
cores_declared_raw = text("cores_declared_raw", "Cores as submitted", "the number of cores in the submitter's words")
framework = text("framework", "Framework", "the software framework in the submitter's words")
operating_system = text("operating_system", "Operating system", "in the submitter's words")
serving = text("serving", "Serving", "the serving layer that the description names; missing where it names none")
power_mode = text("power_mode", "Power mode", "MaxQ, MaxP or MaxN, where the description or a name states it")
base_name = text("base_name", "Base name", "the system's name without software and mode, by which entries are matched")

target_qps = real(
    "target_qps",
    "Target (queries/s)",
    "the rate that LoadGen was asked to send",
    unit="queries/s",
    logged=("target_qps",),
)
target_latency_ns = real(
    "target_latency_ns",
    "Target latency (ns)",
    "the latency bound that LoadGen was given",
    unit="ns",
    decimals=0,
    logged=("target_latency (ns)",),
)
sut_name = text("sut_name", "SUT name", "the name that the system under test gave to LoadGen", logged=("SUT name",))
source = text("source", "Source", "logs (a round's own logs) or compiled (MLCommons' compiled records)")
source_path = text("source_path", "Source path", "the file within the round's repository that the row is read from")
source_url = text(
    "source_url", "Log", "that file, or a record's folder, on GitHub; missing where the source names neither"
)

file = text("file", "File", "the file that the field stands in")
field = text("field", "Field", "the field's name as the file has it")
kind = text("kind", "Rule", "the rule that found it")
anomaly_id = text("anomaly_id", "Anomaly", "the finding's stable name: its rule and what it is about")
role = text("role", "Role", "what a result is to the finding; `context` for those shown beside the odd ones")

SYSTEM = (system_id, round_, division, submitter, platform)

system_type = text("system_type", "System type", "datacenter or edge; a system of both has a row for each")
rank_in_field = short("rank", "Rank", "1 is best; equal values share a rank and the next is skipped", is_derived=True)
size = short("size", "Size of the field", "valid results in the field", is_derived=True)
official_value = real("official_value", "Value in the summary", "the value that MLCommons' summary states")
official_unit = text("official_unit", "Unit in the summary", "the unit of that value")
score = real("score", "Score", "how much the finding matters: the weightiest come first", is_derived=True)
ratio = real("ratio", "Ratio", "how far apart the finding's numbers are", decimals=2, is_derived=True)
finding = text("finding", "Finding", "what is odd, in a sentence")
cause = text(
    "cause",
    "Cause",
    "why, or what it is held against, in at most six words; as likely as its evidence; missing where its kind has none",
)
list_ = text("list", "List", "results, descriptions (to doubt) or demonstrations (and reference implementations)")
is_default = flag("is_default", "In the default view", "one that an analyst would act on")
published = text("published", "Published", "the day on which MLCommons published the round")
round_note = text("note", "Note", "what one should know of the round's source")
