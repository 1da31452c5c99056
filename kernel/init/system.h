/* SPDX-License-Identifier: GPL-2.0-only */
/* What PID 1 does to a bare kernel so that programs can run. */
#ifndef S390_GMAP_SYSTEM_H
#define S390_GMAP_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

/* The end: says why on the console and switches the machine off. */
_Noreturn void system_die(const char *what);
_Noreturn void system_power_off(void);

/* File systems, console, kernel modules, settings. */
void system_setup(void);
/* Memory on a compressed RAM disk as swap space. */
bool system_add_swap(void);

/* 0, or a negative errno. */
int system_write(const char *path, const char *text);
/* The first line, or an empty string. */
void system_read_line(const char *path, char *line, size_t size);
/* Opens the device whose number the file says, "major:minor". The descriptor is above those of processes. */
int system_open_device(const char *number_path, bool block);
/* The same file under another number, out of the way, not inherited by processes. */
int system_keep_fd(int fd);
bool system_read_all(int fd, void *data, size_t bytes);
bool system_write_all(int fd, const void *data, size_t bytes);

#endif
