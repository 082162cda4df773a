/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/bridge.h"

static eckid_bridge_seal_t seal_of(const bridge_scene_t *scene)
{
    return (eckid_bridge_seal_t){scene->bridge.secret, NULL, BRIDGE_ISSUER};
}

static eckid_bridge_session_t session_at(const char *supplier, int seconds)
{
    return (eckid_bridge_session_t){
        .supplier = supplier,
        .name_id = {ECKID_NAME_ID_PERSISTENT, "_n", BRIDGE_ISSUER, supplier},
        .index = "_i",
        .since = MAKER_NOW + apr_time_from_sec(seconds)};
}

static void note(bridge_scene_t *scene, eckid_bridge_session_t session)
{
    const eckid_bridge_seal_t seal = seal_of(scene);
    apr_array_header_t *changes = apr_array_make(pool, 2, sizeof(eckid_bridge_cookie_t));

    ok(eckid_bridge_sessions_note(changes, bridge_sessions(scene), &session, &seal,
                                  maker_moment()->session_nonce, pool));
    bridge_keep(scene, changes);
}

static const eckid_bridge_session_t *nth(const bridge_scene_t *scene, int i)
{
    return APR_ARRAY_IDX(bridge_sessions(scene), i, const eckid_bridge_session_t *);
}

START_TEST(what_is_noted_is_read_again)
{
    bridge_scene_t *scene = bridge_scene("");
    const eckid_bridge_session_t session = session_at(MAKER_SUPPLIER, -5);

    note(scene, session);
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 1);
    const eckid_bridge_session_t *back = nth(scene, 0);

    ck_assert_str_eq(back->supplier, MAKER_SUPPLIER);
    ck_assert_str_eq(back->index, "_i");
    ck_assert(eckid_name_id_same(&back->name_id, &session.name_id));
    ck_assert_str_eq(back->name_id.sp_qualifier, MAKER_SUPPLIER);
    ck_assert_int_eq(back->since, session.since);
    ck_assert(!back->has_lost);
}
END_TEST

START_TEST(a_supplier_has_one_session)
{
    bridge_scene_t *scene = bridge_scene("");

    note(scene, session_at(MAKER_SUPPLIER, -5));
    note(scene, session_at(BRIDGE_OTHER, -4));
    note(scene, session_at(MAKER_SUPPLIER, -3));
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 2);
    ck_assert_str_eq(nth(scene, 0)->supplier, BRIDGE_OTHER); /* the oldest */
    ck_assert_ptr_eq(eckid_bridge_sessions_find(bridge_sessions(scene), "https://unknown"), NULL);
}
END_TEST

START_TEST(with_another_secret_it_is_another_cookie_and_the_old_one_goes)
{
    bridge_scene_t *scene = bridge_scene("");
    const char *before;

    note(scene, session_at(MAKER_SUPPLIER, -5));
    before = nth(scene, 0)->cookie;
    const eckid_bridge_seal_t seal = {
        eckid_secret_make(str("another secret of more than thirty-two bytes"), pool),
        scene->bridge.secret, BRIDGE_ISSUER};
    apr_array_header_t *changes = apr_array_make(pool, 2, sizeof(eckid_bridge_cookie_t));
    eckid_bridge_session_t session = session_at(MAKER_SUPPLIER, -4);

    ok(eckid_bridge_sessions_note(changes, bridge_sessions(scene), &session, &seal,
                                  maker_moment()->session_nonce, pool));
    ck_assert_str_ne(session.cookie, before);
    bridge_keep(scene, changes);
    ck_assert_ptr_null(strstr(scene->cookies, before));
}
END_TEST

START_TEST(after_a_day_it_is_over)
{
    bridge_scene_t *scene = bridge_scene("");

    note(scene, session_at(MAKER_SUPPLIER, 1 - 24 * 3600));
    note(scene, session_at(BRIDGE_OTHER, -24 * 3600));
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 1);
}
END_TEST

START_TEST(the_number_is_bounded_and_what_was_lost_is_known)
{
    bridge_scene_t *scene = bridge_scene("");

    for (int i = 0; i < ECKID_SESSIONS_MAX + 3; i++) {
        note(scene, session_at(apr_psprintf(pool, "https://%d.example", i), i - 100));
    }
    int count = bridge_sessions(scene)->nelts;

    ck_assert(count > 5 && count <= ECKID_SESSIONS_MAX);
    ck_assert(nth(scene, count - 1)->has_lost);
    ck_assert_str_eq(nth(scene, count - 1)->supplier,
                     apr_psprintf(pool, "https://%d.example", ECKID_SESSIONS_MAX + 2));
    ck_assert_ptr_null(eckid_bridge_sessions_find(bridge_sessions(scene), "https://0.example"));
    ck_assert(strlen(scene->cookies) < ECKID_SESSIONS_ROOM + 4 * ECKID_SESSIONS_MAX);
}
END_TEST

START_TEST(the_room_is_bounded)
{
    bridge_scene_t *scene = bridge_scene("");
    char *host = apr_palloc(pool, 1000);

    memset(host, 'a', 999);
    host[999] = '\0';
    for (int i = 0; i < 3; i++) {
        note(scene, session_at(apr_psprintf(pool, "https://%d.%s", i, host), i - 100));
    }
    ck_assert_int_lt(bridge_sessions(scene)->nelts, 3);
    ck_assert(nth(scene, bridge_sessions(scene)->nelts - 1)->has_lost);
}
END_TEST

START_TEST(what_is_not_ours_is_no_session)
{
    bridge_scene_t *scene = bridge_scene("");

    note(scene, session_at(MAKER_SUPPLIER, -5));
    const char *value = strchr(strstr(scene->cookies, "eckid-session-"), '=') + 1;

    scene->cookies = apr_pstrcat(pool, "eckid-session-00=AAAA; eckid-logout=", value,
                                 "; eckid-session-01=", value + 1, NULL);
    ck_assert_int_eq(bridge_sessions(scene)->nelts, 0);
}
END_TEST

UNIT_SUITE(bridge_session)
{
    Suite *suite = suite_create("bridge_session");
    TCase *tcase = unit_case(suite, "session");

    tcase_add_test(tcase, what_is_noted_is_read_again);
    tcase_add_test(tcase, a_supplier_has_one_session);
    tcase_add_test(tcase, with_another_secret_it_is_another_cookie_and_the_old_one_goes);
    tcase_add_test(tcase, after_a_day_it_is_over);
    tcase_add_test(tcase, the_number_is_bounded_and_what_was_lost_is_known);
    tcase_add_test(tcase, the_room_is_bounded);
    tcase_add_test(tcase, what_is_not_ours_is_no_session);
    return suite;
}
