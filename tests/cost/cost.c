/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input that is one long list, for every list that input can hold: what it costs to judge it.
 *
 *     cost list 0              names the lists
 *     cost memory SIZE [NAME]  memory for input of that size, in KiB, and what became of it
 *     cost time SIZE [NAME]    milliseconds of CPU for input of that size, to be looked at
 *     cost count SIZE [NAME]   under callgrind: dumps for none of it, SIZE bytes, and twice as many
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <libxml/parser.h>
#include <valgrind/callgrind.h>
#include <zlib.h>

#include "bridge/eckid_bridge_session.h"
#include "bridge/eckid_logout_message.h"
#include "gateway/eckid_page.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_wellknown.h"
#include "operator/eckid_captured.h"
#include "operator/eckid_explain.h"
#include "operator/eckid_explain_compare.h"
#include "support/maker.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "support/web.h"
#include "unit.h"
#include "xml/eckid_xml_namespaces.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

/* A list: what stands before it, one element, in which each "@" is replaced by its number, and what
 * stands behind it. Where it stands is the reader's business. */
typedef struct list_t {
    const char *name;
    const char *element;
    const char *before, *after; /* NULL for nothing */
    const void *where;          /* a place, see below */
    const char *also;           /* the element of a second list, of the same size, behind both */
    const char *end;            /* and what stands behind that */
} list_t;

static void add(char **to, const char *text)
{
    apr_size_t len = strlen(text);

    memcpy(*to, text, len);
    *to += len;
}

static void add_element(char **to, const char *element, int number)
{
    char digits[16];

    apr_snprintf(digits, sizeof(digits), "%d", number);
    for (const char *at = element; *at; at++) {
        if (*at == '@') {
            add(to, digits);
        }
        else {
            *(*to)++ = *at;
        }
    }
}

static void add_all(char **to, const char *element, apr_size_t size)
{
    const char *from = *to;

    for (int i = 0; element && (apr_size_t)(*to - from) < size; i++) {
        add_element(to, element, i);
    }
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* As many elements as make that size. */
static const char *list_text(const list_t *list, apr_size_t size)
{
    char *text = apr_palloc(pool, size + 65536), *to = text;

    size = list->also ? size / 2 : size;
    add(&to, or_empty(list->before));
    add_all(&to, list->element, size);
    add(&to, or_empty(list->after));
    add_all(&to, list->also, size);
    add(&to, or_empty(list->end));
    *to = '\0';
    return text;
}

/* Where a list can stand: how its input is made, before anything is measured, and then judged. */
typedef struct place_t {
    eckid_bytes_t (*make)(const char *text);
    void (*judge)(eckid_bytes_t input, apr_pool_t *p);
} place_t;

/* SAML */

typedef struct house_t {
    eckid_gateway_t gateway;
    eckid_metadata_t *metadata;
    eckid_kind_t student;
    eckid_las_t las;
    fake_las_t fake;
    eckid_cache_t cache;
} house_t;

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

static house_t *build(void)
{
    house_t *scene = apr_pcalloc(pool, sizeof(*scene));
    const eckid_saml_rules_t rules = maker_rules(P_256, 0);
    apr_array_header_t *signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    eckid_policy_t *policy = two_suppliers();

    APR_ARRAY_PUSH(first_supplier(policy)->renames, eckid_rename_t) =
        (eckid_rename_t){"n1", {"r1", "urn:format", NULL}};
    APR_ARRAY_PUSH(signers, eckid_signer_t) = (eckid_signer_t){test_pair(P_256, 1), false};
    scene->metadata = metadata_source(metadata_file(metadata_idp(MAKER_ISSUER, rules.trust.keys)));
    scene->student.conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t));
    APR_ARRAY_PUSH(scene->student.conditions, eckid_condition_t) =
        (eckid_condition_t){"eduPersonAffiliation", match("student", NULL)};
    scene->student.source = "employeeNumber";
    scene->student.match = match("^(\\d+)$", "$1@1.school.example");
    scene->student.type = "NEPPI";
    scene->fake = (fake_las_t){.status = 200,
                               .type = "application/json",
                               .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    scene->las = fake_channel(&scene->fake);
    scene->cache = fake_cache(fake_store_make());
    scene->gateway = (eckid_gateway_t){
        .rules = {.policy = policy,
                  .kinds = &scene->student,
                  .lookup = fake_setup(&scene->las, &scene->cache),
                  .signers = signers,
                  .skew = apr_time_from_sec(60)},
        .saml = {.rules = &scene->gateway.rules,
                 .metadata = scene->metadata,
                 .response_max = 1024 * 1024},
        .page_max = 4 * 1024 * 1024,
    };
    return scene;
}

