-- One row a round. A result folder whose every log is unreadable, or that doubles another, is in the source but not here.
with counted as (
    select round, any_value(source) as source, count(*)::integer as results,
           count(distinct system_id)::integer as systems, count(public_id)::integer as public_ids,
           case when count(is_inferred) > 0 then count(*) filter (where is_inferred) end::integer as inferred,
           count(*) filter (where power_w is not null or energy_mj is not null)::integer as power,
           count(official_value)::integer as official,
           count(*) filter (where abs(value - official_value) <= 1e-4 * abs(official_value))::integer as agree,
           -- Power that our table has from the summary alone is compared with nothing.
           count(official_power) filter (where power_source <> 'summary')::integer as official_power,
           count(*) filter (where power_source <> 'summary'
                                  and abs(coalesce(power_w, energy_mj) - official_power) <= 1e-4 * official_power
                           )::integer as agree_power,
           min(round_order) as round_order
    from results group by round
),
folders as (
    select distinct round, regexp_extract(path, '^(.*)/performance/', 1) as folder from problems
    where severity in ('error', 'warning') and contains(path, '/performance/')
),
lost as (
    select f.round, count(*)::integer as lost from folders f
    where not exists (select 1 from results r
                      where r.round = f.round and starts_with(r.source_path, f.folder || '/performance/'))
    group by f.round
),
second as (
    select round, string_agg(distinct source, ', ' order by source) as confirmed_by from official group by round
),
named as (
    select round, submitter, count(*) as n
    from (select round, unnest(organisations) as submitter from results) group by all
),
largest as (
    select round, max_by(submitter, (n, submitter)) as largest_submitter, max(n)::integer as largest
    from named group by round
),
ran as (select r.round, count(*)::integer as runs from runs join results r using (result_id) group by r.round),
faults as (
    select round, count(*) filter (where severity = 'error')::integer as left_out,
           count(*) filter (where severity = 'warning')::integer as doubted
    from problems group by round
),
doubled as (
    select round, count(*)::integer as doubled_ids
    from (select round, public_id from results where public_id is not null
          group by all having count(distinct system_id) > 1)
    group by round
),
unmapped as (
    select round, count(distinct accelerator_raw) filter (where not is_accelerator_known)::integer as accelerators,
           count(distinct cpu_raw) filter (where not is_cpu_known)::integer as cpus
    from systems group by round
)
select c.round, rd.published, c.source, c.results + coalesce(lost, 0) as in_source, c.results, c.systems,
       coalesce(runs, 0) as runs, coalesce(left_out, 0) as left_out, coalesce(doubted, 0) as doubted, c.inferred,
       c.power, c.public_ids, coalesce(doubled_ids, 0) as doubled_ids, nullif(c.official, 0) as official,
       case when c.official > 0 then c.agree end as agree, nullif(c.official_power, 0) as official_power,
       case when c.official_power > 0 then c.agree_power end as agree_power, confirmed_by,
       coalesce(unmapped.accelerators, 0) as unmapped_accelerators, coalesce(unmapped.cpus, 0) as unmapped_cpus,
       largest_submitter, largest, rd.note
from counted c
left join rounds rd using (round)
left join second using (round)
left join lost using (round)
left join largest using (round)
left join ran using (round)
left join faults using (round)
left join doubled using (round)
left join unmapped using (round)
order by c.round_order desc
