from __future__ import annotations

import pytest

from signpost import settings, training
from signpost.evaluation.judge import Judge
from signpost.evaluation.talk import Talk
from signpost.register.loader import Register, load


@pytest.fixture(scope="session")
def whole_register() -> Register:
    chosen = settings.Settings()
    return load(chosen.content, chosen.council)


@pytest.fixture(scope="session")
def judge(whole_register: Register) -> Judge:
    return Judge(whole_register)


@pytest.fixture(scope="session")
def talk(whole_register: Register) -> Talk:
    """The door and the trained model in one process."""
    from signpost.rasa.inprocess import InProcessRasa

    chosen = settings.Settings()
    model = training.ensure(chosen, print)
    return Talk(chosen, whole_register, InProcessRasa(model), training.weights_path(chosen))
