/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"
#include "operator/eckid_status_json.h"
#include "support/status.h"

static const json_t *written(const eckid_status_t *status)
{
    json_t *object;

    ok(eckid_json_parse(&object, eckid_status_json(status, pool), ECKID_INTERNAL, pool));
    return object;
}

START_TEST(numbers_stand_by_kind_and_zeros_are_left_out)
{
    const eckid_status_t status = status_usual();
    eckid_counters_row_t *row = status_row(&status, 0);

    row->decisions[ECKID_CHANNEL_SAML][ECKID_FOUND][ECKID_RESULT_FILLED] = 3;
    row->decisions[ECKID_CHANNEL_SAML][ECKID_OUTCOMES][ECKID_RESULT_REFUSED] = 1;
    row->refusals[ECKID_COUNTERS_SIGNATURE] = 1;
    row->lookups[ECKID_FROM_LAS].buckets[2] = 2;
    row->lookups[ECKID_FROM_LAS].sum = 1500000;
    row->logouts[ECKID_LOGOUTS_BEGUN] = 2;
    row->logouts[ECKID_LOGOUTS_PARTIAL] = 1;
    const json_t *first = json_array_get(json_object_get(written(&status), "suppliers"), 0);
    const json_t *wanted = eckid_json_own(
        json_pack("{s:s,s:s,s:s,s:i,s:{s:i,s:i},s:{s:{s:{s:i},s:{s:i}}},s:{s:i},s:{s:{s:i,s:f}},"
                  "s:{s:i,s:i}}",
                  "host", "idp.example:443", "supplier", "https://books.example/saml", "mode", "on",
                  "logins", 4, "results", "eck-id", 3, "refused", 1, "decisions", "saml", "found",
                  "eck-id", 3, "unverified", "refused", 1, "refusals", "ECK0214", 1, "lookups",
                  "miss", "count", 2, "seconds", 1.5, "logouts", "begun", 2, "partial", 1),
        pool);

    ck_assert_msg(json_equal(first, wanted), "%s", eckid_json_print(first, pool).data);
}
END_TEST

START_TEST(what_is_at_this_moment_is_there)
{
    const eckid_status_t status = status_usual();
    const json_t *object = written(&status);
    const json_t *las = json_array_get(json_object_get(object, "las"), 1),
                 *source = json_array_get(json_object_get(object, "sources"), 1),
                 *end = json_array_get(json_object_get(object, "ends"), 1);

    ck_assert_int_eq(json_integer_value(json_object_get(las, "breaker-open")), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(las, "failures-in-a-row")), 7);
    ck_assert(json_is_null(json_object_get(source, "fetched")));
    ck_assert_str_eq(json_string_value(json_object_get(source, "failure")), "ECK0104");
    ck_assert_int_eq(json_integer_value(json_object_get(end, "days")), 90);
    ck_assert_str_eq(json_string_value(json_object_get(object, "health")), "ok");
}
END_TEST

UNIT_SUITE(status_json)
{
    Suite *suite = suite_create("status_json");
    TCase *tcase = unit_case(suite, "status_json");

    tcase_add_test(tcase, numbers_stand_by_kind_and_zeros_are_left_out);
    tcase_add_test(tcase, what_is_at_this_moment_is_there);
    return suite;
}
