/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HaalLeerlinggegevens: the request by which a LAS is asked for everybody of a school. */
#ifndef ECKID_UWLR_QUESTION_H
#define ECKID_UWLR_QUESTION_H

#include "http/eckid_http.h"

/* What UWLR 2 wants to know: the header autorisatie (UWLR_Autorisatie_v2p2.xsd), then gVerzoekBasis
 * of leerlinggegevens_verzoek (UWLR_Leerlinggegevens_v2p2.xsd). UTF-8. */
typedef struct eckid_uwlr_question_t {
    const char *autorisatiesleutel; /* secret; 1 to 64 characters, as the next two */
    const char *klantcode, *klantnaam;
    const char *schooljaar;    /* "2026-2027" */
    const char *school;        /* BRIN, or BRIN and branch; anything else is a schoolkey */
    const char *xsdversie;     /* "2.3" or "2.2" */
    const char *gegevenssetid; /* such as "Smalle-set-VO"; NULL: what the LAS thinks best */
} eckid_uwlr_question_t;

/*
 * The request of the operation HaalLeerlinggegevens, as UWLR_Leerlinggegevens_v2p2.wsdl has it:
 * document/literal by SOAP 1.1 over HTTP. UWLR 2.3 keeps namespaces and operation, and differs in
 * xsdversie. Only laatstontvangengegevens is never sent: a LAS then always answers with everybody.
 * ECKID_CONFIG, which names the value, if one is not what the schema allows.
 */
eckid_err_t *eckid_uwlr_question(eckid_http_request_t *request,
                                 const eckid_uwlr_question_t *question, apr_pool_t *pool);

#endif
