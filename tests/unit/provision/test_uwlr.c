/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_uwlr.h"
#include "support/bulk.h"

#define NS "http://www.edustandaard.nl/leerresultaten/2/leerlinggegevens"
#define SCHOOL                                                                                     \
    "<school><schooljaar>2026-2027</schooljaar><brincode>11ZZ</brincode>"                          \
    "<dependancecode>03</dependancecode><schoolkey>s-7</schoolkey></school>"
#define HEAD "<leerlinggegevens_antwoord xmlns='" NS "'><leerlinggegevens>" SCHOOL
#define TAIL "</leerlinggegevens></leerlinggegevens_antwoord>"
#define STUDENTS(text) "<leerlingen>" text "</leerlingen>"
#define EMPLOYEES(text) "<leerkrachten>" text "</leerkrachten>"
#define ONE "<leerling key='k1' eckid='e1'><roepnaam>Jan</roepnaam></leerling>"
#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"

static const eckid_bulk_expected_t expected = {"11ZZ03", "2026-2027"};

static eckid_err_t *read_as(bulk_rows_t *rows, eckid_bulk_found_t *found, const char *text,
                            apr_size_t piece, const eckid_bulk_expected_t *wanted)
{
    bulk_file_t file;
    const eckid_bulk_input_t input = bulk_input(&file, text, piece);
    const eckid_bulk_sink_t sink = bulk_sink(rows);

    return eckid_uwlr_read(found, &input, wanted, &sink, pool);
}

static const struct {
    const char *text, *rows, *kinds;
} good[] = {
    {HEAD STUDENTS(ONE) TAIL, "1 student key=k1 e1", "student"},
    {HEAD "\n" STUDENTS("\n" ONE "\n<leerling key='k2'/>") TAIL,
     "3 student key=k1 e1\n"
     "4 student key=k2",
     "student"},
    {HEAD STUDENTS("<leerling eckid='e1'><emailadres> a@b.nl\n</emailadres>"
                   "<gebruikersnaam>&#97;<![CDATA[&]]></gebruikersnaam></leerling>") TAIL,
     "1 student emailadres=a@b.nl gebruikersnaam=a& e1", "student"},
    {HEAD STUDENTS("<leerling key='a&amp;b' eckid=''/>") TAIL, "1 student key=a&b", "student"},
    {HEAD STUDENTS("") EMPLOYEES("<leerkracht key='t' eckid='e2'><gebruikersnaam/></leerkracht>")
         TAIL,
     "1 employee key=t e2", "student,employee"},
    {"<EDEX>" SCHOOL STUDENTS(ONE) "</EDEX>", "1 student key=k1 e1", "student"},
    {"<u:leerlinggegevens xmlns:u='" NS "'>" SCHOOL STUDENTS(ONE) "</u:leerlinggegevens>",
     "1 student key=k1 e1", "student"},
    {"<leerkrachten_antwoord xmlns='" NS "'>" SCHOOL EMPLOYEES("") "</leerkrachten_antwoord>", NULL,
     "employee"},
    /* in steps, UWLR_Leerlinggegevens_v2p2.xsd */
    {"<leerlingen_antwoord xmlns='" NS "'><leerlinggegevens-leerlingen>" SCHOOL STUDENTS(
         ONE) "</leerlinggegevens-leerlingen></leerlingen_antwoord>",
     "1 student key=k1 e1", "student"},
    {"<leerkrachten_antwoord xmlns='" NS "'><leerlinggegevens-leerkrachten>" SCHOOL EMPLOYEES(
         "<leerkracht key='t'/>") "</leerlinggegevens-leerkrachten></leerkrachten_antwoord>",
     "1 employee key=t", "employee"},
    {"<s:Envelope xmlns:s='" SOAP "'><s:Header><leerlingen>" ONE
     "</leerlingen></s:Header><s:Body>" HEAD STUDENTS(ONE) TAIL "</s:Body></s:Envelope>",
     "1 student key=k1 e1", "student"},
    /* what only looks like people is not */
    {HEAD
     "<groepen><groep key='g'><leerling key='x'/></groep></groepen>"
     "<anders><leerlingen><leerling key='y'/></leerlingen></anders>" STUDENTS(
         "<leerling key='k1' x:key='z' xmlns:x='urn:x'><groep><gebruikersnaam>n</gebruikersnaam>"
         "</groep></leerling><x:leerling key='w' xmlns:x='urn:x'/>") TAIL,
     "1 student key=k1", "student"},
    {"<?xml version='1.0' encoding='ISO-8859-1'?>" HEAD STUDENTS("<leerling key='\xe9'/>") TAIL,
     "1 student key=\xc3\xa9", "student"},
    {"\xef\xbb\xbf" HEAD STUDENTS("<leerling key='\xc3\xa9'/>") TAIL, "1 student key=\xc3\xa9",
     "student"},
};

