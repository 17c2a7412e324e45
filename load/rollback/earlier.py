"""
What records were to be before the run that a rollback takes back, so that it can be planned again.

Not a before-image: those hold what Nutshell showed, this is what the plan before had wanted.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress

from common.errors import DataDamaged
from common.paths import DataPaths
from load.audit.questions import Audit
from load.plan.frozen import plan_file, read_headline, stream_records
from load.plan.integrity import check_plan
from load.rollback.selection import KINDS, Place, Selection


def earlier_desired(audit: Audit, paths: DataPaths, selection: Selection) -> dict[Place, str]:
    """
    Read from the frozen plans what records of which older writes of ours stay had to be.

    Of one whose plan is no more nothing is known: it is matched anew by the next plan.
    """
    if selection.run is None:
        return {}  # nothing older stays
    by_plan: dict[str, dict[str, Place]] = defaultdict(dict)
    for kind in KINDS:
        for place in selection.records(audit, kind):
            first = selection.writes(audit, place)[0].write_id
            left = audit.writes(
                "source_object = ? and source_id = ? and write_id < ? and status = 'done'"
                " and operation in ('create', 'update') and step in ('record', 'file')",
                *place,
                first,
                newest_first=True,
            )
            write = next(left, None)
            if write is not None and write.plan_digest and write.operation_key:
                by_plan[write.plan_digest][write.operation_key] = place
    found: dict[Place, str] = {}
    for digest, places in by_plan.items():
        with suppress(DataDamaged):  # purged, or of a version that this one does not read
            check_plan(paths, audit, read_headline(paths, digest))
            for steps in stream_records(plan_file(paths, digest)):
                place_of = places.get(steps[0].operation_key)
                if place_of is not None and steps[0].desired is not None:
                    found[place_of] = steps[0].desired
    return found
