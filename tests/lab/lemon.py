# SPDX-License-Identifier: GPL-3.0-or-later
"""LemonLDAP::NG as a FastCGI server, configured from scratch: what its two roles share."""
import json
import os

from .place import as_server

PORTAL = "/usr/share/lemonldap-ng/portal"

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

# Its demonstration accounts are three characters of a television series; ours go to this school,
# and are read anew at each login, so that one can be added. The portal does not start without a
# library that draws pictures, though it is to draw none.
PEOPLE = """use strict;
BEGIN {{ $INC{{'Image/Magick.pm'}} = 'none'; }}
require Lemonldap::NG::Portal::UserDB::Demo;
require Lemonldap::NG::Portal::Auth::Demo;
{{
    no warnings 'redefine';
    my $get_user = \\&Lemonldap::NG::Portal::UserDB::Demo::getUser;
    *Lemonldap::NG::Portal::UserDB::Demo::getUser = sub {{
        %Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = do {accounts};
        return $get_user->(@_);
    }};
    *Lemonldap::NG::Portal::Auth::Demo::authenticate = sub {{
        my ( $self, $req ) = @_;
        my $account = $Lemonldap::NG::Portal::UserDB::Demo::demoAccounts{{ $req->{{user}} }};
        return 0 if $account and $account->{{password}} eq $req->data->{{password}};
        $self->setSecurity($req);
        return 5;
    }};
}}
1;
"""


def perl(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Portal:
    """One instance; an httpd reaches it through the lines of conf(). Browsers see its URL."""

    def __init__(self, place, school, people, url, names, name):
        self.place, self.school, self.url, self.names, self.name = place, school, url, names, name
        self.root = place.dir(name)
        self.port = place.port()
        self.process, self.number = None, 0
        for part in ("conf", "cache", "sessions/lock", "psessions/lock"):
            path = place.dir(f"{name}/{part}")
            path.chmod(0o777)
        place.dir(f"{name}/sessions").chmod(0o777)
        place.dir(f"{name}/psessions").chmod(0o777)
        self.ini = place.file(f"{name}/lemonldap-ng.ini", INI.format(root=self.root, portal=PORTAL))
        self.accounts = self.root / "accounts.pl"
        self.write_accounts(people)
        self.people_file = place.file(f"{name}/people.pl", PEOPLE.format(
            accounts=perl(str(self.accounts))))

    def write_accounts(self, people):
        """Who can log in from now on; read anew at each login."""
        accounts = ",\n".join(self.account(person) for person in people)
        self.place.replace(f"{self.name}/accounts.pl", f"({accounts})\n")

    def account(self, person):
        values = {k: "; ".join(v) for k, v in person.attributes(self.school).items()}
        values["password"] = person.password
        pairs = ", ".join(f"{perl(k)} => {perl(v)}" for k, v in values.items())
        return f"{perl(person.user)} => {{ {pairs} }}"

    def write(self, **role):
        """Writes its configuration, which takes the place of an earlier one."""
        self.number += 1
        self.place.file(f"{self.name}/conf/lmConf-{self.number}.json", json.dumps(
            {**self.settings(), "cfgNum": self.number, **role}))

    def settings(self):
        """Its own choice for SAML, SameSite=None, is what browsers refuse without https."""
        return {
            "cfgAuthor": "lab", "cfgDate": 1, "portal": self.url + "/",
            "domain": self.url.split("//")[1].split(":")[0].split("/")[0],
            "authentication": "Demo", "userDB": "Same", "passwordDB": "Null", "registerDB": "Null",
            "requireToken": 0, "portalDisplayRegister": 0, "useSafeJail": 1,
            "securedCookie": 0, "sameSite": "Lax", "whatToTrace": "_user",
            "key": os.urandom(12).hex(),
            "locationRules": {"nowhere.localhost": {"default": "deny"}}, "exportedHeaders": {},
            "exportedVars": {}, "macros": {}, "groups": {},
            "demoExportedVars": {name: name for name in self.names},
            "globalStorage": "Apache::Session::File",
            "globalStorageOptions": {"Directory": f"{self.root}/sessions",
                                     "LockDirectory": f"{self.root}/sessions/lock"},
            "persistentStorage": "Apache::Session::File",
            "persistentStorageOptions": {"Directory": f"{self.root}/psessions",
                                         "LockDirectory": f"{self.root}/psessions/lock"},
            "localSessionStorage": "Cache::FileCache",
            "localSessionStorageOptions": {"cache_root": f"{self.root}/cache", "cache_depth": 3,
                                           "namespace": "sessions", "default_expires_in": 600},
            "captcha_login_enabled": 0, "captcha_mail_enabled": 0, "captcha_register_enabled": 0,
            "portalDisplayResetPassword": 0, "portalDisplayCertificateResetByMail": 0,
            "cspFormAction": "*",
        }

    @staticmethod
    def credentials(person):
        """The fields of its login form."""
        return {"user": person.user, "password": person.password}

    def start(self):
        user = ["-u", "www-data", "-g", "www-data"] if os.geteuid() == 0 else []
        command = ["llng-fastcgi-server", "--foreground", *user, "-n", "2", "-f",
                   str(self.people_file), "-l", f"127.0.0.1:{self.port}", "-p",
                   f"{self.root}/cache/pid"]
        env = {**os.environ, "LLNG_DEFAULTCONFFILE": str(self.ini),
               "LLNG_DEFAULTLOGGER": "Lemonldap::NG::Common::Logger::Std"}
        for name in ("USER", "SOCKET", "LISTEN", "PID", "NPROC"):
            env.pop(name, None)
        self.process = self.place.start(as_server(command, self.root), self.name, env)
        self.process.wait_for_port(self.port)
        return self

    def conf(self):
        """The lines for an httpd that forwards requests to it. Its pages need their scripts."""
        return f"""
Alias /static {PORTAL}/htdocs/static
Alias /javascript /usr/share/javascript
AddType text/javascript .js
<DirectoryMatch "^({PORTAL}/htdocs|/usr/share/javascript)">
  Require all granted
</DirectoryMatch>
<LocationMatch "^/(?!static|javascript)">
  Require all granted
  CGIPassAuth On
  SetHandler "proxy:fcgi://127.0.0.1:{self.port}"
  ProxyFCGISetEnvIf "true" LLTYPE "psgi"
  ProxyFCGISetEnvIf "true" SCRIPT_FILENAME "{PORTAL}/htdocs/index.psgi"
  ProxyFCGISetEnvIf "true" SCRIPT_NAME ""
  ProxyFCGISetEnvIf "true" PATH_INFO "%{{REQUEST_URI}}"
</LocationMatch>
"""
