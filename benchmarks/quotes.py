"""What a reader gets where nothing generated may be shown: quotes.

    python benchmarks/quotes.py [SUITE…] [--index DIR] [--corpus DIR]

For the questions of the suites (default: statutes and samples-core), over the samples and the
documents of --corpus (default: ../shared/data/corpus): how often the first quote, and the three
that are shown, have the answer; how often the words that are highlighted are the answer, and how
much of the sentence they are; and how often quotes are announced as an answer, for questions that
have one and for near misses. Questions whose documents are not there are left out.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval import ROOT, SHARED, calibrated_searcher, corpus_store

from assistant.answering.quoting.direct import is_direct
from assistant.answering.quoting.highlight import highlight
from assistant.answering.quoting.notes import notes_on
from assistant.calibration import load_calibration
from assistant.language import quantities_in, unsupported_quantities
from assistant.models.embedder import load_embedder
from assistant.retrieval.answerable import AnswerableGate
from assistant.retrieval.evidence import Evidence, select_evidence
from assistant.retrieval.hits import Hit, Scope
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from evals.dataset import Case, load_suite
from evals.text import contains

SAMPLES = ROOT / "samples"
#: Quotes that a reply shows.
_SHOWN = 3
#: A highlight of a larger share of its sentence is no narrower than the sentence.
_NARROW = 0.95


@dataclass(frozen=True)
class Result:
    """What came of one question.

    Attributes:
        first, shown: Whether the first quote's core, or one that is shown, has the answer.
        highlighted: Whether the first quote's highlight has it, where its core does.
        share: Of the core that is highlighted.
        direct: Whether the quotes are announced as an answer.
        found: Whether there are quotes.
        stated: Whether the facts of those that are shown, or their words where they are in the
            asker's language, have the answer in it; None where the first is in that language.
    """

    case: Case
    first: bool
    shown: bool
    highlighted: bool
    share: float
    direct: bool
    found: bool
    stated: bool | None


async def ask(case: Case, searcher: Searcher, gate: AnswerableGate, settings: Settings) -> Result:
    """One question, searched for in the documents that it is asked of."""
    scope = Scope(languages=(case.target,)) if case.target else Scope()
    found = await searcher.search(
        case.question, 8, scope, reader=case.language, language=case.language
    )
    decision = gate.decide(found.hits)
    evidence = shown(case.question, found.hits, searcher, settings)
    best = evidence[0]
    marked = [best.quote[start:end] for start, end in highlight(case.question, best)]
    return Result(
        case,
        says(case, best.core_quote),
        any(says(case, item.core_quote) for item in evidence),
        _marks(case, best, marked),
        sum(map(len, marked)) / len(best.core_quote),
        decision.passed and is_direct(case.question, best, decision.probability),
        decision.passed,
        _states(case, evidence),
    )


def shown(
    question: str, hits: Sequence[Hit], searcher: Searcher, settings: Settings
) -> Sequence[Evidence]:
    """The quotes that a reply shows of what was found."""
    spread = load_calibration(searcher.embedder.model_name, "*").cosines.spread
    return select_evidence(question, hits, settings.evidence_tokens, spread)[:_SHOWN]


def says(case: Case, text: str) -> bool:
    """Whether a text has one of the answers, in any language."""
    return any(contains(text, answer) for ways in case.answers.values() for answer in ways)


def _states(case: Case, evidence: Sequence[Evidence]) -> bool | None:
    """Whether a reader who reads the asker's language alone is told the answer."""
    if evidence[0].passage.language == case.language:
        return None
    notes = notes_on(evidence, case.question, case.language)
    own = [item.core_quote for item in evidence if item.passage.language == case.language]
    text = "\n".join([*own, *(fact for note in notes.values() for fact in note.facts)])
    return any(contains(text, answer) for answer in case.answers.get(case.language, ()))


def _marks(case: Case, best: Evidence, marked: Sequence[str]) -> bool:
    """Whether what is highlighted is the answer, or has its amounts."""
    text = " ".join(marked)
    ways = [a for ways in case.answers.values() for a in ways if contains(best.core_quote, a)]
    return any(
        contains(text, way) or (quantities_in(way) and not unsupported_quantities(way, [text]))
        for way in ways
    )


def _cases(names: Sequence[str], sources: set[str]) -> Iterator[Case]:
    for name in names:
        for case in load_suite(name).cases:
            near = {Path(document).name for document in case.near}
            wanted = {gold.source for gold in case.target_gold} or near
            if wanted & sources and not case.history:
                yield case


def report(results: Sequence[Result]) -> None:
    """A line for each suite, language and kind."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        for key in (result.case.suite, result.case.language, "all"):
            groups[key].append(result)
    for name, group in groups.items():
        asked = [r for r in group if r.case.answerable]
        missing = [r for r in group if not r.case.answerable]
        having = [r for r in asked if r.first]
        narrow = [r for r in having if r.share < _NARROW]
        told = [r.stated for r in asked if r.stated is not None]
        print(
            f"{name:14} {len(asked):4} questions: first quote has the answer "
            f"{_share(r.first for r in asked)}, one of {_SHOWN} {_share(r.shown for r in asked)}; "
            f"highlight has it {_share(r.highlighted for r in having)}, narrower than its "
            f"sentence {_share(r.share < _NARROW for r in having)}, there "
            f"{_share(r.highlighted for r in narrow)}; "
            f"{len(told)} first quotes in another language, told in the asker's "
            f"{_share(told)}; announced as an answer "
            f"{_share(r.direct for r in asked)}, where the first quote has it "
            f"{_share(r.direct for r in having)}"
        )
        print(
            f"{'':14} {len(missing):4} near misses: announced as an answer "
            f"{_share(r.direct for r in missing)}, no direct answer "
            f"{_share(r.found and not r.direct for r in missing)}, not found "
            f"{_share(not r.found for r in missing)}"
        )


def _share(values: Iterable[bool]) -> str:
    listed = list(values)
    return f"{sum(listed) / len(listed):.0%}" if listed else "–"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", default=["statutes", "samples-core"])
    parser.add_argument("--index", type=Path)
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus")
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    gate_model = load_calibration(embedder.model_name, "*").gate
    gate = AnswerableGate(gate_model.model() if gate_model else None)
    with corpus_store(embedder, arguments.corpus, arguments.index) as store:
        searcher = calibrated_searcher(store, embedder)
        sources = {path.name for path in (*arguments.corpus.rglob("*.*"), *SAMPLES.iterdir())}
        cases = list(_cases(arguments.suites, sources))

        async def run() -> list[Result]:
            return [await ask(case, searcher, gate, settings) for case in cases]

        report(asyncio.run(run()))


if __name__ == "__main__":
    main()
