/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Response of our own that reports a refusal to a supplier, by an error status. */
#include "saml/eckid_saml_status.h"
#include "base/eckid_time.h"
#include "saml/eckid_saml_verify.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"

#define STATUS_RESPONDER "urn:oasis:names:tc:SAML:2.0:status:Responder"
#define STATUS_DENIED "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"

/* The request that the bearer confirmation answers; those that do not hold are gone by now, or NULL
 * for an unsolicited login. */
static const char *request_of(const eckid_verified_t *login, apr_pool_t *pool)
{
    xmlNodePtr subject = eckid_xml_child(eckid_xmldsig_inner(login), ECKID_NS_SAML, "Subject");
    xmlNodePtr each = eckid_xml_child(subject, ECKID_NS_SAML, "SubjectConfirmation");

    while (each && !eckid_saml_verify_is_bearer(each, pool)) {
        each = eckid_xml_next(each, ECKID_NS_SAML, "SubjectConfirmation");
    }
    xmlNodePtr details = eckid_xml_child(each, ECKID_NS_SAML, "SubjectConfirmationData");

    return details ? eckid_xml_attribute(details, "InResponseTo", pool) : NULL;
}

static void add_status(xmlNodePtr response, const char *message)
{
    xmlNodePtr status = xmlNewChild(response, NULL, BAD_CAST "Status", NULL);
    xmlNodePtr code = xmlNewChild(status, NULL, BAD_CAST "StatusCode", NULL);

    xmlSetProp(code, BAD_CAST "Value", BAD_CAST STATUS_RESPONDER);
    xmlSetProp(xmlNewChild(code, NULL, BAD_CAST "StatusCode", NULL), BAD_CAST "Value",
               BAD_CAST STATUS_DENIED);
    xmlNewTextChild(status, NULL, BAD_CAST "StatusMessage", BAD_CAST message);
}

eckid_err_t *eckid_saml_status_make(eckid_bytes_t *xml, const eckid_verified_t *login,
                                    const eckid_saml_refusal_t *refusal, const eckid_key_t *key,
                                    apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool);
    xmlNodePtr response = xmlNewDocNode(doc, NULL, BAD_CAST "Response", NULL);
    xmlNodePtr issuer = eckid_xml_child(eckid_xmldsig_inner(login), ECKID_NS_SAML, "Issuer");
    const char *request = request_of(login, pool);

    xmlDocSetRootElement(doc, response);
    xmlSetNs(response, xmlNewNs(response, BAD_CAST ECKID_NS_SAMLP, BAD_CAST "samlp"));
    xmlNsPtr saml = xmlNewNs(response, BAD_CAST ECKID_NS_SAML, BAD_CAST "saml");

    xmlSetProp(response, BAD_CAST "ID", BAD_CAST refusal->id);
    xmlSetProp(response, BAD_CAST "Version", BAD_CAST "2.0");
    xmlSetProp(response, BAD_CAST "IssueInstant", BAD_CAST eckid_time_format(refusal->now, pool));
    xmlSetProp(response, BAD_CAST "Destination", BAD_CAST refusal->consumer);
    if (request) {
        xmlSetProp(response, BAD_CAST "InResponseTo", BAD_CAST request);
    }
    xmlNewTextChild(response, saml, BAD_CAST "Issuer", BAD_CAST eckid_xml_trimmed(issuer, pool));
    add_status(response, refusal->message);
    ECKID_ERR(eckid_xmldsig_sign_own(response, key, pool));
    return eckid_xml_print(xml, doc, pool);
}
