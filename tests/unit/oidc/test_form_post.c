/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "gateway/eckid_page.h"
#include "oidc/eckid_form_post.h"
#include "support/maker.h"
#include "support/web.h"

static eckid_decision_t post_page(const web_scene_t *scene, const char *client_id, const char *page,
                                  eckid_form_kind_t kind)
{
    const eckid_form_t *form;

    ok(eckid_form_read(&form, str(page), pool));
    for (int i = 0; i < form->fields->nelts; i++) {
        const eckid_form_field_t *field = &APR_ARRAY_IDX(form->fields, i, eckid_form_field_t);

        if (field->kind == kind) {
            return eckid_form_post_rewrite(&scene->gateway.oidc, client_id, form, field, str(page),
                                           maker_moment(), pool);
        }
    }
    abort();
}

static eckid_decision_t post(const web_scene_t *scene, const char *token)
{
    const char *page = apr_pstrcat(
        pool, "<form method=post action=\"https://books.example/cb?a&amp;b\"><input name=state ",
        "value='s&quot;t'><input type=hidden value='", token,
        "' name=id_token><input name=code value=c></form>", NULL);

    return post_page(scene, NULL, page, ECKID_FORM_ID_TOKEN);
}

static eckid_decision_t rewrite_page(web_scene_t *scene, const char *client_id, const char *page)
{
    scene->gateway.asked = client_id;
    return eckid_page_rewrite(&scene->gateway, str(page), false, maker_moment(), pool);
}

static const char *const empty[] = {
    "<input name=id_token>",
    "<input name=access_token>",
    "<input name=id_token value=''>",
    "<input name=access_token value=' '>",
    "<input name=id_token><input name=access_token>",
};

START_TEST(an_empty_field_is_a_form_to_be_filled_in)
{
    static const char *const clients[] = {NULL, "books", "canteen"};
    web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");
    const char *full = apr_pstrcat(pool, "<form><input name=id_token value=", token, ">", NULL);

    for (int i = 0; i < COUNT(clients); i++) {
        ck_assert_int_eq(rewrite_page(scene, clients[i], empty[_i]).verdict, ECKID_PASS);
    }
    const eckid_decision_t beside =
        rewrite_page(scene, "books", apr_pstrcat(pool, full, empty[_i], NULL));

    ck_assert_int_eq(beside.verdict, ECKID_CHANGE);
    ck_assert_ptr_null(strstr(beside.body.data, token));
}
END_TEST

START_TEST(an_access_token_that_is_posted_is_sealed)
{
    static const char *const pages[] = {
        "<form action=x><input name=access_token value=abc>%s<input name=x></form>",
        "<form action=x>%s<input name=access_token value='abc'><input name=x></form>"};
    const web_scene_t *scene = web_scene();
    const char *id_token = web_id_token("books", web_at_hash("abc"));
    const char *field = apr_pstrcat(pool, "<input name=id_token value=", id_token, ">", NULL);

    for (int i = 0; i < COUNT(pages); i++) {
        eckid_decision_t decision =
            post_page(scene, "books", replaced(pages[i], "%s", field), ECKID_FORM_ID_TOKEN);

        ck_assert_ptr_nonnull(strstr(decision.body.data, "name=access_token value=\"eckid_at_"));
        ck_assert_ptr_nonnull(strstr(decision.body.data, "name=id_token value=\"eyJ"));
        ck_assert_ptr_null(strstr(decision.body.data, id_token));
        decision = post_page(scene, "books", replaced(pages[i], "%s", ""), ECKID_FORM_ACCESS_TOKEN);
        ck_assert_ptr_nonnull(strstr(decision.body.data, "value=\"eckid_at_"));
        decision =
            post_page(scene, "canteen", replaced(pages[i], "%s", ""), ECKID_FORM_ACCESS_TOKEN);
        ck_assert_int_eq(decision.verdict, ECKID_PASS);
    }
}
END_TEST

