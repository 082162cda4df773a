#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mod_auth_mellon looks for the session that a LogoutRequest ends by its NameID, and takes the first
# one that has it. A user who is logged in with two browsers has the same persistent NameID in both. The
# request names the SessionIndex of one of them and comes with the cookie of that browser, but where
# mod_auth_mellon has found the session of the other, lasso refuses the index, and the browser gets
# "500 Internal Server Error" in place of a LogoutResponse. Its session stays, and so do those at
# all other services, because single logout ends there.
#
# Why it matters: one browser at school and one at home is what every pupil has. With transient NameIDs
# each login has another one, and the right session is found.
set -euo pipefail
for package in apache2 libapache2-mod-auth-mellon xmlsec1 openssl curl python3; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W libapache2-mod-auth-mellon liblasso3
tmp=$(mktemp -d)
pid=
trap 'kill $pid 2>/dev/null || :; rm -rf "$tmp"' EXIT
cd "$tmp"
chmod 755 .
for who in idp sp; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$who" -keyout $who.key \
        -out $who.crt 2> /dev/null
done
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0));
print(s.getsockname()[1])')
cat > make.py <<'PY'
import base64
import datetime
import subprocess
import sys
import urllib.parse
import zlib
port, = sys.argv[1:]
here = f"http://localhost:{port}/mellon"
entity = "https://sp.example/metadata"
certificate = {who: "".join(open(f"{who}.crt").read().splitlines()[1:-1]) for who in ("idp", "sp")}
MD = ('xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
      'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')
PROTOCOL = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings"
NS = ('xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
      'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"')
NAME_ID = '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{}</saml:NameID>'


def key(who):
    return (f'<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{certificate[who]}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>")


open("idp.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="https://idp.example/"><IDPSSODescriptor {PROTOCOL}>'
    f'{key("idp")}<SingleLogoutService Binding="{BINDING}:HTTP-Redirect" '
    'Location="https://idp.example/slo"/><SingleSignOnService '
    f'Binding="{BINDING}:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor>'
    '</EntityDescriptor>')
open("sp.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="{entity}"><SPSSODescriptor {PROTOCOL}>{key("sp")}'
    f'<SingleLogoutService Binding="{BINDING}:HTTP-Redirect" Location="{here}/logout"/>'
    f'<AssertionConsumerService index="0" isDefault="true" Binding="{BINDING}:HTTP-POST" '
    f'Location="{here}/postResponse"/></SPSSODescriptor></EntityDescriptor>')


def at(minutes):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


ALGORITHMS = "http://www.w3.org/2001/"


def signature(number):
    return f"""<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{ALGORITHMS}10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="{ALGORITHMS}04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#{number}"><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="{ALGORITHMS}10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="{ALGORITHMS}04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""


def login(number, name):
    return f"""<samlp:Response {NS} ID="_r{number}" Version="2.0" IssueInstant="{at(0)}"
 Destination="{here}/postResponse"><saml:Issuer>https://idp.example/</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_a{number}" Version="2.0" IssueInstant="{at(0)}">
<saml:Issuer>https://idp.example/</saml:Issuer>{signature(f"_a{number}")}
<saml:Subject>{NAME_ID.format(name)}
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{at(5)}" Recipient="{here}/postResponse"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{at(-5)}"
 NotOnOrAfter="{at(5)}"><saml:AudienceRestriction><saml:Audience>{entity}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{at(0)}" SessionIndex="_s{number}">
<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password\
</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement></saml:Assertion>
</samlp:Response>"""


def logout(number, name):
    xml = f"""<samlp:LogoutRequest {NS} ID="_l{number}" Version="2.0" IssueInstant="{at(0)}"
 Destination="{here}/logout"><saml:Issuer>https://idp.example/</saml:Issuer>\
{NAME_ID.format(name)}<samlp:SessionIndex>_s{number}</samlp:SessionIndex></samlp:LogoutRequest>"""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = base64.b64encode(packer.compress(xml.encode()) + packer.flush()).decode()
    query = urllib.parse.urlencode({
        "SAMLRequest": packed, "SigAlg": f"{ALGORITHMS}04/xmldsig-more#rsa-sha256"})
    made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "idp.key"],
                          input=query.encode(), capture_output=True, check=True).stdout
    return f"{here}/logout?{query}&" + urllib.parse.urlencode(
        {"Signature": base64.b64encode(made).decode()})


# 1 and 2 are one user with two browsers; 3 and 4 have a NameID each
for i, who in enumerate(("same", "same", "one", "other"), 1):
    open(f"login{i}.xml", "w").write(login(i, who))
    open(f"logout{i}.url", "w").write(logout(i, who))
PY
python3 make.py "$port"
for i in 1 2 3 4; do
    xmlsec1 --sign --privkey-pem idp.key --output login$i.signed \
        --id-attr:ID urn:oasis:names:tc:SAML:2.0:assertion:Assertion login$i.xml
done
mkdir www
echo well > www/index.txt
chmod -R a+rX www
modules=/usr/lib/apache2/modules
cat > httpd.conf <<CONF
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
LoadModule auth_mellon_module $modules/mod_auth_mellon.so
<Location />
  MellonEnable auth
  AuthType Mellon
  Require valid-user
  MellonEndpointPath /mellon
  MellonSPPrivateKeyFile $tmp/sp.key
  MellonSPCertFile $tmp/sp.crt
  MellonSPMetadataFile $tmp/sp.xml
  MellonIdPMetadataFile $tmp/idp.xml
  MellonSecureCookie Off
  MellonCookieSameSite Lax
</Location>
CONF
chmod a+r sp.key sp.crt sp.xml idp.xml
apache2 -X -f "$tmp/httpd.conf" &
pid=$!
for _ in {1..100}; do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 0.1
done
# the status that a browser gets
browse() {
    curl -s -b "jar$1" -c "jar$1" -o page -w '%{http_code}' --resolve "localhost:$port:127.0.0.1" \
        "${@:2}"
}
for i in 1 2 3 4; do
    base64 -w0 login$i.signed > message
    echo "login $i: $(browse $i --data-urlencode SAMLResponse@message --data-urlencode \
        "RelayState=http://localhost:$port/index.txt" "http://localhost:$port/mellon/postResponse")"
done > got
for i in 2 1 4 3; do
    echo "logout $i: $(browse $i "$(cat logout$i.url)")"
done >> got
cat got
grep -o 'Error validating logout request.*' log || :
if [ "$(grep -c '^login .: 303' got)" = 4 ] && grep -q 'logout [12]: 500' got &&
    [ "$(grep -c '^logout [34]: 303' got)" = 2 ]; then
    echo "still so: with the same NameID in two browsers a logout ends with 500"
else
    cat log
    echo CHANGED
    exit 1
fi
