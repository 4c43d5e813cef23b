"""What is written is run: every Python snippet of the README and the docs, what a filter prints, and every link between them."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.program import REPOSITORY, environment, run_program

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def snippets(language: str) -> list[object]:
    found = []
    for page in PAGES:
        matches = [match for match in _FENCE.finditer(page.read_text("utf-8")) if match[1] == language]
        found += [
            pytest.param(match[2], id=f"{page.name}-{number}") for number, match in enumerate(matches, 1)
        ]
    return found


@pytest.mark.parametrize("code", snippets("python"))
def test_a_snippet_runs_as_it_is_written(code: str, tmp_path: Path) -> None:
    """A reader who copies a snippet into a file can run it."""
    run_program(code, tmp_path)


@pytest.mark.parametrize("text", snippets("toml"))
def test_a_toml_snippet_is_a_valid_configuration(text: str, tmp_path: Path) -> None:
    """A reader who copies a [tool.logcorr] table gets those settings."""
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    done = run_program("from logcorr.config import Settings\nprint(Settings.load().service)", tmp_path)
    assert done.stdout.strip() == tomllib.loads(text)["tool"]["logcorr"]["service"]


@pytest.mark.parametrize("command", ["mask", "pseudonym"])
def test_a_command_prints_what_the_page_says(command: str, tmp_path: Path) -> None:
    """A reader who types the commands of the page, which read no journal, sees what stands below them."""
    page = (REPOSITORY / "docs" / "commands.md").read_text("utf-8")
    section = page.partition(f"\n## {command}\n")[2]
    lines = next(match[2] for match in _FENCE.finditer(section) if match[1] == "text").splitlines()
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "-c", "\n".join(typed)],
        cwd=tmp_path,
        env=environment(tmp_path, {"PATH": search}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == [line for line in lines if not line.startswith("$ ")], done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the repository."""
    for target in _LINK.findall(page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_stays_short() -> None:
    """The README is under 120 lines."""
    assert len((REPOSITORY / "README.md").read_text("utf-8").splitlines()) < 120
