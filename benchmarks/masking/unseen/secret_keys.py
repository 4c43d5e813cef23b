"""Held out. Who writes or tunes the masker does not read this file: score.py --unseen shows numbers, and no case.

Secrets that their key names.
"""

from nodes import (
    Bytes,
    Compact,
    Data,
    Deque,
    Escaped,
    Fail,
    Form,
    Joined,
    Json,
    Log,
    Model,
    Ndjson,
    Plain,
    Proxy,
    Space,
)

TEMPLATES = {
    ("KEY", "message text"): [
        "bootstrap {service} with {key:camel}: {secret:mixed!}",
        "retry #{int} ({key:snake}={secret!}, host={host})",
        "[{service}] {key:env}={secret!}",
        'login ok; {key:snake}: "{secret!}"; ttl: 300',
        "{service} started [{key:kebab}={secret:mixed!}] [port={port}]",
        "Overriding {key:dotted} with value from env: {key:env}={secret!}",
        "effective options {{key:camel}={secret:mixed!}, retries=5}",
        "ignored unknown option {key:snake} = '{secret!}'",
        "{time} DEBUG auth {key:snake}={secret!};user={login};",
    ],
    ("KEY", "% argument"): [
        Log("handshake(%s=%s) with %s", ("{key:snake}", "{secret!}", "{host}")),
        Log("kwargs %s", ({"host": "{host}", "{key:snake}": "{secret!}"},)),
        Log("loaded %d settings, {key:env}=%r", (12, "{secret!}")),
        Log("task %s args=%r", ("{word}", [{"{key:camel}": "{secret!}"}])),
    ],
    ("KEY", "extra field"): [
        {"{key:pascal}": "{secret!}", "endpoint": "{host}"},
        {"{key:dotted}": "{secret!}", "count": 2},
        {"{key:kebab}": "{secret:digits!}", "unit": "{word}"},
        {"{key:numbered}": "{secret!}", "tries": 1},
    ],
    ("KEY", "nested dict"): [
        {"celery": {"task": "{word}.sync", "kwargs": {"{key:snake}": "{secret!}", "limit": 10}}},
        {
            "graphql": {
                "operation": "Login",
                "variables": {"input": {"{key:camel}": "{secret!}", "locale": "de"}},
            }
        },
        {"stack": [{"layer": 1}, {"layer": 2, "options": {"{key}": "{secret!}"}}]},
        {"helm": {"values": {"auth": {"{key:camel}": "{secret!}", "enabled": True}}}},
    ],
    ("KEY", "container under key"): [
        {"{key:camel}": {"value": "{secret!}", "source": {"raw": "{secret!}"}}},
        {"credentials": {"login": "{login?}", "{key:snake}": "{secret!}"}},
    ],
    ("KEY", "list of pairs"): [
        {"query": [["{key:snake}", "{secret!}"], ["limit", "10"]]},
        {"trailers": (("{key:kebab}", "{secret!}"), ("grpc-status", "0"))},
    ],
    ("KEY", "name/value objects"): [
        {
            "containers": [
                {
                    "env": [
                        {"name": "{key:env}", "value": "{secret!}"},
                        {"name": "LOG_LEVEL", "value": "debug"},
                    ]
                }
            ]
        },
        {
            "parameters": [
                {"ParameterKey": "{key:pascal}", "ParameterValue": "{secret!}"},
                {"ParameterKey": "InstanceType", "ParameterValue": "t3.small"},
            ]
        },
        {"tags": [{"Key": "{key:camel}", "Value": "{secret!}"}, {"Key": "team", "Value": "{word}"}]},
    ],
    ("KEY", "header"): [
        "header: {key:header}: {secret:url!}",
        {"request_headers": {"{key:kebab}": "{secret:url!}", "user-agent": "okhttp/4.9"}},
        "DEBUG:urllib3: send header b'{key:header}: {secret:url!}'",
        {"meta": {"HTTP_X_{key:env}": "{secret:mixed!}", "REMOTE_PORT": "{port}"}},
    ],
    ("KEY", "JSON in a string"): [
        {"response": Json({"result": {"{key:camel}": "{secret!}"}, "status": 200}, 4)},
        Joined(["<- 200 ", Compact([{"id": "{int}"}, {"{key:snake}": "{secret!}"}])]),
        {"Message": Json({"Records": [Json({"{key:camel}": "{secret!}", "topic": "{word}"})]})},
        Joined(['msg="', Escaped(Compact({"{key:snake}": "{secret!}", "n": 7})), '" level=debug']),
        'partial json ...,"retries":3,"{key:camel}":"{secret!}","hosts":["{host}"',
    ],
    ("KEY", "NDJSON"): [
        Ndjson([{"{key:camel}": "{secret!}"}, {"ready": True, "word": "{word}"}]),
        'id: 12\ndata: {"type":"auth","{key:snake}":"{secret!}"}\n\ndata: [DONE]',
    ],
    ("KEY", "other languages"): [
        'Parameters: {"user"=>{"login"=>"{login}", "{key:snake}"=>"{secret:mixed!}"}, "commit"=>"Sign in"}',
        "array('host' => '{host}', '{key:snake}' => '{secret:mixed!}')",
        "&{Host:{host} {key:pascal}:{secret:mixed!} Port:{port}}",
        'Config { host: "{host}", {key:snake}: "{secret:mixed!}", port: {port} }',
        "ClientConfig{endpoint='{host}', {key:camel}='{secret:mixed!}', retries=3}",
        "ClientConfig(endpoint={host}, {key:camel}={secret:mixed!}, retries=3)",
        "{ host: '{host}', {key:camel}: '{secret:mixed!}', debug: true }",
        '%{host: "{host}", {key:snake}: "{secret:mixed!}"}',
        'auth_config { {key:snake}: "{secret:mixed!}" realm: "{word}" }',
        "Options {\n  host: '{host}',\n  {key:camel}: '{secret:mixed!}',\n  pool: 4\n}",
    ],
    ("KEY", "Python repr"): [
        "OrderedDict([('{key:snake}', '{secret!}'), ('mode', 'rw')])",
        "<Session user={login} {key:snake}={secret:mixed!} at 0x7f21>",
        "ImmutableMultiDict([('login', '{login}'), ('{key:snake}', '{secret!}')])",
        "Config(dict(host='{host}', {key:snake}=\"{secret!}\"))",
        "sync.apply_async(args=(), kwargs={'{key:snake}': '{secret!}', 'n': 3})",
    ],
    ("KEY", "logfmt"): [
        'time={time} level=debug {key:kebab}="{secret!}" shard=3',
        "at=info method=POST {key:snake}={secret!} dyno=web.1 service=12ms",
    ],
    ("KEY", "XML"): [
        "<server><id>central</id><username>{login}</username><{key#1:camel}>{secret:mixed!}</{key#1:camel}></server>",
        '<wsse:UsernameToken><wsse:Username>{login}</wsse:Username><wsse:Password Type="PasswordText">{secret:mixed!}</wsse:Password></wsse:UsernameToken>',
        '<entry key="{key:snake}">{secret:mixed!}</entry>',
    ],
    ("KEY", "env list"): [
        "ENV {key:env}={secret!}",
        'Environment="{key:env}={secret!}"',
        '$env:{key:env} = "{secret:mixed!}"',
        "set {key:env}={secret:mixed!}",
        {"Env": ["HOME=/app", "{key:env}={secret!}", "TERM=xterm"]},
        "env: {key:env}='{secret!}' GUNICORN_CMD_ARGS=--reload",
    ],
    ("KEY", "form body"): [
        {"raw_body": Form({"action": "renew", "{key:snake}": "{secret:url!}", "n": "1"})},
        "-> POST /session login={login}&{key:snake}={secret:mixed!}&remember=1",
        '--boundary\r\nContent-Disposition: form-data; name="{key:snake}"\r\n\r\n{secret:mixed!}\r\n--boundary--',
    ],
    ("KEY", "CLI args"): [
        "kubectl create secret generic {word} --from-literal={key:kebab}={secret:mixed!}",
        "+ helm upgrade {word} --set {key:camel}={secret:mixed!} --wait",
        {"command": ["app", "serve", "--{key:kebab}", "{secret:mixed!}", "--port", "{port}"]},
        "argv: /usr/bin/app -D{key:dotted}={secret:mixed!} -jar app.jar",
        Fail("CalledProcessError", (1, "tool --{key:kebab} {secret:mixed!} push {word}")),
    ],
    ("KEY", "config file"): [
        "[default]\naws_access_key_id = {word?}\naws_secret_access_key = {awssecret!}\nregion = eu-west-1",
        'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="{login}" password="{secret:mixed!}";',
        "//registry.npmjs.org/:_authToken={secret:mixed!}",
        "services:\n  {word}:\n    environment:\n      {key:env}: {secret:mixed!}\n      MODE: fast",
        '"{key:camel}" : "{secret:mixed!}",',
        "{key:snake}: '{secret:mixed!}'  # rotated {date}",
        "[{word}]\n{key:kebab} : {secret:mixed!}\nactive : yes",
    ],
    ("KEY", "object"): [
        {"cfg": Proxy({"{key:snake}": "{secret!}", "n": 1})},
        {"queue": Deque([{"{key:camel}": "{secret!}"}, {"word": "{word}"}])},
        {"ns": Space({"host": "{host}", "{key:snake}": "{secret!}"})},
        Log("settings: %s", (Data({"{key:snake}": "{secret!}", "port": 8080}, "AppSettings"),)),
        {"form": Model({"token": "{secret!}", "page": 2}, "TokenForm")},
        {"conn": Plain("<Connection host={host} {key:snake}={secret:mixed!}>")},
        {"view": Bytes("{key:snake}: {secret:mixed!}\r\nmode: rw", bytearray)},
    ],
    ("KEY", "exception message"): [
        Fail("TypeError", "connect() got an unexpected keyword argument: {key:snake}='{secret:mixed!}'"),
        Fail("LookupError", 'no account matches {"{key:camel}": "{secret!}", "realm": "{word}"}'),
        Fail("HTTPStatusError", "400 from https://{host}/login with body {key:snake}={secret:mixed!}&n=1"),
        Fail("ValueError", ("bad options", {"{key:snake}": "{secret!}"})),
    ],
    ("KEY", "cause chain"): [
        Fail(
            "RuntimeError",
            "worker died",
            cause=Fail(
                "OSError", "gave up", cause=Fail("ValueError", "{key:snake}='{secret!}' not accepted")
            ),
        ),
        Fail("LookupError", "missing {word}", context=Fail("KeyError", ({"{key:camel}": "{secret!}"},))),
    ],
    ("KEY", "notes"): [
        Fail("OSError", "upload failed", notes=("attempt {int}", "options: {'{key:snake}': '{secret!}'}"))
    ],
    ("KEY", "group"): [
        Fail(
            "ExceptionGroup",
            ("sub-tasks",),
            group=(
                Fail("TypeError", "x"),
                Fail("RuntimeError", "y", cause=Fail("ValueError", "{key:camel}: '{secret!}'")),
            ),
        )
    ],
    ("KEY", "SQL"): [
        "UPDATE settings SET {key:snake} = '{secret:mixed!}' WHERE id = {int}",
        Fail(
            "UniqueViolation", "duplicate key\nDETAIL:  Key ({key:snake})=({secret:mixed!}) already exists."
        ),
    ],
}
HARD = {
    ("KEY", "prose"): [
        "temporary password {secret:mixed!} was mailed",
        "we set the api key to {secret:mixed!}",
        "login with {login} and {secret:mixed!}",
    ],
    ("KEY", "positional"): [
        "redis-cli -a {secret:mixed!} ping",
        "AUTH {secret:mixed!}",
        "ALTER ROLE {login} PASSWORD '{secret:mixed!}'",
        "requirepass {secret:mixed!}",
        "machine {host} login {login} password {secret:mixed!}",
        "htpasswd -b f {login} {secret:mixed!}",
        "ldapsearch -w {secret:mixed!} -x",
    ],
    ("KEY", "XML"): [
        "<param><name>{key:camel}</name><value>{secret:mixed!}</value></param>",
        '<string name="{key:snake}">{secret:mixed!}</string>',
    ],
    ("KEY", "encoded"): [Joined(["payload ", Form({"j": Json({"password": "{secret:mixed!}"})})])],
    ("CONNECTION_STRING", "slash"): [
        "jdbc:oracle:thin:{login?}/{upass!}@{host}:1521:{word}",
        "sqlplus {login?}/{upass!}@{host}:1521/{word}",
    ],
}