/* Of a form for which no client asked; the type of a token makes it an answer. */
static const struct {
    const char *type;
    eckid_verdict_t verdict;
} types[] = {{"<input name=token_type value=Bearer>", ECKID_CHANGE},
             {"<input name=token_type>", ECKID_PASS},
             {"<input name=token_type value=''>", ECKID_PASS},
             {"<input name=token_type value=' '>", ECKID_PASS},
             {"", ECKID_PASS}};

START_TEST(an_access_token_with_its_type_is_an_answer)
{
    const char *page =
        apr_pstrcat(pool, "<form action=https://x.example/><input name=access_token ", "value=abc>",
                    types[_i].type, "</form>", NULL);

    ck_assert_int_eq(rewrite_page(web_scene(), NULL, page).verdict, types[_i].verdict);
}
END_TEST

START_TEST(a_posted_token_by_the_client_s_own_secret_is_refused)
{
    const web_scene_t *scene = web_scene();
    const char *forged = web_token_by_secret(scene);

    ck_assert_int_eq(post(scene, forged).cause->code, ECKID_TOKEN_ALGORITHM);
}
END_TEST

START_TEST(a_form_is_rewritten_in_place)
{
    eckid_decision_t decision = post(web_scene(), web_id_token("books", ""));

    ck_assert(decision.verdict == ECKID_CHANGE && !decision.own_page);
    ck_assert_ptr_nonnull(strstr(decision.body.data, "value='s&quot;t'><input type=hidden"));
    ck_assert_ptr_nonnull(strstr(decision.body.data, "\" name=id_token><input name=code value=c>"));
    ck_assert_int_eq(post(web_scene(), web_id_token("canteen", "")).verdict, ECKID_PASS);
}
END_TEST

START_TEST(a_form_that_is_refused_becomes_one_of_ours)
{
    eckid_decision_t decision = post(web_scene(), web_id_token("books", ",\"c_hash\":\"x\""));

    ck_assert(decision.own_page && decision.log.told_supplier);
    ck_assert_ptr_nonnull(strstr(decision.body.data, "\"https://books.example/cb?a&amp;b\""));
    ck_assert_ptr_nonnull(strstr(decision.body.data, "name=\"state\" value=\"s&quot;t\""));
    ck_assert_ptr_nonnull(strstr(decision.body.data, "value=\"server_error\""));
    ck_assert_ptr_null(strstr(decision.body.data, "name=\"code\""));
    eckid_bytes_t digest = eckid_digest_sha256(str("document.forms[0].submit()"), pool);

    ck_assert_ptr_nonnull(strstr(ECKID_FORM_POST_CSP, eckid_codec_base64(digest, pool).data));
}
END_TEST

START_TEST(that_form_is_in_the_language_of_the_browser)
{
    web_scene_t *scene = web_scene();

    ck_assert_ptr_nonnull(
        strstr(post(scene, web_id_token("books", ",\"c_hash\":\"x\"")).body.data, "lang=\"nl\""));
    scene->gateway.oidc.accept_language = "en";
    const char *page = post(scene, web_id_token("books", ",\"c_hash\":\"x\"")).body.data;

    ck_assert_ptr_nonnull(strstr(page, "lang=\"en\""));
    ck_assert_ptr_nonnull(strstr(page, "<button>Continue</button>"));
}
END_TEST

#define FORM "<form method=post action=https://books.example/cb>"

