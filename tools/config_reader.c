/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a configuration that no httpd runs: httpd -t reads it, answers, and ends. */
#include "config_reader.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <signal.h>
#include <stdio.h>

#include "admin_client.h"
#include "base/eckid_json.h"

/* Its standard error is ours. */
static apr_status_t start(apr_proc_t *process, const char *program, const char *file,
                          apr_pool_t *pool)
{
    const char *const arguments[] = {program, "-t", "-D", "ECKID_EXPLAIN", "-f", file, NULL};
    apr_procattr_t *attributes;
    apr_status_t status = apr_procattr_create(&attributes, pool);

    status = status ? status
                    : apr_procattr_io_set(attributes, APR_FULL_BLOCK, APR_FULL_BLOCK, APR_NO_PIPE);
    status = status ? status : apr_procattr_cmdtype_set(attributes, APR_PROGRAM_PATH);
    status = status ? status : apr_procattr_error_check_set(attributes, 1);
    return status ? status : apr_proc_create(process, program, arguments, NULL, attributes, pool);
}

/* It reads all of the request before it answers. One that answers without end is not waited for. */
static eckid_bytes_t talk(apr_proc_t *process, eckid_bytes_t request, apr_pool_t *pool)
{
    char *answer = apr_palloc(pool, ECKID_ADMIN_ANSWER_MAX);
    apr_size_t len = 0;

    apr_file_write_full(process->in, request.data, request.len, NULL);
    apr_file_close(process->in);
    apr_file_read_full(process->out, answer, ECKID_ADMIN_ANSWER_MAX, &len);
    apr_file_close(process->out);
    apr_proc_wait(process, NULL, NULL, APR_WAIT);
    return eckid_bytes(answer, len);
}

json_t *config_reader_ask(const char *program, const char *file, eckid_bytes_t request,
                          apr_pool_t *pool)
{
    apr_proc_t process;
    char *path;
    json_t *object;

    signal(SIGPIPE, SIG_IGN); /* a configuration with a mistake ends it before it reads */
    if (apr_filepath_merge(&path, NULL, file, 0, pool) != APR_SUCCESS ||
        start(&process, program, path, pool) != APR_SUCCESS) {
        return admin_client_complain(program,
                                     "it cannot be started; --httpd names the program, such as "
                                     "apachectl or httpd");
    }
    if (eckid_json_parse(&object, talk(&process, request, pool), ECKID_ADMIN_REQUEST, pool)) {
        return admin_client_complain(program, "the configuration cannot be read, or it has no "
                                              "mod_eckid of this version");
    }
    return object;
}