static house_t *saml;
static web_scene_t *oidc;
static const eckid_moment_t *moment;
static const char *outcome; /* of the last judgement, to be read by people */

static void note(const eckid_decision_t *decision)
{
    outcome = decision->verdict == ECKID_CHANGE ? "changed"
              : decision->verdict == ECKID_PASS ? "passed"
                                                : eckid_err_text(decision->cause, pool);
}

static void judge_page(eckid_bytes_t page, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_page_rewrite(&saml->gateway, page, false, moment, p);

    note(&decision);
}

static eckid_bytes_t login(const maker_t *maker)
{
    maker_t by_p256 = *maker;

    by_p256.kind = P_256;
    return str(maker_page(MAKER_CONSUMER, maker_xml(&by_p256)));
}

#define SAML_PLACE(member, made)                                                                   \
    static eckid_bytes_t make_##member(const char *text)                                           \
    {                                                                                              \
        maker_t maker = maker_usual();                                                             \
                                                                                                   \
        maker.member = made;                                                                       \
        return login(&maker);                                                                      \
    }                                                                                              \
    static const place_t in_##member = {make_##member, judge_page};

SAML_PLACE(attributes, apr_pstrcat(pool, maker.attributes, text, NULL))
SAML_PLACE(name_id, text)
SAML_PLACE(subject_extra, text)
SAML_PLACE(conditions_extra, text)
SAML_PLACE(advice, text)
SAML_PLACE(assertion_extra, text)
SAML_PLACE(response_start, text)
SAML_PLACE(response_extra, text)
SAML_PLACE(transforms, text)
SAML_PLACE(signature_extra, text)
SAML_PLACE(in_response_to, text)

/* Two members of one login, parted by a form feed. */
static void cut(const char **first, const char **second, const char *text)
{
    const char *at = strchr(text, '\f');

    *first = apr_pstrmemdup(pool, text, (apr_size_t)(at - text));
    *second = at + 1;
}

static eckid_bytes_t make_request_and_subject(const char *text)
{
    maker_t maker = maker_usual();

    cut(&maker.in_response_to, &maker.subject_extra, text);
    return login(&maker);
}

static const place_t in_request_and_subject = {make_request_and_subject, judge_page};

static eckid_bytes_t make_transforms_and_advice(const char *text)
{
    maker_t maker = maker_usual();

    cut(&maker.transforms, &maker.advice, text);
    return login(&maker);
}

static const place_t in_transforms_and_advice = {make_transforms_and_advice, judge_page};

static eckid_bytes_t make_inclusive(const char *text)
{
    maker_t maker = maker_usual();

    maker.transforms = "<ds:Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-"
                       "signature'/>";
    maker.advice = text;
    return login(&maker);
}

static const place_t in_inclusive = {make_inclusive, judge_page};

/* Links with a message each, deflated from a megabyte of spaces. */
static eckid_bytes_t make_bombs(const char *text)
{
    unsigned char packed[8192];
    char *spaces = apr_palloc(pool, 1000000);
    z_stream stream = {.next_in = (Bytef *)spaces,
                       .avail_in = 1000000,
                       .next_out = packed,
                       .avail_out = sizeof(packed)};

    memset(spaces, ' ', 1000000);
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    eckid_bytes_t base64 =
        eckid_codec_base64(eckid_bytes(packed, sizeof(packed) - stream.avail_out), pool);
    const list_t links = {.element = apr_pstrcat(pool, "<a href='?SAMLResponse=",
                                                 eckid_codec_percent(base64, pool), "'>", NULL)};

    return str(list_text(&links, strlen(text)));
}

static const place_t bombs = {make_bombs, judge_page};

/* A login of somebody who is no supplier. */
static eckid_bytes_t make_other(const char *text)
{
    return str(maker_page("https://canteen.example/acs", text));
}

static const place_t xml_of_others = {make_other, judge_page};

static eckid_bytes_t as_it_is(const char *text)
{
    return str(text);
}

static const place_t page = {as_it_is, judge_page};

static eckid_bytes_t base64_of(const char *text)
{
    return eckid_codec_base64(str(text), pool);
}

static const place_t page_in_base64 = {base64_of, judge_page};

