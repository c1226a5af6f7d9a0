/* SPDX-License-Identifier: MIT */
/* A VM with a device assigned to it, and the descriptors that hold it. */
#ifndef PROBE_LIFETIME_H
#define PROBE_LIFETIME_H

#include "probe.h"

enum holder { VCPU, DEV, VM, KVM, HOLDERS };	/* DEV: KVM's device of type VFIO */

/* How the device comes to the VM: by its group, or by its own character device. */
struct way {
	const char *points;	/* the start of their names */
	const char *device;	/* its name in a state: "vm+device" */
	const char *before;	/* what is open all the time */
	const char *needs;	/* steps that have to have passed */
	enum outcome (*attach)(int kvm_device);
	enum outcome (*open)(const void *unused);
	void (*close)(void);
};

extern const struct way group_way;

enum outcome held_attach(const struct way *way);
typedef enum outcome open_fn(const struct way *way);

open_fn held_open, held_open_without_vcpu;
void held_close(enum holder holder);
void held_close_all(void);

/* Modules whose code a VM may need: they have to stay while it lives. */
bool holds_vm_code(const struct module *module);

/* vm-alive.c: has a VM gone with its descriptors? @before and @with_vm are vm_threads() without and with it. */
int vm_threads(void);
bool vm_gone(int before, int with_vm, int patience_ms);

#define NOT_HELD "VFIO lets the VM go with its last descriptor: no module has to stay"

/* lifetime.c: in every order, judged by reference counts: nothing here can kill the kernel. */
void lifetime_steps(const struct way *way);

/* lifetime-unload.c: the same by trying to unload, in a boot of its own. Is the kernel still whole? */
bool lifetime_stage(void);

/* lifetime-owner.c: another process that has it all; its end leaves us at most the device. */
enum outcome owner_start(open_fn *open, bool shares_device);
enum outcome owner_kill(void);

/* lifetime-close.c: the last close, in a process that may die of it. */
enum outcome close_apart(void);

#endif
