/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "html/eckid_html_foreign.h"
#include "support/oracle.h"

/* Tags that were read, and whether what comes next is foreign. */
static const struct {
    const char *tags;
    bool foreign;
} rows[] = {
    {"", false},
    {"svg", true},
    {"svg g path/ ", true},
    {"svg/", false},
    {"svg -svg", false},
    {"svg svg -svg", true},
    {"svg desc", false},
    {"svg desc -desc", true},
    {"svg desc svg", true},
    {"svg desc svg -desc", true},
    {"svg desc -svg", false},
    {"svg p", false},
    {"svg -p", false},
    {"svg img", false},
    {"svg -img", true},
    {"svg form", true},
    {"svg -form", true},
    {"svg -td", false},
    {"svg td", true},
    {"math mi svg -math", false},
    {"desc title mi", false},
};

START_TEST(tags_lead_in_and_out)
{
    eckid_html_foreign_t foreign = eckid_html_foreign_make(pool);
    char *rest, *tags = apr_pstrdup(pool, rows[_i].tags);

    for (char *tag = apr_strtok(tags, " ", &rest); tag; tag = apr_strtok(NULL, " ", &rest)) {
        bool is_end = *tag == '-', is_self_closing = tag[strlen(tag) - 1] == '/';

        tag[strlen(tag) - is_self_closing] = '\0';
        eckid_html_foreign_follow(&foreign, tag + is_end, is_end, is_self_closing);
    }
    ck_assert(eckid_html_foreign_is(&foreign) == rows[_i].foreign);
}
END_TEST

START_TEST(no_depth_is_too_deep)
{
    eckid_html_foreign_t foreign = eckid_html_foreign_make(pool);

    for (int i = 0; i < 1000; i++) {
        eckid_html_foreign_follow(&foreign, "svg", false, false);
    }
    ck_assert(eckid_html_foreign_is(&foreign));
    eckid_html_foreign_follow(&foreign, "p", false, false);
    ck_assert(!eckid_html_foreign_is(&foreign));
}
END_TEST

/* Pages with svg and math. */
static const char *const pages[] = {
    "<svg><title><input name=a></title></svg><input name=b>",
    "<svg><![CDATA[ <input name=a> ]]></svg><input name=b>",
    "<svg><![CDATA[ ]] ]]]></svg><input name=b>",
    "<svg/><![CDATA[ <input name=a> ]]><input name=b>",
    "<math><mi>x</mi></math><title><input name=a></title><input name=b>",
    "<svg><p></p><textarea><!--</textarea><input name=a>",
    "<div><svg><path></div><script>var a='<!--';</script><input name=a>",
    "<form><svg><path></form><style><!--</style><input name=a>",
    "<svg><desc><style><!--</style></desc></svg><input name=a>",
    "<svg><desc><style><!--</style></desc><style><!--</style>--></style></svg><input name=a>",
    "<svg><foreignObject><title><!--</title></foreignObject></svg><input name=a>",
    "<svg><title><style><!--</style></title></svg><input name=a>",
    "<math><mtext><style><!--</style></mtext><mi/></math><input name=a>",
    "<svg><g><svg><path/></svg></g><![CDATA[<input name=a>]]></svg><input name=b>",
    "<svg><script/><style/></svg><input name=a>",
    "<desc><title><!--</title></desc><input name=a>",
    "<svg><svg></svg><title><input name=a></title></svg><input name=b>",
    "<svg><desc></svg><title><input name=a></title><input name=b>",
    "<svg><desc><svg></desc><desc><title><input name=a></title></desc></svg><input name=b>",
    "<math><mi><svg></svg><title><input name=a></title></mi></math><input name=b>",
};

START_TEST(sees_what_gumbo_sees)
{
    oracle_check_pieces(pages[_i]);
}
END_TEST

UNIT_SUITE(html_foreign)
{
    Suite *suite = suite_create("html_foreign");
    TCase *tcase = unit_case(suite, "html_foreign");

    tcase_add_loop_test(tcase, tags_lead_in_and_out, 0, COUNT(rows));
    tcase_add_test(tcase, no_depth_is_too_deep);
    tcase_add_loop_test(tcase, sees_what_gumbo_sees, 0, COUNT(pages));
    return suite;
}
