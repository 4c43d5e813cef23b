"""Secrets that are known by their form, wherever they stand."""

from nodes import Bytes, Compact, Fail, Joined, Json, Log, Plain, Repr

VENDOR = {
    ("VENDOR_TOKEN", "message text"): [
        "deploying with {vendor!} to {host}",
        "got {vendor!}, retrying",
        "credential {vendor!} was rejected by upstream",
        "remote: using '{vendor!}' for {service}",
        "({vendor!})",
        "{vendor!}",
        "found `{vendor!}` in {path}",
    ],
    ("VENDOR_TOKEN", "% argument"): [
        Log("using %s for %s", ("{vendor!}", "{service}")),
        Log("args=%r", (("{vendor!}", "{int}"),)),
    ],
    ("VENDOR_TOKEN", "neutral field"): [
        {"value": "{vendor!}", "n": 1},
        {"data": {"items": ["{word}", "{vendor!}"]}},
        {"note": "see {vendor!} please"},
    ],
    ("VENDOR_TOKEN", "JSON in a string"): [
        {"body": Json({"x": "{vendor!}", "y": "{word}"})},
        Joined(["event ", Compact({"value": "{vendor!}", "id": "{int}"})]),
    ],
    ("VENDOR_TOKEN", "assignment"): ["X = '{vendor!}'", "val={vendor!};next={word}", "export FOO={vendor!}"],
    ("VENDOR_TOKEN", "URL"): [
        "GET https://{host}/hook/{vendor!}/send",
        "cloning https://x:{vendor!}@github.com/acme/{word}.git",
    ],
    ("VENDOR_TOKEN", "exception message"): [
        Fail("PermissionError", "Incorrect API key provided: {vendor!}. You can find yours in the dashboard"),
        Fail("RuntimeError", "401 for {vendor!}"),
    ],
    ("VENDOR_TOKEN", "object"): [
        {"obj": Plain("<Client {vendor!} at 0x7f00>")},
        {"raw": Bytes("tok {vendor!} end")},
    ],
    ("VENDOR_TOKEN", "CLI args"): [
        {"cmd": ["login", "{vendor!}"]},
        "npm publish //registry.npmjs.org/:_x={vendor!}",
    ],
}
JWT = {
    ("JWT", "message text"): [
        "decoded {jwt!} for {service}",
        "token expired: {jwt!}",
        "got {jwt!}.",
        "session '{jwt!}' is invalid",
        "verify {jwt:jwe!} with {service}",
    ],
    ("JWT", "% argument"): [Log("checking %s", ("{jwt!}",)), Log("claims of %r at %s", ("{jwt!}", "{time}"))],
    ("JWT", "neutral field"): [{"value": "{jwt!}"}, {"items": ["{jwt!}", "{word}"]}],
    ("JWT", "URL"): ["redirect to https://{host}/cb#x={jwt!}&state={rev}", "GET /verify/{jwt!}/now"],
    ("JWT", "JSON in a string"): [{"body": Json({"t": "{jwt!}", "ok": True})}],
    ("JWT", "header"): [
        "Authorization: Bearer {jwt!}",
        {"headers": {"x-assertion": "{jwt!}", "accept": "*/*"}},
    ],
    ("JWT", "exception message"): [
        Fail("ValueError", "Signature verification failed for {jwt!}"),
        Fail("RuntimeError", "x", cause=Fail("ValueError", "not a valid {jwt!}")),
    ],
    ("JWT", "bytes"): [{"raw": Bytes("{jwt!}")}, Log("recv %s", (Bytes("hello {jwt!} bye"),))],
}
AUTH = {
    ("AUTH_HEADER", "header line"): [
        "Authorization: Bearer {bearer!}",
        "authorization: Basic {basic!}\r\nhost: {host}",
        "> Authorization: Basic {basic!}",
        'Authorization: Digest username="{login?}", realm="x", nonce="{md?}", uri="{path}", response="{digest!}"',
        "Proxy-Authorization: Basic {basic!}",
        "Authorization: ApiKey {bearer!}",
        "Authorization: Negotiate {basic!}",
        "Authorization: token {bearer!}",
    ],
    ("AUTH_HEADER", "header dict"): [
        {"headers": {"Authorization": "Bearer {bearer!}", "Accept": "application/json"}},
        {"headers": {"authorization": "Basic {basic!}", "host": "{host}"}},
        {"request": {"headers": [["Authorization", "Bearer {bearer!}"], ["X-Request-Id", "{uuid}"]]}},
        {"headers": [(b"authorization", Bytes("Bearer {bearer!}")), (b"accept", b"*/*")]},
        {"HTTP_AUTHORIZATION": "Bearer {bearer!}", "REQUEST_METHOD": "GET"},
    ],
    ("AUTH_HEADER", "message text"): [
        "calling {host} with Bearer {bearer!}",
        "sent bearer {bearer!} to {service}",
        "auth=Basic {basic!} path={path}",
        "invalid credentials: Bearer {bearer!}",
    ],
    ("AUTH_HEADER", "% argument"): [
        Log("Authorization: %s", ("Bearer {bearer!}",)),
        Log("headers %s", ({"Authorization": "Bearer {bearer!}", "Host": "{host}"},)),
    ],
    ("AUTH_HEADER", "curl"): [
        "curl -H 'Authorization: Bearer {bearer!}' https://{host}{path}",
        'curl -X POST -H "Authorization: Basic {basic!}" {host}',
    ],
    ("AUTH_HEADER", "Python repr"): [
        Joined(["sending headers=", Repr({"Authorization": "Bearer {bearer!}", "User-Agent": "httpx/0.27"})])
    ],
    ("AUTH_HEADER", "JSON in a string"): [
        {"dump": Json({"headers": {"authorization": "Bearer {bearer!}", "x-trace": "{span}"}})}
    ],
    ("AUTH_HEADER", "exception message"): [
        Fail("HTTPStatusError", "401 from {host} with Authorization: Bearer {bearer!}")
    ],
}
URLS = {
    ("URL_CREDENTIALS", "message text"): [
        "connecting to postgres://{login?}:{upass!}@{host}:{port}/{word}",
        "broker amqp://{login?}:{upass!}@{host}:5672//",
        "cache redis://:{upass!}@{host}:6379/0",
        "GET https://{login?}:{upass!}@{host}{path}?page=2",
        "mongodb+srv://{login?}:{upass!}@{host}/{word}?retryWrites=true",
        "proxy http://{login?}:{upass:at!}@{host}:3128 in use",
        "uploading to sftp://{login?}:{upass:quoted!}@{host}{path}",
        "postgresql+asyncpg://{login?}:{upass!}@{host}/{word}",
    ],
    ("URL_CREDENTIALS", "% argument"): [
        Log("using %s", ("mysql://{login?}:{upass!}@{host}/{word}",)),
        Log("conn %r", ("redis://:{upass!}@{host}:6379/1",)),
    ],
    ("URL_CREDENTIALS", "extra field"): [
        {"url": "https://{login?}:{upass!}@{host}{path}"},
        {"DATABASE_URL": "postgres://{login?}:{upass!}@{host}:5432/{word}"},
    ],
    ("URL_CREDENTIALS", "nested dict"): [
        {"celery": {"broker_url": "amqp://{login?}:{upass!}@{host}//", "queue": "{word}"}}
    ],
    ("URL_CREDENTIALS", "env list"): [
        "BROKER_URL=redis://:{upass!}@{host}:6379/0",
        {"env": ["DSN=postgres://{login?}:{upass!}@{host}/{word}", "A=1"]},
    ],
    ("URL_CREDENTIALS", "JSON in a string"): [
        {"cfg": Json({"dsn": "amqps://{login?}:{upass!}@{host}/{word}", "n": 2})}
    ],
    ("URL_CREDENTIALS", "Python repr"): [
        "Engine(postgresql://{login?}:{upass!}@{host}/{word})",
        "<Redis<ConnectionPool(url='redis://:{upass!}@{host}:6379')>>",
    ],
    ("URL_CREDENTIALS", "exception message"): [
        Fail("ConnectionError", "Error connecting to amqp://{login?}:{upass!}@{host}:5672//: timed out"),
        Fail("RuntimeError", "fatal: unable to access 'https://{login?}:{upass!}@{host}/acme/{word}.git/'"),
        Fail("OSError", "down", cause=Fail("OSError", "no route to ftp://{login?}:{upass!}@{host}/")),
    ],
}
CONNECTION = {
    ("CONNECTION_STRING", "ADO"): [
        "Server={host};Database={word};User Id={login?};Password={upass!};Encrypt=true;",
        "Data Source={host};Initial Catalog={word};uid={login?};pwd={upass!};Timeout=30",
        {"connection": "Driver={ODBC Driver 17 for SQL Server};Server={host};UID={login?};PWD={upass!}"},
        {"ConnectionStrings": {"Default": "Host={host};Username={login?};Password={upass!}"}},
    ],
    ("CONNECTION_STRING", "libpq"): [
        "host={host} port=5432 dbname={word} user={login?} password={upass!} sslmode=require",
        "dsn: dbname={word} user={login?} password='{upass!}' connect_timeout=3",
        Fail("ConnectionError", 'could not connect with "host={host} user={login?} password={upass!}"'),
    ],
    ("CONNECTION_STRING", "JDBC"): [
        "jdbc:postgresql://{host}:5432/{word}?user={login?}&password={upass!}&ssl=true",
        "jdbc:sqlserver://{host}:1433;databaseName={word};user={login?};password={upass!};",
        {"url": "jdbc:mysql://{host}/{word}?user={login?}&password={upass!}"},
    ],
    ("CONNECTION_STRING", "Azure"): [
        "DefaultEndpointsProtocol=https;AccountName={word};AccountKey={azkey!};EndpointSuffix=core.windows.net",
        "Endpoint=sb://{word}.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={azkey!}",
    ],
    ("CONNECTION_STRING", "% argument"): [
        Log("pool opened: %s", ("host={host} dbname={word} password={upass!}",))
    ],
    ("CONNECTION_STRING", "env list"): ['CONN="Server={host};Database={word};Password={upass!};"'],
    ("CONNECTION_STRING", "JSON in a string"): [
        {"settings": Json({"conn": "Server={host};Database={word};Password={upass!};"})}
    ],
    ("CONNECTION_STRING", "exception message"): [
        Fail("OSError", "Login failed: Server={host};uid={login?};pwd={upass!};Database={word}")
    ],
}
TEMPLATES = {**VENDOR, **JWT, **AUTH, **URLS, **CONNECTION}
HARD = {
    ("VENDOR_TOKEN", "glued"): ["id_{vendor!}_x", "a{vendor!}"],
    ("JWT", "cut"): ["token {jwt:unsigned!} seen"],
    ("URL_CREDENTIALS", "user only"): ["clone https://{bearer!}@{host}/acme/{word}.git"],
}
