# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and certificates, made for each run."""
import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID


def make_key(kind="rsa"):
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else (
        ed25519.Ed25519PrivateKey.generate())


def key_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)


def rsa_pem(key):
    """A private RSA key in the older form, which LemonLDAP::NG reads."""
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.TraditionalOpenSSL,
                             serialization.NoEncryption()).decode()


def make_certificate(key, name, issuer=None, issuer_key=None, hosts=(), days=(-1, 90)):
    """A certificate; self-signed without an issuer."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (x509.CertificateBuilder()
               .subject_name(subject)
               .issuer_name(issuer.subject if issuer else subject)
               .public_key(key.public_key())
               .serial_number(x509.random_serial_number())
               .not_valid_before(now + datetime.timedelta(days=days[0]))
               .not_valid_after(now + datetime.timedelta(days=days[1]))
               .add_extension(x509.BasicConstraints(ca=not issuer, path_length=None), True))
    if hosts:
        names = [x509.IPAddress(ipaddress.ip_address(h)) if h[0].isdigit() else x509.DNSName(h)
                 for h in hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), False)
    signer = issuer_key or key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest)


def certificate_pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def certificate_base64(certificate):
    return "".join(certificate_pem(certificate).decode().split("\n")[1:-2])


class Pair:
    """A key with its certificate, as files."""

    def __init__(self, place, name, kind="rsa", **options):
        self.key = make_key(kind)
        self.certificate = make_certificate(self.key, name, **options)
        self.key_file = place.file(f"pki/{name}.key", key_pem(self.key), 0o600)
        self.crt_file = place.file(f"pki/{name}.crt", certificate_pem(self.certificate))

    @property
    def base64(self):
        return certificate_base64(self.certificate)


class Authority(Pair):
    """A certificate authority for TLS."""

    def __init__(self, place, name="ca"):
        super().__init__(place, name, "ec")

    def issue(self, place, name, hosts):
        key = make_key("ec")
        certificate = make_certificate(key, name, self.certificate, self.key, hosts)
        return place.file(f"pki/{name}.pem", key_pem(key) + certificate_pem(certificate), 0o600)
