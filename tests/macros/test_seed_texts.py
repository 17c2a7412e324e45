"""What value maps are made from can stand in a seed: no NUL, no lone carriage return."""

import json
import random
import re
from pathlib import Path

import duckdb
import jinja2

MACROS = Path(__file__).resolve().parents[2] / "macros/as_seeds_hold.sql"
LETTERS = ["a", "\r", "\n", "\\", "\0", '"', "r", "n", "u0000", "é"]


def test_a_text_and_its_json_lose_what_no_seed_holds():
    """Whatever stands before and behind it, backslashes too."""
    module = jinja2.Template(MACROS.read_text()).module
    dice = random.Random(7)
    texts = ["".join(dice.choices(LETTERS, k=dice.randint(0, 6))) for _ in range(2000)]
    texts += ["x\ry\rz\rw", "C:\\reports", "\r", "a\r\r\rb", "a\r\n\r\nb"]
    link = duckdb.connect()
    link.execute("create table texts (text varchar, record varchar)")
    link.executemany("insert into texts values (?, ?)", [(t, json.dumps([t, t])) for t in texts])
    plain, in_json = module.as_seeds_hold("text"), module.json_as_seeds_hold("record")
    for text, held, record in link.execute(
        f"select text, {plain}, {in_json} from texts"  # noqa: S608
    ).fetchall():
        for found in (held, *json.loads(record)):
            assert not re.search("\0|\r(?!\n)", found), text
            assert re.sub("[\0\r\n]", "", found) == re.sub("[\0\r\n]", "", text)
            assert re.search("\0|\r(?!\n)", text) or found == text
