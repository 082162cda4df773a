# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's SAML identity provider: what the system has. ECKID_IDP names another one."""
import os

from .lemonsaml import LemonSaml
from .simplesaml import WWW, SimpleSaml

KINDS = {"simplesamlphp": SimpleSaml, "lemonldap-ng": LemonSaml}


def kind():
    """The class of identity providers here: Debian 13 has no SimpleSAMLphp."""
    return KINDS[os.environ.get("ECKID_IDP") or ("simplesamlphp" if WWW.exists()
                                                 else "lemonldap-ng")]
