/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/bridge.h"

#define BOOKS BRIDGE_LOGOUT("HTTP-Redirect", "https://books.example/slo")
#define EXERCISES BRIDGE_LOGOUT("HTTP-POST", "https://exercises.example/slo")

static bridge_scene_t *logged_in(void)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);

    bridge_log_in(scene, MAKER_SUPPLIER);
    bridge_log_in(scene, BRIDGE_OTHER);
    return scene;
}

static eckid_code_t code_of(const eckid_logout_answer_t *answer)
{
    return answer->cause ? answer->cause->code : ECKID_OK;
}

static void refused_with_a_page(const eckid_logout_answer_t *answer, eckid_code_t code)
{
    ck_assert_int_eq(code_of(answer), code);
    ck_assert_int_eq(answer->show, ECKID_LOGOUT_SHOW_REFUSED);
    ck_assert_int_eq(answer->status, 400);
    ck_assert(answer->is_over && !answer->told);
    ck_assert_int_eq(answer->cookies->nelts, 0);
    ck_assert_ptr_null(answer->sent.location);
    ck_assert_ptr_null(answer->sent.post.xml.data);
}

/* What is replaced in a good request, and by which key it is signed. */
static const struct {
    const char *attributes, *what, *by;
    int key;
    eckid_code_t code;
} untrusted[] = {
    {"", "", "", -1, ECKID_REQUEST_UNSIGNED},
    {"", "", "", 1, ECKID_REQUEST_SIGNATURE},
    {"", "books.example/saml<", "unknown.example/saml<", 0, ECKID_REQUEST_SUPPLIER},
    {"", "https://login", "https://other", 0, ECKID_REQUEST_DESTINATION},
    {"", "/slo'", "/sso'", 0, ECKID_REQUEST_DESTINATION},
    {"", " Destination='" BRIDGE_SLO "'", "", 0, ECKID_REQUEST_DESTINATION},
    {"", "T08:30", "T07:30", 0, ECKID_REQUEST_TIME},
    {"", "T08:30", "T08:32", 0, ECKID_REQUEST_TIME},
    {" NotOnOrAfter='2026-08-31T08:29:00Z'", "", "", 0, ECKID_REQUEST_TIME},
    {" NotOnOrAfter='soon'", "", "", 0, ECKID_REQUEST},
    {"", "<a:NameID", "<a:Name", 0, ECKID_REQUEST},
};

START_TEST(what_cannot_be_trusted_gets_a_page_and_nothing_signed)
{
    bridge_scene_t *scene = logged_in();
    const char *xml = bridge_own_logout(scene, untrusted[_i].attributes);

    if (*untrusted[_i].what) {
        xml = replaced(xml, untrusted[_i].what, untrusted[_i].by);
    }
    if (strcmp(untrusted[_i].what, "<a:NameID") == 0) {
        xml = replaced(xml, "</a:NameID", "</a:Name");
    }
    const eckid_logout_answer_t answer =
        bridge_bring(scene, bridge_slo("SAMLRequest", xml, NULL, untrusted[_i].key));

    refused_with_a_page(&answer, untrusted[_i].code);
    ck_assert(!answer.begun && !answer.has_begun);
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 2);
}
END_TEST

START_TEST(a_request_counts_once)
{
    bridge_scene_t *scene = logged_in();
    const eckid_bridge_carrier_t carrier =
        bridge_slo("SAMLRequest", bridge_own_logout(scene, ""), NULL, 0);

    bridge_bring(scene, carrier);
    const eckid_logout_answer_t answer = bridge_bring(scene, carrier);

    ck_assert_int_eq(code_of(&answer), ECKID_REQUEST_REPLAYED);
    ck_assert_ptr_null(answer.begun); /* it is not the one that is under way */
}
END_TEST

/* What is told to the supplier, by which status. */
static const struct {
    const char *what, *by;
    eckid_code_t code;
    const char *status;
} told[] = {
    {">_", ">_x", ECKID_LOGOUT_UNKNOWN, "UnknownPrincipal"},
    {"transient'", "persistent'", ECKID_LOGOUT_UNKNOWN, "UnknownPrincipal"},
    {"<p:SessionIndex>", "<p:SessionIndex>x", ECKID_LOGOUT_UNKNOWN, "UnknownPrincipal"},
    {"'2.0'", "'1.1'", ECKID_REQUEST_UNFIT, "VersionMismatch"},
    {"a:NameID", "a:EncryptedID", ECKID_REQUEST_UNFIT, "RequestUnsupported"},
};

