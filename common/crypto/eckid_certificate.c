/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the certificate of a client says of who it is. */
#include "crypto/eckid_certificate.h"

#include <apr_strings.h>
#include <openssl/bio.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/eckid_digest.h"

#define SUBJECT_MAX 4096

/* Without it, OpenSSL asks at the terminal for the password of an encrypted one. */
static int no_password(char *text, int size, int writing, void *self)
{
    (void)text, (void)size, (void)writing, (void)self;
    return -1;
}

static X509 *read_pem(eckid_bytes_t pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;

    BIO_free(bio);
    return x509;
}

/* With UTF-8 as it is, so that the operator can write what the certificate says. */
static const char *subject_of(const X509 *x509, apr_pool_t *pool)
{
    char *text = apr_pcalloc(pool, SUBJECT_MAX);
    BIO *bio = BIO_new(BIO_s_mem());
    bool good = bio && X509_NAME_print_ex(bio, X509_get_subject_name(x509), 0,
                                          XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) > 0;
    int len = good ? BIO_read(bio, text, SUBJECT_MAX - 1) : 0;

    BIO_free(bio);
    return len > 0 && len < SUBJECT_MAX - 1 ? text : "";
}

/* Two of them would be two organizations. */
static const char *oin_of(const X509 *x509, apr_pool_t *pool)
{
    const X509_NAME *name = X509_get_subject_name(x509);
    int at = X509_NAME_get_index_by_NID(name, NID_serialNumber, -1);

    if (at < 0 || X509_NAME_get_index_by_NID(name, NID_serialNumber, at) >= 0) {
        return NULL;
    }
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    eckid_bytes_t text =
        eckid_bytes(ASN1_STRING_get0_data(value), (apr_size_t)ASN1_STRING_length(value));

    return memchr(text.data, 0, text.len) ? NULL : apr_pstrmemdup(pool, text.data, text.len);
}

static const char *thumbprint_of(X509 *x509, apr_pool_t *pool)
{
    unsigned char *der = NULL;
    int len = i2d_X509(x509, &der);
    const char *text = len > 0
                           ? eckid_codec_base64url(
                                 eckid_digest_sha256(eckid_bytes(der, (apr_size_t)len), pool), pool)
                                 .data
                           : "";

    OPENSSL_free(der);
    return text;
}

bool eckid_certificate_read(eckid_certificate_t *certificate, eckid_bytes_t pem, apr_pool_t *pool)
{
    X509 *x509 = read_pem(pem);

    if (!x509) {
        return false;
    }
    certificate->subject = subject_of(x509, pool);
    certificate->oin = oin_of(x509, pool);
    certificate->thumbprint = thumbprint_of(x509, pool);
    X509_free(x509);
    return true;
}
