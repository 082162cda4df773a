# SPDX-License-Identifier: GPL-3.0-or-later
"""The school's OpenID provider: LemonLDAP::NG as a FastCGI server, configured from scratch."""
import json
import os
import socket
import threading

from cryptography.hazmat.primitives import serialization

from .pki import make_key, public_pem
from .place import as_server

PORTAL = "/usr/share/lemonldap-ng/portal"
CLAIMS = ("uid", "employeeNumber", "givenName", "sn", "mail", "eduPersonAffiliation",
          "nlEduPersonHomeOrganizationId")
MANY = ("eduPersonAffiliation",)  # claims that are arrays

INI = """[all]
logLevel = warn
[configuration]
type=File
dirName = {root}/conf
localStorage=Cache::FileCache
localStorageOptions={{'namespace' => 'lemonldap-ng-config', 'default_expires_in' => 600, \
'cache_root' => '{root}/cache', 'cache_depth' => 3 }}
[portal]
staticPrefix = /static
templateDir = {portal}/templates
languages = en
[handler]
status = 0
"""

# Its demonstration accounts are three characters of a television series; ours go to this school.
# The portal does not start without a library that draws pictures, though it is to draw none.
PEOPLE = """use strict;
BEGIN {{ $INC{{'Image/Magick.pm'}} = 'none'; }}
require Lemonldap::NG::Portal::UserDB::Demo;
require Lemonldap::NG::Portal::Auth::Demo;
my %accounts = ({accounts});
%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = %accounts;
{{
    no warnings 'redefine';
    *Lemonldap::NG::Portal::Auth::Demo::authenticate = sub {{
        my ( $self, $req ) = @_;
        return 0 if $accounts{{ $req->{{user}} }}
            and $accounts{{ $req->{{user}} }}->{{password}} eq $req->data->{{password}};
        $self->setSecurity($req);
        return 5;
    }};
}}
1;
"""


def perl(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def rsa_pem(key):
    return key.private_bytes(serialization.Encoding.PEM,
                             serialization.PrivateFormat.TraditionalOpenSSL,
                             serialization.NoEncryption()).decode()


class Op:
    """One instance; an httpd reaches it through the lines of conf(). Clients see its issuer URL."""

    def __init__(self, place, school, people, clients, issuer, name="op", kid="op-key-1"):
        self.place, self.school, self.issuer, self.name = place, school, issuer, name
        self.root = place.dir(name)
        self.port = place.port()
        self.key = make_key()
        for part in ("conf", "cache", "sessions/lock", "psessions/lock"):
            path = place.dir(f"{name}/{part}")
            path.chmod(0o777)
        place.dir(f"{name}/sessions").chmod(0o777)
        place.dir(f"{name}/psessions").chmod(0o777)
        self.ini = place.file(f"{name}/lemonldap-ng.ini", INI.format(root=self.root, portal=PORTAL))
        self.people_file = place.file(f"{name}/people.pl", PEOPLE.format(
            accounts=", ".join(self.account(p) for p in people)))
        place.file(f"{name}/conf/lmConf-1.json", json.dumps(self.settings(clients, kid)))

    def account(self, person):
        values = {k: "; ".join(v) for k, v in person.attributes(self.school).items()}
        values["password"] = person.password
        pairs = ", ".join(f"{perl(k)} => {perl(v)}" for k, v in values.items())
        return f"{perl(person.user)} => {{ {pairs} }}"

    def settings(self, clients, kid):
        private = rsa_pem(self.key)
        return {
            "cfgNum": 1, "cfgAuthor": "lab", "cfgDate": 1, "portal": self.issuer + "/",
            "domain": self.issuer.split("//")[1].split(":")[0].split("/")[0],
            "authentication": "Demo", "userDB": "Same", "passwordDB": "Null", "registerDB": "Null",
            "requireToken": 0, "portalDisplayRegister": 0, "useSafeJail": 1,
            "securedCookie": 0, "whatToTrace": "_user", "key": os.urandom(12).hex(),
            "locationRules": {"nowhere.localhost": {"default": "deny"}}, "exportedHeaders": {},
            "exportedVars": {}, "macros": {}, "groups": {},
            "demoExportedVars": {name: name for name in CLAIMS},
            "globalStorage": "Apache::Session::File",
            "globalStorageOptions": {"Directory": f"{self.root}/sessions",
                                     "LockDirectory": f"{self.root}/sessions/lock"},
            "persistentStorage": "Apache::Session::File",
            "persistentStorageOptions": {"Directory": f"{self.root}/psessions",
                                         "LockDirectory": f"{self.root}/psessions/lock"},
            "localSessionStorage": "Cache::FileCache",
            "localSessionStorageOptions": {"cache_root": f"{self.root}/cache", "cache_depth": 3,
                                           "namespace": "sessions", "default_expires_in": 600},
            "issuerDBOpenIDConnectActivation": 1, "oidcServiceMetaDataIssuer": self.issuer,
            "oidcServicePrivateKeySig": private,
            "oidcServicePublicKeySig": public_pem(self.key).decode(), "oidcServiceKeyIdSig": kid,
            "oidcServiceAllowHybridFlow": 1, "oidcServiceAllowImplicitFlow": 1,
            "oidcServiceIgnoreScopeForClaims": 1,
            "oidcRPMetaDataExportedVars": {c.client_id: {
                name: f"{name};string;{'always' if name in MANY else 'auto'}" for name in CLAIMS
            } for c in clients},
            "oidcRPMetaDataOptions": {c.client_id: self.client(c) for c in clients},
            "captcha_login_enabled": 0, "captcha_mail_enabled": 0, "captcha_register_enabled": 0,
            "portalDisplayResetPassword": 0, "portalDisplayCertificateResetByMail": 0,
            "cspFormAction": "*",
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

    def start(self):
        user = ["-u", "www-data", "-g", "www-data"] if os.geteuid() == 0 else []
        command = ["llng-fastcgi-server", "--foreground", *user, "-n", "2", "-f",
                   str(self.people_file), "-l", f"127.0.0.1:{self.port}", "-p",
                   f"{self.root}/cache/pid"]
        env = {**os.environ, "LLNG_DEFAULTCONFFILE": str(self.ini),
               "LLNG_DEFAULTLOGGER": "Lemonldap::NG::Common::Logger::Std"}
        for name in ("USER", "SOCKET", "LISTEN", "PID", "NPROC"):
            env.pop(name, None)
        process = self.place.start(as_server(command, self.root), self.name, env)
        process.wait_for_port(self.port)
        return self

    def conf(self):
        """The lines for an httpd that forwards requests to it."""
        return f"""
Alias /static {PORTAL}/htdocs/static
<Directory {PORTAL}/htdocs>
  Require all granted
</Directory>
<LocationMatch "^/(?!static)">
  Require all granted
  CGIPassAuth On
  SetHandler "proxy:fcgi://127.0.0.1:{self.port}"
  ProxyFCGISetEnvIf "true" LLTYPE "psgi"
  ProxyFCGISetEnvIf "true" SCRIPT_FILENAME "{PORTAL}/htdocs/index.psgi"
  ProxyFCGISetEnvIf "true" SCRIPT_NAME ""
  ProxyFCGISetEnvIf "true" PATH_INFO "%{{REQUEST_URI}}"
</LocationMatch>
"""


class Tap:
    """A proxy to a server that keeps every byte of its responses."""

    def __init__(self, server_port):
        self.server_port, self.connections = server_port, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    @property
    def answered(self):
        return b"".join(self.connections)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
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
