/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UWLR 2.2 and 2.3, and EDEXML: everybody of a school, as a LAS exports them. */
#ifndef ECKID_UWLR_H
#define ECKID_UWLR_H

#include "provision/eckid_bulk.h"

/*
 * Reads a document while it comes, in memory that does not grow with it: leerlinggegevens_antwoord,
 * the answers in steps (leerlingen_antwoord, leerkrachten_antwoord), or EDEX; also within a
 * SOAP 1.1 envelope. Each leerling is a row of the kind student, each leerkracht one of the kind
 * employee, with the fields key, gebruikersnaam and emailadres as far as they are there, and the
 * attribute eckid. All else is dropped where it stands.
 *
 * ECKID_BULK, with the line: not well-formed or cut, a document type, an encoding other than UTF-8,
 * ISO 8859 and Windows-1252, another root, elements deeper than 64, a tag longer than 64 KiB, a
 * school or a school year that is not the expected one or not told, neither leerlingen nor
 * leerkrachten. ECKID_LAS_REFUSED for a SOAP fault. What the sink refuses. found->unchanged if the
 * LAS says that nothing has changed.
 */
eckid_err_t *eckid_uwlr_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                             const eckid_bulk_expected_t *expected, const eckid_bulk_sink_t *sink,
                             apr_pool_t *pool);

#endif
