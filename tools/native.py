"""Builds the native core into the wheel, where there is a compiler; without one the wheel is pure Python.

``HATCH_BUILD_NO_HOOKS=true`` leaves it out, as it does all hooks of hatch.
"""

import shlex
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SOURCES = Path("logcorr", "native")


class NativeCore(BuildHookInterface):  # type: ignore[misc]  # untyped where hatchling is not installed
    """Compiles the C of ``logcorr/native``: for an editable installation in its place, otherwise into the wheel alone."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the core to a wheel."""
        if self.target_name != "wheel" or not _is_supported():
            return
        sources = Path(self.root, _SOURCES)
        self._scratch = tempfile.TemporaryDirectory()
        folder = sources if version == "editable" else Path(self._scratch.name)
        core = folder / f"_core{sysconfig.get_config_var('EXT_SUFFIX')}"
        try:
            build(sources.glob("*.c"), core)
        except (OSError, subprocess.CalledProcessError) as error:
            output = getattr(error, "stderr", "")
            self.app.display_warning(f"logcorr goes without its native core: {error}\n{output}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        if version != "editable":
            build_data["force_include"][str(core)] = str(_SOURCES / core.name)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Clear away what the wheel has by now."""
        if hasattr(self, "_scratch"):
            self._scratch.cleanup()


def build(sources: Iterable[Path], target: Path) -> None:
    """Compile *sources* as this Python was compiled. Raises OSError without a compiler, CalledProcessError where it fails."""
    settings = ("LDSHARED", "CFLAGS", "CCSHARED")
    command = [word for name in settings for word in shlex.split(sysconfig.get_config_var(name) or "")]
    command += [f"-I{sysconfig.get_path('include')}", "-O2", "-g0", "-fvisibility=hidden"]
    command += [*map(str, sorted(sources)), "-o", str(target)]
    subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  the compiler


def _is_supported() -> bool:
    """Whether it is CPython with its lock, which the core counts on."""
    return sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
