"""Secrets in URLs, cookies and PEM blocks, and the short ones."""

from nodes import Bytes, Fail, Int, Joined, Json, Log, Repr

QUERY = {
    ("QUERY_SECRET", "URL"): [
        "GET https://{host}{path}?token={secret:url!}&page=2",
        "GET {path}?access_token={secret:url!} 200",
        "callback https://{host}/cb?code={code!}&state={rev}",
        "https://{word}.s3.amazonaws.com/{word}.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-Signature={sig!}",
        "https://storage.googleapis.com/{word}/x.bin?X-Goog-Expires=900&X-Goog-Signature={sig!}&alt=media",
        "https://{word}.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sig={bsig!}&se=2026-01-01",
        "https://{host}{path}?q={word}&api_key={secret:url!}#top",
        "https://{host}/#access_token={secret:url!}&token_type=bearer&expires_in=3600",
        "https://d1.cloudfront.net/{word}.mp4?Expires=1700000000&Signature={sig!}&Page=2",
    ],
    ("QUERY_SECRET", "access log"): [
        '10.0.0.7 - - [21/Nov/2026:10:00:00 +0000] "GET {path}?apikey={secret:url!}&v=2 HTTP/1.1" 200 512',
        'INFO: 127.0.0.1:51234 - "GET /ws?token={secret:url!} HTTP/1.1" 101',
        'HTTP Request: GET https://{host}{path}?key={random!}&alt=json "HTTP/1.1 200 OK"',
    ],
    ("QUERY_SECRET", "% argument"): [
        Log(
            'HTTP Request: %s %s "%s %d %s"',
            ("GET", "https://{host}{path}?client_secret={secret:url!}", "HTTP/1.1", 200, "OK"),
        ),
        Log("%s", ("{path}?password={secret:mixed!}&lang=en",)),
    ],
    ("QUERY_SECRET", "extra field"): [
        {"url": "https://{host}{path}?refresh_token={secret:url!}&x=1"},
        {"http.url": "https://{host}{path}?auth_token={secret:url!}"},
        {"query_string": "page=3&token={secret:url!}"},
        {"query": {"token": "{secret:url!}", "page": "3"}},
        {"request": {"query_string": Bytes("a=1&api_key={secret:url!}")}},
    ],
    ("QUERY_SECRET", "JSON in a string"): [{"event": Json({"href": "https://{host}/?sig={sig!}&n=1"})}],
    ("QUERY_SECRET", "Python repr"): [
        Joined(
            ["scope ", Repr({"path": "{path}", "query_string": b"x=1", "raw": "/a?secret={secret:url!}&b=2"})]
        )
    ],
    ("QUERY_SECRET", "exception message"): [
        Fail(
            "HTTPStatusError",
            "Client error '403 Forbidden' for url 'https://{host}{path}?api_key={secret:url!}&page=1'",
        ),
        Fail(
            "ConnectionError",
            "HTTPSConnectionPool(host='{host}', port=443): Max retries exceeded with url: {path}?token={secret:url!}",
        ),
    ],
    ("QUERY_SECRET", "notes"): [
        Fail("ValueError", "bad answer", notes=("url was {path}?access_token={secret:url!}",))
    ],
}
COOKIE = {
    ("COOKIE", "header line"): [
        "Cookie: sessionid={sid!}; theme={sid!}",
        "Set-Cookie: sid={sid!}; Path=/; HttpOnly; SameSite=Lax",
        "cookie: _ga={sid!}; csrftoken={sid!}",
        "< set-cookie: __Host-id={sid!}; Secure; Max-Age=3600",
    ],
    ("COOKIE", "header dict"): [
        {"headers": {"Cookie": "sid={sid!}; lang={sid!}", "Accept": "*/*"}},
        {"headers": {"set-cookie": "token={sid!}; Path=/; HttpOnly", "server": "nginx"}},
        {"response_headers": [["Set-Cookie", "a={sid!}; Domain=example.com"], ["Vary", "Accept"]]},
        {"headers": [(b"cookie", Bytes("sid={sid!}")), (b"accept", b"*/*")]},
        {"HTTP_COOKIE": "PHPSESSID={sid!}; x={sid!}", "HTTP_ACCEPT": "text/html"},
    ],
    ("COOKIE", "mapping"): [
        {"cookies": {"sessionid": "{sid!}", "theme": "{sid!}"}},
        {"request": {"cookies": {"auth": "{sid!}"}, "path": "{path}"}},
    ],
    ("COOKIE", "% argument"): [
        Log("got header Cookie: %s", ("sid={sid!}",)),
        Log("cookies=%s", ({"sessionid": "{sid!}", "lang": "{sid!}"},)),
    ],
    ("COOKIE", "curl"): [
        "curl --cookie 'sid={sid!}' https://{host}{path}",
        "curl -H 'Cookie: sid={sid!}' {host}",
    ],
    ("COOKIE", "JSON in a string"): [
        {
            "har": Json(
                {"headers": [{"name": "Cookie", "value": "sid={sid!}"}, {"name": "Accept", "value": "text"}]}
            )
        }
    ],
    ("COOKIE", "Python repr"): [
        Joined(["headers: ", Repr({"cookie": "sid={sid!}; a={sid!}", "host": "{host}"})]),
        "<RequestsCookieJar[<Cookie sessionid={sid!} for {host}/>]>",
    ],
    ("COOKIE", "exception message"): [Fail("ValueError", "bad request headers: Cookie: sid={sid!}")],
}
PRIVATE = {
    ("PRIVATE_KEY", "multi-line"): [
        "loaded key\n{pem:lines!}\nfrom {path}",
        "{pem:lines!}",
        "{pem:pgp!}",
        "{pem:crlf!}",
    ],
    ("PRIVATE_KEY", "escaped"): [
        '{"type": "service_account", "k": "{pem:escaped!}"}',
        "k={pem:escaped!} next={word}",
    ],
    ("PRIVATE_KEY", "one line"): ["key {pem:one!} loaded", {"x": "{pem:one!}"}],
    ("PRIVATE_KEY", "cut"): ["dump: {pem:cut!}", {"out": "{pem:cut!}"}],
    ("PRIVATE_KEY", "% argument"): [
        Log("read %s from %s", ("{pem:lines!}", "{path}")),
        Log("read %r", ("{pem:lines!}",)),
    ],
    ("PRIVATE_KEY", "neutral field"): [
        {"content": "{pem:lines!}", "path": "{path}"},
        {"files": [{"path": "{path}", "content": "{pem:lines!}"}]},
    ],
    ("PRIVATE_KEY", "JSON in a string"): [{"body": Json({"content": "{pem:lines!}", "n": 3})}],
    ("PRIVATE_KEY", "bytes"): [{"raw": Bytes("{pem:lines!}")}],
    ("PRIVATE_KEY", "exception message"): [
        Fail("ValueError", "Could not deserialize key data: {pem:lines!}"),
        Fail("RuntimeError", "no", notes=("{pem:lines!}",)),
    ],
}
SHORT = {
    ("CVV", "extra field"): [
        {"cvv": "{cvv!}"},
        {"cvc": "{cvv!}", "brand": "visa"},
        {"securityCode": "{cvv!}"},
        {"cvv": Int("{cvv!}")},
    ],
    ("CVV", "nested dict"): [
        {"payment": {"card": {"cvv2": "{cvv!}", "brand": "visa"}, "amount": "{ms}"}},
        {"payment": {"security_code": "{cvv:n4!}"}},
    ],
    ("CVV", "message text"): ["charge failed cvv={cvv!} amount={ms}", "cvc: {cvv!}"],
    ("CVV", "% argument"): [Log("cvv=%s", ("{cvv!}",)), Log("form %s", ({"cvc": "{cvv!}", "exp": "12/29"},))],
    ("CVV", "JSON in a string"): [{"body": Json({"cvc": "{cvv!}", "brand": "visa"})}],
    ("CVV", "form body"): ["number=tok&cvv={cvv!}&exp_month=12"],
    ("CVV", "XML"): ["<card><cvv>{cvv!}</cvv><brand>visa</brand></card>"],
    ("CVV", "exception message"): [Fail("ValueError", "card declined: {'cvv': '{cvv!}', 'brand': 'visa'}")],
    ("PIN", "extra field"): [
        {"pin": "{pin!}"},
        {"pin_code": "{pin!}", "terminal": "{word}"},
        {"userPin": "{pin!}"},
    ],
    ("PIN", "nested dict"): [
        {"terminal": {"pin": "{pin!}", "host": "{host}"}},
        {"sim": {"puk": "{pin:n8!}"}},
    ],
    ("PIN", "message text"): ["unlock with pin={pin!}", "PIN: {pin!}", 'pin: "{pin!}" retries=2'],
    ("PIN", "% argument"): [Log("pin=%s", ("{pin!}",)), Log("unlock %r", ({"pin": "{pin!}"},))],
    ("PIN", "JSON in a string"): [{"body": Json({"pin": "{pin!}", "n": True})}],
    ("PIN", "form body"): ["card=x&pin={pin!}&lang=de"],
    ("PIN", "XML"): ["<auth><pin>{pin!}</pin></auth>"],
    ("PIN", "exception message"): [Fail("ValueError", "wrong pin: {pin!}")],
    ("OTP", "extra field"): [
        {"otp": "{otp!}"},
        {"otp_code": "{otp!}", "channel": "sms"},
        {"totp_secret": "{totp!}"},
        {"mfaCode": "{otp!}"},
        {"verification_code": "{otp!}"},
    ],
    ("OTP", "nested dict"): [{"login": {"otp": "{otp!}", "device": "{word}"}}, {"mfa": {"totp": "{totp!}"}}],
    ("OTP", "message text"): [
        "otp={otp!} sent to device",
        "verifying one-time password: {otp!}",
        "otpauth://totp/app?secret={totp!}&issuer=acme",
    ],
    ("OTP", "% argument"): [Log("otp=%s for %s", ("{otp!}", "{word}"))],
    ("OTP", "JSON in a string"): [{"body": Json({"otp": "{otp!}", "channel": "sms"})}],
    ("OTP", "form body"): ["user=x&otp={otp!}&remember=1"],
    ("OTP", "XML"): ["<login><otp>{otp!}</otp></login>"],
    ("OTP", "exception message"): [Fail("ValueError", "invalid otp: {otp!}")],
}
TEMPLATES = {**QUERY, **COOKIE, **PRIVATE, **SHORT}
HARD = {
    ("CVV", "prose"): ["card cvv {cvv!} rejected by gateway"],
    ("PIN", "prose"): ["entered pin {pin!} wrong"],
    ("OTP", "prose"): ["Your OTP is {otp!}", "{otp!} is your verification code"],
}