/* What a page without a token has, and what the supplier gets. */
static const struct {
    const char *client_id, *page, *left; /* NULL: the same */
} pages[] = {
    {"books", FORM "<input name=code value=c><input name=user value='{}'><p></form>",
     FORM "<input name=code value=c><p></form>"},
    {"books", FORM "<input name=user value=J><input name=uid value=u><input name=error value=e>",
     FORM "<input name=uid value=u><input name=error value=e>"},
    {"books", FORM "<input name=code value=c><input name=x type=Image><button name=y value=z>",
     FORM "<input name=code value=c><input name=\"\" type=Image><button name=\"\" value=z>"},
    {"books",
     "<input form=f name='&#117;ser' value=J><form id=f method=POST action='app:/cb'>"
     "<input name=code value=c><input>",
     "<form id=f method=POST action='app:/cb'><input name=code value=c><input>"},
    {"books", FORM "<input name=code value=c></form><form><input name=user value=J>", NULL},
    {"books", FORM "<input name=code value=''><input name=user value=J>", NULL},
    {"books", FORM "<textarea name=code>c</textarea><input name=user value=J>",
     FORM "<textarea name=code>c</textarea>"},
    {"books", FORM "<textarea name=code> </textarea><input name=user value=J>", NULL},
    {"books", FORM "<button name=code value=c>on</button><input name=user value=J>",
     FORM "<button name=code value=c>on</button>"},
    {"books", FORM "<select name=code><option>c</select><input name=user value=J>",
     FORM "<select name=code><option>c</select>"},
    /* where a form is sent to by a button, or by the base of the page */
    {"books",
     "<form action=/x><input name=code value=c><input name=user value=J><button "
     "formaction=https://books.example/cb>",
     "<form action=/x><input name=code value=c><button formaction=https://books.example/cb>"},
    {"books",
     "<form><input name=code value=c><input name=user value=J><input type=submit "
     "formaction=//books.example/cb>",
     "<form><input name=code value=c><input type=submit formaction=//books.example/cb>"},
    {"books",
     "<form action=/x><input name=code value=c><input name=user value=J><button "
     "formaction=" WEB_ISSUER "/x>",
     NULL},
    {"books",
     "<base target=x><base href=https://books.example/><form action=cb><input name=code value=c>"
     "<input name=user value=J>",
     "<base target=x><base href=https://books.example/><form action=cb><input name=code value=c>"},
    {"books",
     "<base href=" WEB_ISSUER "/x/><base href=https://books.example/><form action=cb><input "
     "name=code value=c><input name=user value=J>",
     NULL},
    {"books", "<base href=https://books.example/><a href='cb?code=c'>", NULL},
    /* each form */
    {"books",
     FORM "<input name=code value=c><input name=user value=J></form><noscript>" FORM
          "<input name=code value=c><input name=user value=J></form></noscript>",
     FORM "<input name=code value=c></form><noscript>" FORM
          "<input name=code value=c></form></noscript>"},
    {"books",
     FORM "<input name=error value=e></form>" FORM "<input name=x><input name=code value=c>",
     FORM "<input name=error value=e></form>" FORM "<input name=code value=c>"},
    {"books",
     "<form id=a action=https://a.example/><input name=code value=c></form>"
     "<form id=b action=https://b.example/><input form=a name=user value=J><input name=error "
     "value=e><input form=a name=email><input name=user value=J></form>",
     "<form id=a action=https://a.example/><input name=code value=c></form>"
     "<form id=b action=https://b.example/><input name=error value=e></form>"},
    {"books", "<form action=//books.example/cb><input name=code value=c><input name=user value=J>",
     "<form action=//books.example/cb><input name=code value=c>"},
    {"books",
     FORM "<input name=code value=c></form><form action=/x><input name=code value=c>"
          "<input name=user value=J>",
     NULL},
    {"books", "<form action=/2fa><input name=code value=c><input name=user value=J>", NULL},
    {"books", "<form><input name=code value=c><input name=user value=J>", NULL},
    {"books", "<form action=" WEB_ISSUER "/2fa><input name=code value=c><input name=user value=J>",
     NULL},
    {"books", "<a href='/x?code=c&amp;user=J'>", NULL},
    {"books", FORM "<input name=code value=c><input name=user value=J", NULL}, /* cut off */
    {"canteen", FORM "<input name=code value=c><input name=user value=J>", NULL},
    {NULL, FORM "<input name=code value=c><input name=user value=J>", NULL},
};

START_TEST(what_stands_beside_a_posted_code_is_released)
{
    web_scene_t *scene = web_scene();
    const eckid_decision_t decision = rewrite_page(scene, pages[_i].client_id, pages[_i].page);

    ok(decision.cause);
    ck_assert_int_eq(decision.verdict, pages[_i].left ? ECKID_CHANGE : ECKID_PASS);
    ck_assert(decision.log.wanted == (pages[_i].left != NULL));
    if (pages[_i].left) {
        ck_assert_str_eq(decision.body.data, pages[_i].left);
        ck_assert_int_eq(rewrite_page(scene, pages[_i].client_id, decision.body.data).verdict,
                         ECKID_PASS);
    }
}
END_TEST

