/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "crypto/eckid_key_sign.h"
#include "http/eckid_content_digest.h"
#include "http/eckid_httpsig.h"
#include "support/keys.h"
#include "support/maker.h"

static eckid_http_request_t make_request(const char *method, const char *body)
{
    eckid_http_request_t request = {
        .method = method,
        .url = "https://las.example:8443/eduv/students?school=11ZZ03",
        .headers = apr_table_make(pool, 4),
        .body = str(body),
    };

    apr_table_setn(request.headers, "Content-Type", "application/json");
    apr_table_setn(request.headers, "X-School", "11ZZ03");
    apr_table_setn(request.headers, "Prefer", "wait=1, safe");
    return request;
}

static eckid_httpsig_profile_t *parse(const char *components, const char *parameters)
{
    eckid_httpsig_profile_t *profile;

    ok(eckid_httpsig_profile_parse(&profile, components, parameters, pool));
    return profile;
}

static const char *input_of(eckid_http_request_t *request, const eckid_httpsig_profile_t *profile)
{
    ok(eckid_httpsig_sign(request, profile, test_pair(P_256, 0), "school", maker_moment(), pool));
    return apr_table_get(request->headers, "Signature-Input");
}

#define USUAL_PARAMETERS                                                                           \
    ";created=1788165000;expires=1788165060;nonce=\"MDEyMzQ1Njc4OWFiY2RlZg\""                      \
    ";alg=\"ecdsa-p256-sha256\";keyid=\"school\""

START_TEST(a_request_is_signed_as_usual)
{
    eckid_http_request_t request = make_request("POST", "{}");

    ck_assert_str_eq(
        input_of(&request, &eckid_httpsig_usual),
        "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")" USUAL_PARAMETERS);
    ck_assert_str_eq(apr_table_get(request.headers, "Content-Digest"),
                     eckid_content_digest(request.body, pool));
    ck_assert_int_eq(strncmp(apr_table_get(request.headers, "Signature"), "sig1=:", 6), 0);
}
END_TEST

START_TEST(authorization_is_covered_when_it_is_there)
{
    eckid_http_request_t request = make_request("POST", "{}");

    apr_table_setn(request.headers, "Authorization", "Bearer t");
    ck_assert_str_eq(input_of(&request, &eckid_httpsig_usual),
                     "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\""
                     " \"authorization\")" USUAL_PARAMETERS);
}
END_TEST

START_TEST(without_a_body_there_is_no_digest)
{
    eckid_http_request_t request = make_request("GET", "");

    ck_assert_str_eq(input_of(&request, &eckid_httpsig_usual),
                     "sig1=(\"@method\" \"@target-uri\")" USUAL_PARAMETERS);
    ck_assert_ptr_null(apr_table_get(request.headers, "Content-Digest"));
}
END_TEST

static const struct {
    const char *components, *parameters, *input;
} profiles[] = {
    {NULL, NULL,
     "sig1=(\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")" USUAL_PARAMETERS},
    {"@method", NULL, "sig1=(\"@method\")" USUAL_PARAMETERS},
    {"  content-digest   @authority @path @query ", "",
     "sig1=(\"content-digest\" \"@authority\" \"@path\" \"@query\")"},
    {"@query-param;name=\"school\" x-school prefer;key=\"wait\" authorization", "created",
     "sig1=(\"@query-param\";name=\"school\" \"x-school\" \"prefer\";key=\"wait\")"
     ";created=1788165000"},
    {"@method", "tag=las keyid alg nonce expires=1 created",
     "sig1=(\"@method\");created=1788165000;expires=1788165001"
     ";nonce=\"MDEyMzQ1Njc4OWFiY2RlZg\";alg=\"ecdsa-p256-sha256\";keyid=\"school\";tag=\"las\""},
    {"@method", "keyid expires=3600", "sig1=(\"@method\");expires=1788168600;keyid=\"school\""},
    {"@method", "alg=ecdsa-p256-sha256", "sig1=(\"@method\");alg=\"ecdsa-p256-sha256\""},
};

START_TEST(a_profile_is_what_the_operator_wrote)
{
    eckid_http_request_t request = make_request("POST", "{}");

    ck_assert_str_eq(input_of(&request, parse(profiles[_i].components, profiles[_i].parameters)),
                     profiles[_i].input);
}
END_TEST

static const struct {
    const char *components, *parameters, *detail;
} mistakes[] = {
    {"", NULL, "a signature needs at least one component"},
    {"@methode", NULL, "@methode: a component that RFC 9421 does not define"},
    {"@status", NULL, "@status: a component that this kind of message does not have"},
    {"@signature-params", NULL, "@signature-params: a component that RFC 9421 does not define"},
    {"Content-Type", NULL, "Content-Type: a component that RFC 9421 does not define"},
    {"@method;req", NULL, "@method;req: a component has a parameter that is not allowed here"},
    {"@method;key=\"x\"", NULL,
     "@method;key=\"x\": a component has a parameter that is not allowed here"},
    {"@query-param", NULL, "@query-param: @query-param without the parameter name"},
    {"date;bs", NULL, "date;bs: a component has a parameter that is not allowed here"},
    {"@method @path @method", NULL, "@method is named twice"},
    {"x;key=\"a\" x;key=\"a\"", NULL, "x;key=\"a\" is named twice"},
    {"@method,@path", NULL, "@method,@path: a component that RFC 9421 does not define"},
    {"\"@method\"", NULL, "\"@method\" cannot be read as a component"},
    {"date;", NULL, "date; cannot be read as a component"},
    {"date;key=\"", NULL, "date;key=\" cannot be read as a component"},
    {"a)", NULL, "a): a component that RFC 9421 does not define"},
    {"a;b)", NULL, "a;b) cannot be read as a component"},
    {NULL, "creates", "creates is not a parameter"},
    {NULL, "created created", "created is named twice"},
    {NULL, "created=1", "created takes no value"},
    {NULL, "nonce=", "nonce takes no value"},
    {NULL, "alg=", "alg takes the name of an algorithm, or no value"},
    {NULL, "keyid=x", "keyid takes no value"},
    {NULL, "expires", "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=0", "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=3601", "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=60s", "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=-1", "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=99999999999999999999",
     "expires takes a number of seconds from 1 to 3600, such as expires=60"},
    {NULL, "expires=1 expires=2", "expires is named twice"},
    {NULL, "tag", "tag takes text without quotes, such as tag=school"},
    {NULL, "tag=", "tag takes text without quotes, such as tag=school"},
    {NULL, "tag=a\"b", "tag takes text without quotes, such as tag=school"},
    {NULL, "tag=a\\b", "tag takes text without quotes, such as tag=school"},
    {NULL, "tag=\xc3\xa9", "tag takes text without quotes, such as tag=school"},
};

