/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message that a supplier sends to our identity provider, and whether its signature holds.
 */
#include "bridge/eckid_bridge_message.h"
#include "base/eckid_inflate.h"
#include "base/eckid_json.h"
#include "xml/eckid_xml_namespaces.h"

#include <apr_strings.h>

#define ENCODING_DEFLATE "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

eckid_err_t *eckid_bridge_message_fault(const eckid_err_t *err, eckid_code_t code, apr_pool_t *pool)
{
    return err ? eckid_err_advise(eckid_err_wrap(pool, err, code, "%s", ""), eckid_err_hint(code))
               : NULL;
}

/* Parameters, as they came */

/* A parameter: how often it is there, and the first value, still encoded, with its name and "=". */
typedef struct parameter_t {
    int count;
    eckid_bytes_t pair, raw;
} parameter_t;

static parameter_t find(eckid_bytes_t text, const char *name)
{
    const char *at = text.data, *end = text.data + text.len;
    parameter_t found = {0, {"", 0}, {"", 0}};

    while (at < end) {
        const char *next = memchr(at, '&', (apr_size_t)(end - at));
        const char *stop = next ? next : end;
        const char *equals = memchr(at, '=', (apr_size_t)(stop - at));

        if (equals && eckid_codec_form_is(eckid_bytes(at, (apr_size_t)(equals - at)), name) &&
            ++found.count == 1) {
            found.pair = eckid_bytes(at, (apr_size_t)(stop - at));
            found.raw = eckid_bytes(equals + 1, (apr_size_t)(stop - equals - 1));
        }
        at = next ? next + 1 : end;
    }
    return found;
}

bool eckid_bridge_message_has(const eckid_bridge_carrier_t *carrier, const char *parameter)
{
    return find(carrier->text, parameter).count > 0;
}

/* The decoded value; its data is NULL if there is none. */
static eckid_err_t *get(eckid_bytes_t *value, parameter_t *raw, eckid_bytes_t text,
                        const char *name, apr_pool_t *pool)
{
    *raw = find(text, name);
    *value = eckid_bytes(NULL, 0);
    if (raw->count > 1) {
        return eckid_err_make(pool, ECKID_REQUEST, "%s is there %d times", name, raw->count);
    }
    return raw->count == 0 || eckid_codec_form_decode(value, raw->raw, pool)
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST, "%s cannot be decoded", name);
}

/* The XML */

static eckid_err_t *decode(eckid_bytes_t *xml, eckid_bytes_t value, bool is_post, apr_pool_t *pool)
{
    eckid_bytes_t packed;

    if (!eckid_codec_base64_decode(&packed, value, pool)) {
        return eckid_err_make(pool, ECKID_REQUEST, "it is not base64");
    }
    if (!is_post) {
        return eckid_bridge_message_fault(
            eckid_inflate_all(xml, ECKID_DEFLATE, packed, ECKID_MESSAGE_MAX, pool), ECKID_REQUEST,
            pool);
    }
    *xml = packed;
    return packed.len <= ECKID_MESSAGE_MAX
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST, "%" APR_SIZE_T_FMT " bytes", packed.len);
}

