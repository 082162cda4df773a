/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile ciphertexts and plaintexts of encrypted SAML logins. */
#include "encrypted.h"

#include <stdlib.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "saml/eckid_saml_decrypt.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* A key that is made for this run. */
static const eckid_key_t *own_key(apr_pool_t *pool)
{
    static char pem[4096];
    eckid_key_t *key;

    if (!*pem) {
        BIO *bio = BIO_new(BIO_s_mem());
        EVP_PKEY *evp = EVP_RSA_gen(2048);

        PEM_write_bio_PrivateKey(bio, evp, NULL, NULL, 0, NULL, NULL);
        insist(BIO_read(bio, pem, sizeof(pem) - 1) > 0);
        BIO_free(bio);
        EVP_PKEY_free(evp);
    }
    insist(!eckid_key_private(&key, eckid_bytes_str(pem), "fuzz.key", pool));
    return key;
}

static eckid_decryption_t decryption(apr_pool_t *pool)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = own_key(pool);
    return (eckid_decryption_t){keys, NULL};
}

/* Nobody encrypted to this key, and nobody's signature is trusted: nothing is ever verified, and
 * the document stays as it came. */
void fuzz_ciphertext(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_trust_t trust = {apr_array_make(pool, 1, sizeof(const eckid_key_t *)), true};
    const eckid_decryption_t by = decryption(pool);
    eckid_saml_message_t *message;
    eckid_bytes_t before, after;

    if (eckid_saml_message_open(&message, input, pool) || message->kind != ECKID_SAML_ENCRYPTED) {
        return;
    }
    insist(!eckid_xml_print(&before, message->doc, pool));
    if (eckid_saml_decrypt(message, &trust, &by, pool)) {
        insist(!eckid_xml_print(&after, message->doc, pool));
        insist(eckid_bytes_equal(before, after));
    }
    insist(!message->verified);
}

/* Whatever is encrypted, what comes out is one element of the name that was asked for, or nothing;
 * and it is never more than the text itself could be, if it were read alone. */
void fuzz_plaintext(eckid_bytes_t input, apr_pool_t *pool)
{
    static const char outer[] =
        "<t:Holder xmlns='urn:d' xmlns:t='urn:t' xmlns:s='" ECKID_NS_SAML "'/>";
    const eckid_encryption_t encryption = {.key = own_key(pool), .cipher = ECKID_AES128_CBC};
    const eckid_decryption_t by = decryption(pool);
    const eckid_moment_t moment = {.now = 0};
    xmlNodePtr element;
    xmlDocPtr doc;

    insist(!eckid_xml_parse(&doc, eckid_bytes_str(outer), pool));
    xmlNodePtr holder = xmlDocGetRootElement(doc);

    insist(!eckid_xmlenc_encrypt(holder, input, &encryption, "urn:a", &moment, pool));
    const eckid_err_t *err =
        eckid_xmlenc_decrypt(&element, holder, ECKID_NS_SAML, "Assertion", &by, pool);

    insist(!err || err->code == ECKID_DECRYPTION);
    if (!err) {
        insist(eckid_xml_is(element, ECKID_NS_SAML, "Assertion"));
        insist(element->doc != doc && element->parent == xmlDocGetRootElement(element->doc));
        insist(!element->next || xmlIsBlankNode(element->next));
    }
}
