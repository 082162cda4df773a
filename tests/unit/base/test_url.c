/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <stdlib.h>

#include "base/eckid_url.h"

typedef struct normal_t {
    const char *url, *normal;
} normal_t;

static const normal_t normals[] = {
    {"https://books.example/acs", "https://books.example/acs"},
    {"HTTPS://Books.EXAMPLE/acs", "https://books.example/acs"},
    {"https://books.example:443/acs", "https://books.example/acs"},
    {"http://books.example:80/acs", "http://books.example/acs"},
    {"https://books.example:8443/acs", "https://books.example:8443/acs"},
    {"https://books.example", "https://books.example/"},
    {"https://user:secret@books.example/acs", "https://books.example/acs"},
    {"https://books.example/a/../acs", "https://books.example/acs"},
    {"https://books.example/./acs", "https://books.example/acs"},
    {"https://books.example/%61cs", "https://books.example/acs"},
    {"https://books.example/acs?a=1#b", "https://books.example/acs?a=1"},
    {"https://books.example/ACS", "https://books.example/ACS"},
    {"/acs", NULL},
    {"", NULL},
    {"//books.example/acs", "https://books.example/acs"},
    {"https://books.example./acs", "https://books.example/acs"},
    {"https://books.example../acs", "https://books.example/acs"},
    {"https:\\\\books.example\\acs?a\\b", "https://books.example/acs?a\\b"},
    {"https:books.example/acs", "https://books.example/acs"},
    {"https:////books.example/acs", "https://books.example/acs"},
    {"\\/books.example/acs", "https://books.example/acs"},
    {" https://books.exa\tmple/a\ncs \r", "https://books.example/acs"},
    {"javascript:alert(1)", NULL},
    {"ftp://books.example/acs", NULL},
    {"https://books.example/a b", NULL},
    {"https://books.example/%00", NULL},
};

START_TEST(normal_form)
{
    const char *normal = eckid_url_normal(normals[_i].url, pool);

    if (normals[_i].normal) {
        ck_assert_pstr_eq(normal, normals[_i].normal);
        ck_assert_pstr_eq(eckid_url_normal(normal, pool), normal);
    }
    else {
        ck_assert_msg(!normal, "%s became %s", normals[_i].url, normal);
    }
}
END_TEST

typedef struct parameter_t {
    const char *url;
    int count;
    const char *value;
} parameter_t;

static const parameter_t parameters[] = {
    {"https://a/?SAMLResponse=x%2By", 1, "x+y"},
    {"https://a/?b=1&SAMLResponse=x", 1, "x"},
    {"https://a/#SAMLResponse=x", 1, "x"},
    {"https://a/?b=1;SAMLResponse=x", 1, "x"},
    {"https://a/?%53AMLResponse=x", 1, "x"},
    {"https://a/?SAMLResponse=x&SAMLResponse=y", 2, "x"},
    {"https://a/?SAMLResponse", 1, ""},
    {"https://a/?SAMLResponse=", 1, ""},
    {"https://a/SAMLResponse=x", 0, ""},
    {"https://a/?aSAMLResponse=x", 0, ""},
    {"", 0, ""},
};

START_TEST(parameter_value_and_count)
{
    eckid_bytes_t value = str("");

    ck_assert_int_eq(eckid_url_parameter(&value, parameters[_i].url, "SAMLResponse", pool),
                     parameters[_i].count);
    ck_assert_str_eq(value.data, parameters[_i].value);
}
END_TEST

static const normal_t hosts[] = {
    {"https://BOOKS.example/acs", "books.example"},
    {"https://Books.example./acs?a b", "books.example"},
    {"http://user@books.example:8443", "books.example"},
    {"https://b%6Foks.example/", "books.example"},
    {"//books.example?x", "books.example"},
    {"https:/\\books.example#x", "books.example"},
    {"https://books.example/%00", "books.example"},
    {"/books.example", NULL},
    {"books.example", NULL},
    {"https://", NULL},
    {"https://books.example:443", "books.example"},
    {"https://books.example:99999/", NULL},
    {"https://books.example./", "books.example"},
    {"https://b00ks.example\\x", "b00ks.example"},
    {"https://.", NULL},
    {"", NULL},
};

START_TEST(the_host_alone)
{
    ck_assert_pstr_eq(eckid_url_host(hosts[_i].url, pool), hosts[_i].normal);
}
END_TEST

#define SEEDS 20

/* Pieces of authorities, put together at random; the number of each sequence is its seed. */
static const char *const pieces[] = {"a",     "b-c",   ".", "0",  "12",   "0x7f", ":",
                                     "65535", "65536", "@", "%",  "%41",  "/",    "?",
                                     "#",     "\\",    " ", "\t", "xn--", "Z",    "_"};

