from __future__ import annotations

import re
from pathlib import Path

import pytest

from signpost import cli
from signpost.register import sources
from signpost.register.loader import Register, load
from signpost.settings import ROOT, Settings
from tests.stand_ins import COUNCIL, entry, service, write, write_entry

CONTENT = ROOT / "content"
SEEN = sources.Evidence(["https://www.example.org/page"], "2026-09", "high")
THIN = sources.Evidence(["an old list; not verified"], "none", "low")


def named_facts() -> set[str]:
    files = (file for file in CONTENT.rglob("*.yaml") if file.name != sources.FILE)
    return {
        fact
        for file in files
        for fact in re.findall(r"\bfacts:([\w.-]+)", file.read_text(encoding="utf-8"))
    }


def test_every_fact_that_the_register_names_has_its_evidence_and_no_other_has() -> None:
    assert set(sources.load(CONTENT)) == named_facts()


def test_every_fact_says_what_was_seen_and_when() -> None:
    for name, fact in sources.load(CONTENT).items():
        assert fact.date, name
        assert fact.evidence, name
        assert all(line.strip() for line in fact.evidence), name


def test_the_document_is_what_the_command_would_write_now() -> None:
    register = load(CONTENT, Settings().council)
    written = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    current = sources.document(register, sources.load(CONTENT))
    assert written == current, "Run `signpost sources`."


def test_every_service_and_entry_stands_in_the_document() -> None:
    register = load(CONTENT, Settings().council)
    text = sources.document(register, sources.load(CONTENT))
    names = [*register.services, *register.entries, *register.councils]
    assert [name for name in names if f"(`{name}`)" not in text] == []


def test_no_service_of_low_confidence_is_missing_from_the_lists_of_doubtful_things() -> None:
    register = load(CONTENT, Settings().council)
    text = sources.document(register, sources.load(CONTENT))
    lists = section(text, "Held back") + section(text, "Low confidence")
    doubtful = [each.id for each in register.services.values() if each.confidence == "low"]
    assert doubtful
    assert [name for name in doubtful if f"`{name}`" not in lists] == []


def section(text: str, title: str) -> str:
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


def test_what_is_held_back_is_listed_with_the_reason(content: Path) -> None:
    write(content, "services", service("mosac", held_back="Only old copies were found."))
    text = sources.document(reload(content), facts_of(content))
    assert "`mosac` | Only old copies were found. |" in section(text, "Held back")


def test_a_fact_of_low_confidence_is_listed_with_those_who_name_it(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "Call them.", sources=["facts:bigdeal"]))
    text = sources.document(reload(content), {**facts_of(content), "bigdeal": THIN})
    low = section(text, "Low confidence")
    assert "an old list; not verified | `advice.scam_fraud` |" in low


def test_a_source_shows_its_date_and_its_confidence(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "Call them.", sources=["facts:report-fraud"]))
    text = sources.document(reload(content), {**facts_of(content), "report-fraud": SEEN})
    assert "[report-fraud](#report-fraud) (2026-09; high)" in text
    assert '<a id="report-fraud"></a>`report-fraud` | https://www.example.org/page |' in text


def test_the_design_of_the_service_is_called_what_it_is(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "I am a bot.", sources=["project:design"]))
    text = sources.document(reload(content), facts_of(content))
    assert re.search(r"`advice\.scam_fraud`\).*\| design of the service \|", text)


def test_an_upright_line_in_a_reason_does_not_break_the_table(content: Path) -> None:
    write(content, "services", service("mosac", held_back="This | that."))
    text = sources.document(reload(content), facts_of(content))
    assert "This \\| that." in text


def test_a_source_that_nobody_knows_is_refused_by_name(content: Path) -> None:
    write_entry(content, entry("advice.scam_fraud", "Call them.", sources=["facts:hearsay"]))
    with pytest.raises(sources.SourcesError, match=r"advice\.scam_fraud.*'facts:hearsay'"):
        sources.document(reload(content), {})


@pytest.mark.parametrize("text", ["- a list", "childline: {evidence: []}", "childline: [", "\x00"])
def test_a_file_of_sources_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / sources.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(sources.SourcesError, match=sources.FILE):
        sources.load(tmp_path)


def test_the_command_writes_the_file_it_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_CONTENT", str(CONTENT))
    target = tmp_path / "sources.md"
    assert cli.main(["sources", "--to", str(target)]) == 0
    assert target.read_bytes() == (ROOT / "docs" / "sources.md").read_bytes()
    assert f"wrote {target}" in capsys.readouterr().out


def test_the_command_says_why_it_wrote_nothing(
    content: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_CONTENT", str(content))
    monkeypatch.setenv("SIGNPOST_COUNCIL", COUNCIL)
    target = content / "sources.md"
    assert cli.main(["sources", "--to", str(target)]) == 1
    assert "sources.yaml cannot be read" in capsys.readouterr().err
    assert not target.exists()


def reload(content: Path) -> Register:
    return load(content, COUNCIL)


def facts_of(content: Path) -> dict[str, sources.Evidence]:
    """Evidence for all that the small register names."""
    register = reload(content)
    records = [*register.services.values(), *register.entries.values()]
    records += register.councils.values()
    names = {source for record in records for source in record.sources}
    return {
        name.removeprefix(sources.PREFIX): SEEN for name in names if name.startswith(sources.PREFIX)
    }
