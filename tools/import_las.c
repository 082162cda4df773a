/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches Edu-V's list of everybody of a school from the LAS, by the same signed channel as
 * lookups. */
#include "import_las.h"

#include <apr_strings.h>
#include <stdio.h>
#include <curl/curl.h>

#include "contract/eckid_contract.h"
#include "http/eckid_curl.h"
#include "http/eckid_httpsig.h"
#include "las/eckid_client_credentials.h"
#include "model/eckid_finding.h"

#define FILE_MAX 262144
#define LIST_MAX ((apr_size_t)32 * 1024 * 1024) /* some 40,000 people */
#define PATIENCE_MS 120000

bool import_las_option(las_options_t *options, int letter, const char *argument)
{
    const char **const texts[] = {&options->base,        &options->key,
                                  &options->keyid,       &options->ca,
                                  &options->token,       &options->client_id,
                                  &options->scope,       NULL,
                                  &options->certificate, &options->certificate_key};

    if (letter < '0' || letter > '9') {
        return false;
    }
    if (letter == '7') {
        options->is_unsigned = true;
    }
    else {
        *texts[letter - '0'] = argument;
    }
    return true;
}

static eckid_err_t *read_all(eckid_bytes_t *content, const char *path, apr_pool_t *pool)
{
    char *buffer = apr_palloc(pool, FILE_MAX);
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t len = file ? fread(buffer, 1, FILE_MAX, file) : 0;

    if (file) {
        fclose(file);
    }
    *content = eckid_bytes(buffer, len);
    return path && !len ? eckid_err_make(pool, ECKID_FILE, "%s", path) : NULL;
}

/* A call on its way. */
typedef struct call_t {
    const las_options_t *options;
    eckid_transport_t transport;
    eckid_key_t *key;
    eckid_moment_t moment;
    apr_time_t deadline;
    apr_pool_t *pool;
} call_t;

static eckid_err_t *prepare(call_t *call)
{
    const las_options_t *options = call->options;
    eckid_curl_options_t curl_options = {
        .connect_ms = PATIENCE_MS, .total_ms = PATIENCE_MS, .body_max = LIST_MAX};
    eckid_bytes_t key;
    eckid_curl_t *curl;

    if (!options->key || !options->keyid) {
        return eckid_err_make(call->pool, ECKID_CONFIG, "--las needs --las-key and --keyid");
    }
    ECKID_ERR(read_all(&key, options->key, call->pool));
    ECKID_ERR(eckid_key_private(&call->key, key, options->key, call->pool));
    ECKID_ERR(read_all(&curl_options.ca, options->ca, call->pool));
    ECKID_ERR(read_all(&curl_options.certificate, options->certificate, call->pool));
    ECKID_ERR(read_all(&curl_options.key, options->certificate_key, call->pool));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) || !eckid_moment_now(&call->moment)) {
        return eckid_err_make(call->pool, ECKID_INTERNAL, "libcurl, or no randomness");
    }
    ECKID_ERR(eckid_curl_make(&curl, &curl_options, call->pool));
    call->transport = eckid_curl_transport(curl);
    call->deadline = call->moment.now + apr_time_from_msec(PATIENCE_MS);
    return NULL;
}

/* By private_key_jwt, as Edu-V demands it. */
static eckid_err_t *add_token(eckid_http_request_t *request, const call_t *call)
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
                                                                    .transport = call->transport,
                                                                    .clock = eckid_moment_now};
    eckid_client_credentials_t *credentials;
    const char *token;

    if (!options->client_id) {
        return eckid_err_make(call->pool, ECKID_CONFIG, "--las-token needs --client-id");
    }
    ECKID_ERR(eckid_client_credentials_make(&credentials, &credentials_options, call->pool));
    ECKID_ERR(eckid_client_credentials_get(&token, credentials, call->deadline, call->pool));
    apr_table_setn(request->headers, "Authorization",
                   apr_pstrcat(call->pool, "Bearer ", token, NULL));
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

static eckid_err_t *read_answer(eckid_bytes_t *list, const eckid_http_response_t *response,
                                apr_pool_t *pool)
{
    ECKID_ERR(eckid_contract_check_head(response, response->status == 200, pool));
    *list = response->body;
    return NULL;
}

eckid_err_t *import_las_fetch(eckid_bytes_t *list, const las_options_t *options,
                              const eckid_school_t *school, const char *kind, apr_pool_t *pool)
{
    call_t call = {.options = options, .pool = pool};
    eckid_http_request_t request = {.method = "GET", .url = url_of(options, school, kind, pool)};
    eckid_http_response_t *response;

    ECKID_ERR(prepare(&call));
    request.headers = apr_table_make(pool, 4);
    request.body = eckid_bytes("", 0);
    request.deadline = call.deadline;
    apr_table_setn(request.headers, "Accept", "application/json");
    if (options->token) {
        ECKID_ERR(add_token(&request, &call));
    }
    if (!options->is_unsigned) {
        ECKID_ERR(eckid_httpsig_sign(&request, &eckid_httpsig_usual, call.key, options->keyid,
                                     &call.moment, pool));
    }
    ECKID_ERR(call.transport.send(call.transport.self, &response, &request, pool));
    return read_answer(list, response, pool);
}
