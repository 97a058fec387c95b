"""Train an adapter of the default generator (LoRA, Hu et al. 2021, arXiv:2106.09685) on what it is
used for: ``python benchmarks/generator_training.py FOLDER --hours 2``.

The generator's own weights are taken out of their GGUF file (dequantized, so that what is trained
corrects what is run) and stay as they are; matrices of low rank beside those of the upper three
quarters of its layers learn from `generator_lessons`. The loss counts what should have been said,
not the prompt. Turns of a lesson share the beginning of their prompts, which is read once: each
sees it and itself, and nothing of the others.

FOLDER keeps a checkpoint: started again, the training goes on there. At its end, and at each
checkpoint, the adapter is written as GGUF (``adapter.gguf``), as llama.cpp loads it.

Needs ``pip install peft gguf``, which are no dependencies of Trilogue.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

import gguf
import numpy as np
import torch
from generator_lessons import Lesson, Turn, lessons, pieces_to
from numpy.typing import NDArray
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from assistant.language import warm_up
from assistant.models.weights import generator_file
from assistant.settings import Settings

RANK = 12
ALPHA = 24
#: Share of the layers, from the top, that have an adapter.
UPPER = 0.75
RATE = 3e-4
WARM_UP = 20
#: Lessons of a step.
BATCH = 2
#: A lesson with more tokens is left out.
LONGEST = 900
#: Lessons that are tried at a checkpoint.
TRIED = 24
_CHECKPOINT_S = 1500
_IGNORED: Final = -100
#: What llama.cpp calls the matrices, by what transformers calls them.
_NAMES: Final = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


@dataclass(frozen=True)
class Packed:
    """A lesson as the model reads it, of ``n`` tokens.

    Attributes:
        tokens: Of shape ``(1, n)``.
        positions: Place of each token in its own prompt, of shape ``(1, n)``.
        mask: 0 where a token sees another, else minus infinity, of shape ``(1, 1, n, n)``.
        wanted: The token that should come next, or -100, of shape ``(n,)``.
    """

    tokens: Tensor
    positions: Tensor
    mask: Tensor
    wanted: Tensor


def pack(turns: Sequence[tuple[list[int], list[int]]]) -> Packed:
    """Put turns (tokens of the prompt, tokens of what should be said) behind their common
    beginning."""
    prompts = [prompt for prompt, _ in turns]
    shared = next(
        (i for i, column in enumerate(zip(*prompts, strict=False)) if len(set(column)) > 1),
        min(map(len, prompts)),
    )
    # The last token of a prompt says the first of the answer: it belongs to its turn.
    shared = min(shared, min(map(len, prompts)) - 1)
    tokens, positions = prompts[0][:shared], list(range(shared))
    wanted, turn = [_IGNORED] * shared, [0] * shared
    for number, (prompt, said) in enumerate(turns, start=1):
        own = prompt[shared:]
        tokens += own + said
        positions += range(shared, shared + len(own) + len(said))
        turn += [number] * (len(own) + len(said))
        wanted += [_IGNORED] * (len(own) - 1) + said + [_IGNORED]
    of = torch.tensor(turn)
    earlier = torch.ones(len(of), len(of), dtype=torch.bool).tril()
    seen = earlier & ((of[None, :] == 0) | (of[None, :] == of[:, None]))
    mask = torch.zeros(len(of), len(of)).masked_fill(~seen, float("-inf"))
    return Packed(
        torch.tensor([tokens]), torch.tensor([positions]), mask[None, None], torch.tensor(wanted)
    )


class Learner:
    """The generator with an adapter, as transformers runs it.

    Args:
        file: The generator's GGUF file.
    """

    def __init__(self, file: Path) -> None:
        source = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
        self.tokenizer = AutoTokenizer.from_pretrained(**source)
        model = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
        layers = model.config.num_hidden_layers
        self.architecture = str(model.config.model_type)
        config = LoraConfig(
            r=RANK,
            lora_alpha=ALPHA,
            target_modules=[name.split(".")[1] for name in _NAMES],
            layers_to_transform=list(range(layers - int(layers * UPPER), layers)),
        )
        self.model = get_peft_model(model, config)
        #: Processors that multiply bfloat16 themselves are about three times quicker with it.
        self.quick = torch.cpu.get_capabilities()["avx512_bf16"]
        if self.quick:
            for weights in self.model.parameters():
                if not weights.requires_grad:
                    weights.data = weights.data.to(torch.bfloat16)

    def packed(self, lesson: Lesson) -> Packed:
        """A lesson's tokens."""
        return pack([self._tokens(turn) for turn in lesson])

    def _tokens(self, turn: Turn) -> tuple[list[int], list[int]]:
        messages = [{"role": m.role.value, "content": m.content or ""} for m in turn.prompt]
        prompt = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        end = self.tokenizer.eos_token_id
        encoded = self.tokenizer(prompt, add_special_tokens=False).input_ids
        return encoded, [*self.tokenizer(turn.said, add_special_tokens=False).input_ids, end]

    def loss(self, packed: Packed) -> Tensor:
        """Mean negative log-likelihood of a token that should be said."""
        inner: Any = self.model.get_base_model()
        told = packed.wanted != _IGNORED
        with torch.autocast("cpu", torch.bfloat16, enabled=self.quick):
            states = inner.model(
                input_ids=packed.tokens,
                position_ids=packed.positions,
                attention_mask=packed.mask,
                use_cache=False,
            ).last_hidden_state[0]
            said: Tensor = inner.lm_head(states[told])
        return torch.nn.functional.cross_entropy(said.float(), packed.wanted[told])

    def trainable(self) -> list[torch.nn.Parameter]:
        """The adapter's matrices."""
        return [p for p in self.model.parameters() if p.requires_grad]

    def write(self, file: Path) -> None:
        """Write the adapter as GGUF, in half precision."""
        writer = gguf.GGUFWriter(str(file.with_suffix(".part")), self.architecture)
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(ALPHA))
        for name, values in _matrices(get_peft_model_state_dict(self.model)):
            writer.add_tensor(name, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        file.with_suffix(".part").replace(file)


def _matrices(state: Mapping[str, Tensor]) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """llama.cpp's names of an adapter's matrices, with their values."""
    for name, values in state.items():
        _, _, behind = name.partition("layers.")
        layer, _, path = behind.partition(".")
        matrix = next(ours for theirs, ours in _NAMES.items() if path.startswith(theirs))
        side = "lora_a" if "lora_A" in path else "lora_b"
        yield f"blk.{layer}.{matrix}.weight.{side}", values.detach().numpy().astype(np.float16)


def tried(learner: Learner, chosen: Sequence[Packed]) -> float:
    """Mean loss over lessons that were not learned from."""
    with torch.no_grad():
        return float(np.mean([learner.loss(packed).item() for packed in chosen]))


def short_enough(learner: Learner, source: Iterator[Lesson]) -> Iterator[Packed]:
    """Lessons as tokens, without those that are too long."""
    return (p for lesson in source if (p := learner.packed(lesson)).tokens.shape[1] <= LONGEST)


def main() -> None:
    """Train for so many hours and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--steps", type=int, default=650, help="steps until the rate is zero")
    args = parser.parse_args()
    folder: Path = args.folder
    folder.mkdir(parents=True, exist_ok=True)
    warm_up()
    torch.manual_seed(0)
    learner = Learner(generator_file(Settings(_env_file=None)))
    optimizer = torch.optim.AdamW(learner.trainable(), lr=RATE, weight_decay=0.0)
    checkpoint, done = folder / "checkpoint.pt", 0
    if checkpoint.exists():
        kept: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        set_peft_model_state_dict(learner.model, kept["adapter"])
        optimizer.load_state_dict(kept["optimizer"])
        done = kept["steps"]
    held_out = list(islice(short_enough(learner, lessons(pieces_to(learn=False), 0)), TRIED))
    pieces = pieces_to(learn=True)
    source = short_enough(learner, (x for seed in count(1) for x in lessons(pieces, seed)))
    source = islice(source, done * BATCH, None)
    began = saved = time.monotonic()
    losses: list[float] = []
    print(f"step {done}: held-out loss {tried(learner, held_out):.3f}", flush=True)
    for step in count(done + 1):
        rate = RATE * min(1.0, step / WARM_UP) * max(0.0, 1 - step / args.steps)
        over = rate <= 0 or time.monotonic() - began > 3600 * args.hours
        if not over:
            for group in optimizer.param_groups:
                group["lr"] = rate
            tokens, started = 0, time.monotonic()
            for packed in islice(source, BATCH):
                loss = learner.loss(packed)
                (loss / BATCH).backward()  # type: ignore[no-untyped-call]
                losses.append(loss.item())
                if not math.isfinite(losses[-1]):
                    raise SystemExit("The loss is no number: go on from the checkpoint, slower.")
                tokens += packed.tokens.shape[1]
            torch.nn.utils.clip_grad_norm_(learner.trainable(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            done = step
            speed = tokens / (time.monotonic() - started)
            recent = losses[-20 * BATCH :]
            print(f"step {step}: {np.mean(recent):.3f}, {speed:.0f} tokens/s", flush=True)
        if over or time.monotonic() - saved > _CHECKPOINT_S:
            saved = time.monotonic()
            state = {
                "adapter": get_peft_model_state_dict(learner.model),
                "optimizer": optimizer.state_dict(),
                "steps": done,
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
            learner.write(folder / "adapter.gguf")
            held = tried(learner, held_out)
            print(f"step {done}: held-out loss {held:.3f}; written", flush=True)
        if over:
            return


if __name__ == "__main__":
    main()
