/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "crypto/eckid_key_sign.h"
#include "http/eckid_content_digest.h"
#include "http/eckid_httpsig.h"
#include "http/eckid_httpsig_verify.h"
#include "support/keys.h"
#include "support/maker.h"

#define NOW "1788165000" /* of maker_moment */
#define SKEW apr_time_from_sec(60)

#define ALL "\"@status\" \"content-digest\" \"content-type\" \"signature\";req;key=\"sig1\""
#define GOOD "(" ALL ");created=" NOW ";keyid=\"las\""

/* A signed request, the answer to it, and who may sign that. */
typedef struct scene_t {
    eckid_http_request_t request;
    eckid_http_response_t answer;
    apr_array_header_t *keys;
} scene_t;

static void trust(scene_t *scene, const char *keyid, test_kind_t kind, int number,
                  const char *algorithm)
{
    eckid_key_t *key;

    ok(eckid_key_public(&key, test_public_pem(kind, number), "las.pub", pool));
    APR_ARRAY_PUSH(scene->keys, eckid_httpsig_key_t) = (eckid_httpsig_key_t){keyid, key, algorithm};
}

static void set(scene_t *scene, const char *name, const char *value)
{
    apr_table_setn(scene->answer.headers, name, value);
}

static void make_scene(scene_t *scene)
{
    scene->request = (eckid_http_request_t){
        "POST", "https://las.example/students", apr_table_make(pool, 4), str("{}"), 0, NULL};
    scene->answer = (eckid_http_response_t){200, apr_table_make(pool, 4), str("{\"eckid\":1}")};
    scene->keys = apr_array_make(pool, 2, sizeof(eckid_httpsig_key_t));
    apr_table_setn(scene->request.headers, "Content-Type", "application/json");
    ok(eckid_httpsig_sign(&scene->request, &eckid_httpsig_usual, test_pair(P_256, 1), "school",
                          maker_moment(), pool));
    set(scene, "Content-Type", "application/json");
    set(scene, "Content-Digest", eckid_content_digest(scene->answer.body, pool));
    trust(scene, "las", P_256, 0, NULL);
}

/* What the LAS would put behind the label: input as given, in whatever order it stands there. */
static const char *sign(const scene_t *scene, const char *input, test_kind_t kind, int number,
                        eckid_key_alg_t alg)
{
    const eckid_httpsig_message_t request = {scene->request.method, scene->request.url, 0,
                                             scene->request.headers, NULL};
    const eckid_httpsig_message_t answer = {NULL, NULL, scene->answer.status, scene->answer.headers,
                                            &request};
    apr_array_header_t *members, *components;
    eckid_bytes_t base, signature;

    ck_assert(eckid_sfv_dictionary(&members, apr_pstrcat(pool, "x=", input, NULL), pool));
    ok(eckid_httpsig_components(&components, eckid_sfv_find(members, "x"), true, ECKID_CONFIG,
                                pool));
    ok(eckid_httpsig_base(&base, &answer, components, input, ECKID_CONFIG, pool));
    ok(eckid_key_sign(&signature, test_pair(kind, number), alg, base, pool));
    return apr_pstrcat(pool, ":", eckid_codec_base64(signature, pool).data, ":", NULL);
}

static void sign_as(scene_t *scene, const char *input)
{
    set(scene, "Signature",
        apr_pstrcat(pool, "a=", sign(scene, input, P_256, 0, ECKID_ES256), NULL));
    set(scene, "Signature-Input", apr_pstrcat(pool, "a=", input, NULL));
}

static eckid_err_t *verify(const scene_t *scene)
{
    return eckid_httpsig_verify_response(&scene->answer, &scene->request, scene->keys,
                                         maker_moment()->now, SKEW, pool);
}

static void refused_for(const scene_t *scene, const char *detail)
{
    eckid_err_t *err = verify(scene);

    refused(err, ECKID_LAS_SIGNATURE);
    ck_assert_str_eq(err->detail, detail);
}

