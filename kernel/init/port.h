/* SPDX-License-Identifier: GPL-2.0-only */
/* The virtio-serial port to the host, and the frames that go through it: see protocol.h. */
#ifndef S390_GMAP_PORT_H
#define S390_GMAP_PORT_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol.h"

#define PORT_HEAD 8 /* bytes of a frame before its payload */

struct port {
	int fd;
	/* what has come and was not asked for yet */
	unsigned char *next;
	size_t bytes;
	unsigned char buffer[1 << 16];
};

/* Waits until it is there. */
void port_open(struct port *port);
/* False at the end: the host has gone. */
bool port_read(struct port *port, void *data, size_t bytes);
bool port_read_head(struct port *port, uint32_t *kind, uint32_t *bytes);
/* `frame` has room for the head before its payload: one write for both. */
void port_send(struct port *port, enum port_answer kind, unsigned char *frame, size_t payload_bytes);
void port_send_text(struct port *port, enum port_answer kind, const char *text);

#endif
