/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bindings that are refused: every way but HTTP-POST in which a login can reach a supplier. */
#include "saml/eckid_saml_bindings.h"
#include "base/eckid_inflate.h"
#include "xml/eckid_xml_namespaces.h"
#include "html/eckid_saml_scan.h"
#include "base/eckid_find.h"
#include "base/eckid_url.h"

#include <libxml/xmlreader.h>

#define INFLATED_MAX (256 * 1024) /* bytes of all messages in URLs of one body together */
#define TARGETS_MAX 32            /* of one redirect */
#define MESSAGES_MAX 16           /* in base64, outside the fields that were read */

static eckid_err_t *refuse(const eckid_supplier_t *supplier, const char *what, apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BINDING, "%s, for %s", what, supplier->name);
}

/* Refuses a login for a supplier, and one that names several as well. Url is where it is sent, or
 * NULL. */
static eckid_err_t *check_message(eckid_saml_context_t *context, const char *url,
                                  const eckid_saml_message_t *message, const char *what,
                                  apr_pool_t *pool)
{
    const eckid_saml_route_t route = {.sent_to = url};
    const eckid_supplier_t *supplier;

    eckid_saml_recipient_find(&supplier, context->policy, &route, message, pool);
    return supplier ? refuse(supplier, what, pool) : NULL;
}

/* URLs */

static eckid_err_t *open_redirected(eckid_saml_message_t **message, eckid_bytes_t base64,
                                    eckid_saml_context_t *context, apr_pool_t *pool)
{
    eckid_bytes_t packed, xml;

    if (!eckid_codec_base64_decode(&packed, base64, pool)) {
        return eckid_err_make(pool, ECKID_BINDING, "a SAMLResponse in a URL that is not base64");
    }
    if (context->inflated >= INFLATED_MAX) {
        return eckid_err_make(pool, ECKID_LIMIT, "too many messages in URLs");
    }
    eckid_err_t *err =
        eckid_inflate_all(&xml, ECKID_DEFLATE, packed, INFLATED_MAX - context->inflated, pool);

    context->inflated =
        err && err->code == ECKID_LIMIT ? INFLATED_MAX : context->inflated + xml.len;
    ECKID_ERR(err);
    return eckid_saml_message_open(message, xml, pool);
}

static eckid_err_t *check_response(eckid_saml_context_t *context, const char *url,
                                   eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_err_t *unread = open_redirected(&message, base64, context, pool);

    return unread ? eckid_saml_unread(unread, context, url, pool)
                  : check_message(context, url, message, "by HTTP-Redirect", pool);
}

eckid_err_t *eckid_saml_bindings_check_url(eckid_saml_context_t *context, const char *url,
                                           apr_pool_t *pool)
{
    const eckid_supplier_t *supplier = eckid_policy_find_host(context->policy, url, pool);
    eckid_bytes_t response = eckid_bytes("", 0), unread;

    if (supplier && (eckid_url_parameter(&unread, url, "SAMLart", pool) ||
                     eckid_url_parameter(&unread, url, "wresult", pool))) {
        return refuse(supplier, "by an artifact or wresult in a URL", pool);
    }
    switch (eckid_url_parameter(&response, url, "SAMLResponse", pool)) {
    case 0:
        return NULL;
    case 1:
        return check_response(context, url, response, pool);
    default:
        return eckid_saml_unread(
            eckid_err_make(pool, ECKID_FIELDS, "a URL with more than one SAMLResponse"), context,
            url, pool);
    }
}

static bool begins_url(const char *text)
{
    return strncasecmp(text, "http", 4) == 0 || text[0] == '/' || text[0] == '\\';
}

eckid_err_t *eckid_saml_bindings_check_location(eckid_saml_context_t *context, const char *value,
                                                apr_pool_t *pool)
{
    int count = 0;

    ECKID_ERR(eckid_saml_bindings_check_url(context, value, pool));
    while ((value = strchr(value, ',')) != NULL) {
        value += strspn(value, ",;"); /* read once for all of them */
        const char *url = eckid_url_refresh(value);

        if (url && begins_url(url)) {
            ECKID_ERR(eckid_saml_bindings_check_url(context, url, pool));
            count++;
        }
        if (count > TARGETS_MAX) {
            return eckid_saml_unread(
                eckid_err_make(pool, ECKID_FIELDS, "a redirect to more than %d places", count),
                context, NULL, pool);
        }
    }
    return NULL;
}

/* Fields and bodies */

