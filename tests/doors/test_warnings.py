"""The door for warnings."""

import pytest

from tests.support.program import records, run_program


@pytest.mark.parametrize("before", ["", "logging.captureWarnings(True)"])
@pytest.mark.parametrize("after", ["", "logging.captureWarnings(True)"])
def test_one_record_whoever_captures(tmp_path, before, after):
    """A warning is one record, with ids, whether others captured warnings before, after, both or never."""
    done = run_program(
        f"""
import logging, warnings, logcorr
{before}
logcorr.configure(console=False, otlp=False)
{after}
with logcorr.bound(runId="r-1"):
    warnings.warn("careful", DeprecationWarning)
""",
        tmp_path,
        env={"PYTHONWARNINGS": "always"},
    )
    (record,) = records(tmp_path)
    assert (record["component"], record["level"], record["message"]) == ("py.warnings", "WARNING", "careful")
    assert record["runId"] == "r-1"
    assert record["context"]["category"] == "DeprecationWarning"
    assert record["context"]["file"].endswith("program.py")
    assert record["context"]["line"] == 7
    assert done.stderr == ""


def test_handlers_of_others_get_warnings(tmp_path):
    """A handler that got warnings from logging.captureWarnings gets them as before, and no second record is made."""
    run_program(
        """
import logging, warnings, logcorr
logging.captureWarnings(True)
logging.getLogger("py.warnings").addHandler(logging.FileHandler("own.log"))
logcorr.configure(console=False, otlp=False)
warnings.warn("careful")
""",
        tmp_path,
    )
    assert "UserWarning: careful" in (tmp_path / "own.log").read_text()
    assert [record["message"] for record in records(tmp_path)] == ["careful"]


def test_showwarning_of_the_application_is_called(tmp_path):
    """A ``warnings.showwarning`` that was there before is called too; files of warnings are still written."""
    done = run_program(
        """
import sys, warnings, logcorr
def mine(message, category, filename, lineno, file=None, line=None):
    print("mine", message)
warnings.showwarning = mine
logcorr.configure(console=False, otlp=False)
warnings.warn("careful")
warnings.showwarning("to a file", UserWarning, "f.py", 1, sys.stdout)
""",
        tmp_path,
    )
    assert "mine careful" in done.stdout
    assert "to a file" in done.stdout
    assert [record["message"] for record in records(tmp_path)] == ["careful"]


def test_warnings_as_errors_raise(tmp_path):
    """``python -W error`` still raises at the place of the warning, and that is what is recorded."""
    done = run_program(
        """
import warnings, logcorr
logcorr.configure(console=False, otlp=False)
try:
    warnings.warn("careful")
except UserWarning:
    print("raised")
""",
        tmp_path,
        env={"PYTHONWARNINGS": "error"},
    )
    assert done.stdout == "raised\n"
    assert records(tmp_path) == []


def test_syntax_warnings_of_imports(tmp_path):
    """What the compiler warns of in an imported module is a record."""
    (tmp_path / "odd.py").write_text("x = 1\nx is 1\n")
    run_program("import logcorr\nlogcorr.configure(console=False, otlp=False)\nimport odd", tmp_path)
    (record,) = records(tmp_path)
    assert record["context"]["category"] == "SyntaxWarning"
    assert record["context"]["file"].endswith("odd.py")


def test_the_level_holds_for_warnings(tmp_path):
    """At level ERROR, or for ``py.warnings=error``, warnings make no record."""
    code = "import warnings, logcorr\nlogcorr.configure(console=False, otlp=False)\nwarnings.warn('careful')"
    for level, count in (("error", 0), ("info,py.warnings=error", 0), ("error,py.warnings=warning", 1)):
        home = tmp_path / level
        run_program(code, home, env={"LOGCORR_LEVEL": level})
        assert len(records(home)) == count


def test_recorded_warnings_stay_with_who_records_them(tmp_path):
    """Inside ``warnings.catch_warnings(record=True)`` the list gets them, and the journal does not."""
    run_program(
        """
import warnings, logcorr
logcorr.configure(console=False, otlp=False)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("in the list")
assert len(caught) == 1
warnings.warn("after")
""",
        tmp_path,
    )
    assert [record["message"] for record in records(tmp_path)] == ["after"]
