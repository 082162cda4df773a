/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_front_channel.h"
#include "support/maker.h"
#include "support/web.h"

/* An ID token for that client, or a text as it is. */
static const struct {
    const char *asked, *client, *text, *access_token;
    eckid_code_t code; /* OK: it passes, or is given */
    bool given;
} rows[] = {
    {"books", "books", NULL, "abc", ECKID_OK, true},
    {NULL, "books", NULL, NULL, ECKID_OK, true},
    {"canteen", "canteen", NULL, NULL, ECKID_OK, false},
    {NULL, "canteen", NULL, NULL, ECKID_OK, false},
    {"canteen", "books", NULL, NULL, ECKID_TOKEN_CLIENT, false},
    {"books", "canteen", NULL, NULL, ECKID_TOKEN_CLIENT, false},
    {" Books", "canteen", NULL, NULL, ECKID_TOKEN_CLIENT, false},
    {" Books", " Books", NULL, NULL, ECKID_TOKEN_CLIENT, false},
    /* what cannot be read is its own matter where the client is known to be no supplier */
    {"canteen", NULL, "nonsense", "abc", ECKID_OK, false},
    {"canteen", NULL, "e30.e30.e30.e30.e30", NULL, ECKID_OK, false},
    {"books", NULL, "nonsense", NULL, ECKID_TOKEN, false},
    {NULL, NULL, "nonsense", NULL, ECKID_TOKEN, false},
    {"BOOKS", NULL, "e30.e30.e30.e30.e30", NULL, ECKID_TOKEN_ENCRYPTED, false},
    /* an access token alone */
    {"books", NULL, NULL, "abc", ECKID_OK, true},
    {"canteen", NULL, NULL, "abc", ECKID_OK, false},
    {"BOOKS", NULL, NULL, "abc", ECKID_TOKEN_CLIENT, false},
};

START_TEST(whose_it_is_and_what_becomes_of_it)
{
    const web_scene_t *scene = web_scene();
    eckid_oidc_login_t login = eckid_oidc_login_make(
        &scene->gateway.oidc, ECKID_CHANNEL_FRONT_CHANNEL, maker_moment(), pool);
    const eckid_front_answer_t answer = {
        .id_token = rows[_i].client ? web_id_token(rows[_i].client, "") : rows[_i].text,
        .access_token = rows[_i].access_token,
        .client_id = rows[_i].asked,
    };
    eckid_front_given_t given;
    const eckid_decision_t decision = eckid_front_channel_settle(&given, &login, &answer);

    ck_assert_int_eq(decision.verdict == ECKID_REFUSE, rows[_i].code != ECKID_OK);
    ck_assert(!rows[_i].code || decision.cause->code == rows[_i].code);
    ck_assert(!given.id_token == !(rows[_i].given && answer.id_token));
    ck_assert(!given.access_token == !(rows[_i].given && answer.access_token));
}
END_TEST

UNIT_SUITE(front_channel)
{
    Suite *suite = suite_create("front_channel");
    TCase *tcase = unit_case(suite, "whose");

    tcase_add_loop_test(tcase, whose_it_is_and_what_becomes_of_it, 0, COUNT(rows));
    return suite;
}
