/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_explain.h"
#include "support/explain.h"

START_TEST(the_key_of_a_person_does_as_well)
{
    web_scene_t *scene = web_scene();
    const char *told;

    ok(explain_body(
        &told, scene,
        "{\"do\":\"explain\",\"supplier\":\"exercises\",\"key\":\"95312@1.school.example\"}"));
    ck_assert_msg(strstr(told, "\"result\":\"eck-id\""), "%s", told);
    ok(explain_body(
        &told, scene,
        "{\"do\":\"explain\",\"supplier\":\"books\",\"kind\":\"robot\",\"key\":\"1\"}"));
    ck_assert_ptr_nonnull(strstr(told, "no EckidPersonKey has that kind"));
}
END_TEST

/* What was captured, as the value of a member. */
static const char *captured(const char *client)
{
    return apr_psprintf(pool, "{\"do\":\"explain\",\"login\":\"id_token=%s\"}",
                        web_id_token(client, ""));
}

START_TEST(a_captured_login_is_told_from_its_time_to_what_cannot_be_judged)
{
    static const struct {
        const char *client, *words[4];
    } rows[] = {
        {"books",
         {"\"result\":\"without\"", "made at 2026-08-31T08:30:00Z, 0 seconds ago",
          "\"name\":\"verified\",\"text\":\"yes\"", "\"name\":\"not judged\""}},
        {"canteen",
         {"\"result\":\"passed\"", "no <EckidSupplier> has this service", "canteen", "made at"}},
    };
    web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(rows); i++) {
        const char *told;

        ok(explain_body(&told, scene, captured(rows[i].client)));
        for (int j = 0; j < COUNT(rows[i].words); j++) {
            ck_assert_msg(strstr(told, rows[i].words[j]), "no %s in %s", rows[i].words[j], told);
        }
        ck_assert_ptr_null(strstr(told, "pukkelen"));
    }
}
END_TEST

START_TEST(without_a_name_each_supplier_is_told)
{
    const char *told;

    ok(explain_body(&told, web_scene(), "{\"do\":\"explain\",\"key\":\"1\"}"));
    ck_assert_ptr_nonnull(strstr(told, "\"supplier\":\"books\""));
    ck_assert_ptr_nonnull(strstr(told, "\"supplier\":\"exercises\""));
}
END_TEST

START_TEST(what_is_no_request_is_refused)
{
    static const char *const bodies[] = {
        "",
        "[]",
        "{\"do\":\"explain\"}",
        "{\"do\":\"explain\",\"supplier\":\"books\"}",
        "{\"do\":\"explain\",\"supplier\":\"books\",\"key\":\"1\",\"attributes\":{}}",
        "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":[]}",
        "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{\"uid\":1}}",
        "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{\"uid\":[\"a\",{}]}}",
        "{\"do\":\"explain\",\"supplier\":\"nobody\",\"attributes\":{}}",
        "{\"do\":\"explain\",\"supplier\":\"books\",\"login\":\"{}\"}",
        "{\"do\":\"explain\",\"login\":\"{}\",\"key\":\"1\"}",
        "{\"do\":\"explain\",\"login\":\"{}\"}",
        "{\"do\":\"explain\",\"key\":\"1\",\"salt\":\"\"}",
        "{\"do\":\"explain\",\"key\":\"1\",\"salt\":\"guessable\"}",
    };
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(bodies); i++) {
        const char *told;

        refused(explain_body(&told, scene, bodies[i]), ECKID_ADMIN_REQUEST);
    }
}
END_TEST

START_TEST(only_its_own_word_asks_for_it)
{
    ck_assert(eckid_explain_is_asked(str("{\"do\":\"explain\"}"), pool));
    ck_assert(!eckid_explain_is_asked(str("{\"do\":\"check\"}"), pool));
    ck_assert(!eckid_explain_is_asked(str("{\"do\":1}"), pool));
    ck_assert(!eckid_explain_is_asked(str("explain"), pool));
}
END_TEST

UNIT_SUITE(explain)
{
    Suite *suite = suite_create("explain");
    TCase *tcase = unit_case(suite, "explain");

    tcase_add_test(tcase, the_key_of_a_person_does_as_well);
    tcase_add_test(tcase, a_captured_login_is_told_from_its_time_to_what_cannot_be_judged);
    tcase_add_test(tcase, without_a_name_each_supplier_is_told);
    tcase_add_test(tcase, what_is_no_request_is_refused);
    tcase_add_test(tcase, only_its_own_word_asks_for_it);
    return suite;
}
