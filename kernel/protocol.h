/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How programs get into a real s390 kernel and observations out of it. Three parties agree on this, and on
 * native/abi: lib/kernel on the host, the programs in kernel/init, and the module in kernel/module.
 *
 *	host  <- virtio-serial port ->  init  <- pipes ->  runner (the process mmN)  <- ioctl ->  module
 *
 * The port. Both ways frames: two little-endian 32-bit words (kind, payload bytes), then the payload.
 * The host sends PORT_BEGIN, then PORT_RUNs: one with a whole program, or one for each call, which is then
 * answered before the next is sent. Each PORT_RUN is answered with one PORT_OBSERVATIONS (in the format of
 * wire.h, an observation for each record), or with PORT_ERROR.
 */
#ifndef S390_GMAP_PROTOCOL_H
#define S390_GMAP_PROTOCOL_H

#ifdef __KERNEL__
#include <linux/ioctl.h>
#else
#include <sys/ioctl.h>
#endif

#include "abi/wire.h"

#define PORT_NAME "s390-gmap"

enum port_request {
	PORT_BEGIN = 1, /* forget everything: a new mm0, no gmap, no registered notifier. No payload, no answer */
	PORT_RUN,	/* payload: whole records of a program, a multiple of 8 bytes */
	PORT_QUIT	/* power off. No payload */
};

enum port_answer {
	PORT_READY = 1,	   /* once: the kernel is there. Payload: text, "key=value" words; see README in kernel/ */
	PORT_OBSERVATIONS, /* the answer to PORT_RUN */
	PORT_ERROR	   /* payload: text. The harness itself failed; a bug of ours, not the kernel's answer */
};

/*
 * The module: /dev/gmap-trace. It executes records on the mms of attached processes, and keeps what was
 * observed until it is read (read(2): whole observations as bytes, 0 when there are none).
 *
 * Calls that only a process can make (mmap, store, fork, …) end a GMAP_TRACE_RUN: the process makes them
 * itself and begins the next GMAP_TRACE_RUN with what came of it, which is observed like a call of the module's own.
 */
struct gmap_trace_run {
	uint64_t program; /* user address of the records */
	uint64_t bytes;
	uint64_t consumed; /* answer: bytes of the records that were executed. The next one is the process's, or none */
	uint64_t did;	   /* 1: the first record has been executed outside of the module, with this result: */
	uint64_t status;   /* enum wire_status */
	uint64_t value;	   /* as in wire.h */
};

struct gmap_trace_page {
	uint64_t vmaddr;
	uint64_t kind; /* answer: enum wire_pte, or GMAP_TRACE_NO_VMA */
};
#define GMAP_TRACE_NO_VMA UINT64_MAX

#define GMAP_TRACE_RESET _IO('g', 0)  /* after all processes: gmaps, notifiers, keys are gone */
#define GMAP_TRACE_ATTACH _IO('g', 1) /* argument N: the caller is mmN, and the newest process */
#define GMAP_TRACE_RUN _IOWR('g', 2, struct gmap_trace_run)
#define GMAP_TRACE_PAGE _IOWR('g', 3, struct gmap_trace_page) /* of the caller */
#define GMAP_TRACE_EXITED _IO('g', 4) /* argument N: the process mmN has exited and was waited for */
#define GMAP_TRACE_SWAP_OUT \
	_IO('g', 5) /* argument: an address. As madvise(MADV_PAGEOUT), where there is no such advice */

#endif
