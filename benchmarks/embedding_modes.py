"""The number formats and runtimes that `embedding.py` compares.

Each is the service's own embedder with another transformer inside, so that batches, pooling and
sentence vectors are the same. A mode whose package is not installed raises ImportError.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from assistant.models.embedder import SentenceTransformerEmbedder as Embedder

#: Token vectors ``(b, n, d)`` of input ids and attention mask, both ``(b, n)`` and int64.
Runtime = Callable[[np.ndarray, np.ndarray], np.ndarray]


class _Runtime(torch.nn.Module):
    """In place of a transformers model."""

    def __init__(self, config: Any, run: Runtime) -> None:
        super().__init__()
        self.config = config
        self._run = run

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **_: object) -> Any:
        tokens = torch.from_numpy(self._run(input_ids.numpy(), attention_mask.numpy()))
        return SimpleNamespace(last_hidden_state=tokens)


class _Graph(torch.nn.Module):
    """A transformers model as a function of two tensors, to be exported."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        output = self._model(input_ids=input_ids, attention_mask=attention_mask, use_cache=False)
        return output.last_hidden_state  # type: ignore[no-any-return]


def _dynamic_int8(folder: Path, exports: Path) -> Embedder:
    from torch.ao.quantization import quantize_dynamic

    embedder = Embedder(folder, "int8", torch.float32)
    quantize_dynamic(_transformer(embedder).model, {torch.nn.Linear}, torch.qint8, inplace=True)  # type: ignore[no-untyped-call]
    return embedder


def _torchao_int8(folder: Path, exports: Path) -> Embedder:
    from torchao.quantization import Int8DynamicActivationInt8WeightConfig, quantize_

    embedder = Embedder(folder, "torchao")
    quantize_(_transformer(embedder).model, Int8DynamicActivationInt8WeightConfig())
    return embedder


def _onnx(folder: Path, exports: Path) -> Embedder:
    return _in_onnxruntime(folder, export_onnx(folder, exports))


def _onnx_int8(folder: Path, exports: Path) -> Embedder:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    source, target = export_onnx(folder, exports), exports / "int8.onnx"
    if not target.exists():
        quantize_dynamic(
            source,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            use_external_data_format=True,
        )
    return _in_onnxruntime(folder, target)


def _in_onnxruntime(folder: Path, graph: Path) -> Embedder:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = [node.name for node in session.get_inputs()]
    return _with_runtime(
        folder, lambda *arrays: session.run(None, dict(zip(names, arrays, strict=True)))[0]
    )


def _openvino(folder: Path, exports: Path) -> Embedder:
    import openvino

    graph = openvino.Core().read_model(export_onnx(folder, exports))
    return _in_openvino(folder, graph)


def _openvino_int8(folder: Path, exports: Path) -> Embedder:
    import nncf
    import openvino

    target = exports / "int8.xml"
    if not target.exists():
        graph = openvino.Core().read_model(export_onnx(folder, exports))
        compressed = nncf.compress_weights(graph, mode=nncf.CompressWeightsMode.INT8_ASYM)
        openvino.save_model(compressed, target, compress_to_fp16=False)
    return _in_openvino(folder, openvino.Core().read_model(target))


def _in_openvino(folder: Path, graph: Any) -> Embedder:
    import openvino

    hints = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    compiled = openvino.Core().compile_model(graph, "CPU", hints)
    return _with_runtime(folder, lambda *arrays: compiled(list(arrays))[0])


def _with_runtime(folder: Path, run: Runtime) -> Embedder:
    embedder = Embedder(folder, "runtime", torch.float32)
    transformer = _transformer(embedder)
    transformer.model = _Runtime(transformer.model.config, run)
    return embedder


def _transformer(embedder: Embedder) -> Any:
    return embedder._model[0]


def export_onnx(folder: Path, exports: Path) -> Path:
    """The transformer as an ONNX graph in fp32; exported where it is not there yet."""
    import onnxruntime  # noqa: F401  # without it the export, which takes a minute, is in vain
    import onnxscript  # noqa: F401

    target = exports / "model.onnx"
    if not target.exists():
        embedder = Embedder(folder, "export", torch.float32)
        encoded = embedder._model.tokenizer(["a", "two words"], padding=True, return_tensors="pt")
        axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens", min=2, max=2048)}
        with torch.no_grad():
            torch.onnx.export(
                _Graph(_transformer(embedder).model).eval(),
                (encoded["input_ids"], encoded["attention_mask"]),
                target,
                input_names=["input_ids", "attention_mask"],
                dynamic_shapes={"input_ids": axes, "attention_mask": axes},
                dynamo=True,
                external_data=True,
                verbose=False,
            )
    return target


#: By name, the first of them the reference for quality: how to load a mode from the model's folder
#: with a folder for exported graphs.
MODES: dict[str, Callable[[Path, Path], Embedder]] = {
    "torch fp32": lambda folder, exports: Embedder(folder, "fp32", torch.float32),
    "torch bf16": lambda folder, exports: Embedder(folder, "bf16", torch.bfloat16),
    "torch int8, dynamic": _dynamic_int8,
    "torchao int8, dynamic": _torchao_int8,
    "ONNX Runtime fp32": _onnx,
    "ONNX Runtime int8": _onnx_int8,
    "OpenVINO bf16": _openvino,
    "OpenVINO int8 weights": _openvino_int8,
}
