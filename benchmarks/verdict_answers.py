"""The labelled answers of the verdict benchmark.

``data/verdicts.jsonl`` has for each fact of the suites `statutes` and `samples-core` answers in
three languages, written for this benchmark: right ones by form and wrong ones by kind, a yes/no
question on the same fact with right and turned verdicts, and answers to near misses, which the
documents do not answer. Copies of the documents' sentences join them.
"""

from __future__ import annotations

from pathlib import Path

from assistant.fitting.labelled_answer import LabelledAnswer
from assistant.fitting.suite_answers import suite_answers
from assistant.fitting.written_answers import load_written
from assistant.index.store import PassageStore
from evals.dataset import load_suite

DATA = Path(__file__).parent / "data" / "verdicts.jsonl"
SUITES = ("statutes", "samples-core")


def benchmark_answers(store: PassageStore) -> list[LabelledAnswer]:
    """All of them, with copies from the documents of a store."""
    facts = [fact for name in SUITES for fact in load_suite(name).facts]
    passages = [node.to_passage() for node in store.select({})]
    return suite_answers(facts, load_written(DATA), passages)
