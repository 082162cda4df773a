/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "gateway/eckid_page.h"
#include "oidc/eckid_oidc_scan.h"
#include "support/maker.h"
#include "support/web.h"

static eckid_err_t *find(const web_scene_t *scene, const char *before, const char *token)
{
    return eckid_oidc_scan_find(&scene->gateway.oidc,
                                str(apr_pstrcat(pool, before, token, "\" after it", NULL)), pool);
}

START_TEST(a_supplier_s_token_is_found_wherever_it_stands)
{
    static const char *const before[] = {"", "<!-- ", "var t = \"", "%22", "x.y.", "eyJ", "eyJ."};
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");

    for (int i = 0; i < COUNT(before); i++) {
        refused(find(scene, before[i], token), ECKID_RESPONSE_MODE);
    }
    refused(eckid_oidc_scan_find(&scene->gateway.oidc, str(token), pool), ECKID_RESPONSE_MODE);
}
END_TEST

/* Letters that encoders for scripts, markup and URLs escape, as they write them; the second row
 * stands for what is escaped twice. */
static const struct {
    const char *letter, *escaped;
} escapes[] = {
    {".", "%2E"},     {".", "%252e"},     {".", "\\u002e"},   {".", "\\x2E"}, {".", "&#46;"},
    {".", "&#x2e;"},  {".", "&period;"},  {"-", "\\u002D"},   {"-", "\\x2d"}, {"-", "\\-"},
    {"_", "%5F"},     {"_", "\\u005f"},   {"_", "&#95;"},     {".", "=."},    {".", "==."},
    {".", "%3D%3D."}, {".", "\\\\u002e"}, {".", "&amp;#46;"},
};

START_TEST(a_token_with_escapes_is_found)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", ",\"x\":\"?????? >>>>>>\""); /* "_" and "-" */
    const char *text = token, *letter = escapes[_i].letter;

    ck_assert_ptr_nonnull(strstr(token, letter));
    for (const char *at; (at = strstr(text, letter)) != NULL;) { /* "|" marks what is done */
        text = apr_pstrcat(pool, apr_pstrmemdup(pool, text, (apr_size_t)(at - text)), "|",
                           at + strlen(letter), NULL);
    }
    while (strchr(text, '|')) {
        text = replaced(text, "|", escapes[_i].escaped);
    }
    refused(find(scene, "x ", text), ECKID_RESPONSE_MODE);
}
END_TEST

START_TEST(a_token_in_utf_16_is_found)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");
    char *wide = apr_pcalloc(pool, 2 * strlen(token));

    for (int order = 0; order < 2; order++) {
        for (apr_size_t i = 0; i < strlen(token); i++) {
            wide[2 * i + (apr_size_t)order] = token[i];
            wide[2 * i + 1 - (apr_size_t)order] = '\0';
        }
        refused(
            eckid_oidc_scan_find(&scene->gateway.oidc, eckid_bytes(wide, 2 * strlen(token)), pool),
            ECKID_RESPONSE_MODE);
    }
}
END_TEST

START_TEST(all_else_passes)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");

    ok(find(scene, "", web_id_token("canteen", "")));
    ok(find(scene, "", "eyJ.eyJ.eyJ eyJ document.forms.submit"));
    ok(find(scene, "", apr_pstrmemdup(pool, token, strlen(token) / 4)));
    ok(eckid_oidc_scan_find(&scene->gateway.oidc, str(""), pool));
}
END_TEST

START_TEST(what_we_signed_may_be_shown_again)
{
    const web_scene_t *scene = web_scene();
    const char *kid;

    ok(eckid_jwk_thumbprint(&kid, test_pair(RSA_2048, 1), pool));
    kid = apr_pstrcat(pool, kid, "-RS256", NULL);
    ok(find(scene, "<input name=id_token_hint value=\"",
            token_of("{\"aud\":\"books\"}", RSA_2048, 1, ECKID_RS256,
                     apr_pstrcat(pool, ",\"kid\":\"", kid, "\"", NULL))));
}
END_TEST

START_TEST(tokens_of_judged_clients_are_not_searched_for)
{
    web_scene_t *scene = web_scene();
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);
    eckid_policy_t *policy = eckid_policy_make(pool);

    supplier->name = "books";
    APR_ARRAY_PUSH(supplier->clients, eckid_client_t) = (eckid_client_t){.id = "books"};
    ok(eckid_policy_add(policy, supplier, pool));
    scene->gateway.oidc.judged = policy;
    ok(find(scene, "", web_id_token("books", "")));
    refused(find(scene, web_id_token("books", ""), web_id_token("exercises", "")),
            ECKID_RESPONSE_MODE);
}
END_TEST

