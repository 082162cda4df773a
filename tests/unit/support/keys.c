/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and certificates that tests make for themselves, once. */
#include "support/keys.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "unit.h"

#define NUMBERS 4

static EVP_PKEY *made[TEST_KINDS][NUMBERS];
static X509 *certified[TEST_KINDS][NUMBERS];

static EVP_PKEY *make(test_kind_t kind)
{
    switch (kind) {
    case RSA_2048:
        return EVP_RSA_gen(2048);
    case RSA_1024:
        return EVP_RSA_gen(1024);
    case P_256:
        return EVP_EC_gen("P-256");
    case P_384:
        return EVP_EC_gen("P-384");
    case P_521:
        return EVP_EC_gen("P-521");
    default:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    }
}

static EVP_PKEY *get(test_kind_t kind, int number)
{
    if (!made[kind][number]) {
        made[kind][number] = make(kind);
    }
    return made[kind][number];
}

/* With a NUL behind it. */
static eckid_bytes_t content(BIO *bio)
{
    char *data;
    long len = BIO_get_mem_data(bio, &data);
    eckid_bytes_t copy = eckid_bytes(apr_pstrmemdup(pool, data, (apr_size_t)len), (apr_size_t)len);

    BIO_free(bio);
    return copy;
}

void test_keys_prepare(void)
{
    for (int number = 0; number < NUMBERS; number++) {
        get(RSA_2048, number);
        get(P_256, number);
    }
}

eckid_bytes_t test_private_pem(test_kind_t kind, int number)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_PrivateKey(bio, get(kind, number), NULL, NULL, 0, NULL, NULL);
    return content(bio);
}

eckid_bytes_t test_public_pem(test_kind_t kind, int number)
{
    BIO *bio = BIO_new(BIO_s_mem());

    PEM_write_bio_PUBKEY(bio, get(kind, number));
    return content(bio);
}

static X509 *certify(test_kind_t kind, int number)
{
    X509 *x509 = X509_new();

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), number + 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, get(kind, number));
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)"TEST", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_sign(x509, get(kind, number), kind == ED_25519 ? NULL : EVP_sha256());
    return x509;
}

eckid_bytes_t test_certificate_pem(test_kind_t kind, int number)
{
    BIO *bio = BIO_new(BIO_s_mem());

    if (!certified[kind][number]) {
        certified[kind][number] = certify(kind, number);
    }
    PEM_write_bio_X509(bio, certified[kind][number]);
    return content(bio);
}

const eckid_key_t *test_pair(test_kind_t kind, int number)
{
    eckid_key_t *private, *certificate, *pair;

    ok(eckid_key_private(&private, test_private_pem(kind, number), "test.key", pool));
    ok(eckid_key_certificate(&certificate, test_certificate_pem(kind, number), "test.crt", pool));
    ok(eckid_key_pair(&pair, private, certificate, pool));
    return pair;
}
