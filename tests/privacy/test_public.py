"""What stays because it is public: services by their names, also misspelt, numbers and sites."""

from __future__ import annotations

import pytest

from signpost.privacy.public import public_of
from signpost.privacy.redact import Redactor
from signpost.register.loader import load
from signpost.settings import ROOT, Settings

PUBLIC = public_of(load(ROOT / "content", Settings().council))
REDACTOR = Redactor()


@pytest.mark.parametrize(
    "text",
    [
        "where is kaylee's love story",
        "have you got kayleys love storey",
        "i rang the lucy faithfull foundashion",
        "the Marie Colins Foundation rang",
        "Digiduck and Thinkuknow",
    ],
)
def test_a_service_or_resource_stays_however_it_is_spelt(text: str) -> None:
    assert REDACTOR.redact(text, PUBLIC) == text


def test_the_name_in_it_goes_where_a_person_is_meant() -> None:
    assert REDACTOR.redact("kaylee told me her story", PUBLIC) == "‹name› told me her story"
    assert REDACTOR.redact("lucy has no faith left", PUBLIC) == "‹name› has no faith left"


def test_without_a_register_no_service_is_known() -> None:
    assert "‹name›" in REDACTOR.redact("kaylee's love story")
