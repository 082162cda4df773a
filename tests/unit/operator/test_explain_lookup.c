/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/explain.h"

/* By status of the LAS: also where it fails, which is not cached. */
START_TEST(a_person_is_looked_up_once_for_all_suppliers)
{
    static const int answers[] = {200, 404, 500, 403};

    for (int i = 0; i < COUNT(answers); i++) {
        static const char *const who[] = {"\"key\":\"1\"",
                                          "\"attributes\":{\"number\":\"1\",\"role\":\"student\"}"};

        for (int j = 0; j < COUNT(who); j++) {
            web_scene_t *scene = web_scene();
            const char *told;

            web_add_supplier(scene, "music");
            scene->fake.status = answers[i];
            ok(explain_body(&told, scene, apr_psprintf(pool, "{\"do\":\"explain\",%s}", who[j])));
            ck_assert_ptr_nonnull(strstr(told, "\"supplier\":\"music\""));
            ck_assert_int_eq(scene->fake.calls, 1);
        }
    }
}
END_TEST

/* Where they accept ECK iDs of another age, one may have one that the other has not. */
START_TEST(suppliers_that_accept_another_age_are_looked_up_apart)
{
    web_scene_t *scene = web_scene();
    const char *told;

    APR_ARRAY_IDX(scene->policy->suppliers, 0, eckid_supplier_t *)->stale_max = 1;
    ok(explain_body(&told, scene, "{\"do\":\"explain\",\"key\":\"1\"}"));
    ck_assert_int_eq(scene->fake.calls, 2);
}
END_TEST

UNIT_SUITE(explain_lookup)
{
    Suite *suite = suite_create("explain_lookup");
    TCase *tcase = unit_case(suite, "once");

    tcase_add_test(tcase, a_person_is_looked_up_once_for_all_suppliers);
    tcase_add_test(tcase, suppliers_that_accept_another_age_are_looked_up_apart);
    return suite;
}
