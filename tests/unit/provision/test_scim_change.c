/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_change.h"
#include "support/fakes.h"

#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"
#define EXTENSION "urn:eckid:scim:schemas:extension:2.0:User"
#define A_PILOT "https://ketenid.nl/pilot/" DIGITS64 DIGITS64
#define STEM "https://ketenid.nl/sppilot/" DIGITS64 DIGITS64
#define WITH_CORE "{\"schemas\":[\"" CORE "\"],"
#define WITH_BOTH "{\"schemas\":[\"" CORE "\",\"" EXTENSION "\"],"

static eckid_err_t *read_with(eckid_scim_change_t *change, const char *text,
                              const eckid_scim_schema_t *schema)
{
    json_t *body;

    ok(eckid_scim_json_parse(&body, str(text), pool));
    return eckid_scim_change_from_resource(change, body, schema, pool);
}

static eckid_err_t *read_patch(eckid_scim_change_t *change, const char *operations)
{
    json_t *body;

    ok(eckid_scim_json_parse(
        &body,
        str(apr_pstrcat(pool,
                        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
                        "\"Operations\":",
                        operations, "}", NULL)),
        pool));
    return eckid_scim_change_from_patch(change, body, &eckid_scim_schema_user, pool);
}

/* What is said: externalId, userName and whether there is an ECK iD, as one text. */
static const char *said(const eckid_scim_said_t *one)
{
    return one->verb == ECKID_SCIM_SET ? one->text : one->verb == ECKID_SCIM_CLEAR ? "-" : "=";
}

static const char *shown(const eckid_scim_change_t *change)
{
    const char *eck_id = change->eck_id_verb == ECKID_SCIM_KEEP    ? "="
                         : change->eck_id_verb == ECKID_SCIM_CLEAR ? "-"
                         : strcmp(change->eck_id.text, AN_ECKID)   ? "other"
                                                                   : "eckid";

    return apr_pstrcat(pool, said(&change->external_id), " ", said(&change->user_name), " ", eck_id,
                       NULL);
}

static const struct {
    const char *text, *wanted;
} resources[] = {
    {WITH_BOTH "\"externalId\":\"x\",\"" EXTENSION "\":{\"eckId\":\"" AN_ECKID "\"}}", "x - eckid"},
    {WITH_CORE "\"externalId\":\"x\",\"userName\":\"u\",\"eckId\":\"" AN_ECKID "\"}", "x u eckid"},
    {WITH_CORE "\"EXTERNALID\":\"x\",\"ECKID\":\"" AN_ECKID "\"}", "x - eckid"},
    {WITH_CORE "\"" EXTENSION ":eckId\":\"" AN_ECKID "\"}", "- - eckid"},
    {"{\"schemas\":[\"" EXTENSION "\"],\"externalId\":\"x\"}", "x - -"},
    {WITH_CORE "\"externalId\":\"x\",\"eckId\":null}", "x - -"},
    {WITH_CORE "\"externalId\":\"x\",\"eckId\":[]}", "x - -"},
    {WITH_BOTH "\"externalId\":\"x\",\"" EXTENSION "\":{}}", "x - -"},
    {WITH_BOTH "\"externalId\":\"x\",\"" EXTENSION "\":null}", "x - -"},
    {WITH_CORE "\"externalId\":null,\"userName\":\"u\"}", "- u -"},
    {WITH_CORE "\"externalId\":\"x\",\"active\":true,\"eckId\":\"" AN_ECKID "\"}", "x - eckid"},
    {WITH_CORE "\"externalId\":\"x\",\"active\":false,\"eckId\":\"" AN_ECKID "\"}", "x - -"},
    {WITH_CORE "\"externalId\":\"x\",\"active\":\"False\",\"eckId\":\"" AN_ECKID "\"}", "x - -"},
    {WITH_CORE "\"id\":\"7\",\"meta\":{\"version\":\"x\"},\"externalId\":\"x\"}", "x - -"},
    {WITH_CORE "\"externalId\":\"x\",\"name\":{\"givenName\":\"Pietje\"},\"emails\":[{\"value\":"
               "\"p@school.example\"}],\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:"
               "User\":{\"department\":\"4h\"}}",
     "x - -"},
};

