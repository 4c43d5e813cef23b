"""How masking behaves, as its promise has it: one behaviour a test, many values each."""

import json
import re

import pytest

from logcorr import JsonFormatter, bound, operation
from tests.encoding.odd import ODD
from tests.masking.made import (
    CARD,
    DEBUG,
    EMAIL,
    ERROR,
    INFO,
    LEVELS,
    SECRET,
    TOKEN,
    TRACE,
    WARNING,
    context,
    dumped,
    made,
    message,
    raised,
    value,
)  # fmt: skip

PLACES = {
    "message": lambda secret: {"message": f"password={secret}"},
    "% arguments": lambda secret: {"message": "token=%s", "args": (secret,)},
    "% arguments as a dict": lambda secret: {"message": "%(password)s of password=%(password)s", "args": ({"password": f"x{secret}"},)},
    "a dict as text": lambda secret: {"message": "given %s", "args": ({"password": secret},)},
    "extra": lambda secret: {"fields": {"password": secret}},
    "nested": lambda secret: {"fields": {"a": [{"b": ({"api_key": secret},)}]}},
    "URL": lambda secret: {"fields": {"url": f"https://h/p?access_token={secret}&page=2#x"}},
    "URL with credentials": lambda secret: {"message": f"GET https://me:{secret}@h/p"},
    "fragment": lambda secret: {"message": f"to https://h/cb#access_token={secret}"},
    "header": lambda secret: {"fields": {"headers": {"Authorization": f"Bearer {secret}"}}},
    "header in text": lambda secret: {"message": f"Authorization: Bearer {secret}"},
    "headers as pairs": lambda secret: {"fields": {"headers": [(b"x-api-key", secret.encode()), (b"accept", b"*/*")]}},
    "connection string": lambda secret: {"message": f"Server=db;User Id=me;Password={secret};Timeout=5"},
    "libpq": lambda secret: {"message": f"host=db user=me password={secret} dbname=x"},
    "DSN": lambda secret: {"fields": {"dsn": f"postgresql+psycopg://me:{secret}@db:5432/x"}},
    "cookie": lambda secret: {"fields": {"headers": {"Cookie": f"sid={secret}; theme=dark"}}},
    "set-cookie": lambda secret: {"message": f"Set-Cookie: sid={secret}; Path=/; HttpOnly"},
    "cookies": lambda secret: {"fields": {"cookies": {"sid": secret}}},
    "JSON in a string": lambda secret: {"fields": {"body": json.dumps({"user": {"password": secret}})}},
    "JSON in JSON": lambda secret: {"fields": {"body": json.dumps({"x": json.dumps({"password": secret})})}},
    "JSON in a message": lambda secret: {"message": f'got {{"password": "{secret}"}} back'},
    "XML": lambda secret: {"message": f"<a><password>{secret}</password></a>"},
    "command line": lambda secret: {"fields": {"argv": ["run", "--password", secret]}},
    "pair": lambda secret: {"fields": {"pair": ["password", secret]}},
    "name and value": lambda secret: {"fields": {"env": [{"name": "DB_PASSWORD", "value": secret}]}},
    "attribute": lambda secret: {"fields": {"attributes": [{"key": "password", "value": {"stringValue": secret}}]}},
    "bytes": lambda secret: {"fields": {"raw": f"password={secret}".encode()}},
    "bytearray": lambda secret: {"fields": {"raw": bytearray(f"password={secret}".encode())}},
    "memoryview": lambda secret: {"fields": {"raw": memoryview(f"password={secret}".encode())}},
    "a key of bytes": lambda secret: {"fields": {"odd": {b"password": secret}}},
    "a number": lambda secret: {"fields": {"odd": {"pin": 12345678}}},
    "metrics": lambda secret: {"fields": {"metrics": {"password": secret}}},
    "correlation field": lambda secret: {"fields": {"tenantId": f"password={secret}"}},
    "exception": lambda secret: {"error": raised(ValueError(f"password={secret}"))},
    "cause": lambda secret: {"error": raised(ValueError("x"), raised(KeyError(f"password={secret}")))},
    "field of an exception": lambda secret: {"fields": {"problem": ValueError(f"password={secret}")}},
    "stack": lambda secret: {"fields": {"stack": f"File x\n  connect(password='{secret}')"}},
}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_reaches_no_line(place: str, level: int) -> None:
    """At no level, in no place; what stands beside it stays."""
    secret = "Xk9-" + SECRET
    record = made(level=level, **PLACES[place](secret))
    text = dumped(record)
    assert secret not in text
    assert SECRET not in text
    assert "12345678" not in text
    assert "[SECRET]" in text
    assert (record["component"], record["seq"] > 0) == ("app", True)
    for kept in (
        "page=2",
        "Path=/; HttpOnly",
        "Timeout=5",
        "dbname=x",
        "accept",
        "@db:5432/x",
        "run",
    ):
        if kept in str(PLACES[place]("x").get("fields", "")) + str(PLACES[place]("x").get("message", "")):
            assert kept in text


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("item", "marker"),
    [(EMAIL, "[EMAIL]"), (f"mail to {EMAIL} failed", "mail to [EMAIL] failed"), (CARD, "[CARD:1111]"), (4111111111111111, "[CARD:1111]")],
)  # fmt: skip
def test_peoples_data_goes_at_debug(item: object, marker: str, level: int) -> None:
    """People's data is masked at DEBUG and below, and stays above."""
    assert value(item, level=level) == (marker if level <= DEBUG else item)
    if isinstance(item, str):
        assert message(item, level=level) == (marker if level <= DEBUG else item)


