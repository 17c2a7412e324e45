"""What proposals are made from: tables that SQL left, and reference seeds. No record's content."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from common.cli import Frame
from common.errors import UsageError
from common.seeds import seed_rows
from load.propose.owners import Person
from load.propose.proposal import Bookkeeping, SourceField, TargetField
from load.propose.scoring import Vocabulary
from load.warehouse import open_warehouse

ENTITIES = {
    "organizations": "accounts", "people": "contacts", "leads": "leads",
    "deals": "leads", "activities": "activities",
}  # fmt: skip


@dataclass(frozen=True)
class ValueInUse:
    """A value that the source uses and that a map must know."""

    map: str
    source_object: str
    source_field: str
    value: str
    is_declared: bool = False  # by the metadata: it may leave the machine


@dataclass(frozen=True)
class Material:
    """Everything that the proposals look at."""

    fields: list[SourceField]
    targets: dict[str, list[TargetField]]
    values: list[ValueInUse]
    names: dict[str, list[str]]  # map → names that Nutshell has, in their order
    choices: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    users: list[Person] = field(default_factory=list)
    nutshell_users: list[Person] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)  # of fields
    meanings: Vocabulary = field(default_factory=Vocabulary)  # of values
    limits: dict[str, int] = field(default_factory=dict)  # how long a name may be
    bookkeeping: list[Bookkeeping] = field(default_factory=list)  # columns that stay behind


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Read a reference seed; raise UsageError if SEEDS_DIR has none."""
    if not path.is_file():
        raise UsageError(f"{path} does not exist. Set SEEDS_DIR to the folder of the seeds.")
    yield from seed_rows(path)


def vocabulary_of(seeds: Path, said_of: str = "fields") -> Vocabulary:
    """Read the synonyms that hold between names of `fields`, or between `values`."""
    rows = [
        (row.get("said_of") or "", row["concept"], row["word"])
        for row in rows_of(seeds / "reference" / "synonyms.csv")
    ]

    def of(*kinds: str) -> list[tuple[str, str]]:
        return [(concept, word) for kind, concept, word in rows if kind in kinds]

    found = Vocabulary.of(of("", said_of))
    if said_of != "values":
        return found
    return found.with_endings(of("outcomes"), of("deals"), of("perhaps"))


def bookkeeping_of(seeds: Path) -> list[Bookkeeping]:
    """Read which columns a system keeps for itself; raise UsageError for a pattern that is none."""
    path = seeds / "reference" / "bookkeeping_fields.csv"
    found = []
    for line, row in enumerate(rows_of(path), start=2):
        try:
            pattern = re.compile(row["pattern"])
        except re.error as error:
            raise UsageError(f"{path}, row {line}: the pattern can not be read: {error}.") from None
        left_out = row["is_left_out"].lower() == "true"
        found.append(Bookkeeping(pattern, left_out, float(row["confidence"]), row["reason"]))
    return found


def standard_targets(seeds: Path) -> dict[str, list[TargetField]]:
    """Read Nutshell's standard fields, by entity."""
    found: dict[str, list[TargetField]] = {}
    for row in rows_of(seeds / "reference" / "target_fields.csv"):
        found.setdefault(row["entity"], []).append(
            TargetField(
                name=row["target_field"],
                type=row["target_type"],
                label=row["label"],
                synonyms=tuple(word for word in row["synonyms"].split(";") if word),
                filled_from=row["filled_from"],
                takes_more=row["takes_more"] == "true",
            )
        )
    return found


