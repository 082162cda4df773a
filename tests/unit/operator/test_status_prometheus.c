/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "operator/eckid_status_prometheus.h"
#include "support/status.h"

static void has(const char *text, const char *line)
{
    ck_assert_msg(strstr(text, line), "no %s in:\n%.3000s", line, text);
}

START_TEST(a_histogram_is_cumulative_and_in_seconds)
{
    const eckid_status_t status = status_usual();
    eckid_histogram_t *histogram = &status_row(&status, 0)->lookups[ECKID_FROM_CACHE];

    histogram->buckets[0] = 2;
    histogram->buckets[1] = 1;
    histogram->buckets[ECKID_COUNTERS_BUCKETS - 1] = 1;
    histogram->sum = 6000000;
    const char *text = eckid_status_prometheus(&status, pool).data;

#define LABELS                                                                                     \
    "{host=\"idp.example:443\",supplier=\"https://books.example/saml\",mode=\"on\",cache=\"hit\""
    has(text, "eckid_lookup_seconds_bucket" LABELS ",le=\"0.0005\"} 2\n");
    has(text, "eckid_lookup_seconds_bucket" LABELS ",le=\"0.001\"} 3\n");
    has(text, "eckid_lookup_seconds_bucket" LABELS ",le=\"5\"} 3\n");
    has(text, "eckid_lookup_seconds_bucket" LABELS ",le=\"+Inf\"} 4\n");
    has(text, "eckid_lookup_seconds_sum" LABELS "} 6\n");
    has(text, "eckid_lookup_seconds_count" LABELS "} 4\n");
    ck_assert_ptr_null(strstr(text, "cache=\"miss\""));
}
END_TEST

START_TEST(names_in_labels_are_escaped)
{
    const eckid_status_t status = status_usual();

    status_row(&status, 1)->refusals[ECKID_COUNTERS_TIMEOUT] = 1;
    has(eckid_status_prometheus(&status, pool).data,
        "eckid_refusals_total{host=\"idp.example:443\",supplier=\"<a \\\"b\\\"\\\\\\n>\","
        "mode=\"observe\",code=\"ECK0302\"} 1\n");
}
END_TEST

START_TEST(what_is_at_this_moment_is_there)
{
    const eckid_status_t status = status_usual();
    const char *text = eckid_status_prometheus(&status, pool).data;

    has(text, "eckid_las_breaker_open{las=\"https://other.example/eduv\"} 1\n");
    has(text, "eckid_las_waiting{las=\"https://las.example/eduv\"} 1\n");
    has(text, "eckid_source_fetched_timestamp_seconds{kind=\"idp-metadata\",name="
              "\"eckid/idp.xml\"} 1788165000\n");
    has(text, "eckid_source_failing{kind=\"supplier-metadata\",name="
              "\"https://books.example/metadata\"} 1\n");
    has(text, "eckid_expiry_timestamp_seconds{what=\"the certificate sign.crt\"} 1795941000\n");
}
END_TEST

START_TEST(each_metric_has_its_head_also_where_there_is_nothing_to_tell)
{
    const apr_array_header_t *none = apr_array_make(pool, 0, 1);
    const eckid_status_t status = {STATUS_NOW, STATUS_NOW, none, none, none, none, NULL};
    const char *text = eckid_status_prometheus(&status, pool).data;

    has(text, "# TYPE eckid_decisions_total counter\n");
    has(text, "# TYPE eckid_logouts_total counter\n");
    has(text, "# TYPE eckid_lookup_seconds histogram\n");
    has(text, "# TYPE eckid_las_calls gauge\n");
    has(text, "# HELP eckid_expiry_timestamp_seconds ");
    ck_assert_ptr_null(strchr(text, '{'));
}
END_TEST

START_TEST(a_logout_is_told_by_its_steps)
{
    const eckid_status_t status = status_usual();

    status_row(&status, 2)->logouts[ECKID_LOGOUTS_BEGUN] = 3;
    const char *text = eckid_status_prometheus(&status, pool).data;

    has(text, "eckid_logouts_total{host=\"idp.example:443\",supplier=\"\",mode=\"on\","
              "step=\"begun\"} 3\n");
    ck_assert_ptr_null(strstr(text, "step=\"whole\""));
}
END_TEST

UNIT_SUITE(status_prometheus)
{
    Suite *suite = suite_create("status_prometheus");
    TCase *tcase = unit_case(suite, "status_prometheus");

    tcase_add_test(tcase, a_histogram_is_cumulative_and_in_seconds);
    tcase_add_test(tcase, a_logout_is_told_by_its_steps);
    tcase_add_test(tcase, names_in_labels_are_escaped);
    tcase_add_test(tcase, what_is_at_this_moment_is_there);
    tcase_add_test(tcase, each_metric_has_its_head_also_where_there_is_nothing_to_tell);
    return suite;
}
