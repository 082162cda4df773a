/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key, made from PEM, DER, a certificate or a secret, with its properties. */
#include "crypto/eckid_key.h"
#include "crypto/eckid_digest.h"
#include "crypto/eckid_key_internal.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define RSA_BITS_MIN 2048
#define SECRET_MIN 32 /* RFC 7518 section 3.2: as long as the digest */

static apr_status_t free_evp(void *evp)
{
    EVP_PKEY_free(evp);
    return APR_SUCCESS;
}

static apr_status_t free_x509(void *x509)
{
    X509_free(x509);
    return APR_SUCCESS;
}

const eckid_key_curve_t eckid_key_curves[] = {
    [ECKID_KEY_P256] = {SN_X9_62_prime256v1, 32},
    [ECKID_KEY_P384] = {SN_secp384r1, 48},
    [ECKID_KEY_P521] = {SN_secp521r1, 66},
    [ECKID_KEY_SECRET] = {NULL, 0}, /* so that the array has an entry for each kind */
};

static bool find_curve(eckid_key_kind_t *kind, const EVP_PKEY *evp)
{
    char name[32] = "";

    EVP_PKEY_get_group_name(evp, name, sizeof(name), NULL);
    for (int i = ECKID_KEY_P256; i <= ECKID_KEY_P521; i++) {
        if (strcmp(name, eckid_key_curves[i].name) == 0) {
            *kind = (eckid_key_kind_t)i;
            return true;
        }
    }
    return false;
}

static bool find_kind(eckid_key_kind_t *kind, const EVP_PKEY *evp)
{
    int bits = EVP_PKEY_get_bits(evp);

    if (EVP_PKEY_is_a(evp, "HMAC")) {
        *kind = ECKID_KEY_SECRET;
        return true;
    }
    switch (EVP_PKEY_get_base_id(evp)) {
    case EVP_PKEY_RSA:
        *kind = ECKID_KEY_RSA;
        return bits >= RSA_BITS_MIN && bits <= ECKID_KEY_RSA_BITS_MAX;
    case EVP_PKEY_EC:
        return find_curve(kind, evp);
    case EVP_PKEY_ED25519:
        *kind = ECKID_KEY_ED25519;
        return true;
    default:
        return false;
    }
}

eckid_err_t *eckid_key_damaged(const char *name, apr_pool_t *pool)
{
    ERR_clear_error();
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_KEY, "%s is not one that OpenSSL can read", name),
        "was it cut or edited? fetch it again from the one who publishes it");
}

eckid_err_t *eckid_key_adopt(eckid_key_t **out, EVP_PKEY *evp, const char *name, apr_pool_t *pool)
{
    eckid_key_t *key = apr_pcalloc(pool, sizeof(*key));

    apr_pool_cleanup_register(pool, evp, free_evp, apr_pool_cleanup_null);
    key->name = apr_pstrdup(pool, name);
    key->evp = evp;
    if (!find_kind(&key->kind, evp)) {
        return eckid_err_make(pool, ECKID_KEY, "%s is of %s, %d bits", name,
                              OBJ_nid2sn(EVP_PKEY_get_base_id(evp)), EVP_PKEY_get_bits(evp));
    }
    eckid_key_read_numbers(key, pool);
    eckid_key_keep_contexts(key, pool);
    *out = key;
    return NULL;
}

#define BEGIN "-----BEGIN "
#define LABEL_MAX 40

/* What to do about a file, by the label of its first block in PEM; "" is a file without any. */
static const struct {
    const char *label, *hint;
} hints[] = {
    {"CERTIFICATE", "a certificate stands in the place of the key; where both are named, the key "
                    "is the first"},
    {"ENCRYPTED PRIVATE KEY", "no password can be typed when the server starts; take it off: "
                              "(umask 077; openssl pkey -in FILE -out NEW)"},
    {"PUBLIC KEY", "this is the public half; name the file with the private one"},
    {"", "PEM without a password is expected; a key in DER becomes that by: (umask 077; openssl "
         "pkey -inform DER -in FILE -out NEW), one in PKCS#12 by: (umask 077; openssl pkcs12 "
         "-nodes -in FILE -out NEW)"},
};

