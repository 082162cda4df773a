/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings everybody of a school from a file into the directory: all or nothing. */
#include "provision/eckid_import.h"
#include "crypto/eckid_digest.h"

#include <apr_strings.h>

#define SAVED_EACH 1000 /* people */

/* A run on its way. */
typedef struct run_t {
    const eckid_import_file_t *file;
    const eckid_import_setup_t *setup;
    eckid_import_result_t *result;
    eckid_bulk_found_t found;
    eckid_directory_import_t *import; /* NULL while the file is checked */
    apr_uint64_t position;            /* so many rows an earlier run has saved */
    apr_uint64_t rows;
    eckid_digest_stream_t *digest;
} run_t;

/* Reading */

static int read_and_digest(void *self, char *buffer, int room)
{
    run_t *run = self;
    int len = run->file->input.read(run->file->input.self, buffer, room);

    if (len > 0) {
        eckid_digest_add(run->digest, eckid_bytes(buffer, (apr_size_t)len));
    }
    return len;
}

static void count(eckid_import_result_t *result, const eckid_directory_person_t *person)
{
    result->people++;
    result->without_key += person->keys->nelts == 0;
    result->without_eckid += !person->has_eckid;
}

static eckid_err_t *bring_in(run_t *run, const eckid_directory_person_t *person, apr_uint64_t line,
                             apr_pool_t *pool)
{
    if (person->keys->nelts && run->rows > run->position) {
        ECKID_ERR(eckid_directory_import_add(run->import, person, line, pool));
    }
    return run->rows > run->position && run->rows % SAVED_EACH == 0
               ? eckid_directory_import_save(run->import, run->rows, pool)
               : NULL;
}

static eckid_err_t *take_row(void *self, const eckid_bulk_row_t *row, apr_pool_t *pool)
{
    run_t *run = self;
    const eckid_import_setup_t *setup = run->setup;
    eckid_directory_person_t person;

    ECKID_ERR(eckid_bulk_person(&person, row, setup->rules, setup->pilot, &run->file->input, pool));
    if (++run->rows % SAVED_EACH == 0 && setup->progress) {
        setup->progress(setup->self, run->rows, !run->import);
    }
    if (run->import) {
        return bring_in(run, &person, row->line, pool);
    }
    count(run->result, &person);
    return NULL;
}

/* Reads the file from its beginning; digest is that of all of it, in hex. */
static eckid_err_t *read_file(const char **digest, run_t *run, apr_pool_t *pool)
{
    const eckid_bulk_sink_t sink = {take_row, run};
    const eckid_bulk_input_t input = {run->file->input.name, read_and_digest, run};
    eckid_bulk_found_t found;

    if (!run->file->rewind(run->file->input.self)) {
        return eckid_err_make(pool, ECKID_FILE, "%s cannot be read twice", input.name);
    }
    run->rows = 0;
    run->digest = eckid_digest_begin(ECKID_SHA256, pool);
    ECKID_ERR(run->file->read(&found, &input, &sink, run->file->format, pool));
    run->found = found;
    *digest = eckid_codec_hex(eckid_digest_end(run->digest, pool), pool).data;
    return NULL;
}

/* Checking */

static eckid_err_t *check(const char **digest, run_t *run, apr_pool_t *pool)
{
    eckid_import_result_t *result = run->result;

    ECKID_ERR(read_file(digest, run, pool));
    result->unchanged = run->found.unchanged && result->people == 0;
    if (!result->unchanged && result->people == result->without_key) {
        return eckid_err_make(pool, ECKID_BULK,
                              "%s: of %" APR_UINT64_T_FMT
                              " people in it nobody has a key by which logins could find them",
                              run->file->input.name, result->people);
    }
    return NULL;
}

/* Bringing in */

static bool is_too_much(const eckid_directory_changes_t *changes, int share)
{
    return (changes->changed + changes->gone) * 100 > changes->before * (apr_uint64_t)share;
}

static eckid_err_t *stage(run_t *run, const char *digest, apr_pool_t *pool)
{
    const char *again;

    ECKID_ERR(read_file(&again, run, pool));
    if (strcmp(again, digest) != 0) {
        return eckid_err_make(pool, ECKID_BULK, "%s has changed while it was read",
                              run->file->input.name);
    }
    ECKID_ERR(eckid_directory_import_save(run->import, run->rows, pool));
    return eckid_directory_import_compare(&run->result->changes, run->import, pool);
}

static eckid_err_t *end(run_t *run, apr_time_t now, apr_pool_t *pool)
{
    const eckid_import_setup_t *setup = run->setup;
    eckid_import_result_t *result = run->result;

    if (setup->dry) {
        return eckid_directory_import_abandon(run->import, pool);
    }
    result->held = !setup->forced && is_too_much(&result->changes, setup->share);
    if (!result->held) {
        ECKID_ERR(eckid_directory_import_finish(&result->changes, run->import, now, pool));
        result->done = true;
    }
    return NULL;
}

/* Where the database failed, what was saved is for the next run; a file that is wrong leaves
 * nothing behind. */
static eckid_err_t *give_up(const run_t *run, eckid_err_t *err, apr_pool_t *pool)
{
    if (err->code != ECKID_DIRECTORY) {
        eckid_directory_import_abandon(run->import, pool);
    }
    return err;
}

static const char *origin_of(const char *digest, const eckid_import_setup_t *setup,
                             apr_pool_t *pool)
{
    const char *text =
        apr_pstrcat(pool, digest, "\n", setup->settings, setup->pilot ? "\npilot" : "", NULL);

    return eckid_codec_hex(eckid_digest_sha256(eckid_bytes_str(text), pool), pool).data;
}

eckid_err_t *eckid_import_run(eckid_import_result_t *result, const eckid_import_file_t *file,
                              const eckid_import_setup_t *setup, apr_time_t now, apr_pool_t *pool)
{
    run_t run = {.file = file, .setup = setup, .result = result};
    const char *digest;

    *result = (eckid_import_result_t){.people = 0};
    ECKID_ERR(check(&digest, &run, pool));
    if (result->unchanged) {
        return NULL;
    }
    ECKID_ERR(eckid_directory_import_begin(&run.import, &run.position, setup->directory,
                                           setup->school, run.found.kinds, setup->source,
                                           origin_of(digest, setup, pool), now, pool));
    result->resumed = run.position;
    eckid_err_t *err = stage(&run, digest, pool);

    err = err ? err : end(&run, now, pool);
    return err ? give_up(&run, err, pool) : NULL;
}
