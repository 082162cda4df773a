/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "saml/eckid_saml_likeness.h"

static const struct {
    const char *text, *words[2];
} rows[] = {
    {"", {"x is empty", "curl -f"}},
    {" \r\n", {"x is empty", "curl -f"}},
    {"\n<!DOCTYPE html>\n<html>", {"x is a web page", "Host"}},
    {"<!doctype HTML PUBLIC ", {"x is a web page", "Host"}},
    {"<html><p>", {"x is a web page", "Host"}},
    {"<?php\n$metadata['x'] = [];", {"x is PHP", "saml2/idp/metadata.php"}},
    {"-----BEGIN CERTIFICATE-----\n", {"x is PEM", "a certificate is not enough"}},
    {"{\"issuer\":", {"x is JSON", "EckidProvider"}},
};

START_TEST(what_it_is_is_told_with_what_to_do)
{
    eckid_err_t *err = eckid_saml_likeness("x", str(rows[_i].text), pool);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, ECKID_METADATA);
    for (int i = 0; i < COUNT(rows[_i].words); i++) {
        ck_assert_ptr_nonnull(strstr(eckid_err_text(err, pool), rows[_i].words[i]));
    }
}
END_TEST

static const char *const others[] = {"<", "<htm", "<?xml version='1.0'?><a>",
                                     "<md:EntityDescriptor"};

START_TEST(of_others_nothing_is_known)
{
    ck_assert_ptr_null(eckid_saml_likeness("x", str(others[_i]), pool));
}
END_TEST

UNIT_SUITE(saml_likeness)
{
    Suite *suite = suite_create("saml_likeness");
    TCase *tcase = unit_case(suite, "saml_likeness");

    tcase_add_loop_test(tcase, what_it_is_is_told_with_what_to_do, 0, COUNT(rows));
    tcase_add_loop_test(tcase, of_others_nothing_is_known, 0, COUNT(others));
    return suite;
}