static void judge_xml(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_page_check_xml(&saml->gateway, body, false, p);

    note(&decision);
}

static const place_t xml_body = {as_it_is, judge_xml};

static void judge_metadata(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_page_publish(&saml->gateway, body, false, moment->now, p);

    note(&decision);
}

static const place_t metadata = {as_it_is, judge_metadata};

static void judge_url(eckid_bytes_t url, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_page_check_url(&saml->gateway, url.data, p);

    note(&decision);
}

static const place_t location = {as_it_is, judge_url};

/* OpenID Connect */

static void judge_oidc_page(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_page_rewrite(&oidc->gateway, body, false, moment, p);

    note(&decision);
}

static const place_t oidc_page = {as_it_is, judge_oidc_page};

/* The same for a supplier that asked. */
static void judge_asked_page(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_gateway_t asked = oidc->gateway;

    asked.asked = "books";
    eckid_decision_t decision = eckid_page_rewrite(&asked, body, false, moment, p);

    note(&decision);
}

static const place_t asked_page = {as_it_is, judge_asked_page};

/* The same; all before the first tag is the redirect URI of the request. */
static void judge_page_for_uri(eckid_bytes_t body, apr_pool_t *p)
{
    const apr_size_t len = strcspn(body.data, "<");
    eckid_gateway_t asked = oidc->gateway;

    asked.asked = "books";
    asked.oidc.redirect_uri = apr_pstrmemdup(p, body.data, len);
    eckid_decision_t decision =
        eckid_page_rewrite(&asked, eckid_bytes(body.data + len, body.len - len), false, moment, p);

    note(&decision);
}

static const place_t page_for_uri = {as_it_is, judge_page_for_uri};

static void judge_redirect(eckid_bytes_t url, apr_pool_t *p)
{
    eckid_decision_t decision =
        eckid_authorization_response_location(&oidc->gateway.oidc, "books", url.data, moment, p);

    note(&decision);
}

static const place_t redirect = {as_it_is, judge_redirect};

/* The same, and the request told all of the URL as redirect URI. */
static void judge_own_redirect(eckid_bytes_t url, apr_pool_t *p)
{
    eckid_oidc_setup_t setup = oidc->gateway.oidc;

    setup.redirect_uri = url.data;
    eckid_decision_t decision =
        eckid_authorization_response_location(&setup, "books", url.data, moment, p);

    note(&decision);
}

static const place_t own_redirect = {as_it_is, judge_own_redirect};

static void judge_link(eckid_bytes_t url, apr_pool_t *p)
{
    eckid_err_t *err = eckid_authorization_response_link(&oidc->gateway.oidc, NULL, url.data, p);
    eckid_decision_t decision = eckid_decision_pass_unless(err);

    note(&decision);
}

static const place_t url_in_page = {as_it_is, judge_link};

/* As it streams, in pieces. */
static void judge_long_page(eckid_bytes_t body, apr_pool_t *p)
{
    apr_array_header_t *gateways = apr_array_make(p, 1, sizeof(const eckid_gateway_t *));
    eckid_err_t *err = NULL;
    int found;

    APR_ARRAY_PUSH(gateways, const eckid_gateway_t *) = &oidc->gateway;
    eckid_page_stream_t *stream = eckid_page_watch(&found, gateways, true, false, p);

    for (apr_size_t at = 0; !err && at < body.len; at += 100) {
        apr_size_t len = body.len - at < 100 ? body.len - at : 100;

        err = eckid_page_stream_feed(stream, eckid_bytes(body.data + at, len));
    }
    eckid_decision_t decision = eckid_decision_pass_unless(err);

    note(&decision);
}

static const place_t long_page = {as_it_is, judge_long_page};

static void grant_by(const eckid_oauth_request_t *call, eckid_bytes_t body, apr_pool_t *p)
{
    eckid_request_signs_t signs = eckid_response_kind_signs(call, ECKID_ENDPOINT_OTHER, p);
    eckid_decision_t decision =
        eckid_other_endpoint_rewrite(&oidc->gateway.oidc, call, &signs, body, moment, p);

    note(&decision);
}

static void judge_grant(eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.authorization = WEB_BASIC_BOOKS,
                                        .form = str("grant_type=authorization_code")};

    grant_by(&call, body, p);
}

static const place_t grant = {as_it_is, judge_grant};

static eckid_bytes_t make_claims(const char *text)
{
    return str(web_grant_of(web_id_token("books", text)));
}

