/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of XML Encryption: what they are called, and which are accepted. */
#include "xml/eckid_xmlenc_method.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"

#define OAEP_MGF1P ECKID_NS_XMLENC "rsa-oaep-mgf1p"
#define OAEP_11 ECKID_NS_XMLENC11 "rsa-oaep"

/* The preferred ones first. */
static const struct {
    const char *uri;
    eckid_cipher_t cipher;
} ciphers[] = {
    {ECKID_NS_XMLENC11 "aes256-gcm", ECKID_AES256_GCM},
    {ECKID_NS_XMLENC11 "aes128-gcm", ECKID_AES128_GCM},
    {ECKID_NS_XMLENC11 "aes192-gcm", ECKID_AES192_GCM},
    {ECKID_NS_XMLENC "aes256-cbc", ECKID_AES256_CBC},
    {ECKID_NS_XMLENC "aes128-cbc", ECKID_AES128_CBC},
    {ECKID_NS_XMLENC "aes192-cbc", ECKID_AES192_CBC},
};

#define CIPHERS (sizeof(ciphers) / sizeof(*ciphers))

static const struct {
    const char *uri;
    eckid_digest_alg_t digest;
} mgfs[] = {
    {ECKID_NS_XMLENC11 "mgf1sha1", ECKID_SHA1},
    {ECKID_NS_XMLENC11 "mgf1sha256", ECKID_SHA256},
    {ECKID_NS_XMLENC11 "mgf1sha384", ECKID_SHA384},
    {ECKID_NS_XMLENC11 "mgf1sha512", ECKID_SHA512},
};

#define MGFS (sizeof(mgfs) / sizeof(*mgfs))

const char *eckid_xmlenc_method_uri(const xmlNode *method, apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    return uri ? uri : "";
}

bool eckid_xmlenc_method_cipher(eckid_cipher_t *cipher, const xmlNode *method, apr_pool_t *pool)
{
    const char *uri = eckid_xmlenc_method_uri(method, pool);

    for (apr_size_t i = 0; i < CIPHERS; i++) {
        if (strcmp(uri, ciphers[i].uri) == 0) {
            *cipher = ciphers[i].cipher;
            return true;
        }
    }
    return false;
}

static bool find_mgf(eckid_digest_alg_t *digest, const char *uri)
{
    for (apr_size_t i = 0; i < MGFS; i++) {
        if (strcmp(uri, mgfs[i].uri) == 0) {
            *digest = mgfs[i].digest;
            return true;
        }
    }
    return false;
}

/* XML Encryption 1.1 section 5.5.2. False for any other key transport, and parameters that are not
 * known. */
bool eckid_xmlenc_method_transport(eckid_oaep_t *oaep, bool *is_11, const xmlNode *method,
                                   apr_pool_t *pool)
{
    const char *uri = eckid_xmlenc_method_uri(method, pool);
    xmlNodePtr digest = eckid_xml_child(method, ECKID_NS_DSIG, "DigestMethod");
    xmlNodePtr mgf = eckid_xml_child(method, ECKID_NS_XMLENC11, "MGF");
    xmlNodePtr label = eckid_xml_child(method, ECKID_NS_XMLENC, "OAEPparams");

    *is_11 = strcmp(uri, OAEP_11) == 0;
    *oaep = (eckid_oaep_t){ECKID_SHA1, ECKID_SHA1, {"", 0}};
    return (*is_11 || strcmp(uri, OAEP_MGF1P) == 0) &&
           (!digest ||
            eckid_xml_digest_find(&oaep->digest, eckid_xmlenc_method_uri(digest, pool))) &&
           (!mgf || (*is_11 && find_mgf(&oaep->mgf1, eckid_xmlenc_method_uri(mgf, pool)))) &&
           (!label || eckid_codec_base64_decode(&oaep->label, eckid_xml_text(label, pool), pool));
}

const char *eckid_xmlenc_method_cipher_uri(eckid_cipher_t cipher)
{
    apr_size_t i = 0;

    while (ciphers[i].cipher != cipher) {
        i++;
    }
    return ciphers[i].uri;
}

