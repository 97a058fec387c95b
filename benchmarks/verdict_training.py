"""Train the cross-encoder of the verdict (`assistant.models.cross_encoder`).

    python benchmarks/verdict_training.py [--index DIR] [--out DIR]

First on pieces of invented policies (`verdict_groups`), on public question sets (`verdict_pairs`)
and on sentences of the corpus that were made wrong by rule (`verdict_corruptions`). From there, it
is trained twice on the benchmark's fitting half, on every other fact each time: so each answer of
that half gets the score of a reader that has not seen it (``OUT/crossed.json``, for
``trilogue calibrate --crossed``), and what ships is the mean of both (Wortsman et al. 2022,
arXiv:2203.05482).

The texts are read by the embedder once; with their states an epoch takes minutes. All of it takes
about an hour and a half on two cores that multiply bfloat16, 12 GB of memory and 6 GB of the disk.
Progress is printed, with how well answers that are not trained on are ranked. What is read and
trained stands in OUT: a run that was interrupted goes on from there.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import TypeAdapter
from retrieval import SHARED, corpus_store
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from verdict_answers import SUITES, benchmark_answers
from verdict_corruptions import corpus_pairs
from verdict_groups import Answer, Asked, Group, load_pieces, pair_groups, piece_groups
from verdict_pairs import LabelledPair, public_pairs

from assistant.calibration import load_calibration
from assistant.fitting.labelled_answer import drawn, half_of
from assistant.fitting.verdict_rows import SignalReader
from assistant.index.store import PassageStore
from assistant.language import article_of, warm_up
from assistant.models.cross_encoder import (
    ANSWER,
    EVIDENCE,
    QUESTION,
    JointReader,
    Placed,
    batch_of,
    read_alone,
)
from assistant.models.embedder import SentenceTransformerEmbedder, load_embedder
from assistant.settings import Settings
from evals.dataset import load_suite

MODELS = Path(__file__).parent.parent / "assistant" / "models"
#: Tokens of a step, about.
TOKENS = 1100
RATE = 1e-3
FINE_RATE = 8e-4
WARM_UP = 150
#: Weight of how answers to one question are ranked.
RANKED = 0.5
#: Sentences of each language that are made wrong.
SENTENCES = 100
#: Times that the pieces are gone through.
EPOCHS = 2
FINE_EPOCHS = 2
_REPORT = 200
_CHUNK = 32
#: Groups whose texts are read at a time.
_READ = 200
#: Texts whose states go into one file.
_FILE = 4000


class States:
    """States of the tokens of texts, each read by itself when it is first asked for.

    Args:
        embedder: What reads.
        folder: Where they are kept, in files of some thousand texts.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder
        self._known: dict[tuple[str, int], Tensor] = {}
        self._new: list[tuple[str, int]] = []
        for file in sorted(folder.glob("states-*.pt")):
            self._known |= torch.load(file)

    def rows(self, groups: Sequence[Group]) -> list[list[Placed]]:
        """A row of texts for each group."""
        wanted = {
            QUESTION: {asked.question for g in groups for asked in g.asked},
            EVIDENCE: {text for g in groups for text in g.evidence},
            ANSWER: {answer.text for g in groups for answer in g.answers},
        }
        for role, texts in wanted.items():
            new = sorted(
                (t for t in texts if (t, role) not in self._known), key=lambda t: (len(t), t)
            )
            for i in range(0, len(new), _CHUNK):
                chunk = new[i : i + _CHUNK]
                read = read_alone(self._embedder, [(t, role) for t in chunk])
                halves = (s.to(torch.bfloat16) for s in read)
                self._known |= {(t, role): s for t, s in zip(chunk, halves, strict=True)}
                self._new += [(t, role) for t in chunk]
                if len(self._new) >= _FILE:
                    self.save()
        return [self._row(group) for group in groups]

    def save(self) -> None:
        """Write what was read since."""
        count = len(list(self._folder.glob("states-*.pt")))
        part = self._folder / f"states-{count:03}.part"
        torch.save({name: self._known[name] for name in self._new}, part)
        part.rename(part.with_suffix(".pt"))
        self._new.clear()
        print(f"  {len(self._known)} texts read", flush=True)

    def _row(self, group: Group) -> list[Placed]:
        row: list[Placed] = [(self._known[t, EVIDENCE], EVIDENCE, ()) for t in group.evidence]
        for asked in group.asked:
            question = len(row)
            row.append((self._known[asked.question, QUESTION], QUESTION, asked.evidence))
            row += [
                (self._known[a.text, ANSWER], ANSWER, (*a.evidence, question))
                for a in asked.answers
            ]
        return row


def _size(group: Group) -> int:
    """About so many tokens."""
    texts = [*group.evidence, *(a.text for a in group.answers)]
    texts += [asked.question for asked in group.asked]
    return int(sum(len(text) / (1.8 if _korean(text) else 3.3) + 2 for text in texts))


def _korean(text: str) -> bool:
    return any("가" <= c <= "힣" for c in text[:40])