/* The normal form is libcurl's alone. */
START_TEST(hosts_of_random_urls_are_as_libcurl_has_them)
{
    srand((unsigned)_i);
    for (int round = 0; round < 500; round++) {
        char *url = apr_pstrdup(pool, round % 2 ? "https://" : "http://");

        for (int n = rand() % 6; n >= 0; n--) {
            url = apr_pstrcat(pool, url, pieces[rand() % COUNT(pieces)], NULL);
        }
        const char *normal = eckid_url_normal(url, pool);

        if (normal) {
            const char *host = strstr(normal, "://") + 3;

            host = apr_pstrmemdup(pool, host, strcspn(host, ":/"));
            ck_assert_pstr_eq(eckid_url_host(url, pool), host);
        }
    }
}
END_TEST

static const normal_t refreshes[] = {
    {"0;url=https://a/", "https://a/"},
    {"0; URL = 'https://a/", "https://a/"},
    {" 1.5 , https://a/", "https://a/"},
    {"0;https://a/", "https://a/"},
    {"url=https://a/", "https://a/"},
    {"5", NULL},
    {"", NULL},
    {"0;url=\"https://a/", "https://a/"},
    {"0;urls", "urls"},
};

START_TEST(the_url_of_a_refresh)
{
    ck_assert_pstr_eq(eckid_url_refresh(refreshes[_i].url), refreshes[_i].normal);
}
END_TEST

typedef struct dots_t {
    const char *url;
    bool dots;
} dots_t;

static const dots_t dots[] = {
    {"", false},           {"/a/b", false},       {"/a/..", true},   {"/a/../b", true},
    {"/./a", true},        {"/.", true},          {"/a/...", false}, {"/..a/a../.a/a.", false},
    {"/a/%2e%2E/b", true}, {"/a/.%2e", true},     {"/%2E", true},    {"/a?b=/../c", false},
    {"/a/..?b", true},     {"/%2e%2e%2e", false}, {"/%2", false},    {"//", false},
};

START_TEST(segments_of_dots)
{
    ck_assert_msg(eckid_url_has_dots(dots[_i].url) == dots[_i].dots, "%s", dots[_i].url);
}
END_TEST

START_TEST(what_can_stand_in_a_path_and_a_query)
{
    static const char *const bad[] = {"/a b", "/a#b", "/%",   "/%a", "/%zz",      "/\n",
                                      "/{a}", "/\"",  "/[1]", "/\\", "/\xc3\xa9", "/\x7f"};

    ck_assert(eckid_url_is_relative(""));
    ck_assert(eckid_url_is_relative("/a-._~!$&'()*+,;=:@/%41?b=c/d?e"));
    for (int i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(!eckid_url_is_relative(bad[i]), "%s", bad[i]);
    }
}
END_TEST

static const struct {
    const char *name, *shown;
} shown[] = {
    {"https://books.example/saml", "https://books.example/saml"},
    {"urn:books:1", "urn:books:1"},
    {"https://books.example/acs?SAMLResponse=x", "https://books.example/acs"},
    {"https://books.example/acs#id_token=x", "https://books.example/acs"},
    {"https://jan:secret@books.example/", "a name with an @"},
    {"jan@school.example", "a name with an @"},
    {"a\nECK0000: b \xc3\xab\"<", "a_ECK0000:_b_____"},
    {"", "an empty name"},
    {"?x", "an empty name"},
};

START_TEST(a_name_as_it_may_stand_in_a_log_line)
{
    ck_assert_str_eq(eckid_url_shown(shown[_i].name, pool), shown[_i].shown);
}
END_TEST

START_TEST(a_long_name_is_cut)
{
    char name[1000];

    memset(name, 'a', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    ck_assert_int_eq((int)strlen(eckid_url_shown(name, pool)), 200);
}
END_TEST

/* What follows scheme and host. */
static const struct {
    const char *url, *path;
} paths[] = {
    {"https://a.example/idp?x=1", "/idp?x=1"},
    {"http://B.example:8080/idp?x=1#y", "/idp?x=1"},
    {"https://a.example", "/"},
    {"urn:a", NULL},
    {"idp", NULL},
};

START_TEST(path_and_query)
{
    ck_assert_pstr_eq(eckid_url_path(paths[_i].url, pool), paths[_i].path);
}
END_TEST

UNIT_SUITE(url)
{
    Suite *suite = suite_create("url");
    TCase *tcase = unit_case(suite, "url");

    tcase_add_loop_test(tcase, normal_form, 0, COUNT(normals));
    tcase_add_loop_test(tcase, the_host_alone, 0, COUNT(hosts));
    tcase_add_loop_test(tcase, hosts_of_random_urls_are_as_libcurl_has_them, 0, SEEDS);
    tcase_add_loop_test(tcase, path_and_query, 0, COUNT(paths));
    tcase_add_loop_test(tcase, parameter_value_and_count, 0, COUNT(parameters));
    tcase_add_loop_test(tcase, the_url_of_a_refresh, 0, COUNT(refreshes));
    tcase_add_loop_test(tcase, segments_of_dots, 0, COUNT(dots));
    tcase_add_test(tcase, what_can_stand_in_a_path_and_a_query);
    tcase_add_loop_test(tcase, a_name_as_it_may_stand_in_a_log_line, 0, COUNT(shown));
    tcase_add_test(tcase, a_long_name_is_cut);
    return suite;
}
