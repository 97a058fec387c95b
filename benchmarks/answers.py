"""What replies are worth: do they contain the answer, how do they come out, how long do they take.

    python benchmarks/answers.py [law] [articles] [qa] [nomiracl] [together] [--sample N]
                                 [--index DIR] [--languages ko,ar,en] [--out FILE]

law  natural questions on statutes, laws and policies (evals/suites/statutes.jsonl) over the whole
     corpus (../shared/data/corpus): answered in their own language, near misses, answered in
     another language
articles
     natural questions in three languages on five English articles from the web
     (evals/suites/articles.jsonl, ../shared/data/seeds)
qa   XQuAD (English, Arabic) and ARCD (Arabic), each over all passages of its set
nomiracl
     NoMIRACL: questions over their own ten Wikipedia passages, half of them without an answer
together
     four questions on law asked at once, against one after another

A reply is cut at 60 words. What it contains of the answer is the share of the character 3-grams
of the best gold answer that it has; an answer whose numbers are missing is not there at all. A
quote counts in the language of its document, too. Every reply goes to ``--out`` (JSON lines), to
be read by hand. The sample is drawn with a fixed seed, the same number for each language.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO

from retrieval import (
    SHARED,
    SUITE,
    Text,
    build_nodes,
    calibrated_searcher,
    corpus_store,
    records,
)

from assistant.answering.pipeline import Assistant
from assistant.answering.question import Question
from assistant.answering.reply import EvidenceFound, Reply
from assistant.api.service import make_assistant
from assistant.codes import Language
from assistant.index.edge import EdgePassageStore
from assistant.index.schema import IndexIdentity
from assistant.language import unsupported_quantities, warm_up
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.generator import Generator
from assistant.retrieval.search import Searcher
from assistant.settings import Settings
from evals.dataset import Case, load_suite
from evals.evaluators.answers import capped, says_in
from evals.text import contains, normalized, script_share, trigrams

#: Chats that are asked at once.
AT_ONCE = 4
#: Characters of an n-gram.
_N = 3
#: Names and numbers may stay in another script.
_LEAST = 0.3


@dataclass(frozen=True)
class Asked:
    """A question with its gold answers; without any when nothing answers it.

    Attributes:
        answers: Ways to say the answer, in any language.
        own: Those in the question's language; None where these are all.
    """

    id: str
    language: Language
    text: str
    answers: tuple[str, ...]
    own: tuple[str, ...] | None = None


@dataclass
class Result:
    """What came of a question."""

    id: str
    language: Language
    question: str
    answers: tuple[str, ...]
    outcome: str
    reply: str
    quotes: list[str]
    rejected: list[str]
    gate: float
    recall: float | None
    answered_right: bool | None
    answered_wrong: bool
    own_language: bool | None
    direct: bool
    evidence_ms: float
    total_ms: float


@dataclass(frozen=True)
class Bench:
    """What the parts are run with."""

    settings: Settings
    embedder: SentenceTransformerEmbedder
    generator: Generator
    arguments: argparse.Namespace
    out: TextIO

    def assistant(self, searcher: Searcher) -> Assistant:
        """One that searches there."""
        return make_assistant(self.settings, searcher, self.generator)

    @contextmanager
    def assistant_over(self, texts: Sequence[Text]) -> Iterator[Assistant]:
        """One that knows these texts alone."""
        with searcher_over(self.embedder, texts) as searcher:
            yield self.assistant(searcher)

    def drawn(self, asked: Sequence[Asked], count: int) -> list[Asked]:
        """Those of a sample that are in the languages to be asked in."""
        return [a for a in sample(asked, count) if a.language in self.arguments.languages]

    def ask(self, assistant: Assistant, asked: Sequence[Asked]) -> list[Result]:
        """Ask questions one after another and write down what came of them."""
        return [ask(assistant, item, self.out) for item in asked]


def main() -> None:
    """Run the parts that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", default=["law", "articles", "qa", "nomiracl", "together"]
    )
    parser.add_argument("--sample", type=int, default=40, help="answerable questions a language")
    parser.add_argument("--index", type=Path, help="data folder of the index of law, or articles")
    parser.add_argument(
        "--languages", type=lambda s: s.split(","), default=["ko", "ar", "en"], help="of questions"
    )
    parser.add_argument("--out", type=Path, default=Path("replies.jsonl"))
    arguments = parser.parse_args()
    settings = Settings(_env_file=None)
    embedder = load_embedder(settings)
    warm_up()
    generator = Generator(settings)
    generator.start()
    parts = {
        "qa": question_sets,
        "law": law,
        "articles": articles,
        "nomiracl": nomiracl,
        "together": together,
    }
    try:
        with arguments.out.open("w", encoding="utf-8") as out:
            bench = Bench(settings, embedder, generator, arguments, out)
            for name, part in parts.items():
                if name in arguments.parts:
                    part(bench)
    finally:
        generator.stop()


