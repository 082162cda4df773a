/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_unseal.h"
#include "support/maker.h"
#include "support/web.h"

/* "$a" and "$r" stand for a sealed access and refresh token of books. */
static const char *filled(const web_scene_t *scene, const char *text)
{
    const eckid_token_owner_t owner = {.client = "books", .subject = "s1", .scope = ""};
    static const char *const marks[] = {[ECKID_ACCESS_TOKEN] = "$a", [ECKID_REFRESH_TOKEN] = "$r"};

    for (int kind = 0; text && kind < COUNT(marks); kind++) {
        const char *sealed;

        ok(eckid_sealed_token_make(&sealed, &scene->gateway.oidc.seal, (eckid_token_kind_t)kind,
                                   kind == ECKID_ACCESS_TOKEN ? "acc+ess" : "ref/resh", &owner,
                                   maker_moment(), pool));
        while (strstr(text, marks[kind])) {
            text = replaced(text, marks[kind], sealed);
        }
    }
    return text;
}

static eckid_err_t *unseal(const web_scene_t *scene, eckid_endpoint_t endpoint,
                           eckid_oauth_request_t *call, eckid_refusal_reader_t *reader)
{
    const eckid_supplier_t *supplier = NULL;

    return eckid_unseal(call, reader, &supplier, &scene->gateway.oidc, endpoint, MAKER_NOW, pool);
}

#define TOKEN ECKID_ENDPOINT_TOKEN
#define USERINFO ECKID_ENDPOINT_USERINFO
#define INTROSPECTION ECKID_ENDPOINT_INTROSPECTION
#define REVOCATION ECKID_ENDPOINT_REVOCATION
#define END_SESSION ECKID_ENDPOINT_END_SESSION
#define OTHER ECKID_ENDPOINT_OTHER
#define BASIC WEB_BASIC_BOOKS

/* What goes on to the provider; NULL where it is what came. */
static const struct {
    eckid_endpoint_t endpoint;
    const char *authorization, *query, *form;
    const char *authorization_on, *query_on, *form_on;
    bool owner;
} rows[] = {
    {USERINFO, "Bearer $a", NULL, "", "Bearer acc+ess", NULL, NULL, true},
    {USERINFO, "bearer  $a", "x=1", "", "bearer  acc+ess", NULL, NULL, true},
    {USERINFO, "DPoP $a", NULL, "", "DPoP acc+ess", NULL, NULL, true},
    {USERINFO, NULL, "x=%41&access_token=$a&y", "", NULL, "x=%41&access_token=acc%2Bess&y", NULL,
     true},
    {USERINFO, NULL, NULL, "access_token=$a", NULL, NULL, "access_token=acc%2Bess", true},
    {USERINFO, NULL, NULL, "%61ccess_token=$a", NULL, NULL, "access_token=acc%2Bess", true},
    {TOKEN, BASIC, NULL, "a=b+c&refresh_token=$r&z=%7e", NULL, NULL,
     "a=b+c&refresh_token=ref%2Fresh&z=%7e", true},
    {TOKEN, NULL, NULL, "refresh_token=$r&client_id=books", NULL, NULL,
     "refresh_token=ref%2Fresh&client_id=books", true},
    {TOKEN, BASIC, NULL, "subject_token=$a&actor_token=$r", NULL, NULL,
     "subject_token=acc%2Bess&actor_token=ref%2Fresh", true},
    {TOKEN, BASIC, NULL, "actor_token=$a", NULL, NULL, "actor_token=acc%2Bess", false},
    {INTROSPECTION, BASIC, NULL, "token=$a&token_type_hint=x", NULL, NULL,
     "token=acc%2Bess&token_type_hint=x", false},
    {INTROSPECTION, BASIC, "token=$r", "", NULL, "token=ref%2Fresh", NULL, false},
    {REVOCATION, BASIC, NULL, "token=$r", NULL, NULL, "token=ref%2Fresh", false},
    {END_SESSION, NULL, NULL, "client_id=books&refresh_token=$r", NULL, NULL,
     "client_id=books&refresh_token=ref%2Fresh", true},
    /* what is not sealed, and what stands elsewhere, stays */
    {USERINFO, "Bearer abc", "access_token=abc", "a=$a", NULL, NULL, NULL, false},
    {TOKEN, "Bearer $a", NULL, "code=$a&refresh.token=$r", NULL, NULL, NULL, false},
    {TOKEN, BASIC, NULL, "refresh_token=abc&client_id=other", NULL, NULL, NULL, false},
    {OTHER, "Bearer $a", "access_token=$a", "token=$a", NULL, NULL, NULL, false},
    {ECKID_ENDPOINT_UNKNOWN, "Bearer $a", "access_token=$a", "token=$a", NULL, NULL, NULL, false},
};

static void check(const char *got, const char *came, const char *wanted)
{
    if (wanted) {
        ck_assert_str_eq(got, wanted);
    }
    else {
        ck_assert_ptr_eq(got, came);
    }
}

