"""Train the cross-encoder of the verdict (`assistant.models.cross_encoder`).

    python benchmarks/verdict_training.py [--index DIR] [--start FILE] [--out DIR]

First on public question sets (`verdict_pairs`), then on the fitting half of the verdict benchmark,
beside a part of the public pairs and sentences of the corpus that were made wrong by rule
(`verdict_corruptions`). The fitting half is trained on three times: twice on one half of
its facts, to give the answers on the other half the scores of a cross-encoder that has not seen
them (``crossed.json``, for ``verdicts.py --fit --joint``), and once on all of it, which is what
ships. ``--start`` leaves out the first part and begins with the weights that it gave
(``public.safetensors``).

The token states of all texts are computed once; with them an epoch takes minutes. All of it takes
about an hour on two cores and 8 GB of memory.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from retrieval import SHARED, corpus_store
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from torch import nn
from verdict_cases import SUITES, half_of, load_cases
from verdict_corruptions import corpus_pairs
from verdict_pairs import LabelledPair, public_pairs, tydi_dev
from verdict_signals import Reader, key

from assistant.answering.verdict.judge import evidence_text
from assistant.index.passage import Passage
from assistant.index.store import PassageStore
from assistant.language import article_of, warm_up
from assistant.models.cross_encoder import JointReader, Triple, joined
from assistant.models.embedder import (
    PassageText,
    SentenceTransformerEmbedder,
    TokenStates,
    load_embedder,
)
from assistant.settings import Settings
from evals.dataset import load_suite

MODELS = Path(__file__).parent.parent / "assistant" / "models"
BATCH = 32
RATE = 1e-3
FINE_RATE = 5e-4
PUBLIC_EPOCHS = 2
FINE_EPOCHS = 3
WARM_UP = 150
#: Pairs of public sets that are trained on beside the benchmark's.
BESIDE = 2500
#: Sentences of each language that are made wrong.
SENTENCES = 260
_CHUNK = 256


@dataclass(frozen=True)
class Example:
    """What is read together, and whether the answer is right."""

    triple: Triple
    right: bool
    group: str
    key: str = ""
    kind: str = ""


def main() -> None:
    """Train and write the weights and the cross-fitted scores."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--start", type=Path, help="weights of the first part")
    parser.add_argument("--out", type=Path, default=Path("verdict-training"))
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"skipped: the data in {SHARED} are not there")
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    embedder = load_embedder(Settings(_env_file=None))
    warm_up()
    pairs = selected(public_pairs(SHARED))
    beside = random.Random(5).sample(pairs, BESIDE)
    if arguments.start:
        start = arguments.start
    else:
        public = examples(embedder, pairs)
        held = examples(embedder, tydi_dev(SHARED)[:400])
        reader = fresh(public)
        train(reader, public, PUBLIC_EPOCHS, RATE)
        print(f"public sets, TyDi QA dev: AUC {auc(reader, held):.3f}", flush=True)
        start = arguments.out / "public.safetensors"
        save(reader, start)
    with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
        own = fitting_half(embedder, store)
        beside += corrupted(store)
    others = examples(embedder, beside)
    crossed: dict[str, float] = {}
    for fold in (0, 1):
        inside = [e for e in own if _fold(e.group) == fold]
        outside = [e for e in own if _fold(e.group) != fold]
        reader = loaded(start)
        train(reader, [*inside, *others], FINE_EPOCHS, FINE_RATE)
        scored = scores(reader, [e.triple for e in outside])
        tell(fold, outside, scored)
        crossed |= {e.key: round(float(s), 4) for e, s in zip(outside, scored, strict=True)}
    (arguments.out / "crossed.json").write_text(json.dumps(crossed), "utf-8")
    reader = loaded(start)
    train(reader, [*own, *others], FINE_EPOCHS, FINE_RATE)
    save(reader, MODELS / f"cross_encoder.{embedder.model_name}.safetensors")


