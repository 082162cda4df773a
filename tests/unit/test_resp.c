/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_resp.h"

START_TEST(a_command_is_an_array_of_its_words)
{
    const eckid_bytes_t words[] = {str("SET"), eckid_bytes("a\r\nb\0c", 6), str("")};
    static const char expected[] = "*3\r\n$3\r\nSET\r\n$6\r\na\r\nb\0c\r\n$0\r\n\r\n";
    eckid_bytes_t command = eckid_resp_command(words, 3, pool);

    ck_assert_uint_eq(command.len, sizeof(expected) - 1);
    ck_assert_mem_eq(command.data, expected, command.len);
}
END_TEST

typedef struct row_t {
    const char *answer;
    eckid_resp_state_t state;
    const char *value; /* NULL: none */
} row_t;

static const row_t rows[] = {
    {"+OK\r\n", ECKID_RESP_WHOLE, NULL},
    {":1\r\n", ECKID_RESP_WHOLE, NULL},
    {"$-1\r\n", ECKID_RESP_WHOLE, NULL},
    {"$3\r\nabc\r\n", ECKID_RESP_WHOLE, "abc"},
    {"$4\r\na\r\nb\r\n", ECKID_RESP_WHOLE, "a\r\nb"},
    {"$0\r\n\r\n", ECKID_RESP_WHOLE, ""},
    {"", ECKID_RESP_PARTIAL, NULL},
    {"$", ECKID_RESP_PARTIAL, NULL},
    {"$3\r", ECKID_RESP_PARTIAL, NULL},
    {"$3\r\nab", ECKID_RESP_PARTIAL, NULL},
    {"$3\r\nabc\r", ECKID_RESP_PARTIAL, NULL},
    {"-ERR no\r\n", ECKID_RESP_WRONG, NULL},
    {"*1\r\n$1\r\na\r\n", ECKID_RESP_WRONG, NULL},
    {"$3\r\nabcd\r\n", ECKID_RESP_WRONG, NULL},
    {"$3\r\nabc\r\n+OK\r\n", ECKID_RESP_WRONG, NULL},
    {"$3\r\nabcxx", ECKID_RESP_WRONG, NULL},
    {"+OK\r\n+OK\r\n", ECKID_RESP_WRONG, NULL},
    {"$-1\r\nx", ECKID_RESP_WRONG, NULL},
    {"$-2\r\n", ECKID_RESP_WRONG, NULL},
    {"$ 3\r\nabc\r\n", ECKID_RESP_WRONG, NULL},
    {"$\r\n", ECKID_RESP_WRONG, NULL},
    {"$1025\r\n", ECKID_RESP_WRONG, NULL},
    {"$99999999999999999999\r\n", ECKID_RESP_WRONG, NULL},
    {"\n", ECKID_RESP_WRONG, NULL},
    {"\r\n", ECKID_RESP_WRONG, NULL},
    {"+\n", ECKID_RESP_WRONG, NULL},
    {"HTTP/1.1 400 Bad Request\r\n", ECKID_RESP_WRONG, NULL},
};

START_TEST(what_an_answer_says)
{
    const row_t *row = &rows[_i];
    eckid_bytes_t value = {NULL, 0};

    ck_assert_int_eq(eckid_resp_read(&value, str(row->answer)), row->state);
    ck_assert(!value.data == !row->value);
    if (row->value) {
        ck_assert_uint_eq(value.len, strlen(row->value));
        ck_assert_mem_eq(value.data, row->value, value.len);
    }
}
END_TEST

START_TEST(a_line_without_end_is_wrong)
{
    char text[ECKID_RESP_MAX];
    eckid_bytes_t value;

    memset(text, '+', sizeof(text));
    ck_assert_int_eq(eckid_resp_read(&value, eckid_bytes(text, sizeof(text))), ECKID_RESP_WRONG);
}
END_TEST

Suite *suite_resp(void)
{
    Suite *suite = suite_create("resp");
    TCase *tcase = unit_case(suite, "resp");

    tcase_add_test(tcase, a_command_is_an_array_of_its_words);
    tcase_add_loop_test(tcase, what_an_answer_says, 0, COUNT(rows));
    tcase_add_test(tcase, a_line_without_end_is_wrong);
    return suite;
}