static const place_t claims = {make_claims, judge_grant};

static void judge_form(eckid_bytes_t form, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.form = form};

    grant_by(&call, str(web_grant_of(web_id_token("books", ""))), p);
}

static const place_t form = {as_it_is, judge_form};

/* A request of that type, and the grant that it gets. */
static void judge_request(const char *type, eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_oauth_head_t head = {.type = type, .is_post = true};
    eckid_oauth_request_t call = {.form = body};

    eckid_oauth_request_read(&call, &head, &body, p);
    grant_by(&call, str(web_grant_of(web_id_token("books", ""))), p);
}

static void judge_multipart(eckid_bytes_t body, apr_pool_t *p)
{
    judge_request("multipart/form-data; boundary=b", body, p);
}

static const place_t multipart = {as_it_is, judge_multipart};

static void judge_request_json(eckid_bytes_t body, apr_pool_t *p)
{
    judge_request("application/json", body, p);
}

static const place_t request_json = {as_it_is, judge_request_json};

static void judge_userinfo(eckid_bytes_t body, apr_pool_t *p)
{
    const eckid_oauth_request_t call = {.authorization = "Bearer " WEB_ACCESS, .form = {"", 0}};

    grant_by(&call, body, p);
}

static const place_t userinfo = {as_it_is, judge_userinfo};

static void judge_discovery(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_wellknown_discovery(&oidc->gateway.oidc, body, p);

    note(&decision);
}

static const place_t discovery = {as_it_is, judge_discovery};

static void judge_jwks(eckid_bytes_t body, apr_pool_t *p)
{
    eckid_decision_t decision = eckid_wellknown_jwks(&oidc->gateway.oidc, body, p);

    note(&decision);
}

static const place_t jwks = {as_it_is, judge_jwks};

/* Commands */

static bool find_line(const void *self, eckid_explain_line_t *line,
                      const eckid_supplier_t *supplier, const char *directive, const char *word,
                      apr_pool_t *p)
{
    (void)self, (void)supplier, (void)word, (void)p;
    line->place = line->text = directive;
    return true;
}

static void judge_explain(eckid_bytes_t body, apr_pool_t *p)
{
    static const eckid_explain_lines_t lines = {find_line, NULL};
    json_t *logins = eckid_json_own(json_array(), p);
    eckid_explain_request_t request;
    eckid_err_t *err = eckid_explain_read(&request, body, p);

    err = err ? err : eckid_explain(logins, &request, &oidc->gateway, &lines, moment, p);
    outcome = err ? eckid_err_text(err, pool) : "explained";
}

#define COMMAND_MAX (128 * 1024) /* bytes: it may be longer, but valgrind takes its time */

/* Cut in front of an element, and closed. */
static eckid_bytes_t command(const char *text, const char *end, apr_size_t most)
{
    apr_size_t len = strlen(text), max = most - strlen(end);
    char *kept = apr_pstrmemdup(pool, text, len < max ? len : max);

    if (len > max) {
        *strrchr(kept, ',') = '\0';
    }
    return str(apr_pstrcat(pool, kept, end, NULL));
}

static eckid_bytes_t make_many_values(const char *text)
{
    return command(text, "]}}", COMMAND_MAX);
}

static const place_t explain_values = {make_many_values, judge_explain};

static eckid_bytes_t make_many_attributes(const char *text)
{
    return command(text, "}}", COMMAND_MAX);
}

static const place_t explain_attributes = {make_many_attributes, judge_explain};

static void judge_captured(eckid_bytes_t text, apr_pool_t *p)
{
    eckid_captured_t captured;
    eckid_err_t *err = eckid_captured_open(&captured, &oidc->gateway,
                                           apr_pstrmemdup(p, text.data, text.len), moment, p);

    outcome = err ? eckid_err_text(err, pool) : "opened";
}

static const place_t captured = {as_it_is, judge_captured};

/* Explained, and compared with what somebody without attributes would get. */
static void judge_compared(eckid_bytes_t body, apr_pool_t *p)
{
    static const eckid_explain_lines_t lines = {find_line, NULL};
    static const char nobody[] = "{\"do\":\"explain\",\"key\":\"1\"}";
    json_t *answers[2];

    for (int i = 0; i < 2; i++) {
        json_t *logins = json_array();
        eckid_explain_request_t request;
        eckid_err_t *err = eckid_explain_read(&request, i ? str(nobody) : body, p);

        err = err ? err : eckid_explain(logins, &request, &oidc->gateway, &lines, moment, p);
        outcome = err ? eckid_err_text(err, pool) : "compared";
        answers[i] = eckid_json_own(json_pack("{s:o}", "logins", logins), p);
    }
    eckid_explain_compare(answers[0], answers[1], p);
}

