/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/explain.h"

#define STUDENT "\"number\":\"95312\",\"role\":[\"student\"]"

START_TEST(each_step_is_told_with_lengths_only)
{
    web_scene_t *scene = web_scene();
    const char *told;

    ok(explain_body(&told, scene,
                    "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{" STUDENT
                    ",\"uid\":[\"jansen\",\"j\"],\"mail\":\"x@y\"}}"));
    const char *const all[] = {
        "\"over\":\"OpenID Connect, client books\"",
        "\"result\":\"eck-id\"",
        "\"name\":\"ECK iD\",\"text\":\"there is one",
        "\"text\":\"uid: 2 values: 6 bytes, 1 bytes\",\"line\":\"EckidRelease uid\"",
        "\"name\":\"removed\",\"text\":\"mail\"",
        "\"name\":\"set\",\"text\":\"eckId\",\"line\":\"EckidClient books\"",
    };

    for (int i = 0; i < COUNT(all); i++) {
        ck_assert_msg(strstr(told, all[i]), "no %s in %s", all[i], told);
    }
    ck_assert_ptr_null(strstr(told, "95312"));
    ck_assert_ptr_null(strstr(told, "jansen"));
    ck_assert_ptr_null(strstr(told, "ketenid.nl"));
}
END_TEST

START_TEST(values_are_shown_where_they_are_asked_for_but_never_the_eck_id)
{
    web_scene_t *scene = web_scene();
    const char *told;

    ok(explain_body(
        &told, scene,
        "{\"do\":\"explain\",\"supplier\":\"books\",\"values\":true,\"attributes\":{" STUDENT
        ",\"uid\":\"jansen\"}}"));
    ck_assert_ptr_nonnull(
        strstr(told, "\"text\":\"uid: 1 value: 6 bytes\",\"line\":\"EckidRelease uid\","
                     "\"directive\":\"EckidRelease\",\"value\":\"uid: 1 value: \\\"jansen\\\"\""));
    ck_assert_ptr_nonnull(strstr(told, "95312"));
    ck_assert_ptr_null(strstr(told, "ketenid.nl"));
}
END_TEST

/* What is told of somebody whose uid it is, by the salt. */
static const char *salted(const char *uid, const char *salt)
{
    const char *told;

    ok(explain_body(&told, web_scene(),
                    apr_psprintf(pool,
                                 "{\"do\":\"explain\",\"supplier\":\"books\",\"salt\":\"%s\","
                                 "\"attributes\":{" STUDENT ",\"uid\":\"%s\"}}",
                                 salt, uid)));
    ck_assert_ptr_nonnull(strstr(told, "\"value\":\"uid: 1 value: "));
    ck_assert_ptr_nonnull(strstr(told, "\"directive\":\"EckidRelease\""));
    ck_assert_ptr_null(strstr(told, "95312"));
    ck_assert_ptr_null(strstr(told, uid));
    return told;
}

START_TEST(values_are_digests_where_they_are_to_be_compared)
{
    static const char one[] = "0123456789012345678901234567890123456789";
    static const char other[] = "x123456789012345678901234567890123456789";
    const char *told = salted("jansen", one);

    ck_assert_str_eq(told, salted("jansen", one));
    ck_assert_str_ne(told, salted("jensen", one));
    ck_assert_str_ne(told, salted("jansen", other));
}
END_TEST

START_TEST(a_refusal_says_what_would_be_read)
{
    web_scene_t *scene = web_scene();
    const char *told;

    scene->fake.status = 404;
    scene->fake.type = "application/json";
    scene->fake.body = "{}";
    ok(explain_body(&told, scene,
                    "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{" STUDENT "}}"));
    ck_assert_msg(strstr(told, "\"result\":\"refused\""), "%s", told);
    ck_assert_ptr_nonnull(strstr(told, "with 403"));
    ck_assert_ptr_nonnull(strstr(told, "EckidOn unknown"));
    ck_assert_ptr_nonnull(strstr(told, "invalid_grant"));
}
END_TEST

UNIT_SUITE(explain_story)
{
    Suite *suite = suite_create("explain_story");
    TCase *tcase = unit_case(suite, "steps");

    tcase_add_test(tcase, each_step_is_told_with_lengths_only);
    tcase_add_test(tcase, values_are_shown_where_they_are_asked_for_but_never_the_eck_id);
    tcase_add_test(tcase, values_are_digests_where_they_are_to_be_compared);
    tcase_add_test(tcase, a_refusal_says_what_would_be_read);
    return suite;
}
