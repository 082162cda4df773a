/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "html/eckid_form.h"

static const eckid_form_t *read_form(const char *page)
{
    const eckid_form_t *form;

    ok(eckid_form_read(&form, str(page), pool));
    return form;
}

static const eckid_form_field_t *only_field(const char *page)
{
    const eckid_form_t *form = read_form(page);

    ck_assert_int_eq(form->fields->nelts, 1);
    return &APR_ARRAY_IDX(form->fields, 0, eckid_form_field_t);
}

typedef struct row_t {
    const char *page, *action, *value;
} row_t;

static const row_t rows[] = {
    {"<form action='https://a/acs'><input name=SAMLResponse value=PHg+></form>", "https://a/acs",
     "PHg+"},
    {"<FORM ACTION=\" https://a/acs?x=1&amp;y=2 \"><INPUT TYPE=hidden VALUE=\"PHg&#43;\" "
     "NAME=\"SAMLResponse\"></FORM>",
     "https://a/acs?x=1&y=2", "PHg+"},
    {"<form action=b></form><form action=c><input name=SAMLResponse value=x>", "c", "x"},
    {"<form action=b><form action=c><input name=SAMLResponse value=x>", "b", "x"},
    {"<form action=b></form><input name=SAMLResponse value=x>", NULL, "x"},
    {"<form id=f action=b></form><input form=f name=SAMLResponse value=x>", "b", "x"},
    {"<form action=b><input form=g name=SAMLResponse value=x>", NULL, "x"},
    {"<input form=f name=SAMLResponse value=x><form id=f action=b></form>", "b", "x"},
    {"<table><form action=b><tr><td><input name=SAMLResponse value=x></table>", "b", "x"},
    {"<form><input name=SAMLResponse value=x>", NULL, "x"},
    {"<form action=''><input name=SAMLResponse value=x>", "", "x"},
    {"<form action=b><input name=samlresponse value=x>", "b", "x"},
    {"<form action=b><input name='&#83;AMLResponse' value=x>", "b", "x"},
    {"<form action=b><input name=SAMLResponse>", "b", NULL},
};

START_TEST(the_field_and_its_form)
{
    const eckid_form_field_t *field = only_field(rows[_i].page);

    ck_assert_int_eq(field->kind, ECKID_FORM_RESPONSE);
    ck_assert(field->is_input);
    ck_assert_pstr_eq(field->action, rows[_i].action);
    ck_assert_pstr_eq(field->value.data, rows[_i].value);
}
END_TEST

/* Ways to spell a name of which a quick look sees nothing. */
static const char *const spelled[] = {
    "SAML&#x52;esponse", "saml&#82esponse",   "SAMLRESPONSE", "WResult",  "id_TOKEN",
    "id&lowbar;token",   "ID&UnderBar;Token", "samlART",      "Response", "access_token",
};

START_TEST(a_name_is_seen_however_it_is_spelled)
{
    const char *page = apr_pstrcat(pool, "<input value=x name=", spelled[_i], ">", NULL);

    ck_assert_pstr_eq(only_field(page)->value.data, "x");
    ck_assert_pstr_eq(only_field(apr_pstrcat(pool, "ppmw_#b", page, NULL))->value.data, "x");
}
END_TEST

START_TEST(a_page_without_any_name_is_not_read)
{
    ck_assert_int_eq(read_form("<form action=a><input name=token>")->actions->nelts, 0);
    ck_assert_int_eq(read_form("<p title='it ends")->fields->nelts, 0);
}
END_TEST

static const char *const none[] = {
    "",
    "<p>SAMLResponse</p>",
    "<form action=b><input name=RelayState value=x></form>",
    "<!-- <input name=SAMLResponse value=x> -->",
    "<script>document.write('<input name=SAMLResponse value=x>')</script>",
    "<textarea><input name=SAMLResponse value=x></textarea>",
    "<input name='SAMLResponse ' value=x>",
    "<input title=SAMLResponse value=x>",
};

START_TEST(what_only_looks_like_a_field_is_none)
{
    ck_assert_int_eq(read_form(none[_i])->fields->nelts, 0);
}
END_TEST

