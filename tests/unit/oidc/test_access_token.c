/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_access_token.h"
#include "support/web.h"

static eckid_access_token_t read_token(const char *text)
{
    eckid_access_token_t token;

    ok(eckid_access_token_read(&token, text, pool));
    return token;
}

static eckid_access_token_t read_claims(const char *claims)
{
    return read_token(token_of(claims, RSA_2048, 0, ECKID_RS256, ""));
}

static const struct {
    const char *claims, *client, *subject;
    bool has_proof_key;
    const char *supplier; /* or NULL */
} jwts[] = {
    {"{}", NULL, NULL, false, NULL},
    {"{\"azp\":\"books\",\"sub\":\"s1\"}", "books", "s1", false, "books"},
    {"{\"client_id\":\"canteen\",\"azp\":\"books\"}", "canteen", NULL, false, NULL},
    {"{\"azp\":\"canteen\",\"x\":1e400,\"y\":\"\\u0000\"}", "canteen", NULL, false, NULL},
    {"{\"client_id\":\"books\",\"cnf\":{\"jkt\":\"x\"}}", "books", NULL, true, "books"},
    {"{\"azp\":\"canteen\",\"aud\":\"books\",\"cnf\":{\"x5t#S256\":\"x\"}}", "canteen", NULL, false,
     NULL},
    {"{\"aud\":\"books\"}", NULL, NULL, false, "books"},
    {"{\"aud\":[\"x\",7,\"exercises\"],\"cnf\":7}", NULL, NULL, false, "exercises"},
    {"{\"azp\":7,\"aud\":{},\"sub\":null}", NULL, NULL, false, NULL},
};

START_TEST(a_jwt_says_whose_it_is)
{
    const web_scene_t *scene = web_scene();
    const eckid_access_token_t token = read_claims(jwts[_i].claims);
    const eckid_supplier_t *supplier = eckid_access_token_find_supplier(&token, scene->policy);

    ck_assert_ptr_nonnull(token.claims);
    ck_assert_pstr_eq(token.client, jwts[_i].client);
    ck_assert_pstr_eq(token.subject, jwts[_i].subject);
    ck_assert(token.has_proof_key == jwts[_i].has_proof_key);
    ck_assert_pstr_eq(supplier ? supplier->name : NULL, jwts[_i].supplier);
}
END_TEST

static const char *const opaque[] = {"",
                                     "abc",
                                     "a.b.c",
                                     "eyJ",
                                     "ey==",
                                     "x.eyJ.e30",
                                     "e30.e30.e30.e30.e30",
                                     "v1.eyJhenAiOiJib29rcyJ9.x"};

START_TEST(what_is_no_jwt_says_nothing)
{
    const web_scene_t *scene = web_scene();
    const eckid_access_token_t token = read_token(opaque[_i]);

    ck_assert(!token.claims && !token.client && !token.has_proof_key);
    ck_assert_ptr_null(eckid_access_token_find_supplier(&token, scene->policy));
    ck_assert_ptr_null(eckid_access_token_shows(&token, eckid_policy_supplier(pool), pool));
}
END_TEST

/* {"azp":"books"}, in other spellings than the one */
static const char *const unreadable[] = {
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJib29rcyJ9",
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJib29rcyJ9.AB",
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJib29rcyJ9.AA=",
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJib29rcyJ9.AA.",
    "eyJhbGciOiJub25lIn0.eyJhenAiOiJib29rcyJ9\n.AA",
    "ewogfQ.eyJhenAiOiJib29rcyJ.AA",
    "eyJhbGciOiJub25lIn0.W10.AA",
};

START_TEST(what_another_reader_may_read_is_refused)
{
    eckid_access_token_t token;

    refused(eckid_access_token_read(&token, unreadable[_i], pool), ECKID_TOKEN);
}
END_TEST

START_TEST(all_that_it_shows_of_a_person_is_named)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);
    const eckid_access_token_t token =
        read_claims("{\"iss\":\"x\",\"typ\":\"Bearer\",\"azp\":\"books\",\"scope\":\"openid\","
                    "\"sid\":\"s\",\"allowed-origins\":[],"
                    "\"name\":\"P\",\"uid\":\"p\",\"realm_access\":{\"roles\":[]},\"email\":\"p@"
                    "school.example\"}");

    ck_assert_str_eq(eckid_access_token_shows(&token, supplier, pool),
                     "name,uid,realm_access,email");
    APR_ARRAY_PUSH(supplier->release, const char *) = "uid";
    ck_assert_str_eq(eckid_access_token_shows(&token, supplier, pool), "name,realm_access,email");
    supplier->release_all = true;
    ck_assert_ptr_null(eckid_access_token_shows(&token, supplier, pool));
}
END_TEST

UNIT_SUITE(access_token)
{
    Suite *suite = suite_create("access_token");
    TCase *tcase = unit_case(suite, "token");

    tcase_add_loop_test(tcase, a_jwt_says_whose_it_is, 0, COUNT(jwts));
    tcase_add_loop_test(tcase, what_is_no_jwt_says_nothing, 0, COUNT(opaque));
    tcase_add_loop_test(tcase, what_another_reader_may_read_is_refused, 0, COUNT(unreadable));
    tcase_add_test(tcase, all_that_it_shows_of_a_person_is_named);
    return suite;
}
