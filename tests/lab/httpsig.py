# SPDX-License-Identifier: GPL-3.0-or-later
"""RFC 9421 and RFC 9530 for the LAS of the tests, implemented independently from the RFCs."""
import base64
import hashlib
import re
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (decode_dss_signature,
                                                             encode_dss_signature)


class Refused(Exception):
    """The reason why a message is refused."""


ITEM = re.compile(r'"([^"]*)"((?:;[a-z]+(?:="[^"]*")?)*)')
PARAM = re.compile(r';([a-z]+)=(?:"([^"]*)"|(-?[0-9]+))')


def parse_input(field):
    """Signature-Input with one signature: label, components, the text of the list, parameters."""
    match = re.fullmatch(r"([a-z][a-z0-9_.*-]*)=(\(([^)]*)\)(.*))", field.strip())
    if not match:
        raise Refused("Signature-Input cannot be read")
    label, text, inner, tail = match.groups()
    params = {name: string if number == "" else int(number)
              for name, string, number in PARAM.findall(tail)}
    return label, ITEM.findall(inner), text, params


def parse_signature(field, label):
    match = re.fullmatch(rf"{re.escape(label)}=:([A-Za-z0-9+/=]*):", field.strip())
    if not match:
        raise Refused("Signature cannot be read")
    return base64.b64decode(match.group(1))


def member(field, key):
    """One member of a dictionary field whose members are byte sequences or have no comma."""
    values = dict(part.strip().split("=", 1) for part in field.split(","))
    if key not in values:
        raise Refused(f"no member {key}")
    return values[key]


def component(name, params, message):
    """The value of a component (RFC 9421 section 2)."""
    if ";req" in params:
        return component(name, params.replace(";req", ""), message["request"])
    if name == "@status":
        return str(message["status"])
    if not name.startswith("@"):
        values = [v for k, v in message["fields"] if k.lower() == name]
        if not values:
            raise Refused(f"no field {name}")
        value = ", ".join(v.strip() for v in values)
        key = re.search(r';key="([^"]*)"', params)
        return member(value, key[1]) if key else value
    url = urllib.parse.urlsplit(message["url"])
    if name == "@query-param":
        wanted = urllib.parse.unquote_plus(re.search(r'name="([^"]*)"', params).group(1))
        values = [v for k, v in urllib.parse.parse_qsl(url.query, True) if k == wanted]
        if len(values) != 1:
            raise Refused("a query parameter that is not there once")
        return urllib.parse.quote(values[0], safe="*-._")
    default = {"https": 443, "http": 80}[url.scheme]
    return {
        "@method": message["method"],
        "@target-uri": message["url"],
        "@scheme": url.scheme,
        "@authority": url.hostname + (f":{url.port}" if url.port not in (None, default) else ""),
        "@path": url.path or "/",
        "@query": "?" + url.query,
        "@request-target": (url.path or "/") + ("?" + url.query if url.query else ""),
    }[name]


def base(message, components, text):
    """The signature base (RFC 9421 section 2.5)."""
    lines = [f'"{name}"{params}: {component(name, params, message)}'
             for name, params in components]
    return "\n".join(lines + [f'"@signature-params": {text}']).encode()


def check(alg, key, signature, data):
    """RFC 9421 section 3.3."""
    try:
        if alg == "rsa-pss-sha512":
            key.verify(signature, data, padding.PSS(padding.MGF1(hashes.SHA512()), 64),
                       hashes.SHA512())
        elif alg == "rsa-v1_5-sha256":
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif alg == "ecdsa-p256-sha256":
            if len(signature) != 64:
                raise Refused("an ECDSA signature that is not 64 bytes")
            halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            key.verify(encode_dss_signature(*halves), data, ec.ECDSA(hashes.SHA256()))
        elif alg == "ed25519":
            key.verify(signature, data)
        elif alg == "hmac-sha256":
            mac = hmac.HMAC(key, hashes.SHA256())
            mac.update(data)
            mac.verify(signature)
        else:
            raise Refused(f"algorithm {alg}")
    except InvalidSignature:
        raise Refused("the signature does not hold") from None


def algorithm_of(key):
    """The usual algorithm of a private or public key."""
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return "rsa-pss-sha512"
    is_ec = isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey))
    return "ecdsa-p256-sha256" if is_ec else "ed25519"