@pytest.mark.parametrize("level", LEVELS)
def test_peoples_data_goes_from_exceptions_at_every_level(level: int) -> None:
    """From message, cause, notes, groups and traceback, and wherever the record says the same again."""
    error = ExceptionGroup(f"many of {EMAIL}", [ValueError(f"no {EMAIL}")])
    error.add_note(f"note {EMAIL}")
    error = raised(error, raised(KeyError(EMAIL)))
    fields = {"error": f"failed: {error}", "problem": ValueError(EMAIL)}
    record = made(fields, message=f"failed: {error}", level=level, error=error)
    assert EMAIL not in dumped(record)
    assert record["message"].startswith("failed: many of [EMAIL]")
    assert record["exception"]["group"][0]["message"] == "no [EMAIL]"
    assert record["exception"]["notes"] == ["note [EMAIL]"]
    assert record["exception"]["cause"]["message"] == "'[EMAIL]'"


def test_what_an_exception_is_stays() -> None:
    """Type, module, function, file and line of an exception are never masked, and locals are never looked at."""

    def password_for_ann_at_example_com() -> None:
        local = "a-local-" + SECRET  # noqa: F841
        raise ValueError("password=" + SECRET)

    try:
        password_for_ann_at_example_com()
    except ValueError as caught:
        record = made(error=caught, level=DEBUG)
    exception = record["exception"]
    assert (exception["type"], exception["module"]) == ("ValueError", "builtins")
    assert exception["frames"][-1]["file"] == __file__
    assert exception["frames"][-1]["function"].endswith("password_for_ann_at_example_com")
    assert isinstance(exception["frames"][-1]["line"], int)
    assert SECRET not in dumped(record)


DATABASE_ERRORS = [
    'duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=(ann@example.com) already exists.',
    "(psycopg.errors.UniqueViolation) x\n[SQL: INSERT]\n[parameters: {'email': 'ann@example.com', 'password': 'hunter2hunter2'}]",
    "1 validation error for User\npassword\n  Value error [type=value_error, input_value='hunter2hunter2', input_type=str]",
    "HTTPConnectionPool(host='h', port=80): Max retries exceeded with url: /p?token=hunter2hunter2 (Caused by x)",
    "Client error '401' for url 'https://h/p?api_key=hunter2hunter2'",
    "{'ann@example.com': (550, b'no such user')}",
    "Command '['curl', '--password', 'hunter2hunter2']' returned non-zero exit status 1.",
]


@pytest.mark.parametrize("text", DATABASE_ERRORS)
def test_errors_of_libraries(text: str) -> None:
    """What databases, HTTP clients, mail and subprocesses quote of their input is masked."""
    shown = dumped(made(error=raised(RuntimeError(text)), level=ERROR))
    assert EMAIL not in shown
    assert SECRET not in shown


SPELLINGS = [
    "X-API-Key",
    "apiKey",
    "API_KEY",
    "user.api_key",
    "my_api_key_2",
    "[api_key]",
    "apikey",
    "Api-Key",
    "APIKey",
    "api key",
]


@pytest.mark.parametrize("key", SPELLINGS)
def test_spellings_are_one_key(key: str) -> None:
    """A key is the same however it is spelt, and in fields as in text."""
    assert value({key: SECRET}) == {key: "[SECRET]"}


HARMLESS_KEYS = (
    "token_count max_tokens password_policy auth_method secret_name session_timeout email_verified card_type is_password_set "
    "has_token author authority secretary keyboard monkey tokenizer passwordless compass discard shipping opinion primary_key "
    "foreign_key public_key sort_key partition_key cache_key routing_key idempotency_key bucket_key object_key token_type "
    "password_length secret_version"
).split()


