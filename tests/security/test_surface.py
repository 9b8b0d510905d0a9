"""Whatever is sent to the public surface, the door has an answer and no error of its own.

Schemathesis makes requests from docs/openapi.yaml, right ones and wrong ones.
"""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
import yaml
from schemathesis import GenerationMode
from starlette.routing import Route

from signpost.settings import ROOT
from tests.security.conftest import Served

SPECIFICATION = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(SPECIFICATION)
SCHEMA.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
EXAMPLES = 25


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
def test_no_request_makes_an_error(case: schemathesis.Case, served: Served) -> None:
    answer = case.call(base_url=served.url, allow_redirects=False, timeout=60)
    # Not ready is what it is here: there is no model.
    assert answer.status_code < 500 or case.path == "/health/ready"
    if answer.status_code in (400, 403, 404, 405, 410, 413):
        assert "999" in answer.text
        assert "0800 1111" in answer.text


def test_every_route_of_the_door_is_in_the_description(served: Served) -> None:
    from signpost.door.web import Web
    from signpost.settings import Settings

    described = {
        (path, method) for path, methods in SPECIFICATION["paths"].items() for method in methods
    }
    for route in Web(served.door, Settings()).app().routes:
        if isinstance(route, Route) and "{" not in route.path:
            for method in (route.methods or set()) - {"HEAD"}:
                assert (route.path, method.lower()) in described, (route.path, method)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_with_the_emergency_words(served: Served, method: str) -> None:
    for path in ("/chat", "/api/messages", "/webhooks/telegram", "/nowhere"):
        answer = served.client.request(method, path)
        assert 400 <= answer.status_code < 500
        assert "999" in answer.text