static const char *const other_controls[] = {"<textarea name=SAMLResponse>x</textarea>",
                                             "<button name=SAMLResponse value=x>",
                                             "<select name=SAMLResponse><option>x</select>"};

START_TEST(other_controls_are_seen_and_are_no_input)
{

    ck_assert(!only_field(other_controls[_i])->is_input);
}
END_TEST

START_TEST(other_kinds_are_told_apart)
{
    const eckid_form_t *form = read_form("<input name=SAMLart><input name=wresult><input "
                                         "name=SigAlg><input name=Signature>");

    ck_assert_int_eq(form->fields->nelts, 3);
    ck_assert_int_eq(APR_ARRAY_IDX(form->fields, 0, eckid_form_field_t).kind, ECKID_FORM_ARTIFACT);
    ck_assert_int_eq(APR_ARRAY_IDX(form->fields, 1, eckid_form_field_t).kind, ECKID_FORM_WRESULT);
    ck_assert_int_eq(APR_ARRAY_IDX(form->fields, 2, eckid_form_field_t).kind,
                     ECKID_FORM_SIMPLESIGN);
}
END_TEST

START_TEST(every_action_of_the_page_is_known)
{
    const eckid_form_t *form = read_form("<form action=a><button formaction=b></form><form "
                                         "action=c><input type=submit formaction=d> SAMLResponse");
    const char *all = "";

    for (int i = 0; i < form->actions->nelts; i++) {
        all = apr_pstrcat(pool, all, APR_ARRAY_IDX(form->actions, i, const char *), NULL);
    }
    ck_assert_str_eq(all, "abcd");
}
END_TEST

START_TEST(links_that_carry_a_message_are_known)
{
    const eckid_form_t *form =
        read_form("<a href='https://a/?SAMLResponse=x'><meta http-equiv=refresh "
                  "content='0;url=https://a/?SAMLart=x'><area href='?x&amp;wresult=y'><a href=x>");

    ck_assert_int_eq(form->links->nelts, 3);
    form = read_form("<iframe src='?SAMLart=x'></iframe><frame src='?SAMLart=x'><form "
                     "action='?SAMLart=x'><button formaction='?SAMLart=x'></form><meta "
                     "content=x href='?SAMLart=x'><iframe src=x></iframe>");
    ck_assert_int_eq(form->links->nelts, 5);
}
END_TEST

START_TEST(a_page_that_ends_within_a_tag_is_refused)
{
    const eckid_form_t *form;

    refused(eckid_form_read(&form, str("<form><input name=SAMLResponse value=\"PHg"), pool),
            ECKID_TRUNCATED);
}
END_TEST

/* What a browser that reads it otherwise may have seen a form in. */
static const char *const unfinished[] = {
    "<script>var r={\"relay\":\"<!--<script>\"};</script><form>",
    "<!-- <form>",
    "<!--",
    "<script>",
    "<script><!-- x -",
    "<textarea><form>",
    "<title></titl",
    "<plaintext><form>",
    "<svg><![CDATA[<form>]]",
    "<noscript><!-- </noscript><form>",
    "<select><style></select><form>",
    "<iframe src=x />",
};

START_TEST(a_page_that_ends_within_text_is_refused)
{
    static const char *const words[] = {" wresult ", "SAMLResponse", "<p>SAMLart</p>", "id_token"};
    const eckid_form_t *form;

    for (int i = 0; i < COUNT(words); i++) {
        bool after = i == 0;
        const char *page =
            apr_pstrcat(pool, after ? "" : words[i], unfinished[_i], after ? words[i] : "", NULL);
        eckid_form_reader_t *reader = eckid_form_reader(1000, pool);

        refused(eckid_form_read(&form, str(page), pool), ECKID_TRUNCATED);
        while (*page) {
            ok(eckid_form_feed(reader, eckid_bytes(page++, 1)));
        }
        refused(eckid_form_end(&form, reader), ECKID_TRUNCATED);
    }
    read_form(unfinished[_i]); /* no field is named: a script without type, for one */
}
END_TEST