def law(bench: Bench) -> None:
    """Questions on law: answered by documents in their own language, near misses, and answered
    by documents in another language; of the latter two a third as many."""
    cases = load_suite(SUITE).cases
    count = bench.arguments.sample
    fewer = count // 3
    parts = {
        "law, own language": (
            [c for c in cases if c.answerable and c.language == c.target],
            count,
        ),
        "law, near misses": ([c for c in cases if not c.answerable], fewer),
        "law, across": ([c for c in cases if c.answerable and c.language != c.target], fewer),
    }
    with corpus_store(bench.embedder, SHARED / "corpus", bench.arguments.index) as store:
        assistant = bench.assistant(calibrated_searcher(store, bench.embedder))
        for title, (chosen, most) in parts.items():
            report(title, bench.ask(assistant, bench.drawn(list(map(_asked, chosen)), most)))


def articles(bench: Bench) -> None:
    """Questions on articles as they are copied from web pages."""
    index = bench.arguments.index
    with corpus_store(bench.embedder, SHARED / "seeds", index, beside=()) as store:
        assistant = bench.assistant(calibrated_searcher(store, bench.embedder))
        asked = [_asked(case) for case in load_suite("articles").cases]
        report("articles", bench.ask(assistant, bench.drawn(asked, bench.arguments.sample)))


def together(bench: Bench) -> None:
    """What asking at once costs: two groups of questions, each asked one after another and at
    once, in turns, since some questions cost several times as much as others. Between the turns
    the generator is started anew, so that no prompt is cached."""
    texts = [c.question for c in load_suite(SUITE).cases if c.answerable]
    first, *rest = random.Random(11).sample(texts, 1 + 2 * AT_ONCE)
    groups = rest[:AT_ONCE], rest[AT_ONCE:]
    with corpus_store(bench.embedder, SHARED / "corpus", bench.arguments.index) as store:

        async def run(
            fresh: Bench, alone: Sequence[str], at_once: Sequence[str]
        ) -> tuple[float, float]:
            assistant = fresh.assistant(calibrated_searcher(store, fresh.embedder))
            await assistant.reply(Question(first))  # the first question loads pages
            began = time.perf_counter()
            for text in alone:
                await assistant.reply(Question(text))
            between = time.perf_counter()
            await asyncio.gather(*(assistant.reply(Question(text)) for text in at_once))
            return (between - began) / AT_ONCE, time.perf_counter() - between

        bench.generator.stop()
        turns = []
        for alone, at_once in (groups, groups[::-1]):
            fresh = replace(bench, generator=Generator(bench.settings))
            fresh.generator.start()
            turns.append(asyncio.run(run(fresh, alone, at_once)))
            fresh.generator.stop()
    one, all_of_them = (statistics.mean(times) for times in zip(*turns, strict=True))
    print(
        f"one chat {one:.1f} s on average, {AT_ONCE} at once {all_of_them:.1f} s = "
        f"{all_of_them / one:.2f} times one (wanted less than {AT_ONCE})"
    )


def _asked(case: Case) -> Asked:
    own = _said(case, case.language)
    return Asked(case.id, case.language, case.question, (*own, *_said(case, case.target)), own)


