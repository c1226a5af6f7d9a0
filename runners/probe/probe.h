/* SPDX-License-Identifier: MIT */
/*
 * What all parts of the probe share: the report, the configuration, modules.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>

/* The report (report/ktap.c). A step is one named point of it. */

enum outcome { PASS, FAIL, SKIP };

typedef enum outcome step_fn(const void *arg);

void report_open(bool to_kmsg);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool step(const char *name, const char *needs, step_fn *run, const void *arg);
bool step_passed(const char *name);
void step_limit(unsigned int seconds);
int report_status(void);
void report_trouble(void);
void report_failed(void);
void report_plan(void);

/* What a step returns; the text becomes its detail. */
enum outcome fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
enum outcome fail_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
enum outcome skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
enum outcome expect_errno(int result, int wanted, const char *what);
const char *errno_name(int number);

/* Set by the step's own clock: whatever blocks has been interrupted. */
bool step_timed_out(void);

/* The configuration (conf.c). */

enum group { GROUP_KVM, GROUP_VFIO, GROUPS };

struct module {
	enum group group;
	char name[64];
	char path[256];
	int refused;		/* errno this machine must answer with, 0: must load */
};

struct lack {
	char what[16];		/* "guest", "dma", "interrupt", "msi", "iommu", "kvm-vfio" */
	char reason[128];
};

struct conf {
	char kvm, vfio;		/* 'm', 'y' or 'n' */
	char cdev;		/* VFIO_DEVICE_CDEV: 'y', 'n', or 0 when it is left open */
	char iommu[16];		/* "type1", "noiommu" or "spapr" */
	bool lifetime;		/* a boot of its own for what may kill the kernel */
	char device[16];	/* "1234:11e8", empty: no device to assign */
	char message[128];	/* what the kernel must say when it refuses kvm, empty: nothing */
	int rounds;
	struct module module[32];
	int modules;
	struct lack lack[8];
	int lacks;
};

extern struct conf conf;

bool conf_read(const char *path);

/* Why this machine cannot show @what; NULL: it can, and so it must. */
const char *lacking(const char *what);
const char *group_name(enum group group);

/* Kernel modules (modules/modules.c). */

void module_kernel_name(char *to, size_t size, const char *from);
bool module_loaded(const char *name);
int module_references(const char *name);
int module_load(const struct module *module);
int module_unload_once(const char *name);
int module_unload(const char *name);
enum outcome group_load(enum group group);
enum outcome group_unload(enum group group);
const char *group_load_steps(enum group group);
void group_drop(enum group group);
void group_unload_steps(enum group group);
bool group_refuses(enum group group, const char *name);

/* The kernel's own verdict on itself (report/taint.c). */

void taint_start(bool booted_for_us);
void taint_step(const char *name);
void taint_expect(char letter);

/* The kernel's own words (report/kernel-log.c). */
bool kernel_said(const char *words);

/* Small questions about files (files.c). */

bool exists(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int write_file(const char *path, const char *text);
int read_line(const char *path, char *line, size_t size);
int link_name(const char *path, char *name, size_t size);
bool misc_device(const char *name);
void close_fd(int *fd);

/* Against system calls that never return (report/watchdog.c). */

void watchdog_start(void);
void watchdog_stop(void);
void watchdog_step(int number, const char *name);
void watchdog_limit(unsigned int seconds);

/* The last line of the report, and the end of the machine if it is ours (main.c). */
int finish(bool orderly);

/* The stages. */

bool kvm_usable(void);
bool kvm_vfio_usable(void);
void kvm_stage(void);
void vfio_stage(void);

#endif
