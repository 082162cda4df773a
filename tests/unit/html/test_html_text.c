/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/oracle.h"

/* Pages with elements whose content is text. */
static const char *const pages[] = {
    "<title><input name=a></title><input name=b>",
    "<textarea name=t><input name=a></textarea><input name=b>",
    "<textarea><input name=a></textareas></textarea ><input name=b>",
    "<textarea></TEXTAREA><input name=b>",
    "<style><input name=a></style><input name=b>",
    "<xmp><input name=a></xmp><input name=b>",
    "<iframe><input name=a></iframe><input name=b>",
    "<noembed><input name=a></noembed><input name=b>",
    "<noframes><input name=a></noframes><input name=b>",
    "<script><input name=a></script><input name=b>",
    "<script></script x='<input name=a>'><input name=b>",
    "<script>'</scr'+'ipt><input name=a>'</script><input name=b>",
    "<script><!-- <input name=a> --></script><input name=b>",
    "<script><!-- <script> </script> <input name=a> --></script><input name=b>",
    "<script><!-- </script><input name=a>",
    "<script><!--<script></script><input name=a></script><input name=b>",
    "<script><!--<script>--><input name=a></script><input name=b>",
    "<script><!--<scripty></script><input name=b>",
    "<script><!-></script><input name=b>",
    "<script><!--></script><input name=b>",
    "<script><!---></script><input name=b>",
    "<script><!--<script </script><input name=a></script><input name=b>",
    "<script><!--<script/</script/><input name=a></script><input name=b>",
    "<script><!-- -<script>- --- --></script><input name=b>",
    "<plaintext><input name=a></plaintext><input name=b>",
};

START_TEST(sees_what_gumbo_sees)
{
    oracle_check_pieces(pages[_i]);
}
END_TEST

UNIT_SUITE(html_text)
{
    Suite *suite = suite_create("html_text");
    TCase *tcase = unit_case(suite, "html_text");

    tcase_add_loop_test(tcase, sees_what_gumbo_sees, 0, COUNT(pages));
    return suite;
}
