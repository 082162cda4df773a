/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "http/eckid_httpsig_base.h"
#include "base/eckid_json.h"
#include "crypto/eckid_key_sign.h"

/* RFC 9421 appendix B and section 2.4, one vector after the other. */
typedef struct vector_t {
    json_t *json, *keys;
    eckid_httpsig_message_t message, request;
    apr_array_header_t *components;
} vector_t;

#define VECTORS 10
#define B_2_6 5
#define B_4 7
#define SECTION_2_4 8

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static eckid_httpsig_message_t read_message(const json_t *json)
{
    eckid_httpsig_message_t message = {
        .method = member(json, "method"),
        .url = member(json, "url"),
        .status = (int)json_integer_value(json_object_get(json, "status")),
    };
    apr_table_t *headers = apr_table_make(pool, 8);
    const char *name;
    json_t *field;

    json_object_foreach(json_object_get(json, "fields"), name, field)
    {
        apr_table_add(headers, name, json_string_value(field));
    }
    message.headers = headers;
    return message;
}

static apr_array_header_t *read_components(const char *input, bool response)
{
    apr_array_header_t *members, *components;

    ck_assert(eckid_sfv_dictionary(&members, apr_pstrcat(pool, "x=", input, NULL), pool));
    const eckid_sfv_item_t *list = eckid_sfv_find(members, "x");

    ck_assert_str_eq(list->text, input);
    ok(eckid_httpsig_components(&components, list, response, ECKID_CONFIG, pool));
    return components;
}

static void get_vector(vector_t *vector, int number)
{
    json_t *file;

    ok(eckid_json_parse(&file, unit_data("rfc9421.json"), ECKID_FILE, pool));
    ck_assert_int_eq(json_array_size(json_object_get(file, "vectors")), VECTORS);
    vector->keys = json_object_get(file, "keys");
    vector->json = json_array_get(json_object_get(file, "vectors"), (size_t)number);
    json_t *message = json_object_get(vector->json, "message");

    vector->message = read_message(message);
    if (json_object_get(message, "request")) {
        vector->request = read_message(json_object_get(message, "request"));
        vector->message.request = &vector->request;
    }
    vector->components =
        read_components(member(vector->json, "input"), vector->message.method == NULL);
}

static eckid_bytes_t make_base(const vector_t *vector)
{
    eckid_bytes_t base;

    ok(eckid_httpsig_base(&base, &vector->message, vector->components,
                          member(vector->json, "input"), ECKID_CONFIG, pool));
    return base;
}

