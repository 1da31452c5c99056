// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define KEPT_FDS 16 /* from here on */

_Noreturn void system_power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

_Noreturn void system_die(const char *what)
{
	fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
	system_power_off();
}

int system_keep_fd(int fd)
{
	int kept = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, KEPT_FDS);

	if (fd >= 0)
		close(fd);
	return kept;
}

int system_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

void system_read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? 0 : read(fd, line, size - 1);

	if (fd >= 0)
		close(fd);
	line[bytes > 0 ? bytes : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

int system_open_device(const char *number_path, bool block)
{
	static const char node[] = "/dev/node";
	unsigned int major, minor;
	char number[32];
	int fd;

	system_read_line(number_path, number, sizeof(number));
	if (sscanf(number, "%u:%u", &major, &minor) != 2)
		return -1;
	if (mknod(node, (block ? S_IFBLK : S_IFCHR) | 0600, makedev(major, minor)))
		return -1;
	fd = open(node, O_RDWR | O_CLOEXEC);
	/* swapon wants a path: the block device keeps its node */
	if (!block)
		unlink(node);
	return system_keep_fd(fd);
}

enum direction { READ, WRITE };

static bool move_all(enum direction direction, int fd, char *at, size_t bytes)
{
	while (bytes) {
		ssize_t part = direction == READ ? read(fd, at, bytes) : write(fd, at, bytes);

		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return false;
		at += part;
		bytes -= (size_t)part;
	}
	return true;
}

bool system_read_all(int fd, void *data, size_t bytes)
{
	return move_all(READ, fd, data, bytes);
}

bool system_write_all(int fd, const void *data, size_t bytes)
{
	return move_all(WRITE, fd, (void *)data, bytes);
}

static void open_console(void)
{
	int fd;

	mkdir("/dev", 0755);
	mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
	fd = open("/dev/console", O_RDWR);
	if (fd < 0)
		return;
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
}

static void load_module(const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		fprintf(stderr, "init: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* /modules has a file name a line, in the order in which they depend on each other. */
static void load_modules(void)
{
	char name[128];
	FILE *list = fopen("/modules", "re");

	if (!list)
		system_die("/modules");
	while (fgets(name, sizeof(name), list)) {
		name[strcspn(name, "\n")] = '\0';
		if (*name)
			load_module(name);
	}
	fclose(list);
}

static const struct {
	const char *path;
	const char *value;
} settings[] = {
	/* a kernel that has oopsed is not what is to be observed: QEMU ends then (-no-reboot) */
	{ "/proc/sys/kernel/panic_on_oops", "1" },
	{ "/proc/sys/kernel/panic", "-1" },
	/* the same addresses in every process, nothing where programs map */
	{ "/proc/sys/kernel/randomize_va_space", "0" },
	{ "/proc/sys/vm/overcommit_memory", "1" },
	{ "/proc/sys/vm/mmap_min_addr", "0" },
	/* gmap_remove and unregister wait for RCU: microseconds instead of milliseconds */
	{ "/sys/kernel/rcu_expedited", "1" },
};

void system_setup(void)
{
	size_t i;

	open_console();
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		system_die("mount");
	load_modules();
	for (i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		system_write(settings[i].path, settings[i].value);
}

#define SWAP_BYTES (64u << 20)
#define PAGE_BYTES 4096u

/* What mkswap writes: a version and the last page in the first page, a magic word at its end. */
static bool make_swap_header(int fd)
{
	static unsigned char page[PAGE_BYTES];
	uint32_t header[2] = { 1, SWAP_BYTES / PAGE_BYTES - 1 };

	memcpy(page + 1024, header, sizeof(header));
	memcpy(page + sizeof(page) - 10, "SWAPSPACE2", 10);
	return pwrite(fd, page, sizeof(page), 0) == sizeof(page) && fsync(fd) == 0;
}

bool system_add_swap(void)
{
	char size[16];
	bool added;
	int fd;

	snprintf(size, sizeof(size), "%u", SWAP_BYTES);
	if (system_write("/sys/block/zram0/disksize", size))
		return false;
	fd = system_open_device("/sys/block/zram0/dev", true);
	if (fd < 0)
		return false;
	added = make_swap_header(fd);
	close(fd);
	added = added && syscall(SYS_swapon, "/dev/node", 0) == 0;
	unlink("/dev/node");
	return added;
}
