/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every other way in which a login could travel to a supplier: recognised, and refused. */
#include "eckid_carrier.h"
#include "eckid_inflate.h"
#include "eckid_saml_names.h"
#include "eckid_url.h"

#include <libxml/xmlreader.h>

#define INFLATED_MAX (1024 * 1024) /* of a message in a URL */

static eckid_err_t *refuse(const eckid_supplier_t *supplier, const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_CARRIER, "%s, for %s", what, supplier->name);
}

/* A message that was read: refused when it holds a login, and its place or itself names a supplier.
 */
static eckid_err_t *judge(const eckid_policy_t *policy, const char *place, const eckid_saml_t *saml,
                          const char *what, apr_pool_t *pool)
{
    const eckid_route_t nowhere = {NULL, NULL};
    const eckid_supplier_t *supplier = place ? eckid_policy_find_place(policy, place, pool) : NULL;

    if (saml->kind == ECKID_SAML_OTHER || saml->kind == ECKID_SAML_ERROR) {
        return NULL;
    }
    if (!supplier) {
        eckid_whose(&supplier, policy, &nowhere, saml, pool);
    }
    return supplier ? refuse(supplier, what, pool) : NULL;
}

/* URLs */

static eckid_err_t *judge_response(const eckid_policy_t *policy, const char *url,
                                   eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_bytes_t packed, xml;
    eckid_saml_t *saml;

    if (!eckid_codec_base64_decode(&packed, base64, pool)) {
        return eckid_err_make(pool, ECKID_CARRIER, "a SAMLResponse in a URL that is not base64");
    }
    ECKID_ERR(eckid_inflate_all(&xml, ECKID_DEFLATE, packed, INFLATED_MAX, pool));
    ECKID_ERR(eckid_saml_open(&saml, xml, pool));
    return judge(policy, url, saml, "by HTTP-Redirect", pool);
}

eckid_err_t *eckid_carrier_url(const eckid_policy_t *policy, const char *url, apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = eckid_policy_find_place(policy, url, pool);
    eckid_bytes_t response = eckid_bytes("", 0), unread;

    if (supplier && (eckid_url_parameter(&unread, url, "SAMLart", pool) ||
                     eckid_url_parameter(&unread, url, "wresult", pool))) {
        return refuse(supplier, "by an artifact or wresult in a URL", pool);
    }
    switch (eckid_url_parameter(&response, url, "SAMLResponse", pool)) {
    case 0:
        return NULL;
    case 1:
        return judge_response(policy, url, response, pool);
    default:
        return eckid_err_make(pool, ECKID_FIELDS, "a URL with more than one SAMLResponse");
    }
}

/* Fields and bodies */

eckid_err_t *eckid_carrier_artifact(const eckid_policy_t *policy, const char *action,
                                    apr_pool_t *pool)
{
    const eckid_supplier_t *supplier =
        action ? eckid_policy_find_place(policy, action, pool) : NULL;

    return supplier ? refuse(supplier, "by HTTP-Artifact", pool) : NULL;
}

eckid_err_t *eckid_carrier_wresult(const eckid_policy_t *policy, const char *action,
                                   eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_t *saml;

    ECKID_ERR(eckid_saml_open(&saml, xml, pool));
    return judge(policy, action, saml, "by WS-Federation", pool);
}

static void ignore(void *self, xmlErrorPtr error)
{
    (void)self, (void)error;
}

/* Goes on to the root element; false when there is none. */
static bool read_root(xmlTextReaderPtr reader)
{
    while (xmlTextReaderRead(reader) == 1) {
        if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT) {
            return true;
        }
    }
    return false;
}

static bool is_message_namespace(const xmlChar *namespace)
{
    static const char *const namespaces[] = {ECKID_NS_SOAP11, ECKID_NS_SOAP12, ECKID_NS_SAMLP,
                                             ECKID_NS_SAML,   ECKID_NS_SAML1P, ECKID_NS_SAML1};

    for (unsigned i = 0; namespace && i < sizeof(namespaces) / sizeof(*namespaces); i++) {
        if (xmlStrEqual(namespace, BAD_CAST namespaces[i])) {
            return true;
        }
    }
    return false;
}

bool eckid_carrier_is_message(eckid_bytes_t start)
{
    xmlTextReaderPtr reader =
        xmlReaderForMemory(start.data, (int)start.len, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    if (!reader) {
        return false;
    }
    xmlTextReaderSetStructuredErrorHandler(reader, ignore, NULL);
    bool message =
        read_root(reader) && is_message_namespace(xmlTextReaderConstNamespaceUri(reader));

    xmlFreeTextReader(reader);
    return message;
}

eckid_err_t *eckid_carrier_body(const eckid_policy_t *policy, eckid_bytes_t body, apr_pool_t *pool)
{
    eckid_saml_t *saml;

    if (!eckid_carrier_is_message(body)) {
        return NULL;
    }
    ECKID_ERR(eckid_saml_open(&saml, body, pool));
    return judge(policy, NULL, saml, "by SOAP", pool);
}
