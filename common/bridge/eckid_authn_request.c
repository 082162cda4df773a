/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An AuthnRequest: what it says. */
#include "bridge/eckid_authn_request.h"
#include "xml/eckid_xml_namespaces.h"

#include <stdlib.h>
#include <apr_strings.h>

static eckid_err_t *bad(const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_REQUEST, "%s", what);
}

static eckid_err_t *read_flag(bool *flag, const xmlNode *root, const char *name, apr_pool_t *pool)
{
    const char *value = eckid_xml_attribute(root, name, pool);

    *flag = eckid_saml_sp_role_is_true(root, name, pool);
    return !value || *flag || strcmp(value, "false") == 0 || strcmp(value, "0") == 0
               ? NULL
               : bad(apr_psprintf(pool, "%s is no boolean", name), pool);
}

/* xs:unsignedShort */
static eckid_err_t *read_index(int *index, const char *value, apr_pool_t *pool)
{
    *index = -1;
    if (!value) {
        return NULL;
    }
    if (!*value || strlen(value) > 5 || strspn(value, "0123456789") != strlen(value) ||
        atoi(value) > 65535) {
        return bad("AssertionConsumerServiceIndex is no number", pool);
    }
    *index = atoi(value);
    return NULL;
}

/* Core section 3.4.1: an index stands for a URL and a binding, so it stands alone. */
static eckid_err_t *read_consumer(eckid_authn_request_t *request, const xmlNode *root,
                                  apr_pool_t *pool)
{
    request->consumer = eckid_xml_attribute(root, "AssertionConsumerServiceURL", pool);
    request->binding = eckid_xml_attribute(root, "ProtocolBinding", pool);
    ECKID_ERR(read_index(&request->consumer_index,
                         eckid_xml_attribute(root, "AssertionConsumerServiceIndex", pool), pool));
    return request->consumer_index >= 0 && (request->consumer || request->binding)
               ? bad("it names its consumer by an index and by a URL or a binding", pool)
               : NULL;
}

static eckid_err_t *read_comparison(eckid_comparison_t *comparison, const xmlNode *node,
                                    apr_pool_t *pool)
{
    static const char *const names[] = {"exact", "minimum", "maximum", "better"};
    const char *value = eckid_xml_attribute(node, "Comparison", pool);

    *comparison = ECKID_CONTEXT_EXACT;
    for (int i = 0; value && i < 4; i++) {
        if (strcmp(value, names[i]) == 0) {
            *comparison = (eckid_comparison_t)i;
            return NULL;
        }
    }
    return value ? bad("Comparison has an unknown value", pool) : NULL;
}

static eckid_err_t *read_context(eckid_authn_request_t *request, const xmlNode *root,
                                 apr_pool_t *pool)
{
    xmlNodePtr node = eckid_xml_child(root, ECKID_NS_SAMLP, "RequestedAuthnContext");
    xmlNodePtr class = eckid_xml_child(node, ECKID_NS_SAML, "AuthnContextClassRef");

    request->classes = apr_array_make(pool, 2, sizeof(const char *));
    if (!node) {
        return NULL;
    }
    request->has_declarations = eckid_xml_child(node, ECKID_NS_SAML, "AuthnContextDeclRef") != NULL;
    for (; class; class = eckid_xml_next(class, ECKID_NS_SAML, "AuthnContextClassRef")) {
        APR_ARRAY_PUSH(request->classes, const char *) = eckid_xml_trimmed(class, pool);
    }
    if (request->classes->nelts > ECKID_REQUEST_CLASSES_MAX) {
        return bad("it asks for too many authentication contexts", pool);
    }
    return read_comparison(&request->comparison, node, pool);
}

static void read_policy(eckid_authn_request_t *request, const xmlNode *root, apr_pool_t *pool)
{
    xmlNodePtr policy = eckid_xml_child(root, ECKID_NS_SAMLP, "NameIDPolicy");

    if (policy) {
        request->name_format = eckid_xml_attribute(policy, "Format", pool);
        request->sp_qualifier = eckid_xml_attribute(policy, "SPNameQualifier", pool);
    }
}

eckid_err_t *eckid_authn_request_read(eckid_authn_request_t **out, const xmlNode *root,
                                      apr_pool_t *pool)
{
    eckid_authn_request_t *request = apr_pcalloc(pool, sizeof(*request));

    if (!eckid_xml_is(root, ECKID_NS_SAMLP, "AuthnRequest")) {
        return bad("it is another message", pool);
    }
    ECKID_ERR(eckid_message_head_read(&request->head, root, pool));
    ECKID_ERR(read_consumer(request, root, pool));
    ECKID_ERR(read_flag(&request->force, root, "ForceAuthn", pool));
    ECKID_ERR(read_flag(&request->passive, root, "IsPassive", pool));
    ECKID_ERR(read_context(request, root, pool));
    read_policy(request, root, pool);
    request->has_subject = eckid_xml_child(root, ECKID_NS_SAML, "Subject") != NULL;
    *out = request;
    return NULL;
}
