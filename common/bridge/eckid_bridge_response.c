/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Response that logs a user in at a supplier, made and signed by us. */
#include "bridge/eckid_bridge_response.h"
#include "base/eckid_time.h"
#include "saml/eckid_saml_verify.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_issue.h"
#include "xml/eckid_xmldsig_sign.h"

#define BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"

/* An Assertion while it is made. */
typedef struct issue_t {
    xmlNodePtr assertion;
    const eckid_saml_head_t *head;
    const eckid_statement_t *statement;
    apr_pool_t *pool;
} issue_t;

static xmlNodePtr add(xmlNodePtr parent, const char *name, const char *text)
{
    return xmlNewTextChild(parent, parent->ns, BAD_CAST name, BAD_CAST text);
}

static void set(xmlNodePtr node, const char *name, const char *value)
{
    if (value) {
        xmlSetProp(node, BAD_CAST name, BAD_CAST value);
    }
}

static const char *time_text(const issue_t *issue, apr_interval_time_t offset)
{
    return eckid_time_format(issue->head->now + offset, issue->pool);
}

/* It declares what its values speak of, so that it can be cut out and read by itself. */
static void begin(issue_t *issue, xmlNodePtr response, const char *id)
{
    xmlNodePtr node = xmlNewDocNode(response->doc, NULL, BAD_CAST "Assertion", NULL);

    xmlSetNs(node, xmlNewNs(node, BAD_CAST ECKID_NS_SAML, BAD_CAST "saml"));
    xmlNewNs(node, BAD_CAST ECKID_NS_XS, BAD_CAST "xs");
    xmlNewNs(node, BAD_CAST ECKID_NS_XSI, BAD_CAST "xsi");
    set(node, "ID", id);
    set(node, "Version", "2.0");
    set(node, "IssueInstant", time_text(issue, 0));
    add(node, "Issuer", issue->head->issuer);
    xmlAddChild(response, node);
    issue->assertion = node;
}

static void add_subject(const issue_t *issue)
{
    xmlNodePtr subject = add(issue->assertion, "Subject", NULL);

    if (issue->statement->name_id.format) {
        eckid_name_id_add(subject, subject->ns, &issue->statement->name_id);
    }
    xmlNodePtr confirmation = add(subject, "SubjectConfirmation", NULL);

    set(confirmation, "Method", BEARER);
    xmlNodePtr data = add(confirmation, "SubjectConfirmationData", NULL);

    set(data, "NotOnOrAfter", time_text(issue, ECKID_ASSERTION_AGE));
    set(data, "Recipient", issue->head->destination);
    set(data, "InResponseTo", issue->head->request);
}

static void add_conditions(const issue_t *issue)
{
    xmlNodePtr conditions = add(issue->assertion, "Conditions", NULL);

    set(conditions, "NotBefore", time_text(issue, -issue->statement->skew));
    set(conditions, "NotOnOrAfter", time_text(issue, ECKID_ASSERTION_AGE));
    add(add(conditions, "AudienceRestriction", NULL), "Audience", issue->statement->audience);
}

static void add_authn(const issue_t *issue)
{
    xmlNodePtr node = add(issue->assertion, "AuthnStatement", NULL);

    set(node, "AuthnInstant", eckid_time_format(issue->statement->instant, issue->pool));
    set(node, "SessionIndex", issue->statement->session);
    add(add(node, "AuthnContext", NULL), "AuthnContextClassRef", issue->statement->context);
}

static void add_attribute(xmlNodePtr statement, const eckid_claimed_t *claimed, xmlNsPtr xsi)
{
    xmlNodePtr attribute = add(statement, "Attribute", NULL);

    set(attribute, "Name", claimed->attribute.name);
    set(attribute, "NameFormat", claimed->attribute.format);
    set(attribute, "FriendlyName", claimed->attribute.friendly);
    for (int i = 0; i < claimed->values->nelts; i++) {
        const char *text = APR_ARRAY_IDX(claimed->values, i, eckid_bytes_t).data;

        xmlSetNsProp(add(attribute, "AttributeValue", text), xsi, BAD_CAST "type",
                     BAD_CAST "xs:string");
    }
}

static void add_attributes(const issue_t *issue)
{
    const apr_array_header_t *all = issue->statement->claims->all;
    xmlNsPtr xsi =
        xmlSearchNsByHref(issue->assertion->doc, issue->assertion, BAD_CAST ECKID_NS_XSI);

    if (all->nelts) {
        xmlNodePtr statement = add(issue->assertion, "AttributeStatement", NULL);

        for (int i = 0; i < all->nelts; i++) {
            add_attribute(statement, &APR_ARRAY_IDX(all, i, eckid_claimed_t), xsi);
        }
    }
}

eckid_err_t *eckid_bridge_response_make(eckid_bytes_t *xml, const eckid_saml_head_t *head,
                                        const eckid_statement_t *statement,
                                        const eckid_protection_t *protection,
                                        const eckid_moment_t *moment, apr_pool_t *pool)
{
    static const eckid_saml_status_t success = {"Success", NULL, NULL};
    xmlNodePtr response = eckid_saml_answer_make(head, &success, pool);
    issue_t issue = {NULL, head, statement, pool};

    begin(&issue, response, eckid_saml_answer_id(moment->assertion_id, pool));
    add_subject(&issue);
    add_conditions(&issue);
    add_authn(&issue);
    add_attributes(&issue);
    eckid_verified_t *issued =
        eckid_xmldsig_issue(response, issue.assertion, protection->what != ECKID_SIGN_ASSERTION,
                            protection->what != ECKID_SIGN_RESPONSE, pool);

    return protection->reader ? eckid_saml_seal_encrypted(xml, issued, protection->key,
                                                          protection->reader, moment, pool)
                              : eckid_saml_seal(xml, issued, protection->key, pool);
}

eckid_err_t *eckid_bridge_response_refuse(eckid_bytes_t *xml, const eckid_saml_head_t *head,
                                          const eckid_saml_status_t *status, const eckid_key_t *key,
                                          apr_pool_t *pool)
{
    xmlNodePtr response = eckid_saml_answer_make(head, status, pool);

    ECKID_ERR(eckid_xmldsig_sign_own(response, key, pool));
    return eckid_xml_print(xml, response->doc, pool);
}
