"""Whether evidence supports an answer: a small network that reads both, token by token.

A cross-encoder sees what no cosine does: that a sentence says "may" and its evidence "may not",
or that the number is the neighbouring clause's. A whole transformer for it would read each pair
anew. Here the embedder reads question with answer, and evidence, each by itself, as it does
anyway, and only a small transformer of our own reads the token states of both together (as Cao et
al. 2020, "DeFormer", arXiv:2005.00697, leave the lower layers of a reader decomposed). So the
evidence of a reply is read once, and a sentence costs a few milliseconds.

The weights are made by ``tools/train_cross_encoder.py`` for one embedder.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from threading import Lock
from typing import Final, cast

import torch
from safetensors import safe_open
from torch import Tensor, nn

from assistant.models.embedder import PassageText, SentenceTransformerEmbedder, TokenStates

#: Kinds of tokens: of the question, the answer, a heading of evidence, what the answer rests on,
#: what bears most on the question, and all others.
QUESTION, ANSWER, HEADING, SUPPORT, CONTEXT, OTHER = range(6)
_KINDS: Final = 6
#: Readings of how the tokens of both texts fit together; see `alignments`.
_ALIGNMENTS: Final = 4


@dataclass(frozen=True)
class Triple:
    """What is read together.

    Attributes:
        claim: An answer, with its question as the title.
        support: The sentences that it rests on.
        context: The sentences found that bear most on the question; None where they are the same.
    """

    claim: TokenStates
    support: TokenStates
    context: TokenStates | None = None

    @property
    def parts(self) -> list[tuple[TokenStates, Tensor]]:
        """The texts in their order, each with what its kinds of tokens are here."""
        parts = [(self.claim, _CLAIM_KINDS), (self.support, _SUPPORT_KINDS)]
        return parts if self.context is None else [*parts, (self.context, _CONTEXT_KINDS)]

    def __len__(self) -> int:
        return sum(len(part.kinds) for part, _ in self.parts)


@dataclass(frozen=True)
class EvidenceText:
    """A piece of evidence: the headings above it, and its words."""

    heading: str
    text: str


class JointReader(nn.Module):
    """A small transformer over the tokens of both texts.

    Args:
        dimensions: Of a token's states.
        width: Of its own layers.
        depth: How many.
    """

    def __init__(self, dimensions: int, width: int = 128, depth: int = 3, heads: int = 4) -> None:
        super().__init__()
        self.centre: Tensor
        self.register_buffer("centre", torch.zeros(dimensions // 2))
        self.project = nn.Linear(dimensions, width)
        self.align = nn.Linear(_ALIGNMENTS, width)
        self.kind = nn.Embedding(_KINDS, width)
        self.first = nn.Parameter(torch.zeros(width))
        layer = nn.TransformerEncoderLayer(
            width, heads, 3 * width, dropout=0.0, activation="gelu", batch_first=True,
            norm_first=True,
        )  # fmt: skip
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.score = nn.Linear(width, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, states: Tensor, kinds: Tensor, real: Tensor) -> Tensor:
        """Log-odds that the evidence supports the answer, of shape ``(batch,)``.

        Args:
            states: Of shape ``(batch, n, 2 * d)``.
            kinds: What each token is, ``(batch, n)``.
            real: Which tokens are no padding, ``(batch, n)``.
        """
        aligned = self.alignments(states, kinds, real)
        hidden = self.project(states * self._kept(states)) + self.kind(kinds) + self.align(aligned)
        first = self.first.expand(len(states), 1, -1)
        seen = torch.cat([real.new_ones(len(real), 1), real], 1)
        hidden = self.layers(torch.cat([first, hidden], 1), src_key_padding_mask=~seen)
        return cast(Tensor, self.score(self.norm(hidden[:, 0])).squeeze(-1))

    def _kept(self, states: Tensor) -> Tensor:
        """Which of the dimensions of the states count: while training, others are left out for a
        whole batch. (Leaving out single values takes longer than all the rest.)"""
        return cast(Tensor, self.drop(torch.ones(states.shape[-1])))

    def alignments(self, states: Tensor, kinds: Tensor, real: Tensor) -> Tensor:
        """For each token, how near it is to the nearest token of the support, the context, the
        answer and the question, of shape ``(batch, n, 4)``; 0 for those of its own side."""
        last = states[..., states.shape[-1] // 2 :] - self.centre
        unit = nn.functional.normalize(last, dim=-1)
        cosines = unit @ unit.transpose(1, 2)
        on_claim = (kinds == QUESTION) | (kinds == ANSWER)
        on_evidence = (kinds == SUPPORT) | (kinds == CONTEXT)
        parts = []
        for side, others in (
            (kinds == SUPPORT, on_claim),
            (kinds == CONTEXT, on_claim),
            (kinds == ANSWER, on_evidence),
            (kinds == QUESTION, on_evidence),
        ):
            there = (side & real)[:, None, :]
            nearest = cosines.masked_fill(~there, -1.0).amax(-1)
            parts.append(nearest * (others & real))
        return torch.stack(parts, -1)


def joined(triples: Sequence[Triple]) -> tuple[Tensor, Tensor, Tensor]:
    """The texts of each triple one after the other: states, kinds, and which are no padding."""
    length = max(map(len, triples))
    states = torch.zeros(len(triples), length, triples[0].claim.states.shape[1])
    kinds = torch.full((len(triples), length), OTHER)
    real = torch.zeros(len(triples), length, dtype=torch.bool)
    for row, triple in enumerate(triples):
        start = 0
        for part, kinds_here in triple.parts:
            end = start + len(part.kinds)
            states[row, start:end] = part.states
            kinds[row, start:end] = kinds_here[part.kinds.long()]
            start = end
        real[row, :start] = True
    return states, kinds, real


_CLAIM_KINDS: Final = torch.tensor([OTHER, QUESTION, ANSWER])
_SUPPORT_KINDS: Final = torch.tensor([OTHER, HEADING, SUPPORT])
_CONTEXT_KINDS: Final = torch.tensor([OTHER, HEADING, CONTEXT])


class CrossEncoder:
    """Says how far evidence supports an answer.

    Args:
        embedder: What reads both texts.
        reader: What reads their tokens together.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder, reader: JointReader) -> None:
        self._embedder = embedder
        self._reader = reader.eval()
        self._lock = Lock()

    def score(
        self,
        claim: TokenStates,
        support: EvidenceText,
        context: EvidenceText,
        known: MutableMapping[EvidenceText, TokenStates],
    ) -> float:
        """Log-odds that evidence supports an answer.

        Args:
            claim: The answer's tokens, read with its question as the title.
            support: What it rests on.
            context: What bears most on the question; it may be the same.
            known: What was read of evidence before; what is new is added.
        """
        if new := [item for item in {support, context} if item not in known]:
            texts = [PassageText(item.heading, item.text) for item in new]
            known.update(zip(new, (r.tokens for r in self._embedder.read(texts)), strict=True))
        other = None if context == support else known[context]
        with self._lock, torch.inference_mode():
            return float(self._reader(*joined([Triple(claim, known[support], other)]))[0])


def load_cross_encoder(embedder: SentenceTransformerEmbedder) -> CrossEncoder | None:
    """The cross-encoder that was trained for an embedder; None where there is none."""
    file = files(__package__) / f"cross_encoder.{embedder.model_name}.safetensors"
    if not file.is_file():
        return None
    with as_file(file) as path, safe_open(path, "pt") as stored:
        tensors = {name: stored.get_tensor(name).float() for name in stored.keys()}  # noqa: SIM118
    reader = JointReader(tensors["project.weight"].shape[1])
    reader.load_state_dict(tensors)
    return CrossEncoder(embedder, reader)
