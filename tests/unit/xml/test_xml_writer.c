/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "xml/eckid_xml_writer.h"

START_TEST(what_is_written_is_one_text)
{
    eckid_xml_writer_t writer = eckid_xml_writer(pool);

    ck_assert_str_eq(eckid_xml_written(&writer).data, "");
    eckid_xml_write(&writer, "<");
    eckid_xml_write_name(&writer, NULL, BAD_CAST "a");
    eckid_xml_write(&writer, " ");
    eckid_xml_write_name(&writer, BAD_CAST "b", BAD_CAST "c");
    eckid_xml_write(&writer, "=\"");
    eckid_xml_write_value(&writer, BAD_CAST "<>&'\"\t\n\r\xc3\xa9");
    eckid_xml_write(&writer, "\">");
    eckid_xml_write_text(&writer, BAD_CAST "<>&'\"\t\n\r\xc3\xa9");
    ck_assert_str_eq(eckid_xml_written(&writer).data,
                     "<a b:c=\"&lt;>&amp;'&quot;&#x9;&#xA;&#xD;\xc3\xa9\">"
                     "&lt;&gt;&amp;'\"\t\n&#xD;\xc3\xa9");
    ck_assert_uint_eq(writer.len, strlen(writer.data));
}
END_TEST

START_TEST(it_grows)
{
    eckid_xml_writer_t writer = eckid_xml_writer(pool);

    for (int i = 0; i < 10000; i++) {
        eckid_xml_write(&writer, "0123456789");
        ck_assert_uint_eq(strlen(writer.data), 10 * (size_t)(i + 1));
    }
    ck_assert(memcmp(writer.data + 99990, "0123456789", 11) == 0);
}
END_TEST

UNIT_SUITE(xml_writer)
{
    Suite *suite = suite_create("xml_writer");
    TCase *tcase = unit_case(suite, "xml_writer");

    tcase_add_test(tcase, what_is_written_is_one_text);
    tcase_add_test(tcase, it_grows);
    return suite;
}
