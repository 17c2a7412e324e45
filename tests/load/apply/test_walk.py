"""The walk: so many records under way together as the settings say, and SQL counts the same."""

import asyncio
from dataclasses import fields

import pytest

from common.errors import UsageError
from load.apply.walk import AT_ONCE, Walk, records_at_once
from load.plan.frozen import Operation


class Slow:
    """An executor that does nothing but note how many records it is given together."""

    def __init__(self):
        self.under_way = self.most = 0

    async def record(self, steps):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.001)
        self.under_way -= 1


def settings(folder, value):
    (folder / "policies").mkdir()
    text = f"name,value,unit,note\nrecords_at_once,{value},records,\n"
    (folder / "policies" / "settings.csv").write_text(text)
    return folder


def test_no_more_records_are_under_way_than_the_settings_say(tmp_path):
    """A lead stands open between two steps of its record: so many leads, and not one more."""
    executor = Slow()
    at_once = records_at_once(settings(tmp_path, "7"))
    nothing = dict.fromkeys((field.name for field in fields(Operation)), None)
    records = ([Operation(**nothing | {"level": 0})] for _ in range(100))
    asyncio.run(Walk(executor, lambda _: None, at_once).run(records))
    assert executor.most == at_once == 7


def test_without_a_setting_it_is_the_loaders_own_number(tmp_path):
    """An older folder of seeds has no such line."""
    assert records_at_once(tmp_path) == AT_ONCE


@pytest.mark.parametrize("value", ["many", "0", "-3"])
def test_a_number_that_is_none_is_named(tmp_path, value):
    """What is no number above 0 is a mistake in the settings, not one of the loader's."""
    with pytest.raises(UsageError, match="records_at_once"):
        records_at_once(settings(tmp_path, value))
