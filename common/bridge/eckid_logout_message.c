/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A LogoutRequest or a LogoutResponse of a supplier: what it says. */
#include "bridge/eckid_logout_message.h"
#include "base/eckid_time.h"
#include "saml/eckid_saml_answer.h"
#include "xml/eckid_xml_namespaces.h"

static eckid_err_t *bad(const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_REQUEST, "%s", what);
}

static eckid_err_t *read_until(apr_time_t *until, const xmlNode *root, apr_pool_t *pool)
{
    const char *text = eckid_xml_token(root, "NotOnOrAfter", pool);

    return !text || eckid_time_parse(until, text)
               ? NULL
               : bad("its NotOnOrAfter is no time with a time zone", pool);
}

/* The one child that says who the user is. */
static eckid_err_t *read_user(eckid_name_id_t *name_id, const xmlNode *root, apr_pool_t *pool)
{
    static const char *const names[] = {"NameID", "BaseID", "EncryptedID"};
    xmlNodePtr named = eckid_xml_child(root, ECKID_NS_SAML, "NameID");
    int count = 0;

    for (int i = 0; i < 3; i++) {
        xmlNodePtr node = eckid_xml_child(root, ECKID_NS_SAML, names[i]);

        for (; node; node = eckid_xml_next(node, ECKID_NS_SAML, names[i])) {
            count++;
        }
    }
    if (count != 1) {
        return bad("it does not have one NameID", pool);
    }
    if (named) {
        name_id->value = eckid_xml_trimmed(named, pool);
        name_id->format = eckid_xml_attribute(named, "Format", pool);
        name_id->qualifier = eckid_xml_attribute(named, "NameQualifier", pool);
        name_id->sp_qualifier = eckid_xml_attribute(named, "SPNameQualifier", pool);
    }
    return NULL;
}

static eckid_err_t *read_indexes(apr_array_header_t *indexes, const xmlNode *root, apr_pool_t *pool)
{
    xmlNodePtr node = eckid_xml_child(root, ECKID_NS_SAMLP, "SessionIndex");

    for (; node; node = eckid_xml_next(node, ECKID_NS_SAMLP, "SessionIndex")) {
        if (indexes->nelts == ECKID_LOGOUT_INDEXES_MAX) {
            return bad("it has too many SessionIndexes", pool);
        }
        APR_ARRAY_PUSH(indexes, const char *) = eckid_xml_trimmed(node, pool);
    }
    return NULL;
}

eckid_err_t *eckid_logout_request_read(eckid_logout_request_t **out, const xmlNode *root,
                                       apr_pool_t *pool)
{
    eckid_logout_request_t *request = apr_pcalloc(pool, sizeof(*request));

    if (!eckid_xml_is(root, ECKID_NS_SAMLP, "LogoutRequest")) {
        return bad("it is another message than a LogoutRequest", pool);
    }
    request->indexes = apr_array_make(pool, 1, sizeof(const char *));
    ECKID_ERR(eckid_message_head_read(&request->head, root, pool));
    ECKID_ERR(read_until(&request->until, root, pool));
    ECKID_ERR(read_user(&request->name_id, root, pool));
    ECKID_ERR(read_indexes(request->indexes, root, pool));
    *out = request;
    return NULL;
}

/* Core section 3.2.2.1: one Status with one StatusCode, which may have one beneath, such as
 * PartialLogout. */
static eckid_err_t *read_status(bool *succeeded, const xmlNode *root, apr_pool_t *pool)
{
    xmlNodePtr status = eckid_xml_child(root, ECKID_NS_SAMLP, "Status");
    xmlNodePtr code = status ? eckid_xml_child(status, ECKID_NS_SAMLP, "StatusCode") : NULL;
    const char *value = code ? eckid_xml_token(code, "Value", pool) : NULL;

    if (!value || eckid_xml_next(status, ECKID_NS_SAMLP, "Status") ||
        eckid_xml_next(code, ECKID_NS_SAMLP, "StatusCode")) {
        return bad("it does not have one Status", pool);
    }
    *succeeded = strcmp(value, ECKID_SAML_STATUS "Success") == 0 &&
                 !eckid_xml_child(code, ECKID_NS_SAMLP, "StatusCode");
    return NULL;
}

eckid_err_t *eckid_logout_response_read(eckid_logout_response_t **out, const xmlNode *root,
                                        apr_pool_t *pool)
{
    eckid_logout_response_t *response = apr_pcalloc(pool, sizeof(*response));

    if (!eckid_xml_is(root, ECKID_NS_SAMLP, "LogoutResponse")) {
        return bad("it is another message than a LogoutResponse", pool);
    }
    ECKID_ERR(eckid_message_head_read(&response->head, root, pool));
    response->request = eckid_xml_attribute(root, "InResponseTo", pool);
    if (!eckid_message_head_is_id(response->request)) {
        return bad("its InResponseTo is missing or bad", pool);
    }
    ECKID_ERR(read_status(&response->succeeded, root, pool));
    *out = response;
    return NULL;
}
