/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches Edu-V's list of everybody of a school from the LAS, by the same signed channel as
 * lookups. */
#include "import_las.h"

#include <apr_strings.h>

#include "contract/eckid_contract.h"
#include "http/eckid_httpsig.h"
#include "las/eckid_client_credentials.h"
#include "model/eckid_finding.h"

#define LIST_MAX ((apr_size_t)1024 * 1024 * 1024)
#define TOKEN_MAX 65536

bool import_las_option(las_options_t *options, int letter, const char *argument)
{
    const struct {
        int letter;
        const char **to;
    } texts[] = {{LAS_BASE, &options->base},        {LAS_KEY, &options->key},
                 {LAS_KEYID, &options->keyid},      {LAS_TOKEN, &options->token},
                 {LAS_CLIENT, &options->client_id}, {LAS_SCOPE, &options->scope}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        if (texts[i].letter == letter) {
            *texts[i].to = argument;
            return true;
        }
    }
    options->is_unsigned = options->is_unsigned || letter == LAS_UNSIGNED;
    return letter == LAS_UNSIGNED;
}

/* By private_key_jwt, as Edu-V demands it. */
static eckid_err_t *add_token(eckid_http_request_t *request, const las_call_t *call,
                              apr_pool_t *pool)
{
    const las_options_t *options = call->options;
    const eckid_client_assertion_t assertion = {.client_id = options->client_id,
                                                .audience = options->token,
                                                .key = call->key,
                                                .kid = options->keyid,
                                                .lifetime = ECKID_CLIENT_ASSERTION_SECONDS};
    const eckid_client_credentials_options_t credentials_options = {.url = options->token,
                                                                    .client_id = options->client_id,
                                                                    .scope = options->scope,
                                                                    .assertion = &assertion,
                                                                    .transport =
                                                                        call->tokens.transport,
                                                                    .clock = eckid_moment_now};
    eckid_client_credentials_t *credentials;
    const char *token;

    ECKID_ERR(eckid_client_credentials_make(&credentials, &credentials_options, pool));
    ECKID_ERR(eckid_client_credentials_get(&token, credentials, call->channel.deadline, pool));
    apr_table_setn(request->headers, "Authorization", apr_pstrcat(pool, "Bearer ", token, NULL));
    return NULL;
}

static const char *url_of(const las_options_t *options, const eckid_school_t *school,
                          const char *kind, apr_pool_t *pool)
{
    const char *base = options->base;
    apr_size_t len = strlen(base) - (*base && base[strlen(base) - 1] == '/');
    const char *value = eckid_codec_percent(eckid_bytes_str(school->value), pool);
    const char *query = strcmp(school->type, "master") == 0
                            ? apr_pstrcat(pool, "orgMasterId=", value, NULL)
                            : apr_pstrcat(pool, "orgId=", value, "&orgIdType=", school->type, NULL);

    return apr_pstrcat(pool, apr_pstrmemdup(pool, base, len),
                       eckid_kind_same(kind, ECKID_KIND_EMPLOYEE) ? "/employees/school?"
                                                                  : "/students/school?",
                       query, NULL);
}

eckid_err_t *import_las_prepare(las_call_t *call, const las_options_t *options,
                                const channel_options_t *channel_options,
                                const eckid_school_t *school, const char *kind, apr_pool_t *pool)
{
    eckid_bytes_t key;

    *call = (las_call_t){.options = options, .url = url_of(options, school, kind, pool)};
    if (!options->key || !options->keyid) {
        return import_usage("--las needs --las-key and --keyid", pool);
    }
    if (options->token && !options->client_id) {
        return import_usage("--las-token needs --client-id", pool);
    }
    ECKID_ERR(import_channel_file(&key, options->key, pool));
    ECKID_ERR(eckid_key_private(&call->key, key, options->key, pool));
    ECKID_ERR(import_channel_open(&call->tokens, channel_options, TOKEN_MAX, pool));
    return import_channel_open(&call->channel, channel_options, LIST_MAX, pool);
}

eckid_err_t *import_las_fetch(eckid_spool_t **spool, const las_call_t *call, apr_pool_t *pool)
{
    eckid_http_request_t request = {.method = "GET", .url = call->url};
    eckid_http_response_t *response;

    request.headers = apr_table_make(pool, 4);
    request.body = eckid_bytes("", 0);
    apr_table_setn(request.headers, "Accept", "application/json");
    if (call->options->token) {
        ECKID_ERR(add_token(&request, call, pool));
    }
    if (!call->options->is_unsigned) {
        ECKID_ERR(eckid_httpsig_sign(&request, &eckid_httpsig_usual, call->key,
                                     call->options->keyid, &call->channel.moment, pool));
    }
    ECKID_ERR(import_channel_fetch(&response, spool, &call->channel, &request, pool));
    return eckid_contract_check_head(response, response->status == 200, pool);
}
