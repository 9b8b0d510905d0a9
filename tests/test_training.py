from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from signpost import training
from signpost.settings import ROOT, Settings

pytestmark = pytest.mark.skipif(find_spec("rasa") is None, reason="a model needs Rasa")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of everything that could shape a model."""
    for folder in ("data", "signpost", "content/conversation"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for file in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def add_to(name: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        with (project / name).open("a", encoding="utf-8") as file:
            file.write("\n# changed\n")

    return change


def add_file(project: Path) -> None:
    (project / "data" / "nlu" / "another.yml").write_text("version: '3.1'\n")


def rename_file(project: Path) -> None:
    (project / "data" / "rules.yml").rename(project / "data" / "the_rules.yml")


def test_the_checksum_is_the_same_for_the_same_files(project: Path) -> None:
    assert training.checksum(project) == training.checksum(project)
    assert len(training.checksum(project)) == 16


@pytest.mark.parametrize(
    "change",
    [
        add_to("config.yml"),
        add_to("domain.yml"),
        add_to("data/rules.yml"),
        add_to("data/entities/people.yaml"),
        add_to("signpost/rasa/featurizer.py"),
        add_to("signpost/language/people.py"),
        add_file,
        rename_file,
    ],
    ids=["config", "domain", "rules", "patterns", "featurizer", "people", "new", "renamed"],
)
def test_the_checksum_changes_with_all_that_shapes_a_model(
    project: Path, change: Callable[[Path], None]
) -> None:
    before = training.checksum(project)
    change(project)
    assert training.checksum(project) != before


@pytest.mark.parametrize(
    "name",
    ["content/conversation/greet.yaml", "signpost/door/door.py", "signpost/register/render.py"],
)
def test_the_checksum_does_not_change_with_words_or_the_door(project: Path, name: str) -> None:
    before = training.checksum(project)
    add_to(name)(project)
    assert training.checksum(project) == before


def test_a_model_that_fits_is_used_without_training(tmp_path: Path) -> None:
    settings = Settings(models=tmp_path)
    model = training.model_path(settings)
    model.parent.mkdir(parents=True)
    model.write_bytes(b"a model")
    training.weights_path(settings).write_bytes(b"weights")
    said: list[str] = []
    assert training.ensure(settings, said.append) == model
    assert said == []


def test_a_model_is_found_by_its_checksum_alone(tmp_path: Path) -> None:
    assert training.model_path(Settings(models=tmp_path)) == (
        tmp_path / training.checksum() / "model.tar.gz"
    )


@pytest.mark.parametrize("file", ["data/audiences.yml", "data/crisis/danger.jsonl"])
def test_a_changed_label_makes_the_component_that_reads_it_learn_anew(
    project: Path, file: str
) -> None:
    before = training.effective_config(project)
    add_to(file)(project)
    assert training.effective_config(project) != before


def test_labels_apart_the_configuration_is_the_one_that_is_written(project: Path) -> None:
    wanted = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    effective = yaml.safe_load(training.effective_config(project))
    for component in effective["pipeline"]:
        component.pop("labels_checksum", None)
    assert effective == wanted
