"""
Cells that a spreadsheet opens as text. Not the files: each has its own columns.

What is said here of a formula, macros/csv_cell.sql says of the lines that SQL prints.
"""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins in a spreadsheet


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; the maps cut the blank off again."""
    return f" {cell}" if cell.startswith(FORMULA) else cell
