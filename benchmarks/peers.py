"""The same questions, documents, embedder and generator through other RAG libraries.

    python benchmarks/peers.py [articles | samples-core | statutes] [--sample N] [--index DIR]
                               [--systems trilogue,llama-index,haystack] [--out FILE]

trilogue     as the service answers
llama-index  `CitationQueryEngine` over a `VectorStoreIndex`
haystack     splitter, embedding retriever, prompt and chat generator of its first RAG tutorial,
             which cites nothing; what was found counts as cited

The others run with the defaults of their parts, and get each document's text as our readers read
it: how much of a file is read is no part of this. All ask one llama.cpp server, which has room for
the long prompts of the others. Each suite is asked of the documents that it is about. For each pair
of languages (the question's, the document's): how many replies say the answer in the asker's
language (``answered_right``); say something else instead of saying that there is no answer
(``answered_wrong``); are in the asker's language; cite a text that has the answer; seconds.
A quote is no answer; ours that quote are counted beside. What is asked without an answer is told
apart. Every reply goes to ``--out`` (JSON lines), to be read by hand.

Needs `pip install haystack-ai`, which is no dependency of Trilogue.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from answers import says
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.llms.openai_like import OpenAILike
from retrieval import ROOT, SHARED, calibrated_searcher, corpus_store

from assistant.answering.question import Question
from assistant.api.service import make_assistant
from assistant.language import split_sentences, warm_up
from assistant.language.abstention import abstains
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.models.generator import Generator
from assistant.settings import Settings
from evals.dataset import Case, load_suite, sample
from evals.evaluators.answers import says_in
from evals.text import contains, marked, script_share
from ingest.readers import read

#: What each suite is about: where its documents are, and what is searched beside them.
CORPORA = {
    "articles": SHARED / "seeds",
    "samples-core": ROOT / "samples",
    "statutes": SHARED / "corpus",
}
#: The others put whole passages into the prompt.
_CONTEXT = 16_384
_OWN_SCRIPT = 0.3


@dataclass(frozen=True)
class Said:
    """A reply of any system.

    Attributes:
        text: What it says.
        cited: The texts that it cites.
        outcome: ``answered``, ``abstained``, or ``quoted``, which only ours knows.
    """

    text: str
    cited: Sequence[str]
    outcome: str


@dataclass(frozen=True)
class Row:
    """What came of a question."""

    system: str
    id: str
    pair: str
    question: str
    outcome: str
    reply: str
    right: bool
    wrong: bool
    own_language: bool
    in_language: bool
    cites_answer: bool
    seconds: float


System = Callable[[str], Said]


def main() -> None:
    """Ask each system, one after another."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("suite", nargs="?", default="articles", choices=CORPORA)
    parser.add_argument("--sample", type=int, help="so many questions, drawn at random")
    parser.add_argument("--index", type=Path, help="data folder of our index of the documents")
    parser.add_argument("--systems", default="trilogue,llama-index,haystack")
    parser.add_argument("--out", type=Path, default=Path("peers.jsonl"))
    arguments = parser.parse_args()
    settings = Settings(_env_file=None, generator_context=_CONTEXT, generator_slots=1)
    embedder = load_embedder(settings)
    warm_up()
    cases = sample(load_suite(arguments.suite).cases, arguments.sample)
    folder = CORPORA[arguments.suite]
    generator = Generator(settings)
    generator.start()
    rows: list[Row] = []
    try:
        with arguments.out.open("w", encoding="utf-8") as out:
            for name in arguments.systems.split(","):
                with _system(name, settings, embedder, generator, folder, arguments.index) as said:
                    for case in cases:
                        rows.append(_asked(name, said, case))
                        out.write(json.dumps(asdict(rows[-1]), ensure_ascii=False) + "\n")
                        out.flush()
                        print(".", end="", file=sys.stderr, flush=True)
                report(name, [row for row in rows if row.system == name])
    finally:
        generator.stop()


@contextmanager
def _system(
    name: str,
    settings: Settings,
    embedder: SentenceTransformerEmbedder,
    generator: Generator,
    folder: Path,
    index: Path | None,
) -> Iterator[System]:
    if name == "trilogue":
        with corpus_store(embedder, folder, index, beside=()) as store:
            assistant = make_assistant(settings, calibrated_searcher(store, embedder), generator)

            def answer(question: str) -> Said:
                reply = asyncio.run(assistant.reply(Question(question)))
                cited = [item.quote for item in reply.citations]
                outcome = "abstained" if reply.outcome == "not_found" else reply.outcome
                return Said(reply.answer, cited, outcome)

            yield answer
        return
    # The client that the service asks with has no time limit that the others would need raised.
    llm = generator._connect()[0]
    make = {"llama-index": _llama_index, "haystack": _haystack}[name]
    yield make(llm, embedder, texts_below(folder))


