# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's OpenID provider: LemonLDAP::NG."""
import socket
import threading

from .acceptor import Acceptor
from .lemon import Portal
from .pki import make_key, public_pem, rsa_pem

CLAIMS = ("uid", "employeeNumber", "givenName", "sn", "mail", "eduPersonAffiliation",
          "nlEduPersonHomeOrganizationId")
MANY = ("eduPersonAffiliation",)  # claims that are arrays


class Op(Portal):
    """One instance. Clients see its issuer URL."""

    def __init__(self, place, school, people, clients, issuer, name="op", kid="op-key-1",
                 claims=None):
        """claims: the attribute that each is made of."""
        self.claims = claims or {name: name for name in CLAIMS}
        names = tuple(dict.fromkeys([*CLAIMS, *self.claims.values()]))
        super().__init__(place, school, people, issuer, names, name)
        self.issuer, self.key = issuer, make_key()
        self.write(**self.role(clients, kid))

    def role(self, clients, kid):
        return {
            "issuerDBOpenIDConnectActivation": 1, "oidcServiceMetaDataIssuer": self.issuer,
            "oidcServicePrivateKeySig": rsa_pem(self.key),
            "oidcServicePublicKeySig": public_pem(self.key).decode(), "oidcServiceKeyIdSig": kid,
            "oidcServiceAllowHybridFlow": 1, "oidcServiceAllowImplicitFlow": 1,
            "oidcServiceIgnoreScopeForClaims": 1,
            "portalForceAuthnInterval": 0,  # prompt=login asks however new the session is
            "oidcRPMetaDataExportedVars": {c.client_id: {
                claim: f"{name};string;{'always' if name in MANY else 'auto'}"
                for claim, name in self.claims.items()} for c in clients},
            "oidcRPMetaDataOptions": {c.client_id: self.client(c) for c in clients},
        }

    @staticmethod
    def client(client):
        return {"oidcRPMetaDataOptionsClientID": client.client_id,
                "oidcRPMetaDataOptionsClientSecret": client.secret,
                "oidcRPMetaDataOptionsRedirectUris": client.redirect_uri,
                "oidcRPMetaDataOptionsBypassConsent": 1,
                "oidcRPMetaDataOptionsIDTokenSignAlg": client.alg_in,
                "oidcRPMetaDataOptionsIDTokenForceClaims": int(not client.userinfo_only),
                "oidcRPMetaDataOptionsUserIDAttr": "uid",
                "oidcRPMetaDataOptionsRefreshToken": 1,
                "oidcRPMetaDataOptionsAllowOffline": 1,
                **client.options}


class Tap:
    """A proxy to a server that keeps every byte of its responses."""

    def __init__(self, server_port):
        self.server_port, self.connections = server_port, []
        self.acceptor = Acceptor(self.connect)
        self.port, self.close = self.acceptor.port, self.acceptor.close

    @property
    def answered(self):
        return b"".join(self.connections)

    def connect(self, client):
        server = socket.create_connection(("127.0.0.1", self.server_port))
        self.connections.append(answered := bytearray())
        for ends in ((client, server, bytearray()), (server, client, answered)):
            threading.Thread(target=self.hand_on, args=ends, daemon=True).start()

    @staticmethod
    def hand_on(source, target, kept):
        try:
            while piece := source.recv(65536):
                kept += piece
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