START_TEST(a_mistake_is_named)
{
    eckid_httpsig_profile_t *profile = NULL;
    eckid_err_t *err = eckid_httpsig_profile_parse(&profile, mistakes[_i].components,
                                                   mistakes[_i].parameters, pool);

    refused(err, ECKID_CONFIG);
    ck_assert_str_eq(err->detail, mistakes[_i].detail);
    ck_assert_ptr_null(profile);
}
END_TEST

static const struct {
    test_kind_t kind;
    const char *parameters, *alg; /* NULL: refused */
    eckid_key_alg_t means;
} algorithms[] = {
    {RSA_2048, "alg", "rsa-pss-sha512", ECKID_PS512},
    {RSA_2048, "alg=rsa-v1_5-sha256", "rsa-v1_5-sha256", ECKID_RS256},
    {P_256, "alg", "ecdsa-p256-sha256", ECKID_ES256},
    {P_384, "alg", "ecdsa-p384-sha384", ECKID_ES384},
    {ED_25519, "alg", "ed25519", ECKID_EDDSA},
    {P_256, "alg=ed25519", NULL, ECKID_ES256},
    {P_384, "alg=ecdsa-p256-sha256", NULL, ECKID_ES256},
    {RSA_2048, "alg=hmac-sha256", NULL, ECKID_PS512},
};

START_TEST(the_key_has_the_algorithm)
{
    const eckid_key_t *key = test_pair(algorithms[_i].kind, 0);
    const eckid_httpsig_profile_t *profile = parse("@method", algorithms[_i].parameters);
    eckid_http_request_t request = make_request("POST", "{}");

    if (!algorithms[_i].alg) {
        refused(eckid_httpsig_profile_check(profile, key, pool), ECKID_KEY);
        refused(eckid_httpsig_sign(&request, profile, key, "k", maker_moment(), pool), ECKID_KEY);
        return;
    }
    const char *input = apr_pstrcat(pool, "(\"@method\");alg=\"", algorithms[_i].alg, "\"", NULL);
    const char *base = apr_pstrcat(pool, "\"@method\": POST\n\"@signature-params\": ", input, NULL);
    eckid_bytes_t signature;

    ok(eckid_httpsig_profile_check(profile, key, pool));
    ok(eckid_httpsig_sign(&request, profile, key, "k", maker_moment(), pool));
    ck_assert_str_eq(apr_table_get(request.headers, "Signature-Input"),
                     apr_pstrcat(pool, "sig1=", input, NULL));
    const char *field = apr_table_get(request.headers, "Signature") + strlen("sig1=:");

    ck_assert(eckid_codec_base64_decode(&signature, eckid_bytes(field, strlen(field) - 1), pool));
    ck_assert(eckid_key_verify(key, algorithms[_i].means, signature, str(base)));
}
END_TEST

START_TEST(a_field_that_is_not_there_cannot_be_signed)
{
    eckid_http_request_t request = make_request("POST", "{}");
    const eckid_httpsig_profile_t *profile = parse("@method x-absent", NULL);

    refused(eckid_httpsig_sign(&request, profile, test_pair(P_256, 0), "k", maker_moment(), pool),
            ECKID_CONFIG);
    ck_assert_ptr_null(apr_table_get(request.headers, "Signature"));
}
END_TEST

START_TEST(a_public_key_signs_nothing)
{
    eckid_http_request_t request = make_request("POST", "{}");
    eckid_key_t *key;

    ok(eckid_key_public(&key, test_public_pem(P_256, 0), "public", pool));
    refused(eckid_httpsig_sign(&request, &eckid_httpsig_usual, key, "k", maker_moment(), pool),
            ECKID_KEY);
}
END_TEST

UNIT_SUITE(httpsig)
{
    Suite *suite = suite_create("httpsig");
    TCase *tcase = unit_case(suite, "httpsig");

    tcase_add_test(tcase, a_request_is_signed_as_usual);
    tcase_add_test(tcase, authorization_is_covered_when_it_is_there);
    tcase_add_test(tcase, without_a_body_there_is_no_digest);
    tcase_add_loop_test(tcase, a_profile_is_what_the_operator_wrote, 0, COUNT(profiles));
    tcase_add_loop_test(tcase, a_mistake_is_named, 0, COUNT(mistakes));
    tcase_add_loop_test(tcase, the_key_has_the_algorithm, 0, COUNT(algorithms));
    tcase_add_test(tcase, a_field_that_is_not_there_cannot_be_signed);
    tcase_add_test(tcase, a_public_key_signs_nothing);
    return suite;
}
