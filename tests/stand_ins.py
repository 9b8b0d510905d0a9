"""Small things that stand in for the big ones: a register of a few entries, a floor that knows
three sentences, a Rasa that says what it is told to say.

Each has the interface of the real part, so that a test of one module needs no other to be whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio
import yaml

from signpost.crisis.floor import Assessment, Hit
from signpost.door.rasa import Answer, RasaUnavailable
from signpost.register.models import Bubble, Choice, Reply

COUNCIL = "test-town"
LAST_RESORT = (
    "Call 999 now if anyone is in danger. Tell CEOP: https://www.ceop.police.uk/Safety-Centre/ "
    "Childline 0800 1111."
)
SUICIDE = "I want to die"
EXPLOITATION = "a man online asks me for pictures"
LOW = "I feel so low these days"

_DATES = {"checked_on": "2026-01-01", "review_by": "2099-01-01"}


def service(id_: str, **fields: Any) -> dict[str, Any]:
    """A service record as a file under `content/services` holds it."""
    return {
        "id": id_,
        "kind": "service",
        "name": id_.capitalize(),
        "status": "current",
        "confidence": "high",
        "summary": f"{id_.capitalize()} helps.",
        "audiences": ["child"],
        "sources": ["https://example.org/"],
        **_DATES,
        **fields,
    }


def entry(name: str, *bubbles: str, **fields: Any) -> dict[str, Any]:
    """An entry with one variant for children, unless `variants` says otherwise."""
    return {
        "id": name,
        "kind": name.split(".")[0],
        "title": name.split(".")[1].replace("_", " ").capitalize(),
        "variants": {"child": {"bubbles": list(bubbles), "sms": bubbles[0] if bubbles else ""}},
        "sources": ["https://example.org/"],
        **_DATES,
        **fields,
    }


_SERVICES = (
    service("emergency-999", phones=[{"number": "999"}]),
    service(
        "childline",
        phones=[{"number": "0800 1111"}],
        url="https://www.childline.org.uk/",
        names=["child line"],
        hours={"always": True, "words": "Open day and night."},
    ),
    service("samaritans", phones=[{"number": "116 123"}]),
    service("shout", texts=[{"number": "85258", "send": "SHOUT"}]),
    service("ceop-safety-centre", url="https://www.ceop.police.uk/Safety-Centre/"),
    service(
        "report-snapchat",
        kind="platform_report",
        name="Report to Snapchat",
        platform="snapchat",
        url="https://help.snapchat.com/",
    ),
    service("report-kik", kind="platform_report", platform="kik", held_back="Not confirmed."),
    service("old-line", name="Old Line", status="closed", phones=[{"number": "0800 123 4567"}]),
    service("unsure", name="Unsure Helpline", held_back="Its number is not confirmed."),
)

_WORDS = {
    "greet": "Hello. What worries you?",
    "start_again": "All cleared. What worries you?",
    "trouble": "Something is broken. In danger? Call 999. Childline {childline.phone}.",
    "busy": "Too much at once. In danger? Call 999. Childline {childline.phone}.",
    "empty": "I got an empty message.",
    "unreadable": "I can't read that.",
    "too_long": "That is long; I read parts of it.",
    "wrong_conversation": "This chat has ended. In danger? 999. Childline {childline.phone}.",
    "safety_tail": "In danger? 999. Childline {childline.phone}.",
    "standing_line": "Can't go on? Call 999. Childline {childline.phone}.",
    "preview_banner": "Not yet approved.",
    "choices_lead": "Is it one of these?",
    "not_sure": "I did not understand.",
    "out_of_scope": "I can't help with that.",
    "unconfirmed": "We could not confirm the details.",
    "ask_audience": "Who is asking?",
    "person": "Here is how to reach a person.",
    "thanks": "You are welcome.",
    "switched_off": "Switched off for now. Childline {childline.phone}.",
}

_ENTRIES = (
    *(entry(f"conversation.{name}", words) for name, words in _WORDS.items()),
    entry(
        "advice.cyberbullying",
        title="People are being nasty online",
        variants={
            "child": {
                "bubbles": ["That hurts. Talk to {childline.name}: {childline.phone}."],
                "sms": "Talk to Childline.",
                "services": ["childline"],
                "more": {"bubbles": ["Take a break from the chat."]},
                "report": {"bubbles": ["Press on the post and report it."]},
            },
            "parent": {
                "bubbles": ["Listen to your child first."],
                "sms": "Listen first.",
                "contacts": ["lado"],
            },
        },
    ),
    entry("advice.law_question", "Here is what the law says."),
    entry("advice.platform_report_how", "Use the report button."),
    entry(
        "crisis.suicide", "Call 999 now. You matter.", "Childline {childline.phone}.", route="999"
    ),
    entry(
        "crisis.exploitation",
        "Tell CEOP: {ceop-safety-centre.url} In danger? 999.",
        route="CEOP",
    ),
    entry(
        "crisis.exploitation_age_unsaid",
        "Under 18? Tell CEOP: {ceop-safety-centre.url} In danger? Call 999.",
        route="both",
    ),
    entry(
        "crisis.check_in",
        route="999",
        variants={
            "child": {"bubbles": ["Are you in danger? Call 999. It was brave to say."]},
            "adult": {"bubbles": ["Are you in danger? Call 999, or Samaritans."]},
        },
    ),
    entry("crisis.last_resort", LAST_RESORT, route="both"),
)

_COUNCIL = {
    "id": COUNCIL,
    "name": "Test Town Council",
    "short_name": "Test Town",
    "site": "https://example.org/",
    "police_force": "Test Police",
    "contacts": [
        {"role": "lado", "name": "Allegations team", "phones": [{"number": "01223 123456"}]},
        {"role": "procedures", "name": "Not known yet", "held_back": "Nobody told us."},
    ],
    "sources": ["https://example.org/"],
    **_DATES,
}


# A floor of one rule, with the guard and the names that no floor can do without.
_FLOOR = {
    "lexicon.yaml": {"terms": {"tablets": "tablets, pills"}},
    "context.yaml": {
        "macros": {
            "CHILD_AT_RISK": ["im a child"],
            "ADULT_AT_RISK": ["im an adult"],
            "SPEAKER_PROFESSIONAL": ["i am a teacher"],
            "SPEAKER_PARENT": ["i am a parent"],
            "SPEAKER_CHILD": ["i am a child"],
            "SPEAKER_ADULT": ["i am an adult"],
        },
        "guards": {"joking": {"scope": "sentence", "patterns": ["only joking"]}},
    },
    "rules/medical.yaml": {
        "rules": [
            {
                "id": "medical.tablets",
                "route": "999",
                "reply": "crisis.suicide",
                "reason": "Somebody took tablets.",
                "sure": ["took ..3 tablets"],
                "must": ["i took loads of pills"],
                "must_not": ["i like sweets"],
            }
        ]
    },
}


def write_register(content: Path) -> Path:
    """Write the small register under `content`; returns `content`."""
    for name, plain in _FLOOR.items():
        file = content / "crisis" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    for record in _SERVICES:
        write(content, "services", record)
    for record in _ENTRIES:
        write_entry(content, record)
    write(content, "councils", _COUNCIL)
    return content


def write_entry(content: Path, record: Mapping[str, Any]) -> Path:
    """Write an entry where the loader looks for its kind."""
    kind, _, name = str(record["id"]).partition(".")
    return write(content, "crisis/replies" if kind == "crisis" else kind, record, name)


def write(content: Path, folder: str, record: Mapping[str, Any], name: str = "") -> Path:
    """Write one record as YAML; returns the file."""
    file = content / folder / f"{name or record['id']}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(dict(record), sort_keys=False), encoding="utf-8")
    return file


def write_sound_register(content: Path) -> Path:
    """Write the small register so that it passes its checks; returns `content`."""
    write_register(content)
    why = dict.fromkeys(("child", "parent", "professional", "adult"), "It is a test.")
    for file in content.rglob("*.yaml"):
        plain = yaml.safe_load(file.read_text(encoding="utf-8"))
        for team in (plain, *plain.get("contacts", ())):
            if team.get("phones") and "hours" not in team:
                team["hours"] = {"words": "Hours are not known."}
        for variant in plain.get("variants", {}).values():
            variant["bubbles"] = [_referring(bubble) for bubble in variant["bubbles"]]
            variant["sms"] = _referring(variant.get("sms") or "Are you in danger? Call 999.")
        if plain.get("kind") == "advice":
            plain["not_applicable"] = {
                name: reason for name, reason in why.items() if name not in plain["variants"]
            }
        file.write_text(yaml.safe_dump(plain, sort_keys=False), encoding="utf-8")
    return content


def _referring(text: str) -> str:
    return text.replace("0800 1111", "{childline.phone}")


class ThreeSentenceFloor:
    """A floor that knows three sentences, wherever they stand in the latest messages."""

    def __init__(self) -> None:
        self.histories: list[tuple[str, ...]] = []

    def assess(self, text: str, history: Sequence[str] = ()) -> Assessment:
        self.histories.append(tuple(history))
        if SUICIDE in text:
            return found("crisis", "999", "crisis.suicide")
        if EXPLOITATION in text:
            return found("crisis", "CEOP", "crisis.exploitation")
        if LOW in text:
            return found("check_in", "999", "crisis.check_in")
        return nothing()


class BrokenFloor:
    """A floor that fails on every message."""

    def assess(self, text: str, history: Sequence[str] = ()) -> Assessment:
        raise RuntimeError(f"cannot read {text}")


def found(level: Any, route: Any, reply: str, speaker: Any = "unknown") -> Assessment:
    """An assessment with one hit."""
    hit = Hit(rule="test", route=route, level=level, reason="test", reply=reply, score=1.0)
    return Assessment(
        level=level, route=route, reply=reply, hits=(hit,), age="unsaid", speaker=speaker
    )


def nothing() -> Assessment:
    """An assessment that found no danger."""
    return Assessment(
        level="none", route=None, reply=None, hits=(), age="unsaid", speaker="unknown"
    )


def unsure(leaning: str) -> Assessment:
    """An assessment of a floor that leaves the decision to the second net."""
    return Assessment(score=0.0, leaning=leaning)


Script = Callable[[str], "Answer | Exception"]


class ScriptedRasa:
    """Answers each text through `script`; keeps what it was asked. `gate` holds answers back."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or (lambda _: says("advice.law_question/child", "The law says."))
        self.asked: list[tuple[str, str, Mapping[str, Any]]] = []
        self.erased: list[tuple[str, int]] = []  # each with how much had been asked by then
        self.gate: anyio.Event | None = None
        self.is_ready = True

    @property
    def texts(self) -> list[str]:
        return [text for _, text, _ in self.asked]

    async def ask(self, conversation: str, text: str, metadata: Mapping[str, Any]) -> Answer:
        self.asked.append((conversation, text, metadata))
        if self.gate is not None:
            await self.gate.wait()
        answer = self.script(text)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def erase(self, conversation: str) -> None:
        self.erased.append((conversation, len(self.asked)))

    async def ready(self) -> bool:
        return self.is_ready


def dead(_: str) -> Exception:
    """The script of a Rasa that is gone."""
    return RasaUnavailable("ConnectError")


def says(
    entry_id: str, text: str, *, choices: Iterable[Choice] = (), events: Any = (), **fields: Any
) -> Answer:
    """An answer of one bubble."""
    reply = Reply(bubbles=[Bubble(entry=entry_id, text=text)], choices=list(choices), **fields)
    return Answer(replies=[reply], events=list(events))
