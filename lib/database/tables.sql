-- The database's tables, from the rounds' Parquet files and the facts that normalize.py found.
-- $-free: every name here is ours. docs/schema.md describes each column.

-- Temporary: the published table has the findings' marks too (make.py).
create temp table results as
with named as (
    select
        r.*,
        b.benchmark,
        coalesce(b.scenario, r.scenario) as scenario_named,
        b.is_known as is_benchmark_known,
        b.latency_unit,
        u.unit as unit_published,
        u.unit_source,
        u.rule_doubt,
        u.is_unit_known
    from raw_results r
    join benchmark_names b on b.benchmark_raw = r.benchmark_raw and b.filed = r.scenario
    join unit_facts u on u.result_id = r.result_id
),
wide as (
    select
        n.result_id, n.system_id,
        coalesce(o.public_id, n.public_id, p.public_id) as public_id,
        n.round, n.division,
        coalesce(s.is_datacenter, o.is_datacenter) as is_datacenter,
        coalesce(s.is_edge, o.is_edge) as is_edge,
        s.availability, n.has_power_run as has_power,
        n.submitter, n.platform, coalesce(s.system_name, o.system_name) as system_name,
        n.benchmark, n.benchmark_raw, n.is_benchmark_known,
        coalesce(n.stands_for, so.benchmark) as stands_for,
        n.scenario_named as scenario, n.scenario_logged, n.metric,
        case when n.unit = n.unit_published then n.value else in_unit(n.value, n.unit, n.unit_published) end as value,
        n.unit_published as unit, n.unit as unit_logged, n.unit_source, n.is_unit_known, n.value_field,
        n.higher_is_better, n.is_inferred,
        coalesce(n.checker_inferred, o.checker_inferred) as checker_inferred, n.is_valid,
        nullif(concat_ws('; ', n.doubt, n.rule_doubt), '') as doubt,
        n.is_valid and n.doubt is null and n.rule_doubt is null as is_ranked,
        f.accelerator, s.accelerator_raw, f.accelerator_vendor, f.accelerator_family,
        f.accelerator_memory_gb, s.accelerator_memory_raw, f.accelerator_form, f.accelerator_variant,
        s.accelerators_per_node, s.nodes, f.accelerators, f.accelerators_declared, f.accelerators_source, f.mig, f.is_accelerator_known,
        f.cpu, s.cpu_raw, f.cpu_vendor, f.cpu_family, f.is_cpu_known,
        f.cpus_per_node, f.cpus_per_node_declared, f.cpus_source, f.cores_per_cpu, f.cores_source, s.cores_per_cpu_declared, s.cores_declared_raw,
        s.framework, s.software_stack as software, s.operating_system, f.serving, f.power_mode, f.base_name,
        w.weight_dtype, n.weight_dtype_raw, coalesce(w.is_weight_dtype_known, true) as is_weight_dtype_known, n.input_dtype,
        t.target_qps, t.target_latency_ns, t.sut_name,
        coalesce(n.power_w, case when lower(o.power_unit) like 'watt%' then o.power end) as power_w,
        coalesce(n.energy_mj, case when lower(o.power_unit) like 'milli%' then o.power end) as energy_mj,
        case when n.power_w is not null or n.energy_mj is not null then n.source
             when o.power is not null then 'summary' end as power_source,
        o.value as official_value, o.unit as official_unit, o.power as official_power,
        n.source, n.source_path, n.published_run,
        -- A record names the result's folder, a log is a file.
        case when rd.repository is not null and n.source_path like n.division || '/%'
             then 'https://github.com/' || rd.repository
                  || case when regexp_matches(n.source_path, '\.[A-Za-z]{2,5}$') then '/blob/HEAD/' else '/tree/HEAD/' end
                  || url_path(n.source_path) end as source_url,
        f.organisations, f.accelerator_list, coalesce(w.weight_dtypes, []) as weight_dtypes,
        list_filter([case when s.is_datacenter or (s.is_datacenter is null and o.is_datacenter) then 'datacenter' end,
                     case when s.is_edge or (s.is_edge is null and o.is_edge) then 'edge' end], lambda x: x is not null) as system_types,
        coalesce(era.era, 0)::integer as era,
        rd.round_order,
        id_key(coalesce(o.public_id, n.public_id, p.public_id)) as id_key,
        lower(concat_ws(' ', n.submitter, array_to_string(f.organisations, ' '), n.platform, s.system_name, f.accelerator, s.accelerator_raw, f.cpu,
                        s.cpu_raw, id_key, n.benchmark_raw, f.serving)) as words
    from named n
    left join raw_systems s using (system_id)
    left join system_facts f using (system_id)
    left join round_facts rd on rd.round = n.round
    left join public_ids p on p.system_id = n.system_id
    left join published_runs t on t.result_id = n.result_id
    left join official_values o on o.result_id = n.result_id
    left join benchmark_names so on so.benchmark_raw = o.model and so.filed = n.scenario
    left join weight_facts w on w.weight_dtype_raw = n.weight_dtype_raw
    left join eras era on era.result_id = n.result_id
)
select row_number() over (
           order by benchmark, scenario, era, unit, round_order, division,
                    case when higher_is_better then -value else value end, result_id
       )::integer - 1 as position,
       *
from wide
order by position;

create table systems as
select s.* exclude (cpus_per_node), f.* exclude (system_id)
from raw_systems s left join system_facts f using (system_id)
order by s.system_id;
