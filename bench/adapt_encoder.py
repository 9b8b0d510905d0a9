"""Learn the correction of the sentence encoder from our own training messages.

    python bench/adapt_encoder.py [--epochs 1.5] [--rank 16] [--threads 0]

Run by hand when much new data has come, never by `make train`: it takes about half an hour on two
cores and needs PyTorch and transformers, which nothing else here does. Install both beside the
locked packages in an environment of its own. It reads `data/nlu` and `data/crisis` and nothing of
`tests/evaluation`.

Method: low-rank adaptation. The general weights stay as they are; beside each weight matrix of the
upper layers stand two thin ones. They learn three tasks at once on the mean-pooled vector: the
concern, crisis or not, and which kind of crisis or look-alike. Half of the messages are disturbed
on the way in (slips of the pen, case, missing spaces, leetspeak), so that spelling matters less.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import yaml
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from signpost.crisis.learn import examples, verdict_of
from signpost.encoder import ADAPTER, default_path
from signpost.settings import ROOT

BATCH, TOKENS, CHARACTERS = 32, 96, 600
# How far a vector of unit length is stretched before the three classifiers.
SCALE = 8.0
# The layers below stay general: they know words and grammar, and cost a backward pass.
FIRST_LAYER = 2
# How much a step of the thin matrices counts beside the general weights.
STRENGTH = 2.0
PARTS = ("attention.self.query", "attention.self.key", "attention.self.value",
         "attention.output.dense", "intermediate.dense", "output.dense")  # fmt: skip
LEET = str.maketrans("aeios", "43105")
UNKNOWN = -1

# A message, with the numbers of its concern, its kind and its verdict; -1 where it has none.
Labelled = tuple[str, int, int, int]


class Thin(nn.Module):
    """A linear layer with its correction B·A beside it."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(
            torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features)
        )
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))
        self.drop = nn.Dropout(0.05)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x) + STRENGTH * (self.drop(x) @ self.down.T) @ self.up.T


class Heads(nn.Module):
    """Concern, kind and verdict from one vector; only training needs them."""

    def __init__(self, width: int, concerns: int, kinds: int) -> None:
        super().__init__()
        self.concern = nn.Linear(width, concerns)
        self.kind = nn.Linear(width, kinds)
        self.verdict = nn.Linear(width, 1)

    def loss(self, vectors: torch.Tensor, batch: list[Labelled]) -> torch.Tensor:
        """The three tasks' losses together, each over the messages that have its label."""
        concern, kind, verdict = (torch.tensor([row[i] for row in batch]) for i in (1, 2, 3))
        total = torch.zeros(())
        for head, labels, weight in ((self.concern, concern, 1.0), (self.kind, kind, 0.5)):
            known = labels != UNKNOWN
            if known.any():
                loss = functional.cross_entropy(
                    head(vectors[known]), labels[known], label_smoothing=0.05
                )
                total = total + weight * known.float().mean() * loss
        known = verdict != UNKNOWN
        if known.any():
            logits = self.verdict(vectors[known])[:, 0]
            total = total + functional.binary_cross_entropy_with_logits(
                logits, verdict[known].float()
            )
        return total


def read_nlu() -> list[tuple[str, str]]:
    """The messages of `data/nlu` with their labels."""
    found = []
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                lines = block["examples"].splitlines()
                found += [(line[2:], block["intent"]) for line in lines if line.startswith("- ")]
    return found


def labelled() -> tuple[list[Labelled], int, int]:
    """All training messages; how many concerns and how many kinds there are."""
    nlu, crisis = read_nlu(), examples()
    concerns = {name: place for place, name in enumerate(sorted({name for _, name in nlu}))}
    kinds = {name: place for place, name in enumerate(sorted({row.kind for row in crisis}))}
    rows: list[Labelled] = []
    for text, name in nlu:
        verdict = verdict_of(name)
        rows.append((text, concerns[name], UNKNOWN, UNKNOWN if verdict is None else int(verdict)))
    for row in crisis:
        rows.append((row.text, UNKNOWN, kinds[row.kind], int(row.label == "crisis")))
    return rows, len(concerns), len(kinds)