eckid_err_t *eckid_saml_bindings_check_artifact(eckid_saml_context_t *context, const char *action,
                                                apr_pool_t *pool)
{
    const eckid_supplier_t *supplier =
        action ? eckid_policy_find_host(context->policy, action, pool) : NULL;

    return supplier ? refuse(supplier, "by HTTP-Artifact", pool) : NULL;
}

eckid_err_t *eckid_saml_bindings_check_control(eckid_saml_context_t *context, const char *action,
                                               apr_pool_t *pool)
{
    const eckid_supplier_t *supplier =
        action ? eckid_policy_find_host(context->policy, action, pool) : NULL;

    return supplier ? eckid_err_make(pool, ECKID_FIELDS,
                                     "a SAMLResponse that is not an input, for %s", supplier->name)
                    : NULL;
}

eckid_err_t *eckid_saml_bindings_check_wresult(eckid_saml_context_t *context, const char *action,
                                               eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_err_t *unread = eckid_saml_message_open(&message, xml, pool);

    return unread ? eckid_saml_unread(unread, context, action, pool)
                  : check_message(context, action, message, "by WS-Federation", pool);
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

#define WHERE "where no field can be read"

static eckid_err_t *judge_unread(eckid_saml_context_t *context, apr_pool_t *pool)
{
    return eckid_saml_unread(eckid_err_make(pool, ECKID_BINDING, WHERE ", and not readable"),
                             context, NULL, pool);
}

static eckid_err_t *check_base64(eckid_saml_context_t *context, eckid_bytes_t stretch,
                                 apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_bytes_t xml;

    return !eckid_codec_base64_decode(&xml, stretch, pool) ||
                   eckid_saml_message_open(&message, xml, pool)
               ? judge_unread(context, pool)
               : check_message(context, NULL, message, WHERE, pool);
}

/* XML that must hold an assertion as an element, and not only as text. */
static eckid_err_t *check_whole(eckid_saml_context_t *context, eckid_bytes_t xml, apr_pool_t *pool)
{
    eckid_saml_message_t *message;

    return eckid_saml_message_open(&message, xml, pool) || !eckid_saml_message_may_log_in(message)
               ? judge_unread(context, pool)
               : check_message(context, NULL, message, WHERE, pool);
}

/* Whether an element Assertion ends in text. One that never does is an example in a manual. */
static bool is_closed(eckid_bytes_t text)
{
    const char *name = "Assertion", *at = text.data, *end = text.data + text.len;

    while ((at = eckid_find(eckid_bytes(at, (apr_size_t)(end - at)), name)) != NULL) {
        at += strlen(name);
        while (at < end && eckid_codec_is_space(*at)) {
            at++;
        }
        if (at < end && *at == '>') {
            return true;
        }
    }
    return false;
}

/* Checks every login in text. If one is plain XML, it is read from the whole, which must be XML. */
static eckid_err_t *check_traces(eckid_saml_context_t *context, eckid_bytes_t text,
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
            rest = eckid_bytes(rest.data + len, rest.len - len);
            ECKID_ERR(whole_checked || !is_closed(rest) ? NULL : check_whole(context, whole, pool));
            whole_checked = true;
            break;
        default:
            stretch = eckid_saml_scan_stretch(text, from + len);
            ECKID_ERR(++count > MESSAGES_MAX ? judge_unread(context, pool)
                                             : check_base64(context, stretch, pool));
            len = (apr_size_t)(stretch.data + stretch.len - rest.data);
        }
    }
}

eckid_err_t *eckid_saml_bindings_check_bytes(eckid_saml_context_t *context, eckid_bytes_t bytes,
                                             apr_pool_t *pool)
{
    eckid_bytes_t narrow = eckid_codec_narrow(bytes, pool);

    eckid_err_t *err =
        eckid_saml_scan_finds(narrow)
            ? check_traces(context, eckid_codec_html_decode(narrow, pool), bytes, pool)
            : NULL;

    return err && err->code == ECKID_BINDING
               ? eckid_err_advise(err,
                                  "the identity provider must send it in a form of a page that "
                                  "is text/html; what a script sends cannot be rewritten")
               : err;
}

eckid_err_t *eckid_saml_bindings_check_xml(eckid_saml_context_t *context, eckid_bytes_t body,
                                           apr_pool_t *pool)
{
    eckid_saml_message_t *message;
    eckid_err_t *unread = eckid_saml_message_open(&message, body, pool);

    if (unread && eckid_saml_bindings_is_message(body)) {
        ECKID_ERR(eckid_saml_unread(unread, context, NULL, pool));
    }
    else if (!unread) {
        ECKID_ERR(check_message(context, NULL, message, "by SOAP", pool));
    }
    return eckid_saml_bindings_check_bytes(context, body, pool);
}
