/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Encryption 1.1 of one element: decrypted by our keys, encrypted to somebody else's. */
#include "xml/eckid_xmlenc.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"

#include <apr_strings.h>

#define TYPE_ELEMENT ECKID_NS_XMLENC "Element"
#define OAEP_MGF1P ECKID_NS_XMLENC "rsa-oaep-mgf1p"
#define OAEP_11 ECKID_NS_XMLENC11 "rsa-oaep"

/* What algorithms are called */

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

static const char *uri_of(const xmlNode *method, apr_pool_t *pool)
{
    const char *uri = method ? eckid_xml_attribute(method, "Algorithm", pool) : NULL;

    return uri ? uri : "";
}

static bool find_cipher(eckid_cipher_t *cipher, const char *uri)
{
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
static bool read_oaep(eckid_oaep_t *oaep, bool *is_11, const xmlNode *method, apr_pool_t *pool)
{
    const char *uri = uri_of(method, pool);
    xmlNodePtr digest = eckid_xml_child(method, ECKID_NS_DSIG, "DigestMethod");
    xmlNodePtr mgf = eckid_xml_child(method, ECKID_NS_XMLENC11, "MGF");
    xmlNodePtr label = eckid_xml_child(method, ECKID_NS_XMLENC, "OAEPparams");

    *is_11 = strcmp(uri, OAEP_11) == 0;
    *oaep = (eckid_oaep_t){ECKID_SHA1, ECKID_SHA1, {"", 0}};
    return (*is_11 || strcmp(uri, OAEP_MGF1P) == 0) &&
           (!digest || eckid_xml_digest_find(&oaep->digest, uri_of(digest, pool))) &&
           (!mgf || (*is_11 && find_mgf(&oaep->mgf1, uri_of(mgf, pool)))) &&
           (!label || eckid_codec_base64_decode(&oaep->label, eckid_xml_text(label, pool), pool));
}

/* What is encrypted, read into types */

/* One EncryptedKey. */
typedef struct wrapped_t {
    eckid_oaep_t oaep;
    eckid_bytes_t value;
    const char *fingerprint; /* of the certificate that it names; or NULL */
    bool is_other;           /* whether its Recipient is somebody else */
} wrapped_t;

/* All of an EncryptedData. */
typedef struct sealed_t {
    eckid_cipher_t cipher;
    eckid_bytes_t value;
    apr_array_header_t *keys; /* wrapped_t */
    const char *transport;    /* one that is not accepted, as the message has it; or NULL */
} sealed_t;

static eckid_err_t *bad(apr_pool_t *pool, const char *what)
{
    return eckid_err_make(pool, ECKID_STRUCTURE, "%s", what);
}

static eckid_err_t *read_value(eckid_bytes_t *value, const xmlNode *encrypted, apr_pool_t *pool)
{
    xmlNodePtr data = eckid_xml_child(encrypted, ECKID_NS_XMLENC, "CipherData");
    xmlNodePtr child = eckid_xml_child(data, ECKID_NS_XMLENC, "CipherValue");

    if (!child || !eckid_codec_base64_decode(value, eckid_xml_text(child, pool), pool)) {
        return bad(pool, "encrypted data without a CipherValue in base64");
    }
    return NULL;
}

static bool is_among(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

/* The certificate that the key is said to be for: a hint. */
static const char *fingerprint_of(const xmlNode *key, apr_pool_t *pool)
{
    xmlNodePtr info = eckid_xml_child(key, ECKID_NS_DSIG, "KeyInfo");
    xmlNodePtr data = eckid_xml_child(info, ECKID_NS_DSIG, "X509Data");
    xmlNodePtr certificate = eckid_xml_child(data, ECKID_NS_DSIG, "X509Certificate");

    return certificate ? eckid_key_fingerprint_of(eckid_xml_text(certificate, pool), pool) : NULL;
}

static eckid_err_t *read_key(sealed_t *sealed, const xmlNode *key,
                             const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    const xmlNode *method = eckid_xml_child(key, ECKID_NS_XMLENC, "EncryptionMethod");
    const char *recipient = eckid_xml_attribute(key, "Recipient", pool);
    wrapped_t wrapped = {.fingerprint = fingerprint_of(key, pool)};
    bool is_11;

    if (!read_oaep(&wrapped.oaep, &is_11, method, pool)) {
        sealed->transport = uri_of(method, pool);
        return NULL;
    }
    wrapped.is_other = recipient && decryption->names && !is_among(decryption->names, recipient);
    ECKID_ERR(read_value(&wrapped.value, key, pool));
    APR_ARRAY_PUSH(sealed->keys, wrapped_t) = wrapped;
    return NULL;
}

static eckid_err_t *read_keys(sealed_t *sealed, const xmlNode *parent,
                              const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    xmlNodePtr key = eckid_xml_child(parent, ECKID_NS_XMLENC, "EncryptedKey");

    for (; key; key = eckid_xml_next(key, ECKID_NS_XMLENC, "EncryptedKey")) {
        ECKID_ERR(read_key(sealed, key, decryption, pool));
        if (sealed->keys->nelts > ECKID_XMLENC_TRIES_MAX) {
            return eckid_err_make(pool, ECKID_LIMIT, "it is encrypted to more than %d keys",
                                  ECKID_XMLENC_TRIES_MAX);
        }
    }
    return NULL;
}

static eckid_err_t *check_accepted(const sealed_t *sealed, const char *cipher, bool known,
                                   apr_pool_t *pool)
{
    if (!known) {
        return eckid_err_make(pool, ECKID_CIPHER, "%s", eckid_xml_algorithm_name(cipher, pool));
    }
    if (sealed->keys->nelts == 0) {
        return sealed->transport ? eckid_err_make(pool, ECKID_CIPHER, "key transport %s",
                                                  eckid_xml_algorithm_name(sealed->transport, pool))
                                 : bad(pool, "encrypted data without an EncryptedKey");
    }
    return NULL;
}

/* The one EncryptedData of holder, beside which there are only EncryptedKeys. */
static eckid_err_t *find_data(xmlNodePtr *data, const xmlNode *holder, apr_pool_t *pool)
{
    *data = eckid_xml_child(holder, ECKID_NS_XMLENC, "EncryptedData");
    for (xmlNodePtr child = holder->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE && child != *data &&
            !eckid_xml_is(child, ECKID_NS_XMLENC, "EncryptedKey")) {
            return bad(pool, "something beside the one EncryptedData");
        }
    }
    if (!*data) {
        return bad(pool, "nothing encrypted where it should be");
    }
    const char *type = eckid_xml_attribute(*data, "Type", pool);

    return type && strcmp(type, TYPE_ELEMENT) != 0
               ? bad(pool, "encrypted data that is said not to be an element")
               : NULL;
}

static eckid_err_t *read_sealed(sealed_t *sealed, const xmlNode *holder,
                                const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    xmlNodePtr data;

    ECKID_ERR(find_data(&data, holder, pool));
    const char *uri = uri_of(eckid_xml_child(data, ECKID_NS_XMLENC, "EncryptionMethod"), pool);
    bool known = find_cipher(&sealed->cipher, uri);

    sealed->keys = apr_array_make(pool, 2, sizeof(wrapped_t));
    ECKID_ERR(read_keys(sealed, eckid_xml_child(data, ECKID_NS_DSIG, "KeyInfo"), decryption, pool));
    ECKID_ERR(read_keys(sealed, holder, decryption, pool));
    ECKID_ERR(check_accepted(sealed, uri, known, pool));
    return read_value(&sealed->value, data, pool);
}

bool eckid_xmlenc_authenticates(const xmlNode *holder, apr_pool_t *pool)
{
    xmlNodePtr data = eckid_xml_child(holder, ECKID_NS_XMLENC, "EncryptedData");
    eckid_cipher_t cipher;

    return data &&
           find_cipher(&cipher,
                       uri_of(eckid_xml_child(data, ECKID_NS_XMLENC, "EncryptionMethod"), pool)) &&
           eckid_cipher_authenticates(cipher);
}

/* Decrypting */

/* Lower is tried first. */
static int rank_of(const wrapped_t *wrapped, const eckid_key_t *key)
{
    const char *own = eckid_key_fingerprint(key);
    bool named = wrapped->fingerprint && own && strcmp(wrapped->fingerprint, own) == 0;

    return (wrapped->is_other ? 2 : 0) + (named ? 0 : 1);
}

/* Tries each key of ours on each EncryptedKey, by rank. */
static bool unwrap(unsigned char *content_key, const sealed_t *sealed,
                   const apr_array_header_t *keys, apr_pool_t *pool)
{
    apr_size_t len = eckid_cipher_key_len(sealed->cipher);
    int pairs = sealed->keys->nelts * keys->nelts, tries = 0;

    for (int i = 0; i < 4 * pairs && tries < ECKID_XMLENC_TRIES_MAX; i++) {
        int pair = i % pairs;
        const wrapped_t *wrapped = &APR_ARRAY_IDX(sealed->keys, pair / keys->nelts, wrapped_t);
        const eckid_key_t *key = APR_ARRAY_IDX(keys, pair % keys->nelts, const eckid_key_t *);

        if (rank_of(wrapped, key) == i / pairs) {
            tries++;
            if (eckid_oaep_unwrap(content_key, len, key, &wrapped->oaep, wrapped->value, pool)) {
                return true;
            }
        }
    }
    return false;
}

/* The start tag of an element that has the namespaces of holder, but for URIs that would have to be
 * escaped: libxml2 holds some of those half escaped. */
static const char *context_of(const xmlNode *holder, apr_pool_t *pool)
{
    xmlNsPtr *all = xmlGetNsList(holder->doc, holder);
    const char *tag = "<context";

    for (int i = 0; all && all[i]; i++) {
        const char *prefix = (const char *)all[i]->prefix, *uri = (const char *)all[i]->href;

        if (!strpbrk(uri, "&<\"")) {
            tag = apr_pstrcat(pool, tag, prefix ? " xmlns:" : " xmlns", prefix ? prefix : "", "=\"",
                              uri, "\"", NULL);
        }
    }
    xmlFree(all);
    return apr_pstrcat(pool, tag, ">", NULL);
}

/* Nothing in the plaintext can close the element that it is put in and open another: there would be
 * two roots. */
static eckid_err_t *parse(xmlDocPtr *doc, const xmlNode *holder, eckid_bytes_t plain,
                          apr_pool_t *pool)
{
    static const char end[] = "</context>";
    const char *start = context_of(holder, pool);
    apr_size_t start_len = strlen(start), len = start_len + plain.len + strlen(end);
    char *text = apr_palloc(pool, len + 1);

    memcpy(text, start, start_len);
    memcpy(text + start_len, plain.data, plain.len);
    memcpy(text + start_len + plain.len, end, sizeof(end));
    return eckid_xml_parse(doc, eckid_bytes(text, len), pool);
}

/* The only child that is not white space, if it has that name; or NULL. */
static xmlNodePtr only_child(const xmlNode *root, const char *namespace, const char *name)
{
    xmlNodePtr element = eckid_xml_child(root, namespace, name);

    for (const xmlNode *child = root->children; child; child = child->next) {
        if (child != element && !xmlIsBlankNode(child)) {
            return NULL;
        }
    }
    return element;
}

eckid_err_t *eckid_xmlenc_failed(const xmlNode *holder, apr_pool_t *pool)
{
    const char *named = NULL;

    for (const xmlNode *node = holder; node; node = eckid_xml_walk(holder, node)) {
        if (eckid_xml_is(node, ECKID_NS_XMLENC, "EncryptedKey") && fingerprint_of(node, pool)) {
            named = fingerprint_of(node, pool);
        }
    }
    return named ? eckid_err_make(pool, ECKID_DECRYPTION,
                                  "it says that it is encrypted to the certificate with SHA-256 %s",
                                  named)
                 : eckid_err_make(pool, ECKID_DECRYPTION,
                                  "it does not say to which certificate it is encrypted");
}

eckid_err_t *eckid_xmlenc_decrypt(xmlNodePtr *element, const xmlNode *holder, const char *namespace,
                                  const char *name, const eckid_decryption_t *decryption,
                                  apr_pool_t *pool)
{
    unsigned char content_key[ECKID_CIPHER_KEY_MAX];
    sealed_t sealed = {.transport = NULL};
    eckid_bytes_t plain;
    xmlDocPtr doc = NULL;

    ECKID_ERR(read_sealed(&sealed, holder, decryption, pool));
    eckid_cipher_decoy(content_key, sizeof(content_key));
    bool good = unwrap(content_key, &sealed, decryption->keys, pool);

    good = eckid_cipher_decrypt(&plain, sealed.cipher, content_key, sealed.value, pool) && good;
    memset(content_key, 0, sizeof(content_key));
    good = !parse(&doc, holder, plain, pool) && good;
    *element = good ? only_child(xmlDocGetRootElement(doc), namespace, name) : NULL;
    return *element ? NULL : eckid_xmlenc_failed(holder, pool);
}

/* Encrypting */

static xmlNodePtr add(xmlNodePtr parent, xmlNsPtr namespace, const char *name,
                      const char *algorithm)
{
    xmlNodePtr child = xmlNewChild(parent, namespace, BAD_CAST name, NULL);

    if (algorithm) {
        xmlSetProp(child, BAD_CAST "Algorithm", BAD_CAST algorithm);
    }
    return child;
}

static void add_value(xmlNodePtr parent, eckid_bytes_t value, apr_pool_t *pool)
{
    xmlNodePtr data = add(parent, parent->ns, "CipherData", NULL);

    xmlNodeAddContent(add(data, parent->ns, "CipherValue", NULL),
                      BAD_CAST eckid_codec_base64(value, pool).data);
}

static const char *uri_of_cipher(eckid_cipher_t cipher)
{
    apr_size_t i = 0;

    while (ciphers[i].cipher != cipher) {
        i++;
    }
    return ciphers[i].uri;
}

/* Parameters that are the defaults are written all the same, but for those that some readers refuse
 * to see. */
static void add_transport(xmlNodePtr key, const eckid_encryption_t *encryption, xmlNsPtr ds)
{
    xmlNodePtr method =
        add(key, key->ns, "EncryptionMethod", encryption->is_11 ? OAEP_11 : OAEP_MGF1P);

    add(method, ds, "DigestMethod", eckid_xml_digest_uri(encryption->oaep.digest));
    for (apr_size_t i = 0; encryption->oaep.mgf1 != ECKID_SHA1 && i < MGFS; i++) {
        if (mgfs[i].digest == encryption->oaep.mgf1) {
            xmlNodePtr mgf = add(method, NULL, "MGF", mgfs[i].uri);

            xmlSetNs(mgf, xmlNewNs(mgf, BAD_CAST ECKID_NS_XMLENC11, BAD_CAST "xenc11"));
        }
    }
}

static void add_key(xmlNodePtr info, eckid_bytes_t wrapped, const eckid_encryption_t *encryption,
                    const char *recipient, xmlNsPtr xenc, apr_pool_t *pool)
{
    xmlNodePtr key = add(info, xenc, "EncryptedKey", NULL);
    const char *certificate = eckid_key_certificate_base64(encryption->key);

    if (recipient) {
        xmlSetProp(key, BAD_CAST "Recipient", BAD_CAST recipient);
    }
    add_transport(key, encryption, info->ns);
    if (certificate) {
        xmlNodePtr data = add(add(key, info->ns, "KeyInfo", NULL), info->ns, "X509Data", NULL);

        xmlNodeAddContent(add(data, info->ns, "X509Certificate", NULL), BAD_CAST certificate);
    }
    add_value(key, wrapped, pool);
}

static void add_data(xmlNodePtr holder, eckid_bytes_t sealed, eckid_bytes_t wrapped,
                     const eckid_encryption_t *encryption, const char *recipient, apr_pool_t *pool)
{
    xmlNodePtr data = add(holder, NULL, "EncryptedData", NULL);
    xmlNsPtr xenc = xmlNewNs(data, BAD_CAST ECKID_NS_XMLENC, BAD_CAST "xenc");
    xmlNsPtr ds = xmlNewNs(data, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds");

    xmlSetNs(data, xenc);
    xmlSetProp(data, BAD_CAST "Type", BAD_CAST TYPE_ELEMENT);
    add(data, xenc, "EncryptionMethod", uri_of_cipher(encryption->cipher));
    add_key(add(data, ds, "KeyInfo", NULL), wrapped, encryption, recipient, xenc, pool);
    add_value(data, sealed, pool);
}

eckid_err_t *eckid_xmlenc_encrypt(xmlNodePtr holder, eckid_bytes_t element,
                                  const eckid_encryption_t *encryption, const char *recipient,
                                  const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_bytes_t sealed, wrapped;
    eckid_bytes_t key = eckid_bytes(moment->content_key, eckid_cipher_key_len(encryption->cipher));

    ECKID_ERR(eckid_cipher_encrypt(&sealed, encryption->cipher, moment->content_key,
                                   moment->content_iv, element, pool));
    ECKID_ERR(eckid_oaep_wrap(&wrapped, encryption->key, &encryption->oaep, key, pool));
    add_data(holder, sealed, wrapped, encryption, recipient, pool);
    return NULL;
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
    const char *uri = uri_of(method, pool);
    eckid_oaep_t oaep;
    bool is_11;

    if (!is_for_keys(uri)) {
        choice->any_cipher = true;
        choice->cipher = place_of(uri) < choice->cipher ? place_of(uri) : choice->cipher;
        return;
    }
    choice->any_transport = true;
    if (read_oaep(&oaep, &is_11, method, pool) && oaep.label.len == 0 &&
        (!choice->has_transport || (encryption->is_11 && !is_11))) {
        choice->has_transport = true;
        encryption->oaep = oaep;
        encryption->is_11 = is_11;
    }
}

bool eckid_xmlenc_choose(eckid_encryption_t *encryption, const xmlNode *descriptor,
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

void eckid_xmlenc_add_methods(xmlNodePtr descriptor)
{
    for (apr_size_t i = 0; i < CIPHERS; i++) {
        add(descriptor, descriptor->ns, "EncryptionMethod", ciphers[i].uri);
    }
    add(descriptor, descriptor->ns, "EncryptionMethod", OAEP_MGF1P);
    add(descriptor, descriptor->ns, "EncryptionMethod", OAEP_11);
}