START_TEST(only_what_is_needed_is_read)
{
    eckid_scim_change_t change;

    ok(read_with(&change, resources[_i].text, &eckid_scim_schema_user));
    ck_assert_str_eq(shown(&change), resources[_i].wanted);
}
END_TEST

static const struct {
    const char *text;
    eckid_code_t code;
    const char *words;
} bad[] = {
    {"{\"externalId\":\"x\"}", ECKID_SCIM_SYNTAX, "schemas"},
    {"{\"schemas\":[],\"externalId\":\"x\"}", ECKID_SCIM_SYNTAX, "schemas"},
    {"{\"schemas\":\"" CORE "\"}", ECKID_SCIM_SYNTAX, "schemas"},
    {"{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"]}", ECKID_SCIM_SYNTAX,
     "schemas"},
    {WITH_CORE "\"externalId\":7}", ECKID_SCIM_VALUE, "externalId"},
    {WITH_CORE "\"externalId\":\"\"}", ECKID_SCIM_VALUE, "externalId"},
    {WITH_CORE "\"externalId\":\"a\\nb\"}", ECKID_SCIM_VALUE, "externalId"},
    {WITH_CORE "\"userName\":{}}", ECKID_SCIM_VALUE, "userName"},
    {WITH_CORE "\"active\":7}", ECKID_SCIM_VALUE, "active"},
    {WITH_CORE "\"eckId\":7}", ECKID_SCIM_VALUE, "malformed"},
    {WITH_CORE "\"eckId\":\"\"}", ECKID_SCIM_VALUE, "malformed"},
    {WITH_CORE "\"eckId\":[\"" AN_ECKID "\"]}", ECKID_SCIM_VALUE, "malformed"},
    {WITH_CORE "\"eckId\":\"" AN_ECKID " \"}", ECKID_SCIM_VALUE, "malformed"},
    {WITH_CORE "\"eckId\":\"" A_PILOT "\"}", ECKID_SCIM_VALUE, "EckidPilot"},
    {WITH_CORE "\"eckId\":\"" STEM "\"}", ECKID_SCIM_VALUE, "stampseudoniem"},
    {WITH_CORE "\"eckId\":\"https://ketenid.nl/sp201703/x\"}", ECKID_SCIM_VALUE, "stampseudoniem"},
    {WITH_BOTH "\"eckId\":\"" AN_ECKID "\",\"" EXTENSION "\":{\"eckId\":\"" AN_ECKID "\"}}",
     ECKID_SCIM_VALUE, "two places"},
    {WITH_BOTH "\"userName\":\"a\",\"" CORE ":userName\":\"b\"}", ECKID_SCIM_VALUE, "two places"},
    {WITH_BOTH "\"" EXTENSION "\":7}", ECKID_SCIM_VALUE, "no object"},
    {WITH_CORE "\"" CORE "\":{\"externalId\":\"x\"}}", ECKID_SCIM_VALUE, "within itself"},
    {WITH_CORE "\"urn:vendor:EduUser\":{\"EckId\":\"" AN_ECKID "\"}}", ECKID_SCIM_VALUE,
     "unknown schema"},
    {WITH_CORE "\"urn:vendor:EduUser:eckId\":\"" AN_ECKID "\"}", ECKID_SCIM_PATH, "unknown schema"},
    {WITH_CORE "\"eckId.value\":\"" AN_ECKID "\"}", ECKID_SCIM_PATH, "no parts"},
};

START_TEST(what_is_refused_says_why_and_shows_no_value)
{
    eckid_scim_change_t change;
    eckid_err_t *err = read_with(&change, bad[_i].text, &eckid_scim_schema_user);

    tells(err, bad[_i].code, bad[_i].words);
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "0123"));
}
END_TEST

