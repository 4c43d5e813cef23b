import itertools
import random
import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr.masking.vendors import SHAPES, VENDORS, Vendor, find_vendor_tokens

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

CONTEXTS = [
    "{}",
    "token {} was refused",
    "token={}&page=2",
    '{{"key": "{}"}}',
    '{{\\"key\\": \\"{}\\"}}',
    "line\\n{}\\nline",
    "a\\u003d{}\\u0026b",
    "next=%3D{}%26b",
    "next%20{}",
    "\x1b[31m{}\x1b[0m",
    "key_{}",
    "<{}>",
    "ключ:{}",
    "({}, '{}')",
    "{}\n{}",
]


def characters(alphabet: str) -> str:
    """All characters of a class as a pattern spells it."""
    return "".join(sign for sign in string.printable if re.fullmatch(f"[{alphabet}]", sign))


def token(vendor: Vendor, length: int) -> str:
    """The same token of *vendor* in every run, with a random body that begins and ends with a letter or digit."""
    draw = random.Random(f"{vendor.name} {vendor.prefix} {length}")
    letters, either = string.ascii_letters, string.ascii_letters + string.digits
    in_parts = {
        "adyen": ["yhmf", body(draw, either, 120)],
        "airtable": [body(draw, letters, 14), ".", body(draw, "0123456789abcdef", 64)],
        "discord": [body(draw, either, 24), ".", body(draw, letters, 6), ".", body(draw, either, 32)],
        "harness": [body(draw, either, 22), ".", body(draw, either, 24), ".", body(draw, either, 20)],
        "resend": [body(draw, letters, 8), "_", body(draw, either, 24)],
    }
    return vendor.prefix + "".join(
        in_parts.get(vendor.name) or body(draw, characters(vendor.alphabet), length)
    )


def body(draw: random.Random, alphabet: str, length: int) -> str:
    alnum = [sign for sign in alphabet if sign.isalnum()]
    # Signs are as rare as in base64, so that some part is long enough to be seen as random.
    drawn = [draw.choice(alnum if position % 12 else alphabet) for position in range(length)]
    digit = next((sign for sign in alnum if sign.isdigit()), alnum[0])
    return "".join([draw.choice(alnum), digit, *drawn[2:-1], draw.choice(alnum)])


def masked(text: str) -> str:
    for start, end, name in reversed(find_vendor_tokens(text)):
        text = f"{text[:start]}[{name}]{text[end:]}"
    return text


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: f"{vendor.name}-{vendor.prefix}")
def test_token_of_every_vendor_is_found_whole(vendor):
    """The shortest, a middling and the longest token of each row of the table is found from its first to its last character."""
    longest = vendor.max_length or vendor.min_length * 3
    for length in (vendor.min_length, (vendor.min_length + longest) // 2, longest):
        found = token(vendor, max(length, 10))
        spans = find_vendor_tokens(f"before {found} after")
        assert [(start, end) for start, end, _ in spans] == [(7, 7 + len(found))], found


@pytest.mark.parametrize("context", CONTEXTS)
def test_token_is_found_in_any_surroundings(context):
    """Quotes, escapes, colours, other scripts and the text's own ends are no part of a token and hide none."""
    for vendor in VENDORS:
        if vendor.alphabet not in ("A-Za-z0-9", "A-Fa-f0-9", "A-Z0-9"):
            continue
        found = token(vendor, vendor.min_length)
        text = context.replace("{{", "{").replace("}}", "}").replace("{}", found)
        assert found not in masked(text), text
        assert masked(text).count("[") == text.count("[") + text.count(found)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.name}-{shape.anchor}")
@settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_token_without_a_prefix_is_shorter_than_the_table_says(shape, data):
    """What matches the pattern of a row has as many letters, digits and signs in a row as its text is asked for first."""
    found = re.search(shape.pattern, data.draw(st.from_regex(shape.pattern)))
    assert max(map(len, re.findall(r"[A-Za-z0-9_~.%+/-]+", found[0]))) >= shape.fewest


