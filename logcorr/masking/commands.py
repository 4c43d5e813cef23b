"""Command lines: what options, and the places that single commands have for them, give away."""

from collections.abc import Iterator

from logcorr.masking.hits import Hit, is_placeholder
from logcorr.masking.keys import COOKIE, SECRET
from logcorr.masking.patterns import Pattern

__all__ = ["NO_OPTIONS", "commands", "options"]

_VALUE = r"(\"[^\"]{0,1024}\"|'[^']{0,1024}'|[^\s\-\"'][^\s\"',]{0,1023})"
_OPTION = Pattern(r"-(?<![^\s'\"]-)-?([A-Za-z][\w\-]{1,60})\s+" + _VALUE)
_LOGIN = Pattern(
    r"-(?<!\S-)(?:u|U|-user|-proxy-user|-basic-auth)[ =]?['\"]?([^\s:'\"%]{0,128})[:%]([^\s'\"]{1,256})"
)
# A command, and what of its line is a secret: the group.
_COMMANDS = tuple(
    (word, Pattern(pattern))
    for word, pattern in (
        ("mysql", r"\bmysql\w{0,10}\b[^\n|;]{0,400}?\s-p['\"]?([^\s'\"]{1,256})"),
        ("mariadb", r"\bmariadb\S{0,10}[^\n|;]{0,400}?\s-p['\"]?([^\s'\"]{1,256})"),
        ("sshpass", r"\bsshpass\s+-p\s?['\"]?([^\s'\"]{1,256})"),
        ("redis-cli", r"\bredis-cli\b[^\n|;]{0,400}?\s(?:-a|--pass)[ =]['\"]?([^\s'\"]{1,256})"),
        ("mongo", r"\bmongo\w{0,10}\b[^\n|;]{0,400}?\s-p[ =]?['\"]?([^\s'\"\-][^\s'\"]{0,255})"),
        ("docker login", r"\bdocker login\b[^\n|;]{0,400}?\s-p[ =]?['\"]?([^\s'\"]{1,256})"),
        ("podman login", r"\bpodman login\b[^\n|;]{0,400}?\s-p[ =]?['\"]?([^\s'\"]{1,256})"),
        ("ldap", r"\bldap\w{2,10}\b[^\n|;]{0,400}?\s-w[ =]?['\"]?([^\s'\"]{1,256})"),
        ("sqlcmd", r"\bsqlcmd\b[^\n|;]{0,400}?\s-P[ =]?['\"]?([^\s'\"]{1,256})"),
        ("bcp", r"\bbcp\b[^\n|;]{0,400}?\s-P[ =]?['\"]?([^\s'\"]{1,256})"),
        ("rabbitmqctl", r"\brabbitmqctl\s+(?:add_user|change_password|authenticate_user)\s+\S{1,80}\s+['\"]?([^\s'\"]{1,256})"),
        ("htpasswd", r"\bhtpasswd\s+-\w{0,6}b\w{0,6}\s+(?:\S{1,200}\s+){1,2}['\"]?([^\s'\"]{1,256})"),
        ("pass:", r"\b-?pass(?:in|out)?\s+['\"]?pass:([^\s'\"]{1,256})"),
        ("password", r"\blogin\s+\S{1,80}\s+password\s+(\S{1,256})"),
        ("setx", r"\bsetx\s+\w{0,60}(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|KEY)\s+[\"']?([^\s\"']{1,1024})"),
        ("thin:", r"thin:[\w.$#]{1,64}/([^\s@'\"]{1,256})@"),
        ("sqlplus", r"\bsqlplus\s+(?:-\w\s+){0,4}['\"]?[\w.$#]{1,64}/([^\s@'\"]{1,256})"),
        ("config", r"(?i)\bconfig\w{0,4}\s+set\s+\S{0,120}(?:password|passwd|secret|token|key|requirepass|masterauth)\S{0,8}\s+['\"]?([^\s'\"=]{3,1024})"),
        ("CONFIG", r"\bCONFIG SET (?:requirepass|masterauth)\s+['\"]?([^\s'\"]{1,256})"),
        ("ENV ", r"(?m)^\s{0,8}(?:ENV|ARG)\s+\w{0,60}(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|_KEY)\s+[\"']?([^\s\"'=]{1,1024})"),
        ("define(", r"define\(\s?['\"]\w{0,60}(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN|_KEY|SALT)['\"]\s?,\s?['\"]([^'\"]{1,1024})"),
        ("AUTH ", r"\bAUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5) ([A-Za-z0-9+/=]{8,2048})"),
        ("PASS ", r"(?m)^\W{0,6}(?:[CS]: ?)?PASS (\S{1,256})"),
    )
)  # fmt: skip
# Words of commands that have them without an option, in lower case; a text without these and without " -" is no command line.
NO_OPTIONS = frozenset(
    "auth pass pass: password env arg define( setx rabbitmqctl thin: sqlplus config configure".split()
)
_COOKIES = Pattern(r"-(?:b|-cookie)[ =][\"']?([^\s\"'=]{1,60}=[^\"'\n]{1,2048})")


def options(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The name and the place of the value of each option that has one behind it: ``--api-key x``, ``-password x``."""
    for match in _OPTION.finditer(text):
        start, end = match.span(2)
        quoted = match[2][0] in "\"'"
        yield match[1], (start + quoted, end - quoted)
    if "curl" in text:
        for match in _COOKIES.finditer(text):
            yield COOKIE.lower(), match.span(1)


def commands(text: str) -> list[Hit]:
    """Passwords where single commands have them."""
    hits = [Hit(*match.span(2), SECRET) for match in _LOGIN.finditer(text)] if " -" in text else []
    for pattern in [pattern for word, pattern in _COMMANDS if word in text]:
        hits += [
            Hit(*match.span(1), SECRET)
            for match in pattern.finditer(text)
            if not is_placeholder(match[1]) and not match[1].startswith("-")
        ]
    return hits