/* Inputs that are truly signed; the detail is NULL where the answer is believed. */
static const struct {
    const char *input, *detail;
} inputs[] = {
    {GOOD, NULL},
    {"(" ALL ");keyid=\"las\";created=" NOW ";nonce=\"n\";tag=\"t\";alg=\"ecdsa-p256-sha256\"",
     NULL},
    {"(" ALL " \"@method\";req \"@target-uri\";req);created=" NOW ";keyid=\"las\"", NULL},
    {"(" ALL ");created=" NOW ";keyid=\"las\";unheard-of", NULL},
    {"(\"signature\";key=\"sig1\";req \"content-type\" \"content-digest\" \"@status\")"
     ";created=" NOW ";keyid=\"las\"",
     NULL},
    {"(\"@status\" \"content-digest\" \"content-type\" \"signature\";req)"
     ";created=" NOW ";keyid=\"las\"",
     NULL},
    {"(\"content-digest\" \"content-type\" \"signature\";req;key=\"sig1\")"
     ";created=" NOW ";keyid=\"las\"",
     "@status is not covered"},
    {"(\"@status\" \"content-type\" \"signature\";req;key=\"sig1\");created=" NOW ";keyid=\"las\"",
     "content-digest is not covered"},
    {"(\"@status\" \"content-digest\";req \"content-type\" \"signature\";req;key=\"sig1\")"
     ";created=" NOW ";keyid=\"las\"",
     "content-digest is not covered"},
    {"(\"@status\" \"content-digest\";key=\"sha-256\" \"content-type\""
     " \"signature\";req;key=\"sig1\");created=" NOW ";keyid=\"las\"",
     "content-digest is not covered"},
    {"(\"@status\" \"content-digest\" \"signature\";req;key=\"sig1\")"
     ";created=" NOW ";keyid=\"las\"",
     "content-type is not covered"},
    {"(\"@status\" \"content-digest\" \"content-type\");created=" NOW ";keyid=\"las\"",
     "the signature of the request is not covered"},
    {"(\"@status\" \"content-digest\" \"content-type\" \"signature-input\";req;key=\"sig1\")"
     ";created=" NOW ";keyid=\"las\"",
     "the signature of the request is not covered"},
    {"(" ALL ");keyid=\"las\"", "the signature has no created time"},
    {"(" ALL ");created=1788164940;keyid=\"las\"", NULL},
    {"(" ALL ");created=1788164939;keyid=\"las\"", "created 61 s ago by this server's clock"},
    {"(" ALL ");created=1788165060;keyid=\"las\"", NULL},
    {"(" ALL ");created=1788165061;keyid=\"las\"",
     "created 61 s in the future by this server's clock"},
    {"(" ALL ");created=-999999999999999;keyid=\"las\"",
     "created 1000001788164999 s ago by this server's clock"},
    {"(" ALL ");created=" NOW ";expires=1788164940;keyid=\"las\"", NULL},
    {"(" ALL ");created=" NOW ";expires=1788164939;keyid=\"las\"",
     "expired 61 s ago by this server's clock"},
    {"(" ALL ");created=" NOW, "keyid does not name a known key"},
    {"(" ALL ");created=" NOW ";keyid=\"other\"", "keyid does not name a known key"},
    {"(" ALL ");created=" NOW ";keyid=\"la\"", "keyid does not name a known key"},
    {"(" ALL ");created=" NOW ";keyid=\"las\";alg=\"ed25519\"",
     "alg is not the algorithm of las.pub"},
    {"(" ALL ");created=" NOW ";keyid=\"las\";alg=\"\"", "alg is not the algorithm of las.pub"},
    {"(" ALL ");created=\"1788165000\";keyid=\"las\"",
     "a parameter of the signature is of the wrong type"},
    {"(" ALL ");created=1788165000.0;keyid=\"las\"",
     "a parameter of the signature is of the wrong type"},
    {"(" ALL ");created=" NOW ";keyid=las", "a parameter of the signature is of the wrong type"},
    {"(" ALL ");created=" NOW ";expires;keyid=\"las\"",
     "a parameter of the signature is of the wrong type"},
    {"(" ALL ");created=" NOW ";keyid=\"las\";alg=ed25519",
     "a parameter of the signature is of the wrong type"},
};

START_TEST(what_a_signature_must_say)
{
    scene_t scene;

    make_scene(&scene);
    sign_as(&scene, inputs[_i].input);
    if (inputs[_i].detail) {
        refused_for(&scene, inputs[_i].detail);
    }
    else {
        ok(verify(&scene));
    }
}
END_TEST

static const struct {
    test_kind_t kind;
    const char *algorithm; /* of the trusted key */
    eckid_key_alg_t alg;   /* that signs */
    bool good;
} algorithms[] = {
    {P_256, NULL, ECKID_ES256, true},
    {P_384, NULL, ECKID_ES384, true},
    {ED_25519, NULL, ECKID_EDDSA, true},
    {RSA_2048, NULL, ECKID_PS512, true},
    {RSA_2048, "rsa-pss-sha512", ECKID_PS512, true},
    {RSA_2048, "rsa-v1_5-sha256", ECKID_RS256, true},
    {RSA_2048, NULL, ECKID_RS256, false},
    {RSA_2048, NULL, ECKID_PS256, false},
    {RSA_2048, "rsa-v1_5-sha256", ECKID_PS512, false},
    {P_384, NULL, ECKID_ES256, false},
    {P_256, NULL, ECKID_ES384, false},
    {P_256, "ed25519", ECKID_ES256, false},
};

