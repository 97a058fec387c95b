"""Is a right answer shown, and a wrong one held back?

    python benchmarks/verdicts.py [--index DIR] [--cache FILE] [--baseline N] [--fit [--joint FILE]]
                                  [--quick]

Right and wrong answers (``data/verdicts.jsonl``, see `verdict_cases`) to questions on statutes,
policies and the samples, in nine directions between the languages, are judged as the service
judges what its generator says; nothing is generated. One half of the facts is fitted on (``--fit``
does it again and writes the files in ``assistant/calibration``), the other half is reported
(``--quick``: every other fact of both): right ones shown, by form, language and direction; wrong
ones shown, by kind; the curve; and the sixteen vetoes of the service, on the same answers.
Intervals are bootstraps over facts, 95 %.

It takes about half an hour on two cores; ``--cache`` keeps the signals, and then it takes minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from retrieval import SHARED, corpus_store
from sklearn.metrics import roc_auc_score
from verdict_cases import CONVERTED, Case, drawn, load_cases
from verdict_copies import copied_cases
from verdict_fit import OF_VECTORS, fit, scores_of
from verdict_signals import Reader, Row
from vetoes import Vetoes

from assistant.calibration.calibration import Calibration, load_calibration, load_calibrations
from assistant.language import LANGUAGES, warm_up
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import load_embedder
from assistant.retrieval.cosines import CAREFUL
from assistant.retrieval.evidence import select_evidence
from assistant.settings import Settings

CALIBRATIONS = Path(__file__).parent.parent / "assistant" / "calibration"
RESAMPLES = 1000
#: Yes or no, said rightly and the other way round.
TURNED = ("turned_alone", "turned_mixed", "turned_whole")


def main() -> None:
    """Read all answers, fit where that is asked for, and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--cache", type=Path, help="file to keep signals in")
    parser.add_argument("--baseline", type=int, default=150, help="questions for the vetoes")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--joint", type=Path, help="crossed scores, see verdict_training.py")
    parser.add_argument("--quick", action="store_true", help="every other fact only")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"skipped: the corpus in {SHARED} is not there")
    embedder = load_embedder(Settings(_env_file=None))
    warm_up()
    with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
        crossed = json.loads(arguments.joint.read_text()) if arguments.joint else {}
        reader = Reader(store, embedder, load_cross_encoder(embedder), crossed)
        cases = load_cases()
        cases += copied_cases(cases, [node.to_passage() for node in store.select({})])
        wanted = [c for c in cases if drawn(c.fact) or not arguments.quick]
        rows = list(reader.rows(wanted, arguments.cache))
        if arguments.fit:
            write(rows, embedder.model_name)
        verdict = load_calibration(embedder.model_name, "*").verdict
        report_rows = [row for row in rows if row.case.half == 1]
        scores = scores_of(report_rows, verdict)
        print_report("verdict", report_rows, scores, verdict.threshold)
        print_curve(report_rows, scores)
        print_ways(report_rows)
        vetoed(reader, report_rows, scores, verdict.threshold, arguments.baseline)
        print_cost(reader, report_rows)


def write(rows: Sequence[Row], embedder: str) -> None:
    """Fit on half 0 and write both calibrations: for the embedder, and for any."""
    own = [row for row in rows if row.case.half == 0 and row.signals and not row.refused]
    facts = len({row.case.fact for row in own})
    said = f"{len(own)} answers on {facts} facts, half 0 of benchmarks/data/verdicts.jsonl"
    for name, without in ((embedder, frozenset[str]()), ("*", OF_VECTORS)):
        fitted = fit(own, without)
        right = np.array([row.case.right for row in own])
        shown = fitted.scores >= fitted.verdict.threshold
        print(
            f"fitted for {name}, cross-validated: AUC {roc_auc_score(right, fitted.scores):.3f}, "
            f"threshold {fitted.verdict.threshold:.3f}: right shown {shown[right].mean():.3f}, "
            f"wrong shown {shown[~right].mean():.3f}"
        )
        known = load_calibrations().get((name, "*"))
        calibration = Calibration(
            embedder=name,
            generator="*",
            fitted_on=said,
            gate=known.gate if known else None,
            verdict=fitted.verdict,
            cosines=known.cosines if known else CAREFUL,
        )
        file = CALIBRATIONS / f"{'default' if name == '*' else name}.json"
        file.write_text(calibration.model_dump_json() + "\n", "utf-8")
    load_calibrations.cache_clear()
    load_calibration.cache_clear()


