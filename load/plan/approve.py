"""
Signatures: who allowed which plan for which host, and whether one of them covers a plan.

Not a judgement on records: open gates come from `preflight.preflight_blockers`.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from common.errors import DataDamaged, GateRefused, UsageError
from common.paths import DataPaths
from common.settings import is_loopback
from load.audit.chain import link
from load.audit.entries import insert, now
from load.audit.journal import Journal
from load.audit.questions import Audit
from load.plan.digests import Element, changed_files, mapping_digest, mapping_files, short, some
from load.plan.frozen import Headline, read_headline

DEMO = "demo"


def check_signer(name: str, host: str) -> bool:
    """Say whether a signature is unattended; refuse the demo's name anywhere but on loopback."""
    if not name.strip():
        raise UsageError("Say who approves: `--by NAME`.")
    if name == DEMO and not is_loopback(host):
        raise GateRefused(f"`--by {DEMO}` is for the sandbox only. A person signs for {host}.")
    return is_loopback(host)


def check_mapping(plan: Headline, seeds: Path) -> None:
    """Refuse a working tree that is not what the plan was made of, and name the files."""
    files = mapping_files(seeds)
    if mapping_digest(files) != plan.mapping_digest:
        names = changed_files(plan.files, files)
        raise GateRefused(
            f"Changed since plan {short(plan.digest)} was frozen: {some(names)}."
            " Undo it, or run `dbt build` and `load plan` and have the new plan approved."
        )


def check_age(plan: Headline, hours: int | None) -> None:
    """Refuse a plan that was frozen more than so many hours ago: what it saw may have changed."""
    if hours is None:
        return
    age = datetime.now(UTC) - datetime.fromisoformat(plan.frozen_at)
    if age > timedelta(hours=hours):
        raise GateRefused(
            f"Plan {short(plan.digest)} was frozen {age / timedelta(hours=1):,.1f} hours ago, and"
            f" at most {hours} were asked for. Extract, run `dbt build` and `load plan`."
        )


def check_gates(plan: Headline) -> None:
    """Refuse a plan with open gates, naming them and their mends."""
    if not plan.gates:
        return
    by_mend: dict[tuple[str, str], list[str]] = {}  # one mend may open many
    for gate in plan.gates:
        subject = gate["subject"] or gate["source_object"] or "all"
        by_mend.setdefault((gate["blocker_class"], gate["mend"]), []).append(subject)
    nth: Counter[str] = Counter()
    ranked: list[tuple[int, str]] = []
    for (blocker_class, mend), subjects in by_mend.items():
        nth[blocker_class] += 1
        ranked.append((nth[blocker_class], f"{blocker_class} ({some(subjects, most=3)}): {mend}"))
    # each class is named before a second mend of any
    named = [text for _, text in sorted(ranked, key=lambda each: each[0])]
    raise GateRefused(f"{len(plan.gates)} gate(s) are open. {some(named, '; ')}")


def approve(journal: Journal, plan: Headline, *, by: str, host: str, sample: bool) -> None:
    """
    Sign a plan, or its sample once that was loaded and read back.

    Raises GateRefused for open gates, another host, or a sample that nobody can have reviewed.
    """
    unattended = check_signer(by, host)
    if plan.host != host:
        raise GateRefused(
            f"Plan {short(plan.digest)} was made for {plan.host}, and NUTSHELL_URL is {host}."
        )
    check_gates(plan)
    if sample:
        _check_sample(journal.audit, plan)

    def work(connection: sqlite3.Connection) -> None:
        approval_id = insert(
            connection,
            "approvals",
            kind="sample" if sample else "plan",
            plan_digest=plan.digest,
            mapping_digest=plan.mapping_digest,
            schema_digest=plan.schema_digest,
            envelope=orjson.dumps(plan.envelope).decode(),
            approved_by=by,
            approved_at=now(),
            host=host,
            unattended=int(unattended),
        )
        link(connection, "approvals", approval_id)

    journal.write(work)


def _check_sample(audit: Audit, plan: Headline) -> None:
    loaded = audit.value(
        "select max(finished_at) from runs where command = 'apply --sample' and status = 'done'"
        " and plan_digest = ?",
        plan.digest,
    )
    if loaded is None:
        raise GateRefused(
            f"The sample of plan {short(plan.digest)} was not loaded to its end."
            " Run `load apply --sample` first."
        )
    read_back = audit.value(
        "select max(started_at) from runs where command = 'verify' and status = 'done'"
    )
    if read_back is None or read_back < loaded:
        raise GateRefused("The sample was not read back since. Run `load verify` first.")


def check_approved(audit: Audit, plan: Headline, *, host: str, sample: bool) -> None:
    """
    Refuse a plan that no signature covers, naming what is new against the nearest one.

    A signature covers the plan it was given for, and any plan of the same mapping and the same
    destination whose envelope holds nothing new. A whole load needs one for a sample as well.
    """
    check_gates(plan)
    _check_signature(audit, plan, host, "plan", "load approve --by NAME")
    if not sample and plan.sample_records:
        _check_signature(audit, plan, host, "sample", "load approve --sample-reviewed --by NAME")


def _check_signature(audit: Audit, plan: Headline, host: str, kind: str, way_out: str) -> None:
    what = "plan" if kind == "plan" else "reviewed sample"
    newest = None
    for row in audit.rows(
        "select * from approvals where kind = ? and host = ? order by approval_id desc", kind, host
    ):
        newest = newest or row
        if row["plan_digest"] == plan.digest or not _differences(row, plan):
            return
    if newest is None:
        raise GateRefused(
            f"No {what} is approved for {host}. Run `{way_out}`"
            + ("." if kind == "plan" else " after `load apply --sample` and `load verify`.")
        )
    raise GateRefused(
        f"Plan {short(plan.digest)} is not covered by the standing approval of the {what}"
        f" {short(newest['plan_digest'])}. New: {some(_named(audit, newest, plan), '; ')}."
        f" Review it and run `{way_out}`."
    )


def _named(audit: Audit, approval: sqlite3.Row, plan: Headline) -> list[str]:
    """Name what a plan has that an approval did not see, file by file where its plan is kept."""
    try:
        then = read_headline(DataPaths(audit.folder), approval["plan_digest"])
    except DataDamaged:  # purged: its digests still tell that something changed
        return _differences(approval, plan)
    new = [f"{name} changed" for name in changed_files(then.files, plan.files)]
    before, after = ({(k, e) for k, e in headline.schema} for headline in (then, plan))
    new += [f"Nutshell has {kind} {element}" for kind, element in sorted(after - before)]
    new += [f"Nutshell has no more {kind} {element}" for kind, element in sorted(before - after)]
    seen = then.elements()
    return new + sorted(f"{e.kind} {e.element}" for e in plan.elements() - seen)


def _differences(approval: sqlite3.Row, plan: Headline) -> list[str]:
    """Say what a plan has that an approval did not see."""
    new = []
    if approval["mapping_digest"] != plan.mapping_digest:
        new.append("the mapping (models, macros or seeds)")
    if approval["schema_digest"] != plan.schema_digest:
        new.append("Nutshell's fields, stages, outcomes or users")
    seen = {Element(kind, element) for kind, element in orjson.loads(approval["envelope"])}
    # of an old envelope a purge leaves hashes: what was signed is known again all the same
    unseen = (
        element
        for element in plan.elements() - seen
        if element.hashed(approval["plan_digest"]) not in seen
    )
    new += sorted(f"{e.kind} {e.element}" for e in unseen)
    return new
