"""Records that come from another process, by a queue or a socket, and may be in the journal already."""

import pytest

from tests.support.program import records, run_program

SEND = """
import logging, logging.handlers, pickle, logcorr
logcorr.configure(console=False, otlp=False)
class Sent(logging.handlers.QueueHandler):
    def enqueue(self, record):
        open("../record", "wb").write(pickle.dumps(record))
log = logging.getLogger("a")
log.addHandler(Sent(None))
with logcorr.bound(runId="r-1"):
    log.info("one %s", 1, extra={"size": 3})
"""
RECEIVE = """
import logging, pickle, logcorr
logcorr.configure(console=False, otlp=False, service={service!r})
record = pickle.load(open("../record", "rb"))
logging.getLogger(record.name).handle(record)
"""


@pytest.mark.parametrize(
    ("service", "home", "count"),
    [("other", "sender", 1), ("toygres", "receiver", 1), ("toygres", "sender", 0)],
)
def test_records_of_other_processes(tmp_path, service, home, count):
    """A record that another process has written into the same journal is not written again, and any other is."""
    run_program(SEND, tmp_path / "sender")
    before = len(records(tmp_path / home, service))
    run_program(RECEIVE.format(service=service), tmp_path / home)
    found = records(tmp_path / home, service)[before:]
    assert [(record["message"], record["runId"]) for record in found] == [("one 1", "r-1")] * count
    assert all(record["context"] == {"size": 3} for record in found)


def test_without_a_journal_a_forked_child_is_of_its_parent(tmp_path):
    """Without a file too, what a forked child has printed is not printed again by its parent."""
    done = run_program(
        """
import logging, logging.handlers, multiprocessing, logcorr
fork = multiprocessing.get_context("fork")
sent = fork.Queue()
logcorr.configure(console="json", file=False, otlp=False)
def child():
    logging.getLogger().addHandler(logging.handlers.QueueHandler(sent))
    logging.getLogger("a").info("one")
process = fork.Process(target=child)
process.start()
record = sent.get()
process.join()
logging.getLogger(record.name).handle(record)
""",
        tmp_path,
    )
    assert len(done.stdout.splitlines()) == 1


def test_a_record_that_comes_again_keeps_its_ids(tmp_path):
    """What hands a record on from a queue may have ids in force that are not those of the record."""
    run_program(
        """
import logging, logging.handlers, queue, logcorr
logcorr.configure(console=False, otlp=False)
sent = queue.SimpleQueue()
log = logging.getLogger("a")
log.propagate = False
log.addHandler(logging.handlers.QueueHandler(sent))
handler = logging.FileHandler("own.log")
handler.setFormatter(logging.Formatter("%(message)s %(runId)s."))
logging.getLogger().addHandler(handler)
log.info("one")
with logcorr.bound(runId="mine"):
    log.info("two")
with logcorr.bound(runId="of who hands on"):
    logging.getLogger().handle(sent.get())
    logging.getLogger().handle(sent.get())
""",
        tmp_path,
    )
    assert (tmp_path / "own.log").read_text() == "one .\ntwo mine.\n"
    assert [record.get("runId") for record in records(tmp_path)] == [None, "mine"]