@pytest.mark.parametrize("key", HARMLESS_KEYS)
def test_lookalikes_of_keys_stay(key: str) -> None:
    """Whole words decide, and the last of them most: what only looks like a secret's name is none."""
    assert value({key: "standard"}, level=DEBUG) == {key: "standard"}


@pytest.mark.parametrize(
    "item", [None, True, False, "", "***", "********", "${PASSWORD}", "<hidden>", "[REDACTED]", "None", "null", "[SECRET]"]
)  # fmt: skip
def test_placeholders_stay(item: object) -> None:
    """What is no secret any more, or not yet, stays under a secret's key."""
    assert value({"password": item}) == {"password": item}


def test_containers_under_a_secret_key() -> None:
    """They are masked leaf by leaf, with their keys; those under auth, session and credentials are walked."""
    given = {
        "password": {"old": "a-1", "new": ["b-2", None, True, 7]},
        "session": {"user": "ann", "theme": "dark"},
    }
    assert value(given) == {
        "password": {"old": "[SECRET]", "new": ["[SECRET]", None, True, "[SECRET]"]},
        "session": {"user": "ann", "theme": "dark"},
    }


@pytest.mark.parametrize("value_key", ["value", "val"])
def test_names_beside_values(value_key: str) -> None:
    """A value is what the name beside it says, also the second time, when all of it has been seen."""
    harmless = {"name": "plan", value_key: "pro"}
    for _ in range(3):
        assert value([harmless]) == [harmless]
        assert value([{"name": "password", value_key: "pro"}]) == [
            {"name": "password", value_key: "[SECRET]"}
        ]
        assert context({"key": "password", value_key: "pro"})[value_key] == "[SECRET]"


def test_what_was_harmless_once_is_looked_at_again() -> None:
    """A text that was let through is masked where its place says that it is a secret, and a key that was too."""
    for _ in range(2):
        assert value("swordfish") == "swordfish"
        assert value({"password": "swordfish"}) == {"password": "[SECRET]"}
        assert message('{"first_name": ["Jane"]}', level=INFO) == '{"first_name": ["Jane"]}'
        assert message('{"first_name": "Jane"}', level=DEBUG) == '{"first_name":"[NAME]"}'
        assert context({EMAIL: 1}, level=INFO) == {EMAIL: 1}
        assert context({EMAIL: 1}, level=DEBUG) == {"[EMAIL]": 1}
        assert value({"x": {EMAIL: 1}}, level=DEBUG) == {"x": {"[EMAIL]": 1}}


def test_json_in_a_string() -> None:
    """It is masked as what it says, and written anew only where something went."""
    untouched = '{ "a" : 1.50,  "b": [1, 2] }'
    assert value(untouched, level=DEBUG) == untouched
    assert value('{"a": 1, "password": "x y"}') == '{"a":1,"password":"[SECRET]"}'
    assert value(' \n[["password", "x"]]\n') == '[["password","[SECRET]"]]'
    deep = SECRET
    for _ in range(4):
        deep = json.dumps({"password" if deep == SECRET else "body": deep})
    assert SECRET not in value(deep)


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "hunter2hunter2", "password": null}',  # a reader sees one, the line would hold both
        '{"password": "hunter2hunter2", "rest": "cut he',
        '{"a": 1}\n{"password": "hunter2hunter2"}',
        'data: {"password": "hunter2hunter2"}',
        "{'password': 'hunter2hunter2'}",
        '{\\"password\\": \\"hunter2hunter2\\"}',
        "[" * 2000 + '{"password": "hunter2hunter2"}' + "]" * 2000,
        '{"a": [NaN], "password": "hunter2hunter2"}',
    ],
)
def test_json_that_is_none(text: str) -> None:
    """JSON that is doubled, cut, in lines, of Python, escaped, too deep or not of the standard is masked as text."""
    assert SECRET not in dumped(value(text))
    assert SECRET not in message(text)


@pytest.mark.parametrize("level", [DEBUG, ERROR])
@pytest.mark.parametrize("name", ODD)
def test_odd_values(name: str, level: int) -> None:
    """Any value in any place makes a valid line, and costs no other field."""
    fields = {
        "odd": ODD[name](),
        "deep": {"in": [ODD[name]()]},
        "kept": "yes",
        "metrics": {"odd": ODD[name](), "n": 1},
    }
    record = made(fields, level=level)
    assert record["context"]["kept"] == "yes"
    assert record["metrics"]["n"] == 1
    assert "mask_error" not in record
    assert "hunter2" not in dumped(record)


TWICE = [
    f"password={SECRET}", f"https://me:{SECRET}@h/p?token={SECRET}#x", f"Authorization: Bearer {SECRET}", TOKEN, f"mail {EMAIL}",
    f"card {CARD} of {EMAIL}", "call +49 151 23456789", "from 93.184.216.34 and 2606:2800:220:1:248:1893:25c8:1946",
    "DE89 3704 0044 0532 0130 00", '{"password":"x","email":"ann@example.com"}', "Cookie: sid=abcdef123456; a=b", "ssn 536-90-4399",
]  # fmt: skip


