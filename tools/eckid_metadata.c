/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eckid-metadata: prints the metadata of a supplier that the identity provider gets, so that it
 * encrypts logins to the gateway. */
#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/eckid_key.h"
#include "saml/eckid_saml_metadata.h"
#include "saml/eckid_saml_supplier.h"
#include "usage.h"

#define CERTIFICATE_MAX 65536

static const char usage[] =
    "usage: eckid-metadata METADATA ENTITY-ID CERTIFICATE\n"
    "\n"
    "Prints the metadata of a supplier as the identity provider must have them, so that it "
    "encrypts\n"
    "logins to the gateway. METADATA is the file of EckidSupplierMetadata, as the supplier "
    "publishes\n"
    "it; CERTIFICATE is that of the first EckidDecryptionKey. A location with\n"
    "SetHandler eckid-supplier-metadata serves the same.\n"
    "Status: 0 the metadata were printed, 1 a file cannot be used, 2 wrong usage.";

static int complain(const eckid_err_t *err, apr_pool_t *pool)
{
    fprintf(stderr, "eckid-metadata: %s\n", eckid_err_text(err, pool));
    return 1;
}

static eckid_err_t *read_certificate(eckid_key_t **key, const char *path, apr_pool_t *pool)
{
    char *pem = apr_palloc(pool, CERTIFICATE_MAX);
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(pem, 1, CERTIFICATE_MAX, file) : 0;

    if (!file) {
        return eckid_err_make(pool, ECKID_FILE, "%s", path);
    }
    fclose(file);
    return eckid_key_certificate(key, eckid_bytes(pem, len), path, pool);
}

/* What would come of logins that the identity provider encrypts. */
static void warn(const eckid_saml_metadata_sp_t *sp, apr_pool_t *pool)
{
    if (!sp->encryption) {
        fprintf(stderr,
                "eckid-metadata: nothing can be encrypted to the supplier itself (%s), so its "
                "block needs EckidEncryption off\n",
                sp->why_not ? eckid_err_text(sp->why_not, pool) : "it has no key for encryption");
    }
}

static eckid_err_t *print(char **argv, apr_pool_t *pool)
{
    eckid_saml_metadata_sp_t *sp;
    eckid_key_t *key;
    eckid_bytes_t text;

    ECKID_ERR(eckid_saml_metadata_sp(&sp, argv[1], argv[2], pool));
    ECKID_ERR(read_certificate(&key, argv[3], pool));
    if (eckid_key_kind(key) != ECKID_KEY_RSA) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY, "%s is not of RSA", argv[3]),
            "XML Encryption needs RSA: name the certificate of EckidDecryptionKey");
    }
    ECKID_ERR(eckid_saml_supplier_metadata(&text, sp->text, key, NULL, pool));
    fwrite(text.data, 1, text.len, stdout);
    warn(sp, pool);
    return NULL;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;

    usage_answer(argc, argv, "eckid-metadata", usage);
    if (argc != 4) {
        fprintf(stderr, "%s\n", usage);
        return 2;
    }
    apr_initialize();
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    const eckid_err_t *err = print(argv, pool);

    return err ? complain(err, pool) : 0;
}