START_TEST(the_pilot_is_a_setting)
{
    eckid_scim_schema_t schema = eckid_scim_schema_user;
    eckid_scim_change_t change;

    schema.pilot = true;
    ok(read_with(&change, WITH_CORE "\"eckId\":\"" A_PILOT "\"}", &schema));
    ck_assert_str_eq(change.eck_id.text, A_PILOT);
    refused(read_with(&change, WITH_CORE "\"eckId\":\"" STEM "\"}", &schema), ECKID_SCIM_VALUE);
}
END_TEST

START_TEST(an_edu_user_has_the_eck_id_in_itself)
{
    eckid_scim_change_t change;

    ok(read_with(&change,
                 "{\"schemas\":[\"urn:eckid:scim:schemas:2.0:EduUser\"],\"externalId\":\"x\","
                 "\"eckId\":\"" AN_ECKID "\",\"name\":{\"familyName\":\"Pukkelen\"}}",
                 &eckid_scim_schema_edu_user));
    ck_assert_str_eq(shown(&change), "x - eckid");
}
END_TEST

static const struct {
    const char *operations, *wanted;
} patches[] = {
    {"[{\"op\":\"replace\",\"path\":\"eckId\",\"value\":\"" AN_ECKID "\"}]", "= = eckid"},
    {"[{\"op\":\"Replace\",\"path\":\"" EXTENSION ":eckId\",\"value\":\"" AN_ECKID "\"}]",
     "= = eckid"},
    /* see findings/scim-patch-extension.sh */
    {"[{\"op\":\"replace\",\"path\":\"" EXTENSION "\",\"value\":{\"eckId\":\"" AN_ECKID "\"}}]",
     "= = eckid"},
    {"[{\"op\":\"replace\",\"value\":{\"" EXTENSION "\":{\"eckId\":\"" AN_ECKID "\"}}}]",
     "= = eckid"},
    {"[{\"op\":\"add\",\"value\":{\"" EXTENSION ":eckId\":\"" AN_ECKID "\"}}]", "= = eckid"},
    {"[{\"OP\":\"Add\",\"PATH\":\"userName\",\"VALUE\":\"u\"}]", "= u ="},
    {"[{\"op\":\"replace\",\"path\":\"" CORE "\",\"value\":{\"userName\":\"u\"}}]", "= u ="},
    {"[{\"op\":\"remove\",\"path\":\"eckId\"}]", "= = -"},
    {"[{\"op\":\"remove\",\"path\":\"" EXTENSION "\"}]", "= = -"},
    {"[{\"op\":\"replace\",\"path\":\"eckId\",\"value\":null}]", "= = -"},
    {"[{\"op\":\"remove\",\"path\":\"userName\"}]", "= - ="},
    {"[{\"op\":\"replace\",\"value\":{\"active\":false}}]", "= = -"},
    {"[{\"op\":\"replace\",\"path\":\"active\",\"value\":\"False\"}]", "= = -"},
    {"[{\"op\":\"replace\",\"path\":\"active\",\"value\":true}]", "= = ="},
    {"[{\"op\":\"add\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"x\"},"
     "{\"op\":\"replace\",\"path\":\"name.givenName\",\"value\":\"x\"}]",
     "= = ="},
    {"[{\"op\":\"remove\",\"path\":\"emails[type eq \\\"work\\\"]\",\"value\":[1]}]", "= = ="},
    {"[{\"op\":\"replace\",\"value\":{\"name.givenName\":\"x\",\"userName\":\"u\"}}]", "= u ="},
    {"[{\"op\":\"replace\",\"path\":\"id\",\"value\":\"7\"}]", "= = ="},
    /* one after the other */
    {"[{\"op\":\"remove\",\"path\":\"eckId\"},"
     "{\"op\":\"add\",\"path\":\"eckId\",\"value\":\"" AN_ECKID "\"}]",
     "= = eckid"},
    {"[{\"op\":\"add\",\"path\":\"eckId\",\"value\":\"" AN_ECKID "\"},"
     "{\"op\":\"remove\",\"path\":\"eckId\"}]",
     "= = -"},
};

