/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include "saml/eckid_metadata.h"
#include "support/metadata.h"

#define LATER(n) (apr_time_from_sec(1000) + (n)*ECKID_METADATA_INTERVAL)

/* A file, and what was told of it. */
typedef struct scene_t {
    const char *path;
    eckid_metadata_t *metadata;
    int read, refused;
} scene_t;

static void on_news(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *own)
{
    scene_t *scene = self;

    (void)metadata, (void)own;
    scene->read += err == NULL;
    scene->refused += err != NULL;
    ck_assert((expiries == NULL) == (err != NULL));
}

static const char *content(int key)
{
    return metadata_entity(
        "urn:i", metadata_idp_role(metadata_descriptor("", metadata_certificate(P_256, key))));
}

static scene_t *open_file(void)
{
    scene_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_metadata_listener_t listener = {on_news, scene};

    scene->path = metadata_file(content(0));
    ok(eckid_metadata_make(&scene->metadata, scene->path, NULL, &listener, pool));
    return scene;
}

static bool has_key(const eckid_idp_t *idp, int key)
{
    return eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(P_256, key));
}

static const eckid_idp_t *at(const scene_t *scene, apr_time_t now)
{
    const eckid_idp_t *idp;

    ok(eckid_metadata_get(&idp, scene->metadata, now, pool));
    return idp;
}

START_TEST(a_changed_file_is_read_again)
{
    scene_t *scene = open_file();

    ck_assert(has_key(at(scene, LATER(0)), 0));
    ck_assert_int_eq(scene->read, 0);
    metadata_replace(scene->path, content(1));
    /* not looked at again before the interval is over */
    ck_assert(has_key(at(scene, LATER(1) - 1), 0));
    ck_assert(has_key(at(scene, LATER(1)), 1));
    ck_assert(has_key(at(scene, LATER(2)), 1));
    ck_assert_int_eq(scene->read, 1);
    ck_assert_int_eq(scene->refused, 0);
}
END_TEST

static const char *const bad_contents[] = {"", "<html>", NULL};

START_TEST(a_bad_file_leaves_the_last_good_one_and_is_told_once)
{
    scene_t *scene = open_file();

    at(scene, LATER(0));
    if (bad_contents[_i]) {
        metadata_replace(scene->path, bad_contents[_i]);
    }
    else {
        apr_file_remove(scene->path, pool);
    }
    ck_assert(has_key(at(scene, LATER(1)), 0));
    ck_assert(has_key(at(scene, LATER(2)), 0));
    ck_assert_int_eq(scene->refused, 1);
    metadata_replace(scene->path, content(2));
    ck_assert(has_key(at(scene, LATER(3)), 2));
    ck_assert_int_eq(scene->read, 1);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    const eckid_metadata_listener_t nobody = {NULL, NULL};
    eckid_metadata_t *metadata;
    eckid_err_t *err = eckid_metadata_make(&metadata, "/nonexistent/idp.xml", NULL, &nobody, pool);

    refused(err, ECKID_FILE);
    ck_assert_ptr_nonnull(strstr(err->detail, "/nonexistent/idp.xml"));
}
END_TEST

START_TEST(a_login_in_progress_keeps_its_own)
{
    scene_t *scene = open_file();
    const eckid_idp_t *old;
    apr_pool_t *login;

    apr_pool_create(&login, pool);
    ok(eckid_metadata_get(&old, scene->metadata, LATER(0), login));
    metadata_replace(scene->path, content(1));
    at(scene, LATER(1));
    ck_assert(has_key(old, 0));
    apr_pool_destroy(login);
}
END_TEST

START_TEST(what_has_ended_is_used_on)
{
    scene_t *scene = open_file();
    const char *keys = metadata_descriptor("", metadata_certificate(P_256, 1));

    metadata_replace(scene->path, metadata_entity("urn:i' validUntil='1970-01-01T00:16:45Z",
                                                  metadata_idp_role(keys)));
    ck_assert(has_key(at(scene, LATER(1)), 1));
    ck_assert(has_key(at(scene, LATER(9)), 1));
    ck_assert(has_key(eckid_metadata_last(scene->metadata, pool), 1));
}
END_TEST

START_TEST(an_unknown_key_has_the_file_checked_once_in_a_window)
{
    scene_t *scene = open_file();
    const eckid_idp_t *idp;

    at(scene, LATER(0));
    metadata_replace(scene->path, content(1));
    ok(eckid_metadata_renew(&idp, scene->metadata, LATER(0), pool));
    ck_assert(has_key(idp, 1));
    metadata_replace(scene->path, content(2));
    ok(eckid_metadata_renew(&idp, scene->metadata, LATER(0) + ECKID_METADATA_WINDOW - 1, pool));
    ck_assert(has_key(idp, 1));
    ok(eckid_metadata_renew(&idp, scene->metadata, LATER(0) + ECKID_METADATA_WINDOW, pool));
    ck_assert(has_key(idp, 2));
}
END_TEST

UNIT_SUITE(metadata)
{
    Suite *suite = suite_create("metadata");
    TCase *tcase = unit_case(suite, "metadata");

    tcase_add_test(tcase, a_changed_file_is_read_again);
    tcase_add_loop_test(tcase, a_bad_file_leaves_the_last_good_one_and_is_told_once, 0,
                        COUNT(bad_contents));
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, a_login_in_progress_keeps_its_own);
    tcase_add_test(tcase, what_has_ended_is_used_on);
    tcase_add_test(tcase, an_unknown_key_has_the_file_checked_once_in_a_window);
    return suite;
}
