/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "contract/eckid_contract_response.h"

/* JSON with ' for ", for the eyes. */
static json_t *json(const char *text)
{
    char *copy = apr_pstrdup(pool, text);
    json_t *value;

    for (char *at = copy; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    ok(eckid_json_parse_any(&value, str(copy), ECKID_CONTRACT, pool));
    return value;
}

static eckid_err_t *make(eckid_contract_response_t *reading, const char *contract)
{
    const eckid_contract_json_t place = {json(contract), "las.json", ""};

    return eckid_contract_response_make(reading, &place, pool);
}

#define FOUND "'found':{'eckId':'/e'}"
#define NONE ",'noEckId':[]"
#define UNKNOWN ",'unknown':[]"

typedef struct bad_t {
    const char *contract, *why;
} bad_t;

static const bad_t bad[] = {
    {"{'found':[]" NONE UNKNOWN "}", "/found: an object is expected"},
    {"{'found':{}" NONE UNKNOWN "}", "/found: the member \"eckId\" is missing"},
    {"{'found':{'eckId':'/e','x':1}" NONE UNKNOWN "}", "/found/x: there is no such member"},
    {"{'found':{'eckId':1}" NONE UNKNOWN "}", "/found/eckId: a string is expected"},
    {"{'found':{'eckId':'e'}" NONE UNKNOWN "}",
     "/found/eckId: it is not a JSON Pointer (RFC 6901)"},
    {"{'found':{'eckId':'/~e'}" NONE UNKNOWN "}",
     "/found/eckId: it is not a JSON Pointer (RFC 6901)"},
    {"{'found':{'eckId':{'list':'/l','type':'/t','value':'/v'}}" NONE UNKNOWN "}",
     "/found/eckId: the member \"is\" is missing"},
    {"{'found':{'eckId':{'list':'/l','type':'/t','value':'/v','is':1}}" NONE UNKNOWN "}",
     "/found/eckId/is: a string is expected"},
    {"{'found':{'eckId':{'list':'l','type':'/t','value':'/v','is':'e'}}" NONE UNKNOWN "}",
     "/found/eckId/list: it is not a JSON Pointer (RFC 6901)"},
    {"{'found':{'eckId':'/e','echo':{}}" NONE UNKNOWN "}", "/found/echo: an array is expected"},
    {"{'found':{'eckId':'/e','echo':[{}]}" NONE UNKNOWN "}",
     "/found/echo/0: the member \"list\" is missing"},
    {"{'found':{'eckId':'/e','echo':['/a']}" NONE UNKNOWN "}",
     "/found/echo/0: an object is expected"},
    {"{'found':{'eckId':'/e','echo':[{'pointer':'/a'},{'pointer':'a'}]}" NONE UNKNOWN "}",
     "/found/echo/1/pointer: it is not a JSON Pointer (RFC 6901)"},
    {"{'found':{'eckId':'/e','echo':[{'pointer':'/a','list':'/l'}]}" NONE UNKNOWN "}",
     "/found/echo/0/list: there is no such member"},
    {"{'found':{'eckId':'/e','echo':[{'pointer':'/a','optional':'yes'}]}" NONE UNKNOWN "}",
     "/found/echo/0/optional: true or false is expected"},
    {"{'found':{'eckId':'/e','echo':[{'list':'/l','value':'/v'}]}" NONE UNKNOWN "}",
     "/found/echo/0: the member \"type\" is missing"},
    {"{" FOUND ",'noEckId':{}" UNKNOWN "}",
     "/noEckId: an array is expected; [] if no response means this"},
    {"{" FOUND NONE ",'unknown':404}",
     "/unknown: an array is expected; [] if no response means this"},
    {"{" FOUND NONE ",'unknown':[404]}", "/unknown/0: an object is expected"},
    {"{" FOUND NONE ",'unknown':[{}]}", "/unknown/0: the member \"status\" is missing"},
    {"{" FOUND NONE ",'unknown':[{'status':'404'}]}",
     "/unknown/0/status: 200, 204, 400, 404, 409, 410 or 422 is expected"},
    {"{" FOUND NONE ",'unknown':[{'status':404},{'status':403}]}",
     "/unknown/1/status: 200, 204, 400, 404, 409, 410 or 422 is expected"},
    {"{" FOUND NONE ",'unknown':[{'status':500}]}",
     "/unknown/0/status: 200, 204, 400, 404, 409, 410 or 422 is expected"},
    {"{" FOUND NONE ",'unknown':[{'status':404,'code':1}]}",
     "/unknown/0/code: there is no such member"},
    {"{" FOUND NONE ",'unknown':[{'status':404,'equals':1}]}",
     "/unknown/0: equals needs a pointer"},
    {"{" FOUND NONE ",'unknown':[{'status':404,'pointer':'a'}]}",
     "/unknown/0/pointer: it is not a JSON Pointer (RFC 6901)"},
    {"{" FOUND NONE ",'unknown':[{'status':204,'pointer':'/a'}]}",
     "/unknown/0: a response with status 204 has no body"},
    {"{" FOUND NONE ",'unknown':[{'status':200}]}",
     "/unknown/0: this status alone does not decide: a pointer is needed"},
    {"{" FOUND ",'noEckId':[{'status':422}]" UNKNOWN "}",
     "/noEckId/0: this status alone does not decide: a pointer is needed"},
    {"{" FOUND ",'noEckId':[{'status':204},{'status':404}],'unknown':[{'status':404}]}",
     "/noEckId/1: the same entry is in unknown"},
};

START_TEST(a_wrong_member_is_named)
{
    eckid_contract_response_t reading;
    eckid_err_t *err = make(&reading, bad[_i].contract);

    refused(err, ECKID_CONTRACT);
    ck_assert_str_eq(err->detail, apr_pstrcat(pool, "las.json: ", bad[_i].why, NULL));
}
END_TEST

typedef struct row_t {
    const char *spot, *answer;
    const char *value; /* NULL: none */
    eckid_code_t code; /* 0: no error */
} row_t;

#define LIST "{'list':'/l','type':'/t','value':'/v','is':'e'}"

static const row_t values[] = {
    {"'/e'", "{'e':'x'}", "x", 0},
    {"'/e'", "{'e':null}", NULL, 0},
    {"'/e'", "{'e':''}", NULL, 0},
    {"'/e'", "{}", NULL, 0},
    {"'/e'", "[]", NULL, 0},
    {"'/0/e'", "[{'e':'x'}]", "x", 0},
    {"'/0/e'", "[{'e':'x'},{'e':'y'}]", NULL, ECKID_LAS_SHAPE},
    {"'/0/e'", "[]", NULL, 0},
    {"'/a/b'", "{'a':{'b':'x'}}", "x", 0},
    {LIST, "{'l':[{'t':'a','v':'y'},{'t':'e','v':'x'}]}", "x", 0},
    {LIST, "{'l':[{'t':'e','v':'x'},{'t':'e','v':'x'}]}", NULL, ECKID_LAS_SHAPE},
    {LIST, "{'l':[{'t':'e','v':null}]}", NULL, 0},
    {LIST, "{'l':[{'t':'e'},1,null,[],{'v':'x'},{'t':5,'v':'x'}]}", NULL, 0},
    {LIST, "{'l':[]}", NULL, 0},
    {LIST, "{'l':null}", NULL, 0},
    {LIST, "{}", NULL, 0},
    {LIST, "{'l':{'t':'e','v':'x'}}", NULL, ECKID_LAS_SHAPE},
};

START_TEST(where_the_value_stands)
{
    const row_t *row = &values[_i];
    eckid_contract_response_t reading;
    const json_t *value;
    eckid_err_t *err;

    ok(make(&reading,
            apr_pstrcat(pool, "{'found':{'eckId':", row->spot, "}" NONE UNKNOWN "}", NULL)));
    err = eckid_contract_response_value(&value, &reading, json(row->answer), pool);
    if (row->code) {
        refused(err, row->code);
        return;
    }
    ok(err);
    ck_assert_pstr_eq(json_string_value(value), row->value);
}
END_TEST

typedef struct echo_t {
    const char *echo, *answer;
    eckid_code_t code;
} echo_t;

#define IDS "{'list':'/l','type':'/t','value':'/v'}"
#define IDS_MAYBE "{'list':'/l','type':'/t','value':'/v','optional':true}"

static const echo_t echoes[] = {
    {"", "{}", 0},
    {"{'pointer':'/n'}", "{'n':'123'}", 0},
    {"{'pointer':'/n'}", "{'n':123}", 0},
    {"{'pointer':'/n'}", "{'n':123.0}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':'0123'}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':' 123'}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':['123']}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':''}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':true}", ECKID_LAS_OTHER},
    {"{'pointer':'/n'}", "{'n':null}", ECKID_LAS_SHAPE},
    {"{'pointer':'/n'}", "{}", ECKID_LAS_SHAPE},
    {"{'pointer':'/n','optional':true}", "{}", 0},
    {"{'pointer':'/n','optional':true}", "{'n':null}", 0},
    {"{'pointer':'/n','optional':true}", "{'n':'124'}", ECKID_LAS_OTHER},
    {"{'pointer':'/n','optional':false}", "{}", ECKID_LAS_SHAPE},
    {"{'pointer':'/0/n'}", "[{'n':'123'}]", 0},
    {"{'pointer':'/0/n'}", "[{'n':'123'},{'n':'124'}]", ECKID_LAS_SHAPE},
    {"{'pointer':'/n'},{'pointer':'/m'}", "{'n':'123','m':'124'}", ECKID_LAS_OTHER},
    {IDS, "{'l':[{'t':'NEPPI','v':'123'}]}", 0},
    {IDS, "{'l':[{'t':'NEPRI','v':'x'},{'t':'NEPPI','v':'123'}]}", 0},
    {IDS, "{'l':[{'t':'NEPPI','v':'123'},{'t':'NEPPI','v':'124'}]}", ECKID_LAS_OTHER},
    {IDS, "{'l':[{'t':'NEPPI','v':'124'}]}", ECKID_LAS_OTHER},
    {IDS, "{'l':[{'t':'NEPRI','v':'123'}]}", ECKID_LAS_SHAPE},
    {IDS, "{'l':[]}", ECKID_LAS_SHAPE},
    {IDS, "{}", ECKID_LAS_SHAPE},
    {IDS, "{'l':'123'}", ECKID_LAS_SHAPE},
    {IDS_MAYBE, "{'l':[{'t':'NEPRI','v':'x'}]}", 0},
    {IDS_MAYBE, "{}", 0},
    {IDS_MAYBE, "{'l':{}}", ECKID_LAS_SHAPE},
    {"{'list':'/l','type':'/t','value':'/v','is':'number'}", "{'l':[{'t':'number','v':123}]}", 0},
    {"{'list':'/l','type':'/t','value':'/v','is':'number'}", "{'l':[{'t':'NEPPI','v':'123'}]}",
     ECKID_LAS_SHAPE},
};

START_TEST(an_echo_is_the_student_key)
{
    const echo_t *row = &echoes[_i];
    eckid_contract_response_t reading;
    eckid_err_t *err;

    ok(make(&reading, apr_pstrcat(pool, "{'found':{'eckId':'/e','echo':[", row->echo,
                                  "]}" NONE UNKNOWN "}", NULL)));
    err = eckid_contract_response_echo(&reading, json(row->answer), "NEPPI", "123", pool);
    if (row->code) {
        refused(err, row->code);
        return;
    }
    ok(err);
}
END_TEST

typedef struct says_t {
    const char *signs;
    int status;
    const char *answer;
    bool says;
} says_t;

#define CODE "{'status':404,'pointer':'/c','equals':'X'}"

static const says_t says[] = {
    {"", 404, "{}", false},
    {"{'status':404}", 404, "{}", true},
    {"{'status':404}", 410, "{}", false},
    {"{'status':404},{'status':410}", 410, "{}", true},
    {CODE, 404, "{'c':'X'}", true},
    {CODE, 404, "{'c':'x'}", false},
    {CODE, 404, "{'c':null}", false},
    {CODE, 404, "{}", false},
    {CODE, 404, "[]", false},
    {CODE, 200, "{'c':'X'}", false},
    {CODE "," CODE ",{'status':404}", 404, "{}", true},
    {"{'status':200,'pointer':'/a'}", 200, "{'a':0}", true},
    {"{'status':200,'pointer':'/a'}", 200, "{'a':false}", true},
    {"{'status':200,'pointer':'/a'}", 200, "{'a':null}", false},
    {"{'status':200,'pointer':'/a'}", 200, "{}", false},
    {"{'status':200,'pointer':'/a','equals':null}", 200, "{'a':null}", true},
    {"{'status':200,'pointer':'/a','equals':null}", 200, "{}", false},
    {"{'status':200,'pointer':'','equals':[]}", 200, "[]", true},
    {"{'status':200,'pointer':'','equals':[]}", 200, "[{}]", false},
    {"{'status':200,'pointer':'/a','equals':1}", 200, "{'a':1.0}", false},
};

START_TEST(any_sign_is_enough)
{
    eckid_contract_response_t reading;
    bool is_said;

    ok(make(&reading,
            apr_pstrcat(pool, "{" FOUND NONE ",'unknown':[", says[_i].signs, "]}", NULL)));
    ok(eckid_contract_response_says(&is_said, reading.unknown, says[_i].status,
                                    json(says[_i].answer), pool));
    ck_assert(is_said == says[_i].says);
}
END_TEST

START_TEST(a_sign_behind_one_of_several_is_none)
{
    eckid_contract_response_t reading;
    bool is_said;

    ok(make(&reading, "{" FOUND NONE ",'unknown':[{'status':404,'pointer':'/e/0/c'}]}"));
    refused(eckid_contract_response_says(&is_said, reading.unknown, 404, json("{'e':[{'c':1},{}]}"),
                                         pool),
            ECKID_LAS_SHAPE);
}
END_TEST

UNIT_SUITE(contract_response)
{
    Suite *suite = suite_create("contract_response");
    TCase *tcase = unit_case(suite, "reading");

    tcase_add_loop_test(tcase, a_wrong_member_is_named, 0, COUNT(bad));
    tcase_add_loop_test(tcase, where_the_value_stands, 0, COUNT(values));
    tcase_add_loop_test(tcase, an_echo_is_the_student_key, 0, COUNT(echoes));
    tcase_add_loop_test(tcase, any_sign_is_enough, 0, COUNT(says));
    tcase_add_test(tcase, a_sign_behind_one_of_several_is_none);
    return suite;
}
