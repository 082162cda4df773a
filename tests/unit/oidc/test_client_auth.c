/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_client_auth.h"

#define TYPE                                                                                       \
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"                                        \
    "client-assertion-type%3Ajwt-bearer"
#define BOOKS "client_assertion=e30.eyJpc3MiOiJib29rcyIsInN1YiI6ImJvb2tzIn0.AA"

/* What is said: names, after "|" other readings of them, "!" that there may be more, "+" that it
 * may be another one by what stands there. */
static const char *said(const eckid_oauth_request_t *call)
{
    const eckid_client_names_t found = eckid_client_auth_names(call, pool);

    return apr_pstrcat(pool, apr_array_pstrcat(pool, found.names, ' '), "|",
                       apr_array_pstrcat(pool, found.readings, ' '), found.complete ? "" : "!",
                       found.may_be_other ? "+" : "", NULL);
}

static const struct {
    const char *authorization, *form, *said;
} callers[] = {
    {"Basic Ym9va3M6c2VjcmV0", "", "books|"},
    {"basic  Ym9va3M6c2VjcmV0", "grant_type=x", "books|"},
    {"Basic dXJuJTNBYm9va3M6cw==", "", "urn:books|urn%3Abooks"},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=books", "books books|"},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=other", "books other|"},
    {NULL, "client_id=urn%3Abooks&x=1", "urn:books|"},
    {NULL, "client_id=", "|"},
    {"Bearer abc", "", "|+"},
    {"DPoP abc", "client_id=books", "books|+"},
    {"Bearer abc def", "client_id=books", "books|!"},
    {"Basic Ym9va3M=", "", "|!"},
    /* without padding */
    {"Basic Ym9va3M6cw", "", "books|"},
    {"Basic Ym9va3M6cw=", "", "books|"},
    {"Basic Ym9va3M6c", "", "|!"},
    /* by base64url, as far as it says the same */
    {"Basic Ym9va3M6Pj4-Pz8_", "", "books|"},
    {"Basic Pz8_Ym9va3M6cw==", "", "|!"},
    {"Basic Y2FudGVlbjo_Pz8=", "", "canteen|"},
    {"Basic Ym9va3M6-_", "", "|!"},
    {"Basic Ym9va3-zOnM=", "", "|!"},
    {NULL, BOOKS TYPE, "books|"},
    {NULL, "client_id=books&" BOOKS TYPE, "books books|"},
    {NULL, BOOKS TYPE "&client_id=other", "other books|"},
    {NULL, "", "|"},
    /* what cannot be read is not absent */
    {NULL, "client_id=a&client_id=b", "a b|"},
    {NULL, "client_id=a%00b", "|!"},
    {"Basic Ym9va3M6c2VjcmV0", "client_id=books&client_id=books", "books books books|"},
    {"Basic Ym9va3M6c2VjcmV0!", "client_id=canteen", "canteen|!"},
    {"Basic\tYm9va3M6c2VjcmV0", "client_id=canteen", "canteen|!"},
    {"Basic Ym9va3M6 c2VjcmV0", "client_id=canteen", "canteen|!"},
    {"Basic Ym9va3M6c2VjcmV0, Basic YTpi", "client_id=canteen", "canteen|!"},
    {"Basic !!!", "client_id=canteen", "canteen|!"},
    {"Negotiate abc", "client_id=canteen", "canteen|!"},
    {"", "client_id=canteen", "canteen|!"},
    {NULL, "client_id=books&z=1;client_id=x", "books|x"},
    {NULL, "client_id=books;x", "books;x|books"},
    {NULL, "client_id=books&z=1;client_id=x&" BOOKS TYPE, "books books|x"},
    {NULL, "client_id=canteen& client_id=books", "canteen|books"},
    {NULL, "client_id=canteen&x\x80", "canteen|"},
    {NULL, "client_id=canteen&client_id%00=books", "canteen|books"},
    {NULL, "client_id=canteen&client_assertion=nonsense", "canteen|!"},
    {NULL, "client_id=canteen&client_assertion=nonsense" TYPE, "canteen|!"},
    {NULL, "client_id=canteen" TYPE, "canteen|"},
    /* what has no value is as good as absent */
    {"Basic Ym9va3M6c2VjcmV0", "client_id=&client_assertion=&client_assertion_type=", "books|"},
    {NULL, "client_id=canteen&client_assertion", "canteen|"},
    {NULL, "client_id=canteen&client_assertion=&" BOOKS TYPE, "canteen books|"},
    /* {"iss":null,"sub":"canteen"}, {"sub":7} */
    {NULL, "client_assertion=e30.eyJpc3MiOm51bGwsInN1YiI6ImNhbnRlZW4ifQ.AA" TYPE, "canteen|+"},
    {NULL, "client_id=canteen&client_assertion=e30.eyJzdWIiOjd9.AA" TYPE, "canteen|!+"},
    /* one by somebody else: {"iss":"k8s","sub":"pod:books"}, {"sub":"spiffe://x"},
     * {"iss":"books","sub":"x"}, {"iss":"books"} */
    {NULL, "client_assertion=e30.eyJpc3MiOiJrOHMiLCJzdWIiOiJwb2Q6Ym9va3MifQ.AA" TYPE,
     "|k8s pod:books+"},
    {NULL, "client_id=books&client_assertion=e30.eyJpc3MiOiJrOHMiLCJzdWIiOiJwb2Q6Ym9va3MifQ.AA",
     "books|k8s pod:books+"},
    {NULL, "client_assertion=e30.eyJzdWIiOiJzcGlmZmU6Ly94In0.AA", "spiffe://x|+"},
    {NULL, "client_id=books&client_assertion=e30.eyJzdWIiOiJzcGlmZmU6Ly94In0.AA",
     "books|spiffe://x+"},
    {NULL, "client_id=canteen&client_assertion=e30.eyJpc3MiOiJib29rcyIsInN1YiI6IngifQ.AA",
     "canteen|books x+"},
    {NULL, "client_assertion=e30.eyJpc3MiOiJib29rcyJ9.AA", "books|+"},
    /* as JSON and multipart bodies become where a value cannot be read */
    {NULL, "client_id=canteen&client_id=%00", "canteen|!"},
    {NULL, "client_id=canteen&client_assertion=%00", "canteen|!"},
    /* by names that some servers take for others */
    {NULL, "client_id=canteen&client.id=books", "canteen|books"},
    {NULL, "client_id=canteen&client%5Bid=books", "canteen|books"},
    {NULL, "client_id=canteen&+client_id=books", "canteen|books"},
    {NULL, "client_id=canteen&Client_Id=books", "canteen|books"},
    {NULL, "client_id=canteen&client_id%5B%5D=books", "canteen|books"},
    {NULL, "client_id=canteen&client_id%20=books", "canteen|books"},
    {NULL, "client_id=canteen&%2563lient_id=books", "canteen|books!"},
    {NULL, "client_id=canteen&client_%C4%B1d=books", "canteen|books!"},
    {NULL, "client_id=canteen&%u0063lient_id=books", "canteen|books!"},
    {NULL, "client_id=canteen&client_id_hint=books&client=x&my_client_id=y", "canteen|"},
    {NULL, "client%5Fid=books", "|books"},
    /* nor does an assertion count without its type, or by another one, or by half a name */
    {NULL, BOOKS, "books|"},
    {NULL, BOOKS "&client_assertion_type=x", "books|"},
    {NULL, BOOKS TYPE TYPE, "books|"},
    {NULL, "client_assertion=e30.eyJzdWIiOiJib29rcyJ9.AA" TYPE, "books|+"},
    /* {"sub":"canteen","x":1e400,"y":"\\u0000"} */
    {NULL, "client_assertion=e30.eyJzdWIiOiJjYW50ZWVuIiwieCI6MWU0MDAsInkiOiJcdTAwMDAifQ.AA" TYPE,
     "canteen|+"},
    /* in ways that others decode otherwise (RFC 6749 section 2.3.1 and appendix A.1) */
    {"Basic Ym8rb2tzOnM=", "", "bo oks|bo+oks bo+oks"},
    {"Basic JTYxK2I6cw==", "", "a b|a+b %61+b"},
    {"Basic YsO2b2tzOnM=", "", "|!"},
    {"Basic Ym9vawBzOnM=", "", "|!"},
    {NULL, "client_id=bo%C3%B6ks", "|!"},
    {NULL, "client_id=books%0A", "|!"},
    /* what is odd elsewhere in the form does not matter */
    {NULL, "client_id=canteen&password=x\x80&y=%zz&z=%00", "canteen|"},
    {NULL, "client_id=canteen&scope=openid profile", "canteen|"},
    {NULL, "client_id=canteen&x=1\nclient_id=books", "canteen|books"},
};

