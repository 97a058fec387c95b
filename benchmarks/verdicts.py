"""Is a right answer shown, and a wrong one held back?

    python benchmarks/verdicts.py [--index DIR] [--cache FILE] [--baseline N] [--quick]

Right and wrong answers (see `verdict_answers`) to questions on statutes, policies and the samples,
in nine directions between the languages, are judged as the service judges what its generator says;
nothing is generated. One half of the facts was fitted on (by ``trilogue calibrate --hold-out``),
the other half is reported (``--quick``: every other fact of it): right ones shown, by form,
language and direction; wrong ones shown, by kind; the curve; and the sixteen vetoes that the
verdict replaced, on the same answers. Intervals are bootstraps over facts, 95 %.

It takes about a quarter of an hour on two cores; ``--cache`` keeps the signals, and then it takes
minutes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from retrieval import SHARED, corpus_store
from sklearn.metrics import roc_auc_score
from verdict_answers import benchmark_answers
from vetoes import Vetoes

from assistant.answering.claim import Claim
from assistant.answering.verdict.judge import Judge, QuestionContext
from assistant.answering.verdict.model import VerdictModel
from assistant.calibration import load_calibration
from assistant.fitting.cache import Cache
from assistant.fitting.labelled_answer import LabelledAnswer, drawn
from assistant.fitting.suite_answers import CONVERTED
from assistant.fitting.verdict_fit import scores_of
from assistant.fitting.verdict_rows import SignalReader, VerdictRow
from assistant.language import LANGUAGES, warm_up
from assistant.models.cross_encoder import load_cross_encoder
from assistant.models.embedder import load_embedder
from assistant.retrieval.evidence import select_evidence
from assistant.settings import Settings

RESAMPLES = 1000
#: Yes or no, said rightly and the other way round.
TURNED = ("turned_alone", "turned_mixed", "turned_whole")


def main() -> None:
    """Read the answers of the reporting half, and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--cache", type=Path, help="file to keep signals in")
    parser.add_argument("--baseline", type=int, default=150, help="questions for the vetoes")
    parser.add_argument("--quick", action="store_true", help="every other fact only")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"skipped: the corpus in {SHARED} is not there")
    embedder = load_embedder(Settings(_env_file=None))
    warm_up()
    fitted = load_calibration(embedder.model_name, "*")
    with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
        reader = SignalReader(
            store, embedder, fitted.gate, fitted.cosines, load_cross_encoder(embedder)
        )
        answers = [a for a in benchmark_answers(store) if a.half == 1]
        wanted = [a for a in answers if drawn(a.fact) or not arguments.quick]
        rows = list(reader.rows(wanted, Cache(arguments.cache)))
        scores = scores_of(rows, fitted.verdict)
        print_report("verdict", rows, scores, fitted.verdict.threshold)
        print_curve(rows, scores)
        print_ways(rows)
        vetoed(reader, rows, scores, fitted.verdict.threshold, arguments.baseline)
        print_cost(reader, rows)


Rate = tuple[float, float, float, int]


def rate(rows: Sequence[VerdictRow], shown: NDArray[np.bool_]) -> Rate:
    """Share of the rows that are shown, with its interval over facts, and their number."""
    if not rows:
        return 0.0, 0.0, 0.0, 0
    by_fact: dict[str, list[bool]] = defaultdict(list)
    for row, is_shown in zip(rows, shown, strict=True):
        by_fact[row.answer.fact].append(bool(is_shown))
    sums = np.array([(sum(own), len(own)) for own in by_fact.values()], dtype=float)
    draw = np.random.default_rng(0)
    picked = sums[draw.integers(len(sums), size=(RESAMPLES, len(sums)))].sum(1)
    low, high = np.quantile(picked[:, 0] / picked[:, 1], (0.025, 0.975))
    return float(sums[:, 0].sum() / sums[:, 1].sum()), float(low), float(high), len(rows)


def print_report(
    name: str, rows: Sequence[VerdictRow], scores: NDArray[np.float64], threshold: float
) -> None:
    """What is shown of right and wrong answers, by form or kind, language and direction."""
    shown = scores >= threshold
    print(f"\n{name}: shown, on the half that nothing was fitted on (95 % over facts)")
    for right in (True, False):
        print(f"  {'RIGHT' if right else 'WRONG'}")
        groups: dict[str, Callable[[VerdictRow], bool]] = {"all": lambda _: True}
        keys = sorted({row.answer.kind for row in rows if row.answer.right == right})
        groups |= {f"kind {key}": _has("kind", key) for key in keys}
        groups |= {f"language {key}": _has("language", key) for key in LANGUAGES}
        directions = sorted({row.answer.direction for row in rows if row.answer.target})
        groups |= {f"direction {key}": _has("direction", key) for key in directions}
        for label, belongs in groups.items():
            chosen = [i for i, r in enumerate(rows) if r.answer.right == right and belongs(r)]
            share, low, high, count = rate([rows[i] for i in chosen], shown[chosen])
            print(f"    {label:24} {share:6.1%}  ({low:.1%} to {high:.1%})  of {count}")


def _has(attribute: str, value: str) -> Callable[[VerdictRow], bool]:
    return lambda row: getattr(row.answer, attribute) == value


def print_curve(rows: Sequence[VerdictRow], scores: NDArray[np.float64]) -> None:
    """Right ones shown at given shares of wrong ones shown."""
    right = np.array([row.answer.right for row in rows])
    print(f"\ncurve: AUC {roc_auc_score(right, scores):.3f}")
    for wrong in (0.01, 0.02, 0.03, 0.05, 0.1):
        least = float(np.quantile(scores[~right], 1 - wrong))
        print(
            f"  {wrong:.0%} of wrong ones shown: {(scores[right] > least).mean():.1%} of right ones"
        )


