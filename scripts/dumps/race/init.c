// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only process of a guest. "race": one CPU maps a segment, faults it in for the guest and unmaps it, again and again; from RACING on the
 * other one reads the dirty log of the segment. HIT: a segment entry of the guest is left, and all stands still. "busy": both CPUs map, fault
 * in and unmap, each a segment of its own, and never end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "racer.h"

#define VMADDR ((char *)0x10000000000UL)
/* So many rounds without the other CPU. */
#define QUIET_ROUNDS 1000
/* Delays that vary with the round find windows that a fixed one does not. */
#define DELAYS 50

static int racer;

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *read_dirty_log(void *unused)
{
	(void)unused;
	pin(1);
	for (;;)
		ioctl(racer, RACER_SYNC, VMADDR);
}

static void map(char *vmaddr)
{
	mmap(vmaddr, RACER_SEGMENT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	*(volatile char *)vmaddr = 1;
}

static void fault(unsigned long gaddr)
{
	if (ioctl(racer, RACER_FAULT, gaddr))
		printf("FAULT failed\n");
}

static void setup(void)
{
	racer = open("/dev/racer", O_RDWR);
	map(VMADDR);
	printf("SETUP %d\n", ioctl(racer, RACER_SETUP, VMADDR));
}

/* Whether the guest's segment entry is empty afterwards, as it must be. */
static int round_is_clean(unsigned long round)
{
	map(VMADDR);
	fault(0);
	for (unsigned long i = 0; i < round % DELAYS * 20; i++)
		__asm__ volatile("" ::: "memory");
	munmap(VMADDR, RACER_SEGMENT);
	return ioctl(racer, RACER_IS_LINKED, 0) == 0;
}

static void race(void)
{
	unsigned long round = 0;
	pthread_t other;

	setup();
	pin(0);
	while (round < QUIET_ROUNDS && round_is_clean(round))
		round++;
	printf("QUIET %lu rounds\n", round);
	pthread_create(&other, NULL, read_dirty_log, NULL);
	printf("RACING\n");
	for (round = 0; round_is_clean(round);)
		round++;
	printf("HIT after %lu rounds\n", round);
	pause();
}

static void *work(void *argument)
{
	int cpu = *(int *)argument;
	char *vmaddr = VMADDR + cpu * RACER_SEGMENT;

	pin(cpu);
	for (;;) {
		map(vmaddr);
		fault(cpu * RACER_SEGMENT);
		munmap(vmaddr, RACER_SEGMENT);
	}
	return NULL;
}

static void work_on_both(void)
{
	static int cpus[RACER_SEGMENTS] = { 0, 1 };
	pthread_t other;

	setup();
	printf("BUSY\n");
	pthread_create(&other, NULL, work, &cpus[1]);
	work(&cpus[0]);
}

static void write_to(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		printf("%s cannot be written\n", path);
}

int main(int argc, char **argv)
{
	/* What is behind "--" on the kernel's command line. */
	const char *what = argc > 1 ? argv[1] : "race";
	int console;

	if (getpid() != 1) {
		setvbuf(stdout, NULL, _IONBF, 0);
		if (strcmp(what, "busy") == 0)
			work_on_both();
		race();
		return 0;
	}
	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	console = open("/dev/console", O_RDWR);
	for (int i = 0; i < 3; i++)
		dup2(console, i);
	/* For the process that comes next: page tables get PGSTEs when it begins. */
	write_to("/proc/sys/vm/allocate_pgste", "1");
	if (syscall(SYS_finit_module, open("/racer.ko", O_RDONLY), "", 0))
		printf("racer.ko cannot be loaded\n");
	if (fork() == 0)
		execl(argv[0], argv[0], what, (char *)NULL);
	wait(NULL);
	pause();
}
