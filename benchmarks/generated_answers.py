"""What the default generator says: is it shown where it is right?

    python benchmarks/generated_answers.py [FILE ...]

``benchmarks/data/verdicts.jsonl`` has right and wrong answers that people have written, the wrong
ones as hard as they could. A generator makes other mistakes, and others as often. Here are the
sentences that the default generator says, with labels that were read by hand: to questions on the
sample corpus, each with the documents of one language only, which goes round
(``benchmarks/data/generated.jsonl``), and to questions on statutes and policies, some of which they
do not answer (``generated_statutes.jsonl``). Files of ``trilogue calibrate-generator --said`` can
be named instead.
Nothing is embedded or generated. By half of the facts (on half 0 the verdict was fitted, on half 1
nothing was) it prints what is shown of right and of wrong sentences, by the verdict for any
generator and by the one that ships for this one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant.calibration import load_calibration
from assistant.fitting.said_answers import SaidFile
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import VerdictRow
from assistant.language import LANGUAGES

DATA = Path(__file__).parent / "data"
DEFAULT = [DATA / "generated.jsonl", DATA / "generated_statutes.jsonl"]
EMBEDDER = "embeddinggemma-300m"


def main() -> None:
    """Judge what was said."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, default=DEFAULT)
    arguments = parser.parse_args()
    said = [answer for path in arguments.files for answer in SaidFile(path).answers]
    for generator in sorted({answer.generator for answer in said}):
        own = [answer for answer in said if answer.generator == generator]
        rows = [row for answer in own if (row := answer.row)]
        refused = [answer for answer in own if answer.refused]
        print(
            f"{generator}: {len(own)} questions, nothing said to "
            f"{sum(not answer.text for answer in own)}, refused {len(refused)}, of them "
            f"{sum(answer.right for answer in refused)} right, judged {len(rows)}"
        )
        for name in ("any generator", generator):
            verdict = load_calibration(EMBEDDER, name).verdict
            least = verdict.generator.threshold if verdict.generator else verdict.threshold
            scores = scores_of(rows, verdict)
            for half in (0, 1):
                print(f"\nverdict for {name}, from {least:.2f} on, half {half}")
                report(half, rows, scores, least)


def report(
    half: int, rows: Sequence[VerdictRow], scores: NDArray[np.float64], threshold: float
) -> None:
    """Print what is shown of one half of the facts."""
    right = np.array([row.answer.right for row in rows])
    own = np.array([row.answer.half == half for row in rows])
    across = np.array([row.answer.language != row.support_language for row in rows])
    groups = {"all": own, "in one language": own & ~across, "across": own & across}
    groups |= {code: own & [r.answer.language == code for r in rows] for code in LANGUAGES}
    if len(set(right[own].tolist())) == 2:
        print(f"  AUC {roc_auc_score(right[own], scores[own]):.2f}")
    shown = scores >= threshold
    for name, chosen in groups.items():
        print(
            f"  {name:16} right {(shown & right & chosen).sum():3} of {(right & chosen).sum():3}, "
            f"wrong {(shown & ~right & chosen).sum():3} of {(~right & chosen).sum():3}"
        )


if __name__ == "__main__":
    main()
