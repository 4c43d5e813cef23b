import pytest

from tests.shipper.helpers import Service
from tests.support.receiver import Receiver


@pytest.fixture(scope="package")
def collector(tmp_path_factory):
    """A collector for all tests: what a service sent is found by the name of the service."""
    with Receiver(tmp_path_factory.mktemp("collector")) as running:
        yield running


@pytest.fixture
def receiver(tmp_path):
    """Starts collectors of a test's own, with faults."""
    started = []

    def start(*arguments):
        started.append(Receiver(tmp_path / f"collector-{len(started)}", *arguments))
        return started[-1]

    yield start
    for running in started:
        running.kill()


@pytest.fixture
def service(tmp_path):
    """Makes services; their processes and shippers are gone after the test."""
    made = []

    def make(endpoint=None, **variables):
        made.append(Service(tmp_path / f"{tmp_path.name}-{len(made)}", endpoint, **variables))
        return made[-1]

    yield make
    for one in made:
        one.end()
