"""Extracts the practice from either door, start to summary. It lists no page itself."""

from __future__ import annotations

from pathlib import Path

from apis.visual_practice import VisualPractice
from common.cli import Frame
from common.errors import RecordsFailed, UsageError
from common.paths import new_run_id
from extract.export_folder import bodies_left, land_folder, read_metadata
from extract.fetching import Fetch, api_fetch, folder_fetch
from extract.files import land_files
from extract.metadata import checked_metadata
from extract.policies import Policies, read_policies
from extract.resources import DIALECT
from extract.runs import Run, last_watermarks, open_landing, policy_digest
from extract.visual_practice import land_api, our_time, source_time, time_of_answer


async def extract_api(frame: Frame, *, delta: bool) -> None:
    """Land the practice from its API; only changes if `delta`."""
    policies = read_policies(frame.settings.seeds_dir)
    since = last_watermarks(frame.paths) if delta else {}
    if delta and not since:
        raise UsageError(
            "There is no whole run that a delta could follow. Run `extract visual-practice` first."
            if since is None
            else "The newest run does not tell what time it was at the source (its metadata have no"
            " `server_time`), so nobody knows since when a delta would have to list. Run `extract"
            " visual-practice` without --delta."
        )
    access = frame.settings.visual_practice()
    async with VisualPractice.connect(access, DIALECT, log=frame.console.log) as api:
        metadata = checked_metadata(await api.metadata())
        now = source_time(metadata) or time_of_answer(api.answered_at)
        state = {
            "kind": "delta" if delta else "full",
            "origin": "api",
            "policy": policy_digest(policies),
            "cut_off": now or our_time(),
            "resumable": True,
        }
        landing, resumed = open_landing(frame.paths, state)
        if resumed:
            frame.console.say(f"Going on with run {landing.run_id}.")
        run = Run(landing, metadata, policies, "api")
        with frame.console.progress("pages of Visual Practice") as task:
            await land_api(run, api, landing.state["cut_off"], since or {}, task)
        fetch = api_fetch(api, policies.fetch_max_bytes)
        files = await _files(frame, run, policies, fetch)
    # by our own clock nothing can be listed that changed since: a delta would lose what it is off
    cut_off = landing.state["cut_off"] if now else None
    _finish(frame, run, state["kind"] == "delta", cut_off, files)


async def extract_folder(frame: Frame, folder: Path) -> None:
    """Land the practice from an export folder."""
    metadata = read_metadata(folder)
    policies = read_policies(frame.settings.seeds_dir)
    state = {"kind": "full", "origin": "folder", "policy": new_run_id(), "resumable": False}
    landing, _ = open_landing(frame.paths, state)
    run = Run(landing, metadata, policies, "folder")
    run.land_fields()
    with frame.console.progress("records of the export") as task:
        aside = land_folder(run, folder, task)
    files = await _files(frame, run, policies, folder_fetch(folder, policies.fetch_max_bytes))
    if aside:
        frame.console.say(f"Left aside, since the metadata do not name them: {', '.join(aside)}.")
    if files and (bodies := bodies_left(run, folder)):
        frame.console.say(f"Left aside in files/: {bodies:,} that belong to no attachment.")
    _finish(frame, run, False, source_time(metadata), files)


async def _files(frame: Frame, run: Run, policies: Policies, fetch: Fetch) -> dict[str, int]:
    if run.counts["attachments"].policy == "exclude":
        return {}
    with frame.console.progress("files") as task:
        return await land_files(run, frame.paths, fetch, policies.fetch_max_bytes, task)


def _finish(
    frame: Frame, run: Run, delta: bool, cut_off: str | None, files: dict[str, int]
) -> None:
    watermarks = dict.fromkeys(run.fetched(), cut_off) if cut_off else {}
    # an object that this delta did not ask for keeps the watermark that it had
    merged = ((last_watermarks(frame.paths) if delta else None) or {}) | watermarks
    folder = run.commit("delta" if delta else "full", cut_off, merged)
    console = frame.console
    console.table(
        f"Visual Practice, run {folder.name}",
        ("object", "policy", "rows", "ids", "pages", "quarantined", "unknown fields", "remark"),
        [
            (
                name,
                count.policy,
                count.rows,
                count.ids,
                count.pages,
                count.quarantined,
                ", ".join(sorted(count.unknown)),
                count.remark,
            )
            for name, count in run.counts.items()
        ],
    )
    if files:
        told = ", ".join(f"{number:,} {status}" for status, number in sorted(files.items()))
        console.say(f"Files: {told}.")
    way_out = (
        "have the export completed and extract again"
        if run.origin == "folder"
        else "extract again to see whether the source agrees with itself"
    )
    for name, count in run.counts.items():
        if count.remark:
            console.complain(
                f"{name}: {count.ids:,} records came, but {count.remark}. Nothing that came was"
                f" dropped; {way_out}."
            )
    _end(run)


def _end(run: Run) -> None:
    """Raise RecordsFailed if not all that there is has come as records."""
    short = [name for name, count in run.counts.items() if count.is_short]
    told = f"There may be more {', '.join(short)} than came (see above). " if short else ""
    if aside := {name: c.quarantined for name, c in run.counts.items() if c.quarantined}:
        numbers = ", ".join(f"{number:,} of {name}" for name, number in aside.items())
        told += (
            f"Landed, but for {numbers}, which are no records: after `dbt build`"
            " preflight.preflight_blockers names each with its file and line."
            " Have the source mend them and extract again; nothing else waits for them."
        )
    if told:
        raise RecordsFailed(told.strip())
