"""Secrets that their key names."""

from nodes import (
    Bytes,
    Compact,
    Data,
    Escaped,
    Fail,
    Form,
    Joined,
    Json,
    Log,
    Model,
    Named,
    Ndjson,
    Ordered,
    Repr,
    Space,
)

KEY = {
    ("KEY", "message text"): [
        "connecting with {key}={secret!} to {host}",
        "config loaded: {key}: {secret!}",
        "{key} = {secret!}",
        "using {key}='{secret!}' timeout={int}",
        'loaded settings {key}="{secret!}" region=eu-west-1',
        "user login attempt username={login} {key:snake}={secret!} from {host}",
        "Setting {key:camel} := {secret!}",
        "{key:words}: {secret:mixed!}",
        "options: verbose=true;{key}={secret!};retries=3",
    ],
    ("KEY", "% argument"): [
        Log("auth with {key:snake}=%s against %s", ("{secret!}", "{host}")),
        Log("%s: %s", ("{key}", "{secret!}")),
        Log("request body %s", ({"{key}": "{secret!}", "order": "{order}"},)),
        Log("params=%r", ({"{key:camel}": "{secret!}", "page": 2},)),
        Log("login %(u)s {key:snake}=%(pw)s", ({"u": "{login}", "pw": "{secret!}"},)),
    ],
    ("KEY", "extra field"): [
        {"{key}": "{secret!}"},
        {"{key:snake}": "{secret!}", "order_id": "{order}", "attempt": 3},
        {"{key:env}": "{secret!}", "region": "eu-central-1"},
        {"{key:snake}": "{secret:phrase!}"},
        {"{key:snake}": "{secret:unicode!}", "host": "{host}"},
    ],
    ("KEY", "nested dict"): [
        {"request": {"body": {"{key}": "{secret!}", "grant_type": "client_credentials"}, "path": "{path}"}},
        {"config": {"db": {"host": "{host}", "port": 5432, "{key:snake}": "{secret!}"}}},
        {
            "settings": {
                "services": [{"service": "{service}", "{key:camel}": "{secret!}"}, {"service": "{service}"}]
            }
        },
        {"payload": {"a": {"b": {"c": {"d": {"{key}": "{secret!}"}}}}}},
    ],
    ("KEY", "container under key"): [
        {"{key:snake}": {"current": "{secret!}", "previous": "{secret!}"}},
        {"{key:snake}": ["{secret!}", "{secret!}"]},
    ],
    ("KEY", "list of pairs"): [
        {"params": [["{key}", "{secret!}"], ["page", "{int}"]]},
        {"form": [("user", "{login}"), ("{key:snake}", "{secret!}")]},
        {"metadata": [("{key:kebab}", "{secret!}"), ("user-agent", "grpc-python/1.60")]},
    ],
    ("KEY", "name/value objects"): [
        {"env": [{"name": "{key:env}", "value": "{secret!}"}, {"name": "PORT", "value": "{port}"}]},
        {
            "attributes": [
                {"key": "{key:dotted}", "value": {"stringValue": "{secret!}"}},
                {"key": "http.route", "value": {"stringValue": "{path}"}},
            ]
        },
        {
            "headers": [
                {"name": "{key:header}", "value": "{secret!}"},
                {"name": "Accept", "value": "text/html"},
            ]
        },
    ],
    ("KEY", "header"): [
        {"headers": {"{key:header}": "{secret:url!}", "Content-Type": "application/json"}},
        {"headers": [(b"host", b"api.example.com"), (Bytes("{key:kebab}"), Bytes("{secret:url!}"))]},
        "> {key:header}: {secret:url!}\n> Accept: */*",
        "send: b'GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\n{key:header}: {secret:url!}\\r\\n\\r\\n'",
    ],
    ("KEY", "JSON in a string"): [
        Joined(["POST {path} body=", Json({"{key}": "{secret!}", "active": True, "n": 12})]),
        {"body": Json({"user": "{login}", "{key:camel}": "{secret!}"})},
        {"body": Compact({"data": {"attributes": {"{key}": "{secret!}", "plan": "{word}"}}})},
        {"event": Json({"detail": Json({"{key:snake}": "{secret!}", "kind": "{word}"})})},
        Joined(["payload: ", Escaped(Json({"{key:camel}": "{secret!}", "seq": "{int}"}))]),
        Joined(["response ", Json({"{key:snake}": "{secret!}", "items": ["{word}"]}, 2)]),
        'truncated body: {"order": "{order}", "{key:camel}": "{secret!}", "items": [{"sk',
    ],
    ("KEY", "NDJSON"): [
        Ndjson([{"op": "index", "id": "{int}"}, {"{key}": "{secret!}", "n": 1}, {"op": "end"}]),
        'event: config\ndata: {"{key:camel}": "{secret!}", "ready": true}\n\n',
    ],
    ("KEY", "Python repr"): [
        Joined(["kwargs: ", Repr({"{key:snake}": "{secret!}", "timeout": 30, "verify": True})]),
        "Settings(host='{host}', {key:snake}='{secret!}', debug=False)",
        "<Client url='{host}' {key:snake}='{secret!}'>",
        Joined(["calling login", Repr(("{login}", {"{key:snake}": "{secret!}"}))]),
        "Namespace(verbose=True, {key:snake}={secret:mixed!}, out=None)",
        Joined(["headers=", Repr([("{key:kebab}", "{secret!}"), ("accept", "*/*")])]),
    ],
    ("KEY", "logfmt"): [
        'level=debug msg="starting worker" {key:snake}={secret!} port={port}',
        'ts={time} caller=main.go:42 {key:camel}="{secret!}" component={service}',
    ],
    ("KEY", "XML"): [
        "<config><host>{host}</host><{key#1:camel}>{secret:mixed!}</{key#1:camel}></config>",
        '<add key="{key:pascal}" value="{secret:mixed!}" />',
        "<soap:Body><Login><userName>{login}</userName><password>{secret:mixed!}</password></Login></soap:Body>",
        '<property name="{key:dotted}" value="{secret:mixed!}"/>',
        '<server id="{word}" {key:camel}="{secret:mixed!}"/>',
    ],
    ("KEY", "env list"): [
        {"environment": ["PATH=/usr/bin:/bin", "{key:env}={secret!}", "LANG=C.UTF-8"]},
        "export {key:env}={secret!}",
        'docker run -e {key:env}="{secret!}" -p 8080:8080 app/{service}:latest',
        "{key:env}={secret!} ./run.sh --fast",
        "environ({'HOME': '/root', '{key:env}': '{secret!}', 'LANG': 'C.UTF-8'})",
    ],
    ("KEY", "form body"): [
        Joined(
            ["body=", Form({"grant_type": "password", "username": "svc", "{key:snake}": "{secret:url!}"})]
        ),
        {"data": Form({"a": "1", "{key:snake}": "{secret:mixed!}", "lang": "en"})},
        "POST /oauth/token grant_type=refresh_token&client_id=web&{key:snake}={secret:url!}&scope=read",
    ],
    ("KEY", "CLI args"): [
        "running: tool --{key:kebab} {secret!} --verbose",
        "exec ['deploy', '--{key:kebab}={secret!}', '--region', 'eu-west-1']",
        {"argv": ["migrate", "--{key:kebab}", "{secret!}", "--dry-run"]},
        Log("cmd=%s", (["curl", "--{key:kebab}={secret!}", "-X", "POST"],)),
        "mysqldump --user=root --{key:kebab}='{secret:mixed!}' {word}",
    ],
    ("KEY", "config file"): [
        "[database]\nhost = {host}\n{key:snake} = {secret!}\nport = 5432",
        "db:\n  host: {host}\n  {key:snake}: {secret!}\n  pool: 10",
        "spring.datasource.{key:dotted}={secret!}\nspring.datasource.url=jdbc:h2:mem",
        'variable "{word}" {\n  {key:snake} = "{secret!}"\n}',
        "$config['{key:snake}'] = '{secret:mixed!}';",
        'const {key:camel} = "{secret!}";',
        "{key:env} ?= {secret:mixed!}",
    ],
    ("KEY", "object"): [
        {"payload": Data({"user": "{login}", "{key:snake}": "{secret!}"})},
        {"row": Named({"id": 7, "{key:snake}": "{secret!}"})},
        {"model": Model({"service": "{service}", "password": "{secret!}"}, "Login")},
        {"state": Space({"{key:snake}": "{secret!}", "ready": True})},
        {"ordered": Ordered({"{key:snake}": "{secret!}", "n": 1})},
        Log("got %r", (Data({"host": "{host}", "{key:snake}": "{secret!}"}, "Settings"),)),
        {"body": Bytes('{"{key:snake}": "{secret!}", "kind": "{word}"}')},
        {"chunk": Bytes("{key:snake}={secret!}&page=2", bytearray)},
    ],
    ("KEY", "exception message"): [
        Fail("ValueError", "invalid settings: {key:snake}={secret!}"),
        Fail("RuntimeError", "could not log in with {'user': '{login}', '{key:snake}': '{secret!}'}"),
        Fail("KeyError", ({"{key:snake}": "{secret!}"},)),
        Fail("CalledProcessError", (2, ["psql", "--{key:kebab}={secret!}", "-h", "{host}"])),
        Fail(
            "ValidationError",
            "1 validation error for Settings\n{key:snake}\n  Value error [type=value_error, input_value='{secret!}', input_type=str]",
        ),
    ],
    ("KEY", "cause chain"): [
        Fail("RuntimeError", "start-up failed", cause=Fail("ValueError", "bad {key:snake}: '{secret!}'")),
        Fail(
            "OSError",
            "retry gave up",
            context=Fail("ConnectionError", "{key:snake}={secret!} refused by {host}"),
        ),
    ],
    ("KEY", "notes"): [
        Fail("RuntimeError", "request failed", notes=("while sending {key:snake}={secret!} to {host}",))
    ],
    ("KEY", "group"): [
        Fail(
            "ExceptionGroup",
            ("many failed",),
            group=(Fail("ValueError", "{key:snake}={secret!}"), Fail("TypeError", "unexpected {word}")),
        )
    ],
    ("KEY", "SQL"): [
        "UPDATE users SET password = '{secret:mixed!}' WHERE id = {int}",
        Fail(
            "StatementError",
            "(psycopg2.DataError) bad\n[SQL: INSERT INTO accounts (login, password) VALUES (%(login)s, %(password)s)]\n[parameters: {'login': '{login}', 'password': '{secret!}'}]",
        ),
    ],
}
KEY_HARD = {
    ("KEY", "prose"): [
        "the password is {secret:human!}",
        "your new password is {secret:mixed!}, please change it",
        "try password {secret:human!} for user {login}",
        "Password for {login} reset to {secret:mixed!}",
    ],
    ("KEY", "positional"): [
        Fail(
            "StatementError",
            "INSERT failed\n[SQL: INSERT INTO users (login, password) VALUES (?, ?)]\n[parameters: ('{login}', '{secret:mixed!}')]",
        ),
        "mysql -u root -p{secret:mixed!} -h {host}",
        "curl -u {login?}:{secret:mixed!} https://{host}/",
        "sshpass -p {secret:mixed!} ssh {login}@{host}",
    ],
    ("KEY", "statement"): [
        "set {key:snake} to '{secret:mixed!}'",
        "define('{key:env}', '{secret:mixed!}');",
        "ALTER USER app WITH PASSWORD '{secret:mixed!}'",
        "CREATE USER 'app'@'%' IDENTIFIED BY '{secret:mixed!}'",
    ],
    ("KEY", "odd quoting"): [
        '{key:snake}="{secret:phrase!}" next={word}',
        "{key:snake}={secret:odd!} next={word}",
        "INFO key={key:snake} value={secret:mixed!}",
    ],
}
RANDOM = {
    ("RANDOM_UNDER_KEY", "extra field"): [
        {"{randomkey:snake}": "{random!}"},
        {"{randomkey:camel}": "{random!}", "n": 2},
        {"{randomkey:env}": "{random:hex!}"},
    ],
    ("RANDOM_UNDER_KEY", "nested dict"): [{"config": {"{randomkey}": "{random!}", "host": "{host}"}}],
    ("RANDOM_UNDER_KEY", "message text"): [
        "loaded {randomkey:snake}={random!} for {service}",
        "{randomkey:words}: {random!}",
        "using {randomkey:camel}='{random!}'",
    ],
    ("RANDOM_UNDER_KEY", "JSON in a string"): [
        Joined(["cfg ", Json({"{randomkey:camel}": "{random!}", "on": True})])
    ],
    ("RANDOM_UNDER_KEY", "env list"): [
        "{randomkey:env}={random!} python app.py",
        {"env": ["{randomkey:env}={random!}", "TZ=UTC"]},
    ],
    ("RANDOM_UNDER_KEY", "header"): [{"headers": {"{randomkey:header}": "{random!}", "accept": "*/*"}}],
    ("RANDOM_UNDER_KEY", "config file"): ["{word}:\n  {randomkey:snake}: {random!}\n  ttl: 60"],
    ("RANDOM_UNDER_KEY", "exception message"): [Fail("ValueError", "rejected {randomkey:snake}={random!}")],
}
TEMPLATES = {**KEY, **RANDOM}
HARD = KEY_HARD
