/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/fakes.h"
#include "support/maker.h"

static const eckid_person_key_t student = {"NEPPI", "95312@1.school.example", NULL, NULL};
static const eckid_cache_key_t whom = {
    "https://las.example", "edu-v", "V_ID", "11ZZ03", false, false, &student};
static const eckid_finding_t found = {ECKID_FOUND, {AN_ECKID}};

static bool get_all(const eckid_cache_t *cache, const eckid_cache_key_t *key, int seconds_later,
                    eckid_cached_t *cached)
{
    eckid_cache_index_t index;

    eckid_cache_index(&index, cache, key, pool);
    return eckid_cache_get(cached, cache, &index, MAKER_NOW + apr_time_from_sec(seconds_later),
                           pool);
}

static bool get(const eckid_cache_t *cache, const eckid_cache_key_t *key, int seconds_later,
                eckid_finding_t *finding)
{
    eckid_cached_t cached;
    bool there = get_all(cache, key, seconds_later, &cached);

    *finding = cached.finding;
    return there;
}

static void put(const eckid_cache_t *cache, const eckid_cache_key_t *key,
                const eckid_finding_t *finding)
{
    eckid_cache_index_t index;

    eckid_cache_index(&index, cache, key, pool);
    eckid_cache_put(cache, &index, finding, maker_moment(), pool);
}

/* What older versions wrote must be found. */
START_TEST(the_index_of_a_student_stays_what_it_is)
{
    const eckid_cache_t cache = fake_cache(fake_store_make());
    eckid_cache_index_t index;

    eckid_cache_index(&index, &cache, &whom, pool);
    ck_assert_str_eq(eckid_codec_hex(eckid_bytes(index.now, sizeof(index.now)), pool).data,
                     "3140556d846f4d41b22ad977f707a1e46d47b8d509c5c13e6079a1716a80d6cb");
}
END_TEST

START_TEST(what_was_found_is_remembered)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    ck_assert(!get(&cache, &whom, 0, &finding));
    put(&cache, &whom, &found);
    ck_assert(get(&cache, &whom, 3599, &finding));
    ck_assert_int_eq(finding.outcome, ECKID_FOUND);
    ck_assert_str_eq(finding.value.text, AN_ECKID);
}
END_TEST

static const eckid_outcome_t absences[] = {ECKID_IS_UNKNOWN, ECKID_HAS_NONE};

START_TEST(found_and_not_found_have_lifetimes_of_their_own)
{
    const eckid_finding_t nothing = {absences[_i], {""}};
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    put(&cache, &whom, &found);
    ck_assert(store->until == MAKER_NOW + apr_time_from_sec(3600));
    ck_assert(!get(&cache, &whom, 3600, &finding));
    put(&cache, &whom, &nothing);
    ck_assert(get(&cache, &whom, 59, &finding));
    ck_assert_int_eq(finding.outcome, absences[_i]);
    ck_assert_str_eq(finding.value.text, "");
    ck_assert(!get(&cache, &whom, 60, &finding));
}
END_TEST

START_TEST(a_found_one_is_kept_when_it_is_stale)
{
    fake_store_t *store = fake_store_make();
    eckid_cache_t cache = fake_cache(store);
    eckid_cached_t cached;

    cache.stale_for = apr_time_from_sec(1000);
    put(&cache, &whom, &found);
    ck_assert(get_all(&cache, &whom, 4599, &cached));
    ck_assert(cached.fresh_until == MAKER_NOW + apr_time_from_sec(3600));
    ck_assert(cached.since == MAKER_NOW);
    ck_assert(!get_all(&cache, &whom, 4600, &cached));
}
END_TEST

START_TEST(a_claim_leaves_the_record_as_it_is)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_cache_index_t index;
    eckid_cached_t before, after;

    put(&cache, &whom, &found);
    ck_assert(get_all(&cache, &whom, 0, &before));
    eckid_cache_index(&index, &cache, &whom, pool);
    eckid_cache_claim(&cache, &index, &before, 5, maker_moment(), pool);
    ck_assert(get_all(&cache, &whom, 0, &after));
    ck_assert(after.claimed_until == MAKER_NOW + 5);
    ck_assert(after.since == before.since && after.fresh_until == before.fresh_until);
    ck_assert_str_eq(after.finding.value.text, AN_ECKID);
}
END_TEST

START_TEST(records_of_one_moment_end_at_different_times)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_moment_t moment = *maker_moment();
    eckid_cache_index_t index;

    eckid_cache_index(&index, &cache, &whom, pool);
    moment.jitter = 255;
    eckid_cache_put(&cache, &index, &found, &moment, pool);
    ck_assert(store->until < MAKER_NOW + apr_time_from_sec(3600));
    ck_assert(store->until > MAKER_NOW + apr_time_from_sec(3600 / 8 * 7));
}
END_TEST

START_TEST(what_is_to_be_forgotten_is_forgotten)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_cache_index_t index;
    eckid_finding_t finding;

    put(&cache, &whom, &found);
    eckid_cache_index(&index, &cache, &whom, pool);
    eckid_cache_forget(&cache, &index, pool);
    ck_assert(!get(&cache, &whom, 0, &finding));
}
END_TEST

