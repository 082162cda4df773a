/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_query.h"

#define SEARCH "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"]"

static eckid_err_t *read_body(eckid_scim_query_t *query, const char *text)
{
    json_t *body;

    ok(eckid_scim_json_parse(&body, str(text), pool));
    return eckid_scim_query_read_body(query, body, &eckid_scim_schema_user, pool);
}

/* The same asked in both ways. */
static const struct {
    const char *query, *body;
    const char *filter;
    int start, count;
    bool external_id, user_name;
} rows[] = {
    {NULL, "{" SEARCH "}", NULL, 1, ECKID_SCIM_PAGE_MAX, true, true},
    {"filter=externalId%20eq%20%22a%22", "{" SEARCH ",\"filter\":\"externalId eq \\\"a\\\"\"}", "a",
     1, ECKID_SCIM_PAGE_MAX, true, true},
    {"filter=externalId+eq+%22a%26b%22", "{" SEARCH ",\"filter\":\"externalId eq \\\"a&b\\\"\"}",
     "a&b", 1, ECKID_SCIM_PAGE_MAX, true, true},
    {"startIndex=3&count=2", "{" SEARCH ",\"startIndex\":3,\"count\":2}", NULL, 3, 2, true, true},
    {"startIndex=0&count=-1", "{" SEARCH ",\"startIndex\":0,\"count\":-1}", NULL, 1, 0, true, true},
    {"startIndex=-7&count=99999", "{" SEARCH ",\"startIndex\":-7,\"count\":99999}", NULL, 1,
     ECKID_SCIM_PAGE_MAX, true, true},
    {"attributes=userName", "{" SEARCH ",\"attributes\":[\"userName\"]}", NULL, 1,
     ECKID_SCIM_PAGE_MAX, false, true},
    {"attributes=USERNAME,name.givenName", "{" SEARCH ",\"attributes\":[\"USERNAME\",\"name\"]}",
     NULL, 1, ECKID_SCIM_PAGE_MAX, false, true},
    {"attributes=", "{" SEARCH ",\"attributes\":[]}", NULL, 1, ECKID_SCIM_PAGE_MAX, false, false},
    {"excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:User:userName",
     "{" SEARCH ",\"excludedAttributes\":[\"urn:ietf:params:scim:schemas:core:2.0:User:userName\"]"
     "}",
     NULL, 1, ECKID_SCIM_PAGE_MAX, true, false},
    {"sortBy=userName&other=1", "{" SEARCH ",\"sortBy\":\"userName\"}", NULL, 1,
     ECKID_SCIM_PAGE_MAX, true, true},
};

static void check(const eckid_scim_query_t *query, int row)
{
    ck_assert_int_eq(query->has_filter, rows[row].filter != NULL);
    ck_assert(!query->has_filter || strcmp(query->filter.value, rows[row].filter) == 0);
    ck_assert_uint_eq(query->start, (unsigned)rows[row].start);
    ck_assert_int_eq(query->count, rows[row].count);
    ck_assert_int_eq(eckid_scim_query_wants(query, "externalId"), rows[row].external_id);
    ck_assert_int_eq(eckid_scim_query_wants(query, "userName"), rows[row].user_name);
}

START_TEST(a_search_means_the_same_in_a_query_and_in_a_body)
{
    eckid_scim_query_t query;

    ok(eckid_scim_query_read(&query, rows[_i].query, &eckid_scim_schema_user, pool));
    check(&query, _i);
    ok(read_body(&query, rows[_i].body));
    check(&query, _i);
}
END_TEST

static const struct {
    const char *query;
    eckid_code_t code;
} bad_queries[] = {
    {"filter=", ECKID_SCIM_FILTER},
    {"filter=x", ECKID_SCIM_FILTER},
    {"filter=externalId%20eq%20%22a%22&filter=externalId%20eq%20%22b%22", ECKID_SCIM_VALUE},
    {"filter=%00", ECKID_SCIM_VALUE},
    {"count=", ECKID_SCIM_VALUE},
    {"count=x", ECKID_SCIM_VALUE},
    {"count=1x", ECKID_SCIM_VALUE},
    {"count=1&count=1", ECKID_SCIM_VALUE},
    {"startIndex=99999999999999999999", ECKID_SCIM_VALUE},
    {"attributes=a&excludedAttributes=b", ECKID_SCIM_VALUE},
};

START_TEST(queries_that_are_refused)
{
    eckid_scim_query_t query;

    refused(eckid_scim_query_read(&query, bad_queries[_i].query, &eckid_scim_schema_user, pool),
            bad_queries[_i].code);
}
END_TEST

static const struct {
    const char *body;
    eckid_code_t code;
} bad_bodies[] = {
    {"{}", ECKID_SCIM_SYNTAX},
    {"{" SEARCH ",\"filter\":7}", ECKID_SCIM_FILTER},
    {"{" SEARCH ",\"filter\":\"x\"}", ECKID_SCIM_FILTER},
    {"{" SEARCH ",\"count\":\"1\"}", ECKID_SCIM_VALUE},
    {"{" SEARCH ",\"startIndex\":1.5}", ECKID_SCIM_VALUE},
    {"{" SEARCH ",\"attributes\":\"userName\"}", ECKID_SCIM_VALUE},
    {"{" SEARCH ",\"attributes\":[7]}", ECKID_SCIM_VALUE},
    {"{" SEARCH ",\"attributes\":[],\"excludedAttributes\":[]}", ECKID_SCIM_VALUE},
};

START_TEST(bodies_that_are_refused)
{
    eckid_scim_query_t query;

    refused(read_body(&query, bad_bodies[_i].body), bad_bodies[_i].code);
}
END_TEST

UNIT_SUITE(scim_query)
{
    Suite *suite = suite_create("scim_query");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, a_search_means_the_same_in_a_query_and_in_a_body, 0, COUNT(rows));
    tcase_add_loop_test(tcase, queries_that_are_refused, 0, COUNT(bad_queries));
    tcase_add_loop_test(tcase, bodies_that_are_refused, 0, COUNT(bad_bodies));
    return suite;
}
