# SPDX-License-Identifier: GPL-3.0-or-later
"""What the school's SAML identity providers have in common."""
ENTITY = "https://idp.school.example/saml"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def metadata(pair, login, logout):
    """Metadata of an identity provider that signs with a pair, with the URLs of its endpoints."""
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ENTITY}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{pair.base64}\
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleLogoutService Binding="{REDIRECT}" Location="{logout}"/>
<md:NameIDFormat>{UNSPECIFIED}</md:NameIDFormat>
<md:SingleSignOnService Binding="{REDIRECT}" Location="{login}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>
"""
