/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "provision/eckid_scim_route.h"

static const struct {
    const char *path, *school;
    eckid_scim_place_t place;
    const char *id;
} rows[] = {
    {"/Users", NULL, ECKID_SCIM_PEOPLE, NULL},
    {"/Users/", NULL, ECKID_SCIM_PEOPLE, NULL},
    {"/Users/7", NULL, ECKID_SCIM_PEOPLE, "7"},
    {"/11ZZ/Users/7", "11ZZ", ECKID_SCIM_PEOPLE, "7"},
    {"/11ZZ/Users", "11ZZ", ECKID_SCIM_PEOPLE, NULL},
    {"/.search", NULL, ECKID_SCIM_SEARCH, NULL},
    {"/Users/.search", NULL, ECKID_SCIM_SEARCH, NULL},
    {"/11ZZ/.search", "11ZZ", ECKID_SCIM_SEARCH, NULL},
    {"/ServiceProviderConfig", NULL, ECKID_SCIM_CONFIG, NULL},
    {"/ResourceTypes/User", NULL, ECKID_SCIM_TYPES, "User"},
    {"/Schemas/urn:a:b", NULL, ECKID_SCIM_SCHEMAS, "urn:a:b"},
    {"/Bulk", NULL, ECKID_SCIM_NOT_OFFERED, NULL},
    {"/Me", NULL, ECKID_SCIM_NOT_OFFERED, NULL},
    {"", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"/", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"Users", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"/11ZZ", "11ZZ", ECKID_SCIM_NOWHERE, NULL},
    {"/users", "users", ECKID_SCIM_NOWHERE, NULL},
    {"/Groups/7", "Groups", ECKID_SCIM_NOWHERE, NULL},
    {"//Users", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"/Users//7", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"/Users/7/8", NULL, ECKID_SCIM_NOWHERE, "7"},
    {"/Users/.search/7", NULL, ECKID_SCIM_NOWHERE, NULL},
    {"/ServiceProviderConfig/7", NULL, ECKID_SCIM_NOWHERE, "7"},
    {"/a/b/c/d/Users", NULL, ECKID_SCIM_NOWHERE, NULL},
};

START_TEST(where_a_path_leads)
{
    eckid_scim_route_t route = eckid_scim_route(rows[_i].path, &eckid_scim_schema_user, pool);

    ck_assert_msg(route.place == rows[_i].place, "%s", rows[_i].path);
    ck_assert_pstr_eq(route.school, rows[_i].school);
    ck_assert_pstr_eq(route.id, rows[_i].id);
}
END_TEST

START_TEST(the_endpoint_is_that_of_the_schema)
{
    ck_assert_int_eq(eckid_scim_route("/EduUsers", &eckid_scim_schema_edu_user, pool).place,
                     ECKID_SCIM_PEOPLE);
    ck_assert_int_eq(eckid_scim_route("/Users", &eckid_scim_schema_edu_user, pool).place,
                     ECKID_SCIM_NOWHERE);
}
END_TEST

UNIT_SUITE(scim_route)
{
    Suite *suite = suite_create("scim_route");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, where_a_path_leads, 0, COUNT(rows));
    tcase_add_test(tcase, the_endpoint_is_that_of_the_schema);
    return suite;
}
