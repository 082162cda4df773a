/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a KeyDescriptor: certificates, and keys without one. */
#include "saml/eckid_saml_key_descriptor.h"
#include "crypto/eckid_key_numbers.h"
#include "xml/eckid_xml.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"

#include <apr_strings.h>

#define FETCH_AGAIN "was the file cut or edited? fetch the metadata again"

bool eckid_saml_key_is_for(const xmlNode *descriptor, const char *wanted, apr_pool_t *pool)
{
    const char *use = eckid_xml_attribute(descriptor, "use", pool);

    return !use || strcmp(use, wanted) == 0;
}

xmlNodePtr eckid_saml_key_next_certificate(const xmlNode *descriptor, xmlNodePtr certificate)
{
    xmlNodePtr node = certificate ? certificate : (xmlNodePtr)descriptor;

    do {
        node = eckid_xml_walk(descriptor, node);
    } while (node && !eckid_xml_is(node, ECKID_NS_DSIG, "X509Certificate"));
    return node;
}

eckid_err_t *eckid_saml_key_certificate(eckid_key_t **key, const xmlNode *certificate,
                                        apr_pool_t *pool)
{
    eckid_bytes_t der, text = eckid_xml_text(certificate, pool);
    const char *name = apr_psprintf(pool, "certificate in line %ld", xmlGetLineNo(certificate));

    if (!eckid_codec_base64_decode(&der, text, pool)) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_KEY, "the %s is not base64", name),
                                strstr(text.data, "-----")
                                    ? "a PEM was pasted: its lines -----BEGIN and -----END do not "
                                      "belong there"
                                    : FETCH_AGAIN);
    }
    return eckid_key_certificate_der(key, der, name, pool);
}

/* The bytes of a child that holds base64; empty when it is absent or is not base64. */
static eckid_bytes_t bytes_of(const xmlNode *parent, const char *namespace, const char *name,
                              apr_pool_t *pool)
{
    xmlNodePtr child = eckid_xml_child(parent, namespace, name);
    eckid_bytes_t bytes = {"", 0};

    if (child) {
        eckid_codec_base64_decode(&bytes, eckid_xml_text(child, pool), pool);
    }
    return bytes;
}

/* XML Signature 1.1, section 4.5.2.3.1: a curve by its OID, and an uncompressed point. */
static void read_curve(eckid_key_numbers_t *numbers, const xmlNode *value, apr_pool_t *pool)
{
    static const struct {
        const char *uri;
        eckid_key_kind_t kind;
        apr_size_t size;
    } curves[] = {{"urn:oid:1.2.840.10045.3.1.7", ECKID_KEY_P256, 32},
                  {"urn:oid:1.3.132.0.34", ECKID_KEY_P384, 48},
                  {"urn:oid:1.3.132.0.35", ECKID_KEY_P521, 66}};
    xmlNodePtr named = eckid_xml_child(value, ECKID_NS_DSIG11, "NamedCurve");
    const char *uri = named ? eckid_xml_attribute(named, "URI", pool) : NULL;
    eckid_bytes_t point = bytes_of(value, ECKID_NS_DSIG11, "PublicKey", pool);

    for (apr_size_t i = 0; uri && i < sizeof(curves) / sizeof(*curves); i++) {
        apr_size_t size = curves[i].size;

        if (strcmp(curves[i].uri, uri) == 0 && point.len == 2 * size + 1 && point.data[0] == 4) {
            *numbers = (eckid_key_numbers_t){curves[i].kind, eckid_bytes(point.data + 1, size),
                                             eckid_bytes(point.data + 1 + size, size)};
        }
    }
}

static eckid_err_t *no_key(const char *name, bool has_value, apr_pool_t *pool)
{
    return has_value
               ? eckid_err_advise(eckid_err_make(pool, ECKID_KEY,
                                                 "the %s has a value that is not readable", name),
                                  FETCH_AGAIN)
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_KEY,
                                    "the %s has neither a certificate nor a value of RSA or EC",
                                    name),
                     "a name alone (KeyName) tells no key: who publishes the metadata must add the "
                     "certificate");
}

eckid_err_t *eckid_saml_key_value(eckid_key_t **key, const xmlNode *descriptor, apr_pool_t *pool)
{
    xmlNodePtr info = eckid_xml_child(descriptor, ECKID_NS_DSIG, "KeyInfo");
    xmlNodePtr value = eckid_xml_child(info, ECKID_NS_DSIG, "KeyValue");
    xmlNodePtr rsa = eckid_xml_child(value, ECKID_NS_DSIG, "RSAKeyValue");
    xmlNodePtr curve = eckid_xml_child(value, ECKID_NS_DSIG11, "ECKeyValue");
    eckid_bytes_t der = bytes_of(info, ECKID_NS_DSIG11, "DEREncodedKeyValue", pool);
    eckid_key_numbers_t numbers = {ECKID_KEY_RSA, {"", 0}, {"", 0}};
    const char *name = apr_psprintf(pool, "key in line %ld", xmlGetLineNo(descriptor));

    if (rsa) {
        numbers.first = bytes_of(rsa, ECKID_NS_DSIG, "Modulus", pool);
        numbers.second = bytes_of(rsa, ECKID_NS_DSIG, "Exponent", pool);
    }
    else if (curve) {
        read_curve(&numbers, curve, pool);
    }
    else if (der.len) {
        return eckid_key_public_der(key, der, name, pool);
    }
    return numbers.first.len && numbers.second.len
               ? eckid_key_from_numbers(key, &numbers, name, pool)
               : no_key(name, rsa || curve, pool);
}
