"""Contenders take turns; one that fails is told of, and holds up no other."""

CONTENDER = """
import sys
sys.path.insert(0, sys.argv[1])
from rounds import serve
made = []
def one_round():
    made.append(1)
    print("a library that prints")
    {action}
    return {{"rounds": len(made)}}
serve(one_round)
"""


def contenders(folder, **actions):
    from tests.support.program import REPOSITORY

    commands = {}
    for name, action in actions.items():
        script = folder / f"{name}.py"
        script.write_text(CONTENDER.format(action=action))
        commands[name] = [str(script), str(REPOSITORY / "benchmarks")]
    return commands


def test_every_contender_has_its_rounds(tmp_path):
    """What a library prints is not taken for an answer."""
    from rounds import interleaved

    answers, failures = interleaved(contenders(tmp_path, one="pass", two="pass"), 3)
    rounds = [{"rounds": 1}, {"rounds": 2}, {"rounds": 3}]
    assert (answers, failures) == ({"one": rounds, "two": rounds}, {})


def test_one_that_ends_has_no_figures(tmp_path):
    """Its exit code is told, and the other goes on."""
    from rounds import interleaved

    answers, failures = interleaved(contenders(tmp_path, one="pass", two="sys.exit(3)"), 2)
    assert list(answers) == ["one"]
    assert failures == {"two": "ends with code 3"}


def test_one_that_hangs_has_no_figures(tmp_path):
    """It is not waited for a second time."""
    from rounds import interleaved

    commands = contenders(tmp_path, two="import threading; threading.Event().wait()")
    answers, failures = interleaved(commands, 2, timeout_s=2.0)
    assert (answers, failures) == ({}, {"two": "hangs: no answer within 2 s"})
