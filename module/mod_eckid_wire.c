/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection on which nothing takes longer than until a deadline. */
#include "mod_eckid_wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

static bool wait_for(int fd, short what, apr_time_t deadline)
{
    struct pollfd one = {.fd = fd, .events = what};
    apr_interval_time_t left;

    while ((left = deadline - apr_time_now()) > 0) {
        int ready = poll(&one, 1, (int)apr_time_as_msec(left) + 1);

        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return false;
        }
    }
    return false;
}

static bool is_connected(int fd, const struct sockaddr_storage *address, socklen_t len,
                         apr_time_t deadline)
{
    int error = 0, on = 1;
    socklen_t size = sizeof(error);

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, (const struct sockaddr *)address, len) == 0) {
        return true;
    }
    return errno == EINPROGRESS && wait_for(fd, POLLOUT, deadline) &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

int mod_eckid_wire_open(const struct sockaddr_storage *address, socklen_t len, apr_time_t deadline)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd >= 0 && !is_connected(fd, address, len, deadline)) {
        close(fd);
        return -1;
    }
    return fd;
}

bool mod_eckid_wire_send(int fd, eckid_bytes_t data, apr_time_t deadline)
{
    while (data.len) {
        ssize_t done = send(fd, data.data, data.len, MSG_NOSIGNAL);

        if (done < 0 && errno != EINTR && (errno != EAGAIN || !wait_for(fd, POLLOUT, deadline))) {
            return false;
        }
        done = done < 0 ? 0 : done;
        data = eckid_bytes(data.data + done, data.len - (apr_size_t)done);
    }
    return true;
}

apr_size_t mod_eckid_wire_receive(int fd, char *to, apr_size_t room, apr_time_t deadline)
{
    while (wait_for(fd, POLLIN, deadline)) {
        ssize_t done = recv(fd, to, room, 0);

        if (done >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return done < 0 ? 0 : (apr_size_t)done;
        }
    }
    return 0;
}