Rate = tuple[float, float, float, int]


def rate(rows: Sequence[Row], shown: NDArray[np.bool_]) -> Rate:
    """Share of the rows that are shown, with its interval over facts, and their number."""
    if not rows:
        return 0.0, 0.0, 0.0, 0
    by_fact: dict[str, list[bool]] = defaultdict(list)
    for row, is_shown in zip(rows, shown, strict=True):
        by_fact[row.case.fact].append(bool(is_shown))
    sums = np.array([(sum(own), len(own)) for own in by_fact.values()], dtype=float)
    draw = np.random.default_rng(0)
    picked = sums[draw.integers(len(sums), size=(RESAMPLES, len(sums)))].sum(1)
    low, high = np.quantile(picked[:, 0] / picked[:, 1], (0.025, 0.975))
    return float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high), len(rows)


def print_report(
    name: str, rows: Sequence[Row], scores: NDArray[np.float64], threshold: float
) -> None:
    """What is shown of right and wrong answers, by form or kind, language and direction."""
    shown = scores >= threshold
    print(f"\n{name}: shown, on the half that nothing was fitted on (95 % over facts)")
    for right in (True, False):
        print(f"  {'RIGHT' if right else 'WRONG'}")
        groups: dict[str, Callable[[Row], bool]] = {"all": lambda _: True}
        keys = sorted({row.case.kind for row in rows if row.case.right == right})
        groups |= {f"kind {key}": _has("kind", key) for key in keys}
        groups |= {f"language {key}": _has("language", key) for key in LANGUAGES}
        directions = sorted({row.case.direction for row in rows if row.case.target})
        groups |= {f"direction {key}": _has("direction", key) for key in directions}
        for label, belongs in groups.items():
            chosen = [i for i, r in enumerate(rows) if r.case.right == right and belongs(r)]
            share, low, high, count = rate([rows[i] for i in chosen], shown[chosen])
            print(f"    {label:24} {share:6.1%}  ({low:.1%} to {high:.1%})  of {count}")


def _has(attribute: str, value: str) -> Callable[[Row], bool]:
    return lambda row: getattr(row.case, attribute) == value


def print_curve(rows: Sequence[Row], scores: NDArray[np.float64]) -> None:
    """Right ones shown at given shares of wrong ones shown."""
    right = np.array([row.case.right for row in rows])
    print(f"\ncurve: AUC {roc_auc_score(right, scores):.3f}")
    for wrong in (0.01, 0.02, 0.03, 0.05, 0.1):
        least = float(np.quantile(scores[~right], 1 - wrong))
        print(
            f"  {wrong:.0%} of wrong ones shown: {(scores[right] > least).mean():.1%} of right ones"
        )


