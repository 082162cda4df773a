/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/eckid_spares.h"

#define MANY 20

static _Atomic(int) released;

static void release(void *context)
{
    (void)context;
    released++;
}

static eckid_spares_t *make(void)
{
    released = 0;
    return eckid_spares_make(release, pool);
}

START_TEST(there_is_none_until_one_was_given)
{
    ck_assert_ptr_null(eckid_spares_take(make()));
}
END_TEST

START_TEST(what_was_given_is_taken_once)
{
    eckid_spares_t *spares = make();
    int context;

    eckid_spares_give(spares, &context);
    ck_assert_ptr_eq(eckid_spares_take(spares), &context);
    ck_assert_ptr_null(eckid_spares_take(spares));
    ck_assert_int_eq(released, 0);
}
END_TEST

START_TEST(nothing_may_be_given)
{
    eckid_spares_t *spares = make();

    eckid_spares_give(spares, NULL);
    ck_assert_ptr_null(eckid_spares_take(spares));
}
END_TEST

/* Each is released or can be taken, none is lost or there twice. */
START_TEST(too_many_are_released)
{
    eckid_spares_t *spares = make();
    bool taken[MANY] = {false};
    char contexts[MANY], *context;
    int count = 0;

    for (int i = 0; i < MANY; i++) {
        eckid_spares_give(spares, contexts + i);
    }
    while ((context = eckid_spares_take(spares))) {
        ck_assert(!taken[context - contexts]);
        taken[context - contexts] = true;
        count++;
    }
    ck_assert_int_gt(count, 1);
    ck_assert_int_gt(released, 1);
    ck_assert_int_eq(count + released, MANY);
}
END_TEST

START_TEST(the_end_of_the_pool_releases_them)
{
    apr_pool_t *inner;
    int contexts[2];

    released = 0;
    apr_pool_create(&inner, pool);
    eckid_spares_t *spares = eckid_spares_make(release, inner);

    eckid_spares_give(spares, contexts);
    eckid_spares_give(spares, contexts + 1);
    apr_pool_destroy(inner);
    ck_assert_int_eq(released, 2);
}
END_TEST

/* Threads. Each uses several at once, more together than there are places. A context counts its
 * users, of whom there is never more than one. */

#define THREADS 4
#define ROUNDS 5000

static _Atomic(int) made, shared;

static int *take(eckid_spares_t *spares)
{
    int *users = eckid_spares_take(spares);

    if (!users) {
        users = calloc(1, sizeof(*users));
        made++;
    }
    shared += ++*users != 1;
    return users;
}

static void give(eckid_spares_t *spares, int *users)
{
    shared += --*users != 0;
    eckid_spares_give(spares, users);
}

static void *use(void *self)
{
    int *users[3];

    for (int i = 0; i < ROUNDS; i++) {
        for (int j = 0; j < COUNT(users); j++) {
            users[j] = take(self);
        }
        for (int j = 0; j < COUNT(users); j++) {
            give(self, users[j]);
        }
    }
    return NULL;
}

static void release_counted(void *context)
{
    free(context);
    released++;
}

START_TEST(a_context_has_one_user_at_a_time)
{
    pthread_t threads[THREADS];
    apr_pool_t *inner;

    made = shared = released = 0;
    apr_pool_create(&inner, pool);
    eckid_spares_t *spares = eckid_spares_make(release_counted, inner);

    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(threads + i, NULL, use, spares), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    apr_pool_destroy(inner);
    ck_assert_int_eq(shared, 0);
    ck_assert_int_eq(released, made);
}
END_TEST

UNIT_SUITE(spares)
{
    Suite *suite = suite_create("spares");
    TCase *tcase = unit_case(suite, "spares");

    tcase_add_test(tcase, there_is_none_until_one_was_given);
    tcase_add_test(tcase, what_was_given_is_taken_once);
    tcase_add_test(tcase, nothing_may_be_given);
    tcase_add_test(tcase, too_many_are_released);
    tcase_add_test(tcase, the_end_of_the_pool_releases_them);
    tcase_add_test(tcase, a_context_has_one_user_at_a_time);
    return suite;
}
