"""The Collector's second line of defence: what integrations/stack/collector-redaction.yaml does to records."""

import itertools
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import re2
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
STACK, CORPUS = REPOSITORY / "integrations" / "stack", REPOSITORY / "benchmarks" / "masking"
COMMITTED = STACK / "collector-redaction.yaml"
# The Collector takes "$$" for a dollar: https://opentelemetry.io/docs/collector/configuration/#environment-variables
PROCESSORS = yaml.safe_load(COMMITTED.read_text("utf-8").replace("$$", "$"))["processors"]
SECRETS, PEOPLE = ("transform/logcorr", "redaction/logcorr"), ("redaction/logcorr_people",)
LISTS = ("allowed_values", "ignored_key_patterns", "blocked_key_patterns", "blocked_values")
STATEMENT = re.compile(
    r'(?:replace_pattern\(log\.body|replace_all_patterns\(log\.(?:body|attributes), "value"), '
    r'"((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)'
)
FRAME = ("timestamp", "level", "component", "trace_id", "span_id", "trace_sampled", "service", "pid", "seq")
GROUP = re.compile(r"\$\{(\d+)\}")
EVERY = 3
SECRET_NAMES = """password userPassword X-API-Key apikey api_key_2 user[db_password] db.pwd dbpwd userPwd cvv PHPSESSID
session_id csrfToken aws_secret_access_key clientSecret requirepass 密码 http.request.header.authorization"""
OTHER_NAMES = """author monkey keyboard compass spin secretary tokenizer token_count password_policy public_key cache_key
gen_ai.usage.input_tokens has_password isPassword hasApiKey nextPageToken boarding_pass k8s.secret.name"""
PASSWORD = "Tr0ub4dor&3"
GITHUB = "ghp_" + "EQmgmIlMQZ1R8Q3C6sokETAGdh0fS0RSOtLz"
PEM = "-----BEGIN PRIVATE KEY-----\n" + "Q" * 64
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


def compiled(pattern):
    options = re2.Options()
    options.max_mem, options.log_errors = 64 << 20, False
    return re2.compile(pattern, options)


def as_string(value):
    """As pcommon.Value.AsString: https://pkg.go.dev/go.opentelemetry.io/collector/pdata/pcommon#Value.AsString"""
    if isinstance(value, str) or value is None:
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def found(patterns, text):
    return any(pattern.search(text) for pattern in patterns)


def blocked(value):
    """What stands in the place of a value under a blocked key: the processor replaces ``.*``, so line by line."""
    return re.sub(r"[^\n]+|(?<![^\n])(?=\n|\Z)", "****", value)


class Transform:
    """As https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/ottl/ottlfuncs#replace_pattern"""

    def __init__(self, settings):
        groups = settings["log_statements"]
        self.groups = [
            (each.get("conditions"), list(map(self._parsed, each["statements"]))) for each in groups
        ]

    def _parsed(self, statement):
        pattern, kept = (re.sub(r"\\(.)", r"\1", part) for part in STATEMENT.fullmatch(statement).groups())
        return compiled(pattern), kept

    def __call__(self, body, attributes):
        for condition, rules in self.groups:
            if condition is None:
                attributes = self._first_level(attributes, rules)
            elif condition == ["IsString(log.body)"]:
                body = self._text(body, rules)
            elif condition == ["IsMap(log.body)"] and isinstance(body, dict):
                body = self._first_level(body, rules)
        return body, attributes

    def _first_level(self, mapping, rules):
        return {key: self._text(value, rules) for key, value in mapping.items()}

    def _text(self, value, rules):
        for pattern, kept in rules if isinstance(value, str) else ():
            value = pattern.sub(
                lambda match, kept=kept: GROUP.sub(lambda g: match[int(g[1])] or "", kept), value
            )
        return value


class Redaction:
    """As https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/redactionprocessor/processor.go"""

    def __init__(self, settings):
        assert (settings["allow_all_keys"], settings["redact_all_types"]) == (True, True)
        lists = (list(map(compiled, settings[name])) for name in LISTS)
        self.allowed, self.ignored, self.keys, self.values = lists

    def __call__(self, body, attributes):
        return self._body(body), {key: self._attribute(key, value) for key, value in attributes.items()}

    def _attribute(self, key, value):
        if found(self.ignored, key) or found(self.allowed, as_string(value)):
            return value
        return blocked(as_string(value)) if found(self.keys, key) else self._masked(value)

    def _body(self, value):
        if isinstance(value, dict):
            return {key: self._below(key, inner) for key, inner in value.items()}
        if isinstance(value, list):
            return list(map(self._body, value))
        return value if found(self.allowed, as_string(value)) else self._masked(value)

    def _below(self, key, value):
        if found(self.ignored, key):
            return value
        if found(self.keys, key):
            return blocked(value if isinstance(value, str) else "")
        return self._body(value)

    def _masked(self, value):
        before = text = as_string(value)
        for pattern in self.values:
            text = pattern.sub("****", text)
        return value if text == before else text


