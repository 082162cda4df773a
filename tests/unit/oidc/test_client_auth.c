/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_client_auth.h"

#define TYPE                                                                                       \
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"                                        \
    "client-assertion-type%3Ajwt-bearer"
#define BOOKS "client_assertion=e30.eyJpc3MiOiJib29rcyIsInN1YiI6ImJvb2tzIn0.AA"

static const struct {
    const char *authorization, *form;
    const char *client; /* or NULL */
} callers[] = {
    {"Basic Ym9va3M6c2VjcmV0", "", "books"},
    {"basic  Ym9va3M6c2VjcmV0", "grant_type=x", "books"},
    {"Basic dXJuJTNBYm9va3M6cw==", "", "urn:books"},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=books", "books"},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=other", NULL},
    {NULL, "client_id=urn%3Abooks&x=1", "urn:books"},
    {NULL, "client_id=", NULL},
    {"Bearer abc", "", NULL},
    {"Basic Ym9va3M=", "", NULL},
    {NULL, BOOKS TYPE, "books"},
    {NULL, "client_id=books&" BOOKS TYPE, "books"},
    {NULL, BOOKS TYPE "&client_id=other", NULL},
    {NULL, "", NULL},
    /* what cannot be read is not absent */
    {NULL, "client_id=a&client_id=b", NULL},
    {NULL, "client_id=a%00b", NULL},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=books&client_id=books", NULL},
    {"Basic Ym9va3M6c2VjcmV0!", "client_id=canteen", NULL},
    {"Basic\tYm9va3M6c2VjcmV0", "client_id=canteen", NULL},
    {"Basic Ym9va3M6 c2VjcmV0", "client_id=canteen", NULL},
    {"Basic Ym9va3M6c2VjcmV0, Basic YTpi", "client_id=canteen", NULL},
    {"Basic !!!", "client_id=canteen", NULL},
    {"Negotiate abc", "client_id=canteen", NULL},
    {"", "client_id=canteen", NULL},
    {NULL, "client_id=books&z=1;client_id=x", NULL},
    {NULL, "client_id=books;x", NULL},
    {NULL, "client_id=books&z=1;client_id=x&" BOOKS TYPE, NULL},
    {NULL, "client_id=canteen& client_id=books", NULL},
    {NULL, "client_id=canteen&x\x80", NULL},
    {NULL, "client_id=canteen&client_id%00=books", NULL},
    {NULL, "client_id=canteen&client_assertion=nonsense", NULL},
    {NULL, "client_id=canteen&client_assertion=nonsense" TYPE, NULL},
    {NULL, "client_id=canteen" TYPE, NULL},
    /* by names that some servers take for others */
    {NULL, "client_id=canteen&client.id=books", NULL},
    {NULL, "client_id=canteen&client%5Bid=books", NULL},
    {NULL, "client_id=canteen&+client_id=books", NULL},
    {NULL, "client_id=canteen&Client_Id=books", NULL},
    {NULL, "client_id=canteen&client_id%5B%5D=books", NULL},
    {NULL, "client_id=canteen&client_id%20=books", NULL},
    {NULL, "client_id=canteen&%2563lient_id=books", NULL},
    {NULL, "client_id=canteen&client_%C4%B1d=books", NULL},
    {NULL, "client_id=canteen&%u0063lient_id=books", NULL},
    {NULL, "client_id=canteen&client_id_hint=books&client=x&my_client_id=y", "canteen"},
    {NULL, "client%5Fid=books", NULL},
    /* nor does an assertion count without its type, or by another one, or by half a name */
    {NULL, BOOKS, NULL},
    {NULL, BOOKS "&client_assertion_type=x", NULL},
    {NULL, BOOKS TYPE TYPE, NULL},
    {NULL, "client_assertion=e30.eyJzdWIiOiJib29rcyJ9.AA" TYPE, NULL},
};

START_TEST(the_client_that_authenticates)
{
    const eckid_oauth_request_t call = {callers[_i].authorization, NULL, str(callers[_i].form),
                                        false};
    const char *client = eckid_client_auth_find(&call, pool);

    ck_assert_msg((!client && !callers[_i].client) ||
                      (client && callers[_i].client && strcmp(client, callers[_i].client) == 0),
                  "got %s", client);
}
END_TEST

START_TEST(a_client_is_not_named_by_the_url_or_another_body)
{
    static const char *const queries[] = {"client_id=books", "x=1&client_secret=s",
                                          "client_assertion=x", "a;client_assertion_type=x",
                                          "x=%00"};
    eckid_oauth_request_t call = {NULL, NULL, str("client_id=canteen"), false};

    call.query = "x=1";
    ck_assert_str_eq(eckid_client_auth_find(&call, pool), "canteen");
    for (int i = 0; i < COUNT(queries); i++) {
        call.query = queries[i];
        ck_assert_ptr_null(eckid_client_auth_find(&call, pool));
    }
    call = (eckid_oauth_request_t){"Basic Ym9va3M6c2VjcmV0", NULL, str(""), true};
    ck_assert_ptr_null(eckid_client_auth_find(&call, pool));
}
END_TEST

