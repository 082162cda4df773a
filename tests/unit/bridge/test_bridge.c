/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "bridge/eckid_bridge_flow.h"
#include "bridge/eckid_name_id.h"
#include "support/bridge.h"

static eckid_bridge_answer_t enter(const bridge_scene_t *scene, eckid_bridge_carrier_t carrier)
{
    return eckid_bridge_enter(&scene->bridge, &carrier, maker_moment(), pool);
}

static eckid_code_t code_of(const eckid_bridge_answer_t *answer)
{
    return answer->decision.cause ? answer->decision.cause->code : ECKID_OK;
}

START_TEST(a_good_request_goes_to_the_login)
{
    const bridge_scene_t *scene = bridge_scene(" AuthnRequestsSigned='true'");
    const eckid_bridge_answer_t answer =
        enter(scene, bridge_query(bridge_request("", ""), "state", 0));

    ck_assert_msg(answer.location, "ECK%04d", code_of(&answer));
    ck_assert_int_eq(strncmp(answer.location, "/saml/idp/login?r=", 18), 0);
    ck_assert(!answer.decision.log.wanted);
}
END_TEST

static const struct {
    const char *attributes, *place;
} places[] = {{"", "/saml/idp/login?"},
              {" IsPassive='true'", "/saml/idp/passive?"},
              {" ForceAuthn='1'", "/saml/idp/passive?"}};

START_TEST(what_it_asks_for_decides_where_the_user_logs_in)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->bridge.renew = "/module?logout=";
    scene->bridge.instant = "auth_time";
    const eckid_bridge_answer_t answer =
        enter(scene, bridge_post(bridge_request(places[_i].attributes, ""), NULL));

    ck_assert_ptr_nonnull(answer.location);
    ck_assert_int_eq(strncmp(answer.location, places[_i].place, strlen(places[_i].place)), 0);
}
END_TEST

#define CONSUMER(url) " AssertionConsumerServiceURL='" url "'"
#define BINDING(name) " ProtocolBinding='urn:oasis:names:tc:SAML:2.0:bindings:" name "'"

/* Where answers go; NULL: the request is refused with a page. */
static const struct {
    const char *attributes, *consumer;
} consumers[] = {
    {"", MAKER_CONSUMER},
    {CONSUMER(MAKER_CONSUMER), MAKER_CONSUMER},
    {CONSUMER(MAKER_CONSUMER "/two") BINDING("HTTP-POST"), MAKER_CONSUMER "/two"},
    {" AssertionConsumerServiceIndex='1'", MAKER_CONSUMER "/two"},
    {" AssertionConsumerServiceIndex='2'", NULL},
    {" AssertionConsumerServiceIndex='9'", NULL},
    {CONSUMER("https://evil.example/acs"), NULL},
    {CONSUMER("HTTPS://books.example/acs"), NULL},
    {CONSUMER(MAKER_CONSUMER "/"), NULL},
    {CONSUMER(""), NULL},
    {CONSUMER("https://a/x"), NULL},
};

START_TEST(answers_go_where_the_metadata_say)
{
    bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_answer_t asked =
        enter(scene, bridge_post(bridge_request(consumers[_i].attributes, ""), NULL));

    if (!consumers[_i].consumer) {
        ck_assert_int_eq(code_of(&asked), ECKID_REQUEST_CONSUMER);
        ck_assert_int_eq(asked.decision.verdict, ECKID_REFUSE);
        return;
    }
    ck_assert_str_eq(bridge_come_back(scene, asked.location).consumer, consumers[_i].consumer);
}
END_TEST

#define POLICY(attributes) "<p:NameIDPolicy " attributes "/>"

/* What is told to the supplier, by which status. */
static const struct {
    const char *attributes, *children, *version, *status;
} told[] = {
    {"", "", "1.1", "VersionMismatch"},
    {BINDING("HTTP-Artifact"), "", NULL, "UnsupportedBinding"},
    {"", POLICY("Format='" ECKID_NAME_ID_EMAIL "'"), NULL, "InvalidNameIDPolicy"},
    {"", POLICY("SPNameQualifier='https://other.example'"), NULL, "InvalidNameIDPolicy"},
    {"",
     "<p:RequestedAuthnContext><a:AuthnContextDeclRef>x</a:AuthnContextDeclRef>"
     "</p:RequestedAuthnContext>",
     NULL, "NoAuthnContext"},
    {"", "<a:Subject><a:NameID>x</a:NameID></a:Subject>", NULL, "RequestUnsupported"},
    {" ForceAuthn='true'", "", NULL, "RequestUnsupported"},
    {" ForceAuthn='true' IsPassive='true'", "", NULL, "RequestUnsupported"},
};

