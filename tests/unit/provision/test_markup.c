/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_markup.h"

/* Each "#" stands for more than the longest tag. */
static const struct {
    const char *text;
    bool good;
} rows[] = {
    {"<a b='1'>#</a>", true},
    {"<a b='#'/>", false},
    {"<a #/>", false},
    {"<a b='>' c='#'>", false},
    {"<a b=\">\" c=\"'\" d='#'>", false},
    {"<!-- # --><a/>", true},
    {"<!-- it's > # <b \" --><a b='1'/>", true},
    {"<!-- <b \" --><a b='>' #='1'/>", false},
    {"<!-- -- > --><a #/>", false},
    {"<![CDATA[ # ]] > <b ' ]]><a/>", true},
    {"<![CDATA[ ' ]]><a b='>' #>", false},
    {"<?x # > '?><a/>", true},
    {"<?x '?><a b='>' #>", false},
    {"<!DOCTYPE a '>' #>", false},
    {"<!-#>", false},
    {"</a#>", false},
    {"<a b='<' c='>'>#", true},
};

START_TEST(no_tag_is_longer_than_the_maximum)
{
    char *filling = apr_palloc(pool, ECKID_MARKUP_MAX + 2);
    const char *hash = strchr(rows[_i].text, '#');

    memset(filling, 'x', ECKID_MARKUP_MAX + 1);
    filling[ECKID_MARKUP_MAX + 1] = '\0';
    const char *text =
        apr_pstrcat(pool, apr_pstrmemdup(pool, rows[_i].text, (apr_size_t)(hash - rows[_i].text)),
                    filling, hash + 1, NULL);

    for (apr_size_t piece = 1; piece < 100000; piece = piece * 7 + 1) {
        eckid_markup_t markup = {0};
        bool good = true;

        for (const char *at = text; good && *at; at += strnlen(at, piece)) {
            good = eckid_markup_is_bounded(&markup, eckid_bytes(at, strnlen(at, piece)));
        }
        ck_assert(good == rows[_i].good);
    }
}
END_TEST

UNIT_SUITE(markup)
{
    Suite *suite = suite_create("markup");

    tcase_add_loop_test(unit_case(suite, "markup"), no_tag_is_longer_than_the_maximum, 0,
                        COUNT(rows));
    return suite;
}
