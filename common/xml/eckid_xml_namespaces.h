/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The namespaces and URIs of SAML that more than one file needs. */
#ifndef ECKID_XML_NAMESPACES_H
#define ECKID_XML_NAMESPACES_H

#define ECKID_NS_SAML "urn:oasis:names:tc:SAML:2.0:assertion"
#define ECKID_NS_SAMLP "urn:oasis:names:tc:SAML:2.0:protocol"
#define ECKID_NS_SAML1 "urn:oasis:names:tc:SAML:1.0:assertion"
#define ECKID_NS_SAML1P "urn:oasis:names:tc:SAML:1.0:protocol"
#define ECKID_NS_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
#define ECKID_NS_RPI "urn:oasis:names:tc:SAML:metadata:rpi"
#define ECKID_NS_DSIG11 "http://www.w3.org/2009/xmldsig11#"
#define ECKID_NS_XS "http://www.w3.org/2001/XMLSchema"
#define ECKID_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"
#define ECKID_NS_SOAP11 "http://schemas.xmlsoap.org/soap/envelope/"
#define ECKID_NS_SOAP12 "http://www.w3.org/2003/05/soap-envelope"

#define ECKID_NS_XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define ECKID_NS_XMLENC11 "http://www.w3.org/2009/xmlenc11#"

#endif
