#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# mod_auth_mellon hands an attribute's value to the application as XML source and not as the text
# that it stands for: "R&D" arrives as "R&amp;D", "<3A>" as "&lt;3A&gt;". The same value written as
# a CDATA section does not arrive at all. The login succeeds all the same, and an application
# that escapes once more for HTML shows "R&amp;D" to its user.
#
# Why it matters: an identifier or class name with an ampersand never matches what other suppliers
# got by the same login. A gateway cannot cure the first (XML has no "&" that is not escaped), but
# the second: write text nodes only, whatever the identity provider wrote.
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
import datetime
import sys
port, = sys.argv[1:]
here = f"http://localhost:{port}/mellon"
entity = "https://sp.example/metadata"
certificate = {who: "".join(open(f"{who}.crt").read().splitlines()[1:-1]) for who in ("idp", "sp")}
MD = ('xmlns="urn:oasis:names:tc:SAML:2.0:metadata" '
      'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')
PROTOCOL = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings"


def key(who):
    return (f'<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{certificate[who]}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>")


open("idp.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="https://idp.example/"><IDPSSODescriptor {PROTOCOL}>'
    f'{key("idp")}<SingleSignOnService Binding="{BINDING}:HTTP-Redirect" '
    'Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>')
open("sp.xml", "w").write(
    f'<EntityDescriptor {MD} entityID="{entity}"><SPSSODescriptor {PROTOCOL}>{key("sp")}'
    f'<AssertionConsumerService index="0" isDefault="true" Binding="{BINDING}:HTTP-POST" '
    f'Location="{here}/postResponse"/></SPSSODescriptor></EntityDescriptor>')


def at(minutes):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


ALGORITHMS = "http://www.w3.org/2001/"
signature = f"""<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{ALGORITHMS}10/xml-exc-c14n#"/>
<ds:SignatureMethod Algorithm="{ALGORITHMS}04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#_a"><ds:Transforms>
<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<ds:Transform Algorithm="{ALGORITHMS}10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="{ALGORITHMS}04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>
</ds:SignedInfo><ds:SignatureValue/></ds:Signature>"""
values = {"plain": "3A", "and": "R&amp;D", "less": "&lt;3A&gt;", "cdata": "<![CDATA[R&D]]>",
          "quote": '"3A"'}
attributes = "".join(
    f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue>'
    "</saml:Attribute>" for name, value in values.items())
open("unsigned.xml", "w").write(f"""<samlp:Response
 xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r" Version="2.0" IssueInstant="{at(0)}"
 Destination="{here}/postResponse"><saml:Issuer
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example/</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0"
 IssueInstant="{at(0)}"><saml:Issuer>https://idp.example/</saml:Issuer>{signature}
<saml:Subject><saml:NameID
 Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">somebody</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{at(5)}" Recipient="{here}/postResponse"/>
</saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="{at(-5)}"
 NotOnOrAfter="{at(5)}"><saml:AudienceRestriction><saml:Audience>{entity}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at(0)}">
<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password\
</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>
</samlp:Response>""")
PY
python3 make.py "$port"
xmlsec1 --sign --privkey-pem idp.key --output signed.xml \
    --id-attr:ID urn:oasis:names:tc:SAML:2.0:assertion:Assertion unsigned.xml
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
LoadModule headers_module $modules/mod_headers.so
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
  Header set X-plain expr=%{env:MELLON_plain}
  Header set X-and expr=%{env:MELLON_and}
  Header set X-less expr=%{env:MELLON_less}
  Header set X-cdata expr=%{env:MELLON_cdata}
  Header set X-quote expr=%{env:MELLON_quote}
</Location>
CONF
chmod a+r sp.key sp.crt sp.xml idp.xml
apache2 -X -f "$tmp/httpd.conf" &
pid=$!
for _ in {1..100}; do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 0.1
done
base64 -w0 signed.xml > response
curl -s -L -b jar -c jar -D fields -o page --resolve "localhost:$port:127.0.0.1" \
    --data-urlencode SAMLResponse@response --data-urlencode \
    "RelayState=http://localhost:$port/index.txt" "http://localhost:$port/mellon/postResponse"
grep -i '^x-' fields | tr -d '\r' | sed 's/ *$//' | sort > got || { cat fields log; exit 1; }
cat got
if diff - got <<'OUT'
X-and: R&amp;D
X-cdata:
X-less: &lt;3A&gt;
X-plain: 3A
X-quote: "3A"
OUT
then
    echo "still so: values arrive as XML source, CDATA not at all"
else
    echo CHANGED
    exit 1
fi
