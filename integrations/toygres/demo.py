"""One run of toygres from end to end: web processes, worker, collector, fifty requests, and what the journal tells.

python integrations/toygres/demo.py
"""

import fcntl
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

import settings
import store
from evidence import Journal, received
from processes import Child, Children, DemoError, free_port
from shipper import no_shipper_left, sent
from traffic import Traffic, deletions, orders, questions, repeated_orders

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
LOG_FILE = settings.HOME / f".{settings.LOGGING['service']}" / "server.log"
COLLECTOR_FOLDER = settings.HOME / "collector"
MARKER = settings.HOME / ".toygres-demo"

READY_TIMEOUT_S = 25.0
WORK_TIMEOUT_S = 25.0
SHIP_TIMEOUT_S = 15.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Collector:
    """Where the records go; the file is known only for the collector the demo has started."""

    endpoint: str
    records: Path | None


def main() -> int:
    started = time.monotonic()
    with clean_home(), no_shipper_left(LOG_FILE), Children(settings.HOME / "output") as children:
        environment = child_environment()
        collector = start_collector(children, environment)
        traffic = run_service(children, environment)
        # the web processes and the worker have ended: nobody but a shipper touches the journal any more
        journal = Journal(LOG_FILE)
        shipped = wait_for_shipping(children, collector, journal)
    failures = [*traffic.surprises(), *verdict(journal, traffic)]
    if shipped != len(journal.records):
        failures.append(f"the collector received {shipped} of {len(journal.records)} records")
    print_numbers(journal, shipped, collector)
    failures += show_trace(journal)
    for failure in failures:
        print(f"WRONG: {failure}", file=sys.stderr)
    print(f"\n{'Failed' if failures else 'All as expected'}, {time.monotonic() - started:.0f} s.")
    return 1 if failures else 0


@contextmanager
def clean_home() -> Iterator[None]:
    """An empty home, for this demo alone; a folder that is not the demo's is refused, not emptied."""
    is_ours = settings.HOME == settings.DEFAULT_HOME or MARKER.exists()
    if not is_ours and settings.HOME.is_dir() and any(settings.HOME.iterdir()):
        raise DemoError(f"{settings.HOME} has files that are not the demo's: name another TOYGRES_HOME")
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with MARKER.open("w") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"another demo runs in {settings.HOME}") from None
        for left in set(settings.HOME.iterdir()) - {MARKER}:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield


def child_environment() -> dict[str, str]:
    """The environment of every process: this one's, with the demo's home as HOME."""
    python_path = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    return os.environ | {
        "HOME": str(settings.HOME),
        # packages installed with `pip --user` live below the real home
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
        "PYTHONUNBUFFERED": "1",
        "TOYGRES_HOME": str(settings.HOME),
        # a proxy has no business between processes of one machine
        "no_proxy": "127.0.0.1,localhost",
        "NO_PROXY": "127.0.0.1,localhost",
    }


def start_collector(children: Children, environment: dict[str, str]) -> Collector:
    """The collector the environment names, or else a receiver of our own; the environment names it afterwards."""
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    if endpoint:
        say("collector", endpoint)
        return Collector(endpoint, None)
    command = [
        sys.executable,
        str(HERE.parent / "otlp_receiver" / "app.py"),
        "--directory",
        str(COLLECTOR_FOLDER),
    ]
    child = children.start("collector", command, environment=environment, cwd=REPOSITORY)
    wait_ready(children, child, lambda: b"\n" in child.stdout.read_bytes())
    told = json.loads(child.stdout.read_text().splitlines()[0])
    over_http = environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc").startswith("http")
    endpoint = f"http://127.0.0.1:{told['http_port' if over_http else 'grpc_port']}"
    environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
    say("collector", f"{endpoint}  (pid {told['pid']})")
    return Collector(endpoint, Path(told["records"]))


def run_service(children: Children, environment: dict[str, str]) -> Traffic:
    """Start worker and web, send the requests, wait for the workflows, stop both."""
    port = free_port()
    url = environment["TOYGRES_API_URL"] = f"http://127.0.0.1:{port}"
    store.prepare()
    began = time.monotonic()
    worker = children.start("worker", worker_command(), environment=environment, cwd=HERE)
    web = children.start("web", web_command(port), environment=environment, cwd=HERE)
    wait_ready(children, worker, settings.WORKER_READY.exists)
    wait_ready(children, web, lambda: is_healthy(url))
    say(
        "service",
        f"{url}  (uvicorn with 2 workers, Celery with 2), ready after {time.monotonic() - began:.1f} s",
    )
    began = time.monotonic()
    traffic = Traffic(url)
    drive(
        traffic,
        lambda what: children.wait_for(workflows_done, what, timeout_s=WORK_TIMEOUT_S, about=[worker, web]),
    )
    statuses = ", ".join(f"{status} ({count})" for status, count in traffic.statuses().items())
    say("requests", f"{len(traffic.answered)} in {time.monotonic() - began:.1f} s: {statuses}")
    states = ", ".join(f"{len(names)} {state}" for state, names in store.names_by_state().items())
    say("instances", states)
    children.stop(web, worker)
    return traffic