@pytest.mark.parametrize("level", [DEBUG, INFO])
@pytest.mark.parametrize("text", TWICE)
def test_twice_is_once(text: str, level: int) -> None:
    """What is masked is masked for good: markers are matched by no rule, whatever key they stand under."""
    once = message(text, level=level)
    assert message(once, level=level) == once
    assert value(once, level=level) == once
    assert value({"password": once.split()[-1]}, level=level) in (
        {"password": once.split()[-1]}, {"password": "[SECRET]"}
    )  # fmt: skip


@pytest.mark.parametrize("length", [9, 17, 80, 900])
def test_a_marker_tells_nothing(length: int) -> None:
    """Neither the secret nor its length nor what found it."""
    assert message("password=" + "aB3" * length) == "password=[SECRET]"
    assert value({"password": "aB3" * length}) == {"password": "[SECRET]"}


def test_markers_are_inert() -> None:
    """They are ASCII in square brackets, and need no escape in JSON or in a URL's query."""
    text = message(f"{EMAIL} {CARD} password={SECRET} {TOKEN} +49 151 23456789", level=DEBUG)
    markers = re.findall(r"\[[^\]]*\]", text)
    assert len(markers) == 5
    assert all(re.fullmatch(r"\[[A-Z_]+(:[A-Za-z0-9:_.-]+)?\]", marker) for marker in markers)


def test_ids_and_places_are_never_masked() -> None:
    """Time, level, logger, trace, span, service and process are what they are, though digits and letters fit."""
    with operation("password=x", closing_record=False), bound(runId="run-1"):
        record = made({"trace_id": SECRET}, level=DEBUG)
    assert re.fullmatch(r"[0-9a-f]{32}", record["trace_id"])
    assert re.fullmatch(r"[0-9a-f]{16}", record["span_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record["timestamp"])
    assert (record["level"], record["component"], record["service"], record["runId"]) == (
        "DEBUG",
        "app",
        "toygres",
        "run-1",
    )


@pytest.mark.parametrize("level", [DEBUG, INFO])
def test_correlation_fields(level: int) -> None:
    """They are fields too: a secret in one goes, and a person's address at DEBUG; ids stay."""
    record = made({"tenantId": EMAIL, "runId": "run-1", "adapter": f"token={SECRET}"}, level=level)
    assert record["tenantId"] == ("[EMAIL]" if level == DEBUG else EMAIL)
    assert (record["runId"], record["adapter"]) == ("run-1", "token=[SECRET]")


def test_an_id_is_masked_before_it_is_cut() -> None:
    """No half of a secret is left where an id that is too long ends."""
    secret = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7h8"
    for before in range(210, 256, 5):
        record = made({"tenantId": "x" * before + " " + secret})
        assert secret[:12] not in record["tenantId"]
        assert len(record["tenantId"]) <= 256


@pytest.mark.parametrize("level", [TRACE, DEBUG, INFO, WARNING])
def test_numbers_keep_their_type(level: int) -> None:
    """Numbers that are nobody's stay numbers."""
    given = {
        "n": 7,
        "big": 2**63 - 1,
        "epoch_ms": 1_770_819_930_123,
        "ns": 1_770_819_930_123_456_789,
        "f": 0.1,
        "neg": -5,
        "b": True,
    }
    assert context(given, level=level) == given


def test_text_that_holds_nothing_is_untouched() -> None:
    """Every character of it."""
    for text in (
        "",
        " ",
        "a",
        "Run started",
        "x" * 5000,
        "ünïcödé ✓",
        "line\nline",
        "50% of [x] {y}",
        "a=b",
        "k: v",
    ):
        assert message(text, level=DEBUG) == text
        assert value(text, level=DEBUG) == text


def test_the_formatter_masks_by_default() -> None:
    """Where ``configure()`` was never called there is masking too."""
    assert SECRET not in dumped(made({"password": SECRET}))
    assert isinstance(JsonFormatter(), JsonFormatter)


@pytest.mark.parametrize(
    "text",
    [
        "SimpleCookie: <SimpleCookie: sid='{}'>",
        "cookies: sid: {}",
        "Cookie: {}",
        "cookies: [('sid', '{}'), ('lang', 'de')]",
    ],
)
def test_cookies_in_forms_of_their_own(text: str) -> None:
    """What follows a cookie's key in no form that a header has loses all that is random in it."""
    random = "a8f5f167f44f4964e6c998dee827110c"
    assert random not in message(text.format(random))