START_TEST(what_cannot_be_done_is_told_and_nothing_ends)
{
    bridge_scene_t *scene = logged_in();
    const char *xml = replaced(bridge_own_logout(scene, ""), told[_i].what, told[_i].by);

    if (strcmp(told[_i].what, "a:NameID") == 0) {
        xml = replaced(xml, "</a:NameID", "</a:EncryptedID");
    }
    const eckid_logout_answer_t answer =
        bridge_bring(scene, bridge_slo("SAMLRequest", xml, "state", 0));
    const char *response = bridge_taken(&answer, "SAMLResponse");

    ck_assert_int_eq(code_of(&answer), told[_i].code);
    ck_assert(answer.is_over && answer.told);
    ck_assert_ptr_nonnull(strstr(response, told[_i].status));
    ck_assert_ptr_nonnull(strstr(response, "InResponseTo=\"_request\""));
    ck_assert_ptr_nonnull(strstr(answer.sent.location, "RelayState=state"));
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 2);
}
END_TEST

/* How a SessionIndex is left out, or is one of several. */
static const struct {
    const char *what, *by;
} indexes[] = {{"<p:SessionIndex>", "<p:Other>"},
               {"<p:SessionIndex>", "<p:SessionIndex>x</p:SessionIndex><p:SessionIndex>"}};

START_TEST(without_an_index_all_sessions_of_the_user_are_meant)
{
    bridge_scene_t *scene = logged_in();
    const char *xml = replaced(bridge_own_logout(scene, ""), indexes[_i].what, indexes[_i].by);

    if (strcmp(indexes[_i].by, "<p:Other>") == 0) {
        xml = replaced(xml, "</p:SessionIndex", "</p:Other");
    }
    const eckid_logout_answer_t answer =
        bridge_bring(scene, bridge_slo("SAMLRequest", xml, NULL, 0));

    bridge_taken(&answer, "SAMLRequest");
}
END_TEST

START_TEST(another_browser_has_no_session)
{
    bridge_scene_t *scene = logged_in();
    const char *xml = bridge_own_logout(scene, "");

    scene->cookies = NULL;
    const eckid_logout_answer_t answer =
        bridge_bring(scene, bridge_slo("SAMLRequest", xml, NULL, 0));

    ck_assert_int_eq(code_of(&answer), ECKID_LOGOUT_UNKNOWN);
}
END_TEST

/* The key that signs the answer of the second supplier, and what is replaced in the cookies. */
static const struct {
    int key;
    const char *cookies;
    eckid_code_t code;
} answers[] = {{-1, "", ECKID_REQUEST_UNSIGNED},
               {1, "", ECKID_REQUEST_SIGNATURE},
               {0, "eckid-logout=", ECKID_LOGOUT_ANSWER}};

START_TEST(an_answer_that_cannot_be_trusted_changes_nothing)
{
    bridge_scene_t *scene = logged_in();
    const eckid_logout_answer_t asked =
        bridge_bring(scene, bridge_slo("SAMLRequest", bridge_own_logout(scene, ""), NULL, 0));

    if (*answers[_i].cookies) {
        scene->cookies = replaced(scene->cookies, answers[_i].cookies, "gone=");
    }
    const eckid_logout_answer_t answer =
        bridge_bring(scene, bridge_confirm(&asked, "Success", answers[_i].key));

    refused_with_a_page(&answer, answers[_i].code);
    ck_assert(answer.can_go_on == !*answers[_i].cookies);
    if (answer.can_go_on) {
        ck_assert_str_eq(answer.begun, eckid_moment_reference(maker_moment(), pool));
    }
    else {
        ck_assert_ptr_null(answer.begun);
    }
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 2);
}
END_TEST

#define GOOD                                                                                       \
    "<p:Status><p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></p:Status>"

START_TEST(nobody_answers_for_another_supplier_or_another_request)
{
    bridge_scene_t *scene = logged_in();
    const eckid_logout_answer_t asked =
        bridge_bring(scene, bridge_slo("SAMLRequest", bridge_own_logout(scene, ""), NULL, 0));
    const char *id = strstr(bridge_taken(&asked, "SAMLRequest"), " ID=\"") + 5;
    const char *xml = bridge_logout_response(apr_pstrmemdup(pool, id, strcspn(id, "\"")), GOOD);
    eckid_logout_answer_t answer = bridge_bring(scene, bridge_slo("SAMLResponse", xml, NULL, 0));

    refused_with_a_page(&answer, ECKID_LOGOUT_ANSWER);
    xml = replaced(bridge_logout_response("_other", GOOD), MAKER_SUPPLIER, BRIDGE_OTHER);
    answer = bridge_bring(scene, bridge_slo("SAMLResponse", xml, NULL, 0));
    refused_with_a_page(&answer, ECKID_LOGOUT_ANSWER);
}
END_TEST

static const char *const no_message[] = {"", "SAMLRequest=x&SAMLResponse=y", "RelayState=x",
                                         "SAMLRequest=x", "SAMLResponse=x"};

START_TEST(there_is_one_message)
{
    bridge_scene_t *scene = logged_in();
    const eckid_logout_answer_t answer =
        bridge_bring(scene, (eckid_bridge_carrier_t){false, str(no_message[_i]), BRIDGE_SLO});

    refused_with_a_page(&answer, ECKID_REQUEST);
}
END_TEST

