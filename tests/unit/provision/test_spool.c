/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provision/eckid_spool.h"

static eckid_spool_t *make(void)
{
    eckid_spool_t *spool;

    ok(eckid_spool_make(&spool, pool));
    return spool;
}

static eckid_bytes_t text_of(apr_size_t len)
{
    char *text = apr_palloc(pool, len);

    for (apr_size_t i = 0; i < len; i++) {
        text[i] = (char)('a' + i % 26 + i / 65536);
    }
    return eckid_bytes(text, len);
}

static eckid_bytes_t read_all(eckid_spool_t *spool, int room)
{
    char *text = apr_palloc(pool, 300000);
    apr_size_t at = 0;
    int len;

    ck_assert(eckid_spool_rewind(spool));
    while ((len = eckid_spool_read(spool, text + at, room)) > 0) {
        ck_assert_int_le(len, room);
        at += (apr_size_t)len;
    }
    ck_assert_int_eq(len, 0);
    return eckid_bytes(text, at);
}

static const apr_size_t lengths[] = {0, 1, 65535, 65536, 65537, 200000};

START_TEST(what_was_added_is_read_as_often_as_wanted)
{
    static const int pieces[] = {1000, 65536, 100000};
    const eckid_bytes_t text = text_of(lengths[_i]);

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_spool_t *spool = make();

        for (apr_size_t at = 0; at < text.len; at += (apr_size_t)pieces[i]) {
            apr_size_t len = text.len - at;

            len = len < (apr_size_t)pieces[i] ? len : (apr_size_t)pieces[i];
            ok(eckid_spool_add(spool, eckid_bytes(text.data + at, len)));
        }
        ck_assert(eckid_bytes_equal(read_all(spool, pieces[i]), text));
        ck_assert(eckid_bytes_equal(read_all(spool, 777), text));
    }
}
END_TEST

/* A spool and its file; asked of the file itself, as a build machine may have no /proc. */
static eckid_spool_t *make_in_file(int *file)
{
    struct stat status;

    *file = dup(STDIN_FILENO); /* the lowest free number, which the next file gets */
    ck_assert_int_eq(close(*file), 0);
    eckid_spool_t *spool = make();

    ck_assert_int_eq(fstat(*file, &status), 0);
    ck_assert(S_ISREG(status.st_mode));
    ck_assert_int_eq((int)status.st_nlink, 0);
    return spool;
}

START_TEST(on_disk_it_has_no_name_and_cannot_be_read)
{
    const char *secret = "https://ketenid.nl/201703/";
    char content[65536];
    int file;
    eckid_spool_t *spool = make_in_file(&file);

    ok(eckid_spool_add(spool, str(secret)));
    ck_assert(eckid_spool_rewind(spool));
    ssize_t len = pread(file, content, sizeof(content), 0);

    ck_assert_int_gt((int)len, (int)strlen(secret));
    ck_assert_ptr_null(memmem(content, (size_t)len, "ketenid", 7));
}
END_TEST

static void change_byte(int file, off_t at)
{
    unsigned char byte;

    ck_assert_int_eq((int)pread(file, &byte, 1, at), 1);
    byte ^= 1;
    ck_assert_int_eq((int)pwrite(file, &byte, 1, at), 1);
}

START_TEST(what_was_changed_on_disk_is_an_error)
{
    char buffer[65536];
    int file;
    eckid_spool_t *spool = make_in_file(&file);

    ok(eckid_spool_add(spool, text_of(65536 * 2)));
    ck_assert(eckid_spool_rewind(spool));
    change_byte(file, 70000);
    ck_assert_int_eq(eckid_spool_read(spool, buffer, sizeof(buffer)), 65536);
    ck_assert_int_lt(eckid_spool_read(spool, buffer, sizeof(buffer)), 0);
}
END_TEST

UNIT_SUITE(spool)
{
    Suite *suite = suite_create("spool");
    TCase *tcase = unit_case(suite, "spool");

    tcase_add_loop_test(tcase, what_was_added_is_read_as_often_as_wanted, 0, COUNT(lengths));
    tcase_add_test(tcase, on_disk_it_has_no_name_and_cannot_be_read);
    tcase_add_test(tcase, what_was_changed_on_disk_is_an_error);
    return suite;
}