def print_ways(rows: Sequence[VerdictRow]) -> None:
    """Yes and no: how well each way alone tells a right verdict from one that is turned round."""
    print("\nyes and no, each way alone")
    said = [row for row in rows if row.signals and row.answer.kind in ("verdict", "verdict_short")]
    ways: Mapping[str, Callable[[VerdictRow], float]] = {
        "within the sentence": lambda r: -r.signals.verdict_conflict,  # type: ignore[union-attr]
        "denied by the support": lambda r: -r.signals.denial_conflict,  # type: ignore[union-attr]
        "cross-encoder": lambda r: r.signals.joint,  # type: ignore[union-attr]
        "nearness": lambda r: r.signals.answer_nearness,  # type: ignore[union-attr]
    }
    for kind in TURNED:
        turned = [row for row in rows if row.signals and row.answer.kind == kind]
        labels = [True] * len(said) + [False] * len(turned)
        aucs = ", ".join(
            f"{name} {roc_auc_score(labels, [way(r) for r in (*said, *turned)]):.3f}"
            for name, way in ways.items()
        )
        print(f"  {kind}: AUC {aucs}")
    right = [row for row in rows if row.signals and row.answer.right]
    wrong = [row for row in rows if row.signals and not row.answer.right]
    labels = [True] * len(right) + [False] * len(wrong)
    joint = [r.signals.joint for r in (*right, *wrong)]  # type: ignore[union-attr]
    print(f"  cross-encoder alone, everything: AUC {roc_auc_score(labels, joint):.3f}")


def vetoed(
    reader: SignalReader,
    rows: Sequence[VerdictRow],
    scores: NDArray[np.float64],
    threshold: float,
    count: int,
) -> None:
    """The vetoes on the answers to some of the questions, beside the verdict on the same."""
    spread = load_calibration(reader.embedder.model_name, "*").cosines.spread
    by_question: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_question[row.answer.question, row.answer.scope].append(i)
    questions = list(by_question)
    picked = np.random.default_rng(1).permutation(len(questions))[:count]
    chosen: list[int] = []
    shown: list[bool] = []
    for number in picked:
        own = by_question[questions[number]]
        found = reader.search(rows[own[0]].answer)
        evidence = select_evidence(questions[number][0], found.hits, 400, spread)
        if not evidence:
            continue
        vetoes = Vetoes(reader.embedder, evidence, questions[number][0], found.query.tokens)
        for i in own:
            answer = rows[i].answer
            (vector,) = reader.embedder.embed_sentences([answer.text])
            shown.append(vetoes.shown(answer.text, answer.language, vector))
            chosen.append(i)
    held = np.array(shown)
    print(f"\nbaseline: the vetoes on {len(chosen)} answers to {len(picked)} of the questions")
    for name, these in (("vetoes", held), ("verdict", scores[chosen] >= threshold)):
        parts = []
        for label, belongs in (
            ("right", lambda r: r.answer.right),
            ("right short", lambda r: r.answer.right and r.answer.kind == "short"),
            ("right converted", lambda r: r.answer.right and r.answer.kind == CONVERTED),
            ("wrong", lambda r: not r.answer.right),
            ("wrong turned round", lambda r: r.answer.kind in TURNED),
        ):
            at = [k for k, i in enumerate(chosen) if belongs(rows[i])]
            share, *_, number_of = rate([rows[chosen[k]] for k in at], these[at])
            parts.append(f"{label} {share:.1%} of {number_of}")
        print(f"  {name:8} shown: " + ", ".join(parts))


def print_cost(reader: SignalReader, rows: Sequence[VerdictRow]) -> None:
    """How long a verdict takes, as a multiple of embedding the sentence."""
    by_question: dict[tuple[str, str | None], list[LabelledAnswer]] = defaultdict(list)
    for row in rows:
        by_question[row.answer.question, row.answer.scope].append(row.answer)
    questions = list(by_question.values())
    embedding: list[float] = []
    first: list[float] = []
    further: list[float] = []
    for number in np.random.default_rng(2).permutation(len(questions))[:12]:
        judge = judge_of(reader, questions[number][0])
        for place, answer in enumerate(questions[number][:4]):
            began = time.perf_counter()
            reader.embedder.embed_sentences([answer.text])
            between = time.perf_counter()
            judge(answer)
            embedding.append(between - began)
            (further if place else first).append(time.perf_counter() - between)
    one = float(np.median(embedding))
    print(
        f"\na verdict on the first sentence of a reply takes {np.median(first) / one:.1f} times as "
        f"long as embedding the sentence once ({1000 * one:.0f} ms), on a further one "
        f"{np.median(further) / one:.1f} times"
    )


def judge_of(reader: SignalReader, answer: LabelledAnswer) -> Callable[[LabelledAnswer], object]:
    """What judges the answers to the question of an answer, as in the service."""
    result = reader.search(answer)
    gate = reader.gate.decide(result.hits).probability
    asked = QuestionContext(answer.question, result.hits, result.query, gate)
    model = VerdictModel(0.0, (), 0.5)
    judge = Judge(reader.embedder, model, reader.cross_encoder).on(asked)
    return lambda own: judge.decide(Claim(own.text, own.language, own.question))


if __name__ == "__main__":
    main()
