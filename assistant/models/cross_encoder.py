"""Whether evidence supports an answer: a small network that reads both, token by token.

A cross-encoder sees what no cosine does: that a sentence says "may" and its evidence "may not",
or that the number is the neighbouring clause's. A whole transformer for it would read each pair
anew. Here the embedder reads a question, each piece of evidence and an answer by themselves, and
only a small transformer of our own reads the states of their tokens together (as Cao et al. 2020,
"DeFormer", arXiv:2005.00697, leave the lower layers of a reader decomposed). Each token of question
and answer comes with what tells it from the token of the evidence that is nearest to it (as in
Chen et al. 2017, "ESIM", arXiv:1609.06038). So the evidence of a reply is read once.

The weights are made by ``benchmarks/verdict_training.py`` for one embedder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final, TypeAlias, cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from assistant.models.embedder import Embedder, SentenceTransformerEmbedder

#: Roles of a text.
QUESTION, EVIDENCE, ANSWER = range(3)
#: The most tokens that are read of each.
_LONGEST: Final = (64, 128, 160)
#: The layer whose states are read beside those of the last one.
_MIDDLE: Final = 16
_HEADS: Final = 4
#: Numbers that are made of a comparison of two tokens, and of all comparisons of an answer.
_COMPARED: Final = 64
_NEARNESSES: Final = 6
#: States are cut off at so many standard deviations: a few dimensions are far out.
_FAR: Final = 4.0


@dataclass(frozen=True)
class EvidenceText:
    """A piece of evidence: the headings above it, and its words."""

    heading: str
    text: str

    def __str__(self) -> str:
        return f"{self.heading}\n{self.text}" if self.heading else self.text


#: A text of a row: the states of its tokens, ``(n, 2 * d)``; its role; which texts before it in
#: the row its tokens attend to.
Placed: TypeAlias = tuple[Tensor, int, tuple[int, ...]]


@dataclass(frozen=True)
class Batch:
    """Rows of ``b`` times ``n`` tokens, with ``k`` answers of up to ``m`` tokens.

    Attributes:
        states: Of the tokens, ``(b, n, 2 * d)``.
        roles: What each is part of, ``(b, n)``.
        mask: Which tokens each attends to, ``(b, n, n)``.
        index: Where each answer's tokens stand among all ``b * n``, ``(k, m)``.
        inside: Which of those are no padding, ``(k, m)``.
    """

    states: Tensor
    roles: Tensor
    mask: Tensor
    index: Tensor
    inside: Tensor


def batch_of(rows: Sequence[Sequence[Placed]]) -> Batch:
    """Rows of texts as one batch; each text attends to itself, too."""
    length = max(sum(len(states) for states, _, _ in row) for row in rows)
    first = rows[0][0][0]
    states = torch.zeros(len(rows), length, first.shape[1], dtype=first.dtype)
    roles = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.eye(length, dtype=torch.bool).repeat(len(rows), 1, 1)  # padding sees itself
    spans: list[tuple[int, int]] = []
    for r, row in enumerate(rows):
        starts: list[tuple[int, int]] = []
        at = 0
        for tokens, role, sees in row:
            end = at + len(tokens)
            states[r, at:end], roles[r, at:end] = tokens, role
            for begin, stop in (*(starts[i] for i in sees), (at, end)):
                mask[r, at:end, begin:stop] = True
            starts.append((at, end))
            if role == ANSWER:
                spans.append((r * length + at, r * length + end))
            at = end
    most = max(end - begin for begin, end in spans)
    index = torch.tensor([[min(b + i, e - 1) for i in range(most)] for b, e in spans])
    inside = torch.tensor([[b + i < e for i in range(most)] for b, e in spans])
    return Batch(states, roles, mask, index, inside)


class JointReader(nn.Module):
    """A small transformer over the tokens of question, evidence and answers.

    Args:
        dimensions: Of a token's states, twice those of the embedder.
        width: Of its own layers.
        depth: How many.
    """

    def __init__(self, dimensions: int, width: int = 256, depth: int = 4) -> None:
        super().__init__()
        self.centre: Tensor
        self.spread: Tensor
        self.register_buffer("centre", torch.zeros(dimensions))
        self.register_buffer("spread", torch.ones(dimensions))
        self.project = nn.Linear(dimensions, width)
        self.role = nn.Embedding(3, width)
        self.compare = nn.Linear(dimensions + 2, _COMPARED)
        self.inform = nn.Linear(_COMPARED, width)
        layer = nn.TransformerEncoderLayer(
            width, _HEADS, 3 * width, dropout=0.0, activation="gelu", batch_first=True,
            norm_first=True,
        )  # fmt: skip
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.hidden = nn.Linear(2 * width + 2 * _COMPARED + _NEARNESSES, width)
        self.score = nn.Linear(width, 1)
        self.drop = nn.Dropout(0.1)

    def forward(self, batch: Batch) -> Tensor:
        """Log-odds that the evidence supports each answer, ``(k,)``."""
        states = ((batch.states.float() - self.centre) / self.spread).clamp(-_FAR, _FAR)
        # While training, some dimensions are left out for a whole batch: leaving out single
        # values takes longer than all the rest.
        states = states * self.drop(torch.ones(states.shape[-1]))
        nearness, features = self._compared(states, batch)
        hidden = self.project(states) + self.role(batch.roles) + self.inform(features)
        hidden = self.layers(hidden, mask=~batch.mask.repeat_interleave(_HEADS, 0))
        return self._head(self.norm(hidden), nearness, features, batch)

    def _compared(self, states: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Of each token of a question or an answer: its cosines with the nearest token of the
        evidence and of the question, ``(b, n, 2)``, and what tells it from that of the evidence,
        ``(b, n, f)``; 0 where there is none."""
        width = states.shape[-1] // 2
        last = nn.functional.normalize(states[..., width:], dim=-1)
        cosines = last @ last.transpose(1, 2)
        roles = batch.roles
        may = batch.mask & (roles == EVIDENCE)[:, None, :] & (roles != EVIDENCE)[:, :, None]
        asked = batch.mask & (roles == QUESTION)[:, None, :] & (roles == ANSWER)[:, :, None]
        nearest, at = cosines.masked_fill(~may, -1.0).max(-1)
        nearness = torch.stack(
            [
                nearest * may.any(-1),
                cosines.masked_fill(~asked, -1.0).amax(-1) * asked.any(-1),
            ],
            -1,
        )
        match = last.gather(1, at[..., None].expand(-1, -1, width))
        parts = [last * match * width, (last - match) * width**0.5, nearness]
        features = nn.functional.gelu(self.compare(torch.cat(parts, -1)))
        return nearness, features * may.any(-1)[..., None]

    def _head(self, read: Tensor, nearness: Tensor, features: Tensor, batch: Batch) -> Tensor:
        kept = batch.inside[..., None]

        def of_answers(values: Tensor) -> Tensor:
            return values.reshape(-1, values.shape[-1])[batch.index]

        def mean(values: Tensor) -> Tensor:
            return (values * kept).sum(1) / kept.sum(1)

        def most(values: Tensor) -> Tensor:
            return values.masked_fill(~kept, -1e4).amax(1)

        read, nearness, features = map(of_answers, (read, nearness, features))
        pooled = [mean(read), most(read), mean(features), most(features)]
        pooled += [mean(nearness), most(nearness), -most(-nearness)]
        hidden = nn.functional.gelu(self.hidden(torch.cat(pooled, -1)))
        return cast(Tensor, self.score(self.drop(hidden)).squeeze(-1))