def pipeline(names):
    """The processors of the committed file with these *names*, one after the other."""
    steps = [(Transform if "transform" in name else Redaction)(PROCESSORS[name]) for name in names]

    def processed(body, attributes=()):
        result = body, dict(attributes)
        for step in steps:
            result = step(*result)
        return result

    return processed


@pytest.fixture(scope="module")
def collector():
    return pipeline(SECRETS)


def test_the_committed_file_is_what_the_tables_say_now(tmp_path):
    """collector-redaction.yaml is what redaction.py writes from the tables of logcorr.masking."""
    now = tmp_path / "now.yaml"
    subprocess.run([sys.executable, STACK / "redaction.py", "--output", now], check=True, timeout=200)
    assert now.read_text("utf-8") == COMMITTED.read_text("utf-8"), (
        "run python integrations/stack/redaction.py"
    )


def test_every_pattern_is_one_of_re2():
    """RE2 compiles every pattern, no repetition is longer than Go allows, and no dollar stands for a variable."""
    assert "$" not in COMMITTED.read_text("utf-8").replace("$$", "")
    assert list(PROCESSORS) == [*SECRETS, *PEOPLE]
    lists = [PROCESSORS[name][kind] for name in (*SECRETS[1:], *PEOPLE) for kind in LISTS]
    rules = [rule for _, group in Transform(PROCESSORS[SECRETS[0]]).groups for rule in group]
    patterns = [*itertools.chain(*lists), *(pattern.pattern for pattern, _ in rules)]
    assert len(patterns) > 60
    for pattern in patterns:
        compiled(pattern)
        assert max(map(int, re.findall(r"(?<=[{,])(\d+)(?=[,}])", pattern)), default=0) <= 1000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"at postgres://shop:{PASSWORD}@db:5432/shop", "at postgres://[USER]:[SECRET]@db:5432/shop"),
        ("cache redis://:s3cr3t@cache/0 up", "cache redis://:[SECRET]@cache/0 up"),
        ("GET /a?token=a1b2c3d4&page=2", "GET /a?token=[SECRET]&page=2"),
        ("GET /cb?code=a1b2c3d4#top", "GET /cb?code=[SECRET]#top"),
        ('{"user":"ann","password":"a, b: c","n":1}', '{"user":"ann","password":"[SECRET]","n":1}'),
        ('{"pin":1234,"n":1}', '{"pin":"[SECRET]","n":1}'),
        (r'{"b":"{\"api_key\":\"a b c\"}"}', r'{"b":"{\"api_key\":\"[SECRET]\"}"}'),
        ("authorization: Bearer abcdef0123456789", "authorization: Bearer [SECRET]"),
        ("Server=db;Password=hunter22;Database=x", "Server=db;Password=[SECRET];Database=x"),
        ("<password>hunter22</password>", "<password>[SECRET]</password>"),
        ("run --db-password hunter22 --fast", "run --db-password [SECRET] --fast"),
        ("Cookie: sid=abc123; theme=dark", "Cookie: sid=[SECRET]"),
        (f"pushed with {GITHUB}.", "pushed with ****."),
        (f"got {JWT} back", "got **** back"),
        (f"key {PEM}\n-----END PRIVATE KEY----- loaded", "key **** loaded"),
        (f"key {PEM} was cut".replace("\n", "\\n"), "key **** was cut"),
    ],
)
def test_only_the_secret_goes(collector, before, after):
    """Of a text the secret goes, and what stands beside it stays; a second Collector changes nothing more."""
    assert collector(before)[0] == after
    assert collector("", {"line": before})[1] == {"line": after}
    assert collector({"line": before})[0] == {"line": after}
    assert collector(after)[0] == after


@pytest.mark.parametrize(
    "text",
    [
        "password: must be at least 8 characters",
        "Bearer token required",
        "token expired, reset your password",
        "next_page=7 token_count=12 max_tokens=4096",
        "SELECT password FROM users WHERE id = 4711",
        "see https://example.com/a?page=2#top and mail ann@example.com",
        "password=[SECRET] Bearer [JWT] [SECRET:github] postgres://[USER]:[SECRET]@db/shop",
        '{"password":"[SECRET]","authorization":"Bearer [SECRET]","token":"***"}',
        "commit 4bf92f3577b34da6a3ce929d0e0e4736 of 3f2b8c1e-8a59-4c0e-9d3b-6f0c2d1a7e55",
    ],
)
def test_what_is_no_secret_stays(collector, text):
    """Prose, counts, ids, people's data and what logcorr has masked stay as they are."""
    assert collector(text, {"text": text}) == (text, {"text": text})


