"""The stock baseline: a fair sample, two projects that differ in nothing else, honest ratios."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bench import sample
from bench.steps import Steps
from bench.stock import learn, measure, report
from bench.stock.servers import free_ports
from bench.stock.sides import TEMPLATE, endpoints, lay_out
from signpost.evaluation.rows import ConcernRow
from signpost.settings import ROOT

EXAMPLES = {"one": [f"message {n}" for n in range(9)], "two": ["- a dash: and 'quotes' £5 🙂"]}


def test_every_intent_gives_its_share_and_small_ones_give_all() -> None:
    drawn = sample.draw(EXAMPLES, 4, seed=1)
    assert len(drawn["one"]) == len(set(drawn["one"])) == 4
    assert drawn["two"] == EXAMPLES["two"]


def test_the_same_seed_draws_the_same_and_more_data_elsewhere_changes_nothing() -> None:
    drawn = sample.draw(EXAMPLES, 4, seed=1)
    assert drawn == sample.draw(EXAMPLES, 4, seed=1)
    assert drawn["one"] == sample.draw({**EXAMPLES, "new": ["x"]}, 4, seed=1)["one"]
    assert drawn["one"] != sample.draw(EXAMPLES, 4, seed=2)["one"]


def test_rasa_reads_the_sample_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "nlu.yml"
    sample.write(EXAMPLES, file)
    assert sample.read(tmp_path) == EXAMPLES
    read = RasaYAMLReader().read(str(file))
    assert [(each.get("intent"), each.get("text")) for each in read.intent_examples] == [
        (intent, line) for intent, lines in EXAMPLES.items() for line in lines
    ]


def test_the_stock_project_is_as_rasa_init_writes_it_and_learns_from_the_same(
    tmp_path: Path,
) -> None:
    stock, ours = lay_out(tmp_path, 2, seed=1)
    assert stock.config.read_bytes() == (TEMPLATE / "config.yml").read_bytes()
    pipeline = yaml.safe_load(ours.config.read_text(encoding="utf-8"))["pipeline"]
    assert any(each["name"].endswith("SentenceEncoderFeaturizer") for each in pipeline)
    for file in ("data/nlu.yml", "data/rules.yml", "data/stories.yml", "domain.yml"):
        assert (stock.folder / file).read_bytes() == (ours.folder / file).read_bytes()
    assert (stock.folder / "domain.yml").read_bytes() == (ROOT / "domain.yml").read_bytes()


def test_both_sides_use_the_custom_actions_and_sqlite(tmp_path: Path) -> None:
    for side in lay_out(tmp_path, 1, seed=1):
        chosen = yaml.safe_load(endpoints(side, 4711).read_text(encoding="utf-8"))
        assert chosen["action_endpoint"]["url"] == "http://127.0.0.1:4711/webhook"
        assert chosen["tracker_store"]["dialect"] == "sqlite"
        assert ("nlg" in chosen) == (side.name == "ours")


def test_no_two_servers_get_the_same_port() -> None:
    assert len(set(free_ports(50))) == 50


def test_a_component_is_timed_from_rasas_own_lines() -> None:
    lines = [
        (1.0, "INFO x - Starting to train component 'DIETClassifier'."),
        (2.0, "Epochs: 100%"),
        (9.5, "INFO x - Finished training component 'DIETClassifier'."),
        (10.0, "INFO x - Starting to train component 'TEDPolicy'."),
    ]
    assert learn.by_component(lines) == {"DIETClassifier": 8.5}


def test_a_run_that_was_cut_short_goes_on_unless_it_was_another_run(tmp_path: Path) -> None:
    file, said = tmp_path / "deep" / "results.json", list[str]()
    steps = Steps(file, {"seed": 1}, said.append)
    steps.put("training", {"seconds": 2.5})
    assert Steps(file, {"seed": 1}, said.append).results["training"] == {"seconds": 2.5}
    assert not Steps(file, {"seed": 2}, said.append).has("training")
    assert said == ['training: {"seconds":2.5}']


def answer(*names: str) -> dict[str, Any]:
    return {"intent": {"name": names[0]}, "intent_ranking": [{"name": name} for name in names]}


@pytest.mark.parametrize(
    ("names", "first", "three", "rejected"),
    [
        (("scam_fraud", "x"), 1.0, 1.0, 0.0),
        (("nlu_fallback", "scam_fraud"), 1.0, 1.0, 1.0),
        (("x", "y", "hacked_account"), 0.0, 1.0, 0.0),
        (("x", "y", "z", "scam_fraud"), 0.0, 0.0, 0.0),
        (("crisis_danger", "x", "y"), 0.0, 0.0, 0.0),
    ],
)
def test_a_reading_is_right_by_its_label_and_the_fallback_counts_by_itself(
    names: tuple[str, ...], first: float, three: float, rejected: float
) -> None:
    row = ConcernRow("a", "scam_fraud", "child", ["hacked_account"])
    figures = measure.parsed([(row, answer(*names), 0.01)])
    assert (figures["first"], figures["three"], figures["rejected"]) == (first, three, rejected)
    assert figures["median_ms"] == 10.0


def test_a_crisis_is_a_fair_reading_where_the_row_allows_it() -> None:
    row = ConcernRow("a", "nudes_shared", "child", [], "acceptable")
    assert measure.parsed([(row, answer("crisis_exploitation"), 0.01)])["first"] == 1.0


def results(times: float = 2.0) -> dict[str, Any]:
    """Results in which the stock side needs `times` the time and memory of ours."""

    def took(scale: float) -> dict[str, float]:
        return {"median_ms": 10.0 * scale, "p95_ms": 20.0 * scale}

    def read(share: float, scale: float) -> dict[str, Any]:
        spread = {"interval": [share - 0.05, share + 0.05], "n": 100, "rejected": 0.1}
        return {"first": share, "three": share, **spread, **took(scale)}

    def trained(scale: float) -> dict[str, Any]:
        part = {"seconds": 100.0 * scale, "processor_seconds": 90.0 * scale}
        return {**part, "by_component": {"CrisisClassifier": 40.0}, "model_bytes": 10**7}

    door = "ours, through the door"
    return {
        "header": {"command": "x", "rasa": "3", "per_concern": 4, "seed": 1, "messages": 9},
        "date": "2026-11-25",
        "parsing": {"stock": read(0.7, times), "ours": read(0.79, 1)},
        "training": {"stock": trained(times), "ours": trained(1)},
        "conversations": {
            "stock": {"1": took(times), "60": took(times)},
            "ours": {"1": took(1), "60": took(1)},
            door: {"1": took(1.5), "60": took(1.5)},
        },
        "crowd": {
            "stock": {"turns_per_second": 10.0, **took(times)},
            "ours": {"turns_per_second": 10.0 * times, **took(1)},
            door: {"turns_per_second": 9.0, **took(1)},
        },
        "memory": {
            "stock": {"rasa": 500.0 * times, "actions": 50.0 * times},
            "ours": {"rasa": 500.0, "actions": 50.0, "door": 0.1},
        },
    }


def test_each_target_is_met_or_not_by_its_ratio() -> None:
    met = {row.name: row.met for row in report.rows(results(2.0)) if row.met is not None}
    assert met == {
        "right concern first, of 100": True,
        "training, s": False,
        "a whole turn, the first, ms (95 % below)": True,
        "a whole turn, about the 60th, ms (95 % below)": True,
        "turns a second, 16 users": False,
        "memory of all processes, MB": True,
    }
    assert all(row.met for row in report.rows(results(20.0)) if row.met is not None)


def test_what_is_not_measured_yet_has_no_row() -> None:
    assert report.rows({"header": {}}) == []


def test_the_page_and_the_terminal_show_the_same_figures() -> None:
    found = results()
    rows = report.rows(found)
    page, shown = report.markdown(rows, found), report.table(rows)
    for row in rows:
        assert f"| {row.name} | {row.stock} | {row.ours} | {row.ratio} |" in page
        assert row.stock in shown
    assert "# Beside stock Rasa, 2026-11-25" in page
    assert "turn 1 of 40 conversations, turns 8 to 12 of 10" in page
