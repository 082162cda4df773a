/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#include "contract/eckid_contract_file.h"
#include "support/fakes.h"

static const eckid_person_key_t key = {"Leerlingnummer", "95312", NULL, NULL};

/* The file that is shipped. */
static const eckid_contract_t *sem(void)
{
    const char *path = apr_pstrcat(pool, getenv("ECKID_SOURCE"), "/conf/contracts/sem.json", NULL);
    char *content = apr_palloc(pool, ECKID_CONTRACT_MAX);
    apr_size_t len = ECKID_CONTRACT_MAX;
    const eckid_contract_t *contract;
    apr_file_t *file;

    ck_assert_int_eq(apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool), APR_SUCCESS);
    apr_file_read_full(file, content, len, &len);
    ok(eckid_contract_file_make(&contract, eckid_bytes(content, len), "sem.json", pool));
    return contract;
}

START_TEST(the_shipped_contract_asks_as_sem_does)
{
    eckid_http_request_t *request;

    ok(sem()->make_request(sem(), &request, "https://las.example/sis", NULL, &key,
                           apr_time_from_sec(1767225600), pool));
    ck_assert_str_eq(request->method, "POST");
    ck_assert_str_eq(request->url, "https://las.example/sis/students/");
    ck_assert_str_eq(apr_table_get(request->headers, "Content-Type"), "application/json");
    ck_assert_str_eq(request->body.data,
                     "{\"studentReference\":{\"userId\":[{\"userId\":\"95312\","
                     "\"userIdType\":\"Leerlingnummer\"}]},\"schoolPeriod\":\"2025-2026\"}");
}
END_TEST

typedef struct row_t {
    int status;
    const char *type, *body;
    eckid_outcome_t outcome;
    eckid_code_t code; /* 0: no error */
} row_t;

#define JSON "application/json"
#define VALUE "\"eckId\":\"" AN_ECKID "\""

static const row_t sem_rows[] = {
    {200, JSON, "{" VALUE ",\"schemaVersion\":\"1.3.0\",\"firstName\":\"A\"}", ECKID_FOUND, 0},
    {200, "application/json; charset=utf-8", "{" VALUE "}", ECKID_FOUND, 0},
    {200, JSON, "{\"schemaVersion\":\"1.3.0\",\"firstName\":\"A\"}", ECKID_HAS_NONE, 0},
    {200, JSON, "{\"eckId\":null,\"firstName\":\"A\"}", ECKID_HAS_NONE, 0},
    {200, JSON, "{\"eckId\":\"\",\"class\":{}}", ECKID_HAS_NONE, 0},
    {404, JSON, "{}", ECKID_IS_UNKNOWN, 0},
    {404, "application/problem+json", "", ECKID_IS_UNKNOWN, 0},
    {404, "text/html", "{}", 0, ECKID_LAS_SHAPE},
    {404, NULL, "", 0, ECKID_LAS_SHAPE},
    {200, "text/html", "{" VALUE "}", 0, ECKID_LAS_SHAPE},
    {200, "application/problem+json", "{" VALUE "}", 0, ECKID_LAS_SHAPE},
    {200, NULL, "{" VALUE "}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{\"eckId\":null}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{\"error\":\"x\"}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "[{" VALUE "}]", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{" VALUE "," VALUE "}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{" VALUE ",\"a\":\"\xff\"}", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{" VALUE, 0, ECKID_LAS_SHAPE},
    {200, JSON, "", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{\"eckId\":17}", 0, ECKID_MALFORMED},
    {200, JSON, "{\"eckId\":\"https://ketenid.nl/201703/1\"}", 0, ECKID_MALFORMED},
    {200, JSON, "{\"eckId\":\"https://ketenid.nl/pilot/" DIGITS64 DIGITS64 "\"}", 0,
     ECKID_MALFORMED},
    {201, JSON, "{" VALUE "}", 0, ECKID_LAS_REFUSED},
    {204, NULL, "", 0, ECKID_LAS_REFUSED},
    {302, JSON, "{" VALUE "}", 0, ECKID_LAS_REFUSED},
    {400, JSON, "{}", 0, ECKID_LAS_REFUSED},
    {401, JSON, "{}", 0, ECKID_LAS_REFUSED},
    {403, JSON, "{}", 0, ECKID_LAS_REFUSED},
    {429, JSON, "{}", 0, ECKID_LAS_REFUSED},
    {503, JSON, "{" VALUE "}", 0, ECKID_LAS_REFUSED},
};

static eckid_err_t *read_as(eckid_finding_t *finding, const eckid_contract_t *contract,
                            const row_t *row)
{
    eckid_http_response_t answer = {row->status, apr_table_make(pool, 1), str(row->body)};

    if (row->type) {
        apr_table_set(answer.headers, "Content-Type", row->type);
    }
    return contract->read_response(contract, finding, &answer, &key, false, pool);
}

/* What an answer means; and no error tells about the student. */
static void check_meaning(const eckid_contract_t *contract, const row_t *row)
{
    eckid_finding_t finding = {0};
    eckid_err_t *err = read_as(&finding, contract, row);

    if (row->code) {
        refused(err, row->code);
        ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "95312"));
        ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "ketenid.nl"));
        return;
    }
    ok(err);
    ck_assert_int_eq(finding.outcome, row->outcome);
    ck_assert_str_eq(finding.value.text, row->outcome == ECKID_FOUND ? AN_ECKID : "");
}