START_TEST(every_algorithm_by_its_key_alone)
{
    scene_t scene;

    make_scene(&scene);
    apr_array_clear(scene.keys);
    trust(&scene, "las", algorithms[_i].kind, 0, algorithms[_i].algorithm);
    set(&scene, "Signature-Input", "a=" GOOD);
    set(&scene, "Signature",
        apr_pstrcat(pool, "a=", sign(&scene, GOOD, algorithms[_i].kind, 0, algorithms[_i].alg),
                    NULL));
    ck_assert_int_eq(!verify(&scene), algorithms[_i].good);
    scene.answer.status = 201;
    refused(verify(&scene), ECKID_LAS_SIGNATURE);
}
END_TEST

START_TEST(an_answer_without_signature_is_refused)
{
    scene_t scene;

    make_scene(&scene);
    refused_for(&scene, "no field Signature-Input");
    set(&scene, "Signature-Input", "a=" GOOD);
    refused_for(&scene, "no field Signature");
}
END_TEST

START_TEST(another_body_is_refused)
{
    scene_t scene;

    make_scene(&scene);
    sign_as(&scene, GOOD);
    scene.answer.body = str("{\"eckid\":2}");
    refused_for(&scene, "Content-Digest does not match the body (sha-256)");
    set(&scene, "Content-Digest", eckid_content_digest(scene.answer.body, pool));
    refused_for(&scene, "the signature cannot be verified with las.pub");
}
END_TEST

START_TEST(another_type_is_refused)
{
    scene_t scene;

    make_scene(&scene);
    sign_as(&scene, GOOD);
    set(&scene, "Content-Type", "text/html");
    refused_for(&scene, "the signature cannot be verified with las.pub");
    apr_table_unset(scene.answer.headers, "Content-Type");
    refused_for(&scene, "a covered component is missing");
}
END_TEST

START_TEST(an_answer_without_type_covers_none)
{
    scene_t scene;

    make_scene(&scene);
    apr_table_unset(scene.answer.headers, "Content-Type");
    sign_as(&scene, "(\"@status\" \"content-digest\" \"signature\";req;key=\"sig1\")"
                    ";created=" NOW ";keyid=\"las\"");
    ok(verify(&scene));
    set(&scene, "Content-Type", "application/json");
    refused_for(&scene, "content-type is not covered");
}
END_TEST

START_TEST(an_answer_to_another_request_is_refused)
{
    scene_t scene;
    eckid_moment_t later = *maker_moment();

    make_scene(&scene);
    sign_as(&scene, GOOD);
    later.http_nonce[0] ^= 1;
    ok(eckid_httpsig_sign(&scene.request, &eckid_httpsig_usual, test_pair(P_256, 1), "school",
                          &later, pool));
    refused_for(&scene, "the signature cannot be verified with las.pub");
}
END_TEST

START_TEST(another_key_is_refused)
{
    scene_t scene;

    make_scene(&scene);
    set(&scene, "Signature-Input", "a=" GOOD);
    set(&scene, "Signature",
        apr_pstrcat(pool, "a=", sign(&scene, GOOD, P_256, 2, ECKID_ES256), NULL));
    refused_for(&scene, "the signature cannot be verified with las.pub");
    trust(&scene, "next", P_256, 2, NULL); /* it is for keyid to say */
    refused_for(&scene, "the signature cannot be verified with las.pub");
    trust(&scene, "las", P_256, 2, NULL); /* a key takes over under the same name */
    ok(verify(&scene));
}
END_TEST

START_TEST(a_flipped_bit_is_refused)
{
    scene_t scene;

    make_scene(&scene);
    sign_as(&scene, GOOD);
    const char *field = apr_table_get(scene.answer.headers, "Signature");

    for (apr_size_t at = 3; at < 80; at++) {
        char *copy = apr_pstrdup(pool, field);

        copy[at] = copy[at] == 'A' ? 'B' : 'A';
        set(&scene, "Signature", copy);
        refused(verify(&scene), ECKID_LAS_SIGNATURE);
    }
}
END_TEST