def gather(frame: Frame) -> Material:
    """Read the audit of the data model and what Nutshell has now from the warehouse."""
    seeds = frame.settings.seeds_dir
    targets = standard_targets(seeds)
    with open_warehouse(frame.paths) as warehouse:
        for entity, name, kind, choices in warehouse.execute(
            "select entity, name, detail, choices from preflight.preflight_destination"
            " where kind = 'custom_field' order by all"
        ).fetchall():
            kind = {"decision": "Choice", "currency": "Number"}.get(kind.lower(), kind)  # noqa: PLW2901
            targets.setdefault(entity, []).append(
                TargetField(name, kind, choices=tuple(choices), is_standard=False)
            )
        return Material(
            fields=fields_of(warehouse),
            targets=targets,
            values=[
                ValueInUse(*row)
                for row in warehouse.execute(
                    """
                    select distinct maps.map, maps.source_object, maps.source_field,
                        maps.source_value,
                        list_contains(fields.options_declared, maps.source_value) is true
                    from preflight.preflight_value_maps as maps
                    left join preflight.preflight_fields as fields
                        on maps.source_object = fields.object
                        and maps.source_field = fields.field
                        and not fields.is_phi
                    order by all
                    """
                ).fetchall()
            ],
            choices=_choices(warehouse),
            names=_names(warehouse, seeds),
            users=[
                Person(email, name or "")
                for email, name in warehouse.execute(
                    "select email, name from preflight.preflight_owners"
                    " where email is not null and records > 0"
                    " and match not in ('exact', 'case', 'alias') order by all"
                ).fetchall()
            ],
            nutshell_users=[
                Person(email, name, enabled)
                for name, email, enabled in warehouse.execute(
                    "select name, detail, is_enabled from preflight.preflight_destination"
                    " where kind = 'user' order by all"
                ).fetchall()
            ],
            vocabulary=vocabulary_of(seeds),
            meanings=vocabulary_of(seeds, "values"),
            bookkeeping=bookkeeping_of(seeds),
            limits=_limits(seeds),
        )


def fields_of(warehouse: duckdb.DuckDBPyConnection) -> list[SourceField]:
    """Read what no model carries, and the custom fields that have a row already."""
    rows = warehouse.execute(
        """
        select object, field, coalesce(label, ''), coalesce(type_declared, type_seen, 'text'),
            coalesce(type_seen, ''), if(options_declared = [], options_seen, options_declared),
            coalesce(longest, 0), coalesce(filled, 0),
            is_phi or coalesce(field_policy, '') = 'exclude',
            coalesce(field_policy, '') = 'migrate', is_multiple, options_declared,
            coalesce(references_object, '')
        from preflight.preflight_fields
        where object_policy = 'migrate'
            -- what models carry already has its place: a second one would be a copy of it
            and not is_standard
            and (goes_to is null or origin != 'standard' or is_in_map)
        order by object, field
        """
    ).fetchall()
    return [
        SourceField(
            source_object=row[0],
            name=row[1],
            label=row[2],
            type=row[3],
            type_seen=row[4],
            options=tuple(row[5]),
            longest=row[6],
            filled=row[7],
            is_phi=row[8],
            is_permitted=row[9],
            is_multiple=row[10],
            declared=tuple(row[11]),
            references=row[12],
        )
        for row in rows
    ]


def _limits(seeds: Path) -> dict[str, int]:
    rows = rows_of(seeds / "reference" / "limits.csv")
    return {row["limit_name"]: int(row["max_value"]) for row in rows if row["max_value"]}


def _choices(warehouse: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    # what a field's pick-list in Nutshell offers now, where there is one already
    found: dict[tuple[str, str], list[str]] = {}
    for thing, name, choice in warehouse.execute(
        "select source_object, source_field, choice"
        " from preflight.preflight_choices order by source_object, source_field, position"
    ).fetchall():
        found.setdefault((thing, name), []).append(choice)
    return found


def _names(warehouse: duckdb.DuckDBPyConnection, seeds: Path) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for row in rows_of(seeds / "reference" / "mapped_columns.csv"):
        names[row["map"]] = [name for name in row["choices"].split(";") if name]
    for name, target in warehouse.execute(
        "select map, name from preflight.preflight_targets order by map, position, name"
    ).fetchall():
        names.setdefault(name, []).append(target)
    return names
