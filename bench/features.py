"""Which features under which classifier? `python -m bench.features` prints the table of ADR 17.

    .venv/bin/python -m bench.features [--per-concern 40] [--diet] [--only encoder]

Every candidate learns from the same messages of `data/nlu` (all of them, or a sample) and is scored
on all rows of `tests/evaluation/concerns*.jsonl`, whose writers had not seen the training data.
It measures the classifier alone: no door, no rules, no thresholds. A label that a row allows
beside its own counts as right. Vectors and results are kept in build/features as they come.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

# So that `python bench/features.py`, the way in the older decision records, works too.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import sample
from bench.steps import Steps
from bench.stock.learn import environment
from signpost.encoder import ADAPTER, SentenceEncoder, build_graph, default_path
from signpost.evaluation.intervals import wilson
from signpost.evaluation.rows import ConcernRow, read
from signpost.settings import ROOT
from signpost.training import checksum

FOLDER = ROOT / "build" / "features"
# As config.yml stretches them.
ENCODER_SCALE, NGRAM_SCALE = 6.0, 3.0
_TIMED = 200


class Candidate(msgspec.Struct, frozen=True):
    """Features by their names, and the classifier on top."""

    name: str
    parts: tuple[str, ...]
    classifier: str = "regression"


CANDIDATES = (
    Candidate("n-grams, counted", ("counted",)),
    Candidate("n-grams, TF-IDF", ("tfidf",)),
    Candidate("encoder, general", ("general",)),
    Candidate("encoder, adapted", ("adapted",)),
    Candidate("encoder, adapted, int8", ("adapted int8",)),
    Candidate("general and TF-IDF", ("general", "tfidf")),
    Candidate("adapted and TF-IDF (ours)", ("adapted", "tfidf")),
    Candidate("adapted int8 and TF-IDF", ("adapted int8", "tfidf")),
    Candidate("adapted and TF-IDF, linear SVM", ("adapted", "tfidf"), "svm"),
)


class Data(msgspec.Struct, frozen=True):
    """What is learnt from and what is asked."""

    texts: list[str]
    labels: list[str]
    rows: list[ConcernRow]

    @property
    def questions(self) -> list[str]:
        """The texts of the rows."""
        return [row.text for row in self.rows]


def data(per_concern: int, seed: int) -> Data:
    """All training messages, or a sample of each intent; all rows of concerns."""
    examples = sample.read(ROOT / "data" / "nlu")
    if per_concern:
        examples = sample.draw(examples, per_concern, seed)
    rows: list[ConcernRow] = []
    for file in sorted((ROOT / "tests" / "evaluation").glob("concerns*.jsonl")):
        rows += read(file, ConcernRow)
    return Data(
        [text for lines in examples.values() for text in lines],
        [intent for intent, lines in examples.items() for _ in lines],
        rows,
    )


# Features


def features(part: str, known: Data) -> tuple[csr_matrix, csr_matrix]:
    """A part's features of the training messages and of the rows."""
    if part == "counted":
        return _grams([CountVectorizer(), CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))],
                      known, 1.0)  # fmt: skip
    if part == "tfidf":
        return _grams(tfidf(), known, NGRAM_SCALE)
    found = [_kept_vectors(part, texts) for texts in (known.texts, known.questions)]
    return csr_matrix(found[0] * ENCODER_SCALE), csr_matrix(found[1] * ENCODER_SCALE)


def tfidf() -> list[Any]:
    """As NgramFeaturizer has them."""
    return [
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True),
    ]


def _grams(vectorizers: list[Any], known: Data, scale: float) -> tuple[csr_matrix, csr_matrix]:
    fitted = hstack([each.fit_transform(known.texts) for each in vectorizers])
    applied = hstack([each.transform(known.questions) for each in vectorizers])
    return csr_matrix(fitted) * scale, csr_matrix(applied) * scale


def encoder(part: str) -> SentenceEncoder:
    """The encoder in one of its forms, on one thread."""
    found = SentenceEncoder(adapter=None if part == "general" else ADAPTER)
    if part.endswith("int8"):
        found._session = _quantised()
    return found


def _quantised() -> Any:
    """The adapted network with its weights as whole numbers of 8 bits, activations at run time."""
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        whole.write_bytes(build_graph(default_path(), ADAPTER))
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8)
        return onnxruntime.InferenceSession(
            small.read_bytes(), options, providers=["CPUExecutionProvider"]
        )


def _kept_vectors(part: str, texts: Sequence[str]) -> Any:
    """The vectors of texts; encoded once for each form of the encoder."""
    digest = hashlib.sha256("\n".join(texts).encode())
    digest.update(ADAPTER.read_bytes())
    file = FOLDER / f"{part.replace(' ', '-')}-{digest.hexdigest()[:16]}.npy"
    if not file.is_file():
        _say(f"encoding {len(texts)} messages ({part})")
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, encoder(part).encode(texts))
    return np.load(file)


# Classifiers


def classifier(kind: str) -> Any:
    """As Rasa's LogisticRegressionClassifier fits it, or a linear support vector machine."""
    if kind == "svm":
        return LinearSVC(C=0.1, class_weight="balanced", random_state=42)
    return LogisticRegression(max_iter=100, class_weight="balanced", random_state=42)


def score(candidate: Candidate, known: Data) -> dict[str, Any]:
    """Fit a candidate; its shares right first and among three, and the fit's processor seconds."""
    parts = [features(part, known) for part in candidate.parts]
    fitted, asked = (csr_matrix(hstack([part[i] for part in parts])) for i in (0, 1))
    model = classifier(candidate.classifier)
    started = time.process_time()
    model.fit(fitted, known.labels)
    seconds = time.process_time() - started
    scores = model.decision_function(asked)
    ranked = [[str(model.classes_[i]) for i in best[:3]] for best in np.argsort(-scores, axis=1)]
    return {**shares(ranked, known.rows), "fit_s": round(seconds, 1), "width": fitted.shape[1]}


