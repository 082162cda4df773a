/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_csv.h"
#include "support/bulk.h"

static const eckid_bulk_expected_t expected = {"11ZZ03", "2026-2027"};

static eckid_err_t *read_as(bulk_rows_t *rows, eckid_bulk_found_t *found, const char *text,
                            apr_size_t piece)
{
    bulk_file_t file;
    const eckid_bulk_input_t input = bulk_input(&file, text, piece);
    const eckid_bulk_sink_t sink = bulk_sink(rows);
    apr_array_header_t *wanted = apr_array_make(pool, 2, sizeof(const char *));

    APR_ARRAY_PUSH(wanted, const char *) = "number";
    APR_ARRAY_PUSH(wanted, const char *) = "mail";
    return eckid_csv_read(found, &input, &expected, wanted, strchr(text, ';') ? ';' : ',', &sink,
                          pool);
}

static const struct {
    const char *text, *rows, *kinds;
} good[] = {
    {"number,eckid\n1,e1\n2,\n", "2 student number=1 e1\n3 student number=2", "student"},
    {"number,eckid\r\n1,e1\r\n2,e2", "2 student number=1 e1\n3 student number=2 e2", "student"},
    {"\xef\xbb\xbfnumber;eckid\n1;e1\n", "2 student number=1 e1", "student"},
    {"eckid,name,\"number\",mail\n\"e1\",\"Jan \"\"de\"\" B,\n1\",7,j@b\ne2,,8,\n",
     "2 student number=7 mail=j@b e1\n4 student number=8 e2", "student"},
    {"kind,number,eckid\nemployee,1,e1\nstudent,1,e2\n",
     "2 employee number=1 e1\n3 student number=1 e2", "employee,student"},
    {"school,year,number,eckid\n11zz03,2026-2027,1,e1\n", "2 student number=1 e1", "student"},
    {"number,eckid\n", NULL, "student"},
    {"number,eckid", NULL, "student"},
    {"number,eckid\n\"\",\n", "2 student", "student"},
};

START_TEST(people_are_found_in_any_pieces)
{
    static const apr_size_t pieces[] = {1, 5, 100000};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_bulk_found_t found;
        bulk_rows_t rows;

        ok(read_as(&rows, &found, good[_i].text, pieces[i]));
        ck_assert_pstr_eq(rows.text, good[_i].rows);
        ck_assert_str_eq(apr_array_pstrcat(pool, found.kinds, ','), good[_i].kinds);
    }
}
END_TEST

static const struct {
    const char *text, *detail;
} bad[] = {
    {"", "FILE:1: the file is empty"},
    {"number;mail\n", "FILE:1: the first line has no column eckid; it must name the columns"},
    {"number,eckid;\n",
     "FILE:1: the first line has no column eckid; is ',' the separator (--separator)?"},
    {"number\tmail\n",
     "FILE:1: the first line has no column eckid; is a tab the separator (--separator)?"},
    {"key,eckId\n", "FILE:1: the first line has no column eckid, but one in capitals; write it in "
                    "small letters"},
    {"95312,mail\n", "FILE:1: the first line has no column eckid; it must name the columns"},
    {"Number,eckid\n", "FILE:1: no column of the first line is one that a key is made of"},
    {"number,eckid,number\n", "FILE:1: a column occurs twice"},
    {"number,eckid\n1\n", "FILE:2: fewer fields than the first line"},
    {"number,eckid\n1,e1,\n", "FILE:2: more fields than the first line, or more than 256"},
    {"number,eckid\n1,e1\n\n2,e2\n", "FILE:3: an empty line"},
    {"number,eckid\r\n1,e1\r\n\r\n", "FILE:3: an empty line"},
    {"number,eckid\n1,\"e1", "FILE:2: the file ends within quotes; was it cut off?"},
    {"number,eckid\n1,e\"1\n", "FILE:2: a quote within a field without quotes"},
    {"number,eckid\n1,\"e1\" \n", "FILE:2: something behind a closing quote"},
    {"number,eckid\n1,e1\r2,e2\n", "FILE:2: a carriage return in a line"},
    {"number,eckid\n1,e1\r", "FILE:2: a carriage return in a line"},
    {"number,eckid\n\"a\nb\",e1\n", "FILE:3: a value is too long, or has control characters"},
    {"kind,number,eckid\n,1,e1\n", "FILE:2: a person without kind"},
    {"school,number,eckid\n11ZZ04,1,e1\n", "FILE:2: a person of another school"},
    {"year,number,eckid\n2025-2026,1,e1\n", "FILE:2: a person of another school year"},
};

START_TEST(what_is_wrong_is_refused_with_its_line)
{
    static const apr_size_t pieces[] = {1, 100000};

    for (int i = 0; i < COUNT(pieces); i++) {
        eckid_bulk_found_t found;
        bulk_rows_t rows;
        eckid_err_t *err = read_as(&rows, &found, bad[_i].text, pieces[i]);

        refused(err, ECKID_BULK);
        ck_assert_msg(strcmp(err->detail, bad[_i].detail) == 0, "%s", err->detail);
    }
}
END_TEST

START_TEST(fields_and_columns_are_bounded)
{
    char *filling = apr_palloc(pool, 5001);
    const char *columns = "eckid,number";
    eckid_bulk_found_t found;
    bulk_rows_t rows;

    memset(filling, 'x', 5000);
    filling[5000] = '\0';
    refused(read_as(&rows, &found, apr_pstrcat(pool, "number,eckid\n", filling, ",\n", NULL), 100),
            ECKID_BULK);
    for (int i = 0; i < 255; i++) {
        columns = apr_psprintf(pool, "%s,c%d", columns, i);
    }
    refused(read_as(&rows, &found, columns, 100), ECKID_BULK);
}
END_TEST

START_TEST(a_nul_is_refused)
{
    bulk_file_t file;
    eckid_bulk_input_t input = bulk_input(&file, "eckid,number\n", 100);
    apr_array_header_t *wanted = apr_array_make(pool, 1, sizeof(const char *));
    eckid_bulk_found_t found;
    bulk_rows_t rows;
    const eckid_bulk_sink_t sink = bulk_sink(&rows);

    file.len++;
    APR_ARRAY_PUSH(wanted, const char *) = "number";
    refused(eckid_csv_read(&found, &input, &expected, wanted, ',', &sink, pool), ECKID_BULK);
}
END_TEST

UNIT_SUITE(csv)
{
    Suite *suite = suite_create("csv");
    TCase *tcase = unit_case(suite, "csv");

    tcase_add_loop_test(tcase, people_are_found_in_any_pieces, 0, COUNT(good));
    tcase_add_loop_test(tcase, what_is_wrong_is_refused_with_its_line, 0, COUNT(bad));
    tcase_add_test(tcase, fields_and_columns_are_bounded);
    tcase_add_test(tcase, a_nul_is_refused);
    return suite;
}
