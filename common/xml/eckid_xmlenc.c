/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Encryption 1.1 of one element: decrypted by our keys, encrypted to somebody else's. */
#include "xml/eckid_xmlenc.h"
#include "base/eckid_words.h"
#include "xml/eckid_xml_writer.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "xml/eckid_xmlenc_method.h"

#include <apr_strings.h>

#define TYPE_ELEMENT ECKID_NS_XMLENC "Element"

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
    const xmlNode *other;     /* an EncryptedKey whose transport is not accepted; or NULL */
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

    if (!eckid_xmlenc_method_transport(&wrapped.oaep, &is_11, method, pool)) {
        sealed->other = key;
        return NULL;
    }
    wrapped.is_other =
        recipient && decryption->names && !eckid_words_listed(decryption->names, recipient);
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
            return eckid_err_advise(
                eckid_err_make(pool, ECKID_LIMIT, "it is encrypted to more than %d keys",
                               ECKID_XMLENC_TRIES_MAX),
                "the metadata that eckid-metadata prints for this supplier have a single key");
        }
    }
    return NULL;
}

/* ", DigestMethod URI" where a method has such a child; otherwise "". */
static const char *parameter_of(const xmlNode *method, const char *namespace, const char *name,
                                apr_pool_t *pool)
{
    const xmlNode *child = eckid_xml_child(method, namespace, name);

    return child ? apr_pstrcat(pool, ", ", name, " ",
                               eckid_xml_algorithm_name(eckid_xmlenc_method_uri(child, pool), pool),
                               NULL)
                 : "";
}

/* Of RSA-OAEP, it is the parameters that are not accepted. */
static eckid_err_t *bad_transport(const xmlNode *key, apr_pool_t *pool)
{
    const xmlNode *method = eckid_xml_child(key, ECKID_NS_XMLENC, "EncryptionMethod");
    const char *uri = eckid_xmlenc_method_uri(method, pool);
    eckid_err_t *err = eckid_err_make(pool, ECKID_CIPHER, "key transport %s%s%s",
                                      eckid_xml_algorithm_name(uri, pool),
                                      parameter_of(method, ECKID_NS_DSIG, "DigestMethod", pool),
                                      parameter_of(method, ECKID_NS_XMLENC11, "MGF", pool));

    return eckid_err_advise(err, strstr(uri, "#rsa-oaep")
                                     ? "RSA-OAEP is accepted by SHA-1, SHA-256, SHA-384 and "
                                       "SHA-512; another MGF than by SHA-1 in rsa-oaep of XML "
                                       "Encryption 1.1 alone"
                                     : NULL);
}