/* Parameters that are the defaults are written all the same, but for those that some readers refuse
 * to see. */
void eckid_xmlenc_method_add_transport(xmlNodePtr key, const eckid_encryption_t *encryption,
                                       xmlNsPtr ds)
{
    xmlNodePtr method = eckid_xml_algorithm_add(key, key->ns, "EncryptionMethod",
                                                encryption->is_11 ? OAEP_11 : OAEP_MGF1P);

    eckid_xml_algorithm_add(method, ds, "DigestMethod",
                            eckid_xml_digest_uri(encryption->oaep.digest));
    for (apr_size_t i = 0; encryption->oaep.mgf1 != ECKID_SHA1 && i < MGFS; i++) {
        if (mgfs[i].digest == encryption->oaep.mgf1) {
            xmlNodePtr mgf = eckid_xml_algorithm_add(method, NULL, "MGF", mgfs[i].uri);

            xmlSetNs(mgf, xmlNewNs(mgf, BAD_CAST ECKID_NS_XMLENC11, BAD_CAST "xenc11"));
        }
    }
}

/* What others say that they decrypt, and what we say */

/* The lower the better; CIPHERS for one that is not known. */
static apr_size_t place_of(const char *uri)
{
    apr_size_t i = 0;

    while (i < CIPHERS && strcmp(uri, ciphers[i].uri) != 0) {
        i++;
    }
    return i;
}

/* Whether an algorithm is for keys, not for data: XML Encryption 1.1 sections 5.5 to 5.7. */
static bool is_for_keys(const char *uri)
{
    return strstr(uri, "#rsa-") || strstr(uri, "#kw-") || strstr(uri, "#dh") ||
           strstr(uri, "#ECDH");
}

/* What a KeyDescriptor names, as it is gone through. */
typedef struct choice_t {
    apr_size_t cipher; /* the best one, see place_of */
    bool any_cipher, any_transport, has_transport;
} choice_t;

static void consider(choice_t *choice, eckid_encryption_t *encryption, const xmlNode *method,
                     apr_pool_t *pool)
{
    const char *uri = eckid_xmlenc_method_uri(method, pool);
    eckid_oaep_t oaep;
    bool is_11;

    if (!is_for_keys(uri)) {
        choice->any_cipher = true;
        choice->cipher = place_of(uri) < choice->cipher ? place_of(uri) : choice->cipher;
        return;
    }
    choice->any_transport = true;
    if (eckid_xmlenc_method_transport(&oaep, &is_11, method, pool) && oaep.label.len == 0 &&
        (!choice->has_transport || (encryption->is_11 && !is_11))) {
        choice->has_transport = true;
        encryption->oaep = oaep;
        encryption->is_11 = is_11;
    }
}

bool eckid_xmlenc_method_choose(eckid_encryption_t *encryption, const xmlNode *descriptor,
                                apr_pool_t *pool)
{
    choice_t choice = {.cipher = CIPHERS};

    encryption->oaep = (eckid_oaep_t){ECKID_SHA1, ECKID_SHA1, {"", 0}};
    encryption->is_11 = false;
    for (const xmlNode *child = descriptor->children; child; child = child->next) {
        if (eckid_xml_is(child, ECKID_NS_METADATA, "EncryptionMethod")) {
            consider(&choice, encryption, child, pool);
        }
    }
    if ((choice.any_cipher && choice.cipher == CIPHERS) ||
        (choice.any_transport && !choice.has_transport)) {
        return false;
    }
    encryption->cipher = choice.any_cipher ? ciphers[choice.cipher].cipher : ECKID_AES256_GCM;
    return true;
}

void eckid_xmlenc_method_add_all(xmlNodePtr descriptor)
{
    for (apr_size_t i = 0; i < CIPHERS; i++) {
        eckid_xml_algorithm_add(descriptor, descriptor->ns, "EncryptionMethod", ciphers[i].uri);
    }
    eckid_xml_algorithm_add(descriptor, descriptor->ns, "EncryptionMethod", OAEP_MGF1P);
    eckid_xml_algorithm_add(descriptor, descriptor->ns, "EncryptionMethod", OAEP_11);
}
