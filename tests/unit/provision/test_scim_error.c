/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "provision/eckid_scim_error.h"

#define START "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":"

static const struct {
    eckid_code_t code;
    const char *body;
} rows[] = {
    {ECKID_SCIM_FILTER, START "\"400\",\"detail\":\"the filter is not usable: why\","
                              "\"scimType\":\"invalidFilter\"}"},
    {ECKID_SCIM_ABSENT, START "\"404\",\"detail\":\"there is no such resource: why\"}"},
    {ECKID_SCIM_ENDPOINT, START "\"404\",\"detail\":\"there is no such endpoint: why\"}"},
    {ECKID_KEY_TAKEN, START "\"409\",\"detail\":\"two people of one school have the same key\","
                            "\"scimType\":\"uniqueness\"}"},
    {ECKID_VERSION_CHANGED,
     START "\"412\",\"detail\":\"the record has changed since it was read: why\"}"},
    {ECKID_SCIM_LARGE, START "\"413\",\"detail\":\"the request is too large: why\"}"},
    /* no details for strangers, nor of what is wrong here */
    {ECKID_PUSH_TOKEN, START "\"401\",\"detail\":\"the access token is not accepted\"}"},
    {ECKID_PUSH_SCHOOL, START "\"403\",\"detail\":\"the client may not push for this school\"}"},
    {ECKID_DIRECTORY, START "\"503\",\"detail\":\"the directory does not answer\"}"},
    {ECKID_FILE, START "\"500\",\"detail\":\"a library failed\"}"},
};

START_TEST(errors_as_the_standard_writes_them)
{
    const eckid_err_t *err = eckid_err_make(pool, rows[_i].code, "why");

    ck_assert_str_eq(eckid_scim_error_body(err, pool).data, rows[_i].body);
}
END_TEST

UNIT_SUITE(scim_error)
{
    Suite *suite = suite_create("scim_error");

    tcase_add_loop_test(unit_case(suite, "all"), errors_as_the_standard_writes_them, 0,
                        COUNT(rows));
    return suite;
}