def batches(groups: Sequence[Group], draw: random.Random) -> list[list[Group]]:
    """Shuffled batches of groups of similar size."""
    order = list(groups)
    draw.shuffle(order)
    made: list[list[Group]] = []
    for i in range(0, len(order), 120):
        batch: list[Group] = []
        for group in sorted(order[i : i + 120], key=_size):
            if batch and (len(batch) + 1) * _size(group) > TOKENS:
                made.append(batch)
                batch = []
            batch.append(group)
        made.append(batch)
    draw.shuffle(made)
    return made


def fresh(states: States, groups: Sequence[Group]) -> JointReader:
    """A reader to be trained, that knows the mean and the spread of the states of some groups."""
    some = torch.cat([tokens for row in states.rows(groups) for tokens, _, _ in row]).float()
    reader = JointReader(some.shape[1])
    reader.centre.copy_(some.mean(0))
    reader.spread.copy_(some.std(0).clamp(min=1e-3))
    return reader


def train(
    reader: JointReader,
    states: States,
    steps: Sequence[list[Group]],
    watched: Sequence[Group],
    out: Path,
    rate: float,
) -> None:
    """Go through all steps once; the rate rises at first and then falls to nothing."""
    optimizer = torch.optim.AdamW(reader.parameters(), lr=rate, weight_decay=0.05)
    reader.train()
    losses: list[float] = []
    began = time.monotonic()
    for step, batch in enumerate(steps, 1):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, step / WARM_UP) * max(0.02, 1 - step / len(steps))
        loss = loss_of(reader(batch_of(states.rows(batch))), batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % _REPORT == 0 or step == len(steps):
            spent = f"{time.monotonic() - began:.0f} s"
            print(
                f"  {step}/{len(steps)} loss {np.mean(losses[-_REPORT:]):.3f} {spent}", flush=True
            )
            save(reader, out / "last.safetensors")
            tell(watched, scores(reader, states, watched))
            reader.train()
    reader.eval()


def loss_of(scored: Tensor, batch: Sequence[Group]) -> Tensor:
    """Cross-entropy of all answers, where right and wrong ones count the same in sum; and of every
    right answer being ranked before every wrong one to the same question."""
    wanted = torch.tensor([float(a.right) for g in batch for a in g.answers])
    share = wanted.mean().clamp(0.2, 0.8)
    weight = torch.where(wanted > 0, 0.5 / share, 0.5 / (1 - share))
    # Some labels are wrong whoever wrote them.
    loss = nn.functional.binary_cross_entropy_with_logits(
        scored, wanted * 0.96 + 0.02, weight=weight
    )
    lengths = [len(asked.answers) for g in batch for asked in g.asked]
    behind = [
        nn.functional.softplus(s[w == 0] - s[w > 0][:, None]).mean()
        for s, w in zip(torch.split(scored, lengths), torch.split(wanted, lengths), strict=True)
        if 0 < w.sum() < len(w)
    ]
    return loss + RANKED * torch.stack(behind).mean() if behind else loss


@torch.inference_mode()
def scores(reader: JointReader, states: States, groups: Sequence[Group]) -> NDArray[np.float64]:
    """The log-odds of all answers of many groups, in their order."""
    reader.eval()
    values = [reader(batch_of(states.rows([group]))).double().numpy() for group in groups]
    return np.concatenate(values)


def tell(groups: Sequence[Group], scored: NDArray[np.float64]) -> None:
    """Print how well right answers are ranked before wrong ones, by kind."""
    answers = [a for g in groups for a in g.answers]
    right = [s for a, s in zip(answers, scored, strict=True) if a.right]
    by_kind: dict[str, list[float]] = defaultdict(list)
    for answer, score in zip(answers, scored, strict=True):
        if not answer.right:
            by_kind[answer.kind].append(score)
    wrong = [s for own in by_kind.values() for s in own]
    parts = [f"all {_auc(right, wrong):.3f}"]
    parts += [f"{kind} {_auc(right, own):.2f}" for kind, own in sorted(by_kind.items())]
    print("  AUC " + ", ".join(parts), flush=True)


def _auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    labels = [True] * len(right) + [False] * len(wrong)
    return float(roc_auc_score(labels, [*right, *wrong]))


def save(reader: JointReader, path: Path) -> None:
    """Write the weights in half precision."""
    tensors = {k: v.to(torch.bfloat16).contiguous() for k, v in reader.state_dict().items()}
    save_file(tensors, path)


def benchmark_groups(embedder: SentenceTransformerEmbedder, store: PassageStore) -> list[Group]:
    """The answers of the benchmark's fitting half, with what they are read with."""
    groups = []
    fitted = load_calibration(embedder.model_name, "*")
    reader = SignalReader(store, embedder, fitted.gate, fitted.cosines)
    for own in reader.read([answer for answer in benchmark_answers(store) if answer.half == 0]):
        if own[0].found is None:
            continue
        readings = dict.fromkeys(map(str, own[0].found.best_readings))
        evidence = {text: place for place, text in enumerate(readings)}
        best = tuple(range(len(evidence)))
        answers = []
        for item in own:
            support = str(item.supports[0].sentence.reading())
            own_place = evidence.setdefault(support, len(evidence))
            seen = tuple(dict.fromkeys((*best, own_place)))
            said = item.answer
            answers.append(Answer(said.text, said.right, seen, said.kind, said.key))
        asked = Asked(own[0].answer.question, best, tuple(answers))
        groups.append(Group(tuple(evidence), (asked,), own[0].answer.fact))
    return groups


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


def _is_at(passage: Any, place: str) -> bool:
    named = (passage.locator, *passage.headings, passage.title)
    number = article_of(place)
    return place in named or (number is not None and number == passage.article)


def selected(pairs: Sequence[LabelledPair]) -> list[LabelledPair]:
    """So many questions of each set that no language outweighs the others."""
    draw = random.Random(0)
    english = [p for p in pairs if p.source == "tydi" and p.question.isascii()]
    korean = [p for p in pairs if p.source == "tydi" and not p.question.isascii()]
    rest = [p for p in pairs if p.source != "tydi"]
    return [
        *_of_questions(english, 120, draw),
        *_of_questions(korean, 200, draw),
        *_of_questions(rest, 320, draw),
    ]


def _of_questions(
    pairs: Sequence[LabelledPair], count: int, draw: random.Random
) -> list[LabelledPair]:
    questions = sorted({pair.question for pair in pairs})
    draw.shuffle(questions)
    kept = set(questions[:count])
    return [pair for pair in pairs if pair.question in kept]


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--index", type=Path, help="data folder of the corpus' index")
    parser.add_argument("--out", type=Path, default=Path("verdict-training"))
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"skipped: the data in {SHARED} are not there")
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    draw = random.Random(0)
    embedder = load_embedder(Settings(_env_file=None))
    warm_up()
    states = States(embedder, arguments.out)
    with corpus_store(embedder, SHARED / "corpus", arguments.index) as store:
        own = _kept_groups(arguments.out / "groups.json", lambda: benchmark_groups(embedder, store))
        made = pair_groups(corrupted(store))
    public = pair_groups(selected(public_pairs(SHARED)))
    pieces = load_pieces()
    steps: list[list[Group]] = []
    for _ in range(EPOCHS):
        steps += batches([*piece_groups(pieces, draw), *made, *public], draw)
    texts = [group for batch in steps for group in batch]
    print(f"{len(own)} groups of the benchmark, {len(texts)} others", flush=True)
    for i in range(0, len(texts), _READ):
        states.rows(texts[i : i + _READ])
    states.rows(own)
    states.save()
    first = fresh(states, steps[0] + steps[1] + steps[2])
    if not _taken_up(first, arguments.out / "first.safetensors"):
        train(first, states, steps, own[::8], arguments.out, RATE)
        save(first, arguments.out / "first.safetensors")
    crossed: dict[str, float] = {}
    readers = []
    for inside in (False, True):
        trained = [g for g in own if drawn(g.fact) == inside]
        outside = [g for g in own if drawn(g.fact) != inside]
        steps = []
        for _ in range(FINE_EPOCHS):
            beside = piece_groups(draw.sample(pieces, len(pieces) // 4), draw)
            steps += batches([*trained, *draw.sample(made, len(made) // 4), *beside], draw)
        reader = copy.deepcopy(first)
        file = arguments.out / f"fold-{inside:d}.safetensors"
        if not _taken_up(reader, file):
            train(reader, states, steps, outside[::8], arguments.out, FINE_RATE)
            save(reader, file)
        scored = scores(reader, states, outside)
        tell(outside, scored)
        keys = [answer.key for group in outside for answer in group.answers]
        crossed |= dict(zip(keys, map(float, scored), strict=True))
        readers.append(reader)
    (arguments.out / "crossed.json").write_text(json.dumps(crossed), "utf-8")
    save(mean_of(readers), MODELS / f"cross_encoder.{embedder.model_name}.safetensors")


def _kept_groups(file: Path, read: Callable[[], list[Group]]) -> list[Group]:
    """The groups that stand in a file; they are read and written where it is not there."""
    groups = TypeAdapter(list[Group])
    if not file.is_file():
        file.write_bytes(groups.dump_json(read()))
    return groups.validate_json(file.read_bytes())


def _taken_up(reader: JointReader, file: Path) -> bool:
    """Whether a run before has trained this reader; then it has the weights of then."""
    if file.is_file():
        reader.load_state_dict({name: t.float() for name, t in load_file(file).items()})
    return file.is_file()


def mean_of(readers: Sequence[JointReader]) -> JointReader:
    """A reader with the mean of the weights of readers that began with the same ones."""
    mean = copy.deepcopy(readers[0])
    states = [reader.state_dict() for reader in readers]
    mean.load_state_dict({k: torch.stack([s[k] for s in states]).mean(0) for k in states[0]})
    return mean


if __name__ == "__main__":
    main()
