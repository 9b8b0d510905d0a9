"""The two projects: ours, and the one that `rasa init` would have made of our data."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import msgspec
import rasa.cli
import yaml

from bench import sample
from signpost.settings import ROOT
from signpost.training import effective_config

# What the installed Rasa's `rasa init` copies.
TEMPLATE = Path(rasa.cli.__file__).parent / "initial_project"


class Side(msgspec.Struct, frozen=True):
    """One of the two projects: where it lies, where its commands run, and how it is trained."""

    name: str
    folder: Path
    runs_in: Path
    config: Path

    @property
    def model(self) -> Path:
        """The trained archive."""
        return self.folder / "models" / "model.tar.gz"

    @property
    def training(self) -> list[str]:
        """The command that trains it, everything anew."""
        return [
            *(sys.executable, "-m", "rasa", "train", "--force"),
            *("--config", str(self.config), "--domain", str(self.folder / "domain.yml")),
            *("--data", str(self.folder / "data"), "--out", str(self.model.parent)),
            *("--fixed-model-name", "model"),
        ]


def lay_out(folder: Path, per_intent: int, seed: int) -> tuple[Side, Side]:
    """Write both projects below `folder`; returns the stock one and ours."""
    examples = sample.draw(sample.read(ROOT / "data" / "nlu"), per_intent, seed)
    stock = Side("stock", folder / "stock", folder / "stock", folder / "stock" / "config.yml")
    # Ours runs where the project stands: its components read data/ beside what Rasa gives them.
    ours = Side("ours", folder / "ours", ROOT, folder / "ours" / "config.yml")
    for side in (stock, ours):
        sample.write(examples, side.folder / "data" / "nlu.yml")
        for name in ("rules.yml", "stories.yml"):
            shutil.copy(ROOT / "data" / name, side.folder / "data" / name)
        shutil.copy(ROOT / "domain.yml", side.folder / "domain.yml")
    shutil.copy(TEMPLATE / "config.yml", stock.config)
    ours.config.write_text(effective_config(ROOT), encoding="utf-8")
    (stock.folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    return stock, ours


def endpoints(side: Side, actions_port: int) -> Path:
    """The side's endpoints with custom actions and SQLite; ours renders from the register, too."""
    found = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    found["action_endpoint"]["url"] = f"http://127.0.0.1:{actions_port}/webhook"
    found["tracker_store"]["db"] = str(side.folder / "tracker.db")
    if side.name == "stock":
        del found["nlg"]
    file = side.folder / "endpoints.yml"
    file.write_text(yaml.safe_dump(found), encoding="utf-8")
    return file