static const struct {
    const char *authorization, *query, *form;
    const char *token;
} presented[] = {
    {"Bearer abc", NULL, "", "abc"},
    {"bearer abc", "x=1", "", "abc"},
    {"DPoP abc", NULL, "", "abc"},
    {NULL, NULL, "access_token=a%2Bc", "a+c"},
    {NULL, "access_token=abc", "", "abc"},
    {"Bearer abc", "access_token=abc", "", NULL},
    {"Basic YTpi", NULL, "", NULL},
    {NULL, NULL, "", NULL},
    {"Bearer abc==", NULL, "", "abc=="},
    /* what cannot be read is not absent */
    {"Bearer abc,", NULL, "", NULL},
    {"Bearer\tabc", NULL, "access_token=abc", NULL},
    {"Bearer a b", NULL, "", NULL},
    {"Bearer =", NULL, "access_token=abc", NULL},
    {"Basic YTpi", NULL, "access_token=abc", NULL},
    {NULL, "access_token=abc", "access_token=T&access_token=T", NULL},
    {NULL, "access_token=abc", "access_token=T&z=;access_token=x", NULL},
    {NULL, "access_token=abc;x", "", NULL},
    {NULL, "access_token=abc&access_token=abc", "", NULL},
    {"Bearer abc", "x=%00", "", NULL},
    {"Bearer abc", NULL, "access_token=%00", NULL},
    {"Bearer abc", NULL, "access_token", NULL},
    {NULL, "Access_Token=x", "access_token=abc", NULL},
};

START_TEST(the_access_token_that_is_presented)
{
    const eckid_oauth_request_t call = {presented[_i].authorization, presented[_i].query,
                                        str(presented[_i].form), false};
    const char *token = eckid_client_auth_access_token(&call, pool);

    ck_assert(presented[_i].token ? token && strcmp(token, presented[_i].token) == 0 : !token);
}
END_TEST

START_TEST(a_body_that_is_no_form_may_hold_anything)
{
    eckid_oauth_request_t call = {"Bearer abc", NULL, str(""), true};
    const char *value;

    ck_assert_ptr_null(eckid_client_auth_access_token(&call, pool));
    ck_assert(!eckid_client_auth_parameter(&value, &call, "refresh_token", pool));
}
END_TEST

static const struct {
    const char *query, *form;
    bool told;
    const char *value; /* or NULL */
} asked[] = {
    {NULL, "", true, NULL},
    {"x=1", "a=1&b=2", true, NULL},
    {NULL, "refresh_token=a%2Bc&x", true, "a+c"},
    {NULL, "refresh_token=a&refresh_token=a", false, NULL},
    {NULL, "z=1;refresh_token=x&refresh_token=a", false, NULL},
    {"refresh_token=a", "", false, NULL},
    {NULL, "refresh.token=a", false, NULL},
    {NULL, "Refresh_Token=a", false, NULL},
    {"refresh_token=a", "refresh_token=a", false, NULL},
};

START_TEST(a_parameter_of_the_form)
{
    const eckid_oauth_request_t call = {NULL, asked[_i].query, str(asked[_i].form), false};
    const char *value;

    ck_assert(eckid_client_auth_parameter(&value, &call, "refresh_token", pool) == asked[_i].told);
    if (asked[_i].told) {
        ck_assert_pstr_eq(value, asked[_i].value);
    }
}
END_TEST

START_TEST(the_client_that_is_asked_for)
{
    const eckid_oauth_request_t once = {.query = "x&client_id=books", .form = {"", 0}};
    const eckid_oauth_request_t twice = {.query = "client_id=a&client_id=a", .form = {"", 0}};

    ck_assert_str_eq(eckid_client_auth_requested(&once, pool), "books");
    ck_assert_ptr_null(eckid_client_auth_requested(&twice, pool));
}
END_TEST

UNIT_SUITE(client_auth)
{
    Suite *suite = suite_create("client_auth");
    TCase *tcase = unit_case(suite, "caller");

    tcase_add_loop_test(tcase, the_client_that_authenticates, 0, COUNT(callers));
    tcase_add_loop_test(tcase, the_access_token_that_is_presented, 0, COUNT(presented));
    tcase_add_test(tcase, a_client_is_not_named_by_the_url_or_another_body);
    tcase_add_test(tcase, a_body_that_is_no_form_may_hold_anything);
    tcase_add_loop_test(tcase, a_parameter_of_the_form, 0, COUNT(asked));
    tcase_add_test(tcase, the_client_that_is_asked_for);
    return suite;
}
