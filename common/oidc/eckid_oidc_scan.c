/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens in bytes that no reader of markup understood: found by their looks, and judged. */
#include "oidc/eckid_oidc_scan.h"
#include "oidc/eckid_oidc_login.h"

#include <apr_lib.h>

/* Bounds on what is looked at: the bytes of a header, and the tokens of a page. */
#define HEADER_MAX 2048
#define TOKENS_MAX 1000

static apr_size_t span(const char *at, const char *end, apr_size_t max)
{
    apr_size_t len = 0;

    while (len < max && at + len < end &&
           (apr_isalnum(at[len]) || at[len] == '-' || at[len] == '_')) {
        len++;
    }
    return len;
}

/* Three parts of base64url, the first of which is not long; empty when it is none. */
static eckid_bytes_t token_at(const char *from, const char *end)
{
    const apr_size_t max[] = {HEADER_MAX, ECKID_JWS_MAX, ECKID_JWS_MAX};
    const char *at = from;

    for (int i = 0; i < 3; i++) {
        at += span(at, end, max[i]);
        if (i < 2 && (at == end || *at++ != '.')) {
            return eckid_bytes(from, 0);
        }
    }
    return eckid_bytes(from, (apr_size_t)(at - from));
}

static bool is_ours(const eckid_oidc_setup_t *setup, const char *kid, apr_pool_t *pool)
{
    apr_array_header_t *signers = eckid_rules_all_signers(setup->rules, pool);

    for (int i = 0; kid && i < signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(signers, i, eckid_signer_t);
        const char *thumbprint;

        if (!signer->shared && !eckid_jwk_thumbprint(&thumbprint, signer->key, pool) &&
            strcmp(thumbprint, kid) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_supplier_s(const eckid_oidc_setup_t *setup, eckid_bytes_t text, apr_pool_t *pool)
{
    const eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    eckid_oidc_t *token;

    return !eckid_oidc_open(&token, text, pool) && eckid_oidc_login_find_supplier(&login, token) &&
           !is_ours(setup, eckid_oidc_kid(token), pool);
}

eckid_err_t *eckid_oidc_scan_find(const eckid_oidc_setup_t *setup, eckid_bytes_t bytes,
                                  apr_pool_t *pool)
{
    static const char start[] = "eyJ"; /* the start of a JSON object, in base64 */
    const char *at = bytes.data, *end = bytes.data + bytes.len;
    int count = 0;

    while ((at = memmem(at, (size_t)(end - at), start, strlen(start)))) {
        const eckid_bytes_t token = token_at(at, end);

        if (token.len && (++count > TOKENS_MAX || is_supplier_s(setup, token, pool))) {
            return eckid_err_make(pool, ECKID_RESPONSE_MODE, "where no field can be read");
        }
        at += strlen(start);
    }
    return NULL;
}