def make(key, data):
    """A signature by the usual algorithm of the key (RFC 9421 section 3.3)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        halves = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(half.to_bytes(32, "big") for half in halves)
    return key.sign(data)


def make_digest(body):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


ANSWERED = ("@status", "content-digest", "content-type", 'signature;req;key="sig1"')

# What can be wrong with a signed answer: the name of it, and how it comes about.
FAULTS = {
    "missing": {},                           # there is no signature at all
    "digest": {"body": b"another body"},     # signed, but Content-Digest does not match the body
    "req": {"other_request": True},          # signed for another request
    "unbound": {"covered": ANSWERED[:3]},    # signed for no request in particular
    "uncovered": {"covered": ANSWERED[1:]},  # without the status
    "created": {"age": 3600},                # signed an hour ago
    "future": {"age": -3600},                # or in an hour
    "expired": {"lifetime": -3600},          # signed now, no longer valid
    "keyid": {"keyid": "unheard-of"},
    "alg": {"alg": "hmac-sha256"},           # not what it is signed with
    "signature": {"tampered": True},
}


def other(request):
    """The request with the signature that another nonce would give."""
    fields = [(k, f"sig1=:{base64.b64encode(bytes(64)).decode()}:" if k.lower() == "signature"
               else v) for k, v in request["fields"]]
    return {**request, "fields": fields}


def sign_answer(answer, body, request, keyid, key, now, fault=None):
    """The fields that sign a response (RFC 9421 sections 2.4 and 3.1), possibly with a fault."""
    if fault == "missing":
        return []
    wrong = FAULTS[fault] if fault else {}
    digest = ("Content-Digest", make_digest(wrong.get("body", body)))
    created = int(now) - wrong.get("age", 0)
    covered = [(name, params and ";" + params) for name, _, params in
               (item.partition(";") for item in wrong.get("covered", ANSWERED))]
    text = "({});created={};expires={};keyid=\"{}\";alg=\"{}\"".format(
        " ".join(f'"{name}"{params}' for name, params in covered), created,
        created + wrong.get("lifetime", 60), wrong.get("keyid", keyid),
        wrong.get("alg", algorithm_of(key)))
    message = {**answer, "fields": [*answer["fields"], digest],
               "request": other(request) if wrong.get("other_request") else request}
    signature = bytearray(make(key, base(message, covered, text)))
    signature[-1] ^= wrong.get("tampered", False)
    return [digest, ("Signature-Input", f"las={text}"),
            ("Signature", f"las=:{base64.b64encode(signature).decode()}:")]


def verify_answer(answer, body, request, keys, now, skew=60):
    """Verifies a response as a strict client does; keys by keyid."""
    fields = {k.lower(): v for k, v in answer["fields"]}
    if "signature" not in fields:
        raise Refused("no field signature")
    label, components, text, params = parse_input(fields["signature-input"])
    if set(ANSWERED) - {name + params for name, params in components}:
        raise Refused("not all is covered")
    if not (now - skew <= params.get("created", 0) <= now + skew and
            params.get("expires", now) >= now - skew):
        raise Refused("created at another time, or expired")
    if params.get("keyid") not in keys:
        raise Refused("an unknown keyid")
    alg, key = keys[params["keyid"]]
    if params.get("alg", alg) != alg:
        raise Refused("another algorithm than the key's")
    check(alg, key, parse_signature(fields["signature"], label),
          base({**answer, "request": request}, components, text))
    check_digest(fields["content-digest"], body)


def check_digest(field, body):
    """RFC 9530 section 2; one known digest is enough."""
    for name, make in (("sha-256", hashlib.sha256), ("sha-512", hashlib.sha512)):
        match = re.search(rf"{name}=:([^:]*):", field)
        if match:
            if base64.b64decode(match.group(1)) != make(body).digest():
                raise Refused("Content-Digest does not match the body")
            return
    raise Refused("Content-Digest with no digest that is known")


def verify_request(message, body, keys, now, seen, demanded, window=300):
    """Verifies a request as a strict LAS does; keys by keyid; seen stores the nonces."""
    fields = {k.lower(): v for k, v in message["fields"]}
    for name in ("signature-input", "signature", *(["content-digest"] if body else [])):
        if name not in fields:
            raise Refused(f"no field {name}")
    label, components, text, params = parse_input(fields["signature-input"])
    missing = set(demanded) - {name for name, _ in components}
    if missing:
        raise Refused(f"not covered: {', '.join(sorted(missing))}")
    if params.get("keyid") not in keys:
        raise Refused("an unknown keyid")
    alg, key = keys[params["keyid"]]
    if params.get("alg", alg) != alg:
        raise Refused("another algorithm than the key's")
    if not now - window <= params.get("created", 0) <= now + 60:
        raise Refused("created at another time")
    if params.get("expires", 0) < now:
        raise Refused("expired")
    check(alg, key, parse_signature(fields["signature"], label), base(message, components, text))
    if body:
        check_digest(fields["content-digest"], body)
    if not params.get("nonce") or params["nonce"] in seen:
        raise Refused("a nonce that was seen before, or none")
    seen.add(params["nonce"])
