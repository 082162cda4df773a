/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the people who have ECK iDs. */
#ifndef MOD_ECKID_PERSON_H
#define MOD_ECKID_PERSON_H

#include "directive/mod_eckid_directive.h"

const char *mod_eckid_person_student_if(cmd_parms *cmd, void *conf, const char *attribute,
                                        const char *expression);
const char *mod_eckid_person_student_key(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_person_if(cmd_parms *cmd, void *conf, const char *kind, const char *attribute,
                                const char *expression);
const char *mod_eckid_person_key(cmd_parms *cmd, void *conf, int argc, char *const argv[]);

/* What is wrong with the name of a kind, or NULL. */
const char *mod_eckid_person_check_kind(const cmd_parms *cmd, const char *name);

/* All mistakes about kinds of people (const char *): one without a key, one behind another that
 * takes all of its people, one that a directive names although there is none. */
const apr_array_header_t *mod_eckid_person_mistakes(const mod_eckid_dir_t *dir, apr_pool_t *pool);

#endif
