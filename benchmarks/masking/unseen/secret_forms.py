"""Held out. Who writes or tunes the masker does not read this file: score.py --unseen shows numbers, and no case.

Secrets that are known by their form.
"""

from nodes import Bytes, Compact, Data, Fail, Joined, Json, Log, Repr

TEMPLATES = {
    ("RANDOM_UNDER_KEY", "extra field"): [
        {"{randomkey:pascal}": "{random!}", "unit": "{word}"},
        {"{randomkey:dotted}": "{random!}"},
        {"cfg": {"{randomkey:kebab}": "{random!}", "n": 2}},
    ],
    ("RANDOM_UNDER_KEY", "message text"): [
        "registered {randomkey:snake}: {random!}",
        "{randomkey:env}={random!};x=1",
        "ready ({randomkey:camel}='{random!}')",
    ],
    ("RANDOM_UNDER_KEY", "JSON in a string"): [{"raw": Compact({"{randomkey:snake}": "{random!}", "ok": 1})}],
    ("RANDOM_UNDER_KEY", "Python repr"): [
        Joined(["boot ", Repr({"{randomkey:snake}": "{random!}", "debug": False})]),
        Log("%r", (Data({"{randomkey:snake}": "{random!}", "n": 1}),)),
    ],
    ("VENDOR_TOKEN", "message text"): [
        "leaked: {vendor!} (revoke it)",
        "token={vendor!}",
        "sending as {vendor!}: ok",
        "key [{vendor!}] is over quota",
        '"{vendor!}"',
        "user pasted {vendor!}, deleting\nnext line",
    ],
    ("VENDOR_TOKEN", "% argument"): [
        Log("auth %r", ("{vendor!}",)),
        Log("values %s", (["{vendor!}", "{word}"],)),
    ],
    ("VENDOR_TOKEN", "neutral field"): [
        {"input": "{vendor!}"},
        {"chat": [{"role": "user", "content": "here: {vendor!} thanks"}]},
        {"pair": ("{word}", "{vendor!}")},
    ],
    ("VENDOR_TOKEN", "JSON in a string"): [{"reply": Json({"list": ["{vendor!}", "{word}"]}, 2)}],
    ("VENDOR_TOKEN", "exception message"): [
        Fail("ValueError", "unexpected value '{vendor!}'"),
        Fail("RuntimeError", "no", notes=("seen {vendor!}",)),
        Fail("OSError", "no", context=Fail("KeyError", "{vendor!}")),
    ],
    ("VENDOR_TOKEN", "assignment"): [
        "client = Client('{vendor!}')",
        "A={vendor!} B={word} make deploy",
        "- value: {vendor!}",
    ],
    ("VENDOR_TOKEN", "bytes"): [{"chunk": Bytes("<<{vendor!}>>")}],
    ("JWT", "message text"): [
        "id {jwt!} issued",
        "(jwt {jwt!})",
        "cookie value was {jwt!}; path=/",
        "exchanged {jwt:jwe!}",
    ],
    ("JWT", "neutral field"): [
        {"assertion_text": "{jwt!}"},
        {"log": "a\n{jwt!}\nb"},
        {"ws": {"subprotocol": ["v1", "{jwt!}"]}},
    ],
    ("JWT", "URL"): ["ws://{host}/socket?x={jwt!}&v=2", "https://{host}/magic/{jwt!}"],
    ("JWT", "JSON in a string"): [Joined(["<= ", Compact({"data": {"t": "{jwt!}"}, "n": 3})])],
    ("JWT", "exception message"): [
        Fail("ValueError", "kid not found in {jwt!}"),
        Fail("RuntimeError", "x", notes=("was {jwt!}",)),
    ],
    ("JWT", "Python repr"): ["AuthState(raw='{jwt!}', ok=False)", Log("%r", (("{jwt!}", 3),))],
    ("AUTH_HEADER", "header line"): [
        "< authorization: Bearer {bearer!}\r\n< x-request-id: {uuid}",
        "Authorization: AWS4-HMAC-SHA256 Credential={awsscope?}, SignedHeaders=host;x-amz-date, Signature={sig!}",
        "X-Authorization: Bearer {bearer!}",
        "authorization=[Bearer {bearer!}] content-length=[12]",
        "b'authorization: bearer {bearer!}'",
        "Authorization:Basic {basic!}",
        "Authorization: Splunk {bearer!}",
        'Authorization: Digest username="{login?}", nonce="{md?}", response="{digest!}", opaque="{md?}"',
    ],
    ("AUTH_HEADER", "header dict"): [
        {"rq": {"headers": {"Proxy-Authorization": "Basic {basic!}", "Via": "1.1 proxy"}}},
        {"metadata": [("authorization", "Bearer {bearer!}"), ("x-goog-api-client", "gl-python/3.11")]},
        {"headers": {"Authorization": ["Bearer {bearer!}"], "Accept": ["*/*"]}},
        {"meta": {"HTTP_AUTHORIZATION": "Basic {basic!}", "SERVER_PORT": "{port}"}},
        {
            "headers": [
                {"name": "authorization", "value": "Bearer {bearer!}"},
                {"name": "te", "value": "trailers"},
            ]
        },
    ],
    ("AUTH_HEADER", "message text"): [
        "retrying with header 'Bearer {bearer!}'",
        "using Basic {basic!} for {host}",
        "ws upgrade, protocols: bearer, auth Bearer {bearer!}",
    ],
    ("AUTH_HEADER", "JSON in a string"): [
        Joined(["curl config ", Json({"url": "https://{host}", "header": "Authorization: Bearer {bearer!}"})])
    ],
    ("AUTH_HEADER", "exception message"): [
        Fail("ValueError", "Illegal header value b'Bearer {bearer!}'"),
        Fail("RuntimeError", "403", notes=("Authorization: Basic {basic!}",)),
    ],
    ("AUTH_HEADER", "curl"): [
        "$ http GET {host}{path} 'Authorization: Bearer {bearer!}'",
        'wget --header="Authorization: Bearer {bearer!}" https://{host}/',
    ],
}
HARD: dict[tuple[str, str], list[object]] = {}
