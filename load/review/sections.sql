-- name: heat
select counts.kind, counts.field, counts.diff_class, counts.cells, counts.percent, counts.severity,
    counts.is_finding, classes.description
from review_field_counts as counts
inner join internal.diff_classes as classes on counts.diff_class = classes.diff_class
where counts.diff_class not in ('same', 'left_out') and counts.cells > 0
order by counts.kind, counts.field, counts.severity

-- name: money
select source_object, currency_original, records, source_amount, moved_amount, converted_amount,
    nutshell_amount, unwritten_amount, unwritten_records
from review_money order by currency_original

-- name: matter
select
    record_key, name, owner, what, detail, amount, currency
from (
    select
        1 as rank, diffs.severity, diffs.record_key, cards.name, cards.owner,
        diffs.diff_class || ': ' || coalesce(diffs.field, 'the record') as what, diffs.cause as detail,
        cards.amount_converted as worth, cards.amount, cards.currency
    from review_field_diff as diffs
    left join internal.review_cards as cards on diffs.record_key = cards.record_key
    where diffs.is_finding
    union all
    select
        case when buckets.bucket = 'failed' then 2 when cards.amount is not null then 3 else 4 end,
        0, buckets.record_key, cards.name, cards.owner,
        buckets.bucket || ': ' || coalesce(buckets.reason, ''),
        coalesce(buckets.description, ''), coalesce(cards.amount_converted, cards.amount),
        cards.amount, cards.currency
    from review_buckets as buckets
    left join internal.review_cards as cards on buckets.record_key = cards.record_key
    where buckets.bucket in ('failed', 'blocked')
)
order by rank, severity, worth desc nulls last, record_key
limit 10

-- name: findings
select
    diffs.diff_class as class, diffs.source_object as object, cards.name as record, diffs.field,
    -- what is longer stands in review.duckdb: fifty thousand rows must open
    left(diffs.source_value, 200) as at_the_practice, left(diffs.mapped_value, 200) as as_mapped,
    left(diffs.nutshell_value, 200) as in_nutshell, left(diffs.cause, 300) as cause, cards.owner, diffs.record_key,
    diffs.html_url as link
from review_field_diff as diffs
left join internal.review_cards as cards on diffs.record_key = cards.record_key
order by diffs.severity, diffs.record_key, diffs.field

-- name: unmoved
select
    source_object as object, name as record, bucket as ended_as, reason, description as why,
    owner as ask, amount, currency, mend, record_key
from review_buckets
where bucket in ('blocked', 'failed', 'pending', 'excluded')
order by bucket = 'excluded', bucket, amount desc nulls last, record_key

-- name: changes
select what, before, after, count(*) as rows
from review_changes
group by all
order by rows desc

-- name: conflicts
select
    conflicts.source_object as object, cards.name as record, conflicts.what, conflicts.field,
    conflicts.ours as as_we_wrote_it, conflicts.now as in_nutshell,
    conflicts.wanted as at_the_practice_now, conflicts.decision, conflicts.policy,
    conflicts.record_key
from review_conflicts as conflicts
left join internal.review_cards as cards on conflicts.record_key = cards.record_key
order by conflicts.record_key, conflicts.field

-- name: blockers
select cause, standing, records, mend as fix, command, example
from preflight.preflight_causes
order by standing, records desc

-- name: merged
select
    source_object as object, cards.name as record, buckets.reason, buckets.description as evidence,
    survivors.name as stands_in, buckets.record_key, buckets.survivor_key
from review_buckets as buckets
left join internal.review_cards as cards on buckets.record_key = cards.record_key
left join internal.review_cards as survivors on buckets.survivor_key = survivors.record_key
where buckets.bucket = 'merged'
order by buckets.source_object, buckets.survivor_key

-- name: owners
select
    name, email, match, nutshell_name as in_nutshell, proposal as to_do, records, open_deals,
    open_value, open_currency as currency
from preflight.preflight_owners
order by records desc

-- name: maps
select
    map, source_object as object, source_value as at_the_practice, target_value as in_nutshell,
    records, is_mapped as mapped, is_confirmed as confirmed, csv_file as file
from preflight.preflight_value_maps
order by is_mapped and is_confirmed, map, records desc

-- name: files
select
    route, coalesce(reason, '') as reason, file_status as found, count(*) as files,
    sum(size_bytes) as bytes
from preflight.preflight_attachments
group by all
order by files desc

-- name: sample
select
    feature_kind as kind, feature, is_covered as shown, example_key as look_at, why_not,
    records_in_sample as in_sample, records
from review_sample_coverage
order by is_covered, kind, feature

-- name: never
select object, item_kind as kind, policy, classification, reason, count(*) as items
from preflight.preflight_not_migrating
group by all
order by kind, object

-- name: whole
with matter as (
    select record_key, min(severity) as severity
    from internal.review_field_diff
    group by record_key
    order by severity, record_key
    limit ?
)
select
    shown.record_key, shown.field, left(shown.source_value, 2000), left(shown.mapped_value, 2000),
    left(shown.nutshell_value, 2000),
    shown.diff_class, shown.cause
from review_record as shown
semi join matter on shown.record_key = matter.record_key
order by shown.record_key, shown.diff_class = 'same', shown.field
