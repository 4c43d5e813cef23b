"""Draw docs/trace.svg, the picture of the README, from what `logcorr trace` prints.

make demo && .venv/bin/python docs/picture.py .demo/.toygres/server.log TRACE_ID
"""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("trace.svg")
COLUMNS = 132


def main(journal: str, trace_id: str) -> None:
    command = [sys.executable, "-m", "logcorr", "trace", trace_id, journal]
    environment = {**os.environ, "FORCE_COLOR": "1", "COLORTERM": "truecolor", "COLUMNS": str(COLUMNS)}
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    for line in shown.splitlines():
        console.print(Text.from_ansi(line), overflow="ellipsis", no_wrap=True)
    picture = console.export_svg(title=f"logcorr trace {trace_id[:8]}")
    # Without the fonts that it would fetch from elsewhere: the reader's own monospace does.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