START_TEST(the_provider_gets_its_own_token)
{
    const web_scene_t *scene = web_scene();
    const eckid_oauth_request_t before = {.authorization = filled(scene, rows[_i].authorization),
                                          .query = filled(scene, rows[_i].query),
                                          .form = str(filled(scene, rows[_i].form))};
    eckid_oauth_request_t call = before;
    eckid_refusal_reader_t reader;

    ok(unseal(scene, rows[_i].endpoint, &call, &reader));
    check(call.authorization, before.authorization, rows[_i].authorization_on);
    check(call.query, before.query, rows[_i].query_on);
    check(call.form.data, before.form.data, rows[_i].form_on);
    ck_assert((call.owner != NULL) == rows[_i].owner);
}
END_TEST

static const struct {
    eckid_endpoint_t endpoint;
    const char *authorization, *query, *form;
    eckid_refusal_reader_t reader;
    const char *check;
} bad[] = {
    {USERINFO, "Bearer $a,", NULL, "", ECKID_AT_USERINFO, "Authorization: "},
    {USERINFO, "Bearer $ax", NULL, "", ECKID_AT_USERINFO, "Authorization: "},
    {USERINFO, "Bearer eckid_at_", NULL, "", ECKID_AT_USERINFO, "changed"},
    {USERINFO, "Bearer $r", NULL, "", ECKID_AT_USERINFO, "another kind"},
    {USERINFO, NULL, "access_token=$a&access_token=$a", "", ECKID_AT_USERINFO, "twice"},
    {USERINFO, NULL, NULL, "access_token=ECKID_AT_x", ECKID_AT_USERINFO, "access_token: "},
    {TOKEN, BASIC, NULL, "refresh_token=$a", ECKID_AT_TOKEN, "another kind"},
    {TOKEN, BASIC, NULL, "refresh_token=$r&refresh_token=x", ECKID_AT_TOKEN, "twice"},
    {TOKEN, WEB_BASIC_CANTEEN, NULL, "refresh_token=$r", ECKID_AT_TOKEN, "not of the client"},
    {TOKEN, WEB_BASIC_EXERCISES, NULL, "refresh_token=$r", ECKID_AT_TOKEN, "not of the client"},
    {TOKEN, NULL, NULL, "refresh_token=$r", ECKID_AT_TOKEN, "not of the client"},
    {TOKEN, BASIC, NULL, "client_id=canteen&refresh_token=$r", ECKID_AT_TOKEN, "not of the client"},
    {TOKEN, WEB_BASIC_CANTEEN, NULL, "subject_token=$a", ECKID_AT_REQUEST, "not of the client"},
    {TOKEN, BASIC, NULL, "actor_token=eckid_x", ECKID_AT_REQUEST, "actor_token: "},
    {INTROSPECTION, WEB_BASIC_CANTEEN, NULL, "token=$a", ECKID_AT_INTROSPECTION,
     "not of the client"},
    {REVOCATION, WEB_BASIC_CANTEEN, NULL, "token=$r", ECKID_AT_REQUEST, "not of the client"},
    {END_SESSION, NULL, NULL, "client_id=x&refresh_token=$r", ECKID_AT_REQUEST,
     "not of the client"},
    {TOKEN, BASIC, NULL, "refresh_token=$r&subject_token=$a", ECKID_AT_REQUEST, "another token"},
    {USERINFO, "Bearer $a", "access_token=$a", "", ECKID_AT_USERINFO, "another token"},
};

START_TEST(what_is_not_accepted_names_its_place_and_check)
{
    const web_scene_t *scene = web_scene();
    eckid_oauth_request_t call = {.authorization = filled(scene, bad[_i].authorization),
                                  .query = filled(scene, bad[_i].query),
                                  .form = str(filled(scene, bad[_i].form))};
    eckid_refusal_reader_t reader;
    const eckid_err_t *err = unseal(scene, bad[_i].endpoint, &call, &reader);

    refused(err, ECKID_TOKEN_SEAL);
    ck_assert_int_eq(reader, bad[_i].reader);
    ck_assert_ptr_nonnull(strstr(err->detail, bad[_i].check));
    ck_assert_ptr_null(strstr(err->detail, "eckid_"));
    ck_assert_ptr_null(call.owner);
}
END_TEST

/* The query on its way to the provider, which gets ours as a hint. */
static const char *hinted(const web_scene_t *scene, eckid_endpoint_t endpoint, const char *before,
                          const char *hint, const char *after)
{
    const char *text = apr_pstrcat(pool, before, "id_token_hint=", hint, after, NULL);
    eckid_oauth_request_t by_query = {.query = text, .form = {"", 0}};
    eckid_oauth_request_t by_form = {.form = str(text)};
    eckid_refusal_reader_t reader;

    ok(unseal(scene, endpoint, &by_query, &reader));
    ok(unseal(scene, endpoint, &by_form, &reader));
    ck_assert_str_eq(by_query.query, by_form.form.data);
    return by_query.query;
}

