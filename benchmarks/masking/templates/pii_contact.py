"""Mail addresses, phones, names, streets, birthdays."""

from nodes import (
    Bytes,
    Compact,
    Data,
    Fail,
    Form,
    Int,
    Joined,
    Json,
    Log,
    Model,
    Named,
    Ndjson,
    Plain,
    Repr,
    Set,
)

EMAIL = {
    ("EMAIL", "message text"): [
        "user {email!} logged in from {host}",
        "sent welcome mail to <{email!}>",
        "login failed for {email!}: invalid password",
        "duplicate account {email!}, {email!} merged",
        "mailto:{email!}?subject=hi",
        "from={email!}, size={int}, nrcpt=1 (queue active)",
        "postfix/smtp[{int}]: to=<{email:plus!}>, relay={host}[10.0.0.4]:25, status=sent",
        "invited ({email!}) to {word}",
        "owner is {email!}.",
        "Author: {email:unicode!} at {time}",
        "contact '{email!}' bounced",
        "{email!}",
        "bcc: {email!};{email!};{email:punycode!}",
        "GET /users/{email:encoded!}/orders 404",
        "email:{email!},plan:{word}",
    ],
    ("EMAIL", "% argument"): [
        Log("user %s signed up", ("{email!}",)),
        Log("mail %s -> %s", ("{email!}", "{email!}")),
        Log("created %r", ({"login": "{email!}", "plan": "{word}"},)),
        Log("recipients: %s", (["{email!}", "{email!}"],)),
    ],
    ("EMAIL", "extra field"): [
        {"email": "{email!}"},
        {"user": "{email!}", "order": "{order}"},
        {"actor": "{email:plus!}"},
        {"to": ["{email!}", "{email!}"]},
        {"subject": "Hello {email!} there"},
    ],
    ("EMAIL", "nested dict"): [
        {"user": {"id": "{int}", "contact": {"email": "{email!}"}}},
        {"order": {"buyer": "{email!}", "id": "{order}"}},
        {"seen": Set(["{email!}"])},
    ],
    ("EMAIL", "mapping key"): [{"quota": {"{email!}": 3, "{word}": 4}}],
    ("EMAIL", "JSON in a string"): [
        {"body": Json({"email": "{email!}", "lang": "de"})},
        Joined(["event=", Compact({"u": {"mail": "{email!}"}, "id": "{uuid}"})]),
        {"event": Json({"inner": Json({"who": "{email!}", "n": 1})})},
    ],
    ("EMAIL", "NDJSON"): [Ndjson([{"op": "create"}, {"user": "{email!}", "n": 1}])],
    ("EMAIL", "Python repr"): [
        "User(id={int}, email='{email!}', active=True)",
        "<User {email!}>",
        Joined(["kw=", Repr({"to": ["{email!}"], "cc": None})]),
    ],
    ("EMAIL", "logfmt"): ['level=info msg="mail sent" to={email!} ms={ms}', 'user="{email!}" action=login'],
    ("EMAIL", "URL"): [
        "GET /search?q={email:encoded!}&page=2",
        "https://{host}/unsubscribe?email={email!}&list=4",
        "GET {path}?user={email:encoded!}",
    ],
    ("EMAIL", "form body"): [Form({"email": "{email!}", "lang": "en"})],
    ("EMAIL", "XML"): ["<user><mail>{email!}</mail><id>{int}</id></user>"],
    ("EMAIL", "SQL"): [
        Fail(
            "UniqueViolation",
            'duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=({email!}) already exists.',
        ),
        Fail(
            "StatementError",
            "(sqlite3.IntegrityError) UNIQUE constraint failed: users.email\n[SQL: INSERT INTO users (email) VALUES (?)]\n[parameters: ('{email!}',)]",
        ),
        "SELECT * FROM users WHERE email = '{email!}' LIMIT 1",
    ],
    ("EMAIL", "exception message"): [
        Fail("KeyError", "{email!}"),
        Fail("SMTPRecipientsRefused", ({"{email!}": (550, b"5.1.1 User unknown")},)),
        Fail(
            "ValidationError",
            "1 validation error for User\nemail\n  value is not valid [type=value_error, input_value='{email!}', input_type=str]",
        ),
        Fail("LookupError", "no user with email {email!} in {word}"),
    ],
    ("EMAIL", "cause chain"): [
        Fail("RuntimeError", "import failed", cause=Fail("KeyError", "{email!}")),
        Fail("RuntimeError", "import failed", context=Fail("ValueError", "bad address: {email!}")),
    ],
    ("EMAIL", "notes"): [Fail("RuntimeError", "sync failed", notes=("while handling {email!}",))],
    ("EMAIL", "group"): [
        Fail(
            "ExceptionGroup", ("two",), group=(Fail("ValueError", "no {email!}"), Fail("KeyError", "{word}"))
        )
    ],
    ("EMAIL", "object"): [
        {"user": Data({"email": "{email!}", "plan": "{word}"})},
        {"row": Named({"mail": "{email!}", "n": 3})},
        {"obj": Plain("<Account {email!}>")},
        {"m": Model({"email": "{email!}", "age": 3})},
    ],
    ("EMAIL", "bytes"): [
        {"raw": Bytes("To: {email!}\r\nSubject: {word}")},
        Log("recv %r", (Bytes("RCPT TO:<{email!}>"),)),
    ],
}
PHONE = {
    ("PHONE", "message text"): [
        "sms sent to {phone!} via {service}",
        "calling {phone:e!}",
        "phone: {phone!}",
        "customer phone {phone:national!} confirmed",
        "tel:{phone:e!}",
        "Tel. {phone!}",
        "mobile={phone:e!} carrier={word}",
        "call from {phone:uspar!} lasted {int}s",
        "dial {phone:usdash!} now",
        "whatsapp message to {phone:e!} queued",
        "verification code for phone number {phone:digits!} resent",
        "({phone!})",
        "to={phone:e!} status=delivered",
        "fax {phone:national!} failed",
    ],
    ("PHONE", "% argument"): [
        Log("sms to %s failed", ("{phone:e!}",)),
        Log("phone=%s", ("{phone:national!}",)),
        Log("lead %r", ({"phone": "{phone!}", "src": "{word}"},)),
    ],
    ("PHONE", "extra field"): [
        {"phone": "{phone!}"},
        {"phoneNumber": "{phone:national!}"},
        {"mobile": "{phone:digits!}"},
        {"user_phone": "{phone:zero!}"},
        {"tel": "{phone!}"},
        {"msisdn": "{phone:digits!}"},
        {"note": "rang {phone:e!} twice"},
    ],
    ("PHONE", "nested dict"): [
        {"customer": {"id": "{int}", "contact": {"phone": "{phone!}"}}},
        {"sms": {"to": "{phone:e!}", "parts": 2}},
    ],
    ("PHONE", "JSON in a string"): [
        {"body": Json({"phone": "{phone!}", "lang": "de"})},
        Joined(["hook ", Compact({"To": "{phone:e!}", "Status": "sent"})]),
    ],
    ("PHONE", "Python repr"): ["Lead(phone='{phone!}', source='{word}')"],
    ("PHONE", "logfmt"): ['msg="otp sent" phone={phone:e!} ms={ms}'],
    ("PHONE", "form body"): [Form({"To": "{phone:e?}", "mobile": "{phone:digits!}", "Body": "hi"})],
    ("PHONE", "XML"): ["<contact><phone>{phone!}</phone><lang>de</lang></contact>"],
    ("PHONE", "SQL"): [
        Fail("UniqueViolation", "duplicate key\nDETAIL:  Key (phone)=({phone:e!}) already exists.")
    ],
    ("PHONE", "exception message"): [
        Fail("ValueError", "The 'To' number {phone:e!} is not a valid phone number."),
        Fail("LookupError", "no customer with phone {phone:national!}"),
    ],
    ("PHONE", "int value"): [{"phone": Int("4{routing!}")}],
}
NAME = {
    ("NAME", "extra field"): [
        {"first_name": "{firstname!}"},
        {"lastName": "{surname!}", "id": "{int}"},
        {"full_name": "{name!}"},
        {"customer_name": "{name!}"},
        {"surname": "{surname!}"},
        {"cardholderName": "{name!}"},
    ],
    ("NAME", "nested dict"): [
        {"user": {"first_name": "{firstname!}", "last_name": "{surname!}", "id": "{int}"}},
        {"patient": {"given_name": "{firstname!}", "family_name": "{surname!}"}},
    ],
    ("NAME", "name/value objects"): [
        {"fields": [{"name": "last_name", "value": "{surname!}"}, {"name": "plan", "value": "{word}"}]}
    ],
    ("NAME", "list of pairs"): [{"form": [("first_name", "{firstname!}"), ("page", "2")]}],
    ("NAME", "JSON in a string"): [
        {"body": Json({"firstName": "{firstname!}", "lastName": "{surname!}", "n": 2})}
    ],
    ("NAME", "message text"): [
        'created first_name="{firstname!}" last_name="{surname!}" id={int}',
        "customer_name={surname!} plan={word}",
    ],
    ("NAME", "Python repr"): [
        "User(id={int}, full_name='{name!}')",
        Joined(["row ", Repr({"last_name": "{surname!}", "id": 7})]),
    ],
    ("NAME", "XML"): ["<customer><lastName>{surname!}</lastName><id>{int}</id></customer>"],
    ("NAME", "object"): [{"user": Data({"first_name": "{firstname!}", "id": 3})}],
    ("NAME", "form body"): [Form({"first_name": "{firstname!}", "page": "2"})],
    ("NAME", "% argument"): [Log("new %r", ({"full_name": "{name!}", "plan": "{word}"},))],
    ("NAME", "exception message"): [
        Fail("UniqueViolation", "DETAIL:  Key (last_name)=({surname!}) already exists.")
    ],
}
ADDRESS = {
    ("ADDRESS", "extra field"): [
        {"address": "{address!}"},
        {"street": "{street!}"},
        {"billing_address": "{address!}"},
        {"postcode": "{postcode!}"},
        {"shippingAddress": "{street!}"},
        {"zip_code": "{postcode!}"},
        {"address_line1": "{street!}"},
    ],
    ("ADDRESS", "nested dict"): [
        {"shipping": {"street": "{street!}", "zip": "{postcode!}", "country": "DE"}},
        {"customer": {"home_address": "{address!}", "id": "{int}"}},
        {"address": {"street": "{street!}", "postal_code": "{postcode!}"}},
    ],
    ("ADDRESS", "JSON in a string"): [{"body": Json({"address": "{street!}", "plan": "{word}"})}],
    ("ADDRESS", "message text"): ['shipping_address="{street!}" order={order}', "street='{street!}'"],
    ("ADDRESS", "Python repr"): [
        Joined(["row ", Repr({"street_address": "{street!}", "id": 1})]),
        "Order(id={int}, delivery_address='{street!}')",
    ],
    ("ADDRESS", "XML"): ["<a><street>{street!}</street><country>FR</country></a>"],
    ("ADDRESS", "list of pairs"): [{"form": [["address", "{street!}"], ["n", "1"]]}],
    ("ADDRESS", "name/value objects"): [{"fields": [{"name": "postal_code", "value": "{postcode!}"}]}],
    ("ADDRESS", "object"): [{"order": Data({"street": "{street!}", "n": 2})}],
    ("ADDRESS", "% argument"): [Log("ship %s", ({"address": "{street!}", "order": "{order}"},))],
}
BORN = {
    ("DATE_OF_BIRTH", "extra field"): [
        {"dob": "{born!}"},
        {"date_of_birth": "{born!}"},
        {"birthDate": "{born!}"},
        {"birthday": "{born!}"},
        {"user_dob": "{born!}"},
    ],
    ("DATE_OF_BIRTH", "nested dict"): [
        {"patient": {"dob": "{born!}", "ward": "{word}"}},
        {"user": {"birth_date": "{born!}", "id": "{int}"}},
    ],
    ("DATE_OF_BIRTH", "JSON in a string"): [{"body": Json({"dateOfBirth": "{born!}", "n": 1})}],
    ("DATE_OF_BIRTH", "message text"): ["dob={born:iso!} verified for {word}", "date_of_birth: {born:iso!}"],
    ("DATE_OF_BIRTH", "Python repr"): ["Patient(id={int}, dob='{born!}')"],
    ("DATE_OF_BIRTH", "XML"): ["<p><birthDate>{born!}</birthDate><id>{int}</id></p>"],
    ("DATE_OF_BIRTH", "form body"): ["name=x&dob={born:iso!}&page=2"],
    ("DATE_OF_BIRTH", "list of pairs"): [{"form": [["dob", "{born!}"], ["page", "2"]]}],
    ("DATE_OF_BIRTH", "object"): [{"p": Data({"date_of_birth": "{born!}", "ward": "{word}"})}],
    ("DATE_OF_BIRTH", "% argument"): [Log("dob=%s", ("{born!}",))],
}
TEMPLATES = {**EMAIL, **PHONE, **NAME, **ADDRESS, **BORN}
HARD = {
    ("EMAIL", "split"): ["addr {email:quoted!} seen"],
    ("PHONE", "bare"): ["reach me at {phone:national!} please", "{phone:usdots!}"],
    ("NAME", "prose"): ["customer {name!} called", "Dear {name!}, thanks"],
    ("ADDRESS", "prose"): ["ship to {street!} today"],
    ("DATE_OF_BIRTH", "prose"): ["born on {born:text!} in {word}", "patient born {born:iso!}"],
}