/* Two answers are in memory, and what differs. */
static eckid_bytes_t make_some_attributes(const char *text)
{
    return command(text, "}}", COMMAND_MAX / 2);
}

static const place_t compared_attributes = {make_some_attributes, judge_compared};

/* What a browser brings to our own identity provider for a logout */

static void judge_logout(eckid_bytes_t xml, apr_pool_t *p)
{
    eckid_logout_request_t *request;
    xmlDocPtr doc;
    eckid_err_t *err = eckid_xml_parse(&doc, xml, p);

    err = err ? err : eckid_logout_request_read(&request, xmlDocGetRootElement(doc), p);
    outcome = err ? eckid_err_text(err, pool) : "read";
}

static const place_t logout = {as_it_is, judge_logout};

static void judge_cookies(eckid_bytes_t field, apr_pool_t *p)
{
    const eckid_bridge_seal_t seal = {
        eckid_secret_make(str("a secret of more than thirty-two bytes"), p), NULL, "issuer"};

    eckid_bridge_sessions_read(eckid_bridge_cookies_read(field.data, p), &seal, moment->now, p);
    outcome = "read";
}

static const place_t cookies = {as_it_is, judge_cookies};

#include "lists.h"

/* Measuring */

/* Has valgrind count the instructions of one judgement, under the name of the list and its size. */
static void count(const list_t *list, apr_size_t length)
{
    const place_t *place = list->where;
    eckid_bytes_t input = place->make(list_text(list, length));
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    place->judge(input, request);
    CALLGRIND_DUMP_STATS_AT(apr_psprintf(pool, "%s/%" APR_SIZE_T_FMT, list->name, length));
    CALLGRIND_STOP_INSTRUMENTATION;
    apr_pool_destroy(request);
}

/* Kibibytes that were in memory at once, by the kernel's account. */
static long memory(const char *what)
{
    char line[128];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof(line), status)) {
        if (strncmp(line, what, strlen(what)) == 0) {
            kib = atol(line + strlen(what));
        }
    }
    fclose(status);
    return kib;
}

static void measure(const list_t *list, apr_size_t size)
{
    const place_t *place = list->where;
    eckid_bytes_t input = place->make(list_text(list, size));
    apr_pool_t *request;

    fflush(stdout);
    if (fork() == 0) { /* its peak is its own */
        long before = memory("VmRSS:");

        apr_pool_create(&request, pool);
        place->judge(input, request);
        printf("%s\t%ld\t%s\n", list->name, memory("VmHWM:") - before, outcome);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

/* Milliseconds of CPU, to be looked at: no test depends on them. */
static void time_it(const list_t *list, apr_size_t size)
{
    const place_t *place = list->where;
    eckid_bytes_t input = place->make(list_text(list, size));
    const clock_t start = clock();
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    place->judge(input, request);
    apr_pool_destroy(request);
    printf("%6.1f ms\t%s\n", 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC, list->name);
}

static const char *what, *only;
static apr_size_t size;

/* A test in form only: the makers of keys and responses belong to libcheck's world. */
START_TEST(all)
{
    saml = build();
    oidc = web_scene();
    moment = maker_moment();
    for (unsigned i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        if (only && strcmp(only, lists[i].name) != 0) {
            continue;
        }
        if (strcmp(what, "list") == 0) {
            puts(lists[i].name);
        }
        else if (strcmp(what, "memory") == 0) {
            measure(&lists[i], size);
        }
        else if (strcmp(what, "time") == 0) {
            time_it(&lists[i], size);
        }
        else {
            count(&lists[i], 0);
            count(&lists[i], size);
            count(&lists[i], 2 * size);
        }
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("cost");
    TCase *tcase = tcase_create("cost");
    SRunner *runner = srunner_create(suite);

    if (argc < 3) {
        return 2;
    }
    what = argv[1];
    size = (apr_size_t)atol(argv[2]);
    only = argv[3];
    apr_initialize();
    apr_pool_create(&pool, NULL);
    xmlInitParser();
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, all);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    if (srunner_ntests_failed(runner)) {
        srunner_print(runner, CK_NORMAL);
    }
    return srunner_ntests_failed(runner) != 0;
}
