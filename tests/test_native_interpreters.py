"""What the native core keeps is of the main interpreter; in another one logcorr does without it, and takes nothing from there."""

import sys

import pytest

from tests.support.program import run_program

# logcorr as a whole does not begin in interpreters where orjson does not: the core is asked for as logcorr.native asks for it.
OTHER = """
import importlib.machinery, importlib.util, sys
sys.path.insert(0, {folder!r})
spec = importlib.util.spec_from_file_location("logcorr.native", {folder!r} + "/logcorr/native/__init__.py",
                                              submodule_search_locations=[{folder!r} + "/logcorr/native"])
package = type(sys)("logcorr")
package.__path__ = []
sys.modules["logcorr"] = package
native = importlib.util.module_from_spec(spec)
sys.modules["logcorr.native"] = native
spec.loader.exec_module(native)
assert native.core is None, native.core
assert native.want(native=True) is False
assert native.usual("read")(len) is len
native.tell(clock=5, scope=None)
@native.known
class Work: pass
open("asked", "w").close()
"""

MAIN = """
import os, sys
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
else:
    import _xxsubinterpreters as interpreters
{before}
for isolated in ISOLATED:
    if sys.version_info >= (3, 13):
        other = interpreters.create("isolated" if isolated else "legacy")
    else:
        other = interpreters.create(isolated=isolated)
    failed = interpreters.run_string(other, {other!r})
    assert failed is None, failed
    assert os.path.exists("asked")
    os.remove("asked")
    interpreters.destroy(other)
import logcorr
logcorr.configure(otlp=False, console=False, file="j.log")
with logcorr.operation("work"):
    logcorr.bind(runId="r-1")
    logcorr.get_logger("app").info("made")
print(logcorr.status().native)
"""


@pytest.mark.parametrize("before", ["", "import logcorr; logcorr.configure(otlp=False, console=False)"])
def test_another_interpreter_goes_without_it(before, tmp_path):
    from logcorr import native

    folder = native.__file__.removesuffix("/logcorr/native/__init__.py")
    kinds = (True, False) if sys.version_info >= (3, 12) else (False,)
    code = MAIN.replace("ISOLATED", repr(kinds)).format(before=before, other=OTHER.format(folder=folder))
    assert run_program(code, tmp_path).stdout == "True\n"