def test_table_has_names_fit_for_a_marker():
    """Names are short, lower case, and without signs that a marker could not hold; no row is there twice."""
    assert len(VENDORS) >= 140
    assert len({vendor.name for vendor in VENDORS}) >= 120
    assert all(re.fullmatch(r"[a-z0-9]{2,16}", each.name) for each in (*VENDORS, *SHAPES))
    assert len({(vendor.prefix, vendor.name) for vendor in VENDORS}) == len(VENDORS)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "AccountName=x;key=" + "aB3dE5gH" * 9 + "a/b+" + "+ASt" + "Xy7Z" + "==;a",
            "AccountName=x;key=[azure];a",
        ),
        ("secret=Ab18Q~" + "x7YzK.-A" * 4 + " end", "secret=[azure] end"),
        ("pat " + "a1B2" * 19 + "AZDO" + "x9Y8", "pat [azure]"),
        ("pat " + "a1B2" * 13 + "JQQJ99BCAC" + "y5Z6" * 5 + "ab", "pat [azure]"),
        ("search " + "a1B2c3" * 7 + "AzSeBx1y2Z", "search [azure]"),
        (
            "https://discord.com/api/v10/webhooks/123456789012345678/" + "aB3_" * 17 + "?wait=true",
            "https://discord.com/api/v10/webhooks/[discord]?wait=true",
        ),
        (
            "https://hooks.slack.com/services/T0A1B2C3D/B0E1F2G3H/" + "aB3d" * 6 + ".",
            "https://hooks.slack.com/services/[slack].",
        ),
        (
            "https://x.webhook.office.com/webhookb2/a@b/IncomingWebhook/" + "a1" * 16 + "/" + "0a1b2c3d-" * 4,
            None,
        ),
        (
            "https://api.telegram.org/bot123456789:AA" + "h3K_" * 8 + "x/sendMessage",
            "https://api.telegram.org/bot[telegram]/sendMessage",
        ),
        ("refresh 1//0" + "gAb3cD4e_" * 6, "refresh [google]"),
        ("key 0123456789abcdef0123456789abcdef-us12.", "key [mailchimp]."),
        ("a1B2c3D4e5F6g7.atlasv1." + "xY7_" * 16 + " ok", "[atlas] ok"),
        ("license aB3dE6_" + "x7Y" * 9 + "z9_mmk", "license [maxmind]"),
        ("app 123456789012345|" + "aB3" * 9, "app [facebook]"),
        ("Bearer " + "A" * 22 + "MLheAA0%2BuSeid%2BULvsea4Jti%3D" + "aB3c" * 10, "Bearer [twitter]"),
        ("cosmos " + "aB3dE5gH" * 9 + "x/y+" + "ACDb" + "Xy7Z" + "==", "cosmos [azure]"),
    ],
)
def test_tokens_without_a_prefix_are_known_by_what_is_inside(text, left):
    """A fixed word inside, or the host before it, tells a token; what is around it stays."""
    assert masked(text) == left if left else masked(text) != text


