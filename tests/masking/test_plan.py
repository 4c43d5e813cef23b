"""The plan: what is counted, what is left when masking fails, and what is never loaded."""

import subprocess
import sys
import threading
from typing import Any

import pytest

from logcorr import Masking, Rule
from logcorr.masking.plan import Plan
from logcorr.masking.text import TextMasker
from logcorr.pipeline import Pipeline
from tests.encoding.checked import checked
from tests.masking.made import CARD, DEBUG, EMAIL, ERROR, INFO, SECRET, dumped, raised
from tests.support.program import environment


class Lines:
    """A sink that keeps lines."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def write(self, line: bytes) -> None:
        self.records.append(checked(line))


def test_what_was_masked_is_counted() -> None:
    """By entity, of all levels together."""
    plan = Plan(Masking(rules=[Rule(name="VOUCHER", pattern="VCH-[0-9]{8}")]))
    assert plan.masked() == {}
    plan.mask({"message": f"{EMAIL} {EMAIL} {CARD}", "context": {"password": SECRET}}, DEBUG)
    plan.mask({"message": f"{EMAIL} VCH-12345678", "metrics": {"token": SECRET}}, INFO)
    assert plan.masked() == {"EMAIL": 2, "CARD": 1, "SECRET": 2, "VOUCHER": 1}
    assert plan.errors == 0


def test_threads_count_right() -> None:
    """Nothing that was masked is lost from the count, however many do it at once."""
    plan = Plan(Masking())
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(target=lambda: [plan.value("password=x1y2", DEBUG) for _ in range(1_000)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    assert plan.masked() == {"SECRET": 8_000}


def broken(*_: Any, **__: Any) -> Any:
    raise LookupError(f"password={SECRET}")


def test_a_text_that_cannot_be_masked_goes(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its place says so, by the kind of the failure; the record stays, and the failure is counted."""
    plan, lines = Plan(Masking()), Lines()
    mask = TextMasker.mask
    monkeypatch.setattr(
        TextMasker, "mask", lambda masker, text: (broken if " " in text else mask)(masker, text)
    )
    pipeline = Pipeline("toygres", [lines], masking=plan)
    pipeline.emit(
        INFO, "app", f"of {EMAIL}", {"note": "a b", "n": 1, "in": ["c d"]}, error=raised(ValueError("x y"))
    )
    (record,) = lines.records
    assert record["message"] == "[MASK-ERROR:LookupError]"
    assert record["context"]["note"] == record["context"]["in"][0] == "[MASK-ERROR:LookupError]"
    assert record["context"]["n"] == 1
    assert record["exception"]["message"] == "[MASK-ERROR:LookupError]"
    assert (record["exception"]["type"], record["component"]) == ("ValueError", "app")
    assert plan.errors >= 4
    assert SECRET not in "".join(capfd.readouterr())


@pytest.mark.parametrize("name", ["text", "fields", "_string", "_mapping", "_value"])
def test_a_record_that_cannot_be_masked_is_its_skeleton(
    name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """When, who and where are left, with ``mask_error``; nothing that was logged, and nothing is raised."""
    monkeypatch.setattr(f"logcorr.masking.masker.Masker.{name}", broken)
    plan, lines = Plan(Masking()), Lines()
    pipeline = Pipeline("toygres", [lines], masking=plan)
    fields = {"note": f"{SECRET} {EMAIL}", "in": [EMAIL], "tenantId": EMAIL, "metrics": {"n": SECRET}}
    pipeline.emit(
        ERROR, "app", f"password={SECRET} of {EMAIL}", fields, error=raised(ValueError(f"{SECRET} {EMAIL}"))
    )
    (record,) = lines.records
    assert record["mask_error"] is True
    assert (record["level"], record["component"], record["seq"]) == ("ERROR", "app", 1)
    assert record["exception"]["type"] == "ValueError"
    assert record["exception"]["frames"][0]["function"] == "raised"
    assert SECRET not in dumped(record)
    assert EMAIL not in dumped(record)
    assert plan.errors >= 1
    assert SECRET not in "".join(capfd.readouterr())


NOTHING_BUT = """
import sys
before = set(sys.modules)
from logcorr.masking import Masking
from logcorr.masking.plan import Plan
Plan(Masking()).value("password=x ann@example.com 93.184.216.34", 10)
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded - set(sys.stdlib_module_names)))
print(sorted(loaded & {"socket", "ssl", "http", "asyncio"} - {"asyncio", "socket", "ssl"}))
"""


def test_it_needs_nothing_but_the_standard_library_and_orjson(tmp_path: Any) -> None:
    """No network, no model, no package that only masking would need."""
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_BUT],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    needed = {
        "logcorr",
        "orjson",
        "structlog",
        "opentelemetry",
        "typing_extensions",
        "importlib_metadata",
        "zipp",
    }
    assert set(eval(done.stdout.splitlines()[0])) <= needed  # noqa: S307  a list that we have printed
