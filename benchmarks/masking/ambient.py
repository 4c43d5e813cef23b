"""What the masker takes out of text that nobody labelled: python benchmarks/masking/ambient.py [FILE…]

Without files, lines of the installed packages' sources and file lists. Mail addresses of authors are among them and go
rightly; most of what else goes is a false positive, and what there is of it is worth a look.
"""

import random
import re
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from binding import logcorr_masker

LINES, EACH, SAMPLES = 40_000, 50, 6
_MARKER = re.compile(r"\[[A-Z][A-Z_]*(?::\w+)?\]")


def main() -> None:
    mask, chance = logcorr_masker(), random.Random(7)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    count = 0
    for line in _lines(sys.argv[1:], chance):
        count += 1
        after = mask({"message": line}, 10)["message"]
        if after != line:
            for marker in set(_MARKER.findall(after)) or {"(no marker)"}:
                found[marker].append((line, after))
    for marker, pairs in sorted(found.items(), key=lambda item: -len(item[1])):
        print(f"{marker}: {len(pairs)} of {count} lines")
        for before, after in chance.sample(pairs, min(SAMPLES, len(pairs))):
            print(f"    {before.strip():.160}\n      → {after.strip():.160}")


def _lines(files: list[str], chance: random.Random) -> Iterator[str]:
    if files:
        for file in files:
            yield from Path(file).read_text("utf-8", errors="replace").splitlines()
        return
    paths = [path for kind in ("*.py", "RECORD") for path in Path(sysconfig.get_path("purelib")).rglob(kind)]
    chance.shuffle(paths)
    count = 0
    for path in paths:
        lines = [
            line for line in path.read_text("utf-8", errors="replace").splitlines() if 8 < len(line) < 400
        ]
        chosen = chance.sample(lines, min(EACH, len(lines)))
        yield from chosen
        count += len(chosen)
        if count > LINES:
            return


if __name__ == "__main__":
    main()
