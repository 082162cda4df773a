# SPDX-License-Identifier: GPL-3.0-or-later
"""A supplier by the service provider of Shibboleth: shibd, and mod_shib in an httpd."""
import http.client
import os
import pathlib
import re
import urllib.parse

from lab.httpd import Httpd

SYSTEM = pathlib.Path("/etc/shibboleth")
CONSUMER = "/Shibboleth.sso/SAML2/POST"

# the clock is lenient, and a message is not remembered, as the tests' all have the same IDs
SP = """<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config">
  <OutOfProcess logger="{etc}/native.logger"/>
  <InProcess logger="{etc}/native.logger"/>
  <UnixListener address="{root}/shibd.sock"/>
  <StorageService type="Memory" id="mem"/>
  <SessionCache type="StorageService" StorageService="mem"/>
  <ReplayCache StorageService="mem"/>
  <ApplicationDefaults entityID="{entity}">
    <Sessions lifetime="3600" timeout="3600" relayState="ss:mem" checkAddress="false"
              handlerSSL="false" cookieProps="http" redirectLimit="exact"
              handlerURL="{base}/Shibboleth.sso">
      <Handler type="Session" Location="/Session" showAttributeValues="true"/>
      <md:AssertionConsumerService xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" index="1"
          Location="/SAML2/POST" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"/>
    </Sessions>
    <MetadataProvider type="XML" validate="false" path="{metadata}"/>
    <AttributeExtractor type="XML" validate="false" path="{map}"/>
    <CredentialResolver type="File" key="{key}" certificate="{certificate}"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="false" path="{policy}"/>
  <ProtocolProvider type="XML" validate="false" path="{etc}/protocols.xml"/>
</SPConfig>"""

# mod_shib reads a value by names that are not of these formats, too
MAP = '<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map">' + "".join(
    f'<Attribute name="eckId" nameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:{name}" '
    'id="eckId"/>' for name in ("unspecified", "basic", "uri")) + "</Attributes>"

HTTPD = """
ServerName {base}:443
UseCanonicalName On
ShibConfig {sp}
<Location />
  AuthType shibboleth
  ShibRequestSetting requireSession 0
  Require shibboleth
</Location>
"""


class Shibboleth:
    """Takes logins by the metadata of an identity provider, and reads what is encrypted to pair."""

    def __init__(self, place, entity, base, metadata, pair):
        self.root, self.host = place.dir("shibboleth"), urllib.parse.urlsplit(base).netloc
        policy = (SYSTEM / "security-policy.xml").read_text().replace('checkReplay="true"',
                                                                      'checkReplay="false"')
        self.sp = place.file("shibboleth/shibboleth2.xml", SP.format(
            etc=SYSTEM, root=self.root, entity=entity, base=base, metadata=metadata,
            map=place.file("shibboleth/map.xml", MAP), key=pair.key_file,
            certificate=pair.crt_file, policy=place.file("shibboleth/policy.xml", policy)))
        self.start_shibd(place)
        self.httpd = Httpd(place, "shibboleth-httpd", HTTPD.format(base=base, sp=self.sp),
                           ["authn_core", "authz_user"], load="LoadModule mod_shib "
                           "/usr/lib/apache2/modules/mod_shib.so").start()

    def start_shibd(self, place):
        logger = place.file("shibboleth/logger", f"""log4j.rootCategory=WARN, file
log4j.appender.file=org.apache.log4j.FileAppender
log4j.appender.file.fileName={self.root}/shibd.log
log4j.appender.file.layout=org.apache.log4j.BasicLayout
""")
        process = place.start(["shibd", "-F", "-f", "-c", self.sp, "-p", self.root / "pid"],
                              "shibd", {**os.environ, "SHIBSP_LOGGING": str(logger)})
        sock = self.root / "shibd.sock"
        process.wait_for(sock.exists, f"{sock} is there")
        sock.chmod(0o777)  # httpd's children are www-data

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.httpd.port, timeout=60)
        connection.request(method, path, body, {"Host": self.host, **headers})
        answer = connection.getresponse()
        return answer, answer.read().decode(errors="replace")

    def read(self, value):
        """The ECK iDs in the session that a response begins; None if it begins none."""
        answer, _ = self.request("POST", CONSUMER, urllib.parse.urlencode(
            {"SAMLResponse": value}), **{"Content-Type": "application/x-www-form-urlencoded"})
        cookies = [value.split(";")[0] for value in answer.headers.get_all("Set-Cookie", [])
                   if value.startswith("_shibsession_")]
        if not cookies:
            return None
        _, page = self.request("GET", "/Shibboleth.sso/Session", Cookie="; ".join(cookies))
        return re.findall(r"<strong>eckId</strong>: ([^<\s]*)", page)