START_TEST(what_cannot_be_given_is_told_to_the_supplier)
{
    const char *xml = bridge_request(told[_i].attributes, told[_i].children);
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_answer_t answer = enter(
        scene, bridge_post(told[_i].version ? replaced(xml, "'2.0'", "'1.1'") : xml, "state"));

    ck_assert_int_eq(code_of(&answer), ECKID_REQUEST_UNFIT);
    ck_assert(answer.decision.verdict == ECKID_CHANGE && answer.decision.log.told_supplier);
    ck_assert_str_eq(answer.consumer, MAKER_CONSUMER);
    ck_assert_str_eq(answer.relay_state, "state");
    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, told[_i].status));
    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, "InResponseTo=\"_request\""));
    ck_assert_ptr_null(strstr(answer.decision.body.data, "<saml:Assertion"));
}
END_TEST

/* ForceAuthn needs both: a way to end the session, and the time of the login that follows. */
static const struct {
    const char *renew, *instant;
} halves[] = {{NULL, "auth_time"}, {"/module?logout=", NULL}};

START_TEST(a_forced_login_that_cannot_be_checked_is_unsupported)
{
    bridge_scene_t *scene = bridge_scene("");

    scene->bridge.renew = halves[_i].renew;
    scene->bridge.instant = halves[_i].instant;
    const eckid_bridge_answer_t answer =
        enter(scene, bridge_post(bridge_request(" ForceAuthn='true'", ""), NULL));

    ck_assert_ptr_null(answer.location);
    ck_assert_ptr_nonnull(strstr(answer.decision.body.data, "RequestUnsupported"));
}
END_TEST

static const struct {
    const char *wishes, *what, *by;
    int key;
    eckid_code_t code;
} untrusted[] = {
    {" AuthnRequestsSigned='true'", "", "", -1, ECKID_REQUEST_UNSIGNED},
    {"", "", "", 1, ECKID_REQUEST_SIGNATURE},
    {"", "books.example/saml<", "unknown.example/saml<", -1, ECKID_REQUEST_SUPPLIER},
    {"", "books.example/saml<", "exercises.example/saml<", -1, ECKID_REQUEST_SUPPLIER},
    {"", "https://login", "https://other", 0, ECKID_REQUEST_DESTINATION},
    {"", "T08:30", "T07:30", 0, ECKID_REQUEST_TIME},
};

START_TEST(what_cannot_be_trusted_gets_a_page_and_nothing_signed)
{
    const char *xml = bridge_request("", "");
    const bridge_scene_t *scene = bridge_scene(untrusted[_i].wishes);

    if (*untrusted[_i].what) {
        xml = replaced(xml, untrusted[_i].what, untrusted[_i].by);
    }
    const eckid_bridge_answer_t answer = enter(scene, bridge_query(xml, NULL, untrusted[_i].key));

    ck_assert_int_eq(code_of(&answer), untrusted[_i].code);
    ck_assert_int_eq(answer.decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(answer.decision.status, 400);
    ck_assert_ptr_null(answer.decision.body.data);
    ck_assert_ptr_null(answer.location);
}
END_TEST

static const struct {
    const char *query;
    eckid_code_t code;
} begun[] = {
    {"supplier=https%3a%2f%2fbooks.example%2fsaml&RelayState=s", ECKID_OK},
    {"supplier=https%3a%2f%2funknown.example", ECKID_REQUEST_SUPPLIER},
    {"supplier=a&supplier=b", ECKID_REQUEST},
    {"", ECKID_REQUEST},
    {"supplier=https%3a%2f%2fbooks.example%2fsaml&RelayState=a&RelayState=b", ECKID_REQUEST},
};

START_TEST(a_login_can_begin_here)
{
    const bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_answer_t asked =
        eckid_bridge_begin(&scene->bridge, str(begun[_i].query), maker_moment(), pool);

    ck_assert_int_eq(code_of(&asked), begun[_i].code);
    if (begun[_i].code) {
        return;
    }
    const eckid_bridge_answer_t answer = bridge_come_back(scene, asked.location);

    ck_assert_str_eq(answer.relay_state, "s");
    ck_assert_ptr_null(strstr(answer.decision.body.data, "InResponseTo"));
}
END_TEST

UNIT_SUITE(bridge)
{
    Suite *suite = suite_create("bridge");
    TCase *tcase = unit_case(suite, "bridge");

    tcase_add_test(tcase, a_good_request_goes_to_the_login);
    tcase_add_loop_test(tcase, what_it_asks_for_decides_where_the_user_logs_in, 0, COUNT(places));
    tcase_add_loop_test(tcase, answers_go_where_the_metadata_say, 0, COUNT(consumers));
    tcase_add_loop_test(tcase, what_cannot_be_given_is_told_to_the_supplier, 0, COUNT(told));
    tcase_add_loop_test(tcase, a_forced_login_that_cannot_be_checked_is_unsupported, 0,
                        COUNT(halves));
    tcase_add_loop_test(tcase, what_cannot_be_trusted_gets_a_page_and_nothing_signed, 0,
                        COUNT(untrusted));
    tcase_add_loop_test(tcase, a_login_can_begin_here, 0, COUNT(begun));
    return suite;
}