/* Untyped bodies may be anything, and are no pages cut short for that. */
static const char *const finished[] = {"<p",  "x</",  "<div class='", "<!x",
                                       "<?x", "a < ", "1<",           "<!"};

START_TEST(other_ends_are_none_of_its_business)
{
    const char *page = apr_pstrcat(pool, finished[_i], " ", NULL);

    ck_assert_int_eq(read_form(page)->fields->nelts, 0);
}
END_TEST

START_TEST(a_byte_order_mark_of_utf16_is_refused_whatever_the_pieces)
{
    eckid_form_reader_t *whole = eckid_form_reader(1000, pool),
                        *pieces = eckid_form_reader(1000, pool);

    refused(eckid_form_feed(whole, str("\xFE\xFFx")), ECKID_CODING);
    ok(eckid_form_feed(pieces, str("\xFF")));
    refused(eckid_form_feed(pieces, str("\xFE")), ECKID_CODING);
}
END_TEST

START_TEST(forms_without_end_are_refused)
{
    eckid_form_reader_t *reader = eckid_form_reader(1000, pool);
    eckid_err_t *err = NULL;

    for (int i = 0; i < 2 * ECKID_FORM_MAX && !err; i++) {
        err = eckid_form_feed(reader, str("<form action=a></form>"));
    }
    refused(err, ECKID_FIELDS);
}
END_TEST

static const row_t swaps[] = {
    {"<p><input name=SAMLResponse value=\"old\"></p>", NULL,
     "<p><input name=SAMLResponse value=\"bmV3\"></p>"},
    {"<input value='old' name=SAMLResponse>", NULL, "<input value=\"bmV3\" name=SAMLResponse>"},
    {"<input value=old name=SAMLResponse>", NULL, "<input value=\"bmV3\" name=SAMLResponse>"},
    {"<input name=SAMLResponse value=old/>", NULL, "<input name=SAMLResponse value=\"bmV3\">"},
    {"\xff<input name=SAMLResponse value='o\r\nl&#43;d'>\n", NULL,
     "\xff<input name=SAMLResponse value=\"bmV3\">\n"},
};

START_TEST(only_the_value_changes)
{
    eckid_bytes_t page = str(swaps[_i].page);

    ck_assert_str_eq(eckid_form_swap(page, only_field(page.data), str("bmV3"), pool).data,
                     swaps[_i].value);
}
END_TEST

/* Each field that has a name: the name, and its tag. */
static const struct {
    const char *page, *name, *tag, *quoted;
    bool is_button, is_posted;
} named[] = {
    {"<form method=POST><input name=a value=b><p>", "a", "<input name=a value=b>", "a", false,
     true},
    {"<p><INPUT NAME='&#97;b' type=Submit>", "ab", "<INPUT NAME='&#97;b' type=Submit>", "'&#97;b'",
     true, false},
    {"<form><button value=x name = \"c\">", "c", "<button value=x name = \"c\">", "\"c\"", true,
     false},
    {"<form method=get><textarea name=d>x</textarea>", "d", "<textarea name=d>", "d", false, false},
    {"<input name=e/>", "e/", "<input name=e/>", "e/", false, false},
    {"<form id=f method=post></form><select form=f name=g>", "g", "<select form=f name=g>", "g",
     false, true},
};

START_TEST(all_fields_with_a_name)
{
    const char *page = named[_i].page;
    const eckid_form_t *form;

    ok(eckid_form_read_all(&form, str(page), pool));
    ck_assert_int_eq(form->fields->nelts, 1);
    const eckid_form_field_t *field = &APR_ARRAY_IDX(form->fields, 0, eckid_form_field_t);

    ck_assert_str_eq(field->name, named[_i].name);
    ck_assert_int_eq(field->kind, ECKID_FORM_OTHER);
    ck_assert(field->is_button == named[_i].is_button && field->is_posted == named[_i].is_posted);
    ck_assert_int_eq(field->tag_to - field->tag_from, (apr_off_t)strlen(named[_i].tag));
    ck_assert_int_eq(strncmp(page + field->tag_from, named[_i].tag, strlen(named[_i].tag)), 0);
    ck_assert_int_eq(field->name_to - field->name_from, (apr_off_t)strlen(named[_i].quoted));
    ck_assert_int_eq(strncmp(page + field->name_from, named[_i].quoted, strlen(named[_i].quoted)),
                     0);
    ck_assert_int_eq(read_form(page)->fields->nelts, 0);
}
END_TEST