def selected(pairs: Sequence[LabelledPair]) -> list[LabelledPair]:
    """So many questions of each set that no language outweighs the others."""
    draw = random.Random(0)
    english = [p for p in pairs if p.source == "tydi" and p.question.isascii()]
    korean = [p for p in pairs if p.source == "tydi" and not p.question.isascii()]
    rest = [p for p in pairs if p.source != "tydi"]
    draw.shuffle(rest)
    return _of_questions(english, 900, draw) + _of_questions(korean, 1700, draw) + rest[:4200]


def _of_questions(
    pairs: Sequence[LabelledPair], count: int, draw: random.Random
) -> list[LabelledPair]:
    questions = sorted({pair.question for pair in pairs})
    draw.shuffle(questions)
    kept = set(questions[:count])
    return [pair for pair in pairs if pair.question in kept]


def examples(embedder: SentenceTransformerEmbedder, pairs: Sequence[LabelledPair]) -> list[Example]:
    """Pairs of public sets with their token states."""
    texts = [PassageText(p.question, p.answer) for p in pairs]
    texts += [PassageText(p.heading, p.evidence) for p in pairs]
    states = token_states(embedder, texts)
    return [
        Example(Triple(states[claim], states[evidence]), pair.supported, pair.question)
        for pair, claim, evidence in zip(pairs, texts, texts[len(pairs) :], strict=False)
    ]


def token_states(
    embedder: SentenceTransformerEmbedder, texts: Sequence[PassageText]
) -> dict[PassageText, TokenStates]:
    """The token states of texts, in half precision."""
    new = sorted(set(texts), key=lambda text: len(text.title) + len(text.text))
    known: dict[PassageText, TokenStates] = {}
    for i in range(0, len(new), _CHUNK):
        chunk = new[i : i + _CHUNK]
        for text, reading in zip(chunk, embedder.read(chunk), strict=True):
            known[text] = TokenStates(reading.tokens.states.half(), reading.tokens.kinds)
    return known


def corrupted(store: PassageStore) -> list[LabelledPair]:
    """Sentences of the corpus, right and made wrong; none of an article that the reporting half
    asks about."""
    gold = [
        place
        for name in SUITES
        for fact in load_suite(name).facts
        if half_of(fact.id) == 1
        for place in fact.gold
    ]
    passages = [node.to_passage() for node in store.select({})]
    asked = [
        p.id
        for p in passages
        if any(g.source == p.source and _is_at(p, place) for g in gold for place in g.locators)
    ]
    return corpus_pairs(sorted(passages, key=lambda p: p.id), asked, SENTENCES)


def _is_at(passage: Passage, place: str) -> bool:
    named = (passage.locator, *passage.headings, passage.title)
    number = article_of(place)
    return place in named or (number is not None and number == passage.article)


def tell(fold: int, outside: Sequence[Example], scored: NDArray[np.float64]) -> None:
    """Print how well right answers of the other fold are ranked before wrong ones, by kind."""
    right = [s for e, s in zip(outside, scored, strict=True) if e.right]
    print(f"trained on fold {fold}; on the other, AUC against", flush=True)
    for kind in sorted({e.kind for e in outside if not e.right}):
        wrong = [s for e, s in zip(outside, scored, strict=True) if e.kind == kind and not e.right]
        labels = [True] * len(right) + [False] * len(wrong)
        print(f"  {kind}: {roc_auc_score(labels, [*right, *wrong]):.3f}", flush=True)


