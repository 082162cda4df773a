/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one rewritten response costs, as a ratio to the signatures that no rewriting can save. */
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

#include "oidc/eckid_oidc.h"
#include "oidc/eckid_sealed_token.h"
#include "gateway/eckid_page.h"
#include "record/eckid_counters.h"
#include "bridge/eckid_bridge_page.h"
#include "support/bridge.h"
#include "support/gateway.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "support/tokens.h"
#include "unit.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

#define FOUND_ONE "{\"userMasterIdentifier\":\"" AN_ECKID "\"}" /* what the LAS answers */

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
    const eckid_key_t *reader; /* with it, one key is decrypted and one encrypted too; or NULL */
    eckid_bytes_t wrapped;
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

/* What RSA costs where logins are encrypted. */
static void raw_transport(raw_t *raw, const eckid_moment_t *moment)
{
    static const eckid_oaep_t oaep = {ECKID_SHA1, ECKID_SHA1, {"", 0}};
    unsigned char key[32];
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    ok(eckid_oaep_wrap(&raw->wrapped, raw->reader, &oaep, eckid_bytes(moment->content_key, 32),
                       request));
    if (!eckid_oaep_unwrap(key, 32, raw->reader, &oaep, raw->wrapped, request)) {
        abort();
    }
    apr_pool_destroy(request);
}

static void raw_once(const void *self, const eckid_moment_t *moment)
{
    raw_t *raw = (raw_t *)self;

    raw_sign(raw);
    raw_verify(raw);
    if (raw->reader) {
        raw_transport(raw, moment);
    }
}

/* The whole: from the page as it came to the page as it goes, the ECK iD from the cache. */

typedef struct scene_t {
    gateway_scene_t *login;
    eckid_bytes_t page;
} scene_t;

/* Attributes until the response has as many bytes as wanted. */
static const char *response_of(test_kind_t kind, apr_size_t bytes, const sealing_t *sealing)
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
    maker.sealing = sealing;
    return sealing ? maker_xml(&maker) : xml;
}

static scene_t *build_sealed(test_kind_t kind, apr_size_t bytes, const sealing_t *sealing)
{
    scene_t *scene = apr_palloc(pool, sizeof(*scene));

    *scene = (scene_t){gateway_scene_of(kind),
                       str(maker_page(MAKER_CONSUMER, response_of(kind, bytes, sealing)))};
    return scene;
}

static scene_t *build(test_kind_t kind, apr_size_t bytes)
{
    return build_sealed(kind, bytes, NULL);
}

/* A login that comes encrypted and goes out encrypted. */
static scene_t *build_encrypted(test_kind_t kind, apr_size_t bytes)
{
    static const sealing_t sealing = {
        "EncryptedAssertion", "2009/xmlenc11#aes256-gcm", 256, 2, false, NULL};
    scene_t *scene = build_sealed(kind, bytes, &sealing);
    eckid_supplier_t *supplier = first_supplier(scene->login->policy);
    eckid_encryption_t *encryption = apr_pcalloc(pool, sizeof(*encryption));
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));

    *encryption = (eckid_encryption_t){.key = test_pair(RSA_2048, 0), .cipher = ECKID_AES256_GCM};
    APR_ARRAY_PUSH(supplier->described, eckid_described_t) =
        (eckid_described_t){.id = supplier->name, .encryption = encryption};
    APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(RSA_2048, 2);
    scene->login->gateway.saml.decryption_keys = keys;
    return scene;
}

