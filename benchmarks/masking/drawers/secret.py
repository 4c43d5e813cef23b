"""Secrets: passwords, tokens, keys, and what carries them."""

import base64
import json
from typing import Any

import keys
import vendors
from vendors import drawn

_WORDS = (
    "sunshine",
    "dragon",
    "Winter",
    "Falcon",
    "orchid",
    "Madrid",
    "copper",
    "Lantern",
    "pepper",
    "Saturn",
    "willow",
)


def halves(text: str) -> tuple[str, ...]:
    """Itself, and its second half where that is long enough to be a leak."""
    return (text, text[len(text) // 2 :]) if len(text) >= 20 else (text,)


def _secret(v: Any, shape: str | None) -> Any:
    made = _SHAPES[shape or v.choice(("human", "human", "mixed", "mixed", "hex", "url", "word"))](v)
    return made, halves(made)


_SHAPES = {
    "human": lambda v: (
        f"{v.choice(_WORDS)}{v.choice('-_.!#')}{v.number(10, 9999)}{v.choice(('', '!', 'x', 'Q'))}"
    ),
    "mixed": lambda v: drawn("w", v.number(10, 32), v.chance),
    "hex": lambda v: drawn("h", v.choice((32, 40, 64)), v.chance),
    "url": lambda v: drawn("u", v.number(16, 48), v.chance),
    "word": lambda v: v.choice(_WORDS).lower() + v.choice(_WORDS).lower(),
    "odd": lambda v: (
        drawn("w", 5, v.chance) + v.choice("@$*^~%") + drawn("w", 4, v.chance) + v.choice("+=;:/?"[:2] + "!")
    ),
    "base": lambda v: base64.b64encode(v.chance.randbytes(v.choice((24, 32, 48)))).decode(),
    "phrase": lambda v: " ".join(v.chance.sample(_WORDS, 4)),
    "digits": lambda v: str(v.number(10**6, 10**10)),
    "short": lambda v: drawn("w", 6, v.chance),
    "unicode": lambda v: "Pässwört" + drawn("w", 4, v.chance) + "ß",
    "aws": lambda v: drawn("b", 40, v.chance),
}


def _vendor(v: Any, _: str | None) -> Any:
    made = vendors.token(v.next_of("vendor", v.vendors), v.chance)
    return made, (made, made[-12:])


def _segment(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _jwt(v: Any, shape: str | None) -> Any:
    header: dict[str, Any] = {"alg": v.choice(("HS256", "RS256", "ES256", "EdDSA")), "typ": "JWT"}
    if v.number(0, 1):
        header["kid"] = drawn("w", 8, v.chance)
    claims = {
        "sub": drawn("d", 10, v.chance),
        "iat": v.number(1_700_000_000, 1_800_000_000),
        "scope": "read write",
    }
    head, body = _segment(header), _segment(claims)
    if shape == "jwe":
        head = _segment({"alg": "RSA-OAEP", "enc": "A256GCM"})
        parts = [head, *(drawn("u", length, v.chance) for length in (86, 16, 64, 22))]
        return ".".join(parts), (parts[1], parts[3])
    if shape == "unsigned":
        return f"{_segment({'alg': 'none'})}.{body}.", (body,)
    signature = _segment(v.chance.randbytes(v.choice((32, 64, 256))))
    return f"{head}.{body}.{signature}", (body, signature)


def _basic(v: Any, _: str | None) -> Any:
    made = base64.b64encode(f"{v.choice(_WORDS)}:{drawn('w', 12, v.chance)}".encode()).decode()
    return made, (made, made.rstrip("=")[4:])


def _pem(v: Any, shape: str | None) -> Any:
    shape = shape or "lines"
    label = v.choice(
        (
            "RSA PRIVATE KEY",
            "PRIVATE KEY",
            "EC PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "DSA PRIVATE KEY",
        )
    )
    if shape == "pgp":
        label = "PGP PRIVATE KEY BLOCK"
    lines = [drawn("b", 64, v.chance) for _ in range(v.number(4, 14))] + [drawn("b", 30, v.chance) + "=="]
    between = {"escaped": "\\n", "one": " ", "crlf": "\r\n"}.get(shape, "\n")
    head, tail = [f"-----BEGIN {label}-----"], [f"-----END {label}-----"]
    if shape == "pgp":
        head += ["Version: GnuPG v2", ""]
    if shape == "cut":
        tail, lines[-1] = [], lines[-1][:20]
    return between.join(head + lines + tail), tuple(lines)


def _key(v: Any, shape: str | None) -> str:
    words = v.next_of("key", v.secret_keys)
    if shape != "bare":
        words = v.choice(keys.PREFIXES) + words if not words.startswith(("my ", "x ")) else words
    return keys.spelled(words, shape if shape and shape != "bare" else keys.any_style(v.chance), v.chance)


_RANDOM_KEYS = {
    False: ("hmac key", "fernet key", "data key", "integration key", "license key", "ingest key", "feed key", "sdk key", "write key"),
    True: ("functions key", "subscription key", "service key", "deploy key", "server key", "shared key", "agent key", "provisioning key"),
}  # fmt: skip


def _random_key(v: Any, shape: str | None) -> str:
    return keys.spelled(
        v.next_of("random key", _RANDOM_KEYS[v.unseen]), shape or keys.any_style(v.chance), v.chance
    )


def _random(v: Any, shape: str | None) -> Any:
    while True:
        made = drawn({"hex": "h"}.get(shape or "", v.choice("wwu")), v.choice((20, 24, 32, 40)), v.chance)
        if sum(letter.isdigit() for letter in made) >= 3 and len(set(made)) >= 9:
            return made, halves(made)


def _uri_password(v: Any, shape: str | None) -> Any:
    made = drawn("w", v.number(8, 20), v.chance)
    if shape == "at":
        made = f"{made[:4]}@{made[4:]}"
    if shape == "quoted":
        made = f"{made[:4]}%40{made[4:]}%21"
    return made, halves(made)


DRAWERS = {
    "secret": _secret,
    "vendor": _vendor,
    "jwt": _jwt,
    "basic": _basic,
    "pem": _pem,
    "key": _key,
    "randomkey": _random_key,
    "random": _random,
    "upass": _uri_password,
    "awssecret": lambda v, _: drawn("b", 40, v.chance),
    "hexsecret": lambda v, _: drawn("h", 32, v.chance),
    "bearer": lambda v, _: drawn("u", v.choice((24, 32, 43, 64)), v.chance),
    "digest": lambda v, _: drawn("h", 32, v.chance),
    "sid": lambda v, _: drawn(v.choice("hwu"), v.choice((26, 32, 40)), v.chance),
    "cvv": lambda v, shape: str(v.number(1, 9)) + drawn("d", int(shape[1:]) - 1 if shape else 2, v.chance),
    "pin": lambda v, shape: drawn("d", int(shape[1:]) if shape else v.choice((4, 4, 6)), v.chance),
    "otp": lambda v, _: drawn("d", 6, v.chance),
    "totp": lambda v, _: drawn("3", v.choice((16, 32)), v.chance),
    "sig": lambda v, _: drawn("h", 64, v.chance),
    "bsig": lambda v, _: drawn("w", 43, v.chance) + "%3D",
    "code": lambda v, _: drawn("u", v.choice((20, 32, 48)), v.chance),
    "awsscope": lambda v, _: f"AKIA{drawn('3', 16, v.chance)}/20260101/eu-west-1/s3/aws4_request",
    "azkey": lambda v, _: base64.b64encode(v.chance.randbytes(64)).decode(),
}  # fmt: skip