def fitting_half(embedder: SentenceTransformerEmbedder, store: PassageStore) -> list[Example]:
    """The answers of the benchmark's fitting half, with what they may rest on."""
    cases = [case for case in load_cases() if case.half == 0]
    found: list[tuple[Example, PassageText, PassageText]] = []
    for group in Reader(store, embedder).read(cases):
        for item in group:
            if item.context is None:
                continue
            claim = TokenStates(item.reading.tokens.states.half(), item.reading.tokens.kinds)
            support = evidence_text(item.supports[0].sentence)
            example = Example(
                Triple(claim, claim),
                item.case.right,
                item.case.fact,
                key(item.case),
                item.case.kind,
            )
            found.append(
                (
                    example,
                    PassageText(support.heading, support.text),
                    PassageText(item.context.heading, item.context.text),
                )
            )
    states = token_states(embedder, [text for _, *both in found for text in both])
    return [
        Example(
            Triple(
                example.triple.claim,
                states[support],
                None if support == context else states[context],
            ),
            example.right,
            example.group,
            example.key,
            example.kind,
        )
        for example, support, context in found
    ]


def _fold(fact: str) -> int:
    return zlib.crc32(f"fold {fact}".encode()) % 2


def fresh(public: Sequence[Example]) -> JointReader:
    """A reader to be trained, with the centre of the states of some texts."""
    reader = JointReader(public[0].triple.claim.states.shape[1])
    some = torch.cat([e.triple.support.states for e in public[:2000]]).float()
    reader.centre.copy_(some[:, some.shape[1] // 2 :].mean(0))
    return reader


def loaded(path: Path) -> JointReader:
    """A reader with stored weights."""
    tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    reader = JointReader(tensors["project.weight"].shape[1])
    reader.load_state_dict(tensors)
    return reader


def save(reader: JointReader, path: Path) -> None:
    """Write the weights in half precision."""
    tensors = {k: v.to(torch.bfloat16).contiguous() for k, v in reader.state_dict().items()}
    save_file(tensors, path)


def train(reader: JointReader, own: Sequence[Example], epochs: int, rate: float) -> None:
    """Train for so many epochs; the rate rises at first and then falls to nothing."""
    optimizer = torch.optim.AdamW(reader.parameters(), lr=rate, weight_decay=0.05)
    draw = random.Random(0)
    steps = epochs * (len(own) // BATCH)
    losses: list[float] = []
    share = np.mean([e.right for e in own])
    reader.train()
    for step, batch in enumerate(b for _ in range(epochs) for b in batches(own, draw)):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        wanted = torch.tensor([float(e.right) for e in batch])
        weight = torch.where(wanted > 0, float(1 - share), float(share)) * 2
        # Some labels are wrong whoever wrote them.
        loss = nn.functional.binary_cross_entropy_with_logits(
            reader(*joined([e.triple for e in batch])), wanted * 0.98 + 0.01, weight=weight
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            print(f"  {step + 1}/{steps} loss {np.mean(losses[-100:]):.3f}", flush=True)
    reader.eval()


def batches(own: Sequence[Example], draw: random.Random) -> Iterator[list[Example]]:
    """Shuffled batches of examples of similar length."""
    order = list(own)
    draw.shuffle(order)
    parts = []
    for i in range(0, len(order), BATCH * 20):
        block = sorted(order[i : i + BATCH * 20], key=lambda e: len(e.triple))
        parts += [block[j : j + BATCH] for j in range(0, len(block), BATCH)]
    draw.shuffle(parts)
    yield from parts


@torch.inference_mode()
def scores(reader: JointReader, triples: Sequence[Triple]) -> NDArray[np.float64]:
    """The log-odds of many triples."""
    out = np.zeros(len(triples))
    order = sorted(range(len(triples)), key=lambda i: len(triples[i]))
    for i in range(0, len(order), 2 * BATCH):
        chosen = order[i : i + 2 * BATCH]
        out[chosen] = reader(*joined([triples[j] for j in chosen])).numpy()
    return out


def auc(reader: JointReader, own: Sequence[Example]) -> float:
    """How well it ranks right answers before wrong ones."""
    return float(roc_auc_score([e.right for e in own], scores(reader, [e.triple for e in own])))


if __name__ == "__main__":
    main()
