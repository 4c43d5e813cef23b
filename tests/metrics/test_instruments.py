"""The instruments: what status() counts reaches the MeterProvider of the application, whenever that one comes."""

import json

import pytest

from tests.support.program import REPOSITORY, run_program

START = """
import logging, os
import logcorr

def provider():
    from opentelemetry import metrics
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    global reader
    reader = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([reader]))

def configure():
    logcorr.configure(otlp=False, console=False)

def log():
    logging.getLogger("app").warning("password=%s", "hunter2hunter2")
    logging.getLogger("app").warning("user", extra={"items": {"api_key": "abc123abc", "password": "secret"}})

def counted():
    found = {}
    data = reader.get_metrics_data()
    for scope in (data.resource_metrics[0].scope_metrics if data else ()):
        for metric in scope.metrics:
            assert scope.scope.name == "logcorr"
            for point in metric.data.data_points:
                found["/".join([metric.name, *map(str, point.attributes.values())])] = point.value
    return found
"""
STEPS = {
    "provider first": "provider(); configure(); log()",
    "provider last": "configure(); log(); provider()",
    "provider before records": "configure(); provider(); log()",
    "API imported first": "import opentelemetry.metrics; configure(); log(); provider()",
    "configured again": "configure(); provider(); log(); logcorr.configure(otlp=False, console=False, level='debug')",
    "undone and configured again": "configure(); provider(); logcorr._runtime.unconfigure(); configure(); log()",
}


def counted(tmp_path, steps, said=""):
    """What a reader collects at the end of *steps*, which say *said* on stderr, and the status beside it."""
    code = START + steps + "\nimport json; print(json.dumps([counted(), dict(logcorr.status().masked)]))"
    done = run_program(code, tmp_path)
    assert done.stderr == said
    return json.loads(done.stdout)


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_a_reader_collects_what_status_says(tmp_path, steps):
    """Whichever is first: the provider, configure() or the records; each value is told once."""
    found, masked = counted(tmp_path, steps)
    assert masked == {"SECRET": 3}
    assert found.pop("logcorr.records") == (3 if "again(" in steps or "level=" in steps else 2)
    assert found == {"logcorr.masked/SECRET": 3, "logcorr.mask_errors": 0}


def test_problems_and_mask_errors_are_counted(tmp_path):
    """A problem by its reason; what masking could not read, for itself."""
    found, masked = counted(
        tmp_path,
        """
def check(text):
    raise LookupError(text)

rule = logcorr.Rule(name="VOUCHER", pattern="VCH-[0-9]{8}", kind="secret", validator=check)
logcorr.configure(
    otlp=False, console=False, mask_canary="canary-canary-canary", masking=logcorr.Masking(rules=[rule])
)
logging.getLogger("app").warning("use VCH-12345678 now")
logging.getLogger("app").warning("the canary-canary-canary sings")
provider()
""",
        "logcorr: the known fake secret of mask_canary was written: masking has failed\n",
    )
    assert masked == {}
    assert found == {"logcorr.records": 3, "logcorr.mask_errors": 1, "logcorr.problems/mask_canary": 1}


def test_a_child_begins_its_own_count(tmp_path):
    """After a fork the child tells what it did itself."""
    found, _ = counted(
        tmp_path,
        """
configure(); provider(); log()
if os.fork():
    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
log(); log()
""",
    )
    assert found["logcorr.masked/SECRET"] == 6
    assert found["logcorr.records"] == 4


def test_after_unconfigure_nothing_is_told(tmp_path):
    """A reader collects no metric of logcorr's then."""
    assert counted(tmp_path, "configure(); provider(); log(); logcorr._runtime.unconfigure()")[0] == {}


def test_nothing_is_imported_for_it(tmp_path):
    """An application that has no metrics does not pay for them."""
    done = run_program(START + "configure(); log(); import sys; print(*sys.modules)", tmp_path)
    loaded = done.stdout.split()
    assert "opentelemetry.metrics" not in loaded
    assert not [name for name in loaded if name.startswith("logcorr.metrics")]


def test_the_page_names_every_metric():
    """docs/metrics.md has a row for each, with its unit and attribute."""
    from logcorr.metrics.catalogue import CATALOGUE

    page = (REPOSITORY / "docs/metrics.md").read_text("utf-8")
    for metric in CATALOGUE:
        shown = f"`{metric.attribute}`" if metric.attribute else ""
        assert f"| `{metric.name}` | {metric.unit} | {shown} |" in page
