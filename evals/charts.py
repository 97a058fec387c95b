"""Charts of a report as SVG, drawn by matplotlib. Labels are names and codes, never Hangul or
Arabic: those stand in the HTML, where browsers shape them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

import matplotlib
import numpy as np
from matplotlib.figure import Figure

LANGUAGES = ("ko", "ar", "en")
#: Legible in print and without colour vision (Okabe and Ito 2008).
_COLOURS = {"answered": "#0072B2", "quoted": "#56B4E9", "not_found": "#E69F00", "failed": "#D55E00"}


def _style(salt: str) -> AbstractContextManager[None]:
    """Text stays text, and the ids of two charts in one page differ."""
    return matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": salt, "font.size": 9})


def heat_maps(panels: Mapping[str, Mapping[tuple[str, str], float]]) -> str:
    """One 3×3 map a measure: the question's language down, the documents' across.

    Args:
        panels: For each title, the share for (question's language, documents' language).
    """
    with _style("heat"):
        figure = Figure(figsize=(2.6 * len(panels), 2.7), layout="constrained")
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for axis, (title, cells) in zip(axes, panels.items(), strict=True):
            grid = np.array([[cells.get((q, d), np.nan) for d in LANGUAGES] for q in LANGUAGES])
            axis.imshow(grid, vmin=0, vmax=1, cmap="cividis", aspect="equal")
            axis.set_title(title, fontsize=9)
            axis.set_xticks(range(3), LANGUAGES)
            axis.set_yticks(range(3), LANGUAGES)
            axis.set_xlabel("documents")
            axis.set_ylabel("question")
            for (y, x), value in np.ndenumerate(grid):
                text = "–" if np.isnan(value) else f"{100 * value:.0f}"
                colour = "black" if value > 0.5 or np.isnan(value) else "white"
                axis.text(x, y, text, ha="center", va="center", color=colour)
        return _svg(figure)


def outcome_bars(shares: Mapping[str, Mapping[str, float]]) -> str:
    """Stacked bars of outcomes, one a group of questions."""
    with _style("outcomes"):
        figure = Figure(figsize=(7, 0.6 + 0.3 * len(shares)), layout="constrained")
        axis = figure.subplots()
        names = list(shares)
        left = np.zeros(len(names))
        for outcome, colour in _COLOURS.items():
            widths = np.array([100 * shares[name].get(outcome, 0.0) for name in names])
            axis.barh(names, widths, left=left, color=colour, label=outcome)
            left += widths
        axis.invert_yaxis()
        axis.set_xlim(0, 100)
        axis.set_xlabel("% of questions")
        figure.legend(loc="outside upper center", ncols=4, frameon=False)
        return _svg(figure)


def latency_curves(times: Mapping[str, Sequence[float]]) -> str:
    """For each kind of time, the share of replies that were there by then."""
    with _style("latency"):
        figure = Figure(figsize=(7, 2.6), layout="constrained")
        axis = figure.subplots()
        for (name, values), style in zip(times.items(), ("-", "--", "-.", ":"), strict=False):
            axis.ecdf(np.array(values) / 1000, linestyle=style, label=name)
        axis.set_xscale("log")
        axis.set_xlabel("seconds from the request")
        axis.set_ylabel("share of replies")
        axis.grid(alpha=0.3)
        axis.legend(frameon=False)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
