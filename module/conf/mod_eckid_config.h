/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: read-only objects for each server and location. */
#ifndef MOD_ECKID_CONFIG_H
#define MOD_ECKID_CONFIG_H

#include <httpd.h>
#include <apr_hash.h>
#include <http_config.h>
#include <stdbool.h>

#include "base/eckid_codec.h"
#include "conf/mod_eckid_las_conf.h"

/* Library types made from directives. Code that uses one includes its header. */
typedef struct eckid_metadata_t eckid_metadata_t;
typedef struct eckid_provider_t eckid_provider_t;
typedef struct eckid_policy_t eckid_policy_t;
typedef struct eckid_refusal_look_t eckid_refusal_look_t;
typedef struct eckid_supplier_sources_t eckid_supplier_sources_t;
typedef struct eckid_supplier_t eckid_supplier_t;
typedef struct eckid_school_t eckid_school_t;
typedef struct eckid_school_map_t eckid_school_map_t;
typedef struct eckid_match_t eckid_match_t;
typedef struct eckid_told_t eckid_told_t;
typedef struct eckid_secret_t eckid_secret_t;
typedef struct eckid_store_t eckid_store_t;
typedef struct mod_eckid_push_t mod_eckid_push_t;
typedef struct eckid_single_flight_t eckid_single_flight_t;
typedef struct eckid_directory_t eckid_directory_t;

/* The only symbol exported from mod_eckid.so. */
extern __attribute__((visibility("default"))) module AP_MODULE_DECLARE_DATA eckid_module;

typedef enum mod_eckid_engine_t {
    MOD_ECKID_UNSET,
    MOD_ECKID_OFF,
    MOD_ECKID_ON,
    MOD_ECKID_OBSERVE /* verifies, looks up and logs, but changes nothing */
} mod_eckid_engine_t;

/* The content of EckidSchoolMap. */
typedef struct mod_eckid_school_map_t {
    const char *file; /* for messages */
    const eckid_school_map_t *map;
    const char *source;
    const eckid_match_t *match;
} mod_eckid_school_map_t;

/* Our own identity provider, at a location. */
typedef struct mod_eckid_idp_t {
    const char *entity_id;        /* NULL: there is no EckidIdp, only lines about it */
    const char *url, *path;       /* where it is, without "/" at the end */
    apr_array_header_t *claims;   /* eckid_claim_t */
    apr_array_header_t *contexts; /* eckid_context_rule_t */
    const char *instant, *renew, *logout, *contact;
    bool logout_is_partial; /* belongs to logout */
    const eckid_secret_t *pairwise;
    const char *user; /* belongs to pairwise */
} mod_eckid_idp_t;

/* The settings of a server or a location. NULL, 0 or UNSET means that the enclosing scope decides.
 * Each member is complete in itself, so that merging only chooses between two values. */
typedef struct mod_eckid_dir_t {
    mod_eckid_engine_t engine;
    const ap_directive_t *engine_at; /* for messages */
    eckid_metadata_t *metadata;      /* of the identity provider */
    eckid_provider_t *provider;
    bool claims_in_userinfo;            /* belongs to provider */
    const char *introspection;          /* the value of an Authorization field */
    apr_array_header_t *metadata_paths; /* const char * */
    const eckid_key_t *metadata_key;
    apr_array_header_t *signers;         /* eckid_signer_t */
    apr_array_header_t *decryption_keys; /* const eckid_key_t *: the first is published */
    apr_array_header_t *kinds;           /* mod_eckid_kind_t: of people who have ECK iDs */
    mod_eckid_las_t las;
    mod_eckid_las_t *open_las; /* while its block is being read */
    apr_hash_t *named;         /* mod_eckid_las_t * by name */
    apr_hash_t *channels;      /* const eckid_las_t * by name: the channels to them */
    const eckid_school_t *school;
    const mod_eckid_school_map_t *schools; /* EckidSchoolMap */
    mod_eckid_idp_t *idp;                  /* NULL: we stand in front of another one */
    eckid_policy_t *policy;
    eckid_supplier_sources_t *sources; /* belongs to policy: what of it is fetched; or NULL */
    eckid_supplier_t *open_supplier;   /* while its block is being read */
    apr_interval_time_t found_for, not_found_for; /* -1 for unset */
    apr_interval_time_t stale_for;                /* belongs to found_for */
    apr_interval_time_t skew;                     /* -1 for unset */
    int sha1;                                     /* -1 for unset */
    apr_size_t page_max, response_max;
    const char *helpdesk;
    const eckid_refusal_look_t *page; /* but for the helpdesk */
    mod_eckid_push_t *push;           /* see mod_eckid_push_conf.h */
} mod_eckid_dir_t;