/* The hint of a request that its answer may repeat. */
static const char *repeated(const web_scene_t *scene, const char *hint)
{
    eckid_oauth_request_t call = {.query = apr_pstrcat(pool, "id_token_hint=", hint, NULL)};
    eckid_refusal_reader_t reader;

    ok(unseal(scene, END_SESSION, &call, &reader));
    return call.hint.given;
}

static const eckid_endpoint_t hint_endpoints[] = {END_SESSION, ECKID_ENDPOINT_AUTHORIZATION,
                                                  ECKID_ENDPOINT_REQUEST};

START_TEST(the_provider_gets_its_own_id_token_as_a_hint)
{
    const web_scene_t *scene = web_scene();
    const char *own = web_id_token("books", "");
    const eckid_decision_t decision = web_grant(scene, BASIC, "", web_grant_of(own));
    const char *ours = web_member(&decision, "id_token");
    const eckid_endpoint_t endpoint = hint_endpoints[_i];

    ck_assert_str_ne(ours, own);
    ck_assert_str_eq(hinted(scene, endpoint, "a=%41&", ours, "&x"),
                     apr_pstrcat(pool, "a=%41&id_token_hint=", own, "&x", NULL));
    const char *other = apr_pstrcat(pool, "id_token_hint=", ours, NULL);

    ck_assert_str_eq(hinted(scene, OTHER, "", ours, ""), other);
    ck_assert_str_eq(hinted(scene, TOKEN, "", ours, ""), other);
}
END_TEST

START_TEST(a_hint_that_is_not_known_any_more_names_its_client)
{
    const web_scene_t *scene = web_scene();
    const eckid_decision_t decision =
        web_grant(scene, BASIC, "", web_grant_of(web_id_token("books", "")));
    const char *ours = web_member(&decision, "id_token");
    const web_scene_t *other = web_scene(); /* with an empty store */
    const eckid_endpoint_t endpoint = hint_endpoints[_i];

    ck_assert_str_eq(hinted(other, endpoint, "state=x&", ours, ""), "state=x&client_id=books");
    ck_assert_str_eq(hinted(other, endpoint, "client_id=b&", ours, "&x"), "client_id=b&x");
}
END_TEST

START_TEST(the_hints_of_others_stay)
{
    const web_scene_t *scene = web_scene();
    const char *const hints[] = {web_id_token("canteen", ""), web_id_token("books", ""), "x", "",
                                 "e30.e30.e30"};

    for (int i = 0; i < COUNT(hints); i++) {
        ck_assert_str_eq(hinted(scene, hint_endpoints[_i], "", hints[i], ""),
                         apr_pstrcat(pool, "id_token_hint=", hints[i], NULL));
    }
}
END_TEST

START_TEST(the_provider_gets_its_own_id_token_for_exchange)
{
    const web_scene_t *scene = web_scene();
    const char *own = web_id_token("books", "");
    const eckid_decision_t decision = web_grant(scene, BASIC, "", web_grant_of(own));
    const char *const shown[] = {web_member(&decision, "id_token"), own, "x"};
    const char *const got[] = {own, own, "x"};
    eckid_refusal_reader_t reader;

    for (int i = 0; i < COUNT(shown); i++) {
        eckid_oauth_request_t call = {
            .authorization = BASIC,
            .form = str(apr_pstrcat(pool, "a=b&subject_token=", shown[i], NULL))};

        ok(unseal(scene, TOKEN, &call, &reader));
        ck_assert_str_eq(call.form.data, apr_pstrcat(pool, "a=b&subject_token=", got[i], NULL));
    }
}
END_TEST

/* In an answer, nothing is looked for where the hint stands. */
START_TEST(only_a_whole_token_counts_as_a_hint_that_may_be_repeated)
{
    static const char *const others[] = {"x", ".", "eyJ", "e30.e30", "e30.e30.%20"};
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("canteen", "");

    ck_assert_str_eq(repeated(scene, token), token);
    for (int i = 0; i < COUNT(others); i++) {
        ck_assert_ptr_null(repeated(scene, others[i]));
    }
}
END_TEST

UNIT_SUITE(unseal)
{
    Suite *suite = suite_create("unseal");
    TCase *tcase = unit_case(suite, "request");

    tcase_add_loop_test(tcase, the_provider_gets_its_own_token, 0, COUNT(rows));
    tcase_add_loop_test(tcase, what_is_not_accepted_names_its_place_and_check, 0, COUNT(bad));
    tcase_add_loop_test(tcase, the_provider_gets_its_own_id_token_as_a_hint, 0,
                        COUNT(hint_endpoints));
    tcase_add_loop_test(tcase, a_hint_that_is_not_known_any_more_names_its_client, 0,
                        COUNT(hint_endpoints));
    tcase_add_loop_test(tcase, the_hints_of_others_stay, 0, COUNT(hint_endpoints));
    tcase_add_test(tcase, the_provider_gets_its_own_id_token_for_exchange);
    tcase_add_test(tcase, only_a_whole_token_counts_as_a_hint_that_may_be_repeated);
    return suite;
}
