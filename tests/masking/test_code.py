"""Lines of code in a traceback: names stay, what a literal says goes."""

import pytest

from tests.masking.made import made

LINES = {
    'raise ValueError("password=hunter2 of x")': 'raise ValueError("password=[SECRET] of x")',
    "query = 'secret_key=correcthorse'": "query = 'secret_key=[SECRET]'",
    'call("say \\"password=hunter2\\"", password=password)': 'call("say \\"password=[SECRET]\\"", password=password)',
    'connect(user="x", password="hunter2")': 'connect(user="x", password="[SECRET]")',
    "connect(password=password, token=self.token)": None,
    'log.info("password=%s", password)': None,
    'raise E(f"bad password={self.password!r}")': None,
    "assert 'password=' in text, password": None,
    'headers["authorization"] = value': None,
}


class _Quoted:
    """A loader that has *source* for the code that is run under its name."""

    def __init__(self, source: str) -> None:
        self.source = source

    def get_source(self, name: str) -> str:
        return self.source


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_code(line: str) -> None:
    """A name that is a secret's stays, as do placeholders; a secret in a literal goes, also beside names."""
    number = list(LINES).index(line)
    source = f"def fail():\n    raise KeyError('x'); {line}\n"
    names = {"__name__": f"quoted{number}", "__loader__": _Quoted(source)}
    exec(compile(source, f"/quoted/code{number}.py", "exec"), names)  # noqa: S102
    with pytest.raises(KeyError) as caught:
        names["fail"]()  # type: ignore[operator]
    shown = made(error=caught.value)["exception"]["stacktrace"]
    assert f"; {LINES[line] or line}\n" in shown


def test_many_literals_cost_what_they_are_long() -> None:
    """A long line of code with a secret in each of its literals loses them all."""
    line = ", ".join(["'password=hunter2'"] * 500)
    shown = made(message=f'  File "/a.py", line 1, in f\n    call({line})\n')["message"]
    assert shown.count("[SECRET]") == 500
    assert "hunter2" not in shown