START_TEST(people_are_found_in_any_pieces)
{
    static const apr_size_t pieces[] = {1, 7, 100000};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_bulk_found_t found;
        bulk_rows_t rows;

        ok(read_as(&rows, &found, good[_i].text, pieces[i], &expected));
        ck_assert_pstr_eq(rows.text, good[_i].rows);
        ck_assert_str_eq(apr_array_pstrcat(pool, found.kinds, ','), good[_i].kinds);
        ck_assert(!found.unchanged);
    }
}
END_TEST

START_TEST(that_nothing_has_changed_is_told)
{
    eckid_bulk_found_t found;
    bulk_rows_t rows;

    ok(read_as(&rows, &found,
               "<leerlinggegevens_antwoord xmlns='" NS "'><geenwijzigingen/>"
               "</leerlinggegevens_antwoord>",
               100, &expected));
    ck_assert(found.unchanged && rows.count == 0);
}
END_TEST

static const struct {
    const char *school, *year, *branch; /* as the operator expects, and in the file */
    bool good;
} schools[] = {
    {"11ZZ03", "2026-2027", "03", true},  {"11zz03", "2026-2027", "03", true},
    {"11ZZ", "2026-2027", "03", false},   {"11ZZ", "2026-2027", "00", true},
    {"11ZZ", "2026-2027", "", true},      {"11ZZ00", "2026-2027", "", true},
    {"11ZZ04", "2026-2027", "03", false}, {"s-7", "2026-2027", "03", true},
    {"s-8", "2026-2027", "03", false},    {NULL, "2026-2027", "03", true},
    {"11ZZ03", "2025-2026", "03", false}, {"11ZZ03", NULL, "03", true},
};

START_TEST(school_and_year_must_be_the_expected_ones)
{
    const eckid_bulk_expected_t wanted = {schools[_i].school, schools[_i].year};
    eckid_bulk_found_t found;
    bulk_rows_t rows;
    const char *text =
        apr_pstrcat(pool,
                    "<EDEX><school>\n<schooljaar>2026-2027</schooljaar><brincode>11ZZ</brincode>"
                    "<dependancecode>",
                    schools[_i].branch, "</dependancecode><schoolkey>s-7</schoolkey></school>\n",
                    STUDENTS(ONE) "</EDEX>", NULL);
    eckid_err_t *err = read_as(&rows, &found, text, 100, &wanted);

    if (schools[_i].good) {
        ok(err);
        return;
    }
    refused(err, ECKID_BULK);
    ck_assert(strncmp(err->detail, "FILE:2: it is ", 14) == 0);
    ck_assert_int_eq(rows.count, 0);
}
END_TEST

#define DEEP10(text) "<a><a><a><a><a><a><a><a><a><a>" text
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123"

static const struct {
    const char *text, *detail;
} bad[] = {
    {"", "FILE:1: it is not well-formed XML; was it cut off?"},
    {"key;eckid\n", "FILE:1: it is not well-formed XML"},
    {"PK\3\4\24", "FILE:1: it is a spreadsheet or another ZIP file; save it as CSV, or unpack it"},
    {HEAD "\n" STUDENTS(ONE), "FILE:2: it is not well-formed XML; was it cut off?"},
    {HEAD "\n\n</b>", "FILE:3: it is not well-formed XML"},
    {HEAD STUDENTS(ONE) TAIL "<a/>", "FILE:1: it is not well-formed XML"},
    {"<!DOCTYPE EDEX [<!ENTITY a 'b'>]><EDEX>&a;</EDEX>", "FILE:1: it has a document type"},
    {"<!DOCTYPE EDEX SYSTEM 'file:///etc/passwd'><EDEX/>", "FILE:1: it has a document type"},
    {"<?xml version='1.0'?>\n<leerlingen/>", "FILE:2: the root is not one of UWLR 2 or EDEX"},
    {"<EDEX xmlns='urn:other'/>", "FILE:1: the root is not one of UWLR 2 or EDEX"},
    {"<leerlinggegevens_antwoord xmlns='http://www.edustandaard.nl/leerresultaten/1/x'/>",
     "FILE:1: the root is not one of UWLR 2 or EDEX"},
    {HEAD TAIL, "FILE:1: it has neither leerlingen nor leerkrachten"},
    {"<EDEX>" STUDENTS(ONE) "</EDEX>", "FILE:1: it does not say which school and year it is about"},
    {"<leerlinggegevens_antwoord xmlns='" NS "'><geengegevens/></leerlinggegevens_antwoord>",
     "FILE:1: the LAS has nothing about this school and year"},
    {HEAD STUDENTS("<leerling key='a&#9;b'/>") TAIL,
     "FILE:1: the key is too long, or has control characters"},
    {HEAD STUDENTS("<leerling><emailadres>a&#10;b</emailadres></leerling>") TAIL,
     "FILE:1: emailadres has control characters"},
    {HEAD STUDENTS("<leerling><emailadres>" LONG_NAME LONG_NAME LONG_NAME LONG_NAME LONG_NAME
                       LONG_NAME LONG_NAME LONG_NAME LONG_NAME "</emailadres></leerling>") TAIL,
     "FILE:1: a value is too long"},
    {HEAD DEEP10(DEEP10(DEEP10(DEEP10(DEEP10(DEEP10(DEEP10(""))))))),
     "FILE:1: elements are nested too deep"},
    {"<?xml version='1.0' encoding='UTF-7'?>" HEAD,
     "FILE:1: its encoding is not read; let it be written in UTF-8"},
    {"\xff\xfe<", "FILE:1: its encoding is not read; let it be written in UTF-8"},
    {"<?xml version='1.0' encoding='UTF-8'?>" HEAD STUDENTS("<leerling key='\xe9'/>") TAIL,
     "FILE:1: it is not well-formed XML"},
};