static const char *const unclean[] = {
    FORM "<input name=code value=c><textarea name=user>J</textarea>",
    FORM "<input name=code value=c><select name=user><option>J</select>",
    "<form action=https://books.example/cb?user=J method=post><input name=code value=c>",
    "<a href='https://books.example/cb?code=c&amp;user=J'>",
    "<meta http-equiv=refresh content='0;url=https://books.example/cb#code=c&amp;x=J'>",
    "<meta http-equiv=refresh content='0;url=https://books.example/cb?error=e&amp;user=J'>",
    "<a href='https://books.example/cb?%63ode=c&amp;user=J'>",
    "<base href=https://books.example/><a href='cb?code=c&amp;user=J'>",
    "<form><input name=code value=c><button formaction='https://books.example/cb?user=J'>",
    "<a href='//books.example/cb?er%72or=c&amp;user=J'>",
    "<form action=//books.example/cb?user=J method=post><input name=code value=c>",
    FORM "<input name=code value=c></form>" FORM "<input name=code value=c><select name=user>",
};

START_TEST(what_cannot_be_taken_out_is_refused)
{
    web_scene_t *scene = web_scene();
    const eckid_decision_t decision = rewrite_page(scene, "books", unclean[_i]);

    ck_assert(decision.cause && (decision.verdict == ECKID_REFUSE || decision.log.told_supplier));
    ck_assert_ptr_eq(decision.supplier,
                     eckid_policy_find_client(&(const eckid_client_t *){NULL},
                                              scene->gateway.rules.policy, "books"));
    ck_assert_int_eq(rewrite_page(scene, "canteen", unclean[_i]).verdict, ECKID_PASS);
    refused(eckid_form_post_check(&scene->gateway.oidc, "books", str(unclean[_i]), pool),
            decision.cause->code);
    ok(eckid_form_post_check(&scene->gateway.oidc, "canteen", str(unclean[_i]), pool));
}
END_TEST

START_TEST(what_stands_in_another_form_beside_a_token_is_released)
{
    web_scene_t *scene = web_scene();
    const char *form = FORM "<input name=code value=c>%s</form>",
               *more = "<input name=user value=J>";
    const char *page = apr_pstrcat(pool, replaced(form, "%s", more),
                                   FORM "<input name=id_token value=", web_id_token("books", ""),
                                   ">", more, "</form>", NULL);
    const eckid_decision_t decision = rewrite_page(scene, "books", page);

    ok(decision.cause);
    ck_assert_ptr_null(strstr(decision.body.data, more));
    ck_assert_int_eq(decision.log.removed, 2);
    page = apr_pstrcat(pool, page, "<a href='https://books.example/cb?code=c&amp;user=J'>", NULL);
    ck_assert_int_eq(rewrite_page(scene, "books", page).cause->code, ECKID_RESPONSE_MODE);
}
END_TEST

/* The URL that a refused page leads to, and that of our own page, which tells of it. */
static const struct {
    const char *asked, *action, *told;
} told[] = {
    {NULL, "https://books.example/cb?user=J&amp;tenant=5", "https://books.example/cb?tenant=5"},
    {NULL, "https://books.example/cb?x&amp;uid=u#y=1", "https://books.example/cb?x#"},
    {"https://books.example/cb?user=J", "https://books.example/cb?user=J&amp;tenant=5",
     "https://books.example/cb?user=J"},
};

START_TEST(a_refusal_leads_to_a_url_without_what_is_refused)
{
    web_scene_t *scene = web_scene();
    const char *page = apr_pstrcat(pool, "<form method=post action='", told[_i].action,
                                   "'><input name=code value=c><textarea name=x></textarea>", NULL);
    const char *action = apr_pstrcat(pool, " action=\"", told[_i].told, "\">", NULL);

    scene->gateway.oidc.redirect_uri = told[_i].asked;
    const eckid_decision_t decision = rewrite_page(scene, "books", page);

    ck_assert(decision.own_page);
    ck_assert_ptr_nonnull(strstr(decision.body.data, action));
}
END_TEST

