-- The audit: what was meant, what came of it, and who allowed it.
-- Intents and outcomes are only ever appended; triggers see to it. A change of this file is a new
-- version (load/audit/migrations.py): older files are brought up to it.

create table if not exists runs (
    run_id text primary key,
    command text not null,
    plan_digest text,
    started_by text,
    started_at text not null,
    finished_at text,
    status text not null check (status in ('running', 'done', 'failed', 'interrupted')),
    host text,
    unattended integer not null default 0
);

-- How a run ended: what `runs` shows of it, as it was sealed.
create table if not exists endings (
    ending_id integer primary key,
    run_id text not null unique,
    status text not null check (status in ('done', 'failed', 'interrupted')),
    ended_at text not null
);

-- The unique key is what makes a second create impossible, whatever a plan says.
create table if not exists records (
    kind text not null,
    source_object text not null,
    source_id text not null,
    nutshell_id integer,
    html_url text,
    state text not null
        check (state in ('intended', 'created', 'matched', 'in_doubt', 'deleted')),
    desired text,
    desired_hash text,
    rev text,
    run_id text,
    plan_digest text,
    updated_at text not null,
    unique (kind, source_object, source_id)
);
create index if not exists records_by_source on records (source_object, source_id);
create index if not exists records_by_state on records (state);
create index if not exists records_by_change on records (updated_at);

-- Durable before the call is made.
create table if not exists intents (
    write_id integer primary key,
    run_id text not null,
    plan_digest text,
    operation_key text,
    kind text,
    source_object text,
    source_id text,
    step text,
    operation text,
    method text,
    nutshell_id integer,
    payload text,
    payload_hash text,
    desired_hash text,
    before text,
    rev_before text,
    intended_at text not null,
    reverses integer
);
create index if not exists intents_by_operation on intents (plan_digest, operation_key);
create index if not exists intents_by_source on intents (source_object, source_id);
create index if not exists intents_by_run on intents (run_id);

-- Durable after the answer; the newest one counts.
create table if not exists outcomes (
    outcome_id integer primary key,
    write_id integer not null references intents (write_id),
    status text not null
        check (status in ('done', 'failed', 'in_doubt', 'conflict', 'blocked', 'reverted')),
    nutshell_id integer,
    after text,
    rev_after text,
    cause_class text,
    cause text,
    settled_at text not null
);
create index if not exists outcomes_by_write on outcomes (write_id, outcome_id);
create index if not exists outcomes_by_time on outcomes (settled_at);

-- Writes whose newest word is "perhaps": what a rerun settles first.
create table if not exists open_writes (
    write_id integer primary key,
    desired text
);

create view if not exists writes as
select
    intents.write_id, intents.run_id, intents.plan_digest, intents.operation_key,
    intents.kind, intents.source_object, intents.source_id, intents.step,
    intents.operation, intents.method,
    coalesce(outcomes.nutshell_id, intents.nutshell_id) as nutshell_id,
    coalesce(outcomes.status, 'intended') as status,
    intents.payload, intents.payload_hash, intents.desired_hash,
    intents.before, intents.rev_before,
    outcomes.after, outcomes.rev_after, outcomes.cause_class, outcomes.cause,
    intents.intended_at, outcomes.settled_at, intents.reverses
from intents
left join outcomes
    on outcomes.outcome_id = (
        select max(newest.outcome_id) from outcomes as newest
        where newest.write_id = intents.write_id
    );

create table if not exists conflicts (
    conflict_id integer primary key,
    run_id text not null,
    operation_key text not null,
    kind text,
    source_object text,
    source_id text,
    nutshell_id integer,
    field text not null,
    seen text,
    now text,
    planned text,
    found_at text not null
);

create table if not exists approvals (
    approval_id integer primary key,
    kind text not null check (kind in ('plan', 'sample')),
    plan_digest text not null,
    mapping_digest text not null,
    schema_digest text not null,
    envelope text not null,
    approved_by text not null,
    approved_at text not null,
    host text not null,
    unattended integer not null
);

-- Plans that were frozen here: no other is carried out.
create table if not exists plans (
    plan_digest text primary key,
    mapping_digest text not null,
    schema_digest text not null,
    host text not null,
    frozen_at text not null
);

-- Records that Nutshell held before us, as they were noted: `records` follows from these and from
-- the writes.
create table if not exists matches (
    match_id integer primary key,
    kind text not null,
    source_object text not null,
    source_id text not null,
    nutshell_id integer not null,
    run_id text,
    noted_at text not null
);
create index if not exists matches_by_source on matches (source_object, source_id);

-- The seal over the rows of seven tables: each link carries the hash of the one before.
create table if not exists chain (
    link_id integer primary key,
    table_name text not null
        check (table_name in (
            'plans', 'approvals', 'runs', 'endings', 'intents', 'outcomes', 'matches'
        )),
    row_key not null,
    contents text,
    hash text not null,
    unique (table_name, row_key)
);

create table if not exists definitions (
    definition_id integer primary key,
    definition_kind text not null,
    entity text,
    name text not null,
    nutshell_id integer,
    created_by text not null,
    run_id text not null,
    created_at text not null
);

create table if not exists reversals (
    reversal_id integer primary key,
    run_id text not null,
    write_id integer,
    kind text,
    source_object text,
    source_id text,
    nutshell_id integer,
    outcome text not null check (outcome in ('reversed', 'kept', 'errored')),
    field text,
    reason text,
    changed_by text,
    changed_at text,
    settled_at text not null
);

-- How much a run has to do, counted as it begins: for whoever looks on.
create table if not exists sizes (
    run_id text primary key,
    items integer not null
);

-- What `load purge` took away: contents of the tables above are emptied, their rows stay.
create table if not exists purges (
    purge_id integer primary key,
    run_id text not null,
    what text not null,
    items integer not null,
    bytes integer not null,
    older_than text not null,
    purged_by text not null,
    purged_at text not null
);

create trigger if not exists intents_stay before delete on intents
begin select raise(abort, 'intents are only appended'); end;
create trigger if not exists outcomes_stay before delete on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
create trigger if not exists outcomes_keep before update of status, write_id on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
create trigger if not exists chain_stays before delete on chain
begin select raise(abort, 'the chain is only appended'); end;
create trigger if not exists chain_keeps before update on chain
begin select raise(abort, 'the chain is only appended'); end;
create trigger if not exists intents_keep before update of
write_id, run_id, operation_key, source_object, source_id, step, operation, payload_hash on intents
begin select raise(abort, 'intents are only appended'); end;
