/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "provision/eckid_scim_resource.h"
#include "support/fakes.h"

static const struct {
    const char *field;
    bool matches;
} tags[] = {
    {"W/\"3\"", true},     {"\"3\"", true},   {"*", true},         {"W/\"1\", W/\"3\"", true},
    {"\"1\",\"3\"", true}, {" * ", true},     {"W/\"33\"", false}, {"3", false},
    {"", false},           {"\"", false},     {"W/", false},       {"\"1,\"3\"", false},
    {"\"*\"", false},      {"x\"3\"", false},
};

START_TEST(tags_of_the_version_match)
{
    const eckid_directory_record_t record = {.version = 3};

    ck_assert_msg(eckid_scim_resource_matches(tags[_i].field, &record) == tags[_i].matches, "%s",
                  tags[_i].field);
}
END_TEST

static json_t *resource_of(bool has_eckid, const char *query_text,
                           const eckid_scim_schema_t *schema)
{
    apr_array_header_t *kinds = apr_array_make(pool, 1, sizeof(eckid_scim_kind_t));
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(eckid_directory_key_t));
    const eckid_scim_setup_t setup = {.schema = schema, .kinds = kinds, .base = "https://x/scim"};
    eckid_directory_record_t record = {.id = "0123", .version = 3};
    eckid_scim_query_t query;

    APR_ARRAY_PUSH(kinds, eckid_scim_kind_t) = (eckid_scim_kind_t){"student", "NEPRI", NULL};
    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"NEPRI", "p@x"};
    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"userName", "u"};
    record.person = (eckid_directory_person_t){"student", keys, has_eckid, {AN_ECKID}};
    ok(eckid_scim_query_read(&query, query_text, schema, pool));
    return eckid_scim_resource(&record, &query, &setup, pool);
}

#define META                                                                                       \
    "\"meta\":{\"resourceType\":\"User\",\"created\":\"1970-01-01T00:00:00Z\",\"lastModified\":"   \
    "\"1970-01-01T00:00:00Z\",\"version\":\"W/\\\"3\\\"\",\"location\":\"https://x/scim/Users/"    \
    "0123\"}"
#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"

static const struct {
    bool has_eckid;
    const char *query, *wanted;
} rows[] = {
    {false, NULL,
     "{\"schemas\":[\"" CORE "\"],\"id\":\"0123\",\"externalId\":\"p@x\",\"userName\":\"u\"," META
     "}"},
    {true, "attributes=eckId",
     "{\"schemas\":[\"" CORE "\",\"urn:eckid:scim:schemas:extension:2.0:User\"],\"id\":\"0123\"}"},
    {false, "attributes=externalId",
     "{\"schemas\":[\"" CORE "\"],\"id\":\"0123\",\"externalId\":\"p@x\"}"},
    {false, "excludedAttributes=meta,externalId,id",
     "{\"schemas\":[\"" CORE "\"],\"id\":\"0123\",\"userName\":\"u\"}"},
};

START_TEST(a_person_is_shown_without_the_eck_id)
{
    json_t *resource = resource_of(rows[_i].has_eckid, rows[_i].query, &eckid_scim_schema_user);

    ck_assert_str_eq(eckid_json_print(resource, pool).data, rows[_i].wanted);
}
END_TEST

START_TEST(an_edu_user_shows_no_trace_of_it)
{
    ck_assert(json_equal(resource_of(true, NULL, &eckid_scim_schema_edu_user),
                         resource_of(false, NULL, &eckid_scim_schema_edu_user)));
}
END_TEST

START_TEST(a_list_counts_what_is_in_it)
{
    apr_array_header_t *values = apr_array_make(pool, 1, sizeof(json_t *));

    APR_ARRAY_PUSH(values, json_t *) = eckid_json_own(json_pack("{s:i}", "a", 1), pool);
    ck_assert_str_eq(eckid_json_print(eckid_scim_resource_list(9, 3, values, pool), pool).data,
                     "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],"
                     "\"totalResults\":9,\"startIndex\":3,\"itemsPerPage\":1,\"Resources\":"
                     "[{\"a\":1}]}");
}
END_TEST

UNIT_SUITE(scim_resource)
{
    Suite *suite = suite_create("scim_resource");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, tags_of_the_version_match, 0, COUNT(tags));
    tcase_add_loop_test(tcase, a_person_is_shown_without_the_eck_id, 0, COUNT(rows));
    tcase_add_test(tcase, an_edu_user_shows_no_trace_of_it);
    tcase_add_test(tcase, a_list_counts_what_is_in_it);
    return suite;
}