def texts_below(folder: Path) -> dict[str, str]:
    """The texts of the files of a folder, by their paths; sidecars and notes are none."""
    texts = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and path.suffix not in {".json"}:
            try:
                texts[str(path.relative_to(folder))] = read(path).text
            except ValueError as error:
                print(f"{path.name} is left out: {error}", file=sys.stderr)
    return texts


def _llama_index(
    llm: OpenAILike, embedder: SentenceTransformerEmbedder, texts: dict[str, str]
) -> System:
    documents = [Document(text=text, metadata={"file": name}) for name, text in texts.items()]
    index = VectorStoreIndex.from_documents(documents, embed_model=embedder)
    engine = CitationQueryEngine.from_args(index, llm=llm)

    def answer(question: str) -> Said:
        reply = engine.query(question)
        sources = [node.node.get_content() for node in reply.source_nodes]
        text = str(reply)
        cited = [sources[n - 1] for n in marked(text) if 0 < n <= len(sources)]
        return Said(text, cited, _outcome(text))

    return answer


def _haystack(
    llm: OpenAILike, embedder: SentenceTransformerEmbedder, texts: dict[str, str]
) -> System:
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    from haystack import Document as Page
    from haystack.components.builders import ChatPromptBuilder
    from haystack.components.generators.chat import OpenAIChatGenerator
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.dataclasses import ChatMessage
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.utils import Secret

    splitter = DocumentSplitter()
    pages = splitter.run([Page(content=text, meta={"file": name}) for name, text in texts.items()])[
        "documents"
    ]
    vectors = embedder.get_text_embedding_batch([page.content or "" for page in pages])
    store = InMemoryDocumentStore()
    store.write_documents(
        [
            Page(id=page.id, content=page.content, meta=page.meta, embedding=vector)
            for page, vector in zip(pages, vectors, strict=True)
        ]
    )
    retriever = InMemoryEmbeddingRetriever(store)
    prompt = ChatPromptBuilder(
        template=[
            ChatMessage.from_user(
                "Given the following information, answer the question.\n\nContext:\n"
                "{% for document in documents %}\n    {{ document.content }}\n{% endfor %}\n\n"
                "Question: {{question}}\nAnswer:"
            )
        ],
        required_variables="*",
    )
    chat = OpenAIChatGenerator(
        api_key=Secret.from_token(llm.api_key),
        model=llm.model,
        api_base_url=llm.api_base,
        timeout=llm.timeout,
        max_retries=0,
    )

    def answer(question: str) -> Said:
        found = retriever.run(query_embedding=embedder.get_query_embedding(question))["documents"]
        messages = prompt.run(documents=found, question=question)["prompt"]
        text = chat.run(messages=messages)["replies"][0].text or ""
        return Said(text, [page.content or "" for page in found], _outcome(text))

    return answer


def _outcome(text: str) -> str:
    sentences = [text[start:end] for start, end in split_sentences(text)]
    # A reply that says nothing but that there is no answer refuses, whatever it adds to that.
    return "abstained" if not sentences or abstains(sentences[0]) else "answered"


def _asked(name: str, system: System, case: Case) -> Row:
    began = time.perf_counter()
    try:
        said = system(case.question)
    except Exception as error:  # a system that fails has no answer, and the others go on
        said = Said(f"{type(error).__name__}: {error}", [], "failed")
    seconds = time.perf_counter() - began
    own = tuple(case.answers.get(case.language, ()))
    any_language = [answer for answers in case.answers.values() for answer in answers]
    answered = said.outcome == "answered"
    right = answered and says(said.text, own, case.language)
    return Row(
        system=name,
        id=case.id,
        pair=case.direction if case.answerable else "no answer",
        question=case.question,
        outcome=said.outcome,
        reply=said.text,
        right=right,
        wrong=answered and not right,
        own_language=said.outcome in {"answered", "quoted"}
        and says_in(said.text, own, case.language),
        in_language=script_share(said.text, case.language) >= _OWN_SCRIPT,
        cites_answer=any(contains(text, a) for text in said.cited for a in any_language),
        seconds=seconds,
    )


def report(name: str, rows: Sequence[Row]) -> None:
    """Print a table with a line for each pair of languages."""
    print(f"\n{name}, {len(rows)} questions")
    print("| pair | questions | right | wrong | said in the asker's language | quoted | failed "
          "| reply in the asker's language | cites the answer | seconds p50 |")  # fmt: skip
    print("|" + " --- |" * 10)
    by_pair: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_pair[row.pair].append(row)
    for pair, own in sorted(by_pair.items()):
        print(
            f"| {pair} | {len(own)} | "
            + " | ".join(str(sum(flags)) for flags in (
                [r.right for r in own], [r.wrong for r in own], [r.own_language for r in own],
                [r.outcome == "quoted" for r in own], [r.outcome == "failed" for r in own],
                [r.in_language for r in own], [r.cites_answer for r in own],
            ))
            + f" | {statistics.median(r.seconds for r in own):.1f} |",
            flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
