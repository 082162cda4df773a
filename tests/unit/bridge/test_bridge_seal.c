/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stddef.h>

#include "bridge/eckid_bridge_seal.h"
#include "support/maker.h"

typedef struct thing_t {
    const char *one, *two;
} thing_t;

static const eckid_bridge_text_t texts[] = {{"1", offsetof(thing_t, one)},
                                            {"2", offsetof(thing_t, two)}};

static const char *const secrets[] = {"a secret of more than thirty-two bytes",
                                      "another secret of more than thirty-two bytes"};

static eckid_bridge_seal_t seal_by(int secret, int previous, const char *issuer)
{
    return (eckid_bridge_seal_t){
        eckid_secret_make(str(secrets[secret]), pool),
        previous < 0 ? NULL : eckid_secret_make(str(secrets[previous]), pool), issuer};
}

static const char *sealed(const thing_t *thing)
{
    const eckid_bridge_seal_t seal = seal_by(0, -1, "issuer");
    json_t *object = eckid_json_own(json_object(), pool);
    const char *text;

    eckid_bridge_put_texts(object, thing, texts, COUNT(texts));
    ok(eckid_bridge_seal(&text, object, "purpose", &seal, maker_moment()->request_nonce, pool));
    return text;
}

static const struct {
    int secret, previous;
    const char *issuer, *purpose;
    bool opens;
} openers[] = {{0, -1, "issuer", "purpose", true},  {1, 0, "issuer", "purpose", true},
               {1, -1, "issuer", "purpose", false}, {0, -1, "other", "purpose", false},
               {0, -1, "issuer", "other", false},   {0, -1, "purpose", "issuer", false}};

START_TEST(it_opens_for_issuer_and_purpose_alone)
{
    const thing_t thing = {"a\n\"b\"", NULL};
    const eckid_bridge_seal_t seal =
        seal_by(openers[_i].secret, openers[_i].previous, openers[_i].issuer);
    json_t *object = eckid_bridge_unseal(sealed(&thing), openers[_i].purpose, &seal, pool);
    thing_t back = {NULL, "x"};

    ck_assert(!object == !openers[_i].opens);
    if (object) {
        eckid_bridge_get_texts(&back, object, texts, COUNT(texts), pool);
        ck_assert_str_eq(back.one, thing.one);
        ck_assert_ptr_null(back.two);
    }
}
END_TEST

static const char *const junk[] = {"", "AAAA", "%", "a b"};

START_TEST(what_is_not_ours_does_not_open)
{
    const eckid_bridge_seal_t seal = seal_by(0, -1, "issuer");

    ck_assert_ptr_null(eckid_bridge_unseal(junk[_i], "purpose", &seal, pool));
}
END_TEST

UNIT_SUITE(bridge_seal)
{
    Suite *suite = suite_create("bridge_seal");
    TCase *tcase = unit_case(suite, "seal");

    tcase_add_loop_test(tcase, it_opens_for_issuer_and_purpose_alone, 0, COUNT(openers));
    tcase_add_loop_test(tcase, what_is_not_ours_does_not_open, 0, COUNT(junk));
    return suite;
}
