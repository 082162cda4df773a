/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit log: opened by the parent process, written by all, waited for by nobody. */
#include "conf/mod_eckid_audit.h"

#include <apr_portable.h>
#include <apr_strings.h>
#include <fcntl.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <unistd.h>

#include "base/eckid_codec.h"
#include "conf/mod_eckid_count.h"
#include "conf/mod_eckid_shared.h"
#include "decision/eckid_pseudonym.h"

APLOG_USE_MODULE(eckid);

#define SILENCE_SECONDS 60 /* between two lines about losses */

/* Writing */

static void tell_loss(const mod_eckid_audit_t *log, apr_status_t why)
{
    eckid_audit_chain_t *chain = log->audit.chain;
    apr_uint64_t now = (apr_uint64_t)apr_time_sec(apr_time_now()), told = atomic_load(&chain->told);

    if (now >= told + SILENCE_SECONDS && atomic_compare_exchange_strong(&chain->told, &told, now)) {
        ap_log_error(APLOG_MARK, APLOG_ERR, why, log->server,
                     "ECK%04d: %s: %" APR_UINT64_T_FMT " so far (%s)", ECKID_AUDIT_LOST,
                     eckid_err_fact(ECKID_AUDIT_LOST), atomic_load(&chain->lost),
                     eckid_err_hint(ECKID_AUDIT_LOST));
    }
}

/* In one piece: lines of other threads and processes come before or behind it. */
static void write_line(const mod_eckid_audit_t *log, eckid_bytes_t line)
{
    ssize_t written;

    do {
        written = write(log->fd, line.data, line.len);
    } while (written < 0 && errno == EINTR);
    if (written != (ssize_t)line.len) {
        apr_status_t why = written < 0 ? APR_FROM_OS_ERROR(errno) : APR_ENOSPC;

        atomic_fetch_add(&log->audit.chain->lost, 1);
        tell_loss(log, why);
    }
}

void mod_eckid_audit_decision(const request_rec *r, const eckid_decision_t *decision,
                              const eckid_moment_t *moment, bool observed)
{
    const mod_eckid_audit_t *log = mod_eckid_process()->audit;

    if (log) {
        write_line(log, eckid_audit_line(&log->audit, mod_eckid_count_host(r->server, r->pool),
                                         decision, observed, moment, r->pool));
    }
}

/* Opening */

/* The end of this configuration, in the parent: of httpd, or a reload. What is still written by old
 * children comes behind it, and the next configuration's line. */
static apr_status_t on_end(void *self)
{
    const mod_eckid_audit_t *log = self;
    apr_pool_t *pool;

    if (getpid() == mod_eckid_process()->parent && apr_pool_create(&pool, NULL) == APR_SUCCESS) {
        write_line(log, eckid_audit_event(&log->audit, "stop", apr_time_now(), pool));
        apr_pool_destroy(pool);
    }
    return APR_SUCCESS;
}

/* Nothing waits for a program that does not read: only our end of the pipe is changed. */
static const char *open_program(int *fd, const char *program, apr_pool_t *pconf)
{
    bool by_shell = *program == '$';
    piped_log *piped = ap_open_piped_log_ex(pconf, by_shell ? program + 1 : program,
                                            by_shell ? APR_SHELLCMD_ENV : APR_PROGRAM_ENV);

    if (!piped || apr_os_file_get(fd, ap_piped_log_write_fd(piped)) != APR_SUCCESS) {
        return "the program could not be started";
    }
    int flags = fcntl(*fd, F_GETFL);

    return flags >= 0 && fcntl(*fd, F_SETFL, flags | O_NONBLOCK) == 0
               ? NULL
               : "the pipe cannot be used without waiting";
}

static const char *open_file(int *fd, const char *name, apr_pool_t *pconf)
{
    apr_file_t *file;
    const char *path = ap_server_root_relative(pconf, name);
    apr_status_t status =
        path ? apr_file_open(&file, path,
                             APR_FOPEN_WRITE | APR_FOPEN_APPEND | APR_FOPEN_CREATE |
                                 APR_FOPEN_LARGEFILE,
                             APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_GREAD, pconf)
             : APR_EBADPATH;
    char reason[120];

    if (status != APR_SUCCESS || (status = apr_os_file_get(fd, file)) != APR_SUCCESS) {
        return apr_pstrdup(pconf, apr_strerror(status, reason, sizeof(reason)));
    }
    return NULL;
}

/* The chain of this run of httpd: it goes on over reloads. */
static apr_status_t get_chain(eckid_audit_chain_t **chain, apr_pool_t *process_pool)
{
    unsigned char id[ECKID_AUDIT_ID_LEN / 2];
    void *memory;
    apr_status_t status =
        mod_eckid_shared(&memory, "audit 1", sizeof(eckid_audit_chain_t), process_pool);

    if (status == APR_SUCCESS) {
        *chain = memory;
        if (!(*chain)->id[0]) {
            status = apr_generate_random_bytes(id, sizeof(id));
            memcpy((*chain)->id, eckid_codec_hex(eckid_bytes(id, sizeof(id)), process_pool).data,
                   sizeof((*chain)->id));
        }
    }
    return status;
}

static const char *open_log(mod_eckid_audit_t *log, const char *place, apr_pool_t *pconf)
{
    mod_eckid_process_t *process = mod_eckid_process();

    if (get_chain(&log->audit.chain, log->server->process->pool) != APR_SUCCESS) {
        return "no shared memory";
    }
    log->audit.secret = eckid_secret_for(process->secret, ECKID_AUDIT_PURPOSE, pconf);
    return *place == '|' ? open_program(&log->fd, place + 1 + strspn(place + 1, "| "), pconf)
                         : open_file(&log->fd, place, pconf);
}

int mod_eckid_audit_open(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *server)
{
    mod_eckid_process_t *process = mod_eckid_process();

    (void)plog, (void)ptemp;
    if (!process->audit_log || ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK; /* the configuration is read twice at the start */
    }
    mod_eckid_audit_t *log = apr_pcalloc(pconf, sizeof(*log));

    log->server = server;
    const char *wrong = open_log(log, process->audit_log, pconf);

    if (wrong) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, server,
                     "ECK%04d: EckidAuditLog %s cannot be opened: %s", ECKID_FILE,
                     process->audit_log, wrong);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    bool is_first = atomic_load(&log->audit.chain->lines) == 0;

    write_line(
        log, eckid_audit_event(&log->audit, is_first ? "start" : "reload", apr_time_now(), pconf));
    process->parent = getpid();
    process->pseudonyms = eckid_secret_for(process->secret, ECKID_PSEUDONYM_PURPOSE, pconf);
    process->audit = log;
    /* after the cleanup that closes it was registered, so it runs before that */
    apr_pool_cleanup_register(pconf, log, on_end, apr_pool_cleanup_null);
    return OK;
}
