/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML documents with what canonical forms turn on. */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

extern const char *const documents[];
extern const int documents_count;

/* One that is put together by chance, the same for the same seed. Few are not well-formed. */
const char *document_by_chance(unsigned seed);

#endif
