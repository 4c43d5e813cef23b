import pytest

from logcorr.viewer.escape import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 数据库 and emoji 🎉", "plain text, 数据库 and emoji 🎉"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\r\n2026 forged", r"a\r\n2026 forged"),
        ("\x9b31m\x85", r"\x9b31m\x85"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\u202ereversed\u2066x\u2069", r"\u202ereversed\u2066x\u2069"),
        ("\x00\x7f\t", r"\x00\x7f\t"),
        ("hidden\U000e0041", r"hidden\U000e0041"),
        ("no\u00a0break \\n literal", "no\u00a0break \\n literal"),
    ],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(text, shown):
    """Control, separator, bidi and tag characters become escapes, everything else stays."""
    assert visible(text) == shown


def test_no_control_character_survives():
    """Not one of C0, DEL, C1 and the bidi controls comes through."""
    unsafe = [
        *map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
    ]
    assert all(char not in visible(f"a{char}b") for char in unsafe)
