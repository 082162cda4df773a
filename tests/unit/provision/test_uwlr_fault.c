/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "provision/eckid_uwlr_fault.h"

static const struct {
    const char *code, *told, *hint; /* NULL: that of ECKID_LAS_REFUSED */
} rows[] = {
    {"Client.AutorisatieOngeldig", "SOAP fault Client.AutorisatieOngeldig", "autorisatiesleutel"},
    {" soap:Client.AutorisatieOngeldig\n", "SOAP fault Client.AutorisatieOngeldig",
     "autorisatiesleutel"},
    {"Client.OngeldigeKlantIdentificatie", "SOAP fault Client.OngeldigeKlantIdentificatie",
     "klantcode and klantnaam"},
    {"Client.OngeldigBericht", "SOAP fault Client.OngeldigBericht", "school year"},
    {"Client.XsdVersieOngeldig", "SOAP fault Client.XsdVersieOngeldig", "xsdversie 2.2"},
    {"Server.TijdelijkNietBeschikbaar", "SOAP fault Server.TijdelijkNietBeschikbaar", "later"},
    {"Server.InterneFout", "SOAP fault Server.InterneFout", "its own log"},
    {"s:Client", "SOAP fault Client", "URL"},
    {"s:Server", "SOAP fault Server", NULL},
    {"https://ketenid.nl/201703/00", "SOAP fault without a known code", NULL},
    {"Jan 95312", "SOAP fault without a known code", NULL},
    {"", "SOAP fault without a known code", NULL},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "SOAP fault without a known code", NULL},
};

START_TEST(a_fault_is_told_with_a_hint_that_fits)
{
    eckid_err_t *err = eckid_uwlr_fault(str(rows[_i].code), "FILE:1", pool);

    refused(err, ECKID_LAS_REFUSED);
    ck_assert(strncmp(err->detail, "FILE:1: ", 8) == 0);
    ck_assert_str_eq(err->detail + 8, rows[_i].told);
    ck_assert(rows[_i].hint ? err->hint && strstr(err->hint, rows[_i].hint) != NULL : !err->hint);
}
END_TEST

UNIT_SUITE(uwlr_fault)
{
    Suite *suite = suite_create("uwlr_fault");
    TCase *tcase = unit_case(suite, "uwlr_fault");

    tcase_add_loop_test(tcase, a_fault_is_told_with_a_hint_that_fits, 0, COUNT(rows));
    return suite;
}
