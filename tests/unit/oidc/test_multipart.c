/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_multipart.h"

#define TYPE "multipart/form-data; boundary=b"
#define DISPOSITION "Content-Disposition: form-data; name=\"a\""
#define PART "--b\r\n" DISPOSITION "\r\n\r\n"
#define END "\r\n--b--\r\n"
#define CLIENT "--b\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\n"
#define TEN "1111111111"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define LONG HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED

static const struct {
    const char *type, *body, *form;
} readable[] = {
    {TYPE, PART "x" END, "a=x"},
    {TYPE, PART "x\r\n" PART "y" END, "a=x&a=y"},
    {TYPE, PART END, "a="},
    {TYPE, PART "x\r\n--b--", "a=x"},
    {TYPE, "--b--", ""},
    {TYPE, PART "+&=%;\r\n\xC3\xA9" END, "a=%2B%26%3D%25%3B%0D%0A%C3%A9"},
    {"Multipart/Form-Data; Boundary=\"b\"", PART "x" END, "a=x"},
    {TYPE "; charset=UTF-8", PART "x" END, "a=x"},
    {"multipart/form-data; boundary=----W.K'(1)",
     "------W.K'(1)\r\n" DISPOSITION "\r\n\r\nx\r\n------W.K'(1)--", "a=x"},
    /* as Java and .NET write it */
    {TYPE,
     "--b\r\n" DISPOSITION "\r\nContent-Type: text/plain; "
     "charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nx" END,
     "a=x"},
    {TYPE,
     "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; "
     "name=a_b.c\r\n\r\nx" END,
     "a_b.c=x"},
    {TYPE, "--b\r\nCONTENT-LENGTH: 1\r\ncontent-disposition:form-data;name=\"a\"\r\n\r\nx" END,
     "a=x"},
    /* what has no value that could be read */
    {TYPE,
     "--b\r\n" DISPOSITION "; filename=\"my name=x; \xC3\xA9.png\"\r\nContent-Type: image/png"
     "\r\n\r\n\x89PNG\r\n\xFF\r\n" PART "x" END,
     "a=%00&a=x"},
    {TYPE, "--b\r\n" DISPOSITION "\r\nContent-Type: application/json\r\n\r\n{}" END, "a=%00"},
    {TYPE,
     "--b\r\n" DISPOSITION "\r\nContent-Type: text/plain; charset=utf-7; x=utf-8\r\n\r\nx" END,
     "a=%00"},
    {TYPE, "--b\r\n" DISPOSITION "\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nx" END,
     "a=%00"},
};

START_TEST(what_clients_write_is_read)
{
    eckid_bytes_t form;

    ck_assert(eckid_multipart_form(&form, readable[_i].type, str(readable[_i].body), pool));
    ck_assert_str_eq(form.data, readable[_i].form);
}
END_TEST

static const struct {
    const char *type, *body;
} unusual[] = {
    {"multipart/mixed; boundary=b", PART "x" END},
    {"multipart/form-data", PART "x" END},
    {"multipart/form-data; boundary=", "--\r\n" DISPOSITION "\r\n\r\nx\r\n----"},
    {TYPE "; boundary=c", PART "x" END},
    {TYPE "; x=/json", PART "x" END},
    {"multipart/form-data; boundary=\"b;c\"", PART "x" END},
    {"multipart/form-data; boundary=\"b", PART "x" END},
    /* what is before, between or behind */
    {TYPE, ""},
    {TYPE, "x\r\n" PART "x" END},
    {TYPE, "\r\n" PART "x" END},
    {TYPE, PART "x" END "y"},
    {TYPE, PART "x"},
    {TYPE, PART "x\r\n--b"},
    {TYPE, PART "x\r\n--b \r\n" DISPOSITION "\r\n\r\ny" END},
    {TYPE, PART "x\r\n--bc" END},
    {TYPE, "--b\n" DISPOSITION "\n\nx\n--b--"},
    {TYPE, "--b\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "\r\nx" END},
    /* fields */
    {TYPE, "--b\r\n" DISPOSITION "\r\n" DISPOSITION "\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "; filename=f\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "; filename=\"f\"; name=\"c\"\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "; filename=\"f\\\"\"\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION ";\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "; name=c\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data; name*=UTF-8''a\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data; name=\"a%20b\"\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data; name=\"_charset_\"\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "\r\nContent-Transfer-Encoding: base64\r\n\r\nx" END},
    {TYPE, "--b\r\n" DISPOSITION "\r\nX: y\r\n\r\nx" END},
    /* what other servers end where we do not: at a bare LF, a comma, a length, another "boundary"
     */
    {TYPE, PART "y\n" CLIENT "books" END},
    {TYPE, "--b\r\nContent-Length: 1\nX: y\r\n" DISPOSITION "\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Type: text/plain; a=b\nX: y\r\n" DISPOSITION "\r\n\r\nx" END},
    {TYPE, "--b\r\nContent-Length: " LONG "\r\n" DISPOSITION "\r\n\r\nx" END},
    {TYPE "; boundary=charset=c", PART "x" END},
    {"multipart/form-data; charset=utf-8boundary=c; boundary=b", PART "x" END},
    {"multipart/form-data; boundary=b,c", "--b,c\r\n" DISPOSITION "\r\n\r\nx\r\n--b,c--"},
};

START_TEST(what_servers_may_read_otherwise_is_not)
{
    eckid_bytes_t form;

    ck_assert(!eckid_multipart_form(&form, unusual[_i].type, str(unusual[_i].body), pool));
}
END_TEST

UNIT_SUITE(multipart)
{
    Suite *suite = suite_create("multipart");
    TCase *tcase = unit_case(suite, "multipart");

    tcase_add_loop_test(tcase, what_clients_write_is_read, 0, COUNT(readable));
    tcase_add_loop_test(tcase, what_servers_may_read_otherwise_is_not, 0, COUNT(unusual));
    return suite;
}
