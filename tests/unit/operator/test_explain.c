/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "operator/eckid_explain.h"
#include "support/maker.h"
#include "support/web.h"

/* For eckid_explain: a line that shows what was asked for. */
static const char *find_line(const void *self, const eckid_supplier_t *supplier,
                             const char *directive, const char *word, apr_pool_t *p)
{
    (void)self, (void)supplier;
    return apr_pstrcat(p, directive, " ", word ? word : "", NULL);
}

static eckid_err_t *explain(const char **told, const web_scene_t *scene, const char *body)
{
    static const eckid_explain_lines_t lines = {find_line, NULL};
    eckid_explain_request_t request;
    const eckid_moment_t *moment = maker_moment();
    eckid_bytes_t text;

    ECKID_ERR(eckid_explain_read(&request, str(body), pool));
    ECKID_ERR(eckid_explain(&text, &request, &scene->gateway.rules, &scene->gateway.oidc, &lines,
                            moment, pool));
    *told = text.data;
    return NULL;
}

#define STUDENT "\"number\":\"95312\",\"role\":[\"student\"]"

START_TEST(each_step_is_told_with_lengths_only)
{
    web_scene_t *scene = web_scene();
    const char *told;

    ok(explain(&told, scene,
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

    ok(explain(&told, scene,
               "{\"do\":\"explain\",\"supplier\":\"books\",\"values\":true,\"attributes\":{" STUDENT
               ",\"uid\":\"jansen\"}}"));
    ck_assert_ptr_nonnull(strstr(told, "jansen"));
    ck_assert_ptr_nonnull(strstr(told, "95312"));
    ck_assert_ptr_null(strstr(told, "ketenid.nl"));
}
END_TEST

START_TEST(a_refusal_says_what_would_be_read)
{
    web_scene_t *scene = web_scene();
    const char *told;

    scene->fake.status = 404;
    scene->fake.type = "application/json";
    scene->fake.body = "{}";
    ok(explain(&told, scene,
               "{\"do\":\"explain\",\"supplier\":\"books\",\"attributes\":{" STUDENT "}}"));
    ck_assert_msg(strstr(told, "\"result\":\"refused\""), "%s", told);
    ck_assert_ptr_nonnull(strstr(told, "with 403"));
    ck_assert_ptr_nonnull(strstr(told, "EckidOn unknown"));
    ck_assert_ptr_nonnull(strstr(told, "invalid_grant"));
}
END_TEST

START_TEST(the_key_of_a_person_does_as_well)
{
    web_scene_t *scene = web_scene();
    const char *told;

    ok(explain(
        &told, scene,
        "{\"do\":\"explain\",\"supplier\":\"exercises\",\"key\":\"95312@1.school.example\"}"));
    ck_assert_msg(strstr(told, "\"result\":\"eck-id\""), "%s", told);
    ok(explain(&told, scene,
               "{\"do\":\"explain\",\"supplier\":\"books\",\"kind\":\"robot\",\"key\":\"1\"}"));
    ck_assert_ptr_nonnull(strstr(told, "no EckidPersonKey has that kind"));
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
    };
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(bodies); i++) {
        const char *told;

        refused(explain(&told, scene, bodies[i]), ECKID_ADMIN_REQUEST);
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

    tcase_add_test(tcase, each_step_is_told_with_lengths_only);
    tcase_add_test(tcase, values_are_shown_where_they_are_asked_for_but_never_the_eck_id);
    tcase_add_test(tcase, a_refusal_says_what_would_be_read);
    tcase_add_test(tcase, the_key_of_a_person_does_as_well);
    tcase_add_test(tcase, what_is_no_request_is_refused);
    tcase_add_test(tcase, only_its_own_word_asks_for_it);
    return suite;
}
