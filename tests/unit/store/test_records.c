/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "store/eckid_records.h"
#include "support/fakes.h"
#include "support/maker.h"

static const unsigned char nonce[ECKID_SECRET_NONCE] = "twelve bytes";

static eckid_records_t make(fake_store_t *store, const char *secret)
{
    return (eckid_records_t){eckid_secret_make(str(secret), pool), NULL, fake_store(store)};
}

static eckid_records_index_t index_of(const eckid_records_t *records, const char *about)
{
    const eckid_bytes_t part = str(about);
    eckid_records_index_t index;

    eckid_records_index(&index, records, &part, 1, pool);
    return index;
}

static bool has(const eckid_records_t *records, const char *about, apr_size_t max)
{
    const eckid_records_index_t index = index_of(records, about);
    eckid_bytes_t plain;

    return eckid_records_get(&plain, records, &index, max, pool) &&
           strcmp(plain.data, "content") == 0;
}

static void put(const eckid_records_t *records, const char *about)
{
    const eckid_records_index_t index = index_of(records, about);

    eckid_records_put(records, &index, str("content"), MAKER_NOW, nonce, pool);
}

START_TEST(a_record_is_found_by_what_it_is_about)
{
    const eckid_records_t records =
        make(fake_store_make(), "a secret of more than thirty-two bytes");

    put(&records, "one");
    ck_assert(has(&records, "one", 7));
    ck_assert(!has(&records, "two", 7));
    const eckid_records_index_t index = index_of(&records, "one");

    eckid_records_forget(&records, &index, pool);
    ck_assert(!has(&records, "one", 7));
}
END_TEST

START_TEST(the_previous_secret_still_reads)
{
    fake_store_t *store = fake_store_make();
    const eckid_records_t old = make(store, "a secret of more than thirty-two bytes");
    eckid_records_t records = make(store, "another secret of more than 32 bytes..");

    put(&old, "one");
    ck_assert(!has(&records, "one", 7));
    records.previous = old.secret;
    ck_assert(has(&records, "one", 7));
}
END_TEST

UNIT_SUITE(records)
{
    Suite *suite = suite_create("records");
    TCase *tcase = unit_case(suite, "records");

    tcase_add_test(tcase, a_record_is_found_by_what_it_is_about);
    tcase_add_test(tcase, the_previous_secret_still_reads);
    return suite;
}
