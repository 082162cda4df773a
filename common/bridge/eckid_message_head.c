/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every message of a supplier begins with, and whether it can be meant for us and for now. */
#include "bridge/eckid_message_head.h"
#include "base/eckid_time.h"
#include "base/eckid_url.h"
#include "xml/eckid_xml_namespaces.h"

bool eckid_message_head_is_id(const char *id)
{
    apr_size_t len = id ? strlen(id) : 0;

    return len > 0 && len <= ECKID_REQUEST_ID_MAX && !strpbrk(id, " \t\r\n");
}

static eckid_err_t *bad(const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_REQUEST, "%s", what);
}

eckid_err_t *eckid_message_head_read(eckid_message_head_t *head, const xmlNode *root,
                                     apr_pool_t *pool)
{
    const char *issued = eckid_xml_attribute(root, "IssueInstant", pool);
    xmlNodePtr issuer = eckid_xml_child(root, ECKID_NS_SAML, "Issuer");

    head->id = eckid_xml_attribute(root, "ID", pool);
    head->version = eckid_xml_attribute(root, "Version", pool);
    head->destination = eckid_xml_attribute(root, "Destination", pool);
    if (!eckid_message_head_is_id(head->id) || !head->version) {
        return bad("its ID or its Version is missing or bad", pool);
    }
    if (!issued || !eckid_time_parse(&head->issued, issued)) {
        return bad("its IssueInstant is no time with a time zone", pool);
    }
    if (!issuer || eckid_xml_next(issuer, ECKID_NS_SAML, "Issuer")) {
        return bad("it does not have one Issuer", pool);
    }
    head->issuer = eckid_xml_trimmed(issuer, pool);
    return NULL;
}

/* Whether both are the same URL, however it is written. */
static bool is_same_url(const char *one, const char *other, apr_pool_t *pool)
{
    const char *a = eckid_url_normal(one, pool), *b = eckid_url_normal(other, pool);

    return a && b && strcmp(a, b) == 0;
}

eckid_err_t *eckid_message_head_check(const eckid_message_head_t *head, bool is_signed,
                                      const char *location, apr_time_t now,
                                      apr_interval_time_t skew, apr_pool_t *pool)
{
    if (!head->destination && is_signed) {
        return eckid_err_make(pool, ECKID_REQUEST_DESTINATION, "it is signed and names none");
    }
    if (head->destination && !is_same_url(head->destination, location, pool)) {
        return eckid_err_make(pool, ECKID_REQUEST_DESTINATION, "%s",
                              eckid_url_shown(head->destination, pool));
    }
    if (head->issued > now + skew || head->issued < now - ECKID_REQUEST_AGE - skew) {
        return eckid_err_make(pool, ECKID_REQUEST_TIME, "it was made %" APR_TIME_T_FMT " s ago",
                              apr_time_sec(now - head->issued));
    }
    return NULL;
}
