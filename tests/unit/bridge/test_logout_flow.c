/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_logout_flow.h"
#include "support/bridge.h"

#define REDIRECT(url) BRIDGE_LOGOUT("HTTP-Redirect", url)
#define POST(url) BRIDGE_LOGOUT("HTTP-POST", url)
#define BOOKS REDIRECT("https://books.example/slo")
#define EXERCISES REDIRECT("https://exercises.example/slo")
#define MODULE "/module?logout=https%3A%2F%2Flogin.school.example%2Fsaml%2Fidp%2Flogout"

static bridge_scene_t *both_logged_in(const char *first, const char *second)
{
    bridge_scene_t *scene = bridge_logout_scene(first, second);

    bridge_log_in(scene, MAKER_SUPPLIER);
    bridge_log_in(scene, BRIDGE_OTHER);
    return scene;
}

static eckid_logout_answer_t asked_by_books(bridge_scene_t *scene)
{
    return bridge_bring(scene,
                        bridge_slo("SAMLRequest", bridge_own_logout(scene, ""), "state & more", 0));
}

static eckid_code_t code_of(const eckid_logout_answer_t *answer)
{
    return answer->cause ? answer->cause->code : ECKID_OK;
}

/* The bindings of both. */
static const struct {
    const char *books, *exercises;
} bindings[] = {{BOOKS, EXERCISES},
                {BOOKS, POST("https://exercises.example/slo")},
                {POST("https://books.example/slo"), EXERCISES}};

START_TEST(one_supplier_logs_out_and_all_the_others_do)
{
    bridge_scene_t *scene = both_logged_in(bindings[_i].books, bindings[_i].exercises);
    const eckid_logout_answer_t asked = asked_by_books(scene);
    const char *request = bridge_taken(&asked, "SAMLRequest");

    ck_assert(!asked.is_over && asked.has_begun);
    ck_assert_int_eq(asked.others, 1);
    ck_assert_ptr_nonnull(strstr(request, "Destination=\"https://exercises.example/slo\""));
    ck_assert_ptr_nonnull(strstr(request, "<samlp:SessionIndex>_"));
    ck_assert_ptr_nonnull(strstr(request, "NotOnOrAfter=\"2026-08-31T08:40:00Z\""));
    const eckid_logout_answer_t confirmed =
        bridge_bring(scene, bridge_confirm(&asked, "Success", 0));

    ck_assert_str_eq(confirmed.sent.location, MODULE);
    ck_assert(!confirmed.is_over && !confirmed.has_begun);
    const eckid_logout_answer_t over = bridge_over(scene, false);
    const char *response = bridge_taken(&over, "SAMLResponse");

    ck_assert(over.is_over && over.ended == 1 && !over.has_begun);
    ck_assert_str_eq(over.begun, eckid_moment_reference(maker_moment(), pool));
    ck_assert_int_eq(code_of(&over), ECKID_OK);
    ck_assert_str_eq(over.supplier, MAKER_SUPPLIER);
    ck_assert_ptr_nonnull(strstr(response, "InResponseTo=\"_request\""));
    ck_assert_ptr_nonnull(strstr(response, "status:Success"));
    ck_assert_ptr_null(strstr(response, "PartialLogout"));
    ck_assert(over.sent.location ? strstr(over.sent.location, "RelayState=state%20%26%20more") ||
                                       strstr(over.sent.location, "RelayState=state+%26+more")
                                 : strcmp(over.sent.post.relay_state, "state & more") == 0);
    ck_assert_str_eq(scene->cookies, "other=1");
}
END_TEST

START_TEST(the_supplier_that_asks_is_not_asked)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);

    bridge_log_in(scene, MAKER_SUPPLIER);
    ck_assert_str_eq(asked_by_books(scene).sent.location, MODULE);
}
END_TEST

/* Why it is partial: the metadata of the second supplier, the status that it answers by; NULL: it
 * does not answer. */
