/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_caller.h"

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
    {NULL, "client_id=a&client_id=b", NULL},
    {NULL, "client_id=", NULL},
    {NULL, "client_id=a%00b", NULL},
    {"Bearer abc", "", NULL},
    {"Basic !!!", "", NULL},
    {"Basic Ym9va3M=", "", NULL},
    {NULL, "client_assertion=e30.eyJzdWIiOiJib29rcyJ9.AA", "books"},
    {NULL, "client_assertion=e30.eyJzdWIiOiJib29rcyJ9.AA&client_id=other", NULL},
    {NULL, "client_assertion=nonsense", NULL},
    {NULL, "", NULL},
};

START_TEST(the_client_that_authenticates)
{
    const eckid_call_t call = {callers[_i].authorization, NULL, str(callers[_i].form)};
    const char *client = eckid_caller_client(&call, pool);

    ck_assert_msg((!client && !callers[_i].client) ||
                      (client && callers[_i].client && strcmp(client, callers[_i].client) == 0),
                  "got %s", client);
}
END_TEST

static const struct {
    const char *authorization, *query, *form;
    const char *token;
} presented[] = {
    {"Bearer abc", NULL, "", "abc"},     {"bearer abc", "x=1", "", "abc"},
    {"DPoP abc", NULL, "", "abc"},       {NULL, NULL, "access_token=a%2Bc", "a+c"},
    {NULL, "access_token=abc", "", "abc"}, {"Bearer abc", "access_token=abc", "", NULL},
    {"Basic YTpi", NULL, "", NULL},      {NULL, NULL, "", NULL},
};

START_TEST(the_access_token_that_is_presented)
{
    const eckid_call_t call = {presented[_i].authorization, presented[_i].query,
                               str(presented[_i].form)};
    const char *token = eckid_caller_token(&call, pool);

    ck_assert(presented[_i].token ? token && strcmp(token, presented[_i].token) == 0 : !token);
}
END_TEST

Suite *suite_caller(void)
{
    Suite *suite = suite_create("caller");
    TCase *tcase = unit_case(suite, "caller");

    tcase_add_loop_test(tcase, the_client_that_authenticates, 0, COUNT(callers));
    tcase_add_loop_test(tcase, the_access_token_that_is_presented, 0, COUNT(presented));
    return suite;
}
