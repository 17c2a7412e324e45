BEGIN TRANSACTION;
CREATE TABLE approvals (
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
CREATE TABLE chain (
    link_id integer primary key,
    table_name text not null
        check (table_name in ('plans', 'approvals', 'intents', 'outcomes', 'matches')),
    row_key not null,
    contents text,
    hash text not null,
    unique (table_name, row_key)
);
INSERT INTO "chain" VALUES(1,'intents',1,'{"payload":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","before":null}','b59114224c7b7afcd2f99d73132c990c9509280e6a5504452d16c8e5bfc8897c');
INSERT INTO "chain" VALUES(2,'outcomes',1,'{"after":"fa5ccbb9fbbb7bc69ef80fc07d62bcb8dcfbc7cecd40211f76e15e39dfdc6613"}','30c779eae2f7df7ddd7d48392cf0db02abebbb030edfbeb891904ed64c3caadf');
INSERT INTO "chain" VALUES(3,'intents',2,'{"payload":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","before":null}','0dd4af42e48205e207966cc7df89bf7c8659f3b0cf92482dd5bc0ad020ccdbef');
INSERT INTO "chain" VALUES(4,'outcomes',2,'{"after":"fa5ccbb9fbbb7bc69ef80fc07d62bcb8dcfbc7cecd40211f76e15e39dfdc6613"}','95ef31304a5164706cef725ffa2c89e06dfd24eaa227a464d36acef34b2a77b6');
INSERT INTO "chain" VALUES(5,'intents',3,'{"payload":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","before":null}','c3645e670a4721ca926d78c3f003a8528e7474e127cd19514489dd72211bc88c');
INSERT INTO "chain" VALUES(6,'matches',1,NULL,'528293e882614ef97c9bcf28351cb52de3ea4e402906a6535444cb12b6a0b65e');
CREATE TABLE conflicts (
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
CREATE TABLE definitions (
    definition_id integer primary key,
    definition_kind text not null,
    entity text,
    name text not null,
    nutshell_id integer,
    created_by text not null,
    run_id text not null,
    created_at text not null
);
CREATE TABLE intents (
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
INSERT INTO "intents" VALUES(1,'run','d','people:1/record','contact','people','1','record','create','newContact',NULL,'{}',NULL,NULL,NULL,NULL,'2026-12-01T04:37:11.777343Z',NULL);
INSERT INTO "intents" VALUES(2,'run','d','people:2/record','contact','people','2','record','create','newContact',NULL,'{}',NULL,NULL,NULL,NULL,'2026-12-01T04:37:11.804164Z',NULL);
INSERT INTO "intents" VALUES(3,'run','d','people:3/record','contact','people','3','record','create','newContact',NULL,'{}',NULL,NULL,NULL,NULL,'2026-12-01T04:37:11.811150Z',NULL);
CREATE TABLE matches (
    match_id integer primary key,
    kind text not null,
    source_object text not null,
    source_id text not null,
    nutshell_id integer not null,
    run_id text,
    noted_at text not null
);
INSERT INTO "matches" VALUES(1,'contact','people','9',90,'run','2026-12-01T04:37:11.811833Z');
CREATE TABLE open_writes (
    write_id integer primary key,
    desired text
);
INSERT INTO "open_writes" VALUES(3,NULL);
CREATE TABLE outcomes (
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
INSERT INTO "outcomes" VALUES(1,1,'done',1,'{"name":"Ida"}',NULL,NULL,NULL,'2026-12-01T04:37:11.796878Z');
INSERT INTO "outcomes" VALUES(2,2,'done',2,'{"name":"Ida"}',NULL,NULL,NULL,'2026-12-01T04:37:11.808918Z');
CREATE TABLE plans (
    plan_digest text primary key,
    mapping_digest text not null,
    schema_digest text not null,
    host text not null,
    frozen_at text not null
);
CREATE TABLE purges (
    purge_id integer primary key,
    run_id text not null,
    what text not null,
    items integer not null,
    bytes integer not null,
    older_than text not null,
    purged_by text not null,
    purged_at text not null
);
CREATE TABLE records (
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
INSERT INTO "records" VALUES('contact','people','1',1,NULL,'created',NULL,NULL,NULL,'run','d','2026-12-01T04:37:11.796878Z');
INSERT INTO "records" VALUES('contact','people','2',2,NULL,'created',NULL,NULL,NULL,'run','d','2026-12-01T04:37:11.808918Z');
INSERT INTO "records" VALUES('contact','people','3',NULL,NULL,'intended',NULL,NULL,NULL,'run','d','2026-12-01T04:37:11.811150Z');
INSERT INTO "records" VALUES('contact','people','9',90,NULL,'matched',NULL,NULL,NULL,'run',NULL,'2026-12-01T04:37:11.811833Z');
CREATE TABLE reversals (
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
CREATE TABLE runs (
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
INSERT INTO "runs" VALUES('run','apply',NULL,'ida','2026-12-01T04:37:11.832517Z','2026-12-01T04:37:11.848765Z','done','https://n.example',0);
INSERT INTO "runs" VALUES('run2','apply',NULL,'ida','2026-12-01T04:37:11.860095Z',NULL,'running','https://n.example',0);
CREATE TABLE sizes (
    run_id text primary key,
    items integer not null
);
CREATE INDEX records_by_source on records (source_object, source_id);
CREATE INDEX records_by_state on records (state);
CREATE INDEX records_by_change on records (updated_at);
CREATE INDEX intents_by_operation on intents (plan_digest, operation_key);
CREATE INDEX intents_by_source on intents (source_object, source_id);
CREATE INDEX intents_by_run on intents (run_id);
CREATE INDEX outcomes_by_write on outcomes (write_id, outcome_id);
CREATE INDEX outcomes_by_time on outcomes (settled_at);
CREATE VIEW writes as
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
CREATE INDEX matches_by_source on matches (source_object, source_id);
CREATE TRIGGER intents_stay before delete on intents
begin select raise(abort, 'intents are only appended'); end;
CREATE TRIGGER outcomes_stay before delete on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
CREATE TRIGGER outcomes_keep before update of status, write_id on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
CREATE TRIGGER chain_stays before delete on chain
begin select raise(abort, 'the chain is only appended'); end;
CREATE TRIGGER chain_keeps before update on chain
begin select raise(abort, 'the chain is only appended'); end;
CREATE TRIGGER intents_keep before update of
write_id, run_id, operation_key, source_object, source_id, step, operation, payload_hash on intents
begin select raise(abort, 'intents are only appended'); end;
COMMIT;
pragma user_version = 2;