START_TEST(all_of_a_long_text_is_searched)
{
    static const char *const pieces[] = {"eyJ", "eyJ.", "eyJ.a.b ", "ewog.e30.e"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(pieces); i++) {
        apr_array_header_t *text = apr_array_make(pool, 100000, sizeof(const char *));

        for (int j = 0; j < 100000; j++) {
            APR_ARRAY_PUSH(text, const char *) = pieces[i];
        }
        const char *before = apr_array_pstrcat(pool, text, 0);

        ok(find(scene, before, "x"));
        refused(find(scene, before, apr_pstrcat(pool, "~", web_id_token("books", ""), NULL)),
                ECKID_RESPONSE_MODE);
    }
}
END_TEST

/* Not only a token that can be verified here is one that some client takes. */
START_TEST(a_token_is_found_by_its_payload)
{
    static const char *const payloads[] = {"{\n \"aud\": [\"x\", \"books\"], \"a\":1, \"a\":2 }",
                                           "{\"aud\":\"books\",\"a\":1e400}",
                                           "{\"aud\":\"books\",\"a\":\"\\ud800\\u0000\"}",
                                           "{\"aud\":\"books\",\"a\":\"\\udc00\",\"b\":-1e999 }"};
    static const char *const headers[] = {"{\"alg\":\"HS512\"}", "{\n \"alg\":\"none\"}", "{ "};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(headers) * COUNT(payloads); i++) {
        const char *header = headers[i % COUNT(headers)], *payload = payloads[i / COUNT(headers)];
        char *token = apr_pstrcat(pool, eckid_codec_base64url(str(header), pool).data, ".",
                                  eckid_codec_base64url(str(payload), pool).data, NULL);

        refused(find(scene, token, ".AAAA"), ECKID_RESPONSE_MODE);
        refused(find(scene, token, "."), ECKID_RESPONSE_MODE);
        ok(find(scene, token, ""));
        token[strlen(token) - 1]++; /* an unused bit */
        refused(find(scene, token, ".AAAA"), ECKID_RESPONSE_MODE);
    }
}
END_TEST

static eckid_err_t *find_in_members(const web_scene_t *scene, const char *text)
{
    static const char *const read[] = {"access_token", NULL};
    eckid_json_edit_t *object;

    ok(eckid_json_edit_parse(&object, str(text), ECKID_TOKEN, pool));
    return eckid_oidc_scan_members(&scene->gateway.oidc, object, read, pool)
               ? eckid_err_make(pool, ECKID_RESPONSE_MODE, "%s", "")
               : NULL;
}

START_TEST(members_are_searched_at_any_depth)
{
    static const char *const places[] = {"{\"x\":\"%s\"}",
                                         "{\"a\":1,\"ID_TOKEN\":\"\\u0020%s\"}",
                                         "{\"a\":[{\"b\":[\"%s\"]}]}",
                                         "{\"%s\":1}",
                                         "{\"a\":{\"%s\":1}}",
                                         "{\"a\":{\"access_token\":\"%s\"}}",
                                         "{\"a\":\"{\\\"b\\\":\\\"%s\\\"}\"}"};
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");

    for (int i = 0; i < COUNT(places); i++) {
        refused(find_in_members(scene, replaced(places[i], "%s", token)), ECKID_RESPONSE_MODE);
        ok(find_in_members(scene, replaced(places[i], "%s", web_id_token("canteen", ""))));
    }
    const char *hidden = apr_pstrcat(pool, "{\"x\":\"\\u0065", token + 1, "\"}", NULL);

    refused(find_in_members(scene, hidden), ECKID_RESPONSE_MODE);
    ok(find_in_members(scene, replaced("{\"access_token\":\"%s\"}", "%s", token)));
}
END_TEST

START_TEST(pages_and_xml_are_searched)
{
    const web_scene_t *scene = web_scene();
    const char *page = apr_pstrcat(pool, "<html><script>t='", web_id_token("books", ""),
                                   "'</script></html>", NULL);

    eckid_decision_t decision =
        eckid_page_rewrite(&scene->gateway, str(page), false, maker_moment(), pool);

    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.cause->code, ECKID_RESPONSE_MODE);
    decision = eckid_page_check_xml(&scene->gateway, str(page), false, pool);
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.cause->code, ECKID_RESPONSE_MODE);
}
END_TEST

UNIT_SUITE(oidc_scan)
{
    Suite *suite = suite_create("oidc_scan");
    TCase *tcase = unit_case(suite, "stray");

    tcase_add_test(tcase, a_supplier_s_token_is_found_wherever_it_stands);
    tcase_add_loop_test(tcase, a_token_with_escapes_is_found, 0, COUNT(escapes));
    tcase_add_test(tcase, a_token_in_utf_16_is_found);
    tcase_add_test(tcase, all_else_passes);
    tcase_add_test(tcase, what_we_signed_may_be_shown_again);
    tcase_add_test(tcase, tokens_of_judged_clients_are_not_searched_for);
    tcase_add_test(tcase, all_of_a_long_text_is_searched);
    tcase_add_test(tcase, a_token_is_found_by_its_payload);
    tcase_add_test(tcase, members_are_searched_at_any_depth);
    tcase_add_test(tcase, pages_and_xml_are_searched);
    return suite;
}