@pytest.mark.parametrize(
    "text",
    [
        "sk-learn-contrib 1.2.0 and scikit-learn",
        "pat-a-cake, pat-a-cake, baker's man",
        "key-value-store-implementation-name",
        "key-0123456789abcdef is too short",
        "550e8400-e29b-41d4-a716-446655440000",
        "req-550e8400-e29b-41d4-a716-446655440000 api-550e8400-e29b-41d4-a716-446655440000",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pod payment-service-7d9f8b6c5d-x2x4z evicted from ip-10-0-12-34.eu-west-1.compute.internal",
        "nginx-deployment-66b6c48dd5-7gwkz sk-service-7d9f8b6c5d-x2x4z",
        "s.getElementsByClassNameX(), s.a, b.c",
        "SK1234 shipped, SKU SK-2024-000123, ASIA and ASIAPACIFICREGION",
        "github_pat_ and ghp_ are prefixes; ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx is none; sk-... neither",
        "sk_live_************************ and sk_test_xxxxxxxxxxxxxxxxxxxxxxxx",
        "sk_test_connection_pool_settings live_migration_of_the_whole_database_cluster",
        "xoxb-your-token-here glpat-xxxxxxxxxxxxxxxxxxxx sk-ant-colony-optimization-library",
        "hf_hub_download npm_config_registry npm_lifecycle_event secret_name secret_manager_client",
        "test_shippo_address_validation_roundtrip rnd_number_generator re_compile_all_the_patterns",
        "access-production-cluster public-production-endpoint dapi/v2/users v1.0-beta v1.2.3-rc1",
        "com.example.service.payment.PaymentServiceImplementation.processPayment",
        "/usr/lib/python3.11/site-packages/opentelemetry/instrumentation/fastapi/__init__.py",
        "arn:aws:iam::123456789012:role/service-role/AWSServiceRoleForAutoScaling",
        "2026-02-11T14:25:30.123456Z 1700000000000 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "aws-us-east-1 eu-central-1a us12 0123456789abcdef-us",
        "EAAA and EAAB, AC and DC, SG.11134201 s3 bucket, s.12, pat.txt, sat.evening",
        "sk-SK locale, t1.micro and t1.large instances, pa-IN",
        "[SECRET:github] [SECRET] [JWT] [EMAIL:k3:9f2c1ab04d7e5a10]",
        "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsb25nIGJhc2U2NCBlbmNvZGVkIHRleHQgd2l0aCBubyBzZWNyZXQ=",
        "job sdk-python-opentelemetry-instrumentation-asgi 0.50b0",
        "feature_flag.live_chat_enabled=true test_payment_flow_2024_11_20",
    ],
)  # fmt: skip
def test_prose_names_and_ids_stay(text):
    """A prefix alone makes no token: words, placeholders, ids, hashes and names of pods are left alone."""
    assert find_vendor_tokens(text) == []


def test_full_stop_after_a_token_stays():
    """The full stop of a sentence is no part of the token before it."""
    assert masked("The key is ya29.a0Af3kLm9Qx7ZpT2vB8nC4. It leaked.") == "The key is [google]. It leaked."


def test_masking_twice_is_masking_once():
    """No marker is itself a token."""
    text = " ".join(token(vendor, vendor.min_length) for vendor in VENDORS)
    once = masked(text)
    assert masked(once) == once


@ANY_SPEED
@given(st.text(max_size=400))
def test_no_text_raises(text):
    """Whatever the text, spans are in order, apart, and inside it."""
    end = 0
    for start, stop, name in find_vendor_tokens(text):
        assert end <= start < stop <= len(text)
        assert name
        end = stop


@ANY_SPEED
@given(
    st.lists(
        st.sampled_from(
            [vendor.prefix for vendor in VENDORS] + ["a1B2c3D4e5F6", "-", ".", "\\n", "%3D", " "]
        ),
        max_size=60,
    )
)
def test_no_mixture_of_prefixes_raises(parts):
    """Prefixes in prefixes and bodies cut off anywhere give spans that do not overlap."""
    text = "".join(parts)
    spans = find_vendor_tokens(text)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "unit",
    [
        "sk-",
        "xoxb-1",
        "ghp_",
        "A",
        "_",
        "1//0",
        "MTa.bcdefg.",
        "-us",
        "A+/",
        "1",
        "\\n",
        "bot1:A",
        "eyJ",
        "sk-a1",
        "Q~8",
    ],
)
def test_megabyte_of_any_prefix_is_survived(unit):
    """A hostile megabyte is read through: what is quadratic would not end within the test's own time limit."""
    assert find_vendor_tokens(unit * (1_000_000 // len(unit))) is not None
