"""The benchmarks are programs beside the package: their modules are found in their folder."""

import pytest

from tests.support.program import REPOSITORY


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
