"""Secrets as other languages, tools and formats print them, and whole records with several people's things."""

from nodes import Bytes, Compact, Data, Deque, Fail, Int, Joined, Json, Log, Ordered, Proxy, Repr, Set, Space

TEMPLATES = {
    ("KEY", "other languages"): [
        'Processing with {:login=>"{login}", :{key:snake}=>"{secret:mixed!}", :remember=>true}',
        "{Host:{host} {key:pascal}:{secret:mixed!} Timeout:30s}",
        'Settings {{ host: "{host}", {key:snake}: "{secret:mixed!}" }}',
        "Credentials { Host = {host}, {key:pascal} = {secret:mixed!} }",
        "DataSource(url={host}, {key:camel}={secret:mixed!}, maxSize=10)",
        "Pool[host={host}, {key:camel}={secret:mixed!}, size=4]",
        "options: { retries: 3, {key:camel}: '{secret:mixed!}', host: '{host}' }",
        'resource "x" { {key:snake} = "{secret:mixed!}" }',
        "map[host:{host} {key:snake}:{secret:mixed!} mode:rw]",
        'HashMap{"{key:snake}": "{secret:mixed!}", "mode": "rw"}',
        "stdClass Object ( [host] => {host} [{key:snake}] => {secret:mixed!} )",
    ],
    ("KEY", "escaped"): [
        'wrapped: {\\"{key:snake}\\": \\"{secret:mixed!}\\", \\"mode\\": \\"rw\\"}',
        'wrapped twice: {\\\\\\"{key:camel}\\\\\\":\\\\\\"{secret:mixed!}\\\\\\",\\\\\\"n\\\\\\":1}',
    ],
    ("KEY", "brackets"): [
        "user[login]={login}&user[{key:snake}]={secret:mixed!}&commit=1",
        "user%5B{key:snake}%5D={secret:mixed!}&commit=1",
        {"form": {"user[{key:snake}]": "{secret:mixed!}", "commit": "1"}},
        "config['{key:snake}'] = '{secret:mixed!}'",
        'os.environ["{key:env}"] = "{secret:mixed!}"',
    ],
    ("KEY", "manifest"): [
        "stringData:\n  {key:kebab}: {secret:mixed!}\n  mode: rw",
        '{"apiVersion": "v1", "kind": "Secret", "stringData": {"{key:kebab}": "{secret:mixed!}"}}',
        "--set-string {key:camel}={secret:mixed!}",
        "//npm.pkg.github.com/:_authToken={secret:mixed!}",
        "[default]\naws_secret_access_key={awssecret!}\nregion=us-east-1",
        'auths: {"registry": {"auth": "{basic!}", "email_count": 1}}',
        "<settings><{key#1:camel}><![CDATA[{secret:mixed!}]]></{key#1:camel}></settings>",
    ],
    ("KEY", "bytes and odd containers"): [
        {"raw": {Bytes("{key:snake}"): Bytes("{secret:mixed!}")}},
        {"jobs": Deque([{"{key:snake}": "{secret!}"}])},
        {"view": Proxy({"{key:camel}": "{secret!}", "mode": "rw"})},
        {"chunk": Bytes('"{key:snake}":"{secret:mixed!}",', bytearray)},
        {"mixed": {"a": [({"b": ({"{key:camel}": "{secret!}"},)},)]}},
        {"opts": Space({"inner": Space({"{key:snake}": "{secret!}"})})},
        {"data": Data({"inner": Ordered({"{key:snake}": "{secret!}", "mode": "rw"})})},
        {"{key:snake}": Bytes("{secret:mixed!}")},
        {"{key:snake}": Int("{secret:digits!}")},
        {"{key:snake}": ("{secret:mixed!}", None, True)},
        {"{key:snake}": Set(["{secret:mixed!}"])},
    ],
    ("COOKIE", "mixed"): [
        {"response": {"headers": {"Set-Cookie": ["sid={sid!}; Path=/; HttpOnly", "lang={sid!}; Secure"]}}},
        "req headers {'host': '{host}', 'cookie': 'sid={sid!}; t={sid!}'}",
        '* Added cookie sid="{sid?}" for domain {host}\n> Cookie: sid={sid!}',
    ],
    ("AUTH_HEADER", "mixed"): [
        '{"headers": {"Authorization": "Bearer {bearer!}", "Accept": "*/*"}, "cut": "',
        "header authorization=Bearer {bearer!} method=GET",
        Log(
            "request %s %s headers=%r",
            ("GET", "{path}", {"Authorization": "Basic {basic!}", "Accept": "*/*"}),
        ),
        {"grpc": {"metadata": (("authorization", "bearer {bearer!}"), ("te", "trailers"))}},
        "Authorization: Bearer {jwt!}\nAccept: text/html",
    ],
    ("EMAIL", "whole record"): [
        {
            "user": {
                "id": "{int}",
                "email": "{email!}",
                "first_name": "{firstname!}",
                "phone": "{phone!}",
                "plan": "{word}",
                "verified": True,
            }
        },
        {
            "event": {
                "type": "invoice.paid",
                "data": {"object": {"customer_email": "{email!}", "amount_due": 1200, "currency": "eur"}},
            }
        },
        Log("signup %s from %s", ("{email!}", "{ipfour!}"), {"plan": "{word}", "request_id": "{uuid}"}),
        Joined(
            [
                "webhook ",
                Json(
                    {
                        "id": "{uuid}",
                        "payer": {"email": "{email!}", "name": {"given_name": "{firstname!}"}},
                        "amount": "12.00",
                    }
                ),
            ]
        ),
        Joined(["rows: ", Repr([{"id": 1, "mail": "{email!}"}, {"id": 2, "mail": "{email!}"}])]),
        "id,email,plan\n{int},{email!},{word}\n{int},{email!},{word}",
    ],
    ("CARD", "whole record"): [
        {
            "charge": {
                "id": "{uuid}",
                "amount": 1999,
                "source": {"number": "{card:plain!}", "cvc": "{cvv!}", "exp_month": 12, "brand": "visa"},
            }
        },
        Joined(
            [
                "gateway request ",
                Compact({"pan": "{card:plain!}", "cvv": "{cvv!}", "holder_len": 9, "ref": "{uuid}"}),
            ]
        ),
        Log("capture %s for %s", ("{card:spaced!}", "{order}"), {"amount": 12.5, "trace": "{trace}"}),
    ],
    ("IP", "whole record"): [
        {
            "http": {
                "method": "GET",
                "path": "{path}",
                "client_ip": "{ip!}",
                "status": 200,
                "user_agent": "Mozilla/5.0 Chrome/{fourver}",
            }
        },
        '{ipfour!} - {login} [21/Nov/2026:10:15:32 +0000] "GET {path} HTTP/1.1" 200 {int} "https://{host}/" "curl/8.5.0"',
    ],
    ("PHONE", "whole record"): [
        {"sms": {"id": "{uuid}", "to": "{phone:e!}", "from_service": "{word}", "parts": 1, "price": "0.07"}},
        Fail(
            "RuntimeError",
            "Unable to create record: The number {phone:e!} is unverified. Trial accounts cannot send",
        ),
        Fail(
            "OSError",
            "gateway",
            cause=Fail("ValueError", "msisdn {phone:e!} rejected"),
            notes=("request {uuid}",),
        ),
    ],
}
HARD = {
    ("KEY", "manifest"): [
        "- name: {key:env}\n  value: {secret:mixed!}\n- name: MODE\n  value: rw",
    ],
    ("KEY", "encoded"): [
        "url-encoded %7B%22{key:camel}%22%3A%22{secret:mixed!}%22%7D",
        "&quot;{key:camel}&quot;: &quot;{secret:mixed!}&quot;, mode=rw",
        "x-amz-meta: eyJwYXNzd29yZCI6I{secret:mixed!}",
        "payload={key:snake}%3D{secret:mixed!}%26n%3D1",
    ],
    ("KEY", "wrapped line"): ["{key:snake}=\n  {secret:mixed!}", "{key:snake}:\n{secret:mixed!}\nnext"],
    ("EMAIL", "obfuscated"): ["reach {login} via {email!}x"],
}
