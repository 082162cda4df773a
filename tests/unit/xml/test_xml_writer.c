/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "xml/eckid_xml_writer.h"

START_TEST(what_is_written_is_one_text)
{
    eckid_xml_writer_t writer = eckid_xml_writer(pool);
    xmlNs none = {.href = BAD_CAST "urn:<\"&#38;"},
          ns = {.href = BAD_CAST "u", .prefix = BAD_CAST "b"};
    xmlNode text = {.type = XML_TEXT_NODE, .content = BAD_CAST "<>&'\"\t\n\r\xc3\xa9"};
    xmlNode more = {.type = XML_TEXT_NODE, .content = BAD_CAST "+", .next = &text};
    xmlAttr attr = {.ns = &ns, .name = BAD_CAST "c", .children = &more};
    xmlAttr empty = {.name = BAD_CAST "d"};

    ck_assert_str_eq(eckid_xml_written(&writer).data, "");
    eckid_xml_write(&writer, "<");
    eckid_xml_write_name(&writer, &none, BAD_CAST "a");
    eckid_xml_write_namespace(&writer, &none);
    eckid_xml_write_namespace(&writer, &ns);
    eckid_xml_write_attribute(&writer, &attr);
    eckid_xml_write_attribute(&writer, &empty);
    eckid_xml_write(&writer, ">");
    eckid_xml_write_text(&writer, text.content);
    eckid_xml_write_text(&writer, NULL);
    ck_assert_str_eq(eckid_xml_written(&writer).data,
                     "<a xmlns=\"urn:&lt;&quot;&#38;\" xmlns:b=\"u\" "
                     "b:c=\"+&lt;>&amp;'&quot;&#x9;&#xA;&#xD;\xc3\xa9\" d=\"\">"
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
