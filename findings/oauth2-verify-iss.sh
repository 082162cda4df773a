#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mod_oauth2 3.3.1 (liboauth2 1.4) as Debian 12 ships it has an option verify.iss=required, and with
# a key set by URL or a key given directly it refuses every token, also one with the right iss:
# no option says which issuer is expected, so there is nothing to compare with. The same token
# passes without the option. The client is told invalid_token, as for a forged one. Besides,
# where the token is good but a Require line is not met, the answer is 401 without
# WWW-Authenticate, not the 403 insufficient_scope of RFC 6750, and a "Require oauth2_claim
# scope:write" is not met by a token whose scope is "read write".
#
# Why it matters: the obvious cure is to take the option away, and then the issuer is not looked
# at. Ask for it by "Require oauth2_claim iss:...", and for one scope of several in the
# application.
set -euo pipefail
for package in apache2 libapache2-mod-oauth2 openssl curl python3; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W libapache2-mod-oauth2 liboauth2-0
tmp=$(mktemp -d)
pid=
trap 'kill $pid 2>/dev/null || :; rm -rf "$tmp"' EXIT
cd "$tmp"
chmod 755 .
openssl genrsa -out key.pem 2048 2> /dev/null
cat > make.py <<'PY'
import base64
import json
import subprocess
import sys
import time


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


modulus = subprocess.run(["openssl", "rsa", "-in", "key.pem", "-noout", "-modulus"],
                         capture_output=True, check=True, text=True).stdout
jwk = {"kty": "RSA", "kid": "k", "e": "AQAB",
       "n": url64(bytes.fromhex(modulus.strip().split("=")[1]))}
open("jwk", "w").write(json.dumps(jwk, separators=(",", ":")).replace('"', '\\"'))
now = int(time.time())
for name, scope in (("plain", "write"), ("iss", "write"), ("issjwk", "write"), ("claim", "write"),
                    ("scope", "write"), ("scopes", "read write")):
    claims = {"iss": "https://as.example", "sub": "las", "aud": "https://rs.example/",
              "scope": scope, "jti": name, "iat": now, "exp": now + 300}
    text = ".".join(url64(json.dumps(part).encode())
                    for part in ({"alg": "RS256", "kid": "k"}, claims))
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "key.pem"],
                               input=text.encode(), capture_output=True, check=True).stdout
    open(name, "w").write(f"{text}.{url64(signature)}")
PY
python3 make.py
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0));
print(s.getsockname()[1])')
modules=/usr/lib/apache2/modules
{
    cat <<CONF
ServerRoot $tmp
ServerName localhost
Listen 127.0.0.1:$port
PidFile $tmp/pid
ErrorLog $tmp/log
DefaultRuntimeDir $tmp
DocumentRoot $tmp/www
User www-data
Group www-data
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule authz_user_module $modules/mod_authz_user.so
LoadModule oauth2_module $modules/mod_oauth2.so
CONF
    location() {
        echo "<Location /$1>"
        echo "AuthType oauth2"
        echo "OAuth2TokenVerify $4 \"verify.exp=required$2\""
        echo "Require $3"
        echo "</Location>"
        mkdir -p "www/$1"
        echo well > "www/$1/x"
    }
    uri="jwks_uri http://127.0.0.1:$port/jwks"
    location plain '' 'valid-user' "$uri"
    location iss '&verify.iss=required' 'valid-user' "$uri"
    location issjwk '&verify.iss=required' 'valid-user' "jwk \"$(cat jwk)\""
    location claim '' 'oauth2_claim iss:https://as.example' "$uri"
    location scope '' 'oauth2_claim scope:write' "$uri"
    sed 's/\\//g; s/^/{"keys":[/; s/$/]}/' jwk > www/jwks
} > httpd.conf
chmod -R a+rX www
apache2 -X -f "$tmp/httpd.conf" &
pid=$!
for _ in {1..100}; do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 0.1
done
ask() {
    local status challenge
    status=$(curl -s -o /dev/null -D fields -w '%{http_code}' \
        -H "Authorization: Bearer $(cat "$2")" "http://127.0.0.1:$port/$1/x")
    challenge=$(grep -i '^www-authenticate' fields | grep -o 'error="[^"]*"' || :)
    echo "/$1, token '$2': $status ${challenge:-no challenge}"
    all="$all$status$challenge;"
}
# A token of its own for each question: results are cached.
all=
ask plain plain
ask iss iss
ask issjwk issjwk
ask claim claim
ask scope scope
ask scope scopes
bad='401error="invalid_token";'
if test "$all" = "200;$bad${bad}200;200;401;"; then
    echo "still so: required refuses the good issuer, and an unmet Require is a bare 401"
else
    echo "CHANGED: $all"
    tail -5 log
    exit 1
fi
