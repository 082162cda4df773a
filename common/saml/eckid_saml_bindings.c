/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bindings that are refused: every way but HTTP-POST in which a login can reach a supplier. */
#include "saml/eckid_saml_bindings.h"
#include "base/eckid_inflate.h"
#include "xml/eckid_xml_namespaces.h"
#include "html/eckid_saml_scan.h"
#include "base/eckid_url.h"

#include <libxml/xmlreader.h>

#define INFLATED_MAX (1024 * 1024) /* of a message in a URL */
#define TARGETS_MAX 32             /* of one redirect */
#define MESSAGES_MAX 16            /* in base64, outside the fields that were read */

static eckid_err_t *refuse(const eckid_supplier_t *supplier, const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BINDING, "%s, for %s", what, supplier->name);
}

/* Refuses a login for a supplier, and one that names several as well. Url is where it is sent, or
 * NULL. */
static eckid_err_t *check_message(const eckid_policy_t *policy, const char *url,
                                  const eckid_saml_message_t *message, const char *what,
                                  apr_pool_t *pool)
{
    const eckid_saml_route_t route = {.sent_to = url};
    const eckid_supplier_t *supplier;

    eckid_saml_recipient_find(&supplier, policy, &route, message, pool);
    return supplier ? refuse(supplier, what, pool) : NULL;
}

/* URLs */

static eckid_err_t *check_response(const eckid_policy_t *policy, const char *url,
                                   eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_bytes_t packed, xml;
    eckid_saml_message_t *message;

    if (!eckid_codec_base64_decode(&packed, base64, pool)) {
        return eckid_err_make(pool, ECKID_BINDING, "a SAMLResponse in a URL that is not base64");
    }
    ECKID_ERR(eckid_inflate_all(&xml, ECKID_DEFLATE, packed, INFLATED_MAX, pool));
    ECKID_ERR(eckid_saml_message_open(&message, xml, pool));
    return check_message(policy, url, message, "by HTTP-Redirect", pool);
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
        return check_response(policy, url, response, pool);
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
    eckid_saml_message_t *message;

    ECKID_ERR(eckid_saml_message_open(&message, xml, pool));
    return check_message(policy, action, message, "by WS-Federation", pool);
}

/* Reads up to the root element; false if there is none. */
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

/* Bytes outside the fields that were read */

static eckid_err_t *refuse_unread(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BINDING, "where no field can be read, and not readable");
}

static eckid_err_t *check_base64(const eckid_policy_t *policy, eckid_bytes_t stretch,
                                 apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_bytes_t xml;

    return !eckid_codec_base64_decode(&xml, stretch, pool) ||
                   eckid_saml_message_open(&message, xml, pool)
               ? refuse_unread(pool)
               : check_message(policy, NULL, message, "where no field can be read", pool);
}

/* Shows the ASCII characters of UTF-16 and UTF-32. */
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

/* Whether there is no trace of a login at all, as in nearly every page. */
static bool is_clean(eckid_bytes_t bytes)
{
    eckid_saml_scan_t scan = {.last = '\0'};

    return eckid_saml_scan_feed(&scan, NULL, bytes) == ECKID_SAML_SCAN_NONE;
}

/* XML that must hold an assertion as an element, and not only as text. */
static eckid_err_t *check_whole(const eckid_policy_t *policy, eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *message;

    return eckid_saml_message_open(&message, xml, pool) || !eckid_saml_message_may_log_in(message)
               ? refuse_unread(pool)
               : check_message(policy, NULL, message, "where no field can be read", pool);
}

/* Checks every login in text. If one is plain XML, it is read from the whole, which must be XML. */
static eckid_err_t *check_traces(const eckid_policy_t *policy, eckid_bytes_t text,
                                 eckid_bytes_t whole, apr_pool_t *pool)
{
    eckid_saml_scan_t scan = {.last = '\0'};
    bool whole_checked = false;
    int count = 0;

    for (apr_size_t from = 0, len;; from += len) {
        eckid_bytes_t rest = eckid_bytes(text.data + from, text.len - from), stretch;

        switch (eckid_saml_scan_feed(&scan, &len, rest)) {
        case ECKID_SAML_SCAN_NONE:
            return NULL;
        case ECKID_SAML_SCAN_XML:
            ECKID_ERR(whole_checked ? NULL : check_whole(policy, whole, pool));
            whole_checked = true;
            break;
        default:
            stretch = eckid_saml_scan_stretch(text, from + len);
            ECKID_ERR(++count > MESSAGES_MAX ? refuse_unread(pool)
                                             : check_base64(policy, stretch, pool));
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
               : check_traces(policy, eckid_codec_html_decode(narrow, pool), bytes, pool);
}

eckid_err_t *eckid_saml_bindings_check_xml(const eckid_policy_t *policy, eckid_bytes_t body,
                                           apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_err_t *unread = eckid_saml_message_open(&message, body, pool);

    if (unread && eckid_saml_bindings_is_message(body)) {
        return unread;
    }
    if (!unread) {
        ECKID_ERR(check_message(policy, NULL, message, "by SOAP", pool));
    }
    return eckid_saml_bindings_check_bytes(policy, body, pool);
}