static const struct {
    const char *exercises, *status, *words;
} partial[] = {
    {"", "", "exercises.example/saml has no SingleLogoutService"},
    {BRIDGE_LOGOUT("SOAP", "https://a"), "", "has no SingleLogoutService"},
    {EXERCISES, "Responder", "exercises.example/saml answered with an error status"},
    {EXERCISES, NULL, "exercises.example/saml did not answer"},
};

START_TEST(what_was_not_confirmed_is_told)
{
    bridge_scene_t *scene = both_logged_in(BOOKS, partial[_i].exercises);
    eckid_logout_answer_t answer = asked_by_books(scene);

    if (!partial[_i].status) {
        answer = bridge_visit(scene, NULL);
    }
    else if (*partial[_i].status) {
        answer = bridge_bring(scene, bridge_confirm(&answer, partial[_i].status, 0));
    }
    ck_assert_str_eq(answer.sent.location, MODULE);
    const eckid_logout_answer_t over = bridge_over(scene, false);

    ck_assert_ptr_nonnull(strstr(bridge_taken(&over, "SAMLResponse"), "PartialLogout"));
    tells(over.cause, ECKID_LOGOUT_PARTIAL, partial[_i].words);
    ck_assert_int_eq(over.ended, 0);
    ck_assert_str_eq(scene->cookies, "other=1");
}
END_TEST

START_TEST(a_supplier_that_is_gone_is_told)
{
    bridge_scene_t *scene = both_logged_in(BOOKS, EXERCISES);

    apr_array_clear(APR_ARRAY_IDX(scene->policy->suppliers, 1, eckid_supplier_t *)->described);
    ck_assert_str_eq(asked_by_books(scene).sent.location, MODULE);
    tells(bridge_over(scene, false).cause, ECKID_LOGOUT_PARTIAL, "is not known now");
}
END_TEST

/* What the metadata of the second supplier are answered by. */
static const int statuses[] = {200, 500};

START_TEST(metadata_for_which_no_time_is_left_are_fetched_by_another_request)
{
    bridge_scene_t *scene = both_logged_in(BOOKS, EXERCISES);
    bridge_source_t *source = bridge_publish(scene, EXERCISES);
    eckid_logout_flow_t logout =
        eckid_logout_flow(&scene->bridge, scene->cookies, maker_moment(), pool);

    source->status = statuses[_i];
    logout.flow.wait.begun = apr_time_now() - BRIDGE_PATIENCE / 2; /* that of the first took it */
    eckid_logout_flow_begin(&logout, MAKER_SUPPLIER, "_request", NULL);
    ok(eckid_logout_flow_go_on(&logout));
    ck_assert_str_eq(logout.answer.sent.location, "/saml/idp/logout");
    ck_assert_int_eq(source->calls, 0);
    bridge_keep(scene, logout.answer.cookies);

    const eckid_logout_answer_t answer = bridge_visit(scene, NULL);

    ck_assert_int_eq(source->calls, 1);
    if (source->status == 200) {
        ck_assert_ptr_nonnull(strstr(bridge_taken(&answer, "SAMLRequest"), "exercises.example"));
        return;
    }
    ck_assert_str_eq(answer.sent.location, MODULE);
    tells(bridge_over(scene, false).cause, ECKID_LOGOUT_PARTIAL, "is not known now");
}
END_TEST

START_TEST(a_session_without_a_name_cannot_be_ended)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);
    eckid_supplier_t *other = APR_ARRAY_IDX(scene->policy->suppliers, 1, eckid_supplier_t *);

    APR_ARRAY_PUSH(other->name_ids, eckid_name_id_rule_t) = (eckid_name_id_rule_t){.format = NULL};
    bridge_log_in(scene, MAKER_SUPPLIER);
    bridge_log_in(scene, BRIDGE_OTHER);
    asked_by_books(scene);
    tells(bridge_over(scene, false).cause, ECKID_LOGOUT_PARTIAL, "was given no NameID");
}
END_TEST