START_TEST(every_answer_to_the_shipped_contract_has_its_meaning)
{
    check_meaning(sem(), &sem_rows[_i]);
}
END_TEST

/* A search that answers with a list, echoes the key, and has errors of its own. */
#define REQUEST                                                                                    \
    "{\"request\":{\"method\":\"GET\",\"url\":\"{base}/{school-type}/{school}?n={student}\"},\n"
static const char search[] =
    REQUEST "\"found\":{\"eckId\":\"/0/eckId\",\"echo\":[{\"pointer\":\"/0/n\"}]},\n"
            "\"noEckId\":[{\"status\":200,\"pointer\":\"/0/n\"},{\"status\":204},\n"
            "{\"status\":409,\"pointer\":\"/code\",\"equals\":\"NO_ECKID\"}],\n"
            "\"unknown\":[{\"status\":200,\"pointer\":\"\",\"equals\":[]},\n"
            "{\"status\":404,\"pointer\":\"/code\",\"equals\":7},{\"status\":410},\n"
            "{\"status\":409,\"pointer\":\"/gone\"}]}";

static const row_t search_rows[] = {
    {200, JSON, "[{\"n\":\"95312\"," VALUE "}]", ECKID_FOUND, 0},
    {200, JSON, "[{\"n\":95312," VALUE "}]", ECKID_FOUND, 0},
    {200, JSON, "[{\"n\":\"95312\"}]", ECKID_HAS_NONE, 0},
    {200, JSON, "[]", ECKID_IS_UNKNOWN, 0},
    {204, NULL, "", ECKID_HAS_NONE, 0},
    {409, JSON, "{\"code\":\"NO_ECKID\"}", ECKID_HAS_NONE, 0},
    {404, JSON, "{\"code\":7}", ECKID_IS_UNKNOWN, 0},
    {409, JSON, "{\"gone\":true}", ECKID_IS_UNKNOWN, 0},
    {410, JSON, "not read", ECKID_IS_UNKNOWN, 0},
    {200, JSON, "[{\"n\":\"95313\"," VALUE "}]", 0, ECKID_LAS_OTHER},
    {200, JSON, "[{\"n\":\"95313\"}]", 0, ECKID_LAS_OTHER},
    {200, JSON, "[{" VALUE "}]", 0, ECKID_LAS_SHAPE},
    {200, JSON, "[{\"n\":\"95312\"," VALUE "},{\"n\":\"95313\"}]", 0, ECKID_LAS_SHAPE},
    {200, JSON, "[{}]", 0, ECKID_LAS_SHAPE},
    {200, JSON, "{}", 0, ECKID_LAS_SHAPE},
    {409, JSON, "{\"code\":\"NO_ECKID\",\"gone\":1}", 0, ECKID_LAS_SHAPE},
    {409, JSON, "{\"code\":\"BUSY\"}", 0, ECKID_LAS_REFUSED},
    {404, JSON, "{\"code\":8}", 0, ECKID_LAS_REFUSED},
    {404, JSON, "{\"message\":\"no route\"}", 0, ECKID_LAS_REFUSED},
    {404, JSON, "not JSON", 0, ECKID_LAS_SHAPE},
    {410, "text/html", "", 0, ECKID_LAS_SHAPE},
};

static const eckid_contract_t *make(const char *content)
{
    const eckid_contract_t *contract;

    ok(eckid_contract_file_make(&contract, str(content), "las.json", pool));
    return contract;
}

START_TEST(every_answer_to_a_search_has_its_meaning)
{
    check_meaning(make(search), &search_rows[_i]);
}
END_TEST

