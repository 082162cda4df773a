/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/bridge.h"

static const char *location_of(const bridge_scene_t *scene, const char *attributes,
                               const char *children)
{
    const eckid_bridge_carrier_t carrier = bridge_post(bridge_request(attributes, children), NULL);

    return eckid_bridge_enter(&scene->bridge, &carrier, maker_moment(), pool).location;
}

static eckid_bridge_answer_t log_in(const bridge_scene_t *scene, const char *attributes,
                                    const char *children)
{
    return bridge_come_back(scene, location_of(scene, attributes, children));
}

START_TEST(the_supplier_gets_what_is_released)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_answer_t answer = log_in(scene, "", "");

    ck_assert_int_eq(answer.decision.verdict, ECKID_CHANGE);
    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, "pukkelen"));
    ck_assert_ptr_null(strstr(answer.decision.body.data, "95312"));
    ck_assert_int_eq(answer.decision.known.outcome, ECKID_LAS_FAILED);
    ck_assert_int_eq(answer.decision.log.attributes->nelts, 1);
}
END_TEST

START_TEST(the_supplier_s_block_decides_about_a_failure)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->supplier->on[ECKID_LAS_FAILED] = ECKID_DENY;
    const eckid_bridge_answer_t page = log_in(scene, "", "");

    ck_assert_int_eq(page.decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(page.decision.status, 503);
    scene->supplier->refuse_by_status = true;
    const eckid_bridge_answer_t status = log_in(scene, "", "");

    ck_assert(status.decision.log.told_supplier);
    ck_assert_ptr_nonnull(strstr(status.decision.body.data, "RequestDenied"));
}
END_TEST

START_TEST(a_request_is_answered_once)
{
    const bridge_scene_t *scene = bridge_scene("");
    const char *location = location_of(scene, "", "");
    const eckid_bridge_carrier_t again = bridge_post(bridge_request("", ""), NULL);

    ck_assert_int_eq(bridge_come_back(scene, location).decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(bridge_come_back(scene, location).decision.cause->code,
                     ECKID_REQUEST_REPLAYED);
    ck_assert_int_eq(
        eckid_bridge_enter(&scene->bridge, &again, maker_moment(), pool).decision.cause->code,
        ECKID_REQUEST_REPLAYED);
}
END_TEST

/* A variable that is set, or with a value of NULL not set, and what comes of it. */
static const struct {
    const char *user, *name, *value;
    eckid_code_t code;
    int status;
} rows[] = {
    {NULL, "uid", "u", ECKID_NO_USER, 502},
    {"", "uid", "u", ECKID_NO_USER, 502},
    {"u", "uid", "\001", ECKID_CLAIM, 502},
    {"u", "auth_time", NULL, ECKID_CLAIM, 502},
    {"u", "auth_time", "yesterday", ECKID_CLAIM, 502},
    {"u", "auth_time", "1788165061", ECKID_CLAIM, 502},
};

START_TEST(without_what_a_login_needs_nothing_is_signed)
{
    bridge_scene_t *scene = bridge_scene("");
    const char *location = location_of(scene, "", "");

    scene->bridge.instant = "auth_time";
    apr_table_set(scene->variables, "auth_time", "1788165000");
    apr_table_unset(scene->variables, rows[_i].name);
    if (rows[_i].value) {
        apr_table_set(scene->variables, rows[_i].name, rows[_i].value);
    }
    scene->environment.user = rows[_i].user;
    const eckid_bridge_answer_t answer = bridge_come_back(scene, location);

    ck_assert_int_eq(answer.decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(answer.decision.cause->code, rows[_i].code);
    ck_assert_int_eq(answer.decision.status, rows[_i].status);
}
END_TEST

START_TEST(an_attribute_that_is_missing_is_told_with_where_it_comes_from)
{
    bridge_scene_t *scene = bridge_scene("");

    apr_table_unset(scene->variables, "employeeNumber");
    const eckid_bridge_answer_t answer = log_in(scene, "", "");
    const char *text = eckid_err_text(answer.decision.cause, pool);

    ck_assert_msg(strstr(text, "employeeNumber") && strstr(text, "see its EckidIdpAttribute"), "%s",
                  text);
}
END_TEST

START_TEST(a_passive_request_without_a_user_is_told_so)
{
    bridge_scene_t *scene = bridge_scene("");
    const char *location = location_of(scene, " IsPassive='true'", "");

    scene->environment.user = "";
    const eckid_bridge_answer_t answer = bridge_come_back(scene, location);

    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, "NoPassive"));
}
END_TEST

