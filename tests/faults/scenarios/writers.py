"""Applications under load: processes that say of every record that the call has returned."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.faults.scenarios.journals import Key
from tests.shipper.helpers import Service, until

PROGRAMS = Path(__file__).parents[1] / "programs"
# Root without the two capabilities by which it ignores the permissions of files.
OBEYING = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def program(name: str) -> str:
    """The code of a program of this suite."""
    return (PROGRAMS / f"{name}.py").read_text("utf-8")


class Writer:
    """A process of *service* that logs without end, with a *pause* after each record, some up to *longest* bytes."""

    def __init__(
        self,
        service: Service,
        name: str,
        *,
        pause: float = 0.0,
        longest: int = 0,
        obeys_permissions: bool = False,
        **variables: str,
    ) -> None:
        self.name = name
        self.made = 0
        self.summary: dict[str, Any] = {}
        command = [sys.executable, "-c", program("writer"), name, str(pause), str(longest)]
        if obeys_permissions and os.geteuid() == 0:
            command = [*OBEYING, *command]
        self._process: subprocess.Popen[str] = service._popen(command, variables)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def keys(self) -> set[Key]:
        """The records whose call has returned."""
        return {(self.name, number) for number in range(self.made)}

    def goes_on(self, more: int = 1) -> None:
        """Return once *more* further calls have returned."""
        wanted = self.made + more
        until(lambda: self.made >= wanted or self._process.poll() is not None)
        assert self._process.poll() is None, f"{self.name} ended with {self._process.returncode}"

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._end()

    def stop(self) -> dict[str, Any]:
        """SIGTERM; what it says of its run."""
        self._process.terminate()
        self._end()
        assert self.summary, f"{self.name} ended with {self._process.returncode}"
        return self.summary

    def _end(self) -> None:
        try:
            self._process.wait(60)
        finally:
            self._process.kill()
        self._listener.join(10)

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):
                self.summary = json.loads(line)
            elif line.endswith("\n"):
                assert int(line) == self.made
                self.made += 1