/* Pages, and whether they may have an answer. */
static const struct {
    const char *page;
    bool may;
} answers[] = {
    {"<input name=code>", true},
    {"<input name=\"code\" value=x>", true},
    {"<input name = 'code'/>", true},
    {"<input name=\n code\nvalue=x>", true},
    {"<input name=&#99;ode>", true},
    {"<input name=error>", true},
    {"<a href='https://a.example/?code&equals;1'>", true},
    {"<a href='https://a.example/?x&code=1'>", true},
    {"<a href='https://a.example/?error=1'>", true},
    {"<a href='https://a.example/?%63ode=1'>", true},
    {"<a href='https://a.example/?err%6Fr=1'>", true},
    {"<a href='https://a.example/?&percnt;63ode=1'>", true},
    {"<a href='https://a.example/?x=%2F%61%62%6E%73%'>", false},
    {"<a href='?response_type=code&state=x'>code-behind, error.</a>", false},
    {"<input name=coder><input name=barcode><p class='error-text'>", false},
    {"code", false},
    {"", false},
};

START_TEST(whether_a_page_may_have_an_answer)
{
    ck_assert(eckid_form_may_answer(str(answers[_i].page)) == answers[_i].may);
}
END_TEST

START_TEST(a_page_is_edited_at_several_places)
{
    apr_array_header_t *edits = apr_array_make(pool, 2, sizeof(eckid_form_edit_t));

    ck_assert_str_eq(eckid_form_edit(str("abcdef"), edits, pool).data, "abcdef");
    APR_ARRAY_PUSH(edits, eckid_form_edit_t) = (eckid_form_edit_t){0, 1, str("")};
    APR_ARRAY_PUSH(edits, eckid_form_edit_t) = (eckid_form_edit_t){2, 4, str("xyz")};
    APR_ARRAY_PUSH(edits, eckid_form_edit_t) = (eckid_form_edit_t){6, 6, str("g")};
    ck_assert_str_eq(eckid_form_edit(str("abcdef"), edits, pool).data, "bxyzefg");
}
END_TEST

UNIT_SUITE(form)
{
    Suite *suite = suite_create("form");
    TCase *tcase = unit_case(suite, "form");

    tcase_add_loop_test(tcase, the_field_and_its_form, 0, COUNT(rows));
    tcase_add_loop_test(tcase, a_name_is_seen_however_it_is_spelled, 0, COUNT(spelled));
    tcase_add_test(tcase, a_page_without_any_name_is_not_read);
    tcase_add_loop_test(tcase, what_only_looks_like_a_field_is_none, 0, COUNT(none));
    tcase_add_loop_test(tcase, other_controls_are_seen_and_are_no_input, 0, COUNT(other_controls));
    tcase_add_test(tcase, other_kinds_are_told_apart);
    tcase_add_test(tcase, every_action_of_the_page_is_known);
    tcase_add_test(tcase, links_that_carry_a_message_are_known);
    tcase_add_test(tcase, a_page_that_ends_within_a_tag_is_refused);
    tcase_add_loop_test(tcase, a_page_that_ends_within_text_is_refused, 0, COUNT(unfinished));
    tcase_add_loop_test(tcase, other_ends_are_none_of_its_business, 0, COUNT(finished));
    tcase_add_test(tcase, a_byte_order_mark_of_utf16_is_refused_whatever_the_pieces);
    tcase_add_test(tcase, forms_without_end_are_refused);
    tcase_add_loop_test(tcase, only_the_value_changes, 0, COUNT(swaps));
    tcase_add_loop_test(tcase, all_fields_with_a_name, 0, COUNT(named));
    tcase_add_loop_test(tcase, whether_a_page_may_have_an_answer, 0, COUNT(answers));
    tcase_add_test(tcase, a_page_is_edited_at_several_places);
    return suite;
}