def shares(ranked: Sequence[Sequence[str]], rows: Sequence[ConcernRow]) -> dict[str, Any]:
    """The shares of rows whose concern is first, and among the first three."""
    pairs = list(zip(ranked, rows, strict=True))
    first = float(np.mean([bool(names) and row.allows(names[0]) for names, row in pairs]))
    three = float(np.mean([any(row.allows(name) for name in names[:3]) for names, row in pairs]))
    low, high = wilson(first, len(rows))
    return {"first": first, "low": low, "high": high, "three": three}


def timed(known: Data) -> dict[str, dict[str, float]]:
    """What one message costs in each form of the encoder, and how far int8 is from float32."""
    texts = known.questions[:_TIMED]
    vectors, found = {}, {}
    for part in ("adapted", "adapted int8"):
        form = encoder(part)
        vectors[part] = np.vstack([form.encode([text]) for text in texts])
        milliseconds = [_milliseconds(form, text) for text in texts]
        found[part] = {"median_ms": round(statistics.median(milliseconds), 2)}
    cosines = (vectors["adapted"] * vectors["adapted int8"]).sum(axis=1)
    found["adapted int8"]["cosine"] = round(float(cosines.mean()), 4)
    return found


def _milliseconds(form: SentenceEncoder, text: str) -> float:
    started = time.process_time()
    form.encode([text])
    return 1000 * (time.process_time() - started)


# DIET on top of the same features, by Rasa itself


def diet(known: Data) -> dict[str, Any]:
    """Train Rasa's DIET on our features, with its own settings, and ask it every row."""
    folder = FOLDER / "diet"
    examples: sample.Examples = {}
    for text, label in zip(known.texts, known.labels, strict=True):
        examples.setdefault(label, []).append(text)
    sample.write(examples, folder / "data" / "nlu.yml")
    pipeline = [
        {"name": "WhitespaceTokenizer"},
        {"name": "signpost.rasa.featurizer.SentenceEncoderFeaturizer", "scale": ENCODER_SCALE},
        {"name": "signpost.rasa.ngrams.NgramFeaturizer", "scale": NGRAM_SCALE},
        {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False,
         "random_seed": 42, "constrain_similarities": True},
    ]  # fmt: skip
    config = {"recipe": "default.v1", "assistant_id": "bench", "language": "en"}
    (folder / "config.yml").write_text(yaml.safe_dump({**config, "pipeline": pipeline}))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (folder / "train.log").open("w") as log:
        subprocess.run(
            [sys.executable, "-m", "rasa", "train", "nlu", "--config", str(folder / "config.yml"),
             "--nlu", str(folder / "data"), "--out", str(folder), "--fixed-model-name", "model"],
            cwd=ROOT, env=environment(RASA_CACHE_DIRECTORY=str(folder / "cache")), check=True,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ranked = asyncio.run(_asked(folder / "model.tar.gz", known.questions))
    return {**shares(ranked, known.rows), "fit_s": round(seconds, 1), "width": 0}


async def _asked(model: Path, texts: Sequence[str]) -> list[list[str]]:
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    found = []
    for text in texts:
        parsed = await agent.parse_message(text)
        found.append([row["name"] for row in parsed["intent_ranking"][:3]])
    return found


# The table


def table(results: dict[str, Any]) -> str:
    """The candidates that are scored, as a table in Markdown."""
    lines = [
        "| features and classifier | right first | 95 % interval | in three | fit, processor s |",
        "|---|---|---|---|---|",
    ]
    for name, found in results.items():
        if "first" in found:
            lines.append(
                f"| {name} | {found['first']:.3f} | {found['low']:.3f} to {found['high']:.3f} | "
                f"{found['three']:.3f} | {found['fit_s']:.0f} |"
            )
    costs = results.get("encoder, one message", {})
    lines += [""] if costs else []
    for part, found in costs.items():
        cosine = f", cosine to float32 {found['cosine']:.3f}" if "cosine" in found else ""
        lines.append(f"{part}: {found['median_ms']:.1f} ms of one processor a message{cosine}")
    return "\n".join(lines)


def main() -> None:
    """Score the candidates that are not scored yet and print the table."""
    parser = argparse.ArgumentParser(prog="bench.features", description=__doc__)
    parser.add_argument("--per-concern", type=int, default=0, help="messages of each; 0: all")
    parser.add_argument("--seed", type=int, default=1, help="which messages are drawn")
    parser.add_argument("--diet", action="store_true", help="DIET on top, too: takes very long")
    parser.add_argument("--only", default="", help="candidates whose name has these words")
    options = parser.parse_args()
    known = data(options.per_concern, options.seed)
    header = {"per_concern": options.per_concern, "seed": options.seed, "data": checksum(),
              "messages": len(known.texts), "rows": len(known.rows)}  # fmt: skip
    steps = Steps(FOLDER / f"results-{options.per_concern}.json", header, _say)
    work: dict[str, Callable[[], Any]] = {"encoder, one message": lambda: timed(known)}
    for each in CANDIDATES:
        work[each.name] = lambda each=each: score(each, known)  # type: ignore[misc]
    if options.diet:
        work["adapted and TF-IDF, DIET"] = lambda: diet(known)
    for name, run in work.items():
        if options.only in name and not steps.has(name):
            steps.put(name, run())
    print(f"{len(known.texts)} messages, {len(set(known.labels))} labels, {len(known.rows)} rows\n")
    print(table({name: found for name, found in steps.results.items() if name != "header"}))


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
