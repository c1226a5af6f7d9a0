// SPDX-License-Identifier: MIT
/* One launcher for all that one conf asks: the size of a command and its text come in, a status, a size and a text go out. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "shell/shell.h"

/* Longer than any macro of Kconfig's makes. */
enum { LONGEST = 1 << 16 };

static bool receive(int socket, void *into, size_t size)
{
	return recv(socket, into, size, MSG_WAITALL) == (ssize_t)size;
}

static bool answer(int socket, const char *command, const char *store)
{
	struct child said = { 0 };
	bool known = shell_answer(command, store, &said);
	int32_t head[2] = { known ? said.status : -1, known ? said.out.size : 0 };
	struct bytes reply = { 0 };

	bytes_add(&reply, head, sizeof(head));
	bytes_add(&reply, said.out.at, head[1]);
	if (known && said.err.size)
		fwrite(said.err.at, 1, said.err.size, stderr);
	return send(socket, reply.at, reply.size, MSG_NOSIGNAL) == (ssize_t)reply.size;
}

int shell_serve(int socket, const char *store)
{
	char *command = zeroed(LONGEST + 1, 1);
	uint32_t size;

	if (!store || fcntl(socket, F_SETFD, FD_CLOEXEC))
		return 2;
	mkdir(store, 0777);
	while (receive(socket, &size, sizeof(size)) && size <= LONGEST && receive(socket, command, size)) {
		command[size] = 0;
		if (!answer(socket, command, store))
			break;
	}
	return 0;
}
