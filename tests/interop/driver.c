/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs, verifies and asserts on behalf of the scripts beside it: JSON in, JSON out. */
#include <stdio.h>
#include <stdlib.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "jose/eckid_client_assertion.h"
#include "http/eckid_httpsig.h"
#include "http/eckid_httpsig_verify.h"
#include "base/eckid_json.h"

#define INPUT_MAX (1024 * 1024)

static void must(const eckid_err_t *err, apr_pool_t *pool)
{
    if (err) {
        fprintf(stderr, "%s\n", eckid_err_text(err, pool));
        exit(EXIT_FAILURE);
    }
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static eckid_bytes_t bytes_of(const json_t *object, const char *name)
{
    const char *text = member(object, name);

    return eckid_bytes_str(text ? text : "");
}

/* Names with values, repeated fields joined as eckid_http.h has it. */
static apr_table_t *headers_of(const json_t *object, apr_pool_t *pool)
{
    apr_table_t *headers = apr_table_make(pool, 8);
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(object, "headers"), name, value)
    {
        apr_table_merge(headers, name, json_string_value(value));
    }
    return headers;
}

static int add_field(void *object, const char *name, const char *value)
{
    json_object_set_new(object, name, json_string(value));
    return 1;
}

static json_t *fields_of(const apr_table_t *headers)
{
    json_t *fields = json_object();

    apr_table_do(add_field, fields, headers, NULL);
    return fields;
}

static eckid_http_request_t request_of(const json_t *json, apr_pool_t *pool)
{
    return (eckid_http_request_t){
        .method = member(json, "method"),
        .url = member(json, "url"),
        .headers = headers_of(json, pool),
        .body = bytes_of(json, "body"),
    };
}

static apr_time_t now_of(const json_t *in)
{
    return apr_time_from_sec(json_integer_value(json_object_get(in, "now")));
}

/* A nonce is of 16 bytes; the script has it in "unique". */
static eckid_moment_t moment_of(const json_t *in)
{
    eckid_moment_t moment = {.now = now_of(in)};
    eckid_bytes_t unique = bytes_of(in, "unique");

    for (apr_size_t i = 0; i < sizeof(moment.http_nonce) && i < unique.len; i++) {
        moment.http_nonce[i] = (unsigned char)unique.data[i];
    }
    return moment;
}

static const eckid_key_t *private_of(const json_t *in, apr_pool_t *pool)
{
    eckid_key_t *key;

    must(eckid_key_private(&key, bytes_of(in, "key"), "key", pool), pool);
    return key;
}

static void sign(json_t *out, const json_t *in, apr_pool_t *pool)
{
    eckid_http_request_t request = request_of(json_object_get(in, "request"), pool);
    eckid_moment_t moment = moment_of(in);
    eckid_httpsig_profile_t *profile;

    must(eckid_httpsig_profile_parse(&profile, member(in, "components"), member(in, "parameters"),
                                     pool),
         pool);
    must(eckid_httpsig_sign(&request, profile, private_of(in, pool), member(in, "keyid"), &moment,
                            pool),
         pool);
    json_object_set_new(out, "headers", fields_of(request.headers));
}

static void verify(json_t *out, const json_t *in, apr_pool_t *pool)
{
    const json_t *from = json_object_get(in, "answer");
    eckid_http_request_t request = request_of(json_object_get(in, "request"), pool);
    eckid_http_response_t answer = {(int)json_integer_value(json_object_get(from, "status")),
                                    headers_of(from, pool), bytes_of(from, "body")};
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(eckid_httpsig_key_t));
    eckid_key_t *key;

    must(eckid_key_public(&key, bytes_of(in, "key"), "key", pool), pool);
    APR_ARRAY_PUSH(keys, eckid_httpsig_key_t) =
        (eckid_httpsig_key_t){member(in, "keyid"), key, member(in, "algorithm")};
    eckid_err_t *err = eckid_httpsig_verify_response(&answer, &request, keys, now_of(in),
                                                     apr_time_from_sec(60), pool);

    json_object_set_new(out, "good", json_boolean(!err));
    json_object_set_new(out, "detail", json_string(err ? err->detail : ""));
}

static void assertion(json_t *out, const json_t *in, apr_pool_t *pool)
{
    const eckid_client_assertion_t made = {
        .client_id = member(in, "client"),
        .audience = member(in, "audience"),
        .key = private_of(in, pool),
        .kid = member(in, "kid"),
        .algorithm = member(in, "algorithm"),
        .lifetime = ECKID_CLIENT_ASSERTION_SECONDS,
    };
    const char *text;

    must(eckid_client_assertion_make(&text, &made, now_of(in), bytes_of(in, "unique"), pool), pool);
    json_object_set_new(out, "assertion", json_string(text));
}

static eckid_bytes_t read_input(apr_pool_t *pool)
{
    char *data = apr_palloc(pool, INPUT_MAX);
    size_t len = fread(data, 1, INPUT_MAX, stdin);

    return eckid_bytes(data, len);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(json_t *out, const json_t *in, apr_pool_t *pool);
    } commands[] = {{"sign", sign}, {"verify", verify}, {"assertion", assertion}};
    apr_pool_t *pool;
    json_t *in, *out;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    must(eckid_json_parse(&in, read_input(pool), ECKID_FILE, pool), pool);
    out = eckid_json_own(json_object(), pool);
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++) {
        if (strcmp(commands[i].name, argv[1]) == 0) {
            commands[i].run(out, in, pool);
        }
    }
    puts(eckid_json_print(out, pool).data);
    apr_pool_destroy(pool);
    apr_terminate();
    return EXIT_SUCCESS;
}
