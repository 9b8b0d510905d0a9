"""The recognisers that Presidio brings for numbers with check digits, without its engine.

Its engine runs a language model over each text to find names; none can be had offline for British
names, and an empty one costs five milliseconds and finds nothing. Its pattern recognisers need
neither. Importing Presidio brings spaCy in and takes seconds, so that it happens in `Presidio()`
and not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from signpost.privacy.found import Found
from signpost.privacy.public import Public

# Presidio's scores: 0.5 is a form alone, 1.0 one whose check digits are right.
_SURE = 0.5
_SHORTEST = 7


class Presidio:
    """Cards, bank accounts, NHS and NI numbers, wallets of crypto coins.

    Its recogniser of network addresses is left out: on 20,000 colons it works for 23 seconds.
    """

    def __init__(self) -> None:
        from presidio_analyzer.predefined_recognizers import (
            CreditCardRecognizer,
            CryptoRecognizer,
            IbanRecognizer,
            NhsRecognizer,
            UkNinoRecognizer,
        )

        self._recognisers: list[Any] = [
            CreditCardRecognizer(),
            IbanRecognizer(),
            NhsRecognizer(),
            UkNinoRecognizer(),
            CryptoRecognizer(),
        ]

    def find(self, text: str, public: Public) -> Iterator[Found]:
        for recogniser in self._recognisers:
            for result in recogniser.analyze(text, recogniser.supported_entities, None):
                long_enough = result.end - result.start >= _SHORTEST
                known = public.has_number(text[result.start : result.end])
                if result.score >= _SURE and long_enough and not known:
                    yield Found(result.start, result.end, "number")
