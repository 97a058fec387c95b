"""What number formats, runtimes and padding give when passages are embedded on this CPU.

    python benchmarks/embedding.py [formats] [padding] [--data DIR] [--exports DIR]

formats  passages/s of each number format and runtime through `embed_passages`, without and with
         sentence vectors; nDCG@10 of the questions on these passages within a language and across
         languages; how far the vectors are from those in fp32
padding  passages/s in the service's own format when passages are padded to the model's window, to
         the longest of the sample, to the longest of a batch, and in batches of similar length

The baseline is plain `SentenceTransformer.encode` in fp32. Each round gives its own part of the
sample to the baseline and to every mode in turn, and a ratio is the median of the rounds' ratios:
once of passages/s, once of passages per second of CPU time, which other jobs disturb less. The
sample is of XQuAD and Belebele, by default in ../shared/data/retrieval; where that is missing, it
is of samples/ and has no questions.

ONNX Runtime and OpenVINO are no dependencies of the project. sentence-transformers would load ONNX
graphs through optimum-onnx, which asks for transformers below 4.58, so the graph is exported here,
once, into ``--exports``; OpenVINO reads the same graph. What is not installed is reported and
skipped. All modes are in memory together.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ir_measures
import numpy as np
import torch
from embedding_modes import MODES
from embedding_sample import Text, inputs, sample
from ir_measures import nDCG

from assistant.models import embedder as embedder_module
from assistant.models.catalogue import catalogue
from assistant.models.device import cpu_dtype
from assistant.models.embedder import PassageText, PassageVectors
from assistant.models.embedder import SentenceTransformerEmbedder as Embedder
from assistant.models.weights import model_folder
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
BASELINE = "encode, fp32"
MEASURE = nDCG @ 10
#: Passages that are padded to the window: a forward pass over 2,048 tokens takes about a second.
AT_WINDOW = 4


@dataclass
class Measured:
    """Rates of one mode in every round: passages per second, and per second of CPU time."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, passages: int, embed: Callable[[], object]) -> None:
        """Measure one round."""
        wall, cpu = time.perf_counter(), time.process_time()
        embed()
        self.wall.append(passages / (time.perf_counter() - wall))
        self.cpu.append(passages / (time.process_time() - cpu))

    def row(self, baseline: Measured) -> str:
        """The median rate, and the median ratios to the baseline in the same rounds."""
        ratios = [
            statistics.median(a / b for a, b in zip(mine, base, strict=False))
            for mine, base in ((self.wall, baseline.wall), (self.cpu, baseline.cpu))
        ]
        return f"{statistics.median(self.wall):8.2f} {ratios[0]:8.2f} {ratios[1]:8.2f}"


