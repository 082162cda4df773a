/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <apr_strings.h>

#include "html/eckid_html.h"
#include "support/oracle.h"

/* Pages on which gumbo and the tokenizer must see the same controls. */
static const char *const pages[] = {
    "<input name=a value=b>",
    "<INPUT NAME=a VALUE='b'>",
    "<input value=\"b\" name=\"a\"/>",
    "<input name = a value = \"b c\" >",
    "<input\nname\n=\n\"a\"\nvalue='b'\n>",
    "<input name=a name=c value=b value=d>",
    "<input name='a'value=\"b\">",
    "<input name=a value=b/>",
    "<input name=a value=b />",
    "<input/name=a/value=b>",
    "<input name value=b>",
    "<input =name=a value=b>",
    "<input name=a value=>",
    "<input name=a value=''>",
    "<input name=a value=a&#43;b&#x2B;&plus;c>",
    "<input name=a value='x>y'>",
    "<input name=a value=\"x'y\"><input name=b>",
    "<input name=\"a<b\" value=c>",
    "<input name=a\"b value=c>",
    "<!-- <input name=a> --><input name=b>",
    "<!--><input name=a>-->",
    "<!---><input name=a>-->",
    "<!-- --!><input name=a>",
    "<!-- a -- b --><input name=a>",
    "<!-- <!-- --><input name=a>",
    "<!-- <!--> <input name=a>",
    "<!--->--><input name=a>",
    "<!--a--!--><input name=a>",
    "<!-- unclosed <input name=a>",
    "<!x <input name=a><input name=b>",
    "<?x <input name=a><input name=b>",
    "</ <input name=a><input name=b>",
    "</><input name=a>",
    "<![CDATA[ <input name=a> ]]><input name=b>",
    "<!DOCTYPE html PUBLIC \"a>b\"><input name=a>",
    "<!doctype html><input name=a>",
    "a < b <input name=a>",
    "<<input name=a>",
    "<3 <input name=a>",
    "<input name=a value=\"b",
    "<input name=a value=b><inpu",
    "<inputs name=a><inpu name=b><input name=c>",
    "<input name=a\tvalue=b\f><input name=d\rvalue=e>",
    "<button name=a value=b>x</button><select name=c><option></select>",
    "<table><form><tr><input name=a></table>",
    "<a href=x><a href=y><input name=a></a>",
    "<input name=SAMLResponse value=\"PHNh\nbWw+\n\">",
    "<p title='</p><input name=a>'><input name=b>",
    "<div <input name=a>><input name=b>",
};

START_TEST(sees_what_gumbo_sees)
{
    oracle_check_pieces(pages[_i]);
}
END_TEST

/* Words that the states of the standard turn on, put together at random. Gumbo builds a tree, in
 * which some tags are dropped; so only those are used that are never. */
static const char *const words[] = {
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "-",
    "--",
    "!",
    "?",
    "a",
    "<!--",
    "-->",
    "--!>",
    "<script>",
    "</script>",
    "<script",
    "</script",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<style>",
    "</style>",
    "<input name=",
    "<input value='x' name=\"",
    "<input ",
    "name",
    "value",
    "&amp;",
    "&#43;",
    "]]>",
    "<![CDATA[",
    "<p>",
    "<div ",
    "</div>",
    "<!doctype ",
};

/* How many sequences of random pages there are; the number of each is its seed. */
#define SEEDS 40

START_TEST(sees_what_gumbo_sees_on_random_pages)
{
    srand((unsigned)_i);
    for (int round = 0; round < 50; round++) {
        const char *text = "<body>";

        for (int n = rand() % 30; n >= 0; n--) {
            text = apr_pstrcat(pool, text, words[rand() % COUNT(words)], NULL);
        }
        oracle_check(text, 7);
    }
}
END_TEST

typedef struct seen_t {
    apr_off_t from, value_from, value_to;
    int count;
} seen_t;

static eckid_err_t *note(void *self, const eckid_html_tag_t *tag)
{
    seen_t *seen = self;
    const eckid_html_attr_t *value = eckid_html_attr(tag, "value");

    seen->count++;
    seen->from = tag->from;
    seen->value_from = value ? value->from : -1;
    seen->value_to = value ? value->to : -1;
    return NULL;
}

static const char *const input_only[] = {"input", NULL};

