from __future__ import annotations

from pathlib import Path

import pytest
import spacy
import yaml
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from signpost.language.people import GROUP, People
from signpost.settings import ROOT


def people() -> Language:
    nlp = spacy.blank("en")
    component = nlp.add_pipe("signpost_people")
    assert isinstance(component, People)
    data = (ROOT / "data" / "entities" / "people.yaml").read_text(encoding="utf-8")
    component.configure(yaml.safe_load(data))
    return nlp


NLP = people()


def spans(text: str, nlp: Language = NLP) -> dict[str, str]:
    doc = nlp(text)
    return {span.label_: span.kb_id_ for span in doc.spans[GROUP]}


@pytest.mark.parametrize(
    "text", ["i'm 12", "im only 12", "I am twelve", "my daughter is 12", "a 12 year old", "aged 12"]
)
def test_an_age_is_found_however_it_is_said(text: str) -> None:
    assert spans(text)["age"] == "12"


def test_a_school_year_gives_an_age() -> None:
    assert spans("im in year 8")["age"] == "12"


def test_the_speakers_own_age_comes_before_somebody_elses() -> None:
    assert spans("he is 34 and i'm 13")["age"] == "13"


@pytest.mark.parametrize(
    "text", ["im 5 minutes late", "he is 100% wrong", "i am 20 quid short", "call 999"]
)
def test_a_number_that_is_no_age_is_not_taken_for_one(text: str) -> None:
    assert "age" not in spans(text)


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("i'm 12 and someone is being horrible to me", "child"),
        ("my mum doesnt know", "child"),
        ("my 12 year old daughter sent a picture", "parent"),
        ("I am a grandmother and my grandson plays all night", "parent"),
        ("one of my pupils told me something", "professional"),
        ("as a DSL, what do I record?", "professional"),
        ("i'm 34 and she has my pictures", "adult"),
        ("my ex-husband reads my messages", "adult"),
    ],
)
def test_who_is_asking_is_inferred_where_the_message_says(text: str, audience: str) -> None:
    assert spans(text)["audience"] == audience


def test_who_is_asking_is_not_guessed() -> None:
    assert "audience" not in spans("someone sent me a strange link")


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("my little son", "son"),
        ("my friend is scared", "friend"),
        ("a pupil of mine", "pupil"),
        ("my big sister", "sibling"),
    ],
)
def test_the_relation_is_found(text: str, relation: str) -> None:
    assert spans(text)["relation"] == relation


def test_a_curly_apostrophe_is_an_apostrophe() -> None:
    assert spans("i’m 12")["audience"] == "child"


def test_letters_that_grow_in_lower_case_move_no_span() -> None:
    doc = NLP("İİİ my 12 year old daughter")
    assert {span.label_ for span in doc.spans[GROUP]} == {"age", "relation", "audience"}
    assert next(s for s in doc.spans[GROUP] if s.label_ == "age").text.startswith("12")


def test_it_is_the_same_after_saving(tmp_path: Path) -> None:
    NLP.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    text = "my 12 year old daughter"
    assert spans(text, again) == spans(text)


@given(st.text(max_size=200), st.sampled_from(["", "i'm 12", "my son", "year ²", "i'm ١٢"]))
def test_no_text_breaks_it(around: str, within: str) -> None:
    spans(f"{around} {within} {around}")
