"""Maskers are compared on the same cases and the same records, and whoever cannot be compared is in the table."""

import json
import subprocess
import sys

import pytest

from tests.support.program import REPOSITORY


@pytest.fixture(autouse=True)
def _masking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks" / "masking"))


def answer(**figures):
    from comparison import SHOWN

    return {"summary": dict.fromkeys(SHOWN, 50.0) | figures, "errors": 0}


def test_a_masker_that_is_not_installed_is_named():
    """With the package that is missing; nothing is started for it."""
    from peers import Masker, installed

    assert Masker(dict, "", ("orjson", "no-such-masker")).absent() == "no-such-masker"
    assert Masker(dict, "", ("orjson",)).absent() == ""
    assert installed("orjson")


def test_what_each_found_is_a_row_and_so_is_whoever_has_no_figures():
    """In the order of the figures of score.py, with what cannot be compared."""
    from comparison import SHOWN, recall_table
    from peers import MASKERS

    found = {"logcorr": answer(**{"hard tier": None}), "logfire": answer(**{"recall, core": 12.34})}
    head, _, ours, theirs, absent = recall_table(found, {"sentry-sdk": "hangs"}).splitlines()
    cells = [row.split(" | ") for row in (head, ours, theirs, absent)]
    assert cells[1][1 + list(SHOWN).index("hard tier")] == "\N{EN DASH}"
    assert cells[2][1 + list(SHOWN).index("recall, core")] == "12.3"
    assert theirs.endswith(f"| {MASKERS['logfire'].told} |")
    assert absent.endswith("| hangs |")
    assert {row.count("|") for row in (head, ours, theirs, absent)} == {head.count("|")}


def test_what_is_shown_is_what_the_judge_has():
    """No figure of the summary is left out."""
    from comparison import SHOWN
    from figures import summary

    assert set(SHOWN) == set(summary([]))


def test_costs_are_medians_and_ratios_those_of_a_round():
    """Whoever has no figures for a kind of record has the reason in its place."""
    from comparison import cost_table, ratio_table

    from measured import Measured

    samples = {"logcorr": [1.0, 10.0, 2.0], "logfire": [4.0, 40.0, 8.0]}
    costs = [Measured("plain", "plain, 3 B", "µs", samples, notes={"sentry-sdk": "hangs"})]
    assert cost_table(costs).splitlines()[2] == (
        "| plain, 3 B | 2.00 (1.50 to 6.00) | 8.00 (6.00 to 24.0) | hangs |"
    )
    rows = ratio_table(costs, "logcorr").splitlines()
    assert rows[0] == "| logcorr against it | logfire | sentry-sdk |"
    assert rows[2] == "| plain, 3 B | 4.00\N{MULTIPLICATION SIGN} (4.00 to 4.00) | hangs |"


def test_a_peer_gets_plain_json_and_its_marks_are_written():
    """Objects are texts before it sees them, and what it puts into a record is shown by its value."""
    from types import SimpleNamespace

    from peers import Masker

    def build():
        def mask(record, _):
            assert record["context"]["at"].startswith("(")
            record["context"]["password"] = SimpleNamespace(value="[Filtered]")
            return record

        return mask

    record = {"message": "m", "context": {"password": "x", "at": complex(1, 2)}}
    masked = Masker(build, "").any_record()(record, 10)
    assert masked["context"]["password"] == "[Filtered]"
    assert record["context"]["password"] == "x"


def test_only_what_the_caller_gave_is_a_peers_business():
    """Ids and times are not handed to it, so none can be damaged."""
    from peers import MASKERS
    from shapes import HITS, new_hits

    record = new_hits(1234567)
    masked = MASKERS["naive list"].any_record()(record, 10)
    assert {key: value for key, value in masked.items() if key != "context"} == {
        key: value for key, value in record.items() if key != "context"
    }
    assert set(masked["context"]) == set(record["context"]) > set(HITS)
    assert masked["context"]["user"]["email"] == "[EMAIL]"


def test_new_hits_are_new():
    """No secret and no person is in two of them; all else is the same."""
    from shapes import HITS, new_hits

    texts = [json.dumps({key: new_hits(number)["context"][key] for key in HITS}) for number in range(3000)]
    assert len(set(texts)) == 3000
    assert len({new_hits(number)["context"]["client_ip"] for number in range(100_000)}) == 100_000
    assert {len(set(map(json.dumps, (new_hits(1), new_hits(2)))))} == {2}


def test_a_turn_over_a_record_has_one_of_its_own_for_every_call():
    """A masker that changes what it gets finds no record that it has changed."""
    from turns import _records, timing

    first, second = (next(made) for made in [_records("hits")] * 2)
    assert first == second
    first["context"]["headers"]["Cookie"] = "changed"
    assert first != second
    (us,) = timing("plain", "logcorr")()["us"]
    assert us > 0


def test_every_turn_over_the_corpus_meets_other_cases(monkeypatch):
    """All of it in as many turns as there are slices, none of it twice."""
    import turns
    from corpus import cases

    timed = []
    monkeypatch.setattr(turns, "record_of", lambda case: timed.append(case.id) or {"message": case.message})
    turn = turns.timing(turns.CORPUS, "logcorr")
    for _ in range(turns.SLICES):
        turn()
    assert sorted(timed) == sorted(case.id for case in cases("dev"))


def test_a_turn_over_a_half_gives_what_score_prints(monkeypatch):
    """The figures of the same cases by the same judge."""
    import turns
    from binding import identity
    from corpus import cases
    from figures import summary
    from peers import MASKERS, Masker
    from score import measured

    some = cases("dev")[::20]
    monkeypatch.setattr(turns, "cases", lambda _: some)
    monkeypatch.setitem(MASKERS, "nothing", Masker(lambda: identity, ""))
    found = turns.judging("dev", "nothing")()
    assert found["summary"] == summary(measured(some, identity))
    assert found["summary"]["recall, core"] == 0
    assert found["errors"] == 0


def test_the_page_has_a_place_for_the_tables():
    """docs/masking.md has both marks once, in order."""
    import page

    text = (REPOSITORY / "docs" / "masking.md").read_text("utf-8")
    assert text.count(page.START_MARK) == text.count(page.END_MARK) == 1
    assert text.index(page.START_MARK) < text.index(page.END_MARK)


def test_the_command_starts():
    """It is found in benchmarks, with the modules of its folder."""
    command = [sys.executable, str(REPOSITORY / "benchmarks" / "bench_masking.py"), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--unseen" in done.stdout