def print_ways(rows: Sequence[Row]) -> None:
    """Yes and no: how well each way alone tells a right verdict from one that is turned round."""
    print("\nyes and no, each way alone")
    said = [row for row in rows if row.signals and row.case.kind in ("verdict", "verdict_short")]
    ways: Mapping[str, Callable[[Row], float]] = {
        "within the sentence": lambda r: -r.signals.verdict_conflict,  # type: ignore[union-attr]
        "denied by the support": lambda r: -r.signals.denial_conflict,  # type: ignore[union-attr]
        "cross-encoder": lambda r: r.signals.joint,  # type: ignore[union-attr]
        "nearness": lambda r: r.signals.answer_nearness,  # type: ignore[union-attr]
    }
    for kind in TURNED:
        turned = [row for row in rows if row.signals and row.case.kind == kind]
        labels = [True] * len(said) + [False] * len(turned)
        aucs = ", ".join(
            f"{name} {roc_auc_score(labels, [way(r) for r in (*said, *turned)]):.3f}"
            for name, way in ways.items()
        )
        print(f"  {kind}: AUC {aucs}")
    right = [row for row in rows if row.signals and row.case.right]
    wrong = [row for row in rows if row.signals and not row.case.right]
    labels = [True] * len(right) + [False] * len(wrong)
    joint = [r.signals.joint for r in (*right, *wrong)]  # type: ignore[union-attr]
    print(f"  cross-encoder alone, everything: AUC {roc_auc_score(labels, joint):.3f}")


def vetoed(
    reader: Reader,
    rows: Sequence[Row],
    scores: NDArray[np.float64],
    threshold: float,
    count: int,
) -> None:
    """The vetoes on the answers to some of the questions, beside the verdict on the same."""
    spread = load_calibration(reader.embedder.model_name, "*").cosines.spread
    by_question: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_question[row.case.question, row.case.scope].append(i)
    questions = list(by_question)
    picked = np.random.default_rng(1).permutation(len(questions))[:count]
    chosen: list[int] = []
    shown: list[bool] = []
    for number in picked:
        own = by_question[questions[number]]
        found = reader.search(rows[own[0]].case)
        evidence = select_evidence(found.hits, 400, spread)
        if not evidence:
            continue
        vetoes = Vetoes(reader.embedder, evidence, questions[number][0], found.query.tokens)
        for i in own:
            case = rows[i].case
            (vector,) = reader.embedder.embed_sentences([case.text])
            shown.append(vetoes.shown(case.text, case.language, vector))
            chosen.append(i)
    held = np.array(shown)
    print(f"\nbaseline: the vetoes on {len(chosen)} answers to {len(picked)} of the questions")
    for name, these in (("vetoes", held), ("verdict", scores[chosen] >= threshold)):
        parts = []
        for label, belongs in (
            ("right", lambda r: r.case.right),
            ("right short", lambda r: r.case.right and r.case.kind == "short"),
            ("right converted", lambda r: r.case.right and r.case.kind == CONVERTED),
            ("wrong", lambda r: not r.case.right),
            ("wrong turned round", lambda r: r.case.kind in TURNED),
        ):
            at = [k for k, i in enumerate(chosen) if belongs(rows[i])]
            share, *_, number_of = rate([rows[chosen[k]] for k in at], these[at])
            parts.append(f"{label} {share:.1%} of {number_of}")
        print(f"  {name:8} shown: " + ", ".join(parts))


def print_cost(reader: Reader, rows: Sequence[Row]) -> None:
    """How long a verdict takes, as a multiple of embedding the sentence."""
    by_question: dict[tuple[str, str | None], list[Case]] = defaultdict(list)
    for row in rows:
        by_question[row.case.question, row.case.scope].append(row.case)
    questions = list(by_question.values())
    embedding: list[float] = []
    first: list[float] = []
    further: list[float] = []
    for number in np.random.default_rng(2).permutation(len(questions))[:12]:
        judge = reader.judge(questions[number][0])
        for place, case in enumerate(questions[number][:4]):
            began = time.perf_counter()
            reader.embedder.embed_sentences([case.text])
            between = time.perf_counter()
            judge(case)
            embedding.append(between - began)
            (further if place else first).append(time.perf_counter() - between)
    one = float(np.median(embedding))
    print(
        f"\na verdict on the first sentence of a reply takes {np.median(first) / one:.1f} times as "
        f"long as embedding the sentence once ({1000 * one:.0f} ms), on a further one "
        f"{np.median(further) / one:.1f} times"
    )


if __name__ == "__main__":
    main()