START_TEST(what_a_patch_says)
{
    eckid_scim_change_t change;

    ok(read_patch(&change, patches[_i].operations));
    ck_assert_msg(strcmp(shown(&change), patches[_i].wanted) == 0, "%s: %s", patches[_i].operations,
                  shown(&change));
}
END_TEST

static const struct {
    const char *operations;
    eckid_code_t code;
} bad_patches[] = {
    {"[]", ECKID_SCIM_SYNTAX},
    {"{}", ECKID_SCIM_SYNTAX},
    {"null", ECKID_SCIM_SYNTAX},
    {"[7]", ECKID_SCIM_SYNTAX},
    {"[{\"path\":\"eckId\"}]", ECKID_SCIM_SYNTAX},
    {"[{\"op\":\"move\",\"path\":\"eckId\"}]", ECKID_SCIM_SYNTAX},
    {"[{\"op\":\"remove\"}]", ECKID_SCIM_TARGET},
    {"[{\"op\":\"remove\",\"path\":\"" CORE "\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"remove\",\"path\":\"eckId\",\"value\":\"" AN_ECKID "\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"replace\",\"path\":7,\"value\":\"x\"}]", ECKID_SCIM_PATH},
    {"[{\"op\":\"replace\",\"path\":\"eckId[value eq \\\"x\\\"]\",\"value\":\"x\"}]",
     ECKID_SCIM_PATH},
    {"[{\"op\":\"replace\",\"path\":\"" EXTENSION ".eckId\",\"value\":\"x\"}]", ECKID_SCIM_PATH},
    {"[{\"op\":\"replace\",\"value\":\"x\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"replace\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"replace\",\"path\":\"" EXTENSION "\",\"value\":\"x\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"replace\",\"path\":\"eckId\",\"value\":\"" STEM "\"}]", ECKID_SCIM_VALUE},
    {"[{\"op\":\"replace\",\"value\":{\"eckId\":null,\"" EXTENSION "\":{\"eckId\":null}}}]",
     ECKID_SCIM_VALUE},
    {"[{\"op\":\"add\",\"path\":\"eckId\",\"value\":\"" AN_ECKID "\"},{\"op\":\"remove\"}]",
     ECKID_SCIM_TARGET},
};

START_TEST(patches_that_are_refused)
{
    eckid_scim_change_t change;
    const eckid_err_t *err = read_patch(&change, bad_patches[_i].operations);

    ck_assert_msg(err && err->code == bad_patches[_i].code, "%s", bad_patches[_i].operations);
}
END_TEST

START_TEST(a_patch_says_that_it_is_one)
{
    eckid_scim_change_t change;
    json_t *body;

    ok(eckid_scim_json_parse(
        &body, str(WITH_CORE "\"Operations\":[{\"op\":\"remove\",\"path\":\"eckId\"}]}"), pool));
    refused(eckid_scim_change_from_patch(&change, body, &eckid_scim_schema_user, pool),
            ECKID_SCIM_SYNTAX);
}
END_TEST

UNIT_SUITE(scim_change)
{
    Suite *suite = suite_create("scim_change");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, only_what_is_needed_is_read, 0, COUNT(resources));
    tcase_add_loop_test(tcase, what_is_refused_says_why_and_shows_no_value, 0, COUNT(bad));
    tcase_add_test(tcase, the_pilot_is_a_setting);
    tcase_add_test(tcase, an_edu_user_has_the_eck_id_in_itself);
    tcase_add_loop_test(tcase, what_a_patch_says, 0, COUNT(patches));
    tcase_add_loop_test(tcase, patches_that_are_refused, 0, COUNT(bad_patches));
    tcase_add_test(tcase, a_patch_says_that_it_is_one);
    return suite;
}
