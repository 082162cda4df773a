/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SOAP faults of UWLR, and what the operator can do about each. */
#include "provision/eckid_uwlr_fault.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define CODE_MAX 64

/* The codes of UWLR 2 for leerlinggegevens, then those of SOAP 1.1 section 4.4.1. */
static const struct {
    const char *code, *hint;
} faults[] = {
    {"Client.AutorisatieOngeldig",
     "the autorisatiesleutel is wrong, or does not give access to this school: let the LAS show it "
     "again, and whether the school has switched the exchange on"},
    {"Client.OngeldigeKlantIdentificatie",
     "compare klantcode and klantnaam with what the LAS has, letter for letter; some LASes say "
     "this of a school that they do not know, too: compare BRIN and branch"},
    {"Client.OngeldigBericht",
     "the LAS does not take a value of the request: does it know this school year and "
     "gegevenssetid, and does it want BRIN and branch or a schoolkey?"},
    {"Client.XsdVersieOngeldig", "the LAS speaks another version: try xsdversie 2.2, or 2.3"},
    {"Client.VocabulaireTermOngeldig", "ask the LAS's operator: nothing of the kind was sent"},
    {"Server.TijdelijkNietBeschikbaar", "try again later: the LAS says that it is away for now"},
    {"Server.InterneFout",
     "ask the LAS's operator, with the time of this message: its own log says why"},
    {"MustUnderstand", "the LAS does not know the header autorisatie: is the URL that of UWLR 2?"},
    {"VersionMismatch", "the LAS wants another version of SOAP than 1.1: is the URL right?"},
    {"Client", "the LAS does not take the request: are the URL and xsdversie right?"},
};

static eckid_bytes_t without_prefix(eckid_bytes_t code)
{
    const char *colon = memchr(code.data, ':', code.len);

    return colon ? eckid_bytes(colon + 1, code.len - (apr_size_t)(colon + 1 - code.data)) : code;
}

static bool is_name(eckid_bytes_t code)
{
    bool good = code.len > 0 && code.len <= CODE_MAX;

    for (apr_size_t i = 0; good && i < code.len; i++) {
        good = apr_isalpha(code.data[i]) || code.data[i] == '.';
    }
    return good;
}

static const char *hint_for(eckid_bytes_t code)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
        if (eckid_bytes_equal(code, eckid_bytes_str(faults[i].code))) {
            return faults[i].hint;
        }
    }
    return NULL;
}

eckid_err_t *eckid_uwlr_fault(eckid_bytes_t code, const char *where, apr_pool_t *pool)
{
    const eckid_bytes_t name = without_prefix(eckid_codec_trim(code));
    const char *told =
        is_name(name) ? apr_pstrmemdup(pool, name.data, name.len) : "without a known code";

    return eckid_err_advise(
        eckid_err_make(pool, ECKID_LAS_REFUSED, "%s: SOAP fault %s", where, told), hint_for(name));
}
