"""Which of CPython's tests do not apply to a process that logcorr is configured in, and why. The docs list them too."""

import textwrap

_MODULE = "test.test_logging"


def _tests(names: str) -> list[str]:
    """Their full names: those of a class stand after it, as in "Class: one two"."""
    found = []
    for line in names.strip().splitlines():
        test_class, _, tests = line.partition(":")
        found += [f"{_MODULE}.{test_class.strip()}.test_{test}" for test in tests.split()]
    return found


# What a test asserts that logcorr does otherwise, by its promise.
ALWAYS = {
    **dict.fromkeys(
        _tests("LastResortTest: last_resort"),
        "Nothing is printed as a last resort: a record without handlers is in the journal.",
    ),
    **dict.fromkeys(
        _tests("LoggerTest: make_record_with_extra_overwrite"),
        "A key of `extra` that clashes raises no `KeyError`: it is kept in `context`.",
    ),
}

# They read what a handler prints to standard output or error, and hold where logcorr has no console.
WITH_CONSOLE = dict.fromkeys(
    _tests("""
        BasicConfigTest: strformatstyle stringtemplatestyle
        ConfigDictTest: config0_ok config1_ok config4_ok config4a_ok config5_ok config7_ok config_8_ok config_8a_ok
        ConfigDictTest: config_9_ok config_10_ok config11_ok config14_ok namedtuple
        ConfigDictTest: listen_config_1_ok listen_config_10_ok listen_verify
        ConfigFileTest: config0_ok config0_using_cp_ok config1_ok config4_ok config5_ok config6_ok config7_ok
    """),
    "With a console of logcorr's only: they read what a handler prints to standard output or error.",
)
LISTED = ALWAYS | WITH_CONSOLE


def page_section() -> str:
    """The list as the page on the standard library has it."""
    lines = []
    for reason in dict.fromkeys(LISTED.values()):
        names = [name.removeprefix(f"{_MODULE}.") for name in LISTED if LISTED[name] == reason]
        text = f"- {reason} " + ", ".join(f"`{name}`" for name in names)
        lines += textwrap.wrap(
            text, 118, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    return "\n".join(lines) + "\n"
