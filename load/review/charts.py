"""Charts as SVG, drawn by Vega-Lite when the page is made: the page itself runs no chart code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import vl_convert

#: Where a record can end, what stays behind last; colours that differ in lightness, too.
ENDS = {
    "created": "#1f6f8b", "updated": "#4c9ab0", "matched": "#86bfcc", "merged": "#b9d8de",
    "pending": "#d9b44a", "blocked": "#c8642c", "failed": "#a3272f", "excluded": "#9a9a9a",
}  # fmt: skip
CONFIG = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {"labelColor": "currentColor", "titleColor": "currentColor", "grid": False,
             "domain": False, "ticks": False, "labelFontSize": 13},
    "legend": {"labelColor": "currentColor", "title": None, "orient": "bottom",
               "labelFontSize": 13, "columns": 4},
}  # fmt: skip


def by_object(objects: Sequence[dict[str, Any]]) -> str:
    """Draw a bar per object: the share of its records that ended in each bucket."""
    rows = [
        {"object": each["source_object"], "end": end, "records": int(each[end]), "rank": rank}
        for each in objects
        for rank, end in enumerate(ENDS)
    ]
    return bars(rows, [each["source_object"] for each in objects])


def bars(rows: list[dict[str, Any]], order: list[str]) -> str:
    """Draw stacked bars of shares."""
    return str(
        vl_convert.vegalite_to_svg(
            {
                "data": {"values": rows},
                "width": 620,
                # a browser's font may be wider than the one that the text was measured with
                "padding": {"left": 30, "right": 20, "top": 5, "bottom": 5},
                "height": {"step": 30},
                "mark": {"type": "bar", "height": 18},
                "encoding": {
                    "y": {"field": "object", "type": "nominal", "sort": order, "title": None},
                    "x": {
                        "field": "records", "type": "quantitative", "stack": "normalize",
                        "title": None, "axis": {"format": "%", "tickCount": 5},
                    },
                    "color": {
                        "field": "end", "type": "nominal", "sort": list(ENDS),
                        "scale": {"domain": list(ENDS), "range": list(ENDS.values())},
                    },
                    "order": {"field": "rank", "type": "quantitative"},
                },
                "config": CONFIG,
            }
        )
    )  # fmt: skip
