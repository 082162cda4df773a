/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_captured.h"
#include "support/maker.h"
#include "support/web.h"

/* SAML needs an identity provider: see test_saml_login.c and tests/httpd/test_explain_login.py. */

#define LATER (400 * 24 * 3600) /* seconds */

static eckid_err_t *open_at(eckid_captured_t *captured, const web_scene_t *scene, const char *text,
                            int later)
{
    eckid_moment_t moment = *maker_moment();

    moment.now += apr_time_from_sec(later);
    return eckid_captured_open(captured, &scene->gateway, text, &moment, pool);
}

static const char *in_json(const char *id_token)
{
    return apr_psprintf(pool, " {\"id_token\":\"%s\"}\n", id_token);
}

static const char *in_fragment(const char *id_token)
{
    return apr_psprintf(pool, "https://books.example/cb#state=x&id_token=%s\n", id_token);
}

static const char *in_page(const char *id_token)
{
    return apr_psprintf(pool,
                        "<form method=\"post\" action=\"https://books.example/cb\">"
                        "<input type=\"hidden\" name=\"id_token\" value=\"%s\"></form>",
                        id_token);
}

static const struct {
    const char *(*put)(const char *id_token);
    bool withheld; /* from what the browser sees */
} notations[] = {{in_json, false}, {in_fragment, true}, {in_page, true}};

START_TEST(a_token_is_found_in_each_notation_and_judged_as_when_it_was_made)
{
    const web_scene_t *scene = web_scene();
    eckid_captured_t captured;

    ok(open_at(&captured, scene, notations[_i].put(web_id_token("books", "")), LATER));
    ck_assert(!captured.is_saml);
    ck_assert_str_eq(captured.login.decision.supplier->name, "books");
    ck_assert_int_eq(captured.login.decision.log.withheld, notations[_i].withheld);
    ck_assert(captured.made == MAKER_NOW);
    ck_assert_int_gt(eckid_attributes_names(captured.attributes, pool)->nelts, 0);
}
END_TEST

/* Its time may not be one of the future: then it is judged by now. */
START_TEST(a_token_of_the_future_is_refused)
{
    eckid_captured_t captured;

    refused(open_at(&captured, web_scene(), in_json(web_id_token("books", "")), -LATER),
            ECKID_TOKEN_TIME);
}
END_TEST

START_TEST(what_was_changed_behind_its_signature_is_refused)
{
    char *token = apr_pstrdup(pool, web_id_token("books", ""));
    char *last = strrchr(token, '.') + 10;
    eckid_captured_t captured;

    *last = *last == 'A' ? 'B' : 'A';
    refused(open_at(&captured, web_scene(), in_json(token), 0), ECKID_TOKEN_SIGNATURE);
    ck_assert_str_eq(captured.login.decision.supplier->name, "books");
}
END_TEST

START_TEST(a_token_for_another_client_has_no_supplier)
{
    eckid_captured_t captured;

    ok(open_at(&captured, web_scene(), in_json(web_id_token("canteen", "")), 0));
    ck_assert_ptr_null(captured.login.decision.supplier);
    refused((eckid_err_t *)captured.login.decision.cause, ECKID_NO_SUPPLIER);
}
END_TEST

START_TEST(without_a_login_there_is_nothing_to_tell)
{
    static const char *const texts[] = {"",
                                        "{",
                                        "{}",
                                        "{\"id_token\":null}",
                                        "<p>Hello",
                                        "state=x",
                                        "https://books.example/cb?code=x",
                                        "https://books.example/cb?response=x.y.z" /* JARM */,
                                        "SAMLResponse=PA%3D%3D" /* no EckidIdpMetadata */};
    const web_scene_t *scene = web_scene();
    eckid_captured_t captured;

    for (int i = 0; i < COUNT(texts); i++) {
        refused(open_at(&captured, scene, texts[i], 0), ECKID_ADMIN_REQUEST);
    }
}
END_TEST

UNIT_SUITE(captured)
{
    Suite *suite = suite_create("captured");
    TCase *tcase = unit_case(suite, "captured");

    tcase_add_loop_test(tcase, a_token_is_found_in_each_notation_and_judged_as_when_it_was_made, 0,
                        COUNT(notations));
    tcase_add_test(tcase, a_token_of_the_future_is_refused);
    tcase_add_test(tcase, what_was_changed_behind_its_signature_is_refused);
    tcase_add_test(tcase, a_token_for_another_client_has_no_supplier);
    tcase_add_test(tcase, without_a_login_there_is_nothing_to_tell);
    return suite;
}
