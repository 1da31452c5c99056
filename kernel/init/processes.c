// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system.h"

bool processes_failed(struct processes *all, const char *what, int error)
{
	snprintf(all->error, sizeof(all->error), "%s: %s", what, strerror(error));
	return false;
}

/* What a process that should not have died died of. */
static bool died(struct processes *all, struct process *process)
{
	int status = 0;
	long mm = process - all->process;

	waitpid(process->pid, &status, 0);
	close(process->turn);
	close(process->done);
	process->pid = 0;
	if (WIFSIGNALED(status))
		snprintf(all->error, sizeof(all->error), "mm%ld was killed by signal %d", mm, WTERMSIG(status));
	else
		snprintf(all->error, sizeof(all->error), "mm%ld ended with status %d", mm, WEXITSTATUS(status));
	return false;
}

static bool wait_done(struct processes *all, struct process *process, struct done *done)
{
	if (!system_read_all(process->done, done, sizeof(*done)))
		return died(all, process);
	return done->error ? processes_failed(all, "a process", (int)-done->error) : true;
}

/* Both ends out of the way of the numbers that a process's files have. */
static bool make_pipe(int fd[2])
{
	if (pipe(fd))
		return false;
	fd[0] = system_keep_fd(fd[0]);
	fd[1] = system_keep_fd(fd[1]);
	return fd[0] >= 0 && fd[1] >= 0;
}

/*
 * vfork() instead of posix_spawn(), which makes more than a hundred system calls: under emulation each is tens
 * of microseconds. dup2() clears close-on-exec.
 */
static int spawn(const struct processes *all, uint32_t mm, int turn, int done)
{
	char number[16];
	char *arguments[] = { "/runner", number, NULL };
	char *environment[] = { NULL };
	volatile int error = 0;
	pid_t pid;

	snprintf(number, sizeof(number), "%u", mm);
	pid = vfork();
	if (pid == 0) {
		dup2(turn, TURN_FD);
		dup2(done, DONE_FD);
		dup2(all->device, DEVICE_FD);
		dup2(all->program, PROGRAM_FD);
		execve(arguments[0], arguments, environment);
		error = errno;
		_exit(127);
	}
	if (pid < 0)
		return -errno;
	if (error)
		waitpid(pid, NULL, 0);
	return error ? -error : pid;
}

bool process_start(struct processes *all, uint32_t mm)
{
	struct process *process = &all->process[mm];
	int turn[2], done[2];
	struct done ready;

	if (!make_pipe(turn) || !make_pipe(done))
		return processes_failed(all, "pipe", errno);
	process->pid = spawn(all, mm, turn[0], done[1]);
	close(turn[0]);
	close(done[1]);
	process->turn = turn[1];
	process->done = done[0];
	if (process->pid < 0) {
		int error = -process->pid;

		process->pid = 0;
		return processes_failed(all, "/runner", error);
	}
	all->newest = process;
	if (all->count <= mm)
		all->count = mm + 1;
	return wait_done(all, process, &ready);
}

/* The process finds the pipe of its turns at its end and exits by itself. */
bool process_exit(struct processes *all, uint32_t mm)
{
	struct process *process = &all->process[mm];
	int status;

	close(process->turn);
	if (waitpid(process->pid, &status, 0) < 0)
		return processes_failed(all, "waitpid", errno);
	close(process->done);
	process->pid = 0;
	if (all->newest == process)
		all->newest = NULL;
	return ioctl(all->device, GMAP_TRACE_EXITED, mm) ? processes_failed(all, "GMAP_TRACE_EXITED", errno) : true;
}

bool process_turn(struct processes *all, struct process *process, uint64_t *at, uint64_t end)
{
	struct turn turn = { *at, end };
	struct done done;

	if (!system_write_all(process->turn, &turn, sizeof(turn)))
		return died(all, process);
	if (!wait_done(all, process, &done))
		return false;
	*at = done.at;
	return true;
}

void processes_kill(struct processes *all)
{
	uint32_t mm;

	for (mm = 0; mm < all->count; mm++) {
		struct process *process = &all->process[mm];

		if (!process->pid)
			continue;
		kill(process->pid, SIGKILL);
		waitpid(process->pid, NULL, 0);
		close(process->turn);
		close(process->done);
		process->pid = 0;
	}
	all->count = 0;
	all->newest = NULL;
}