START_TEST(the_user_is_asked_and_logged_out_everywhere)
{
    bridge_scene_t *scene = logged_in();
    eckid_logout_answer_t answer = bridge_visit(scene, NULL);
    const char *token = answer.token;

    ck_assert_int_eq(answer.show, ECKID_LOGOUT_SHOW_ASK);
    ck_assert(!answer.is_over);
    answer = bridge_visit(scene, token);
    ck_assert_ptr_nonnull(strstr(bridge_taken(&answer, "SAMLRequest"), "books.example/slo"));
    bridge_visit(scene, NULL); /* books does not answer */
    bridge_visit(scene, NULL); /* nor does exercises */
    answer = bridge_over(scene, false);
    ck_assert_int_eq(answer.show, ECKID_LOGOUT_SHOW_PARTIAL);
    ck_assert_ptr_null(answer.supplier);
    ck_assert_str_eq(scene->cookies, "other=1");
}
END_TEST

static const char *const bad_tokens[] = {NULL, "", "x"};

START_TEST(without_the_token_the_user_is_asked)
{
    bridge_scene_t *scene = logged_in();

    bridge_visit(scene, NULL);
    ck_assert_int_eq(bridge_visit(scene, bad_tokens[_i]).show, ECKID_LOGOUT_SHOW_ASK);
    scene->cookies = NULL;
    ck_assert_int_eq(bridge_visit(scene, bad_tokens[_i]).show, ECKID_LOGOUT_SHOW_ASK);
}
END_TEST

START_TEST(who_comes_to_the_end_without_a_logout_is_asked)
{
    bridge_scene_t *scene = logged_in();
    const eckid_logout_answer_t answer =
        eckid_bridge_logout_over(&scene->bridge, scene->cookies, false, maker_moment(), pool);

    ck_assert_int_eq(answer.show, ECKID_LOGOUT_SHOW_ASK);
}
END_TEST

START_TEST(who_comes_to_the_end_too_early_goes_on)
{
    bridge_scene_t *scene = logged_in();

    bridge_bring(scene, bridge_slo("SAMLRequest", bridge_own_logout(scene, ""), NULL, 0));
    const eckid_logout_answer_t early =
        eckid_bridge_logout_over(&scene->bridge, scene->cookies, false, maker_moment(), pool);

    ck_assert(early.show == ECKID_LOGOUT_SHOW_SENT && !early.is_over);
    bridge_keep(scene, early.cookies);
    const eckid_logout_answer_t over = bridge_over(scene, false);

    tells(over.cause, ECKID_LOGOUT_PARTIAL, "did not answer");
    ck_assert_str_eq(over.supplier, MAKER_SUPPLIER);
}
END_TEST

START_TEST(a_user_who_comes_again_keeps_the_session_index)
{
    bridge_scene_t *scene = bridge_logout_scene(BOOKS, EXERCISES);
    const char *first;

    scene->bridge.pairwise = scene->bridge.secret;
    bridge_log_in(scene, MAKER_SUPPLIER);
    first = APR_ARRAY_IDX(bridge_sessions(scene), 0, const eckid_bridge_session_t *)->index;
    bridge_log_in(scene, MAKER_SUPPLIER);
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 1);
    ck_assert_str_eq(
        APR_ARRAY_IDX(bridge_sessions(scene), 0, const eckid_bridge_session_t *)->index, first);
}
END_TEST

UNIT_SUITE(bridge_logout)
{
    Suite *suite = suite_create("bridge_logout");
    TCase *tcase = unit_case(suite, "logout");

    tcase_add_loop_test(tcase, what_cannot_be_trusted_gets_a_page_and_nothing_signed, 0,
                        COUNT(untrusted));
    tcase_add_test(tcase, a_request_counts_once);
    tcase_add_loop_test(tcase, what_cannot_be_done_is_told_and_nothing_ends, 0, COUNT(told));
    tcase_add_loop_test(tcase, without_an_index_all_sessions_of_the_user_are_meant, 0,
                        COUNT(indexes));
    tcase_add_test(tcase, another_browser_has_no_session);
    tcase_add_loop_test(tcase, an_answer_that_cannot_be_trusted_changes_nothing, 0, COUNT(answers));
    tcase_add_test(tcase, nobody_answers_for_another_supplier_or_another_request);
    tcase_add_loop_test(tcase, there_is_one_message, 0, COUNT(no_message));
    tcase_add_test(tcase, the_user_is_asked_and_logged_out_everywhere);
    tcase_add_loop_test(tcase, without_the_token_the_user_is_asked, 0, COUNT(bad_tokens));
    tcase_add_test(tcase, who_comes_to_the_end_without_a_logout_is_asked);
    tcase_add_test(tcase, who_comes_to_the_end_too_early_goes_on);
    tcase_add_test(tcase, a_user_who_comes_again_keeps_the_session_index);
    return suite;
}