/* Where records are kept, as a line says it; but for the first all are for redis. */
typedef struct mod_eckid_records_t {
    const char *spec;       /* "provider" or "provider:arguments"; "none"; NULL for the default */
    const char *user;       /* NULL for redis' default user */
    eckid_bytes_t password; /* a file's content; none if empty */
    eckid_bytes_t authorities; /* certificates in PEM; TLS if there are any */
} mod_eckid_records_t;

/* The settings of the whole process. */
typedef struct mod_eckid_process_t {
    mod_eckid_records_t cache;
    mod_eckid_records_t tokens;        /* ID tokens that are shown as hints */
    const char *database;              /* of the directory; or NULL */
    const ap_directive_t *database_at; /* for messages */
    apr_interval_time_t directory_timeout;
    eckid_directory_t *directory; /* set in check_config; NULL without a database */
    eckid_directory_t *probed;    /* the same with a short timeout, for the status */
    bool has_secret_file;
    bool has_provider;                  /* whether there is any EckidProvider */
    eckid_secret_t *secret, *previous;  /* previous may be NULL */
    const char *audit_log;              /* EckidAuditLog; or NULL */
    struct mod_eckid_audit_t *audit;    /* see mod_eckid_audit.h; set in open_logs */
    const eckid_secret_t *pseudonyms;   /* for the audit log; or NULL */
    pid_t parent;                       /* who opened it */
    const char *generation;             /* or NULL */
    eckid_store_t *store, *token_store; /* set in post_config; NULL without a cache */
    eckid_single_flight_t *flights;     /* set in post_config */
    apr_array_header_t *curls;          /* eckid_curl_t *, which each child prepares */
    apr_array_header_t *limits;         /* eckid_las_limits_t *, which get shared memory */
    apr_array_header_t *signers;        /* const eckid_key_t *: every EckidSigningKey */
    apr_hash_t *lines;                  /* mod_eckid_line_t *: EckidLas, by its arguments */
    apr_hash_t *sources; /* const ap_directive_t *: the line that configured an object */
    apr_hash_t *once;    /* the same for directives allowed once per scope, by scope and name */
    apr_array_header_t *expiries;    /* what will expire, see mod_eckid_expiry.h */
    eckid_told_t *told;              /* the warnings given so far; shared by all children */
    apr_uint32_t next_expiry_look;   /* in seconds; of this child */
    eckid_told_t *told_today;        /* by kind, see mod_eckid_watch.h; new at each reload */
    apr_hash_t *hosts;               /* by server_rec *, see mod_eckid_host.h */
    apr_hash_t *idps;                /* the same for our own identity providers */
    apr_hash_t *waiting;             /* server_rec *: what it waits for, see there */
    apr_array_header_t *watched;     /* what is fetched, see mod_eckid_freshness.h */
    struct mod_eckid_count_t *count; /* see mod_eckid_count.h; set in post_config */
} mod_eckid_process_t;

void *mod_eckid_create_dir(apr_pool_t *pool, char *path);
void *mod_eckid_merge_dir(apr_pool_t *pool, void *base, void *add);

/* How far clocks may differ if EckidClockSkew does not say it. */
#define MOD_ECKID_SKEW apr_time_from_sec(60)

/* How long a found ECK iD is fresh if EckidCacheTime does not say it. */
#define MOD_ECKID_FOUND_FOR apr_time_from_sec(12 * 3600)

/* How long a lookup in the directory may take if EckidDirectory does not say it. */
#define MOD_ECKID_DIRECTORY_TIMEOUT apr_time_from_msec(500)

/* Whether every school has a named LAS of its own, so that no other LAS is needed. */
bool mod_eckid_las_is_spared(const mod_eckid_dir_t *dir);

/* Remembers the line that configured an object. */
void mod_eckid_note_source(const void *thing, const ap_directive_t *directive);

/* The line that configured an object, for messages; or NULL. */
const ap_directive_t *mod_eckid_find_source(const void *thing);

/* The settings for a request. */
mod_eckid_dir_t *mod_eckid_dir(const request_rec *r);

/* The settings of the current configuration; mod_eckid_new_process makes new ones in pre_config. */
mod_eckid_process_t *mod_eckid_process(void);
void mod_eckid_new_process(apr_pool_t *pconf);

#endif
