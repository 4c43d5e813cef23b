"""Held out. Who writes or tunes the masker does not read this file: score.py --unseen shows numbers, and no case.

Mail addresses, phones, names, streets, birthdays.
"""

from nodes import (
    Bytes,
    Compact,
    Data,
    Deque,
    Fail,
    Joined,
    Json,
    Log,
    Model,
    Named,
    Ndjson,
    Plain,
    Proxy,
    Repr,
    Space,
)

TEMPLATES = {
    ("EMAIL", "message text"): [
        "password reset for {email!} requested by {login}",
        "{email!} unsubscribed from list {int}",
        "queued digest: {email!} ({int} items)",
        "RCPT TO:<{email!}>",
        "reply-to={email!};subject=hi",
        "dovecot: imap-login: Login: user=<{email:sub!}>, method=PLAIN",
        "stripe customer cus_x ({email!}) updated",
        "assignee changed: {email!} -> {email!}",
        "smtp error 550 5.1.1 <{email:plus!}>: Recipient address rejected",
        "git commit by Dev <{email!}>",
        "{email:upper!} normalised",
        "member {email:unicode!} joined",
        "oauth profile loaded for {email:long!}!",
        "{time} {email!} {path}",
        "found [{email!}] twice",
        "calendar invite to mailto:{email!}",
    ],
    ("EMAIL", "% argument"): [
        Log("%s <%s>", ("{word}", "{email!}")),
        Log("lock held by %(who)s", ({"who": "{email!}"},)),
        Log("users=%r", (({"login": "{email!}"},),)),
        Log("cc %s", ({"{email!}"},)),
    ],
    ("EMAIL", "extra field"): [
        {"username": "{email!}"},
        {"principal": "{email:sub!}", "unit": "{word}"},
        {"owner_email": "{email!}"},
        {"sender": "{word} <{email!}>"},
        {"recipients": "{email!}, {email!}"},
    ],
    ("EMAIL", "nested dict"): [
        {"claims": {"sub": "{int}", "upn": "{email!}"}},
        {"hook": {"sender": {"login": "{word}", "email": "{email!}"}}},
        {"rows": Deque([{"mail": "{email!}"}])},
        {"view": Proxy({"by": "{email!}"})},
    ],
    ("EMAIL", "mapping key"): [{"status": {"{email!}": "bounced", "total": 2}}],
    ("EMAIL", "JSON in a string"): [
        {"result": Json({"users": [{"e": "{email!}", "n": 1}]}, 2)},
        Joined(["sqs ", Json({"Message": Json({"to": "{email!}", "tpl": "{word}"})})]),
        'cut {"from":"{email!}","items":[{"sku"',
    ],
    ("EMAIL", "NDJSON"): ['data: {"user":"{email!}","seq":4}\n\n', Ndjson([{"a": 1}, {"who": ["{email!}"]}])],
    ("EMAIL", "Python repr"): [
        "Subscriber(email='{email!}', lists=[1, 2])",
        "<Mail to={email!} tries=3>",
        "Row(('{email!}', {int}))",
        Joined(["", Repr([("to", "{email!}"), ("n", 2)])]),
    ],
    ("EMAIL", "logfmt"): [
        "at=info actor={email!} status=204 path={path}",
        'event=bounce rcpt="{email!}" code=550',
    ],
    ("EMAIL", "URL"): [
        "https://{host}/u/{email!}/avatar.png",
        "GET /lookup?address={email:encoded!}&strict=1 200",
        "POST https://{host}/invite?to={email!}#done",
    ],
    ("EMAIL", "XML"): [
        "<To>{email!}</To><Subject>{word}</Subject>",
        '<contact type="work" value="{email!}"/>',
    ],
    ("EMAIL", "SQL"): [
        Fail(
            "StatementError",
            "(psycopg.errors.UniqueViolation) duplicate key\nDETAIL:  Key (lower(email::text))=({email!}) already exists.\n[SQL: INSERT INTO members]\n[parameters: {'mail': '{email!}', 'plan': '{word}'}]",
        ),
        "INSERT INTO members (mail, plan) VALUES ('{email!}', '{word}')",
        "Duplicate entry '{email!}' for key 'users.uq_mail'",
    ],
    ("EMAIL", "exception message"): [
        Fail("LookupError", "User matching query does not exist: {email!}"),
        Fail("ValidationError", "Enter a valid address: '{email!}'"),
        Fail("KeyError", ("{email!}",)),
        Fail("PermissionError", ("denied", "{email!}")),
    ],
    ("EMAIL", "cause chain"): [
        Fail(
            "OSError",
            "send failed",
            cause=Fail("OSError", "x", cause=Fail("SMTPRecipientsRefused", ({"{email!}": (450, b"busy")},))),
        )
    ],
    ("EMAIL", "notes"): [Fail("ValueError", "row rejected", notes=("row {int}", "email={email!}"))],
    ("EMAIL", "group"): [
        Fail(
            "ExceptionGroup",
            ("mails",),
            group=(Fail("OSError", "to {email!}"), Fail("OSError", "to {email!}")),
        )
    ],
    ("EMAIL", "object"): [
        {"member": Space({"mail": "{email!}", "plan": "{word}"})},
        {"e": Model({"to": "{email!}", "n": 2}, "Envelope")},
        {"conn": Plain("<IMAP {email!} idle>")},
        {"row": Named({"n": 3, "mail": "{email!}"})},
    ],
    ("EMAIL", "bytes"): [{"line": Bytes("MAIL FROM:<{email!}> SIZE=12", bytearray)}],
    ("PHONE", "message text"): [
        "otp delivered to {phone:e!} in {ms} ms",
        "caller {phone!} -> queue {word}",
        "phone number: {phone:national!}",
        "Mobile: {phone:digits!}",
        "Telefon {phone!}",
        "sms from {phone:e!}: STOP",
        "twilio: The number {phone:e!} is unsubscribed",
        "callback requested ({phone:uspar!})",
        "call to {phone:zero!} dropped",
        "cell: {phone:usdash!}, lang=en",
        "voice leg {phone:rfc!} answered",
        "wa_id={phone:digits?} phone={phone:e!}",
        "tel={phone:e!};ext=12",
        "texted {phone!} at {time}",
    ],
    ("PHONE", "% argument"): [
        Log("callback %s (%s)", ("{phone:e!}", "{word}")),
        Log("tel: %s", ("{phone!}",)),
        Log("%r", ({"mobile": "{phone:digits!}"},)),
    ],
    ("PHONE", "extra field"): [
        {"phone_number": "{phone!}"},
        {"mobilePhone": "{phone:digits!}"},
        {"contact_phone": "{phone:national!}"},
        {"telephone": "{phone:national!}"},
        {"caller": "{phone:e!}"},
        {"home_phone": "{phone:zero!}"},
        {"cellphone": "{phone:usdots!}"},
        {"fax": "{phone:national!}"},
    ],
    ("PHONE", "nested dict"): [
        {"lead": {"name_len": 4, "phones": ["{phone!}", "{phone:e!}"]}},
        {"twilio": {"From": "{phone:e!}", "Channel": "{word}"}},
    ],
    ("PHONE", "JSON in a string"): [{"hook": Compact({"phone_number": "{phone:e!}", "type": "{word}"})}],
    ("PHONE", "Python repr"): [
        "Contact(mobile='{phone:national!}', tags=[])",
        "<Call {phone:e!} state=ringing>",
    ],
    ("PHONE", "XML"): ["<tel>{phone!}</tel><n>1</n>", '<party phone="{phone:e!}" role="{word}"/>'],
    ("PHONE", "list of pairs"): [{"form": [("phone", "{phone:digits!}"), ("step", "2")]}],
    ("PHONE", "exception message"): [
        Fail("ValueError", "cannot route {phone:e!}"),
        Fail("UniqueViolation", "DETAIL:  Key (mobile)=({phone:digits!}) already exists."),
    ],
    ("PHONE", "URL"): ["GET /sms?to=%2B{msisdn!}&text=hi", "tel:{phone:e!}?n=2"],
    ("NAME", "extra field"): [
        {"given_name": "{firstname!}"},
        {"familyName": "{surname!}"},
        {"patientName": "{name!}"},
        {"cardholder_name": "{name!}"},
        {"user_last_name": "{surname!}"},
        {"fullName": "{name!}"},
    ],
    ("NAME", "nested dict"): [
        {"claims": {"given_name": "{firstname!}", "family_name": "{surname!}", "azp": "{word}"}},
        {"booking": {"guests": [{"lastName": "{surname!}", "seat": "4A"}]}},
    ],
    ("NAME", "JSON in a string"): [Joined(["crm ", Compact({"customerName": "{surname!}", "n": 1})])],
    ("NAME", "message text"): ["surname={surname!} seat=4A", 'full_name: "{name!}" plan={word}'],
    ("NAME", "Python repr"): [
        "Guest(last_name='{surname!}', seat='4A')",
        Log("%r", (Data({"first_name": "{firstname!}", "seat": "4A"}, "Guest"),)),
    ],
    ("NAME", "XML"): ["<guest><surname>{surname!}</surname><seat>4A</seat></guest>"],
    ("NAME", "SQL"): [
        Fail("StatementError", "x\n[parameters: {'first_name': '{firstname!}', 'seat': '4A'}]")
    ],
    ("NAME", "object"): [{"guest": Space({"surname": "{surname!}", "seat": "4A"})}],
    ("ADDRESS", "extra field"): [
        {"street_address": "{street!}"},
        {"homeAddress": "{address!}"},
        {"zip": "{postcode!}"},
        {"postal_code": "{postcode!}"},
        {"delivery_address": "{address!}"},
        {"addressLine1": "{street!}"},
    ],
    ("ADDRESS", "nested dict"): [
        {"billing": {"line1": "{street?}", "street": "{street!}", "postcode": "{postcode!}"}},
        {"parcel": {"shipping_address": {"street": "{street!}", "country": "NL"}}},
    ],
    ("ADDRESS", "JSON in a string"): [{"raw": Compact({"streetAddress": "{street!}", "n": 1})}],
    ("ADDRESS", "message text"): ["billing_address='{street!}' zone=3"],
    ("ADDRESS", "Python repr"): ['Parcel(street="{street!}", zone=3)'],
    ("ADDRESS", "XML"): ["<parcel><postalCode>{postcode!}</postalCode><zone>3</zone></parcel>"],
    ("ADDRESS", "object"): [
        {"parcel": Named({"street": "{street!}", "n": 3})},
        {"parcel": Space({"zip_code": "{postcode!}", "zone": 3})},
    ],
    ("DATE_OF_BIRTH", "extra field"): [
        {"birth_date": "{born!}"},
        {"dateOfBirth": "{born!}"},
        {"birthdate": "{born!}"},
        {"patient_dob": "{born:flat!}"},
    ],
    ("DATE_OF_BIRTH", "nested dict"): [
        {"claims": {"birthdate": "{born:iso!}", "azp": "{word}"}},
        {"fhir": {"resourceType": "Patient", "birthDate": "{born:iso!}"}},
    ],
    ("DATE_OF_BIRTH", "JSON in a string"): [
        Joined(["fhir ", Compact({"birthDate": "{born:iso!}", "active": True})])
    ],
    ("DATE_OF_BIRTH", "message text"): ["DOB: {born:iso!} ward={word}", "matched on birth_date={born:us!}"],
    ("DATE_OF_BIRTH", "Python repr"): ["Member(date_of_birth='{born!}', n=2)"],
    ("DATE_OF_BIRTH", "XML"): ["<dob>{born!}</dob><ward>{word}</ward>"],
    ("DATE_OF_BIRTH", "object"): [{"m": Space({"dob": "{born!}", "ward": "{word}"})}],
}
HARD: dict[tuple[str, str], list[object]] = {}