START_TEST(records_of_the_previous_secret_are_read_and_forgotten)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t old = fake_cache(store);
    eckid_cache_t cache = old;
    eckid_cache_index_t index;
    eckid_finding_t finding;

    put(&old, &whom, &found);
    cache.records.secret =
        eckid_secret_make(str("another secret of more than thirty-two bytes"), pool);
    ck_assert(!get(&cache, &whom, 0, &finding));
    cache.records.previous = old.records.secret;
    ck_assert(get(&cache, &whom, 0, &finding));
    ck_assert_str_eq(finding.value.text, AN_ECKID);
    eckid_cache_index(&index, &cache, &whom, pool);
    eckid_cache_forget(&cache, &index, pool);
    ck_assert(!get(&cache, &whom, 0, &finding));
}
END_TEST

START_TEST(records_of_another_generation_are_not_found)
{
    fake_store_t *store = fake_store_make();
    eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    put(&cache, &whom, &found);
    cache.generation = "2";
    ck_assert(!get(&cache, &whom, 0, &finding));
}
END_TEST

START_TEST(a_lifetime_of_zero_remembers_nothing)
{
    fake_store_t *store = fake_store_make();
    eckid_cache_t cache = fake_cache(store);

    cache.found_for = 0;
    put(&cache, &whom, &found);
    ck_assert_int_eq(store->puts, 0);
}
END_TEST

static const eckid_person_key_t other_value = {"NEPPI", "95313@1.school.example", NULL, NULL};
static const eckid_person_key_t other_kind = {"NEPPI", "95312@1.school.example", NULL, "employee"};
static const eckid_person_key_t other_type = {"NEPRI", "95312@1.school.example", NULL, NULL};
static const eckid_cache_key_t others[] = {
    {"https://other.example", "edu-v", "V_ID", "11ZZ03", false, false, &student},
    {"https://las.example", "sem.json", "V_ID", "11ZZ03", false, false, &student},
    {"https://las.example", "edu-v", "BP_ID", "11ZZ03", false, false, &student},
    {"https://las.example", "edu-v", "V_ID", "11ZZ04", false, false, &student},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", false, false, &other_value},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", false, false, &other_type},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", false, false, &other_kind},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", false, true, &student},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", true, false, &student},
    {"https://las.example", "edu-v", "V_ID", "11ZZ03", false, false, NULL},
};

START_TEST(every_part_of_the_key_counts)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    put(&cache, &whom, &found);
    ck_assert(!get(&cache, &others[_i], 0, &finding));
    /* and each is a key itself */
    put(&cache, &others[_i], &found);
    ck_assert(get(&cache, &others[_i], 0, &finding));
    ck_assert_int_eq((int)apr_hash_count(store->records), 2);
}
END_TEST

static eckid_bytes_t *only_record(const fake_store_t *store)
{
    void *record;

    apr_hash_this(apr_hash_first(pool, store->records), NULL, NULL, &record);
    return record;
}

START_TEST(a_record_that_was_changed_is_a_miss)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    put(&cache, &whom, &found);
    eckid_bytes_t *record = only_record(store);

    ((char *)record->data)[record->len / 2] ^= 1;
    ck_assert(!get(&cache, &whom, 0, &finding));
    record->len = 0;
    ck_assert(!get(&cache, &whom, 0, &finding));
}
END_TEST

START_TEST(a_record_moved_to_another_student_is_a_miss)
{
    const eckid_person_key_t other = {"NEPPI", "95313@1.school.example", NULL, NULL};
    const eckid_cache_key_t other_whom = {
        whom.las, whom.contract, whom.school_type, whom.school, false, false, &other};
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    eckid_finding_t finding;

    put(&cache, &other_whom, &found);
    eckid_bytes_t stolen = *only_record(store);

    apr_hash_clear(store->records);
    put(&cache, &whom, &found);
    *only_record(store) = stolen;
    ck_assert(!get(&cache, &whom, 0, &finding));
}
END_TEST

START_TEST(the_store_sees_neither_value_nor_student)
{
    fake_store_t *store = fake_store_make();
    const eckid_cache_t cache = fake_cache(store);
    const void *index;

    put(&cache, &whom, &found);
    eckid_bytes_t *record = only_record(store);

    apr_hash_this(apr_hash_first(pool, store->records), &index, NULL, NULL);
    ck_assert_ptr_null(memmem(record->data, record->len, DIGITS64, 16));
    ck_assert_ptr_null(memmem(index, ECKID_CACHE_INDEX, "95312", 5));
}
END_TEST

UNIT_SUITE(cache)
{
    Suite *suite = suite_create("cache");
    TCase *tcase = unit_case(suite, "cache");

    tcase_add_test(tcase, the_index_of_a_student_stays_what_it_is);
    tcase_add_test(tcase, what_was_found_is_remembered);
    tcase_add_loop_test(tcase, found_and_not_found_have_lifetimes_of_their_own, 0, COUNT(absences));
    tcase_add_test(tcase, a_found_one_is_kept_when_it_is_stale);
    tcase_add_test(tcase, a_claim_leaves_the_record_as_it_is);
    tcase_add_test(tcase, records_of_one_moment_end_at_different_times);
    tcase_add_test(tcase, what_is_to_be_forgotten_is_forgotten);
    tcase_add_test(tcase, records_of_the_previous_secret_are_read_and_forgotten);
    tcase_add_test(tcase, records_of_another_generation_are_not_found);
    tcase_add_test(tcase, a_lifetime_of_zero_remembers_nothing);
    tcase_add_loop_test(tcase, every_part_of_the_key_counts, 0, COUNT(others));
    tcase_add_test(tcase, a_record_that_was_changed_is_a_miss);
    tcase_add_test(tcase, a_record_moved_to_another_student_is_a_miss);
    tcase_add_test(tcase, the_store_sees_neither_value_nor_student);
    return suite;
}