static const char *hint_for(const char *label, int len)
{
    for (unsigned i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
        if ((int)strlen(hints[i].label) == len && strncmp(hints[i].label, label, len) == 0) {
            return hints[i].hint;
        }
    }
    return "PEM without a password is expected; openssl pkey -noout -text -in FILE shows a key";
}

/* A file in which there is not what is looked for; what is there is told by its first label.
 * Without a hint, that is what to do about a private key. */
static eckid_err_t *not_in(eckid_bytes_t pem, const char *what, const char *hint, const char *name,
                           apr_pool_t *pool)
{
    const char *end = pem.data + pem.len;
    const char *at = memmem(pem.data, pem.len, BEGIN, strlen(BEGIN));
    const char *label = at ? at + strlen(BEGIN) : end;
    int len = 0;

    ERR_clear_error();
    while (label + len < end && len < LABEL_MAX && (apr_isupper(label[len]) || label[len] == ' ')) {
        len++;
    }
    return eckid_err_advise(eckid_err_make(pool, ECKID_KEY, "%s has no %s: %s%.*s", name, what,
                                           at        ? "its first block is "
                                           : pem.len ? "nothing in it is PEM"
                                                     : "it is empty",
                                           len, label),
                            hint ? hint : hint_for(label, len));
}

/* Encrypted keys are not supported, because a server that starts unattended cannot ask for a
 * password. */
static int no_password(char *buffer, int size, int writing, void *self)
{
    (void)buffer, (void)size, (void)writing, (void)self;
    return -1;
}

eckid_err_t *eckid_key_private(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                               apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *evp = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);

    BIO_free(bio);
    if (!evp) {
        return not_in(pem, "private key that OpenSSL can read", NULL, name, pool);
    }
    ECKID_ERR(eckid_key_adopt(key, evp, name, pool));
    (*key)->private = true;
    return NULL;
}

eckid_err_t *eckid_key_public(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                              apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *evp = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);

    BIO_free(bio);
    return evp ? eckid_key_adopt(key, evp, name, pool)
               : not_in(pem, "public key that OpenSSL can read",
                        "PEM is expected; openssl pkey -pubin -noout -text -in FILE shows a public "
                        "key",
                        name, pool);
}

eckid_err_t *eckid_key_public_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                  apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)der.data;
    EVP_PKEY *evp = d2i_PUBKEY(NULL, &at, (long)der.len);

    return evp ? eckid_key_adopt(key, evp, name, pool) : eckid_key_damaged(name, pool);
}

eckid_err_t *eckid_key_verifier(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                apr_pool_t *pool)
{
    static const char label[] = "CERTIFICATE-----";

    return memmem(pem.data, pem.len, label, strlen(label))
               ? eckid_key_certificate(key, pem, name, pool)
               : eckid_key_public(key, pem, name, pool);
}

eckid_err_t *eckid_key_secret(eckid_key_t **out, eckid_bytes_t secret, const char *name,
                              apr_pool_t *pool)
{
    if (secret.len < SECRET_MIN) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY, "%s is shorter than %d bytes", name, SECRET_MIN),
            "HS256 needs a secret as long as its digest: openssl rand -base64 48");
    }
    EVP_PKEY *evp = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL,
                                                 (const unsigned char *)secret.data, secret.len);

    if (!evp) {
        ERR_clear_error();
        return eckid_err_make(pool, ECKID_INTERNAL, "OpenSSL makes no HMAC key of %s", name);
    }
    ECKID_ERR(eckid_key_adopt(out, evp, name, pool));
    (*out)->private = true;
    return NULL;
}

static apr_time_t to_apr_time(const ASN1_TIME *time)
{
    struct tm tm = {0};
    apr_time_exp_t exploded = {0};
    apr_time_t moment = 0;

    if (ASN1_TIME_to_tm(time, &tm)) {
        exploded.tm_year = tm.tm_year;
        exploded.tm_mon = tm.tm_mon;
        exploded.tm_mday = tm.tm_mday;
        exploded.tm_hour = tm.tm_hour;
        exploded.tm_min = tm.tm_min;
        exploded.tm_sec = tm.tm_sec;
        apr_time_exp_gmt_get(&moment, &exploded);
    }
    return moment;
}

