/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_uwlr_question.h"

#define LETTERS16 "abcdefghijklmnop"
#define LETTERS64 LETTERS16 LETTERS16 LETTERS16 LETTERS16
#define ACCENTS16 "éééééééééééééééé"

static const eckid_uwlr_question_t usual = {.autorisatiesleutel = "s3cret/+==",
                                            .klantcode = "K1",
                                            .klantnaam = "Pietje & <Zn.>",
                                            .schooljaar = "2026-2027",
                                            .school = "11ZZ03",
                                            .xsdversie = "2.3"};

START_TEST(it_is_a_request_of_the_operation)
{
    eckid_http_request_t request = {.url = "https://las.example/uwlr"};

    ok(eckid_uwlr_question(&request, &usual, pool));
    ck_assert_str_eq(request.method, "POST");
    ck_assert_str_eq(request.url, "https://las.example/uwlr");
    ck_assert_str_eq(apr_table_get(request.headers, "Content-Type"), "text/xml; charset=utf-8");
    ck_assert_str_eq(apr_table_get(request.headers, "SOAPAction"), "\"HaalLeerlinggegevens\"");
    ck_assert_str_eq(
        request.body.data,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>"
        "<autorisatie xmlns=\"http://www.edustandaard.nl/leerresultaten/2/autorisatie\">"
        "<autorisatiesleutel>s3cret/+==</autorisatiesleutel><klantcode>K1</klantcode>"
        "<klantnaam>Pietje &amp; &lt;Zn.&gt;</klantnaam></autorisatie></soap:Header><soap:Body>"
        "<leerlinggegevens_verzoek "
        "xmlns=\"http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens\">"
        "<schooljaar>2026-2027</schooljaar><brincode>11ZZ</brincode>"
        "<dependancecode>03</dependancecode><xsdversie>2.3</xsdversie>"
        "</leerlinggegevens_verzoek></soap:Body></soap:Envelope>\n");
}
END_TEST

static const struct {
    const char *school, *set, *version, *has;
} good[] = {
    {"11zz03", NULL, "2.3", "<brincode>11ZZ</brincode><dependancecode>03</dependancecode><xsd"},
    {"11ZZ", NULL, "2.2", "<brincode>11ZZ</brincode><xsdversie>2.2</xsdversie></leer"},
    {"11ZZ3", NULL, "2.3", "<schoolkey>11ZZ3</schoolkey><xsdversie>"},
    {"a<b", NULL, "2.3", "<schoolkey>a&lt;b</schoolkey>"},
    {"11ZZ", "Smalle-set-VO", "2.3",
     "</xsdversie><gegevenssetid>Smalle-set-VO</gegevenssetid></leer"},
};

START_TEST(school_version_and_set_are_told)
{
    eckid_uwlr_question_t question = usual;
    eckid_http_request_t request;

    question.school = good[_i].school;
    question.gegevenssetid = good[_i].set;
    question.xsdversie = good[_i].version;
    ok(eckid_uwlr_question(&request, &question, pool));
    ck_assert_msg(strstr(request.body.data, good[_i].has), "%s", request.body.data);
}
END_TEST

#define AT(member) (offsetof(eckid_uwlr_question_t, member))

static const struct {
    size_t at;
    const char *value, *detail; /* NULL: it is good */
} values[] = {
    {AT(autorisatiesleutel), NULL, "autorisatiesleutel"},
    {AT(autorisatiesleutel), "", "autorisatiesleutel"},
    {AT(autorisatiesleutel), LETTERS64, NULL},
    {AT(autorisatiesleutel), LETTERS64 "a", "autorisatiesleutel"},
    {AT(autorisatiesleutel), "a\nb", "autorisatiesleutel"},
    {AT(klantcode), NULL, "klantcode"},
    {AT(klantnaam), NULL, "klantnaam"},
    {AT(klantnaam), ACCENTS16 ACCENTS16 ACCENTS16 ACCENTS16, NULL},
    {AT(klantnaam), ACCENTS16 ACCENTS16 ACCENTS16 ACCENTS16 "a", "klantnaam"},
    {AT(schooljaar), NULL, "school year"},
    {AT(schooljaar), "2026", "school year"},
    {AT(schooljaar), "2026-20277", "school year"},
    {AT(schooljaar), "3026-3027", "school year"},
    {AT(school), NULL, "schoolkey"},
    {AT(school), LETTERS64 LETTERS64 LETTERS64 LETTERS64, NULL},
    {AT(school), LETTERS64 LETTERS64 LETTERS64 LETTERS64 "a", "schoolkey"},
    {AT(xsdversie), "", "xsdversie"},
    {AT(gegevenssetid), NULL, NULL},
    {AT(gegevenssetid), "", "gegevenssetid"},
};

START_TEST(a_value_is_what_the_schema_allows)
{
    eckid_uwlr_question_t question = usual;
    eckid_http_request_t request;

    memcpy((char *)&question + values[_i].at, &values[_i].value, sizeof(values[_i].value));
    eckid_err_t *err = eckid_uwlr_question(&request, &question, pool);

    if (!values[_i].detail) {
        ok(err);
        return;
    }
    refused(err, ECKID_CONFIG);
    ck_assert_msg(strstr(err->detail, values[_i].detail), "%s", err->detail);
}
END_TEST

UNIT_SUITE(uwlr_question)
{
    Suite *suite = suite_create("uwlr_question");
    TCase *tcase = unit_case(suite, "uwlr_question");

    tcase_add_test(tcase, it_is_a_request_of_the_operation);
    tcase_add_loop_test(tcase, school_version_and_set_are_told, 0, COUNT(good));
    tcase_add_loop_test(tcase, a_value_is_what_the_schema_allows, 0, COUNT(values));
    return suite;
}