START_TEST(what_is_wrong_is_refused_with_its_line)
{
    static const apr_size_t pieces[] = {1, 100000};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_bulk_found_t found;
        bulk_rows_t rows;
        eckid_err_t *err = read_as(&rows, &found, bad[_i].text, pieces[i], &expected);

        refused(err, ECKID_BULK);
        ck_assert_msg(strcmp(err->detail, bad[_i].detail) == 0, "%s", err->detail);
    }
}
END_TEST

#define FAULT(text)                                                                                \
    "<s:Envelope xmlns:s='" SOAP "'><s:Body>\n<s:Fault>" text "</s:Fault></s:Body></s:Envelope>"

static const struct {
    const char *text, *detail;
} faults[] = {
    {FAULT("<faultcode>Client.AutorisatieOngeldig</faultcode><faultstring>x</faultstring>"),
     "FILE:2: SOAP fault Client.AutorisatieOngeldig"},
    {FAULT("<faultcode>s:Server</faultcode><detail><faultcode>no</faultcode></detail>"),
     "FILE:2: SOAP fault Server"},
    {FAULT(""), "FILE:2: SOAP fault without a known code"},
};

START_TEST(a_soap_fault_is_told)
{
    static const apr_size_t pieces[] = {1, 100000};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_bulk_found_t found;
        bulk_rows_t rows;
        eckid_err_t *err = read_as(&rows, &found, faults[_i].text, pieces[i], &expected);

        refused(err, ECKID_LAS_REFUSED);
        ck_assert_str_eq(err->detail, faults[_i].detail);
    }
}
END_TEST

START_TEST(a_tag_without_end_is_refused)
{
    char *filling = apr_palloc(pool, 100000);
    eckid_bulk_found_t found;
    bulk_rows_t rows;

    memset(filling, 'x', 99999);
    filling[99999] = '\0';
    eckid_err_t *err =
        read_as(&rows, &found, apr_pstrcat(pool, HEAD "<leerlingen><leerling key='", filling, NULL),
                5000, &expected);

    refused(err, ECKID_BULK);
    ck_assert_str_eq(err->detail, "FILE:1: a tag is longer than 64 KiB");
}
END_TEST

static eckid_err_t *refuse_row(void *self, const eckid_bulk_row_t *row, apr_pool_t *p)
{
    ++*(int *)self;
    (void)row;
    return eckid_err_make(p, ECKID_KEY_TAKEN, "%s", "as told");
}

START_TEST(what_the_sink_refuses_ends_the_reading)
{
    bulk_file_t file;
    const eckid_bulk_input_t input = bulk_input(&file, HEAD STUDENTS(ONE ONE) TAIL, 100000);
    int calls = 0;
    const eckid_bulk_sink_t sink = {refuse_row, &calls};
    eckid_bulk_found_t found;
    eckid_err_t *err = eckid_uwlr_read(&found, &input, &expected, &sink, pool);

    refused(err, ECKID_KEY_TAKEN);
    ck_assert_str_eq(err->detail, "as told");
    ck_assert_int_eq(calls, 1);
}
END_TEST

UNIT_SUITE(uwlr)
{
    Suite *suite = suite_create("uwlr");
    TCase *tcase = unit_case(suite, "uwlr");

    tcase_add_loop_test(tcase, people_are_found_in_any_pieces, 0, COUNT(good));
    tcase_add_test(tcase, that_nothing_has_changed_is_told);
    tcase_add_loop_test(tcase, school_and_year_must_be_the_expected_ones, 0, COUNT(schools));
    tcase_add_loop_test(tcase, what_is_wrong_is_refused_with_its_line, 0, COUNT(bad));
    tcase_add_loop_test(tcase, a_soap_fault_is_told, 0, COUNT(faults));
    tcase_add_test(tcase, a_tag_without_end_is_refused);
    tcase_add_test(tcase, what_the_sink_refuses_ends_the_reading);
    return suite;
}