def wait_ready(children: Children, child: Child, condition: Callable[[], object]) -> None:
    children.wait_for(condition, f"{child.name} is not ready", timeout_s=READY_TIMEOUT_S, about=[child])


def worker_command() -> list[str]:
    options = ["--pool", "prefork", "--concurrency", "2", "--loglevel", "INFO"]
    return [sys.executable, "-m", "celery", "-A", "workflow", "worker", *options]


def web_command(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "api:app", "--workers", "2", "--port", str(port)]


def is_healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def drive(traffic: Traffic, wait: Callable[[str], None]) -> None:
    """Order, repeat, ask, delete; the workflows are through before what depends on them."""
    traffic.send(orders())
    traffic.send(repeated_orders())
    wait("workflows that create an instance have not finished")
    # by name, as the order of creation is a matter of chance
    instances = sorted(store.live(), key=lambda instance: instance["name"])
    traffic.send(questions(instances))
    traffic.send(deletions(instances))
    wait("workflows that delete an instance have not finished")


def workflows_done() -> bool:
    return not store.unfinished()


def wait_for_shipping(children: Children, collector: Collector, journal: Journal) -> int:
    """How many of the journal's records the collector has, once it has all or the time is over."""
    with suppress(DemoError):
        children.wait_for(
            lambda: arrived(collector) >= len(journal.records), "shipping", timeout_s=SHIP_TIMEOUT_S
        )
    return arrived(collector)


def arrived(collector: Collector) -> int:
    """How many records the collector has: counted in its file, or else by the shipper."""
    return received(collector.records) if collector.records else sent(LOG_FILE)


def verdict(journal: Journal, traffic: Traffic) -> list[str]:
    """One sentence for everything in the store and the journal that is not as it must be."""
    calls = [call for call, _ in traffic.answered]
    creations = [call for call in calls if (call.method, call.expected) == ("POST", 202)]
    deleted = sum((call.method, call.expected) == ("DELETE", 202) for call in calls)
    broken = sum((call.json or {}).get("size") == "broken" for call in creations)
    expected = {"running": len(creations) - broken - deleted, "failed": broken, "deleted": deleted}
    failures = []
    states = {state: len(names) for state, names in store.names_by_state().items()}
    if states != expected:
        failures.append(f"the instances are {states}, not {expected}")
    if len(journal.creations()) != len(creations):
        failures.append(
            f"{len(journal.creations())} traces of a creation in the journal, not {len(creations)}"
        )
    return [
        *failures,
        *journal.missing(),
        *journal.broken_traces(),
        *journal.unanswered(calls),
        *journal.unexplained(calls),
    ]


def print_numbers(journal: Journal, shipped: int, collector: Collector) -> None:
    numbers = f"{len(journal.records)} records, {journal.processes()} processes, {len(journal.traces)} traces"
    say("journal", shown(LOG_FILE))
    say("", numbers)
    say("shipped", f"{shipped} records arrived at {collector.endpoint}")


def show_trace(journal: Journal) -> list[str]:
    """The richest trace as a tree, and how to go on; what went wrong, if anything."""
    trace_id = journal.richest_trace()
    if trace_id is None:
        return ["no trace holds a web request, three tasks, a retry and three call-backs"]
    print(f"\nOne of the traces, {len(journal.traces[trace_id])} records:\n", flush=True)
    command = [sys.executable, "-m", "logcorr", "trace", trace_id, str(LOG_FILE)]
    code = subprocess.run(command, cwd=REPOSITORY, env=child_environment(), check=False).returncode
    print("\nGo on with")
    command = shown(Path(sys.executable).with_name("logcorr"))
    print(f"  {command} tail {shown(LOG_FILE)}")
    print(f"  {command} trace {trace_id} {shown(LOG_FILE)}")
    service = settings.LOGGING["service"]
    print(
        f'  {{service_name="{service}"}} | trace_id="{trace_id}"     in Grafana, with Loki behind the collector'
    )
    return [f"`logcorr trace` ended with exit code {code}"] if code else []


def shown(file: Path) -> str:
    """The file as one would type it from here."""
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def say(what: str, text: str) -> None:
    print(f"{what:<11}{text}", flush=True)


def end_in_order(number: int, _: object) -> None:
    # a second signal must not interrupt the stopping of the children
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(128 + number)


if __name__ == "__main__":
    for each in SIGNALS:
        signal.signal(each, end_in_order)
    try:
        code = main()
    except DemoError as error:
        print(f"The demo failed: {error}", file=sys.stderr)
        code = 1
    sys.exit(code)
