// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "port.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "system.h"

static int open_named(const char *wanted)
{
	DIR *ports = opendir("/sys/class/virtio-ports");
	struct dirent *entry;
	int fd = -1;

	while (ports && fd < 0 && (entry = readdir(ports))) {
		char path[320], name[64];

		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", entry->d_name);
		system_read_line(path, name, sizeof(name));
		if (strcmp(name, wanted) != 0)
			continue;
		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/dev", entry->d_name);
		fd = system_open_device(path, false);
	}
	if (ports)
		closedir(ports);
	return fd;
}

/* Ports come up on their own time. */
void port_open(struct port *port)
{
	int tries;

	port->bytes = 0;
	for (tries = 0; tries < 2000; tries++) {
		port->fd = open_named(PORT_NAME);
		if (port->fd >= 0)
			return;
		usleep(5000);
	}
	system_die("no port " PORT_NAME);
}

static bool fill(struct port *port)
{
	ssize_t bytes;

	do
		bytes = read(port->fd, port->buffer, sizeof(port->buffer));
	while (bytes < 0 && errno == EINTR);
	port->next = port->buffer;
	port->bytes = bytes > 0 ? (size_t)bytes : 0;
	return bytes > 0;
}

bool port_read(struct port *port, void *data, size_t bytes)
{
	unsigned char *at = data;

	while (bytes) {
		size_t part;

		if (!port->bytes && !fill(port))
			return false;
		part = bytes < port->bytes ? bytes : port->bytes;
		memcpy(at, port->next, part);
		port->next += part;
		port->bytes -= part;
		at += part;
		bytes -= part;
	}
	return true;
}

bool port_read_head(struct port *port, uint32_t *kind, uint32_t *bytes)
{
	unsigned char head[PORT_HEAD];

	if (!port_read(port, head, sizeof(head)))
		return false;
	*kind = (uint32_t)record_word(head);
	*bytes = (uint32_t)(record_word(head) >> 32);
	return true;
}

void port_send(struct port *port, enum port_answer kind, unsigned char *frame, size_t payload_bytes)
{
	int i;

	for (i = 0; i < 4; i++) {
		frame[i] = (unsigned char)((unsigned int)kind >> 8 * i);
		frame[4 + i] = (unsigned char)(payload_bytes >> 8 * i);
	}
	if (!system_write_all(port->fd, frame, PORT_HEAD + payload_bytes))
		system_die("port");
}

void port_send_text(struct port *port, enum port_answer kind, const char *text)
{
	unsigned char frame[PORT_HEAD + 512];
	size_t bytes = strnlen(text, sizeof(frame) - PORT_HEAD);

	memcpy(frame + PORT_HEAD, text, bytes);
	port_send(port, kind, frame, bytes);
}
