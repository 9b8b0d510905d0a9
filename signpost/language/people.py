"""A spaCy component that finds ages, relations and who is asking.

What it finds stands in `doc.spans["people"]`, because these phrases overlap ("my 12 year old
daughter" holds an age, a relation and an audience), which entities may not. A span's label is
`age`, `relation` or `audience`; its `kb_id_` is the value.
"""

# No postponed annotations here: spaCy's registry reads the factory's annotations as they are.
import re
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import ensure_path

GROUP = "people"
_NUMBERS = {
    name: number
    for number, name in enumerate(
        (
            *("four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
            *("nineteen", "twenty"),
        ),
        start=4,
    )
}
_AGE = r"(?P<age>\d{1,2}|" + "|".join(_NUMBERS) + ")"
# The speaker's own age decides the audience; somebody else's age does not.
_OWN_AGE = re.compile(
    rf"\b(?:i'?m|i am|im|am|i be|me)(?: only| just| a| nearly| almost| actually)*[ ,]+{_AGE}\b"
    r"(?! ?(?:min|hour|day|week|month|%|percent|pounds|quid|miles|points|times|people|years? in))"
)
_ANY_AGE = re.compile(
    rf"\b{_AGE}[ -]?(?:year|yr|yo\b|y/o|yrs)s?|\b(?:aged?|turn(?:ed|ing)?|he'?s|she'?s|shes|hes|"
    rf"is|who'?s|they'?re)(?: only| just| nearly)? {_AGE.replace('age', 'age2')}\b(?![:/%£.\d])"
)
_SCHOOL_YEAR = re.compile(r"\b(?:year|yr|y) ?(?P<year>[1-9]|1[0-3])s?\b")
# A pupil of year n is n + 4 or n + 5 years old.
_YEAR_TO_AGE = 4


@Language.factory("signpost_people")
def create(nlp: Language, name: str) -> "People":
    """For spaCy's registry: an empty component, filled from disk or by `configure`."""
    return People()


class People:
    """Regular expressions with weights, over the message in lower case."""

    def __init__(self) -> None:
        self._audiences: list[tuple[re.Pattern[str], str, float]] = []
        self._relations: list[tuple[re.Pattern[str], str]] = []
        self._data: dict[str, Any] = {}

    def configure(self, data: dict[str, Any]) -> None:
        """Take the patterns of `data/entities/people.yaml`."""
        self._data = data
        self._audiences = [
            (re.compile(row["pattern"]), audience, float(row["weight"]))
            for audience, rows in data.items()
            if audience != "relations"
            for row in rows
        ]
        self._relations = [
            (re.compile(pattern), relation)
            for relation, patterns in data.get("relations", {}).items()
            for pattern in patterns
        ]

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text.lower().replace("’", "'")
        if len(text) != len(doc.text):  # a few letters change length in lower case
            text = doc.text.replace("’", "'")
        spans = [*self._ages(doc, text), *self._relation_spans(doc, text)]
        audience = self._audience(doc, text)
        if audience is not None:
            spans.append(audience)
        doc.spans[GROUP] = spans
        return doc

    def _ages(self, doc: Doc, text: str) -> list[Span]:
        found = []
        own = _OWN_AGE.search(text)
        if own:
            found.append(_span(doc, own, "age", str(_number(own["age"]))))
        for match in _ANY_AGE.finditer(text):
            value = _number(match["age"] or match["age2"])
            if 3 <= value <= 99:
                found.append(_span(doc, match, "age", str(value)))
        for match in _SCHOOL_YEAR.finditer(text):
            found.append(_span(doc, match, "age", str(int(match["year"]) + _YEAR_TO_AGE)))
        return found[:1]

    def _relation_spans(self, doc: Doc, text: str) -> list[Span]:
        for pattern, relation in self._relations:
            match = pattern.search(text)
            if match:
                return [_span(doc, match, "relation", relation)]
        return []

    def _audience(self, doc: Doc, text: str) -> Span | None:
        scores: dict[str, float] = {}
        places: dict[str, re.Match[str]] = {}
        for pattern, audience, weight in self._audiences:
            match = pattern.search(text)
            if match:
                scores[audience] = scores.get(audience, 0.0) + weight
                places.setdefault(audience, match)
        own = _OWN_AGE.search(text)
        if own:
            audience = "child" if _number(own["age"]) < 18 else "adult"
            scores[audience] = scores.get(audience, 0.0) + 3.0
            places.setdefault(audience, own)
        if not scores:
            return None
        best = max(scores, key=lambda name: scores[name])
        if scores[best] < 1.0:
            return None
        return _span(doc, places[best], "audience", best)

    def to_disk(self, path: str | Path, exclude: tuple[str, ...] = ()) -> None:
        srsly.write_json(ensure_path(path).with_suffix(".json"), self._data)

    def from_disk(self, path: str | Path, exclude: tuple[str, ...] = ()) -> "People":
        self.configure(srsly.read_json(ensure_path(path).with_suffix(".json")))
        return self


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _span(doc: Doc, match: re.Match[str], label: str, value: str) -> Span:
    span = doc.char_span(*match.span(), label=label, kb_id=value, alignment_mode="expand")
    assert span is not None, "a match inside the text always expands to tokens"
    return span
