/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every other way in which a login could travel to a supplier: recognised, and refused. */
#include "saml/eckid_saml_bindings.h"
#include "base/eckid_inflate.h"
#include "xml/eckid_xml_namespaces.h"
#include "html/eckid_saml_scan.h"
#include "base/eckid_url.h"

#include <libxml/xmlreader.h>

#define INFLATED_MAX (1024 * 1024) /* of a message in a URL */
#define TARGETS_MAX 32             /* of one redirect */
#define STRAYS_MAX 16              /* messages in base64 where no field is read */

static eckid_err_t *refuse(const eckid_supplier_t *supplier, const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BINDING, "%s, for %s", what, supplier->name);
}

/* Whose place it is. A login that can be read says more than its place does; for any other one the
 * host is enough. */
static const eckid_supplier_t *find_by_place(const eckid_policy_t *policy, const char *place,
                                             const eckid_saml_message_t *saml, apr_pool_t *pool)
{
    return !place                           ? NULL
           : saml->kind == ECKID_SAML_LOGIN ? eckid_policy_find_consumer_path(policy, place, pool)
                                            : eckid_policy_find_host(policy, place, pool);
}

/* A message that was read: refused when it holds a login, and its place or itself names a supplier.
 */
static eckid_err_t *judge(const eckid_policy_t *policy, const char *place,
                          const eckid_saml_message_t *saml, const char *what, apr_pool_t *pool)
{
    const eckid_saml_route_t nowhere = {NULL, NULL};
    const eckid_supplier_t *supplier = find_by_place(policy, place, saml, pool);

    if (saml->kind == ECKID_SAML_OTHER || saml->kind == ECKID_SAML_ERROR) {
        return NULL;
    }
    if (!supplier) {
        eckid_saml_recipient_find(&supplier, policy, &nowhere, saml, pool);
    }
    return supplier ? refuse(supplier, what, pool) : NULL;
}

/* URLs */

static eckid_err_t *judge_response(const eckid_policy_t *policy, const char *url,
                                   eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_bytes_t packed, xml;
    eckid_saml_message_t *saml;

    if (!eckid_codec_base64_decode(&packed, base64, pool)) {
        return eckid_err_make(pool, ECKID_BINDING, "a SAMLResponse in a URL that is not base64");
    }
    ECKID_ERR(eckid_inflate_all(&xml, ECKID_DEFLATE, packed, INFLATED_MAX, pool));
    ECKID_ERR(eckid_saml_message_open(&saml, xml, pool));
    return judge(policy, url, saml, "by HTTP-Redirect", pool);
}