def disturbed(text: str) -> str:
    """`text` as somebody else might have typed it; half of the time as it is."""
    if random.random() < 0.55 or len(text) < 4:
        return text
    change = random.random()
    if change < 0.4:
        return _slipped(text)
    if change < 0.6:
        return re.sub(r"[^\w\s]", "", text).lower()
    if change < 0.7:
        return text.upper()
    if change < 0.78:
        return "".join(c.translate(LEET) if random.random() < 0.6 else c for c in text)
    if change < 0.82:
        return text.replace(" ", "")
    words = text.split()
    if len(words) > 6:
        del words[random.randrange(len(words))]
    return " ".join(words)


def _slipped(text: str) -> str:
    letters = list(text)
    for _ in range(max(1, len(text) // 30)):
        place = random.randrange(len(letters) - 1)
        kind = random.random()
        if kind < 0.4:
            del letters[place]
        elif kind < 0.7:
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        else:
            letters.insert(place, letters[place])
    return "".join(letters)


def batches(rows: list[Labelled]) -> Iterator[list[Labelled]]:
    """The rows in random order, messages of like length together."""
    random.shuffle(rows)
    wide = BATCH * 20
    found = []
    for start in range(0, len(rows), wide):
        chunk = sorted(rows[start : start + wide], key=lambda row: len(row[0]))
        found += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
    random.shuffle(found)
    yield from found


def thin(model: nn.Module, rank: int) -> dict[str, Thin]:
    """Put a correction beside the upper layers' matrices; by the names of their weights."""
    for parameter in model.parameters():
        parameter.requires_grad = False
    parts: dict[str, Thin] = {}
    for number, layer in enumerate(model.encoder.layer):
        for part in PARTS if number >= FIRST_LAYER else ():
            owner, _, name = part.rpartition(".")
            parent = layer.get_submodule(owner) if owner else layer
            replacement = Thin(getattr(parent, name), rank)
            setattr(parent, name, replacement)
            parts[f"encoder.layer.{number}.{part}.weight"] = replacement
    return parts


def embed(model: nn.Module, tokenizer: object, texts: list[str]) -> torch.Tensor:
    """Mean-pooled vectors of length `SCALE`, as the encoder makes them."""
    tokens = tokenizer(  # type: ignore[operator]
        texts, padding=True, truncation=True, max_length=TOKENS, return_tensors="pt"
    )
    hidden = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1).float()
    return functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1) * SCALE


def adapt(epochs: float, rank: int, rate: float, out: Path, threads: int) -> None:
    """Train, and write the correction to `out`."""
    random.seed(1)
    torch.manual_seed(1)
    if threads:
        torch.set_num_threads(threads)
    folder = str(default_path())
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    parts = thin(model, rank)
    rows, concerns, kinds = labelled()
    heads = Heads(model.config.hidden_size, concerns, kinds)
    corrections = [p for part in parts.values() for p in (part.down, part.up)]
    optimizer = torch.optim.AdamW(
        [{"params": corrections, "lr": rate}, {"params": heads.parameters(), "lr": 2e-3}],
        weight_decay=0.01,
    )
    steps = int(epochs * len(rows) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 60) * max(0.02, 1 - step / steps)
    )
    print(f"{len(rows)} messages, {concerns} concerns, {kinds} kinds, {steps} steps", flush=True)
    model.train()
    started, done, mean = time.monotonic(), 0, 0.0
    while done < steps:
        for batch in batches(rows):
            texts = [disturbed(row[0])[:CHARACTERS] for row in batch]
            loss = heads.loss(embed(model, tokenizer, texts), batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(corrections, 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            mean = loss.item() if done == 1 else 0.98 * mean + 0.02 * loss.item()
            if done % 100 == 0:
                print(
                    f"{done} of {steps}: {mean:.3f}, {time.monotonic() - started:.0f} s", flush=True
                )
            if done == steps:
                break
    arrays = {}
    for name, part in parts.items():
        arrays[f"{name}.a"] = part.down.detach().half().numpy()
        arrays[f"{name}.b"] = (STRENGTH * part.up).detach().half().numpy()
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, out)


def main() -> None:
    """Read the options and adapt."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=float, default=1.5)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--out", type=Path, default=ADAPTER)
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    options = parser.parse_args()
    adapt(options.epochs, options.rank, options.rate, options.out, options.threads)


if __name__ == "__main__":
    main()
