// SPDX-License-Identifier: GPL-2.0-only
/* PID 1: serves the port (see protocol.h). Makes the calls that no process can make: those that start and end them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "port.h"
#include "processes.h"
#include "system.h"

static struct processes processes;
static struct port port;

/* Writing waits for the host to connect; reading would not, so this comes first. */
static void send_ready(bool swap)
{
	char machine[128], text[512];
	struct utsname kernel;

	uname(&kernel);
	system_read_line("/sys/module/gmap_trace/parameters/machine", machine, sizeof(machine));
	snprintf(text, sizeof(text), "release=%s %s swap=%d", kernel.release, machine, swap);
	port_send_text(&port, PORT_READY, text);
}

static bool begin(void)
{
	processes_kill(&processes);
	if (ioctl(processes.device, GMAP_TRACE_RESET))
		return processes_failed(&processes, "GMAP_TRACE_RESET", errno);
	system_write("/proc/sys/vm/allocate_pgste", "1");
	return process_start(&processes, 0);
}

/* Which process is to go on: as in the module's caller_of(). NULL: init itself. */
static struct process *next_process(uint64_t at, uint64_t end)
{
	struct call call;

	if (program_record(at, end, &call) && record_names_mm(call.op) && call.arg[0] < processes.count &&
	    processes.process[call.arg[0]].pid)
		return &processes.process[call.arg[0]];
	return processes.newest;
}

/* The module has looked at the call and has nothing against it. */
static bool make_call(const struct call *call, struct result *result)
{
	char text[32];
	int error;

	*result = (struct result){ WIRE_OK, 0 };
	switch (call->op) {
	case OP_exit:
		return process_exit(&processes, (uint32_t)call->arg[0]);
	case OP_exec:
		result->value = call->result_handle == WIRE_NO_HANDLE ? processes.count : call->result_handle;
		return process_start(&processes, (uint32_t)result->value);
	default:
		snprintf(text, sizeof(text), "%lu", (unsigned long)call->arg[0]);
		error = system_write("/proc/sys/vm/allocate_pgste", text);
		if (error == -ENOENT)
			result->status = WIRE_UNSUPPORTED;
		result->value = (uint64_t)(int64_t)error;
		return true;
	}
}

/* Lets the module make calls here, in init. With `did`, init has made the first one, and only that is told. */
static bool run_here(uint64_t *at, uint64_t end, const struct result *did)
{
	int error = program_run(processes.device, at, end, did);

	return error ? processes_failed(&processes, "GMAP_TRACE_RUN", -error) : true;
}

static bool make_own_call(uint64_t *at, size_t bytes, const struct call *call)
{
	struct result result;

	return make_call(call, &result) && run_here(at, *at + bytes, &result);
}

static bool run(uint64_t end)
{
	uint64_t at = 0;

	for (;;) {
		struct process *process = next_process(at, end);
		uint64_t before = at;
		struct call call;
		size_t bytes;

		if (!(process ? process_turn(&processes, process, &at, end) : run_here(&at, end, NULL)))
			return false;
		bytes = program_record(at, end, &call);
		if (!bytes)
			return true;
		if (record_maker(call.op) == BY_INIT) {
			if (!make_own_call(&at, bytes, &call))
				return false;
		} else if (at == before) {
			return processes_failed(&processes, "nobody makes a call", ENOSYS);
		}
	}
}

/* What the module has to tell, behind the head of a frame; it is all there when a read comes short. */
static void send_observations(void)
{
	static unsigned char *frame;
	static size_t room;
	size_t bytes = PORT_HEAD;
	ssize_t part;

	for (;;) {
		if (bytes == room || !room) {
			room = room ? 2 * room : (size_t)1 << 20;
			frame = realloc(frame, room);
			if (!frame)
				system_die("observations");
		}
		part = read(processes.device, frame + bytes, room - bytes);
		if (part < 0)
			system_die("observations");
		bytes += (size_t)part;
		if (bytes < room)
			break;
	}
	port_send(&port, PORT_OBSERVATIONS, frame, bytes - PORT_HEAD);
}

/* The file only grows: that is the rarer system call. */
static void make_room(uint32_t bytes)
{
	static uint32_t room;

	if (bytes <= room)
		return;
	if (bytes > PROGRAM_ROOM || ftruncate(processes.program, bytes))
		system_die("program");
	room = bytes;
}

static void answer_run(uint32_t bytes)
{
	make_room(bytes);
	if (!port_read(&port, program_at(0), bytes))
		system_power_off();
	if (!*processes.error && !processes.count)
		processes_failed(&processes, "PORT_RUN before PORT_BEGIN", EINVAL);
	if (!*processes.error && run(bytes))
		send_observations();
	else
		port_send_text(&port, PORT_ERROR, processes.error);
}

/* An error lasts until the next PORT_BEGIN, and is the answer to every PORT_RUN before it. */
static void serve(void)
{
	uint32_t kind, bytes;

	while (port_read_head(&port, &kind, &bytes) && kind != PORT_QUIT) {
		if (kind == PORT_BEGIN) {
			*processes.error = '\0';
			begin();
		} else if (kind == PORT_RUN) {
			answer_run(bytes);
		} else {
			system_die("unknown request");
		}
	}
}

int main(void)
{
	bool swap;

	system_setup();
	signal(SIGPIPE, SIG_IGN);
	swap = system_add_swap();
	processes.device = system_open_device("/sys/class/misc/gmap-trace/dev", false);
	processes.program = system_keep_fd(open("/program", O_RDWR | O_CREAT | O_TRUNC, 0600));
	if (processes.device < 0 || processes.program < 0 || !program_map(processes.program))
		system_die("gmap_trace");
	port_open(&port);
	send_ready(swap);
	serve();
	system_power_off();
}