@torch.inference_mode()
def read_alone(
    embedder: SentenceTransformerEmbedder, texts: Sequence[tuple[str, int]]
) -> list[Tensor]:
    """States of the tokens of texts with their roles, each read by itself, all in one forward pass:
    of a layer above the middle and of the last one, ``(n, 2 * d)``."""
    # With the limits that the embedder's own calls have: a call with others would change them for
    # texts that are read at the same time.
    words = [text for text, _ in texts]
    read_in = embedder.tokenizer(words, truncation=True, max_length=embedder.longest)
    ids = [
        row[: _LONGEST[role]] for row, (_, role) in zip(read_in["input_ids"], texts, strict=True)
    ]
    inputs = embedder.on_device(embedder.tokenizer.pad({"input_ids": ids}, return_tensors="pt"))
    with embedder.lock:
        read = embedder.encoder(**inputs, output_hidden_states=True)
    both = torch.cat([read.hidden_states[_MIDDLE], read.last_hidden_state], -1).cpu()
    return [both[i, real.bool()] for i, real in enumerate(inputs["attention_mask"].cpu())]


class JointReading:
    """Reads the answers to one question together with evidence; each text is read once.

    Args:
        cross_encoder: What reads.
        question: The question.
        evidence: The pieces that bear most on the question, which all answers are read with.
    """

    def __init__(
        self, cross_encoder: CrossEncoder, question: str, evidence: Sequence[EvidenceText]
    ) -> None:
        self._cross_encoder = cross_encoder
        self._question = question
        self._best = tuple(evidence)
        self._known: dict[tuple[str, int], Tensor] = {}

    def log_odds(self, answer: str, support: EvidenceText) -> float:
        """Of an answer being supported.

        Args:
            answer: A sentence.
            support: What it rests on; it may be a piece that all answers are read with.
        """
        pieces = [str(piece) for piece in dict.fromkeys((*self._best, support))]
        texts = [(piece, EVIDENCE) for piece in pieces]
        texts += [(self._question, QUESTION), (answer, ANSWER)]
        self._read(texts)
        everything = range(len(pieces) + 1)
        sees = [()] * len(pieces) + [tuple(range(len(self._best))), tuple(everything)]
        row = [(self._known[t], t[1], seen) for t, seen in zip(texts, sees, strict=True)]
        return self._cross_encoder.score(row)

    def _read(self, texts: Sequence[tuple[str, int]]) -> None:
        """Have those read that were not yet, together."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= zip(new, self._cross_encoder.read(new), strict=True)


class CrossEncoder:
    """Says how far evidence supports an answer.

    Args:
        embedder: Which reads each text by itself.
        reader: What reads their tokens together.
    """

    def __init__(self, embedder: SentenceTransformerEmbedder, reader: JointReader) -> None:
        self._embedder = embedder
        self._reader = reader.eval()

    def on(self, question: str, evidence: Sequence[EvidenceText]) -> JointReading:
        """What reads the answers to a question; see `JointReading`."""
        return JointReading(self, question, evidence)

    def read(self, texts: Sequence[tuple[str, int]]) -> list[Tensor]:
        """The states of the tokens of texts with their roles; see `read_alone`. At least one."""
        return read_alone(self._embedder, texts)

    def score(self, row: Sequence[Placed]) -> float:
        """Log-odds of the only answer of a row."""
        with self._embedder.lock, torch.inference_mode():
            return float(self._reader(batch_of([row]))[0])


def load_cross_encoder(embedder: Embedder) -> CrossEncoder | None:
    """The cross-encoder that was trained for an embedder; None where there is none."""
    if not isinstance(embedder, SentenceTransformerEmbedder):
        return None
    file = files(__package__) / f"cross_encoder.{embedder.model_name}.safetensors"
    if not file.is_file():
        return None
    with as_file(file) as path:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    width, dimensions = tensors["project.weight"].shape
    reader = JointReader(dimensions, width)
    reader.load_state_dict(tensors)
    return CrossEncoder(embedder, reader)