def _said(case: Case, language: str | None) -> tuple[str, ...]:
    """Ways to say the answer in a language."""
    return tuple(said for code, own in case.answers.items() if code == language for said in own)


def question_sets(bench: Bench) -> None:
    """Short answers of public sets."""
    texts = xquad_texts()
    arcd = records(SHARED / "answers" / "arcd.train.ar.jsonl")
    count = bench.arguments.sample
    on_arcd = bench.drawn(
        [Asked(r["id"], "ar", r["question"], tuple(r["answers"])) for r in arcd], count
    )
    wanted = {a.id for a in on_arcd}
    paragraphs = {r["passage"] for r in arcd if r["id"] in wanted}
    sets = [
        (
            f"XQuAD {language}",
            [text for text in texts if text.language == language],
            bench.drawn(xquad_asked(language), count),
        )
        for language in ("en", "ar")
    ]
    passages = [Text(str(i), "ar", text, "") for i, text in enumerate(sorted(paragraphs))]
    for name, pool, asked in (*sets, ("ARCD", passages, on_arcd)):
        if not asked:
            continue
        with bench.assistant_over(pool) as assistant:
            report(name, bench.ask(assistant, asked))


def nomiracl(bench: Bench) -> None:
    """Half of the sample with an answer in the passages and half without."""
    rows = {r["id"]: r for r in records(SHARED / "abstention" / "nomiracl.jsonl")}
    results: dict[bool, list[Result]] = {}
    for answerable in (True, False):
        asked = [
            Asked(r["id"], r["language"], r["question"], ())
            for r in rows.values()
            if r["answerable"] == answerable
        ]
        results[answerable] = []
        for item in bench.drawn(asked, bench.arguments.sample // 2):
            texts = [
                Text(str(i), item.language, text, "")
                for i, text in enumerate(rows[item.id]["passages"])
            ]
            with bench.assistant_over(texts) as assistant:
                results[answerable] += bench.ask(assistant, [item])
        report(f"NoMIRACL, {'with' if answerable else 'without'} an answer", results[answerable])
    for language in bench.arguments.languages:
        refused, answered = (
            statistics.mean(r.outcome == outcome for r in results[kind] if r.language == language)
            for kind, outcome in ((True, "not_found"), (False, "answered"))
        )
        print(
            f"NoMIRACL {language}: {refused:.0%} falsely refused, {answered:.0%} answered without "
            f"an answer, halved {(refused + answered) / 2:.0%} (wanted 26 %)",
            flush=True,
        )


@contextmanager
def searcher_over(
    embedder: SentenceTransformerEmbedder, texts: Sequence[Text]
) -> Iterator[Searcher]:
    """What searches these texts alone."""
    with tempfile.TemporaryDirectory() as folder:
        identity = IndexIdentity(embedder.model_name, embedder.dimensions)
        store = EdgePassageStore(Path(folder) / "edge", identity)
        store.upsert(list(build_nodes(embedder, texts).values()))
        yield calibrated_searcher(store, embedder)
        store.close()


def xquad_texts() -> list[Text]:
    """All passages of XQuAD."""
    return [
        Text(r["id"], r["language"], r["text"], r["parallel_id"])
        for r in records(SHARED / "retrieval" / "xquad.passages.jsonl")
    ]


def xquad_asked(language: Language) -> list[Asked]:
    """All questions of XQuAD in a language."""
    return [
        Asked(r["id"], language, r["question"], tuple(r["answers"]))
        for r in records(SHARED / "retrieval" / "xquad.queries.jsonl")
        if r["language"] == language
    ]


def sample(asked: Sequence[Asked], count: int) -> list[Asked]:
    """So many questions of each language, always the same."""
    by_language: dict[str, list[Asked]] = defaultdict(list)
    for item in sorted(asked, key=lambda a: a.id):
        by_language[item.language].append(item)
    draw = random.Random(7)
    return [
        a for _, own in sorted(by_language.items()) for a in draw.sample(own, min(count, len(own)))
    ]


def ask(assistant: Assistant, asked: Asked, out: TextIO) -> Result:
    """Ask a question and write down what came of it."""

    async def run() -> tuple[Reply, float]:
        began, first = time.perf_counter(), 0.0
        async with aclosing(assistant.stream(Question(asked.text))) as events:
            async for event in events:
                if isinstance(event, EvidenceFound):
                    first = (time.perf_counter() - began) * 1000
                if isinstance(event, Reply):
                    return event, first
        raise AssertionError("stream() ends with a Reply")

    began = time.perf_counter()
    reply, first = asyncio.run(run())
    total = (time.perf_counter() - began) * 1000
    own = asked.answers if asked.own is None else asked.own
    right = reply.outcome == "answered" and says(reply.answer, own, asked.language)
    result = Result(
        id=asked.id,
        language=asked.language,
        question=asked.text,
        answers=asked.answers,
        outcome=reply.outcome,
        reply=reply.answer,
        quotes=[item.quote for item in reply.citations],
        rejected=[
            f"{draft.sentence} | {draft.rejection.check}: {draft.rejection.reason}"
            for draft in reply.trace.drafts
            if draft.rejection
        ],
        gate=reply.trace.searches[-1].decision.probability,
        recall=recall(reply.answer, asked.answers) if asked.answers else None,
        answered_right=right if asked.answers else None,
        answered_wrong=reply.outcome == "answered" and not right,
        own_language=_says_in_own(reply, own, asked.language) if asked.answers else None,
        direct=reply.direct,
        evidence_ms=first,
        total_ms=total,
    )
    out.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
    out.flush()
    print(".", end="", file=sys.stderr, flush=True)
    return result


def _says_in_own(reply: Reply, answers: Sequence[str], language: Language) -> bool:
    """As the evals' ``own_language``."""
    return reply.outcome != "not_found" and says_in(reply.answer, answers, language)


def says(reply: str, answers: Sequence[str], language: Language) -> bool:
    """Whether the cut reply says one of the answers, in the script of the language."""
    text = capped(reply)
    return script_share(text, language) >= _LEAST and any(contains(text, a) for a in answers)


def recall(reply: str, answers: Sequence[str]) -> float:
    """Share of the character 3-grams of the best gold answer that the cut reply has."""
    text = capped(reply)
    return max(_share(text, answer) for answer in answers)


def _share(text: str, answer: str) -> float:
    if unsupported_quantities(answer, [text]):
        return 0.0
    if len(normalized(answer)) < _N:
        return float(contains(text, answer))
    wanted = trigrams(answer)
    return len(wanted & trigrams(text)) / len(wanted)


def report(title: str, results: Sequence[Result]) -> None:
    """Print the rates for each language."""
    for language in sorted({r.language for r in results}):
        own = [r for r in results if r.language == language]
        outcomes = Counter(r.outcome for r in own)
        line = f"{title} {language}, {len(own)} questions: " + ", ".join(
            f"{name} {outcomes[name]}" for name in ("answered", "quoted", "not_found")
        )
        scored = [r.recall for r in own if r.recall is not None]
        if scored:
            line += f"; contains the answer {statistics.mean(scored):.2f}"
        foreign = sum(
            script_share(r.reply, language) < _LEAST for r in own if r.outcome == "answered"
        )
        line += f"; wrong language {foreign}; answered wrong {sum(r.answered_wrong for r in own)}"
        if told := [r.answered_right for r in own if r.answered_right is not None]:
            line += f", answered right {sum(told)} ({sum(told) / len(told):.0%})"
        if told := [r.own_language for r in own if r.own_language is not None]:
            line += f"; in the asker's language {sum(told)} ({sum(told) / len(told):.0%})"
        indirect = sum(r.outcome == "quoted" and not r.direct for r in own)
        line += f"; no direct answer {indirect}"
        shown = [r.evidence_ms for r in own if r.evidence_ms]
        if shown:
            line += f"; evidence p50 {statistics.median(shown):.0f} ms"
        print(
            f"{line}; whole p50 {statistics.median(r.total_ms for r in own) / 1000:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
