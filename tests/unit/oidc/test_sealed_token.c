/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "oidc/eckid_sealed_token.h"
#include "support/maker.h"
#include "support/tokens.h"

#define ISSUER "https://idp.school.example"
#define JWT "eyJhbGciOiJSUzI1NiJ9.eyJhenAiOiJib29rcyJ9.AAECAwQ"

static const eckid_secret_t *secret(const char *text)
{
    return eckid_secret_make(str(text), pool);
}

static eckid_token_seal_t make_seal(void)
{
    return (eckid_token_seal_t){secret("a secret of more than thirty-two bytes"), NULL, ISSUER,
                                "V_ID 11ZZ03"};
}

static const eckid_token_owner_t owner = {"books",
                                          "s1",
                                          "openid",
                                          true,
                                          true,
                                          ECKID_FOUND,
                                          {"NEPPI", "1@1.school.example", "11ZZ", NULL}};

static const char *sealed(const eckid_token_seal_t *seal, eckid_token_kind_t kind,
                          const char *token)
{
    const char *text;

    ok(eckid_sealed_token_make(&text, seal, kind, token, &owner, maker_moment(), pool));
    return text;
}

static eckid_err_t *opened_at(const char **token, eckid_token_owner_t *found,
                              const eckid_token_seal_t *seal, const char *text, apr_time_t now)
{
    return eckid_sealed_token_open(token, found, seal, ECKID_ACCESS_TOKEN, text, now, pool);
}

static const char *const tokens[] = {
    JWT, "opaque", "o-_~+/==", "a.b", "AAAA.", ".", "AAAB.AAAC..AAAA.AAAA", "\xc3\xa9", "AB.AAAA"};

START_TEST(what_is_sealed_opens)
{
    const eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, tokens[_i]), *token;
    eckid_token_owner_t found;

    ok(opened_at(&token, &found, &seal, text, MAKER_NOW));
    ck_assert_str_eq(token, tokens[_i]);
    ck_assert(found.bound);
    ck_assert_str_eq(found.client, "books");
    ck_assert_str_eq(found.subject, "s1");
    ck_assert_str_eq(found.scope, "openid");
    ck_assert_str_eq(found.key.type, "NEPPI");
    ck_assert_str_eq(found.key.value, "1@1.school.example");
    ck_assert_str_eq(found.key.school, "11ZZ");
    ck_assert_ptr_null(found.key.kind);
    ck_assert(found.decided && found.outcome == ECKID_FOUND);
}
END_TEST

/* Also where there is no key, as what happens then may depend on the kind. */
START_TEST(the_kind_of_the_owner_is_sealed_too)
{
    static const eckid_outcome_t outcomes[] = {ECKID_FOUND, ECKID_IS_UNKNOWN};
    const eckid_token_seal_t seal = make_seal();

    for (int i = 0; i < COUNT(outcomes); i++) {
        eckid_token_owner_t teacher = owner, found;
        const char *text, *token;

        teacher.key.kind = "employee";
        teacher.outcome = outcomes[i];
        ok(eckid_sealed_token_make(&text, &seal, ECKID_ACCESS_TOKEN, JWT, &teacher, maker_moment(),
                                   pool));
        ok(opened_at(&token, &found, &seal, text, MAKER_NOW));
        ck_assert(found.decided && found.outcome == outcomes[i]);
        ck_assert_str_eq(token, JWT);
        ck_assert_str_eq(found.key.kind, "employee");
        ck_assert_str_eq(found.key.type, i == 0 ? "NEPPI" : "");
    }
}
END_TEST

START_TEST(it_may_stand_in_a_field_and_a_form)
{
    const eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, JWT);

    for (const char *c = text; *c; c++) {
        ck_assert(apr_isalnum(*c) || *c == '-' || *c == '_');
    }
    ck_assert(strncmp(text, "eckid_at_", 9) == 0);
    ck_assert(strncmp(sealed(&seal, ECKID_REFRESH_TOKEN, JWT), "eckid_rt_", 9) == 0);
    ck_assert_ptr_null(strstr(text, "eyJ"));
}
END_TEST

START_TEST(what_has_its_prefix_is_recognised)
{
    ck_assert(eckid_sealed_token_is("eckid_at_AAAA") && eckid_sealed_token_is("ECKID_x"));
    ck_assert(!eckid_sealed_token_is("eckid") && !eckid_sealed_token_is(JWT) &&
              !eckid_sealed_token_is(""));
}
END_TEST