/* Takes over the certificate. */
static eckid_err_t *adopt_certificate(eckid_key_t **out, X509 *x509, const char *name,
                                      apr_pool_t *pool)
{
    unsigned char *der = NULL;
    EVP_PKEY *evp = X509_get_pubkey(x509);

    apr_pool_cleanup_register(pool, x509, free_x509, apr_pool_cleanup_null);
    if (!evp) {
        return eckid_key_damaged(name, pool);
    }
    ECKID_ERR(eckid_key_adopt(out, evp, name, pool));
    int len = i2d_X509(x509, &der);

    if (len <= 0) {
        return eckid_err_make(pool, ECKID_KEY, "%s cannot be written as DER", name);
    }
    eckid_bytes_t bytes = eckid_bytes(der, (apr_size_t)len);

    (*out)->certificate_base64 = eckid_codec_base64(bytes, pool).data;
    (*out)->fingerprint = eckid_codec_hex(eckid_digest_sha256(bytes, pool), pool).data;
    (*out)->not_before = to_apr_time(X509_get0_notBefore(x509));
    (*out)->not_after = to_apr_time(X509_get0_notAfter(x509));
    OPENSSL_free(der);
    return NULL;
}

eckid_err_t *eckid_key_certificate(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                   apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, no_password, NULL);

    BIO_free(bio);
    return x509 ? adopt_certificate(key, x509, name, pool)
                : not_in(pem, "certificate",
                         "PEM is expected, with a line -----BEGIN CERTIFICATE-----; the key comes "
                         "first, then it",
                         name, pool);
}

eckid_err_t *eckid_key_certificate_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                       apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.len);

    return x509 ? adopt_certificate(key, x509, name, pool) : eckid_key_damaged(name, pool);
}

eckid_err_t *eckid_key_pair(eckid_key_t **out, const eckid_key_t *private,
                            const eckid_key_t *certificate, apr_pool_t *pool)
{
    if (!eckid_key_same(private, certificate)) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY, "%s is not the key of the certificate %s",
                           private->name, certificate->name),
            "name the two that were made together, or make a certificate for this key: openssl req "
            "-x509 -key KEY -out CERTIFICATE");
    }
    eckid_key_t *key = apr_pmemdup(pool, private, sizeof(*key));

    key->certificate_base64 = certificate->certificate_base64;
    key->fingerprint = certificate->fingerprint;
    key->not_before = certificate->not_before;
    key->not_after = certificate->not_after;
    *out = key;
    return NULL;
}

const char *eckid_key_name(const eckid_key_t *key)
{
    return key->name;
}

eckid_key_kind_t eckid_key_kind(const eckid_key_t *key)
{
    return key->kind;
}

bool eckid_key_same(const eckid_key_t *a, const eckid_key_t *b)
{
    return a->kind == b->kind && a->first.len && eckid_bytes_equal(a->first, b->first) &&
           eckid_bytes_equal(a->second, b->second);
}

const char *eckid_key_certificate_base64(const eckid_key_t *key)
{
    return key->certificate_base64;
}

const char *eckid_key_fingerprint(const eckid_key_t *key)
{
    return key->fingerprint;
}

apr_time_t eckid_key_not_before(const eckid_key_t *key)
{
    return key->not_before;
}

apr_time_t eckid_key_not_after(const eckid_key_t *key)
{
    return key->not_after;
}

/* The first DER value, without what follows it. All of the bytes if they do not start with one. */
static eckid_bytes_t first_value(eckid_bytes_t der)
{
    const unsigned char *start = (const unsigned char *)der.data, *content = start;
    long len;
    int tag, class, found = ASN1_get_object(&content, &len, &tag, &class, (long)der.len);
    const bool is_definite = (found & 0x81) == 0; /* neither an error nor of indefinite length */

    ERR_clear_error();
    return is_definite ? eckid_bytes(start, (apr_size_t)(content - start + len)) : der;
}

const char *eckid_key_fingerprint_of(eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_bytes_t der;

    if (!eckid_codec_base64_decode(&der, base64, pool) || der.len == 0) {
        return NULL;
    }
    return eckid_codec_hex(eckid_digest_sha256(first_value(der), pool), pool).data;
}
