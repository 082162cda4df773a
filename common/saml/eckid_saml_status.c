/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Response of our own that reports a refusal to a supplier, by an error status. */
#include "saml/eckid_saml_status.h"
#include "saml/eckid_saml_answer.h"
#include "saml/eckid_saml_verify.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

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

    return details ? eckid_xml_token(details, "InResponseTo", pool) : NULL;
}

eckid_err_t *eckid_saml_status_make(eckid_bytes_t *xml, const eckid_verified_t *login,
                                    const eckid_saml_refusal_t *refusal, const eckid_key_t *key,
                                    apr_pool_t *pool)
{
    xmlNodePtr issuer = eckid_xml_child(eckid_xmldsig_inner(login), ECKID_NS_SAML, "Issuer");
    const eckid_saml_head_t head = {.name = "Response",
                                    .id = refusal->id,
                                    .now = refusal->now,
                                    .destination = refusal->consumer,
                                    .request = request_of(login, pool),
                                    .issuer = eckid_xml_trimmed(issuer, pool)};
    const eckid_saml_status_t status = {"Responder", "RequestDenied", refusal->message};
    xmlNodePtr response = eckid_saml_answer_make(&head, &status, pool);

    ECKID_ERR(eckid_xmldsig_sign_own(response, key, pool));
    return eckid_xml_print(xml, response->doc, pool);
}
