/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the directory knows of one person, for those who run it. */
#include "operator/eckid_directory_check.h"

#include <apr_strings.h>

#include "decision/eckid_lookup_pushed.h"

static void add(apr_array_header_t *steps, const char *name, eckid_diagnosis_state_t state,
                const char *text)
{
    APR_ARRAY_PUSH(steps, eckid_diagnosis_step_t) = (eckid_diagnosis_step_t){name, state, text};
}

static const char *origin_of(const eckid_directory_record_t *record, apr_pool_t *pool)
{
    char confirmed[APR_RFC822_DATE_LEN];

    apr_rfc822_date(confirmed, record->confirmed);
    return apr_psprintf(pool, "%s from %s, confirmed %s",
                        record->person.has_eckid ? "an ECK iD" : "no ECK iD", record->source,
                        confirmed);
}

static void add_record(apr_array_header_t *steps, const eckid_directory_record_t *record,
                       const eckid_err_t *err, apr_pool_t *pool)
{
    if (err) {
        add(steps, "the directory", ECKID_STEP_FAILED, eckid_err_text(err, pool));
    }
    else if (!record) {
        add(steps, "the directory", ECKID_STEP_NOTED,
            "nobody with this key was pushed or imported");
    }
    else {
        add(steps, "the directory", record->person.has_eckid ? ECKID_STEP_WELL : ECKID_STEP_NOTED,
            origin_of(record, pool));
    }
}

static bool is_same_school(const eckid_school_t *one, const eckid_school_t *other)
{
    return strcmp(one->type, other->type) == 0 && strcmp(one->value, other->value) == 0;
}

/* One person may have an ECK iD for each sector. Two people with one key would look the same. */
static eckid_err_t *add_elsewhere(apr_array_header_t *steps, const eckid_lookup_setup_t *setup,
                                  const eckid_person_key_t *key,
                                  const eckid_directory_record_t *record, apr_pool_t *pool)
{
    const eckid_directory_key_t wanted = {key->type, key->value};
    apr_array_header_t *schools;
    const char *others = NULL;

    ECKID_ERR(eckid_directory_schools(&schools, setup->directory, pool));
    for (int i = 0; i < schools->nelts; i++) {
        const eckid_school_t *school = &APR_ARRAY_IDX(schools, i, eckid_school_t);
        const eckid_directory_record_t *other;

        ECKID_ERR(eckid_directory_find(&other, setup->directory, school, eckid_kind_name(key->kind),
                                       &wanted, pool));
        if (other && other->person.has_eckid && !is_same_school(school, setup->school) &&
            strcmp(other->person.eckid.text, record->person.eckid.text) != 0) {
            others =
                apr_pstrcat(pool, others ? others : "", others ? ", " : "", school->value, NULL);
        }
    }
    if (others) {
        add(steps, "the key elsewhere", ECKID_STEP_NOTED,
            apr_pstrcat(pool, "has another ECK iD at ", others,
                        ": right for a person in two sectors, a mix-up otherwise", NULL));
    }
    return NULL;
}

eckid_lookup_t eckid_directory_check_person(apr_array_header_t *steps,
                                            const eckid_lookup_setup_t *setup,
                                            const eckid_person_key_t *key, apr_pool_t *pool)
{
    const eckid_directory_record_t *record = NULL;
    eckid_err_t *err = eckid_lookup_record(&record, setup, key, pool);

    add_record(steps, record, err, pool);
    if (!err && record && record->person.has_eckid) {
        err = add_elsewhere(steps, setup, key, record, pool);
        if (err) {
            add(steps, "the key elsewhere", ECKID_STEP_FAILED, eckid_err_text(err, pool));
        }
    }
    return eckid_lookup_pushed(setup, key, pool);
}