START_TEST(the_clients_that_a_request_names)
{
    const eckid_oauth_request_t call = {.authorization = callers[_i].authorization,
                                        .form = str(callers[_i].form)};

    ck_assert_str_eq(said(&call), callers[_i].said);
}
END_TEST

static const struct {
    const char *query, *said;
} queries[] = {
    {"x=1", "canteen|"},
    {"client_id=books", "canteen books|"},
    {"client%5Fid=books", "canteen|books"},
    {"x=1&client_secret=s", "canteen|"},
    {BOOKS, "canteen books|"},
    {"client_assertion=x", "canteen|!"},
    {"x=%00", "canteen|"},
    {"x=%00client_id=books", "canteen|"},
};

START_TEST(a_client_may_be_named_by_the_url)
{
    const eckid_oauth_request_t call = {.query = queries[_i].query,
                                        .form = str("client_id=canteen")};

    ck_assert_str_eq(said(&call), queries[_i].said);
}
END_TEST

static const struct {
    eckid_oauth_body_t body;
    const char *text, *said;
} bodies[] = {
    {ECKID_OAUTH_HIDDEN, "", "books|!"},
    {ECKID_OAUTH_BYTES, "grant_type=client_credentials", "books|"},
    {ECKID_OAUTH_BYTES, "<client>x</client>", "books|"},
    {ECKID_OAUTH_BYTES, "name=\"client_id\"", "books|!"},
    {ECKID_OAUTH_BYTES, "Client.Assertion", "books|!"},
    {ECKID_OAUTH_BYTES, "%63lient%5Fid", "books|!"},
    {ECKID_OAUTH_BYTES, "{\"\\u0063lient_id\":1", "books|!"},
    {ECKID_OAUTH_BYTES, "=63lient=5Fid", "books|!"},
    {ECKID_OAUTH_BYTES, "=?UTF-8?B?Y2xpZW50X2lk?=", "books|!"},
    {ECKID_OAUTH_BYTES, "cl\xefient_id", "books|!"},
};