/* Both fields as they come; SIG stands for a true signature of GOOD. */
static const struct {
    const char *input, *signature, *detail;
} fields[] = {
    {"a=" GOOD, "a=SIG", NULL},
    {"b=(\"date\";bs);keyid=\"cdn\", a=" GOOD, "b=:AQID:, a=SIG", NULL},
    {"a=" GOOD ", b=(\"x-absent\");keyid=\"las\"", "b=:AQID:, a=SIG", NULL},
    {"b=" GOOD ", a=" GOOD, "b=:AQID:, a=SIG", NULL},
    {"a=" GOOD ", a=" GOOD, "a=SIG", "Signature-Input cannot be read"},
    {"a=" GOOD, "a=SIG, a=:AQID:", "Signature cannot be read"},
    {"a=" GOOD, "b=SIG", "Signature and Signature-Input have different labels"},
    {"a=" GOOD, "a=SIG, b=:AQID:", "Signature and Signature-Input have different labels"},
    {"a=" GOOD ", b=()", "a=SIG", "Signature and Signature-Input have different labels"},
    {"", "a=SIG", "Signature-Input cannot be read"},
    {"a=" GOOD, "", "Signature cannot be read"},
    {"a=" GOOD ",", "a=SIG", "Signature-Input cannot be read"},
    {"a=\"text\"", "a=SIG", "a list of components is expected"},
    {"a", "a=SIG", "a list of components is expected"},
    {"a=" GOOD, "a=\"SIG\"", "Signature is not a byte sequence"},
    {"a=" GOOD, "a=token", "Signature is not a byte sequence"},
    {"a=" GOOD, "a=(SIG)", "Signature is not a byte sequence"},
    {"a=" GOOD, "a=::", "the signature cannot be verified with las.pub"},
    {"a=(\"@status\" " ALL ");created=" NOW ";keyid=\"las\"", "a=SIG", "a component occurs twice"},
    {"a=(" ALL " \"signature\";key=\"sig1\";req);created=" NOW ";keyid=\"las\"", "a=SIG",
     "a component occurs twice"},
    {"a=(" ALL " \"date\";unheard-of);created=" NOW ";keyid=\"las\"", "a=SIG",
     "a component has a parameter that is not allowed here"},
    {"a=(" ALL " \"@method\");created=" NOW ";keyid=\"las\"", "a=SIG",
     "a component that this kind of message does not have"},
    {"a=(" ALL " \"x-absent\");created=" NOW ";keyid=\"las\"", "a=SIG",
     "a covered component is missing"},
    {"a=(" ALL ");keyid=\"las\";created=" NOW, "a=SIG",
     "the signature cannot be verified with las.pub"},
    {"a=(" ALL ");created=" NOW ";created=" NOW ";keyid=\"las\"", "a=SIG",
     "Signature-Input cannot be read"},
    {"a=" GOOD ",b=(),c=(),d=(),e=(),f=(),g=(),h=(),i=()", "a=SIG", "too many signatures"},
};

static const char *filled(const char *text, const char *signature)
{
    const char *at = strstr(text, "SIG");

    return at ? apr_pstrcat(pool, apr_pstrmemdup(pool, text, (apr_size_t)(at - text)), signature,
                            at + 3, NULL)
              : text;
}

START_TEST(fields_as_they_come)
{
    scene_t scene;

    make_scene(&scene);
    set(&scene, "Signature",
        filled(fields[_i].signature, sign(&scene, GOOD, P_256, 0, ECKID_ES256)));
    set(&scene, "Signature-Input", fields[_i].input);
    if (fields[_i].detail) {
        refused_for(&scene, fields[_i].detail);
    }
    else {
        ok(verify(&scene));
    }
}
END_TEST

START_TEST(without_keys_nobody_is_believed)
{
    scene_t scene;

    make_scene(&scene);
    sign_as(&scene, GOOD);
    apr_array_clear(scene.keys);
    refused_for(&scene, "keyid does not name a known key");
}
END_TEST

UNIT_SUITE(httpsig_verify)
{
    Suite *suite = suite_create("httpsig_verify");
    TCase *tcase = unit_case(suite, "httpsig_verify");

    tcase_add_loop_test(tcase, what_a_signature_must_say, 0, COUNT(inputs));
    tcase_add_loop_test(tcase, every_algorithm_by_its_key_alone, 0, COUNT(algorithms));
    tcase_add_test(tcase, an_answer_without_signature_is_refused);
    tcase_add_test(tcase, another_body_is_refused);
    tcase_add_test(tcase, another_type_is_refused);
    tcase_add_test(tcase, an_answer_without_type_covers_none);
    tcase_add_test(tcase, an_answer_to_another_request_is_refused);
    tcase_add_test(tcase, another_key_is_refused);
    tcase_add_test(tcase, a_flipped_bit_is_refused);
    tcase_add_loop_test(tcase, fields_as_they_come, 0, COUNT(fields));
    tcase_add_test(tcase, without_keys_nobody_is_believed);
    return suite;
}