static bool has_signature(const xmlNode *root)
{
    for (const xmlNode *node = root; node; node = eckid_xml_walk(root, node)) {
        if (eckid_xml_is(node, ECKID_NS_DSIG, "Signature")) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *read_xml(eckid_bridge_message_t *message, const eckid_bridge_carrier_t *carrier,
                             eckid_bytes_t value, apr_pool_t *pool)
{
    eckid_bytes_t xml;
    xmlDocPtr doc;

    ECKID_ERR(decode(&xml, value, carrier->is_post, pool));
    ECKID_ERR(eckid_bridge_message_fault(eckid_xml_parse(&doc, xml, pool), ECKID_REQUEST, pool));
    message->root = xmlDocGetRootElement(doc);
    message->is_signed = has_signature(message->root);
    return message->is_signed && !carrier->is_post
               ? eckid_err_make(pool, ECKID_REQUEST,
                                "a signature within the XML, which HTTP-Redirect does not allow")
               : NULL;
}

static eckid_err_t *read_relay_state(eckid_bridge_message_t *message, eckid_bytes_t value,
                                     apr_pool_t *pool)
{
    if (value.len > ECKID_RELAY_STATE_MAX) {
        return eckid_err_make(pool, ECKID_REQUEST, "a RelayState of more than %d bytes",
                              ECKID_RELAY_STATE_MAX);
    }
    message->relay_state = value.data;
    return !value.data || eckid_json_holds(value.data)
               ? NULL
               : eckid_err_make(pool, ECKID_REQUEST, "RelayState is not UTF-8");
}

/* Bindings section 3.4.4.1: a signature over the query, in the order that is written there,
 * whatever the order in which they came. */
static eckid_err_t *read_octets(eckid_bridge_message_t *message, eckid_bytes_t query,
                                const parameter_t *xml, const parameter_t *relay_state,
                                apr_pool_t *pool)
{
    eckid_octets_t *octets = apr_pcalloc(pool, sizeof(*octets));
    parameter_t method, raw;
    eckid_bytes_t algorithm, signature;

    ECKID_ERR(get(&algorithm, &method, query, "SigAlg", pool));
    ECKID_ERR(get(&signature, &raw, query, "Signature", pool));
    if (!algorithm.data && !signature.data) {
        return NULL;
    }
    if (!algorithm.data || !signature.data ||
        !eckid_codec_base64_decode(&octets->signature, signature, pool)) {
        return eckid_err_make(pool, ECKID_REQUEST,
                              "of SigAlg and Signature one is missing or unreadable");
    }
    octets->algorithm = algorithm.data;
    octets->octets = eckid_bytes_str(
        apr_psprintf(pool, "%.*s%s%.*s&%.*s", (int)xml->pair.len, xml->pair.data,
                     relay_state->count ? "&" : "", (int)relay_state->pair.len,
                     relay_state->pair.data, (int)method.pair.len, method.pair.data));
    message->octets = octets;
    message->is_signed = true;
    return NULL;
}

eckid_err_t *eckid_bridge_message_read(eckid_bridge_message_t **out,
                                       const eckid_bridge_carrier_t *carrier, const char *parameter,
                                       apr_pool_t *pool)
{
    eckid_bridge_message_t *message = apr_pcalloc(pool, sizeof(*message));
    parameter_t xml, state, encoding;
    eckid_bytes_t value, relay_state, method;

    ECKID_ERR(get(&value, &xml, carrier->text, parameter, pool));
    ECKID_ERR(get(&relay_state, &state, carrier->text, "RelayState", pool));
    ECKID_ERR(get(&method, &encoding, carrier->text, "SAMLEncoding", pool));
    if (!value.data) {
        return eckid_err_make(pool, ECKID_REQUEST, "there is no %s", parameter);
    }
    if (method.data && strcmp(method.data, ENCODING_DEFLATE) != 0) {
        return eckid_err_make(pool, ECKID_REQUEST, "an unknown SAMLEncoding");
    }
    ECKID_ERR(read_relay_state(message, relay_state, pool));
    ECKID_ERR(read_xml(message, carrier, value, pool));
    ECKID_ERR(carrier->is_post ? NULL : read_octets(message, carrier->text, &xml, &state, pool));
    *out = message;
    return NULL;
}

/* Its signature */

/* The signature is the root's own, and the only one in the document. */
static eckid_err_t *verify_within(xmlNodePtr root, const eckid_trust_t *trust, apr_pool_t *pool)
{
    xmlNodePtr issuer = eckid_xml_child(root, ECKID_NS_SAML, "Issuer");
    eckid_verified_t *verified;

    if (!issuer) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "there is no Issuer");
    }
    ECKID_ERR(eckid_xmldsig_verify(&verified, root, issuer, trust, pool));
    return eckid_xmldsig_outer(verified)
               ? NULL
               : eckid_err_make(pool, ECKID_STRUCTURE, "a signature in an unexpected place");
}

eckid_err_t *eckid_bridge_message_verify(const eckid_bridge_message_t *message, bool required,
                                         const eckid_trust_t *trust, apr_pool_t *pool)
{
    if (!message->is_signed) {
        return required ? eckid_err_make(pool, ECKID_REQUEST_UNSIGNED, "%s", "") : NULL;
    }
    if (trust->keys->nelts == 0) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_REQUEST_SIGNATURE, "its metadata list no key for signing"),
            "fetch the metadata of the supplier again; they must have a KeyDescriptor for signing");
    }
    eckid_err_t *err = message->octets ? eckid_xmldsig_verify_octets(message->octets, trust, pool)
                                       : verify_within(message->root, trust, pool);
    eckid_err_t *fault = eckid_bridge_message_fault(err, ECKID_REQUEST_SIGNATURE, pool);

    return err && err->code == ECKID_ALGORITHM
               ? eckid_err_advise(fault, "let the supplier sign its requests with RSA or ECDSA and "
                                         "SHA-256, the digest within too (node-saml: "
                                         "digestAlgorithm)")
               : fault;
}