/* Of which the client cannot be told: our page could not lead to it. */
static const char *const untold[] = {
    "<base href=https://books.example/><form action=cb><input name=code value=c><select name=user>",
    "<form action=/><input name=code value=c><select name=user><button formaction=//books.example>",
    "<form><input name=code value=c><select name=user><button formaction=https://books.example/cb>",
};

START_TEST(a_refusal_leads_to_the_client_or_nowhere)
{
    const eckid_decision_t decision = rewrite_page(web_scene(), "books", untold[_i]);

    ck_assert(decision.verdict == ECKID_REFUSE && !decision.own_page);
}
END_TEST

START_TEST(a_page_of_too_many_fields_is_refused)
{
    web_scene_t *scene = web_scene();
    const char *page = FORM "<input name=code value=c><input name=user value=J>";

    for (int i = 0; i < ECKID_FORM_MAX; i++) {
        page = apr_pstrcat(pool, page, "<input name=x>", NULL);
    }
    ck_assert_int_eq(rewrite_page(scene, "books", page).cause->code, ECKID_FIELDS);
    ck_assert_int_eq(rewrite_page(scene, "canteen", page).verdict, ECKID_PASS);
    refused(eckid_form_post_check(&scene->gateway.oidc, "books", str(page), pool), ECKID_FIELDS);
}
END_TEST

START_TEST(xml_with_what_is_not_released_is_refused)
{
    const web_scene_t *scene = web_scene();
    const char *form = FORM "<input name='code' value='c'/>",
               *more = apr_pstrcat(pool, form, "<input name='user' value='J'/>", NULL);

    refused(eckid_form_post_check(&scene->gateway.oidc, "books", str(more), pool),
            ECKID_RESPONSE_MODE);
    ok(eckid_form_post_check(&scene->gateway.oidc, "books", str(form), pool));
    ok(eckid_form_post_check(&scene->gateway.oidc, NULL, str(more), pool));
    more = apr_pstrcat(pool, form, "<input name='access_token' value='a'/>", NULL);
    refused(eckid_form_post_check(&scene->gateway.oidc, "books", str(more), pool),
            ECKID_RESPONSE_MODE);
}
END_TEST

UNIT_SUITE(form_post)
{
    Suite *suite = suite_create("form_post");
    TCase *tcase = unit_case(suite, "form_post");

    tcase_add_loop_test(tcase, an_empty_field_is_a_form_to_be_filled_in, 0, COUNT(empty));
    tcase_add_test(tcase, an_access_token_that_is_posted_is_sealed);
    tcase_add_loop_test(tcase, an_access_token_with_its_type_is_an_answer, 0, COUNT(types));
    tcase_add_test(tcase, a_posted_token_by_the_client_s_own_secret_is_refused);
    tcase_add_test(tcase, a_form_is_rewritten_in_place);
    tcase_add_test(tcase, a_form_that_is_refused_becomes_one_of_ours);
    tcase_add_test(tcase, that_form_is_in_the_language_of_the_browser);
    tcase_add_loop_test(tcase, what_stands_beside_a_posted_code_is_released, 0, COUNT(pages));
    tcase_add_loop_test(tcase, what_cannot_be_taken_out_is_refused, 0, COUNT(unclean));
    tcase_add_test(tcase, what_stands_in_another_form_beside_a_token_is_released);
    tcase_add_loop_test(tcase, a_refusal_leads_to_a_url_without_what_is_refused, 0, COUNT(told));
    tcase_add_loop_test(tcase, a_refusal_leads_to_the_client_or_nowhere, 0, COUNT(untold));
    tcase_add_test(tcase, a_page_of_too_many_fields_is_refused);
    tcase_add_test(tcase, xml_with_what_is_not_released_is_refused);
    return suite;
}