START_TEST(only_users_leave_records_behind)
{
    bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_carrier_t unfit =
        bridge_post(bridge_request(" ForceAuthn='true'", ""), NULL);

    eckid_bridge_enter(&scene->bridge, &unfit, maker_moment(), pool);
    const char *location = location_of(scene, " IsPassive='true'", "");

    scene->environment.user = "";
    bridge_come_back(scene, location);
    ck_assert_int_eq(scene->store->puts, 0);
    scene->environment.user = "somebody";
    bridge_come_back(scene, location);
    ck_assert_int_eq(scene->store->puts, 1);
}
END_TEST

START_TEST(a_refusal_is_an_answer_too)
{
    bridge_scene_t *scene = bridge_scene("");
    const char *location = location_of(scene, "", "");

    scene->supplier->on[ECKID_LAS_FAILED] = ECKID_DENY;
    scene->supplier->refuse_by_status = true;
    ck_assert(bridge_come_back(scene, location).decision.log.told_supplier);
    ck_assert_int_eq(bridge_come_back(scene, location).decision.cause->code,
                     ECKID_REQUEST_REPLAYED);
}
END_TEST

START_TEST(a_place_takes_only_its_own_requests)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_back_t back = {bridge_sealed(location_of(scene, "", "")),
                                      ECKID_BRIDGE_PASSIVE, NULL};
    const eckid_bridge_answer_t answer =
        eckid_bridge_answer(&scene->bridge, &back, &scene->environment, maker_moment(), pool);

    ck_assert_int_eq(answer.decision.cause->code, ECKID_REQUEST_ENDED);
}
END_TEST

START_TEST(a_context_that_does_not_hold_is_told)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_answer_t answer =
        log_in(scene, "",
               "<p:RequestedAuthnContext><a:AuthnContextClassRef>mfa</a:AuthnContextClassRef>"
               "</p:RequestedAuthnContext>");

    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, "NoAuthnContext"));
}
END_TEST

/* ForceAuthn: the time of authentication of the session that was there, NULL if there was none;
 * that with which the user comes back; and whether that is a new login after the request, of
 * 1788165000. */
static const struct {
    const char *before, *after;
    bool good;
} instants[] = {{"1788164000", "1788165030", true},  {"1788164000", "1788164941", true},
                {"1788164000", "1788164939", false}, {"1788164000", "1788164000", false},
                {"1788164990", "1788164990", false}, {"1788164990", "1788164991", true},
                {"1788165005", "1788165005", false}, {"1788165005", "1788165004", false},
                {NULL, "1788164941", true},          {NULL, "1788164939", false}};

static bridge_scene_t *forcing_scene(void)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->bridge.renew = "/module?logout=";
    scene->bridge.instant = "auth_time";
    apr_table_set(scene->variables, "auth_time", "1788165000");
    return scene;
}

/* Where the browser is sent to end the session that had begun then. */
static const char *sent_to_renew(bridge_scene_t *scene, const char *before)
{
    apr_table_set(scene->variables, "auth_time", before ? before : "");
    scene->environment.user = before ? "user" : NULL;
    return log_in(scene, " ForceAuthn='true'", "").location;
}

static eckid_bridge_answer_t come_again(bridge_scene_t *scene, const char *location,
                                        const char *after)
{
    apr_table_set(scene->variables, "auth_time", after);
    scene->environment.user = "user";
    const eckid_bridge_back_t back = {strstr(location, "%3Fr%3D") + 7, ECKID_BRIDGE_AGAIN, NULL};

    return eckid_bridge_answer(&scene->bridge, &back, &scene->environment, maker_moment(), pool);
}

START_TEST(a_forced_login_needs_a_new_authentication)
{
    static const char logout[] = "/module?logout=https%3A%2F%2Flogin.school.example";
    bridge_scene_t *scene = forcing_scene();
    const char *location = sent_to_renew(scene, instants[_i].before);

    ck_assert_int_eq(strncmp(location, logout, sizeof(logout) - 1), 0);
    ck_assert_ptr_nonnull(strstr(location, "%2Fagain%3Fr%3D"));
    const eckid_bridge_answer_t answer = come_again(scene, location, instants[_i].after);

    ck_assert_int_eq(strstr(answer.decision.body.data, "AuthnFailed") == NULL, instants[_i].good);
}
END_TEST