/* A usual access token of Keycloak: some 1200 bytes of claims, signed by RSA of 2048 bits. */
static const char *keycloak_token(void)
{
    char *claims = apr_palloc(pool, 1200), *signature = apr_palloc(pool, 256);

    for (int i = 0; i < 1200; i++) {
        claims[i] = (char)('a' + i % 26);
    }
    memset(signature, 0x5a, 256);
    return apr_pstrcat(pool, "eyJhbGciOiJSUzI1NiIsInR5cCIgOiAiSldUIiwia2lkIiA6ICJ4In0.",
                       eckid_codec_base64url(eckid_bytes(claims, 1200), pool).data, ".",
                       eckid_codec_base64url(eckid_bytes(signature, 256), pool).data, NULL);
}

START_TEST(a_usual_one_fits_in_a_field)
{
    const eckid_token_seal_t seal = make_seal();
    const char *token = keycloak_token();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, token);

    ck_assert_uint_gt(strlen(token), 1900);
    ck_assert_uint_lt(strlen(text), 2500);
}
END_TEST

START_TEST(the_secret_before_still_opens)
{
    eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, JWT), *token;
    eckid_token_owner_t found;

    seal.previous = seal.secret;
    seal.secret = secret("another secret of more than 32 bytes");
    ok(opened_at(&token, &found, &seal, text, MAKER_NOW));
    ck_assert_str_eq(found.key.value, "1@1.school.example");
    seal.previous = secret("a third secret of more than 32 bytes..");
    refused(opened_at(&token, &found, &seal, text, MAKER_NOW), ECKID_TOKEN_SEAL);
}
END_TEST

START_TEST(every_changed_character_is_noticed)
{
    const eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, JWT), *token;
    eckid_token_owner_t found;

    for (size_t i = 0; text[i]; i++) {
        char *changed = apr_pstrdup(pool, text);

        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        refused(opened_at(&token, &found, &seal, changed, MAKER_NOW), ECKID_TOKEN_SEAL);
        changed[i] = '\0';
        refused(opened_at(&token, &found, &seal, changed, MAKER_NOW), ECKID_TOKEN_SEAL);
    }
}
END_TEST

static const char *plain(const char *text)
{
    return text;
}

static const char *with_more(const char *text)
{
    return apr_pstrcat(pool, text, "A", NULL);
}

static const char *with_padding(const char *text)
{
    return apr_pstrcat(pool, text, "=", NULL);
}

static const char *in_capitals(const char *text)
{
    return apr_pstrcat(pool, "ECKID_AT_", text + 9, NULL);
}

static const char *as_refresh_token(const char *text)
{
    return apr_pstrcat(pool, "eckid_rt_", text + 9, NULL);
}

static const char *in_another(const char *text)
{
    return apr_pstrcat(pool, "eckid_at_", text, NULL);
}

static const char *very_long(const char *text)
{
    char *rest = apr_pcalloc(pool, ECKID_SEALED_TOKEN_MAX + 1);

    memset(rest, 'A', ECKID_SEALED_TOKEN_MAX);
    return apr_pstrcat(pool, text, rest, NULL);
}

/* The same prefix and length, with nothing of ours in it. */
static const char *nothing(const char *text)
{
    (void)text;
    return "eckid_at_";
}

static const struct {
    const char *(*change)(const char *text);
    const char *issuer, *secret;
    const char *check; /* the words that name it; NULL when it opens */
} shown[] = {
    {plain, ISSUER, "a secret of more than thirty-two bytes", NULL},
    {plain, ISSUER, "the secret of somebody else's gateway..", "another secret"},
    {plain, ISSUER "/realms/other", "a secret of more than thirty-two bytes", "another provider"},
    {as_refresh_token, ISSUER, "a secret of more than thirty-two bytes", "another kind"},
    {in_capitals, ISSUER, "a secret of more than thirty-two bytes", "another kind"},
    {in_another, ISSUER, "a secret of more than thirty-two bytes", ""},
    {with_more, ISSUER, "a secret of more than thirty-two bytes", ""},
    {with_padding, ISSUER, "a secret of more than thirty-two bytes", "not base64url"},
    {very_long, ISSUER, "a secret of more than thirty-two bytes", "too long"},
    {nothing, ISSUER, "a secret of more than thirty-two bytes", "changed"},
};

