"""pytest's caplog, live logs and captured sections, with logcorr configured."""

import re
from pathlib import Path

import pytest

from tests.support.program import records, run_program

BEHAVIOUR = Path(__file__).with_name("caplog_behaviour.py")
CONFIGURE = "logcorr.configure(console={console}, otlp=False, level='warning')"
WHEN = {
    "never": "",
    "at import": f"import logcorr\n{CONFIGURE}",
    "in a fixture": f"import logcorr, pytest\n@pytest.fixture(autouse=True)\ndef configured():\n    {CONFIGURE}",
}


def run_pytest(home: Path, when: str, console: str = "False") -> str:
    """What a pytest prints that runs the behaviours, with logcorr configured *when* that is."""
    home.mkdir()
    (home / "plugin.py").write_text(WHEN[when].format(console=console))
    options = [
        "-p",
        "plugin",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        "--no-header",
        "-rA",
        "-o",
        "log_cli=true",
    ]
    arguments = [
        str(BEHAVIOUR),
        "--rootdir",
        str(BEHAVIOUR.parent),
        "--import-mode=importlib",
        "-c",
        "plain.ini",
    ]
    (home / "plain.ini").write_text("[pytest]\n")
    code = f"import pytest, sys\nsys.exit(pytest.main({options + arguments!r}))"
    done = run_program(code, home, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, check=False)
    assert done.stderr == ""
    return re.sub(r"in \d+\.\d+s", "in no time", done.stdout.replace(str(home), "home"))


@pytest.mark.parametrize("when", ["at import", "in a fixture"])
def test_pytest_prints_what_it_prints_without(tmp_path, when):
    """Every outcome, live line and captured line of a pytest run is as without logcorr; each record is made once."""
    without = run_pytest(tmp_path / "without", "never")
    assert re.search(r"1 failed, 1[0-9] passed", without), without
    assert run_pytest(tmp_path / "with", when) == without
    messages = [record["message"] for record in records(tmp_path / "with")]
    assert len(messages) == len(set(messages))
    assert {"of the setup", "of the teardown", "drop from the handler", "aside, unseen"} <= set(messages)
    assert not [message for message in messages if message.startswith("below the level of the parent")]


def test_caplog_with_a_console(tmp_path):
    """With a console too, caplog passes all of its tests: its handler writes into a text of its own."""
    assert re.search(r"1 failed, 1[0-9] passed", run_pytest(tmp_path / "with", "at import", "'json'"))
