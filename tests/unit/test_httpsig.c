/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "eckid_httpsig.h"
#include "eckid_json.h"

/* RFC 9421 appendix B, one vector after the other. */
typedef struct vector_t {
    json_t *json;
    eckid_httpsig_message_t message;
    eckid_httpsig_component_t components[16];
    int count;
    json_t *keys;
} vector_t;

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void read_components(vector_t *vector)
{
    json_t *component;
    size_t i;

    json_array_foreach(json_object_get(vector->json, "components"), i, component)
    {
        vector->components[i].name = member(component, "name");
        vector->components[i].query_param = member(component, "query-param");
    }
    vector->count = (int)json_array_size(json_object_get(vector->json, "components"));
}

static vector_t get_vector(int number)
{
    vector_t vector = {.json = NULL};
    json_t *file, *field;
    const char *name;

    ok(eckid_json_parse(&file, unit_data("rfc9421.json"), ECKID_FILE, pool));
    vector.keys = json_object_get(file, "keys");
    vector.json = json_array_get(json_object_get(file, "vectors"), (size_t)number);
    json_t *message = json_object_get(vector.json, "message");

    vector.message.method = member(message, "method");
    vector.message.url = member(message, "url");
    vector.message.status = (int)json_integer_value(json_object_get(message, "status"));
    vector.message.headers = apr_table_make(pool, 8);
    json_object_foreach(json_object_get(message, "fields"), name, field)
    {
        apr_table_add(vector.message.headers, name, json_string_value(field));
    }
    read_components(&vector);
    return vector;
}

static eckid_bytes_t make_base(const vector_t *vector)
{
    eckid_bytes_t base;
    const char *input = eckid_httpsig_input(vector->components, vector->count,
                                            member(vector->json, "parameters"), pool);

    ok(eckid_httpsig_base(&base, &vector->message, vector->components, vector->count, input, pool));
    return base;
}

START_TEST(bases_of_appendix_b)
{
    vector_t vector = get_vector(_i);

    ck_assert_str_eq(make_base(&vector).data, member(vector.json, "base"));
}
END_TEST

static bool verify_hmac(const char *secret, eckid_bytes_t signature, eckid_bytes_t base)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len;
    eckid_bytes_t key;

    ck_assert(eckid_codec_base64_decode(&key, str(secret), pool));
    HMAC(EVP_sha256(), key.data, (int)key.len, (const unsigned char *)base.data, base.len, digest,
         &len);
    return eckid_bytes_equal(signature, eckid_bytes(digest, len));
}

static bool verify(const vector_t *vector, eckid_bytes_t signature, eckid_bytes_t base)
{
    const char *alg = member(vector->json, "algorithm");
    const char *key_text = member(vector->keys, member(vector->json, "key"));
    eckid_key_t *key;

    if (strcmp(alg, "hmac-sha256") == 0) {
        return verify_hmac(key_text, signature, base);
    }
    ok(eckid_key_public(&key, str(key_text), "RFC 9421", pool));
    return eckid_key_verify(key,
                            strcmp(alg, "ed25519") == 0          ? ECKID_EDDSA
                            : strcmp(alg, "rsa-pss-sha512") == 0 ? ECKID_PS512
                                                                 : ECKID_ES256,
                            signature, base);
}

START_TEST(signatures_of_appendix_b_hold_over_our_bases)
{
    vector_t vector = get_vector(_i);
    eckid_bytes_t signature, base = make_base(&vector);

    ck_assert(eckid_codec_base64_decode(&signature, str(member(vector.json, "signature")), pool));
    ck_assert(verify(&vector, signature, base));
    ((char *)base.data)[base.len / 2] ^= 1;
    ck_assert(!verify(&vector, signature, base));
}
END_TEST

START_TEST(ed25519_makes_the_signature_of_b_2_6)
{
    vector_t vector = get_vector(5);
    json_t *file;
    eckid_key_t *key;
    eckid_bytes_t signature;

    ok(eckid_json_parse(&file, unit_data("rfc9421.json"), ECKID_FILE, pool));
    ok(eckid_key_private(&key, str(member(file, "ed25519-private-TEST-KEY")), "B.1.4", pool));
    ok(eckid_key_sign(&signature, key, ECKID_EDDSA, make_base(&vector), pool));
    ck_assert_str_eq(eckid_codec_base64(signature, pool).data, member(vector.json, "signature"));
}
END_TEST