START_TEST(what_is_not_accepted_names_its_check)
{
    eckid_token_seal_t seal = make_seal();
    const char *text = shown[_i].change(sealed(&seal, ECKID_ACCESS_TOKEN, JWT)), *token;
    eckid_token_owner_t found;

    seal.issuer = shown[_i].issuer;
    seal.secret = secret(shown[_i].secret);
    const eckid_err_t *err = opened_at(&token, &found, &seal, text, MAKER_NOW);

    if (!shown[_i].check) {
        ok(err);
        return;
    }
    refused(err, ECKID_TOKEN_SEAL);
    ck_assert_ptr_nonnull(strstr(err->detail, shown[_i].check));
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), text));
}
END_TEST

/* The kind is bound, and not only written: an access token sealed under the other's prefix. */
START_TEST(a_refresh_token_is_no_access_token)
{
    const eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_REFRESH_TOKEN, JWT), *token;
    eckid_token_owner_t found;

    refused(opened_at(&token, &found, &seal, text, MAKER_NOW), ECKID_TOKEN_SEAL);
    text = apr_pstrcat(pool, "eckid_at_", text + 9, NULL);
    refused(opened_at(&token, &found, &seal, text, MAKER_NOW), ECKID_TOKEN_SEAL);
}
END_TEST

START_TEST(what_was_decided_elsewhere_or_long_ago_is_undecided)
{
    eckid_token_seal_t seal = make_seal();
    const char *text = sealed(&seal, ECKID_ACCESS_TOKEN, JWT), *token;
    eckid_token_owner_t found;

    ok(opened_at(&token, &found, &seal, text, MAKER_NOW + apr_time_from_sec(29 * 86400)));
    ck_assert(found.decided);
    ok(opened_at(&token, &found, &seal, text, MAKER_NOW + apr_time_from_sec(30 * 86400)));
    ck_assert(!found.decided);
    seal.realm = "V_ID 22AA00";
    ok(opened_at(&token, &found, &seal, text, MAKER_NOW));
    ck_assert(!found.decided);
    ck_assert_str_eq(found.client, "books");
}
END_TEST

START_TEST(what_cannot_be_sealed)
{
    const eckid_token_seal_t seal = make_seal();
    char *token = apr_pcalloc(pool, ECKID_SEALED_TOKEN_MAX + 1);
    const char *text;

    refused(eckid_sealed_token_make(&text, &seal, ECKID_ACCESS_TOKEN,
                                    sealed(&seal, ECKID_ACCESS_TOKEN, JWT), &owner, maker_moment(),
                                    pool),
            ECKID_TOKEN_SEAL);
    memset(token, '~', ECKID_SEALED_TOKEN_MAX);
    refused(eckid_sealed_token_make(&text, &seal, ECKID_ACCESS_TOKEN, token, &owner, maker_moment(),
                                    pool),
            ECKID_TOO_LONG);
    token[ECKID_SEALED_TOKEN_MAX * 3 / 4] = '\0';
    refused(eckid_sealed_token_make(&text, &seal, ECKID_ACCESS_TOKEN, token, &owner, maker_moment(),
                                    pool),
            ECKID_TOO_LONG);
}
END_TEST

UNIT_SUITE(sealed_token)
{
    Suite *suite = suite_create("sealed_token");
    TCase *tcase = unit_case(suite, "seal");

    tcase_add_loop_test(tcase, what_is_sealed_opens, 0, COUNT(tokens));
    tcase_add_test(tcase, the_kind_of_the_owner_is_sealed_too);
    tcase_add_test(tcase, it_may_stand_in_a_field_and_a_form);
    tcase_add_test(tcase, what_has_its_prefix_is_recognised);
    tcase_add_test(tcase, a_usual_one_fits_in_a_field);
    tcase_add_test(tcase, the_secret_before_still_opens);
    tcase_add_test(tcase, every_changed_character_is_noticed);
    tcase_add_loop_test(tcase, what_is_not_accepted_names_its_check, 0, COUNT(shown));
    tcase_add_test(tcase, a_refresh_token_is_no_access_token);
    tcase_add_test(tcase, what_was_decided_elsewhere_or_long_ago_is_undecided);
    tcase_add_test(tcase, what_cannot_be_sealed);
    return suite;
}