START_TEST(a_body_that_is_no_form_may_name_one_too)
{
    const eckid_oauth_request_t call = {.authorization = "Basic Ym9va3M6c2VjcmV0",
                                        .form = str(bodies[_i].text),
                                        .body = bodies[_i].body};

    ck_assert_str_eq(said(&call), bodies[_i].said);
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
    {"Token abc", NULL, "", "abc"},
    {"Negotiate YII==", NULL, "", "YII=="},
    {"Digest username=x, realm=y", NULL, "", NULL},
    {"abc", NULL, "", NULL},
    {" abc", NULL, "", NULL},
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
    {"Bearer abc", "x=%00", "", "abc"},
    {"Bearer abc", NULL, "access_token=%00", NULL},
    /* what has no value is */
    {"Bearer abc", NULL, "access_token", "abc"},
    {"Bearer abc", "access_token=", "access_token=", "abc"},
    {NULL, "access_token=", "", NULL},
    {"Bearer abc", NULL, "access_token=&access_token=x", NULL},
    {NULL, "Access_Token=x", "access_token=abc", NULL},
};

START_TEST(the_access_token_that_is_presented)
{
    const eckid_oauth_request_t call = {.authorization = presented[_i].authorization,
                                        .query = presented[_i].query,
                                        .form = str(presented[_i].form)};
    const char *token = eckid_client_auth_access_token(&call, pool);

    ck_assert(presented[_i].token ? token && strcmp(token, presented[_i].token) == 0 : !token);
}
END_TEST

START_TEST(a_body_that_is_no_form_may_hold_anything)
{
    const eckid_oauth_request_t call = {
        .authorization = "Bearer abc", .form = str(""), .body = ECKID_OAUTH_HIDDEN};

    ck_assert_ptr_null(eckid_client_auth_access_token(&call, pool));
}
END_TEST

static const struct {
    const char *query, *form;
    bool told;
    const char *value; /* or NULL */
} parameters[] = {
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
    const eckid_oauth_request_t call = {.query = parameters[_i].query,
                                        .form = str(parameters[_i].form)};
    const char *value;

    ck_assert(eckid_client_auth_parameter(&value, &call, "refresh_token", pool) ==
              parameters[_i].told);
    if (parameters[_i].told) {
        ck_assert_pstr_eq(value, parameters[_i].value);
    }
}
END_TEST

static const struct {
    const char *query, *form;
    const char *client; /* or NULL */
} asked[] = {
    {"x&client_id=books", "", "books"},
    {NULL, "a=b&client_id=books", "books"},
    {"client_id=books", "client_id=books", "books"},
    {"client_id=books", "user=x", "books"},
    {NULL, "", NULL},
    {"client_id=a&client_id=a", "", "a"},
    {"client_id=a&client_id=b", "", NULL},
    {"client_id=canteen", "client_id=books", NULL},
    {"client_id=canteen", "client.id=books", NULL},
    {"client_id=canteen", "client_id=books&client_id=books", NULL},
    {"client_id=canteen;client_id=books", "", NULL},
};

START_TEST(the_client_that_is_asked_for)
{
    const eckid_oauth_request_t call = {.query = asked[_i].query, .form = str(asked[_i].form)};

    ck_assert_pstr_eq(eckid_client_auth_requested(&call, "client_id", pool), asked[_i].client);
}
END_TEST

UNIT_SUITE(client_auth)
{
    Suite *suite = suite_create("client_auth");
    TCase *tcase = unit_case(suite, "caller");

    tcase_add_loop_test(tcase, the_clients_that_a_request_names, 0, COUNT(callers));
    tcase_add_loop_test(tcase, a_client_may_be_named_by_the_url, 0, COUNT(queries));
    tcase_add_loop_test(tcase, a_body_that_is_no_form_may_name_one_too, 0, COUNT(bodies));
    tcase_add_loop_test(tcase, the_access_token_that_is_presented, 0, COUNT(presented));
    tcase_add_test(tcase, a_body_that_is_no_form_may_hold_anything);
    tcase_add_loop_test(tcase, a_parameter_of_the_form, 0, COUNT(parameters));
    tcase_add_loop_test(tcase, the_client_that_is_asked_for, 0, COUNT(asked));
    return suite;
}