START_TEST(content_digest_of_the_rfc)
{
    /* RFC 9530 appendix D: the sha-256 of {"hello": "world"} and a line feed */
    ck_assert_str_eq(eckid_httpsig_content_digest(str("{\"hello\": \"world\"}\n"), pool),
                     "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
}
END_TEST

static eckid_http_request_t make_request(void)
{
    eckid_http_request_t request = {
        .method = "POST",
        .url = "https://las.example:8443/eduv/students",
        .headers = apr_table_make(pool, 4),
        .body = str("{}"),
    };

    apr_table_setn(request.headers, "Content-Type", "application/json");
    return request;
}

static const eckid_httpsig_component_t usual[] = {
    {"@method", NULL},
    {"@target-uri", NULL},
    {"content-type", NULL},
    {"content-digest", NULL},
};

START_TEST(a_signed_request_has_all_fields)
{
    eckid_http_request_t request = make_request();
    const eckid_httpsig_params_t params = {apr_time_from_sec(1000), apr_time_from_sec(1060),
                                           "nonce", "school", NULL};
    json_t *file;
    eckid_key_t *key;

    ok(eckid_json_parse(&file, unit_data("rfc9421.json"), ECKID_FILE, pool));
    ok(eckid_key_private(&key, str(member(file, "ed25519-private-TEST-KEY")), "B.1.4", pool));
    ok(eckid_httpsig_sign(&request, key, usual, COUNT(usual), &params, pool));
    ck_assert_str_eq(apr_table_get(request.headers, "Signature-Input"),
                     "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")"
                     ";created=1000;expires=1060;nonce=\"nonce\";alg=\"ed25519\""
                     ";keyid=\"school\"");
    ck_assert_str_eq(apr_table_get(request.headers, "Content-Digest"),
                     eckid_httpsig_content_digest(request.body, pool));
    ck_assert_int_eq(strncmp(apr_table_get(request.headers, "Signature"), "sig1=:", 6), 0);
}
END_TEST

typedef struct derived_t {
    const char *component, *url, *value; /* NULL: refused */
} derived_t;

static const derived_t derived[] = {
    {"@authority", "https://LAS.Example/x", "las.example"},
    {"@authority", "https://las.example:443/x", "las.example"},
    {"@authority", "https://las.example:8443/x", "las.example:8443"},
    {"@path", "https://las.example", "/"},
    {"@path", "https://las.example/a%20b", "/a%20b"},
    {"@query", "https://las.example/", "?"},
    {"@query", "https://las.example/?a=%20", "?a=%20"},
    {"@request-target", "https://las.example/p?q=1", "/p?q=1"},
    {"@scheme", "HTTPS://las.example/", "https"},
    {"@target-uri", "https://las.example/p?q=1", "https://las.example/p?q=1"},
    {"@status", "https://las.example/", NULL},
    {"@unheard-of", "https://las.example/", NULL},
    {"x-absent", "https://las.example/", NULL},
    {"@query-param", "https://las.example/", NULL},
};

START_TEST(derived_components)
{
    const derived_t *row = &derived[_i];
    const eckid_httpsig_component_t component = {row->component, NULL};
    const eckid_httpsig_message_t message = {"GET", row->url, 0, apr_table_make(pool, 1)};
    eckid_bytes_t base;
    eckid_err_t *err = eckid_httpsig_base(&base, &message, &component, 1, "()", pool);

    ck_assert_int_eq(err != NULL, row->value == NULL);
    if (!err) {
        ck_assert_str_eq(base.data, apr_psprintf(pool, "\"%s\": %s\n\"@signature-params\": ()",
                                                 row->component, row->value));
    }
}
END_TEST

Suite *suite_httpsig(void)
{
    Suite *suite = suite_create("httpsig");
    TCase *tcase = unit_case(suite, "httpsig");

    tcase_add_loop_test(tcase, bases_of_appendix_b, 0, 8);
    tcase_add_loop_test(tcase, signatures_of_appendix_b_hold_over_our_bases, 0, 8);
    tcase_add_test(tcase, ed25519_makes_the_signature_of_b_2_6);
    tcase_add_test(tcase, content_digest_of_the_rfc);
    tcase_add_test(tcase, a_signed_request_has_all_fields);
    tcase_add_loop_test(tcase, derived_components, 0, COUNT(derived));
    return suite;
}
