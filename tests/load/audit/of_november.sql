-- An audit of November 2026, before the schema had a version: written by that day's code.
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
INSERT INTO "approvals" VALUES(1,'plan','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm','ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss','[["operation","create"]]','somebody','2026-11-01T08:59:00.000000Z','https://nutshell.example',0);
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
INSERT INTO "intents" VALUES(1,'20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','people:1/record','contact','people','1','record','create','newContact',NULL,'{"name":"A"}','11111111111111111111111111111111','22222222222222222222222222222222',NULL,NULL,'2026-11-30T21:10:05.648824Z',NULL);
INSERT INTO "intents" VALUES(2,'20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','people:2/record','contact','people','2','record','create','newContact',NULL,'{"name":"B"}','33333333333333333333333333333333','44444444444444444444444444444444',NULL,NULL,'2026-11-30T21:10:05.652700Z',NULL);
INSERT INTO "intents" VALUES(3,'20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','people:1/record','contact','people','1','record','update','editContact',11,'{"description":"x"}','55555555555555555555555555555555',NULL,'{"description":null}','1','2026-11-30T21:10:05.655837Z',NULL);
CREATE TABLE open_writes (
    write_id integer primary key,
    desired text
);
INSERT INTO "open_writes" VALUES(2,'{"name":"B"}');
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
INSERT INTO "outcomes" VALUES(1,1,'done',11,'{"name":"A"}','1',NULL,NULL,'2026-11-30T21:10:05.651080Z');
INSERT INTO "outcomes" VALUES(2,2,'in_doubt',NULL,NULL,NULL,NULL,NULL,'2026-11-30T21:10:05.653763Z');
INSERT INTO "outcomes" VALUES(3,3,'done',11,'{"description":"x"}','2',NULL,NULL,'2026-11-30T21:10:05.656710Z');
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
INSERT INTO "records" VALUES('contact','people','1',11,'https://nutshell.example/person/11','created','{"name":"A"}','22222222222222222222222222222222','1','20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','2026-11-30T21:10:05.651080Z');
INSERT INTO "records" VALUES('contact','people','2',NULL,NULL,'in_doubt','{"name":"B"}','44444444444444444444444444444444',NULL,'20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','2026-11-30T21:10:05.653763Z');
INSERT INTO "records" VALUES('account','organizations','9',900,NULL,'matched',NULL,NULL,NULL,'20261101T090000.000000Z-aaaa','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd','2026-11-30T21:10:05.660712Z');
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
INSERT INTO "runs" VALUES('20261101T090000.000000Z-aaaa','apply --sample','dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',NULL,'2026-11-30T21:10:05.642518Z','2026-11-30T21:10:05.670886Z','done','https://nutshell.example',0);
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
CREATE TRIGGER intents_stay before delete on intents
begin select raise(abort, 'intents are only appended'); end;
CREATE TRIGGER outcomes_stay before delete on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
CREATE TRIGGER outcomes_keep before update of status, write_id on outcomes
begin select raise(abort, 'outcomes are only appended'); end;
CREATE TRIGGER intents_keep before update of
write_id, run_id, operation_key, source_object, source_id, step, operation, payload_hash on intents
begin select raise(abort, 'intents are only appended'); end;
COMMIT;