START_TEST(sessions_for_which_there_was_no_room_are_told)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);
    eckid_logout_flow_t logout;
    eckid_bridge_session_t session = {.supplier = MAKER_SUPPLIER, .has_lost = true};

    logout = eckid_logout_flow(&scene->bridge, NULL, maker_moment(), pool);
    APR_ARRAY_PUSH(logout.sessions, const eckid_bridge_session_t *) = &session;
    eckid_logout_flow_begin(&logout, MAKER_SUPPLIER, "_r", NULL);
    ck_assert_ptr_nonnull(strstr(logout.state->missed, "no room"));
}
END_TEST

START_TEST(a_supplier_without_endpoint_can_begin_and_the_user_gets_a_page)
{
    bridge_scene_t *scene = both_logged_in("", EXERCISES);
    eckid_logout_answer_t answer = asked_by_books(scene);

    bridge_bring(scene, bridge_confirm(&answer, "Success", 0));
    answer = bridge_over(scene, false);
    ck_assert_int_eq(answer.show, ECKID_LOGOUT_SHOW_DONE);
    ck_assert_int_eq(code_of(&answer), ECKID_LOGOUT_ENDPOINT);
}
END_TEST

START_TEST(a_supplier_that_hangs_is_asked_again_by_the_next_logout)
{
    bridge_scene_t *scene = both_logged_in(BOOKS, EXERCISES);
    const char *again = replaced(bridge_own_logout(scene, ""), "'_request'", "'_again'");
    eckid_logout_answer_t answer = asked_by_books(scene);

    bridge_taken(&answer, "SAMLRequest");
    answer = bridge_bring(scene, bridge_slo("SAMLRequest", again, NULL, 0));
    ck_assert_ptr_nonnull(strstr(bridge_taken(&answer, "SAMLRequest"), "exercises.example"));
}
END_TEST

/* Whether the module still names a user, and whether the operator says that the provider keeps its
 * session. */
static const struct {
    bool has_user, is_partial;
    const char *words; /* NULL: it is whole */
} modules[] = {{false, false, NULL},
               {true, false, "the authentication module still has its session"},
               {false, true, "the provider keeps its session"}};

START_TEST(the_session_of_the_module_must_be_gone)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);

    scene->bridge.logout_is_partial = modules[_i].is_partial;
    bridge_log_in(scene, MAKER_SUPPLIER);
    asked_by_books(scene);
    const eckid_logout_answer_t over = bridge_over(scene, modules[_i].has_user);
    const char *response = bridge_taken(&over, "SAMLResponse");

    ck_assert(!strstr(response, "PartialLogout") == !modules[_i].words);
    ck_assert(!over.cause == !modules[_i].words);
    if (modules[_i].words) {
        tells(over.cause, ECKID_LOGOUT_PARTIAL, modules[_i].words);
    }
}
END_TEST

UNIT_SUITE(logout_flow)
{
    Suite *suite = suite_create("logout_flow");
    TCase *tcase = unit_case(suite, "flow");

    tcase_add_loop_test(tcase, one_supplier_logs_out_and_all_the_others_do, 0, COUNT(bindings));
    tcase_add_test(tcase, the_supplier_that_asks_is_not_asked);
    tcase_add_loop_test(tcase, what_was_not_confirmed_is_told, 0, COUNT(partial));
    tcase_add_test(tcase, a_supplier_that_is_gone_is_told);
    tcase_add_loop_test(tcase, metadata_for_which_no_time_is_left_are_fetched_by_another_request, 0,
                        COUNT(statuses));
    tcase_add_test(tcase, a_session_without_a_name_cannot_be_ended);
    tcase_add_test(tcase, sessions_for_which_there_was_no_room_are_told);
    tcase_add_test(tcase, a_supplier_without_endpoint_can_begin_and_the_user_gets_a_page);
    tcase_add_loop_test(tcase, the_session_of_the_module_must_be_gone, 0, COUNT(modules));
    tcase_add_test(tcase, a_supplier_that_hangs_is_asked_again_by_the_next_logout);
    return suite;
}