START_TEST(bases_of_the_rfc)
{
    vector_t vector;

    get_vector(&vector, _i);
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

static eckid_bytes_t signature_of(const vector_t *vector)
{
    eckid_bytes_t signature;

    ck_assert(eckid_codec_base64_decode(&signature, str(member(vector->json, "signature")), pool));
    return signature;
}

START_TEST(signatures_of_the_rfc_hold_over_our_bases)
{
    vector_t vector;

    get_vector(&vector, _i);
    ck_assert(verify(&vector, signature_of(&vector), make_base(&vector)));
}
END_TEST

static eckid_bytes_t flipped(eckid_bytes_t bytes, apr_size_t at)
{
    char *copy = apr_pstrmemdup(pool, bytes.data, bytes.len);

    copy[at] ^= 1;
    return eckid_bytes(copy, bytes.len);
}

START_TEST(no_signature_holds_with_a_bit_flipped)
{
    vector_t vector;

    get_vector(&vector, _i);
    eckid_bytes_t base = make_base(&vector), signature = signature_of(&vector);

    for (apr_size_t at = 0; at < base.len; at += 7) {
        ck_assert(!verify(&vector, signature, flipped(base, at)));
    }
    for (apr_size_t at = 0; at < signature.len; at += 7) {
        ck_assert(!verify(&vector, flipped(signature, at), base));
    }
}
END_TEST

START_TEST(ed25519_makes_the_signature_of_b_2_6)
{
    vector_t vector;
    json_t *file;
    eckid_key_t *key;
    eckid_bytes_t signature;

    get_vector(&vector, B_2_6);
    ok(eckid_json_parse(&file, unit_data("rfc9421.json"), ECKID_FILE, pool));
    ok(eckid_key_private(&key, str(member(file, "ed25519-private-TEST-KEY")), "B.1.4", pool));
    ok(eckid_key_sign(&signature, key, ECKID_EDDSA, make_base(&vector), pool));
    ck_assert_str_eq(eckid_codec_base64(signature, pool).data, member(vector.json, "signature"));
}
END_TEST

/* Appendix B.4: what intermediaries may do to a message, and what they may not. */
static const struct {
    const char *method, *url, *accept;
    bool good;
} transformed[] = {
    {"GET", "https://example.org/demo?name1=Value1&Name2=value2", "application/json, */*", true},
    {"GET", "https://example.org/demo?name1=Value1&Name2=value2&param=added",
     "application/json, */*", true},
    {"GET", "HTTPS://EXAMPLE.org:443/demo", " application/json, */* ", true},
    {"POST", "https://example.org/demo", "application/json, */*", false},
    {"GET", "https://example.com/demo", "application/json, */*", false},
    {"GET", "https://example.org/demo", "*/*, application/json", false},
    {"GET", "https://example.org/Demo", "application/json, */*", false},
};

START_TEST(transformations_of_b_4)
{
    vector_t vector;

    get_vector(&vector, B_4);
    apr_table_t *headers = apr_table_copy(pool, vector.message.headers);

    apr_table_setn(headers, "Accept", transformed[_i].accept);
    apr_table_setn(headers, "Accept-Language", "en-US,en;q=0.5");
    apr_table_unset(headers, "Date");
    vector.message.headers = headers;
    vector.message.method = transformed[_i].method;
    vector.message.url = transformed[_i].url;
    ck_assert_int_eq(verify(&vector, signature_of(&vector), make_base(&vector)),
                     transformed[_i].good);
}
END_TEST

START_TEST(a_response_is_not_verified_without_its_request)
{
    vector_t vector;
    eckid_bytes_t base;

    get_vector(&vector, SECTION_2_4);
    vector.message.request = NULL;
    refused(eckid_httpsig_base(&base, &vector.message, vector.components, "()", ECKID_CONFIG, pool),
            ECKID_CONFIG);
}
END_TEST

static const struct {
    const char *component, *url, *value; /* NULL: the message lacks it */
} derived[] = {
    {"\"@authority\"", "https://LAS.Example/x", "las.example"},
    {"\"@authority\"", "https://las.example:443/x", "las.example"},
    {"\"@authority\"", "https://las.example:8443/x", "las.example:8443"},
    {"\"@authority\"", "https://[::1]:8443/x", "[::1]:8443"},
    {"\"@path\"", "https://las.example", "/"},
    {"\"@path\"", "https://las.example/a%20b", "/a%20b"},
    {"\"@query\"", "https://las.example/", "?"},
    {"\"@query\"", "https://las.example/?a=%20", "?a=%20"},
    {"\"@request-target\"", "https://las.example/p?q=1", "/p?q=1"},
    {"\"@scheme\"", "HTTPS://las.example/", "https"},
    {"\"@target-uri\"", "https://las.example/p?q=1", "https://las.example/p?q=1"},
    {"\"@query-param\";name=\"q\"", "https://las.example/p?q=a+b", "a%20b"},
    {"\"@query-param\";name=\"q\"", "https://las.example/p?q=1&q=2", NULL},
    {"\"@query-param\";name=\"q\"", "https://las.example/p", NULL},
    {"\"x-plain\"", "https://las.example/", "text"},
    {"\"x-empty\"", "https://las.example/", ""},
    {"\"x-absent\"", "https://las.example/", NULL},
    {"\"x-broken\"", "https://las.example/", NULL},
    {"\"x-dict\"", "https://las.example/", "a=1 , b=( \"x\"  2.50 );c"},
    {"\"x-dict\";key=\"b\"", "https://las.example/", "(\"x\" 2.5);c"},
    {"\"x-dict\";key=\"z\"", "https://las.example/", NULL},
    {"\"x-plain\";key=\"a\"", "https://las.example/", NULL},
};

START_TEST(values_of_components)
{
    const char *id = derived[_i].component;
    apr_table_t *headers = apr_table_make(pool, 4);
    const eckid_httpsig_message_t message = {"GET", derived[_i].url, 0, headers, NULL};
    eckid_bytes_t base;

    apr_table_setn(headers, "X-Plain", " text\t");
    apr_table_setn(headers, "X-Empty", "");
    apr_table_setn(headers, "X-Broken", "a\n\"@method\": GET");
    apr_table_setn(headers, "X-Dict", "a=1 , b=( \"x\"  2.50 );c");
    apr_array_header_t *components = read_components(apr_pstrcat(pool, "(", id, ")", NULL), false);
    eckid_err_t *err = eckid_httpsig_base(&base, &message, components, "()", ECKID_CONFIG, pool);

    ck_assert_int_eq(err != NULL, derived[_i].value == NULL);
    if (!err) {
        ck_assert_str_eq(base.data, apr_psprintf(pool, "%s: %s\n\"@signature-params\": ()", id,
                                                 derived[_i].value));
    }
}
END_TEST

static const struct {
    const char *list;
    bool response, good;
} lists[] = {
    {"()", true, true},
    {"(\"@status\" \"signature\";req;key=\"sig1\")", true, true},
    {"(\"signature\" \"signature\";req \"signature\";key=\"a\" \"signature\";key=\"b\")", true,
     true},
    {"(\"@query-param\";name=\"a\" \"@query-param\";name=\"b\")", false, true},
    {"(\"@status\")", false, false},
    {"(\"@status\";req)", true, false},
    {"(\"@method\")", true, false},
    {"(\"@method\";req)", true, true},
    {"(\"@method\";req)", false, false},
    {"(\"date\";req)", false, false},
    {"(\"date\";req=1)", true, false},
    {"(\"date\";req=?0)", true, false},
    {"(\"date\" \"date\")", true, false},
    {"(\"x\";req;key=\"a\" \"x\";key=\"a\";req)", true, false},
    {"(\"date\";bs)", true, false},
    {"(\"date\";sf)", true, false},
    {"(\"date\";tr)", true, false},
    {"(\"date\";unheard-of)", true, false},
    {"(\"date\";name=\"x\")", true, false},
    {"(\"date\";key=x)", true, false},
    {"(\"@method\";key=\"x\")", false, false},
    {"(\"@query-param\")", false, false},
    {"(\"@query-param\";name=x)", false, false},
    {"(\"@signature-params\")", false, false},
    {"(\"@unheard-of\")", false, false},
    {"(\"@\")", false, false},
    {"(\"\")", false, false},
    {"(\"Date\")", false, false},
    {"(\"a b\")", false, false},
    {"(\"a: b\")", false, false},
    {"(date)", false, false},
    {"(1)", false, false},
    {"\"date\"", false, false},
};

START_TEST(lists_of_components)
{
    apr_array_header_t *members, *components;

    ck_assert(eckid_sfv_dictionary(&members, apr_pstrcat(pool, "x=", lists[_i].list, NULL), pool));
    eckid_err_t *err = eckid_httpsig_components(&components, eckid_sfv_find(members, "x"),
                                                lists[_i].response, ECKID_LAS_SIGNATURE, pool);

    ck_assert_int_eq(!err, lists[_i].good);
    ck_assert(!err || err->code == ECKID_LAS_SIGNATURE);
}
END_TEST

UNIT_SUITE(httpsig_base)
{
    Suite *suite = suite_create("httpsig_base");
    TCase *tcase = unit_case(suite, "httpsig_base");

    tcase_add_loop_test(tcase, bases_of_the_rfc, 0, VECTORS);
    tcase_add_loop_test(tcase, signatures_of_the_rfc_hold_over_our_bases, 0, VECTORS);
    tcase_add_loop_test(tcase, no_signature_holds_with_a_bit_flipped, 0, VECTORS);
    tcase_add_test(tcase, ed25519_makes_the_signature_of_b_2_6);
    tcase_add_loop_test(tcase, transformations_of_b_4, 0, COUNT(transformed));
    tcase_add_test(tcase, a_response_is_not_verified_without_its_request);
    tcase_add_loop_test(tcase, values_of_components, 0, COUNT(derived));
    tcase_add_loop_test(tcase, lists_of_components, 0, COUNT(lists));
    return suite;
}
