/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_oidc_login.h"
#include "support/maker.h"
#include "support/web.h"

static const eckid_oidc_beside_t nothing = {NULL, NULL, NULL};

static eckid_oidc_login_t verified(const web_scene_t *scene, const char *client, const char *token)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(
        &scene->gateway.oidc, ECKID_CHANNEL_TOKEN_RESPONSE, maker_moment(), pool);
    eckid_oidc_t *opened;

    eckid_oidc_login_set_client(&login, client);
    ok(eckid_oidc_open(&opened, str(token), pool));
    ok(eckid_oidc_login_verify(&login, opened, &nothing));
    return login;
}

START_TEST(a_star_does_not_release_where_other_claims_can_be_had)
{
    web_scene_t *scene = web_scene();
    eckid_oidc_login_t login =
        verified(scene, "books",
                 web_id_token("books", ",\"_claim_names\":{\"a\":\"b\"},\"_claim_sources\":{}"));

    ((eckid_supplier_t *)login.decision.supplier)->release_all = true;
    login.decision.known.outcome = ECKID_IS_UNKNOWN;
    eckid_oidc_login_fill(&login);
    ck_assert_str_eq(apr_array_pstrcat(pool, login.decision.log.attributes, ' '),
                     "uid number role secret");
}
END_TEST

START_TEST(the_claim_may_be_called_otherwise_there)
{
    web_scene_t *scene = web_scene();

    web_client(scene, "books")->claim = "eck";
    eckid_oidc_login_t login =
        verified(scene, "books", web_id_token("books", ",\"eck\":\"forged\",\"eckId\":\"forged\""));

    strcpy(login.value.text, "value");
    eckid_oidc_login_fill(&login);
    ck_assert_str_eq(apr_array_pstrcat(pool, login.decision.log.attributes, ' '), "uid eck");
    ck_assert_ptr_null(strstr(eckid_oidc_print(login.claims, pool).data, "forged"));
}
END_TEST

START_TEST(a_client_with_a_secret_gets_hs256)
{
    web_scene_t *scene = web_scene();
    eckid_client_t *client = web_client(scene, "books");
    eckid_key_t *secret;
    eckid_bytes_t text;

    ok(eckid_key_secret(&secret, str("0123456789abcdef0123456789abcdef"), "s", pool));
    client->secret = secret;
    const char *token = token_by("{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"sub\":\"s1\","
                                 "\"exp\":1788165300}",
                                 secret, ECKID_HS256, "");
    eckid_oidc_login_t login = verified(scene, "books", token);

    ok(eckid_oidc_login_seal(&text, &login, &nothing));
    ck_assert(strncmp(text.data, "eyJhbGciOiJIUzI1NiJ9.", 21) == 0); /* {"alg":"HS256"} */
    client->has_alg = true;
    client->alg = ECKID_ES256;
    ok(eckid_oidc_login_seal(&text, &login, &nothing));
    ck_assert(strncmp(text.data, "eyJhbGciOiJFUzI1NiIsIm", 22) == 0);
}
END_TEST

START_TEST(without_a_key_that_fits_nothing_is_signed)
{
    web_scene_t *scene = web_scene();
    eckid_oidc_login_t login = verified(scene, "books", web_id_token("books", ""));
    eckid_bytes_t text;

    web_client(scene, "books")->has_alg = true;
    web_client(scene, "books")->alg = ECKID_ES384;
    refused(eckid_oidc_login_seal(&text, &login, &nothing), ECKID_CONFIG);
}
END_TEST

START_TEST(without_a_provider_nothing_is_verified)
{
    web_scene_t *scene = web_scene();
    eckid_oidc_login_t login = eckid_oidc_login_make(
        &scene->gateway.oidc, ECKID_CHANNEL_TOKEN_RESPONSE, maker_moment(), pool);
    eckid_oidc_t *token;

    scene->gateway.oidc.view = NULL;
    eckid_oidc_login_set_client(&login, "books");
    ok(eckid_oidc_open(&token, str(web_id_token("books", "")), pool));
    tells(eckid_oidc_login_verify(&login, token, &nothing), ECKID_PROVIDER,
          "nothing of it is known yet (an earlier line of ECK0243");
}
END_TEST

UNIT_SUITE(oidc_login)
{
    Suite *suite = suite_create("oidc_login");
    TCase *tcase = unit_case(suite, "login");

    tcase_add_test(tcase, a_star_does_not_release_where_other_claims_can_be_had);
    tcase_add_test(tcase, the_claim_may_be_called_otherwise_there);
    tcase_add_test(tcase, a_client_with_a_secret_gets_hs256);
    tcase_add_test(tcase, without_a_key_that_fits_nothing_is_signed);
    tcase_add_test(tcase, without_a_provider_nothing_is_verified);
    return suite;
}
