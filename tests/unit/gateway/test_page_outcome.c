/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/gateway.h"
#include "support/suppliers.h"

/* What each outcome leads to, with its own setting and with the other one. */

static void teacher(gateway_scene_t *scene, maker_t *maker)
{
    (void)scene;
    maker->attributes = replaced(maker->attributes, ">student<", ">employee<");
}

static void no_key(gateway_scene_t *scene, maker_t *maker)
{
    (void)scene;
    maker->attributes = maker_attribute("eduPersonAffiliation", "student", NULL);
}

static void unknown(gateway_scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.status = 404;
}

static void no_eckid(gateway_scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.body = "{\"givenName\":\"Pietje\"}";
}

static void las_failed(gateway_scene_t *scene, maker_t *maker)
{
    (void)maker;
    scene->fake.status = 500;
}

typedef struct bad_day_t {
    void (*happens)(gateway_scene_t *scene, maker_t *maker);
    eckid_outcome_t outcome;
    int status;
    eckid_code_t code;
} bad_day_t;

static const bad_day_t bad_days[] = {
    {teacher, ECKID_IS_NOT_STUDENT, 403, ECKID_NOT_STUDENT},
    {no_key, ECKID_IS_UNKNOWN, 403, ECKID_NO_KEY},
    {unknown, ECKID_IS_UNKNOWN, 403, ECKID_UNKNOWN},
    {no_eckid, ECKID_HAS_NONE, 403, ECKID_NO_ECKID},
    {las_failed, ECKID_LAS_FAILED, 503, ECKID_LAS_REFUSED},
};

static eckid_decision_t on_bad_day(gateway_scene_t *scene, const bad_day_t *day,
                                   eckid_action_t action)
{
    maker_t maker = maker_usual();

    maker.attributes =
        apr_pstrcat(pool, maker.attributes, maker_attribute("eckId", "forged", NULL), NULL);
    first_supplier(scene->policy)->on[day->outcome] = action;
    day->happens(scene, &maker);
    return gateway_rewrite_maker(scene, &maker);
}

START_TEST(an_outcome_can_be_denied)
{
    gateway_scene_t *scene = gateway_scene();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);

    gateway_refuses(decision, bad_days[_i].status, bad_days[_i].code);
    ck_assert_int_eq(decision.known.outcome, bad_days[_i].outcome);
    ck_assert(!decision.log.told_supplier);
}
END_TEST

START_TEST(an_outcome_can_be_let_through_without_eckid)
{
    gateway_scene_t *scene = gateway_scene();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_OMIT);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(decision.known.outcome, bad_days[_i].outcome);
    ck_assert_int_eq(decision.cause->code, bad_days[_i].code);
    /* what the identity provider sent under the name is gone, and so is what is not released */
    ck_assert_str_eq(gateway_attributes_in(decision.body),
                     bad_days[_i].happens == no_key ? "" : "uid");
}
END_TEST

START_TEST(a_denial_can_be_told_to_the_supplier)
{
    gateway_scene_t *scene = gateway_scene();

    first_supplier(scene->policy)->refuse_by_status = true;
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.log.told_supplier);
    ck_assert_int_eq(decision.status, bad_days[_i].status);
    ck_assert_ptr_nonnull(
        strstr(gateway_xml_in(decision.body).data,
               apr_pstrcat(pool, " (reference ", eckid_moment_reference(maker_moment(), pool), ")<",
                           NULL)));
    eckid_saml_message_t *saml = gateway_response_in(decision.body);

    ck_assert_int_eq(saml->kind, ECKID_SAML_ERROR);
    ck_assert_str_eq(APR_ARRAY_IDX(saml->targets, 0, eckid_saml_target_t).url, MAKER_CONSUMER);
}
END_TEST

/* A form whose action a script sets. */
static const char *const without_action[] = {"", " action=\"\""};

START_TEST(a_form_without_an_action_goes_where_its_message_says)
{
    maker_t maker = maker_usual(), canteen = maker_usual();
    const char *form = maker_page("", maker_xml(&maker));
    eckid_decision_t decision =
        gateway_rewrite(gateway_scene(), replaced(form, " action=\"\"", without_action[_i]));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    canteen.destination = canteen.recipient = GATEWAY_CANTEEN;
    canteen.audience = "https://canteen.example/saml";
    form = maker_page("", maker_xml(&canteen));
    decision = gateway_rewrite(gateway_scene(), replaced(form, " action=\"\"", without_action[_i]));
    ck_assert_int_eq(decision.verdict, ECKID_PASS);
}
END_TEST

START_TEST(a_denial_that_has_nowhere_to_go_is_not_told)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();
    const char *page = maker_page("", maker_xml(&maker));

    first_supplier(scene->policy)->refuse_by_status = true;
    scene->fake.status = 404;
    first_supplier(scene->policy)->on[ECKID_IS_UNKNOWN] = ECKID_DENY;
    eckid_decision_t decision =
        gateway_rewrite(scene, replaced(page, " action=\"\"", without_action[_i]));

    gateway_refuses(decision, 403, ECKID_UNKNOWN);
    ck_assert(!decision.log.told_supplier);
}
END_TEST

START_TEST(a_bad_response_is_never_told_by_status)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->refuse_by_status = true;
    maker.sign_assertion = false;
    gateway_refuses(gateway_rewrite_maker(scene, &maker), 502, ECKID_UNSIGNED);
}
END_TEST

START_TEST(nothing_in_a_decision_s_words_is_anybody_s)
{
    gateway_scene_t *scene = gateway_scene();
    eckid_decision_t decision = on_bad_day(scene, &bad_days[_i], ECKID_DENY);
    const char *text = eckid_err_text(decision.cause, pool);

    ck_assert_ptr_null(strstr(text, "95312"));
    ck_assert_ptr_null(strstr(text, "pukkelen"));
}
END_TEST

UNIT_SUITE(page_outcome)
{
    Suite *suite = suite_create("page_outcome");
    TCase *tcase = unit_case(suite, "page_outcome");

    tcase_add_loop_test(tcase, an_outcome_can_be_denied, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, an_outcome_can_be_let_through_without_eckid, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, a_denial_can_be_told_to_the_supplier, 0, COUNT(bad_days));
    tcase_add_loop_test(tcase, a_form_without_an_action_goes_where_its_message_says, 0,
                        COUNT(without_action));
    tcase_add_loop_test(tcase, a_denial_that_has_nowhere_to_go_is_not_told, 0,
                        COUNT(without_action));
    tcase_add_test(tcase, a_bad_response_is_never_told_by_status);
    tcase_add_loop_test(tcase, nothing_in_a_decision_s_words_is_anybody_s, 0, COUNT(bad_days));
    return suite;
}
