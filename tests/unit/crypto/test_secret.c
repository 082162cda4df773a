/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_secret.h"

static const unsigned char nonce[ECKID_SECRET_NONCE] = "twelve bytes";
static const char input[] = "a secret of more than thirty-two bytes";

static eckid_secret_t *make(const char *text)
{
    eckid_secret_t *secret = eckid_secret_make(str(text), pool);

    ck_assert_ptr_nonnull(secret);
    return secret;
}

static eckid_bytes_t seal(const eckid_secret_t *secret, const char *bound, const char *plain)
{
    eckid_bytes_t sealed;

    ok(eckid_secret_seal(&sealed, secret, nonce, str(bound), str(plain), pool));
    return sealed;
}

START_TEST(a_short_secret_is_none)
{
    ck_assert_ptr_null(eckid_secret_make(str("thirty-one bytes are not enough"), pool));
}
END_TEST

START_TEST(what_is_sealed_opens)
{
    eckid_bytes_t plain, sealed = seal(make(input), "index", "https://ketenid.nl/");

    ck_assert_int_eq((int)sealed.len, 19 + ECKID_SECRET_OVERHEAD);
    ck_assert(eckid_secret_open(&plain, make(input), str("index"), sealed, pool));
    ck_assert_str_eq(plain.data, "https://ketenid.nl/");
}
END_TEST

START_TEST(the_plain_text_is_not_to_be_seen)
{
    eckid_bytes_t sealed = seal(make(input), "index", "https://ketenid.nl/");

    ck_assert_ptr_null(memmem(sealed.data, sealed.len, "ketenid", 7));
}
END_TEST

START_TEST(another_secret_or_index_does_not_open)
{
    eckid_bytes_t plain, sealed = seal(make(input), "index", "x");

    ck_assert(!eckid_secret_open(&plain, make("another secret, as long as is demanded"),
                                 str("index"), sealed, pool));
    ck_assert(!eckid_secret_open(&plain, make(input), str("other"), sealed, pool));
}
END_TEST

START_TEST(a_changed_byte_does_not_open)
{
    eckid_bytes_t plain, sealed = seal(make(input), "index", "x");

    ((char *)sealed.data)[_i] ^= 1;
    ck_assert(!eckid_secret_open(&plain, make(input), str("index"), sealed, pool));
}
END_TEST

START_TEST(a_cut_record_does_not_open)
{
    eckid_bytes_t plain, sealed = seal(make(input), "index", "x");

    sealed.len = (apr_size_t)_i;
    ck_assert(!eckid_secret_open(&plain, make(input), str("index"), sealed, pool));
}
END_TEST

START_TEST(a_digest_knows_where_a_part_ends)
{
    const eckid_bytes_t one[] = {str("ab"), str("c")}, two[] = {str("a"), str("bc")};
    const eckid_bytes_t three[] = {str("ab"), str("c"), str("")};
    unsigned char a[32], b[32], c[32], d[32];

    eckid_secret_digest(a, make(input), one, 2, pool);
    eckid_secret_digest(b, make(input), two, 2, pool);
    eckid_secret_digest(c, make(input), three, 3, pool);
    eckid_secret_digest(d, make(input), one, 2, pool);
    ck_assert_mem_ne(a, b, 32);
    ck_assert_mem_ne(a, c, 32);
    ck_assert_mem_eq(a, d, 32);
}
END_TEST

START_TEST(a_secret_for_a_purpose_is_another_one)
{
    static const char text[] = "a secret of thirty-two bytes and more";
    eckid_secret_t *secret = eckid_secret_make(str(text), pool);
    const char *one = eckid_secret_text_for(secret, "one", pool);
    const eckid_bytes_t part = str("x");
    unsigned char first[ECKID_SECRET_DIGEST], second[ECKID_SECRET_DIGEST];

    ck_assert_str_eq(one, eckid_secret_text_for(secret, "one", pool));
    ck_assert_str_ne(one, eckid_secret_text_for(secret, "two", pool));
    eckid_secret_digest(first, eckid_secret_for(secret, "one", pool), &part, 1, pool);
    eckid_secret_digest(second, eckid_secret_make(str(one), pool), &part, 1, pool);
    ck_assert_mem_eq(first, second, sizeof(first));
    eckid_secret_digest(second, secret, &part, 1, pool);
    ck_assert_mem_ne(first, second, sizeof(first));
}
END_TEST

/* One object, used again and again: nothing of a use is left for the next, also not of one that
 * failed. */
START_TEST(a_secret_may_be_used_again)
{
    static const char *const texts[] = {"one", "", "a longer one, of more than a block"};
    eckid_secret_t *secret = make(input);

    for (int i = 0; i < 12; i++) {
        const char *text = texts[i % COUNT(texts)];
        const eckid_bytes_t part = str(text);
        unsigned char again[ECKID_SECRET_DIGEST], fresh[ECKID_SECRET_DIGEST];
        eckid_bytes_t plain, sealed = seal(secret, "index", text);

        ck_assert(eckid_bytes_equal(sealed, seal(make(input), "index", text)));
        ck_assert(i % 4 || !eckid_secret_open(&plain, secret, str("other"), sealed, pool));
        ck_assert(eckid_secret_open(&plain, secret, str("index"), sealed, pool));
        ck_assert_str_eq(plain.data, text);
        eckid_secret_digest(again, secret, &part, 1, pool);
        eckid_secret_digest(fresh, make(input), &part, 1, pool);
        ck_assert_mem_eq(again, fresh, sizeof(fresh));
    }
}
END_TEST

UNIT_SUITE(secret)
{
    Suite *suite = suite_create("secret");
    TCase *tcase = unit_case(suite, "secret");

    tcase_add_test(tcase, a_short_secret_is_none);
    tcase_add_test(tcase, what_is_sealed_opens);
    tcase_add_test(tcase, the_plain_text_is_not_to_be_seen);
    tcase_add_test(tcase, another_secret_or_index_does_not_open);
    tcase_add_loop_test(tcase, a_changed_byte_does_not_open, 0, 1 + ECKID_SECRET_OVERHEAD);
    tcase_add_loop_test(tcase, a_cut_record_does_not_open, 0, 1 + ECKID_SECRET_OVERHEAD);
    tcase_add_test(tcase, a_digest_knows_where_a_part_ends);
    tcase_add_test(tcase, a_secret_for_a_purpose_is_another_one);
    tcase_add_test(tcase, a_secret_may_be_used_again);
    return suite;
}