static const char *const value_spellings[] = {"\"b c\"", "'b c'", "bc"};

START_TEST(positions_are_those_of_the_source)
{
    const char *before = "<p>\xc3\xa9<input name=x", *text;
    seen_t seen = {0};
    eckid_html_t *html = eckid_html_make(input_only, 1000, note, &seen, pool);

    text = apr_pstrcat(pool, before, " value=", value_spellings[_i], ">", NULL);
    ok(eckid_html_feed(html, str(text)));
    ck_assert_int_eq((int)seen.from, 5);
    ck_assert_int_eq((int)seen.value_from, (int)(strlen(before) + strlen(" value=")));
    ck_assert_int_eq((int)seen.value_to, (int)(strlen(text) - 1));
}
END_TEST

START_TEST(settled_stands_before_a_tag_that_is_not_complete)
{
    seen_t seen = {0};
    eckid_html_t *html = eckid_html_make(input_only, 1000, note, &seen, pool);

    ok(eckid_html_feed(html, str("abc<inp")));
    ck_assert_int_eq((int)eckid_html_settled(html), 3);
    ck_assert(eckid_html_within_tag(html));
    ok(eckid_html_feed(html, str("ut name=\"a\"")));
    ck_assert_int_eq((int)eckid_html_settled(html), 3);
    ok(eckid_html_feed(html, str("><im")));
    ck_assert_int_eq((int)eckid_html_settled(html), 19);
    ok(eckid_html_feed(html, str("g src='")));
    ck_assert_int_eq((int)eckid_html_settled(html), 29);
    ck_assert(!eckid_html_within_tag(html));
    ck_assert_int_eq(seen.count, 1);
}
END_TEST

START_TEST(a_wanted_tag_that_is_too_long_is_refused)
{
    seen_t seen = {0};
    eckid_html_t *html = eckid_html_make(input_only, 100, note, &seen, pool);
    char *spaces = apr_pcalloc(pool, 201);

    memset(spaces, ' ', 200);
    ok(eckid_html_feed(html, str(apr_pstrcat(pool, "<img", spaces, ">", spaces, NULL))));
    refused(eckid_html_feed(html, str(apr_pstrcat(pool, "<input", spaces, NULL))), ECKID_TOO_LONG);
}
END_TEST

START_TEST(a_wanted_tag_with_too_many_attributes_is_refused)
{
    seen_t seen = {0};
    eckid_html_t *html = eckid_html_make(input_only, 100000, note, &seen, pool);

    ok(eckid_html_feed(html, str("<input")));
    for (int i = 0; i < ECKID_HTML_ATTRS_MAX; i++) {
        ok(eckid_html_feed(html, str(" a=b")));
    }
    refused(eckid_html_feed(html, str(" a=b")), ECKID_TOO_LONG);
}
END_TEST

START_TEST(a_megabyte_of_nested_tags_is_no_trouble)
{
    apr_size_t len = 1024 * 1024;
    char *page = apr_palloc(pool, len);
    seen_t seen = {0};
    eckid_html_t *html = eckid_html_make(input_only, len, note, &seen, pool);

    for (apr_size_t i = 0; i < len; i++) {
        page[i] = "<div>"[i % 5];
    }
    ok(eckid_html_feed(html, eckid_bytes(page, len)));
    ok(eckid_html_feed(html, str("v><input>")));
    ck_assert_int_eq(seen.count, 1);
}
END_TEST

UNIT_SUITE(html)
{
    Suite *suite = suite_create("html");
    TCase *tcase = unit_case(suite, "html");

    tcase_add_loop_test(tcase, sees_what_gumbo_sees, 0, COUNT(pages));
    tcase_add_loop_test(tcase, sees_what_gumbo_sees_on_random_pages, 0, SEEDS);
    tcase_add_loop_test(tcase, positions_are_those_of_the_source, 0, COUNT(value_spellings));
    tcase_add_test(tcase, settled_stands_before_a_tag_that_is_not_complete);
    tcase_add_test(tcase, a_wanted_tag_that_is_too_long_is_refused);
    tcase_add_test(tcase, a_wanted_tag_with_too_many_attributes_is_refused);
    tcase_add_test(tcase, a_megabyte_of_nested_tags_is_no_trouble);
    return suite;
}
