/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_beside.h"
#include "support/maker.h"
#include "support/web.h"

static eckid_oidc_login_t login_at(const web_scene_t *scene, const char *client)
{
    eckid_oidc_login_t login = {.setup = &scene->gateway.oidc, .pool = pool};

    eckid_oidc_login_set_client(&login, client);
    return login;
}

/* Whether it stays for a supplier that gets uid, and for one that gets all. */
static const struct {
    const char *name;
    bool tokens, response, all;
} names[] = {
    {"access_token", true, true, true},
    {"state", true, true, true},
    {"error_description", true, true, true},
    {"uid", true, true, true},
    {"code", false, true, true},
    {"iss", false, true, true},
    {"response", false, false, true},
    {"user", false, false, true},
    {"profile_info", false, false, true},
    {"authorization_details", false, false, true},
    {"number", false, false, true},
    {"Uid", false, false, true},
    {"", false, false, true},
    {"eckId", false, false, false},
    {"_claim_sources", false, false, false},
    {"accessToken", false, false, false},
    {"Refresh-Token", false, false, false},
};

START_TEST(what_comes_before_tokens_stays)
{
    static const char *const before[] = {"device_code", "user_code", "verification_uri",
                                         "auth_req_id", "request_uri"};
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t books = login_at(scene, "books");

    for (int i = 0; i < COUNT(before); i++) {
        ck_assert(eckid_beside_is_for_tokens(&books, before[i], json_null()));
    }
}
END_TEST

/* A value that is released, and whether a token stands in it: Globus, Slack, and others. */
static const struct {
    const char *value;
    bool holds;
} values[] = {
    {"[{\"access_token\":\"a\",\"resource_server\":\"x\"}]", true},
    {"{\"id\":\"u\",\"refresh_token\":\"a\"}", true},
    {"{\"a\":[{\"b\":{\"accessToken\":\"a\"}}]}", true},
    {"\"{\\\"access_token\\\":\\\"0123456789abcdefghijklmn\\\"}\"", true},
    {"\"my access_token\"", false},
    {"{\"token_type\":\"Bearer\",\"tokens\":7}", false},
    {"[\"0123456789abcdefghijklmn\"]", false},
};

START_TEST(no_token_stands_within_what_is_released)
{
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t all = login_at(scene, "exercises");
    json_t *value = json_loads(values[_i].value, JSON_DECODE_ANY, NULL);

    ((eckid_supplier_t *)all.decision.supplier)->release_all = true;
    ck_assert_ptr_nonnull(value);
    ck_assert(eckid_beside_is_for_tokens(&all, "x", value) == !values[_i].holds);
    json_decref(value);
}
END_TEST

START_TEST(what_stays_by_its_name)
{
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t books = login_at(scene, "books"), all = login_at(scene, "exercises");

    ((eckid_supplier_t *)all.decision.supplier)->release_all = true;
    eckid_beside_t in_response = eckid_beside_make(&books, NULL, false);
    eckid_beside_t in_any = eckid_beside_make(&all, NULL, false);

    ck_assert(eckid_beside_is_for_tokens(&books, names[_i].name, json_null()) == names[_i].tokens);
    ck_assert(eckid_beside_stays(&in_response, names[_i].name, "x") == names[_i].response);
    ck_assert(eckid_beside_stays(&in_any, names[_i].name, "x") == names[_i].all);
    ck_assert(eckid_beside_is_for_tokens(&all, names[_i].name, json_null()) == names[_i].all);
}
END_TEST

START_TEST(what_opens_more_comes_from_the_token_endpoint_alone)
{
    static const char *const openers[] = {"refresh_token", "device_secret"};
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t all = login_at(scene, "exercises");
    eckid_beside_t beside = eckid_beside_make(&all, NULL, true);

    ((eckid_supplier_t *)all.decision.supplier)->release_all = true;
    for (int i = 0; i < COUNT(openers); i++) {
        ck_assert(eckid_beside_is_for_tokens(&all, openers[i], json_null()));
        ck_assert(!eckid_beside_stays(&beside, openers[i], "x"));
    }
}
END_TEST

START_TEST(to_nobody_nothing_is_released)
{
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t login = login_at(scene, "canteen");
    eckid_beside_t beside = eckid_beside_make(&login, NULL, false);

    ck_assert(eckid_beside_stays(&beside, "code", "x"));
    ck_assert(!eckid_beside_stays(&beside, "uid", "x"));
    ck_assert(!eckid_beside_stays(&beside, NULL, "x"));
}
END_TEST

static const struct {
    const char *name, *value;
    bool stays;
} looks[] = {
    {"tenant", "5", true},
    {"title", "Special:Login", true},
    {"eyJ", "eyJ", true},
    {"named", "x", true},
    {"x", "", true},
    {"x", "a{", true},
    {"x", "{}", false},
    {"x", " [1", false},
    {"name", "x", false},
    {"NAME", "", false},
    {"user[name]", "x", false},
    {"user.name", "x", false},
    {"role", "student", false},
    {"number", "7", false},
    {"Number", "7", false},
    {"eckId", "x", false},
    {"refresh_token", "x", false},
    {"website", "x", false},
    {"zoneinfo", "x", false},
    {"locale", "nl", false},
    {"updated_at", "1", false},
    {"x", NULL, false},
};

START_TEST(what_may_be_of_the_redirect_uri_stays_by_its_looks)
{
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t login = login_at(scene, "books");
    eckid_beside_t beside = eckid_beside_make(&login, NULL, true);

    ck_assert(eckid_beside_stays(&beside, looks[_i].name, looks[_i].value) == looks[_i].stays);
}
END_TEST

START_TEST(what_is_of_the_redirect_uri_stays)
{
    static const struct {
        const char *name, *value;
        bool stays;
    } pairs[] = {{"user", "a b", true}, {"user", "a", false}, {"email", "", true},
                 {"email", "x", false}, {"b", "", true},      {"a", "=b", true},
                 {"a=", "b", false},    {"x", "y", false}};
    const web_scene_t *scene = web_scene();
    const eckid_oidc_login_t login = login_at(scene, "books");
    eckid_beside_t beside = eckid_beside_make(
        &login,
        eckid_beside_pairs(eckid_params_parse(str("user=a+b&%65mail=&b&a==b&x=%00"), pool), pool),
        false);

    for (int i = 0; i < COUNT(pairs); i++) {
        ck_assert(eckid_beside_stays(&beside, pairs[i].name, pairs[i].value) == pairs[i].stays);
    }
}
END_TEST

UNIT_SUITE(beside)
{
    Suite *suite = suite_create("beside");
    TCase *tcase = unit_case(suite, "beside");

    tcase_add_loop_test(tcase, what_stays_by_its_name, 0, COUNT(names));
    tcase_add_test(tcase, what_comes_before_tokens_stays);
    tcase_add_loop_test(tcase, no_token_stands_within_what_is_released, 0, COUNT(values));
    tcase_add_test(tcase, what_opens_more_comes_from_the_token_endpoint_alone);
    tcase_add_test(tcase, to_nobody_nothing_is_released);
    tcase_add_loop_test(tcase, what_may_be_of_the_redirect_uri_stays_by_its_looks, 0, COUNT(looks));
    tcase_add_test(tcase, what_is_of_the_redirect_uri_stays);
    return suite;
}