static void rewrite_once(const void *self, const eckid_moment_t *moment)
{
    const scene_t *scene = self;
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    eckid_decision_t decision =
        eckid_page_rewrite(&scene->login->gateway, scene->page, false, moment, request);

    if (decision.verdict != ECKID_CHANGE || decision.known.outcome != ECKID_FOUND) {
        abort();
    }
    apr_pool_destroy(request);
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

/* An ID token, from the text as it came to the text as it goes: verified, a claim set, signed. */

typedef struct idtoken_t {
    const char *text;
    eckid_oidc_rules_t rules;
    eckid_jws_signer_t signer;
} idtoken_t;

static idtoken_t *build_token(test_kind_t kind)
{
    idtoken_t *token = apr_pcalloc(pool, sizeof(*token));
    eckid_key_alg_t alg = kind == RSA_2048 ? ECKID_RS256 : ECKID_ES256;
    const char *payload =
        "{\"iss\":\"https://idp.school.example\",\"aud\":[\"books-webshop\"],\"azp\":"
        "\"books-webshop\",\"sub\":\"a.bakker@school.example\",\"iat\":1788165000,\"exp\":"
        "1788168600,\"auth_time\":1788165000,\"acr\":\"loa-1\",\"nonce\":"
        "\"0yj6RGPy6SjKwOBPBE4TbWUC54HETAPLAUjMDa15LlQ\",\"at_hash\":\"v6TWEgnMHB_IcEB7rjPdOg\","
        "\"uid\":\"a.bakker@school.example\",\"givenName\":\"Anouk\",\"eduPersonAffiliation\":"
        "[\"student\",\"member\"],\"employeeNumber\":\"1036503\",\"mail\":"
        "\"a.bakker@school.example\",\"nlEduPersonHomeOrganizationId\":\"11ZZ03\"}";

    token->text = token_of(payload, kind, 0, alg, ",\"kid\":\"key0\"");
    token->rules = (eckid_oidc_rules_t){.issuer = "https://idp.school.example",
                                        .trust = {token_keys(kind, 0), NULL},
                                        .client = "books-webshop",
                                        .now = MAKER_NOW,
                                        .skew = apr_time_from_sec(60)};
    token->signer = (eckid_jws_signer_t){test_pair(kind, 1), alg, NULL};
    return token;
}

static void change_once(const void *self, const eckid_moment_t *moment)
{
    static const eckid_oidc_beside_t nothing = {NULL, NULL, NULL};
    const idtoken_t *token = self;
    eckid_jws_signer_t signer = token->signer;
    eckid_claims_t *claims;
    eckid_oidc_t *opened;
    eckid_bytes_t text;
    apr_pool_t *request;

    (void)moment;
    apr_pool_create(&request, pool);
    ok(eckid_oidc_open(&opened, str(token->text), request));
    ok(eckid_oidc_verify(&claims, opened, &token->rules, &nothing, request));
    eckid_oidc_set(claims, "eckId", AN_ECKID, request);
    ok(eckid_jwk_thumbprint(&signer.kid, signer.key, request));
    ok(eckid_oidc_seal(&text, claims, &signer, &nothing, request));
    apr_pool_destroy(request);
}

/* Something that is done once, timed against the raw limit. */
typedef struct work_t {
    const char *name;
    void (*once)(const void *self, const eckid_moment_t *moment);
    const void *self;
} work_t;

static double time_work(const work_t *work, const eckid_moment_t *moment)
{
    double start = cpu_us();

    for (int i = 0; i < BATCH; i++) {
        work->once(work->self, moment);
    }
    return (cpu_us() - start) / BATCH;
}

static void compare_with(const char *name, const work_t *work, raw_t raw)
{
    const eckid_moment_t *moment = maker_moment();
    const work_t limit = {"raw verify + sign", raw_once, &raw};
    double works[ROUNDS], raws[ROUNDS], ratios[ROUNDS];

    time_work(&limit, moment);
    time_work(work, moment);
    for (int i = 0; i < ROUNDS; i++) { /* in turn, so that a slow moment hits both */
        raws[i] = time_work(&limit, moment);
        works[i] = time_work(work, moment);
        ratios[i] = works[i] / raws[i];
    }
    double ratio = median(ratios, ROUNDS); /* sorts them */

    printf("%-9s  %s %6.0f us  raw verify + sign %6.0f us  ratio %.2f (%.2f to %.2f)\n", name,
           work->name, median(works, ROUNDS), median(raws, ROUNDS), ratio, ratios[0],
           ratios[ROUNDS - 1]);
}

static void compare(const char *name, const work_t *work, EVP_PKEY *key)
{
    compare_with(name, work, (raw_t){.key = key});
}

static void compare_encrypted(const char *name, test_kind_t kind, EVP_PKEY *key)
{
    const work_t work = {"encrypted", rewrite_once, build_encrypted(kind, 5000)};

    compare_with(name, &work, (raw_t){.key = key, .reader = test_pair(RSA_2048, 2)});
}

static void compare_pages(const char *name, test_kind_t kind, EVP_PKEY *key)
{
    const work_t work = {"rewrite", rewrite_once, build(kind, 5000)};

    compare(name, &work, key);
}

static void compare_tokens(const char *name, test_kind_t kind, EVP_PKEY *key)
{
    const work_t work = {"token", change_once, build_token(kind)};

    compare(name, &work, key);
}

static void measure_heap(work_t work)
{
    const eckid_moment_t *moment = maker_moment();

    time_work(&work, moment);
    size_t before = mallinfo2().uordblks;

    for (int i = 0; i < 25; i++) {
        time_work(&work, moment);
    }
    long after = (long)mallinfo2().uordblks - (long)before;

    printf("heap retained for each %s: %.2f bytes, over %d of them\n", work.name,
           (double)after / (25 * BATCH), 25 * BATCH);
}

/* A login at our own identity provider: a signed request by HTTP-Redirect in, a Response with two
 * signatures on its page out. The ECK iD is cached; no store notes that it was answered. */

typedef struct bridge_work_t {
    bridge_scene_t *scene;
    eckid_bridge_carrier_t request;
    eckid_cache_t cache;
} bridge_work_t;

static bridge_work_t *build_bridge(void)
{
    bridge_work_t *work = apr_pcalloc(pool, sizeof(*work));

    work->scene = bridge_scene(" AuthnRequestsSigned='true'");
    work->scene->bridge.answered = NULL;
    work->cache = fake_cache(fake_store_make());
    work->scene->fake = (fake_las_t){.status = 200, .type = "application/json", .body = FOUND_ONE};
    work->scene->rules.lookup = fake_setup(&work->scene->las, &work->cache);
    work->request = bridge_query(bridge_request("", ""), "state", 0);
    return work;
}

static void log_in_once(const void *self, const eckid_moment_t *moment)
{
    const bridge_work_t *work = self;
    const bridge_scene_t *scene = work->scene;
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    eckid_bridge_answer_t asked =
        eckid_bridge_enter(&scene->bridge, &work->request, moment, request);
    const eckid_bridge_back_t back = {bridge_sealed(asked.location), ECKID_BRIDGE_LOGIN, NULL};
    eckid_bridge_answer_t answer =
        eckid_bridge_answer(&scene->bridge, &back, &scene->environment, moment, request);
    const eckid_bridge_post_t post = {answer.consumer, "SAMLResponse", answer.decision.body,
                                      answer.relay_state};

    if (answer.decision.known.outcome != ECKID_FOUND ||
        !eckid_bridge_page(&post, "nl", request).len) {
        abort();
    }
    apr_pool_destroy(request);
}

/* An access token of the size of Keycloak's: sealed, and opened again. */
static void measure_seal(void)
{
    static const char secret[] = "a secret of more than thirty-two bytes";
    const eckid_token_seal_t seal = {eckid_secret_make(str(secret), pool), NULL, "https://idp",
                                     "realm"};
    const eckid_token_owner_t owner = {.client = "books", .subject = "s1", .scope = "openid"};
    const eckid_moment_t *moment = maker_moment();
    char *claims = memset(apr_palloc(pool, 1200), 'x', 1200);
    const char *payload = eckid_codec_base64url(eckid_bytes(claims, 1200), pool).data;
    const char *jwt = apr_pstrcat(pool, "eyJhbGciOiJSUzI1NiJ9.", payload, ".",
                                  apr_pstrmemdup(pool, payload, 342), NULL);
    apr_pool_t *scratch;

    apr_pool_create(&scratch, pool);
    double begin = cpu_us();

    for (int i = 0; i < ROUNDS * BATCH; i++) {
        const char *text, *token;
        eckid_token_owner_t found;

        ok(eckid_sealed_token_make(&text, &seal, ECKID_ACCESS_TOKEN, jwt, &owner, moment, scratch));
        ok(eckid_sealed_token_open(&token, &found, &seal, ECKID_ACCESS_TOKEN, text, moment->now,
                                   scratch));
        apr_pool_clear(scratch);
    }
    printf("an access token of 2 kB, sealed and opened: %.1f us\n",
           (cpu_us() - begin) / (ROUNDS * BATCH));
}

/* What counting adds to a login: many decisions in the row of one supplier. */
static void measure_count(void)
{
    enum { TIMES = 2000000 };
    eckid_counters_t *counters = apr_pcalloc(pool, sizeof(*counters));
    eckid_decision_t decision = {.verdict = ECKID_CHANGE,
                                 .verified = true,
                                 .known = {.looked_up = true, .source = ECKID_FROM_CACHE}};

    eckid_counters_begin(counters);
    eckid_counters_row_t *row = eckid_counters_find(counters, "idp", "books", "on", pool);
    double begin = cpu_us();

    for (int i = 0; i < TIMES; i++) {
        decision.known.lookup_time = i & 4095;
        eckid_counters_count(row, &decision);
    }
    printf("a decision counted for the status: %.0f ns\n", (cpu_us() - begin) * 1e3 / TIMES);
}

/* A test in form only: the makers of keys and responses belong to libcheck's world. */
START_TEST(benchmark)
{
    printf(
        "one page with a response of 5 kB, Assertion signed, ECK iD cached; CPU time, medians of "
        "%d batches of %d\n",
        ROUNDS, BATCH);
    compare_pages("RSA-2048", RSA_2048, EVP_RSA_gen(2048));
    compare_pages("P-256", P_256, EVP_EC_gen("P-256"));
    printf("the same encrypted, in and out; raw has one decryption and one encryption by RSA-2048 "
           "too\n");
    compare_encrypted("RSA-2048", RSA_2048, EVP_RSA_gen(2048));
    compare_encrypted("P-256", P_256, EVP_EC_gen("P-256"));
    printf("one ID token of 0.9 kB, verified, a claim set, signed\n");
    compare_tokens("RSA-2048", RSA_2048, EVP_RSA_gen(2048));
    compare_tokens("P-256", P_256, EVP_EC_gen("P-256"));
    printf("one login at our own identity provider: a signed request in, two signatures out\n");
    compare("RSA-2048", &(work_t){"login", log_in_once, build_bridge()}, EVP_RSA_gen(2048));
    measure_seal();
    measure_count();
}
END_TEST

START_TEST(heap)
{
    measure_heap((work_t){"rewritten page", rewrite_once, build(RSA_2048, 5000)});
    measure_heap((work_t){"encrypted page", rewrite_once, build_encrypted(RSA_2048, 5000)});
    measure_heap((work_t){"login of our own", log_in_once, build_bridge()});
}
END_TEST

/* One kind of work alone, for a profiler. */
static struct {
    const char *key, *work;
    int rounds;
} profiled;

START_TEST(profile)
{
    test_kind_t kind = strcmp(profiled.key, "P-256") == 0 ? P_256 : RSA_2048;
    raw_t raw = {.key = kind == P_256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048)};
    const work_t works[] = {{"rewrite", rewrite_once, build(kind, 5000)},
                            {"token", change_once, build_token(kind)},
                            {"raw", raw_once, &raw}};

    for (size_t i = 0; i < COUNT(works); i++) {
        if (strcmp(works[i].name, profiled.work) == 0) {
            works[i].once(works[i].self, maker_moment()); /* what only the first one costs */
            for (int round = 0; round < profiled.rounds; round++) {
                time_work(&works[i], maker_moment());
            }
        }
    }
}
END_TEST

/* bench [heap | KEY WORK [ROUNDS]]: as in
 * valgrind --tool=callgrind --toggle-collect=time_work build/plain/bench P-256 rewrite */
int main(int argc, char **argv)
{
    Suite *suite = suite_create("bench");
    TCase *tcase = tcase_create("bench");
    SRunner *runner = srunner_create(suite);

    apr_initialize();
    apr_pool_create(&pool, NULL);
    xmlInitParser();
    suite_add_tcase(suite, tcase);
    if (argc > 2) {
        profiled.key = argv[1];
        profiled.work = argv[2];
        profiled.rounds = argc > 3 ? atoi(argv[3]) : 1;
    }
    tcase_add_test(tcase, argc > 2 ? profile : argc > 1 ? heap : benchmark);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    apr_terminate();
    return failed;
}
