/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one rewritten response costs, as a ratio to the signatures that no rewriting can save. */
#include "unit.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "eckid_rewrite.h"
#include "fakes.h"
#include "maker.h"
#include "suppliers.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

#define ROUNDS 15
#define BATCH 40

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The limit: one verification and one signature by OpenSSL's one-shot calls, keys at hand. */

typedef struct raw_t {
    EVP_PKEY *key;
    unsigned char data[1024], signature[512];
    size_t len;
} raw_t;

static void raw_sign(raw_t *raw)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    raw->len = sizeof(raw->signature);
    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, raw->key);
    EVP_DigestSign(ctx, raw->signature, &raw->len, raw->data, sizeof(raw->data));
    EVP_MD_CTX_free(ctx);
}

static void raw_verify(raw_t *raw)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, raw->key);
    if (EVP_DigestVerify(ctx, raw->signature, raw->len, raw->data, sizeof(raw->data)) != 1) {
        abort();
    }
    EVP_MD_CTX_free(ctx);
}

static double time_raw(raw_t *raw)
{
    double start = cpu_us();

    for (int i = 0; i < BATCH; i++) {
        raw_sign(raw);
        raw_verify(raw);
    }
    return (cpu_us() - start) / BATCH;
}

/* The whole: from the page as it came to the page as it goes, the ECK iD from the cache. */

typedef struct house_t {
    eckid_gateway_t gateway;
    eckid_idp_t idp;
    eckid_student_t student;
    eckid_las_t las;
    fake_las_t fake;
    eckid_cache_t cache;
    eckid_bytes_t page;
} house_t;

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

/* Attributes until the response has as many bytes as wanted. */
static const char *response_of(test_kind_t kind, apr_size_t bytes)
{
    maker_t maker = maker_usual();
    const char *xml;

    maker.kind = kind;
    for (int i = 0; (xml = maker_xml(&maker)) && strlen(xml) < bytes; i++) {
        maker.attributes = apr_pstrcat(
            pool, maker.attributes,
            maker_attribute(apr_psprintf(pool, "attribute%d", i), "a value of some length", NULL),
            NULL);
    }
    return xml;
}

static apr_array_header_t *signer_of(test_kind_t kind)
{
    apr_array_header_t *signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));

    APR_ARRAY_PUSH(signers, eckid_signer_t) = (eckid_signer_t){test_pair(kind, 1), false};
    return signers;
}

static house_t *build(test_kind_t kind, apr_size_t bytes)
{
    house_t *house = apr_pcalloc(pool, sizeof(*house));
    const eckid_saml_rules_t rules = maker_rules(kind, 0);

    house->page = str(maker_page(MAKER_CONSUMER, response_of(kind, bytes)));
    house->idp = (eckid_idp_t){MAKER_ISSUER, (apr_array_header_t *)rules.trust.keys, 0};
    house->student.conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t));
    APR_ARRAY_PUSH(house->student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("student", NULL)};
    house->student.source = "employeeNumber";
    house->student.match = match("^(\\d+)$", "$1@1.school.example");
    house->student.type = "NEPPI";
    house->fake = (fake_las_t){.status = 200,
                               .type = "application/json",
                               .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    house->las = fake_channel(&house->fake);
    house->cache = fake_cache(fake_store_make());
    house->gateway = (eckid_gateway_t){
        .idp = &house->idp,
        .policy = two_suppliers(),
        .student = &house->student,
        .means = fake_means(&house->las, &house->cache),
        .signers = signer_of(kind),
        .skew = apr_time_from_sec(60),
        .page_max = 1024 * 1024,
        .response_max = 256 * 1024,
    };
    return house;
}

static void rewrite_once(const house_t *house, const eckid_moment_t *moment)
{
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    eckid_decision_t decision =
        eckid_rewrite_page(&house->gateway, house->page, false, moment, request);

    if (decision.verdict != ECKID_CHANGE || decision.outcome != ECKID_FOUND) {
        abort();
    }
    apr_pool_destroy(request);
}

static double time_rewrite(const house_t *house, const eckid_moment_t *moment)
{
    double start = cpu_us();

    for (int i = 0; i < BATCH; i++) {
        rewrite_once(house, moment);
    }
    return (cpu_us() - start) / BATCH;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), by_size);
    return values[count / 2];
}

static void compare(const char *name, test_kind_t kind, EVP_PKEY *key)
{
    house_t *house = build(kind, 5000);
    const eckid_moment_t *moment = maker_moment();
    raw_t raw = {.key = key};
    double rewrites[ROUNDS], raws[ROUNDS], ratios[ROUNDS];

    time_raw(&raw);
    time_rewrite(house, moment);
    for (int i = 0; i < ROUNDS; i++) { /* in turn, so that a slow moment hits both */
        raws[i] = time_raw(&raw);
        rewrites[i] = time_rewrite(house, moment);
        ratios[i] = rewrites[i] / raws[i];
    }
    double ratio = median(ratios, ROUNDS); /* sorts them */

    printf("%-9s  rewrite %6.0f us  raw verify + sign %6.0f us  ratio %.2f (%.2f to %.2f)\n", name,
           median(rewrites, ROUNDS), median(raws, ROUNDS), ratio, ratios[0], ratios[ROUNDS - 1]);
}

static void measure_heap(void)
{
    house_t *house = build(RSA_2048, 5000);
    const eckid_moment_t *moment = maker_moment();

    time_rewrite(house, moment);
    size_t before = mallinfo2().uordblks;

    for (int i = 0; i < 25; i++) {
        time_rewrite(house, moment);
    }
    long after = (long)mallinfo2().uordblks - (long)before;

    printf("heap       retained per rewrite %.2f bytes, over %d rewrites\n",
           (double)after / (25 * BATCH), 25 * BATCH);
}

/* A test in form only: the makers of keys and responses belong to libcheck's world. */
START_TEST(benchmark)
{
    printf(
        "one page with a response of 5 kB, Assertion signed, ECK iD cached; CPU time, medians of "
        "%d batches of %d\n",
        ROUNDS, BATCH);
    compare("RSA-2048", RSA_2048, EVP_RSA_gen(2048));
    compare("P-256", P_256, EVP_EC_gen("P-256"));
    measure_heap();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bench");
    TCase *tcase = tcase_create("bench");
    SRunner *runner = srunner_create(suite);

    apr_initialize();
    apr_pool_create(&pool, NULL);
    xmlInitParser();
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, benchmark);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    apr_terminate();
    return failed;
}
