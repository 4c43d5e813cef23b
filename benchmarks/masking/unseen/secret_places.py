"""Held out. Who writes or tunes the masker does not read this file: score.py --unseen shows numbers, and no case.

Secrets in URLs, connection strings, cookies and PEM blocks, and the short ones.
"""

from nodes import Bytes, Compact, Fail, Int, Joined, Json, Log, Repr

TEMPLATES = {
    ("URL_CREDENTIALS", "message text"): [
        "broker url: amqps://{login?}:{upass!}@{host}:5671/{word}",
        "index-url = https://{login?}:{upass!}@{host}/simple",
        "[redis] rediss://{login?}:{upass!}@{host}:6380",
        "smtp://{login?}:{upass!}@{host}:587 ready",
        "clickhouse://{login?}:{upass!}@{host}:9000/{word}?secure=1",
        "ldap://cn={login?}:{upass!}@{host}",
        "replica set mongodb://{login?}:{upass!}@{host}:27017,db2:27017/{word}",
        "Cloning into 'x'... https://{login?}:{upass:at!}@{host}/{word}.git",
        "nats://{login?}:{upass:quoted!}@{host}:4222",
        "mssql+pyodbc://{login?}:{upass!}@{host}/{word}?driver=ODBC",
    ],
    ("URL_CREDENTIALS", "extra field"): [
        {"SENTINEL": "redis://:{upass!}@{host}:26379"},
        {"dsns": ["postgres://{login?}:{upass!}@{host}/{word}", "sqlite:///x.db"]},
        {"http_proxy": "http://{login?}:{upass!}@{host}:8080"},
    ],
    ("URL_CREDENTIALS", "Python repr"): [
        "create_engine('postgresql+psycopg://{login?}:{upass!}@{host}/{word}', echo=True)",
        Joined(["conf ", Repr({"result_backend": "redis://:{upass!}@{host}/2"})]),
    ],
    ("URL_CREDENTIALS", "exception message"): [
        Fail("RuntimeError", "ProxyError('Cannot connect', 'http://{login?}:{upass!}@{host}:3128')"),
        Fail("ValueError", "bad dsn", cause=Fail("ValueError", "mysql://{login?}:{upass!}@{host}/x")),
    ],
    ("URL_CREDENTIALS", "config file"): [
        "[alembic]\nsqlalchemy.url = postgresql://{login?}:{upass!}@{host}/{word}\n"
    ],
    ("CONNECTION_STRING", "ADO"): [
        "Provider=SQLOLEDB;Data Source={host};User ID={login?};Password={upass!};",
        "server={host};port=3306;user={login?};password={upass!};database={word}",
        {"cs": "DSN={word};UID={login?};PWD={upass!};"},
        {
            "conn": "Server=tcp:{host},1433;Initial Catalog={word};Persist Security Info=False;User ID={login?};Password={upass!};"
        },
    ],
    ("CONNECTION_STRING", "libpq"): [
        "user={login?} password={upass!} host={host} application_name={word}",
        "PGPASSWORD={upass!} psql -h {host} -U {login?} {word}",
        Fail("OSError", "conninfo 'host={host} password={upass!} dbname={word}' refused"),
    ],
    ("CONNECTION_STRING", "JDBC"): [
        "jdbc:mariadb://{host}/{word}?user={login?}&password={upass!}",
        "url=jdbc:db2://{host}:50000/{word}:user={login?};password={upass!};",
    ],
    ("CONNECTION_STRING", "Azure"): [
        "HostName={word}.azure-devices.net;DeviceId=d1;SharedAccessKey={azkey!}",
        "Endpoint=https://{word}.documents.azure.com:443/;AccountKey={azkey!};",
    ],
    ("CONNECTION_STRING", "exception message"): [
        Fail("ValueError", "cannot parse 'Server={host};Password={upass!};'")
    ],
    ("QUERY_SECRET", "URL"): [
        "fetching https://{host}{path}?auth={secret:mixed!}&n=1",
        "HEAD https://{word}.s3.eu-west-1.amazonaws.com/x?AWSAccessKeyId={code!}&Signature={bsig!}&Expires=1700000000",
        "https://{host}/dl?X-Amz-Security-Token={code!}&X-Amz-Expires=300",
        "https://maps.{host}/js?key={random!}&libraries=places",
        "wss://{host}/rt?session_token={secret:url!}&room=7",
        "302 -> https://{host}/cb?state={rev}&code={code!}",
        "https://{host}/reset?email_hash={md}&reset_token={secret:url!}",
        "GET {path}?client_id=web&client_secret={secret:url!}&v=2 HTTP/1.1",
        "https://{host}/#id_token={secret:url!}&state={rev}",
    ],
    ("QUERY_SECRET", "access log"): [
        '{privateip} "POST {path}?password={secret:mixed!}&next=1 HTTP/2.0" 302 0 "-"',
        "path={path}?sig={sig!}&n=2 status=200 bytes={int}",
        '"GET /feed.rss?access_token={secret:url!}" 200 "https://{host}/"',
    ],
    ("QUERY_SECRET", "extra field"): [
        {"referer": "https://{host}/x?token={secret:url!}&y=1"},
        {"url.full": "https://{host}{path}?apikey={secret:url!}&y=1"},
        {"links": {"next": "{path}?cursor=9&api_key={secret:url!}"}},
        {"target": Bytes("/x?secret={secret:url!}&y=1")},
    ],
    ("QUERY_SECRET", "exception message"): [
        Fail(
            "OSError",
            "Max retries exceeded with url: {path}?api_key={secret:url!}&n=2 (Caused by NewConnectionError)",
        ),
        Fail("RuntimeError", "404 https://{host}/a?token={secret:url!}"),
    ],
    ("QUERY_SECRET", "% argument"): [
        Log("-> %s %s", ("GET", "https://{host}{path}?x=1&access_token={secret:url!}")),
        Log("%(method)s %(url)s", ({"method": "GET", "url": "/a?signature={sig!}&b=2"},)),
    ],
    ("QUERY_SECRET", "Python repr"): [
        "URL('https://{host}{path}?token={secret:url!}&page=3')",
        "<Request GET https://{host}{path}?secret={secret:url!}&page=3>",
    ],
    ("COOKIE", "header line"): [
        "cookie: JSESSIONID={sid!}",
        "set-cookie: remember_me={sid!}; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
        "send: Cookie: a={sid!}; b={sid!}\r\nAccept: */*",
        'Set-Cookie: auth="{sid!}"; Domain=.example.com; Secure',
    ],
    ("COOKIE", "header dict"): [
        {"rq": {"headers": [["cookie", "sid={sid!}"], ["dnt", "1"]]}},
        {"headers": {"Set-Cookie": ["a={sid!}; Path=/", "b={sid!}; HttpOnly"]}},
        {"environ": {"HTTP_COOKIE": "connect.sid={sid!}", "SERVER_NAME": "{host}"}},
    ],
    ("COOKIE", "mapping"): [
        {"request_cookies": {"auth_session": "{sid!}"}},
        {"cookies": [["sid", "{sid!}"]]},
    ],
    ("COOKIE", "JSON in a string"): [
        Joined(["har ", Compact({"cookies": [{"name": "sid", "value": "{sid!}"}], "n": 1})])
    ],
    ("COOKIE", "Python repr"): [
        Joined(["got ", Repr({"Set-Cookie": "sid={sid!}; Path=/", "Server": "gunicorn"})]),
        "<SimpleCookie: sid='{sid!}'>",
    ],
    ("COOKIE", "exception message"): [Fail("ValueError", "too many cookies: Cookie: sid={sid!}; t={sid!}")],
    ("PRIVATE_KEY", "multi-line"): ["stdin was:\n{pem:lines!}\n(end)", "Host *\n{pem:lines!}"],
    ("PRIVATE_KEY", "escaped"): [
        'writing {"pk":"{pem:escaped!}"} to {path}',
        {"sa": {"x": "{pem:escaped!}"}},
    ],
    ("PRIVATE_KEY", "one line"): ["cert+key={pem:one!};", Log("%s", ("{pem:one!}",))],
    ("PRIVATE_KEY", "cut"): ["first bytes {pem:cut!}", Fail("ValueError", "unable to load {pem:cut!}")],
    ("PRIVATE_KEY", "neutral field"): [
        {"secret_file": {"data": "{pem:lines!}", "mode": "0600"}},
        {"argv": ["-i", "{pem:pgp!}"]},
    ],
    ("PRIVATE_KEY", "JSON in a string"): [{"sops": Json({"pem": "{pem:crlf!}", "n": 1})}],
    ("PRIVATE_KEY", "Python repr"): [
        Log("%r", ({"pem": "{pem:lines!}", "n": 1},)),
        Joined(["k ", Repr(Bytes("{pem:lines!}"))]),
    ],
    ("CVV", "extra field"): [
        {"card_cvc": "{cvv!}"},
        {"cvv2": "{cvv!}", "scheme": "mc"},
        {"card_verification_value": "{cvv!}"},
        {"cvc": Int("{cvv!}")},
    ],
    ("CVV", "message text"): [
        "auth declined (cvv2={cvv!}, scheme=mc)",
        "CVV: {cvv!} mismatch",
        "security_code={cvv!}",
    ],
    ("CVV", "JSON in a string"): [Joined(["req ", Compact({"card": {"cvv": "{cvv!}", "scheme": "mc"}})])],
    ("CVV", "Python repr"): ["CardForm(cvc='{cvv!}', scheme='mc')"],
    ("CVV", "exception message"): [Fail("ValueError", "gateway: cvv={cvv!} invalid")],
    ("PIN", "extra field"): [
        {"card_pin": "{pin!}"},
        {"newPin": "{pin!}"},
        {"PIN": "{pin!}"},
        {"door": {"pin": Int("{cvv:n4!}"), "unit": "{word}"}},
    ],
    ("PIN", "message text"): [
        "door pin={pin!} accepted",
        "pin: {pin!}, attempts: 2",
        "app --pin {pin!} --fast",
    ],
    ("PIN", "JSON in a string"): [Joined(["<- ", Compact({"pin": "{pin!}", "ok": 1})])],
    ("PIN", "Python repr"): ["Unlock(pin='{pin!}', slot=2)"],
    ("PIN", "exception message"): [Fail("ValueError", "pin='{pin!}' too weak")],
    ("OTP", "extra field"): [
        {"one_time_password": "{otp!}"},
        {"otpCode": "{otp!}"},
        {"two_factor_code": "{otp!}"},
        {"totp": "{otp!}"},
        {"mfa_code": "{otp!}"},
    ],
    ("OTP", "message text"): [
        "OTP: {otp!}",
        "totp={otp!} drift=1",
        "sms otp={otp!}, channel=twilio",
        "otpauth://totp/{word}:x?secret={totp!}&digits=6",
    ],
    ("OTP", "JSON in a string"): [{"rq": Compact({"otp": "{otp!}", "device": "{word}"})}],
    ("OTP", "Python repr"): ["Verify(otp='{otp!}', device='{word}')"],
    ("OTP", "exception message"): [Fail("ValueError", "otp={otp!} expired")],
}
HARD: dict[tuple[str, str], list[object]] = {}
