/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what was changed in an audit log, removed from it or added to it. */
#include "record/eckid_audit_verify.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>

#include "base/eckid_json.h"

/* What was seen of a chain. */
typedef struct chain_t {
    const char *id;
    apr_array_header_t *numbers; /* apr_uint64_t */
    apr_uint64_t last, lost;     /* the highest number, and what its line says was lost */
    bool has_end;                /* whether that line is the orderly end of httpd */
} chain_t;

struct eckid_audit_verify_t {
    const apr_array_header_t *secrets;
    apr_hash_t *chains;           /* chain_t * by id */
    apr_array_header_t *order;    /* chain_t *, as they were met */
    apr_array_header_t *findings; /* eckid_audit_finding_t */
    apr_pool_t *pool;
};

eckid_audit_verify_t *eckid_audit_verify_make(const apr_array_header_t *secrets, apr_pool_t *pool)
{
    eckid_audit_verify_t *verify = apr_palloc(pool, sizeof(*verify));

    *verify = (eckid_audit_verify_t){
        .secrets = secrets,
        .chains = apr_hash_make(pool),
        .order = apr_array_make(pool, 2, sizeof(chain_t *)),
        .findings = apr_array_make(pool, 4, sizeof(eckid_audit_finding_t)),
        .pool = pool,
    };
    return verify;
}

static void find(eckid_audit_verify_t *verify, bool is_bad, const char *text)
{
    APR_ARRAY_PUSH(verify->findings, eckid_audit_finding_t) = (eckid_audit_finding_t){is_bad, text};
}

/* Lines */

/* What the MAC covers, as an object again; NULL if no MAC fits. */
static json_t *read_signed(const eckid_audit_verify_t *verify, eckid_bytes_t line,
                           apr_pool_t *scratch)
{
    apr_size_t len = 0;
    json_t *object;

    for (int i = 0; !len && i < verify->secrets->nelts; i++) {
        len = eckid_audit_signed_part(
            line, APR_ARRAY_IDX(verify->secrets, i, const eckid_secret_t *), scratch);
    }
    const char *text = apr_pstrcat(scratch, apr_pstrmemdup(scratch, line.data, len), "}", NULL);

    return len && !eckid_json_parse(&object, eckid_bytes_str(text), ECKID_INTERNAL, scratch)
               ? object
               : NULL;
}

static chain_t *get_chain(eckid_audit_verify_t *verify, const char *id)
{
    chain_t *chain = apr_hash_get(verify->chains, id, APR_HASH_KEY_STRING);

    if (!chain) {
        chain = apr_pcalloc(verify->pool, sizeof(*chain));
        chain->id = apr_pstrdup(verify->pool, id);
        chain->numbers = apr_array_make(verify->pool, 64, sizeof(apr_uint64_t));
        apr_hash_set(verify->chains, chain->id, APR_HASH_KEY_STRING, chain);
        APR_ARRAY_PUSH(verify->order, chain_t *) = chain;
    }
    return chain;
}

static void note(chain_t *chain, apr_uint64_t number, const json_t *object)
{
    const char *event = json_string_value(json_object_get(object, "event"));

    APR_ARRAY_PUSH(chain->numbers, apr_uint64_t) = number;
    if (number > chain->last) {
        chain->last = number;
        chain->lost = (apr_uint64_t)json_integer_value(json_object_get(object, "lost"));
        chain->has_end = event && strcmp(event, "stop") == 0;
    }
}

const json_t *eckid_audit_verify_line(eckid_audit_verify_t *verify, const char *where,
                                      eckid_bytes_t line, apr_pool_t *scratch)
{
    const json_t *object = read_signed(verify, line, scratch);
    const char *id = json_string_value(json_object_get(object, "chain"));
    json_int_t number = json_integer_value(json_object_get(object, "n"));

    if (!id || number <= 0) {
        find(verify, true,
             apr_psprintf(verify->pool, "%s: the line was changed, or is not of this log", where));
        return NULL;
    }
    note(get_chain(verify, id), (apr_uint64_t)number, object);
    return object;
}

/* Chains */

static int compare(const void *a, const void *b)
{
    apr_uint64_t one = *(const apr_uint64_t *)a, other = *(const apr_uint64_t *)b;

    return one < other ? -1 : one > other;
}

#define NUMBER APR_UINT64_T_FMT

/* Tells each gap, and returns how many numbers are missing. */
static apr_uint64_t count_gaps(const char **first_gap, eckid_audit_verify_t *verify,
                               const chain_t *chain)
{
    const apr_uint64_t *numbers = (const apr_uint64_t *)chain->numbers->elts;
    apr_uint64_t missing = 0;

    *first_gap = NULL;
    for (int i = 1; i < chain->numbers->nelts; i++) {
        if (numbers[i] == numbers[i - 1]) {
            find(verify, true,
                 apr_psprintf(verify->pool, "chain %s: line %" NUMBER " is there twice", chain->id,
                              numbers[i]));
        }
        else if (numbers[i] != numbers[i - 1] + 1) {
            missing += numbers[i] - numbers[i - 1] - 1;
            *first_gap = *first_gap ? *first_gap
                                    : apr_psprintf(verify->pool, "%" NUMBER " to %" NUMBER,
                                                   numbers[i - 1] + 1, numbers[i] - 1);
        }
    }
    return missing;
}

static void check_gaps(eckid_audit_verify_t *verify, const chain_t *chain)
{
    const char *first;
    apr_uint64_t missing = count_gaps(&first, verify, chain);

    if (missing > chain->lost) {
        find(verify, true,
             apr_psprintf(verify->pool,
                          "chain %s: %" NUMBER " lines were removed, the first of them among %s",
                          chain->id, missing - chain->lost, first));
    }
    else if (missing) {
        find(verify, false,
             apr_psprintf(verify->pool,
                          "chain %s: %" NUMBER " lines could not be written at the time", chain->id,
                          missing));
    }
}

static void check_ends(eckid_audit_verify_t *verify, const chain_t *chain)
{
    apr_uint64_t first = APR_ARRAY_IDX(chain->numbers, 0, apr_uint64_t);

    find(verify, false,
         apr_psprintf(
             verify->pool, "chain %s: lines %" NUMBER " to %" NUMBER "%s%s", chain->id, first,
             chain->last, first == 1 ? "" : ", and what was before is in none of these files",
             chain->has_end ? ""
                            : ", without an end: httpd still runs, was killed, the log goes on in "
                              "another file, or lines were removed at its end"));
}

static void check_last(eckid_audit_verify_t *verify, const char *id, apr_uint64_t number)
{
    const chain_t *chain = apr_hash_get(verify->chains, id, APR_HASH_KEY_STRING);
    apr_uint64_t last = chain ? chain->last : 0;

    if (last < number) {
        find(verify, true,
             apr_psprintf(verify->pool,
                          "chain %s: it reached line %" NUMBER ", and ends here with %" NUMBER, id,
                          number, last));
    }
}

const apr_array_header_t *eckid_audit_verify_end(eckid_audit_verify_t *verify,
                                                 const char *last_chain, apr_uint64_t last_number)
{
    for (int i = 0; i < verify->order->nelts; i++) {
        const chain_t *chain = APR_ARRAY_IDX(verify->order, i, const chain_t *);

        qsort(chain->numbers->elts, (size_t)chain->numbers->nelts, sizeof(apr_uint64_t), compare);
        check_gaps(verify, chain);
        check_ends(verify, chain);
    }
    if (last_chain) {
        check_last(verify, last_chain, last_number);
    }
    return verify->findings;
}