START_TEST(a_contract_that_names_the_school_needs_one)
{
    const eckid_school_t school = {"V_ID", "11ZZ03"};
    const eckid_contract_t *contract = make(search);
    eckid_http_request_t *request;

    ok(contract->make_request(contract, &request, "https://las.example", &school, &key, 0, pool));
    ck_assert_str_eq(request->url, "https://las.example/V_ID/11ZZ03?n=95312");
    refused(contract->make_request(contract, &request, "https://las.example", NULL, &key, 0, pool),
            ECKID_CONTRACT);
}
END_TEST

START_TEST(pilot_values_need_to_be_allowed)
{
    const eckid_http_response_t answer = {
        200, apr_table_make(pool, 1),
        str("{\"eckId\":\"https://ketenid.nl/pilot/" DIGITS64 DIGITS64 "\"}")};
    eckid_finding_t finding;

    apr_table_set(answer.headers, "Content-Type", JSON);
    ok(sem()->read_response(sem(), &finding, &answer, &key, true, pool));
    ck_assert_int_eq(finding.outcome, ECKID_FOUND);
}
END_TEST

#define REST "\"found\":{\"eckId\":\"/e\"},\"noEckId\":[],\"unknown\":[]}"

typedef struct bad_t {
    const char *content, *why;
} bad_t;

static const bad_t bad[] = {
    {"", "las.json:1: it is not JSON"},
    {"\"{student}\"", "las.json:1: it is not JSON"},
    {"[]", "las.json: an object is expected"},
    {REQUEST REST "x", "las.json:2: it is not JSON"},
    {REQUEST "\n,}", "las.json:3: it is not JSON"},
    {"\xef\xbb\xbf" REQUEST REST, "las.json:1: it is not JSON"},
    {REQUEST "\"found\":{},\n\"found\":{}}", "las.json:3: a member occurs twice"},
    {REQUEST "\"comment\":1," REST, "las.json: /comment: there is no such member"},
    {REQUEST "\"description\":1," REST, "las.json: /description: a string is expected"},
    {"{" REST, "las.json: the member \"request\" is missing"},
    {REQUEST "\"found\":{\"eckId\":\"/e\"},\"unknown\":[]}",
     "las.json: the member \"noEckId\" is missing"},
    {REQUEST "\"found\":{\"eckId\":\"/e\"},\"noEckId\":[]}",
     "las.json: the member \"unknown\" is missing"},
    {REQUEST "\"noEckId\":[],\"unknown\":[]}", "las.json: the member \"found\" is missing"},
    {REQUEST "\"found\":{},\"noEckId\":[],\"unknown\":[]}",
     "las.json: /found: the member \"eckId\" is missing"},
};

START_TEST(a_wrong_file_is_named_with_the_place_in_it)
{
    const eckid_contract_t *contract;
    eckid_err_t *err = eckid_contract_file_make(&contract, str(bad[_i].content), "las.json", pool);

    refused(err, ECKID_CONTRACT);
    ck_assert_str_eq(err->detail, bad[_i].why);
}
END_TEST

START_TEST(no_error_quotes_the_file)
{
    const eckid_contract_t *contract;
    eckid_err_t *err =
        eckid_contract_file_make(&contract, str("{\"X-Key\": \"geheim\" ]"), "las.json", pool);

    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "geheim"));
}
END_TEST

START_TEST(its_size_is_bounded)
{
    char *content = apr_pcalloc(pool, ECKID_CONTRACT_MAX + 1);
    const eckid_contract_t *contract;

    memset(content, ' ', ECKID_CONTRACT_MAX + 1);
    memcpy(content, REQUEST REST, strlen(REQUEST REST));
    ok(eckid_contract_file_make(&contract, eckid_bytes(content, ECKID_CONTRACT_MAX), "f", pool));
    refused(eckid_contract_file_make(&contract, eckid_bytes(content, ECKID_CONTRACT_MAX + 1), "f",
                                     pool),
            ECKID_CONTRACT);
}
END_TEST

UNIT_SUITE(contract_file)
{
    Suite *suite = suite_create("contract_file");
    TCase *tcase = unit_case(suite, "generic");

    tcase_add_test(tcase, the_shipped_contract_asks_as_sem_does);
    tcase_add_loop_test(tcase, every_answer_to_the_shipped_contract_has_its_meaning, 0,
                        COUNT(sem_rows));
    tcase_add_loop_test(tcase, every_answer_to_a_search_has_its_meaning, 0, COUNT(search_rows));
    tcase_add_test(tcase, a_contract_that_names_the_school_needs_one);
    tcase_add_test(tcase, pilot_values_need_to_be_allowed);
    tcase_add_loop_test(tcase, a_wrong_file_is_named_with_the_place_in_it, 0, COUNT(bad));
    tcase_add_test(tcase, no_error_quotes_the_file);
    tcase_add_test(tcase, its_size_is_bounded);
    return suite;
}
