/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a LAS sends, kept while it is read twice: sealed, in a file without a name. */
#include "provision/eckid_spool.h"
#include "crypto/eckid_secret.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#define BLOCK 65536 /* bytes that are sealed together; all blocks but the last one are full */

struct eckid_spool_t {
    apr_file_t *file;
    eckid_secret_t *secret;
    char block[BLOCK]; /* to be written, or just read */
    apr_size_t len, at;
    bool is_complete;
    apr_uint64_t number; /* of the next block; each is sealed to its own, so none can be moved */
    apr_uint64_t blocks; /* that were written */
    apr_size_t last;     /* bytes of the last one */
    apr_pool_t *block_pool, *pool;
};

static eckid_err_t *failed(const eckid_spool_t *spool, const char *what, apr_status_t status)
{
    char reason[128];

    return eckid_err_make(spool->pool, ECKID_SPOOL, "%s: %s", what,
                          apr_strerror(status, reason, sizeof(reason)));
}

/* The file loses its name at once, so that it ends with the process. */
static eckid_err_t *make_file(eckid_spool_t *spool)
{
    const char *folder;
    apr_status_t status = apr_temp_dir_get(&folder, spool->pool);

    if (status != APR_SUCCESS) {
        return failed(spool, "no folder for temporary files", status);
    }
    char *path = apr_pstrcat(spool->pool, folder, "/eckid-XXXXXX", NULL);

    status = apr_file_mktemp(&spool->file, path,
                             APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_READ | APR_FOPEN_WRITE,
                             spool->pool);
    if (status == APR_SUCCESS) {
        status = apr_file_remove(path, spool->pool);
    }
    return status == APR_SUCCESS ? NULL : failed(spool, folder, status);
}

eckid_err_t *eckid_spool_make(eckid_spool_t **out, apr_pool_t *pool)
{
    eckid_spool_t *spool = apr_pcalloc(pool, sizeof(*spool));
    unsigned char random[ECKID_SECRET_MIN];

    spool->pool = pool;
    if (!eckid_secret_random(random, sizeof(random))) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no randomness");
    }
    spool->secret = eckid_secret_make(eckid_bytes(random, sizeof(random)), pool);
    apr_pool_create(&spool->block_pool, pool);
    ECKID_ERR(make_file(spool));
    *out = spool;
    return NULL;
}

static eckid_bytes_t number_of(const eckid_spool_t *spool)
{
    return eckid_bytes(&spool->number, sizeof(spool->number));
}

static eckid_err_t *write_block(eckid_spool_t *spool)
{
    unsigned char nonce[ECKID_SECRET_NONCE];
    eckid_bytes_t sealed;

    apr_pool_clear(spool->block_pool);
    if (!eckid_secret_random(nonce, sizeof(nonce))) {
        return eckid_err_make(spool->pool, ECKID_INTERNAL, "no randomness");
    }
    ECKID_ERR(eckid_secret_seal(&sealed, spool->secret, nonce, number_of(spool),
                                eckid_bytes(spool->block, spool->len), spool->block_pool));
    apr_status_t status = apr_file_write_full(spool->file, sealed.data, sealed.len, NULL);

    spool->blocks = ++spool->number;
    spool->last = spool->len;
    spool->len = 0;
    return status == APR_SUCCESS ? NULL : failed(spool, "it cannot be written", status);
}

eckid_err_t *eckid_spool_add(void *self, eckid_bytes_t next)
{
    eckid_spool_t *spool = self;

    while (next.len) {
        apr_size_t len = BLOCK - spool->len < next.len ? BLOCK - spool->len : next.len;

        memcpy(spool->block + spool->len, next.data, len);
        spool->len += len;
        next = eckid_bytes(next.data + len, next.len - len);
        if (spool->len == BLOCK) {
            ECKID_ERR(write_block(spool));
        }
    }
    return NULL;
}

bool eckid_spool_rewind(void *self)
{
    eckid_spool_t *spool = self;
    apr_off_t start = 0;

    if (!spool->is_complete && spool->len && write_block(spool)) {
        return false;
    }
    spool->is_complete = true;
    spool->number = 0;
    spool->len = spool->at = 0;
    return apr_file_seek(spool->file, APR_SET, &start) == APR_SUCCESS;
}

static bool read_block(eckid_spool_t *spool)
{
    const apr_size_t len = spool->number + 1 < spool->blocks ? BLOCK : spool->last;
    eckid_bytes_t plain;

    apr_pool_clear(spool->block_pool);
    char *sealed = apr_palloc(spool->block_pool, len + ECKID_SECRET_OVERHEAD);

    if (apr_file_read_full(spool->file, sealed, len + ECKID_SECRET_OVERHEAD, NULL) != APR_SUCCESS ||
        !eckid_secret_open(&plain, spool->secret, number_of(spool),
                           eckid_bytes(sealed, len + ECKID_SECRET_OVERHEAD), spool->block_pool)) {
        return false;
    }
    memcpy(spool->block, plain.data, plain.len);
    spool->len = plain.len;
    spool->at = 0;
    spool->number++;
    return true;
}

int eckid_spool_read(void *self, char *buffer, int room)
{
    eckid_spool_t *spool = self;

    if (spool->at == spool->len) {
        if (spool->number == spool->blocks) {
            return 0;
        }
        if (!read_block(spool)) {
            return -1;
        }
    }
    apr_size_t len = spool->len - spool->at;

    len = len < (apr_size_t)room ? len : (apr_size_t)room;
    memcpy(buffer, spool->block + spool->at, len);
    spool->at += len;
    return (int)len;
}
