/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <unistd.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#include "saml/eckid_idp_metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/keys.h"

#define LATER(n) (apr_time_from_sec(1000) + (n)*ECKID_IDP_METADATA_INTERVAL)

static const char *path;

static const char *content(int key)
{
    return apr_pstrcat(pool,
                       "<m:EntityDescriptor xmlns:m='" ECKID_NS_METADATA "' entityID='urn:i'>"
                       "<m:IDPSSODescriptor protocolSupportEnumeration='x'><m:KeyDescriptor>"
                       "<d:KeyInfo xmlns:d='http://www.w3.org/2000/09/xmldsig#'><d:X509Data>"
                       "<d:X509Certificate>",
                       eckid_key_certificate_base64(test_pair(P_256, key)),
                       "</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>"
                       "</m:IDPSSODescriptor></m:EntityDescriptor>",
                       NULL);
}

static void write_file(const char *text)
{
    apr_file_t *file;
    const char *next = apr_pstrcat(pool, path, ".new", NULL);

    ck_assert_int_eq(
        apr_file_open(&file, next, APR_CREATE | APR_WRITE | APR_TRUNCATE, APR_OS_DEFAULT, pool),
        APR_SUCCESS);
    apr_file_write_full(file, text, strlen(text), NULL);
    apr_file_close(file);
    apr_file_rename(next, path, pool);
}

static eckid_idp_metadata_t *open_file(void)
{
    eckid_idp_metadata_t *file;

    path = apr_psprintf(pool, "/tmp/eckid-unit-idp-%d", (int)getpid());
    write_file(content(0));
    ok(eckid_idp_metadata_make(&file, path, NULL, pool));
    return file;
}

static bool has_key(const eckid_idp_t *idp, int key)
{
    return eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(P_256, key));
}

START_TEST(a_changed_file_is_read_again)
{
    eckid_idp_metadata_t *file = open_file();
    eckid_err_t *news;
    bool changed;

    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(0), &changed, &news, pool), 0));
    ck_assert(!changed);
    write_file(content(1));
    /* not looked at again before the interval is over */
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(1) - 1, &changed, &news, pool), 0));
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(1), &changed, &news, pool), 1));
    ck_assert(changed);
    ck_assert_ptr_null(news);
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(2), &changed, &news, pool), 1));
    ck_assert(!changed);
    apr_file_remove(path, pool);
}
END_TEST

static const char *const bad_contents[] = {"", "<html>", NULL};

START_TEST(a_bad_file_leaves_the_last_good_one_and_is_told_once)
{
    eckid_idp_metadata_t *file = open_file();
    eckid_err_t *news = NULL;
    bool changed;

    eckid_idp_metadata_get(file, LATER(0), &changed, &news, pool);
    if (bad_contents[_i]) {
        write_file(bad_contents[_i]);
    }
    else {
        apr_file_remove(path, pool);
    }
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(1), &changed, &news, pool), 0));
    ck_assert(changed);
    ck_assert_ptr_nonnull(news);
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(2), &changed, &news, pool), 0));
    ck_assert(!changed);
    write_file(content(2));
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(3), &changed, &news, pool), 2));
    apr_file_remove(path, pool);
}
END_TEST

START_TEST(a_login_in_progress_keeps_its_own)
{
    eckid_idp_metadata_t *file = open_file();
    eckid_err_t *news;
    bool changed;
    apr_pool_t *login;

    apr_pool_create(&login, pool);
    const eckid_idp_t *old = eckid_idp_metadata_get(file, LATER(0), &changed, &news, login);

    write_file(content(1));
    eckid_idp_metadata_get(file, LATER(1), &changed, &news, pool);
    ck_assert(has_key(old, 0));
    apr_pool_destroy(login);
    apr_file_remove(path, pool);
}
END_TEST

START_TEST(what_has_ended_is_used_on)
{
    eckid_idp_metadata_t *file = open_file();
    const char *set =
        "<m:EntitiesDescriptor xmlns:m='" ECKID_NS_METADATA "' validUntil='1970-01-01T00:16:45Z'>";
    eckid_err_t *news;
    bool changed;

    write_file(apr_pstrcat(pool, set, content(1), "</m:EntitiesDescriptor>", NULL));
    eckid_idp_metadata_get(file, LATER(0), &changed, &news, pool);
    ck_assert(changed && !news);
    ck_assert(has_key(eckid_idp_metadata_get(file, LATER(9), &changed, &news, pool), 1));
    ck_assert(!changed);
    apr_file_remove(path, pool);
}
END_TEST

UNIT_SUITE(idp_metadata)
{
    Suite *suite = suite_create("idp_metadata");
    TCase *tcase = unit_case(suite, "idp_file");

    tcase_add_test(tcase, a_changed_file_is_read_again);
    tcase_add_loop_test(tcase, a_bad_file_leaves_the_last_good_one_and_is_told_once, 0,
                        COUNT(bad_contents));
    tcase_add_test(tcase, a_login_in_progress_keeps_its_own);
    tcase_add_test(tcase, what_has_ended_is_used_on);
    return suite;
}
