"""Writes collector-redaction.yaml: the rules of logcorr's masking for an OpenTelemetry Collector."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

import people
from names import Names
from patterns import Masked, known_by_context, known_by_shape

from logcorr.masking.keys import AUTHORIZATION, COOKIE, CREDENTIALS, SECRET

HERE = Path(__file__).parent
HEAD = """\
# Written by redaction.py from the tables of logcorr.masking: change those, and write it anew.
# How to put it into a Collector: README.md.
processors:"""
# What masking left, logcorr's or another's, stays, and so does what stands for a value that is not there.
NO_VALUES = (
    r"\A(?:[A-Za-z]{3,20} )?\[[A-Z][A-Z_\-]*(?::[\w:.+/\-]*)?\]\z",
    r"\A(?:\*{3,}|\x24\{[A-Z_]{1,40}\}|<[a-z]{1,20}>|%s|None|null)?\z",
)
TEXTS = (
    ("IsString(log.body)", "replace_pattern(log.body,"),
    ("IsMap(log.body)", 'replace_all_patterns(log.body, "value",'),
    (None, 'replace_all_patterns(log.attributes, "value",'),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE / "collector-redaction.yaml")
    parser.parse_args().output.write_text("\n".join(document()) + "\n", "utf-8")


def document() -> Iterator[str]:
    """The lines of the file."""
    context, (shape, left) = known_by_context(), known_by_shape()
    yield HEAD
    yield "  # Of a text only the secret goes, and what stands beside it stays."
    yield from _transform("transform/logcorr", context)
    yield "  # What transform does not reach, deep in maps; names of keys; and what is known by its own shape."
    yield from (f"  # Not here, as RE2 cannot tell it: a token of {name}." for name in left)
    names = Names((SECRET, AUTHORIZATION, COOKIE, CREDENTIALS))
    yield from _redaction("redaction/logcorr", names, [*shape, *context])
    yield "  # People's data: off, until you put it into a pipeline."
    yield from _redaction("redaction/logcorr_people", Names(people.ENTITIES), people.SHAPES)


def _transform(name: str, rules: Iterable[Masked]) -> Iterator[str]:
    yield from (f"  {name}:", "    error_mode: ignore", "    log_statements:")
    rules = list(rules)
    for condition, editor in TEXTS:
        yield (
            f"      - conditions: [{_scalar(condition)}]\n        statements:"
            if condition
            else "      - statements:"
        )
        for rule in rules:
            yield f"          # {rule.name}"
            yield f"          - {_scalar(f'{editor} {_string(rule.pattern)}, {_string(rule.kept)})')}"


def _redaction(name: str, names: Names, rules: Iterable[Masked]) -> Iterator[str]:
    yield from (f"  {name}:", "    allow_all_keys: true", "    redact_all_types: true", "    summary: info")
    for setting, patterns in (
        ("allowed_values", NO_VALUES),
        ("ignored_key_patterns", names.excepted),
        ("blocked_key_patterns", names.whole),
    ):
        yield f"    {setting}:"
        yield from (f"      - {_scalar(pattern)}" for pattern in patterns)
    yield "    blocked_values:"
    for rule in rules:
        yield from (f"      # {rule.name}", f"      - {_scalar(rule.pattern)}")


def _string(text: str) -> str:
    """*text* as a string of OTTL, the language of transform."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _scalar(text: str) -> str:
    """*text* as a scalar of YAML, in which the Collector finds no variable to expand."""
    return "'" + text.replace("$", "$$").replace("'", "''") + "'"


if __name__ == "__main__":
    main()