def main() -> None:
    """Run the parts that are named, or both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", default=["formats", "padding"])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/retrieval")
    parser.add_argument("--exports", type=Path, help="folder that keeps the exported graphs")
    parser.add_argument("--passages", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=list(MODES))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    folder = model_folder(Settings(_env_file=None).models_dir, catalogue()["embeddinggemma-300m"])
    passages, questions = sample(arguments.data, arguments.passages)
    print(
        f"{len(passages)} passages of {arguments.rounds} rounds, {len(questions)} questions; "
        f"{torch.get_num_threads()} threads; {torch.backends.cpu.get_cpu_capability()}"
    )
    with tempfile.TemporaryDirectory() as temporary:
        exports = arguments.exports or Path(temporary)
        exports.mkdir(parents=True, exist_ok=True)
        if "formats" in arguments.parts:
            formats(folder, exports, arguments.modes, passages, questions, arguments.rounds)
        if "padding" in arguments.parts:
            padding(folder, passages, arguments.rounds)


def _measure_baseline(measured: Measured, plain: Embedder, part: Sequence[Text]) -> None:
    texts = [plain.passage_input("", passage.text) for passage in part]
    measured.add(len(part), lambda: plain._model.encode(texts, prompt=""))


# Number formats and runtimes


def formats(
    folder: Path,
    exports: Path,
    names: Sequence[str],
    passages: Sequence[Text],
    questions: Sequence[Text],
    rounds: int,
) -> None:
    """Rate and quality of every mode that is installed."""
    embedders = dict(_load(folder, exports, names))
    rates: dict[tuple[str, bool], Measured] = defaultdict(Measured)
    vectors: dict[str, dict[int, PassageVectors]] = defaultdict(dict)
    plain = Embedder(folder, "plain", torch.float32)
    for i in range(rounds):
        part = passages[i::rounds]
        _measure_baseline(rates[BASELINE, False], plain, part)
        for sentences in (False, True):
            given = inputs(part, sentences)
            for name, embedder in embedders.items():
                found: list[PassageVectors] = []
                rates[name, sentences].add(
                    len(part),
                    lambda e=embedder, x=given, f=found: f.extend(e.embed_passages(x)),  # type: ignore[misc]
                )
                if sentences:
                    vectors[name] |= zip(range(i, len(passages), rounds), found, strict=True)
    print(f"\n{'':24}  passages/s, ratio, ratio of CPU time: alone, with sentences")
    print(f"{BASELINE:24}{rates[BASELINE, False].row(rates[BASELINE, False])}")
    for name in embedders:
        off, on = (rates[name, s].row(rates[BASELINE, False]) for s in (False, True))
        print(f"{name:24}{off}  {on}")
    print(f"\n{'':24}  nDCG@10 same, across   mean and least cosine with fp32: passages, sentences")
    for name, embedder in embedders.items():
        mine = [vectors[name][i] for i in range(len(passages))]
        base = [vectors[next(iter(embedders))][i] for i in range(len(passages))]
        print(
            f"{name:24}  {_quality(embedder, mine, passages, questions)}   {_cosines(mine, base)}"
        )


def _load(folder: Path, exports: Path, names: Sequence[str]) -> Iterable[tuple[str, Embedder]]:
    for name in names:
        try:
            embedder = MODES[name](folder, exports)
            embedder.embed_passages([PassageText("", "warm up")] * 2)
        except ImportError as error:
            print(f"{name}: not installed ({error.name})")
        except (RuntimeError, NotImplementedError, ValueError, AssertionError) as error:
            print(f"{name}: does not run here: {str(error).splitlines()[0]}")
        else:
            yield name, embedder


def _quality(
    embedder: Embedder,
    vectors: Sequence[PassageVectors],
    passages: Sequence[Text],
    questions: Sequence[Text],
) -> str:
    if not questions:
        return "    -      -"
    asked = embedder.embed_questions([q.text for q in questions])
    scores = np.stack([q.dense for q in asked]) @ np.stack([v.dense for v in vectors]).T
    values = []
    for same in (True, False):
        run: dict[str, dict[str, float]] = {}
        qrels: dict[str, dict[str, int]] = {}
        for i, question in enumerate(questions):
            pool = [j for j, p in enumerate(passages) if (p.language == question.language) is same]
            run[str(i)] = {str(j): float(scores[i, j]) for j in pool}
            qrels[str(i)] = {str(j): 1 for j in pool if passages[j].answer == question.answer}
        values.append(100 * ir_measures.calc_aggregate([MEASURE], qrels, run)[MEASURE])
    return "  ".join(f"{value:5.1f}" for value in values)


def _cosines(mine: Sequence[PassageVectors], base: Sequence[PassageVectors]) -> str:
    dense = [float(m.dense @ b.dense) for m, b in zip(mine, base, strict=True)]
    sentences = np.concatenate(
        [(m.sentences * b.sentences).sum(1) for m, b in zip(mine, base, strict=True)]
    )
    return "  ".join(f"{np.mean(x):.4f} {np.min(x):.4f}" for x in (dense, sentences))


# Padding and batches


def padding(folder: Path, passages: Sequence[Text], rounds: int) -> None:
    """Rate of every way to pad, in the service's own number format."""
    embedder = Embedder(folder, "padding")
    plain = Embedder(folder, "plain", torch.float32)
    encoded = embedder._model.tokenizer([embedder.passage_input("", p.text) for p in passages])
    lengths = sorted(len(ids) for ids in encoded["input_ids"])
    print(f"\ntokens of a passage: median {lengths[len(lengths) // 2]}, longest {lengths[-1]}")
    window = embedder._model.max_seq_length
    ways: Mapping[str, tuple[int | None, Any]] = {
        f"to the window, {window}": (window, _in_order(2)),
        f"to the longest, {lengths[-1]}": (lengths[-1], _in_order(4096 // lengths[-1])),
        "to the batch's, by 16": (None, _in_order(16)),
        "by length, by 16": (None, _by_length(16)),
        **{f"by length, {n} tokens": (None, n) for n in (1024, 2048, 4096, 8192)},
    }
    rates: dict[tuple[str, bool], Measured] = defaultdict(Measured)
    for i in range(rounds):
        part = passages[i::rounds]
        _measure_baseline(rates[BASELINE, False], plain, part)
        for sentences in (False, True):
            given = inputs(part, sentences)
            for name, (length, batches) in ways.items():
                some = given[:AT_WINDOW] if length == window else given
                with _padding(length, batches):
                    rates[name, sentences].add(
                        len(some),
                        lambda x=some: embedder.embed_passages(x),  # type: ignore[misc]
                    )
    print(f"padding, {str(cpu_dtype()).removeprefix('torch.')}:")
    for name in ways:
        off, on = (rates[name, s].row(rates[BASELINE, False]) for s in (False, True))
        print(f"  {name:22}{off}  {on}")


@contextmanager
def _padding(length: int | None, batches: Any) -> Iterator[None]:
    """Padding to ``length`` tokens or, with None, to the longest of each batch."""

    def padded(self: Embedder, encoded: Any, batch: list[int]) -> Any:
        columns = {k: [encoded[k][i] for i in batch] for k in ("input_ids", "attention_mask")}
        how: Any = "max_length" if length else "longest"
        return self._model.tokenizer.pad(columns, how, max_length=length, return_tensors="pt")

    batched = embedder_module._batches

    def chosen(lengths: Sequence[int], _: int) -> Iterable[list[int]]:
        return batched(lengths, batches) if isinstance(batches, int) else batches(lengths)

    with (
        patch.object(embedder_module, "_batches", chosen),
        patch.object(Embedder, "_padded", padded),
    ):
        yield


def _in_order(size: int) -> Callable[[Sequence[int]], Iterable[list[int]]]:
    return lambda lengths: [
        list(range(i, min(i + size, len(lengths)))) for i in range(0, len(lengths), size)
    ]


def _by_length(size: int) -> Callable[[Sequence[int]], Iterable[list[int]]]:
    def batches(lengths: Sequence[int]) -> Iterable[list[int]]:
        order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
        return [order[i : i + size] for i in range(0, len(order), size)]

    return batches


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