START_TEST(who_comes_back_from_there_without_a_login_is_refused)
{
    bridge_scene_t *scene = forcing_scene();
    const char *location = sent_to_renew(scene, NULL);
    const eckid_bridge_back_t back = {strstr(location, "%3Fr%3D") + 7, ECKID_BRIDGE_AGAIN, NULL};
    const eckid_bridge_answer_t answer =
        eckid_bridge_answer(&scene->bridge, &back, &scene->environment, maker_moment(), pool);

    ck_assert_int_eq(answer.decision.cause->code, ECKID_NO_USER);
}
END_TEST

/* The server was reloaded between the request and the login, with what is left of them. */
static const struct {
    const char *renew, *instant;
} left[] = {{NULL, "auth_time"}, {"/module?logout=", NULL}};

START_TEST(a_forced_login_that_can_no_longer_be_checked_is_refused)
{
    bridge_scene_t *scene = forcing_scene();
    const char *location = location_of(scene, " ForceAuthn='true'", "");

    scene->bridge.renew = left[_i].renew;
    scene->bridge.instant = left[_i].instant;
    ck_assert_int_eq(bridge_come_back(scene, location).decision.cause->code, ECKID_REQUEST_ENDED);
}
END_TEST

START_TEST(the_time_of_authentication_is_stated)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->bridge.instant = "auth_time";
    apr_table_set(scene->variables, "auth_time", "1788164000");
    ck_assert_ptr_nonnull(
        strstr(log_in(scene, "", "").decision.body.data, "AuthnInstant=\"2026-08-31T08:13:20Z\""));
}
END_TEST

START_TEST(what_must_be_encrypted_does_not_go_in_the_clear)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->supplier->encrypt = ECKID_ENCRYPT_ON;
    const eckid_bridge_answer_t answer = log_in(scene, "", "");

    ck_assert(answer.decision.log.encrypted);
    ck_assert_ptr_null(strstr(answer.decision.body.data, "pukkelen"));
    APR_ARRAY_IDX(scene->supplier->described, 0, eckid_described_t).encryption = NULL;
    scene->bridge.answered = NULL;
    ck_assert_int_eq(log_in(scene, "", "").decision.cause->code, ECKID_NO_RECIPIENT);
}
END_TEST

START_TEST(metadata_that_want_signed_assertions_get_them)
{
    bridge_scene_t *scene = bridge_scene(" WantAssertionsSigned='1'");

    scene->supplier->sign_what = ECKID_SIGN_RESPONSE;
    const char *xml = log_in(scene, "", "").decision.body.data;

    ck_assert_ptr_nonnull(strstr(strstr(xml, "<saml:Assertion"), "<ds:Signature"));
}
END_TEST

UNIT_SUITE(bridge_login)
{
    Suite *suite = suite_create("bridge_login");
    TCase *tcase = unit_case(suite, "login");

    tcase_add_test(tcase, the_supplier_gets_what_is_released);
    tcase_add_test(tcase, the_supplier_s_block_decides_about_a_failure);
    tcase_add_test(tcase, a_request_is_answered_once);
    tcase_add_loop_test(tcase, without_what_a_login_needs_nothing_is_signed, 0, COUNT(rows));
    tcase_add_test(tcase, an_attribute_that_is_missing_is_told_with_where_it_comes_from);
    tcase_add_test(tcase, only_users_leave_records_behind);
    tcase_add_test(tcase, a_refusal_is_an_answer_too);
    tcase_add_test(tcase, a_passive_request_without_a_user_is_told_so);
    tcase_add_test(tcase, a_place_takes_only_its_own_requests);
    tcase_add_test(tcase, a_context_that_does_not_hold_is_told);
    tcase_add_loop_test(tcase, a_forced_login_needs_a_new_authentication, 0, COUNT(instants));
    tcase_add_test(tcase, who_comes_back_from_there_without_a_login_is_refused);
    tcase_add_loop_test(tcase, a_forced_login_that_can_no_longer_be_checked_is_refused, 0,
                        COUNT(left));
    tcase_add_test(tcase, the_time_of_authentication_is_stated);
    tcase_add_test(tcase, what_must_be_encrypted_does_not_go_in_the_clear);
    tcase_add_test(tcase, metadata_that_want_signed_assertions_get_them);
    return suite;
}
