"""Train the adapters and the head of the cross-encoder (`assistant.models.cross_encoder`).

    python tools/train_cross_encoder.py PAIRS… [--minutes 60] [--start FILE] [--out FILE]

Each of ``PAIRS`` is a file of JSON lines (question, answer, heading, evidence, supported, source),
or the word ``public`` for the sets of tools/support_pairs.py; ``NAME:0.5`` takes half of it, and
``NAME:2`` all of it twice. Training ends when the time is over; the rate falls to nothing by then.
Every five minutes a checkpoint is written and the AUC on pairs that are not trained on is printed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from support_pairs import LabelledPair, public_pairs, tydi_dev
from torch import Tensor, nn

from assistant.models.cross_encoder import (
    ADAPTED,
    CLAIM_TOKENS,
    EVIDENCE_TOKENS,
    SPLIT,
    Head,
    Pair,
    claim_text,
    evidence_text,
    joined,
    lower_states,
    run_layers,
)
from assistant.models.embedder import load_embedder
from assistant.settings import Settings

RANK = 16
BATCH = 24
RATE = 4e-4
HEAD_RATE = 4e-4
EVERY = 300
DATA = Path(__file__).parent.parent.parent / "shared" / "data"


class Adapted(nn.Module):
    """A frozen linear map and a low-rank one beside it."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """What both maps make of ``x`` together."""
        low = nn.functional.linear(x, self.down.to(x.dtype))
        return self.base(x) + nn.functional.linear(low, self.up.to(x.dtype))  # type: ignore[no-any-return]


class Trainer:
    """The model while it is trained."""

    def __init__(self, start: Path | None) -> None:
        embedder = load_embedder(Settings(_env_file=None))
        self.tokenizer = embedder._model.tokenizer
        self.model: Any = embedder._model[0].model
        self.model.requires_grad_(False)
        self.head = Head(self.model.config.hidden_size)
        self.adapters: dict[str, Adapted] = {}
        for number, layer in enumerate(self.model.layers[SPLIT:], start=SPLIT):
            for name in ADAPTED:
                owner, _, leaf = name.rpartition(".")
                parent = layer.get_submodule(owner)
                adapted = Adapted(getattr(parent, leaf))
                setattr(parent, leaf, adapted)
                self.adapters[f"{number}.{name}"] = adapted
        if start:
            self.load(start)

    def logits(self, pairs: Sequence[LabelledPair]) -> Tensor:
        """How far each pair's evidence supports its answer, of shape ``(batch,)``."""
        with torch.no_grad():
            claims = lower_states(
                self.model, self.tokenizer,
                [claim_text(p.question, p.answer) for p in pairs], CLAIM_TOKENS,
            )  # fmt: skip
            evidence = lower_states(
                self.model, self.tokenizer,
                [evidence_text(p.heading, p.evidence) for p in pairs], EVIDENCE_TOKENS,
            )  # fmt: skip
        states, is_claim, is_evidence = joined(
            [Pair(c, e) for c, e in zip(claims, evidence, strict=True)]
        )
        hidden = run_layers(
            self.model, self.model.layers[SPLIT:], states, is_claim | is_evidence, SPLIT
        )
        hidden = self.model.norm(hidden).float()
        return self.head(hidden, is_claim, is_evidence)  # type: ignore[no-any-return]

    def groups(self) -> list[dict[str, Any]]:
        """Parameters with their rates."""
        low = [p for a in self.adapters.values() for p in (a.down, a.up)]
        return [
            {"params": low, "lr": RATE, "peak": RATE},
            {"params": list(self.head.parameters()), "lr": HEAD_RATE, "peak": HEAD_RATE},
        ]

    def save(self, path: Path) -> None:
        """Write adapters and head."""
        tensors = {f"head.{k}": v for k, v in self.head.state_dict().items()}
        for name, adapted in self.adapters.items():
            tensors |= {f"{name}.down": adapted.down.data, f"{name}.up": adapted.up.data}
        small = {k: v.to(torch.bfloat16).contiguous() for k, v in tensors.items()}
        partial = path.with_suffix(".partial")
        save_file(small, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Read them."""
        tensors = {k: v.float() for k, v in load_file(path).items()}
        self.head.load_state_dict({k[5:]: v for k, v in tensors.items() if k.startswith("head.")})
        for name, adapted in self.adapters.items():
            adapted.down.data = tensors[f"{name}.down"]
            adapted.up.data = tensors[f"{name}.up"]

    @torch.no_grad()
    def scores(self, pairs: Sequence[LabelledPair]) -> np.ndarray[Any, Any]:
        """Logits of many pairs."""
        out = np.zeros(len(pairs))
        order = sorted(range(len(pairs)), key=lambda i: _length(pairs[i]))
        for i in range(0, len(order), BATCH):
            chosen = order[i : i + BATCH]
            out[chosen] = self.logits([pairs[j] for j in chosen]).numpy()
        return out


def _length(pair: LabelledPair) -> int:
    return len(pair.question) + len(pair.answer) + len(pair.evidence)


def batches(pairs: Sequence[LabelledPair], draw: random.Random) -> Iterator[list[LabelledPair]]:
    """Shuffled batches of pairs of similar length, for ever."""
    while True:
        order = list(pairs)
        draw.shuffle(order)
        for i in range(0, len(order), BATCH * 20):
            block = sorted(order[i : i + BATCH * 20], key=_length)
            parts = [block[j : j + BATCH] for j in range(0, len(block), BATCH)]
            draw.shuffle(parts)
            yield from parts


def read(name: str) -> list[LabelledPair]:
    """The pairs that an argument names."""
    path, _, share = name.partition(":")
    if path == "public":
        pairs = public_pairs(DATA)
    else:
        rows = map(json.loads, Path(path).read_text("utf-8").splitlines())
        pairs = [LabelledPair(**row) for row in rows]
    times = float(share or 1)
    random.Random(3).shuffle(pairs)
    return pairs * int(times) + pairs[: int(len(pairs) * (times % 1))]


def main() -> None:
    """Train until the time is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("pairs", nargs="+")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--start", type=Path)
    parser.add_argument(
        "--decay", type=float, default=1.0, help="share of the rate that is lost by the end"
    )
    parser.add_argument("--dev", type=Path, help="pairs that are not trained on")
    parser.add_argument("--out", type=Path, default=Path("cross_encoder.safetensors"))
    arguments = parser.parse_args()
    torch.manual_seed(0)
    trainer = Trainer(arguments.start)
    pairs = [pair for name in arguments.pairs for pair in read(name)]
    dev = tydi_dev(DATA)
    random.Random(0).shuffle(dev)
    sets = {"tydi dev": dev[:300]}
    if arguments.dev:
        held = read(str(arguments.dev))
        sets["held out"] = held[:500]
    print(f"{len(pairs)} pairs, {sum(p.supported for p in pairs)} of them supported", flush=True)
    optimizer = torch.optim.AdamW(trainer.groups(), weight_decay=0.01)
    draw = random.Random(0)
    began = checked = time.monotonic()
    seen, losses = 0, []
    for step, batch in enumerate(batches(pairs, draw)):
        done = (time.monotonic() - began) / (60 * arguments.minutes)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * min(1, (step + 1) / 60) * (1 - arguments.decay * done)
        wanted = torch.tensor([float(p.supported) for p in batch])
        weight = torch.where(wanted > 0, 1.5, 1.0)
        loss = nn.functional.binary_cross_entropy_with_logits(
            trainer.logits(batch), wanted, weight=weight
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for g in optimizer.param_groups for p in g["params"]]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item())
        seen += len(batch)
        if step % 50 == 0:
            print(f"{done:5.1%} {seen} pairs, loss {np.mean(losses[-50:]):.3f}", flush=True)
        if time.monotonic() - checked > EVERY:
            _check(trainer, sets)
            trainer.save(arguments.out)
            checked = time.monotonic()
    _check(trainer, sets)
    trainer.save(arguments.out)


def _check(trainer: Trainer, sets: dict[str, list[LabelledPair]]) -> None:
    for name, pairs in sets.items():
        scores = trainer.scores(pairs)
        auc = roc_auc_score([p.supported for p in pairs], scores)
        print(f"      {name}: AUC {auc:.3f}", flush=True)


if __name__ == "__main__":
    main()
