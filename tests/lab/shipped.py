# SPDX-License-Identifier: GPL-3.0-or-later
"""The files in conf/ as an operator finds them: the modules and files that each one needs."""
import pathlib
import re

from .signer import ENTITY

CONF = pathlib.Path(__file__).parents[2] / "conf"
FILES = [*sorted(CONF.glob("examples/*.conf")), CONF / "eckid.conf"]

# what Debian's apache2 has switched on from the start
DEBIAN = """access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user
autoindex deflate dir env filter mime negotiation reqtimeout setenvif status""".split()
AVAILABLE = pathlib.Path("/etc/apache2/mods-available")

SUPPLIER = """<md:EntityDescriptor entityID="{}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" index="0"
 Location="https://entree.example/acs"/></md:SPSSODescriptor></md:EntityDescriptor>"""


def a2enmod(text):
    """The modules that a file says to switch on; the one with all directives says none but ours."""
    return " ".join(re.findall(r"a2enmod ([\w ]+)", text)).split() or ["eckid"]


def with_needed(modules):
    """These, behind those that they need, as a2enmod switches them on."""
    found = []
    for name in modules:
        load = CONF / "eckid.load.in" if name == "eckid" else AVAILABLE / f"{name}.load"
        needed = re.findall(r"^# Depends: (.*)$", load.read_text(), re.M)
        found += with_needed(" ".join(needed).split()) + [name]
    return list(dict.fromkeys(found))


def files(text, setting, signer):
    """The files below eckid/ that a file of conf/ refers to, as {name: content}."""
    key, certificate = (file.read_bytes() for file in (setting.signing.key_file,
                                                       setting.signing.crt_file))
    metadata, idp = signer.metadata(), re.search(r"EckidIdpMetadata\s+\S+ (\S+)", text)
    supplier = SUPPLIER.format(re.search(r"<EckidSupplier (\S+)>", text)[1])
    return {
        "secret": b"x" * 64, "nameid.secret": b"x" * 64, "session.secret": b"x" * 64,
        "entra.secret": b"OIDCClientSecret x\n", "google.secret": b"OIDCClientSecret x\n",
        "sign.key": key, "sign.crt": certificate, "tls.pem": key + certificate,
        "las.key": setting.las_pair.key_file.read_bytes(),
        "las-ca.pem": setting.authority.crt_file.read_bytes(),
        "idp-metadata.xml": metadata.replace(ENTITY, idp[1] if idp else ENTITY).encode(),
        "entree.xml": supplier.encode(), "adfs.xml": metadata.encode(),
        "mellon.key": key, "mellon.crt": certificate, "mellon.xml": metadata.encode()}


def mode(name):
    """Only root may read keys and secrets."""
    return 0o600 if name.endswith((".key", "secret", "tls.pem")) else 0o644