static eckid_err_t *check_accepted(const sealed_t *sealed, const char *cipher, bool known,
                                   apr_pool_t *pool)
{
    if (!known) {
        return eckid_err_make(pool, ECKID_CIPHER, "%s", eckid_xml_algorithm_name(cipher, pool));
    }
    if (sealed->keys->nelts == 0) {
        return sealed->other ? bad_transport(sealed->other, pool)
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
    const xmlNode *method = eckid_xml_child(data, ECKID_NS_XMLENC, "EncryptionMethod");
    bool known = eckid_xmlenc_method_cipher(&sealed->cipher, method, pool);

    sealed->keys = apr_array_make(pool, 2, sizeof(wrapped_t));
    ECKID_ERR(read_keys(sealed, eckid_xml_child(data, ECKID_NS_DSIG, "KeyInfo"), decryption, pool));
    ECKID_ERR(read_keys(sealed, holder, decryption, pool));
    ECKID_ERR(check_accepted(sealed, eckid_xmlenc_method_uri(method, pool), known, pool));
    return read_value(&sealed->value, data, pool);
}

bool eckid_xmlenc_authenticates(const xmlNode *holder, apr_pool_t *pool)
{
    xmlNodePtr data = eckid_xml_child(holder, ECKID_NS_XMLENC, "EncryptedData");
    eckid_cipher_t cipher;

    return data &&
           eckid_xmlenc_method_cipher(
               &cipher, eckid_xml_child(data, ECKID_NS_XMLENC, "EncryptionMethod"), pool) &&
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
    eckid_xml_writer_t tag = eckid_xml_writer(pool);

    eckid_xml_write(&tag, "<context");
    for (int i = 0; all && all[i]; i++) {
        if (!strpbrk((const char *)all[i]->href, "&<\"")) {
            eckid_xml_write_namespace(&tag, all[i]);
        }
    }
    xmlFree(all);
    eckid_xml_write(&tag, ">");
    return eckid_xml_written(&tag).data;
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
    sealed_t sealed = {.other = NULL};
    eckid_bytes_t plain;
    xmlDocPtr doc = NULL;

    ECKID_ERR(read_sealed(&sealed, holder, decryption, pool));
    eckid_cipher_decoy(content_key, sizeof(content_key));
    bool good = unwrap(content_key, &sealed, decryption->keys, pool);

    good = eckid_cipher_decrypt(&plain, sealed.cipher, content_key, sealed.value, pool) && good;
    eckid_cipher_wipe(content_key, sizeof(content_key));
    good = !parse(&doc, holder, plain, pool) && good;
    *element = good ? only_child(xmlDocGetRootElement(doc), namespace, name) : NULL;
    return *element ? NULL : eckid_xmlenc_failed(holder, pool);
}

/* Encrypting */

static void add_value(xmlNodePtr parent, eckid_bytes_t value, apr_pool_t *pool)
{
    xmlNodePtr data = eckid_xml_algorithm_add(parent, parent->ns, "CipherData", NULL);

    xmlNodeAddContent(eckid_xml_algorithm_add(data, parent->ns, "CipherValue", NULL),
                      BAD_CAST eckid_codec_base64(value, pool).data);
}

static void add_key(xmlNodePtr info, eckid_bytes_t wrapped, const eckid_encryption_t *encryption,
                    const char *recipient, xmlNsPtr xenc, apr_pool_t *pool)
{
    xmlNodePtr key = eckid_xml_algorithm_add(info, xenc, "EncryptedKey", NULL);
    const char *certificate = eckid_key_certificate_base64(encryption->key);

    if (recipient) {
        xmlSetProp(key, BAD_CAST "Recipient", BAD_CAST recipient);
    }
    eckid_xmlenc_method_add_transport(key, encryption, info->ns);
    if (certificate) {
        xmlNodePtr data = eckid_xml_algorithm_add(
            eckid_xml_algorithm_add(key, info->ns, "KeyInfo", NULL), info->ns, "X509Data", NULL);

        xmlNodeAddContent(eckid_xml_algorithm_add(data, info->ns, "X509Certificate", NULL),
                          BAD_CAST certificate);
    }
    add_value(key, wrapped, pool);
}

static void add_data(xmlNodePtr holder, eckid_bytes_t sealed, eckid_bytes_t wrapped,
                     const eckid_encryption_t *encryption, const char *recipient, apr_pool_t *pool)
{
    xmlNodePtr data = eckid_xml_algorithm_add(holder, NULL, "EncryptedData", NULL);
    xmlNsPtr xenc = xmlNewNs(data, BAD_CAST ECKID_NS_XMLENC, BAD_CAST "xenc");
    xmlNsPtr ds = xmlNewNs(data, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds");

    xmlSetNs(data, xenc);
    xmlSetProp(data, BAD_CAST "Type", BAD_CAST TYPE_ELEMENT);
    eckid_xml_algorithm_add(data, xenc, "EncryptionMethod",
                            eckid_xmlenc_method_cipher_uri(encryption->cipher));
    add_key(eckid_xml_algorithm_add(data, ds, "KeyInfo", NULL), wrapped, encryption, recipient,
            xenc, pool);
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
