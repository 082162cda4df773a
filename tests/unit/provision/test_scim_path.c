/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_path.h"

#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"
#define EXTENSION "urn:eckid:scim:schemas:extension:2.0:User"
#define ENTERPRISE "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

/* One in which a URN is also that of an attribute. */
static const eckid_scim_schema_t nested = {.resource = "User",
                                           .endpoint = "/Users",
                                           .core = "urn:x",
                                           .extension = "urn:x:eckId",
                                           .attribute = "eckId"};

static const struct {
    const char *path;
    eckid_scim_target_t target;
} good[] = {
    {"externalId", ECKID_SCIM_EXTERNAL_ID},
    {"EXTERNALID", ECKID_SCIM_EXTERNAL_ID},
    {CORE ":externalId", ECKID_SCIM_EXTERNAL_ID},
    {"userName", ECKID_SCIM_USER_NAME},
    {"active", ECKID_SCIM_ACTIVE},
    {"eckId", ECKID_SCIM_ECK_ID},
    {CORE ":eckId", ECKID_SCIM_ECK_ID},
    {EXTENSION ":eckId", ECKID_SCIM_ECK_ID},
    {"URN:ECKID:scim:schemas:extension:2.0:user:ECKID", ECKID_SCIM_ECK_ID},
    {EXTENSION, ECKID_SCIM_EXTENSION},
    {CORE, ECKID_SCIM_CORE},
    {EXTENSION ":externalId", ECKID_SCIM_DROPPED},
    {"id", ECKID_SCIM_READ_ONLY},
    {"meta.version", ECKID_SCIM_READ_ONLY},
    {"schemas", ECKID_SCIM_READ_ONLY},
    {"name", ECKID_SCIM_DROPPED},
    {"name.givenName", ECKID_SCIM_DROPPED},
    {"emails[type eq \"work\"].value", ECKID_SCIM_DROPPED},
    {"emails[type eq \"]\" and primary eq true]", ECKID_SCIM_DROPPED},
    {"groups.$ref", ECKID_SCIM_DROPPED},
    {ENTERPRISE, ECKID_SCIM_DROPPED},
    {ENTERPRISE ":department", ECKID_SCIM_DROPPED},
    {ENTERPRISE ":manager.value", ECKID_SCIM_DROPPED},
};

START_TEST(what_a_path_means)
{
    eckid_scim_target_t target;

    ok(eckid_scim_path_read(&target, good[_i].path, &eckid_scim_schema_user, pool));
    ck_assert_msg(target == good[_i].target, "%s", good[_i].path);
}
END_TEST

static const struct {
    const char *path;
    const eckid_scim_schema_t *schema;
    const char *words;
} bad[] = {
    {"", &eckid_scim_schema_user, "not built"},
    {" eckId", &eckid_scim_schema_user, "not built"},
    {"eckId ", &eckid_scim_schema_user, "not built"},
    {"7", &eckid_scim_schema_user, "not built"},
    {"name.", &eckid_scim_schema_user, "not built"},
    {"name.a.b", &eckid_scim_schema_user, "not built"},
    {"name:a", &eckid_scim_schema_user, "not built"},
    {"emails[", &eckid_scim_schema_user, "not built"},
    {"emails[]", &eckid_scim_schema_user, "not built"},
    {"emails[type eq \"work\"", &eckid_scim_schema_user, "not built"},
    {"emails[type eq \"work\"]value", &eckid_scim_schema_user, "not built"},
    {CORE ":", &eckid_scim_schema_user, "not built"},
    {"eckId.value", &eckid_scim_schema_user, "no parts"},
    {"eckId[value eq \"x\"]", &eckid_scim_schema_user, "no parts"},
    {"externalId[value eq \"x\"].value", &eckid_scim_schema_user, "no parts"},
    {EXTENSION ":eckId.value", &eckid_scim_schema_user, "no parts"},
    {EXTENSION ".eckId", &eckid_scim_schema_user, "two things"},
    {CORE ".userName", &eckid_scim_schema_user, "two things"},
    {"urn:x:eckId", &nested, "two things"},
    {"urn:x:eckId:eckId", &nested, "two things"},
    {"urn:vendor:2.0:EduUser:eckId", &eckid_scim_schema_user, "unknown schema"},
    {"urn:eckid:scim:schemas:extension:2.0.eckId", &eckid_scim_schema_user, "unknown schema"},
};

START_TEST(paths_that_are_refused)
{
    eckid_scim_target_t target;

    tells(eckid_scim_path_read(&target, bad[_i].path, bad[_i].schema, pool), ECKID_SCIM_PATH,
          bad[_i].words);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_refused)
{
    char *path = apr_palloc(pool, 2000);
    eckid_scim_target_t target;

    memset(path, 'a', 1999);
    path[1999] = '\0';
    refused(eckid_scim_path_read(&target, path, &eckid_scim_schema_user, pool), ECKID_SCIM_PATH);
}
END_TEST

UNIT_SUITE(scim_path)
{
    Suite *suite = suite_create("scim_path");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, what_a_path_means, 0, COUNT(good));
    tcase_add_loop_test(tcase, paths_that_are_refused, 0, COUNT(bad));
    tcase_add_test(tcase, a_path_that_is_too_long_is_refused);
    return suite;
}