@pytest.mark.parametrize("key", SECRET_NAMES.split())
def test_the_name_of_a_key_decides(collector, key):
    """Whatever stands under the name of a secret goes, at any depth of a body and in any attribute."""
    body, attributes = collector({"a": [{"b": {key: "x\ny", "n": 1}}]}, {key: 4711, "n": 1})
    assert body == {"a": [{"b": {key: "****\n****", "n": 1}}]}
    assert attributes == {key: "****", "n": 1}


@pytest.mark.parametrize("key", OTHER_NAMES.split())
def test_a_part_of_a_word_is_no_key(collector, key):
    """Names that only look like those of secrets keep their values."""
    assert collector({"a": {key: "plain"}}, {key: "plain"}) == ({"a": {key: "plain"}}, {key: "plain"})


def _spellings(words):
    snake, camel = "_".join(words), words[0] + "".join(map(str.capitalize, words[1:]))
    return snake, camel, f"my.{snake}", "-".join(words).upper(), f"user{camel[0].upper()}{camel[1:]}"


def test_every_secret_name_of_the_tables_is_blocked(collector):
    """What logcorr takes for the name of a secret the Collector does too, in every spelling."""
    from logcorr.masking.keys import AUTHORIZATION, COOKIE, CREDENTIALS, SECRET, KeyRules
    from logcorr.masking.words import GLUED, PHRASES, SECRET_HEADS, SECRET_KEYS

    rules, secrets = KeyRules(), (SECRET, AUTHORIZATION, COOKIE, CREDENTIALS)
    names = [*PHRASES, *((head,) for head in SECRET_HEADS), *((glued,) for glued in GLUED)]
    names += [(word, "key") for word in SECRET_KEYS]
    spelled = {name for words in names for name in _spellings(words)}
    wanted = {name for name in spelled if rules.entity(name) in secrets}
    assert len(wanted) > 500
    assert sorted(name for name in wanted if collector("", {name: "plain"})[1][name] != "****") == []


def _written(collector, record):
    """The line that comes of *record*: sent by an OpenTelemetry SDK, as a line that filelog reads, as a map."""
    frame, inside = ({k: v for k, v in record.items() if (k in FRAME) is framed} for framed in (True, False))
    exception = {f"exception.{key}": value for key, value in record.get("exception", {}).items()}
    body, attributes = collector(record["message"], {**record.get("context", {}), **exception})
    yield "attributes", json.dumps(frame | {"message": body, "context": attributes}, ensure_ascii=False)
    yield "line", collector(json.dumps(record, ensure_ascii=False, separators=(",", ":")))[0]
    yield "map", json.dumps(frame | collector(inside)[0], ensure_ascii=False)


def test_the_corpus(collector, monkeypatch):
    """Of the labelled secrets most go, in every form of a record, and of the negatives hardly one is touched."""
    monkeypatch.syspath_prepend(str(CORPUS))
    from binding import written
    from cases import CORE, NEGATIVE, SECRET
    from corpus import cases
    from delivery import record_of
    from verdict import judged

    right = defaultdict(list)
    core = [case for case in cases("dev") if case.group in (SECRET, NEGATIVE) and case.tier == CORE]
    for case in core[::EVERY]:
        for form, line in _written(collector, json.loads(written(record_of(case)))):
            verdict = judged(case, line)
            wrong = verdict.lost + verdict.damage if case.group == NEGATIVE else verdict.left
            right[form, case.group].append(not wrong)
    shares = {key: sum(answers) / len(answers) for key, answers in right.items() if len(answers) > 500}
    assert len(shares) == 6
    assert all(share > {SECRET: 0.85, NEGATIVE: 0.97}[group] for (_, group), share in shares.items()), shares


def test_people_are_masked_only_when_asked_for(collector):
    """People's data stays until redaction/logcorr_people is in the pipeline."""
    text = "mail ann.o'hara@example.com, card 4111 1111 1111 1111, iban DE89 3704 0044 0532 0130 00, ssn 219-09-9999"
    attributes = {"phone_number": "0171 1234567", "n": 4111111111111111}
    assert collector(text, attributes) == (text, attributes)
    assert pipeline((*SECRETS, *PEOPLE))(text, attributes) == (
        "mail ann.o'****, card ****, iban ****, ssn ****",
        {"phone_number": "****", "n": "****"},
    )


def test_the_page_names_these_processors():
    """The pipelines that docs/collector.md shows have processors of this file, the one that needs texts whole first."""
    page = (REPOSITORY / "docs" / "collector.md").read_text("utf-8")
    named = re.findall(r"processors: \[(.*)\]", page)
    ours = [[name for name in names.split(", ") if "logcorr" in name] for names in named]
    assert ours == [list(SECRETS), [SECRETS[1]], [*SECRETS, *PEOPLE]]