eckid_err_t *eckid_saml_bindings_check_url(const eckid_policy_t *policy, const char *url,
                                           apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = eckid_policy_find_host(policy, url, pool);
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

static bool begins_url(const char *text)
{
    return strncasecmp(text, "http", 4) == 0 || text[0] == '/' || text[0] == '\\';
}

eckid_err_t *eckid_saml_bindings_check_location(const eckid_policy_t *policy, const char *value,
                                                apr_pool_t *pool)
{
    int count = 0;

    ECKID_ERR(eckid_saml_bindings_check_url(policy, value, pool));
    while ((value = strchr(value, ',')) != NULL) {
        const char *url = eckid_url_refresh(++value);

        if (url && begins_url(url)) {
            ECKID_ERR(eckid_saml_bindings_check_url(policy, url, pool));
            count++;
        }
        if (count > TARGETS_MAX) {
            return eckid_err_make(pool, ECKID_FIELDS, "a redirect to more than %d places", count);
        }
    }
    return NULL;
}

/* Fields and bodies */

eckid_err_t *eckid_saml_bindings_check_artifact(const eckid_policy_t *policy, const char *action,
                                                apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = action ? eckid_policy_find_host(policy, action, pool) : NULL;

    return supplier ? refuse(supplier, "by HTTP-Artifact", pool) : NULL;
}

eckid_err_t *eckid_saml_bindings_check_wresult(const eckid_policy_t *policy, const char *action,
                                               eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *saml;

    ECKID_ERR(eckid_saml_message_open(&saml, xml, pool));
    return judge(policy, action, saml, "by WS-Federation", pool);
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

bool eckid_saml_bindings_is_message(eckid_bytes_t start)
{
    xmlTextReaderPtr reader =
        xmlReaderForMemory(start.data, (int)start.len, NULL, NULL,
                           XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

    if (!reader) {
        return false;
    }
    eckid_xml_quiet_t quiet = eckid_xml_hush();
    bool message =
        read_root(reader) && is_message_namespace(xmlTextReaderConstNamespaceUri(reader));

    eckid_xml_end_hush(&quiet);

    xmlFreeTextReader(reader);
    return message;
}

/* Bytes that no reader of ours made sense of */

static eckid_err_t *refuse_unread(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BINDING, "where no field can be read, and not readable");
}

static eckid_err_t *judge_stray(const eckid_policy_t *policy, eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *saml;

    return eckid_saml_message_open(&saml, xml, pool)
               ? refuse_unread(pool)
               : judge(policy, NULL, saml, "where no field can be read", pool);
}

static eckid_err_t *judge_stretch(const eckid_policy_t *policy, eckid_bytes_t stretch,
                                  apr_pool_t *pool)
{
    eckid_bytes_t xml;

    return eckid_codec_base64_decode(&xml, stretch, pool) ? judge_stray(policy, xml, pool)
                                                          : refuse_unread(pool);
}

/* What ASCII there is in UTF-16 and UTF-32. */
static eckid_bytes_t without_nul(eckid_bytes_t in, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, in.len + 1), *to = out;

    for (apr_size_t i = 0; i < in.len; i++) {
        *to = in.data[i];
        to += in.data[i] != '\0';
    }
    *to = '\0';
    return eckid_bytes(out, (apr_size_t)(to - out));
}

/* Whether there is no trace of a login at all: so for nearly every page. */
static bool is_clean(eckid_bytes_t bytes)
{
    eckid_saml_scan_t trace = {.last = '\0'};

    return eckid_saml_scan_feed(&trace, NULL, bytes) == ECKID_SAML_SCAN_NONE;
}

/* XML in which there is an assertion, and not only the text of one. */
static eckid_err_t *judge_whole(const eckid_policy_t *policy, eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *saml;

    return eckid_saml_message_open(&saml, xml, pool) || saml->kind == ECKID_SAML_OTHER ||
                   saml->kind == ECKID_SAML_ERROR
               ? refuse_unread(pool)
               : judge(policy, NULL, saml, "where no field can be read", pool);
}

/* Every login in text; one in plain XML must be all of it. */
static eckid_err_t *judge_traces(const eckid_policy_t *policy, eckid_bytes_t text,
                                 eckid_bytes_t whole, apr_pool_t *pool)
{
    eckid_saml_scan_t trace = {.last = '\0'};
    bool judged = false;
    int count = 0;

    for (apr_size_t from = 0, len;; from += len) {
        eckid_bytes_t rest = eckid_bytes(text.data + from, text.len - from), stretch;

        switch (eckid_saml_scan_feed(&trace, &len, rest)) {
        case ECKID_SAML_SCAN_NONE:
            return NULL;
        case ECKID_SAML_SCAN_XML:
            ECKID_ERR(judged ? NULL : judge_whole(policy, whole, pool));
            judged = true;
            break;
        default:
            stretch = eckid_saml_scan_stretch(text, from + len);
            ECKID_ERR(++count > STRAYS_MAX ? refuse_unread(pool)
                                           : judge_stretch(policy, stretch, pool));
            len = (apr_size_t)(stretch.data + stretch.len - rest.data);
        }
    }
}

eckid_err_t *eckid_saml_bindings_check_bytes(const eckid_policy_t *policy, eckid_bytes_t bytes,
                                             apr_pool_t *pool)
{
    eckid_bytes_t narrow =
        bytes.len && memchr(bytes.data, '\0', bytes.len) ? without_nul(bytes, pool) : bytes;

    return is_clean(narrow)
               ? NULL
               : judge_traces(policy, eckid_codec_html_decode(narrow, pool), bytes, pool);
}

eckid_err_t *eckid_saml_bindings_check_xml(const eckid_policy_t *policy, eckid_bytes_t body,
                                           apr_pool_t *pool)
{
    eckid_saml_message_t *saml;
    eckid_err_t *unread = eckid_saml_message_open(&saml, body, pool);

    if (unread && eckid_saml_bindings_is_message(body)) {
        return unread;
    }
    if (!unread) {
        ECKID_ERR(judge(policy, NULL, saml, "by SOAP", pool));
    }
    return eckid_saml_bindings_check_bytes(policy, body, pool);
}
